//! The rows of partials of exposure: digests of messages, contents, values and addresses, and nothing that can be read.

use demarche_exposure::{DigestRow, Subject};
use parquet::data_type::ByteArray;

use crate::columns::{Column, TableWriter};
use crate::manifest::Manifest;
use crate::stream::{GROUP, Key, Row};

/// The columns of a partial of exposure.
///
/// `subject` is 0 for a message, 1 for a document, 2 for a content with values of a kind, 3 for a value, 4 for an address.
/// `key` is the first 32 bits of `digest`. [`DigestRow`] says what stands in the others.
pub(crate) const EXPOSED: &str = "message exposure {
    required int64 subject;
    required int64 key;
    required binary digest (utf8);
    required binary part (utf8);
    required binary kind (utf8);
    required binary country (utf8);
    required int64 certainty;
    required binary rule (utf8);
    required binary masked (utf8);
    required binary name (utf8);
    required binary person (utf8);
    required int64 copies;
    required int64 attachments;
    required int64 identifiers;
}";

/// The hexadecimal digits of a digest.
const DIGITS: usize = 32;

/// The most letters of a kind or country.
const WORD: usize = 64;

/// The number of the weakest reason to believe a value, the context.
const CHECKS: u8 = 2;

/// One row as it is merged; texts are shared with the columns that they were read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExposedRow {
    pub(crate) key: u32,
    pub(crate) subject: u8,
    pub(crate) digest: ByteArray,
    pub(crate) part: ByteArray,
    pub(crate) kind: ByteArray,
    pub(crate) country: ByteArray,
    pub(crate) check: u8,
    pub(crate) rule: ByteArray,
    pub(crate) masked: ByteArray,
    pub(crate) name: ByteArray,
    pub(crate) person: ByteArray,
    pub(crate) copies: u32,
    pub(crate) attachments: u32,
    pub(crate) identifiers: u32,
}

impl Row for ExposedRow {
    const COLUMNS: &'static [&'static str] = &[
        "subject",
        "key",
        "digest",
        "part",
        "kind",
        "country",
        "certainty",
        "rule",
        "masked",
        "name",
        "person",
        "copies",
        "attachments",
        "identifiers",
    ];

    type Limits = ();

    fn limits(_: &Manifest) {}

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [
            subjects,
            keys,
            digests,
            parts,
            kinds,
            countries,
            checks,
            rules,
            masks,
            names,
            persons,
            copies,
            attachments,
            identifiers,
        ] = columns
        else {
            return None;
        };
        Some(Self {
            key: keys.whole(row)?,
            subject: subjects.whole(row)?,
            digest: digests.text(row)?,
            part: parts.text(row)?,
            kind: kinds.text(row)?,
            country: countries.text(row)?,
            check: checks.whole(row)?,
            rule: rules.text(row)?,
            masked: masks.text(row)?,
            name: names.text(row)?,
            person: persons.text(row)?,
            copies: copies.whole(row)?,
            attachments: attachments.whole(row)?,
            identifiers: identifiers.whole(row)?,
        })
    }

    fn key(&self) -> Key {
        (self.key, self.subject)
    }

    fn fits(&self, (): &()) -> bool {
        let is_digest = |text: &ByteArray| {
            text.data().len() == DIGITS && text.data().iter().all(u8::is_ascii_hexdigit)
        };
        let is_or_none = |text: &ByteArray| text.data().is_empty() || is_digest(text);
        let is_word = |text: &ByteArray| {
            text.data().len() <= WORD
                && text
                    .data()
                    .iter()
                    .all(|sign| sign.is_ascii_alphanumeric() || b"_-".contains(sign))
        };
        let key = self.digest.as_utf8().ok().and_then(key_of);
        usize::from(self.subject) < Subject::ALL.len()
            && is_digest(&self.digest)
            && key == Some(self.key)
            && [&self.part, &self.name, &self.person].into_iter().all(is_or_none)
            && [&self.kind, &self.country].into_iter().all(is_word)
            && self.check <= CHECKS
    }

    /// The manifest says nothing of digests.
    fn agrees(_: &[Column], _: usize, (): &()) -> bool {
        true
    }

    fn comes_before(&self, next: &Self) -> bool {
        let order = self.thing().cmp(&next.thing());
        // The copies of one content of a message stand in one row.
        if Subject::ALL.get(usize::from(self.subject)) == Some(&Subject::Message) {
            return order.is_lt();
        }
        order.then_with(|| self.finding().cmp(&next.finding())).is_lt()
    }
}

impl ExposedRow {
    /// The thing that the row is about, and the part of it.
    fn thing(&self) -> (Key, [&[u8]; 2]) {
        (self.key(), [self.digest.data(), self.part.data()])
    }

    /// The words and digests that are told of it, in the order of the columns.
    fn finding(&self) -> ([&[u8]; 2], u8, [&[u8]; 4]) {
        let Self { kind, country, check, rule, masked, name, person, .. } = self;
        let found = [rule.data(), masked.data(), name.data(), person.data()];
        ([kind.data(), country.data()], *check, found)
    }
}

/// The first 32 bits of a digest.
fn key_of(digest: &str) -> Option<u32> {
    u32::from_str_radix(digest.get(..8)?, 16).ok()
}

/// Writes rows, which are in the order of their digests.
pub(crate) fn write_exposed(
    rows: &[DigestRow],
    writer: &mut TableWriter,
) -> parquet::errors::Result<()> {
    // Rows of equal keys are in the order of their subjects.
    let mut rows: Vec<(u32, &DigestRow)> =
        rows.iter().filter_map(|row| Some((key_of(&row.digest)?, row))).collect();
    rows.sort_by_key(|(key, row)| (*key, row.subject));
    for group in rows.chunks(GROUP) {
        let text = |value: fn(&DigestRow) -> &str| {
            let texts =
                group.iter().map(|(_, row)| ByteArray::from(value(row).as_bytes().to_vec()));
            Column::Text(texts.collect())
        };
        let whole = |value: fn(&DigestRow) -> u64| {
            let numbers = group.iter().map(|(_, row)| value(row));
            Column::Whole(numbers.map(|number| i64::try_from(number).unwrap_or(i64::MAX)).collect())
        };
        writer.group(&[
            whole(|row| u64::from(row.subject)),
            Column::Whole(group.iter().map(|(key, _)| i64::from(*key)).collect()),
            text(|row| &row.digest),
            text(|row| &row.part),
            text(|row| &row.kind),
            text(|row| &row.country),
            whole(|row| u64::from(row.check)),
            text(|row| &row.rule),
            text(|row| &row.masked),
            text(|row| &row.name),
            text(|row| &row.person),
            whole(|row| row.copies),
            whole(|row| row.attachments),
            whole(|row| row.identifiers),
        ])?;
    }
    Ok(())
}
