//! The findings about routes: the map, dependencies, cuts, power, addresses, caveats and sources.
//!
//! The sections of the page and the answers of the commands share their tables.

mod cut;
mod power;

use demarche_case::assessment::answer::{CutAnswer, DependAnswer, LocateAnswer, PowerAnswer};
use demarche_case::assessment::routes::{
    Caveat, Dependency, Family, GroupDependency, Located, Network, RouteBasis, RoutesFindings,
    TableTime, Target,
};
use demarche_case::{Country, Defanged};
use maud::PreEscaped;

use self::cut::{cut, cuts, own_refusal};
use self::power::power;
use crate::answer::{answer, is_asked};
use crate::attribution::capitalised;
use crate::document::{Block, Cell, Room, Section, Table, strong};
use crate::number::{as_count, count, counted, length, percent};
use crate::svg::{self, group_name};
use crate::text::{NAME, PROSE, shown};
use crate::words::routes::{caveat_text, caveat_title, location_note_text};
use crate::words::{Directory, basis, listed, named, palette_of, place, subject};

/// Rows of one table; the JSON has all.
const ROWS: usize = 40;

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
    if let Some(game) = &findings.power {
        let chart = svg::power_chart("power", &findings.target, game, &palette);
        sections.push(power(&findings.target, game, Some(chart), &directory));
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

/// The networks, operators and countries of one dependency, and the networks over which routes enter.
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
        .text("Hangs on", |located| networks(&located.providers, "–"))
        .text("Remarks", |located| match located.notes.as_slice() {
            [] => "–".to_owned(),
            notes => notes.iter().map(location_note_text).collect::<Vec<_>>().join("; "),
        })
        .under("Addresses, and the networks that announce them")
}
