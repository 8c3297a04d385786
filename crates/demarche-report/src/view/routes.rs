//! The findings about routes: the map, dependencies, cuts, power, addresses, caveats and sources.
//!
//! The sections of the page and the answers of the commands share their tables.

use demarche_case::assessment::answer::{CutAnswer, DependAnswer, LocateAnswer, PowerAnswer};
use demarche_case::assessment::routes::{
    Caveat, Change, CutEffect, Dependency, Entry, Family, GroupDependency, Located, Network,
    Player, PowerFindings, PowerGame, Proof, RouteBasis, RoutesFindings, TableTime, Target,
};
use demarche_case::{Asn, Country, Defanged};
use maud::PreEscaped;

use crate::answer::{answer, collateral, is_asked, mean_over, origins_of};
use crate::attribution::capitalised;
use crate::document::{Block, Cell, Room, Section, Table, left_out, strong, words};
use crate::number::{as_count, count, counted, index, length, percent};
use crate::svg::{self, group_name};
use crate::text::{NAME, PROSE, shown};
use crate::words::routes::{
    caveat_text, caveat_title, change_text, cut_off_text, location_note_text, no_cut_text,
};
use crate::words::{
    Directory, basis, change, index_method, known_in_graph, listed, named, palette_of, place,
    player, subject,
};

/// Rows of one table; the JSON has all.
const ROWS: usize = 40;

/// Sets and paths of one list.
const SETS: usize = 12;

/// Prefixes or networks of one cell.
const IN_CELL: usize = 8;

/// Dependencies on one page, each with the identifier of its drawing.
const DRAWINGS: [&str; 6] = ["dep0", "dep1", "dep2", "dep3", "dep4", "dep5"];

/// The answer, in front of everything else.
pub(crate) fn lead(findings: &RoutesFindings) -> Section {
    let mut sentences = answer(findings);
    if sentences.is_empty() {
        sentences.push("The routing data allow no answer; the gaps below say why.".to_owned());
    }
    let title = "Through whose networks, and whose cooperation is key";
    Section::new("answer", title).with(Block::Answer(sentences))
}

/// The sections of the page; those without content are left out.
pub(crate) fn sections(findings: &RoutesFindings) -> Vec<Section> {
    let palette = palette_of(findings);
    let directory = Directory::of(findings);
    let mut sections = Vec::new();
    if !findings.map.nodes.is_empty() {
        let caption = "The target is on the left, the core of the internet on the right. The share in a box is that of the routes to the target which pass through the network.";
        sections.push(Section::new("map", "The networks on the way").with(Block::Figure {
            markup: PreEscaped(svg::map_chart(findings, &palette)),
            caption: caption.to_owned(),
            room: if svg::map_is_wide(&findings.map) { Room::Landscape } else { Room::Column },
        }));
    }
    if is_asked(findings) {
        sections.push(
            Section::new("target", "The target")
                .with(target(&findings.target))
                .and(origins(&findings.target)),
        );
    }
    if !findings.dependencies.is_empty() {
        let section = Section::new("dependency", "Who carries the traffic").with(Block::text("The share of the routes to the target that pass through a network (AS hegemony), as vantage points around the internet see it. Each bar is the trimmed mean: the highest and the lowest vantage points are left out, so that a lopsided view does not count. Trimming hides a small but total dependency: a network that is everything for few vantage points has a low trimmed mean and a higher plain mean. Where the two differ, read the plain mean and the spread as well."));
        let dependencies = findings.dependencies.iter().zip(DRAWINGS);
        sections.push(section.and(dependencies.flat_map(|(dependency, id)| {
            let chart = svg::dependency_chart(&findings.target, dependency, &palette, id);
            self::dependency(dependency, Some(chart), &directory)
        })));
    }
    if !findings.cuts.is_empty() {
        sections.push(Section::new("cuts", "What a refusal would change")
            .with(Block::text("Who can still reach the target if networks refuse to carry it, and who else would feel it. Reach is a statement of capability: the data know no capacities and no backup-only links. Reach often hardly moves while most routes do, so the share that goes another way is shown beside it."))
            .with(Block::drawing(svg::svg_of_cuts(&findings.target, &findings.cuts), ""))
            .and(cuts(&findings.cuts, &directory)));
    }
    if let Some(power) = &findings.power {
        let chart = svg::power_chart("power", &findings.target, power, &palette);
        sections.push(self::power(&findings.target, power, Some(chart), &directory));
    }
    if !findings.located.is_empty() {
        sections.push(Section::new("located", "Where the attacker’s machines stood")
            .with(Block::text("The states in which these addresses are announced are further addressees. Addresses are written so that nothing makes a link of them."))
            .with(Block::drawing(svg::located_chart(&findings.located, &palette), ""))
            .and(located(&findings.located)));
    }
    sections
}

/// The caveats and the sources of the answers; without any, nothing.
pub(crate) fn limits(findings: &RoutesFindings) -> Vec<Section> {
    let sources = Table::of(&findings.sources)
        .text("File", |source| Cell::Code(shown(&source.file, PROSE)))
        .text("What", |source| shown(&source.what, NAME))
        .text("Date of the data", |source| {
            source.date.map_or("not known".to_owned(), |date| date.to_string())
        })
        .text("Read", |source| shown(&source.size, NAME))
        .under("The routing data that the answers rest on");
    let mut sections = Vec::new();
    if !findings.caveats.is_empty() {
        sections.push(caveats(&findings.caveats));
    }
    if !findings.sources.is_empty() {
        sections.push(Section::new("sources", "Routing data").and(sources));
    }
    sections
}

/// The dependence of the target on networks and countries.
#[must_use]
pub fn routes_depend(answer: &DependAnswer) -> Vec<Section> {
    let dependencies = answer.dependencies.iter();
    let dependencies = dependencies
        .flat_map(|dependency| self::dependency(dependency, None, &Directory::default()));
    let section = Section::new("dependency", "").with(target(&answer.target)).and(dependencies);
    vec![section, caveats(&answer.caveats)]
}

/// The effect of each change, in full.
#[must_use]
pub fn routes_cut(answer: &CutAnswer) -> Vec<Section> {
    let mut sections = vec![Section::new("target", "").with(target(&answer.target))];
    let cuts = answer.cuts.iter();
    sections.extend(cuts.map(|effect| cut(effect).and(own_refusal(&answer.target, effect))));
    sections.push(caveats(&answer.caveats));
    sections
}

/// A word on networks of the target that refuse: they drop the routes to its other networks, and announce their own.
fn own_refusal(target: &Target, cut: &CutEffect) -> Option<Block> {
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
        several if several.len() <= SETS => format!(
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

/// The effect of the refusal of each network that carries routes of the target, a row for each.
///
/// `carriers` is the number of all such networks.
#[must_use]
pub fn routes_cut_each(answer: &CutAnswer, carriers: usize) -> Vec<Section> {
    let strongest = format!(
        "The strongest of {} that carry routes of the target.",
        counted(as_count(carriers), "network", "networks")
    );
    let section = Section::new("cuts", "")
        .with(target(&answer.target))
        .and(cuts(&answer.cuts, &Directory::default()))
        .with(Block::Note(strongest));
    vec![section, caveats(&answer.caveats)]
}

/// The sets whose joint refusal cuts the target off, and the power of each player.
#[must_use]
pub fn routes_power(answer: &PowerAnswer) -> Vec<Section> {
    let mut sections = vec![Section::new("target", "").with(target(&answer.target))];
    let games = answer.power.iter();
    sections.extend(games.map(|game| power(&answer.target, game, None, &Directory::default())));
    sections.push(caveats(&answer.caveats));
    sections
}

/// The network, country and providers of each address.
#[must_use]
pub fn routes_locate(answer: &LocateAnswer) -> Vec<Section> {
    vec![Section::new("located", "").and(located(&answer.located))]
}

/// The target with the number of its networks and addresses.
fn target(target: &Target) -> Block {
    Block::text(format!(
        "{}: {}, {} announced, {}.",
        subject(target),
        counted(as_count(target.origins.len()), "network", "networks"),
        counted(target.ipv4_addresses, "IPv4 address", "IPv4 addresses"),
        counted(target.ipv6_prefixes, "IPv6 prefix", "IPv6 prefixes"),
    ))
}

fn origins(target: &Target) -> Vec<Block> {
    Table::first(ROWS, &target.origins)
        .text("Network", |origin| named(&origin.network))
        .text("Prefixes", |origin| Cell::Code(few(&origin.prefixes)))
        .number("IPv4 addresses", |origin| count(origin.ipv4_addresses))
        .text("In the AS graph", |origin| {
            if origin.in_topology { "yes" } else { "no: reach cannot be computed" }
        })
        .under("The networks of the target")
}

/// The first items of a list, and the number of the others.
fn few<T: ToString>(items: &[T]) -> String {
    let few: Vec<String> = items.iter().take(IN_CELL).map(T::to_string).collect();
    match items.len() - few.len() {
        0 => few.join(", "),
        further => format!("{} and {} more", few.join(", "), length(further)),
    }
}

fn caveats(caveats: &[Caveat]) -> Section {
    let subjects =
        caveats.iter().map(|caveat| (caveat_title(caveat).to_owned(), caveat_text(caveat)));
    Section::new("caveats", "Caveats").with(Block::Definitions(subjects.collect()))
}

/// The networks, operators and countries of one dependency, and the networks over which routes enter.
/// The tables of one picture, with their times.
fn joined_tables(tables: &[TableTime]) -> String {
    let told = tables.iter().take(ROWS).map(|table| {
        let time = table.time.map_or("no time".to_owned(), |time| time.to_string());
        format!(
            "{} ({time}, {})",
            shown(&table.table, NAME),
            counted(table.sessions, "session", "sessions")
        )
    });
    let told: Vec<String> = told.collect();
    format!(" These tables are one picture, each peer once: {}.", listed(&told, "and"))
}

fn dependency(
    dependency: &Dependency,
    chart: Option<String>,
    directory: &Directory<'_>,
) -> Vec<Block> {
    let mut about = format!(
        "From {}, {}, {} trimmed at each end.",
        shown(&dependency.source, NAME),
        counted(dependency.vantage_points, "vantage point", "vantage points"),
        percent(dependency.trim)
    );
    if dependency.coverage < 1.0 {
        about.push_str(&format!(
            " The source has routes to {} of the target’s prefixes, and these shares speak for those only.",
            percent(dependency.coverage)
        ));
    }
    if !dependency.tables.is_empty() {
        about.push_str(&joined_tables(&dependency.tables));
    }
    if dependency.basis == RouteBasis::Observed && dependency.family == Family::Ipv4 {
        about.push_str(
            " An origin weighs as many addresses as the peer has that sees most of them.",
        );
    }
    if dependency.counts_origin {
        about.push_str(" An origin counts as a carrier of its own traffic.");
    }
    let has_people = dependency.networks.iter().any(|row| row.by_population.is_some());
    let networks = Table::first(ROWS, &dependency.networks)
        .text("Network", |row| named(&row.network))
        .text("Place", |row| place(row.place))
        .number("Trimmed", |row| strong(percent(row.by_addresses.trimmed)))
        .number("Plain", |row| percent(row.by_addresses.mean))
        .number("Median", |row| percent(row.by_addresses.spread[2]))
        .number("Middle half", |row| {
            let [_, first, _, third, _] = row.by_addresses.spread;
            format!("{} – {}", percent(first), percent(third))
        })
        .number("Seen by", |row| count(row.by_addresses.seen_by))
        .number("By prefixes", |row| percent(row.by_prefixes.trimmed))
        .number("By networks", |row| percent(row.by_networks.trimmed));
    let networks = match has_people {
        true => networks.number("By people", |row| {
            row.by_population.map_or("–".to_owned(), |score| percent(score.trimmed))
        }),
        false => networks,
    };
    let networks =
        networks.number("CTI", |row| row.cti.map_or("–".to_owned(), |cti| percent(cti.mean)));
    let mut blocks = vec![Block::Heading(capitalised(&basis(dependency))), Block::Note(about)];
    blocks.extend(chart.map(|chart| Block::drawing(chart, "")));
    blocks.extend(networks.under("Transit networks"));
    blocks.extend(groups("Operator", &dependency.operators).under("By operator"));
    blocks.extend(
        groups("Country", &dependency.countries).under("By country of the transit network"),
    );
    let points = &dependency.points_of_control;
    if !points.is_empty() {
        let names: Vec<String> =
            points.iter().take(ROWS).map(|asn| directory.named(*asn)).collect();
        blocks.push(Block::text(format!(
            "Nine tenths of the target’s addresses are first met in {}: {}. {} seen on routes.",
            counted(as_count(points.len()), "foreign network", "foreign networks"),
            listed(&names, "and"),
            counted(dependency.frontier, "foreign neighbour is", "foreign neighbours are")
        )));
    }
    blocks
}

fn groups<'a>(head: &'static str, groups: &'a [GroupDependency]) -> Table<&'a GroupDependency> {
    Table::first(ROWS, groups)
        .text(head, |group| group_name(group))
        .text("Place", |group| place(group.place))
        .number("Trimmed", |group| strong(percent(group.by_addresses.trimmed)))
        .number("Plain", |group| percent(group.by_addresses.mean))
        .text("Networks", |group| few(&group.networks))
}

/// The effect of each change in a row; where figures are means over several networks, a remark says so.
fn cuts(cuts: &[CutEffect], directory: &Directory<'_>) -> Vec<Block> {
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

fn cut(cut: &CutEffect) -> Section {
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

/// The sets that cut the target off and the power of operators and of states.
fn power(
    target: &Target,
    power: &PowerFindings,
    chart: Option<String>,
    directory: &Directory<'_>,
) -> Section {
    let mut section = Section::new("power", "Whose cooperation is key")
        .with(Block::text(cut_off_text(&power.cut_off_means)));
    if let Some((known, all)) = known_in_graph(target) {
        section = section.with(Block::Note(format!(
            "The AS graph has {} of the target’s {} networks; the power over the others is not known.",
            length(known),
            length(all)
        )));
    }
    section = section
        .with(Block::text("A coalition wins when its joint refusal cuts the target off. The Shapley–Shubik index is the chance of being the one whose refusal completes a cut; the indices of all players sum to 1. The power to block and the power to protect are always equal."))
        .and(chart.map(|chart| Block::drawing(chart, "")))
        .and(game("Operators", &power.operators, directory))
        .and(game("States", &power.states, directory))
        .and(link_cut(power, directory));
    let core: Vec<String> = power.core.iter().map(|asn| directory.named(*asn)).collect();
    let number = counted(as_count(core.len()), "network", "networks");
    let core = format!("The core, {number}: {}.", core.join(", "));
    section.and((!power.core.is_empty()).then_some(Block::Note(core)))
}

fn game(title: &str, game: &PowerGame, directory: &Directory<'_>) -> Vec<Block> {
    let figure = |figure: f64, error: f64| match error > 0.0 {
        true => format!("{} ± {}", index(figure), index(error)),
        false => index(figure),
    };
    let mut blocks = vec![Block::Heading(title.to_owned())];
    if game.players == 0 {
        blocks.extend(proof(&game.proof, directory));
        blocks.push(Block::text("Nobody could refuse, so nobody has power here."));
        return blocks;
    }
    blocks.extend(sets(
        "Smallest sets whose joint refusal cuts the target off",
        &game.smallest,
        game.smallest_is_complete,
    ));
    if game.minimal.len() > game.smallest.len() {
        blocks.extend(sets(
            "All sets that can do it and from which nobody can be missing",
            &game.minimal,
            game.minimal_is_complete,
        ));
    }
    blocks.extend(sets(
        "Smallest sets that keep a route open though everybody else refuses",
        &game.protectors,
        true,
    ));
    blocks.extend(proof(&game.proof, directory));
    let table = Table::first(ROWS, &game.indices)
        .text("Player", |index| player(&index.player))
        .number("Shapley–Shubik", |index| {
            strong(figure(index.shapley_block, index.shapley_error))
        })
        .number("Banzhaf", |index| figure(index.banzhaf_block, index.banzhaf_error));
    // Both indices are self-dual: the power to block is the power to protect.
    blocks.extend(table.under("Power to block, which is also the power to protect"));
    let players = counted(game.players, "player", "players");
    blocks.push(Block::Note(format!("A game of {players}. {}", index_method(game.method))));
    blocks
}

/// Players of a set that are told by name.
const PLAYERS: usize = 12;

fn sets(title: &str, sets: &[Vec<Player>], is_complete: bool) -> Vec<Block> {
    if sets.is_empty() {
        return Vec::new();
    }
    let names = |players: &Vec<Player>| {
        let mut names: Vec<String> = players.iter().take(PLAYERS).map(player).collect();
        if let Some(further @ 1..) = players.len().checked_sub(PLAYERS) {
            names.push(format!("{} more", length(further)));
        }
        listed(&names, "and")
    };
    let points = sets.iter().take(SETS).map(names).collect();
    let mut blocks = vec![Block::Label(title.to_owned()), Block::List(points)];
    blocks.extend(left_out(sets.iter().skip(SETS).count()));
    blocks.extend((!is_complete).then(|| Block::Note("The list is not complete.".to_owned())));
    blocks
}

/// The reason why nothing smaller can do it, for the reader to check.
fn proof(proof: &Proof, directory: &Directory<'_>) -> Vec<Block> {
    match proof {
        Proof::DisjointPaths(paths) => vec![
            Block::Label("Proof that no smaller set can do it".to_owned()),
            Block::text(match paths.len() {
                1 => "At least one network has to refuse, for this way to the core is open."
                    .to_owned(),
                many => format!(
                    "These {} ways to the core share no player that could refuse. Whoever refuses closes one of them at most.",
                    length(many)
                ),
            }),
            ways(paths, directory),
        ],
        Proof::Exhausted { examined } => vec![Block::text(format!(
            "Proof that no smaller set can do it: all were tried or ruled out, {} in all.",
            counted(*examined, "case", "cases")
        ))],
        Proof::Bound { at_least, ratio } => vec![Block::text(format!(
            "Not proven smallest: no set smaller than {} can do it, so the set found is at most {ratio:.1} times too large.",
            count(*at_least)
        ))],
        Proof::NoCut(reason) => {
            vec![Block::text(format!("No set, however large, can do it: {}", no_cut_text(reason)))]
        }
    }
}

fn ways(paths: &[Vec<Asn>], directory: &Directory<'_>) -> Block {
    let steps = |path: &Vec<Asn>| {
        let steps = path.iter().take(ROWS).map(|asn| directory.named(*asn));
        steps.collect::<Vec<_>>().join(" → ")
    };
    Block::Numbered(paths.iter().take(2 * SETS).map(steps).collect())
}

fn link_cut(power: &PowerFindings, directory: &Directory<'_>) -> Vec<Block> {
    let Some(cut) = &power.link_cut else { return Vec::new() };
    let links = cut.links.iter().take(ROWS);
    let links =
        links.map(|(near, far)| format!("{} – {}", directory.named(*near), directory.named(*far)));
    let fewest = format!(
        "The fewest links whose loss separates the target from the core: {}.",
        length(cut.links.len())
    );
    let mut blocks =
        vec![Block::Heading("Links".to_owned()), Block::text(fewest), Block::List(links.collect())];
    if !cut.disjoint_paths.is_empty() {
        let title =
            "Proof: as many ways to the core, no two of which use a link in the same direction";
        blocks.push(Block::Label(title.to_owned()));
        blocks.push(ways(&cut.disjoint_paths, directory));
    }
    blocks
}

/// The network, country and providers of each address.
fn located(located: &[Located]) -> Vec<Block> {
    let country = |country: Option<Country>| {
        country.map_or("not known".to_owned(), |country| country.label().to_owned())
    };
    let networks = |networks: &[Network], none: &str| match networks {
        [] => none.to_owned(),
        networks => networks.iter().map(named).collect::<Vec<_>>().join("; "),
    };
    Table::first(ROWS, located)
        .text("Address", |located| Cell::Code(Defanged(&located.address).to_string()))
        .text("Prefix", |located| {
            Cell::Code(located.prefix.map_or("–".to_owned(), |prefix| prefix.to_string()))
        })
        .text("Announced by", |located| networks(&located.origins, "not announced"))
        .text("Registered in", |located| country(located.registered_in))
        .text("Announced from", |located| country(located.announced_from))
        .text("Hangs on", |located| {
            let notes = located.notes.iter().map(location_note_text).collect::<Vec<_>>();
            words(networks(&located.providers, "")).noted(notes.join("; "))
        })
        .under("Addresses, and the networks that announce them")
}
