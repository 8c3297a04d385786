//! Programs packed with UPX: for Linux on x86, x86-64 and 64-bit Arm, and for Windows.
//!
//! What is packed in an ELF file is told by its structure, so that a changed mark keeps nothing hidden. Nothing is run; what
//! cannot be unpacked is named.

mod block;
mod elf;
mod filter;
mod nrv;
mod pe;

use demarche_terms::{GapKind, Shortfall};

/// The reasons for which a program that UPX packed stays packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpxShortfall {
    /// The program has the mark, and is not built as UPX builds.
    #[error(
        "the program has the mark of UPX, and cannot be unpacked: its headers are not those that UPX writes"
    )]
    Headers,
    /// A block does not decode.
    #[error(
        "the program is packed with UPX, and cannot be unpacked: a block of it is damaged or encrypted"
    )]
    Block,
    /// A way of compression or a filter that is not read.
    #[error("the program is packed with UPX in a way that is not read")]
    Method,
    /// More comes out than the limit.
    #[error("the program is packed with UPX, and more would come out of it than the limit")]
    Limit,
}

impl Shortfall for UpxShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Limit => GapKind::Limit,
            Self::Method => GapKind::Unsupported,
            Self::Headers | Self::Block => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = "take a copy of the program out of memory while it runs in a sandbox";
        Some(remedy.to_owned())
    }
}

/// The bytes of a program that UPX packed; `None` where it did not.
///
/// # Errors
///
/// The reason for which it cannot be unpacked to at most `most` bytes.
#[must_use]
pub fn unpack(bytes: &[u8], bound: u64) -> Option<Result<Vec<u8>, UpxShortfall>> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::unpack(bytes, bound),
        [b'M', b'Z', ..] => pe::unpack(bytes, bound),
        _ => None,
    }
}
