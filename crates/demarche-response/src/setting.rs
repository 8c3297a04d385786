//! The states around a case: whom the sender could ask, and the networks and machines that a request would touch.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{AttributionFindings, Leads};
use demarche_case::assessment::routes::{Change, CutEffect, Player, RoutesFindings};
use demarche_case::number::float;
use demarche_case::options::{Direction, Options};
use demarche_case::{Body, Case, Country, Event, Role};

/// The states around a case and their parts.
pub(crate) struct Setting {
    /// The state that would act.
    pub(crate) sender: Option<Country>,
    /// The state held responsible.
    pub(crate) responsible: Option<Country>,
    /// States other than the sender and the accused whose refusal counts towards a cut.
    pub(crate) transit: BTreeSet<Country>,
    /// The share of the attacker's known addresses in each state, the sender's among them; they add up to 1 with those in
    /// the states that are accused.
    pub(crate) hosts: BTreeMap<Country, f64>,
    /// The states that host machines and are accused, so that they are not asked.
    pub(crate) accused_hosts: BTreeSet<Country>,
    /// The states with a CERT that could be asked; none of them is accused.
    pub(crate) certs: BTreeSet<Country>,
    /// The partners; none of them is accused.
    pub(crate) partners: BTreeSet<Country>,
    /// The states that the case says shelter those who did it.
    pub(crate) shelter: BTreeSet<Country>,
    /// The effect of a joint refusal, for each set of states that was reckoned.
    pub(crate) cuts: Vec<StateCut>,
}

/// The effect of a joint refusal of states.
pub(crate) struct StateCut {
    pub(crate) states: BTreeSet<Country>,
    /// The share of the networks that lose their route to the target.
    pub(crate) share: f64,
    /// Third parties' addresses that lose a route, on a logarithmic scale from none to all of IPv4.
    pub(crate) hit: f64,
}

impl Setting {
    /// Reads it off a case; nothing is known of routes where there are no findings.
    ///
    /// The accused are the states that the case says are responsible or shelter those who are, and the state held
    /// responsible. Nobody asks them for consent, assistance or cooperation.
    pub(crate) fn of(
        case: &Case,
        attribution: Option<&AttributionFindings>,
        routes: Option<&RoutesFindings>,
    ) -> Self {
        let sender = case.sender();
        let responsible = responsible(case, attribution, sender);
        let of_role = |role| case.parties_as(role).filter_map(|party| party.country);
        let sheltering =
            || case.parties_as(Role::ShelterAlleged).filter_map(|party| case.answers(party));
        let mut accused: BTreeSet<Country> =
            alleged(case).into_iter().chain(sheltering()).collect();
        accused.extend(responsible);
        let foreign = |states: BTreeSet<Country>| -> BTreeSet<Country> {
            states.into_iter().filter(|state| Some(*state) != sender).collect()
        };
        let asked = |states: BTreeSet<Country>| &foreign(states) - &accused;
        let target = routes.and_then(|findings| findings.target.country);
        let mut transit: BTreeSet<Country> = of_role(Role::Transit).collect();
        // Whoever carries the routes of the attacked is asked for no refusal.
        let refusable = routes.filter(|_| !target.is_some_and(|target| case.is_attacked(target)));
        transit.extend(refusable.iter().flat_map(|findings| key_states(findings)));
        transit.retain(|state| Some(*state) != target);
        let mut hosts = hosts(case, routes);
        let is_accused = |state: &Country| accused.contains(state) && Some(*state) != sender;
        let accused_hosts = hosts.keys().copied().filter(is_accused).collect();
        hosts.retain(|state, _| !is_accused(state));
        let certs: BTreeSet<Country> = of_role(Role::Cert).chain(hosts.keys().copied()).collect();
        Self {
            sender,
            responsible,
            transit: asked(transit),
            hosts,
            accused_hosts,
            certs: asked(certs),
            partners: asked(of_role(Role::Partner).collect()),
            shelter: foreign(sheltering().collect()),
            cuts: refusable
                .iter()
                .flat_map(|findings| &findings.cuts)
                .filter_map(state_cut)
                .collect(),
        }
    }

    /// The states at which an option of a direction is directed, where that is one option for all of them.
    pub(crate) fn addressees(&self, to: Direction) -> Vec<Country> {
        match to {
            Direction::Home => Vec::new(),
            Direction::Transit => self.transit.iter().copied().collect(),
            Direction::Hosts => {
                self.hosts.keys().copied().filter(|state| Some(*state) != self.sender).collect()
            }
            Direction::Certs => self.certs.iter().copied().collect(),
            Direction::Responsible => self.responsible.into_iter().collect(),
            Direction::Partners => self.partners.iter().copied().collect(),
            Direction::Shelter => self.shelter.iter().copied().collect(),
        }
    }

    /// Returns true if the sender's own networks carry so much that a refusal counts.
    pub(crate) fn carries(&self) -> bool {
        let Some(sender) = self.sender else { return false };
        self.cuts.iter().any(|cut| cut.states.contains(&sender) && cut.share > 0.0)
    }
}

/// The state that the case alleges to be responsible, of several the one to which the judgement gives most; else the
/// state that leads. Where a gang or nobody leads there is none. The sender asks nothing of itself.
fn responsible(
    case: &Case,
    attribution: Option<&AttributionFindings>,
    sender: Option<Country>,
) -> Option<Country> {
    let findings = attribution.filter(|findings| findings.withheld.is_none());
    let chance = |state: &Country| {
        let judgement = findings.map(|findings| &findings.as_reported);
        judgement
            .map_or(0.0, |judged| judged.chance(&Leads::State { state: *state }).estimate.get())
    };
    // The first of several that are as likely.
    let alleged = alleged(case).into_iter().rev().filter(|state| Some(*state) != sender);
    let likeliest = alleged.max_by(|left, right| chance(left).total_cmp(&chance(right)));
    likeliest.or_else(|| match findings?.leads {
        Some(Leads::State { state }) if Some(state) != sender => Some(state),
        _ => None,
    })
}

/// The year in which the attack was noticed, else in which it began.
pub(crate) fn year(case: &Case) -> Option<i16> {
    i16::try_from(case.noticed()?.year()).ok()
}

/// The states that are alleged to be responsible, each once, in the order of the case.
pub(crate) fn alleged(case: &Case) -> Vec<Country> {
    let mut states = Vec::new();
    for state in case.parties_as(Role::ResponsibleAlleged).filter_map(|party| case.answers(party)) {
        if !states.contains(&state) {
            states.push(state);
        }
    }
    states
}

fn key_states(findings: &RoutesFindings) -> Vec<Country> {
    let smallest = findings.power.iter().flat_map(|power| &power.states.smallest).flatten();
    let state = |player: &Player| match player {
        Player::State(state) => Some(*state),
        Player::Operator(_) | Player::Group { .. } => None,
    };
    smallest.filter_map(state).collect()
}

/// The share of the addresses in each state: where they are announced, else where their source says.
fn hosts(case: &Case, routes: Option<&RoutesFindings>) -> BTreeMap<Country, f64> {
    let mut counts: BTreeMap<Country, f64> = BTreeMap::new();
    let infrastructure = case.evidence.iter().filter_map(|item| match &item.body {
        Body::Infrastructure(infrastructure) => Some(infrastructure),
        _ => None,
    });
    for machine in infrastructure {
        let located = routes.iter().flat_map(|findings| &findings.located);
        let located = located.into_iter().find(|located| Some(located.address) == machine.address);
        let state = located
            .and_then(|located| located.announced_from.or(located.registered_in))
            .or(machine.country);
        if let Some(state) = state {
            *counts.entry(state).or_default() += 1.0;
        }
    }
    let all: f64 = counts.values().sum();
    // A host that the case names without any address is one all the same, with nothing in it that is known.
    for party in case.parties_as(Role::Host).filter_map(|party| party.country) {
        counts.entry(party).or_default();
    }
    let divide = |(state, count)| (state, if all > 0.0 { count / all } else { 0.0 });
    counts.into_iter().map(divide).collect()
}

fn state_cut(cut: &CutEffect) -> Option<StateCut> {
    let Change::RefuseCountries(states) = &cut.change else { return None };
    let before = cut.before.network_share;
    let share = if before > 0.0 { 1.0 - cut.after.network_share / before } else { 0.0 };
    let collateral = &cut.collateral;
    let addresses = collateral.lost.ipv4_addresses.max(collateral.captive.ipv4_addresses);
    let hit = float(addresses).ln_1p() / f64::from(u32::MAX).ln_1p();
    Some(StateCut {
        states: states.iter().copied().collect(),
        share: share.clamp(0.0, 1.0),
        hit: hit.clamp(0.0, 1.0),
    })
}

/// The event by which the sender took an option, or one that includes it.
pub(crate) fn taken<'a>(case: &'a Case, options: &Options, id: &str) -> Option<&'a Event> {
    let includes = |step: &String| {
        let mut steps = options.options.iter().filter(|option| option.id == *step);
        steps.any(|option| option.includes.iter().any(|included| included == id))
    };
    let is_step = |event: &&Event| event.steps.iter().any(|step| step == id || includes(step));
    case.events.iter().find(is_step)
}
