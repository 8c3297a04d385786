//! All answers of the routes engine to one question, as the assessment shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use demarche_case::assessment::routes::{
    Caveat, Change, ConnectivityMap, CutEffect, Dependency, Family, Located, Player, PowerFindings,
    PowerGame, RouteSource, RoutesFindings, Target,
};
use demarche_case::number::float;
use demarche_case::{Asn, Country, Gap, Moment, Prefix};
use jiff::civil::Date;

use crate::caveats::caveats;
use crate::cutter::Cutter;
use crate::depend::{DependOptions, Subject, modelled, observed};
use crate::map::map;
use crate::picture::pictures;
use crate::power::{Limits, Question, power, usual_share};
use crate::progress::{Cancelled, Progress, unless_cancelled};
use crate::rib::Rib;
use crate::routing_data::RoutingData;
use crate::shortfall::{QuestionShortfall, TableShortfall};
use crate::target::Ask;

/// Routing tables further than this from the time asked about are read, named and not used, in days.
pub const OF_THE_TIME: u32 = 200;

/// A source with routes to this share of the target's prefixes speaks for the target.
const NEARLY_ALL: f64 = 0.95;

/// The fewest links that separate a target are worked out as one change when they are no more than this.
const LINKS: usize = 8;

/// At most this many changes are worked out for the assessment; `routes cut` answers any other.
const CHANGES: usize = 12;

/// The question of an examination, and its options.
#[derive(Clone, Debug, Default)]
pub struct Examination<'a> {
    /// The networks whose connectivity is asked about.
    pub ask: Ask,
    /// Addresses that the evidence names.
    pub addresses: &'a [IpAddr],
    /// The day that is asked about; `None` when the data's own time is.
    pub as_of: Option<Date>,
    /// The options of dependence.
    pub depend: DependOptions,
    /// The limits of the search for power and of its sampling.
    pub limits: Limits,
}

impl Examination<'_> {
    /// Answers everything that the tables allow; each question that they do not allow is a gap.
    ///
    /// Long steps run in parallel on the caller's rayon pool: call it inside `ThreadPool::install` to choose the pool.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] when `progress` breaks. It is asked before each table, game and change, and after each origin of the
    /// modelled dependence.
    pub fn run(
        &self,
        routing_data: &RoutingData,
        progress: &mut Progress<'_>,
    ) -> Result<(RoutesFindings, Vec<Gap>), Cancelled> {
        let target = self.ask.resolve(routing_data);
        let mut gaps = Vec::new();
        if target.origins.is_empty() {
            gaps.push(Gap::of(target.question.clone(), &QuestionShortfall::NoNetwork));
        }
        let dependencies = self.dependencies(routing_data, &target, &mut gaps, progress)?;
        let power = self.power(routing_data, &target, progress)?;
        let key = power.iter().flat_map(|power| key_networks(&power.operators)).collect();
        let cuts = match &power {
            Some(power) => cuts(routing_data, &target, power, progress)?,
            None => Vec::new(),
        };
        let findings = RoutesFindings {
            map: map(routing_data, &target, &key),
            cuts,
            caveats: self.caveats(routing_data, &target, &dependencies),
            dependencies,
            power,
            located: self.placed(routing_data),
            sources: sources(routing_data),
            target,
        };
        Ok((findings, gaps))
    }

    /// Places the addresses alone, where nobody's connectivity is asked about: the target of the findings is empty.
    #[must_use]
    pub fn located(&self, routing_data: &RoutingData) -> RoutesFindings {
        let target = Target {
            question: String::new(),
            country: None,
            origins: Vec::new(),
            ipv4_addresses: 0,
            ipv6_prefixes: 0,
        };
        let mut caveats = self.caveats(routing_data, &target, &[]);
        // The other limits are of routes, of which nothing is said.
        caveats.retain(|caveat| matches!(caveat, Caveat::Age { .. } | Caveat::Registration));
        RoutesFindings {
            map: ConnectivityMap::default(),
            cuts: Vec::new(),
            caveats,
            dependencies: Vec::new(),
            power: None,
            located: self.placed(routing_data),
            sources: sources(routing_data),
            target,
        }
    }

    fn placed(&self, routing_data: &RoutingData) -> Vec<Located> {
        let locator = routing_data.locator();
        self.addresses.iter().map(|address| locator.locate(*address)).collect()
    }

    /// Finds the carriers of the target's traffic: observed in each table of the time, and modelled on the graph.
    ///
    /// Sources that cover the target come first.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] when `progress` breaks.
    pub fn dependencies(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        gaps: &mut Vec<Gap>,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Dependency>, Cancelled> {
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
            populations: routing_data.populations.as_ref(),
            organisations: Some(&routing_data.organisations),
        };
        let describe = |asn: Asn| routing_data.network(asn);
        let mut dependencies = Vec::new();
        let mut of_the_time = Vec::new();
        for (name, table) in &routing_data.ribs {
            match self.not_of_the_time(name, table.timestamp()) {
                Some(gap) => gaps.push(gap),
                None => of_the_time.push((name.as_str(), table)),
            }
        }
        for picture in pictures(&of_the_time, !self.depend.each_table) {
            let (name, table) = (picture.name(), picture.table.as_ref());
            unless_cancelled(progress(&format!("dependence in {name}"), 0, 1))?;
            let is_whole = picture.names.iter().all(|name| routing_data.is_whole(name));
            let topology = routing_data.topology.as_ref();
            let of = |family| {
                observed(table, family, &subject, &describe, topology, &name, &self.depend)
            };
            let mut found: Vec<Dependency> =
                [Family::Ipv4, Family::Ipv6].into_iter().filter_map(of).collect();
            for dependency in &mut found {
                dependency.tables.clone_from(&picture.times);
                let (covered, prefixes) = coverage(table, target, dependency.family);
                if covered < prefixes {
                    dependency.coverage = float(covered) / float(prefixes);
                    let shortfall = QuestionShortfall::Coverage { covered, prefixes, is_whole };
                    gaps.push(Gap::of(name.clone(), &shortfall));
                }
            }
            // A table of IPv6 alone says nothing of a target that has none, and the other way round.
            let (ipv4, ipv6) = (target.ipv4_addresses > 0, target.ipv6_prefixes > 0);
            let is_pertinent = table.prefixes().iter().any(|prefix| match prefix {
                Prefix::V4(_) => ipv4 || !ipv6,
                Prefix::V6(_) => ipv6 || !ipv4,
            });
            if found.is_empty() && is_pertinent {
                let question = target.question.clone();
                let shortfall = QuestionShortfall::NoRoute { question, is_whole };
                gaps.push(Gap::of(name.clone(), &shortfall));
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
            )?);
        }
        // The first is what sentences are made of: what covers the target goes before what covers a part of it.
        dependencies.sort_by_key(|dependency| {
            let is_beside = dependency.family == Family::Ipv6 && target.ipv4_addresses > 0;
            (is_beside, dependency.coverage < NEARLY_ALL)
        });
        Ok(dependencies)
    }

    fn not_of_the_time(&self, name: &str, timestamp: Option<u32>) -> Option<Gap> {
        let as_of = self.as_of?;
        let taken = Moment::of_unix_seconds(timestamp?).date();
        let days = as_of.since(taken).ok()?.get_days().unsigned_abs();
        let taken = Moment::of_day(taken)?;
        (days > OF_THE_TIME).then(|| Gap::of(name, &TableShortfall::OtherTime { taken, days }))
    }

    /// Returns the limits of the answers to a question.
    #[must_use]
    pub fn caveats(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        dependencies: &[Dependency],
    ) -> Vec<Caveat> {
        caveats(routing_data, target, dependencies, self.as_of)
    }

    /// Finds the coalitions whose joint refusal cuts the target off; `None` without an AS graph that has the target.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] when `progress` breaks.
    pub fn power(
        &self,
        routing_data: &RoutingData,
        target: &Target,
        progress: &mut Progress<'_>,
    ) -> Result<Option<PowerFindings>, Cancelled> {
        let Some(topology) = &routing_data.topology else { return Ok(None) };
        if !target.origins.iter().any(|origin| origin.in_topology) {
            return Ok(None);
        }
        let question = Question {
            target: target.origins.iter().map(|origin| origin.network.asn).collect(),
            home: target.country,
            share: usual_share(target.origins.len()),
            addresses: addresses(target),
            groups: routing_data.organisations.groups(),
            ..Question::default()
        };
        let mut step = |done, of| progress("power", done, of);
        let describe = |asn| routing_data.network(asn);
        power(topology, &question, describe, &self.limits, &mut step).map(Some)
    }
}

/// The IPv4 addresses of the target's networks.
#[must_use]
pub fn addresses(target: &Target) -> BTreeMap<Asn, u64> {
    let origins = target.origins.iter();
    origins.map(|origin| (origin.network.asn, origin.ipv4_addresses)).collect()
}

/// Returns the effects of the refusals that matter: the smallest sets, and each of their members alone.
fn cuts(
    routing_data: &RoutingData,
    target: &Target,
    power: &PowerFindings,
    progress: &mut Progress<'_>,
) -> Result<Vec<CutEffect>, Cancelled> {
    let Some(cutter) = Cutter::new(routing_data, target) else { return Ok(Vec::new()) };
    let changes = changes(power);
    let effect = |(done, change)| {
        unless_cancelled(progress("effects of refusals", done, changes.len()))?;
        Ok(cutter.effect(change))
    };
    changes.iter().enumerate().map(effect).collect()
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

/// Returns the number of the target's prefixes of a family to which a table has routes, and the number of all of them.
fn coverage(table: &Rib, target: &Target, family: Family) -> (usize, usize) {
    let is_of = |prefix: &&Prefix| matches!(prefix, Prefix::V4(_)) == (family == Family::Ipv4);
    let prefixes = target.origins.iter().flat_map(|origin| &origin.prefixes).filter(is_of);
    let covered = prefixes.clone().filter(|prefix| table.find(**prefix).is_some()).count();
    (covered, prefixes.count())
}

/// Returns the sources as read; the one of the graph has the graph's size.
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
