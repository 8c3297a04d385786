//! The rows of partials of code: which traits and functions a program has, and in how many of its functions.

use demarche_terms::Fingerprint;
use parquet::data_type::ByteArray;

use crate::columns::{Column, TableWriter};
use crate::manifest::{Manifest, Program};
use crate::stream::{GROUP, Key, Row};

/// The columns of a partial of code.
///
/// `what` is 0 for a trait and 1 for a function, told by the hash of its instructions without addresses. `key` is the trait, or
/// the first 32 bits of the hash, whose last stand in `rest`. `program` is the position among the manifest's programs; its
/// family and whether it is library code stand beside it for those who ask the table by SQL. `size` is the size in bytes of
/// the smallest of these functions; 0 for traits.
pub(crate) const TRAITS: &str = "message traits {
    required int64 what;
    required int64 key;
    required int64 rest;
    required int64 program;
    required int64 functions;
    required int64 size;
    required binary family (utf8);
    required int64 library;
}";

/// The number of a row of a trait.
pub(crate) const TRAIT: u8 = 0;

/// The number of a row of a function.
pub(crate) const FUNCTION: u8 = 1;

/// One row: a trait of a program, or a function of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TraitRow {
    pub(crate) key: u32,
    pub(crate) what: u8,
    pub(crate) rest: u32,
    pub(crate) program: u32,
    pub(crate) functions: u32,
    pub(crate) size: u32,
}

impl Row for TraitRow {
    const COLUMNS: &'static [&'static str] =
        &["what", "key", "rest", "program", "functions", "size", "family", "library"];

    /// Each program: the number of its functions, its family, and 1 for library code.
    type Limits = Vec<(u32, String, u8)>;

    fn limits(manifest: &Manifest) -> Self::Limits {
        let limit = |program: &Program| {
            (program.functions, program.family_key(), u8::from(program.is_library))
        };
        manifest.programs.iter().map(limit).collect()
    }

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [whats, keys, rests, programs, functions, sizes, ..] = columns else { return None };
        Some(Self {
            what: whats.whole(row)?,
            key: keys.whole(row)?,
            rest: rests.whole(row)?,
            program: programs.whole(row)?,
            functions: functions.whole(row)?,
            size: sizes.whole(row)?,
        })
    }

    fn key(&self) -> Key {
        (self.key, self.what)
    }

    fn fits(&self, programs: &Self::Limits) -> bool {
        let is_known = match self.what {
            TRAIT => self.rest == 0,
            number => number == FUNCTION,
        };
        let program = programs.get(self.program as usize);
        is_known && program.is_some_and(|(limit, ..)| (1..=*limit).contains(&self.functions))
    }

    fn agrees(columns: &[Column], row: usize, programs: &Self::Limits) -> bool {
        let [_, _, _, positions, _, _, families, libraries] = columns else { return false };
        let program = positions.whole::<usize>(row).and_then(|position| programs.get(position));
        program.is_some_and(|(_, family, library)| {
            families.has_text(row, family) && libraries.whole(row) == Some(*library)
        })
    }

    fn comes_before(&self, next: &Self) -> bool {
        let position = |row: &Self| (row.key, row.what, row.rest, row.program);
        position(self) < position(next)
    }
}

/// Adds the rows of one program, each trait and each function once.
pub(crate) fn add_program(program: u32, functions: &[Fingerprint], rows: &mut Vec<TraitRow>) {
    let mut traits: Vec<u32> =
        functions.iter().flat_map(|function| &function.features).map(|value| value.0).collect();
    traits.sort_unstable();
    rows.extend(traits.chunk_by(|left, right| left == right).filter_map(|equal| {
        let functions = u32::try_from(equal.len()).ok()?;
        let key = *equal.first()?;
        Some(TraitRow { key, what: TRAIT, rest: 0, program, functions, size: 0 })
    }));
    let mut hashes: Vec<(u64, u32)> =
        functions.iter().map(|function| (function.exact, function.size)).collect();
    hashes.sort_unstable();
    rows.extend(hashes.chunk_by(|(left, _), (right, _)| left == right).filter_map(|equal| {
        let functions = u32::try_from(equal.len()).ok()?;
        let (hash, size) = *equal.first()?;
        let [key, rest] = halves(hash);
        Some(TraitRow { key, what: FUNCTION, rest, program, functions, size })
    }));
}

/// The first and the last 32 bits of a hash.
fn halves(hash: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = hash.to_be_bytes();
    [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]
}

/// Writes rows, which are in order.
pub(crate) fn write_traits(
    rows: &[TraitRow],
    programs: &[Program],
    writer: &mut TableWriter,
) -> parquet::errors::Result<()> {
    let family = |program: &Program| ByteArray::from(program.family_key().into_bytes());
    let families: Vec<ByteArray> = programs.iter().map(family).collect();
    let libraries: Vec<i64> =
        programs.iter().map(|program| i64::from(program.is_library)).collect();
    for group in rows.chunks(GROUP) {
        let column = |value: fn(&TraitRow) -> u32| {
            Column::Whole(group.iter().map(|row| i64::from(value(row))).collect())
        };
        let of_program = group.iter().map(|row| row.program as usize);
        writer.group(&[
            column(|row| u32::from(row.what)),
            column(|row| row.key),
            column(|row| row.rest),
            column(|row| row.program),
            column(|row| row.functions),
            column(|row| row.size),
            Column::Text(of_program.clone().map(|program| families[program].clone()).collect()),
            Column::Whole(of_program.map(|program| libraries[program]).collect()),
        ])?;
    }
    Ok(())
}
