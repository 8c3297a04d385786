//! The answer in a paragraph: through whose networks, and whose cooperation is key.
//!
//! Every sentence is put together from the findings; where they are silent, so is the answer.

use demarche_case::assessment::routes::{
    Caveat, Change, CutEffect, Dependency, Family, FrontierRisk, Player, PowerFindings, PowerGame,
    Proof, RouteBasis, RoutesFindings,
};
use demarche_case::{Asn, Country};

use crate::number::{count, counted, index, length, percent, word};
use crate::words::routes::{caveat_text, no_cut_text};
use crate::words::{
    Directory, country_of_player, family, listed, named, networks_in_graph, player, player_in_text,
    subject, subject_in_graph,
};

/// The answer, the most important sentence first; empty where nothing was found.
#[must_use]
pub fn answer(findings: &RoutesFindings) -> Vec<String> {
    let directory = Directory::of(findings);
    let mut sentences = Vec::new();
    if findings.target.origins.is_empty() {
        sentences
            .push(format!("No network was found that announces {}.", subject(&findings.target)));
    }
    if let Some(power) = &findings.power {
        sentences.extend(who_cuts_off(findings, power));
        sentences.extend(states(findings, &power.states));
    }
    sentences.extend(findings.dependencies.first().and_then(|one| dependency(findings, one)));
    sentences.extend(joint_cut(findings));
    sentences.extend(single_cut(findings, &directory));
    sentences.extend(frontier(findings));
    // Shares of an extract read like shares of the internet, so the paragraph itself says that they are not.
    let small = findings.caveats.iter().find(|caveat| matches!(caveat, Caveat::SmallGraph { .. }));
    sentences.extend(small.map(caveat_text));
    sentences
}

/// Whose joint refusal it takes, among operators.
fn who_cuts_off(findings: &RoutesFindings, power: &PowerFindings) -> Vec<String> {
    let game = &power.operators;
    let networks = networks_in_graph(&findings.target);
    let Some(smallest) = game.smallest.first() else {
        return match &game.proof {
            Proof::NoCut(reason) => {
                vec![format!("No refusal of others cuts {networks} off: {}.", no_cut_text(reason))]
            }
            _ => Vec::new(),
        };
    };
    let names: Vec<String> = smallest.iter().map(player).collect();
    let mut sentences = vec![match game.smallest.len() {
        1 => format!(
            "Every route from the core of the internet to {networks} passes through {}.",
            listed(&names, "or")
        ),
        _ => format!(
            "No route to {networks} is left if {} refuse to carry it.",
            listed(&names, "and")
        )
        .replace(" refuse to", if names.len() == 1 { " refuses to" } else { " refuse to" }),
    }];
    sentences.push(together(game, smallest));
    if let Proof::Bound { at_least, .. } = game.proof {
        sentences.push(format!(
            "This is not proven to be the smallest set; no set of fewer than {} can do it.",
            word(at_least)
        ));
    }
    sentences.extend(domestic(findings, smallest));
    sentences
}

/// Who of the smallest set is needed, and how much say each has.
fn together(game: &PowerGame, smallest: &[Player]) -> String {
    let power: Vec<f64> = smallest
        .iter()
        .map(|one| {
            game.indices
                .iter()
                .find(|index| index.player == *one)
                .map_or(0.0, |one| one.shapley_block)
        })
        .collect();
    let others = game.smallest.len().saturating_sub(1);
    let complete = if game.smallest_is_complete { "" } else { "at least " };
    let others = match others {
        0 => String::new(),
        1 => format!("{complete}one other set of the same size can do it too"),
        _ => format!("{complete}{} other sets of the same size can do it too", length(others)),
    };
    let first = power.first().copied().unwrap_or_default();
    let equal = power.iter().all(|one| (one - first).abs() < 0.000_5);
    let (who, say) = match smallest.len() {
        1 => (
            "It alone can cut it off".to_owned(),
            format!("its power is {} (Shapley–Shubik)", index(first)),
        ),
        2 if others.is_empty() => {
            ("Only both together can cut it off".to_owned(), say(equal, &power))
        }
        size => {
            let size = word(u64::try_from(size).unwrap_or(u64::MAX));
            (
                format!(
                    "It takes {} together",
                    if others.is_empty() { format!("all {size}") } else { size }
                ),
                say(equal, &power),
            )
        }
    };
    if others.is_empty() {
        format!("{who}; {say}.")
    } else {
        format!("{who}, and {others}; {say}.")
    }
}

fn say(equal: bool, power: &[f64]) -> String {
    let first = power.first().copied().unwrap_or_default();
    if equal && power.len() == 2 && (first - 0.5).abs() < 0.000_5 {
        return format!("each has half of the power (Shapley–Shubik {})", index(first));
    }
    if equal {
        return format!("each has a power of {} (Shapley–Shubik)", index(first));
    }
    let values: Vec<String> = power.iter().map(|one| index(*one)).collect();
    format!("their power is {} in this order (Shapley–Shubik)", listed(&values, "and"))
}

/// A cut by the target's own networks is no matter for a foreign ministry, so it is said.
fn domestic(findings: &RoutesFindings, smallest: &[Player]) -> Option<String> {
    let own = findings.target.country?;
    let domestic = smallest.iter().filter(|one| country_of_player(one) == Some(own)).count();
    let all = domestic == smallest.len();
    (domestic > 0).then(|| {
        let whose = own.label();
        match (all, domestic) {
            (true, 1) => {
                format!("It is a network of {whose} itself, so the key is at home and not abroad.")
            }
            (true, _) => format!(
                "All of them are networks of {whose} itself, so the key is at home and not abroad."
            ),
            (_, 1) => format!("1 of them is registered in {whose} itself."),
            _ => format!("{} of them are registered in {whose} itself.", length(domestic)),
        }
    })
}

fn states(findings: &RoutesFindings, game: &PowerGame) -> Option<String> {
    let smallest = game.smallest.first()?;
    let names: Vec<String> = smallest.iter().map(player_in_text).collect();
    let power = |one: &Player| {
        game.indices.iter().find(|index| index.player == *one).map_or(0.0, |one| one.shapley_block)
    };
    let target = subject_in_graph(&findings.target);
    Some(match (smallest.as_slice(), game.smallest.len()) {
        ([only], 1) => format!(
            "Among states, {} alone can have all routes to {target} refused (Shapley–Shubik {}).",
            player_in_text(only),
            index(power(only))
        ),
        (several, 1) => {
            let values: Vec<String> = several.iter().map(|one| index(power(one))).collect();
            let same = values.windows(2).all(|pair| pair.first() == pair.last());
            let values = match values.first() {
                Some(first) if same => format!("{first} each"),
                _ => listed(&values, "and"),
            };
            format!(
                "Among states, the cooperation of {} is key: {} can be missing (Shapley–Shubik {values}).",
                listed(&names, "and"),
                if several.len() == 2 { "neither" } else { "none" }
            )
        }
        (_, sets) => format!(
            "Among states, {} sets of {} can do it, {} among them.",
            length(sets),
            length(smallest.len()),
            listed(&names, "and")
        ),
    })
}

/// Who carries most, in the first of the dependencies.
fn dependency(findings: &RoutesFindings, one: &Dependency) -> Option<String> {
    let top: Vec<String> = one
        .networks
        .iter()
        .filter(|network| network.by_addresses.trimmed > 0.0)
        .take(3)
        .map(|network| {
            format!("{} with {}", named(&network.network), percent(network.by_addresses.trimmed))
        })
        .collect();
    if top.is_empty() {
        return None;
    }
    let addresses = match one.family {
        Family::Ipv4 if findings.target.ipv4_addresses > 0 => {
            format!("its {} IPv4 addresses", count(findings.target.ipv4_addresses))
        }
        other => format!("its {} prefixes", family(other)),
    };
    let routes = match one.basis {
        RouteBasis::Observed => "observed",
        RouteBasis::Modelled => "modelled",
    };
    Some(format!(
        "Seen from {}, the {routes} routes to {addresses} pass most of all through {} (trimmed mean).",
        counted(one.vantage_points, "vantage point", "vantage points"),
        listed(&top, "and")
    ))
}

/// What the smallest set's joint refusal does.
fn joint_cut(findings: &RoutesFindings) -> Option<String> {
    let smallest = findings.power.as_ref()?.operators.smallest.first()?;
    let wanted = asns_of(smallest);
    let cut =
        findings.cuts.iter().find(|cut| refusers(&cut.change).is_some_and(|set| set == wanted))?;
    let who = match smallest.len() {
        1 => "it refuses",
        2 => "both refuse",
        _ => "all of them refuse",
    };
    Some(format!("If {who}, {}; {}.", reach(cut), collateral(cut)))
}

fn asns_of(players: &[Player]) -> Vec<Asn> {
    let mut asns: Vec<Asn> = players
        .iter()
        .flat_map(|one| match one {
            Player::Operator(network) => vec![network.asn],
            Player::Group { networks, .. } => networks.clone(),
            Player::State(_) => Vec::new(),
        })
        .collect();
    asns.sort();
    asns
}

fn refusers(change: &Change) -> Option<Vec<Asn>> {
    let Change::Refuse(asns) = change else { return None };
    let mut asns = asns.clone();
    asns.sort();
    Some(asns)
}

/// The single refusal that makes most routes change, where one alone does not do.
fn single_cut(findings: &RoutesFindings, directory: &Directory<'_>) -> Option<String> {
    let smallest = findings.power.as_ref()?.operators.smallest.first()?;
    if smallest.len() < 2 {
        return None;
    }
    let wanted = asns_of(smallest);
    let single = findings.cuts.iter().filter_map(|cut| match refusers(&cut.change)?.as_slice() {
        [one] if cut.after.networks > 0 && wanted.contains(one) => Some((*one, cut)),
        _ => None,
    });
    let (asn, cut) = single.max_by(|left, right| {
        left.1.rerouted_share.total_cmp(&right.1.rerouted_share).then(right.0.cmp(&left.0))
    })?;
    Some(format!(
        "If {} alone refuses, {}, {} of them by another way than before.",
        directory.named(asn),
        reach(cut),
        percent(cut.rerouted_share)
    ))
}

/// `1 of the 45,823 networks that had a route still has one`; a mean over several origins says so.
pub(crate) fn reach(cut: &CutEffect) -> String {
    let (before, after) = (cut.before, cut.after);
    let had = format!("{} that had a route", counted(before.networks, "network", "networks"));
    // A mean may be rounded to nobody or to everybody where a few were left or lost.
    let is_rounded = cut.origins > 1
        && match after.networks {
            0 => after.network_share > 0.0,
            left => left == before.networks && after.network_share < before.network_share,
        };
    let left = match after.networks {
        0 if is_rounded => format!("fewer than one of the {had} still has one"),
        0 if before.networks == 1 => format!("the {had} has none left"),
        0 => format!("none of the {had} still has one"),
        left if left == before.networks && is_rounded => {
            format!("nearly all of the {had} still have one")
        }
        1 if before.networks == 1 => format!("the {had} still has one"),
        1 => format!("1 of the {had} still has one"),
        left if left == before.networks => format!("all {had} still have one"),
        left => format!("{} of the {had} still have one", count(left)),
    };
    match mean_over(cut.origins) {
        Some(mean) => format!("{mean}, {left}"),
        None => left,
    }
}

/// What figures of several origins are; nothing for one origin, whose figures are plain counts.
pub(crate) fn mean_over(origins: u64) -> Option<String> {
    (origins > 1).then(|| format!("on average over the target’s {} networks", count(origins)))
}

/// The origins over which the figures of these changes are means.
pub(crate) fn origins_of(cuts: &[CutEffect]) -> u64 {
    cuts.iter().map(|cut| cut.origins).max().unwrap_or_default()
}

/// What third parties suffer.
pub(crate) fn collateral(cut: &CutEffect) -> String {
    let hit = &cut.collateral;
    let lost = counted(hit.lost.networks, "network", "networks");
    match (hit.lost.networks, hit.changed.networks) {
        (0, 0) => "no third party loses or changes a route".to_owned(),
        (0, 1) => {
            format!(
                "no third party loses a route, and {} of third parties changes its",
                counted(1, "network", "networks")
            )
        }
        (0, changed) => format!(
            "no third party loses a route, and {} of third parties change theirs",
            counted(changed, "network", "networks")
        ),
        (networks, _) => format!(
            "{lost} of third parties with {} {} a route",
            counted(hit.lost.ipv4_addresses, "IPv4 address", "IPv4 addresses"),
            if networks == 1 { "loses" } else { "lose" }
        ),
    }
}

fn frontier(findings: &RoutesFindings) -> Option<String> {
    let frontier = &findings.power.as_ref()?.frontier;
    let country = findings.target.country?;
    let band = match frontier.risk? {
        FrontierRisk::Severe => "severe",
        FrontierRisk::Significant => "significant",
    };
    let number = u64::try_from(frontier.gateways.len()).unwrap_or(u64::MAX);
    Some(format!(
        "{} connects to the world through {} foreign {}, which stands for a {band} risk of disconnection (bands of Renesys, 2012).",
        country.label(),
        word(number),
        if number == 1 { "network" } else { "networks" }
    ))
}

/// The states whose networks are key, the most powerful first; the target's own is left out.
pub(crate) fn key_states(findings: &RoutesFindings) -> Vec<(Country, f64)> {
    let own = findings.target.country;
    let mut states: Vec<(Country, f64)> = Vec::new();
    let indices = findings.power.iter().flat_map(|power| &power.states.indices);
    for one in indices {
        if let Player::State(country) = one.player {
            states.push((country, crate::number::fraction(one.shapley_block)));
        }
    }
    for node in findings.map.nodes.iter().filter(|node| node.is_key) {
        if let Some(country) = node.network.country
            && !states.iter().any(|(known, _)| *known == country)
        {
            states.push((country, 0.0));
        }
    }
    states.retain(|(country, _)| Some(*country) != own);
    states.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    states
}
