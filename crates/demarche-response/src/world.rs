//! One world: the conditions that hold in it, the states that agree, and the value of each option and each package.
//!
//! Everything is drawn under a name of its own ([`Keyed`]), so that the same draw serves all options, whichever there are,
//! and so that a condition which is less probable holds in a part of the worlds in which it held before.

use demarche_case::assessment::response::Reading;
use demarche_case::options::{Criterion, Direction, Fact, Factor};

use crate::asking::Asking;
use crate::facts::{AUTHORS, DRAWN};
use crate::instance::{GateRule, Instance, Rule};
use crate::quantity::{Key, Keyed, Quantity};
use crate::setting::Setting;
use crate::states::States;

/// The number of criteria.
pub(crate) const CRITERIA: usize = Criterion::ALL.len();

/// Ten years, the longest time to effect, as [`Criterion::Speed`] is drawn.
fn longest() -> f64 {
    3650_f64.ln_1p()
}

/// The distributions that worlds are drawn from.
pub(crate) struct Model<'a> {
    pub(crate) instances: &'a [Instance<'a>],
    pub(crate) asking: &'a [Asking],
    pub(crate) facts: Vec<([Quantity; 2], [Key; 2])>,
    pub(crate) severity: Quantity,
    pub(crate) margin: Quantity,
    /// For each set of states: what their joint refusal does.
    cuts: Vec<(States, f64, f64)>,
    /// The share of the addresses in each state.
    hosts: Vec<(States, f64)>,
    sender: States,
    keys: [Key; 2],
    agreement_keys: Vec<[Key; 2]>,
}

/// One world.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) keyed: Keyed,
    /// True for each condition that holds, in the order of [`DRAWN`].
    pub(crate) holds: [bool; DRAWN.len()],
    /// True for each state that agrees, in the order of [`Model::asking`].
    pub(crate) agrees: Vec<bool>,
    /// The options, in the order of [`Model::instances`].
    pub(crate) options: Vec<Taken>,
    /// The severity of the attack, 0 to 10.
    pub(crate) severity: f64,
    /// The greatest gravity of a proportional response.
    pub(crate) limit: f64,
}

/// One option in one world, with its value by each criterion in the criterion's own unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) is_open: bool,
    pub(crate) gravity: f64,
    pub(crate) raw: [f64; CRITERIA],
    /// The states that refuse to carry the target, and those that take machines down.
    cut: States,
    hosts: States,
    /// The shares of the ongoing harm that hang on the routes and on the machines; 0 where the option touches neither.
    hangs_on: [f64; 2],
    /// The harm of a whole cut.
    cut_harm: f64,
}

impl<'a> Model<'a> {
    pub(crate) fn new(
        instances: &'a [Instance<'a>],
        asking: &'a [Asking],
        facts: &[Fact],
        setting: &Setting,
        injury: [Quantity; 2],
    ) -> Self {
        let [severity, margin] = injury;
        let fact = |fact: &Fact| {
            let range = |[low, mode, high]: [f64; 3]| Quantity::Between { low, mode, high };
            let name = format!("fact/{:?}", fact.condition);
            (
                [range(fact.permissive), range(fact.strict)],
                [Key::of(&name), Key::of(&format!("{name}/holds"))],
            )
        };
        let agreement = |asking: &Asking| {
            let name = format!("agreement/{}/{:?}", asking.state, asking.of);
            [Key::of(&name), Key::of(&format!("{name}/holds"))]
        };
        Self {
            instances,
            asking,
            facts: facts.iter().map(fact).collect(),
            severity,
            margin,
            cuts: setting
                .cuts
                .iter()
                .map(|cut| (cut.states.iter().copied().collect(), cut.share, cut.hit))
                .collect(),
            hosts: setting
                .hosts
                .iter()
                .map(|(state, share)| (States::of(*state), *share))
                .collect(),
            sender: setting.sender.into_iter().collect(),
            keys: [Key::of("severity"), Key::of("margin")],
            agreement_keys: asking.iter().map(agreement).collect(),
        }
    }

    /// Draws a world under one number.
    pub(crate) fn draw(&self, number: u64, reading: Reading) -> Drawn {
        let keyed = Keyed(number);
        let mut holds = [false; DRAWN.len()];
        for (holds, (ranges, keys)) in holds.iter_mut().zip(&self.facts) {
            let range = &ranges[usize::from(reading == Reading::Strict)];
            *holds = keyed.unit(keys[1]) < range.quantile(keyed.unit(keys[0]));
        }
        // A gang takes the other end of the draw for the state: so both keep their chance and never did it together.
        let [state, gang] = AUTHORS;
        if let (Some((_, state_keys)), Some((ranges, keys))) =
            (self.facts.get(state), self.facts.get(gang))
        {
            let range = &ranges[usize::from(reading == Reading::Strict)];
            let from_above = 1.0 - keyed.unit(state_keys[1]);
            holds[gang] = !holds[state] && from_above < range.quantile(keyed.unit(keys[0]));
        }
        let agrees = self.asking.iter().zip(&self.agreement_keys).map(|(asking, keys)| {
            keyed.unit(keys[1]) < asking.quantity.quantile(keyed.unit(keys[0]))
        });
        let [severity, margin] = [(&self.severity, self.keys[0]), (&self.margin, self.keys[1])]
            .map(|(quantity, key)| quantity.quantile(keyed.unit(key)));
        let mut drawn = Drawn {
            keyed,
            holds,
            agrees: agrees.collect(),
            options: Vec::new(),
            severity,
            limit: severity + margin,
        };
        drawn.options =
            self.instances.iter().map(|instance| self.taken(instance, &drawn, reading)).collect();
        drawn
    }

    fn taken(&self, instance: &Instance<'_>, drawn: &Drawn, reading: Reading) -> Taken {
        let keyed = drawn.keyed;
        let (agreeing, agreed) = self.agreeing(instance, drawn);
        let is_ongoing = drawn.holds[0];
        let mut taken = Taken {
            is_open: instance.gates.iter().all(|gate| {
                (gate.is_strict_only && reading == Reading::Permissive)
                    || self.is_met(&gate.rule, drawn, agreeing)
            }),
            gravity: instance.gravity.0.quantile(keyed.unit(instance.gravity.1)),
            ..Taken::default()
        };
        for ((criterion, term), raw) in
            Criterion::ALL.iter().zip(&instance.terms).zip(&mut taken.raw)
        {
            let value = term.quantity.quantile(keyed.unit(term.key)) * term.scale;
            match (criterion, term.factor) {
                (Criterion::Ongoing, Some(Factor::Cut)) => {
                    (taken.cut, taken.hangs_on[0]) = (agreeing, value);
                }
                (Criterion::Ongoing, Some(Factor::Hosts)) => {
                    (taken.hosts, taken.hangs_on[1]) = (agreeing, value);
                }
                (Criterion::Collateral, Some(Factor::Cut)) => taken.cut_harm = value,
                (_, Some(Factor::Agreement)) => *raw = value * agreed,
                (_, Some(Factor::Cut)) => *raw = value * self.cut(agreeing).0,
                (_, Some(Factor::Hosts)) => *raw = value * self.hosted(agreeing),
                _ => *raw = value,
            }
        }
        // What has already happened cannot be ended.
        if !is_ongoing {
            taken.raw[0] = 0.0;
            taken.hangs_on = [0.0; 2];
        }
        taken
    }

    /// Returns true if a condition of an option holds in a world.
    pub(crate) fn holds(&self, instance: &Instance<'_>, gate: &GateRule, drawn: &Drawn) -> bool {
        self.is_met(&gate.rule, drawn, self.agreeing(instance, drawn).0)
    }

    fn is_met(&self, rule: &Rule, drawn: &Drawn, agreeing: States) -> bool {
        match rule {
            Rule::Settled(holds) => *holds,
            Rule::Drawn(fact) => drawn.holds[*fact],
            Rule::Chance(quantity, [level, holds]) => {
                drawn.keyed.unit(*holds) < quantity.quantile(drawn.keyed.unit(*level))
            }
            Rule::Consent => !agreeing.is_empty(),
        }
    }

    /// The addressees of an option that agree, and their share; at home it is oneself, who does.
    fn agreeing(&self, instance: &Instance<'_>, drawn: &Drawn) -> (States, f64) {
        if instance.option.to == Direction::Home {
            return (self.sender, 1.0);
        }
        let asked = self.asking.iter().zip(&drawn.agrees);
        let asked = asked.filter(|(asking, _)| {
            asking.of == instance.option.to && instance.addressees.contains(&asking.state)
        });
        let (mut agreeing, mut yes, mut all) = (States::default(), 0.0_f64, 0.0_f64);
        for (asking, agrees) in asked {
            all += 1.0;
            if *agrees {
                yes += 1.0;
                agreeing = agreeing.and(States::of(asking.state));
            }
        }
        (agreeing, yes / all.max(1.0))
    }

    /// The greatest cut that these states can make, with the harm of it to third parties.
    fn cut(&self, states: States) -> (f64, f64) {
        let can = self.cuts.iter().filter(|(needed, ..)| states.has(needed));
        can.fold(
            (0.0, 0.0),
            |greatest, (_, share, hit)| if *share > greatest.0 { (*share, *hit) } else { greatest },
        )
    }

    /// The share of the attacker's addresses in these states.
    fn hosted(&self, states: States) -> f64 {
        let inside = self.hosts.iter().filter(|(state, _)| states.has(state));
        inside.map(|(_, share)| share).sum::<f64>().min(1.0)
    }

    /// The time to effect of options together: the mean of theirs, each weighed by its own effect on harm and conduct; that
    /// of the slowest where none has any.
    fn time(&self, taken: &mut dyn Iterator<Item = &Taken>) -> f64 {
        let (mut sum, mut all, mut slowest) = (0.0, 0.0, 0.0_f64);
        for option in taken {
            let by_cut = option.hangs_on[0] * self.cut(option.cut).0;
            let by_hosts = option.hangs_on[1] * self.hosted(option.hosts);
            let brings = either([option.raw[0], by_cut, by_hosts])
                + option.raw[1] / full(Criterion::Conduct);
            let time = option.raw[SPEED].min(longest());
            sum += brings * time;
            all += brings;
            slowest = slowest.max(time);
        }
        if all > 0.0 { sum / all } else { slowest }
    }

    /// The value of options taken together in a world, in each criterion's own unit, and true if they can be taken.
    ///
    /// Effects add up as if they were independent of one another, but for those on routes and on machines, where the
    /// states that agree act jointly. Time is the mean of all, each weighed by what it brings; support is that of the best
    /// supported; what is disputed, exposed or permanent is so once; other harms add up as if independent. Gravity is the
    /// sum of all.
    pub(crate) fn together(&self, drawn: &Drawn, options: &[usize]) -> (bool, [f64; CRITERIA]) {
        let taken = || options.iter().filter_map(|option| drawn.options.get(*option));
        let gravity: f64 = taken().map(|option| option.gravity).sum();
        let is_open = taken().all(|option| option.is_open) && gravity <= drawn.limit;
        let mut all = [0.0_f64; CRITERIA];
        for (at, criterion) in Criterion::ALL.iter().enumerate() {
            let values = taken().map(|option| option.raw[at]);
            all[at] = match criterion {
                Criterion::Speed => self.time(&mut taken()),
                Criterion::Support
                | Criterion::Legality
                | Criterion::Secrecy
                | Criterion::Permanence => values.fold(0.0, f64::max),
                _ => either(values),
            };
        }
        let joint = |states: &dyn Fn(&Taken) -> States| {
            taken().map(states).fold(States::default(), States::and)
        };
        let greatest = |of: &dyn Fn(&Taken) -> f64| taken().map(of).fold(0.0, f64::max);
        let (share, hit) = self.cut(joint(&|option| option.cut));
        let hosted = self.hosted(joint(&|option| option.hosts));
        let hangs_on = [
            greatest(&|option| option.hangs_on[0]) * share,
            greatest(&|option| option.hangs_on[1]) * hosted,
        ];
        all[0] = either([all[0], hangs_on[0], hangs_on[1]]);
        all[COLLATERAL] =
            either([all[COLLATERAL], greatest(&|option| option.cut_harm) * share, hit]);
        (is_open, all)
    }
}

/// The position of the time to effect among the criteria.
const SPEED: usize = 2;

/// The position of the harm to third parties among the criteria.
pub(crate) const COLLATERAL: usize = 4;

/// The chance of either of several that do not depend on one another.
fn either(chances: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - chances.into_iter().map(|chance| 1.0 - chance.clamp(0.0, 1.0)).product::<f64>()
}

/// The full value of a criterion: the highest upper end of any estimate in the catalogue, force left out.
///
/// Weights say how much a swing from none to full matters, so that a scale must end where responses end; with ends far
/// beyond, a criterion would weigh less than was said. The ends are fixed: were they taken from the options at hand, one
/// more option could turn the order of the others.
pub(crate) const fn full(criterion: Criterion) -> f64 {
    match criterion {
        Criterion::Ongoing
        | Criterion::Support
        | Criterion::Legality
        | Criterion::Secrecy
        | Criterion::Speed => 1.0,
        Criterion::Conduct => 0.34,
        Criterion::Collateral => 0.8,
        Criterion::Escalation | Criterion::Cost => 0.6,
        Criterion::Permanence => 0.9,
    }
}

/// The severity at which every criterion weighs as was said: the middle of DCID's scale.
const MIDDLE: f64 = 5.0;

/// The steps of DCID's scale over which what is at stake doubles: a judgement, for the scale is an order and no measure.
const DOUBLING: f64 = 2.0;

/// The stakes of an attack of a severity: the factor by which all that speaks for an option weighs more than in an
/// attack of the middle of the scale. It doubles every two steps.
///
/// The costs of an option are worth the same whatever the harm.
pub(crate) fn stakes(severity: f64) -> [f64; CRITERIA] {
    let stake = ((severity - MIDDLE) / DOUBLING).exp2();
    Criterion::ALL.map(|criterion| if criterion.is_benefit() { stake } else { 1.0 })
}

/// The values of options taken together on the common scale, 0 worst and 1 best.
///
/// Haste is worth what it hastens: the value of time is multiplied with what the options bring, for else whatever is
/// quick and brings nothing would be far ahead.
pub(crate) fn values(raw: &[f64; CRITERIA]) -> [f64; CRITERIA] {
    let mut values = [0.0; CRITERIA];
    for ((cell, criterion), raw) in values.iter_mut().zip(Criterion::ALL).zip(raw) {
        *cell = value(criterion, *raw);
    }
    values[SPEED] *= either([values[0], values[1]]);
    values
}

/// A criterion's value on the common scale, 0 worst and 1 best.
fn value(criterion: Criterion, raw: f64) -> f64 {
    let share = match criterion {
        Criterion::Speed => raw / longest(),
        _ => raw / full(criterion),
    };
    let share = share.clamp(0.0, 1.0);
    let is_more_better = criterion.is_benefit() && criterion != Criterion::Speed;
    if is_more_better { share } else { 1.0 - share }
}

#[cfg(test)]
mod tests {
    use demarche_case::options::{LegalClass, Range};

    use super::*;

    #[test]
    fn scales_end_where_the_catalogue_ends() {
        for criterion in
            Criterion::ALL.into_iter().filter(|criterion| *criterion != Criterion::Speed)
        {
            let options = crate::catalogue().options;
            let options = options.iter().filter(|option| option.law != LegalClass::SelfDefence);
            let estimates =
                options.flat_map(|option| &option.estimates).filter(|(of, _)| *of == criterion);
            let ends = estimates.map(|(_, estimate)| match estimate.range {
                Range::Between([_, _, high]) => high,
                Range::Unknown => 1.0,
                Range::Counted(..) => 0.0,
            });
            let end = ends.fold(0.0, f64::max);
            assert!((end - full(criterion)).abs() < 1e-9, "{criterion:?} ends at {end}");
        }
    }
}
