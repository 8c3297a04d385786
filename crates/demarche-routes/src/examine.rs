//! All answers of the routes engine to one question, as the assessment shows them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use demarche_case::assessment::routes::{
    Caveat, Change, Dependency, Family, Player, PowerFindings, PowerGame, RouteSource,
    RoutesFindings, Target,
};
use demarche_case::{Asn, Country, Gap};
use ipnet::IpNet;
use jiff::civil::Date;

use crate::caveats::caveats;
use crate::cutter::Cutter;
use crate::day::day;
use crate::depend::{DependOptions, Subject, modelled, observed};
use crate::map::map;
use crate::power::{Limits, Question, power};
use crate::routing_data::RoutingData;
use crate::table::RoutingTable;
use crate::target::Ask;

/// Routing tables further than this from the time asked about are read, named and not used, in days.
const OF_THE_TIME: i32 = 200;

/// A source with routes to this share of the target's prefixes speaks for the target.
const NEARLY_ALL: f64 = 0.95;

/// The fewest links that separate a target are worked out as one change when they are no more than this.
const LINKS: usize = 8;

/// At most this many changes are worked out for the assessment; `routes cut` answers any other.
const CHANGES: usize = 12;

/// What to examine, and how.
#[derive(Clone, Debug, Default)]
pub struct Examination<'a> {
    /// Whose connectivity is asked about.
    pub ask: Ask,
    /// Addresses that the evidence names.
    pub addresses: &'a [IpAddr],
    /// The day that is asked about; `None` when the data's own time is.
    pub as_of: Option<Date>,
    /// How dependence is computed.
    pub depend: DependOptions,
    /// How long power is searched for and how exactly it is sampled.
    pub limits: Limits,
}

/// How far an examination has come: what it does, how much is done, and of how much.
pub type Progress<'a> = dyn FnMut(&str, usize, usize) + 'a;

impl Examination<'_> {
    /// Answers everything that the tables allow; what they do not allow is a gap.
    #[must_use]
    pub fn run(
        &self,
        routing_data: &RoutingData,
        progress: &mut Progress<'_>,
    ) -> (RoutesFindings, Vec<Gap>) {
        let target = self.ask.resolve(routing_data);
        let mut gaps = Vec::new();
        if target.origins.is_empty() {
            gaps.push(
                Gap::new(target.question.clone(), "no table names a network of the target").remedy(
                    "add a table of AS numbers with countries, or name the networks (AS131279)",
                ),
            );
        }
        let dependencies = self.dependencies(routing_data, &target, &mut gaps, progress);
        let power = self.power(routing_data, &target);
        let key = power.iter().flat_map(|power| key_networks(&power.operators)).collect();
        let cuts = power
            .iter()
            .flat_map(|power| self.cuts(routing_data, &target, power, progress))
            .collect();
        let locator = routing_data.locator();
        let findings = RoutesFindings {
            map: map(routing_data, &target, &key),
            cuts,
            caveats: self.caveats(routing_data, &target, &dependencies),
            dependencies,
            power,
            located: self.addresses.iter().map(|address| locator.locate(*address)).collect(),
            sources: sources(routing_data),
            target,
        };
        (findings, gaps)
    }

    /// Who carries the target's traffic: observed in each table of the time, and modelled on the graph.
    #[must_use]
    pub fn dependencies(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        gaps: &mut Vec<Gap>,
        progress: &mut Progress<'_>,
    ) -> Vec<Dependency> {
        let origins: Vec<Asn> = target.origins.iter().map(|origin| origin.network.asn).collect();
        let addresses: Vec<u64> =
            target.origins.iter().map(|origin| origin.ipv4_addresses).collect();
        let prefixes: Vec<u64> =
            target.origins.iter().map(|origin| origin.prefixes.len() as u64).collect();
        let subject = Subject {
            origins: &origins,
            country: target.country,
            addresses: &addresses,
            prefixes: &prefixes,
        };
        let describe = |asn: Asn| routing_data.network(asn);
        let mut dependencies = Vec::new();
        for (name, table) in &routing_data.ribs {
            progress(&format!("dependence in {name}"), 0, 1);
            if let Some(gap) = self.not_of_the_time(name, table.timestamp()) {
                gaps.push(gap);
                continue;
            }
            let topology = routing_data.topology.as_ref();
            let of =
                |family| observed(table, family, &subject, &describe, topology, name, &self.depend);
            let mut found: Vec<Dependency> =
                [Family::Ipv4, Family::Ipv6].into_iter().filter_map(of).collect();
            for dependency in &mut found {
                let (has, of) = covered(table, target, dependency.family);
                if has < of {
                    dependency.coverage = has as f64 / of as f64;
                    let what = format!(
                        "the table has routes to {has} of the target's {of} prefixes; its shares speak for these only"
                    );
                    gaps.push(Gap::new(name.clone(), what).remedy(
                        "read a whole routing table of the time; this one may be cut short",
                    ));
                }
            }
            // A table of IPv6 alone says nothing of a target that has none, and the other way round.
            let (ipv4, ipv6) = (target.ipv4_addresses > 0, target.ipv6_prefixes > 0);
            let is_pertinent = table.prefixes().iter().any(|prefix| match prefix {
                IpNet::V4(_) => ipv4 || !ipv6,
                IpNet::V6(_) => ipv6 || !ipv4,
            });
            if found.is_empty() && is_pertinent {
                gaps.push(
                    Gap::new(
                        name.clone(),
                        format!("no full-feed peer has a route to {}", target.question),
                    )
                    .remedy("read a whole routing table of the time; this one may be cut short"),
                );
            }
            dependencies.extend(found);
        }
        if let Some(topology) = &routing_data.topology {
            let mut step = |done, of| progress("modelled dependence", done, of);
            let source = &routing_data.topology_name;
            dependencies.extend(modelled(
                topology,
                &subject,
                &describe,
                source,
                &self.depend,
                &mut step,
            ));
        }
        // The first is what sentences are made of: what covers the target goes before what covers a part of it.
        dependencies.sort_by_key(|dependency| {
            let is_beside = dependency.family == Family::Ipv6 && target.ipv4_addresses > 0;
            (is_beside, dependency.coverage < NEARLY_ALL)
        });
        dependencies
    }

    fn not_of_the_time(&self, name: &str, timestamp: Option<u32>) -> Option<Gap> {
        let as_of = self.as_of?;
        let taken = jiff::Timestamp::from_second(i64::from(timestamp?)).ok()?;
        let taken = day(&taken.to_string())?;
        let days = as_of.since(taken).ok()?.get_days();
        (days.abs() > OF_THE_TIME).then(|| {
            Gap::new(
                name,
                format!(
                    "the table is of {taken}, {} days from the case, and was not used",
                    days.abs()
                ),
            )
            .remedy("give a table of the time of the case")
        })
    }

    /// What the answers to a question cannot know or may have wrong.
    #[must_use]
    pub fn caveats(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        dependencies: &[Dependency],
    ) -> Vec<Caveat> {
        caveats(routing_data, target, dependencies, self.as_of)
    }

    /// Whose joint refusal cuts the target off; `None` without an AS graph that knows it.
    #[must_use]
    pub fn power(&self, routing_data: &RoutingData, target: &Target) -> Option<PowerFindings> {
        let topology = routing_data.topology.as_ref()?;
        if !target.origins.iter().any(|origin| origin.in_topology) {
            return None;
        }
        let question = Question {
            target: target.origins.iter().map(|origin| origin.network.asn).collect(),
            home: target.country,
            ..Question::default()
        };
        Some(power(topology, &question, |asn| routing_data.network(asn), &self.limits))
    }

    /// What the refusals would do that matter: the smallest sets, and each of their members alone.
    fn cuts(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        power: &PowerFindings,
        progress: &mut Progress<'_>,
    ) -> Vec<demarche_case::assessment::routes::CutEffect> {
        let Some(cutter) = Cutter::new(routing_data, target) else { return Vec::new() };
        let changes = changes(power);
        let of = changes.len();
        let mut effects = Vec::new();
        for (done, change) in changes.into_iter().enumerate() {
            progress("effects of refusals", done, of);
            effects.push(cutter.effect(&change));
        }
        effects
    }
}

/// The changes worth showing: each smallest set, then each member of these alone, operators before states, then the links.
fn changes(power: &PowerFindings) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut add = |change: Change| {
        if !changes.contains(&change) && changes.len() < CHANGES {
            changes.push(change);
        }
    };
    for game in [&power.operators, &power.states] {
        game.smallest.iter().take(2).for_each(|coalition| add(refusal(coalition)));
    }
    for game in [&power.operators, &power.states] {
        for player in game.smallest.iter().take(2).flatten() {
            add(refusal(std::slice::from_ref(player)));
        }
    }
    // To pull the links instead hits third parties too, which a refusal does not.
    if let Some(cut) = power.link_cut.as_ref().filter(|cut| cut.links.len() <= LINKS) {
        add(Change::SeverLinks(cut.links.clone()));
    }
    changes
}

/// The refusal of a coalition, which is of operators or of states.
fn refusal(coalition: &[Player]) -> Change {
    let states: Vec<Country> = coalition
        .iter()
        .filter_map(|player| match player {
            Player::State(country) => Some(*country),
            _ => None,
        })
        .collect();
    if states.len() == coalition.len() {
        return Change::RefuseCountries(states);
    }
    Change::Refuse(coalition.iter().flat_map(networks_of).collect())
}

/// The networks of the smallest sets.
fn key_networks(game: &PowerGame) -> BTreeSet<Asn> {
    game.smallest.iter().flatten().flat_map(networks_of).collect()
}

fn networks_of(player: &Player) -> Vec<Asn> {
    match player {
        Player::Operator(network) => vec![network.asn],
        Player::Group { networks, .. } => networks.clone(),
        Player::State(_) => Vec::new(),
    }
}

/// To how many of the target's prefixes of a family a table has routes, and how many there are.
fn covered(table: &RoutingTable, target: &Target, family: Family) -> (usize, usize) {
    let is_of = |prefix: &&IpNet| matches!(prefix, IpNet::V4(_)) == (family == Family::Ipv4);
    let prefixes = target.origins.iter().flat_map(|origin| &origin.prefixes).filter(is_of);
    let has = prefixes.clone().filter(|prefix| table.find(**prefix).is_some()).count();
    (has, prefixes.count())
}

/// What was read, with the size of the graph where it is one.
fn sources(routing_data: &RoutingData) -> Vec<RouteSource> {
    let mut sources = routing_data.sources.clone();
    if let Some(topology) = &routing_data.topology {
        for source in sources.iter_mut().filter(|source| source.file == routing_data.topology_name)
        {
            source.size = format!(
                "{} links between {} networks",
                topology.provider_links() + topology.peer_links(),
                topology.len()
            );
        }
    }
    sources
}
