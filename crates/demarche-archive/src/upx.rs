//! Programs packed with UPX: for Linux on x86, x86-64, Arm and MIPS, and for Windows.
//!
//! What is packed in an ELF file is told by its structure, so that a changed mark keeps nothing hidden. What comes out is
//! compared with the checksums that UPX wrote. Nothing is run; what cannot be unpacked is named.

mod block;
mod elf;
mod filter;
mod headers;
mod nrv;
mod pe;
mod rebuilt;
mod symbols;
mod tables;
mod trailer;

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
    /// The program has sections named as UPX names them, and no header of UPX.
    #[error(
        "the program has sections named as UPX names them, and cannot be unpacked: UPX's own header is not found"
    )]
    Sections,
    /// A library, of which UPX packs only a part, or a program whose front was changed.
    #[error(
        "the file ends as UPX ends what it packs, and does not begin so: a packed library, or a changed front; it is not unpacked"
    )]
    Library,
    /// A block does not decode.
    #[error(
        "the program is packed with UPX, and cannot be unpacked: a block of it is damaged or encrypted"
    )]
    Block,
    /// A way of compression or a filter that is not read.
    #[error("the program is packed with UPX in a way that is not read")]
    Method,
    /// A checksum that UPX wrote does not hold for what came out.
    #[error(
        "the program is packed with UPX, and a checksum does not hold: what was unpacked is not the program that was packed"
    )]
    Checksum,
    /// The checksums that UPX writes are not there.
    #[error(
        "the program was unpacked, and UPX's own checksums are not found: whether it is whole cannot be told"
    )]
    Unchecked,
    /// The blocks of what is not loaded cannot be read.
    #[error(
        "the program was unpacked without its section headers and symbols: their blocks cannot be read"
    )]
    Rest,
    /// More comes out than the limit.
    #[error("the program is packed with UPX, and more would come out of it than the limit")]
    Limit,
}

impl Shortfall for UpxShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Limit => GapKind::Limit,
            Self::Method | Self::Library => GapKind::Unsupported,
            Self::Headers
            | Self::Sections
            | Self::Block
            | Self::Checksum
            | Self::Unchecked
            | Self::Rest => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = "take a copy of the program out of memory while it runs in a sandbox";
        Some(remedy.to_owned())
    }
}

/// A program that was unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The reason for which they may not be those that were packed.
    pub shortfall: Option<UpxShortfall>,
}

/// The program that UPX packed; `None` where it packed none.
///
/// # Errors
///
/// The reason for which it cannot be unpacked to at most `bound` bytes.
#[must_use]
pub fn unpack(bytes: &[u8], bound: u64) -> Option<Result<Unpacked, UpxShortfall>> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::unpack(bytes, bound),
        [b'M', b'Z', ..] => pe::unpack(bytes, bound),
        _ => None,
    }
}
