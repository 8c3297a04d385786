//! Options of response: what a state can do after an attack, under which conditions, and what is estimated of each.
//!
//! The catalogue that ships with demarche and the `response.toml` of a case have one form, so that what the user adds or
//! corrects is treated like everything else. Nothing in it is computed; every estimate says where it is from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Country, Moment, Sector, Source};

pub(crate) mod read;

/// Options, what they depend on, and what is known of asking others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// The options, in the order of the file.
    pub options: Vec<ResponseOption>,
    /// The facts that must be known before some of it may be done.
    pub facts: Vec<Fact>,
    /// Requests of the past and how they ended.
    pub asked: Vec<Asked>,
    /// Options that are not open in this case, whatever else holds.
    pub without: Vec<Without>,
    /// Criteria from the most important to the least, where that was said; those left out come last.
    pub importance: Vec<Criterion>,
    /// The least and the greatest weight of a criterion among all, from 0 to 1, where that was said.
    pub weights: Vec<(Criterion, [f64; 2])>,
    /// The severity of the attack on DCID's scale, from 0 to 10, where the analyst knows better than the rule.
    pub severity: Option<Estimate>,
    /// The gravity by which a response may exceed the injury, in steps of that scale.
    pub margin: Option<Estimate>,
}

impl Options {
    /// These options with those of `more`, which replace what has the same name and add what has another.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        fn put<T: Clone>(all: &mut Vec<T>, added: &[T], is_same: impl Fn(&T, &T) -> bool) {
            for entry in added {
                match all.iter_mut().find(|old| is_same(old, entry)) {
                    Some(old) => *old = entry.clone(),
                    None => all.push(entry.clone()),
                }
            }
        }
        put(&mut self.options, &more.options, |old, new| old.id == new.id);
        put(&mut self.facts, &more.facts, |old, new| old.condition == new.condition);
        put(&mut self.asked, &more.asked, |old, new| (old.state, old.of) == (new.state, new.of));
        put(&mut self.without, &more.without, |old, new| old.option == new.option);
        if !more.importance.is_empty() {
            self.importance.clone_from(&more.importance);
        }
        put(&mut self.weights, &more.weights, |(old, _), (new, _)| old == new);
        self.severity = more.severity.clone().or(self.severity);
        self.margin = more.margin.clone().or(self.margin);
        self
    }

    /// The least and the greatest weight of every criterion, in the order of [`Criterion::ALL`].
    ///
    /// The order of importance is in them: a more important criterion weighs at least as much.
    /// `None` where no weights that add up to 1 lie in them.
    #[must_use]
    pub fn weight_bounds(&self) -> Option<[[f64; 2]; Criterion::ALL.len()]> {
        let mut bounds = Criterion::ALL.map(|criterion| {
            let said = self.weights.iter().find(|(of, _)| *of == criterion);
            said.map_or([0.0, 1.0], |(_, bounds)| *bounds)
        });
        let position = |named: &Criterion| Criterion::ALL.iter().position(|of| of == named);
        let order: Vec<usize> = self.importance.iter().filter_map(position).collect();
        let rest: Vec<usize> = (0..bounds.len()).filter(|of| !order.contains(of)).collect();
        // From the least important up, no least weight may be below one behind it; then down, no greatest above.
        let (mut floor, mut ceiling) = (0.0_f64, 1.0_f64);
        if !order.is_empty() {
            floor = rest.iter().map(|of| bounds[*of][0]).fold(floor, f64::max);
        }
        for of in order.iter().rev() {
            floor = floor.max(bounds[*of][0]);
            bounds[*of][0] = floor;
        }
        for of in &order {
            ceiling = ceiling.min(bounds[*of][1]);
            bounds[*of][1] = ceiling;
        }
        for of in rest.iter().filter(|_| !order.is_empty()) {
            bounds[*of][1] = bounds[*of][1].min(ceiling);
        }
        let sum = |end: usize| bounds.iter().map(|bound| bound[end]).sum::<f64>();
        let is_some = bounds.iter().all(|[low, high]| low <= high);
        // Nine tenths and a tenth may add up to a little less than 1.
        (is_some && sum(0) <= 1.0 + 1e-9 && sum(1) >= 1.0 - 1e-9).then_some(bounds)
    }
}

/// An option that is not open in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Without {
    /// The option's short name.
    pub option: String,
    /// The reason why it is not open, in a sentence.
    pub because: String,
}

/// Something that a state can do after an attack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseOption {
    /// Its short name.
    pub id: String,
    /// Its name.
    pub name: String,
    /// At whom it is directed.
    pub to: Direction,
    /// The legal class.
    pub law: LegalClass,
    /// True if it is done or left whatever else is done, so that every other option is added to it.
    pub is_baseline: bool,
    /// The gravity of the option, on the scale of the injury, 0 to 10.
    pub gravity: Estimate,
    /// The conditions for the option to be open.
    pub needs: Vec<Condition>,
    /// The further conditions where the law is read strictly.
    pub needs_strict: Vec<Condition>,
    /// Options one of which must come before it.
    pub after: Vec<String>,
    /// Options that are done along with it, so that none of them is left once it was taken.
    pub includes: Vec<String>,
    /// States whose option it is; everybody's where there is none.
    pub countries: Vec<Country>,
    /// From when on there is a basis for it in the law of a state.
    pub bases: Vec<LegalBasis>,
    /// Norms and instruments that bear on it, by their names in the table of norms, or in words.
    pub articles: Vec<String>,
    /// The view of states that read the law strictly, in a sentence.
    pub strict: Option<String>,
    /// The view of states that read the law permissively, in a sentence.
    pub permissive: Option<String>,
    /// The cooperation that the option needs, in words.
    pub cooperation: String,
    /// The way to take the option back, in words.
    pub reversible: String,
    /// The evidence that the option would expose, in words.
    pub exposes: String,
    /// The cost to third parties, in words.
    pub third_parties: String,
    /// The estimates; a criterion without an estimate is unknown.
    pub estimates: Vec<(Criterion, Estimate)>,
}

impl ResponseOption {
    /// Returns the estimate by a criterion; `None` where it is unknown for want of an estimate.
    #[must_use]
    pub fn estimate(&self, criterion: Criterion) -> Option<&Estimate> {
        self.estimates.iter().find(|(of, _)| *of == criterion).map(|(_, estimate)| estimate)
    }
}

/// A basis for an option in the law of one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegalBasis {
    /// The states.
    pub countries: Vec<Country>,
    /// Since when it is in force.
    pub since: Moment,
    /// The designation, by its name in the table of norms, or in words.
    pub cite: String,
}

/// At whom an option is directed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// At nobody outside.
    Home,
    /// At a state whose networks carry the traffic, one option for each such state.
    Transit,
    /// At the states in whose networks the attacker's machines stand, all in one option.
    Hosts,
    /// At the national CERTs of those states, and at those that the case names.
    Certs,
    /// At the state held responsible.
    Responsible,
    /// At the states that are partners.
    Partners,
    /// At the states that the case says shelter those who did it.
    Shelter,
}

/// The legal class of an option.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LegalClass {
    /// Nothing is done that law speaks of.
    Nothing,
    /// Cooperation between authorities.
    Cooperation,
    /// A matter of one's own law.
    Domestic,
    /// Lawful because the state concerned agrees.
    Consent,
    /// Unfriendly and lawful.
    Retorsion,
    /// Unlawful but for the wrong that it answers.
    Countermeasure,
    /// Unlawful but for the peril that it averts.
    Necessity,
    /// Force, lawful only against an armed attack.
    SelfDefence,
}

/// The facts that must be known before something may be done.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// There is somebody at whom it can be directed.
    Addressee,
    /// Some of the evidence may be shown to those at whom it is directed.
    Shareable,
    /// The harm goes on, or is about to.
    Ongoing,
    /// The state held responsible did it: an actor did that acts for it or comes from it.
    Actor,
    /// The act of the actor is the state's own act in law.
    StateLink,
    /// An obligation of that state was breached.
    Breach,
    /// The state that acts is the one that was injured.
    Injured,
    /// The state was called upon to cease.
    Called,
    /// An essential interest is in grave and imminent peril.
    Peril,
    /// There is no other way.
    OnlyWay,
    /// The attack was an armed attack by its scale and effects.
    ArmedAttack,
    /// Persons are known by name, with evidence that stands in court.
    Persons,
    /// There is a basis for it in one's own law.
    Basis,
    /// A criminal group did it.
    Gang,
    /// Somebody was blackmailed, or is threatened.
    Extortion,
    /// Money or data were asked for.
    Demand,
    /// Some of the evidence may be published.
    Publishable,
    /// One's own networks carry the traffic.
    OwnCarriers,
    /// Machines of the attacker stand in one's own networks.
    OwnHosts,
    /// A person or firm to whom evidence points is in the state that acts.
    SuspectAtHome,
    /// The other state agrees.
    Consent,
    /// The case does not rule it out.
    NotRuledOut,
    /// The conditions.
    Before,
}

impl Condition {
    /// Can a case say how probable it is? Everything else is for the evidence and the tables to say.
    #[must_use]
    pub const fn can_be_said(self) -> bool {
        matches!(
            self,
            Self::Ongoing
                | Self::StateLink
                | Self::Breach
                | Self::Called
                | Self::Peril
                | Self::OnlyWay
                | Self::ArmedAttack
                | Self::Persons
                | Self::Basis
        )
    }
}

/// By what options are compared.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// The share of the ongoing harm that ends, 0 to 1.
    Ongoing,
    /// The rise in the probability that the attacker acts otherwise in future, 0 to 1.
    Conduct,
    /// The time until the option takes effect, in days.
    Speed,
    /// The extent to which others join in or support it, 0 to 1.
    Support,
    /// Harm to third parties, 0 to 1.
    Collateral,
    /// The probability that the conflict widens, 0 to 1.
    Escalation,
    /// The nearness of the option to the disputed line of the law, 0 to 1.
    Legality,
    /// The share of the evidence and its sources that the option would expose, 0 to 1.
    Secrecy,
    /// The cost to the sender, 0 to 1.
    Cost,
    /// The difficulty of taking the option back, 0 to 1.
    Permanence,
}

impl Criterion {
    /// All of them: those that speak for an option before those that speak against it.
    pub const ALL: [Self; 10] = [
        Self::Ongoing,
        Self::Conduct,
        Self::Speed,
        Self::Support,
        Self::Collateral,
        Self::Escalation,
        Self::Legality,
        Self::Secrecy,
        Self::Cost,
        Self::Permanence,
    ];

    /// Returns true if more of it speaks for an option. Of speed it is fewer days that do.
    #[must_use]
    pub const fn is_benefit(self) -> bool {
        matches!(self, Self::Ongoing | Self::Conduct | Self::Speed | Self::Support)
    }

    /// Its name for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ongoing => "effect on the ongoing harm",
            Self::Conduct => "effect on future conduct",
            Self::Speed => "time to effect",
            Self::Support => "support of others",
            Self::Collateral => "harm to third parties",
            Self::Escalation => "escalation",
            Self::Legality => "nearness to what is disputed in law",
            Self::Secrecy => "evidence and sources exposed",
            Self::Cost => "cost to oneself",
            Self::Permanence => "difficulty of taking it back",
        }
    }
}

/// The estimate of a quantity, and where that is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The estimated range.
    pub range: Range,
    /// The factor of the estimate.
    pub times: Option<Factor>,
    /// The origin of the figure: computed, counted, cited or judged.
    pub basis: EstimateBasis,
    /// The source, or how it was reckoned.
    pub source: Source,
}

/// The estimate of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// Between two ends, most likely at the value in the middle; all three may be the same.
    Between([f64; 3]),
    /// So many of so many cases.
    Counted(u64, u64),
    /// Nothing: anything in its range is as likely as anything else.
    Unknown,
}

/// The quantity of the case that an estimate is multiplied with or taken from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Factor {
    /// The share of the networks that lose their route to the target when those who agree refuse to carry it.
    Cut,
    /// The share of the attacker's known addresses that stand where somebody agrees to take them down.
    Hosts,
    /// The share of those at whom it is directed that do what they are asked for.
    Agreement,
    /// The share of the judgement's weight that rests on evidence which may not be shown to the public.
    Unpublished,
    /// The same of evidence which may not be shown to those at whom the option is directed.
    Unshared,
}

/// The origin of the figure: computed, counted, cited or judged.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EstimateBasis {
    /// Reckoned from the case.
    Reckoned,
    /// Counted in a record of earlier cases.
    Counted,
    /// Published by somebody.
    Cited,
    /// Judged by people, not measured.
    Judgement,
    /// Nothing is known.
    Unknown,
}

/// The probability that a condition holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// The condition.
    pub condition: Condition,
    /// The probability where the law is read permissively: low, most likely, high.
    pub permissive: [f64; 3],
    /// The probability where the law is read strictly.
    pub strict: [f64; 3],
    /// The origin of the figure: computed, counted, cited or judged.
    pub basis: EstimateBasis,
    /// The reason for these probabilities.
    pub reason: Reason,
}

/// The reason for a fact, a gate or the answer to a question of law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reason {
    /// The case or the catalogue says so and names a source.
    Said {
        /// The source.
        source: Source,
    },
    /// The case rules the option out.
    RuledOut {
        /// The words of the case.
        because: String,
    },
    /// The sender took the option already, or one that includes it.
    Taken {
        /// The day on which it did.
        date: Moment,
        /// The event, in the words of the case.
        text: String,
    },
    /// Nothing is said of the condition.
    NotSaid,
    /// No state is held responsible.
    NoStateResponsible,
    /// Nobody judged who did it.
    NotJudged,
    /// Too few independent pieces of evidence for a probability of who did it.
    JudgementWithheld,
    /// The judgement of who did it.
    Judgement,
    /// The case names a suspect and has evidence that points to it.
    NamedSuspect,
    /// The judgement of whether a criminal group did it.
    Gang,
    /// No criminal group leads or is alleged.
    NoGang,
    /// The case has an effect of coercion or a threat, or has none.
    Extortion {
        /// True if it has one.
        holds: bool,
    },
    /// The case tells of a demand for money or data, or of none.
    Demand {
        /// True if it does.
        holds: bool,
    },
    /// Some of the evidence may be published, or none.
    Publishable {
        /// True if some may.
        holds: bool,
    },
    /// A usual case, in which it is open who did it.
    UsualCase,
    /// A threat of the case is open.
    ThreatOpen,
    /// No threat of the case is open.
    NoThreatOpen,
    /// Loss of function together with coercion.
    LossAndCoercion,
    /// Loss of function.
    Loss,
    /// Coercion.
    Coercion,
    /// Interference without lasting loss.
    Interference,
    /// Espionage alone.
    Espionage,
    /// An essential service was hit.
    EssentialHit,
    /// No essential service is known to have been hit.
    EssentialNotHit,
    /// No cyber operation has been held an armed attack.
    NeverArmedAttack,
    /// The case states a severity at which lives are lost or an economy is disrupted.
    LivesLost,
    /// The gravity that would be commensurate with the injury, on DCID's scale.
    Commensurate {
        /// The likeliest gravity, 0 to 10.
        gravity: f64,
    },
    /// None of the options that must come before is open.
    NothingBefore {
        /// The short names of those options.
        options: Vec<String>,
    },
    /// Agreement is drawn from how often such requests are met.
    RequestsMet,
    /// No basis in the sender's law is known; the chance that one is made.
    NoBasis,
    /// A basis in the sender's law was in force.
    Basis,
    /// The case yields an addressee, or none.
    Addressee {
        /// True if it does.
        holds: bool,
    },
    /// Some hosting states are said to be responsible, or to shelter those who are, so that they are not asked.
    HostsLeft {
        /// The hosting states that are left to be asked.
        left: u64,
        /// The states that are not asked.
        accused: Vec<Country>,
    },
    /// Evidence may be shown to every addressee, or not.
    Shareable {
        /// True if it may.
        holds: bool,
    },
    /// A victim is of the sender's state, or none is.
    Injured {
        /// True if one is.
        holds: bool,
    },
    /// The sender's own networks carry routes of the target, or none that would cut anything off.
    OwnCarriers {
        /// True if they do.
        holds: bool,
    },
    /// Machines of the attacker stand in the sender's own networks, or none is known to.
    OwnHosts {
        /// True if they do.
        holds: bool,
    },
    /// A suspect to whom evidence points is in the sender's state, or none is known to be.
    SuspectAtHome {
        /// True if there is one.
        holds: bool,
    },
}

impl Fact {
    /// The fact of that condition.
    #[must_use]
    pub fn of(facts: &[Self], condition: Condition) -> Option<&Self> {
        facts.iter().find(|fact| fact.condition == condition)
    }
}

/// Requests of one kind to a state, and how many were met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// The state; any state where there is none.
    pub state: Option<Country>,
    /// The request.
    pub of: Direction,
    /// Requests; not whole where they stand for a judgement.
    pub requests: f64,
    /// Those of them that were met.
    pub met: f64,
    /// The origin of the figure: computed, counted, cited or judged.
    pub basis: EstimateBasis,
    /// The source of the count, or the reason for the judgement.
    pub source: Source,
}

/// Sectors whose loss endangers more than their owner.
#[must_use]
pub const fn is_essential(sector: Sector) -> bool {
    matches!(sector, Sector::CriticalInfrastructure | Sector::Military | Sector::Government)
}
