//! Who did it, judged anew from what each addressee may see.
//!
//! A number that rests on a withheld item would betray it, so that a request takes its numbers from a judgement which
//! never saw the item.

use std::collections::BTreeSet;

use demarche_attribution::{Question, judge};
use demarche_case::assessment::SharedAttribution;
use demarche_case::assessment::routes::Located;
use demarche_case::record::{Catalogue, Record};
use demarche_case::{Case, Country, Evidence, EvidenceId, Tlp};

use crate::SEED;

/// One judgement for each set of items that is kept from some state, in order of the sets.
///
/// Alternatives that the case names and cases of one's own in the record are left out of all of them unless they may go
/// to everybody. Where nothing at all is kept from anybody there is none: the judgement of the whole will do.
pub(crate) fn attributions(
    case: &Case,
    record: &Record,
    located: &[Located],
) -> Vec<SharedAttribution> {
    let mut public = case.clone();
    public.hypotheses.retain(|one| is_public(one.tlp));
    let is_kept_back = record.editions.iter().any(|edition| !is_public(edition.tlp));
    let narrower = is_kept_back || public.hypotheses.len() < case.hypotheses.len();
    let published = is_kept_back.then(|| published(record));
    let record = published.as_ref().unwrap_or(record);
    let sets = withheld_sets(case).into_iter().filter(|set| narrower || !set.is_empty());
    let shared = sets.filter_map(|without| {
        let question = Question { case: &public, record, located, without: &without, seed: SEED };
        let findings = judge(&question)?;
        Some(SharedAttribution { without: without.into_iter().collect(), findings })
    });
    shared.collect()
}

fn is_public(tlp: Tlp) -> bool {
    matches!(tlp, Tlp::Clear | Tlp::Green)
}

/// The sets of items that some state may not see: that of a state nobody released anything to, and those of the others.
fn withheld_sets(case: &Case) -> BTreeSet<BTreeSet<EvidenceId>> {
    let kept = |may_see: &dyn Fn(&Evidence) -> bool| {
        let kept = case.evidence.iter().filter(|item| !may_see(item));
        kept.map(|item| item.id.clone()).collect()
    };
    let released: BTreeSet<Country> =
        case.evidence.iter().flat_map(|item| item.release_to.iter().copied()).collect();
    let by_state = released.iter().map(|state| kept(&|item| item.may_go_to(*state).is_ok()));
    let mut sets: BTreeSet<BTreeSet<EvidenceId>> = by_state.collect();
    sets.insert(kept(&|item| is_public(item.tlp)));
    sets
}

/// The record without cases of one's own.
fn published(record: &Record) -> Record {
    let mut record = record.clone();
    record.editions.retain(|edition| is_public(edition.tlp));
    record.actors.retain(|actor| actor.id.catalogue != Catalogue::Case);
    record.attacks.retain(|attack| attack.id.catalogue != Catalogue::Case);
    record.uses.retain(|one| one.user.catalogue != Catalogue::Case);
    record
}
