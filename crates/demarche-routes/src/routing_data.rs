//! The tables joined: one AS graph, one table of origins, one register of networks.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{LinkKind, Network, RouteSource};
use demarche_case::{Asn, Country, DoubtfulLink, Gap, Moment, Prefix};
use jiff::civil::Date;

use crate::as_path::Hop;
use crate::asn_table::AsnTable;
use crate::locate::Locator;
use crate::networks::Networks;
use crate::organisations::Organisations;
use crate::population::Populations;
use crate::prefix_map::PrefixMap;
use crate::prefix_origins::{Origin, Origins, PrefixOrigin, PrefixOrigins};
use crate::relationships::{Relationship, Relationships};
use crate::rib::Rib;
use crate::shortfall::TableShortfall;
use crate::tables::Tables;
use crate::topology::Topology;

/// Everything that the tables say, ready to be asked.
#[derive(Debug)]
pub struct RoutingData {
    /// The AS graph; `None` without a file of relationships.
    pub topology: Option<Topology>,
    /// The name of the AS graph: its file.
    pub topology_name: String,
    /// The countries and operators of numbers and addresses.
    pub networks: Networks,
    /// Routing tables, oldest first.
    pub ribs: Vec<(String, Rib)>,
    /// The kind and size of each file.
    pub sources: Vec<RouteSource>,
    /// The parts that could not be read or joined.
    pub gaps: Vec<Gap>,
    /// Links that the tables show and that are not to be believed; they are not on the graph.
    pub doubtful: Vec<DoubtfulLink>,
    /// Organisations that run several networks; empty where no file tells.
    pub organisations: Organisations,
    /// People by network, where a file tells; of several files the first.
    pub populations: Option<Populations>,
    relationships: Relationships,
    announced: PrefixMap<Origins>,
    cut_short: BTreeSet<String>,
}

impl RoutingData {
    /// Joins the tables; of several AS graphs the latest counts, of several tables of origins all do.
    ///
    /// Links that are not to be believed are taken off the graph, so that no answer rests on them; they stay known.
    #[must_use]
    pub fn new(tables: Tables, doubtful: Vec<DoubtfulLink>) -> Self {
        let mut gaps = tables.gaps;
        let (file, relationships) = latest(tables.relationships, &tables.sources, &mut gaps);
        let topology = file.is_some().then(|| Topology::new(&believed(&relationships, &doubtful)));
        let mut ribs = tables.ribs;
        ribs.sort_by_key(|(name, table)| (table.timestamp(), name.clone()));
        let announced = joined_origins(tables.origins, &ribs).by_address();
        let delegations: Vec<_> = tables.delegations.into_iter().map(|(_, file)| file).collect();
        let networks = Networks::new(&delegations, joined_names(tables.asns));
        gaps.extend(disputes(&networks));
        Self {
            topology,
            topology_name: file.unwrap_or_default(),
            networks,
            announced,
            ribs,
            sources: tables.sources,
            gaps,
            organisations: joined_organisations(tables.organisations),
            populations: tables.populations.into_iter().next().map(|(_, read)| read),
            relationships,
            doubtful,
            cut_short: tables.cut_short,
        }
    }

    /// Returns true if a routing table was read to its end.
    pub(crate) fn is_whole(&self, table: &str) -> bool {
        !self.cut_short.contains(table)
    }

    /// The day of the AS graph, where its file tells one.
    #[must_use]
    pub fn topology_date(&self) -> Option<Date> {
        let source = self.sources.iter().find(|source| source.file == self.topology_name)?;
        source.date.map(Moment::date)
    }

    /// Returns the name and country of a network, as far as the tables say.
    #[must_use]
    pub fn network(&self, asn: Asn) -> Network {
        self.networks.network(asn)
    }

    /// The networks of the AS graph that are registered in a country, in order.
    #[must_use]
    pub fn in_graph(&self, country: Country) -> Vec<Asn> {
        let topology = self.topology.iter();
        let all = topology.flat_map(|topology| topology.ases().map(|index| topology.asn(index)));
        self.networks.of_country(country, all)
    }

    /// Prefixes in order, each with its origins and the addresses that no more specific prefix covers.
    pub fn announcements(&self) -> impl Iterator<Item = (Prefix, &[Asn], u128)> {
        let entries = self.announced.entries().zip(self.announced.own_addresses());
        entries.map(|((prefix, origins), size)| (prefix, origins.asns(), size))
    }

    /// Every network that announces a prefix, in order.
    #[must_use]
    pub fn announcing(&self) -> BTreeSet<Asn> {
        self.announced.entries().flat_map(|(_, origins)| origins.asns()).copied().collect()
    }

    /// IPv4 addresses by network, each counted once for each network that announces it.
    #[must_use]
    pub fn ipv4_addresses(&self) -> BTreeMap<Asn, u64> {
        let mut addresses: BTreeMap<Asn, u64> = BTreeMap::new();
        for (prefix, origins, size) in self.announcements() {
            if let (Prefix::V4(_), Ok(size)) = (prefix, u64::try_from(size)) {
                for origin in origins {
                    *addresses.entry(*origin).or_default() += size;
                }
            }
        }
        addresses
    }

    /// Returns the business relationship of two networks, believed or not, read from the first outwards.
    #[must_use]
    pub fn relationship(&self, near: Asn, far: Asn) -> Option<LinkKind> {
        let links = &self.relationships.links;
        let find = |left, right| {
            let index = links.binary_search_by_key(&(left, right), |link| (link.left, link.right));
            index.ok().map(|index| links[index].relationship)
        };
        let (outward, inward) = (find(near, far), find(far, near));
        match (outward, inward) {
            (Some(Relationship::ProviderToCustomer), _) => Some(LinkKind::Customer),
            (_, Some(Relationship::ProviderToCustomer)) => Some(LinkKind::Provider),
            (None, None) => None,
            _ => Some(LinkKind::Peer),
        }
    }

    /// Answers where addresses are.
    #[must_use]
    pub fn locator(&self) -> Locator<'_> {
        Locator::over(Cow::Borrowed(&self.announced), &self.networks, &self.relationships)
    }
}

/// Gaps for the first resources that the registries dispute, and the number of all.
fn disputes(networks: &Networks) -> Option<Gap> {
    let first = networks.disputed.first()?;
    Some(Gap::of("delegations", first).times(networks.disputed.len() as u64))
}

/// The relationships without the links that are not to be believed.
fn believed(relationships: &Relationships, doubtful: &[DoubtfulLink]) -> Relationships {
    let is_doubted = |left: Asn, right: Asn| {
        doubtful.iter().any(|link| {
            (link.left, link.right) == (left, right) || (link.right, link.left) == (left, right)
        })
    };
    let mut believed = relationships.clone();
    believed.links.retain(|link| !is_doubted(link.left, link.right));
    believed
}

/// The latest file of relationships, by the date of its source and then by name.
fn latest(
    files: Vec<(String, Relationships)>,
    sources: &[RouteSource],
    gaps: &mut Vec<Gap>,
) -> (Option<String>, Relationships) {
    let date = |name: &str| {
        sources.iter().find(|source| source.file == name).and_then(|source| source.date)
    };
    let mut files = files;
    files.sort_by_key(|(name, _)| (date(name), name.clone()));
    let last = files.pop();
    gaps.extend(files.into_iter().map(|(name, _)| Gap::of(name, &TableShortfall::Superseded)));
    last.map_or_else(|| (None, Relationships::default()), |(name, read)| (Some(name), read))
}

/// The tables of origins, or the origins that the last routing table shows where there is none.
fn joined_origins(files: Vec<(String, PrefixOrigins)>, ribs: &[(String, Rib)]) -> PrefixOrigins {
    let mut origins: Vec<PrefixOrigin> =
        files.into_iter().flat_map(|(_, file)| file.origins).collect();
    if origins.is_empty()
        && let Some((_, table)) = ribs.last()
    {
        origins = observed_origins(table);
    }
    origins.sort();
    origins.dedup();
    PrefixOrigins { origins, gaps: Vec::new() }
}

/// The origins of each prefix in a routing table, those that only a hundredth of the peers see left out.
fn observed_origins(table: &Rib) -> Vec<PrefixOrigin> {
    let mut origins = Vec::new();
    for (prefix, atom) in table.iter().filter(|(prefix, _)| prefix.prefix_len() > 0) {
        let row = table.atom(atom);
        let mut seen: BTreeMap<Asn, usize> = BTreeMap::new();
        for (_, path) in row {
            // A set at the end hides who announces; it says no more than the single origins do.
            if let Some(Hop::As(origin)) = table.paths().get(*path).origin() {
                *seen.entry(origin).or_default() += 1;
            }
        }
        let enough = row.len().div_ceil(100);
        let kept = seen.into_iter().filter(|(_, count)| *count >= enough);
        origins.extend(kept.map(|(origin, _)| PrefixOrigin { prefix, origin: Origin::As(origin) }));
    }
    origins
}

/// All files of organisations as one; the first that knows a network counts.
fn joined_organisations(files: Vec<(String, Organisations)>) -> Organisations {
    let mut joined = Organisations::default();
    files.into_iter().for_each(|(_, file)| joined.add(file));
    joined
}

/// All lists of AS numbers as one; the first that has a number counts.
fn joined_names(files: Vec<(String, AsnTable)>) -> AsnTable {
    let mut entries: Vec<_> = files.into_iter().flat_map(|(_, file)| file.entries).collect();
    entries.sort_by_key(|entry| entry.asn);
    entries.dedup_by_key(|entry| entry.asn);
    AsnTable { entries, gaps: Vec::new() }
}
