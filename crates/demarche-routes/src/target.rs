//! The target whose connectivity is asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use demarche_case::assessment::routes::{Target, TargetOrigin};
use demarche_case::{Asn, Country, CountryNameError, Prefix, country_named};

use crate::routing_data::RoutingData;

/// A question: a country, networks, prefixes, or any of them together.
///
/// ```
/// # use demarche_routes::Ask;
/// let ask: Ask = "AS131279".parse()?;
/// assert_eq!(ask.asns.len(), 1);
/// let ask: Ask = "North Korea".parse()?;
/// assert_eq!(ask, "KP".parse()?);
/// # Ok::<(), demarche_routes::AskError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// All networks registered in this country that announce something.
    pub country: Option<Country>,
    /// These networks; with a country, they stand for it.
    pub asns: BTreeSet<Asn>,
    /// The networks that announce these prefixes or parts of them; with a country, the prefixes are part of it.
    pub prefixes: BTreeSet<Prefix>,
}

/// The text is no country, no AS number and no prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a country (KP), an AS number (AS131279) nor a prefix (175.45.176.0/22): {0}")]
pub struct AskError(CountryNameError);

impl FromStr for Ask {
    type Err = AskError;

    fn from_str(text: &str) -> Result<Self, AskError> {
        let mut ask = Self::default();
        if let Ok(asn) = text.parse() {
            ask.asns.insert(asn);
        } else if let Ok(prefix) = text.parse::<Prefix>() {
            ask.prefixes.insert(prefix.trunc());
        } else {
            ask.country = Some(country_named(text).map_err(AskError)?);
        }
        Ok(ask)
    }
}

impl Ask {
    /// Both questions as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.country = self.country.or(other.country);
        self.asns.extend(other.asns);
        self.prefixes.extend(other.prefixes);
        self
    }

    /// Finds the networks that are asked about.
    ///
    /// Without a country these are the named networks with all that they announce, and those that announce the named
    /// prefixes, with these prefixes alone. A network in question that announces nothing is kept: it may be the answer that
    /// it vanished.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "IPv4 has 2^32 addresses")]
    pub fn resolve(&self, routing_data: &RoutingData) -> Target {
        let named = self.announced(routing_data);
        let origins = self.origins(routing_data, &named);
        let mut announced: BTreeMap<Asn, (Vec<Prefix>, u64)> =
            origins.iter().map(|asn| (*asn, (Vec::new(), 0))).collect();
        let (mut ipv4_addresses, mut ipv6_prefixes) = (0_u64, 0);
        for (prefix, by, size) in routing_data.announcements() {
            let is_named = named.contains(&prefix);
            let is_whole = |asn: &Asn| self.country.is_some() || self.asns.contains(asn);
            let addresses = match prefix {
                Prefix::V4(_) => u64::try_from(size).expect("IPv4 has 2^32 addresses"),
                Prefix::V6(_) => 0,
            };
            let mut is_ours = false;
            for asn in by.iter().filter(|asn| is_named || is_whole(asn)) {
                if let Some((prefixes, sum)) = announced.get_mut(asn) {
                    is_ours = true;
                    prefixes.push(prefix);
                    *sum += addresses;
                }
            }
            if is_ours {
                ipv4_addresses += addresses;
                ipv6_prefixes += u64::from(matches!(prefix, Prefix::V6(_)));
            }
        }
        let question = self.name(&origins);
        let origins: Vec<TargetOrigin> = announced
            .into_iter()
            .map(|(asn, (prefixes, ipv4_addresses))| TargetOrigin {
                network: routing_data.network(asn),
                prefixes,
                ipv4_addresses,
                in_topology: routing_data
                    .topology
                    .as_ref()
                    .is_some_and(|topology| topology.index(asn).is_some()),
            })
            .collect();
        let country = self.country.or_else(|| common_country(&origins));
        Target { question, country, origins, ipv4_addresses, ipv6_prefixes }
    }

    fn origins(&self, routing_data: &RoutingData, named: &BTreeSet<Prefix>) -> BTreeSet<Asn> {
        let mut origins = self.asns.clone();
        if let Some(country) = self.country.filter(|_| self.asns.is_empty()) {
            let mut candidates = routing_data.announcing();
            if candidates.is_empty() {
                let topology = routing_data.topology.iter();
                candidates = topology
                    .flat_map(|topology| topology.ases().map(|index| topology.asn(index)))
                    .collect();
            }
            origins.extend(routing_data.networks.of_country(country, candidates));
        }
        let announcements = routing_data.announcements();
        let announcing = announcements.filter(|(prefix, ..)| named.contains(prefix));
        origins.extend(announcing.flat_map(|(_, origins, _)| origins).copied());
        origins
    }

    /// The announcements of the named prefixes: each that is within one of them, or else the smallest around it.
    ///
    /// Beside a country there are none: the prefixes are part of it.
    fn announced(&self, routing_data: &RoutingData) -> BTreeSet<Prefix> {
        let wanted = self.prefixes.iter().filter(|_| self.country.is_none());
        let announced = || routing_data.announcements().map(|(prefix, ..)| prefix);
        let of = |wanted: &Prefix| -> Vec<Prefix> {
            let within: Vec<Prefix> =
                announced().filter(|prefix| wanted.contains(prefix)).collect();
            if !within.is_empty() {
                return within;
            }
            let around = announced().filter(|prefix| prefix.contains(wanted));
            around.max_by_key(Prefix::prefix_len).into_iter().collect()
        };
        wanted.flat_map(of).collect()
    }

    /// The name of the question; prefixes that the named networks announce are part of them and would only make it longer.
    fn name(&self, origins: &BTreeSet<Asn>) -> String {
        if *origins == self.asns {
            Self { prefixes: BTreeSet::new(), ..self.clone() }.to_string()
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = self.country.iter().map(ToString::to_string);
        let asns = self.asns.iter().map(ToString::to_string);
        let prefixes = self.prefixes.iter().map(ToString::to_string);
        // The networks and prefixes of a country are part of it.
        let named: Vec<String> =
            if self.country.is_some() { country.collect() } else { asns.chain(prefixes).collect() };
        f.write_str(&named.join(", "))
    }
}

fn common_country(origins: &[TargetOrigin]) -> Option<Country> {
    let first = origins.first()?.network.country?;
    origins.iter().all(|origin| origin.network.country == Some(first)).then_some(first)
}
