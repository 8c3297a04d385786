//! What the questions about routes share.

use anyhow::Context;
use demarche_assess::RoutingSource;
use demarche_case::assessment::routes::{Caveat, Target};
use demarche_case::{Asn, Country, DoubtfulLink, Source, Tlp, country_named};
use demarche_routes::examine::Examination;
use demarche_routes::{Ask, RoutingData, known_doubts};
use jiff::civil::Date;

use super::read_tables;
use crate::cli::Question;
use crate::output::clean;

/// A question that was read together with its tables.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) read: RoutingSource,
    pub(crate) target: Target,
    ask: Ask,
    as_of: Option<Date>,
}

impl Asked {
    /// Reads the tables and finds the target in them.
    pub(crate) fn read(question: &Question) -> anyhow::Result<Self> {
        let read = read_tables(&question.tables.routes, doubtful(&question.doubt))?;
        known_links(&question.doubt, &read.routing_data)?;
        let ask = question.target.iter().cloned().fold(Ask::default(), Ask::and);
        let target = ask.resolve(&read.routing_data);
        anyhow::ensure!(
            !target.origins.is_empty(),
            "no table names a network of {ask}: {}",
            remedy(&ask)
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

/// The way to a target that no table has.
fn remedy(ask: &Ask) -> &'static str {
    if ask.country.is_none() && ask.asns.is_empty() {
        "nobody announces it or a part of it, so that there are no networks to ask about"
    } else {
        "add a table of AS numbers with countries, or name the networks (AS131279)"
    }
}

/// Refuses doubts of links that no table has: a slip of the hand would leave the link on the graph.
fn known_links(doubt: &[(Asn, Asn)], routing_data: &RoutingData) -> anyhow::Result<()> {
    let unknown =
        doubt.iter().filter(|(left, right)| routing_data.relationship(*left, *right).is_none());
    let unknown: Vec<String> = unknown.map(|(left, right)| format!("{left}–{right}")).collect();
    anyhow::ensure!(unknown.is_empty(), "the AS graph does not have {}", unknown.join(", "));
    Ok(())
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
        tlp: Tlp::Clear,
        release_to: std::collections::BTreeSet::new(),
    }));
    doubtful
}

/// Networks and countries in one list: `AS4837,CN`.
pub(crate) fn parties(names: &[String]) -> anyhow::Result<(Vec<Asn>, Vec<Country>)> {
    let (mut asns, mut countries) = (Vec::new(), Vec::new());
    for name in names {
        match name.parse() {
            Ok(asn) => asns.push(asn),
            Err(_) => countries.push(country_named(name).with_context(|| {
                format!("neither a network (AS4837) nor a country (CN): `{}`", clean(name))
            })?),
        }
    }
    Ok((asns, countries))
}
