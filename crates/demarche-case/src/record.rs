//! The record of previous attacks: who is said to have used what, where and when, and on whose word.
//!
//! The library puts it together and the judges read it; both know only these types.
//! Nothing in it is merged: what two catalogues say of "Lazarus Group" stays two actors that share a name,
//! and a synonym is a claim with a source. What a catalogue withdrew (revoked, deprecated) is not in it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Availability, Country, Grade, Moment, Sector, Sha256, TechniqueId, Tlp};

/// Everything known of previous attacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// The editions it is made of, by name.
    pub editions: Vec<Edition>,
    /// Groups, intrusion sets and threat actors, by id.
    pub actors: Vec<Actor>,
    /// Malware and tools, by id.
    pub software: Vec<SoftwareEntry>,
    /// Techniques, by number.
    pub techniques: Vec<TechniqueEntry>,
    /// Campaigns, incidents and cases, by id.
    pub attacks: Vec<PreviousAttack>,
    /// The uses, by user and what was used.
    pub uses: Vec<Use>,
    /// The sources that everything else cites, by their place in this list.
    pub citations: Vec<Citation>,
}

/// One catalogue as it was read at one time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Edition {
    /// The catalogue and its version: `attack-enterprise-18.1`, `dcid-2.0-incidents`.
    pub name: String,
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The date of issue by the publisher, where it says so.
    pub date: Option<Moment>,
    /// The origin: an address, or a file's name.
    pub origin: String,
    /// Under which terms it may be used, in the publisher's required words where there are any.
    pub licence: String,
    /// With whom what it says may be shared: `CLEAR` for what is published, the marking of the whole for a case.
    pub tlp: Tlp,
    /// The hash of the file that was read, before any decompression.
    pub sha256: Sha256,
    /// The number of its entries that are in the record.
    pub used: u64,
    /// The number of its entries that could not be used; the import lists each.
    pub refused: u64,
}

/// The catalogues that the library reads.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Catalogue {
    /// Facts that ship with demarche.
    Facts,
    /// MITRE ATT&CK, or another STIX bundle of its shape.
    Attack,
    /// The threat actors of the MISP galaxy.
    MispThreatActor,
    /// The malware families of Malpedia, as the MISP galaxy has them.
    Malpedia,
    /// The Dyadic Cyber Incident and Campaign Data.
    Dcid,
    /// The European Repository of Cyber Incidents.
    Eurepoc,
    /// Sealed cases of the user's own.
    Case,
}

impl Catalogue {
    /// Every catalogue with its word, in order.
    const WORDS: [(Self, &'static str); 7] = [
        (Self::Facts, "facts"),
        (Self::Attack, "attack"),
        (Self::MispThreatActor, "misp-threat-actor"),
        (Self::Malpedia, "malpedia"),
        (Self::Dcid, "dcid"),
        (Self::Eurepoc, "eurepoc"),
        (Self::Case, "case"),
    ];

    /// The columns of [`PreviousAttack::coded`] that describe an attack without knowing who did it.
    ///
    /// Only these may be used to predict an initiator. Everything else that a catalogue codes was coded by somebody who
    /// had an initiator in mind (dyads, motives, conflicts, responses, kinds of initiators) or came after the attack.
    /// EuRepoC's `inclusion_criteria` and `cyber_conflict_issue` look like features of the attack and are not: they
    /// name kinds of initiators and the conflict between the two sides. Empty where a catalogue codes nothing.
    #[must_use]
    pub const fn incident_features(self) -> &'static [&'static str] {
        match self {
            Self::Dcid => &[
                "method",
                "targettype",
                "cyber_objective",
                "information_operation",
                "severity",
                "damage type",
                "Crit Inf",
                "Supply Ch",
                "Ransomware",
            ],
            Self::Eurepoc => &[
                "incident_type",
                "receiver_category",
                "receiver_category_subcode",
                "zero_days",
                "MITRE_initial_access",
                "MITRE_impact",
                "user_interaction",
                "has_disruption",
                "data_theft",
                "disruption",
                "hijacking",
                "physical_effects_spatial",
                "physical_effects_temporal",
                "unweighted_cyber_intensity",
                "target_multiplier",
                "weighted_cyber_intensity",
            ],
            _ => &[],
        }
    }

    /// The word that stands before the slash of a [`RecordId`].
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(entry, _)| *entry == self).map_or("", |(_, word)| word)
    }
}

/// The identifier in a catalogue: `attack/G0032`, `malpedia/win.destover`, `dcid/144`.
///
/// ```
/// # use demarche_case::record::{Catalogue, RecordId};
/// let lazarus: RecordId = "attack/G0032".parse()?;
/// assert_eq!((lazarus.catalogue, lazarus.id.as_str()), (Catalogue::Attack, "G0032"));
/// # Ok::<(), demarche_case::record::RecordIdError>(())
/// ```
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RecordId {
    /// The catalogue of the entry.
    pub catalogue: Catalogue,
    /// The catalogue's own identifier.
    pub id: String,
}

impl RecordId {
    /// An entry of a catalogue.
    #[must_use]
    pub fn new(catalogue: Catalogue, id: impl Into<String>) -> Self {
        Self { catalogue, id: id.into() }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.catalogue.word(), self.id)
    }
}

/// The text is not an entry of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a catalogue and an identifier, such as `attack/G0032`: `{0}`")]
pub struct RecordIdError(String);

impl FromStr for RecordId {
    type Err = RecordIdError;

    fn from_str(text: &str) -> Result<Self, RecordIdError> {
        let read = || {
            let (word, id) = text.split_once('/')?;
            let (catalogue, _) = Catalogue::WORDS.iter().find(|(_, known)| *known == word)?;
            (!id.is_empty()).then(|| Self::new(*catalogue, id))
        };
        read().ok_or_else(|| RecordIdError(text.to_owned()))
    }
}

impl TryFrom<String> for RecordId {
    type Error = RecordIdError;

    fn try_from(text: String) -> Result<Self, RecordIdError> {
        text.parse()
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> Self {
        id.to_string()
    }
}

/// The place of a [`Citation`] in [`Record::citations`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct CitationId(pub u32);

/// A source that a catalogue cites.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Citation {
    /// The catalogue's short name for it: `Novetta Blockbuster`.
    pub name: String,
    /// Author, title and dates as cited.
    pub text: String,
    /// The address at which it can be read.
    pub url: Option<String>,
    /// The date of publication, as far as the text says so.
    pub date: Option<Moment>,
}

/// A group, an intrusion set or a threat actor, as one catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// The identifier in the catalogue.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The aliases, each as a claim.
    pub synonyms: Vec<Synonym>,
    /// For which state it is said to act, each as a claim; often there is none.
    pub states: Vec<StateClaim>,
    /// States that it is said to have attacked.
    pub victims: Vec<Country>,
    /// The description that the catalogue gives.
    pub about: String,
    /// The sources of the entry as a whole.
    pub citations: Vec<CitationId>,
}

/// The claim that a name means the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Synonym {
    /// The other name.
    pub name: String,
    /// The source; empty where the catalogue gives no source of its own.
    pub citations: Vec<CitationId>,
}

/// The claim that an actor acts for a state, or comes from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct StateClaim {
    /// The state.
    pub state: Country,
    /// The kind of tie to the state.
    pub bond: Bond,
    /// The form of the claim: `country of the MISP galaxy`, `named in the entry's text`.
    pub basis: String,
    /// The source; empty where the catalogue gives no source of its own.
    pub citations: Vec<CitationId>,
}

/// The kind of tie of an actor to a state; only the first makes the state answerable for what it does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Bond {
    /// The state sends, pays or commands it.
    ActsFor,
    /// The actor is, or its members are, in or of the state, whoever they work for.
    ComesFrom,
}

/// Malware or a tool, as one catalogue has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SoftwareEntry {
    /// The identifier in the catalogue.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The aliases, each as a claim.
    pub synonyms: Vec<Synonym>,
    /// The availability: ATT&CK's tools are public, its malware private unless it is known otherwise.
    pub availability: Availability,
    /// The description that the catalogue gives.
    pub about: String,
    /// The sources of the entry as a whole.
    pub citations: Vec<CitationId>,
}

/// A technique of ATT&CK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TechniqueEntry {
    /// Its number.
    pub id: TechniqueId,
    /// Its name; of a sub-technique without that of its technique.
    pub name: String,
    /// The tactics it serves, as ATT&CK's short names: `defense-evasion`.
    pub tactics: Vec<String>,
    /// The matrix it is of: `enterprise-attack`, `ics-attack`.
    pub domain: String,
}

/// An attack of the past: a campaign of ATT&CK, an incident of a data set, or a case of the user's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PreviousAttack {
    /// The identifier in the catalogue.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The aliases, each as a claim.
    pub synonyms: Vec<Synonym>,
    /// The beginning; catalogues often know only the year.
    pub began: Option<Moment>,
    /// The end, unless that is before it began.
    pub ended: Option<Moment>,
    /// The victims.
    pub victims: Vec<Victim>,
    /// The alleged authors, each as a claim; claims may contradict one another.
    pub attributions: Vec<Attribution>,
    /// The further codes of the catalogue, by the catalogue's own names of columns and values.
    pub coded: BTreeMap<String, String>,
    /// The description that the catalogue gives.
    pub about: String,
    /// The sources of the entry as a whole.
    pub citations: Vec<CitationId>,
}

/// The victim of an attack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Victim {
    /// Its state.
    pub country: Option<Country>,
    /// The designation.
    pub sector: Option<Sector>,
}

/// The claim that somebody did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Attribution {
    /// The actor, where the catalogue has an entry for it.
    pub actor: Option<RecordId>,
    /// The name given, where the catalogue has no entry for it.
    pub name: Option<String>,
    /// The state that is said to be behind it.
    pub state: Option<Country>,
    /// The source, in words: a state, a company, the attacker.
    pub by: Option<String>,
    /// The date of the statement.
    pub date: Option<Moment>,
    /// The sources of the claim.
    pub citations: Vec<CitationId>,
}

/// The claim that somebody used something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Use {
    /// The user: an actor, an attack, or software.
    pub user: RecordId,
    /// The tool or technique used.
    pub used: Used,
    /// The sources; empty where the catalogue gives none.
    pub citations: Vec<CitationId>,
    /// The description that the catalogue gives, in a sentence or two.
    pub about: String,
    /// The grade of the claim, where somebody graded it.
    pub grade: Option<Grade>,
}

/// The object of a use by an actor, an attack or software.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Used {
    /// A technique.
    Technique(TechniqueId),
    /// Malware or a tool.
    Software(RecordId),
    /// A file, by its SHA-256.
    File(Sha256),
    /// An address or host name, live.
    Infrastructure(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_back() {
        for (catalogue, word) in Catalogue::WORDS {
            let id = RecordId::new(catalogue, "a/b c");
            assert_eq!(id.to_string(), format!("{word}/a/b c"));
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn an_identifier_needs_a_known_catalogue_and_a_rest() {
        for text in ["", "attack", "attack/", "mitre/G0032", "/G0032"] {
            assert!(text.parse::<RecordId>().is_err(), "{text}");
        }
    }
}
