//! The case: what happened, to whom, when, who is concerned, and what is asked.
//!
//! Everything in it comes from `case.toml` and `evidence.toml`, checked once, so that what reads it need not check again.

use std::collections::BTreeSet;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::options::Options;
use crate::{
    Asn, CaseError, CaseId, CasePath, Country, Evidence, EvidenceId, Moment, PartyId, Quantity,
    Sector, Source, Tlp,
};

mod read;
pub(crate) use read::{Reading, reading};

/// A case, whole: every id that it cites exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its short name.
    pub id: CaseId,
    /// One line.
    pub title: String,
    /// The marking of what has none of its own.
    pub tlp: Tlp,
    /// What happened, in a paragraph.
    pub summary: String,
    /// When the attack began.
    pub began: Option<Moment>,
    /// When it was noticed.
    pub detected: Option<Moment>,
    /// Who keeps the case and can be asked about it.
    pub owner: Owner,
    /// Whose connectivity is asked about.
    pub target: Option<Target>,
    /// How routing tables are to be read.
    pub routes: RouteSettings,
    /// What of the record of previous attacks is not to be used.
    pub record: RecordSettings,
    /// What requests say of deadlines and of what is offered.
    pub request: RequestSettings,
    /// Who is concerned, in the order of the file.
    pub parties: Vec<Party>,
    /// What happened when, by date.
    pub events: Vec<Event>,
    /// What was done, in the order of the file.
    pub effects: Vec<Effect>,
    /// What was threatened, in the order of the file.
    pub threats: Vec<Threat>,
    /// Who said what about it, by date.
    pub claims: Vec<Claim>,
    /// Who may have done it beside the actors of the record, in the order of the file.
    pub hypotheses: Vec<NamedHypothesis>,
    /// What the case adds to the catalogue of responses, or corrects in it.
    pub response: Options,
    /// The evidence, in the order of its file.
    pub evidence: Vec<Evidence>,
}

impl Case {
    /// Reads a case from the text of its two files; nothing else is opened.
    ///
    /// # Errors
    ///
    /// Every problem of both files, with its place and remedy.
    pub fn read(case_toml: &str, evidence_toml: &str) -> Result<Self, CaseError> {
        read::read(case_toml, evidence_toml)
    }

    /// The party of that name.
    #[must_use]
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == *id)
    }

    /// The item of evidence of that name.
    #[must_use]
    pub fn evidence(&self, id: &EvidenceId) -> Option<&Evidence> {
        self.evidence.iter().find(|item| item.id == *id)
    }

    /// The parties in a role, in the order of the file.
    pub fn parties_as(&self, role: Role) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.roles.contains(&role))
    }

    /// When it was noticed, else when it began.
    #[must_use]
    pub fn noticed(&self) -> Option<Moment> {
        self.detected.or(self.began)
    }

    /// The state in whose name it asks others: the sending party's, else the owner's, else the first victim's.
    #[must_use]
    pub fn sender(&self) -> Option<Country> {
        let of = |role| self.parties_as(role).find_map(|party| party.country);
        of(Role::Sender).or(self.owner.country).or_else(|| of(Role::Victim))
    }
}

/// Who keeps the case and can be asked about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// The organisation.
    pub organisation: String,
    /// Its state, in whose name it may ask others.
    pub country: Option<Country>,
    /// Who wrote the case.
    pub author: Option<String>,
    /// The point of contact: an address or telephone number that is answered.
    pub contact: String,
}

/// Whose connectivity is asked about; at least one part is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// A state.
    pub country: Option<Country>,
    /// Networks, where they are known better than by registration.
    pub asns: BTreeSet<Asn>,
    /// Prefixes, where they are known better than by announcement.
    #[schemars(with = "BTreeSet<String>")]
    pub prefixes: BTreeSet<IpNet>,
    /// What is asked, in words.
    pub question: Option<String>,
    /// With whom it, and what is found about it, may be shared; the marking of the case unless it has one of its own.
    pub tlp: Tlp,
}

/// How routing tables are to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteSettings {
    /// The folder of the case that holds the tables; `routes` unless the case says otherwise.
    pub folder: CasePath,
    /// Links that tables show but that are not to be believed.
    pub doubtful: Vec<DoubtfulLink>,
}

/// What of the record of previous attacks is not to be used.
///
/// Later reports on this very attack would make it evidence of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordSettings {
    /// Sources that are about this very attack, by the names under which the record cites them.
    pub leave_out: Vec<String>,
    /// Only sources published before this count; those without a date do not. The last day of the case by default.
    pub until: Option<Moment>,
    /// True if sources later than the case count as well, though they may tell of its own attack.
    pub hindsight: bool,
}

/// What requests to others say of deadlines and of what is offered in return.
///
/// It goes by the marking of the case: where the case may not go, a request has the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestSettings {
    /// Days after receipt by which a first answer is asked for, from 1 to [`RequestSettings::MOST_DAYS`].
    pub answer_within_days: u64,
    /// Days after receipt by which records are to be preserved, from 1 to [`RequestSettings::MOST_DAYS`].
    pub preserve_within_days: u64,
    /// What the sender offers in return, a sentence each; empty where the usual offers are to stand.
    pub offers: Vec<String>,
}

impl RequestSettings {
    /// The longest time that a request may leave, in days: a year.
    pub const MOST_DAYS: u64 = 365;
}

impl Default for RequestSettings {
    /// Three days to preserve records, since many operators keep them for days only; two weeks for a first answer.
    ///
    /// Both are judgement, and what requests between states usually leave.
    fn default() -> Self {
        Self { answer_within_days: 14, preserve_within_days: 3, offers: Vec::new() }
    }
}

/// A link that tables show but that is not to be believed, such as one of a forged path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DoubtfulLink {
    /// One end.
    pub left: Asn,
    /// The other end.
    pub right: Asn,
    /// Why it is doubted, in one sentence.
    pub reason: String,
    /// Who says so.
    pub source: Source,
    /// With whom it, and what is found without the link, may be shared; the marking of the case unless it has its own.
    pub tlp: Tlp,
}

/// A state, organisation, operator or group that the case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// By what everything else cites it.
    pub id: PartyId,
    /// Its name.
    pub name: String,
    /// Its state; none for a group of unknown origin.
    pub country: Option<Country>,
    /// What it is in this case; at least one role.
    pub roles: BTreeSet<Role>,
    /// The networks it runs.
    pub asns: BTreeSet<Asn>,
    /// Where it can be reached.
    pub contact: Option<String>,
    /// What else a reader should know.
    pub note: Option<String>,
    /// What kind of victim it is.
    pub sector: Option<Sector>,
    /// The actors of the record of previous attacks that it is, by name or identifier: `G0032`.
    pub actors: Vec<String>,
}

/// What a party is in a case.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It was attacked.
    Victim,
    /// Somebody says that it did it, or is answerable for it.
    ResponsibleAlleged,
    /// Traffic of the party alleged to be responsible passes its networks.
    Transit,
    /// Machines that the attacker used stand in its networks.
    Host,
    /// It is consulted or asked for help.
    Partner,
    /// It is the national CERT of its state, which gets a technical note of its own.
    Cert,
    /// The request goes out in its name.
    Sender,
    /// Something else.
    Other,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When.
    pub date: Moment,
    /// What, in a sentence.
    pub text: String,
    /// From where it is known.
    pub source: Option<Source>,
    /// Which evidence shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
}

/// Something that was done to a victim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// What sort of harm.
    pub kind: EffectKind,
    /// What, in a sentence.
    pub text: String,
    /// How much of what.
    pub quantity: Option<Quantity>,
    /// When it happened or was first known.
    pub date: Option<Moment>,
    /// Which evidence shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
}

/// The sorts of harm.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// Data or machines made unusable for good.
    Destruction,
    /// Secrets made public.
    Disclosure,
    /// A service or business stopped for a time.
    Disruption,
    /// Somebody made to act, or not to act, by threat.
    Coercion,
    /// Secrets read.
    Espionage,
    /// Money, goods or data taken.
    Theft,
    /// Data or pages changed.
    Manipulation,
    /// Something else.
    Other,
}

/// Something that was threatened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Threat {
    /// What was threatened, in a sentence.
    pub text: String,
    /// Who threatened.
    pub by: Option<PartyId>,
    /// When.
    pub date: Option<Moment>,
    /// Whether it was carried out, where that is known.
    pub carried_out: Option<bool>,
    /// From where it is known.
    pub source: Option<Source>,
    /// Which evidence shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
}

/// Somebody's statement about the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// What sort of statement.
    pub kind: ClaimKind,
    /// Who makes it.
    pub by: PartyId,
    /// Whom it is about.
    pub about: Option<PartyId>,
    /// What it says, in a sentence.
    pub text: String,
    /// When it was made.
    pub date: Option<Moment>,
    /// From where it is known.
    pub source: Source,
    /// Which evidence it rests on.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
}

/// Somebody whom the case itself holds to be possible, such as an insider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedHypothesis {
    /// Who.
    pub party: PartyId,
    /// What is supposed, in a sentence.
    pub text: String,
    /// The kind of attacker; `None` where its words are to tell.
    pub attacker: Option<AttackerKind>,
    /// With whom it may be shared.
    pub tlp: Tlp,
}

/// The kinds of attackers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AttackerKind {
    /// A state, or a group that acts for one.
    State,
    /// A group that is out for money and acts for no state.
    Criminal,
    /// People with a political aim who act for no state.
    Hacktivist,
    /// Somebody with lawful access to the victim.
    Insider,
    /// Nobody of these kinds, or of a kind that is not known.
    Unknown,
}

impl AttackerKind {
    /// Every kind, in order.
    pub const ALL: [Self; 5] =
        [Self::State, Self::Criminal, Self::Hacktivist, Self::Insider, Self::Unknown];

    /// The word for the kind, as in JSON and in a case.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Criminal => "criminal",
            Self::Hacktivist => "hacktivist",
            Self::Insider => "insider",
            Self::Unknown => "unknown",
        }
    }
}

/// The sorts of statements.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// "We did it."
    Responsibility,
    /// "They did it."
    Attribution,
    /// "We did not."
    Denial,
    /// Anything else.
    Statement,
}
