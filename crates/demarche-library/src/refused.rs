//! Why an entry of a catalogue was not used.

/// An entry that was not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The catalogue's identifier of it, or its place.
    pub id: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Why.
    pub reason: Reason,
}

impl Refused {
    pub(crate) fn new(id: impl Into<String>, reason: Reason) -> Self {
        Self { id: id.into(), name: None, reason }
    }

    pub(crate) fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }
}

/// Why an entry was not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// STIX forbids it.
    #[error(transparent)]
    Stix(#[from] demarche_stix::Problem),
    /// Its publisher took it back.
    #[error("revoked by its publisher")]
    Revoked,
    /// Its publisher took it back in favour of another.
    #[error("revoked by its publisher in favour of {0}")]
    RevokedBy(String),
    /// Its publisher no longer keeps it up.
    #[error("deprecated by its publisher")]
    Deprecated,
    /// It is about something that is not used.
    #[error("joins {0}, which is not used")]
    Unused(String),
    /// It is a technique without a number of ATT&CK.
    #[error("has no ATT&CK number of a technique")]
    NoTechnique,
    /// It is not written as its catalogue writes its entries.
    #[error("not as the catalogue has it: {0}")]
    Form(String),
    /// It lacks something that it must have.
    #[error("has no `{0}`")]
    Missing(&'static str),
    /// Another entry with its identifier came before it.
    #[error("its identifier has been met before")]
    Repeated,
    /// It attributes an incident to nobody that it names.
    #[error("attributes the incident to nobody it names")]
    NamesNobody,
}

impl Reason {
    /// Whether its publisher took it back, or it says nothing, so that nothing is missing.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(self, Self::Revoked | Self::RevokedBy(_) | Self::Deprecated | Self::NamesNobody)
    }
}
