//! Who did it, judged anew from what each addressee may see.
//!
//! A number that rests on a withheld item would betray it, so that a request takes its numbers from a judgement which
//! never saw the item.

use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::released::views;
use demarche_library::Library;

use crate::attribution;

/// Returns one judgement for each set of parts that is kept from some state, in order of the sets.
///
/// Where nothing that a judgement could rest on is kept from anybody there is none: the judgement of the whole will do.
pub(crate) fn attributions(assessment: &Assessment, library: &Library) -> Vec<SharedAttribution> {
    let views = views(assessment).into_iter().filter(|view| !view.unseen.is_empty());
    let judged = views.filter_map(|view| {
        let record = library.without(&view.unseen.editions);
        let findings = attribution(&view.case, &record, view.located())?;
        Some(SharedAttribution { without: view.unseen, findings })
    });
    let mut judged: Vec<SharedAttribution> = judged.collect();
    judged.sort_by(|left, right| left.without.cmp(&right.without));
    judged
}
