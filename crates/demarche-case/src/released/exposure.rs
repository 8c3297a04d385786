//! The part of an inventory of what was exposed that may go to a state: kinds and counts.
//!
//! No value, name, address, mailbox, place, domain or mask is in these types, so that none of them can be in a note.

use crate::Country;
use crate::assessment::exposure::{
    CountryExposed, DumpRead, ExposureFindings, Gravity, KindExposed,
};

/// The kinds and counts of what was exposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedExposure {
    /// Messages, copies counted once.
    pub messages: u64,
    /// Documents, copies counted once.
    pub documents: u64,
    /// The kinds of sensitive data, the gravest first.
    pub kinds: Vec<KindReleased>,
    /// The counts that concern the people of the addressee; `None` where nothing does.
    pub of_addressee: Option<CountryExposed>,
}

/// A kind of sensitive data and its count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindReleased {
    /// The kind in words.
    pub title: String,
    /// The gravity of the kind.
    pub gravity: Gravity,
    /// Distinct values.
    pub values: u64,
}

impl ReleasedExposure {
    /// Returns what of an inventory is for a state: of countries only its own.
    pub(crate) fn of(findings: &ExposureFindings, addressee: Country) -> Self {
        let ExposureFindings {
            // It names a folder of the sender.
            dump: _,
            read:
                DumpRead {
                    files: _,
                    bytes: _,
                    message_copies: _,
                    messages,
                    without_identifier: _,
                    near_duplicates: _,
                    repeated_texts: _,
                    threads: _,
                    forwarded: _,
                    documents,
                    attachments: _,
                    bytes_unread: _,
                    // Reasons come with places.
                    unread: _,
                    partly_read: _,
                    losses: _,
                    first: _,
                    last: _,
                },
            kinds,
            // Persons, their mailboxes and their organisations are told to nobody.
            mailboxes: _,
            people: _,
            organisations: _,
            countries,
            months: _,
            // Places and masks are told to nobody.
            worst: _,
            secrets: _,
            // Duties are the sender's.
            duties: _,
        } = findings;
        let kinds = kinds.iter().map(kind_of);
        Self {
            messages: *messages,
            documents: *documents,
            kinds: kinds.collect(),
            of_addressee: countries.iter().find(|told| told.country == addressee).cloned(),
        }
    }
}

fn kind_of(kind: &KindExposed) -> KindReleased {
    let KindExposed {
        kind: _,
        title,
        gravity,
        values,
        contents: _,
        by_checksum: _,
        by_format: _,
        by_context: _,
        // Only the addressee's own country is told, and by the sum of its kinds.
        countries: _,
    } = kind;
    KindReleased { title: title.clone(), gravity: *gravity, values: *values }
}
