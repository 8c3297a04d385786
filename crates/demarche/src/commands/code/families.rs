use demarche_case::assessment::code::CodeKinship;
use demarche_index::SampleId;
use demarche_index::align::FITTED;
use demarche_kinship::{Calibration, Kinship, Matcher};
use demarche_report::{code_kinship_answer, code_kinship_html, svg_of_code_kinship};

use super::{folder, open_checked};
use crate::cli::code::CodeFamiliesArgs;
use crate::output::{self, Outcome, Table, count, print};
use crate::progress::Progress;

/// Ties that are listed on a terminal.
const LISTED: usize = 25;

/// Says who shares code with whom.
pub(crate) fn run(args: &CodeFamiliesArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open_checked(&folder(&args.place)?)?;
    let matcher = Matcher::new(&index, &FITTED);
    let mut kinship = Kinship::new(&index);
    let mut progress = Progress::new();
    let own: Vec<SampleId> = (0..)
        .map(SampleId)
        .zip(index.samples())
        .filter(|(_, sample)| !sample.meta.is_library)
        .map(|(id, _)| id)
        .collect();
    for (done, id) in own.iter().enumerate() {
        progress.show("comparing programs", done, own.len());
        let (counterparts, more) = matcher.counterparts(&index.fingerprints(*id)?, Some(*id));
        kinship.add(*id, &counterparts);
        gaps.extend(more);
    }
    drop(progress);
    // Each comparison meets the same damage.
    gaps.sort();
    gaps.dedup();
    let kinship = kinship.finish(&Calibration::SHIPPED);
    if let Some(path) = &args.html {
        output::write(path, &code_kinship_html(&kinship))?;
    }
    if let Some(path) = &args.svg {
        output::write(path, &svg_of_code_kinship(&kinship))?;
    }
    if args.json {
        return output::json(kinship, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&text(&kinship))?;
    Ok(Outcome::of(&gaps))
}

fn text(kinship: &CodeKinship) -> String {
    let mut text = String::new();
    for sentence in code_kinship_answer(kinship) {
        text.push_str(&format!("{}\n", output::clean(&sentence)));
    }
    if kinship.ties.is_empty() {
        return text;
    }
    let name = |place: u64| {
        let family = usize::try_from(place).ok().and_then(|place| kinship.families.get(place));
        family.map_or_else(String::new, |one| match one.actors.as_slice() {
            [] => one.name.clone(),
            actors => format!("{} ({})", one.name, actors.join(", ")),
        })
    };
    let mut table = Table::new(["family", "and", "functions", "ratio", "threshold"]);
    for tie in kinship.ties.iter().take(LISTED) {
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
    let more = kinship.ties.len().saturating_sub(LISTED);
    if more > 0 {
        text.push_str(&format!("and {} more: --html and --json have them\n", count(more as u64)));
    }
    text
}
