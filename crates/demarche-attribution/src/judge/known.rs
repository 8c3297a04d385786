//! The record as a case may use it: without what is about the case itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use demarche_case::Case;
use demarche_case::record::{CitationId, Record};

use super::names::plain;

/// The record without the sources and attacks that the case leaves out, or that are later than it allows.
///
/// A use stays while a source that counts says so; one without any source stays unless there is a limit in time.
pub(super) fn known<'a>(record: &'a Record, case: &Case) -> Cow<'a, Record> {
    let settings = &case.record;
    if settings.leave_out.is_empty() && settings.until.is_none() {
        return Cow::Borrowed(record);
    }
    let named: BTreeSet<String> = settings.leave_out.iter().map(|name| plain(name)).collect();
    let counts = |id: &CitationId| {
        let place = usize::try_from(id.0).unwrap_or(usize::MAX);
        record.citations.get(place).is_some_and(|citation| {
            let in_time =
                settings.until.is_none_or(|until| citation.date.is_some_and(|date| date < until));
            in_time && !named.contains(&plain(&citation.name))
        })
    };
    let counting: Vec<bool> = (0..record.citations.len())
        .map(|place| u32::try_from(place).is_ok_and(|place| counts(&CitationId(place))))
        .collect();
    let stays = |citations: &[CitationId]| {
        let counts = |id: &CitationId| {
            usize::try_from(id.0).ok().and_then(|place| counting.get(place)).copied() == Some(true)
        };
        if citations.is_empty() { settings.until.is_none() } else { citations.iter().any(counts) }
    };
    let is_left_out =
        |name: &str, id: &str| named.contains(&plain(name)) || named.contains(&plain(id));
    let mut left = record.clone();
    left.uses.retain_mut(|one| {
        let stays = stays(&one.citations);
        one.citations.retain(|id| {
            usize::try_from(id.0).ok().and_then(|place| counting.get(place)).copied() == Some(true)
        });
        stays
    });
    left.attacks.retain(|attack| !is_left_out(&attack.name, &attack.id.to_string()));
    Cow::Owned(left)
}
