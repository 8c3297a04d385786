//! The evaluation of attribution on attacks whose author is said to be known: the answer of `actors evaluate`.
//!
//! Plain data: the judges run the tests and the views show them.
//! The authors of the test items are vendors' claims, so that every figure measures agreement with vendors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attribution::{ConfidenceLevel, EditionUsed, Leads, Parameter};
use crate::{AttackerKind, Country};

/// All tests of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// The editions that items and profiles come from.
    pub editions: Vec<EditionUsed>,
    /// The seed of resampling and of planted evidence.
    pub seed: u64,
    /// Draws of the items with replacement behind the intervals.
    pub resamples: u64,
    /// The test of whole cases; `None` where no folder of cases was given.
    pub cases: Option<CaseTest>,
    /// Tests of the actor: one for each set of items and protocol.
    pub actors: Vec<ActorTest>,
    /// Tests of the state, from the victim alone: one for each data set.
    pub states: Vec<StateTest>,
    /// The parameters of the judgement under test.
    pub parameters: Vec<Parameter>,
    /// Limits of these figures.
    pub caveats: Vec<EvaluationCaveat>,
}

/// A limit of the figures of an evaluation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EvaluationCaveat {
    /// The parameters were fitted without any attack of the actor under test.
    CrossFitted,
    /// The parameters were fitted to the attacks under test.
    FittedHere,
    /// The shipped parameters were fitted to attacks of ATT&CK that may be under test.
    FittedBefore,
    /// Another report of the same operation may stay in the record.
    SiblingReports,
    /// The cases may have been written by people who knew how they ended.
    WrittenLater,
    /// Each baseline has the temperature that suits it best on these attacks.
    BestTemperature,
}

/// The claims of a profile that may stay while an item is held out; later protocols are stricter.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// P0: all of them, so that the answer is in the profile; only to show how much that flatters.
    Leaky,
    /// P1: those that cite a source which the item does not come from.
    Cite,
    /// P2: those that cite such a source of an earlier date than the item.
    Time,
    /// P3: those of the last edition before the item was entered.
    Release,
}

/// A set of test items.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ItemSet {
    /// Reports: everything that one source says of one actor.
    Reports,
    /// Campaigns that are attributed to one actor.
    Campaigns,
}

/// A method under test.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The method of demarche.
    Demarche,
    /// Multinomial naive Bayes with 0.1 added to every count.
    NaiveBayes,
    /// BM25, a ranking function of information retrieval.
    Bm25,
    /// The cosine of vectors weighted by term and inverse document frequency.
    TfIdf,
    /// The Jaccard index of the two sets of items.
    Jaccard,
    /// The number of shared items.
    Overlap,
    /// The prior of the judgement, without any evidence.
    PriorAlone,
    /// The judgement with parameters that were fitted to the cases under test.
    Refitted,
    /// The judgement with parameters that were fitted without any case or campaign of the author under test.
    LeaveOneActorOut,
    /// The victim-conditional frequency with 3 pseudo-counts.
    VictimFrequency,
    /// The frequency of each state's attacks on any victim.
    OverallFrequency,
}

/// A test of finding the author among the actors of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorTest {
    /// The set of items.
    pub set: ItemSet,
    /// The claims that may stay in the profiles.
    pub protocol: Protocol,
    /// The number of items.
    pub items: u64,
    /// Items whose author has nothing left in its profile: no method can name it, and all count them as missed.
    pub unanswerable: u64,
    /// The figures of each method: demarche's first, then the baselines.
    pub methods: Vec<MethodScore>,
    /// The reliability of demarche's forecasts; the bins in order, those without a forecast left out.
    pub reliability: Vec<ReliabilityBin>,
    /// The test with the author removed from the record; `None` where that was not tested.
    pub open_set: Option<OpenSet>,
    /// The test with planted items, the fewest first; empty where that was not tested.
    pub forgery: Vec<ForgeryRow>,
}

/// A test of whole cases whose author became known later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseTest {
    /// The cases by name, disputed ones included.
    pub cases: Vec<CaseTried>,
    /// The figures of demarche and of the prior alone, without disputed cases.
    pub methods: Vec<MethodScore>,
    /// The right answers by level of confidence, the highest first, without disputed cases.
    pub levels: Vec<LevelTried>,
    /// As [`ActorTest::reliability`], without disputed cases.
    pub reliability: Vec<ReliabilityBin>,
    /// The parameters as they were fitted to these cases; empty where they were not.
    pub parameters: Vec<Parameter>,
}

/// One case with its truth and the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseTried {
    /// The name of the case.
    pub name: String,
    /// The kind of the author.
    pub attacker: AttackerKind,
    /// The states that count as right; empty for other kinds.
    pub states: Vec<Country>,
    /// True if the author is disputed: the case is then left out of the figures.
    pub is_disputed: bool,
    /// The probability of the truth, from 0 to 1, also where nobody is named.
    pub probability: f64,
    /// The leader, whether named or not.
    pub leads: Leads,
    /// The name of the leader; `None` where it is a state or a kind of attacker.
    pub leader: Option<String>,
    /// The probability of the leader.
    pub leading: f64,
    /// True if the leader is right.
    pub is_right: bool,
    /// True if the answer names the leader.
    pub is_named: bool,
    /// The confidence.
    pub confidence: ConfidenceLevel,
}

/// The answers of one level of confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LevelTried {
    /// The level; `None` for cases where nobody is named.
    pub level: Option<ConfidenceLevel>,
    /// The number of answers.
    pub answers: u64,
    /// The right ones.
    pub right: u64,
}

/// A test of naming the state behind an incident from its victim, trained on earlier incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateTest {
    /// The data set: `DCID 2.0`, `EuRepoC 1.1`.
    pub data: String,
    /// The first year that was not learnt from.
    pub learnt_before: u16,
    /// Incidents that were learnt from.
    pub learnt_items: u64,
    /// The first and the last year that were asked about.
    pub asked: [u16; 2],
    /// True if no parameter was chosen on the years that were asked about.
    pub held_out: bool,
    /// Incidents that were asked about.
    pub items: u64,
    /// Answers to choose from.
    pub states: u64,
    /// The figures of each method: demarche's first, then the baselines.
    pub methods: Vec<MethodScore>,
    /// As [`ActorTest::reliability`].
    pub reliability: Vec<ReliabilityBin>,
}

/// A figure with its interval over the choice of items.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// On the items as they are.
    pub value: f64,
    /// The 2.5th percentile over draws of the items with replacement (bootstrap).
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The figures of one method on one set of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodScore {
    /// The method.
    pub method: Method,
    /// The share of items whose author is named first, from 0 to 1.
    pub top_1: Estimate,
    /// Among the first three.
    pub top_3: Estimate,
    /// Among the first five.
    pub top_5: Estimate,
    /// The mean of 1 / rank of the author, from 0 to 1 (mean reciprocal rank).
    pub mrr: Estimate,
    /// The mean of the squared errors summed over all answers, from 0 (perfect) to 2 (Brier 1950).
    pub brier: Estimate,
    /// The mean of −ln of the author's probability, in nats; 0 is perfect.
    pub log_loss: Estimate,
    /// The mean distance between forecasts and outcomes, from 0 to 1 (expected calibration error).
    pub ece: Estimate,
}

/// The share of right answers among forecasts of about the same probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReliabilityBin {
    /// The mean forecast, from 0 to 1.
    pub forecast: f64,
    /// The share of right forecasts, from 0 to 1.
    pub observed: f64,
    /// The number of forecasts, at least one.
    pub count: u64,
}

/// A test of noticing that the author is not in the record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenSet {
    /// The area under the receiver operating characteristic, 0.5 for guessing, 1 for always right.
    ///
    /// The probability of an unlisted actor is the score; items whose author was removed are the positives.
    pub auroc: Estimate,
    /// The mean probability of an unlisted actor while the author is in the record, from 0 to 1.
    pub present: f64,
    /// The same after the author was removed.
    pub removed: f64,
    /// The share of items where an unlisted actor leads after the author was removed, from 0 to 1.
    pub noticed: f64,
}

/// The figures with planted items that point to another actor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForgeryRow {
    /// Planted items in each case; 0 is the test without any.
    pub planted: u64,
    /// The share of items where the true author is named first, from 0 to 1.
    pub truth: Estimate,
    /// The share of items where the imitated actor is named first, from 0 to 1.
    pub impostor: Estimate,
}
