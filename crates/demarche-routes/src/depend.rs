//! The carriers of a target's traffic: AS hegemony, country hegemony, transit influence, and points of control.
//!
//! Two bases, never mixed: routes that collectors' peers really had ([`observed`]), and routes computed on the
//! AS graph by business relationships ([`modelled`]), where every network is a vantage point.

mod combined;
mod entries;
mod groups;
mod hegemony;
mod hops;
mod influence;
mod modelled;
mod net_weight;
mod observed;
mod rows;
mod score;
mod weighed;

use demarche_case::assessment::routes::{Network, NetworkDependency, Place};
use demarche_case::{Asn, Country};

pub use modelled::modelled;
pub use observed::{LocalHegemony, local_hegemony, observed};

/// The target whose dependence is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The target's networks, in order.
    pub origins: &'a [Asn],
    /// Its country, when it is one; tells foreign from domestic transit.
    pub country: Option<Country>,
    /// IPv4 addresses of each origin, in the same order, for the modelled basis; observed routes bring their own.
    pub addresses: &'a [u64],
    /// Prefixes of each origin, likewise.
    pub prefixes: &'a [u64],
}

impl Subject<'_> {
    /// Returns the location of a network, seen from the target.
    fn place(&self, network: &Network) -> Place {
        match (self.origins.binary_search(&network.asn), network.country, self.country) {
            (Ok(_), _, _) => Place::Own,
            (Err(_), Some(theirs), Some(ours)) if theirs == ours => Place::Domestic,
            (Err(_), Some(_), _) => Place::Foreign,
            (Err(_), None, _) => Place::Unknown,
        }
    }
}

/// Names an AS: its operator and country, as far as the tables say.
pub type Describe<'a> = dyn Fn(Asn) -> Network + Sync + 'a;

/// The options of dependence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DependOptions {
    /// The rule for peers that count as sending a full table.
    pub full_feed: FullFeed,
    /// Share of the vantage points left out at each end, from 0 to 0.5; 0.1 in the literature.
    pub trim: f64,
}

impl Default for DependOptions {
    fn default() -> Self {
        Self { full_feed: FullFeed::Share(0.75), trim: 0.1 }
    }
}

/// The rule for peers of a collector that send it a full table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FullFeed {
    /// Those with at least this share of the prefixes of the peer that has most, from 0 to 1.
    Share(f64),
    /// Those with more prefixes than this.
    MoreThan(u64),
}

/// The order of networks: by trimmed score, then by mean, then by number.
fn strongest_first(left: &NetworkDependency, right: &NetworkDependency) -> std::cmp::Ordering {
    let by =
        |network: &NetworkDependency| (network.by_addresses.trimmed, network.by_addresses.mean);
    let ((left_trimmed, left_mean), (right_trimmed, right_mean)) = (by(left), by(right));
    right_trimmed
        .total_cmp(&left_trimmed)
        .then(right_mean.total_cmp(&left_mean))
        .then(left.network.asn.cmp(&right.network.asn))
}
