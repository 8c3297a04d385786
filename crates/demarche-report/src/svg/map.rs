//! The map of a target's connectivity: the target on the left, the internet's core on the right.

mod marks;

use demarche_case::number::float;
use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::{
    ConnectivityMap, LinkKind, MapLink, MapNode, RoutesFindings, Target,
};
use demarche_case::{Asn, Country};
use maud::{Markup, html};

use super::layered::{Item, Layout, Link, lay_out};
use marks::Marks;

use super::figure::{BOLD, Figure, fitted_label, label, legend, looks, operator, px, strong};
use super::measure::width_of;
use crate::number::{counted, fraction, length, percent};
use crate::palette::Palette;
use crate::text::shown;
use crate::words::{palette_of, subject};

/// Boxes in one column; what is beyond is drawn as one box.
const ROOM: usize = 12;

/// Columns; what lies deeper is drawn in the last.
const COLUMNS: usize = 5;

/// Links that are drawn; beyond that the thinnest are left out and counted.
const LINKS: usize = 140;

const CARD: (f64, f64) = (196.0, 46.0);
const GAP: (f64, f64) = (92.0, 18.0);
const PANEL: f64 = 38.0;
const TOP: f64 = 34.0;
const MARGIN: f64 = 6.0;

/// The map of who carries the target's traffic, as a self-contained SVG.
///
/// The width of a link and the share in a box say how many of the vantage points' routes use it.
/// A doubtful link is dashed and says why it is doubted.
/// Where a column has more than twelve networks, those that carry least are drawn as one box.
#[must_use]
pub fn svg_of_map(findings: &RoutesFindings) -> String {
    map_chart(findings, &palette_of(findings))
}

/// The same map with every network as a link: `prefix` followed by its number, such as `?refuse=AS4837`.
#[must_use]
pub fn svg_of_map_linked(findings: &RoutesFindings, prefix: &str) -> String {
    let drawing = drawn(findings, &palette_of(findings), &Marks::linked(prefix));
    // What holds links is no image: a reader of screens would not tell them.
    drawing.replacen("role=\"img\"", "role=\"group\"", 1)
}

/// True if the map is wider than a page of paper held upright.
pub(crate) fn map_is_wide(map: &ConnectivityMap) -> bool {
    let layers: BTreeSet<u32> = map.nodes.iter().map(|node| node.layer).collect();
    layers.len() > 3
}

/// The same map with what an option of response asks of networks, as a self-contained SVG.
///
/// `None` where the routes know no such refusal. Refusing networks are ringed and their links thin; a network of the way
/// whose share changes has both shares; third parties among the networks that are drawn are marked as hit.
#[must_use]
pub fn svg_of_response_map(
    routes: &RoutesFindings,
    responses: &ResponseFindings,
    option: usize,
) -> Option<String> {
    let marks = Marks::of(routes, responses, option)?;
    Some(drawn(routes, &palette_of(routes), &marks))
}

pub(crate) fn map_chart(findings: &RoutesFindings, palette: &Palette) -> String {
    drawn(findings, palette, &Marks::none())
}

fn drawn(findings: &RoutesFindings, palette: &Palette, marks: &Marks) -> String {
    let id = marks.id();
    let scene = Scene::new(&findings.map);
    let layout = scene.lay_out();
    let columns = u32::try_from(scene.columns()).map_or(1.0, f64::from).max(1.0);
    let width = (MARGIN * 2.0 + columns * CARD.0 + (columns - 1.0) * GAP.0).max(560.0);
    let floor = TOP + layout.height + 22.0;
    let countries: BTreeSet<Option<Country>> =
        scene.cards.iter().filter_map(Card::country).collect();
    let (countries_legend, y) =
        legend(&id, palette, &countries, (MARGIN, floor), width - MARGIN * 2.0);
    let (signs, y) = signs(&scene, marks, (MARGIN, y + 6.0), width - MARGIN * 2.0);
    let mut notes = notes(&scene, findings.map.left_out);
    notes.extend(marks.notes(width - MARGIN * 2.0));
    let body = html! {
        (headers(&scene))
        (links(&scene, &layout, marks))
        @for (card, middle) in scene.cards.iter().zip(&layout.middles) { (draw_card(card, palette, marks, *middle)) }
        (doubts(&scene, &layout))
        (countries_legend)
        (signs)
        @for (number, note) in notes.iter().enumerate() {
            (label((MARGIN, y + 12.0 + 18.0 * float(number)), 12.0, "mute", "start", note))
        }
    };
    Figure {
        id: &id,
        title: marks.title(&subject(&findings.target)),
        desc: description(&scene, &findings.target),
        width,
        height: y + 18.0 * float(notes.len()) + 8.0,
        looks: looks(palette, &countries),
        body,
    }
    .into_svg()
}

fn description(scene: &Scene<'_>, target: &Target) -> String {
    let key: Vec<String> = scene
        .cards
        .iter()
        .filter(|card| card.is_key())
        .filter_map(|card| card.nodes.first().map(|node| node.network.asn.to_string()))
        .collect();
    let key =
        if key.is_empty() { String::new() } else { format!(" Key networks: {}.", key.join(", ")) };
    format!(
        "Networks in columns from {} on the left to the internet's core on the right, joined by the links that carry its routes.{key}",
        subject(target)
    )
}

/// The content of a box: one network, or those of a column that carry least.
struct Card<'a> {
    column: usize,
    nodes: Vec<&'a MapNode>,
}

impl Card<'_> {
    fn is_key(&self) -> bool {
        self.nodes.iter().any(|node| node.is_key)
    }

    fn is_core(&self) -> bool {
        self.nodes.iter().all(|node| node.is_core)
    }

    /// The country, when all its networks are of one; the outer `None` where they are not.
    fn country(&self) -> Option<Option<Country>> {
        let mut countries = self.nodes.iter().map(|node| node.network.country);
        let first = countries.next()?;
        countries.all(|country| country == first).then_some(first)
    }
}

/// One link between two boxes.
struct Line<'a> {
    from: usize,
    to: usize,
    share: f64,
    kind: LinkKind,
    parts: Vec<&'a MapLink>,
}

impl Line<'_> {
    fn doubt(&self) -> Option<&str> {
        self.parts.iter().find_map(|link| link.doubt.as_deref())
    }

    fn width(&self) -> f64 {
        1.4 + 13.0 * self.share
    }
}

/// The content of the map, before anything has its place.
struct Scene<'a> {
    cards: Vec<Card<'a>>,
    lines: Vec<Line<'a>>,
    thin_links: usize,
    /// True if the layer has a column of its own; the deepest may share one.
    deepest_merged: bool,
}

impl<'a> Scene<'a> {
    fn new(map: &'a ConnectivityMap) -> Self {
        let doubtful: BTreeSet<Asn> = map
            .links
            .iter()
            .filter(|link| link.doubt.is_some())
            .flat_map(|link| [link.near, link.far])
            .collect();
        let layers: BTreeSet<u32> = map.nodes.iter().map(|node| node.layer).collect();
        let mut columns: Vec<Vec<&MapNode>> = vec![Vec::new(); layers.len().min(COLUMNS)];
        let mut seen = BTreeSet::new();
        for node in map.nodes.iter().filter(|node| seen.insert(node.network.asn)) {
            let column = layers.range(..node.layer).count().min(COLUMNS - 1);
            if let Some(column) = columns.get_mut(column) {
                column.push(node);
            }
        }
        let mut cards = Vec::new();
        for (column, mut nodes) in columns.into_iter().enumerate() {
            nodes.sort_by_key(|node| rank(node, &doubtful));
            let single = if nodes.len() > ROOM { ROOM - 1 } else { nodes.len() };
            let rest = nodes.split_off(single);
            cards.extend(nodes.into_iter().map(|node| Card { column, nodes: vec![node] }));
            if !rest.is_empty() {
                cards.push(Card { column, nodes: rest });
            }
        }
        let mut scene = Self {
            cards,
            lines: Vec::new(),
            thin_links: 0,
            deepest_merged: layers.len() > COLUMNS,
        };
        scene.connect(&map.links);
        scene
    }

    /// Joins the boxes; the links between two boxes are drawn as one, doubtful ones apart.
    fn connect(&mut self, links: &'a [MapLink]) {
        let mut owner: BTreeMap<Asn, usize> = BTreeMap::new();
        for (index, card) in self.cards.iter().enumerate() {
            owner.extend(card.nodes.iter().map(|node| (node.network.asn, index)));
        }
        let mut joined: BTreeMap<(usize, usize, bool), Line<'a>> = BTreeMap::new();
        for link in links {
            let (Some(near), Some(far)) = (owner.get(&link.near), owner.get(&link.far)) else {
                continue;
            };
            if near == far {
                continue;
            }
            let column = |index: usize| self.cards.get(index).map_or(0, |card| card.column);
            let (from, to) =
                if column(*near) <= column(*far) { (*near, *far) } else { (*far, *near) };
            let line = joined.entry((from, to, link.doubt.is_some())).or_insert_with(|| Line {
                from,
                to,
                share: 0.0,
                kind: link.kind,
                parts: Vec::new(),
            });
            // A route enters and leaves a network once, so the shares of the links of one box add up.
            line.share = fraction(line.share + fraction(link.share));
            line.parts.push(link);
        }
        let mut lines: Vec<Line<'a>> = joined.into_values().collect();
        lines.sort_by(|left, right| {
            let weight = |line: &Line<'_>| if line.doubt().is_some() { 2.0 } else { line.share };
            weight(right)
                .total_cmp(&weight(left))
                .then((left.from, left.to).cmp(&(right.from, right.to)))
        });
        self.thin_links = lines.iter().skip(LINKS).count();
        lines.truncate(LINKS);
        self.lines = lines;
    }

    fn columns(&self) -> usize {
        self.cards.iter().map(|card| card.column + 1).max().unwrap_or(0)
    }

    fn lay_out(&self) -> Layout {
        let items: Vec<Item> = self
            .cards
            .iter()
            .map(|card| Item { layer: card.column, height: CARD.1 + GAP.1 })
            .collect();
        let links: Vec<Link> = self
            .lines
            .iter()
            .map(|line| Link { from: line.from, to: line.to, width: line.width() })
            .collect();
        lay_out(&items, &links)
    }
}

/// The order in which networks keep a box of their own: key networks, ends of doubtful links, then by share.
fn rank(node: &MapNode, doubtful: &BTreeSet<Asn>) -> (bool, bool, u64, Asn) {
    let asn = node.network.asn;
    // The bits of a fraction from 0 to 1 are in its own order; the negated order puts the largest first.
    let share = u64::MAX - fraction(node.share).to_bits();
    (!node.is_key, !doubtful.contains(&asn), share, asn)
}

fn left_of(column: usize) -> f64 {
    MARGIN + float(column) * (CARD.0 + GAP.0)
}

fn headers(scene: &Scene<'_>) -> Markup {
    let columns = scene.columns();
    html! {
        @for column in 0..columns {
            @let last = column + 1 == columns && columns > 2;
            @let core = scene.cards.iter().filter(|card| card.column == column).all(Card::is_core);
            @let name = match column {
                0 => "The target",
                _ if core => "Core of the internet",
                1 => "Providers and peers",
                2 => "Behind these",
                _ if last && scene.deepest_merged => "Further and core",
                _ => "Further",
            };
            (strong((left_of(column), 16.0), 12.0, "mute", "start", name))
        }
    }
}

fn draw_card(card: &Card<'_>, palette: &Palette, marks: &Marks, middle: f64) -> Markup {
    let Some(first) = card.nodes.first() else { return html! {} };
    let (x, y) = (left_of(card.column), TOP + middle - CARD.1 / 2.0);
    let many = card.nodes.len() > 1;
    let share = if many { String::new() } else { marks.share(first) };
    let id = marks.id();
    let fill = card.country().map_or_else(
        || format!("url(#{id}-hatch)"),
        |country| format!("url(#{id}-{})", palette.look(country).name()),
    );
    let code = card
        .country()
        .map(|country| country.map_or_else(|| "?".to_owned(), |code| code.to_string()));
    let (head, name) = if many {
        let asns: Vec<String> =
            card.nodes.iter().map(|node| node.network.asn.to_string()).collect();
        (format!("{} others", length(card.nodes.len())), asns.join(", "))
    } else {
        (first.network.asn.to_string(), operator(&first.network))
    };
    let text_width = CARD.0 - PANEL - 18.0;
    let link = if many { None } else { marks.link(first) };
    let drawn = html! {
        g {
            title { (card_title(card)) }
            @if marks.refuses(&card.nodes) {
                rect class="doubt" x=(px(x - 3.0)) y=(px(y - 3.0)) width=(px(CARD.0 + 6.0)) height=(px(CARD.1 + 6.0)) rx="9" stroke-width="3" {}
            } @else if card.is_key() && marks.is_none() {
                rect class="ring" x=(px(x - 3.0)) y=(px(y - 3.0)) width=(px(CARD.0 + 6.0)) height=(px(CARD.1 + 6.0)) rx="9" stroke-width="3" {}
            }
            rect class="card" x=(px(x)) y=(px(y)) width=(px(CARD.0)) height=(px(CARD.1)) rx="6" stroke-width="1" {}
            path fill=(fill) d=(panel_path(x, y)) {}
            @if let Some(code) = code {
                rect x=(px(x + 7.0)) y=(px(y + 15.0)) width="24" height="16" rx="3" fill="#fff" fill-opacity="0.94" {}
                text x=(px(x + 19.0)) y=(px(y + 27.0)) font-size="11" font-weight="700" text-anchor="middle" fill="#1a2230" { (code) }
            }
            (strong((x + PANEL + 9.0, y + 19.5), 12.5, "ink", "start", &head))
            (label((x + CARD.0 - 9.0, y + 19.5), 11.5, "mute", "end", &share))
            (fitted_label((x + PANEL + 9.0, y + 36.0), 11.5, "mute", &name, text_width))
            (pills(card, marks, x, y))
        }
    };
    html! { @if let Some(link) = link { a href=(link) { (drawn) } } @else { (drawn) } }
}

/// The left end of a box, round on its own side.
fn panel_path(x: f64, y: f64) -> String {
    format!(
        "M{} {}H{}V{}H{}a5 5 0 0 1 -5 -5V{}a5 5 0 0 1 5 -5Z",
        px(x + 6.0),
        px(y + 1.0),
        px(x + PANEL),
        px(y + CARD.1 - 1.0),
        px(x + 6.0),
        px(y + 6.0)
    )
}

fn pills(card: &Card<'_>, marks: &Marks, x: f64, y: f64) -> Markup {
    let signs = [
        (card.is_core(), "core"),
        (card.is_key() && marks.is_none(), "key"),
        (marks.hits(&card.nodes), "hit"),
        (marks.refuses(&card.nodes), "refuses"),
    ];
    let mut right = x + CARD.0 - 8.0;
    html! {
        @for (_, text) in signs.iter().filter(|(is, _)| *is) {
            @let wide = width_of(text, 10.0) * BOLD + 10.0;
            @let left = { right -= wide + 4.0; right + 4.0 };
            rect class="pill" x=(px(left)) y=(px(y - 8.0)) width=(px(wide)) height="14" rx="7" {}
            text class="onpill" x=(px(left + wide / 2.0)) y=(px(y + 2.6)) font-size="10" font-weight="650" text-anchor="middle" { (text) }
        }
    }
}

fn card_title(card: &Card<'_>) -> String {
    let names: Vec<String> = card
        .nodes
        .iter()
        .take(30)
        .map(|node| {
            let country = node.network.country.map_or("country not known", |_| "");
            let country = node.network.country.as_ref().map_or(country, Country::label);
            let name = operator(&node.network);
            let name = if name.is_empty() { name } else { format!(" {name},") };
            format!("{}{name} {country}: {} of the routes", node.network.asn, percent(node.share))
        })
        .collect();
    names.join("; ")
}

/// The place where a link leaves one box and enters the other: stacked at the sides, sorted by where they go.
fn ports(scene: &Scene<'_>, layout: &Layout) -> Vec<(f64, f64)> {
    let middle = |card: usize| layout.middles[card];
    let mut ports: Vec<(f64, f64)> =
        scene.lines.iter().map(|line| (middle(line.from), middle(line.to))).collect();
    for card in 0..scene.cards.len() {
        for leaving in [true, false] {
            let mut ends: Vec<(f64, usize)> = Vec::new();
            for (index, line) in scene.lines.iter().enumerate() {
                let bends = layout.bends.get(index).map_or(&[][..], Vec::as_slice);
                let (here, next) = if leaving {
                    (line.from, bends.first().copied().unwrap_or_else(|| middle(line.to)))
                } else {
                    (line.to, bends.last().copied().unwrap_or_else(|| middle(line.from)))
                };
                if here == card {
                    ends.push((next, index));
                }
            }
            ends.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
            stack(scene, &ends, |position, offset| {
                if let Some(port) = ports.get_mut(position) {
                    let end = if leaving { &mut port.0 } else { &mut port.1 };
                    *end += offset;
                }
            });
        }
    }
    ports
}

fn stack(scene: &Scene<'_>, ends: &[(f64, usize)], mut shift: impl FnMut(usize, f64)) {
    let wide = |index: usize| scene.lines.get(index).map_or(0.0, Line::width) + 2.0;
    let total: f64 = ends.iter().map(|(_, place)| wide(*place)).sum();
    let squeeze = (CARD.1 - 12.0).min(total) / total.max(1.0);
    let mut position = -total * squeeze / 2.0;
    for (_, place) in ends {
        position += wide(*place) * squeeze / 2.0;
        shift(*place, position);
        position += wide(*place) * squeeze / 2.0;
    }
}

fn links(scene: &Scene<'_>, layout: &Layout, marks: &Marks) -> Markup {
    let ports = ports(scene, layout);
    html! {
        @for (place, line) in scene.lines.iter().enumerate().rev() {
            @let port = ports[place];
            @let path = curve(scene, line, port, layout.bends.get(place).map_or(&[][..], Vec::as_slice));
            @let doubtful = line.doubt().is_some();
            @let refused = [line.from, line.to].into_iter().filter_map(|end| scene.cards.get(end)).any(|card| marks.refuses(&card.nodes));
            g {
                title { (line_title(line)) }
                @if refused {
                    path class="link" d=(path) stroke-width="1.2" stroke-dasharray="2 4" {}
                } @else if doubtful {
                    path class="doubt" d=(path) stroke-width=(px(line.width().max(2.0))) stroke-dasharray="7 5" {}
                } @else {
                    path class="link" d=(path) stroke-width=(px(line.width().max(if line.kind == LinkKind::Provider { 0.0 } else { 3.6 }))) stroke-opacity="0.75" {}
                    @if line.kind != LinkKind::Provider {
                        path class="hollow" d=(path) stroke-width=(px((line.width() - 2.4).max(1.4))) {}
                    }
                }
            }
        }
    }
}

fn curve(scene: &Scene<'_>, line: &Line<'_>, port: (f64, f64), bends: &[f64]) -> String {
    let column = |index: usize| scene.cards.get(index).map_or(0, |card| card.column);
    let (from, to) = (column(line.from), column(line.to));
    let mut address = (left_of(from) + CARD.0, TOP + port.0);
    let mut path = format!("M{} {}", px(address.0), px(address.1));
    if from == to {
        let out = address.0 + GAP.0 * 0.55;
        let end = TOP + port.1;
        return format!(
            "{path}C{} {} {} {} {} {}",
            px(out),
            px(address.1),
            px(out),
            px(end),
            px(address.0),
            px(end)
        );
    }
    for (step, bend) in bends.iter().enumerate() {
        let x = left_of(from.saturating_add(step) + 1);
        path.push_str(&bow(address, (x, TOP + bend)));
        address = (x + CARD.0, TOP + bend);
        path.push_str(&format!("H{}", px(address.0)));
    }
    path.push_str(&bow(address, (left_of(to), TOP + port.1)));
    path
}

fn bow(from: (f64, f64), to: (f64, f64)) -> String {
    let middle = f64::midpoint(from.0, to.0);
    format!("C{} {} {} {} {} {}", px(middle), px(from.1), px(middle), px(to.1), px(to.0), px(to.1))
}

fn line_title(line: &Line<'_>) -> String {
    let kind = |kind: LinkKind| match kind {
        LinkKind::Provider => "provider",
        LinkKind::Peer => "peer",
        LinkKind::Customer => "customer",
    };
    let parts: Vec<String> = line
        .parts
        .iter()
        .take(20)
        .map(|link| {
            let doubt =
                link.doubt.as_deref().map(|doubt| format!("; doubtful: {}", shown(doubt, 400)));
            let doubt = doubt.unwrap_or_default();
            format!(
                "{} – {} ({}): {} of the routes{doubt}",
                link.near,
                link.far,
                kind(link.kind),
                percent(link.share)
            )
        })
        .collect();
    parts.join("; ")
}

/// The word on each doubtful link, above everything else and apart from one another.
fn doubts(scene: &Scene<'_>, layout: &Layout) -> Markup {
    let ports = ports(scene, layout);
    let mut places: Vec<(f64, f64, &Line<'_>)> = Vec::new();
    for (place, line) in scene.lines.iter().enumerate().filter(|(_, line)| line.doubt().is_some()) {
        let column = scene.cards.get(line.to).map_or(0, |card| card.column);
        let equal = scene.cards.get(line.from).is_some_and(|card| card.column == column);
        let port = ports[place];
        let start =
            layout.bends.get(place).and_then(|bends| bends.last().copied()).unwrap_or(port.0);
        let x = if equal { left_of(column) + CARD.0 + 38.0 } else { left_of(column) - GAP.0 / 2.0 };
        places.push((x, TOP + f64::midpoint(start, port.1), line));
    }
    places.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.total_cmp(&right.1)));
    let mut last = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    html! {
        @for (x, y, line) in &places {
            @let y = if (x - last.0).abs() < 1.0 { y.max(last.1 + 18.0) } else { *y };
            @let y = { last = (*x, y); y };
            g {
                title { (line_title(line)) }
                rect class="paper" x=(px(x - 30.0)) y=(px(y - 8.0)) width="60" height="16" rx="8" {}
                (strong((*x, y + 4.0), 11.0, "warn", "middle", "doubtful"))
            }
        }
    }
}

/// The legend of the signs that occur.
fn signs(scene: &Scene<'_>, marks: &Marks, at: (f64, f64), width: f64) -> (Markup, f64) {
    let any = |test: fn(&Line<'_>) -> bool| scene.lines.iter().any(test);
    let mut entries: Vec<(&str, &str)> = Vec::new();
    if any(|line| line.doubt().is_none() && line.kind == LinkKind::Provider) {
        entries.push(("link", "to a provider; the wider, the more routes"));
    }
    if any(|line| line.doubt().is_none() && line.kind != LinkKind::Provider) {
        entries.push(("hollow", "to a peer or customer"));
    }
    if any(|line| line.doubt().is_some()) {
        entries.push(("doubt", "doubtful, not counted as a fact"));
    }
    if scene.cards.iter().any(|card| marks.refuses(&card.nodes)) {
        entries.push(("refuses", "refuses; its links are dotted"));
    }
    if scene.cards.iter().any(|card| marks.hits(&card.nodes)) {
        entries.push(("hit", "third party that is hit"));
    }
    if marks.is_none() && scene.cards.iter().any(Card::is_key) {
        entries.push(("key", "in the smallest set that cuts the target off"));
    }
    if scene.cards.iter().any(Card::is_core) {
        entries.push(("core", "buys transit from nobody"));
    }
    let (mut x, mut y) = at;
    let mut placed = Vec::new();
    for (sign, text) in entries {
        let wide = 50.0 + width_of(text, 12.0) + 22.0;
        if x > at.0 && x + wide > at.0 + width {
            x = at.0;
            y += 24.0;
        }
        placed.push((x, y, sign, text));
        x += wide;
    }
    let markup = html! {
        @for (x, y, sign, text) in &placed {
            (sign_markup(sign, *x, *y))
            (label((x + 50.0, y + 12.5), 12.0, "ink", "start", text))
        }
    };
    (markup, if placed.is_empty() { at.1 } else { y + 26.0 })
}

fn sign_markup(sign: &str, x: f64, y: f64) -> Markup {
    let line = format!("M{} {}h34", px(x), px(y + 8.5));
    html! {
        @match sign {
            "link" => path class="link" d=(line) stroke-width="6" stroke-opacity="0.75" {},
            "hollow" => {
                path class="link" d=(line) stroke-width="5" stroke-opacity="0.75" {}
                path class="hollow" d=(line) stroke-width="2.4" {}
            },
            "doubt" => path class="doubt" d=(line) stroke-width="2.4" stroke-dasharray="7 5" {},
            _ => {
                rect class="pill" x=(px(x - 4.0)) y=(px(y + 1.5)) width="48" height="14" rx="7" {}
                text class="onpill" x=(px(x + 20.0)) y=(px(y + 12.0)) font-size="10" font-weight="650" text-anchor="middle" { (sign) }
            }
        }
    }
}

fn notes(scene: &Scene<'_>, left_out: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if left_out > 0 {
        let networks = counted(left_out, "further network carries", "further networks carry");
        notes.push(format!("{networks} too little to be drawn."));
    }
    if scene.thin_links > 0 {
        notes.push(format!("{} of the thinnest links are not drawn.", length(scene.thin_links)));
    }
    notes
}
