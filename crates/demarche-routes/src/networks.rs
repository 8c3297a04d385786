//! The country and operator of an AS number or an address, from delegation statistics and tables of networks.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

use demarche_case::assessment::routes::Network;
use demarche_case::{Asn, Country, GapKind, Prefix, Shortfall};
use foldhash::fast::FixedState;
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
    /// Blocks that a registry lists as held by nobody.
    unheld: PrefixMap<Registry>,
    table: AsnTable,
    /// Resources for which the statistics name several countries, none of them newer than the others.
    pub(crate) disputed: Vec<Dispute>,
}

/// A resource with the countries that are named for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispute {
    resource: Resource,
    countries: Vec<Country>,
}

impl fmt::Display for Dispute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<&str> = self.countries.iter().map(|country| country.code()).collect();
        let resource: Vec<String> = match self.resource {
            Resource::Asns { first, last } if first == last => vec![first.to_string()],
            Resource::Asns { first, last } => vec![format!("{first} to {last}")],
            resource => resource.prefixes().take(2).map(|prefix| prefix.to_string()).collect(),
        };
        write!(
            f,
            "the registries name several countries for {}: {}; it counts as unknown",
            resource.join(" and "),
            codes.join(", ")
        )
    }
}

impl Shortfall for Dispute {
    fn kind(&self) -> GapKind {
        GapKind::Refused
    }
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
    /// ones that with a country, of the later date, and of the earlier file. Where equal ones of one date name several
    /// countries, none is taken.
    #[must_use]
    pub fn new(delegations: &[Delegations], table: AsnTable) -> Self {
        let mut held: Vec<&Delegation> = delegations
            .iter()
            .flat_map(|file| &file.delegations)
            .filter(|delegation| delegation.status.is_held())
            .collect();
        held.sort_by_key(|delegation| (delegation.country.is_none(), Reverse(delegation.date)));
        let disputed = disputes(&held);
        let is_disputed = |resource: Resource| {
            disputed.binary_search_by(|dispute| dispute.resource.cmp(&resource)).is_ok()
        };
        let known = |delegation: &Delegation| {
            delegation.country.filter(|_| !is_disputed(delegation.resource))
        };
        let blocks = held.iter().flat_map(|delegation| {
            let registration = Registration {
                registry: delegation.registry,
                country: known(delegation),
                date: delegation.date,
            };
            delegation.resource.prefixes().map(move |prefix| (prefix, registration.clone()))
        });
        let blocks = PrefixMap::new(blocks.collect());
        let unheld = delegations.iter().flat_map(|file| &file.delegations);
        let unheld = unheld.filter(|delegation| !delegation.status.is_held());
        let unheld = unheld.flat_map(|delegation| {
            delegation.resource.prefixes().map(|prefix| (prefix, delegation.registry))
        });
        let unheld = PrefixMap::new(unheld.collect());
        Self { blocks, unheld, asns: asn_ranges(&held, known), table, disputed }
    }

    /// The registry that lists an address as held by nobody, where no block that somebody holds covers it.
    pub(crate) fn unheld(&self, address: IpAddr) -> Option<Registry> {
        if self.blocks.find(address).is_some() {
            return None;
        }
        self.unheld.find(address).map(|(_, registry)| *registry)
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

/// The resources for which equal entries of the latest date name several countries, ascending.
fn disputes(held: &[&Delegation]) -> Vec<Dispute> {
    let mut named: HashMap<Resource, (Option<Date>, Vec<Country>), FixedState> = HashMap::default();
    // Those with a country come first, and the latest of them first of all.
    for delegation in held {
        let Some(country) = delegation.country else { continue };
        let (date, countries) =
            named.entry(delegation.resource).or_insert_with(|| (delegation.date, Vec::new()));
        if *date == delegation.date && !countries.contains(&country) {
            countries.push(country);
        }
    }
    let several = named.into_iter().filter(|(_, (_, countries))| countries.len() > 1);
    let dispute = |(resource, (_, mut countries)): (Resource, (_, Vec<Country>))| {
        countries.sort_unstable();
        Dispute { resource, countries }
    };
    let mut disputes: Vec<Dispute> = several.map(dispute).collect();
    disputes.sort_unstable_by_key(|dispute| dispute.resource);
    disputes
}

/// The held ranges of AS numbers, and the spans of the numbers with the smallest range that holds each.
fn asn_ranges(
    held: &[&Delegation],
    country: impl Fn(&Delegation) -> Option<Country>,
) -> (Vec<AsnRange>, Spans<u32>) {
    let mut ranges: Vec<AsnRange> =
        held.iter().filter_map(|held| AsnRange::of(held, country(held))).collect();
    // A range comes before those inside it; of equal ones the better comes first, as `held` is in that order.
    ranges.sort_by_key(|range| (range.first, Reverse(range.last)));
    ranges.dedup_by_key(|range| (range.first, range.last));
    let spans = Spans::of(ranges.iter().map(|range| (range.first.0, range.last.0)));
    (ranges, spans)
}

impl AsnRange {
    fn of(delegation: &Delegation, country: Option<Country>) -> Option<Self> {
        match delegation.resource {
            Resource::Asns { first, last } => {
                let registry = delegation.registry;
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

    #[test]
    fn countries_that_contradict_each_other_are_none_and_a_later_entry_is_no_contradiction() {
        let networks = networks(
            "ripencc|DE|ipv4|1.0.0.0|256|20100101|allocated\n\
             ripencc|FR|ipv4|1.0.0.0|256|20100101|allocated\n\
             apnic|JP|asn|1|1|20100101|allocated\n\
             apnic|KR|asn|1|1|20110101|allocated\n\
             apnic|UK|asn|2|1|20100101|allocated\n\
             apnic|GB|asn|2|1|20100101|allocated\n\
             apnic|XX|asn|3|1|20100101|allocated\n",
            "",
        );
        let told: Vec<String> = networks.disputed.iter().map(Dispute::to_string).collect();
        assert_eq!(
            told,
            ["the registries name several countries for 1.0.0.0/24: DE, FR; it counts as unknown"]
        );
        let block = networks.registration("1.0.0.7".parse().unwrap());
        assert_eq!(block.map(|(_, block)| block.country), Some(None));
        let of = |asn| networks.country(Asn(asn)).map(|(country, _)| country.code().to_owned());
        assert_eq!([of(1), of(2), of(3)], [Some("KR".into()), Some("GB".into()), None]);
    }

    #[test]
    fn space_that_nobody_holds_is_told_unless_a_block_in_it_is_held() {
        let networks = networks(
            "ripencc||ipv4|1.0.0.0|65536||available|\n\
             ripencc|DE|ipv4|1.0.1.0|256|20100101|allocated\n\
             afrinic|ZZ|ipv6|2001:db8::|32||reserved\n",
            "",
        );
        let unheld = |address: &str| networks.unheld(address.parse().unwrap());
        assert_eq!(unheld("1.0.0.1"), Some(Registry::RipeNcc));
        assert_eq!(unheld("1.0.1.1"), None);
        assert_eq!(unheld("2001:db8::1"), Some(Registry::Afrinic));
        assert_eq!(unheld("2.0.0.1"), None);
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
