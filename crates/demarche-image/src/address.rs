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

/// The placement of the bytes of an executable.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Placement {
    /// As in the file: offsets of the file.
    File,
    /// As in memory: distances to the first byte, which was loaded at `base`, or where the file prefers it.
    Memory { base: Option<VirtualAddress> },
}

impl Placement {
    /// Returns true if the bytes lie as in memory.
    pub(crate) fn is_loaded(self) -> bool {
        matches!(self, Self::Memory { .. })
    }
}
