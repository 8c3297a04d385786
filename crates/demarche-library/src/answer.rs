//! The answers of the library's commands, as they reach JSON.

use std::collections::BTreeMap;

use demarche_case::record::{Citation, Edition, Record, RecordId};
use demarche_case::{Availability, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Added, Imported, Refused, Stored};

/// The answer of `library add`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AddAnswer {
    /// The folder of the library.
    pub library: String,
    /// One entry for each file or case that was imported, in the order of the arguments.
    pub imports: Vec<ImportAnswer>,
    /// The files that are published beside a data set and have nothing to add.
    pub companions: Vec<CompanionAnswer>,
}

/// A file that was recognised and has nothing to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompanionAnswer {
    /// As it was named.
    pub input: String,
    /// What it is, as a noun with its article.
    pub kind: String,
}

/// One file or case, imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportAnswer {
    /// As it was named.
    pub input: String,
    /// The edition it became.
    pub edition: Edition,
    /// True if it was in the library already, of the same bytes.
    pub was_known: bool,
    /// The number of entries that it gave, by kind.
    pub counts: Counts,
    /// Everything that could not be used, by id and with a reason.
    pub refused: Vec<RefusedAnswer>,
    /// The number of objects and fields that become no entry, by kind.
    pub passed_over: BTreeMap<String, u64>,
    /// The reason for which reading stopped early; `None` if the whole file was read.
    pub cut: Option<String>,
}

impl ImportAnswer {
    /// Returns the answer for one input; `None` if the import has no edition.
    #[must_use]
    pub fn of(input: &str, imported: &Imported, added: Added) -> Option<Self> {
        Some(Self {
            input: input.to_owned(),
            edition: imported.part.editions.first()?.clone(),
            was_known: added == Added::Known,
            counts: Counts::of(&imported.part),
            refused: imported.refused.iter().map(RefusedAnswer::from).collect(),
            passed_over: imported.passed_over.clone(),
            cut: imported.cut.as_ref().map(ToString::to_string),
        })
    }
}

/// The number of entries by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Groups, intrusion sets and threat actors.
    pub actors: u64,
    /// Malware and tools.
    pub software: u64,
    /// Techniques.
    pub techniques: u64,
    /// Campaigns, incidents and cases.
    pub attacks: u64,
    /// Claims that an actor, an attack or software used something.
    pub uses: u64,
    /// Sources cited.
    pub sources: u64,
}

impl Counts {
    /// The counts of a record or a part of one.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self {
            actors: record.actors.len() as u64,
            software: record.software.len() as u64,
            techniques: record.techniques.len() as u64,
            attacks: record.attacks.len() as u64,
            uses: record.uses.len() as u64,
            sources: record.citations.len() as u64,
        }
    }
}

/// An entry that was not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefusedAnswer {
    /// The catalogue's identifier of it, or its place.
    pub id: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The reason, as a clause.
    pub reason: String,
    /// True if its publisher took it back, so that nothing is missing.
    pub is_withdrawn: bool,
}

impl From<&Refused> for RefusedAnswer {
    fn from(refused: &Refused) -> Self {
        Self {
            id: refused.id.clone(),
            name: refused.name.clone(),
            reason: refused.reason.to_string(),
            is_withdrawn: refused.reason.is_withdrawn(),
        }
    }
}

/// The answer of `library list`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListAnswer {
    /// The folder of the library.
    pub library: String,
    /// The editions in it, by series and the newest first; what ships with demarche stands last.
    pub editions: Vec<ListedEdition>,
    /// The number of entries in the record that is assembled from the newest edition of each series.
    pub record: Counts,
}

/// An edition in the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedEdition {
    /// The edition.
    pub edition: Edition,
    /// The series of the edition; of one series the newest edition is used.
    pub series: String,
    /// True if this edition is the one that is used.
    pub is_used: bool,
    /// True if the file that it was read from was cut off.
    pub is_cut: bool,
    /// The time at which the edition was added; `None` for the facts that ship with demarche.
    pub added: Option<Moment>,
    /// The number of bytes that it takes in the library.
    pub bytes: u64,
}

impl From<&Stored> for ListedEdition {
    fn from(stored: &Stored) -> Self {
        let header = &stored.header;
        Self {
            edition: header.edition.clone(),
            series: header.series.clone(),
            is_used: stored.is_newest,
            is_cut: header.is_cut,
            added: Some(header.added),
            bytes: header.bytes,
        }
    }
}

/// The answer of `library show`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShowAnswer {
    /// The name or identifier asked for.
    pub asked: String,
    /// The entries of that identifier, or else of that name.
    pub entries: Vec<Shown>,
}

/// The kind of an entry.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the kinds name themselves")]
pub enum EntryKind {
    Actor,
    Software,
    Technique,
    Attack,
}

/// An entry with everything that is said of it; what another catalogue says of the same name is another entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shown {
    /// The kind of the entry.
    pub kind: EntryKind,
    /// The identifier in the entry's catalogue: `attack/G0032`, `T1485`.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// The description that the catalogue gives.
    pub about: String,
    /// Other names, each with the sources that use it.
    pub synonyms: Vec<Said>,
    /// For which state it is said to act, or from which to come, each claim for itself.
    pub states: Vec<Said>,
    /// The states and sectors that an actor or attack hit.
    pub victims: Vec<String>,
    /// The attributions of an attack, each a claim of its own.
    pub attributions: Vec<Said>,
    /// The availability of software.
    pub availability: Option<Availability>,
    /// The day on which an attack began, as precisely as the catalogue knows it.
    pub began: Option<Moment>,
    /// The day on which an attack ended.
    pub ended: Option<Moment>,
    /// The tactics it serves, if it is a technique.
    pub tactics: Vec<String>,
    /// Techniques, software, files and addresses that the entry used.
    pub uses: Vec<ShownUse>,
    /// Actors, attacks and software that used the entry.
    pub used_by: Vec<ShownUse>,
    /// Further columns of the catalogue, by their own names.
    pub coded: BTreeMap<String, String>,
    /// The sources of the entry as a whole.
    pub sources: Vec<Citation>,
    /// Other entries that share a name with it; whether they are the same nobody has decided.
    pub shares_a_name_with: Vec<Namesake>,
}

/// A claim, and who makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The claim in words.
    pub what: String,
    /// By which sources; empty where the catalogue gives none.
    pub sources: Vec<Citation>,
}

/// Something used, or somebody who used it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShownUse {
    /// Its identifier; of infrastructure the address itself, live.
    pub id: String,
    /// True if it is an address or host name of an attacker's, to be shown defanged.
    pub is_infrastructure: bool,
    /// Its name, where the record has one.
    pub name: Option<String>,
    /// The short names of the sources that make the claim.
    pub sources: Vec<String>,
}

/// Another entry of the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Namesake {
    /// The entry.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// The names that both have, as this entry has them.
    pub shared: Vec<String>,
}

/// The answer of `doctor`: the data that an assessment would use, and what is missing for a better answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DoctorAnswer {
    /// The day that routing tables should be of: the day of the case, else the day of the question.
    pub day: Moment,
    /// The folder of the library.
    pub library: String,
    /// The number of entries in the record.
    pub record: Counts,
    /// Every edition that is used, every index and every table.
    pub data: Vec<CheckedData>,
    /// The data that would make the answer better; empty where nothing is missing.
    pub missing: Vec<MissingData>,
}

/// One body of data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedData {
    /// The kind.
    pub kind: DataKind,
    /// The name of the edition, file or folder.
    pub name: String,
    /// The date of the data, where they tell it.
    pub date: Option<Moment>,
    /// The age in days: of a catalogue today, of a table on the day that it should be of. Negative for a later table.
    pub age_days: Option<i32>,
    /// The amount, such as `142 entries`.
    pub holds: String,
}

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// An edition of a catalogue of previous attacks.
    Catalogue,
    /// An index of known programs.
    Index,
    /// A table of routes, relationships, prefixes, delegations or names.
    RoutingTable,
}

/// Data that are not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingData {
    /// The data.
    pub what: String,
    /// The question that they would answer.
    pub gain: String,
    /// The command or the key that adds them.
    pub remedy: String,
}
