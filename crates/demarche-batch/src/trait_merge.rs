//! Merges the partials of code: how rare each trait is, and what pairs of families have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use demarche_case::Sha256;

use crate::fault::BatchError;
use crate::folder::Whole;
use crate::manifest::Program;
use crate::range::Range;
use crate::stream::{Key, by_key};
use crate::trait_rows::{TRAIT, TraitRow};

/// A trait of functions, or a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trait {
    /// A trait.
    Feature(u32),
    /// The instructions of a function without addresses, by their hash.
    Function(u64),
}

/// The occurrences of a trait or function in all programs, each counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrences {
    /// The trait or function.
    pub of: Trait,
    /// The functions that have it.
    pub functions: u64,
    /// The programs that have it.
    pub programs: u64,
    /// The families that have it, ascending, by their position in [`Families::names`].
    pub families: Vec<u32>,
    /// True if library code has it: then it ties nobody.
    pub is_library: bool,
    /// The size in bytes of the smallest of the functions with these instructions; 0 for traits.
    pub size: u32,
}

/// What two families have and few others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The traits.
    pub traits: u64,
    /// The functions, by their instructions without addresses.
    pub functions: u64,
    /// The bytes of these functions.
    pub bytes: u64,
}

/// The families of all programs of some partials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Families {
    /// Their names, ascending; a program without a family is one by itself, named by its hash.
    pub names: Vec<String>,
    /// For each table and each of its programs, its family, and true for library code; `None` where a table before has it.
    of: Vec<Vec<Option<(u32, bool)>>>,
}

impl Families {
    /// The families of partials; a program that several have counts by the first.
    #[must_use]
    pub fn of(found: &Whole) -> Self {
        let tables = || found.partials.iter().map(|partial| &partial.manifest.programs);
        let names: BTreeSet<String> = tables().flatten().map(Program::family_key).collect();
        let positions: BTreeMap<&String, u32> = names.iter().zip(0..).collect();
        let mut met: BTreeSet<Sha256> = BTreeSet::new();
        let mut of = Vec::new();
        for programs in tables() {
            let known = programs.iter().map(|program| {
                let family = positions.get(&program.family_key()).copied()?;
                met.insert(program.sha256).then_some((family, program.is_library))
            });
            of.push(known.collect());
        }
        Self { of, names: names.into_iter().collect() }
    }
}

/// Merges partials of code: the occurrences of each trait and function, by the first 32 bits, traits first. A break ends the merge.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or its rows are none that the kind has.
pub fn occurrences(
    found: &Whole,
    families: &Families,
    range: Range,
    receive: &mut dyn FnMut(&Occurrences) -> ControlFlow<()>,
) -> Result<(), BatchError> {
    by_key::<TraitRow>(&found.partials, range, &mut |key, rows| {
        rows.sort_unstable_by_key(|(table, row)| (row.rest, *table, row.program));
        for equal in rows.chunk_by(|(_, left), (_, right)| left.rest == right.rest) {
            if let Some(met) = occurrences_of(key, equal, families) {
                receive(&met)?;
            }
        }
        ControlFlow::Continue(())
    })
}

/// The occurrences in the rows of one trait; `None` where all programs stand in tables before.
fn occurrences_of(
    (key, number): Key,
    rows: &[(usize, TraitRow)],
    families: &Families,
) -> Option<Occurrences> {
    let (_, first) = rows.first()?;
    let of = if number == TRAIT {
        Trait::Feature(key)
    } else {
        Trait::Function(u64::from(key) << 32 | u64::from(first.rest))
    };
    let mut met = Occurrences {
        of,
        functions: 0,
        programs: 0,
        families: Vec::new(),
        is_library: false,
        size: u32::MAX,
    };
    for (table, row) in rows {
        let known = families.of.get(*table)?.get(row.program as usize)?;
        let Some((family, is_library)) = *known else { continue };
        met.functions += u64::from(row.functions);
        met.programs += 1;
        met.families.push(family);
        met.is_library |= is_library;
        met.size = met.size.min(row.size);
    }
    met.families.sort_unstable();
    met.families.dedup();
    (met.programs > 0).then_some(met)
}

/// Merges partials of code: what each pair of families has that at most `limit` families and no library code have.
///
/// Pairs are the positions of two names, the lesser first; pairs that have nothing in common are left out.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or its rows are none that the kind has.
pub fn pairs(
    found: &Whole,
    families: &Families,
    range: Range,
    limit: u32,
) -> Result<BTreeMap<(u32, u32), Shared>, BatchError> {
    let mut pairs: BTreeMap<(u32, u32), Shared> = BTreeMap::new();
    occurrences(found, families, range, &mut |met| {
        let is_rare = !met.is_library && met.families.len() <= limit as usize;
        for (index, left) in met.families.iter().enumerate().filter(|_| is_rare) {
            for right in met.families.iter().skip(index + 1) {
                let shared = pairs.entry((*left, *right)).or_default();
                match met.of {
                    Trait::Feature(_) => shared.traits += 1,
                    Trait::Function(_) => {
                        shared.functions += 1;
                        shared.bytes += u64::from(met.size);
                    }
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(pairs)
}
