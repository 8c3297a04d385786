//! Short names that a case gives to its own parts.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest short name, in characters: it stands in file names and table columns.
const LONGEST: usize = 64;

/// The text is not a short name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a short name of up to 64 lower-case letters, digits and hyphens: `{0}`")]
pub struct SlugError(String);

fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= LONGEST
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|byte| plain(byte) || byte == b'-')
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Up to 64 lower-case letters, digits and hyphens, beginning with a letter or digit.
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String", extend("pattern" = "^[a-z0-9][a-z0-9-]{0,63}$"))]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = SlugError;

            fn from_str(text: &str) -> Result<Self, SlugError> {
                text.to_owned().try_into()
            }
        }

        impl TryFrom<String> for $name {
            type Error = SlugError;

            fn try_from(text: String) -> Result<Self, SlugError> {
                if is_slug(&text) { Ok(Self(text)) } else { Err(SlugError(text)) }
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

slug!(
    /// The short name of a case, which is also fit for a folder.
    CaseId
);
slug!(
    /// The short name of items of evidence that stand and fall together.
    ClusterId
);
slug!(
    /// The short name of one item of evidence, by which everything else cites it.
    EvidenceId
);
slug!(
    /// The short name of a party to the case.
    PartyId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_paths_or_options_are_errors() {
        let long = "a".repeat(65);
        for text in ["", "-a", "A", "a b", "a/b", "..", "a.b", "é", &long] {
            assert!(text.parse::<EvidenceId>().is_err(), "{text}");
        }
        assert_eq!("flash-a-000044".parse::<EvidenceId>().unwrap().as_str(), "flash-a-000044");
    }
}
