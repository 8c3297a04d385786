use demarche_case::assessment::answer::CutAnswer;
use demarche_case::assessment::routes::{Change, CutEffect};
use demarche_report::{change_text, svg_of_cuts};
use demarche_routes::Cutter;

use super::question::{Asked, footnotes, headline, named, parties};
use crate::cli::CutArgs;
use crate::output::{self, Outcome, Table, count, percent, print};
use crate::progress::Progress;

/// Networks of `--each` that are worked out in full.
const EACH: usize = 50;

/// What changes if networks, links or countries refuse to carry a target.
pub(crate) fn run(args: &CutArgs) -> anyhow::Result<Outcome> {
    let asked = Asked::read(&args.question)?;
    let (target, routing_data) = (&asked.target, &asked.read.routing_data);
    let Some(cutter) = Cutter::new(routing_data, target) else {
        anyhow::bail!(
            "no AS graph knows a network of {}: add a file of AS relationships",
            target.question
        );
    };
    let changes = changes(args)?;
    let unknown: Vec<String> = changes.iter().flat_map(|change| cutter.unknown(change)).collect();
    anyhow::ensure!(unknown.is_empty(), "the AS graph does not have {}", unknown.join(", "));
    let mut progress = Progress::new();
    progress.show("working out routes before and after", 0, 1);
    let (cuts, carriers) = if args.each {
        cutter.each(EACH)
    } else {
        (changes.iter().map(|change| cutter.effect(change)).collect(), 0)
    };
    drop(progress);
    let tables = &args.question.tables;
    if let Some(path) = &tables.svg {
        output::write(path, &svg_of_cuts(target, &cuts))?;
    }
    let caveats = asked.caveats();
    let gaps = routing_data.gaps.clone();
    if tables.json {
        let answer = CutAnswer { target: target.clone(), cuts, caveats };
        return output::json(answer, asked.read.inputs, gaps);
    }
    output::gaps(&gaps);
    let mut text = headline(target);
    text.push('\n');
    text.push_str(&if args.each {
        list(&cuts, carriers)
    } else {
        cuts.iter().map(whole).collect()
    });
    text.push_str(&footnotes(&caveats));
    print(&text)?;
    Ok(Outcome::of(&gaps))
}

fn changes(args: &CutArgs) -> anyhow::Result<Vec<Change>> {
    let mut changes = Vec::new();
    let (asns, countries) = parties(&args.refuse)?;
    anyhow::ensure!(
        asns.is_empty() || countries.is_empty(),
        "--refuse takes networks or countries, not both: a country stands for all its networks"
    );
    if !asns.is_empty() {
        changes.push(Change::Refuse(asns));
    }
    if !countries.is_empty() {
        changes.push(Change::RefuseCountries(countries));
    }
    if !args.sever.is_empty() {
        changes.push(Change::SeverLinks(args.sever.clone()));
    }
    if !args.remove.is_empty() {
        changes.push(Change::Remove(args.remove.clone()));
    }
    Ok(changes)
}

/// One line for the refusal of each network.
fn list(cuts: &[CutEffect], carriers: usize) -> String {
    let mut table =
        Table::new(["change", "reach after", "lost", "rerouted", "hops before", "after"]);
    for cut in cuts {
        table.row([
            cut.named.first().map(named).unwrap_or_default(),
            percent(cut.after.network_share),
            count(cut.lost_networks),
            percent(cut.rerouted_share),
            format!("{:.2}", cut.before.mean_hops),
            format!("{:.2}", cut.after.mean_hops),
        ]);
    }
    format!(
        "{}the strongest of {} networks that carry any of its routes\n",
        table.text(),
        count(carriers as u64)
    )
}

/// One change with all it does.
fn whole(cut: &CutEffect) -> String {
    let mut text = format!("If {}:\n", output::clean(&change_text(cut)));
    let mut table = Table::new(["", "before", "after"]);
    let (before, after) = (cut.before, cut.after);
    table.row(["networks with a route".to_owned(), count(before.networks), count(after.networks)]);
    table.row([
        "their share of all networks".to_owned(),
        percent(before.network_share),
        percent(after.network_share),
    ]);
    table.row([
        "share of announced addresses".to_owned(),
        percent(before.address_share),
        percent(after.address_share),
    ]);
    table.row([
        "mean hops".to_owned(),
        format!("{:.2}", before.mean_hops),
        format!("{:.2}", after.mean_hops),
    ]);
    for entry in &cut.entries {
        table.row([
            format!("enter over {}", named(&entry.network)),
            percent(entry.before),
            percent(entry.after),
        ]);
    }
    for entry in cut.shifts.iter().take(8) {
        table.row([
            format!("pass {}", named(&entry.network)),
            percent(entry.before),
            percent(entry.after),
        ]);
    }
    text.push_str(&table.text());
    let collateral = &cut.collateral;
    text.push_str(&format!(
        "{} networks lose their route, beside any that refuse; {} of those that keep one are rerouted.\nThird parties that lose routes: {} networks, {} addresses; that change routes: {} networks, {} addresses.\n",
        count(cut.lost_networks),
        percent(cut.rerouted_share),
        count(collateral.lost.networks),
        count(collateral.lost.ipv4_addresses),
        count(collateral.changed.networks),
        count(collateral.changed.ipv4_addresses),
    ));
    if collateral.captive.networks > 0 {
        text.push_str(&format!(
            "Third parties with no way out but the target: {} networks, {} addresses.\n",
            count(collateral.captive.networks),
            count(collateral.captive.ipv4_addresses)
        ));
    }
    if collateral.pairs_lost + collateral.pairs_changed > 0 {
        text.push_str(&format!(
            "Pairs of third parties: {} lose their route, {} change it.\n",
            count(collateral.pairs_lost),
            count(collateral.pairs_changed)
        ));
    }
    text.push('\n');
    text
}
