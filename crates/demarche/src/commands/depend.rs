use std::fmt::Write as _;
use std::ops::ControlFlow;

use demarche_case::assessment::answer::DependAnswer;
use demarche_case::assessment::routes::{Dependency, Family, Place, RouteBasis};
use demarche_report::svg_of_dependency;
use demarche_routes::examine::Examination;

use super::question::{Asked, footnotes, headline, named};
use crate::cli::DependArgs;
use crate::output::{self, Outcome, Table, count, percent, print};
use crate::progress::Progress;

/// Networks shown in the terminal; JSON has them all.
const SHOWN: usize = 20;

/// Who carries a target's traffic.
pub(crate) fn run(args: &DependArgs) -> anyhow::Result<Outcome> {
    let asked = Asked::read(&args.question)?;
    let (target, routing_data) = (&asked.target, &asked.read.routing_data);
    let examination = Examination { depend: args.hegemony.options(), ..asked.examination() };
    let mut gaps = routing_data.gaps.clone();
    let mut progress = Progress::new();
    let mut show = |stage: &str, done, total| {
        progress.show(stage, done, total);
        ControlFlow::Continue(())
    };
    let dependencies = examination.dependencies(routing_data, target, &mut gaps, &mut show)?;
    drop(progress);
    anyhow::ensure!(
        !dependencies.is_empty(),
        "no table has a route to {} and there is no AS graph that knows it",
        target.question
    );
    if let (Some(path), Some(first)) = (&args.question.tables.svg, dependencies.first()) {
        output::write(path, &svg_of_dependency(target, first))?;
    }
    let caveats = examination.caveats(routing_data, target, &dependencies);
    if args.question.tables.json {
        return output::json(
            DependAnswer { target: target.clone(), dependencies, caveats },
            asked.read.inputs,
            gaps,
        );
    }
    output::gaps(&gaps);
    let mut text = headline(target);
    for dependency in &dependencies {
        show_dependency(&mut text, dependency);
    }
    text.push_str(&footnotes(&caveats));
    print(&text)?;
    Ok(Outcome::of(&gaps))
}

fn show_dependency(text: &mut String, dependency: &Dependency) {
    let family = match dependency.family {
        Family::Ipv4 => "IPv4",
        Family::Ipv6 => "IPv6",
    };
    let basis = match dependency.basis {
        RouteBasis::Observed => "observed",
        RouteBasis::Modelled => "modelled",
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "\n{family}, {basis} in {}: {} vantage points, {} left out at each end of the trimmed mean{}",
        dependency.source,
        count(dependency.vantage_points),
        percent(dependency.trim),
        if dependency.coverage < 1.0 {
            format!(", routes to {} of the prefixes only", percent(dependency.coverage))
        } else {
            String::new()
        }
    );
    let mut table = Table::new([
        "network",
        "where",
        "trimmed",
        "mean",
        "middle half",
        "by prefix",
        "by network",
        "CTI",
    ]);
    for row in dependency.networks.iter().take(SHOWN) {
        let score = row.by_addresses;
        table.row([
            named(&row.network),
            place(row.place).to_owned(),
            percent(score.trimmed),
            percent(score.mean),
            format!("{}–{}", percent(score.spread[1]), percent(score.spread[3])),
            percent(row.by_prefixes.trimmed),
            percent(row.by_networks.trimmed),
            row.cti.map_or_else(|| "–".to_owned(), |cti| percent(cti.mean)),
        ]);
    }
    text.push_str(&table.text());
    if dependency.networks.len() > SHOWN {
        let _ = writeln!(
            text,
            "and {} networks more",
            count((dependency.networks.len() - SHOWN) as u64)
        );
    }
    let mut table = Table::new(["country", "where", "trimmed", "mean", "networks"]);
    for row in dependency.countries.iter().take(10) {
        table.row([
            row.country.map_or_else(|| row.label.clone(), |country| country.label().to_owned()),
            place(row.place).to_owned(),
            percent(row.by_addresses.trimmed),
            percent(row.by_addresses.mean),
            count(row.networks.len() as u64),
        ]);
    }
    let _ = writeln!(text, "\n{}", table.text().trim_end());
    let points: Vec<String> =
        dependency.points_of_control.iter().map(ToString::to_string).collect();
    let shown =
        if points.len() > 12 { format!("{} networks", points.len()) } else { points.join(", ") };
    let _ = writeln!(
        text,
        "\nRoutes enter over {} foreign networks; 90 % of them over {shown}.",
        count(dependency.frontier)
    );
}

const fn place(place: Place) -> &'static str {
    match place {
        Place::Own => "own",
        Place::Domestic => "domestic",
        Place::Foreign => "foreign",
        Place::Unknown => "unknown",
    }
}
