//! The assessment: what the engines found, as plain data in the user's terms.
//!
//! Every view (page, note, JSON) shows this one value; it leaves out how the findings came about.
//! Scores and shares are fractions from 0 to 1, never percentages; a view multiplies.

pub mod answer;
pub mod attribution;
pub mod code;
pub mod evaluation;
pub mod precedents;
pub mod response;
pub mod routes;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::released::Unseen;
use crate::{Case, Gap, Sha256};
use attribution::AttributionFindings;
use code::CodeFindings;
use response::ResponseFindings;
use routes::RoutesFindings;

/// The version of the JSON that [`Assessment`] serialises to; it grows with every change that breaks a reader.
pub const ASSESSMENT_VERSION: u32 = 1;

/// Everything known of one case after the engines have run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// [`ASSESSMENT_VERSION`] at the time of writing.
    pub version: u32,
    /// The program and its version that wrote this, such as `demarche 0.1.0`.
    pub program: String,
    /// The case as the analyst wrote it, with its evidence register in the order of the file, and after that what the
    /// engines found that is evidence itself.
    pub case: Case,
    /// Through whose networks, and whose cooperation is key. `None` when the case asks no such question.
    pub routes: Option<RoutesFindings>,
    /// What the executables of the case share with known programs. `None` when there were none, or no index.
    pub code: Option<CodeFindings>,
    /// Who did it, and how sure. `None` when the case has no evidence that could tell.
    pub attribution: Option<AttributionFindings>,
    /// The same from what an addressee may see, one for each set of parts that is kept from some state.
    pub attribution_shared: Vec<SharedAttribution>,
    /// Which responses are open, and how they compare. `None` when the case names no victim and no sender that could respond.
    pub response: Option<ResponseFindings>,
    /// Every input that was read, by path.
    pub inputs: Vec<Input>,
    /// What could not be read or answered.
    pub gaps: Vec<Gap>,
}

/// A judgement of who did it that was made without what some states may not see.
///
/// A request uses it only where it leaves out exactly what its addressee may not see; see [`crate::released()`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SharedAttribution {
    /// The parts that it leaves out.
    pub without: Unseen,
    /// The judgement on the rest.
    pub findings: AttributionFindings,
}

/// One input file, as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The path, relative to the case or to the folder of routing tables that the user named.
    pub path: String,
    /// The hash of the bytes as they lie on disk, before any decompression.
    pub sha256: Sha256,
    /// The size in bytes, as it lies on disk.
    pub bytes: u64,
    /// What it was read as, such as `MRT routing table` or `AS relationships`.
    pub what: String,
}
