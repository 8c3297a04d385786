//! A segment: samples with their functions in one file that never changes.
//!
//! The file is read into memory once. Every number is checked when it is used: a damaged or forged segment gives
//! [`Damage`], never a panic. `docs/index-format.md` describes the bytes.
#![warn(clippy::indexing_slicing)]

mod header;
mod samples;
mod section;

use std::fmt;
use std::ops::Range;

use demarche_terms::Sha256;

pub(crate) use header::Header;
pub(crate) use samples::{SampleRow, Samples};
pub use section::Damage;
pub(crate) use section::{Section, row};

use crate::columns::{Longs, Rows, Words};
use crate::numbers::{Ascending, Numbers, unzigzag};

/// A segment, read into memory as a whole, so that no change of its file reaches a search that is under way.
pub(crate) struct Segment {
    bytes: Vec<u8>,
    header: Header,
    ranges: [Range<usize>; Section::ALL.len()],
    samples: Samples,
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({} bytes)", self.bytes.len())
    }
}

/// A function as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionRow {
    /// Bytes after the base of its sample.
    pub(crate) start: u64,
    pub(crate) size: u32,
    pub(crate) instructions: u32,
    pub(crate) blocks: u32,
    /// Callees, by their place in the sample.
    pub(crate) calls: Vec<u32>,
    pub(crate) pointed: Vec<u32>,
}

/// The occurrences of a feature in a segment.
#[derive(Clone, Debug)]
pub(crate) struct List<'a> {
    /// In how many functions.
    pub(crate) functions: u32,
    /// In which families, by their place in the segment; `None` where they are those of its only body.
    pub(crate) families: Option<Vec<u32>>,
    /// In which bodies.
    pub(crate) bodies: Ascending<'a>,
}

/// The functions that have a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owners {
    /// Ascending.
    pub(crate) functions: Vec<u32>,
    /// By their place in the segment, ascending.
    pub(crate) families: Vec<u32>,
}

impl Segment {
    /// The first bytes of the file.
    pub(crate) const MARK: [u8; 8] = header::MAGIC;

    /// Opens a segment: the header, the samples and the lengths of all sections are checked, the rest when it is used.
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Self, Damage> {
        Self::read_with(bytes, false)
    }

    /// Opens a segment; `trusts` leaves hashes unchecked.
    pub(crate) fn read_with(bytes: Vec<u8>, trusts: bool) -> Result<Self, Damage> {
        let header = Header::read(&bytes, trusts)?;
        let ranges = header.ranges(bytes.len())?;
        let mut segment = Self { bytes, header, ranges, samples: Samples::default() };
        if !trusts {
            segment.check(Section::Samples)?;
        }
        segment.samples = Samples::read(segment.section(Section::Samples))?;
        segment.check_lengths()?;
        Ok(segment)
    }

    fn check_lengths(&self) -> Result<(), Damage> {
        let wrong = |section: Section| Damage::Length(section.name());
        let functions = self.samples.functions() as usize;
        let (bodies, features) = (self.owner_count()?, self.words(Section::Features)?.len());
        let fits = [
            (Section::Exact, self.longs(Section::Exact)?.len() == functions),
            (Section::ByExact, self.words(Section::ByExact)?.len() == functions),
            (Section::Bodies, self.words(Section::Bodies)?.len() == functions),
            (Section::FunctionOffsets, self.function_rows()?.is_of(functions)),
            (Section::ForwardOffsets, self.forward()?.is_of(bodies)),
            (Section::OwnerOffsets, self.owner_rows()?.is_of(bodies)),
            (Section::ByValue, self.words(Section::ByValue)?.len() == features),
            (Section::ListOffsets, self.list_rows()?.is_of(features)),
        ];
        fits.iter().find(|(_, fits)| !fits).map_or(Ok(()), |(section, _)| Err(wrong(*section)))
    }

    /// The number of bodies, as the samples say.
    fn owner_count(&self) -> Result<usize, Damage> {
        usize::try_from(self.samples.bodies).map_err(|_| Damage::Samples)
    }

    /// Compares every section with the hash that was taken when it was written.
    pub(crate) fn verify(&self) -> Result<(), Damage> {
        Section::ALL.iter().try_for_each(|section| self.check(*section))
    }

    fn check(&self, section: Section) -> Result<(), Damage> {
        let written = self.header.sections.get(section as usize).map(|(_, sha256)| *sha256);
        if written == Some(Sha256::of(self.section(section))) {
            return Ok(());
        }
        Err(Damage::Hash(section.name()))
    }

    fn section(&self, section: Section) -> &[u8] {
        // `Header::ranges` checks that every section is within the bytes.
        self.ranges
            .get(section as usize)
            .and_then(|range| self.bytes.get(range.clone()))
            .unwrap_or(&[])
    }

    fn words(&self, section: Section) -> Result<Words<'_>, Damage> {
        Words::new(self.section(section)).ok_or(Damage::Length(section.name()))
    }

    fn longs(&self, section: Section) -> Result<Longs<'_>, Damage> {
        Longs::new(self.section(section)).ok_or(Damage::Length(section.name()))
    }

    fn rows(&self, offsets: Section, rows: Section) -> Result<Rows<'_>, Damage> {
        Ok(Rows::new(self.longs(offsets)?, self.section(rows)))
    }

    fn function_rows(&self) -> Result<Rows<'_>, Damage> {
        self.rows(Section::FunctionOffsets, Section::Functions)
    }

    pub(crate) fn forward(&self) -> Result<Rows<'_>, Damage> {
        self.rows(Section::ForwardOffsets, Section::Forward)
    }

    fn owner_rows(&self) -> Result<Rows<'_>, Damage> {
        self.rows(Section::OwnerOffsets, Section::Owners)
    }

    pub(crate) fn list_rows(&self) -> Result<Rows<'_>, Damage> {
        self.rows(Section::ListOffsets, Section::Lists)
    }

    /// The bytes of the file.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Its samples, ascending by hash, and its families, ascending by name.
    pub(crate) fn samples(&self) -> &Samples {
        &self.samples
    }

    /// The number of different sets of features that its functions have.
    pub(crate) fn bodies(&self) -> u32 {
        self.samples.bodies
    }

    /// The value of each feature, by its id.
    pub(crate) fn features(&self) -> Result<Words<'_>, Damage> {
        self.words(Section::Features)
    }

    /// Features by their value.
    pub(crate) fn by_value(&self) -> Result<Words<'_>, Damage> {
        self.words(Section::ByValue)
    }

    /// The exact hash of each function.
    pub(crate) fn exact(&self) -> Result<Longs<'_>, Damage> {
        self.longs(Section::Exact)
    }

    /// Functions by exact hash.
    pub(crate) fn by_exact(&self) -> Result<Words<'_>, Damage> {
        self.words(Section::ByExact)
    }

    /// The body of each function.
    pub(crate) fn function_bodies(&self) -> Result<Words<'_>, Damage> {
        self.words(Section::Bodies)
    }

    /// The bytes of a function's row.
    pub(crate) fn function_bytes(&self, function: u32) -> Result<&[u8], Damage> {
        self.function_rows()?.get(function).ok_or(row(Section::Functions))
    }

    /// A function's row.
    pub(crate) fn function(&self, function: u32) -> Result<FunctionRow, Damage> {
        let damaged = row(Section::Functions);
        let sample = self.samples.of_function(function).ok_or(damaged.clone())?;
        let index = function.checked_sub(sample.first).ok_or(damaged.clone())?;
        let bytes = self.function_bytes(function)?;
        FunctionRow::read(bytes, index, sample.functions).ok_or(damaged)
    }

    /// The functions that have a body, and their families.
    pub(crate) fn owners(&self, body: u32) -> Result<Owners, Damage> {
        let damaged = row(Section::Owners);
        let bytes = self.owner_rows()?.get(body).ok_or(damaged.clone())?;
        let owners = self.read_owners(bytes).ok_or(damaged.clone())?;
        let fits = owners.functions.last().is_none_or(|last| *last < self.samples.functions());
        if fits { Ok(owners) } else { Err(damaged) }
    }

    fn read_owners(&self, bytes: &[u8]) -> Option<Owners> {
        let mut numbers = Numbers(bytes);
        let count = numbers.next()?;
        let functions = numbers.take_ascending(count)?;
        let families = match functions.as_slice() {
            [only] => vec![self.samples.of_function(*only)?.family],
            _ => {
                let count = numbers.next()?;
                numbers.take_ascending(count)?
            }
        };
        let known = u32::try_from(self.samples.families.len()).ok()?;
        let fits = numbers.is_empty() && families.last().is_none_or(|last| *last < known);
        fits.then_some(Owners { functions, families })
    }

    /// The place of a feature, if it occurs.
    pub(crate) fn feature(&self, value: u32) -> Result<Option<u32>, Damage> {
        let count = u32::try_from(self.by_value()?.len()).map_err(|_| row(Section::ByValue))?;
        self.feature_between(value, 0..count)
    }

    /// The place of a feature, if it is among those of these ranks by value.
    pub(crate) fn feature_between(
        &self,
        value: u32,
        ranks: Range<u32>,
    ) -> Result<Option<u32>, Damage> {
        let (by_value, values) = (self.by_value()?, self.features()?);
        let damaged = row(Section::ByValue);
        let (mut low, mut high) = (ranks.start, ranks.end);
        while low < high {
            let middle = u32::midpoint(low, high);
            let id = by_value.get(middle).ok_or(damaged.clone())?;
            match values.get(id).ok_or(damaged.clone())?.cmp(&value) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Ok(Some(id)),
            }
        }
        Ok(None)
    }

    /// The occurrences of a feature.
    pub(crate) fn list(&self, feature: u32) -> Result<List<'_>, Damage> {
        let damaged = row(Section::Lists);
        let bytes = self.list_rows()?.get(feature).ok_or(damaged.clone())?;
        List::read(bytes).ok_or(damaged)
    }

    /// The families that have a feature, by their place in the segment.
    pub(crate) fn families_of(&self, feature: u32) -> Result<Vec<u32>, Damage> {
        let mut list = self.list(feature)?;
        match list.families {
            Some(families) => Ok(families),
            None => Ok(self.owners(list.bodies.next().ok_or(row(Section::Lists))?)?.families),
        }
    }

    /// The features of a body by their place, ascending.
    pub(crate) fn body(&self, body: u32) -> Result<Ascending<'_>, Damage> {
        self.forward()?.get(body).map(Ascending::new).ok_or(row(Section::Forward))
    }

    /// The values of the features of a body, ascending.
    pub(crate) fn body_values(&self, body: u32) -> Result<Vec<u32>, Damage> {
        let values = self.features()?;
        let mut features = self.body(body)?;
        let mut read: Vec<u32> = features.by_ref().map_while(|id| values.get(id)).collect();
        if !features.is_complete() {
            return Err(row(Section::Forward));
        }
        read.sort_unstable();
        Ok(read)
    }

    /// The functions with this exact hash, ascending.
    pub(crate) fn with_exact(&self, hash: u64) -> Result<Vec<u32>, Damage> {
        let (exact, by_exact) = (self.exact()?, self.by_exact()?);
        let damaged = row(Section::ByExact);
        let count = u32::try_from(by_exact.len()).map_err(|_| damaged.clone())?;
        let entry = |index: u32| {
            let function = by_exact.get(index)?;
            Some((function, exact.get(function)?))
        };
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = u32::midpoint(low, high);
            let (_, met) = entry(middle).ok_or(damaged.clone())?;
            if met < hash { low = middle + 1 } else { high = middle }
        }
        let equal = (low..count).map_while(entry).take_while(|(_, met)| *met == hash);
        Ok(equal.map(|(function, _)| function).collect())
    }
}

impl FunctionRow {
    /// Reads the row of the function at `index` of a sample with so many functions.
    fn read(bytes: &[u8], index: u32, functions: u32) -> Option<Self> {
        let mut numbers = Numbers(bytes);
        let start = numbers.next()?;
        let (size, instructions, blocks) = (numbers.small()?, numbers.small()?, numbers.small()?);
        let count = usize::try_from(numbers.next()?).ok().filter(|count| *count <= bytes.len())?;
        let mut calls = Vec::with_capacity(count);
        for _ in 0..count {
            let callee = i64::from(index).checked_add(unzigzag(numbers.next()?))?;
            calls.push(u32::try_from(callee).ok().filter(|callee| *callee < functions)?);
        }
        let count = numbers.next()?;
        let pointed = numbers.take_ascending(count)?;
        numbers.is_empty().then_some(Self { start, size, instructions, blocks, calls, pointed })
    }
}

impl<'a> List<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut numbers = Numbers(bytes);
        let head = numbers.next()?;
        let functions = u32::try_from(head >> 1).ok()?;
        let families = match head & 1 {
            0 => None,
            _ => {
                let count = numbers.next()?;
                Some(numbers.take_ascending(count)?)
            }
        };
        Some(Self { functions, families, bodies: Ascending::new(numbers.0) })
    }
}
