use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The entries at the top of a case folder that are no input: output, the store of a scan of what was exposed, the seal
/// and its log, what files held before they were changed, and git's history.
///
/// Sealing leaves these out, so nothing that a case rests on may be among them.
pub(crate) const NO_INPUTS: [&str; 9] = [
    "assessment",
    "case.lock",
    "case.lock.new",
    "exposure.sqlite",
    "exposure.sqlite-journal",
    "log.jsonl",
    ".demarche",
    ".demarche.lock",
    ".git",
];

/// A path inside a case folder, written with `/` on every system: `routes/as-rel.txt`.
///
/// It cannot leave the folder: no root, drive, `.`, `..`, empty part, backslash or control character.
/// It does not begin with what sealing leaves out: `assessment`, `case.lock`, `case.lock.new`, `exposure.sqlite`,
/// `exposure.sqlite-journal`, `log.jsonl`, `.demarche`, `.demarche.lock`, `.git`.
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

/// The text is not a path of an input inside a case folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CasePathError {
    /// The path leads out of the folder.
    #[error("not a path inside the case folder: `{0}`")]
    Outside(String),
    /// The path begins with an entry that is never sealed.
    #[error("a path that is not sealed: `{0}`")]
    NotSealed(String),
}

impl CasePathError {
    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Outside(_) => {
                "write a path inside the case folder, with `/` and without `..`: \"samples/dropper.zip\""
            }
            Self::NotSealed(_) => {
                "move it to another folder, as `samples`: `assessment`, `case.lock`, `case.lock.new`, `exposure.sqlite`, `exposure.sqlite-journal`, `log.jsonl`, `.demarche`, `.demarche.lock` and `.git` are not sealed"
            }
        }
    }
}

/// Returns true if a system may take the first part of a path for a name that is not sealed.
///
/// Some systems do not tell capitals from small letters, or drop dots and spaces at the end.
fn is_not_sealed(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or(text).trim_end_matches(['.', ' ']);
    NO_INPUTS.iter().any(|name| name.eq_ignore_ascii_case(first))
}

impl TryFrom<String> for CasePath {
    type Error = CasePathError;

    fn try_from(text: String) -> Result<Self, CasePathError> {
        let plain = |part: &str| {
            let foreign = |sign: char| matches!(sign, '\\' | ':') || sign.is_control();
            !matches!(part, "" | "." | "..") && !part.contains(foreign)
        };
        if !text.split('/').all(plain) {
            return Err(CasePathError::Outside(text));
        }
        if is_not_sealed(&text) { Err(CasePathError::NotSealed(text)) } else { Ok(Self(text)) }
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
            let error = text.parse::<CasePath>().unwrap_err();
            assert_eq!(error, CasePathError::Outside(text.to_owned()));
        }
        assert_eq!("routes/a b..txt".parse::<CasePath>().unwrap().parts().count(), 2);
    }

    #[test]
    fn paths_that_sealing_leaves_out_are_errors_on_every_system() {
        for name in NO_INPUTS {
            for text in
                [name.to_owned(), format!("{name}/x"), name.to_uppercase(), format!("{name}. /x")]
            {
                let error = text.parse::<CasePath>().unwrap_err();
                assert!(error.hint().contains(name), "{text:?}");
                assert_eq!(error, CasePathError::NotSealed(text));
            }
            for text in [format!("samples/{name}"), format!("{name}s"), format!("old-{name}")] {
                assert!(text.parse::<CasePath>().is_ok(), "{text:?}");
            }
        }
    }
}
