//! The routes of the full-feed peers, weighed and sorted by the origin they lead to.

use demarche_case::{Asn, Prefix};

use super::hops::PathHops;
use super::net_weight::{NetWeights, Rows};
use super::question::{DependOptions, FullFeed};
use crate::as_path::PathId;
use crate::rib::{AtomId, Rib, VantagePoint};
use demarche_case::assessment::routes::Family;

/// One peer's route towards an origin, for all prefixes that share it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeighedRoute {
    pub(crate) origin: u32,
    pub(crate) session: u16,
    pub(crate) path: PathId,
    /// Addresses (IPv4) or prefixes (IPv6) less more-specifics; corrections are entries of their own, below zero.
    pub(crate) addresses: f64,
    pub(crate) prefixes: f64,
}

/// Every full-feed route of one table and family.
#[derive(Debug)]
pub(crate) struct WeighedRoutes {
    /// The paths, by their id.
    pub(crate) hops: PathHops,
    /// The distinct networks of the full-feed peers, in order.
    pub(crate) hosts: Vec<Asn>,
    /// The host of each session; `None` when the session is not a full feed.
    pub(crate) host_of: Vec<Option<u16>>,
    /// The routes, by origin.
    pub(crate) routes: Vec<WeighedRoute>,
}

impl WeighedRoutes {
    /// Weighs all routes for which `wanted` holds of the prefix, the default route never among them.
    ///
    /// A wanted prefix must come with all its more-specifics, for these lower its weight.
    pub(crate) fn new(table: &Rib, family: Family, options: &DependOptions) -> Self {
        let (host_of, hosts) = full_feeds(table, family, options.full_feed);
        let (prefixes, atom_of) = prefixes_of(table, family);
        let counts: Vec<bool> = host_of.iter().map(Option::is_some).collect();
        let rows = Rows::new(table, atom_of.clone(), &counts);
        let weights = NetWeights::new(&prefixes, &rows);
        let hops = PathHops::new(table.paths());
        let mut routes = Vec::new();
        let mut add = |path: PathId, session: u16, addresses: f64, prefixes: f64| {
            for origin in hops.origins(path) {
                let share = origin.share();
                let (addresses, prefixes) = (addresses * share, prefixes * share);
                routes.push(WeighedRoute {
                    origin: origin.asn,
                    session,
                    path,
                    addresses,
                    prefixes,
                });
            }
        };
        let mut of_atom = vec![(0.0, 0.0); table.atoms().len()];
        for (atom, weight) in atom_of.iter().zip(&weights.common) {
            let (addresses, prefixes) = &mut of_atom[atom.index()];
            *addresses += weight;
            *prefixes += 1.0;
        }
        for (row, (addresses, prefixes)) in
            table.atoms().zip(&of_atom).filter(|(_, weight)| weight.1 > 0.0)
        {
            for (peer, path) in row.iter().filter(|(peer, _)| counts[peer.index()]) {
                add(*path, peer.0, *addresses, *prefixes);
            }
        }
        for (index, peer, addresses) in &weights.corrections {
            let row = table.atom(atom_of[*index]);
            if let Some((_, path)) = row.iter().find(|(session, _)| session.0 == *peer) {
                add(*path, *peer, *addresses, 0.0);
            }
        }
        routes.sort_unstable_by_key(|route| (route.origin, route.session, route.path));
        Self { hops, hosts, host_of, routes }
    }

    /// The routes to one origin.
    pub(crate) fn to(&self, origin: Asn) -> &[WeighedRoute] {
        let start = self.routes.partition_point(|route| route.origin < origin.0);
        let rest = &self.routes[start..];
        &rest[..rest.partition_point(|route| route.origin == origin.0)]
    }

    /// The routes of every origin in turn.
    pub(crate) fn by_origin(&self) -> impl Iterator<Item = &[WeighedRoute]> {
        self.routes.chunk_by(|left, right| left.origin == right.origin)
    }
}

/// The prefixes of one family without the default route, with their atoms.
pub(crate) fn prefixes_of(table: &Rib, family: Family) -> (Vec<Prefix>, Vec<AtomId>) {
    let of_family = |prefix: &Prefix| match prefix {
        Prefix::V4(_) => family == Family::Ipv4,
        Prefix::V6(_) => family == Family::Ipv6,
    };
    table.iter().filter(|(prefix, _)| of_family(prefix) && prefix.prefix_len() > 0).unzip()
}

/// The host network of each full-feed session, and those networks in order.
pub(crate) fn full_feeds(
    table: &Rib,
    family: Family,
    rule: FullFeed,
) -> (Vec<Option<u16>>, Vec<Asn>) {
    let counts: Vec<u64> = table.peers().iter().map(|peer| prefixes(peer, family)).collect();
    let largest = counts.iter().copied().max().unwrap_or(0);
    let full = |count: u64| match rule {
        FullFeed::MoreThan(prefixes) => count > prefixes,
        FullFeed::Share(share) => count > 0 && count >= at_least(share, largest),
    };
    let mut hosts: Vec<Asn> = table
        .peers()
        .iter()
        .zip(&counts)
        .filter(|(_, count)| full(**count))
        .map(|(peer, _)| peer.peer.asn)
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let host =
        |asn: Asn| hosts.binary_search(&asn).ok().and_then(|index| u16::try_from(index).ok());
    let host_of = table
        .peers()
        .iter()
        .zip(&counts)
        .map(|(peer, count)| if full(*count) { host(peer.peer.asn) } else { None });
    (host_of.collect(), hosts)
}

/// The prefixes of one family that a peer sends.
fn prefixes(peer: &VantagePoint, family: Family) -> u64 {
    u64::from(match family {
        Family::Ipv4 => peer.v4_prefixes,
        Family::Ipv6 => peer.v6_prefixes,
    })
}

/// A share of a count, rounded up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is a count"
)]
fn at_least(share: f64, count: u64) -> u64 {
    (share.clamp(0.0, 1.0) * count as f64).ceil() as u64
}
