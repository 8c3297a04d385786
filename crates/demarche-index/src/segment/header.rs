//! The first bytes of a segment: its form, and the length and hash of each section.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use demarche_terms::Sha256;

use super::section::{Damage, FORM, Section};

/// The first bytes of every segment.
pub(crate) const MAGIC: [u8; 8] = *b"DEMARIDX";

/// Bytes of an entry of the table of sections: its length, its hash.
const ENTRY: usize = 8 + 32;

/// Bytes of the header: magic, form, zeros, the table, and the hash of all before it.
pub(crate) const LENGTH: usize = 8 + 4 + 4 + ENTRY * Section::ALL.len() + 32;

/// The header of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The length in bytes and the hash of each section, in the order of [`Section::ALL`].
    pub(crate) sections: [(u64, Sha256); Section::ALL.len()],
}

impl Header {
    /// The header as bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORM.to_le_bytes());
        bytes.extend([0; 4]);
        for (length, sha256) in &self.sections {
            bytes.extend(length.to_le_bytes());
            bytes.extend(sha256.0);
        }
        let sha256 = Sha256::of(&bytes);
        bytes.extend(sha256.0);
        bytes
    }

    /// Reads the header at the beginning of a segment; `trusts` leaves its own hash unchecked.
    pub(crate) fn read(bytes: &[u8], trusts: bool) -> Result<Self, Damage> {
        let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(Damage::Cut)?;
        let (form, rest) = rest.split_first_chunk::<4>().ok_or(Damage::Cut)?;
        let (_, table) = rest.split_at_checked(4).ok_or(Damage::Cut)?;
        if *magic != MAGIC {
            return Err(Damage::Magic);
        }
        let form = u32::from_le_bytes(*form);
        if form != FORM {
            return Err(Damage::Form(form));
        }
        let (checked, rest) = bytes.split_at_checked(LENGTH - 32).ok_or(Damage::Cut)?;
        let (written, _) = rest.split_first_chunk::<32>().ok_or(Damage::Cut)?;
        if !trusts && Sha256::of(checked).0 != *written {
            return Err(Damage::Hash("header"));
        }
        let mut sections = [(0, Sha256::default()); Section::ALL.len()];
        for (section, entry) in sections.iter_mut().zip(table.as_chunks::<ENTRY>().0) {
            let (length, sha256) = entry.split_first_chunk::<8>().ok_or(Damage::Cut)?;
            let (sha256, _) = sha256.split_first_chunk::<32>().ok_or(Damage::Cut)?;
            *section = (u64::from_le_bytes(*length), demarche_terms::Digest(*sha256));
        }
        Ok(Self { sections })
    }

    /// The bytes of each section in a file of this length, which must have nothing else.
    pub(crate) fn ranges(&self, file: usize) -> Result<[Range<usize>; Section::ALL.len()], Damage> {
        let mut ranges: [Range<usize>; Section::ALL.len()] = Default::default();
        let mut start = LENGTH;
        for (range, (length, _)) in ranges.iter_mut().zip(&self.sections) {
            let length = usize::try_from(*length).map_err(|_| Damage::Cut)?;
            let end = start.checked_add(length).filter(|end| *end <= file).ok_or(Damage::Cut)?;
            *range = start..end;
            start = end;
        }
        if start == file { Ok(ranges) } else { Err(Damage::Tail) }
    }
}
