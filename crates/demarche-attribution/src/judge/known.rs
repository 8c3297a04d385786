//! The record as a case may use it: without what is about the case itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use demarche_case::Case;
use demarche_case::record::{Citation, CitationId, PreviousAttack, Record, Use};

use super::names::plain;

/// The record without the sources and attacks that the case leaves out, or that are later than it allows.
///
/// A use stays while a source that counts says so; one without any source stays unless there is a limit in time.
/// What is left out of a copy beside that is what uses say in words, which no judge reads.
pub(super) fn known<'a>(record: &'a Record, case: &Case) -> Cow<'a, Record> {
    let settings = &case.record;
    if settings.leave_out.is_empty() && settings.until.is_none() {
        return Cow::Borrowed(record);
    }
    let named: BTreeSet<String> = settings.leave_out.iter().map(|name| plain(name)).collect();
    let counts = |citation: &Citation| {
        let is_earlier = |until| citation.date.is_some_and(|date| date < until);
        settings.until.is_none_or(is_earlier) && !named.contains(&plain(&citation.name))
    };
    let counting: Vec<bool> = record.citations.iter().map(counts).collect();
    let counts = |id: &CitationId| {
        let place = usize::try_from(id.0).unwrap_or(usize::MAX);
        counting.get(place) == Some(&true)
    };
    let stays = |one: &&Use| {
        if one.citations.is_empty() {
            settings.until.is_none()
        } else {
            one.citations.iter().any(counts)
        }
    };
    let without_words = |one: &Use| Use {
        user: one.user.clone(),
        used: one.used.clone(),
        citations: one.citations.iter().copied().filter(counts).collect(),
        about: String::new(),
        grade: one.grade,
    };
    let is_left_out = |attack: &&PreviousAttack| {
        named.contains(&plain(&attack.name)) || named.contains(&plain(&attack.id.to_string()))
    };
    Cow::Owned(Record {
        editions: record.editions.clone(),
        actors: record.actors.clone(),
        software: record.software.clone(),
        techniques: record.techniques.clone(),
        attacks: record.attacks.iter().filter(|one| !is_left_out(one)).cloned().collect(),
        uses: record.uses.iter().filter(stays).map(without_words).collect(),
        citations: record.citations.clone(),
    })
}
