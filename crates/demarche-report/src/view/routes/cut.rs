//! The effect of refusals and cuts.

use demarche_case::assessment::routes::{Change, CutEffect, Entry, Network, Target};

use crate::answer::{collateral, mean_over, origins_of};
use crate::document::{Block, Cell, Section, Table, strong, words};
use crate::number::{count, counted, length, percent};
use crate::words::routes::change_text;
use crate::words::{Directory, change, listed, named};

/// Rows of one table; the JSON has all.
const ROWS: usize = 40;

/// Networks of one sentence.
const NAMED: usize = 12;

/// The effect of each change in a row; where figures are means over several networks, a remark says so.
pub(crate) fn cuts(cuts: &[CutEffect], directory: &Directory<'_>) -> Vec<Block> {
    let mean = mean_over(origins_of(cuts));
    let reach =
        if mean.is_some() { "Networks with a route, mean" } else { "Networks with a route" };
    let lost = if mean.is_some() { "Lost to part of the target" } else { "Lost" };
    let table = Table::first(ROWS, cuts)
        .text("If", |cut| change(cut, directory))
        .number(reach, |cut| {
            let before = words(format!("{} →", count(cut.before.networks)));
            Cell::Line(vec![before, strong(count(cut.after.networks))])
        })
        .number("Of all networks", |cut| percent(cut.after.network_share))
        .number(lost, |cut| count(cut.lost_networks))
        .number("By another way", |cut| percent(cut.rerouted_share))
        .number("Mean hops", |cut| {
            format!("{} → {}", hops(cut.before.mean_hops), hops(cut.after.mean_hops))
        })
        .text("Through whom instead", gains)
        .text("Third parties", third_parties);
    let mut blocks = table.under("Refusals and cuts, the target’s own networks not counted");
    blocks.extend(mean.map(|mean| {
        Block::Note(format!("Figures of reach are told {mean}, weighted by addresses."))
    }));
    blocks
}

/// The networks over which more routes enter than before.
fn gains(cut: &&CutEffect) -> String {
    let gains = cut.entries.iter().filter(|entry| entry.after > entry.before).take(3);
    let gains: Vec<String> = gains
        .map(|entry| {
            let (before, after) = (percent(entry.before), percent(entry.after));
            format!("{} {before} → {after}", named(&entry.network))
        })
        .collect();
    if gains.is_empty() { "nobody".to_owned() } else { gains.join("; ") }
}

fn third_parties(cut: &&CutEffect) -> String {
    let mut text = collateral(cut);
    let pairs = cut.collateral.pairs_lost;
    if pairs > 0 {
        let lose = counted(pairs, "pair of them loses", "pairs of them lose");
        text.push_str(&format!("; {lose} sight of each other"));
    }
    let examples: Vec<String> = cut.collateral.examples.iter().take(3).map(named).collect();
    if !examples.is_empty() {
        text.push_str(&format!("; among them {}", listed(&examples, "and")));
    }
    text
}

fn hops(hops: f64) -> String {
    if hops.is_finite() && hops > 0.0 { format!("{hops:.1}") } else { "–".to_owned() }
}

/// The effect of one change, in full.
pub(crate) fn cut(cut: &CutEffect) -> Section {
    let (before, after) = (cut.before, cut.after);
    let row = |name: &str, before: String, after: String| (name.to_owned(), before, after);
    // Of a target of several networks the reach is a mean; the list below counts networks.
    let reach = if cut.origins > 1 {
        "networks with a route, mean over the target’s networks"
    } else {
        "networks with a route"
    };
    let mut rows = vec![
        row(reach, count(before.networks), count(after.networks)),
        row(
            "their share of all networks",
            percent(before.network_share),
            percent(after.network_share),
        ),
        row(
            "share of announced addresses",
            percent(before.address_share),
            percent(after.address_share),
        ),
        row("mean hops", hops(before.mean_hops), hops(after.mean_hops)),
    ];
    let through = |verb: &str, network: &Network, before: f64, after: f64| {
        row(&format!("{verb} {}", named(network)), percent(before), percent(after))
    };
    let (shown, left_out) = told_entries(&cut.entries);
    rows.extend(
        shown.iter().map(|entry| through("enter over", &entry.network, entry.before, entry.after)),
    );
    let shifts = cut.shifts.iter().take(8);
    rows.extend(shifts.map(|shift| through("pass", &shift.network, shift.before, shift.after)));
    let table = Table::of(rows)
        .text("", |(name, ..)| name.clone())
        .number("before", |(_, before, _)| before.clone())
        .number("after", |(.., after)| after.clone());
    let rest = (left_out > 0).then(|| {
        Block::Note(format!(
            "Over {} further neighbours of the target enters less; the JSON has them.",
            length(left_out)
        ))
    });
    Section::new("cuts", format!("If {}", change_text(cut)))
        .and(table.under(""))
        .and(rest)
        .with(Block::List(effects(cut)))
}

/// The neighbours over which a visible share of the routes enters, before or after, and the number of the others.
fn told_entries(entries: &[Entry]) -> (Vec<&Entry>, usize) {
    // Less is printed as nothing.
    const VISIBLE: f64 = 0.000_5;
    let visible = entries.iter().filter(|entry| entry.before.max(entry.after) >= VISIBLE);
    let shown: Vec<&Entry> = visible.take(ROWS).collect();
    let left_out = entries.len() - shown.len();
    (shown, left_out)
}

/// The losses and detours, of the networks that had a route and of third parties.
fn effects(cut: &CutEffect) -> Vec<String> {
    let collateral = &cut.collateral;
    let networks = |number| counted(number, "network", "networks");
    let addresses = |number| counted(number, "IPv4 address", "IPv4 addresses");
    let mut points = vec![
        format!(
            "{} {} {}, beside any that refuse. Of those that keep a route, {} are rerouted.",
            networks(cut.lost_networks),
            if cut.lost_networks == 1 { "loses" } else { "lose" },
            if cut.origins > 1 {
                "the route to at least one of the target’s networks"
            } else {
                "the route"
            },
            percent(cut.rerouted_share)
        ),
        format!(
            "Third parties that lose routes: {} with {}.",
            networks(collateral.lost.networks),
            addresses(collateral.lost.ipv4_addresses)
        ),
        format!(
            "Third parties that change routes: {} with {}.",
            networks(collateral.changed.networks),
            addresses(collateral.changed.ipv4_addresses)
        ),
    ];
    if collateral.captive.networks > 0 {
        points.push(format!(
            "Third parties that only the target connects: {} with {}.",
            networks(collateral.captive.networks),
            addresses(collateral.captive.ipv4_addresses)
        ));
    }
    if collateral.pairs_lost + collateral.pairs_changed > 0 {
        points.push(format!(
            "Pairs of third parties: {} lose their route, {} change it.",
            count(collateral.pairs_lost),
            count(collateral.pairs_changed)
        ));
    }
    points
}

/// A word on networks of the target that refuse: they drop the routes to its other networks, and announce their own.
pub(crate) fn own_refusal(target: &Target, cut: &CutEffect) -> Option<Block> {
    let refuses = |network: &Network| match &cut.change {
        Change::Refuse(asns) => asns.contains(&network.asn),
        Change::RefuseCountries(countries) => {
            network.country.is_some_and(|country| countries.contains(&country))
        }
        Change::SeverLinks(_) | Change::Remove(_) => false,
    };
    let networks = target.origins.iter().map(|origin| &origin.network);
    let own: Vec<String> = networks.filter(|network| refuses(network)).map(named).collect();
    let text = match own.as_slice() {
        [] => return None,
        [only] if target.origins.len() == 1 => format!(
            "{only} is the only network of the target. It goes on announcing its own routes, so that its refusal changes nothing."
        ),
        [only] => format!(
            "{only} is a network of the target. It refuses the routes to the target’s other networks, and goes on announcing its own."
        ),
        several if several.len() <= NAMED => format!(
            "{} are networks of the target. Each refuses the routes to the target’s other networks, and goes on announcing its own.",
            listed(several, "and")
        ),
        many => format!(
            "{} of the target’s own networks refuse. Each refuses the routes to the target’s other networks, and goes on announcing its own.",
            length(many.len())
        ),
    };
    Some(Block::Note(text))
}
