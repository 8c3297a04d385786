//! The parts that a segment is made from, and why none was made.

use std::io;

use crate::columns::Words;
use crate::segment::{Damage, SampleRow, Samples, Section, Segment, row};

/// The reason why no segment was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("cannot write")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Damage(#[from] Damage),
    #[error("more than {} functions or features in one segment", u32::MAX)]
    TooMany,
}

/// A sample of a part that the segment will have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live {
    /// The index of the part.
    pub(crate) part: usize,
    /// The index of the sample in the part.
    pub(crate) sample: usize,
}

impl Live {
    /// Returns the row of the sample.
    pub(crate) fn row<'parts>(self, parts: &[&'parts dyn Part]) -> &'parts SampleRow {
        &parts[self.part].samples().samples[self.sample]
    }
}

/// Samples with their functions, bodies ascending by the values of their features.
pub(crate) trait Part: Sync {
    /// The samples.
    fn samples(&self) -> &Samples;

    /// The value of each feature, each once, in any order.
    fn values(&self) -> Result<Vec<u32>, Damage>;

    /// Appends the features of a body, by their place among the values, in any order.
    fn body(&self, body: u32, into: &mut Vec<u32>) -> Result<(), Damage>;

    /// The exact hash and the body of a function.
    fn function(&self, function: u32) -> Result<(u64, u32), Damage>;

    /// Appends the row of a function as it is stored.
    fn append_row(&self, function: u32, into: &mut Vec<u8>) -> Result<(), Damage>;
}

impl Part for Segment {
    fn samples(&self) -> &Samples {
        self.samples()
    }

    fn values(&self) -> Result<Vec<u32>, Damage> {
        self.features().map(Words::iter).map(Iterator::collect)
    }

    fn body(&self, body: u32, into: &mut Vec<u32>) -> Result<(), Damage> {
        let mut features = self.body(body)?;
        into.extend(features.by_ref());
        if features.is_complete() { Ok(()) } else { Err(row(Section::Forward)) }
    }

    fn function(&self, function: u32) -> Result<(u64, u32), Damage> {
        let exact = self.exact()?.get(function).ok_or(row(Section::Exact))?;
        let body = self.function_bodies()?.get(function).ok_or(row(Section::Bodies))?;
        Ok((exact, body))
    }

    fn append_row(&self, function: u32, into: &mut Vec<u8>) -> Result<(), Damage> {
        into.extend_from_slice(self.function_bytes(function)?);
        Ok(())
    }
}
