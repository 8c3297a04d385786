//! The answer in a paragraph: through whose networks, and whose cooperation is key.
//!
//! Every sentence is put together from the findings; where they are silent, so is the answer.

use demarche_case::assessment::routes::{
    Caveat, Change, CutEffect, Dependency, Family, FrontierRisk, Player, PowerFindings, PowerGame,
    Proof, RouteBasis, RoutesFindings,
};
use demarche_case::{Asn, Country};

use crate::attribution::capitalised;
use crate::number::{as_count, count, counted, index, length, percent, word};
use crate::words::routes::{caveat_text, cut_off_part, no_cut_text};
use crate::words::{
    Directory, country_of_player, family, listed, named, networks_in_graph, player, player_in_text,
    subject, subject_in_graph,
};

/// The most players that a sentence names.
const NAMED: usize = 3;

/// The answer, the most important sentence first; empty where nothing was found.
#[must_use]
pub fn answer(findings: &RoutesFindings) -> Vec<String> {
    let directory = Directory::of(findings);
    let mut sentences = Vec::new();
    if is_asked(findings) && findings.target.origins.is_empty() {
        sentences
            .push(format!("No network was found that announces {}.", subject(&findings.target)));
    }
    if let Some(power) = &findings.power {
        sentences.extend(who_cuts_off(findings, power));
        sentences.extend(states(findings, &power.states));
    }
    let first = findings.dependencies.first();
    sentences.extend(first.into_iter().flat_map(|first| dependency(findings, first)));
    sentences.extend(joint_cut(findings));
    sentences.extend(single_cut(findings, &directory));
    sentences.extend(frontier(findings));
    // Shares of an extract read like shares of the internet, so the paragraph itself says that they are not.
    let small = findings.caveats.iter().find(|caveat| matches!(caveat, Caveat::SmallGraph { .. }));
    sentences.extend(small.map(caveat_text));
    sentences
}

/// Returns true if somebody's connectivity is asked about; else the findings only place addresses.
pub(crate) fn is_asked(findings: &RoutesFindings) -> bool {
    !findings.target.question.is_empty()
}

/// The smallest set of operators whose joint refusal cuts the target off, and the power of each.
pub(crate) fn who_cuts_off(findings: &RoutesFindings, power: &PowerFindings) -> Vec<String> {
    let game = &power.operators;
    let networks = networks_in_graph(&findings.target);
    let part = cut_off_part(&power.cut_off_means);
    let Some(smallest) = game.smallest.first() else {
        return match &game.proof {
            Proof::NoCut(reason) => {
                vec![format!("No refusal of others cuts {networks} off: {}.", no_cut_text(reason))]
            }
            _ => Vec::new(),
        };
    };
    let names: Vec<String> = smallest.iter().map(player).collect();
    let refuse = if names.len() == 1 { "refuses" } else { "refuse" };
    let mut sentences = match game.smallest.len() {
        _ if let Some(part) = &part => {
            let mut sentences = vec![format!(
                "Of {networks}, at least {part} lose every route from the core of the internet if {} {refuse}.",
                if names.len() <= NAMED {
                    listed(&names, "and")
                } else {
                    format!("{} networks", word(as_count(names.len())))
                }
            )];
            if names.len() > NAMED {
                sentences.push(format!("These are {}.", listed(&names, "and")));
            }
            sentences
        }
        1 if names.len() <= NAMED => vec![format!(
            "Every route from the core of the internet to {networks} passes through {}.",
            listed(&names, "or")
        )],
        _ if names.len() <= NAMED => vec![format!(
            "No route to {networks} is left if {} {refuse} to carry it.",
            listed(&names, "and")
        )],
        _ => vec![
            format!(
                "No route to {networks} is left if {} networks refuse.",
                word(as_count(names.len()))
            ),
            format!("These are {}.", listed(&names, "and")),
        ],
    };
    sentences.extend(together(game, smallest));
    if let Proof::Bound { at_least, .. } = game.proof {
        sentences.push(format!(
            "This set is not proven to be the smallest; no set of fewer than {} can do it.",
            word(at_least)
        ));
    }
    sentences.extend(domestic(findings, smallest));
    sentences
}

/// The members of the smallest set that are needed, the number of such sets, and the power of each member.
fn together(game: &PowerGame, smallest: &[Player]) -> Vec<String> {
    let power = |player: &Player| {
        let index = game.indices.iter().find(|index| index.player == *player);
        index.map_or(0.0, |index| index.shapley_block)
    };
    let power: Vec<f64> = smallest.iter().map(power).collect();
    let further = game.smallest.len() - 1;
    let size = word(as_count(smallest.len()));
    let needed = match smallest.len() {
        1 => "It alone can cut it off".to_owned(),
        2 if further == 0 => "Only both together can cut it off".to_owned(),
        _ if further == 0 => format!("It takes all {size} together"),
        _ => format!("It takes {size} together"),
    };
    let sets = if further == 1 { "set" } else { "sets" };
    let number = if further == 1 { "one".to_owned() } else { length(further) };
    let complete = if game.smallest_is_complete { "" } else { "at least " };
    match (further, in_words(&power)) {
        (0, power) => vec![format!("{needed}; {power}.")],
        (_, power) => vec![
            format!(
                "{needed}, and {complete}{number} other {sets} of the same size can do it too."
            ),
            format!("{}.", capitalised(&power)),
        ],
    }
}

/// The power of the members of a set; the ends of its range where it differs.
fn in_words(power: &[f64]) -> String {
    let low = power.iter().copied().fold(f64::INFINITY, f64::min);
    let high = power.iter().copied().fold(0.0, f64::max);
    let is_equal = high - low < 0.001;
    match power {
        [alone] => format!("its power is {} (Shapley–Shubik)", index(*alone)),
        [_, _] if is_equal && (high - 0.5).abs() < 0.000_5 => {
            format!("each has half of the power (Shapley–Shubik {})", index(high))
        }
        _ if is_equal => format!("each has a power of {} (Shapley–Shubik)", index(high)),
        _ => {
            format!("the power of each is from {} to {} (Shapley–Shubik)", index(low), index(high))
        }
    }
}

/// The members of the set that belong to the target's own state: they are at home, so no foreign ministry is asked.
fn domestic(findings: &RoutesFindings, smallest: &[Player]) -> Option<String> {
    let state = findings.target.country?;
    let domestic =
        smallest.iter().filter(|player| country_of_player(player) == Some(state)).count();
    let name = state.label();
    Some(match (domestic, domestic == smallest.len()) {
        (0, _) => return None,
        (1, true) => format!("It is a network of {name} itself, so the key is at home."),
        (_, true) => format!("All of them are networks of {name} itself, so the key is at home."),
        (1, false) => format!("One of them is registered in {name} itself."),
        (several, false) => format!("{} of them are registered in {name} itself.", length(several)),
    })
}

fn states(findings: &RoutesFindings, game: &PowerGame) -> Option<String> {
    let smallest = game.smallest.first()?;
    let names = named_states(smallest);
    let power = |player: &Player| {
        let index = game.indices.iter().find(|index| index.player == *player);
        index.map_or(0.0, |index| index.shapley_block)
    };
    let target = subject_in_graph(&findings.target);
    Some(match (smallest.as_slice(), game.smallest.len()) {
        ([only], 1) => format!(
            "Among states, {} alone can have all routes to {target} refused (Shapley–Shubik {}).",
            player_in_text(only),
            index(power(only))
        ),
        (several, 1) => {
            let values: Vec<f64> = several.iter().map(power).collect();
            let low = index(values.iter().copied().fold(f64::INFINITY, f64::min));
            let high = index(values.iter().copied().fold(0.0, f64::max));
            let values =
                if low == high { format!("{low} each") } else { format!("{low} to {high}") };
            format!(
                "Among states, the cooperation of {} is key: {} can be missing (Shapley–Shubik {values}).",
                listed(&names, "and"),
                if several.len() == 2 { "neither" } else { "none" }
            )
        }
        (_, sets) => format!(
            "Among states, {} sets of {} can do it, one of them {}.",
            length(sets),
            length(smallest.len()),
            listed(&names, "and")
        ),
    })
}

/// The first states of a set by name, the others and the networks of no known state by their number.
fn named_states(players: &[Player]) -> Vec<String> {
    let (states, networks): (Vec<&Player>, Vec<&Player>) =
        players.iter().partition(|player| matches!(player, Player::State(_)));
    let mut names: Vec<String> = states.iter().take(NAMED).copied().map(player_in_text).collect();
    if states.len() > NAMED {
        names.push(counted(as_count(states.len() - NAMED), "further state", "further states"));
    }
    if !networks.is_empty() {
        let networks = as_count(networks.len());
        names.push(counted(networks, "network of no known state", "networks of no known state"));
    }
    names
}

/// The networks that carry most, in the first of the dependencies.
fn dependency(findings: &RoutesFindings, dependency: &Dependency) -> Vec<String> {
    let carriers = dependency.networks.iter();
    let mut carriers = carriers.filter(|network| network.by_addresses.trimmed > 0.0).take(3);
    let Some(first) = carriers.next() else { return Vec::new() };
    let addresses = match dependency.family {
        Family::Ipv4 if findings.target.ipv4_addresses > 0 => {
            format!("its {} IPv4 addresses", count(findings.target.ipv4_addresses))
        }
        version => format!("its {} prefixes", family(version)),
    };
    let routes = match dependency.basis {
        RouteBasis::Observed => "observed",
        RouteBasis::Modelled => "modelled",
    };
    let mut sentences = vec![format!(
        "Of the {routes} routes, {} pass through {}.",
        percent(first.by_addresses.trimmed),
        named(&first.network)
    )];
    let next: Vec<String> = carriers
        .map(|network| {
            format!("{} with {}", named(&network.network), percent(network.by_addresses.trimmed))
        })
        .collect();
    if !next.is_empty() {
        let follow = if next.len() == 1 { "follows" } else { "follow" };
        sentences.push(format!("After it {follow} {}.", listed(&next, "and")));
    }
    sentences.push(format!(
        "These shares are trimmed means over {} and {addresses}.",
        counted(dependency.vantage_points, "vantage point", "vantage points")
    ));
    sentences
}

/// The effect of the joint refusal of the smallest set.
fn joint_cut(findings: &RoutesFindings) -> Vec<String> {
    let power = findings.power.as_ref();
    let Some(smallest) = power.and_then(|power| power.operators.smallest.first()) else {
        return Vec::new();
    };
    let refusing = asns_of(smallest);
    let is_joint = |cut: &&CutEffect| refusers(&cut.change).is_some_and(|set| set == refusing);
    let Some(cut) = findings.cuts.iter().find(is_joint) else { return Vec::new() };
    let start = match smallest.len() {
        1 => "If it refuses",
        2 => "If both refuse",
        _ => "If all of them refuse",
    };
    let mut sentences = vec![format!("{start}, {}.", remaining(cut))];
    sentences.extend(mean_sentence(cut));
    sentences.push(format!("{}.", capitalised(&collateral(cut))));
    sentences
}

/// The statement that figures of several origins are means; none for one origin, whose figures are plain counts.
fn mean_sentence(cut: &CutEffect) -> Option<String> {
    (cut.origins > 1).then(|| {
        format!(
            "Such figures are means over the target’s {} networks, weighted by addresses.",
            count(cut.origins)
        )
    })
}

fn asns_of(players: &[Player]) -> Vec<Asn> {
    let asns = players.iter().flat_map(|player| match player {
        Player::Operator(network) => vec![network.asn],
        Player::Group { networks, .. } => networks.clone(),
        Player::State(_) => Vec::new(),
    });
    let mut asns: Vec<Asn> = asns.collect();
    asns.sort();
    asns
}

fn refusers(change: &Change) -> Option<Vec<Asn>> {
    let Change::Refuse(asns) = change else { return None };
    let mut asns = asns.clone();
    asns.sort();
    Some(asns)
}

/// The single refusal that makes most routes change, where one network alone cannot cut the target off.
fn single_cut(findings: &RoutesFindings, directory: &Directory<'_>) -> Vec<String> {
    let power = findings.power.as_ref();
    let smallest = power.and_then(|power| power.operators.smallest.first());
    let Some(smallest) = smallest.filter(|smallest| smallest.len() > 1) else {
        return Vec::new();
    };
    let members = asns_of(smallest);
    let single = findings.cuts.iter().filter_map(|cut| match refusers(&cut.change)?.as_slice() {
        [asn] if cut.after.networks > 0 && members.contains(asn) => Some((*asn, cut)),
        _ => None,
    });
    let strongest = single.max_by(|left, right| {
        left.1.rerouted_share.total_cmp(&right.1.rerouted_share).then(right.0.cmp(&left.0))
    });
    let Some((asn, cut)) = strongest else { return Vec::new() };
    vec![
        format!("If {} alone refuses, {}.", directory.named(asn), remaining(cut)),
        format!("Of these, {} use another route than before.", percent(cut.rerouted_share)),
    ]
}

/// `1 of the 45,823 networks that had a route still has one`; a mean over several origins says so.
pub(crate) fn reach(cut: &CutEffect) -> String {
    match mean_over(cut.origins) {
        Some(mean) => format!("{mean}, {}", remaining(cut)),
        None => remaining(cut),
    }
}

/// The networks that still have a route: `1 of the 45,823 networks that had a route still has one`.
fn remaining(cut: &CutEffect) -> String {
    let (before, after) = (cut.before, cut.after);
    let had = format!("{} that had a route", counted(before.networks, "network", "networks"));
    // A mean may be rounded to nobody or to everybody where a few were left or lost.
    let is_rounded = cut.origins > 1
        && match after.networks {
            0 => after.network_share > 0.0,
            left => left == before.networks && after.network_share < before.network_share,
        };
    match after.networks {
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
    }
}

/// The start of a sentence with figures of several origins; none for one origin, whose figures are plain counts.
pub(crate) fn mean_over(origins: u64) -> Option<String> {
    (origins > 1).then(|| format!("on average over the target’s {} networks", count(origins)))
}

/// The origins over which the figures of these changes are means.
pub(crate) fn origins_of(cuts: &[CutEffect]) -> u64 {
    cuts.iter().map(|cut| cut.origins).fold(0, u64::max)
}

/// The harm to third parties.
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
    let number = as_count(frontier.gateways.len());
    Some(format!(
        "{} connects to the world through {} foreign {}: a {band} risk of disconnection (bands of Renesys, 2012).",
        country.label(),
        word(number),
        if number == 1 { "network" } else { "networks" }
    ))
}

/// The states whose networks are key, the most powerful first; the target's own is left out.
pub(crate) fn key_states(findings: &RoutesFindings) -> Vec<(Country, f64)> {
    let target = findings.target.country;
    let mut states: Vec<(Country, f64)> = Vec::new();
    let indices = findings.power.iter().flat_map(|power| &power.states.indices);
    for index in indices {
        if let Player::State(country) = index.player {
            states.push((country, crate::number::fraction(index.shapley_block)));
        }
    }
    for node in findings.map.nodes.iter().filter(|node| node.is_key) {
        if let Some(country) = node.network.country
            && !states.iter().any(|(known, _)| *known == country)
        {
            states.push((country, 0.0));
        }
    }
    states.retain(|(country, _)| Some(*country) != target);
    states.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    states
}
