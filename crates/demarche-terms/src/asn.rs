use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An autonomous system number, 32 bits wide (RFC 6793).
///
/// It is written `AS131279` for people and as a plain number in JSON.
///
/// ```
/// # use demarche_terms::Asn;
/// assert_eq!("AS131279".parse::<Asn>()?, Asn(131_279));
/// assert_eq!("131279".parse::<Asn>()?.to_string(), "AS131279");
/// # Ok::<(), demarche_terms::AsnError>(())
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Asn(pub u32);

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

/// The text is not an AS number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an AS number between 0 and 4294967295: `{0}`")]
pub struct AsnError(String);

impl FromStr for Asn {
    type Err = AsnError;

    /// Reads `AS64500`, `as64500` or `64500`.
    fn from_str(text: &str) -> Result<Self, AsnError> {
        let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = if plain { digits.parse().ok() } else { None };
        number.map(Self).ok_or_else(|| AsnError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_overflow_are_errors() {
        for text in ["", "AS", "+5", "-1", "4294967296", "AS 5", "1.10"] {
            assert!(text.parse::<Asn>().is_err(), "{text}");
        }
    }
}
