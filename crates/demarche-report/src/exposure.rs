//! The inventory of what was exposed, in sentences.
//!
//! Every figure is a count of what was found. What was not read, or not recognised, is in none of them.

use demarche_case::assessment::exposure::{
    DumpRead, Duty, ExposureFindings, Gravity, KindCount, KindExposed,
};
use demarche_case::number::float;

use crate::date::date;
use crate::number::{count, counted, fraction, length, percent, word};
use crate::text::{NAME, PROSE, shown};
use crate::words::listed;

/// The limit of every count.
pub(crate) const LIMIT: &str = "A value is counted once, however often it occurs; a date of birth, a salary or a state of health, which many persons share, once for each person or record. What was not read, or not recognised, is in no count.";

/// The limit of every duty.
pub(crate) const ASK_COUNSEL: &str = "These laws may apply; ask counsel before anybody is told. The list is not complete: it knows the laws of the European Economic Area, the United Kingdom, Switzerland, the United States (health data, and seven states), Canada, Australia, Japan, South Korea, Brazil, Singapore and India, and the contracts with the card brands.";

/// The answer, the most important sentence first.
#[must_use]
pub fn exposure_answer(findings: &ExposureFindings) -> Vec<String> {
    let read = &findings.read;
    let mut sentences = vec![match exposed(read.messages, read.documents) {
        Some(exposed) => format!("{exposed} exposed, copies counted once."),
        None => "No message and no document was found in the exposed files.".to_owned(),
    }];
    sentences.extend(days(read));
    sentences.extend(amount_read(read));
    sentences.extend(persons(findings));
    sentences.extend(gravest(findings));
    sentences.extend(duties(&findings.duties));
    sentences
}

/// The exposure in one sentence of at most two figures.
pub(crate) fn exposure_first(findings: &ExposureFindings) -> Option<String> {
    let read = &findings.read;
    let named = findings.people.named_in_data;
    let main = match (read.messages, read.documents) {
        (0, 0) => return None,
        (0, documents) => counted(documents, "document was", "documents were"),
        (messages, _) => counted(messages, "message was", "messages were"),
    };
    let first = findings.kinds.iter().find(|kind| kind.values > 0);
    Some(match (named, first) {
        (0, None) => format!("{main} exposed; no sensitive data was found in them."),
        (0, Some(kind)) => {
            format!("{main} exposed, with sensitive data such as {}.", title_and_count(kind))
        }
        (named, _) => format!(
            "{main} exposed, with sensitive data that names at least {}.",
            counted(named, "person", "persons")
        ),
    })
}

/// `1,204 messages and 31 documents were`; `None` where there is neither.
fn exposed(messages: u64, documents: u64) -> Option<String> {
    let verb = if sum([messages, documents].into_iter()) == 1 { "was" } else { "were" };
    disclosed(messages, documents).map(|disclosed| format!("{disclosed} {verb}"))
}

/// `1,204 messages and 31 documents`; `None` where there is neither.
pub(crate) fn disclosed(messages: u64, documents: u64) -> Option<String> {
    let messages = (messages > 0).then(|| counted(messages, "message", "messages"));
    let documents = (documents > 0).then(|| counted(documents, "document", "documents"));
    let parts: Vec<String> = messages.into_iter().chain(documents).collect();
    (!parts.is_empty()).then(|| listed(&parts, "and"))
}

fn days(read: &DumpRead) -> Option<String> {
    let (first, last) = read.first.zip(read.last).filter(|_| read.messages > 0)?;
    Some(if first == last {
        format!("The messages are of {}.", date(first))
    } else {
        format!("The messages are from {} to {}.", date(first), date(last))
    })
}

/// The share of the bytes that was read, and the number of contents that were not.
fn amount_read(read: &DumpRead) -> Vec<String> {
    if read.bytes == 0 {
        return Vec::new();
    }
    let unread = sum(read.unread.iter().map(|unread| unread.contents));
    let partly = (read.partly_read > 0).then(|| {
        format!("Of {} only a part was read.", counted(read.partly_read, "content", "contents"))
    });
    let share = 1.0 - float(read.bytes_unread) / float(read.bytes);
    let amount = match (read.bytes_unread, unread) {
        (0, 0) if read.partly_read == 0 => "All exposed contents could be opened.".to_owned(),
        (0, 0) => "All exposed files could be opened.".to_owned(),
        _ => format!(
            "{} of the exposed bytes were read; {} could not be read.",
            percent(fraction(share)),
            counted(unread, "content", "contents")
        ),
    };
    std::iter::once(amount).chain(partly).collect()
}

fn persons(findings: &ExposureFindings) -> Vec<String> {
    let people = &findings.people;
    let with_address = (people.persons > 0).then(|| {
        format!(
            "At least {} an address in the exposed files.",
            counted(people.persons, "person has", "persons have")
        )
    });
    let named = (people.named_in_data > 0).then(|| {
        format!(
            "Sensitive data names at least {}.",
            counted(people.named_in_data, "person", "persons")
        )
    });
    with_address.into_iter().chain(named).collect()
}

/// A sentence for each of the grave kinds.
fn gravest(findings: &ExposureFindings) -> Vec<String> {
    let kinds = &findings.kinds;
    if kinds.iter().all(|kind| kind.values == 0) {
        let is_empty = disclosed(findings.read.messages, findings.read.documents).is_none();
        let none =
            (!is_empty).then(|| "No sensitive data was found in the exposed files.".to_owned());
        return none.into_iter().collect();
    }
    let of = |gravity: Gravity| -> Vec<&KindExposed> {
        kinds.iter().filter(|kind| kind.gravity == gravity && kind.values > 0).collect()
    };
    let mut sentences = Vec::new();
    for gravity in [Gravity::Access, Gravity::Identity, Gravity::Special] {
        let kinds = of(gravity);
        // Of equal counts the kind that the findings have first comes first.
        let Some(first) = kinds.iter().rev().max_by_key(|kind| kind.values) else { continue };
        let all = sum(kinds.iter().map(|kind| kind.values));
        let (was, title) = (if all == 1 { "was" } else { "were" }, shown(&first.title, NAME));
        let opening = match gravity {
            Gravity::Access if all == 1 => "1 password or key that opens other systems".to_owned(),
            Gravity::Access => format!("{} passwords and keys that open other systems", count(all)),
            Gravity::Identity => format!(
                "{} by which others take an identity or money",
                counted(all, "value", "values")
            ),
            Gravity::Special | Gravity::Personal | Gravity::Confidential => {
                format!("{} on health", counted(all, "value", "values"))
            }
        };
        sentences.push(if kinds.len() == 1 {
            format!("{opening} {was} found ({title}).")
        } else if first.values > all / 2 {
            format!("{opening} {was} found, most of them {title} ({}).", count(first.values))
        } else {
            format!("{opening} {was} found; the most common are {title} ({}).", count(first.values))
        });
    }
    sentences
}

fn duties(duties: &[Duty]) -> Option<String> {
    let hours = duties.iter().filter_map(|duty| duty.hours).min();
    let laws = match duties.len() {
        0 => return None,
        1 => "Under one law or rule a notice may be due".to_owned(),
        several => format!("Under {} laws or rules notices may be due", word(several as u64)),
    };
    Some(match hours {
        Some(hours) => format!("{laws}, the first within {}.", time(hours)),
        None => format!("{laws}."),
    })
}

/// Hours as laws tell them: in days from four days on.
fn time(hours: u32) -> String {
    match (hours / 24, hours % 24) {
        (days @ 4.., 0) => counted(u64::from(days), "day", "days"),
        _ => counted(u64::from(hours), "hour", "hours"),
    }
}

/// How grave it is that a kind is out, in words.
pub(crate) const fn gravity_words(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Access => "opens other systems",
        Gravity::Identity => "identity or money",
        Gravity::Special => "health",
        Gravity::Personal => "personal",
        Gravity::Confidential => "confidential",
    }
}

/// `passwords (312)`.
fn title_and_count(kind: &KindExposed) -> String {
    format!("{} ({})", shown(&kind.title, NAME), count(kind.values))
}

/// The kinds of a part of the dump with their counts; at most `most`, the rest by their number.
pub(crate) fn kinds_in_words(
    findings: &ExposureFindings,
    kinds: &[KindCount],
    most: usize,
) -> String {
    let told = kinds.iter().take(most).map(|kind| {
        let known = findings.kinds.iter().find(|known| known.kind == kind.kind);
        let title = known.map_or(kind.kind.as_str(), |known| known.title.as_str());
        format!("{} ({})", shown(title, NAME), count(kind.values))
    });
    let mut told: Vec<String> = told.collect();
    if kinds.len() > most {
        told.push(format!("{} more kinds", length(kinds.len() - most)));
    }
    told.join(", ")
}

/// The checks that the values of a kind passed, with the number of values of each.
pub(crate) fn checks(kind: &KindExposed) -> String {
    let checks = [
        (kind.by_checksum, "by check digits"),
        (kind.by_format, "by the issuer’s form"),
        (kind.by_context, "by words around"),
    ];
    let told = checks.into_iter().filter(|(values, _)| *values > 0);
    let told: Vec<String> =
        told.map(|(values, check)| format!("{} {check}", count(values))).collect();
    told.join(", ")
}

/// An amount of bytes in powers of 1,000 with one decimal: `12.3 GB`.
pub(crate) fn bytes(amount: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if amount < 1_000 {
        return counted(amount, "byte", "bytes");
    }
    let mut value = float(amount) / 1_000.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or("kB");
    while value >= 999.95 {
        let Some(next) = units.next() else { break };
        (value, unit) = (value / 1_000.0, next);
    }
    format!("{value:.1}\u{a0}{unit}")
}

/// The sum of counts; a file from elsewhere may hold counts whose sum has no number.
pub(crate) fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

/// The name of a dump.
pub(crate) fn dump_name(findings: &ExposureFindings) -> String {
    shown(&findings.dump, PROSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_one_decimal_and_a_unit() {
        for (amount, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_951, "1.0 MB"),
            (12_345_678_901, "12.3 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(amount).replace('\u{a0}', " "), text);
        }
    }

    #[test]
    fn a_time_is_told_in_days_from_four_days_on() {
        for (hours, text) in [
            (24, "24 hours"),
            (72, "72 hours"),
            (96, "4 days"),
            (720, "30 days"),
            (100, "100 hours"),
        ] {
            assert_eq!(time(hours).replace('\u{a0}', " "), text);
        }
    }
}
