//! The answers about routes.

use demarche_case::assessment::answer::{CutAnswer, DependAnswer, LocateAnswer, PowerAnswer};
use demarche_case::assessment::routes::{
    Caveat, CutEffect, Dependency, Located, Network, PowerFindings, PowerGame, Proof, Target,
};
use demarche_case::{Asn, Country, Defanged};

use crate::attribution::capitalised;
use crate::document::Column::{Number, Text};
use crate::document::{Block, Section, words};
use crate::number::{count, counted, length, percent};
use crate::words::routes::{
    caveat_text, change_text, cut_off_text, location_note_text, no_cut_text,
};
use crate::words::{basis, index_method, listed, named, place, player, subject};

/// Networks, players and changes of one table.
const ROWS: usize = 20;

/// Sets and paths that are listed.
const SETS: usize = 10;

/// The dependence of the target on networks and countries.
#[must_use]
pub fn routes_depend(answer: &DependAnswer) -> Vec<Section> {
    let mut sections = vec![target(&answer.target)];
    sections.extend(answer.dependencies.iter().map(dependency));
    sections.push(caveats(&answer.caveats));
    sections
}

/// The effect of each change, in full.
#[must_use]
pub fn routes_cut(answer: &CutAnswer) -> Vec<Section> {
    let mut sections = vec![target(&answer.target)];
    sections.extend(answer.cuts.iter().map(cut));
    sections.push(caveats(&answer.caveats));
    sections
}

/// The effect of the refusal of each network that carries routes of the target, a row for each.
///
/// `carriers` is the number of all such networks.
#[must_use]
pub fn routes_cut_each(answer: &CutAnswer, carriers: usize) -> Vec<Section> {
    let row = |cut: &CutEffect| {
        vec![
            words(cut.named.first().map(named).unwrap_or_default()),
            words(percent(cut.after.network_share)),
            words(count(cut.lost_networks)),
            words(percent(cut.rerouted_share)),
            words(hops(cut.before.mean_hops)),
            words(hops(cut.after.mean_hops)),
        ]
    };
    let columns = vec![
        Text("refuses"),
        Number("reach after"),
        Number("lost"),
        Number("rerouted"),
        Number("hops before"),
        Number("after"),
    ];
    let strongest = format!(
        "The strongest of {} that carry routes of the target.",
        counted_length(carriers, "network", "networks")
    );
    let table = Block::Table { caption: "", columns, rows: answer.cuts.iter().map(row).collect() };
    vec![
        target(&answer.target),
        Section::new("cuts", "").with(table).with(Block::Note(strongest)),
        caveats(&answer.caveats),
    ]
}

/// The sets whose joint refusal cuts the target off, and the power of each player.
#[must_use]
pub fn routes_power(answer: &PowerAnswer) -> Vec<Section> {
    let mut sections = vec![target(&answer.target)];
    if let Some(power) = &answer.power {
        sections.extend(games(power));
    }
    sections.push(caveats(&answer.caveats));
    sections
}

/// The network, country and providers of each address.
#[must_use]
pub fn routes_locate(answer: &LocateAnswer) -> Vec<Section> {
    answer.located.iter().map(located).collect()
}

fn counted_length(length: usize, one: &str, many: &str) -> String {
    counted(u64::try_from(length).expect("a length has at most 64 bits"), one, many)
}

fn target(target: &Target) -> Section {
    let facts = format!(
        "{}: {}, {}, {}.",
        subject(target),
        counted_length(target.origins.len(), "network", "networks"),
        counted(target.ipv4_addresses, "IPv4 address", "IPv4 addresses"),
        counted(target.ipv6_prefixes, "IPv6 prefix", "IPv6 prefixes"),
    );
    Section::new("target", "").with(Block::Paragraph(facts))
}

fn caveats(caveats: &[Caveat]) -> Section {
    let points = caveats.iter().map(caveat_text).collect();
    Section::new("caveats", "Caveats").with(Block::List(points))
}

fn dependency(dependency: &Dependency) -> Section {
    let mut about = format!(
        "Seen from {} of {}. {} of them are left out at each end of the trimmed mean.",
        counted(dependency.vantage_points, "vantage point", "vantage points"),
        dependency.source,
        percent(dependency.trim),
    );
    if dependency.coverage < 1.0 {
        let part = percent(dependency.coverage);
        about.push_str(&format!(" The source has routes to {part} of the prefixes only."));
    }
    let networks = dependency.networks.iter().take(ROWS).map(|row| {
        let score = row.by_addresses;
        vec![
            words(named(&row.network)),
            words(place(row.place)),
            words(percent(score.trimmed)),
            words(percent(score.mean)),
            words(format!("{}–{}", percent(score.spread[1]), percent(score.spread[3]))),
            words(percent(row.by_prefixes.trimmed)),
            words(percent(row.by_networks.trimmed)),
            words(row.cti.map_or_else(|| "–".to_owned(), |cti| percent(cti.mean))),
        ]
    });
    let of_networks = vec![
        Text("network"),
        Text("place"),
        Number("trimmed"),
        Number("mean"),
        Number("middle half"),
        Number("by prefix"),
        Number("by network"),
        Number("CTI"),
    ];
    let countries = dependency.countries.iter().take(ROWS / 2).map(|row| {
        let label = row.country.map_or_else(|| row.label.clone(), label);
        vec![
            words(label),
            words(place(row.place)),
            words(percent(row.by_addresses.trimmed)),
            words(percent(row.by_addresses.mean)),
            words(length(row.networks.len())),
        ]
    });
    let of_countries =
        vec![Text("country"), Text("place"), Number("trimmed"), Number("mean"), Number("networks")];
    let mut section = Section::new("dependency", capitalised(&basis(dependency)))
        .with(Block::Paragraph(about))
        .with(Block::Table { caption: "", columns: of_networks, rows: networks.collect() });
    section.blocks.extend(more(dependency.networks.len(), "network", "networks"));
    section
        .with(Block::Table { caption: "", columns: of_countries, rows: countries.collect() })
        .with(Block::Paragraph(entry(dependency)))
}

/// The foreign networks over which routes enter.
fn entry(dependency: &Dependency) -> String {
    let points = &dependency.points_of_control;
    let shown = match points.len() {
        0..=12 => listed(&points.iter().map(Asn::to_string).collect::<Vec<_>>(), "and"),
        many => format!("{} of them", length(many)),
    };
    format!(
        "Routes enter over {}; 90\u{a0}% of them over {shown}.",
        counted(dependency.frontier, "foreign network", "foreign networks")
    )
}

fn more(all: usize, one: &str, many: &str) -> Option<Block> {
    (all > ROWS).then(|| {
        Block::Note(format!("{} more in the JSON.", counted_length(all - ROWS, one, many)))
    })
}

fn label(country: Country) -> String {
    country.label().to_owned()
}

fn hops(hops: f64) -> String {
    format!("{hops:.2}")
}

fn cut(cut: &CutEffect) -> Section {
    let (before, after) = (cut.before, cut.after);
    let row =
        |name: &str, before: String, after: String| vec![words(name), words(before), words(after)];
    let mut rows = vec![
        row("networks with a route", count(before.networks), count(after.networks)),
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
    let entries = cut.entries.iter();
    rows.extend(
        entries.map(|entry| through("enter over", &entry.network, entry.before, entry.after)),
    );
    let shifts = cut.shifts.iter().take(8);
    rows.extend(shifts.map(|shift| through("pass", &shift.network, shift.before, shift.after)));
    let columns = vec![Text(""), Number("before"), Number("after")];
    Section::new("cuts", format!("If {}", change_text(cut)))
        .with(Block::Table { caption: "", columns, rows })
        .with(Block::List(effects(cut)))
}

/// The losses and detours, of the networks that had a route and of third parties.
fn effects(cut: &CutEffect) -> Vec<String> {
    let collateral = &cut.collateral;
    let networks = |number| counted(number, "network", "networks");
    let addresses = |number| counted(number, "IPv4 address", "IPv4 addresses");
    let mut points = vec![
        format!(
            "{} {} the route, beside any that refuse. Of those that keep a route, {} are rerouted.",
            networks(cut.lost_networks),
            if cut.lost_networks == 1 { "loses" } else { "lose" },
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

fn games(power: &PowerFindings) -> Vec<Section> {
    let about =
        Section::new("power", "").with(Block::Paragraph(cut_off_text(&power.cut_off_means)));
    let mut sections =
        vec![about, game("Operators", &power.operators), game("States", &power.states)];
    if let Some(cut) = &power.link_cut {
        let links: Vec<String> =
            cut.links.iter().map(|(near, far)| format!("{near}–{far}")).collect();
        let text = format!("The fewest links that separate the target: {}.", listed(&links, "and"));
        sections.push(Section::new("links", "").with(Block::Paragraph(text)));
    }
    sections
}

fn game(title: &str, game: &PowerGame) -> Section {
    let set = |start: &str, players: &[_]| {
        let players: Vec<String> = players.iter().map(player).collect();
        format!("{start}: {}", players.join(" + "))
    };
    let smallest = game.smallest.iter().take(SETS).map(|players| set("Smallest set", players));
    let protectors = game.protectors.iter().take(SETS);
    let protectors = protectors.map(|players| set("Enough to keep it connected", players));
    let sets: Vec<String> = smallest.chain(protectors).collect();
    let rows = game.indices.iter().take(ROWS).map(|index| {
        let figures =
            [index.shapley_block, index.shapley_error, index.banzhaf_block, index.banzhaf_error];
        let figures = figures.map(|figure| words(format!("{figure:.4}")));
        std::iter::once(words(player(&index.player))).chain(figures).collect()
    });
    let columns =
        vec![Text("player"), Number("Shapley–Shubik"), Number("±"), Number("Banzhaf"), Number("±")];
    // Both indices are self-dual: the power to block is the power to protect.
    let caption = "Power to block, which is also the power to protect";
    let mut section = Section::new("power", title).with(Block::List(sets)).and(proof(&game.proof));
    section.blocks.push(Block::Table { caption, columns, rows: rows.collect() });
    section.with(Block::Note(format!(
        "{}: {}",
        counted(game.players, "player", "players"),
        index_method(game.method)
    )))
}

/// The reason why no smaller set can do it.
fn proof(proof: &Proof) -> Vec<Block> {
    let text = match proof {
        Proof::DisjointPaths(paths) if paths.len() == 1 => {
            "At least one network has to refuse, for this route is open:".to_owned()
        }
        Proof::DisjointPaths(paths) => format!(
            "No smaller set can do it: these {} routes share nobody who could refuse.",
            length(paths.len())
        ),
        Proof::Exhausted { examined } => {
            format!("No smaller set can do it: {} smaller sets were ruled out.", count(*examined))
        }
        Proof::Bound { at_least, ratio } => format!(
            "Not proven smallest: at least {} are needed, and this set is at most {ratio:.2} times the fewest.",
            count(*at_least)
        ),
        Proof::NoCut(reason) => format!("No set can do it: {}.", no_cut_text(reason)),
    };
    let mut blocks = vec![Block::Paragraph(text)];
    if let Proof::DisjointPaths(paths) = proof {
        let path =
            |path: &Vec<Asn>| path.iter().map(Asn::to_string).collect::<Vec<String>>().join(" → ");
        blocks.push(Block::List(paths.iter().take(SETS).map(path).collect()));
    }
    blocks
}

fn located(located: &Located) -> Section {
    let country = |country: Option<Country>| country.map_or_else(|| "unknown".to_owned(), label);
    let networks =
        |networks: &[Network]| networks.iter().map(named).collect::<Vec<String>>().join("; ");
    let prefix =
        located.prefix.map_or_else(|| "not announced".to_owned(), |prefix| prefix.to_string());
    let mut terms = vec![
        ("prefix", prefix),
        ("announced by", networks(&located.origins)),
        ("announced from", country(located.announced_from)),
        ("registered in", country(located.registered_in)),
        ("providers", networks(&located.providers)),
    ];
    terms.extend(located.notes.iter().map(|note| ("note", location_note_text(note))));
    Section::new("located", Defanged(&located.address).to_string()).with(Block::Terms(terms))
}
