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
    /// The networks that announce these prefixes or parts of them.
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
    /// A network in question that announces nothing is kept: it may be the answer that it vanished.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "IPv4 has 2^32 addresses")]
    pub fn resolve(&self, routing_data: &RoutingData) -> Target {
        let origins = self.origins(routing_data);
        let mut announced: BTreeMap<Asn, (Vec<Prefix>, u64)> =
            origins.iter().map(|asn| (*asn, (Vec::new(), 0))).collect();
        let (mut ipv4_addresses, mut ipv6_prefixes) = (0_u64, 0);
        for (prefix, by, size) in
            routing_data.announcements().filter(|(prefix, ..)| self.wants(*prefix))
        {
            let ours = by.iter().filter(|asn| origins.contains(asn));
            let addresses = match prefix {
                Prefix::V4(_) => u64::try_from(size).expect("IPv4 has 2^32 addresses"),
                Prefix::V6(_) => 0,
            };
            let mut is_ours = false;
            for asn in ours {
                is_ours = true;
                if let Some((prefixes, sum)) = announced.get_mut(asn) {
                    prefixes.push(prefix);
                    *sum += addresses;
                }
            }
            if is_ours {
                ipv4_addresses += addresses;
                ipv6_prefixes += u64::from(matches!(prefix, Prefix::V6(_)));
            }
        }
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
        Target { question: self.to_string(), country, origins, ipv4_addresses, ipv6_prefixes }
    }

    fn origins(&self, routing_data: &RoutingData) -> BTreeSet<Asn> {
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
        if !self.prefixes.is_empty() && self.country.is_none() {
            let within = routing_data.announcements().filter(|(prefix, ..)| self.wants(*prefix));
            origins.extend(within.flat_map(|(_, origins, _)| origins).copied());
        }
        origins
    }

    /// Returns true if the prefix is part of the question. Every prefix of the networks is, unless prefixes alone are asked about.
    fn wants(&self, prefix: Prefix) -> bool {
        let only_prefixes = self.country.is_none() && self.asns.is_empty();
        !only_prefixes
            || self
                .prefixes
                .iter()
                .any(|wanted| wanted.contains(&prefix) || prefix.contains(wanted))
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let country = self.country.iter().map(ToString::to_string);
        let asns = self.asns.iter().map(ToString::to_string);
        // The prefixes of a country or network are part of it and would only make the name longer.
        let is_alone = self.country.is_none() && self.asns.is_empty();
        let prefixes = self.prefixes.iter().filter(|_| is_alone).map(ToString::to_string);
        let named: Vec<String> =
            if self.country.is_some() { country.collect() } else { asns.chain(prefixes).collect() };
        f.write_str(&named.join(", "))
    }
}

fn common_country(origins: &[TargetOrigin]) -> Option<Country> {
    let first = origins.first()?.network.country?;
    origins.iter().all(|origin| origin.network.country == Some(first)).then_some(first)
}
