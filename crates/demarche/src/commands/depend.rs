use demarche_case::assessment::answer::DependAnswer;
use demarche_report::svg_of_dependency;
use demarche_report::view::routes_depend;
use demarche_routes::depend::DependOptions;
use demarche_routes::examine::Examination;

use super::question::Asked;
use crate::cli::DependArgs;
use crate::output::{self, Outcome};
use crate::progress::Progress;

/// Answers which networks and countries carry a target's traffic.
pub(crate) fn run(args: &DependArgs) -> anyhow::Result<Outcome> {
    let asked = Asked::read(&args.question)?;
    let (target, routing_data) = (&asked.target, &asked.read.routing_data);
    let depend = DependOptions {
        counts_origin: args.count_origin,
        each_table: args.each_table,
        ..args.hegemony.options()
    };
    let examination = Examination { depend, ..asked.examination() };
    let mut gaps = routing_data.gaps.clone();
    let progress = Progress::new();
    let mut show = progress.callback();
    let dependencies = examination.dependencies(routing_data, target, &mut gaps, &mut show)?;
    drop(show);
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
    let answer = DependAnswer { target: target.clone(), dependencies, caveats };
    if args.question.tables.json {
        return output::json(answer, asked.read.inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&routes_depend(&answer))?;
    Ok(Outcome::of(&gaps))
}
