//! What one subcommand answers, as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Input;
use super::routes::{Caveat, CutEffect, Dependency, Family, Located, PowerFindings, Target};
use crate::{Asn, Gap};

/// The version of the JSON that [`Answer`] serialises to; it grows with every change that breaks a reader.
pub const ANSWER_VERSION: u32 = 1;

/// One subcommand's answer with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer<T> {
    /// [`ANSWER_VERSION`] at the time of writing.
    pub version: u32,
    /// The program and its version that wrote this.
    pub program: String,
    /// The answer itself.
    pub answer: T,
    /// Every input that was read.
    pub inputs: Vec<Input>,
    /// What could not be read or answered.
    pub gaps: Vec<Gap>,
}

/// What `routes depend` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DependAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// Who carries their traffic, by address family and basis.
    pub dependencies: Vec<Dependency>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes cut` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// What each change would do.
    pub cuts: Vec<CutEffect>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes power` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// Whose joint refusal cuts them off; `None` when the AS graph knows none of them.
    pub power: Option<PowerFindings>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes locate` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocateAnswer {
    /// The addresses in the order asked.
    pub located: Vec<Located>,
}

/// What `routes convert` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConvertAnswer {
    /// The file written.
    pub output: String,
    /// MRT records read.
    pub records: u64,
    /// Routes of routing tables.
    pub routes: u64,
    /// Announcements in updates.
    pub announcements: u64,
    /// Withdrawals in updates.
    pub withdrawals: u64,
}

/// What `seal` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealAnswer {
    /// Files hashed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The hash of `case.lock`.
    pub lock: crate::Sha256,
    /// The hash of the log's last line: keep it elsewhere, it is what `verify --head` checks.
    pub head: crate::Sha256,
}

/// What `note` wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoteAnswer {
    /// The files written: the note as Markdown and as a page, and the sender's list of what was withheld.
    pub files: Vec<String>,
    /// How many items were withheld.
    pub withheld: u64,
}

/// What `routes hegemony` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HegemonyAnswer {
    /// One entry for each routing table and address family.
    pub tables: Vec<TableHegemony>,
}

/// The hegemony in one routing table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableHegemony {
    /// The file.
    pub table: String,
    /// The address family.
    pub family: Family,
    /// The networks of the peers that send a full table.
    pub vantage_points: Vec<Asn>,
    /// Every origin, in order.
    pub origins: Vec<OriginHegemony>,
}

/// The networks on the way to one origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OriginHegemony {
    /// The origin.
    pub origin: Asn,
    /// The networks with their trimmed scores, 0 to 1, strongest first; the origin itself is among them.
    pub networks: Vec<(Asn, f64)>,
}
