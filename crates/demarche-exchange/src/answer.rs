//! What a check and an export told, as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `share check` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckAnswer {
    /// The files in the order in which they were named.
    pub files: Vec<CheckedFile>,
}

/// A file that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedFile {
    /// The file, as it was named.
    pub file: String,
    /// True if everything that must be so is so.
    pub is_valid: bool,
    /// The number of objects that were checked.
    pub objects: u64,
    /// The faults in the order of the file.
    pub breaches: Vec<ToldBreach>,
    /// The number of further faults.
    pub left_out: u64,
}

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToldBreach {
    /// The force of the rule: `must`, `interop` or `should`.
    pub level: String,
    /// The object's id, or its place.
    pub object: String,
    /// The path of the property; empty for the object as a whole.
    pub path: String,
    /// The fault.
    pub met: String,
    /// The remedy.
    pub remedy: String,
    /// The section of STIX 2.1 that has the rule, or another document by its name.
    pub section: String,
}

/// What `share export` wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportAnswer {
    /// The file of the bundle.
    pub file: String,
    /// The number of its objects, definitions of markings included.
    pub objects: u64,
    /// The strictest marking of what is in it.
    pub marking: String,
    /// The number of parts that their markings withhold.
    pub withheld: u64,
    /// The parts that STIX could not express, for the sender alone.
    pub unexpressed: Vec<UnexpressedPart>,
}

/// A part of a case that is not in a bundle, although it might be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnexpressedPart {
    /// The id of the part in the case.
    pub part: String,
    /// The reason.
    pub reason: String,
}
