use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::ActorsRankAnswer;
use demarche_case::assessment::attribution::{AttributionFindings, Chance, Judgement};
use demarche_case::{Case, CaseFolder, Tlp};
use demarche_report::{
    attribution_answer, hypothesis_name, matrix_csv, navigator_layers, ranking_csv, svg_of_matrix,
    svg_of_ranking, svg_of_sensitivity,
};

use crate::cli::ActorsRankArgs;
use crate::commands::assess::assessed;
use crate::output::{self, Outcome, Table, clean, print, short};

/// Ranks who may have done it.
pub(crate) fn run(args: &ActorsRankArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let marking = assessment.marking();
    let Assessment { case, attribution, inputs, gaps, .. } = assessment;
    let Some(found) = &attribution else {
        anyhow::bail!(
            "no item of evidence could tell who did it: add techniques, software or what points to somebody to evidence.toml"
        );
    };
    exports(args, found, &case)?;
    if args.json {
        return output::json(ActorsRankAnswer { case: case.id, attribution }, inputs, gaps);
    }
    output::gaps(&gaps);
    print(&text(found, &case, marking))?;
    Ok(Outcome::of(&gaps))
}

/// Writes the files that were asked for.
fn exports(args: &ActorsRankArgs, found: &AttributionFindings, case: &Case) -> anyhow::Result<()> {
    if let Some(path) = &args.csv {
        output::write(path, &ranking_csv(found))?;
    }
    if let Some(path) = &args.matrix {
        output::write(path, &matrix_csv(found, case))?;
    }
    if let Some(path) = &args.navigator {
        output::write(path, &navigator_layers(found, case))?;
    }
    if let Some(folder) = &args.svg {
        draw(folder, found, case).context("cannot draw")?;
    }
    Ok(())
}

fn draw(folder: &Path, found: &AttributionFindings, case: &Case) -> anyhow::Result<()> {
    output::write(&folder.join("ranking.svg"), &svg_of_ranking(found))?;
    output::write(&folder.join("matrix.svg"), &svg_of_matrix(found, case))?;
    output::write(&folder.join("sensitivity.svg"), &svg_of_sensitivity(found, case))
}

/// The answer in words, the rankings, and what weighs most.
fn text(found: &AttributionFindings, case: &Case, marking: Tlp) -> String {
    let mut text = format!("{} ({})\n\n", clean(&case.title), marking);
    for sentence in attribution_answer(found, case) {
        text.push_str(&format!("{}\n", clean(&sentence)));
    }
    text.push_str("\nAs reported\n");
    text.push_str(&ranking(found, &found.as_reported));
    text.push_str("\nIf everything that is easily forged were planted\n");
    text.push_str(&ranking(found, &found.if_planted));
    text.push_str("\nWhat weighs most\n");
    text.push_str(&items(found));
    text
}

fn ranking(found: &AttributionFindings, judgement: &Judgement) -> String {
    /// Hypotheses and states that are shown in the terminal; the files have all.
    const MOST: usize = 8;
    let mut table = Table::new(["who", "probability", "range", "weight", "prior"]);
    let shown = |chance: &Chance| match found.withheld {
        Some(_) => ("not said".to_owned(), String::new()),
        None => (
            output::percent(chance.estimate.get().min(0.99)),
            format!(
                "{} to {}",
                output::percent(chance.low.get()),
                output::percent(chance.high.get().min(0.99))
            ),
        ),
    };
    for state in judgement.states.iter().take(3) {
        let (estimate, range) = shown(&state.chance());
        let who = format!("{} (all its actors)", state.state.label());
        table.row([who, estimate, range, String::new(), output::percent(state.prior.into())]);
    }
    for ranked in judgement.ranking.iter().take(MOST) {
        let (estimate, range) = shown(&ranked.chance());
        let who = found.hypothesis(&ranked.hypothesis);
        table.row([
            who.map_or_else(String::new, |who| short(&clean(&hypothesis_name(who)), 56)),
            estimate,
            range,
            format!("{:+.2}", ranked.weight.nats()),
            output::percent(ranked.prior.into()),
        ]);
    }
    table.text()
}

/// The items by their diagnosticity.
fn items(found: &AttributionFindings) -> String {
    const MOST: usize = 12;
    let mut items: Vec<_> = found.items.iter().filter(|item| item.diagnosticity > 0.005).collect();
    items.sort_by(|a, b| b.diagnosticity.total_cmp(&a.diagnosticity));
    let mut table = Table::new(["item", "diagnosticity", "for the first", "at most", "planted"]);
    for item in items.into_iter().take(MOST) {
        let weight = item.weights.first().copied().unwrap_or_default().nats();
        table.row([
            item.evidence.to_string(),
            format!("{:.2}", item.diagnosticity),
            format!("{weight:+.2}"),
            format!("{:.2}", item.bound.nats() * item.reliability),
            output::percent(item.planted.get()),
        ]);
    }
    table.text()
}
