//! The placement of the bytes of an executable: as in the file, or as in memory.

use crate::VirtualAddress;

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
