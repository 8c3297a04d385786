//! What the commands of the library answer, as JSON.

use std::collections::BTreeMap;

use demarche_case::record::{Citation, Edition, Record, RecordId};
use demarche_case::{Availability, Moment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Added, Imported, Refused, Stored};

/// What `library add` did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AddAnswer {
    /// The folder of the library.
    pub library: String,
    /// What was imported, in the order asked.
    pub imports: Vec<ImportAnswer>,
}

/// One file or case, imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImportAnswer {
    /// As it was named.
    pub input: String,
    /// The edition it became.
    pub edition: Edition,
    /// Whether it was in the library already, of the same bytes.
    pub was_known: bool,
    /// How many entries of which kind it gave.
    pub counts: Counts,
    /// Everything that could not be used, by id and with a reason.
    pub refused: Vec<RefusedAnswer>,
    /// How many things of which kind demarche has no use for.
    pub passed_over: BTreeMap<String, u64>,
    /// Where reading stopped, unless everything was read.
    pub cut: Option<String>,
}

impl ImportAnswer {
    /// What became of an input.
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

/// How many entries of which kind there are.
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
    /// Who used what.
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
    /// Why it was not used.
    pub reason: String,
    /// Whether its publisher took it back, so that nothing is missing.
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

/// What `library list` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListAnswer {
    /// The folder of the library.
    pub library: String,
    /// The editions in it, by series and the newest first; what ships with demarche stands last.
    pub editions: Vec<ListedEdition>,
    /// How many entries the record has that is put together from the newest of each series.
    pub record: Counts,
}

/// An edition in the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedEdition {
    /// The edition.
    pub edition: Edition,
    /// What it is an edition of; of one series the newest is used.
    pub series: String,
    /// Whether it is the one that is used.
    pub is_used: bool,
    /// Whether what it was read from was cut off.
    pub is_cut: bool,
    /// When it was added; `None` for what ships with demarche.
    pub added: Option<Moment>,
    /// How many bytes it takes in the library.
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

/// What `library show` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShowAnswer {
    /// The name or identifier asked for.
    pub asked: String,
    /// The entries of that identifier, or else of that name.
    pub entries: Vec<Shown>,
}

/// What an entry is.
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
    /// What it is.
    pub kind: EntryKind,
    /// What its catalogue calls it: `attack/G0032`, `T1485`.
    pub id: String,
    /// Its name there.
    pub name: String,
    /// What the catalogue says of it.
    pub about: String,
    /// Other names, each with the sources that use it.
    pub synonyms: Vec<Said>,
    /// For which state it is said to act, or from which to come, each claim for itself.
    pub states: Vec<Said>,
    /// Whom it hit.
    pub victims: Vec<String>,
    /// Who is said to have done it, each claim for itself.
    pub attributions: Vec<Said>,
    /// Who can get it, if it is software.
    pub availability: Option<Availability>,
    /// When it began, if it is an attack.
    pub began: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// The tactics it serves, if it is a technique.
    pub tactics: Vec<String>,
    /// What it used.
    pub uses: Vec<ShownUse>,
    /// Who used it.
    pub used_by: Vec<ShownUse>,
    /// What else its catalogue codes.
    pub coded: BTreeMap<String, String>,
    /// The sources of the entry as a whole.
    pub sources: Vec<Citation>,
    /// Other entries that share a name with it; whether they are the same nobody has decided.
    pub shares_a_name_with: Vec<Namesake>,
}

/// A claim, and who makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// What is said.
    pub what: String,
    /// By which sources; empty where the catalogue gives none.
    pub sources: Vec<Citation>,
}

/// Something used, or somebody who used it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShownUse {
    /// Its identifier; of infrastructure the address itself, live.
    pub id: String,
    /// Whether it is an address or host name of an attacker's, to be shown defanged.
    pub is_infrastructure: bool,
    /// Its name, where the record has one.
    pub name: Option<String>,
    /// Which sources say so, by their short names.
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
