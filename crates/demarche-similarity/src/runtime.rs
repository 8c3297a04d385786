//! Runtimes inside programs: code that two strangers share because the same tools linked it in.

use std::borrow::Cow;
use std::collections::BTreeSet;

use demarche_case::assessment::code::Untold;
use demarche_index::{Index, SampleId, StoredSample};
use demarche_terms::{Origin, Runtime};

use crate::{Counterparts, SHARED};

/// The fewest hands whose programs have a runtime. With fewer, functions that only one of them shares may be the runtime.
const HANDS: usize = 4;

/// The counterparts without those that may be the runtime of the program, and how many functions that are.
///
/// A function that a program shares only with programs of one hand, all with the same runtime inside, is somebody's own
/// only if others with that runtime have not got it. Where the index has too few others, it cannot tell; counterparts in
/// library code stay, and so do those in programs without that runtime, and those of functions that the program says to be
/// its own project's.
pub(crate) fn told_apart<'a>(
    index: &Index,
    runtime: Option<Runtime>,
    counterparts: &'a [Counterparts],
) -> (Cow<'a, [Counterparts]>, Option<Untold>) {
    let Some(runtime) = runtime else { return (counterparts.into(), None) };
    let has_runtime: Vec<bool> =
        index.samples().iter().map(|sample| sample.meta.runtime == Some(runtime)).collect();
    let with = index.samples().iter().zip(&has_runtime).filter(|(_, has)| **has);
    let hands: BTreeSet<String> = with.map(|(sample, _)| hand(sample)).collect();
    if hands.len() >= HANDS {
        return (counterparts.into(), None);
    }
    let may_be = |sample: SampleId| {
        let is_own = index.sample(sample).is_some_and(|sample| !sample.meta.is_library);
        is_own && usize::try_from(sample.0).is_ok_and(|index| has_runtime[index])
    };
    let mut functions = 0;
    let kept = counterparts.iter().map(|function| {
        let mut kept = function.clone();
        if function.origin == Origin::Own {
            return kept;
        }
        kept.found.retain(|counterpart| !may_be(counterpart.sample));
        let had = function.is_comparable
            && function.found.iter().any(|counterpart| counterpart.probability > SHARED);
        kept.is_untold =
            had && kept.found.iter().all(|counterpart| counterpart.probability <= SHARED);
        functions += u64::from(kept.is_untold);
        kept
    });
    let kept: Vec<Counterparts> = kept.collect();
    let untold = Untold {
        runtime: runtime.to_string(),
        hands: hands.len() as u64,
        wanted: HANDS as u64,
        functions,
    };
    (kept.into(), (functions > 0).then_some(untold))
}

/// The hand behind a program: its actors, else its family; library code counts as its family's.
fn hand(sample: &StoredSample) -> String {
    match sample.meta.actors.as_slice() {
        actors if !actors.is_empty() && !sample.meta.is_library => actors.join("\t"),
        _ => sample.meta.family_key(),
    }
}
