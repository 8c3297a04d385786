//! The answer to a cut, as plain data.
//!
//! *Outside* is every AS of the topology that is not an origin of the target; all shares are of those, and means over the target's origins weigh each by its addresses.

use demarche_case::Asn;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The effect of a cut.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutAnswer {
    /// The reach of the target before the cut, mean over its origins.
    pub before: Reach,
    /// The same afterwards.
    pub after: Reach,
    /// Each origin of the target by itself, ascending.
    pub origins: Vec<OriginEffect>,
    /// Outside networks that had a route to some origin and lose it, those that are named in the cut left out.
    pub lost: Hit,
    /// Outside networks whose route to some origin changes without being lost.
    pub rerouted: Hit,
    /// Of the routes to the target that remain, the share that is not the path of before, 0 to 1.
    pub rerouted_share: f64,
    /// By how many hops the remaining paths grow, ascending; the shares sum to 1 where any remain.
    pub growth: Vec<Growth>,
    /// The neighbours of the target through which routes enter it, the largest first.
    pub entries: Vec<Share>,
    /// The outside networks that gain or lose most transit of the target, by the size of the change; at most 20.
    pub shifts: Vec<Share>,
    /// Third parties that buy transit from the target.
    pub dependants: Dependants,
    /// The effect of a removal on everyone else; `None` for a refusal, which touches the target's routes only.
    pub collateral: Option<Collateral>,
    /// Doubtful links that routes to the target use, before or after.
    pub doubtful: Vec<DoubtfulUse>,
    /// Origins of the target that the topology does not have, ascending; the answer leaves them out.
    pub absent_origins: Vec<Asn>,
    /// Networks of the cut that the topology does not have, ascending.
    pub absent_networks: Vec<Asn>,
    /// Links of the cut that the topology does not have, ascending.
    pub absent_links: Vec<(Asn, Asn)>,
}

/// The reach of an origin outside the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Outside networks with a route; a mean over origins need not be whole.
    pub networks: f64,
    /// Those that learned it from a customer.
    pub customer: f64,
    /// Those that learned it from a peer.
    pub peer: f64,
    /// Those that learned it from a provider.
    pub provider: f64,
    /// Share of the outside networks that have a route, 0 to 1.
    pub network_share: f64,
    /// Share of the addresses announced outside that lie in networks with a route, 0 to 1; 0 where no addresses are known.
    pub address_share: f64,
    /// Mean hops of those routes; 0 where there are none.
    pub mean_hops: f64,
}

/// The effect of a cut on one origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OriginEffect {
    /// The origin.
    pub origin: Asn,
    /// Its share in the means over the target, 0 to 1.
    pub weight: f64,
    /// The reach of the origin before.
    pub before: Reach,
    /// The same afterwards.
    pub after: Reach,
    /// Of the routes that remain, the share that is not the path of before, 0 to 1.
    pub rerouted_share: f64,
}

/// Networks and the addresses they announce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// Networks.
    pub networks: u64,
    /// Addresses that these announce.
    pub addresses: u64,
}

/// The share of paths whose length changes by a number of hops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Growth {
    /// Hops after less hops before; negative where a better class of route had been the longer one.
    pub hops: i64,
    /// Share of the remaining routes, 0 to 1.
    pub share: f64,
}

/// A network's share of the routes to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The network.
    pub network: Asn,
    /// Of the outside routes before, 0 to 1.
    pub before: f64,
    /// Of the outside routes after, 0 to 1; 0 where none remain.
    pub after: f64,
}

/// Third parties below the target in the provider hierarchy; doubtful links do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dependants {
    /// In the customer cone of an origin.
    pub customers: Hit,
    /// Of these, the ones that have no way out but through the target: every provider and peer they have is of the target or captive itself.
    pub captive: Hit,
}

/// The effect of a removal on the routes between third parties: neither the target's origins nor the networks removed.
///
/// Doubtful links carry nothing here, neither before nor after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collateral {
    /// Ordered pairs of third parties, (origin, who routes to it), with a route before.
    pub pairs: u64,
    /// Origins of which some route used what is removed; only these were computed again.
    pub origins_recomputed: u64,
    /// Pairs without a route afterwards.
    pub lost: PairHit,
    /// Pairs whose path changes.
    pub rerouted: PairHit,
    /// The origins that lose most, by networks that no longer reach them; at most 20.
    pub worst: Vec<Worst>,
}

/// Pairs of third parties that are hit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairHit {
    /// The number of pairs.
    pub pairs: u64,
    /// Origins in any of them.
    pub origins: Hit,
    /// Their share of all ordered pairs of third parties, an origin weighing as many addresses as it announces, 0 to 1.
    pub by_addresses: f64,
}

/// A third party that is hit hard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Worst {
    /// The network.
    pub origin: Asn,
    /// Third parties that no longer reach it.
    pub lost: u64,
    /// Third parties that reach it by another path.
    pub rerouted: u64,
}

/// The routes of the answer that use a doubtful link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoubtfulUse {
    /// The link, as the caller names it.
    pub link: (Asn, Asn),
    /// Routes of outside networks to origins of the target that use it before.
    pub before: u64,
    /// The same afterwards.
    pub after: u64,
}

/// The effect of one network's absence on the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SingleRemoval {
    /// The absent network.
    pub network: Asn,
    /// Other outside networks that lose their route, mean over the origins.
    pub lost_networks: f64,
    /// Their share of all outside networks with a route, 0 to 1.
    pub lost_share: f64,
    /// Share of the outside addresses with a route that lose it, 0 to 1.
    pub lost_address_share: f64,
    /// Share of the outside networks with a route that keep one, but another, 0 to 1.
    pub rerouted_share: f64,
    /// The same by addresses.
    pub rerouted_address_share: f64,
    /// Mean hops after less mean hops before.
    pub growth: f64,
}
