//! The options of the catalogue for one case: at whom each is directed, and on what it depends.

use std::collections::BTreeMap;

use demarche_case::assessment::attribution::{
    AttributionFindings, Cluster, Hypothesis, Leads, WeighedItem,
};
use demarche_case::number::float;
use demarche_case::options::{
    Condition, Criterion, Direction, Estimate, Fact, Factor, LegalBasis, LegalClass, Options,
    Range, Reason, ResponseOption,
};
use demarche_case::{Case, Country, EffectKind, Evidence, PartyId, Role, Tlp};

use crate::Quantity;
use crate::demand::is_for_money_or_data;
use crate::facts::DRAWN;
use crate::quantity::Key;
use crate::setting::{Setting, taken};

/// The probability that a state makes a basis in its law where it has none: low, likeliest, high.
const NEW_BASIS: [f64; 3] = [0.2, 0.6, 0.9];

/// The least probability of a suspect who is to be arrested.
const SUSPECTED: f64 = 0.25;

/// One option for one case.
pub(crate) struct Instance<'a> {
    pub(crate) option: &'a ResponseOption,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) addressees: Vec<Country>,
    pub(crate) basis: Option<LegalBasis>,
    /// True if one of the options that must come before it was taken already.
    pub(crate) is_prepared: bool,
    pub(crate) gates: Vec<GateRule>,
    pub(crate) gravity: (Quantity, Key),
    /// One for each criterion, in the order of [`Criterion::ALL`].
    pub(crate) terms: Vec<Term>,
}

impl Instance<'_> {
    /// True if the option is to do nothing.
    pub(crate) fn is_idle(&self) -> bool {
        self.option.law == LegalClass::Nothing && self.option.to == Direction::Home
    }
}

/// A condition of an option, and what decides it.
pub(crate) struct GateRule {
    pub(crate) condition: Condition,
    pub(crate) is_strict_only: bool,
    pub(crate) rule: Rule,
    /// The reason in this case; `None` where it stands with the fact.
    pub(crate) reason: Option<Reason>,
}

/// The rule that decides if a condition holds.
pub(crate) enum Rule {
    /// The condition holds in every world or in none.
    Settled(bool),
    /// The fact at this position of [`DRAWN`].
    Drawn(usize),
    /// A draw of its own.
    Chance(Quantity, [Key; 2]),
    /// The condition holds where an addressee agrees.
    Consent,
}

/// The value of an option by one criterion.
pub(crate) struct Term {
    pub(crate) quantity: Quantity,
    pub(crate) key: Key,
    pub(crate) factor: Option<Factor>,
    /// The factor of the draw in every world, 0 to 1.
    pub(crate) scale: f64,
}

/// The case, its setting and the catalogue, from which instances are made.
pub(crate) struct Ground<'a> {
    pub(crate) case: &'a Case,
    pub(crate) attribution: Option<&'a AttributionFindings>,
    pub(crate) setting: &'a Setting,
    pub(crate) options: &'a Options,
}

impl<'a> Ground<'a> {
    /// The options in the order of the catalogue, that of a state other than the sender left out.
    pub(crate) fn instances(&self) -> Vec<Instance<'a>> {
        let open = self.options.options.iter().filter(|option| {
            option.countries.is_empty()
                || self.setting.sender.is_some_and(|sender| option.countries.contains(&sender))
        });
        let all: Vec<Instance<'a>> = open.flat_map(|option| self.of(option)).collect();
        let last = |id: &str| all.iter().rposition(|instance| instance.id == id);
        // An option of the case replaces the one that is directed at a single state and has the same id.
        let is_last: Vec<bool> =
            (0..all.len()).map(|index| last(&all[index].id) == Some(index)).collect();
        all.into_iter().zip(is_last).filter(|(_, is_last)| *is_last).map(|(kept, _)| kept).collect()
    }

    fn of(&self, option: &'a ResponseOption) -> Vec<Instance<'a>> {
        let all = self.setting.addressees(option.to);
        if option.to == Direction::Transit && !all.is_empty() {
            let directed = |state: Country| {
                let id = format!("{}-{}", option.id, state.to_string().to_lowercase());
                self.instance(
                    option,
                    id,
                    format!("{}: {}", option.name, state.label()),
                    vec![state],
                )
            };
            return all.into_iter().map(directed).collect();
        }
        vec![self.instance(option, option.id.clone(), option.name.clone(), all)]
    }

    fn instance(
        &self,
        option: &'a ResponseOption,
        id: String,
        name: String,
        addressees: Vec<Country>,
    ) -> Instance<'a> {
        let basis = self.basis(option);
        let gate = |condition: &Condition, is_strict_only: bool| {
            let (rule, reason) = match condition {
                Condition::Addressee => self.addressee(option.to, &addressees),
                condition => self.rule(*condition, &id, &addressees, basis.as_ref()),
            };
            GateRule { condition: *condition, is_strict_only, rule, reason }
        };
        let gates = option.needs.iter().map(|condition| gate(condition, false));
        let by_class = of_its_class(option.law).iter();
        let by_class = by_class.filter(|condition| !option.needs_strict.contains(condition));
        let strict = option.needs_strict.iter().chain(by_class);
        let strict = strict.filter(|condition| !option.needs.contains(condition));
        let ruled_out = self.ruled_out(&id, option).map(|reason| GateRule {
            condition: Condition::NotRuledOut,
            is_strict_only: false,
            rule: Rule::Settled(false),
            reason: Some(reason),
        });
        let is_prepared =
            option.after.iter().any(|before| taken(self.case, self.options, before).is_some());
        let gates =
            gates.chain(strict.map(|condition| gate(condition, true))).chain(ruled_out).collect();
        let unshared = self
            .share_of_weight(&|item| addressees.iter().all(|state| item.may_go_to(*state).is_ok()));
        let unpublished = self.share_of_weight(&|item| item.tlp == Tlp::Clear);
        let scale = |factor: Option<Factor>| match factor {
            Some(Factor::Unshared) => unshared,
            Some(Factor::Unpublished) => unpublished,
            _ => 1.0,
        };
        let term = |criterion: Criterion| {
            let estimate = option.estimate(criterion);
            let factor = estimate.and_then(|estimate| estimate.times);
            let range = estimate.map_or(Range::Unknown, |estimate| estimate.range);
            Term {
                quantity: quantity(range, criterion),
                key: key(&id, criterion, factor),
                factor,
                scale: scale(factor),
            }
        };
        let gravity = (on_scale(&option.gravity), Key::of(&format!("{id}/gravity")));
        let terms = Criterion::ALL.into_iter().map(term).collect();
        Instance { option, id, name, addressees, basis, is_prepared, gates, gravity, terms }
    }

    /// The reason why the case has no room for the option: it was taken, or is ruled out.
    fn ruled_out(&self, id: &str, option: &ResponseOption) -> Option<Reason> {
        let step = taken(self.case, self.options, id)
            .or_else(|| taken(self.case, self.options, &option.id));
        if let Some(event) = step {
            return Some(Reason::Taken { date: event.date, text: event.text.clone() });
        }
        let without = self.options.without.iter().find(|without| without.option == option.id)?;
        Some(Reason::RuledOut { because: without.because.clone() })
    }

    /// The basis for an option in the sender's law at the time of the attack.
    fn basis(&self, option: &ResponseOption) -> Option<LegalBasis> {
        let sender = self.setting.sender?;
        let time = self.case.noticed()?;
        let in_force = |basis: &&LegalBasis| {
            basis.since <= time && (basis.countries.is_empty() || basis.countries.contains(&sender))
        };
        option.bases.iter().find(in_force).cloned()
    }

    /// The rule of a condition and its reason in this case; the reason of a fact drawn for all options stands with the fact.
    fn rule(
        &self,
        condition: Condition,
        id: &str,
        addressees: &[Country],
        basis: Option<&LegalBasis>,
    ) -> (Rule, Option<Reason>) {
        match condition {
            Condition::Consent => (Rule::Consent, Some(Reason::RequestsMet)),
            Condition::Basis if basis.is_none() => self.new_basis(id),
            drawn => match DRAWN.iter().position(|condition| *condition == drawn) {
                Some(fact) => (Rule::Drawn(fact), None),
                None => self.settled(drawn, addressees),
            },
        }
    }

    /// The rule for a basis where the law has none: the probability that the case gives, else a judgement.
    fn new_basis(&self, id: &str) -> (Rule, Option<Reason>) {
        let said = Fact::of(&self.case.response.facts, Condition::Basis);
        let range = said.map_or(NEW_BASIS, |fact| fact.strict);
        let reason = said.map_or(Reason::NoBasis, |fact| fact.reason.clone());
        let quantity = quantity(Range::Between(range), Criterion::Cost);
        (
            Rule::Chance(
                quantity,
                [Key::of(&format!("{id}/basis")), Key::of(&format!("{id}/basis/holds"))],
            ),
            Some(reason),
        )
    }

    /// The condition that there is somebody to direct the option at; of hosting states it tells how many are left.
    fn addressee(&self, to: Direction, addressees: &[Country]) -> (Rule, Option<Reason>) {
        let holds = !addressees.is_empty();
        let accused: Vec<Country> = self.setting.accused_hosts.iter().copied().collect();
        let reason = if to == Direction::Hosts && !accused.is_empty() {
            let left = u64::try_from(addressees.len()).expect("there are few states");
            Reason::HostsLeft { left, accused }
        } else {
            Reason::Addressee { holds }
        };
        (Rule::Settled(holds), Some(reason))
    }

    /// A condition that the case settles by itself.
    fn settled(&self, condition: Condition, addressees: &[Country]) -> (Rule, Option<Reason>) {
        let (holds, reason) = match condition {
            Condition::Shareable => {
                let holds = self.is_shareable(addressees);
                (holds, Reason::Shareable { holds })
            }
            Condition::Injured => {
                let holds = self.is_injured();
                (holds, Reason::Injured { holds })
            }
            Condition::OwnCarriers => {
                let holds = self.setting.carries();
                (holds, Reason::OwnCarriers { holds })
            }
            Condition::OwnHosts => {
                let sender = self.setting.sender;
                let holds = sender.is_some_and(|state| self.setting.hosts.contains_key(&state));
                (holds, Reason::OwnHosts { holds })
            }
            Condition::SuspectAtHome => {
                let holds = self.has_suspect_at_home();
                (holds, Reason::SuspectAtHome { holds })
            }
            Condition::Basis => (true, Reason::Basis),
            Condition::Extortion => {
                let coerced =
                    self.case.effects.iter().any(|effect| effect.kind == EffectKind::Coercion);
                let holds = coerced || !self.case.threats.is_empty();
                (holds, Reason::Extortion { holds })
            }
            Condition::Demand => {
                let holds = is_for_money_or_data(self.case);
                (holds, Reason::Demand { holds })
            }
            Condition::Publishable => {
                let holds = self.case.evidence.iter().any(|item| item.tlp == Tlp::Clear);
                (holds, Reason::Publishable { holds })
            }
            _ => (false, Reason::NotSaid),
        };
        (Rule::Settled(holds), Some(reason))
    }

    /// A suspect that stands for no state, is in the sender's, and to whom evidence points; where there is a judgement, one
    /// to whom it gives one chance in four.
    fn has_suspect_at_home(&self) -> bool {
        let suspects = self.case.suspects();
        let mut parties = suspects.iter().map(|suspect| suspect.party);
        parties.any(|party| {
            party.state().is_none()
                && party.country.is_some()
                && party.country == self.setting.sender
                && self.case.is_pointed_to(&party.id)
                && self.may_have_done_it(&party.id)
        })
    }

    /// True unless the judgement gives a party less than one chance in four: nobody is arrested for a remote chance.
    fn may_have_done_it(&self, party: &PartyId) -> bool {
        let Some(findings) = self.attribution else { return true };
        let own = findings.hypotheses.iter().filter(
            |known| matches!(known, Hypothesis::Named { party: named, .. } if named == party),
        );
        let chances = own.map(|known| {
            let leads = Leads::Hypothesis { hypothesis: known.id() };
            findings.as_reported.chance(&leads).estimate.get()
        });
        chances.sum::<f64>() >= SUSPECTED
    }

    fn is_injured(&self) -> bool {
        let mut victims = self.case.parties_as(Role::Victim).filter_map(|party| party.country);
        victims.any(|state| Some(state) == self.setting.sender)
    }

    fn is_shareable(&self, addressees: &[Country]) -> bool {
        let may =
            |state: &Country| self.case.evidence.iter().any(|item| item.may_go_to(*state).is_ok());
        addressees.iter().all(may)
    }

    /// The share of the weight behind the state held responsible that rests on items which may not be shown so.
    ///
    /// Weight is an item's diagnosticity; 0 where nothing is judged. What stands and falls with a hidden item rests on it:
    /// who hears a statement in public asks for what is behind it.
    fn share_of_weight(&self, may_be_shown: &dyn Fn(&Evidence) -> bool) -> f64 {
        let items = self.attribution.iter().flat_map(|findings| &findings.items);
        let mut clusters: BTreeMap<&Cluster, (f64, bool)> = BTreeMap::new();
        for WeighedItem { evidence, diagnosticity, cluster, .. } in items {
            let Some(item) = self.case.evidence(evidence) else { continue };
            let (weight, is_hidden) = clusters.entry(cluster).or_default();
            *weight += diagnosticity;
            *is_hidden |= !may_be_shown(item);
        }
        let all: f64 = clusters.values().map(|(weight, _)| weight).sum();
        let hidden = clusters.values().filter(|(_, is_hidden)| *is_hidden);
        if all > 0.0 { hidden.map(|(weight, _)| weight).sum::<f64>() / all } else { 0.0 }
    }
}

/// An estimate as a distribution. Days become logarithms, because a month and a year are far apart and 1,000 and 1,030
/// days are not.
pub(crate) fn quantity(range: Range, criterion: Criterion) -> Quantity {
    let unit = |days: f64| if criterion == Criterion::Speed { days.ln_1p() } else { days };
    match range {
        Range::Between([low, mode, high]) if low < high => {
            Quantity::Between { low: unit(low), mode: unit(mode), high: unit(high) }
        }
        Range::Between([value, ..]) => Quantity::Exactly(unit(value)),
        // Jeffreys' prior: half a case of each kind.
        Range::Counted(hits, all) => Quantity::counted(float(hits), float(all), 1.0, 0.5),
        Range::Unknown => Quantity::Unknown,
    }
}

/// A place on the scale of severity, 0 to 10, as a distribution.
pub(crate) fn on_scale(estimate: &Estimate) -> Quantity {
    quantity(Range::Between(place_on_scale(estimate)), Criterion::Cost)
}

/// The ends and the mode of a place on the scale of severity; the whole scale where it is given in another way, which a
/// file is refused for.
pub(crate) fn place_on_scale(estimate: &Estimate) -> [f64; 3] {
    match estimate.range {
        Range::Between(place) => place,
        Range::Counted(..) | Range::Unknown => [0.0, 5.0, 10.0],
    }
}

/// The conditions of a class of options where the law is read strictly, whoever wrote the option.
const fn of_its_class(law: LegalClass) -> &'static [Condition] {
    match law {
        LegalClass::Countermeasure => {
            &[Condition::Actor, Condition::StateLink, Condition::Breach, Condition::Injured]
        }
        LegalClass::Necessity => &[Condition::Peril, Condition::OnlyWay],
        LegalClass::SelfDefence => &[Condition::Actor, Condition::ArmedAttack],
        LegalClass::Consent => &[Condition::Consent],
        LegalClass::Nothing
        | LegalClass::Cooperation
        | LegalClass::Domestic
        | LegalClass::Retorsion => &[],
    }
}

/// The key of a draw: one for all options where the same thing is unknown of them all, as how much of an attack hangs on
/// its home networks, or on its known machines.
fn key(id: &str, criterion: Criterion, factor: Option<Factor>) -> Key {
    match (criterion, factor) {
        (Criterion::Ongoing, Some(Factor::Cut)) => Key::of("ongoing/cut"),
        (Criterion::Collateral, Some(Factor::Cut)) => Key::of("collateral/cut"),
        (Criterion::Ongoing, Some(Factor::Hosts)) => Key::of("ongoing/hosts"),
        _ => Key::of(&format!("{id}/{}", criterion.words())),
    }
}
