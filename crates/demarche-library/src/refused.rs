//! The entries of a catalogue that were not used, each with its reason.

use demarche_case::{GapKind, Shortfall};

/// An entry that was not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The catalogue's identifier of the entry, or its position in the file.
    pub id: String,
    /// The name of the entry, where it has one.
    pub name: Option<String>,
    /// The reason.
    pub reason: Reason,
}

impl Refused {
    pub(crate) fn new(id: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self { id: id.into(), name: None, reason: reason.into() }
    }

    /// A refusal of the row that begins on this line, from 1.
    pub(crate) fn row(line: u64, reason: impl Into<Reason>) -> Self {
        Self::new(format!("line {line}"), reason)
    }

    pub(crate) fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }
}

/// The reason for which an entry was not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// STIX forbids the object.
    #[error(transparent)]
    Stix(#[from] demarche_stix::Problem),
    /// The publisher revoked the entry.
    #[error("revoked by its publisher")]
    Revoked,
    /// The publisher revoked the entry in favour of another, given by its number.
    #[error("revoked by its publisher in favour of {0}")]
    RevokedBy(String),
    /// The publisher no longer maintains the entry.
    #[error("deprecated by its publisher")]
    Deprecated,
    /// One end of the relationship, given by its id, is not used.
    #[error("joins {0}, which is not used")]
    Unused(String),
    /// The relationship joins two entries that are used, and says nothing of them that is read.
    #[error("`{kind}` from {from} to {to} is not read")]
    Unread {
        /// The relationship.
        kind: demarche_stix::RelationshipKind,
        /// The type of its source.
        from: String,
        /// The type of its target.
        to: String,
    },
    /// The author of a claim has little or no confidence in it.
    #[error("its author's confidence in it is low ({0} of 100), so that it is no claim")]
    Doubted(u8),
    /// A place stands for where an actor comes from, and is no country.
    #[error("comes from a place that is no known country: {0}")]
    NoCountry(String),
    /// The technique has no number of ATT&CK.
    #[error("has no ATT&CK number of a technique")]
    NoTechnique,
    /// The entry is not written as its catalogue writes its entries.
    #[error("not as the catalogue has it: {0}")]
    Form(#[from] Malformed),
    /// The entry lacks a member or cell that it must have.
    #[error("has no `{0}`")]
    Missing(&'static str),
    /// The field has nothing in it; the rest of the entry is used.
    #[error("its `{0}` is empty")]
    Blank(&'static str),
    /// Another entry with the same identifier came before this one.
    #[error("its identifier has been met before")]
    Repeated,
    /// The row attributes an incident without naming an initiator.
    #[error("attributes the incident to nobody it names")]
    NamesNobody,
}

impl Reason {
    /// Returns true if the publisher withdrew the entry or it states nothing, so that nothing is missing.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(
            self,
            Self::Revoked
                | Self::RevokedBy(_)
                | Self::Deprecated
                | Self::NamesNobody
                | Self::Blank(_)
        )
    }
}

impl Shortfall for Reason {
    fn kind(&self) -> GapKind {
        GapKind::Refused
    }
}

/// A fault in the form of one entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The reader of JSON or CSV stopped, with this fault in plain words.
    #[error("{0}")]
    Syntax(String),
    /// The row has another number of cells than the table has columns.
    #[error("has {cells} cells, not {columns}")]
    Cells {
        /// The number of cells.
        cells: usize,
        /// The number of columns.
        columns: usize,
    },
    /// The row is too long.
    #[error("is {bytes} bytes long; at most {limit} are read")]
    Length {
        /// The length of the row in bytes.
        bytes: u64,
        /// The greatest length that is read, in bytes.
        limit: u64,
    },
    /// The cell of this column is not UTF-8.
    #[error("its column `{0}` is not UTF-8")]
    Encoding(String),
    /// The cell of this column is empty.
    #[error("its `{0}` is empty")]
    Empty(&'static str),
    /// A value of this field is no text; the rest of the entry is used.
    #[error("a value of its `{field}` is no text, and is left out: {value}")]
    Text {
        /// The field.
        field: &'static str,
        /// The value, at most 60 characters of it.
        value: String,
    },
    /// The field has no members of its own; the rest of the entry is used.
    #[error("its `{field}` has no members, and is left out: {value}")]
    Members {
        /// The field.
        field: &'static str,
        /// The value, at most 60 characters of it.
        value: String,
    },
    /// A value of this field is no known country; the rest of the entry is used.
    #[error("its `{field}` names no known country, and is left out: `{value}`")]
    Country {
        /// The field.
        field: &'static str,
        /// The value, at most 60 characters of it.
        value: String,
    },
    /// A date of this column is in no form that is read; the rest of the entry is used.
    #[error("its `{field}` is no date that is read, and is left out: `{value}`")]
    Date {
        /// The column.
        field: &'static str,
        /// The cell, at most 60 characters of it.
        value: String,
    },
    /// A date of this column lies before another one of the same entry; the rest of the entry is used.
    #[error("its `{field}` is before its `{before}`, and is left out: `{value}`")]
    Order {
        /// The column.
        field: &'static str,
        /// The column of the earlier date.
        before: &'static str,
        /// The cell, at most 60 characters of it.
        value: String,
    },
    /// The table lacks a column that the release has; what it would tell is missing everywhere.
    #[error("has no column `{0}`, which the release has")]
    Column(&'static str),
    /// The cell of this column is no whole number.
    #[error("its `{0}` is no whole number")]
    Number(&'static str),
    /// The cell of this column differs from that of earlier rows of the same incident.
    #[error("its `{0}` is not that of the rows before it")]
    Differs(&'static str),
}
