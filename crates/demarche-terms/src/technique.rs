use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A technique or sub-technique of MITRE ATT&CK by its number, as `T1485` or `T1561.002`.
///
/// ```
/// # use demarche_terms::TechniqueId;
/// let wipe: TechniqueId = "T1561.002".parse()?;
/// assert_eq!(wipe.parent().to_string(), "T1561");
/// # Ok::<(), demarche_terms::TechniqueIdError>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r"^T\d{4}(\.\d{3})?$"))]
pub struct TechniqueId {
    technique: u16,
    sub: Option<u16>,
}

impl TechniqueId {
    /// The technique that a sub-technique belongs to; a technique is its own.
    #[must_use]
    pub const fn parent(self) -> Self {
        Self { technique: self.technique, sub: None }
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T{:04}", self.technique)?;
        self.sub.map_or(Ok(()), |sub| write!(f, ".{sub:03}"))
    }
}

/// The text is not an ATT&CK technique.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ATT&CK technique: `{0}`")]
pub struct TechniqueIdError(String);

impl FromStr for TechniqueId {
    type Err = TechniqueIdError;

    fn from_str(text: &str) -> Result<Self, TechniqueIdError> {
        let read = || {
            let digits = text.strip_prefix('T')?;
            let (technique, sub) = match digits.split_once('.') {
                Some((technique, sub)) => (technique, Some(number(sub, 3)?)),
                None => (digits, None),
            };
            Some(Self { technique: number(technique, 4)?, sub })
        };
        read().ok_or_else(|| TechniqueIdError(text.to_owned()))
    }
}

/// Exactly `digits` ASCII digits.
fn number(text: &str, digits: usize) -> Option<u16> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl TryFrom<String> for TechniqueId {
    type Error = TechniqueIdError;

    fn try_from(text: String) -> Result<Self, TechniqueIdError> {
        text.parse()
    }
}

impl From<TechniqueId> for String {
    fn from(technique: TechniqueId) -> Self {
        technique.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tactics_groups_and_short_numbers_are_errors() {
        for text in
            ["", "T", "TA0040", "G0032", "T148", "T14855", "T1561.2", "T1561.", "t1485", "T+485"]
        {
            assert!(text.parse::<TechniqueId>().is_err(), "{text}");
        }
        assert_eq!("T0001.001".parse::<TechniqueId>().unwrap().to_string(), "T0001.001");
    }
}
