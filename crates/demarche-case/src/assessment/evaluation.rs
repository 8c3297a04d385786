//! How well the judgement of who did it does on attacks whose author is said to be known: what `actors evaluate` answers.
//!
//! Plain data: how the tests are run is the judges' business, how they are shown the views'.
//! The authors of the test items are vendors' claims and not truth, so that all of this measures agreement with them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attribution::{EditionUsed, Parameter};

/// All tests of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// The editions that items and profiles come from.
    pub editions: Vec<EditionUsed>,
    /// The seed of resampling and of planted evidence.
    pub seed: u64,
    /// How often the items were drawn anew for the intervals.
    pub resamples: u64,
    /// Which actor did it: one test for each set of items and protocol.
    pub actors: Vec<ActorTest>,
    /// Which state is behind it, from the victim alone: one test for each data set.
    pub states: Vec<StateTest>,
    /// The parameters that the judgement under test used.
    pub parameters: Vec<Parameter>,
    /// What these figures cannot know or may have wrong, each a sentence.
    pub caveats: Vec<String>,
}

/// Which of a profile's edges may stay while an item is held out; the stricter the later.
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

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Leaky => "P0 (nothing held out)",
            Self::Cite => "P1 (other sources)",
            Self::Time => "P2 (earlier sources)",
            Self::Release => "P3 (earlier edition)",
        })
    }
}

/// How well the author is found among the actors of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorTest {
    /// Which items: `development reports`, `campaigns`.
    pub set: String,
    /// What may stay in the profiles.
    pub protocol: Protocol,
    /// How many items.
    pub items: u64,
    /// Items whose author has nothing left in its profile: no method can name it, and all count them as missed.
    pub unanswerable: u64,
    /// How each method does: demarche's first, then the baselines.
    pub methods: Vec<MethodScore>,
    /// How often demarche is right when it says a probability; the bins in order, those without a forecast left out.
    pub reliability: Vec<ReliabilityBin>,
    /// Whether it notices that the author is not in the record; `None` where that was not tested.
    pub open_set: Option<OpenSet>,
    /// What planted items do, the fewest first; empty where that was not tested.
    pub forgery: Vec<ForgeryRow>,
}

/// How well the state behind an incident is told from its victim, trained on earlier incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateTest {
    /// The data set: `DCID 2.0`, `EuRepoC 1.1`.
    pub data: String,
    /// The period that was learnt from, in words: `before 2016`.
    pub learnt: String,
    /// Incidents that were learnt from.
    pub learnt_items: u64,
    /// The period that was asked about: `2016 and 2017`.
    pub asked: String,
    /// Incidents that were asked about.
    pub items: u64,
    /// Answers to choose from.
    pub states: u64,
    /// How each method does: demarche's first, then the baselines.
    pub methods: Vec<MethodScore>,
    /// As [`ActorTest::reliability`].
    pub reliability: Vec<ReliabilityBin>,
}

/// A figure with how far the choice of items leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// On the items as they are.
    pub value: f64,
    /// The 2.5th percentile over draws of the items with replacement (bootstrap).
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// How well one method does on one set of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodScore {
    /// Its name: `demarche`, `BM25`.
    pub method: String,
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
    /// The mean distance between what is said and what happens, from 0 to 1 (expected calibration error).
    pub ece: Estimate,
}

/// How often it was right among forecasts of about the same probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReliabilityBin {
    /// The mean probability that was said, from 0 to 1.
    pub forecast: f64,
    /// The share of them that were right, from 0 to 1.
    pub observed: f64,
    /// How many forecasts; at least one.
    pub count: u64,
}

/// Whether it notices that the author is not in the record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenSet {
    /// How well the probability of an unlisted actor tells items whose author was removed from those where it was not:
    /// the area under the receiver operating characteristic, 0.5 for guessing, 1 for always.
    pub auroc: Estimate,
    /// The mean probability of an unlisted actor while the author is in the record, from 0 to 1.
    pub present: f64,
    /// The same after the author was removed.
    pub removed: f64,
    /// The share of items where an unlisted actor leads after the author was removed, from 0 to 1.
    pub noticed: f64,
}

/// What happens when somebody plants items that point to another actor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ForgeryRow {
    /// How many items are planted in each case; 0 is the test without any.
    pub planted: u64,
    /// The share of items where the true author is named first, from 0 to 1.
    pub truth: Estimate,
    /// The share of items where the actor that the planted items point to is named first, from 0 to 1.
    pub impostor: Estimate,
}
