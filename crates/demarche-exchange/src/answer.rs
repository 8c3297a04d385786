//! What a check and an export told, as plain data.

use demarche_case::Sha256;
use demarche_case::assessment::answer::ImportAnswer;
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
    /// The file.
    pub file: String,
    /// The number of its objects, definitions of markings included; of a table its rows, of a layer its techniques.
    pub objects: u64,
    /// The strictest marking of what is in it.
    pub marking: String,
    /// The number of parts that their markings withhold.
    pub withheld: u64,
    /// The parts that the format could not express, for the sender alone.
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

/// The outcome of `share match`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchAnswer {
    /// The number of patterns that could be asked.
    pub patterns: u64,
    /// The number of items of evidence that a pattern can ask for.
    pub observed: u64,
    /// The items among them without a time of observation, which no pattern with times can ask for.
    pub without_time: Vec<String>,
    /// The patterns that evidence fulfils.
    pub matched: Vec<MatchedPattern>,
    /// The number of patterns that no evidence fulfils.
    pub missed: u64,
    /// The patterns of which nobody can say, each with the reason.
    pub not_evaluated: Vec<NotMatched>,
}

/// A pattern that evidence fulfils.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedPattern {
    /// The id of the indicator, or the line of the pattern.
    pub pattern: String,
    /// The name of the indicator.
    pub name: Option<String>,
    /// The pattern in canonical form.
    pub text: String,
    /// True if the items fulfil it only together, and false if each fulfils it by itself.
    pub is_together: bool,
    /// The items; of several groups that fulfil it together, the first in time.
    pub evidence: Vec<MatchedItem>,
}

/// An item of evidence that a pattern asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedItem {
    /// The id of the item.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The time of observation.
    pub observed: Option<String>,
    /// True if it was observed outside the time in which the indicator is valid.
    pub is_outside_validity: bool,
}

/// A pattern of which nobody can say if evidence fulfils it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotMatched {
    /// The id of the indicator, or the line of the pattern.
    pub pattern: String,
    /// The reason.
    pub reason: String,
}

/// The outcome of `share import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShareImportAnswer {
    /// The items that became evidence, and each object that did not with its reason.
    pub evidence: ImportAnswer,
    /// The bundles that are kept whole beside the case.
    pub kept: Vec<KeptFile>,
}

/// A bundle that is kept whole beside a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptFile {
    /// The file, as it was named.
    pub file: String,
    /// The place in the case folder.
    pub kept: String,
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// The number of its objects, older versions included.
    pub objects: u64,
    /// True if the case did not keep it before.
    pub is_new: bool,
}
