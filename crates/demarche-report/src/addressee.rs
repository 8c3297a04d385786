//! Whom to ask: the states that can help and their national CERTs, and why each.

use std::collections::BTreeMap;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::routes::{Network, Place, Player, RoutesFindings};
use demarche_case::{AccusedNote, Asn, Body, Case, Country, Recipient, Released, Role};

use crate::answer::key_states;
use crate::number::{count, fraction, index, length, percent};
use crate::text::{NAME, shown};
use crate::words::{listed, named, told_apart};

/// A state, or its national CERT, that can be asked for something.
#[derive(Clone, Debug, PartialEq)]
pub struct Addressee {
    /// To whom the note goes.
    pub to: Recipient,
    /// Why it is asked; at least one reason, the weightiest first.
    pub why: Vec<Reason>,
}

/// Why a state is asked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// Networks registered there carry the target's traffic, and its refusal counts towards a cut.
    Transit {
        /// Its networks that carry the target's routes, those that carry most first; the target's own are left out.
        networks: Vec<Network>,
        /// The share of the routes that pass through its networks, trimmed mean, 0 to 1; 0 where it is not known.
        share: f64,
        /// Its Shapley–Shubik index in the game of states, 0 to 1; 0 where it is not known.
        power: f64,
        /// True if a smallest set whose refusal cuts the target off has the state or one of its networks.
        is_key: bool,
    },
    /// Machines of the attacker stand there.
    Hosts {
        /// How many addresses.
        addresses: u64,
    },
    /// It is alleged to be responsible.
    ResponsibleAlleged {
        /// The party that is alleged to be responsible.
        party: String,
    },
    /// It is said to shelter those who did it.
    ShelterAlleged {
        /// The party that is said to shelter them.
        party: String,
    },
    /// Parties of it were attacked.
    Victim {
        /// The parties, in the order of the case; at least one party.
        parties: Vec<String>,
    },
    /// Private parties that are alleged to be responsible, or to shelter those who are, are registered there.
    ///
    /// That accuses the parties alone: the state is asked as one whose police can inquire.
    Registered {
        /// The parties, in the order of the case; at least one party.
        parties: Vec<String>,
    },
    /// The case names it as a partner, a transit state, a host or a national CERT, whatever the data say.
    Named {
        /// The party.
        party: String,
        /// As what.
        role: Role,
    },
}

/// The parties that a reason names at most; the rest are counted.
const NAMED: usize = 3;

impl Reason {
    /// The reason in one sentence without a full stop.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Transit { networks, share, power, .. } => {
                let names: Vec<String> = networks.iter().take(5).map(named).collect();
                let further = networks.len().saturating_sub(names.len());
                let further =
                    if further > 0 { format!(" and {further} more") } else { String::new() };
                let share = if *share > 0.0 {
                    format!(", {} of the routes", percent(*share))
                } else {
                    String::new()
                };
                let power = if *power > 0.0 {
                    format!(", Shapley–Shubik {}", index(*power))
                } else {
                    String::new()
                };
                format!(
                    "its networks carry the target’s traffic: {}{further}{share}{power}",
                    listed(&names, "and")
                )
            }
            Self::Hosts { addresses } => {
                let is = if *addresses == 1 { "is" } else { "are" };
                format!(
                    "{} of the attacker’s addresses {is} announced or registered there",
                    count(*addresses)
                )
            }
            Self::ResponsibleAlleged { party } => {
                format!("{} is alleged to be responsible", shown(party, NAME))
            }
            Self::ShelterAlleged { party } => {
                format!("{} is said to shelter those who did it", shown(party, NAME))
            }
            Self::Victim { parties } => {
                format!("attacked there: {}", of_parties(parties))
            }
            Self::Registered { parties } => {
                format!("accused by the case and registered there: {}", of_parties(parties))
            }
            Self::Named { party, role } => {
                format!(
                    "the case names {} as {}",
                    shown(party, NAME),
                    crate::words::role_word(*role)
                )
            }
        }
    }

    /// Returns true if the reason alone is enough for a note: all of them but to carry a part of the traffic.
    const fn is_enough(&self) -> bool {
        !matches!(self, Self::Transit { is_key: false, .. })
    }

    /// How much the reason weighs: a key transit state first, then hosts, the responsible state, states of suspects and
    /// of victims, partners.
    ///
    /// The steps between the reasons are wider than what counts within one, so that the order is that of the list.
    fn weight(&self) -> f64 {
        match self {
            Self::Transit { share, power, .. } => {
                1_000.0 + 400.0 * fraction(*power) + 100.0 * fraction(*share)
            }
            Self::Hosts { addresses } => {
                100.0 + u32::try_from(*addresses).map_or(99.0, f64::from).min(99.0)
            }
            Self::ResponsibleAlleged { .. } => 50.0,
            Self::ShelterAlleged { .. } => 40.0,
            Self::Registered { .. } => 30.0,
            Self::Victim { .. } => 20.0,
            Self::Named { .. } => 10.0,
        }
    }

    /// Returns true if the reason accuses the state.
    const fn is_accusation(&self) -> bool {
        matches!(self, Self::ResponsibleAlleged { .. } | Self::ShelterAlleged { .. })
    }
}

/// Parties in a sentence: the first by name, the others by their number.
fn of_parties(parties: &[String]) -> String {
    let most = if parties.len() == NAMED + 1 { parties.len() } else { NAMED };
    let names = parties.iter().take(most).map(|party| shown(party, NAME));
    let mut names = told_apart(names.collect());
    if parties.len() > most {
        names.push(format!("{} more", length(parties.len() - most)));
    }
    listed(&names, "and")
}

/// Whom to ask: states with the weightiest reasons first, each followed by its CERT where that is asked as well.
///
/// The sender's own state is left out, and so are codes that no state has, such as `EU` or `ZZ`, which registries use.
#[must_use]
pub fn addressees(assessment: &Assessment) -> Vec<Addressee> {
    asked(&assessment.case, assessment.routes.as_ref())
}

/// Returns true if `demarche assess` writes the note to an addressee; the others are listed, and written on request.
///
/// It writes to states whose networks are key, states with machines of the attacker, states that the case names, and
/// their CERTs. A state that is accused gets what the case chooses, and its CERT gets nothing.
#[must_use]
pub fn is_written(case: &Case, addressee: &Addressee) -> bool {
    match addressee.to {
        to if !case.accuses(to.country()) => addressee.why.iter().any(Reason::is_enough),
        Recipient::State(_) => case.request.accused != AccusedNote::Nothing,
        Recipient::Cert(_) => false,
    }
}

/// The same from what one addressee may see of the case and its routing findings.
pub(crate) fn asked(case: &Case, routes: Option<&RoutesFindings>) -> Vec<Addressee> {
    let mut reasons: BTreeMap<Country, Vec<Reason>> = BTreeMap::new();
    for (country, reason) in
        transit(routes).into_iter().chain(hosts(case, routes)).chain(parties(case))
    {
        reasons.entry(country).or_default().push(reason);
    }
    let mut certs = named_certs(case);
    let senders = senders(case);
    let can_be_asked = |country: &Country| country.name().is_some() && !senders.contains(country);
    reasons.retain(|country, _| can_be_asked(country));
    certs.retain(|country, _| can_be_asked(country));
    let mut states: Vec<(Country, Vec<Reason>)> = reasons.into_iter().collect();
    // What a state is accused of comes first: nothing else is why a note goes to it.
    for (_, why) in &mut states {
        why.sort_by(|left, right| {
            let accused = right.is_accusation().cmp(&left.is_accusation());
            accused.then(right.weight().total_cmp(&left.weight()))
        });
    }
    let total = |why: &[Reason]| why.iter().map(Reason::weight).sum::<f64>();
    states.sort_by(|left, right| {
        total(&right.1).total_cmp(&total(&left.1)).then(left.0.cmp(&right.0))
    });
    let mut addressees = Vec::new();
    for (country, why) in states {
        let cert = of_cert(&why, certs.remove(&country).unwrap_or_default());
        addressees.push(Addressee { to: Recipient::State(country), why });
        if !cert.is_empty() {
            addressees.push(Addressee { to: Recipient::Cert(country), why: cert });
        }
    }
    let rest = certs.into_iter();
    addressees.extend(rest.map(|(country, why)| Addressee { to: Recipient::Cert(country), why }));
    addressees
}

/// Why a state's CERT is asked: what its networks carry or host, and that the case names it.
///
/// The CERT of a state that is alleged to be responsible is asked only where the case names it: a list of what was
/// found tells an attacker what was not.
fn of_cert(state: &[Reason], named: Vec<Reason>) -> Vec<Reason> {
    let is_alleged = state.iter().any(|state| matches!(state, Reason::ResponsibleAlleged { .. }));
    if is_alleged && named.is_empty() {
        return named;
    }
    let is_technical = |reason: &&Reason| match reason {
        Reason::Transit { .. } | Reason::Hosts { .. } => true,
        Reason::Named { role, .. } => matches!(role, Role::Transit | Role::Host),
        Reason::ResponsibleAlleged { .. }
        | Reason::ShelterAlleged { .. }
        | Reason::Registered { .. }
        | Reason::Victim { .. } => false,
    };
    state.iter().filter(is_technical).cloned().chain(named).collect()
}

/// Returns true if a party that stands for a state has a role in the case.
pub(crate) fn has_role(case: &Case, state: Country, role: Role) -> bool {
    case.parties_as(role).any(|party| party.state() == Some(state))
}

/// The reasons to ask an addressee, the weightiest first; empty where there are none.
pub(crate) fn reasons(assessment: &Assessment, to: Recipient) -> Vec<Reason> {
    let addressee = addressees(assessment).into_iter().find(|addressee| addressee.to == to);
    addressee.map_or_else(Vec::new, |addressee| addressee.why)
}

/// The national CERTs that the case names.
fn named_certs(case: &Case) -> BTreeMap<Country, Vec<Reason>> {
    let mut certs: BTreeMap<Country, Vec<Reason>> = BTreeMap::new();
    for party in case.parties_as(Role::Cert) {
        if let Some(country) = party.country {
            let reason = Reason::Named { party: party.name.clone(), role: Role::Cert };
            certs.entry(country).or_default().push(reason);
        }
    }
    certs
}

/// The name in which requests go out: the party that sends them, else the owner of the case.
pub(crate) fn sender(case: &Case) -> String {
    let party = case.parties_as(Role::Sender).next();
    party.map_or(&case.owner.organisation, |party| &party.name).clone()
}

/// The states in whose name requests go out; where nobody names one, that of the first victim.
fn senders(case: &Case) -> Vec<Country> {
    let parties = case.parties_as(Role::Sender).filter_map(|party| party.country);
    case.owner.country.into_iter().chain(parties).chain(case.sender()).collect()
}

fn transit(routes: Option<&RoutesFindings>) -> Vec<(Country, Reason)> {
    let Some(findings) = routes else { return Vec::new() };
    key_states(findings)
        .into_iter()
        .filter_map(|(country, power)| {
            let groups = findings
                .dependencies
                .first()
                .into_iter()
                .flat_map(|dependency| &dependency.countries);
            let share = groups.clone().find(|group| group.country == Some(country));
            let share = share.map_or(0.0, |group| fraction(group.by_addresses.trimmed));
            let carriers = networks_in(routes, country);
            let is_key =
                is_key_state(findings, country) || carriers.iter().any(|carrier| carrier.is_key);
            let networks: Vec<Network> =
                carriers.into_iter().map(|carrier| carrier.network).collect();
            (!networks.is_empty())
                .then_some((country, Reason::Transit { networks, share, power, is_key }))
        })
        .collect()
}

/// The plain mean from which on a network without a trimmed mean is told of: 1 % of the routes.
const LEAST: f64 = 0.01;

/// A network of a state that carries the target's routes.
#[derive(Clone, Debug)]
pub(crate) struct Carrier {
    pub(crate) network: Network,
    /// The trimmed mean and the plain mean of the share it carries; `None` where no dependency has it.
    pub(crate) shares: Option<(f64, f64)>,
    /// Is it in the smallest set whose refusal cuts the target off?
    pub(crate) is_key: bool,
    /// Its share on the map, 0 to 1; 0 where the map leaves it out.
    on_map: f64,
}

impl Carrier {
    /// Does it carry so much that its state can be asked to refuse? What few vantage points see of it is no reason.
    fn is_worth_asking(&self) -> bool {
        self.is_key
            || match self.shares {
                Some((trimmed, mean)) => trimmed > 0.0 || mean >= LEAST,
                None => self.on_map >= LEAST,
            }
    }
}

/// The networks of a state that carry enough of the target's routes, key ones first, then by share.
///
/// A state of a smallest set of states keeps all of its networks where none carries much by itself: together they do.
pub(crate) fn networks_in(routes: Option<&RoutesFindings>, country: Country) -> Vec<Carrier> {
    let Some(findings) = routes else { return Vec::new() };
    let itself = |asn: Asn| findings.target.origins.iter().any(|origin| origin.network.asn == asn);
    let mut carriers: BTreeMap<Asn, Carrier> = BTreeMap::new();
    for node in findings.map.nodes.iter().filter(|node| node.share > 0.0 || node.is_key) {
        let network = node.network.clone();
        let entry = Carrier { network, shares: None, is_key: node.is_key, on_map: node.share };
        carriers.insert(entry.network.asn, entry);
    }
    let rows =
        findings.dependencies.first().into_iter().flat_map(|dependency| &dependency.networks);
    for row in rows.filter(|row| row.place != Place::Own && row.by_addresses.mean > 0.0) {
        let carrier = carriers.entry(row.network.asn).or_insert_with(|| Carrier {
            network: row.network.clone(),
            shares: None,
            is_key: false,
            on_map: 0.0,
        });
        carrier.shares = Some((row.by_addresses.trimmed, row.by_addresses.mean));
    }
    let mut current: Vec<Carrier> = carriers
        .into_values()
        .filter(|into_value| {
            into_value.network.country == Some(country) && !itself(into_value.network.asn)
        })
        .collect();
    if !is_key_state(findings, country) || current.iter().any(Carrier::is_worth_asking) {
        current.retain(Carrier::is_worth_asking);
    }
    let mean = |carrier: &Carrier| carrier.shares.map_or(0.0, |(_, mean)| mean);
    current.sort_by(|left, right| {
        right.is_key.cmp(&left.is_key).then(mean(right).total_cmp(&mean(left)))
    });
    current
}

/// Returns true if a state is in one of the smallest sets of states whose refusal cuts the target off.
fn is_key_state(findings: &RoutesFindings, country: Country) -> bool {
    let sets = findings.power.iter().flat_map(|power| &power.states.smallest);
    sets.flatten().any(|player| *player == Player::State(country))
}

fn hosts(case: &Case, routes: Option<&RoutesFindings>) -> Vec<(Country, Reason)> {
    let mut addresses: BTreeMap<Country, u64> = BTreeMap::new();
    let located = routes.iter().flat_map(|findings| &findings.located);
    for entry in located.clone() {
        for country in [
            entry.announced_from,
            entry.registered_in.filter(|country| Some(*country) != entry.announced_from),
        ] {
            *country.map_or(&mut 0, |country| addresses.entry(country).or_default()) += 1;
        }
    }
    // Where no table says, the source's word counts.
    for item in &case.evidence {
        if let Body::Infrastructure(infrastructure) = &item.body
            && let Some(country) = infrastructure.country
            && !located.clone().any(|clone| {
                Some(clone.address) == infrastructure.address && clone.announced_from.is_some()
            })
        {
            *addresses.entry(country).or_default() += 1;
        }
    }
    addresses
        .into_iter()
        .map(|(country, addresses)| (country, Reason::Hosts { addresses }))
        .collect()
}

fn parties(case: &Case) -> Vec<(Country, Reason)> {
    let mut reasons = Vec::new();
    let (mut victims, mut suspects) = (BTreeMap::new(), BTreeMap::new());
    for party in &case.parties {
        let Some(country) = party.country else { continue };
        let together = |of: &mut BTreeMap<Country, Vec<String>>| {
            of.entry(country).or_default().push(party.name.clone());
        };
        if party.is_accused() && party.registered_in().is_some() {
            together(&mut suspects);
        }
        let stands_for_it = party.state().is_some();
        for role in &party.roles {
            let name = party.name.clone();
            match role {
                Role::ResponsibleAlleged if stands_for_it => {
                    reasons.push((country, Reason::ResponsibleAlleged { party: name }));
                }
                Role::ShelterAlleged if stands_for_it => {
                    reasons.push((country, Reason::ShelterAlleged { party: name }));
                }
                Role::Transit | Role::Host | Role::Partner | Role::LawEnforcement => {
                    reasons.push((country, Reason::Named { party: name, role: *role }));
                }
                Role::Victim => together(&mut victims),
                Role::ResponsibleAlleged
                | Role::ShelterAlleged
                | Role::Cert
                | Role::Sender
                | Role::Other => {}
            }
        }
    }
    let suspects =
        suspects.into_iter().map(|(country, parties)| (country, Reason::Registered { parties }));
    let victims =
        victims.into_iter().map(|(country, parties)| (country, Reason::Victim { parties }));
    reasons.extend(suspects.chain(victims));
    reasons
}

/// Returns true if there is a reason to ask the addressee, and the addressee may know none of them.
pub(crate) fn is_reason_withheld(assessment: &Assessment, released: &Released) -> bool {
    is_withheld(&reasons(assessment, released.to), released)
}

pub(crate) fn is_withheld(why: &[Reason], released: &Released) -> bool {
    let told = asked(&released.case, released.routes.as_ref());
    !why.is_empty() && !told.iter().any(|addressee| addressee.to == released.to)
}
