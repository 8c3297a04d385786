use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An address in the memory of a loaded image, with the image at its preferred base.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct VirtualAddress(pub u64);

impl VirtualAddress {
    /// The address `count` bytes further on; it wraps around at the end of the address space.
    #[must_use]
    pub fn plus(self, count: u64) -> Self {
        Self(self.0.wrapping_add(count))
    }

    /// The number of bytes this address lies behind another; `None` where it lies before it.
    #[must_use]
    pub fn since(self, start: Self) -> Option<u64> {
        self.0.checked_sub(start.0)
    }
}

impl fmt::Display for VirtualAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// An offset in a file, in bytes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct FileOffset(pub u64);
