use demarche_assess::Stage;
use demarche_assess::programs::open_index;
use demarche_index::{SampleId, StoredSample};
use demarche_report::{code_families_html, svg_of_code_families, view};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Calibration, FamilyTies, Matcher};

use super::folder;
use crate::cli::code::CodeFamiliesArgs;
use crate::output::{self, Outcome};
use crate::progress::Progress;

/// Says who shares code with whom.
pub(crate) fn run(args: &CodeFamiliesArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open_index(&folder(&args.place)?)?;
    let matcher = Matcher::new(&index, &FITTED);
    let mut families = FamilyTies::new(&index);
    let progress = Progress::new();
    let itself: Vec<(SampleId, &StoredSample)> = (0..)
        .map(SampleId)
        .zip(index.samples())
        .filter(|(_, sample)| !sample.meta.is_library)
        .collect();
    for (done, (id, stored)) in itself.iter().enumerate() {
        progress.show(&Stage::Programs, done as u64, itself.len() as u64);
        let (counterparts, more) =
            matcher.counterparts(&index.fingerprints(*id)?, &stored.meta.origins, Some(*id));
        families.add(*id, &counterparts);
        gaps.extend(more);
    }
    drop(progress);
    // Each comparison meets the same damage.
    gaps.sort();
    gaps.dedup();
    let families = families.finish(Calibration::of);
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
    output::show(&view::code_families(&families))?;
    Ok(Outcome::of(&gaps))
}
