//! To whom a note goes.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Country;

/// To whom a note goes: a state, or its national CERT. Both may see the same; they are asked for different things.
///
/// ```
/// # use demarche_case::Recipient;
/// let to: Recipient = "th-cert".parse()?;
/// assert_eq!(to.to_string(), "TH-CERT");
/// assert_eq!(to.country().code(), "TH");
/// # Ok::<(), demarche_case::RecipientError>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[A-Z]{2}(-CERT)?$"))]
pub enum Recipient {
    /// The competent authorities of a state: `TH`.
    State(Country),
    /// Its national CERT: `TH-CERT`.
    Cert(Country),
}

impl Recipient {
    /// The end of the name of a CERT.
    const CERT: &'static str = "-CERT";

    /// The state whose consents decide what may go there.
    #[must_use]
    pub const fn country(self) -> Country {
        match self {
            Self::State(country) | Self::Cert(country) => country,
        }
    }
}

impl From<Country> for Recipient {
    fn from(country: Country) -> Self {
        Self::State(country)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(country) => f.pad(country.code()),
            Self::Cert(country) => f.pad(&format!("{}{}", country.code(), Self::CERT)),
        }
    }
}

/// The text names neither a state nor a CERT.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither a country code of two letters, as CN, nor that of a national CERT, as CN-CERT: `{0}`"
)]
pub struct RecipientError(String);

impl FromStr for Recipient {
    type Err = RecipientError;

    /// Reads the name in any case.
    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let upper = text.to_ascii_uppercase();
        let country = |code: &str| code.parse().map_err(|_| RecipientError(text.to_owned()));
        match upper.strip_suffix(Self::CERT) {
            Some(code) => country(code).map(Self::Cert),
            None => country(&upper).map(Self::State),
        }
    }
}

impl TryFrom<String> for Recipient {
    type Error = RecipientError;

    fn try_from(text: String) -> Result<Self, RecipientError> {
        text.parse()
    }
}

impl From<Recipient> for String {
    fn from(to: Recipient) -> Self {
        to.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["TH", "TH-CERT"] {
            assert_eq!(text.parse::<Recipient>().unwrap().to_string(), text);
        }
        for text in ["", "-CERT", "T-CERT", "THA", "TH-CERTS", "TH-CERT-CERT", "TH/../x"] {
            assert!(text.parse::<Recipient>().is_err(), "{text}");
        }
    }
}
