//! The columns of functions, and which functions each body has.

use super::invert::{Incidence, invert};
use super::spool::Spool;
use super::{Bodies, BuildError, Live, Part, Scratch, Spooled, row};
use crate::columns::{Longs, Out as _, RowWriter, Words};
use crate::numbers;
use crate::segment::{Damage, Samples, Section};

/// Rows and the table of their offsets.
#[derive(Debug)]
pub(crate) struct RowColumns {
    pub(crate) offsets: Spooled,
    pub(crate) rows: Spooled,
}

impl RowColumns {
    pub(crate) fn finish(writer: RowWriter<Spool<'_>>) -> Result<Self, BuildError> {
        Ok(Self { offsets: Spooled::Memory(writer.offsets), rows: writer.rows.finish()? })
    }
}

/// What is kept for each function.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) exact: Spooled,
    pub(crate) bodies: Spooled,
    pub(crate) offsets: Spooled,
    pub(crate) rows: Spooled,
}

/// The columns of all functions, sample by sample.
pub(crate) fn columns(
    parts: &[&dyn Part],
    live: &[Live],
    bodies: &Bodies,
    scratch: &Scratch<'_>,
) -> Result<Columns, BuildError> {
    let (mut exacts, mut ids) = (scratch.spool(), scratch.spool());
    let mut writer = RowWriter::new(scratch.spool());
    let mut bytes = Vec::new();
    for one in live {
        let (part, sample) = (parts[one.part], row(parts, *one));
        for function in sample.into_iter().flat_map(crate::segment::SampleRow::range) {
            let (exact, body) = part.function(function)?;
            let damaged = Damage::Row(Section::Bodies.name());
            let body = bodies.id(one.part, body).ok_or(damaged)?;
            exacts.append(&exact.to_le_bytes())?;
            ids.append(&body.to_le_bytes())?;
            bytes.clear();
            part.append_row(function, &mut bytes)?;
            writer.push(&bytes)?;
        }
    }
    let RowColumns { offsets, rows } = RowColumns::finish(writer)?;
    Ok(Columns { exact: exacts.finish()?, bodies: ids.finish()?, offsets, rows })
}

/// Marks a place in [`Owners::several`] rather than a family; there are fewer samples than this.
const SEVERAL: u32 = 1 << 31;

/// How many functions have a body, and their family, or with [`SEVERAL`] added where their families are.
///
/// Both together, as whoever asks for one asks for the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Owner {
    functions: u32,
    family: u32,
}

/// The functions of each body, and their families.
#[derive(Debug)]
pub(crate) struct Owners {
    pub(crate) offsets: Spooled,
    pub(crate) rows: Spooled,
    owners: Vec<Owner>,
    several: Vec<Vec<u32>>,
}

impl Owners {
    /// How many functions have a body, and their families, ascending.
    #[inline]
    pub(crate) fn of(&self, body: u32) -> (u32, &[u32]) {
        let owner = &self.owners[body as usize];
        let families = match owner.family.checked_sub(SEVERAL) {
            None => std::slice::from_ref(&owner.family),
            Some(place) => &self.several[place as usize],
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
    scratch: &Scratch<'_>,
) -> Result<Owners, BuildError> {
    let words = Words::new(bodies).ok_or(Damage::Length(Section::Bodies.name()))?;
    let mut counts = vec![0_u32; samples.bodies as usize];
    for body in words.iter() {
        counts[body as usize] += 1;
    }
    let mut writer = RowWriter::new(scratch.spool());
    let (mut owners, mut several) = (Vec::with_capacity(counts.len()), Vec::new());
    let (mut bytes, mut met) = (Vec::new(), Vec::new());
    invert(&BodyOfFunction(words), &counts, scratch.limit() / 4, |_, functions| {
        met.clear();
        met.extend(functions.iter().filter_map(|one| Some(samples.of_function(*one)?.family)));
        met.sort_unstable();
        met.dedup();
        bytes.clear();
        numbers::put(&mut bytes, functions.len() as u64);
        numbers::put_ascending(&mut bytes, functions.iter().copied());
        if functions.len() > 1 {
            numbers::put(&mut bytes, met.len() as u64);
            numbers::put_ascending(&mut bytes, met.iter().copied());
        }
        let family = match met.as_slice() {
            [one] => *one,
            _ => {
                several.push(met.clone());
                SEVERAL | u32::try_from(several.len() - 1).unwrap_or(u32::MAX)
            }
        };
        owners
            .push(Owner { functions: u32::try_from(functions.len()).unwrap_or(u32::MAX), family });
        Ok(writer.push(&bytes)?)
    })?;
    let RowColumns { offsets, rows } = RowColumns::finish(writer)?;
    Ok(Owners { offsets, rows, owners, several })
}

/// Functions by their exact hash, those with the same in their own order.
pub(crate) fn by_exact(exact: &[u8], scratch: &Scratch<'_>) -> Result<Spooled, BuildError> {
    let exact = Longs::new(exact).ok_or(Damage::Length(Section::Exact.name()))?;
    let mut counts = [0_usize; 256];
    for hash in exact.iter() {
        counts[first_byte(hash)] += 1;
    }
    let (mut spool, mut pairs) = (scratch.spool(), Vec::new());
    let mut first = 0;
    while first < counts.len() {
        let (mut after, mut sum) = (first + 1, counts[first]);
        while after < counts.len() && (sum + counts[after]) * 16 <= scratch.limit() {
            sum += counts[after];
            after += 1;
        }
        pairs.clear();
        let all = (0_u32..).zip(exact.iter()).map(|(function, hash)| (hash, function));
        pairs.extend(all.filter(|(hash, _)| (first..after).contains(&first_byte(*hash))));
        pairs.sort_unstable();
        for (_, function) in &pairs {
            spool.append(&function.to_le_bytes())?;
        }
        first = after;
    }
    Ok(spool.finish()?)
}

fn first_byte(hash: u64) -> usize {
    usize::from(hash.to_be_bytes()[0])
}
