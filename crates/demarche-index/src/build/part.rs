//! What a segment can be made from.

use crate::columns::Words;
use crate::segment::{Damage, Samples, Section, Segment, row};

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
