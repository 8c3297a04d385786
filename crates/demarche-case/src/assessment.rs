//! The assessment: what the engines found, as plain data in the user's terms.
//!
//! Every view (page, note, JSON) shows this one value; it leaves out how the findings came about.
//! Scores and shares are fractions from 0 to 1, never percentages; a view multiplies.

pub mod answer;
pub mod attribution;
pub mod code;
pub mod evaluation;
pub mod exposure;
pub mod precedents;
pub mod response;
pub mod routes;
pub mod watch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Asn, Case, EvidenceId, Gap, PartyId, Sha256};
use attribution::AttributionFindings;
use code::CodeFindings;
use exposure::ExposureFindings;
use response::ResponseFindings;
use routes::RoutesFindings;
use watch::CaseWatch;

/// The version of the JSON that [`Assessment`] serialises to; it grows with every change that breaks a reader.
pub const ASSESSMENT_VERSION: u32 = 2;

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
    /// The routing findings from what an addressee may see, one for each set of parts that is kept from some state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes_shared: Vec<SharedRoutes>,
    /// The records of watches over routes that are evidence in the case, in the order of its register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watches: Vec<CaseWatch>,
    /// What the executables of the case share with known programs. `None` when there were none, or no index.
    pub code: Option<CodeFindings>,
    /// Who did it, and how sure. `None` when the case has no evidence that could tell.
    pub attribution: Option<AttributionFindings>,
    /// The same from what an addressee may see, one for each set of parts that is kept from some state.
    pub attribution_shared: Vec<SharedAttribution>,
    /// Which responses are open, and how they compare. `None` when the case names no victim and no sender that could respond.
    pub response: Option<ResponseFindings>,
    /// The inventory of what was leaked. `None` where nothing was, or where it was not scanned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<ExposureFindings>,
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

/// Routing findings that were made without what some states may not see.
///
/// A request uses them only where they leave out exactly what its addressee may not see; see [`crate::released()`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SharedRoutes {
    /// The parts that they leave out.
    pub without: UnseenRoutes,
    /// The findings on the rest.
    pub findings: RoutesFindings,
}

/// The parts that an addressee may not see and that a judgement could rest on.
///
/// Addressees with the same value see the same, so that one judgement serves them all.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Unseen {
    /// Items of evidence, in the order of the register.
    pub evidence: Vec<EvidenceId>,
    /// Parties of the hypotheses that the case names, in the order of the case.
    pub hypotheses: Vec<PartyId>,
    /// Effects, by their positions in the case: they tell the kind of the attack.
    pub effects: Vec<usize>,
    /// Events, by their positions in the case: they tell its last day.
    pub events: Vec<usize>,
    /// Editions of the record of previous attacks, by name, in the order of the record.
    pub editions: Vec<String>,
    /// The parts that routing findings, and with them the places of addresses, rest on.
    pub routes: UnseenRoutes,
}

/// The parts that an addressee may not see and that routing findings rest on.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct UnseenRoutes {
    /// True if the target is withheld; the findings then only place addresses.
    pub target: bool,
    /// True if the day of the case is withheld, by which the age of the tables is told.
    pub day: bool,
    /// Routing tables that were used, by their items of evidence, in the order of the register.
    pub tables: Vec<EvidenceId>,
    /// Doubted links, by their two ends, in the order of the case.
    pub doubtful: Vec<(Asn, Asn)>,
}

impl UnseenRoutes {
    /// Returns true if nothing that routing findings rest on is withheld.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Unseen {
    /// Returns true if nothing that a judgement could rest on is withheld.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
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
