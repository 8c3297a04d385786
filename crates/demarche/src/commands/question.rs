//! What the questions about routes share.

use anyhow::Context;
use demarche_case::assessment::routes::{Caveat, Network, Target};
use demarche_case::{Asn, Country, DoubtfulLink, Source};
use demarche_report::{caveat_text, subject};
use demarche_routes::examine::Examination;
use demarche_routes::{Ask, known_doubts};
use jiff::civil::Date;

use crate::cli::Question;
use crate::output::{clean, short};
use crate::tables::{self, Read};

/// A question that was read together with its tables.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) read: Read,
    pub(crate) target: Target,
    ask: Ask,
    as_of: Option<Date>,
}

impl Asked {
    /// Reads the tables and finds the target in them.
    pub(crate) fn read(question: &Question) -> anyhow::Result<Self> {
        let read = tables::read(&question.tables.routes, doubtful(&question.doubt))?;
        let ask = question.target.iter().cloned().fold(Ask::default(), Ask::and);
        let target = ask.resolve(&read.routing_data);
        anyhow::ensure!(
            !target.origins.is_empty(),
            "no table names a network of {}: add a table of AS numbers with countries, or name the networks (AS131279)",
            target.question
        );
        let as_of = question.as_of.or(read.routing_data.topology_date());
        Ok(Self { read, target, ask, as_of })
    }

    /// The examination of this question.
    pub(crate) fn examination(&self) -> Examination<'_> {
        Examination { ask: self.ask.clone(), as_of: self.as_of, ..Examination::default() }
    }

    /// What an answer that does not rest on dependence cannot know.
    pub(crate) fn caveats(&self) -> Vec<Caveat> {
        self.examination().caveats(&self.read.routing_data, &self.target, &[])
    }
}

/// The links that the user doubts, and those that are known to be false.
fn doubtful(doubt: &[(Asn, Asn)]) -> Vec<DoubtfulLink> {
    let mut doubtful = known_doubts();
    let ends = |link: &DoubtfulLink| [(link.left, link.right), (link.right, link.left)];
    let known: Vec<(Asn, Asn)> = doubtful.iter().flat_map(ends).collect();
    let new = doubt.iter().filter(|pair| !known.contains(pair));
    doubtful.extend(new.map(|(left, right)| DoubtfulLink {
        left: *left,
        right: *right,
        reason: "named as doubtful on the command line".to_owned(),
        source: Source { text: "the user".to_owned(), url: None },
    }));
    doubtful
}

/// Networks and countries in one list: `AS4837,CN`.
pub(crate) fn parties(names: &[String]) -> anyhow::Result<(Vec<Asn>, Vec<Country>)> {
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
pub(crate) fn named(network: &Network) -> String {
    let name = network
        .name
        .as_deref()
        .map_or_else(String::new, |name| format!(" {}", short(&clean(name), 34)));
    let country = network.country.map_or_else(String::new, |country| format!(" [{country}]"));
    format!("{}{name}{country}", network.asn)
}

/// One line on the target.
pub(crate) fn headline(target: &Target) -> String {
    let origins = target.origins.len();
    format!(
        "{}: {origins} {}, {} IPv4 addresses, {} IPv6 prefixes\n",
        subject(target),
        if origins == 1 { "network" } else { "networks" },
        crate::output::count(target.ipv4_addresses),
        crate::output::count(target.ipv6_prefixes),
    )
}

/// The caveats at the foot of an answer.
pub(crate) fn footnotes(caveats: &[Caveat]) -> String {
    let mut text = String::from("\nTo be kept in mind:\n");
    for caveat in caveats {
        text.push_str(&format!("- {}\n", clean(&caveat_text(caveat))));
    }
    text
}
