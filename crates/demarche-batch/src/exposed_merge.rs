//! Merges the partials of exposure: what all dumps hold together, each message, document, value and address once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use demarche_exposure::Subject;
use parquet::data_type::ByteArray;

use crate::exposed_rows::ExposedRow;
use crate::fault::BatchError;
use crate::folder::Whole;
use crate::range::Range;
use crate::stream::by_key;

/// How the line of a person begins, before the digest. A person can be in several ranges, and is counted behind the last.
const PERSON: &str = "person ";

/// Numbers by the beginning of their line: what is counted, kind and country.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Counts what a range of digests holds; persons whom data is about come with the digests of their names.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or its rows are none that the kind has.
pub(crate) fn exposed(found: &Whole, range: Range) -> Result<Counts, BatchError> {
    let mut counts = Counts::new();
    by_key::<ExposedRow>(&found.partials, range, &mut |(_, subject), rows| {
        rows.sort_by(|(left, a), (right, b)| {
            (a.digest.data(), a.part.data(), left).cmp(&(b.digest.data(), b.part.data(), right))
        });
        for equal in rows.chunk_by(|(_, left), (_, right)| left.digest == right.digest) {
            add_thing(subject, equal, &mut counts);
        }
        ControlFlow::Continue(())
    })?;
    Ok(counts)
}

/// Counts persons once, whatever the number of the lines that they have.
pub(crate) fn counted(lines: Counts) -> Counts {
    let mut counts = Counts::new();
    let mut persons = BTreeSet::new();
    for (line, number) in lines {
        let Some((person, about)) = line.strip_prefix(PERSON).and_then(|line| line.split_once(','))
        else {
            *counts.entry(line).or_default() += number;
            continue;
        };
        *counts.entry(format!("persons,{about}")).or_default() += 1;
        if persons.insert(person.to_owned()) {
            *counts.entry("persons,,".to_owned()).or_default() += 1;
        }
    }
    counts
}

/// Counts one thing by its rows in all tables.
fn add_thing(subject: u8, rows: &[(usize, ExposedRow)], counts: &mut Counts) {
    let mut add = |line: String, number: u64| {
        if number > 0 {
            *counts.entry(line).or_default() += number;
        }
    };
    let Some((_, first)) = rows.first() else { return };
    match Subject::ALL.get(usize::from(subject)) {
        Some(Subject::Message) => {
            let mut contents = 0;
            for content in rows.chunk_by(|(_, left), (_, right)| left.part == right.part) {
                contents += 1;
                let first = content.first().map_or(0, |(_, row)| u64::from(row.attachments));
                add("attachments,,".to_owned(), first);
            }
            add("messages,,".to_owned(), 1);
            add("messages_without_identifier,,".to_owned(), u64::from(first.identifiers == 0));
            add("near_duplicates,,".to_owned(), contents - 1);
            add(
                "message_copies,,".to_owned(),
                rows.iter().map(|(_, row)| u64::from(row.copies)).sum(),
            );
        }
        Some(Subject::Document) => add("documents,,".to_owned(), 1),
        Some(Subject::Holder) => {
            let kinds: BTreeSet<&[u8]> = rows.iter().map(|(_, row)| row.kind.data()).collect();
            kinds.into_iter().for_each(|kind| add(format!("contents,{},", told(kind)), 1));
        }
        Some(Subject::Value) => add_value(rows, &mut add),
        Some(Subject::Address) => {
            add("addresses,,".to_owned(), 1);
            if !first.country.is_empty() {
                add(format!("addresses,,{}", told(first.country.data())), 1);
            }
        }
        None => {}
    }
}

/// Counts a value by the best reason to believe it.
fn add_value(rows: &[(usize, ExposedRow)], add: &mut dyn FnMut(String, u64)) {
    let reason =
        |row: &ExposedRow| (row.check, row.rule.data().to_vec(), row.country.data().to_vec());
    let Some((_, best)) = rows.iter().min_by_key(|(_, row)| reason(row)) else { return };
    let (kind, country) = (told(best.kind.data()), told(best.country.data()));
    let different = |part: fn(&ExposedRow) -> &ByteArray| {
        let parts = rows.iter().map(|(_, row)| part(row).data()).filter(|part| !part.is_empty());
        parts.collect::<BTreeSet<&[u8]>>()
    };
    // A kind that many persons share counts by its records.
    let values = (different(|row| &row.part).len() as u64).max(1);
    add(format!("values,{kind},"), values);
    let certainty = match best.check {
        0 => "values_by_checksum",
        1 => "values_by_format",
        _ => "values_by_context",
    };
    add(format!("{certainty},{kind},"), values);
    if !country.is_empty() {
        add(format!("values_of_country,{kind},{country}"), 1);
    }
    // Of two names on the lines of a value, one may be anybody's.
    if different(|row| &row.name).len() == 1 {
        for person in different(|row| &row.person) {
            add(format!("{PERSON}{},{kind},{country}", told(person)), 1);
        }
    }
}

/// Text that was checked to have digits and letters only.
fn told(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
