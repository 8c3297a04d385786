//! The location of an address in routing terms: its announcing networks, its registration and its providers.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use demarche_case::assessment::routes::{Located, LocationNote};
use demarche_case::{Asn, Country};

use crate::asn_table::CountrySource;
use crate::networks::Networks;
use crate::prefix_map::PrefixMap;
use crate::prefix_origins::{Origins, PrefixOrigins};
use crate::relationships::{Relationship, Relationships};
use crate::reserved::{embedded, reserved};

/// Answers where addresses are.
///
/// An address that nobody announces is an answer, not an error.
#[derive(Clone, Debug)]
pub struct Locator<'a> {
    origins: Cow<'a, PrefixMap<Origins>>,
    networks: &'a Networks,
    /// Customer and provider, in order.
    providers: Vec<(Asn, Asn)>,
}

impl<'a> Locator<'a> {
    /// Prepares the tables.
    #[must_use]
    pub fn new(
        origins: &PrefixOrigins,
        networks: &'a Networks,
        relationships: &Relationships,
    ) -> Self {
        Self::over(Cow::Owned(origins.by_address()), networks, relationships)
    }

    /// The same over a table that is there already.
    pub(crate) fn over(
        origins: Cow<'a, PrefixMap<Origins>>,
        networks: &'a Networks,
        relationships: &Relationships,
    ) -> Self {
        let mut providers: Vec<(Asn, Asn)> = relationships
            .links
            .iter()
            .filter(|link| link.relationship == Relationship::ProviderToCustomer)
            .map(|link| (link.right, link.left))
            .collect();
        providers.sort_unstable();
        Self { origins, networks, providers }
    }

    /// Locates `address`.
    #[must_use]
    pub fn locate(&self, address: IpAddr) -> Located {
        let Some((inner, by)) = embedded(address) else { return self.locate_itself(address) };
        let mut located = self.locate_itself(IpAddr::V4(inner));
        located.address = address;
        located.notes.insert(0, LocationNote::StandsFor { address: inner, by });
        located
    }

    fn locate_itself(&self, address: IpAddr) -> Located {
        let route = self.origins.find(address);
        let origins = route.map(|(_, origins)| origins);
        let asns: BTreeSet<Asn> = origins.into_iter().flat_map(Origins::asns).copied().collect();
        let registration = self.networks.registration(address);
        let registered_in = registration.and_then(|(_, block)| block.country);
        let registered_in = registered_in.filter(|country| !country.is_region());
        let countries = asns.iter().filter_map(|asn| Some(self.networks.country(*asn)?.0));
        let countries: BTreeSet<Country> =
            countries.filter(|country| !country.is_region()).collect();
        let announced_from = if countries.len() == 1 { countries.first().copied() } else { None };
        let providers: BTreeSet<Asn> = asns
            .iter()
            .flat_map(|asn| self.providers(*asn))
            .filter(|asn| !asns.contains(asn))
            .collect();
        let mut notes = Vec::new();
        let reserved = reserved(address);
        notes.extend(reserved.map(|(block, purpose)| LocationNote::Reserved { block, purpose }));
        // Nobody announces or registers such a block; only that somebody does would be news.
        let is_news = |note: &LocationNote| {
            let is_absence = matches!(
                note,
                LocationNote::NotAnnounced
                    | LocationNote::NoDelegation { .. }
                    | LocationNote::NotHeld { is_announced: false, .. }
            );
            reserved.is_none() || !is_absence
        };
        notes.extend(origin_note(origins).filter(is_news));
        let unheld = self.networks.unheld(address);
        let by = unheld.map(|registry| registry.to_string());
        let not_held =
            by.map(|registry| LocationNote::NotHeld { registry, is_announced: route.is_some() });
        let country = country_note(registration.is_some(), registered_in, &countries);
        let country = not_held.or(country);
        notes.extend(country.filter(is_news));
        notes.extend(asns.iter().filter_map(|asn| self.source_note(*asn)));
        if route.is_some() && providers.is_empty() {
            notes.push(LocationNote::NoProvider);
        }
        Located {
            address,
            prefix: route.map(|(prefix, _)| prefix),
            origins: asns.iter().map(|asn| self.networks.network(*asn)).collect(),
            registered_in,
            announced_from,
            providers: providers.iter().map(|asn| self.networks.network(*asn)).collect(),
            notes,
        }
    }

    fn providers(&self, customer: Asn) -> impl Iterator<Item = Asn> {
        let first = self.providers.partition_point(|(of, _)| *of < customer);
        self.providers[first..]
            .iter()
            .take_while(move |(of, _)| *of == customer)
            .map(|(_, provider)| *provider)
    }

    /// Returns a note where a network's country is not from a registry.
    fn source_note(&self, network: Asn) -> Option<LocationNote> {
        match self.networks.country(network) {
            None => Some(LocationNote::NoCountryOfNetwork { network }),
            Some((country, CountrySource::List(list))) => {
                Some(LocationNote::CountryFromList { network, country, list: list.into() })
            }
            Some((_, CountrySource::Registry(_))) => None,
        }
    }
}

fn origin_note(origins: Option<&Origins>) -> Option<LocationNote> {
    match origins {
        None => Some(LocationNote::NotAnnounced),
        Some(origins) if origins.is_set() => Some(LocationNote::OriginSet),
        Some(origins) if origins.count() > 1 => {
            Some(LocationNote::SeveralOrigins { origins: origins.count() as u64 })
        }
        Some(_) => None,
    }
}

fn country_note(
    is_registered: bool,
    registered_in: Option<Country>,
    announced_from: &BTreeSet<Country>,
) -> Option<LocationNote> {
    if !is_registered {
        let is_country_of_network = !announced_from.is_empty();
        return Some(LocationNote::NoDelegation { is_country_of_network });
    }
    let Some(registered_in) = registered_in else { return Some(LocationNote::NoCountryOfBlock) };
    let announced_from: Vec<Country> = announced_from.iter().copied().collect();
    (!announced_from.is_empty() && announced_from != [registered_in])
        .then_some(LocationNote::CountriesDiffer { registered_in, announced_from })
}

#[cfg(test)]
mod tests {
    use crate::asn_table::AsnTable;
    use crate::delegated::Delegations;

    use super::*;

    fn locate(address: &str) -> Located {
        let origins = "1.0.0.0/8\t1\n1.1.0.0/16\t2_3\n1.2.0.0/16\t4,5\n";
        let statistics = "apnic|JP|ipv4|1.0.0.0|131072|20000101|allocated\n\
                          apnic|JP|asn|1|2|20000101|allocated\n";
        let delegations = [Delegations::read(statistics.as_bytes(), "delegated")];
        let table = AsnTable::read("3\tKR\tlist\tthree\n".as_bytes(), "table");
        let networks = Networks::new(&delegations, table);
        let links = Relationships::read("9|1|-1\n9|2|-1\n8|2|-1\n2|3|-1\n".as_bytes(), "rel");
        let origins = PrefixOrigins::read(origins.as_bytes(), "origins");
        Locator::new(&origins, &networks, &links).locate(address.parse().unwrap())
    }

    #[test]
    fn an_address_that_nobody_announces_is_an_answer() {
        let located = locate("9.9.9.9");
        assert_eq!((located.prefix, located.origins.len()), (None, 0));
        assert_eq!(located.notes[0], LocationNote::NotAnnounced);
    }

    #[test]
    fn conflicting_origins_are_all_named_and_hang_on_others() {
        let located = locate("1.1.2.3");
        let asns = |networks: &[demarche_case::assessment::routes::Network]| -> Vec<u32> {
            networks.iter().map(|network| network.asn.0).collect()
        };
        assert_eq!(asns(&located.origins), [2, 3]);
        assert_eq!(asns(&located.providers), [8, 9]);
        assert_eq!(located.announced_from, None);
        assert_eq!(located.registered_in.map(|of| of.to_string()).as_deref(), Some("JP"));
        let [jp, kr] = ["JP", "KR"].map(|code| code.parse().unwrap());
        let notes = [
            LocationNote::SeveralOrigins { origins: 2 },
            LocationNote::CountriesDiffer { registered_in: jp, announced_from: vec![jp, kr] },
            LocationNote::CountryFromList { network: Asn(3), country: kr, list: "list".to_owned() },
        ];
        assert_eq!(located.notes, notes);
    }

    #[test]
    fn an_address_of_no_host_of_the_internet_is_said_to_be_one() {
        use demarche_case::assessment::routes::ReservedPurpose;
        let located = locate("192.168.1.20");
        let block = "192.168.0.0/16".parse().unwrap();
        let reserved = LocationNote::Reserved { block, purpose: ReservedPurpose::Private };
        assert_eq!(located.notes, [reserved]);
    }

    #[test]
    fn an_address_that_stands_for_another_is_where_that_one_is() {
        use demarche_case::assessment::routes::Translation;
        let located = locate("64:ff9b::1.1.2.3");
        let inner = "1.1.2.3".parse().unwrap();
        let note = LocationNote::StandsFor { address: inner, by: Translation::Nat64 };
        assert_eq!(
            (located.address.to_string().as_str(), &located.notes[0]),
            ("64:ff9b::101:203", &note)
        );
        let plain = locate("1.1.2.3");
        assert_eq!((located.prefix, located.origins), (plain.prefix, plain.origins));
        assert_eq!(located.notes[1..], plain.notes);
    }

    #[test]
    fn a_set_of_origins_is_said_to_be_one() {
        let located = locate("1.2.0.1");
        assert!(located.notes.contains(&LocationNote::OriginSet), "{:?}", located.notes);
        let unregistered = LocationNote::NoDelegation { is_country_of_network: false };
        assert!(located.notes.contains(&unregistered), "{:?}", located.notes);
    }
}
