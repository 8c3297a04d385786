use demarche_assess::Stage;
use demarche_assess::programs::open_index;
use demarche_case::assessment::code::CodeFamilies;
use demarche_index::SampleId;
use demarche_report::{code_families_answer, code_families_html, svg_of_code_families};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Calibration, FamilyTies, Matcher};

use super::folder;
use crate::cli::code::CodeFamiliesArgs;
use crate::output::{self, Outcome, Table, count, print};
use crate::progress::Progress;

/// Ties that are listed on a terminal.
const LISTED: usize = 25;

/// Says who shares code with whom.
pub(crate) fn run(args: &CodeFamiliesArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open_index(&folder(&args.place)?)?;
    let matcher = Matcher::new(&index, &FITTED);
    let mut families = FamilyTies::new(&index);
    let progress = Progress::new();
    let own: Vec<SampleId> = (0..)
        .map(SampleId)
        .zip(index.samples())
        .filter(|(_, sample)| !sample.meta.is_library)
        .map(|(id, _)| id)
        .collect();
    for (done, id) in own.iter().enumerate() {
        progress.show(&Stage::Programs, done as u64, own.len() as u64);
        let (counterparts, more) = matcher.counterparts(&index.fingerprints(*id)?, Some(*id));
        families.add(*id, &counterparts);
        gaps.extend(more);
    }
    drop(progress);
    // Each comparison meets the same damage.
    gaps.sort();
    gaps.dedup();
    let families = families.finish(&Calibration::SHIPPED);
    if let Some(path) = &args.html {
        output::write(path, &code_families_html(&families))?;
    }
    if let Some(path) = &args.svg {
        output::write(path, &svg_of_code_families(&families))?;
    }
    if args.json {
        return output::json(families, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&text(&families))?;
    Ok(Outcome::of(&gaps))
}

fn text(families: &CodeFamilies) -> String {
    let mut text = String::new();
    for sentence in code_families_answer(families) {
        text.push_str(&format!("{}\n", output::clean(&sentence)));
    }
    if families.ties.is_empty() {
        return text;
    }
    let name = |place: u64| {
        let family = usize::try_from(place).ok().and_then(|place| families.families.get(place));
        family.map_or_else(String::new, |one| match one.actors.as_slice() {
            [] => one.name.clone(),
            actors => format!("{} ({})", one.name, actors.join(", ")),
        })
    };
    let mut table = Table::new(["family", "and", "functions", "ratio", "threshold"]);
    for tie in families.ties.iter().take(LISTED) {
        table.row([
            name(tie.families[0]),
            name(tie.families[1]),
            count(tie.functions),
            format!("{:.1}", tie.strength.nats.exp()),
            if tie.strength.is_attributed { "passed" } else { "below" }.to_owned(),
        ]);
    }
    text.push('\n');
    text.push_str(&table.text());
    let more = families.ties.len().saturating_sub(LISTED);
    if more > 0 {
        text.push_str(&format!("and {} more: --html and --json have them\n", count(more as u64)));
    }
    text
}
