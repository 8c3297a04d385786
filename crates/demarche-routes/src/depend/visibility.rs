//! How many full-feed sessions have a route to each prefix of each origin.

use std::collections::BTreeMap;

use demarche_case::assessment::routes::Family;
use demarche_case::{Asn, Prefix};

use super::hops::PathHops;
use super::question::FullFeed;
use super::weighed::{full_feeds, prefixes_of};
use crate::rib::Rib;

/// A prefix as the sessions of a table see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenPrefix {
    /// The network that the routes end at; each of a set at the end counts.
    pub origin: Asn,
    /// The prefix.
    pub prefix: Prefix,
    /// The full-feed sessions with a route to the prefix that ends at the origin.
    pub seen_by: u32,
}

/// Counts the sessions of full-feed peers that see each prefix, by origin and prefix, the default route left out.
#[must_use]
pub fn visibility(table: &Rib, family: Family, rule: FullFeed) -> Vec<SeenPrefix> {
    let (host_of, _) = full_feeds(table, family, rule);
    let hops = PathHops::new(table.paths());
    let (prefixes, atoms) = prefixes_of(table, family);
    let mut of_atom: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    let mut seen = Vec::new();
    for (prefix, atom) in prefixes.into_iter().zip(atoms) {
        let origins = of_atom.entry(atom.0).or_insert_with(|| {
            let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
            let full = table.atom(atom).iter().filter(|(peer, _)| host_of[peer.index()].is_some());
            for (_, path) in full {
                for origin in hops.origins(*path) {
                    *counts.entry(origin.asn).or_default() += 1;
                }
            }
            counts.into_iter().collect()
        });
        let row = |(origin, seen_by): &(u32, u32)| SeenPrefix {
            origin: Asn(*origin),
            prefix,
            seen_by: *seen_by,
        };
        seen.extend(origins.iter().map(row));
    }
    seen.sort_unstable();
    seen
}
