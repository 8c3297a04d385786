//! What the questions about routes share.

use anyhow::Context;
use demarche_case::assessment::routes::{Caveat, Network, Target};
use demarche_case::{Asn, Country, DoubtfulLink, Source};
use demarche_routes::examine::Examination;
use demarche_routes::{Ask, Atlas, known_doubts};

use crate::cli::About;
use crate::output::{clean, short};

/// Several questions as one.
pub(super) fn joined(asks: &[Ask]) -> Ask {
    asks.iter().cloned().fold(Ask::default(), Ask::and)
}

/// The links that the user doubts, and those that are known to be false.
pub(super) fn doubtful(about: &About) -> Vec<DoubtfulLink> {
    let link = |(left, right): &(Asn, Asn)| DoubtfulLink {
        left: *left,
        right: *right,
        reason: "named as doubtful on the command line".to_owned(),
        source: Source { text: "the user".to_owned(), url: None },
    };
    let mut doubtful = known_doubts();
    let is_known = |pair: &&(Asn, Asn)| {
        doubtful
            .iter()
            .any(|link| (link.left, link.right) == **pair || (link.right, link.left) == **pair)
    };
    let more: Vec<DoubtfulLink> =
        about.doubt.iter().filter(|pair| !is_known(pair)).map(link).collect();
    doubtful.extend(more);
    doubtful
}

/// The target, or why there is none.
pub(super) fn resolve(examination: &Examination<'_>, atlas: &Atlas) -> anyhow::Result<Target> {
    let target = examination.ask.resolve(atlas);
    anyhow::ensure!(
        !target.origins.is_empty(),
        "no table names a network of {}: add a table of AS numbers with countries, or name the networks (AS131279)",
        target.question
    );
    Ok(target)
}

/// Networks and countries in one list: `AS4837,CN`.
pub(super) fn parties(names: &[String]) -> anyhow::Result<(Vec<Asn>, Vec<Country>)> {
    let (mut asns, mut countries) = (Vec::new(), Vec::new());
    for name in names {
        if let Ok(country) = name.parse() {
            countries.push(country);
        } else {
            asns.push(name.parse().with_context(|| {
                format!("neither a network (AS4837) nor a country (CN): `{name}`")
            })?);
        }
    }
    Ok((asns, countries))
}

/// Number, short name and country of a network.
pub(super) fn named(network: &Network) -> String {
    let name = network
        .name
        .as_deref()
        .map_or_else(String::new, |name| format!(" {}", short(&clean(name), 34)));
    let country = network.country.map_or_else(String::new, |country| format!(" [{country}]"));
    format!("{}{name}{country}", network.asn)
}

/// One line on the target.
pub(super) fn headline(target: &Target) -> String {
    let origins = target.origins.len();
    format!(
        "{}: {origins} {}, {} IPv4 addresses, {} IPv6 prefixes\n",
        target.question,
        if origins == 1 { "network" } else { "networks" },
        crate::output::count(target.ipv4_addresses),
        crate::output::count(target.ipv6_prefixes),
    )
}

/// The caveats at the foot of an answer.
pub(super) fn footnotes(caveats: &[Caveat]) -> String {
    let mut text = String::from("\nTo be kept in mind:\n");
    for caveat in caveats {
        text.push_str(&format!("- {}\n", clean(&caveat.text)));
    }
    text
}
