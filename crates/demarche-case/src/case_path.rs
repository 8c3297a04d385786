use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A path inside a case folder, written with `/` on every system: `routes/as-rel.txt`.
///
/// It cannot leave the folder: no root, drive, `.`, `..`, empty part, backslash or control character.
/// That none of its parts is a symbolic link is checked where the file is opened.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct CasePath(String);

impl CasePath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, from the folder down; at least one.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for CasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is not a path that stays inside a case folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path inside the case folder: `{0}`")]
pub struct CasePathError(String);

impl TryFrom<String> for CasePath {
    type Error = CasePathError;

    fn try_from(text: String) -> Result<Self, CasePathError> {
        let plain = |part: &str| {
            let foreign = |sign: char| matches!(sign, '\\' | ':') || sign.is_control();
            !matches!(part, "" | "." | "..") && !part.contains(foreign)
        };
        if text.split('/').all(plain) { Ok(Self(text)) } else { Err(CasePathError(text)) }
    }
}

impl FromStr for CasePath {
    type Err = CasePathError;

    fn from_str(text: &str) -> Result<Self, CasePathError> {
        text.to_owned().try_into()
    }
}

impl From<CasePath> for String {
    fn from(path: CasePath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_are_errors() {
        for text in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "a/../b",
            "a//b",
            "./a",
            "a/",
            "C:a",
            "a\\b",
            "a\0b",
            "a\nb",
        ] {
            assert!(text.parse::<CasePath>().is_err(), "{text:?}");
        }
        assert_eq!("routes/a b..txt".parse::<CasePath>().unwrap().parts().count(), 2);
    }
}
