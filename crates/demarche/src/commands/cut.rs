use demarche_case::assessment::answer::CutAnswer;
use demarche_case::assessment::routes::Change;
use demarche_report::svg_of_cuts;
use demarche_report::view::{routes_cut, routes_cut_each};
use demarche_routes::Cutter;

use super::question::{Asked, parties};
use crate::cli::CutArgs;
use crate::output::{self, Outcome};
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
    let progress = Progress::new();
    progress.show(&"working out routes before and after", 0, 1);
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
    let answer = CutAnswer { target: target.clone(), cuts, caveats };
    if tables.json {
        return output::json(answer, asked.read.inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&if args.each {
        routes_cut_each(&answer, carriers)
    } else {
        routes_cut(&answer)
    })?;
    Ok(Outcome::of(&gaps))
}

fn changes(args: &CutArgs) -> anyhow::Result<Vec<Change>> {
    let mut changes = Vec::new();
    let (asns, countries) = parties(&args.refuse)?;
    let (asns, countries) = (once(&asns), once(&countries));
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
        changes.push(Change::SeverLinks(once(&args.sever)));
    }
    if !args.remove.is_empty() {
        changes.push(Change::Remove(once(&args.remove)));
    }
    Ok(changes)
}

/// The values in their order, each once: nobody refuses twice.
fn once<T: Clone + PartialEq>(values: &[T]) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    for value in values {
        if !kept.contains(value) {
            kept.push(value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::once;

    #[test]
    fn what_is_given_twice_counts_once() {
        assert_eq!(once(&[4837, 3356, 4837]), [4837, 3356]);
        assert!(once::<u32>(&[]).is_empty());
    }
}
