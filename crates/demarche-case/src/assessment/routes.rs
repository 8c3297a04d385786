//! The carriers of the target's traffic, the effect of a cut, and the joint refusal it takes.
//!
//! A *target* is a set of networks whose connectivity is asked about: a country's, one AS, or prefixes.
//! A *vantage point* is an AS from which a route to the target is seen or computed.

use std::net::{IpAddr, Ipv4Addr};

use demarche_terms::Prefix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Asn, Country, DoubtfulLink, Moment};

/// The answers of the routes engine for one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoutesFindings {
    /// The networks whose connectivity is asked about.
    pub target: Target,
    /// The data the answers rest on.
    pub sources: Vec<RouteSource>,
    /// The networks between the target and the internet's core, for the map.
    pub map: ConnectivityMap,
    /// The carriers of its traffic, one answer per address family and basis.
    /// Sources that cover the whole target come first; among equals, observed routes come before modelled ones.
    pub dependencies: Vec<Dependency>,
    /// The effects of refusals and cuts: the smallest sets first, then single networks and states.
    pub cuts: Vec<CutEffect>,
    /// The coalitions whose joint refusal cuts the target off, by operator and by state.
    pub power: Option<PowerFindings>,
    /// The networks of the addresses that the evidence names.
    pub located: Vec<Located>,
    /// The limits of these answers.
    pub caveats: Vec<Caveat>,
}

/// An AS with what the tables say of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Network {
    /// Its number.
    pub asn: Asn,
    /// The operator's name as registered; `None` where no table names it.
    pub name: Option<String>,
    /// The country it is registered in; `None` where no table says.
    pub country: Option<Country>,
}

/// The networks whose connectivity is asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// The question as the user put it: `KP`, `AS131279`, `175.45.176.0/22`.
    pub question: String,
    /// The country, when the question is a country or all its networks are of one.
    pub country: Option<Country>,
    /// The networks that announce it.
    pub origins: Vec<TargetOrigin>,
    /// IPv4 addresses announced, each counted once.
    pub ipv4_addresses: u64,
    /// IPv6 prefixes announced.
    pub ipv6_prefixes: u64,
}

/// One network of the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TargetOrigin {
    /// The network.
    pub network: Network,
    /// The prefixes it announces, in order.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<Prefix>,
    /// IPv4 addresses it announces, less those of more-specific prefixes of others.
    pub ipv4_addresses: u64,
    /// True if the AS graph has it. Reach and cuts cannot be computed for a network that is not.
    pub in_topology: bool,
}

/// One body of data that answers rest on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RouteSource {
    /// The file, relative to the folder it was found in.
    pub file: String,
    /// The kind of data, such as `AS relationships` or `routing table (MRT)`.
    pub what: String,
    /// The date of the data, as precisely as it is known.
    pub date: Option<Moment>,
    /// The amount read, such as `172,984 links between 46,063 networks`.
    pub size: String,
}

/// The location of a network, seen from the target's country.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// One of the target's own origins.
    Own,
    /// Registered in the target's country, and not an origin of the target that is asked about.
    Domestic,
    /// Registered in another country.
    Foreign,
    /// No table says where it is registered.
    Unknown,
}

/// The networks around the target, ready to be drawn in layers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConnectivityMap {
    /// The networks, by layer and then by share, largest first.
    pub nodes: Vec<MapNode>,
    /// The links between them.
    pub links: Vec<MapLink>,
    /// Networks that carry too little to be drawn.
    pub left_out: u64,
}

/// One network on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapNode {
    /// The network.
    pub network: Network,
    /// 0 the target's origins, 1 their providers and peers, 2 the networks behind these, and so on to the core.
    pub layer: u32,
    /// Share of the vantage points' routes to the target that pass through it, 0 to 1.
    pub share: f64,
    /// True if it is one of the internet's transit-free core networks.
    pub is_core: bool,
    /// True if it is in the smallest set whose refusal cuts the target off.
    pub is_key: bool,
}

/// One link on the map, from the side nearer the target to the side nearer the core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MapLink {
    /// The network nearer the target.
    pub near: Asn,
    /// The network nearer the core.
    pub far: Asn,
    /// The business relationship of the two.
    pub kind: LinkKind,
    /// Share of the vantage points' routes to the target that use the link, 0 to 1.
    pub share: f64,
    /// The reason to doubt the link, where there is one: a doubtful link is drawn as such and never counted as a fact.
    pub doubt: Option<String>,
}

/// The business relationship of a link, read from the target outwards.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// The far network is a provider of the near one.
    Provider,
    /// The two exchange their customers' traffic.
    Peer,
    /// The far network is a customer of the near one.
    Customer,
}

/// The origin of a dependency's routes: observed or modelled.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RouteBasis {
    /// Routes that collectors' peers really had.
    Observed,
    /// Routes computed on the AS graph by business relationships: a statement of capability.
    Modelled,
}

/// The IP version.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// 32-bit addresses; a prefix weighs as many addresses as it has.
    Ipv4,
    /// 128-bit addresses; every prefix weighs 1.
    Ipv6,
}

/// The carriers of the target's traffic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    /// The address family.
    pub family: Family,
    /// Observed or modelled routes.
    pub basis: RouteBasis,
    /// The routing table or the graph it was computed from.
    pub source: String,
    /// Share of the target's known prefixes of this family to which the source has routes, 0 to 1; below 1 the shares
    /// speak for these prefixes only. It is 1 where no table of prefixes says which there are.
    pub coverage: f64,
    /// Vantage points that count: full-feed peer networks, or all networks of the graph.
    pub vantage_points: u64,
    /// Share dropped at each end of the vantage points' scores before the trimmed mean, 0.1 in the literature.
    pub trim: f64,
    /// The tables that were read as one picture, with the time of each; empty where the source is one table or the graph.
    #[serde(default)]
    pub tables: Vec<TableTime>,
    /// True if an origin counts as a carrier of its own traffic, as in the country figures of the Internet Health Report.
    #[serde(default)]
    pub counts_origin: bool,
    /// The networks on the way, strongest first; the target's own origins are left out.
    pub networks: Vec<NetworkDependency>,
    /// The same by operator, a path counted once however many networks of the operator it crosses.
    /// The vantage point's own network does not count here: traffic ends there and is not carried.
    pub operators: Vec<GroupDependency>,
    /// The same by the country of the transit network, a path counted once a country.
    pub countries: Vec<GroupDependency>,
    /// Networks in a prefix-weighted frontier: foreign neighbours of the target's country seen on routes.
    pub frontier: u64,
    /// The fewest foreign networks through which 90 % of the target's addresses are first met, greedily.
    pub points_of_control: Vec<Asn>,
}

/// A routing table that is one of several in one picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TableTime {
    /// The name of its file.
    pub table: String,
    /// The time of its first record; `None` where it has none.
    pub time: Option<Moment>,
    /// Sessions of peers in it that count, those of a collector that another table has too left out.
    pub sessions: u64,
}

/// The share of the traffic that one network carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkDependency {
    /// The network.
    pub network: Network,
    /// Own, domestic, foreign or unknown.
    pub place: Place,
    /// AS hegemony weighted by addresses (Fontugne, Shah and Aben 2018); the ranking uses its trimmed mean.
    pub by_addresses: Score,
    /// AS hegemony, every prefix weighing the same.
    pub by_prefixes: Score,
    /// AS hegemony, every origin AS weighing the same.
    pub by_networks: Score,
    /// AS hegemony, an origin weighing as much as a file says that it serves people; `None` without such a file.
    #[serde(default)]
    pub by_population: Option<Score>,
    /// Country-level transit influence (Gamero-Garrido et al. 2022); `None` where no provider link is on any path.
    pub cti: Option<Influence>,
}

/// The share of the traffic that an operator or a country carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupDependency {
    /// The operator's name or the country's code.
    pub label: String,
    /// The country, where the group is one.
    pub country: Option<Country>,
    /// Own, domestic, foreign or unknown.
    pub place: Place,
    /// The networks of the group that are on the way.
    pub networks: Vec<Asn>,
    /// Share of the addresses' routes that pass through the group.
    pub by_addresses: Score,
}

/// A share of routes as the vantage points see it, each value from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The mean without the highest and the lowest tenth of the vantage points: robust against a lopsided view,
    /// but it hides a small dependency that is total for those who have it.
    pub trimmed: f64,
    /// The plain mean.
    pub mean: f64,
    /// The lowest vantage point, that of the first quartile, the median, the third quartile, and the highest.
    pub spread: [f64; 5],
    /// The vantage points that see the network at all.
    pub seen_by: u64,
}

/// Country-level transit influence, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Influence {
    /// The mean over the vantage points.
    pub mean: f64,
    /// The mean without the highest and the lowest tenth of them.
    pub trimmed: f64,
}

/// The effect of one change on the target and on third parties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutEffect {
    /// The change.
    pub change: Change,
    /// The networks that the change names, by number and with their names.
    pub named: Vec<Network>,
    /// The target's networks over which the figures are means, weighted by addresses; 1 means they are plain counts.
    pub origins: u64,
    /// Networks other than the target's that had a route before the change, weighted mean over its origins.
    pub before: Reach,
    /// The same afterwards.
    pub after: Reach,
    /// Networks that lost their route to some of the target, other than those that refuse.
    pub lost_networks: u64,
    /// Share of the remaining networks that reach the target by another path than before, 0 to 1.
    pub rerouted_share: f64,
    /// The neighbours of the target over which routes enter it, before and after.
    pub entries: Vec<Entry>,
    /// Transit networks that gain or lose most, by change of share.
    pub shifts: Vec<Entry>,
    /// Third parties that are hit.
    pub collateral: Collateral,
}

/// The change that is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// These networks drop the target's routes and carry everybody else as before.
    Refuse(Vec<Asn>),
    /// Every network of these countries does so.
    RefuseCountries(Vec<Country>),
    /// These links vanish for everybody.
    SeverLinks(Vec<(Asn, Asn)>),
    /// These networks vanish for everybody.
    Remove(Vec<Asn>),
}

/// The part of the internet that has a route to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// Networks with a route, other than the target's own.
    pub networks: u64,
    /// Their share of all networks outside the target, 0 to 1.
    pub network_share: f64,
    /// Share of the announced IPv4 addresses outside the target that lie in networks with a route, 0 to 1.
    pub address_share: f64,
    /// Mean length of their routes in AS hops; 0 where nobody has a route.
    pub mean_hops: f64,
}

/// A network's share of the routes to the target before and after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The network.
    pub network: Network,
    /// Share of the routes before, 0 to 1.
    pub before: f64,
    /// Share of the routes after, 0 to 1.
    pub after: f64,
}

/// The third parties that are hit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collateral {
    /// Networks of third parties that reach the outside through the target alone: a refusal leaves their own routes as they
    /// are, and whatever cuts the target's links cuts them off with it.
    pub captive: Hit,
    /// Networks of third parties that lose a route, and how many IPv4 addresses they announce.
    pub lost: Hit,
    /// Networks of third parties whose routes change without being lost.
    pub changed: Hit,
    /// Pairs of third-party networks, one way, that can no longer reach each other; 0 for a refusal.
    pub pairs_lost: u64,
    /// Pairs of third-party networks, one way, whose route changes; 0 for a refusal.
    pub pairs_changed: u64,
    /// The third parties that are hit hardest, by addresses.
    pub examples: Vec<Network>,
}

/// A number of networks that are hit, and their addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hit {
    /// Networks.
    pub networks: u64,
    /// IPv4 addresses that these announce.
    pub ipv4_addresses: u64,
}

/// The coalitions whose joint refusal cuts the target off, and the power of each player.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerFindings {
    /// The definition of "cut off" that both games use.
    pub cut_off_means: CutOff,
    /// The networks from which the target is to be separated.
    pub core: Vec<Asn>,
    /// The game whose players are operators of single networks.
    pub operators: PowerGame,
    /// The game whose players are states, each with all its networks.
    pub states: PowerGame,
    /// The fewest links whose loss separates the target from the core, and the proof.
    pub link_cut: Option<LinkCut>,
    /// The networks just beyond the country's border, a cheap figure to compare with.
    pub frontier: Frontier,
}

/// The definition of "cut off": no network of the far side hears the target, other than its direct neighbours that refuse.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutOff {
    /// The networks that are to hear nothing of the target.
    pub far_side: FarSide,
    /// The number of these networks, those of the target among them.
    pub networks: u64,
    /// The refusals that are possible in the target's own country.
    pub at_home: AtHome,
    /// The share of the target that has to lose the far side, above 0 to 1; 1 for all of it.
    /// Only what has a way to the far side before any refusal counts.
    pub share: f64,
    /// The unit of that share.
    pub counted_in: CutUnit,
}

/// The unit in which a share of a target is counted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CutUnit {
    /// IPv4 addresses that the target's networks announce.
    #[default]
    Addresses,
    /// Networks, where the target announces no IPv4 address.
    Networks,
}

/// The side of the internet that the target is to be separated from.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FarSide {
    /// The core networks, which buy transit from nobody and peer with each other.
    Core,
    /// Networks that the user named.
    Named,
}

/// The networks of the target's own country that can refuse.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AtHome {
    /// No network of the country: only foreign networks and states can refuse.
    Nobody,
    /// Networks of the country that do not announce the target.
    #[default]
    Carriers,
    /// All networks of the country, also those that announce the target.
    ///
    /// An origin that refuses does not count as cut off.
    /// The refusal of all origins together is a shutdown from within, and counts as a cut.
    Everybody,
}

/// The foreign networks that a country's own networks connect to directly.
///
/// Source of the bands: Cowie (2012), "Could it happen in your country?", Renesys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frontier {
    /// Foreign providers and peers of domestic networks, in order of AS numbers; customers do not count.
    pub gateways: Vec<Network>,
    /// The risk of being disconnected; `None` for no gateway at all, and above ten, where no band was verified.
    pub risk: Option<FrontierRisk>,
}

/// The ease of disconnecting a country, by its number of gateways.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FrontierRisk {
    /// One or two gateways.
    Severe,
    /// Three to ten gateways.
    Significant,
}

/// A voting game: a coalition wins when its joint refusal cuts the target off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerGame {
    /// The smallest coalitions that win, in order, up to a limit; empty where none does.
    pub smallest: Vec<Vec<Player>>,
    /// True if all smallest coalitions are listed.
    pub smallest_is_complete: bool,
    /// Coalitions that win and from which nobody can be missing, up to a limit, the smallest among them first.
    pub minimal: Vec<Vec<Player>>,
    /// True if all minimal coalitions are listed.
    pub minimal_is_complete: bool,
    /// The smallest coalitions that keep a route open though everybody else refuses, in order, up to a limit.
    pub protectors: Vec<Vec<Player>>,
    /// The proof that no smaller coalition can win.
    pub proof: Proof,
    /// The method that computed the indices.
    pub method: IndexMethod,
    /// The power of each player, strongest first; players without power are left out.
    pub indices: Vec<PowerIndex>,
    /// Players that were considered, with and without power.
    pub players: u64,
}

/// One player of a power game.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Player {
    /// The operator of one network.
    Operator(Network),
    /// A company or other body that decides for several networks together.
    Group {
        /// Its name.
        label: String,
        /// Those of its networks that matter here, in order.
        networks: Vec<Asn>,
    },
    /// A state with all its networks.
    State(Country),
}

/// The power of one player.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerIndex {
    /// The player.
    pub player: Player,
    /// The Shapley–Shubik index over "block": the chance to be the one whose refusal completes the cut. They sum to 1.
    pub shapley_block: f64,
    /// The same over "protect": the chance to be the one whose consent restores a route.
    ///
    /// It always equals the power to block: the games are each other's dual, and both indices are self-dual.
    pub shapley_protect: f64,
    /// The Banzhaf index over "block": the share of the other players' coalitions in which this one is a swing.
    pub banzhaf_block: f64,
    /// The same over "protect"; equal to it too.
    pub banzhaf_protect: f64,
    /// Half the width of the 95 % interval of the Shapley–Shubik index; 0 when exact.
    pub shapley_error: f64,
    /// Half the width of the 95 % interval of the Banzhaf index; 0 when exact.
    pub banzhaf_error: f64,
}

/// The method that computed power indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IndexMethod {
    /// Over all coalitions.
    Exact,
    /// Over this many random orders of the players.
    Sampled {
        /// The number of orders.
        orders: u64,
        /// The seed of the random numbers.
        seed: u64,
    },
}

/// The proof that a smallest cut is smallest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// This many ways to the core share no player that could refuse, so that fewer refusals leave one open.
    DisjointPaths(Vec<Vec<Asn>>),
    /// Every smaller coalition was tried or ruled out.
    Exhausted {
        /// The coalitions or search nodes that were looked at.
        examined: u64,
    },
    /// Not proven smallest: no cut can be smaller than this.
    Bound {
        /// The lower bound on the size.
        at_least: u64,
        /// The proven ratio of the size found to the smallest, at most.
        ratio: f64,
    },
    /// No coalition wins, however large.
    NoCut(NoCut),
}

/// The reason why no coalition can cut the target off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NoCut {
    /// The AS graph has no network of the target.
    TargetAbsent,
    /// A network of the target is itself a core network and needs nobody's transit.
    TargetInCore {
        /// The network.
        network: Asn,
    },
    /// No network is left that the target could be cut off from.
    NoFarSide,
    /// The AS graph has no way from the target to the far side, even before a refusal.
    NoWay,
    /// A way stays open because no network on it can refuse.
    OpenWay {
        /// The networks of the way, from the target to the far side.
        path: Vec<Asn>,
    },
    /// The refusal of all players takes the far side from a smaller share of the target than was asked for.
    TooLittle {
        /// The share that loses it, in millionths.
        millionths: u32,
    },
}

/// The fewest links to cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkCut {
    /// The links, each from the side of the target.
    pub links: Vec<(Asn, Asn)>,
    /// As many ways to the core, no two of which use a link in the same direction.
    ///
    /// With the core as the far side they share no link at all.
    /// With any other far side two of them may use one link in opposite directions, and still no fewer links suffice (Erlebach et al.).
    pub disjoint_paths: Vec<Vec<Asn>>,
}

/// The location of an address in routing terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Located {
    /// The address.
    pub address: IpAddr,
    /// The most specific prefix that covers it; `None` when it is not announced.
    #[schemars(with = "Option<String>")]
    pub prefix: Option<Prefix>,
    /// The networks that announce the prefix; more than one where origins conflict.
    pub origins: Vec<Network>,
    /// The country the registry gave the address block to; `None` where no registry file covers it.
    pub registered_in: Option<Country>,
    /// The country of the network that announces it.
    pub announced_from: Option<Country>,
    /// The providers of the origin networks, on which the address hangs.
    pub providers: Vec<Network>,
    /// Oddities and missing facts.
    pub notes: Vec<LocationNote>,
}

/// A purpose for which blocks of addresses are kept out of use on the internet.
///
/// Source: RFC 6890 and the registries of special-purpose addresses that it set up; multicast: RFC 5771 and RFC 4291, section 2.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReservedPurpose {
    /// The host itself, before it has an address (RFC 1122, RFC 4291).
    ThisHost,
    /// Networks without the internet (RFC 1918, RFC 4193).
    Private,
    /// Subscribers behind the shared address of a provider (RFC 6598).
    Shared,
    /// The host itself (RFC 1122, RFC 4291).
    Loopback,
    /// Hosts on one link (RFC 3927, RFC 4291).
    LinkLocal,
    /// Examples in documents (RFC 5737, RFC 3849, RFC 9637).
    Documentation,
    /// Measurements of devices (RFC 2544, RFC 5180).
    Benchmarking,
    /// Groups of receivers (RFC 5771, RFC 4291).
    Multicast,
    /// Protocols and future use (RFC 1112, RFC 6890).
    Protocol,
}

/// An oddity of an address, or a fact about it that the tables lack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LocationNote {
    /// No prefix of the table covers the address.
    NotAnnounced,
    /// The address is of a block that is kept for a special purpose; it says nothing of where a host is.
    Reserved {
        /// The smallest block that has the purpose.
        #[schemars(with = "String")]
        block: Prefix,
        /// The purpose of the block.
        purpose: ReservedPurpose,
    },
    /// The address is the IPv6 form of an IPv4 address, and everything is said of that one.
    StandsFor {
        /// The IPv4 address.
        address: Ipv4Addr,
        /// The way in which the one is made of the other.
        by: Translation,
    },
    /// The tables are of another time and place the address elsewhere than its source: the source's word counts.
    OtherTime {
        /// The country by the tables.
        placed: Country,
        /// The country by the source.
        stated: Country,
        /// Days between the attack and the nearest table.
        days: u64,
    },
    /// The origin is an AS set: one of its networks, by aggregation.
    OriginSet,
    /// Several origins announce the prefix at once.
    SeveralOrigins {
        /// The number of origins, at least 2.
        origins: u64,
    },
    /// No delegation file covers the address.
    NoDelegation {
        /// True if the country is known by the announcing network only.
        is_country_of_network: bool,
    },
    /// A registry lists the address as free or held back: nobody has it.
    NotHeld {
        /// The registry, as its files write it.
        registry: String,
        /// True if it is announced all the same.
        is_announced: bool,
    },
    /// The registry names no country for the address block.
    NoCountryOfBlock,
    /// The address is registered in another country than it is announced from.
    CountriesDiffer {
        /// The country of the registered block.
        registered_in: Country,
        /// The countries of the announcing networks, in order.
        announced_from: Vec<Country>,
    },
    /// No table says in which country the network is registered.
    NoCountryOfNetwork {
        /// The network.
        network: Asn,
    },
    /// The country of the network is from a list, not from a registry.
    CountryFromList {
        /// The network.
        network: Asn,
        /// The country.
        country: Country,
        /// The name of the list.
        list: String,
    },
    /// The relationship data have no provider of the networks.
    NoProvider,
}

/// A way in which an IPv6 address is made of an IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Translation {
    /// An IPv4 address in the notation of IPv6: `::ffff:192.0.2.1` (RFC 4291, section 2.5.5.2).
    Mapped,
    /// A translator lets hosts without IPv4 reach the address: `64:ff9b::192.0.2.1` (RFC 6052).
    Nat64,
    /// The tunnel of a network with the address: `2002:c000:201::/48` (RFC 3056).
    SixToFour,
    /// The tunnel of a host behind the address: `2001::/32`, its last four bytes inverted (RFC 4380).
    Teredo,
}

/// A limit of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Caveat {
    /// A link of the target that the tables show and that is not believed: it carries nothing.
    DoubtfulLink(DoubtfulLink),
    /// The AS graph is an extract: shares and reach are those of the extract, not of the internet.
    SmallGraph {
        /// The networks of the graph.
        networks: u64,
    },
    /// Links and their kinds are inferred from observed routes.
    InferredLinks,
    /// Modelled routes say what can be reached, not what can be carried.
    Capability,
    /// All dependencies are modelled: no routing table holds a full-feed route to the target.
    NoObservation,
    /// Observed shares are those of the collectors' peers.
    VantagePoints,
    /// Networks of the target that are not in the AS graph are left out of reach, cuts and power.
    OriginsMissing {
        /// The networks that are left out, in order.
        networks: Vec<Asn>,
        /// The number of all networks of the target.
        of: u64,
    },
    /// The country of a network is that of its registration.
    Registration,
    /// Some tables are of another time than the case.
    Age {
        /// The day that is asked about.
        as_of: Moment,
        /// The tables.
        tables: Vec<DistantTable>,
    },
}

/// A table of another time than the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DistantTable {
    /// The file, relative to the folder it was found in.
    pub file: String,
    /// The day of its data.
    pub date: Moment,
    /// The days from the table's day to the day asked about; negative where the table is the later.
    pub days: i32,
}
