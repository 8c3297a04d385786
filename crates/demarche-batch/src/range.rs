//! Ranges of keys, by which a merge is divided.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A range of keys, both ends included: AS numbers of origins, or the first 32 bits of a trait or hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// The least key.
    pub first: u32,
    /// The greatest key.
    pub last: u32,
}

impl Range {
    /// Every key.
    pub const ALL: Self = Self { first: 0, last: u32::MAX };

    pub(crate) fn holds(self, key: u32) -> bool {
        (self.first..=self.last).contains(&key)
    }

    /// Returns true if some key between the bounds can be in the range.
    pub(crate) fn meets(self, (lowest, highest): (i64, i64)) -> bool {
        i64::from(self.first) <= highest && lowest <= i64::from(self.last)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.first, self.last)
    }
}

/// The error of a text that is no range of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of keys; write two numbers with two dots between them, as in 1..65535")]
pub struct RangeError(String);

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let wrong = || RangeError(text.to_owned());
        let (first, last) = text.split_once("..").ok_or_else(wrong)?;
        let number = |text: &str| text.trim().trim_start_matches("AS").parse().map_err(|_| wrong());
        let range = Self { first: number(first)?, last: number(last)? };
        if range.first > range.last { Err(wrong()) } else { Ok(range) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_it_is_told() {
        let range: Range = "AS1..65535".parse().unwrap();
        assert_eq!(range, Range { first: 1, last: 65_535 });
        assert_eq!(range.to_string().parse(), Ok(range));
        assert_eq!(Range::ALL.to_string().parse(), Ok(Range::ALL));
        for text in ["", "1", "2..1", "1..4294967296", "-1..2"] {
            assert!(text.parse::<Range>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_group_meets_a_range_where_a_key_can_be_in_both() {
        let range = Range { first: 5, last: 9 };
        assert!(range.holds(5) && range.holds(9) && !range.holds(4));
        assert!(range.meets((0, 5)) && range.meets((9, 20)) && !range.meets((10, 20)));
    }
}
