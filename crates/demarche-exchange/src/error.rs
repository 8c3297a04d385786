use demarche_case::Recipient;
use demarche_stix::{BundleError, DraftError};

/// A bundle cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The addressee is said to be responsible, or to shelter those who are.
    #[error("{to} is said to be responsible or to shelter those who are, and gets no traces")]
    Accused {
        /// The addressee.
        to: Recipient,
    },
    /// An object would not be valid.
    #[error("an object cannot be written")]
    Draft(#[from] DraftError),
    /// The bundle would not be valid.
    #[error("the bundle cannot be written")]
    Bundle(#[from] BundleError),
}

impl ExportError {
    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Accused { .. } => "send it the note, which is made for an accused state",
            Self::Draft(_) | Self::Bundle(_) => {
                "report it as a mistake of demarche: what it writes should be valid"
            }
        }
    }
}
