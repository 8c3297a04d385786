//! Evidence: what is known, from whom, how good it is, and with whom it may be shared.
//!
//! An item is either a statement that somebody made or something that was found; its [`Body`] says which.
//! How far it goes towards naming somebody is the judges' business, not this module's.

use std::collections::BTreeSet;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Availability, CasePath, ClusterId, Country, EvidenceId, Forgeability, Grade, Md5, Moment,
    PartyId, Sha1, Sha256, TechniqueId, Tlp, Withheld,
};

pub(crate) mod read;

/// One item of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// By what everything else cites it.
    pub id: EvidenceId,
    /// One line for lists.
    pub title: String,
    /// The kind of evidence, with what that kind consists of.
    pub body: Body,
    /// The content, in the case's own words; a sentence or two.
    pub says: String,
    /// From where it comes.
    pub source: Source,
    /// The reliability of the source and the credibility of the statement.
    pub grade: Grade,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    pub release_to: BTreeSet<Country>,
    /// The time of observation or statement.
    pub observed: Option<Moment>,
    /// Towards whom it points, where its source or the analyst says so.
    pub points_to: Option<Pointer>,
    /// The file that holds it.
    pub file: Option<EvidenceFile>,
    /// The inputs of the judges beside the item itself.
    pub weighing: Weighing,
    /// The id under which somebody else has it, where it was imported: `misp:…`, `stix:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl Evidence {
    /// Returns true if the item may be shown to another state's authorities.
    ///
    /// # Errors
    ///
    /// The reason for withholding it; see [`Tlp::may_go_to`].
    pub fn may_go_to(&self, addressee: Country) -> Result<(), Withheld> {
        self.tlp.may_go_to(addressee, &self.release_to)
    }

    /// The word for its kind, as it stands in `evidence.toml`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.body.kind()
    }
}

/// From where something is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// The speaker, place and date, in words.
    pub text: String,
    /// The address at which it can be read.
    pub url: Option<String>,
}

impl Source {
    /// The first date in its words, such as `2022-08-04`; `None` where there is none.
    #[must_use]
    pub fn date(&self) -> Option<Moment> {
        const LENGTH: usize = "2022-08-04".len();
        let words = self.text.split(|sign: char| !sign.is_ascii_digit() && sign != '-');
        let dates = words.filter(|word| word.len() == LENGTH).filter_map(|word| word.parse().ok());
        dates.min_by_key(|moment: &Moment| moment.date())
    }
}

/// Towards whom an item points, how strongly, and why not more or less so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pointer {
    /// The parties it points to; at least one.
    pub parties: Vec<PartyId>,
    /// The strength.
    pub strength: Strength,
    /// The reason for the strength.
    pub because: Option<String>,
}

/// The analyst's knowledge about an item that the judges cannot see for themselves; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Weighing {
    /// The items that stand and fall with it: one report, one program, one machine.
    pub cluster: Option<ClusterId>,
    /// The means needed to plant it, where that is not what its kind says.
    pub forgeability: Option<Forgeability>,
    /// The availability of the program or code that it is about, where the record does not know it better.
    pub availability: Option<Availability>,
    /// The designation in the record of previous attacks, by name or identifier: `S0140`, `Shamoon`, `G0032`.
    pub record: Vec<String>,
    /// The items that it shows to have been planted.
    pub exposes: Vec<EvidenceId>,
    /// The items that it says again, in its own words or those of its source.
    pub repeats: Vec<EvidenceId>,
    /// How far somebody has checked it.
    #[serde(default, skip_serializing_if = "Standing::is_raw")]
    pub standing: Standing,
}

/// How far an item was checked since it came in.
///
/// It says what was done, and the grade how good the item is: an item that holds is graded better by whoever checked it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it came in.
    #[default]
    Raw,
    /// Somebody checked it, and it holds.
    Validated,
    /// It turned out to be wrong: it stays in the register, and nothing rests on it.
    Refuted,
}

impl Standing {
    const fn is_raw(&self) -> bool {
        matches!(self, Self::Raw)
    }
}

/// The strength with which an item points to somebody, in an analyst's own words; no probability.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Easily forged, or true of many.
    Weak,
    /// Costly to forge, or true of few.
    Medium,
    /// Hard to forge and true of hardly anybody else.
    Strong,
    /// Shows by itself who did it, if it is genuine: a confession, an order, an arrest in the act.
    Direct,
}

/// The file behind an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "place")]
pub enum EvidenceFile {
    /// In the case folder, sealed with it.
    Inside {
        /// Relative to the case folder.
        path: CasePath,
        /// The hash it was received under, where one was given.
        sha256: Option<Sha256>,
    },
    /// Somewhere else, too large or too dangerous for the folder; its hash is what counts.
    Outside {
        /// As the case names it: absolute, or relative to the case folder.
        path: String,
        /// The hash that identifies it.
        sha256: Sha256,
    },
}

impl EvidenceFile {
    /// The path as the case names it.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Inside { path, .. } => path.as_str(),
            Self::Outside { path, .. } => path,
        }
    }
}

/// The content of an item of evidence, by kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Body {
    /// A file of the attacker's, known by its hashes.
    Sample(Sample),
    /// A behaviour that ATT&CK has a number for.
    Technique(Technique),
    /// A program or tool that was used.
    Software(Software),
    /// An address, host or URL that the attacker used.
    Infrastructure(Infrastructure),
    /// A statement that code is shared with something known.
    SharedCode(SharedCode),
    /// A trace that was left in a file or a system.
    Artefact(Artefact),
    /// A reason that somebody had.
    Motive,
    /// Somebody's statement to have done it.
    ClaimOfResponsibility(ClaimOfResponsibility),
    /// Harm that was done.
    Damage(Damage),
    /// A table of the internet's routes, or of who holds its numbers.
    RouteData(RouteData),
}

impl Body {
    /// The words for the kinds, as they stand in `evidence.toml`.
    pub const KINDS: [&str; 10] = [
        "sample",
        "technique",
        "software",
        "infrastructure",
        "shared-code",
        "artefact",
        "motive",
        "claim-of-responsibility",
        "damage",
        "route-data",
    ];

    /// The word for this kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Sample(_) => "sample",
            Self::Technique(_) => "technique",
            Self::Software(_) => "software",
            Self::Infrastructure(_) => "infrastructure",
            Self::SharedCode(_) => "shared-code",
            Self::Artefact(_) => "artefact",
            Self::Motive => "motive",
            Self::ClaimOfResponsibility(_) => "claim-of-responsibility",
            Self::Damage(_) => "damage",
            Self::RouteData(_) => "route-data",
        }
    }
}

/// A file of the attacker's; at least one hash is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// The name it had on the victim's machine.
    pub name: Option<String>,
    /// The function: `dropper`, `wiper`.
    pub role: Option<String>,
    /// Its SHA-256, the only one that identifies it.
    pub sha256: Option<Sha256>,
    /// Its SHA-1, for look-ups.
    pub sha1: Option<Sha1>,
    /// Its MD5, for look-ups.
    pub md5: Option<Md5>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// The build time in the header; trivially forged.
    pub compiled: Option<Moment>,
}

/// A behaviour that ATT&CK has a number for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Technique {
    /// The number.
    pub technique: TechniqueId,
    /// ATT&CK's name for it.
    pub name: Option<String>,
}

/// A program or tool that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Software {
    /// Its name in this case.
    pub name: String,
    /// The function.
    pub role: Option<String>,
    /// The names that others give it.
    pub aliases: Vec<String>,
}

/// An address, host or URL that the attacker used; at least one of the three is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Infrastructure {
    /// The IP address.
    pub address: Option<IpAddr>,
    /// The host name, live; show it with [`Defanged`](crate::Defanged).
    pub host: Option<String>,
    /// The URL, live; show it with [`Defanged`](crate::Defanged).
    pub url: Option<String>,
    /// TCP or UDP ports, in order.
    pub ports: BTreeSet<u16>,
    /// The purpose: `command and control`.
    pub role: String,
    /// The country the source puts it in, which the routing tables may contradict.
    pub country: Option<Country>,
}

/// A statement that code is shared with something known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedCode {
    /// The designation shared with: a family or an earlier attack.
    pub with: String,
    /// The shared part: lines of code, an algorithm.
    pub shared: Vec<String>,
}

/// A trace that was left in a file or a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artefact {
    /// The kind of trace: `language setting`.
    pub trace: String,
    /// The content: `Korean`.
    pub value: Option<String>,
}

/// Somebody's statement to have done it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimOfResponsibility {
    /// The name they gave themselves.
    pub name: String,
}

/// Harm that was done, counted where it can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Damage {
    /// The amount and its unit.
    pub quantity: Option<Quantity>,
}

/// A number of something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// The number.
    pub number: u64,
    /// Of what: `e-mails`.
    pub unit: String,
    /// True if there may be more.
    pub at_least: bool,
}

/// A table of the internet's routes, or of who holds its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteData {
    /// The edition of the table.
    pub table: RouteTable,
    /// The measurer or publisher.
    pub origin: String,
    /// Under which terms it may be used.
    pub licence: Option<String>,
}

/// The tables that the routes engine reads.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RouteTable {
    /// A table dump in MRT.
    Rib,
    /// Updates in MRT.
    Updates,
    /// Providers and peers, in CAIDA's serial-1 or serial-2.
    AsRelationships,
    /// Prefixes and the AS that announces each, in CAIDA's or pyasn's format.
    PrefixToAs,
    /// Holders of AS numbers, with country and name.
    AsTable,
    /// A registry's delegation statistics.
    Delegated,
    /// The record of a watch over routes, minute by minute, as JSON.
    Watch,
}
