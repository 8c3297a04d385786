//! The attribution: the hypotheses, the weight of each item of evidence, and the sensitivity of the judgement.
//!
//! A weight is a [`LikelihoodRatio`], in nats: 0 says nothing, 0.69 doubles the odds, −0.69 halves them.
//! It compares a hypothesis with the background: the traces that an actor outside the record would leave.
//! Probability (of a claim) and confidence (in the evidence for it) never stand in one sentence
//! (ODNI, Intelligence Community Directive 203, 2015).
//!
//! Findings are values; the sentences for people are made by the views.

use std::cmp::Ordering;
use std::fmt;

use demarche_terms::{LikelihoodRatio, Probability, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Catalogue, Edition, RecordId};
use crate::{
    AttackerKind, ClusterId, Country, EvidenceId, Forgeability, Moment, PartyId, TechniqueId, Tlp,
};

/// The attribution of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttributionFindings {
    /// The record of previous attacks behind the judgement.
    pub record: RecordUsed,
    /// All hypotheses, most probable first as reported; judgements name them by [`Hypothesis::id`].
    pub hypotheses: Vec<Hypothesis>,
    /// The evidence taken as it was reported.
    pub as_reported: Judgement,
    /// The judgement on evidence that is hard to forge alone, as if all other evidence were planted.
    pub if_planted: Judgement,
    /// The reason for naming nobody; `None` when probabilities are shown.
    pub withheld: Option<NoProbability>,
    /// The leader as reported; `None` where nobody is named.
    pub leads: Option<Leads>,
    /// The trust in the evidence for the leader.
    pub confidence: Confidence,
    /// The items that speak most for and against the leader.
    pub balance: Balance,
    /// Kinds of further evidence, the most informative first.
    pub wanted: Vec<WantedEvidence>,
    /// The items of evidence with their weights, in the order of the case.
    pub items: Vec<WeighedItem>,
    /// The judgement without each item and each group of items, the most influential first.
    pub sensitivity: Vec<Sensitivity>,
    /// The share of each actor's known behaviour that was seen, largest first.
    pub overlaps: Vec<Overlap>,
    /// Previous attacks with their ties to this case.
    pub precedents: Vec<Precedent>,
    /// Techniques of the leading actor that were not seen: leads for a search, and no evidence of absence.
    pub hunt_leads: Vec<HuntLead>,
    /// Every parameter that the figures depend on, with its basis.
    pub parameters: Vec<Parameter>,
    /// Limits of these findings.
    pub caveats: Vec<AttributionCaveat>,
}

/// The record of previous attacks that the evidence was compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordUsed {
    /// The editions by name, with their date and licence.
    pub editions: Vec<EditionUsed>,
    /// Actors that could have been named.
    pub actors: u64,
    /// Previous attacks.
    pub attacks: u64,
    /// Claims that somebody used something.
    pub uses: u64,
}

/// One edition that was compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct EditionUsed {
    /// The name of the edition: `attack-enterprise-18.1`.
    pub name: String,
    /// The catalogue.
    pub catalogue: Catalogue,
    /// The date of publication.
    pub date: Option<Moment>,
    /// The licence.
    pub licence: String,
    /// The marking: a request that may not show the edition shows nothing that rests on it.
    pub tlp: Tlp,
}

impl From<&Edition> for EditionUsed {
    fn from(edition: &Edition) -> Self {
        Self {
            name: edition.name.clone(),
            catalogue: edition.catalogue,
            date: edition.date,
            licence: edition.licence.clone(),
            tlp: edition.tlp,
        }
    }
}

/// A claim about the author of the attack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Hypothesis {
    /// An actor of the record.
    Actor {
        /// The entry of the actor.
        id: RecordId,
        /// The name of the actor.
        name: String,
        /// The kind of the actor.
        attacker: AttackerKind,
        /// The state that the actor is said to act for; `None` for other kinds.
        state: Option<Country>,
    },
    /// An actor that is not in the record.
    Unlisted {
        /// The kind of the actor.
        attacker: AttackerKind,
        /// The state that the actor acts for; `None` for other kinds.
        state: Option<Country>,
    },
    /// A false flag: one actor imitates another.
    FalseFlag {
        /// The entry of the author.
        actor: RecordId,
        /// The name of the author.
        name: String,
        /// The kind of the author.
        attacker: AttackerKind,
        /// The state that the author is said to act for.
        state: Option<Country>,
        /// The entry of the imitated actor.
        imitated: RecordId,
        /// The name of the imitated actor.
        imitated_name: String,
    },
    /// A party of the case, such as an insider.
    Named {
        /// The party.
        party: PartyId,
        /// The name of the party.
        name: String,
        /// The kind of the party.
        attacker: AttackerKind,
        /// The state for which the party acts as the case says; `None` where it acts for none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<Country>,
    },
}

/// The identifier of a hypothesis, the same in every judgement: lower-case letters, digits and hyphens, fit for a URL.
///
/// ```
/// # use demarche_case::{AttackerKind, assessment::attribution::Hypothesis};
/// let (attacker, state) = (AttackerKind::State, Some("KP".parse()?));
/// let hypothesis = Hypothesis::Unlisted { attacker, state };
/// assert_eq!(hypothesis.id().as_str(), "unlisted-kp");
/// # Ok::<(), demarche_case::CountryError>(())
/// ```
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct HypothesisId(String);

impl HypothesisId {
    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HypothesisId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An entry in lower-case letters, digits and hyphens: `attack-g0032`.
///
/// Entries whose identifiers differ only in case or in other signs are kept apart by the beginning of a hash.
fn slug(entry: &RecordId) -> String {
    let signs = entry.id.chars();
    let plain: String = signs
        .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
        .collect();
    let slug = format!("{}-{plain}", entry.catalogue.word());
    // ATT&CK writes its identifiers in capitals.
    let is_reversible = match entry.catalogue {
        Catalogue::Attack => plain.to_ascii_uppercase() == entry.id,
        _ => plain == entry.id,
    };
    if is_reversible {
        return slug;
    }
    let hash = Sha256::of(entry.id.as_bytes()).to_string();
    format!("{slug}-{}", hash.chars().take(8).collect::<String>())
}

impl Hypothesis {
    /// The identifier, by which judgements name the hypothesis.
    #[must_use]
    pub fn id(&self) -> HypothesisId {
        HypothesisId(match self {
            Self::Actor { id, .. } => format!("actor-{}", slug(id)),
            Self::Unlisted { state: Some(state), .. } => {
                format!("unlisted-{}", state.code().to_ascii_lowercase())
            }
            Self::Unlisted { attacker, state: None } => format!("unlisted-{}", attacker.word()),
            Self::FalseFlag { actor, imitated, .. } => {
                format!("false-flag-{}-as-{}", slug(actor), slug(imitated))
            }
            Self::Named { party, state: Some(state), .. } => {
                format!("named-{party}-for-{}", state.code().to_ascii_lowercase())
            }
            Self::Named { party, state: None, .. } => format!("named-{party}"),
        })
    }

    /// The state behind it, where one is claimed.
    #[must_use]
    pub const fn state(&self) -> Option<Country> {
        match self {
            Self::Actor { state, .. }
            | Self::Unlisted { state, .. }
            | Self::FalseFlag { state, .. }
            | Self::Named { state, .. } => *state,
        }
    }

    /// The kind of the author.
    #[must_use]
    pub const fn attacker(&self) -> AttackerKind {
        match self {
            Self::Actor { attacker, .. }
            | Self::Unlisted { attacker, .. }
            | Self::FalseFlag { attacker, .. }
            | Self::Named { attacker, .. } => *attacker,
        }
    }
}

/// The probability of a hypothesis before any evidence but the victim.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Prior(pub Probability);

impl From<Prior> for f64 {
    fn from(prior: Prior) -> Self {
        prior.0.get()
    }
}

/// A ranking of the hypotheses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The hypotheses, most probable first.
    ///
    /// Hypotheses left out are less probable than each of these; `others` is their probability together.
    pub ranking: Vec<Ranked>,
    /// The probability of all hypotheses outside the ranking; `None` as for [`Ranked::probability`].
    pub others: Option<Probability>,
    /// The states, each with all its actors, listed or not, most probable first; stateless actors are in none.
    pub states: Vec<RankedState>,
    /// The kinds of attackers, all of them, most probable first; the states together are one.
    pub kinds: Vec<RankedKind>,
}

impl Judgement {
    /// The place of a hypothesis in the ranking; `None` where it is not ranked.
    #[must_use]
    pub fn ranked(&self, hypothesis: &HypothesisId) -> Option<&Ranked> {
        self.ranking.iter().find(|ranked| ranked.hypothesis == *hypothesis)
    }

    /// The probability of a state, a kind or a hypothesis; [`Chance::NONE`] where it is not ranked or is withheld.
    #[must_use]
    pub fn chance(&self, leads: &Leads) -> Chance {
        let found = match leads {
            Leads::State { state } => {
                self.states.iter().find(|ranked| ranked.state == *state).map(RankedState::chance)
            }
            Leads::Kind { attacker } => {
                let mut kinds = self.kinds.iter();
                kinds.find(|ranked| ranked.attacker == *attacker).map(RankedKind::chance)
            }
            Leads::Hypothesis { hypothesis } => self.ranked(hypothesis).map(Ranked::chance),
        };
        found.unwrap_or(Chance::NONE)
    }
}

/// One kind of attacker in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedKind {
    /// The kind.
    pub attacker: AttackerKind,
    /// The posterior probability that an attacker of the kind did it; `None` as for [`Ranked::probability`].
    pub probability: Option<Chance>,
    /// The probability before any evidence but the victim and the harm.
    pub prior: Prior,
}

impl RankedKind {
    /// The probability; 0 where it is withheld.
    #[must_use]
    pub fn chance(&self) -> Chance {
        self.probability.unwrap_or(Chance::NONE)
    }
}

/// One hypothesis in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    /// The hypothesis, one of [`AttributionFindings::hypotheses`].
    pub hypothesis: HypothesisId,
    /// The posterior probability; `None` when [`AttributionFindings::withheld`] gives a reason.
    pub probability: Option<Chance>,
    /// The probability before any evidence but the victim.
    pub prior: Prior,
    /// The weight of all evidence for the hypothesis.
    pub weight: LikelihoodRatio,
    /// The weight of each aspect of the evidence, in the order of [`Aspect`]; they add up to `weight`.
    pub aspects: Vec<AspectWeight>,
}

impl Ranked {
    /// The probability; 0 where it is withheld.
    #[must_use]
    pub fn chance(&self) -> Chance {
        self.probability.unwrap_or(Chance::NONE)
    }
}

/// One state in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedState {
    /// The state.
    pub state: Country,
    /// The posterior probability that an actor said to act for the state did it; `None` as for [`Ranked::probability`].
    pub probability: Option<Chance>,
    /// The probability before any evidence but the victim.
    pub prior: Prior,
}

impl RankedState {
    /// The probability; 0 where it is withheld.
    #[must_use]
    pub fn chance(&self) -> Chance {
        self.probability.unwrap_or(Chance::NONE)
    }
}

impl AttributionFindings {
    /// The hypothesis of an identifier; `None` where these findings do not have it.
    #[must_use]
    pub fn hypothesis(&self, id: &HypothesisId) -> Option<&Hypothesis> {
        self.hypotheses.iter().find(|hypothesis| hypothesis.id() == *id)
    }

    /// The column of a hypothesis in [`WeighedItem::weights`]; `None` where these findings do not have it.
    #[must_use]
    pub fn column(&self, id: &HypothesisId) -> Option<usize> {
        self.hypotheses.iter().position(|hypothesis| hypothesis.id() == *id)
    }

    /// The findings without anything that tells who leads, where nobody is to be named.
    ///
    /// Hypotheses, states and kinds are then in the order of their identifiers; the weights of the items stay.
    #[must_use]
    pub fn without_withheld(mut self) -> Self {
        if self.withheld.is_none() {
            return self;
        }
        for judgement in [&mut self.as_reported, &mut self.if_planted] {
            judgement.others = None;
            judgement.ranking.sort_by(|left, right| left.hypothesis.cmp(&right.hypothesis));
            judgement.ranking.iter_mut().for_each(|ranked| ranked.probability = None);
            judgement.states.sort_by_key(|ranked| ranked.state);
            judgement.states.iter_mut().for_each(|ranked| ranked.probability = None);
            judgement.kinds.sort_by_key(|ranked| ranked.attacker);
            judgement.kinds.iter_mut().for_each(|ranked| ranked.probability = None);
        }
        self.in_order_of_identifiers();
        self.sensitivity.clear();
        self.hunt_leads.clear();
        self.balance = Balance::default();
        self.leads = None;
        self.confidence.reasons.retain(|reason| !reason.names_somebody());
        self
    }

    /// Puts the hypotheses into the order of their identifiers, and the weights of the items with them.
    fn in_order_of_identifiers(&mut self) {
        let mut order: Vec<usize> = (0..self.hypotheses.len()).collect();
        order.sort_by_key(|index| self.hypotheses[*index].id());
        self.hypotheses = order.iter().map(|index| self.hypotheses[*index].clone()).collect();
        for item in &mut self.items {
            item.weights = order.iter().map(|index| item.weights[*index]).collect();
            item.diagnosticity = 0.0;
        }
    }
}

/// A posterior probability with its interval when the parameters vary.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chance {
    /// The best estimate.
    pub estimate: Probability,
    /// The 5th percentile when the parameters vary in their ranges.
    pub low: Probability,
    /// The 95th percentile.
    pub high: Probability,
}

impl Chance {
    /// No chance at all.
    pub const NONE: Self = Self {
        estimate: Probability::IMPOSSIBLE,
        low: Probability::IMPOSSIBLE,
        high: Probability::IMPOSSIBLE,
    };
}

/// The words for a probability.
///
/// Source: ODNI, Intelligence Community Directive 203 (2015), first row of its table.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Likelihood {
    /// Below 5 %.
    AlmostNoChance,
    /// From 5 % to below 20 %.
    VeryUnlikely,
    /// From 20 % to below 45 %.
    Unlikely,
    /// From 45 % to 55 %.
    RoughlyEven,
    /// Above 55 % to 80 %.
    Likely,
    /// Above 80 % to 95 %.
    VeryLikely,
    /// Above 95 %.
    AlmostCertain,
}

impl Likelihood {
    /// The words for a probability.
    #[must_use]
    pub const fn of(probability: Probability) -> Self {
        match probability.get() {
            p if p > 0.95 => Self::AlmostCertain,
            p if p > 0.80 => Self::VeryLikely,
            p if p > 0.55 => Self::Likely,
            p if p >= 0.45 => Self::RoughlyEven,
            p if p >= 0.20 => Self::Unlikely,
            p if p >= 0.05 => Self::VeryUnlikely,
            _ => Self::AlmostNoChance,
        }
    }

    /// The directive's words, fit for "it is … that".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AlmostNoChance => "almost no chance",
            Self::VeryUnlikely => "very unlikely",
            Self::Unlikely => "unlikely",
            Self::RoughlyEven => "roughly even chance",
            Self::Likely => "likely",
            Self::VeryLikely => "very likely",
            Self::AlmostCertain => "almost certain",
        }
    }
}

/// A reason for naming nobody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum NoProbability {
    /// No item of evidence tells one attacker from another.
    NoEvidence,
    /// What leads does so on the prior alone: hardly any evidence speaks for it.
    PriorAlone,
    /// Nobody has a probability of at least `needed`.
    NobodyLeads {
        /// The least probability of an answer.
        needed: Probability,
    },
}

/// The items that speak most for the leader, and most for others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// The items of most weight for the leader, at most three, the strongest first.
    pub speak_for: Vec<SpeakingItem>,
    /// The items of most weight for another state, kind or hypothesis than the leader, at most three.
    pub speak_against: Vec<SpeakingItem>,
    /// The first single part of the evidence without which another would lead, or nobody could be named.
    pub overturned_by: Option<Without>,
    /// The leader if everything easily forged was planted, where it is another.
    pub gains_if_planted: Option<Leads>,
}

/// An item with its weight in the balance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpeakingItem {
    /// The item.
    pub evidence: EvidenceId,
    /// For whom the item speaks.
    pub speaks_for: Leads,
    /// The weight, beside that for the other side.
    pub weight: LikelihoodRatio,
}

/// A kind of evidence that may still be found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WantedEvidence {
    /// The kind, by the means needed to plant it.
    pub forgeability: Forgeability,
    /// The expected gain of information from one such item of a usually reliable source, in nats, from 0.
    ///
    /// Source: Lindley, "On a measure of the information provided by an experiment", 1956.
    pub information: f64,
}

/// The trust in the evidence for a judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// The level.
    pub level: ConfidenceLevel,
    /// The reasons for this level, the most general first.
    pub reasons: Vec<ConfidenceReason>,
}

/// A reason for a level of confidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ConfidenceReason {
    /// The amount of evidence that speaks for the leader.
    Evidence {
        /// Independent groups of evidence.
        groups: u64,
        /// Sources of these groups.
        sources: u64,
        /// Groups that are hard to forge.
        hard_to_forge: u64,
    },
    /// The leader changes when a part of the evidence is left out.
    Overturned {
        /// The leader on all the evidence.
        leads: Leads,
        /// The part without which the leader changes.
        without: Without,
    },
    /// The leader stays the same, whichever part of the evidence is left out.
    Stable {
        /// The leader.
        leads: Leads,
    },
    /// The words for the leader change if everything easily forged was planted.
    DiffersIfPlanted,
    /// The interval of the leader's probability is wider than one half.
    WideInterval,
    /// The leader is less probable than the next level of confidence takes.
    TooImprobable {
        /// The probability that the next level takes.
        needed: Probability,
    },
}

impl ConfidenceReason {
    /// Returns true if the reason tells who leads.
    const fn names_somebody(&self) -> bool {
        matches!(self, Self::Overturned { .. } | Self::Stable { .. })
    }
}

/// An answer of a judgement: a state, a kind of attacker, or a hypothesis of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Leads {
    /// A state, whichever of its actors did it.
    State {
        /// The state.
        state: Country,
    },
    /// A kind of attacker, whoever of that kind did it.
    Kind {
        /// The kind, which is not [`AttackerKind::State`].
        attacker: AttackerKind,
    },
    /// A hypothesis.
    Hypothesis {
        /// The hypothesis.
        hypothesis: HypothesisId,
    },
}

/// The levels of confidence.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the levels name themselves")]
pub enum ConfidenceLevel {
    Low,
    Moderate,
    High,
}

/// The aspects of an attack that evidence can be about; evidence of different aspects is more independent.
///
/// After the MICTIC framework: T. Steffens, "Attribution of Advanced Persistent Threats" (2020).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Programs and tools.
    Malware,
    /// Code shared with earlier programs.
    Code,
    /// Addresses, hosts and who runs them.
    Infrastructure,
    /// Techniques.
    Behaviour,
    /// Language, time zone, build times and other traces.
    Artefacts,
    /// The victim, and motives to attack it.
    Victim,
    /// Claims of responsibility.
    Claims,
}

impl Aspect {
    /// The word for the aspect, as in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Malware => "malware",
            Self::Code => "code",
            Self::Infrastructure => "infrastructure",
            Self::Behaviour => "behaviour",
            Self::Artefacts => "artefacts",
            Self::Victim => "victim",
            Self::Claims => "claims",
        }
    }
}

/// The weight of one aspect of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AspectWeight {
    /// The aspect.
    pub aspect: Aspect,
    /// The weight.
    pub weight: LikelihoodRatio,
}

/// The weight of one item of evidence: a row of the matrix of hypotheses and evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeighedItem {
    /// The item.
    pub evidence: EvidenceId,
    /// The aspect that the item is about.
    pub aspect: Aspect,
    /// The group of items that are true or false together.
    pub cluster: Cluster,
    /// The means needed to plant the item.
    pub forgeability: Forgeability,
    /// The probability that the item was planted.
    pub planted: Probability,
    /// The largest weight that the item can have, given `planted`.
    pub bound: LikelihoodRatio,
    /// The factor for the grade of the source, from 0 to 1.
    pub reliability: f64,
    /// The factor for dependence on the rest of the cluster, from 0 to 1.
    pub discount: f64,
    /// The weight for each hypothesis, in the order of [`AttributionFindings::hypotheses`].
    pub weights: Vec<LikelihoodRatio>,
    /// The diagnosticity, in nats, from 0: the mean distance of the weights from their mean, each counted by the
    /// probability of its hypothesis (Heuer, "Psychology of Intelligence Analysis", 1999, ch. 8).
    pub diagnosticity: f64,
    /// The matches in the record, or the reasons for counting nothing.
    pub reasons: Vec<ItemReason>,
    /// The sources of the record that the weight rests on, as cited.
    pub sources: Vec<CitedSource>,
}

/// A group of items that are true or false together.
///
/// Groups are in the order of their names, in which their weights are added.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Cluster {
    /// A group that the case names.
    Named {
        /// The short name of the group.
        id: ClusterId,
    },
    /// The items of one aspect from one source, where the case names no group.
    Implied {
        /// The aspect.
        aspect: Aspect,
        /// The source, in its own words.
        source: String,
    },
}

impl Cluster {
    /// The name, the source, and a number that keeps the two kinds apart.
    fn key(&self) -> (&str, &str, u8) {
        match self {
            Self::Named { id } => (id.as_str(), "", 0),
            Self::Implied { aspect, source } => (aspect.word(), source, 1),
        }
    }
}

impl Ord for Cluster {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Cluster {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A reason for the weight of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ItemReason {
    /// The item repeats an earlier one and counts for nothing.
    Repeats {
        /// The earlier item.
        first: EvidenceId,
    },
    /// The item may repeat an earlier one in other words, and counts little beside it.
    MayRepeat {
        /// The earlier item.
        first: EvidenceId,
    },
    /// The item shows that another was planted, which supports a false flag.
    Exposes,
    /// The item points to no party and matches nothing in the record.
    NoMatch,
    /// The item points to a state that is said only to shelter those who did it, which does not tell who did it.
    PointsToShelter,
    /// The item is compared with what the record knows of its users, so that where it points to is not used.
    PointerUnused,
    /// The same file was found in an earlier attack.
    SameFile,
    /// The program is available to anybody.
    PublicTool {
        /// The name of the program.
        name: String,
    },
    /// No earlier attack in the record left the file.
    UnknownFile,
    /// The shared code is available to anybody.
    SharedPublicCode {
        /// The program that the code belongs to, where the record knows it.
        name: Option<String>,
    },
    /// An earlier attack used the same infrastructure.
    SameInfrastructure,
    /// The network of an address is not known.
    UnknownNetwork,
    /// The address is in a network of a country, where anybody can rent or take over machines.
    HostedIn {
        /// The country.
        country: Country,
    },
    /// The record has no actor of the claimed name.
    UnknownClaimant {
        /// The claimed name.
        name: String,
    },
    /// Actors of the record are known to use what was seen.
    KnownUsers {
        /// Actors known to use it, in the whole record.
        actors: u64,
        /// Those among the hypotheses, by name.
        listed: Vec<String>,
    },
}

/// A limit of the findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum AttributionCaveat {
    /// The labels of the record are claims by vendors and states.
    LabelsAreClaims,
    /// Actors with few published reports are found less often.
    Visibility,
    /// No data set of incidents is in the record, so that the prior counts known actors in place of attacks.
    NoIncidents,
    /// Catalogues name different states behind an actor.
    StatesDiffer {
        /// The name of the actor.
        name: String,
        /// The states, by code.
        states: Vec<Country>,
    },
    /// Entries that may be about the case itself were not used.
    OwnEntries {
        /// The attacks.
        attacks: Vec<RecordId>,
    },
    /// Sources later than the case were not used, because they may tell of its own attack.
    Until {
        /// The last day of the case.
        date: Moment,
    },
    /// Sources later than the case were used, as the user asked: they may tell of its own attack.
    Hindsight,
    /// The kind of a named hypothesis was taken from its words.
    KindFromWords {
        /// The party.
        party: PartyId,
        /// The kind.
        attacker: AttackerKind,
    },
    /// An item points to a party without a state and to a state, and the case does not say if the party acts for it.
    MayActFor {
        /// The item.
        evidence: EvidenceId,
        /// The party without a state.
        party: PartyId,
        /// The party that stands for the state.
        patron: PartyId,
    },
    /// An item points to somebody, and the case does not say how hard it would be to plant.
    UnstatedForgeability {
        /// The item.
        evidence: EvidenceId,
    },
    /// The case leaves out a name that nothing in the record has.
    UnknownName {
        /// The name.
        name: String,
    },
}

/// A source that the record cites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CitedSource {
    /// Author, title and date as cited, or the short name of the source.
    pub text: String,
    /// The address of the text.
    pub url: Option<String>,
    /// The date of publication.
    pub date: Option<Moment>,
}

/// The judgement without a part of the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// The part that is left out.
    pub without: Without,
    /// The items that are left out.
    pub items: Vec<EvidenceId>,
    /// The probability of the leader on all the evidence; `None` as for [`Ranked::probability`].
    pub leading: Option<Probability>,
    /// The leader then; `None` where nobody could be named.
    pub leads: Option<Leads>,
}

/// A part of what the judgement rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// One item.
    Item(EvidenceId),
    /// All items of a group that are true or false together.
    Cluster(Cluster),
    /// All items of an aspect.
    Aspect(Aspect),
    /// All items of one source, by the source's words.
    Source(String),
    /// The statements of the case of who acts for whom, which no item of evidence carries.
    Links,
}

impl Without {
    /// Returns true for an item, a cluster and a source: a leader that falls with one of these has low confidence.
    ///
    /// A whole aspect, and what the case says without evidence, keep confidence from being high alone.
    #[must_use]
    pub const fn is_single(&self) -> bool {
        match self {
            Self::Item(_) | Self::Cluster(_) | Self::Source(_) => true,
            Self::Aspect(_) | Self::Links => false,
        }
    }
}

/// The share of an actor's known behaviour that was seen ("reverse scoring").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overlap {
    /// The actor.
    pub actor: RecordId,
    /// The name of the actor.
    pub name: String,
    /// The techniques of the actor that were seen.
    pub techniques: Vec<TechniqueId>,
    /// All techniques that the actor is known for.
    pub techniques_known: u64,
    /// The software of the actor that was seen, by name.
    pub software: Vec<String>,
    /// All software that the actor is known for.
    pub software_known: u64,
}

/// A previous attack with its ties to this case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Precedent {
    /// The attack.
    pub attack: RecordId,
    /// The name of the attack.
    pub name: String,
    /// The beginning of the attack.
    pub began: Option<Moment>,
    /// The actors that the attack is attributed to, by name.
    pub actors: Vec<String>,
    /// The states that the attack is attributed to.
    pub states: Vec<Country>,
    /// The ties to this case.
    pub ties: Vec<Tie>,
    /// The items of this case behind the ties.
    pub evidence: Vec<EvidenceId>,
    /// The sources.
    pub sources: Vec<CitedSource>,
}

/// A tie between a previous attack and the case.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Tie {
    /// Shared code.
    Code,
    /// The same file.
    File,
    /// The same infrastructure.
    Infrastructure,
    /// The same software.
    Software {
        /// The name of the software.
        name: String,
    },
    /// The same technique.
    Technique {
        /// The technique.
        technique: TechniqueId,
    },
}

/// A technique of the leading actor that was not seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HuntLead {
    /// The technique.
    pub technique: TechniqueId,
    /// The name of the technique.
    pub name: String,
    /// Other actors of the record that are known to use the technique: the fewer, the higher its diagnosticity.
    pub others: u64,
    /// The sources that say that the actor uses it.
    pub sources: Vec<CitedSource>,
}

/// A parameter of the judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// The name of the parameter.
    pub name: ParameterName,
    /// The value.
    pub value: f64,
    /// The lower end of the range behind the intervals.
    pub low: f64,
    /// The upper end of that range.
    pub high: f64,
    /// The way in which the value was set.
    pub basis: Basis,
}

/// The parameters by name; those of the judge come first, in the order of its table, and then the fitted ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterName {
    /// Probability that a claim of responsibility is false.
    PlantedClaim,
    /// Probability that a public or commercial tool was chosen to mislead.
    PlantedPublicTool,
    /// Probability that metadata of a file was planted.
    PlantedFileMetadata,
    /// Probability that leaked malware was chosen to mislead.
    PlantedLeakedMalware,
    /// Probability that a technique was copied to mislead.
    PlantedTechnique,
    /// Probability that a motive is a cover.
    PlantedMotive,
    /// Probability that private malware was planted.
    PlantedPrivateMalware,
    /// Probability that shared compiled code was planted.
    PlantedSharedCode,
    /// Probability that a mistake of the operator was staged.
    PlantedOperatorError,
    /// Probability that private infrastructure or signals were planted.
    PlantedPrivateInfrastructure,
    /// Share of weak pointers that point to an actor who did not do it.
    WeakBackground,
    /// Share of medium pointers that point to an actor who did not do it.
    MediumBackground,
    /// Share of strong pointers that point to an actor who did not do it.
    StrongBackground,
    /// Share of programs of other authors that are also a program of the author.
    PrivateSoftwareBackground,
    /// Share of programs of an author that another author of the same state has as well.
    SharedSoftware,
    /// Factor on the weight of every pointer and private program.
    PointerScale,
    /// Factor on each further item of one source beside a stronger one.
    SameSource,
    /// Factor on each further source beside a stronger one.
    FurtherSource,
    /// Factor on the fitted weights of techniques and public tools.
    BehaviourScale,
    /// Ceiling on the weight of all techniques and public tools together.
    BehaviourCeiling,
    /// Factor on that weight for a state or kind beside that for an actor.
    SideBehaviour,
    /// Share of a side's attacks by actors outside the record.
    UnlistedShare,
    /// Share of a kind's attacks by an alternative that the case names.
    NamedShare,
    /// Odds of a criminal group beside a state, before the kind of the attack.
    CriminalOdds,
    /// Odds of hacktivists beside a state, before the kind of the attack.
    HacktivistOdds,
    /// Odds of an insider beside a state, before the kind of the attack.
    InsiderOdds,
    /// Odds of an attacker of no known kind beside a state, before the kind of the attack.
    UnknownOdds,
    /// Factor on the fitted weights of the kind of the attack.
    AttackKindScale,
    /// Odds of hacktivists and insiders beside a state where a private program was used.
    PrivateProgramOdds,
    /// Share of cases in which the evidence as a whole misleads.
    Misled,
    /// Prior of all false flags together.
    FalseFlagShare,
    /// Share of plantable evidence that a planter does plant.
    PlanterUse,
    /// Pseudo-counts of the victim-conditional prior.
    VictimPseudoCount,
    /// Share of the prior that is spread evenly over states.
    PriorFloor,
    /// Share of the prior that goes by attacks on any victim.
    WorldShare,
    /// Probability that a party acts for the state for which the case says that it acts.
    ActsFor,
    /// Probability that a trace was planted of which the case does not say what that would take.
    PlantedUnstated,
    /// Probability that a trace of money was laid to mislead.
    PlantedPayment,
    /// Probability that a paper of those who did it was forged.
    PlantedInternalDocument,
    /// Probability that a confession or a finding of a court is false.
    PlantedAdmission,
    /// Probability that what was found with a person was planted there.
    PlantedSeizure,
    /// Share of direct pointers that point to an actor who did not do it, though they are genuine.
    DirectBackground,
    /// Least share of attacks by states for each state to which evidence points or that the case suspects.
    BroughtUpShare,
    /// Weight of software that the actor is known to use.
    SoftwareEdge,
    /// Weight of each nat of surprise of software.
    SoftwareSurprise,
    /// Weight of the logarithm of the sources for software.
    SoftwareSources,
    /// Weight of the logarithm of the actor's range of software.
    SoftwareSize,
    /// Ceiling on the weight of all software.
    SoftwareCeiling,
    /// Weight of a technique that the actor is known to use.
    TechniqueEdge,
    /// Weight of each nat of surprise of a technique.
    TechniqueSurprise,
    /// Weight of the logarithm of the sources for a technique.
    TechniqueSources,
    /// Weight of the logarithm of the actor's range of techniques.
    TechniqueSize,
    /// Ceiling on the weight of all techniques.
    TechniqueCeiling,
    /// Weight of the logarithm of the actor's known techniques.
    ActorTechniques,
    /// Weight of a source about the actor from the time of the attack.
    ActorRecency,
    /// Weight of likeness to a single source about the actor.
    ActorNearest,
    /// Weight of the share of common techniques that the actor uses.
    ActorCommon,
    /// Weight of the share of surprise that the actor explains.
    ActorExplained,
    /// Factor on every score before it becomes a probability.
    Temperature,
    /// Share of the posterior that is spread evenly over all actors.
    Floor,
    /// Constant of the regression for an unlisted actor.
    UnknownConstant,
    /// Weight of the posterior's entropy for an unlisted actor.
    UnknownDoubt,
    /// Weight of the leader's share of the software for an unlisted actor.
    UnknownSoftware,
    /// Weight of the leader's share of the surprise for an unlisted actor.
    UnknownExplained,
    /// Weight of the share of items that no actor uses for an unlisted actor.
    UnknownUnseen,
}

/// The way in which a parameter was set.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Fitted to data.
    Fitted,
    /// Judged by people, not measured.
    Elicited,
    /// Taken from a published source.
    Sourced,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_change_where_the_directive_says() {
        let cases = [
            (0.0, "almost no chance"),
            (0.05, "very unlikely"),
            (0.2, "unlikely"),
            (0.45, "roughly even chance"),
            (0.55, "roughly even chance"),
            (0.551, "likely"),
            (0.81, "very likely"),
            (0.96, "almost certain"),
        ];
        for (probability, words) in cases {
            let likelihood = Likelihood::of(Probability::new(probability).unwrap());
            assert_eq!(likelihood.words(), words, "{probability}");
        }
    }
    #[test]
    fn identifiers_are_fit_for_a_url_and_differ_where_entries_do() {
        let actor = |id: &str| Hypothesis::Actor {
            id: RecordId::new(Catalogue::Attack, id),
            name: String::new(),
            attacker: AttackerKind::Unknown,
            state: None,
        };
        assert_eq!(actor("G0032").id().as_str(), "actor-attack-g0032");
        let ids = ["A B", "a b", "A-B", "a-b", "Ab", "aB", "a/b", "é"].map(|id| actor(id).id());
        for id in &ids {
            let is_plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit();
            assert!(id.as_str().chars().all(|sign| is_plain(sign) || sign == '-'), "{id}");
        }
        let different: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
    }
}
