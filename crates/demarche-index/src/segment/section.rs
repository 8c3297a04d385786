//! The sections of a segment, and the ways in which a segment can be damaged.

use demarche_terms::GapKind;

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

    /// The name in messages and in the description of the format.
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

/// The reason why a segment, or a part of it, was not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The file ends before its sections do.
    #[error("the file is cut")]
    Cut,
    /// The file goes on after its sections.
    #[error("the file has more bytes than its sections")]
    Tail,
    /// The file is something else.
    #[error("the file is not a segment of an index")]
    Magic,
    /// The file was written by another version.
    #[error("written in form {0}, not {FORM}")]
    Form(u32),
    /// The bytes are not those that were written.
    #[error("the bytes of its {0} are not those that were written")]
    Hash(&'static str),
    /// The section of samples is not what it should be.
    #[error("its samples cannot be read")]
    Samples,
    /// The sections do not fit each other.
    #[error("its {0} have another length than the other sections ask for")]
    Length(&'static str),
    /// A row says something that cannot be.
    #[error("its {0} cannot be read")]
    Row(&'static str),
    /// The file is not there.
    #[error("the file is missing")]
    Missing,
    /// The file cannot be opened.
    #[error("cannot be opened: {0}")]
    Unreadable(String),
}

impl Damage {
    /// The kind of gap that the damage makes.
    pub(crate) fn kind(&self) -> GapKind {
        match self {
            Self::Missing | Self::Unreadable(_) => GapKind::Unreadable,
            Self::Form(_) => GapKind::Unsupported,
            _ => GapKind::Damaged,
        }
    }
}

/// The damage of a section that has a row which cannot be.
pub(crate) const fn row(section: Section) -> Damage {
    Damage::Row(section.name())
}
