//! The columns of functions, and which functions each body has.

use super::bodies::Bodies;
use super::invert::{Incidence, invert};
use super::part::{BuildError, Live, Part};
use crate::columns::{Longs, RowColumns, Words};
use crate::numbers;
use crate::segment::{Damage, Samples, Section};

/// The columns that have an entry for each function.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) exact: Vec<u8>,
    pub(crate) bodies: Vec<u8>,
    pub(crate) rows: RowColumns,
}

/// The columns of all functions, sample by sample.
pub(crate) fn columns(
    parts: &[&dyn Part],
    live: &[Live],
    bodies: &Bodies,
) -> Result<Columns, Damage> {
    let mut columns = Columns::default();
    let mut bytes = Vec::new();
    for sample in live {
        let part = parts[sample.part];
        for function in sample.row(parts).range() {
            let (exact, body) = part.function(function)?;
            let damaged = Damage::Row(Section::Bodies.name());
            let body = bodies.id(sample.part, body).ok_or(damaged)?;
            columns.exact.extend_from_slice(&exact.to_le_bytes());
            columns.bodies.extend_from_slice(&body.to_le_bytes());
            bytes.clear();
            part.append_row(function, &mut bytes)?;
            columns.rows.push(&bytes);
        }
    }
    Ok(columns)
}

/// A bit that marks an index of [`Owners::several`] rather than a family; there are fewer samples than this.
const SEVERAL: u32 = 1 << 31;

/// The number of functions that have a body, and their family, or with [`SEVERAL`] added the index of their families.
///
/// The two numbers lie together, as they are always read together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Owner {
    functions: u32,
    family: u32,
}

/// The functions of each body, and their families.
#[derive(Debug)]
pub(crate) struct Owners {
    pub(crate) rows: RowColumns,
    owners: Vec<Owner>,
    several: Vec<Vec<u32>>,
}

impl Owners {
    /// The number of functions that have a body, and their families, ascending.
    #[inline]
    pub(crate) fn of(&self, body: u32) -> (u32, &[u32]) {
        let owner = &self.owners[body as usize];
        let families = match owner.family.checked_sub(SEVERAL) {
            None => std::slice::from_ref(&owner.family),
            Some(index) => &self.several[index as usize],
        };
        (owner.functions, families)
    }
}

/// The body of each function.
struct BodyOfFunction<'a>(Words<'a>);

impl Incidence for BodyOfFunction<'_> {
    type Error = BuildError;

    fn each(&self, mut see: impl FnMut(u32, u32)) -> Result<(), BuildError> {
        (0..).zip(self.0.iter()).for_each(|(function, body)| see(function, body));
        Ok(())
    }
}

/// The functions of each body and their families.
pub(crate) fn owners(
    bodies: &[u8],
    samples: &Samples,
    budget: usize,
) -> Result<Owners, BuildError> {
    let words = Words::new(bodies).ok_or(Damage::Length(Section::Bodies.name()))?;
    let mut counts = vec![0_u32; samples.bodies as usize];
    for body in words.iter() {
        counts[body as usize] += 1;
    }
    let mut rows = RowColumns::default();
    let (mut owners, mut several) = (Vec::with_capacity(counts.len()), Vec::new());
    let (mut bytes, mut met) = (Vec::new(), Vec::new());
    invert(&BodyOfFunction(words), &counts, budget / 4, |_, functions| {
        met.clear();
        met.extend(functions.iter().filter_map(|id| Some(samples.of_function(*id)?.family)));
        met.sort_unstable();
        met.dedup();
        bytes.clear();
        numbers::put(&mut bytes, numbers::long(functions.len()));
        numbers::put_ascending(&mut bytes, functions.iter().copied());
        if functions.len() > 1 {
            numbers::put(&mut bytes, numbers::long(met.len()));
            numbers::put_ascending(&mut bytes, met.iter().copied());
        }
        let family = match met.as_slice() {
            [family] => *family,
            _ => {
                several.push(met.clone());
                SEVERAL | id(several.len() - 1)
            }
        };
        owners.push(Owner { functions: id(functions.len()), family });
        rows.push(&bytes);
        Ok(())
    })?;
    Ok(Owners { rows, owners, several })
}

/// Functions by their exact hash, those with the same in their own order.
pub(crate) fn by_exact(exact: &[u8], budget: usize) -> Result<Vec<u8>, BuildError> {
    let exact = Longs::new(exact).ok_or(Damage::Length(Section::Exact.name()))?;
    let mut counts = [0_usize; 256];
    for hash in exact.iter() {
        counts[first_byte(hash)] += 1;
    }
    let (mut column, mut pairs) = (Vec::new(), Vec::new());
    let mut first = 0;
    while first < counts.len() {
        let (mut after, mut sum) = (first + 1, counts[first]);
        while after < counts.len() && (sum + counts[after]) * 16 <= budget {
            sum += counts[after];
            after += 1;
        }
        pairs.clear();
        let all = (0_u32..).zip(exact.iter()).map(|(function, hash)| (hash, function));
        pairs.extend(all.filter(|(hash, _)| (first..after).contains(&first_byte(*hash))));
        pairs.sort_unstable();
        for (_, function) in &pairs {
            column.extend_from_slice(&function.to_le_bytes());
        }
        first = after;
    }
    Ok(column)
}

/// A number of functions or bodies as a segment stores it.
fn id(count: usize) -> u32 {
    u32::try_from(count).expect("a segment has fewer than 2³² functions, as `Samples::of` checks")
}

fn first_byte(hash: u64) -> usize {
    usize::from(hash.to_be_bytes()[0])
}
