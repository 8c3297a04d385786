//! The first bytes of a segment: what it is, and where its sections lie.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use demarche_terms::Sha256;

use super::Damage;

/// What every segment begins with.
const MAGIC: [u8; 8] = *b"DEMARIDX";

/// The version of the format; see `docs/index-format.md`.
pub(crate) const FORM: u32 = 1;

/// A part of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Samples and families as JSON.
    Samples,
    /// The exact hash of each function.
    Exact,
    /// Functions by their exact hash.
    ByExact,
    /// The body of each function.
    Bodies,
    /// Offsets of the rows of functions.
    FunctionOffsets,
    /// A row for each function: address, size, calls.
    Functions,
    /// Offsets of the rows of features.
    ForwardOffsets,
    /// A row for each body: its features.
    Forward,
    /// Offsets of the rows of owners.
    OwnerOffsets,
    /// A row for each body: its functions and their families.
    Owners,
    /// The value of each feature, the most frequent first.
    Features,
    /// Features by their value.
    ByValue,
    /// Offsets of the rows of lists.
    ListOffsets,
    /// A row for each feature: in how many functions and which families and bodies it is.
    Lists,
}

impl Section {
    /// All sections in the order of the file.
    pub(crate) const ALL: [Self; 14] = [
        Self::Samples,
        Self::Exact,
        Self::ByExact,
        Self::Bodies,
        Self::FunctionOffsets,
        Self::Functions,
        Self::ForwardOffsets,
        Self::Forward,
        Self::OwnerOffsets,
        Self::Owners,
        Self::Features,
        Self::ByValue,
        Self::ListOffsets,
        Self::Lists,
    ];

    /// Its name in messages and in the description of the format.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Exact => "exact",
            Self::ByExact => "by-exact",
            Self::Bodies => "bodies",
            Self::FunctionOffsets => "function-offsets",
            Self::Functions => "functions",
            Self::ForwardOffsets => "forward-offsets",
            Self::Forward => "forward",
            Self::OwnerOffsets => "owner-offsets",
            Self::Owners => "owners",
            Self::Features => "features",
            Self::ByValue => "by-value",
            Self::ListOffsets => "list-offsets",
            Self::Lists => "lists",
        }
    }
}

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
    /// Its bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORM.to_le_bytes());
        bytes.extend([0; 4]);
        for (length, sha256) in &self.sections {
            bytes.extend(length.to_le_bytes());
            bytes.extend(sha256.0);
        }
        let own = Sha256::of(&bytes);
        bytes.extend(own.0);
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
        let (own, _) = rest.split_first_chunk::<32>().ok_or(Damage::Cut)?;
        if !trusts && Sha256::of(checked).0 != *own {
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

    /// Where each section lies in a file of this length, which must have nothing else.
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
