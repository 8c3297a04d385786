//! The effects of a cut in the assessment's terms.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{
    Change, Collateral, CutEffect, Entry, Hit, Network, Reach, Target,
};
use demarche_case::{Asn, Country};

use crate::cut::{self, Cut, CutAnswer, Internet, SingleRemoval};
use crate::routing_data::RoutingData;

/// Routes to so many origins are computed for a list of changes, at a millisecond or two each.
const PROPAGATIONS: usize = 5_000;

/// Works out changes for one target.
#[derive(Debug)]
pub struct Cutter<'a> {
    routing_data: &'a RoutingData,
    internet: Internet<'a>,
    target: BTreeMap<Asn, u64>,
}

impl<'a> Cutter<'a> {
    /// `None` without an AS graph that has a network of the target.
    #[must_use]
    pub fn new(routing_data: &'a RoutingData, target: &Target) -> Option<Self> {
        let topology = routing_data.topology.as_ref()?;
        let origins = target.origins.iter().filter(|origin| origin.in_topology);
        let target: BTreeMap<Asn, u64> =
            origins.map(|origin| (origin.network.asn, origin.ipv4_addresses)).collect();
        let internet = Internet::new(topology, &routing_data.ipv4_addresses(), &BTreeSet::new());
        (!target.is_empty()).then_some(Self { routing_data, internet, target })
    }

    /// The networks, links and countries of a change that the AS graph does not have; a change of these does nothing.
    #[must_use]
    pub fn unknown(&self, change: &Change) -> Vec<String> {
        let Some(topology) = &self.routing_data.topology else { return Vec::new() };
        let is_known = |asn: &Asn| topology.index(*asn).is_some();
        let unknown = |asns: &[Asn]| -> Vec<String> {
            asns.iter().filter(|asn| !is_known(asn)).map(ToString::to_string).collect()
        };
        match change {
            Change::Refuse(asns) | Change::Remove(asns) => unknown(asns),
            Change::RefuseCountries(countries) => {
                let is_empty = |country: &&Country| {
                    self.networks_of(std::slice::from_ref(*country)).is_empty()
                };
                countries.iter().filter(is_empty).map(ToString::to_string).collect()
            }
            Change::SeverLinks(links) => {
                let is_link = |(left, right): &&(Asn, Asn)| {
                    let ends = topology.index(*left).zip(topology.index(*right));
                    ends.and_then(|(left, right)| topology.link(left, right)).is_none()
                };
                links
                    .iter()
                    .filter(is_link)
                    .map(|(left, right)| format!("{left}–{right}"))
                    .collect()
            }
        }
    }

    /// Returns the effect of a change.
    #[must_use]
    pub fn effect(&self, change: &Change) -> CutEffect {
        let answer = self.internet.cut(&self.target, &self.cut(change));
        CutEffect {
            named: self.named(change),
            change: change.clone(),
            origins: self.target.len() as u64,
            before: reach(answer.before),
            after: reach(answer.after),
            lost_networks: answer.lost.networks,
            rerouted_share: answer.rerouted_share,
            entries: self.entries(&answer.entries),
            shifts: self.entries(&answer.shifts),
            collateral: self.collateral(&answer),
        }
    }

    /// The refusal of each network alone that carries any of the target's routes, the strongest first.
    ///
    /// At most `most` are worked out, fewer for a target of many networks, where each takes its time;
    /// the second number is how many networks carry any of the target's routes.
    #[must_use]
    pub fn each(&self, limit: usize) -> (Vec<CutEffect>, usize) {
        let mut removals = self.internet.single_removals(&self.target);
        // Whose absence matters: those who lose the target, and those who must find another way to it.
        let touched = |removal: &SingleRemoval| removal.lost_share + removal.rerouted_share;
        removals.sort_by(|left, right| {
            touched(right).total_cmp(&touched(left)).then(left.network.cmp(&right.network))
        });
        let change = |network| Change::Refuse(vec![network]);
        let limit = limit.min((PROPAGATIONS / self.target.len()).max(3));
        let strongest = removals.iter().take(limit);
        let effects = strongest.map(|removal| self.effect(&change(removal.network))).collect();
        (effects, removals.len())
    }

    fn cut(&self, change: &Change) -> Cut {
        match change {
            Change::Refuse(networks) => Cut::Refuse(networks.iter().copied().collect()),
            Change::RefuseCountries(countries) => Cut::Refuse(self.networks_of(countries)),
            Change::SeverLinks(links) => {
                Cut::Sever { networks: BTreeSet::new(), links: links.iter().copied().collect() }
            }
            Change::Remove(networks) => {
                Cut::Sever { networks: networks.iter().copied().collect(), links: BTreeSet::new() }
            }
        }
    }

    fn networks_of(&self, countries: &[Country]) -> BTreeSet<Asn> {
        countries.iter().flat_map(|country| self.routing_data.in_graph(*country)).collect()
    }

    fn named(&self, change: &Change) -> Vec<Network> {
        let asns: BTreeSet<Asn> = match change {
            Change::Refuse(asns) | Change::Remove(asns) => asns.iter().copied().collect(),
            Change::RefuseCountries(_) => BTreeSet::new(),
            Change::SeverLinks(links) => {
                links.iter().flat_map(|(left, right)| [*left, *right]).collect()
            }
        };
        asns.into_iter().map(|asn| self.routing_data.network(asn)).collect()
    }

    fn entries(&self, shares: &[cut::Share]) -> Vec<Entry> {
        let entry = |share: &cut::Share| Entry {
            network: self.routing_data.network(share.network),
            before: share.before,
            after: share.after,
        };
        shares.iter().map(entry).collect()
    }

    /// Returns the third parties that are hit: none by a refusal, which drops the target's routes alone; any by a removal.
    fn collateral(&self, answer: &CutAnswer) -> Collateral {
        let captive = hit(answer.dependants.captive);
        let Some(pairs) = &answer.collateral else {
            return Collateral { captive, ..Collateral::default() };
        };
        let examples: Vec<Network> = pairs
            .worst
            .iter()
            .take(10)
            .map(|worst| self.routing_data.network(worst.origin))
            .collect();
        Collateral {
            captive,
            lost: hit(pairs.lost.origins),
            changed: hit(pairs.rerouted.origins),
            pairs_lost: pairs.lost.pairs,
            pairs_changed: pairs.rerouted.pairs,
            examples,
        }
    }
}

fn hit(hit: cut::Hit) -> Hit {
    Hit { networks: hit.networks, ipv4_addresses: hit.addresses }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of counts of networks"
)]
fn reach(reach: cut::Reach) -> Reach {
    Reach {
        networks: reach.networks.round() as u64,
        network_share: reach.network_share,
        address_share: reach.address_share,
        mean_hops: reach.mean_hops,
    }
}
