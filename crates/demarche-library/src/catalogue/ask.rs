//! The question to a catalogue: a time, a release and collectors, each checked once when it is read.

use std::fmt;
use std::str::FromStr;

use demarche_case::Moment;

/// The question behind a download.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The time asked about; a year, month or day stands for its first minute, except that updates are those of the whole day.
    pub at: Option<Moment>,
    /// The end of a range of updates, itself not included.
    pub until: Option<Moment>,
    /// The release, where there are numbered ones; the latest unless given.
    pub release: Option<Release>,
    /// The collectors of routes; one of each archive unless given.
    pub collectors: Vec<Collector>,
}

/// The reason for which a question has no files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The set is published by date.
    #[error("published by date, and no date is given")]
    NoDate,
    /// The date is before the first file.
    #[error("nothing is published from before {first}, and {asked} was asked for")]
    TooEarly {
        /// The time of the first file.
        first: &'static str,
        /// The time asked about.
        asked: Moment,
    },
    /// None of the collectors asked for belongs to this archive.
    #[error("none of the collectors is one of this archive")]
    NoCollector,
    /// The end is not after the beginning.
    #[error("the range ends at {until}, which is not after its beginning")]
    Backwards {
        /// The end asked for.
        until: Moment,
    },
    /// More files than anybody means to ask for.
    #[error("the range has {files} files, more than {limit}")]
    TooMany {
        /// Files in the range.
        files: u64,
        /// The limit.
        limit: u64,
    },
}

impl AskError {
    /// Returns an action of the user that would help.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoDate => "name the day with --date, such as --date 2014-12-22",
            Self::TooEarly { .. } => "ask for a later day; docs/fetch.md has the first of each set",
            Self::NoCollector => {
                "RIPE RIS has rrc00, rrc01, …; every other name, such as route-views2, is one of RouteViews"
            }
            Self::Backwards { .. } => "--until is the end of the range and must be after --date",
            Self::TooMany { .. } => "ask for a shorter range, several times",
        }
    }
}

/// A collector of routes, such as `route-views2` or `rrc00`.
///
/// At most 40 lower-case letters, digits, hyphens and single dots between them, so that it can stand in an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Collector(String);

/// The text is not the name of a collector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a collector, such as route-views2 or rrc00: `{0}`")]
pub struct CollectorError(String);

impl Collector {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns true for a collector of RIPE RIS (`rrc` and digits), false for one of RouteViews.
    #[must_use]
    pub fn is_ris(&self) -> bool {
        self.0.strip_prefix("rrc").is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

impl FromStr for Collector {
    type Err = CollectorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let is_name = text.len() <= 40 && text.split('.').all(is_word);
        if is_name { Ok(Self(text.to_owned())) } else { Err(CollectorError(text.to_owned())) }
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A numbered release, such as `18.1`: up to 999 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u16,
    minor: u16,
}

/// The text is not a release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a release, such as 18.1: `{0}`")]
pub struct ReleaseError(String);

impl FromStr for Release {
    type Err = ReleaseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ReleaseError(text.to_owned());
        let (major, minor) =
            text.strip_prefix('v').unwrap_or(text).split_once('.').ok_or_else(error)?;
        let number = |digits: &str| {
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|number| is_number && *number <= 999).ok_or_else(error)
        };
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_cannot_lead_elsewhere() {
        for text in ["route-views2", "route-views.linx", "rrc00", "amsix.ams"] {
            assert!(text.parse::<Collector>().is_ok(), "{text}");
        }
        let long = "a".repeat(41);
        for text in
            ["", "..", "a..b", ".a", "a/b", "a\\b", "RRC00", "a b", "a%2fb", "é", "a?b", &long]
        {
            assert!(text.parse::<Collector>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_collector_is_of_one_archive() {
        let is_ris = |text: &str| text.parse::<Collector>().unwrap().is_ris();
        assert!(is_ris("rrc00") && is_ris("rrc26"));
        assert!(!is_ris("route-views2") && !is_ris("rrc"));
    }

    #[test]
    fn a_release_is_two_numbers() {
        assert_eq!("v18.1".parse::<Release>().unwrap().to_string(), "18.1");
        for text in ["18", "18.", ".1", "18.1.2", "+1.0", "18.x", "1000.0", "../1.1", ""] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }
}
