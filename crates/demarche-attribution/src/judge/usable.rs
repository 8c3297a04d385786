//! The record that a case may use: without the entries about the case itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use demarche_case::assessment::attribution::AttributionCaveat;
use demarche_case::record::{
    Catalogue, Citation, CitationId, PreviousAttack, Record, RecordId, Use,
};
use demarche_case::{Case, Country, Moment, Role};

use super::names::plain;

/// The record that a case may use, with the caveats of the choice.
#[derive(Debug)]
pub(crate) struct Usable<'a> {
    pub(crate) record: Cow<'a, Record>,
    /// Entries left out unasked, and names that could not be left out.
    pub(crate) caveats: Vec<AttributionCaveat>,
}

/// The record without the sources and attacks that the case leaves out, or that are later than it allows.
///
/// Unless the case asks for hindsight, attacks that may be this very one are left out with their sources (of its time,
/// on its victim's state), and sources from its last day on.
///
/// A use stays while a source that counts says so; one without any source stays unless the case sets a limit in time.
/// A copy leaves out the descriptions of uses as well, which no judge reads.
pub(crate) fn usable<'a>(record: &'a Record, case: &Case) -> Usable<'a> {
    let settings = &case.record;
    let itself = if settings.hindsight { BTreeSet::new() } else { itself(record, case) };
    let mut caveats = unknown_names(record, case);
    if !itself.is_empty() {
        caveats.push(AttributionCaveat::OwnEntries { attacks: itself.iter().cloned().collect() });
    }
    let until = until(case);
    if settings.hindsight {
        caveats.push(AttributionCaveat::Hindsight);
    } else if let Some(date) = until.filter(|_| settings.until.is_none()) {
        let is_later = |citation: &Citation| citation.date.is_some_and(|dated| dated >= date);
        let has_later = record.citations.iter().any(is_later);
        caveats.extend(has_later.then_some(AttributionCaveat::Until { date }));
    }
    if settings.leave_out.is_empty() && until.is_none() && itself.is_empty() {
        return Usable { record: Cow::Borrowed(record), caveats };
    }
    let told_of_it: BTreeSet<CitationId> = record
        .attacks
        .iter()
        .filter(|attack| itself.contains(&attack.id))
        .flat_map(|attack| &attack.citations)
        .copied()
        .collect();
    let named: BTreeSet<String> = settings.leave_out.iter().map(|name| plain(name)).collect();
    let counts = |citation: &Citation| {
        let is_earlier = |until| citation.date.is_some_and(|date| date < until);
        until.is_none_or(is_earlier) && !named.contains(&plain(&citation.name))
    };
    let counting: Vec<bool> = record.citations.iter().map(counts).collect();
    let counts = |id: &CitationId| {
        let counts = usize::try_from(id.0).is_ok_and(|index| counting.get(index) == Some(&true));
        counts && !told_of_it.contains(id)
    };
    let is_left_out = |attack: &&PreviousAttack| {
        itself.contains(&attack.id)
            || named.contains(&plain(&attack.name))
            || named.contains(&plain(&attack.id.to_string()))
    };
    let gone: BTreeSet<&RecordId> =
        record.attacks.iter().filter(is_left_out).map(|attack| &attack.id).collect();
    let stays = |claim: &&Use| {
        let is_said = if claim.citations.is_empty() {
            settings.until.is_none()
        } else {
            claim.citations.iter().any(counts)
        };
        is_said && !gone.contains(&claim.user)
    };
    let without_words = |claim: &Use| Use {
        user: claim.user.clone(),
        used: claim.used.clone(),
        citations: claim.citations.iter().copied().filter(counts).collect(),
        about: String::new(),
        grade: claim.grade,
    };
    let record = Record {
        editions: record.editions.clone(),
        actors: record.actors.clone(),
        software: record.software.clone(),
        techniques: record.techniques.clone(),
        attacks: record
            .attacks
            .iter()
            .filter(|attack| !gone.contains(&attack.id))
            .cloned()
            .collect(),
        uses: record.uses.iter().filter(stays).map(without_words).collect(),
        citations: record.citations.clone(),
    };
    Usable { record: Cow::Owned(record), caveats }
}

/// The day from which on sources do not count; `None` where all do.
pub(crate) fn until(case: &Case) -> Option<Moment> {
    let settings = &case.record;
    settings.until.or_else(|| if settings.hindsight { None } else { last(case) })
}

/// The last day of which the case tells: sources of that day and later may tell of its own attack.
fn last(case: &Case) -> Option<Moment> {
    let observed = case.evidence.iter().filter_map(|item| item.observed);
    let told = case.events.iter().map(|event| event.date);
    observed.chain(told).chain(case.noticed()).max()
}

/// Attacks with known behaviour that may be the case itself: they hit a victim of the same state, and began between the
/// month the case began and the day it was noticed.
fn itself(record: &Record, case: &Case) -> BTreeSet<RecordId> {
    let victims: BTreeSet<Country> =
        case.parties_as(Role::Victim).filter_map(|party| party.country).collect();
    let (Some(first), Some(last)) = (case.began.or(case.detected), case.noticed()) else {
        return BTreeSet::new();
    };
    let month = |moment: Moment| moment.to_string().chars().take(7).collect::<String>();
    let (first, last) = (month(first), month(last));
    let users: BTreeSet<&RecordId> = record.uses.iter().map(|claim| &claim.user).collect();
    let may_be = |attack: &&PreviousAttack| {
        let began = attack.began.map(month);
        began.is_some_and(|began| first <= began && began <= last)
            && attack
                .victims
                .iter()
                .any(|victim| victim.country.is_some_and(|c| victims.contains(&c)))
            && attack.id.catalogue != Catalogue::Case
            && users.contains(&attack.id)
    };
    record.attacks.iter().filter(may_be).map(|attack| attack.id.clone()).collect()
}

/// Names that the case leaves out and nothing in the record has: a spelling mistake, or another record.
fn unknown_names(record: &Record, case: &Case) -> Vec<AttributionCaveat> {
    let sources = record.citations.iter().map(|citation| plain(&citation.name));
    let attacks = record
        .attacks
        .iter()
        .flat_map(|attack| [plain(&attack.name), plain(&attack.id.to_string())]);
    let known: BTreeSet<String> = sources.chain(attacks).collect();
    let unknown = case.record.leave_out.iter().filter(|name| !known.contains(&plain(name)));
    unknown.map(|name| AttributionCaveat::UnknownName { name: name.clone() }).collect()
}
