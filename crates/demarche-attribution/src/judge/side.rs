//! The sides that an author can be of.

use demarche_case::assessment::attribution::Leads;
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

    /// The side as an answer.
    pub(crate) const fn leads(self) -> Leads {
        match self {
            Self::State(state) => Leads::State { state },
            Self::Kind(attacker) => Leads::Kind { attacker },
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
