//! The country and operator of an AS number or an address, from delegation statistics and tables of networks.

use std::cmp::Reverse;
use std::net::IpAddr;

use demarche_case::assessment::routes::Network;
use demarche_case::{Asn, Country, Prefix};
use jiff::civil::Date;

use crate::asn_table::{AsnTable, CountrySource};
use crate::delegated::{Delegation, Delegations, Registry, Resource};
use crate::prefix_map::{PrefixMap, Spans};

/// An address block as a registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The registry that gave it out.
    pub registry: Registry,
    /// The country of its holder; `None` where the registry does not say.
    pub country: Option<Country>,
    /// The day it was given out.
    pub date: Option<Date>,
}

/// The entries of registries and tables on networks and addresses.
///
/// The country of a network is that of the delegation statistics, else that of the table.
/// Registered is not the same as present: a network may serve users in another country than that of its holder.
#[derive(Clone, Debug)]
pub struct Networks {
    /// Held ranges of AS numbers, and which of them each number is in.
    asns: (Vec<AsnRange>, Spans<u32>),
    blocks: PrefixMap<Registration>,
    table: AsnTable,
}

#[derive(Clone, Debug)]
struct AsnRange {
    first: Asn,
    last: Asn,
    registry: Registry,
    country: Option<Country>,
}

impl Networks {
    /// Joins the statistics of some registries, possibly none, with a table of networks, possibly empty.
    ///
    /// Where two registries list the same numbers, as after a transfer, the more specific entry counts, and of equal
    /// ones that with a country, of the later date, and of the earlier file.
    #[must_use]
    pub fn new(delegations: &[Delegations], table: AsnTable) -> Self {
        let mut held: Vec<&Delegation> = delegations
            .iter()
            .flat_map(|file| &file.delegations)
            .filter(|delegation| delegation.status.is_held())
            .collect();
        held.sort_by_key(|delegation| (delegation.country.is_none(), Reverse(delegation.date)));
        let blocks = held.iter().flat_map(|delegation| {
            let registration = Registration {
                registry: delegation.registry,
                country: delegation.country,
                date: delegation.date,
            };
            delegation.resource.prefixes().map(move |prefix| (prefix, registration.clone()))
        });
        Self { blocks: PrefixMap::new(blocks.collect()), asns: asn_ranges(&held), table }
    }

    /// The country that a network is registered in, and who says so.
    #[must_use]
    pub fn country(&self, asn: Asn) -> Option<(Country, CountrySource)> {
        let (ranges, spans) = &self.asns;
        let range = spans.find(asn.0).and_then(|index| ranges.get(index));
        range
            .and_then(|range| Some((range.country?, CountrySource::Registry(range.registry))))
            .or_else(|| self.table.get(asn)?.country.clone())
    }

    /// The registered name of a network's operator.
    #[must_use]
    pub fn name(&self, asn: Asn) -> Option<&str> {
        self.table.get(asn).map(|entry| entry.name.as_str()).filter(|name| !name.is_empty())
    }

    /// All that is known of a network.
    #[must_use]
    pub fn network(&self, asn: Asn) -> Network {
        Network {
            asn,
            name: self.name(asn).map(str::to_owned),
            country: self.country(asn).map(|(country, _)| country),
        }
    }

    /// Those of some networks that are registered in a country, in order.
    #[must_use]
    pub fn of_country(
        &self,
        country: Country,
        networks: impl IntoIterator<Item = Asn>,
    ) -> Vec<Asn> {
        let is_of = |asn: &Asn| self.country(*asn).is_some_and(|(of, _)| of == country);
        let mut asns: Vec<Asn> = networks.into_iter().filter(is_of).collect();
        asns.sort_unstable();
        asns.dedup();
        asns
    }

    /// The most specific registered block that covers an address.
    #[must_use]
    pub fn registration(&self, address: IpAddr) -> Option<(Prefix, &Registration)> {
        self.blocks.find(address)
    }
}

/// The held ranges of AS numbers, and the spans of the numbers with the smallest range that holds each.
fn asn_ranges(held: &[&Delegation]) -> (Vec<AsnRange>, Spans<u32>) {
    let mut ranges: Vec<AsnRange> = held.iter().filter_map(|held| AsnRange::of(held)).collect();
    // A range comes before those inside it; of equal ones the better comes first, as `held` is in that order.
    ranges.sort_by_key(|range| (range.first, Reverse(range.last)));
    ranges.dedup_by_key(|range| (range.first, range.last));
    let spans = Spans::of(ranges.iter().map(|range| (range.first.0, range.last.0)));
    (ranges, spans)
}

impl AsnRange {
    fn of(delegation: &Delegation) -> Option<Self> {
        match delegation.resource {
            Resource::Asns { first, last } => {
                let (registry, country) = (delegation.registry, delegation.country);
                Some(Self { first, last, registry, country })
            }
            Resource::Ipv4 { .. } | Resource::Ipv6(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(statistics: &str, table: &str) -> Networks {
        let delegations = [Delegations::read(statistics.as_bytes(), "delegated")];
        Networks::new(&delegations, AsnTable::read(table.as_bytes(), "table"))
    }

    fn country(networks: &Networks, asn: u32) -> Option<String> {
        networks.country(Asn(asn)).map(|(country, source)| format!("{country} {source}"))
    }

    #[test]
    fn statistics_come_before_the_table() {
        let networks = networks(
            "apnic|KP|asn|131279|1|20091221|allocated\n",
            "131279\tUS\tlist\tSTAR-KP\n7\tUS\tlist\t\n",
        );
        assert_eq!(country(&networks, 131_279).as_deref(), Some("KP apnic"));
        assert_eq!(country(&networks, 7).as_deref(), Some("US list"));
        assert_eq!(networks.name(Asn(131_279)), Some("STAR-KP"));
        assert_eq!(networks.name(Asn(7)), None);
        assert_eq!(networks.network(Asn(9)).country, None);
    }

    #[test]
    fn ranges_inside_others_win() {
        let networks = networks(
            "arin|US|asn|100|100|20000101|allocated\n\
             ripencc|SE|asn|120|10|20000101|allocated\n\
             ripencc|NO|asn|125|1|20000101|allocated\n\
             apnic||asn|90|500|20000101|available\n",
            "",
        );
        let met = [99, 100, 119, 120, 124, 125, 126, 129, 130, 199, 200]
            .map(|asn| networks.country(Asn(asn)).map_or("-".into(), |(of, _)| of.to_string()));
        let expected = ["-", "US", "US", "SE", "SE", "NO", "SE", "SE", "US", "US", "-"];
        assert_eq!(met, expected);
    }

    #[test]
    fn an_address_has_the_country_of_its_smallest_block() {
        let networks = networks(
            "apnic|JP|ipv4|10.0.0.0|65536|20000101|allocated\n\
             apnic|KR|ipv4|10.0.3.0|768|20000101|allocated\n\
             apnic||ipv4|10.0.4.0|256|20000101|reserved\n",
            "",
        );
        let country_at = |address: &str| {
            let (_, block) = networks.registration(address.parse().unwrap())?;
            block.country.map(|country| country.to_string())
        };
        assert_eq!(country_at("10.0.2.1").as_deref(), Some("JP"));
        assert_eq!(country_at("10.0.4.1").as_deref(), Some("KR"));
        assert_eq!(country_at("10.1.0.0"), None);
    }
}
