//! Ranges of origins, by which a merge is divided.

use std::fmt;
use std::str::FromStr;

use demarche_case::Asn;
use serde::{Deserialize, Serialize};

/// A range of origins, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// The least origin.
    pub first: Asn,
    /// The greatest origin.
    pub last: Asn,
}

impl Range {
    /// Every origin.
    pub const ALL: Self = Self { first: Asn(0), last: Asn(u32::MAX) };

    pub(crate) fn holds(self, origin: u32) -> bool {
        (self.first.0..=self.last.0).contains(&origin)
    }

    /// Returns true if some origin between the bounds can be in the range.
    pub(crate) fn meets(self, (lowest, highest): (i64, i64)) -> bool {
        i64::from(self.first.0) <= highest && lowest <= i64::from(self.last.0)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.first.0, self.last.0)
    }
}

/// The error of a text that is no range of origins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no range of origins; write two AS numbers with two dots between them, as in 1..65535"
)]
pub struct RangeError(String);

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let wrong = || RangeError(text.to_owned());
        let (first, last) = text.split_once("..").ok_or_else(wrong)?;
        let number = |text: &str| text.trim().trim_start_matches("AS").parse().map_err(|_| wrong());
        let range = Self { first: Asn(number(first)?), last: Asn(number(last)?) };
        if range.first > range.last { Err(wrong()) } else { Ok(range) }
    }
}
