//! The question of dependence: the target, the names of networks, and the options.

use demarche_case::assessment::routes::{Network, Place};
use demarche_case::{Asn, Country};

use crate::organisations::Organisations;
use crate::population::Populations;

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
    /// The people that each network serves, where a file tells.
    pub populations: Option<&'a Populations>,
    /// The organisations that run several networks, where a file tells.
    pub organisations: Option<&'a Organisations>,
}

impl Subject<'_> {
    /// Returns the location of a network, seen from the target.
    pub(crate) fn place(&self, network: &Network) -> Place {
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
    /// An origin counts as a carrier of its own traffic, as in the country figures of the Internet Health Report.
    pub counts_origin: bool,
    /// Every routing table gives an answer of its own; else those of one time are read as one picture.
    pub each_table: bool,
}

impl Default for DependOptions {
    fn default() -> Self {
        Self {
            full_feed: FullFeed::Share(0.75),
            trim: 0.1,
            counts_origin: false,
            each_table: false,
        }
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
