//! Checks objects against the whole of STIX 2.1: each property, each rule between properties, each identifier.
//!
//! The tables of the standard stand in `standard`; what no table can say stands in the parts of this module.
//! A pattern of an indicator is left to the caller: [`Rules::pattern`].
//!
//! Source: OASIS, STIX Version 2.1 (2021); the interoperability profile is that of its JSON schemas, but for those of
//! malware and vulnerability, which misspell the properties that they need.

mod bundle;
mod checker;
mod object;
mod special;
mod value;

use crate::breach::{Rules, Validation};
use crate::tree::Members;
use checker::Checker;

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
