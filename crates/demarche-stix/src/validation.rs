//! Checks objects against the whole of STIX 2.1: each property, each rule between properties, each identifier.
//!
//! The tables of the standard stand in `standard`; what no table can say stands in the parts of this module.
//! A pattern of an indicator is left to the caller: [`Rules::pattern`].
//!
//! Source: OASIS, STIX Version 2.1 (2021); the interoperability profile is that of its JSON schemas, but for those of
//! malware and vulnerability, which misspell the properties that they need.

mod bundle;
mod object;
mod path;
mod special;
mod value;

use std::collections::HashMap;
use std::fmt;

use crate::tree::{Members, Tree};
use path::Path;
pub(crate) use special::{TLP_2_EXTENSION, tlp_1, tlp_2};

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

/// Checks a bundle, a list of objects, or a single object.
///
/// Any bytes may be given: depth, size and the number of faults are bounded, and memory follows one object at a time.
///
/// ```
/// use demarche_stix::{Rules, validate};
/// let text = r#"{"type": "tool", "spec_version": "2.1",
///     "id": "tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
///     "created": "2016-04-06T20:03:48.000Z", "modified": "2016-04-06T20:03:47.000Z"}"#;
/// let validation = validate(text.as_bytes(), &Rules::default());
/// let faults: Vec<String> = validation.breaches.iter().map(ToString::to_string).collect();
/// assert_eq!(faults, [
///     "must: tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f: name: missing; add it (STIX 2.1, section 4.18)",
///     "must: tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f: modified: `2016-04-06T20:03:47.000Z`, \
///      before `created`; give a time that is not earlier (STIX 2.1, section 3.2)",
/// ]);
/// ```
#[must_use]
pub fn validate(bytes: &[u8], rules: &Rules) -> Validation {
    let mut checker = Checker::new(*rules);
    checker.file(bytes);
    checker.finish()
}

/// Checks one object that is already in memory.
pub(crate) fn validate_object(object: &Members<'_>, rules: &Rules) -> Validation {
    let mut checker = Checker::new(*rules);
    checker.top(object);
    checker.validation
}

/// The check of a file as far as it has gone.
struct Checker {
    rules: Rules,
    validation: Validation,
    /// The object that is being checked.
    object: String,
    /// True if the file is a bundle.
    is_bundle: bool,
    /// The ids met, each with the times of its versions.
    ids: HashMap<String, Vec<String>>,
    /// The identities and whether each names its own creator.
    identities: HashMap<String, bool>,
    /// The objects with the creator that each names, for the interoperability profile.
    creators: Vec<(String, Option<String>)>,
}

impl Checker {
    fn new(rules: Rules) -> Self {
        Self {
            rules,
            validation: Validation::default(),
            object: String::new(),
            is_bundle: false,
            ids: HashMap::new(),
            identities: HashMap::new(),
            creators: Vec::new(),
        }
    }

    fn finish(mut self) -> Validation {
        if self.rules.interop {
            self.creators_known();
        }
        self.validation
    }

    /// Enters a fault.
    fn breach(
        &mut self,
        level: Level,
        path: &Path<'_>,
        met: String,
        remedy: String,
        section: &'static str,
    ) {
        self.validation.is_invalid |= level != Level::Should;
        if self.validation.breaches.len() >= MAX_BREACHES {
            self.validation.left_out += 1;
            return;
        }
        let (object, path) = (self.object.clone(), path.to_string());
        self.validation.breaches.push(Breach { level, object, path, met, remedy, section });
    }

    fn must(
        &mut self,
        path: &Path<'_>,
        met: impl Into<String>,
        remedy: impl Into<String>,
        section: &'static str,
    ) {
        self.breach(Level::Must, path, met.into(), remedy.into(), section);
    }

    fn should(
        &mut self,
        path: &Path<'_>,
        met: impl Into<String>,
        remedy: impl Into<String>,
        section: &'static str,
    ) {
        self.breach(Level::Should, path, met.into(), remedy.into(), section);
    }
}

/// The times of an object's version, which tell its versions apart.
fn version_of(object: &Members<'_>) -> String {
    object.get("modified").and_then(Tree::text).unwrap_or("").to_owned()
}
