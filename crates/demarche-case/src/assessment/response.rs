//! Which responses are open, lawful and proportional, and what one would have to value to prefer each.
//!
//! Nothing here says what to do. Options are compared in many worlds, each drawn from the judgement of who did it and from
//! what is known of the law's conditions; in each world weights are drawn from all that one may value.
//! Shares are fractions of these draws, 0 to 1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assessment::precedents::PrecedentFindings;
use crate::options::{
    Condition, Criterion, Direction, Estimate, EstimateBasis, Fact, LegalBasis, LegalClass, Reason,
};
use crate::{Country, Source};

/// What the weighing of responses found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseFindings {
    /// The state that would act.
    pub sender: Option<Country>,
    /// The state held responsible, at which some options are directed; `None` where nobody names one.
    pub responsible: Option<Country>,
    /// How grave the attack was.
    pub injury: Injury,
    /// What international law asks about it.
    pub questions: Vec<LegalQuestion>,
    /// What worlds are drawn from.
    pub facts: Vec<Fact>,
    /// How often others met such requests.
    pub asking: Vec<AskingUsed>,
    /// The options, in the order of the catalogue.
    pub options: Vec<OptionFound>,
    /// The options by how they compare, under benefit and cost as two groups that weigh alike.
    pub weighing: Weighing,
    /// The same under other weights, readings and judgements, and without the option to do nothing.
    pub variants: Vec<Variant>,
    /// Options taken together, at most three, those that come first most often before others.
    pub packages: Vec<Package>,
    /// What holds whatever one assumes.
    pub statement: Statement,
    /// The same options in a usual case, for what distinguishes this one.
    pub usual: UsualCase,
    /// What it would be worth to know more, most first.
    pub information: Vec<Information>,
    /// What happened after similar attacks; `None` where the record has none of which it is known.
    pub precedents: Option<PrecedentFindings>,
    /// The criteria that the sender says to matter most, the most important first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub importance: Vec<Criterion>,
    /// The least and the greatest weight of criteria, from 0 to 1, where the sender bounds them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<(Criterion, [f64; 2])>,
    /// How many worlds were drawn for each weighing.
    pub draws: u32,
    /// The seed of the draws.
    pub seed: u64,
    /// The limits of these answers.
    pub caveats: Vec<ResponseCaveat>,
}

impl ResponseFindings {
    /// Finds an option by its short name; `None` if the findings have no such option.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&OptionFound> {
        self.options.iter().find(|option| option.id == id)
    }

    /// Finds the position of an option in [`Self::options`] by its short name.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.options.iter().position(|option| option.id == id)
    }
}

/// A limit of the weighing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ResponseCaveat {
    /// Norms are cited in short, and none of it is legal advice.
    NoLegalAdvice,
    /// Estimates that rest on judgement, or are unknown.
    Estimates {
        /// The number of all estimates.
        all: u64,
        /// The number of estimates that are judgements.
        judged: u64,
        /// The number of unknown estimates.
        unknown: u64,
    },
    /// The success of démarches cannot be counted.
    DemarchesConfidential,
    /// Several states are alleged to be responsible, and options are directed at the likeliest.
    SeveralStates {
        /// All of them, in the order of the case.
        alleged: Vec<Country>,
        /// The likeliest.
        likeliest: Country,
    },
    /// The sender itself is alleged to be responsible.
    SenderAlleged,
    /// Options that are open more often where the law is read strictly.
    OpenMoreWhereStrict {
        /// Their short names.
        options: Vec<String>,
    },
    /// No state is held responsible.
    NoStateResponsible,
    /// There is no probability of who did it.
    NoAttribution,
    /// Nothing is known of routes.
    NoRoutes,
}

/// How grave the attack was, on three scales of others; none is our own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Injury {
    /// The scale of the Dyadic Cyber Incident and Campaign Data, 0 to 10; proportionality is measured on it.
    pub dcid: Degree,
    /// The weighted intensity of the European Repository of Cyber Incidents, 0 to 15.
    pub eurepoc: Degree,
    /// The level of the United States' cyber incident severity schema (PPD-41), 0 to 5.
    pub schema: Degree,
}

/// A scale of the gravity of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// The severity of the Dyadic Cyber Incident and Campaign Data, 0 to 10.
    Dcid,
    /// The weighted intensity of the European Repository of Cyber Incidents, 0 to 15.
    Eurepoc,
    /// The level of the severity schema of PPD-41, 0 to 5.
    Schema,
}

/// A step of the rule that leads to a degree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum DegreeStep {
    /// The case states the degree.
    Said {
        /// The source that the case names.
        source: Source,
    },
    /// The case names no effect.
    NoEffect,
    /// A stopped service, changed data or coercion.
    Interference,
    /// A stopped service.
    Disruption,
    /// Data were taken.
    Theft,
    /// Data were taken from several victims or from an essential service.
    WideTheft,
    /// Destruction in one network.
    Destruction,
    /// Destruction in several networks or in an essential service.
    WideDestruction,
    /// Somebody was inside and misused the access.
    Hijacking,
    /// Coercion.
    Coercion,
    /// A victim is an essential service.
    Essential,
    /// Several victims, or an essential one.
    Wide,
    /// Degrees that a rule never reaches.
    BeyondRule,
}

/// A place on a scale, and the rule that led there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Degree {
    /// The scale.
    pub scale: Scale,
    /// The lowest value that the effects allow, the likeliest, and the highest.
    pub range: [f64; 3],
    /// The greatest value of the scale.
    pub most: f64,
    /// The steps of the rule.
    pub steps: Vec<DegreeStep>,
}

/// A question that international law asks about an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LegalIssue {
    /// An actor did it that acts for the state or comes from it.
    Actor,
    /// The act is the state's own.
    StateLink,
    /// An obligation of the state was breached.
    Breach,
    /// The harm goes on.
    Ongoing,
    /// The state was called upon to cease.
    Called,
    /// The response that is commensurate with the injury.
    Proportionality,
    /// An essential interest is in grave and imminent peril.
    Peril,
    /// It was an armed attack.
    ArmedAttack,
}

/// A question of international law and the answer of the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegalQuestion {
    /// The question.
    pub issue: LegalIssue,
    /// The answer, as far as the case has one.
    pub reason: Option<Reason>,
    /// How probable it is that the condition holds: where the law is read permissively, and strictly; `None` where the
    /// question is none of probability.
    pub chance: Option<[[f64; 3]; 2]>,
    /// The norms that bear on it, by their names in the table of norms.
    pub norms: Vec<String>,
}

/// How often a state meets requests of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskingUsed {
    /// The state.
    pub state: Country,
    /// What it is asked for.
    pub of: Direction,
    /// Requests to it that were met, and all; not whole where they stand for a judgement.
    pub own: [f64; 2],
    /// The same of requests to anybody, which count as four requests to it.
    pub anybody: [f64; 2],
    /// How probable it is that it agrees: 5th percentile, mean, 95th percentile.
    pub chance: [f64; 3],
    /// What sort of knowledge it is.
    pub basis: EstimateBasis,
    /// Who counted, or why it is so judged; one for the state's own, if there is one, and one for anybody's.
    pub sources: Vec<Source>,
}

/// One option for this case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OptionFound {
    /// Its short name, with the state where it is directed at one of several: `demarche-transit-cn`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// At whom it is directed.
    pub to: Direction,
    /// The states it is directed at.
    pub addressees: Vec<Country>,
    /// What it is in law.
    pub law: LegalClass,
    /// True if every other option is added to it: hardening, and doing nothing.
    pub is_baseline: bool,
    /// The basis in the sender's law at the time; `None` where none is known.
    pub basis: Option<LegalBasis>,
    /// Norms and instruments that bear on it.
    pub articles: Vec<String>,
    /// How states see it that read the law strictly.
    pub strict: Option<String>,
    /// How states see it that read the law permissively.
    pub permissive: Option<String>,
    /// Whose cooperation it needs.
    pub cooperation: String,
    /// How it can be taken back.
    pub reversible: String,
    /// What evidence it would expose.
    pub exposes: String,
    /// What it would cost third parties.
    pub third_parties: String,
    /// Options one of which must come before it.
    pub after: Vec<String>,
    /// What must hold for it, and how often it does.
    pub gates: Vec<Gate>,
    /// In how many worlds all of that holds and it is proportional, together with what must come before it and that one's
    /// own conditions: where the law is read permissively, and strictly.
    pub open: [f64; 2],
    /// How hard it hits, on the scale of the injury: low, most likely, high.
    pub gravity: [f64; 3],
    /// In how many worlds it is no graver than the injury and the margin allow.
    pub proportional: f64,
    /// What is known of it by each criterion, in the order of [`Criterion::ALL`].
    pub cells: Vec<Cell>,
    /// Effect on the ongoing harm against harm to third parties, over all worlds.
    pub spread: Spread,
}

/// A condition of an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// The condition.
    pub condition: Condition,
    /// In how many worlds it holds: where the law is read permissively, and strictly.
    pub holds: [f64; 2],
    /// Is it asked for by the strict reading alone?
    pub is_strict_only: bool,
    /// The reason in this case; `None` where nothing is said.
    pub reason: Option<Reason>,
}

/// What is known of an option by one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// The criterion.
    pub criterion: Criterion,
    /// What it comes to over all worlds: 5th percentile, mean, 95th percentile, in the criterion's own unit.
    pub range: [f64; 3],
    /// What that is reckoned from; `None` where nothing is known.
    pub estimate: Option<Estimate>,
}

/// Two quantities over all worlds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The means of the effect and of the harm to third parties.
    pub mean: [f64; 2],
    /// Their variances and their covariance.
    pub covariance: [f64; 3],
}

/// How options compare under one set of assumptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Weighing {
    /// What was assumed.
    pub assumed: Assumed,
    /// The options that are open in some world, in the order of [`ResponseFindings::options`].
    pub ranked: Vec<RankedOption>,
    /// The mean of all weights that were drawn, in the order of [`Criterion::ALL`]: what central weights are compared with.
    pub usual: Vec<f64>,
    /// For each of them, how often it is better than each of the others.
    pub better: Vec<Vec<f64>>,
    /// Half the width of the range that holds a share of one half 19 times in 20: the greatest error of the draws.
    pub error: f64,
}

/// What a weighing assumes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Assumed {
    /// What may be valued.
    pub weights: Weights,
    /// How the law is read.
    pub reading: Reading,
    /// Is everything that can easily be forged taken as planted?
    pub planted: bool,
    /// Is the option to do nothing left out?
    pub must_act: bool,
}

/// From which weights one draws.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Weights {
    /// Benefit and cost weigh alike, whatever is in each.
    TwoGroups,
    /// Effect, harm, and law with secrecy weigh alike.
    ThreeGroups,
    /// Every criterion weighs alike: as more criteria are harms than benefits, harms weigh more by their number alone.
    Flat,
}

/// How the law is read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// Sovereignty is no rule of its own in networks, and acting for a state ties to it.
    Permissive,
    /// Sovereignty is a rule, effective control must be shown, and only the injured state may answer.
    Strict,
}

/// How one option compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedOption {
    /// The short name of the option, as in [`OptionFound::id`].
    pub option: String,
    /// How often it can be taken.
    pub available: f64,
    /// How often it has each rank, the first first.
    pub ranks: Vec<f64>,
    /// All ranks in one figure: 1 always first, 0 always last or never open.
    pub holistic: f64,
    /// The mean weights under which it comes first, in the order of [`Criterion::ALL`]; `None` where it never does.
    pub central: Option<Vec<f64>>,
    /// How often it comes first under just these weights.
    pub confidence: f64,
    /// What one loses with it against the best option of each world, in the mean, on the scale of values from 0 to 1.
    pub regret: f64,
    /// What one loses with it at most, nine times in ten.
    pub regret_high: f64,
}

/// Who comes first under other assumptions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variant {
    /// What was assumed.
    pub assumed: Assumed,
    /// How often each option comes first, in the order of [`ResponseFindings::options`]; 0 where it is never open.
    pub first: Vec<f64>,
}

/// Options taken together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Package {
    /// Their short names, each option after what must come before it.
    pub options: Vec<String>,
    /// How often it can be taken.
    pub available: f64,
    /// How often it comes first among all packages.
    pub first: f64,
    /// All ranks in one figure, as for one option.
    pub holistic: f64,
    /// What one loses with it against the best package of each world, in the mean.
    pub regret: f64,
}

/// A usual case, with the options, states and machines of this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsualCase {
    /// Its severity on DCID's scale: low, likeliest, high.
    pub severity: [f64; 3],
    /// The probability of each condition in it, in the order of [`ResponseFindings::facts`].
    pub facts: Vec<Fact>,
    /// The share of draws in which each option comes first in it, in the order of [`ResponseFindings::options`].
    pub first: Vec<f64>,
}

/// What holds whatever one assumes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The options that come first of those beyond the baseline, those that lead under most sets first.
    pub leaders: Vec<Leader>,
    /// Sets of assumptions that were tried: both groupings of weights, both readings, both judgements.
    pub tried: u64,
    /// The short name of the option beyond the baseline that comes first under all of them by more than the error of the draws; `None` for a tie.
    pub robust: Option<String>,
}

/// An option that comes first under some set of assumptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Leader {
    /// The short name of the option.
    pub option: String,
    /// The number of sets of assumptions under which it comes first.
    pub sets: u64,
}

/// What it would be worth to know for certain whether something holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Information {
    /// What.
    pub of: Unknown,
    /// How much better the best option would be in the mean, on the scale of values from 0 to 1, if one knew before choosing.
    ///
    /// Source: Raiffa and Schlaifer (1961), "Applied statistical decision theory": the expected value of perfect information.
    pub value: f64,
    /// The short name of the option that is most often best where it holds, and of the one where it does not.
    pub best: [String; 2],
}

/// Something that one could find out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// Whether a condition holds.
    Condition(Condition),
    /// Whether a state would agree to what it is asked for.
    Agreement(Country),
}
