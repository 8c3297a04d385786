//! The effect of an option of response on the networks of a map: refusals, shares before and after, and third parties hit.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::response::{OptionFound, ResponseFindings};
use demarche_case::assessment::routes::{Change, CutEffect, MapNode, RoutesFindings};
use demarche_case::options::{Direction, Factor};
use demarche_case::{Asn, Country};

use crate::answer::{collateral, reach};
use crate::number::{fraction, length, percent, share};
use crate::response::label;
use crate::svg::measure::wrapped;
use crate::words::{Directory, change, listed, named};

/// Lines of a note below the map.
const LINES: usize = 3;

/// Networks named in a note.
const NAMED: usize = 4;

/// The marks of a map; none on the plain one.
pub(crate) struct Marks {
    /// The option's place, which keeps its drawing apart from others on a page.
    option: Option<usize>,
    name: String,
    refusing: BTreeSet<Asn>,
    /// Shares of the routes before and after.
    shares: BTreeMap<Asn, (f64, f64)>,
    hit: BTreeSet<Asn>,
    told: Vec<String>,
    /// The text before a network's number in the link on it; no links where there is none.
    links: Option<String>,
}

impl Marks {
    /// A plain map.
    pub(crate) const fn none() -> Self {
        Self {
            option: None,
            name: String::new(),
            refusing: BTreeSet::new(),
            shares: BTreeMap::new(),
            hit: BTreeSet::new(),
            told: Vec::new(),
            links: None,
        }
    }

    /// A plain map whose networks are links.
    pub(crate) fn linked(prefix: &str) -> Self {
        Self { links: Some(prefix.to_owned()), ..Self::none() }
    }

    /// The link on a network.
    pub(crate) fn link(&self, node: &MapNode) -> Option<String> {
        self.links.as_ref().map(|prefix| format!("{prefix}{}", node.network.asn))
    }

    /// The marks of an option that has networks refuse; `None` where it has none refuse, or the routes know no such refusal.
    pub(crate) fn of(
        routes: &RoutesFindings,
        responses: &ResponseFindings,
        index: usize,
    ) -> Option<Self> {
        let option = responses.options.get(index)?;
        let states = refusing_states(option, responses.sender)?;
        let cut = refusal(routes, &states)?;
        let refusing = refusing(routes, cut, &states);
        let told = told(routes, cut, &refusing);
        let moves = cut.entries.iter().chain(&cut.shifts);
        Some(Self {
            option: Some(index),
            name: label(option),
            refusing,
            shares: moves.map(|moved| (moved.network.asn, (moved.before, moved.after))).collect(),
            hit: cut.collateral.examples.iter().map(|network| network.asn).collect(),
            told,
            links: None,
        })
    }

    pub(crate) fn is_none(&self) -> bool {
        self.option.is_none()
    }

    /// The name that keeps the patterns of several maps on a page apart.
    pub(crate) fn id(&self) -> String {
        match self.option {
            Some(option) => format!("map-{option}"),
            None if self.links.is_some() => "map-linked".to_owned(),
            None => "map".to_owned(),
        }
    }

    pub(crate) fn title(&self, subject: &str) -> String {
        match self.option {
            Some(_) => format!("Connectivity of {subject} under “{}”", self.name),
            None => format!("Connectivity of {subject}"),
        }
    }

    /// True if all networks of a card refuse.
    pub(crate) fn refuses(&self, nodes: &[&MapNode]) -> bool {
        nodes.iter().all(|node| self.refusing.contains(&node.network.asn)) && !nodes.is_empty()
    }

    /// True if the option hits a network of a card.
    pub(crate) fn hits(&self, nodes: &[&MapNode]) -> bool {
        nodes.iter().any(|node| self.hit.contains(&node.network.asn))
    }

    /// The share in a box: of the routes as they are, or before and after where that is known.
    pub(crate) fn share(&self, node: &MapNode) -> String {
        match self.shares.get(&node.network.asn) {
            Some((before, after)) => format!("{} → {}", short(*before), share(fraction(*after))),
            None => percent(node.share),
        }
    }

    /// The notes below the map, in lines that fit.
    pub(crate) fn notes(&self, width: f64) -> Vec<String> {
        self.told.iter().flat_map(|text| wrapped(text, 12.0, width, LINES)).collect()
    }
}

/// Per cent without its sign, which the number after it has.
fn short(share: f64) -> String {
    let text = crate::number::share(fraction(share));
    text.strip_suffix("\u{a0}%").unwrap_or(&text).to_owned()
}

/// The states whose networks an option has refuse, if that is how it works.
fn refusing_states(option: &OptionFound, sender: Option<Country>) -> Option<BTreeSet<Country>> {
    let by_cut = option.cells.iter().filter_map(|cell| cell.estimate.as_ref()?.times);
    let cuts = by_cut.into_iter().any(|factor| factor == Factor::Cut);
    match option.to {
        Direction::Transit => Some(option.addressees.iter().copied().collect()),
        Direction::Home if cuts => Some(sender.into_iter().collect()),
        Direction::Partners if cuts => Some(option.addressees.iter().copied().collect()),
        Direction::Home
        | Direction::Partners
        | Direction::Hosts
        | Direction::Certs
        | Direction::Responsible
        | Direction::Shelter => None,
    }
    .filter(|states: &BTreeSet<Country>| !states.is_empty())
}

/// The refusal of all networks of these states, else the one of theirs that most networks feel.
fn refusal<'a>(routes: &'a RoutesFindings, states: &BTreeSet<Country>) -> Option<&'a CutEffect> {
    let countries = country_of(routes);
    let total = routes.cuts.iter().find(|cut| match &cut.change {
        Change::RefuseCountries(refusing) => {
            refusing.iter().copied().collect::<BTreeSet<_>>() == *states
        }
        Change::Refuse(_) | Change::SeverLinks(_) | Change::Remove(_) => false,
    });
    let is_theirs = |asn: &Asn| countries.get(asn).is_some_and(|state| states.contains(state));
    let part = routes.cuts.iter().filter(|cut| match &cut.change {
        Change::Refuse(asns) => !asns.is_empty() && asns.iter().all(is_theirs),
        Change::RefuseCountries(_) | Change::SeverLinks(_) | Change::Remove(_) => false,
    });
    total.or_else(|| {
        part.max_by(|left, right| {
            left.lost_networks
                .cmp(&right.lost_networks)
                .then(left.rerouted_share.total_cmp(&right.rerouted_share))
        })
    })
}

/// The place where each network of the map is registered.
fn country_of(routes: &RoutesFindings) -> BTreeMap<Asn, Country> {
    let nodes = routes.map.nodes.iter();
    nodes.filter_map(|node| Some((node.network.asn, node.network.country?))).collect()
}

fn refusing(routes: &RoutesFindings, cut: &CutEffect, states: &BTreeSet<Country>) -> BTreeSet<Asn> {
    match &cut.change {
        Change::Refuse(asns) => asns.iter().copied().collect(),
        Change::RefuseCountries(_) => {
            let nodes = country_of(routes).into_iter();
            nodes.filter(|(_, state)| states.contains(state)).map(|(asn, _)| asn).collect()
        }
        Change::SeverLinks(_) | Change::Remove(_) => BTreeSet::new(),
    }
}

/// The effects that the map alone does not tell: reach, detours, third parties, and refusing networks that are not on it.
fn told(routes: &RoutesFindings, cut: &CutEffect, refusing: &BTreeSet<Asn>) -> Vec<String> {
    let directory = Directory::of(routes);
    let mut told = vec![format!(
        "If {}, {}, {} of them by another way than before; {}.",
        change(cut, &directory),
        reach(cut),
        percent(cut.rerouted_share),
        collateral(cut)
    )];
    let is_drawn = |asn: &Asn| routes.map.nodes.iter().any(|node| node.network.asn == *asn);
    let unseen: Vec<String> =
        refusing.iter().filter(|asn| !is_drawn(asn)).map(|asn| directory.named(*asn)).collect();
    if !unseen.is_empty() {
        told.push(format!("Refuses as well, not drawn: {}.", some_of(&unseen)));
    }
    let hit: Vec<String> = cut.collateral.examples.iter().map(named).collect();
    if !hit.is_empty() {
        told.push(format!("Third parties hit hardest: {}.", some_of(&hit)));
    }
    told
}

fn some_of(names: &[String]) -> String {
    let mut named: Vec<String> = names.iter().take(NAMED).cloned().collect();
    let further = names.iter().skip(NAMED).count();
    if further > 0 {
        named.push(format!("{} more", length(further)));
    }
    listed(&named, "and")
}
