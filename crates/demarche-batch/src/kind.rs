//! The kinds of partials.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a partial holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The share of each session's routes to each origin that pass each network.
    RoutesHegemony,
    /// The number of sessions that have a route to each prefix of each origin.
    RoutesVisibility,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::RoutesHegemony, Self::RoutesVisibility];

    /// The version of the method: partials of different versions are never merged.
    #[must_use]
    pub const fn method(self) -> u32 {
        match self {
            Self::RoutesHegemony | Self::RoutesVisibility => 1,
        }
    }

    /// The name on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoutesHegemony => "routes-hegemony",
            Self::RoutesVisibility => "routes-visibility",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The error of a name that is none of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of partial; the kinds are routes-hegemony and routes-visibility")]
pub struct KindError(String);

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == text);
        named.ok_or_else(|| KindError(text.to_owned()))
    }
}
