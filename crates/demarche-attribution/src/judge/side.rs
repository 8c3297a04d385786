//! The sides that an author can be of.

use demarche_case::{AttackerKind, Country};

/// The side of an author: a state, or a kind of attacker that acts for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    State(Country),
    /// Never [`AttackerKind::State`].
    Kind(AttackerKind),
}

impl Side {
    /// The state; `None` for the other kinds.
    pub(crate) const fn state(self) -> Option<Country> {
        match self {
            Self::State(state) => Some(state),
            Self::Kind(_) => None,
        }
    }

    /// The kind of attacker.
    pub(crate) const fn attacker(self) -> AttackerKind {
        match self {
            Self::State(_) => AttackerKind::State,
            Self::Kind(attacker) => attacker,
        }
    }
}
