//! Who did it and how sure: the hypotheses, what each item of evidence weighs, and what the judgement rests on.
//!
//! Weights are natural logarithms of likelihood ratios, in nats: 0 says nothing, 0.69 doubles the odds, −0.69 halves them.
//! A weight compares a hypothesis with the background, which is what an actor not in the record would leave.
//! Probability (of a claim) and confidence (in the evidence for it) are two things and never stand in one sentence
//! (ODNI, Intelligence Community Directive 203, 2015).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Catalogue, Edition, RecordId};
use crate::{Country, EvidenceId, Forgeability, Moment, PartyId, TechniqueId, Tlp};

/// What the judges make of the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttributionFindings {
    /// What it was compared with.
    pub record: RecordUsed,
    /// All that may have done it, most probable first as reported; the other judgements name them by their place here.
    pub hypotheses: Vec<Hypothesis>,
    /// The evidence taken as it was reported.
    pub as_reported: Judgement,
    /// The same if everything that can easily be forged had been planted: only what is hard to forge counts.
    pub if_planted: Judgement,
    /// Why there is no probability; `None` when there is one.
    pub withheld: Option<NoProbability>,
    /// How far the evidence bears a judgement, whichever it is.
    pub confidence: Confidence,
    /// What each item of evidence weighs, in the order of the case.
    pub items: Vec<WeighedItem>,
    /// What the judgement rests on: the leading hypothesis without each item and each group of items, strongest first.
    pub sensitivity: Vec<Sensitivity>,
    /// How much of each actor's known behaviour was seen, most first.
    pub overlaps: Vec<Overlap>,
    /// Attacks of the past and what ties them to this one.
    pub precedents: Vec<Precedent>,
    /// What the leading actor is known to do and what was not seen: where to look, and no evidence of absence.
    pub hunt_leads: Vec<HuntLead>,
    /// Every parameter that the figures depend on, with how it was set.
    pub parameters: Vec<Parameter>,
    /// What these answers cannot know or may have wrong, each a sentence.
    pub caveats: Vec<String>,
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
    /// Its name: `attack-enterprise-18.1`.
    pub name: String,
    /// Which catalogue it is of.
    pub catalogue: Catalogue,
    /// When its publisher issued it.
    pub date: Option<Moment>,
    /// Under which terms.
    pub licence: String,
    /// With whom what it says may be shared: a request that may not show it shows nothing that rests on it.
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

/// Somebody who may have done it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Hypothesis {
    /// An actor of the record.
    Actor {
        /// Which.
        id: RecordId,
        /// Its name.
        name: String,
        /// For which state it is said to act; `None` where nothing is said.
        state: Option<Country>,
    },
    /// An actor that is not in the record.
    Unlisted {
        /// For which state it acts; `None` for any other.
        state: Option<Country>,
    },
    /// One actor that poses as another.
    FalseFlag {
        /// Who did it.
        actor: RecordId,
        /// Its name.
        name: String,
        /// For which state it is said to act.
        state: Option<Country>,
        /// Whom it imitates.
        mask: RecordId,
        /// The name of the one imitated.
        mask_name: String,
    },
    /// Somebody whom the case itself names, such as an insider.
    Named {
        /// The party.
        party: PartyId,
        /// Its name.
        name: String,
    },
}

impl Hypothesis {
    /// The state behind it, where one is claimed.
    #[must_use]
    pub const fn state(&self) -> Option<Country> {
        match self {
            Self::Actor { state, .. }
            | Self::Unlisted { state }
            | Self::FalseFlag { state, .. } => *state,
            Self::Named { .. } => None,
        }
    }
}

impl fmt::Display for Hypothesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Actor { name, .. } | Self::Named { name, .. } => f.pad(name),
            Self::Unlisted { state: None } => f.pad("an actor not in the record"),
            Self::Unlisted { state: Some(state) } => {
                write!(f, "an actor of {} not in the record", state.label())
            }
            Self::FalseFlag { name, mask_name, .. } => write!(f, "{name} posing as {mask_name}"),
        }
    }
}

/// A ranking of the hypotheses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// The hypotheses by place in [`AttributionFindings::hypotheses`], most probable first.
    ///
    /// Those left out are less probable than each of these; `others` is what they have together.
    pub ranking: Vec<Ranked>,
    /// The hypotheses that are not in the ranking together; `None` as for [`Ranked::probability`].
    pub others: Option<f64>,
    /// The states, each with all its actors, listed or not, most probable first; what acts for no known state is in none.
    pub states: Vec<RankedState>,
}

/// One hypothesis in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    /// Its place in [`AttributionFindings::hypotheses`].
    pub hypothesis: usize,
    /// How probable it is; `None` when [`AttributionFindings::withheld`] says why.
    pub probability: Option<Chance>,
    /// How probable it was before any evidence but the victim, from 0 to 1.
    pub prior: f64,
    /// What all evidence weighs for it, in nats.
    pub weight: f64,
    /// What each aspect of the evidence weighs for it, in nats, in the order of [`Aspect`]; they add up to `weight`.
    pub aspects: Vec<AspectWeight>,
}

/// One state in a ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedState {
    /// The state.
    pub state: Country,
    /// How probable it is that an actor said to act for it did it; `None` as for [`Ranked::probability`].
    pub probability: Option<Chance>,
    /// How probable that was before any evidence but the victim.
    pub prior: f64,
}

impl Ranked {
    /// How probable it is; 0 where that is withheld.
    #[must_use]
    pub fn chance(&self) -> Chance {
        self.probability.unwrap_or(Chance::NONE)
    }
}

impl RankedState {
    /// How probable it is; 0 where that is withheld.
    #[must_use]
    pub fn chance(&self) -> Chance {
        self.probability.unwrap_or(Chance::NONE)
    }
}

impl AttributionFindings {
    /// Takes every probability out, where it is withheld; what items weigh, and the order, stay.
    #[must_use]
    pub fn without_withheld(mut self) -> Self {
        if self.withheld.is_none() {
            return self;
        }
        for judgement in [&mut self.as_reported, &mut self.if_planted] {
            judgement.others = None;
            judgement.ranking.iter_mut().for_each(|one| one.probability = None);
            judgement.states.iter_mut().for_each(|one| one.probability = None);
        }
        for one in &mut self.sensitivity {
            (one.leading, one.leading_state) = (None, None);
        }
        self
    }
}

/// A probability with how far the parameters leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Chance {
    /// The best estimate, from 0 to 1.
    pub estimate: f64,
    /// The 5th percentile when the parameters vary in their ranges.
    pub low: f64,
    /// The 95th percentile.
    pub high: f64,
}

impl Chance {
    /// No chance at all.
    pub const NONE: Self = Self { estimate: 0.0, low: 0.0, high: 0.0 };
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
    /// The words for a probability from 0 to 1; what is no number has almost no chance.
    #[must_use]
    pub fn of(probability: f64) -> Self {
        match probability {
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

/// Why no probability is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoProbability {
    /// Independent groups of evidence that say anything.
    pub independent: u64,
    /// How many it takes.
    pub needed: u64,
}

/// How far the evidence bears a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// In the directive's words.
    pub level: ConfidenceLevel,
    /// Why this level and no other, each a sentence.
    pub reasons: Vec<String>,
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

/// The aspects of an attack that evidence can be about; they are the more independent of one another.
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
    /// Who was hit, and who had a reason to.
    Victim,
    /// Who says that they did it.
    Claims,
}

/// What one aspect of the evidence weighs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AspectWeight {
    /// The aspect.
    pub aspect: Aspect,
    /// Its weight, in nats.
    pub weight: f64,
}

/// What one item of evidence weighs: a row of the matrix of hypotheses and evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeighedItem {
    /// The item.
    pub evidence: EvidenceId,
    /// What it is about.
    pub aspect: Aspect,
    /// The group of items that it stands and falls with.
    pub cluster: String,
    /// What it would take to plant it.
    pub forgeability: Forgeability,
    /// The probability that it was planted, from 0 to 1.
    pub planted: f64,
    /// The most it can weigh, in nats.
    pub bound: f64,
    /// The factor for the grade of its source, from 0 to 1.
    pub reliability: f64,
    /// The factor for what it shares with the rest of its cluster, from 0 to 1.
    pub discount: f64,
    /// What it weighs for each hypothesis, in nats, in the order of [`AttributionFindings::hypotheses`].
    pub weights: Vec<f64>,
    /// How far it tells the hypotheses apart: the mean of its weights' distance from their mean, each counted by how
    /// probable its hypothesis is, in nats; 0 says nothing (Heuer, "Psychology of Intelligence Analysis", 1999, ch. 8).
    pub diagnosticity: f64,
    /// What it matched in the record, or why it counts for nothing, each a sentence.
    pub reasons: Vec<String>,
    /// The sources of the record that the weight rests on, as cited.
    pub sources: Vec<CitedSource>,
}

/// A source that the record cites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CitedSource {
    /// Author, title and date as cited, or its short name.
    pub text: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// When it was published.
    pub date: Option<Moment>,
}

/// The judgement without a part of the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitivity {
    /// What is left out.
    pub without: Without,
    /// The items that are left out.
    pub items: Vec<EvidenceId>,
    /// How probable the hypothesis is that leads with all the evidence; `None` as for [`Ranked::probability`].
    pub leading: Option<f64>,
    /// How probable the state is that leads with all the evidence; `None` where none leads.
    pub leading_state: Option<f64>,
    /// Who leads then, by place in [`AttributionFindings::hypotheses`].
    pub leader: usize,
    /// The state that leads then; `None` where no state is claimed for any hypothesis.
    pub leader_state: Option<Country>,
}

/// A part of the evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// One item.
    Item(EvidenceId),
    /// All items that stand and fall together.
    Cluster(String),
    /// All items of an aspect.
    Aspect(Aspect),
    /// All items of one source, by the source's words.
    Source(String),
}

/// How much of an actor's known behaviour was seen ("reverse scoring").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overlap {
    /// The actor.
    pub actor: RecordId,
    /// Its name.
    pub name: String,
    /// Its techniques that were seen.
    pub techniques: Vec<TechniqueId>,
    /// How many techniques it is known for.
    pub techniques_known: u64,
    /// Its software that was seen, by name.
    pub software: Vec<String>,
    /// How much software it is known for.
    pub software_known: u64,
}

/// An attack of the past with what ties it to this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Precedent {
    /// The attack.
    pub attack: RecordId,
    /// Its name.
    pub name: String,
    /// When it began.
    pub began: Option<Moment>,
    /// The actors it is attributed to, by name.
    pub actors: Vec<String>,
    /// The states it is attributed to.
    pub states: Vec<Country>,
    /// What ties it to this case, each a phrase: `the same software: Destover`.
    pub ties: Vec<String>,
    /// The items of this case that tie it.
    pub evidence: Vec<EvidenceId>,
    /// The sources.
    pub sources: Vec<CitedSource>,
}

/// A technique of the leading actor that was not seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HuntLead {
    /// The technique.
    pub technique: TechniqueId,
    /// Its name.
    pub name: String,
    /// How many other actors are known to use it, out of all in the record: the fewer, the more it would tell.
    pub others: u64,
    /// The sources that say that the actor uses it.
    pub sources: Vec<CitedSource>,
}

/// A parameter of the judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The range it was varied in for the intervals.
    pub low: f64,
    /// The other end of that range.
    pub high: f64,
    /// How it was set.
    pub basis: Basis,
    /// From which data, by whom or from which source, in a sentence.
    pub from: String,
}

/// How a parameter was set.
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
            (f64::NAN, "almost no chance"),
        ];
        for (probability, words) in cases {
            assert_eq!(Likelihood::of(probability).words(), words, "{probability}");
        }
    }
}
