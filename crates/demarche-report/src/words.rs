//! Findings in words: names, lists, and what a change or a player is called.

pub(crate) mod attribution;
pub(crate) mod routes;

use std::collections::BTreeMap;

use demarche_case::assessment::routes::{
    Change, CutEffect, Dependency, Family, IndexMethod, Network, Place, Player, RouteBasis,
    RoutesFindings, Target,
};
use demarche_case::{Asn, Country, Role};

use crate::number::{as_count, count, length, word};
use crate::palette::Palette;
use crate::text::{NAME, shown};

/// The looks of the countries for all drawings of one assessment.
pub(crate) fn palette_of(findings: &RoutesFindings) -> Palette {
    let map = findings.map.nodes.iter().map(|node| (node.network.country, node.share));
    let groups = findings.dependencies.iter().flat_map(|dependency| &dependency.countries);
    let groups = groups.map(|group| (group.country, group.by_addresses.mean));
    let located = findings.located.iter().map(|located| (located.announced_from, 0.01));
    let weights = map.chain(groups).chain(located);
    let weights = weights.filter_map(|(country, weight)| Some((country?, weight)));
    Palette::of(findings.target.country, weights)
}

/// `AS4837 (China Unicom, China)`; what is not known is left out.
pub(crate) fn named(network: &Network) -> String {
    let name =
        network.name.as_deref().map(|name| shown(name, NAME)).filter(|name| !name.is_empty());
    let country = network.country.as_ref().map(|country| country.label().to_owned());
    let inside: Vec<String> = name.into_iter().chain(country).collect();
    if inside.is_empty() {
        network.asn.to_string()
    } else {
        format!("{} ({})", network.asn, inside.join(", "))
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(items: &[String], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}

/// Returns the title of a target: the country's name where the question is its code, else the question as it was put.
#[must_use]
pub fn subject(target: &Target) -> String {
    target
        .country
        .filter(|country| country.code().eq_ignore_ascii_case(target.question.trim()))
        .map_or_else(|| shown(&target.question, NAME), |country| country.label().to_owned())
}

/// `North Korea's one network`, `Cuba's three networks`.
pub(crate) fn networks_of(target: &Target) -> String {
    let number = as_count(target.origins.len());
    let subject = subject(target);
    match (number, target.country) {
        (1, Some(country)) if subject == country.label() => {
            format!("{} one network", possessive(&subject))
        }
        (1, _) => subject,
        _ => format!("{} {} networks", possessive(&subject), word(number)),
    }
}

fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}’") } else { format!("{name}’s") }
}

/// The target's networks of which ways and power can be told, and how many it has, where these differ.
pub(crate) fn known_in_graph(target: &Target) -> Option<(usize, usize)> {
    let known = target.origins.iter().filter(|origin| origin.in_topology).count();
    let all = target.origins.len();
    (known > 0 && known < all).then_some((known, all))
}

/// `Iran's 258 networks that the AS graph has (of 278)`; all its networks where the graph has them all.
pub(crate) fn networks_in_graph(target: &Target) -> String {
    let Some((known, all)) = known_in_graph(target) else { return networks_of(target) };
    let number = as_count(known);
    let networks = if known == 1 { "network" } else { "networks" };
    let owner = possessive(&subject(target));
    format!("{owner} {} {networks} that the AS graph has (of {})", word(number), length(all))
}

/// The target by its name, or those of its networks that the AS graph has where it lacks some.
pub(crate) fn subject_in_graph(target: &Target) -> String {
    match known_in_graph(target) {
        Some(_) => networks_in_graph(target),
        None => subject(target),
    }
}

/// First words of the names of offices, which take an article within a sentence.
const WITH_ARTICLE: [&str; 19] = [
    "Agency",
    "Bureau",
    "Cabinet",
    "Center",
    "Centre",
    "Commission",
    "Department",
    "Directorate",
    "Embassy",
    "Federal",
    "Foreign",
    "Government",
    "Kingdom",
    "Ministry",
    "National",
    "Office",
    "Republic",
    "State",
    "United",
];

/// A name within a sentence: `the Ministry of Foreign Affairs`, `Sony Pictures`; an article of its own is not capital.
pub(crate) fn with_article(called: String) -> String {
    let is_office = WITH_ARTICLE.iter().any(|office| {
        called.strip_prefix(office).is_some_and(|rest| rest.starts_with(char::is_whitespace))
    });
    match called.strip_prefix("The ") {
        Some(rest) => format!("the {rest}"),
        None if is_office => format!("the {called}"),
        None => called,
    }
}

/// Names as a list in a sentence.
pub(crate) fn names_listed(names: &[String]) -> String {
    listed(&told_apart(names.to_vec()), "and")
}

/// A name inside a sentence: an article at its beginning is written small, and so is a number before a word that is.
///
/// `A teenager near Oxford` is a description. `Two Sigma` is a name, and keeps its capital.
pub(crate) fn in_sentence(name: &str) -> String {
    const ARTICLES: [&str; 3] = ["A", "An", "The"];
    const NUMBERS: [&str; 14] = [
        "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Several",
        "Some", "Many", "Unknown",
    ];
    let Some((first, rest)) = name.split_once(' ') else { return name.to_owned() };
    let is_described = rest.starts_with(char::is_lowercase);
    if ARTICLES.contains(&first) || (NUMBERS.contains(&first) && is_described) {
        format!("{} {rest}", first.to_lowercase())
    } else {
        name.to_owned()
    }
}

/// Names for a list, in quotation marks where a comma in one of them would part it.
pub(crate) fn told_apart(names: Vec<String>) -> Vec<String> {
    if names.len() > 1 && names.iter().any(|name| name.contains(',')) {
        names.into_iter().map(|name| format!("“{name}”")).collect()
    } else {
        names
    }
}

/// The name of a player in a power game.
pub(crate) fn player(player: &Player) -> String {
    match player {
        Player::Operator(network) => named(network),
        Player::Group { label, networks } => {
            let asns: Vec<String> = networks.iter().take(6).map(Asn::to_string).collect();
            format!("{} ({})", shown(label, NAME), asns.join(", "))
        }
        Player::State(country) => country.label().to_owned(),
    }
}

/// The name as it stands in a sentence: `the United States`, `China`.
#[must_use]
pub fn in_text(country: Country) -> String {
    const WITH_ARTICLE: [&str; 10] = ["AE", "BS", "CD", "CG", "GM", "IM", "KM", "NL", "PH", "VA"];
    let name = country.label();
    let plural =
        ["Islands", "Republic", "Territories", "Territory"].iter().any(|end| name.ends_with(end));
    if plural || name.starts_with("United ") || WITH_ARTICLE.contains(&country.code()) {
        format!("the {name}")
    } else {
        name.to_owned()
    }
}

/// The name of a player in a power game, as it stands in a sentence.
pub(crate) fn player_in_text(one: &Player) -> String {
    match one {
        Player::State(country) => in_text(*country),
        Player::Operator(_) | Player::Group { .. } => player(one),
    }
}

/// The change, with the names of few networks; else as the findings put it.
pub(crate) fn change(cut: &CutEffect, directory: &Directory<'_>) -> String {
    match &cut.change {
        Change::Refuse(asns) if (1..=4).contains(&asns.len()) => {
            let names: Vec<String> = asns.iter().map(|asn| directory.named(*asn)).collect();
            let refuse = if asns.len() == 1 { "refuses" } else { "refuse" };
            format!("{} {refuse} to carry the target", listed(&names, "and"))
        }
        Change::RefuseCountries(countries) if (1..=4).contains(&countries.len()) => {
            let names: Vec<String> = countries.iter().map(|country| in_text(*country)).collect();
            format!("every network of {} refuses to carry the target", listed(&names, "and"))
        }
        Change::Remove(asns) if (1..=4).contains(&asns.len()) => {
            let names: Vec<String> = asns.iter().map(|asn| directory.named(*asn)).collect();
            let vanish = if asns.len() == 1 { "vanishes" } else { "vanish" };
            format!("{} {vanish} for everybody", listed(&names, "and"))
        }
        Change::SeverLinks(links) if (1..=3).contains(&links.len()) => {
            let names: Vec<String> = links
                .iter()
                .map(|(near, far)| {
                    format!("between {} and {}", directory.named(*near), directory.named(*far))
                })
                .collect();
            let link = if links.len() == 1 { "the link" } else { "the links" };
            let is = if links.len() == 1 { "is" } else { "are" };
            format!("{link} {} {is} cut", listed(&names, "and"))
        }
        Change::Refuse(_)
        | Change::RefuseCountries(_)
        | Change::Remove(_)
        | Change::SeverLinks(_) => routes::change_text(cut),
    }
}

/// The word for a role.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Victim => "victim",
        Role::ResponsibleAlleged => "alleged to be responsible",
        Role::ShelterAlleged => "said to shelter those who did it",
        Role::Transit => "transit",
        Role::Host => "host",
        Role::Partner => "partner",
        Role::LawEnforcement => "law enforcement",
        Role::Cert => "national CERT",
        Role::Sender => "sender",
        Role::Other => "other",
    }
}

/// The country a player belongs to.
pub(crate) fn country_of_player(player: &Player) -> Option<Country> {
    match player {
        Player::Operator(network) => network.country,
        Player::Group { .. } => None,
        Player::State(country) => Some(*country),
    }
}

/// `IPv4, observed`.
pub(crate) fn basis(dependency: &Dependency) -> String {
    format!("{}, {}", family(dependency.family), basis_word(dependency.basis))
}

/// The name of the IP version.
pub(crate) const fn family(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "IPv4",
        Family::Ipv6 => "IPv6",
    }
}

const fn basis_word(basis: RouteBasis) -> &'static str {
    match basis {
        RouteBasis::Observed => "observed routes",
        RouteBasis::Modelled => "modelled routes",
    }
}

/// The place of a network, seen from the target.
pub(crate) const fn place(place: Place) -> &'static str {
    match place {
        Place::Own => "the target’s own",
        Place::Domestic => "domestic",
        Place::Foreign => "foreign",
        Place::Unknown => "not known",
    }
}

/// The way in which the indices of a power game were reckoned, in a sentence.
pub(crate) fn index_method(method: IndexMethod) -> String {
    match method {
        IndexMethod::Exact => "The indices are exact, over all coalitions.".to_owned(),
        IndexMethod::Sampled { orders, seed } => format!(
            "The indices are sampled over {} random orders of the players (seed {seed}); ± is half the 95\u{a0}% interval.",
            count(orders)
        ),
    }
}

/// Everything the findings say of each network, so that a bare number can be named.
#[derive(Debug, Default)]
pub(crate) struct Directory<'a> {
    networks: BTreeMap<Asn, &'a Network>,
}

impl<'a> Directory<'a> {
    /// Gathers the names; where two parts differ, the map's word counts.
    pub(crate) fn of(findings: &'a RoutesFindings) -> Self {
        let mut directory = Self::default();
        let map = findings.map.nodes.iter().map(|node| &node.network);
        let origins = findings.target.origins.iter().map(|origin| &origin.network);
        let dependencies = findings.dependencies.iter().flat_map(|dependency| &dependency.networks);
        let dependencies = dependencies.map(|dependency| &dependency.network);
        let cuts = findings.cuts.iter().flat_map(|cut| cut.entries.iter().chain(&cut.shifts));
        let games = findings.power.iter().flat_map(|power| [&power.operators, &power.states]);
        let players = games.flat_map(|game| game.indices.iter().map(|index| &index.player));
        let players = players.filter_map(|player| match player {
            Player::Operator(network) => Some(network),
            Player::Group { .. } | Player::State(_) => None,
        });
        let located = findings
            .located
            .iter()
            .flat_map(|located| located.origins.iter().chain(&located.providers));
        let all = map.chain(origins).chain(dependencies).chain(cuts.map(|entry| &entry.network));
        for network in all.chain(players).chain(located) {
            directory.networks.entry(network.asn).or_insert(network);
        }
        directory
    }

    /// The network with its name, or its bare number.
    pub(crate) fn named(&self, asn: Asn) -> String {
        self.networks.get(&asn).map_or_else(|| asn.to_string(), |network| named(network))
    }
}

#[cfg(test)]
mod tests {
    use super::in_sentence;

    #[test]
    fn a_description_loses_its_capital_inside_a_sentence_and_a_name_keeps_it() {
        for (name, told) in [
            ("A teenager near Oxford", "a teenager near Oxford"),
            ("Two operators of junkets", "two operators of junkets"),
            ("The holders of the accounts", "the holders of the accounts"),
            ("Two Sigma", "Two Sigma"),
            ("Anonymous", "Anonymous"),
            ("Lazarus Group", "Lazarus Group"),
            ("", ""),
        ] {
            assert_eq!(in_sentence(name), told);
        }
    }
}
