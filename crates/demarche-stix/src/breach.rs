//! The outcome of a check: the rules that an object breaks, with place and remedy.

use std::fmt;

/// The most faults that are kept; further ones are counted.
pub const MAX_BREACHES: usize = 10_000;

/// The most bytes of one object.
pub const MAX_OBJECT: usize = 16 * 1024 * 1024;

/// What to check beside the standard itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// True if the interoperability profile is to be met as well.
    pub interop: bool,
    /// The check of a pattern in the language of STIX; patterns are not read where there is none.
    pub pattern: Option<PatternCheck>,
}

/// A check of a pattern: the reason for refusing it, or nothing.
pub type PatternCheck = fn(&str) -> Result<(), String>;

/// The force of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The standard says MUST: the object is invalid.
    Must,
    /// The interoperability profile asks for it: the object is invalid for that profile.
    Interop,
    /// The standard says SHOULD: the object is valid.
    Should,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "must",
            Self::Interop => "interop",
            Self::Should => "should",
        })
    }
}

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// The force of the rule.
    pub level: Level,
    /// The object's id, at most 81 characters; its place where it has none, as `object 17`.
    pub object: String,
    /// The path of the property, as `external_references[0].url`; empty for the object as a whole.
    pub path: String,
    /// The fault.
    pub met: String,
    /// The remedy.
    pub remedy: String,
    /// The section of STIX 2.1 that has the rule, or another document by its name.
    pub section: &'static str,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { level, object, path, met, remedy, section } = self;
        write!(f, "{level}: {object}: ")?;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        let is_number = section.starts_with(|sign: char| sign.is_ascii_digit());
        let standard = if is_number { "STIX 2.1, section " } else { "" };
        write!(f, "{met}; {remedy} ({standard}{section})")
    }
}

/// The outcome of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// The faults, in the order of the file.
    pub breaches: Vec<Breach>,
    /// The number of objects that were checked.
    pub objects: u64,
    /// The number of further faults, beside [`MAX_BREACHES`].
    pub left_out: u64,
    /// True if a rule of [`Level::Must`] or [`Level::Interop`] is broken.
    pub is_invalid: bool,
}

impl Validation {
    /// Returns true if everything that must be so is so.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        !self.is_invalid
    }

    /// The faults that make the file invalid.
    pub fn invalid(&self) -> impl Iterator<Item = &Breach> {
        self.breaches.iter().filter(|breach| breach.level != Level::Should)
    }
}
