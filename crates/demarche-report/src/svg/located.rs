//! The place where addresses hang: each address, the network that announces it, and that network's country.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{Located, Network};
use demarche_case::{Asn, Country, Defanged};
use maud::{Markup, html};

use super::figure::{BOLD, Figure, fitted_label, label, looks, operator, px, strong, swatch};
use super::layered::{Item, Link, lay_out};
use super::measure::{fitted, width_of};

use crate::number::length;
use crate::palette::Palette;

/// Addresses that are drawn; the table has all.
const MOST: usize = 40;

const WIDTH: f64 = 760.0;
const COLUMNS: [(f64, f64); 3] = [(8.0, 222.0), (284.0, 250.0), (588.0, 164.0)];
const HEIGHT: f64 = 34.0;
const TOP: f64 = 30.0;

/// The networks and countries that addresses hang on, as a self-contained SVG; the addresses are defanged.
#[must_use]
pub fn svg_of_located(located: &[Located]) -> String {
    let countries = located.iter().filter_map(|located| Some((located.announced_from?, 1.0)));
    located_chart(located, &Palette::of(None, countries))
}

pub(crate) fn located_chart(located: &[Located], palette: &Palette) -> String {
    let scene = Scene::new(located);
    let items: Vec<Item> = scene
        .boxes
        .iter()
        .map(|item| Item { layer: item.column(), height: HEIGHT + 12.0 })
        .collect();
    let layout = lay_out(&items, &scene.links);
    let middle = |index: usize| TOP + layout.middles[index];
    let countries: BTreeSet<Option<Country>> = scene.boxes.iter().map(Box::country).collect();
    let further = located.iter().skip(MOST).count();
    let body = html! {
        @for ((x, _), name) in COLUMNS.iter().zip(["Address", "Announced by", "In"]) {
            (strong((*x, 15.0), 12.0, "mute", "start", name))
        }
        @for link in &scene.links { (draw_link(&scene, link, (middle(link.from), middle(link.to)))) }
        @for (index, item) in scene.boxes.iter().enumerate() { (draw_box(item, palette, middle(index))) }
        @if further > 0 {
            (label((8.0, TOP + layout.height + 16.0), 12.0, "mute", "start", &format!("and {} more addresses in the table", length(further))))
        }
    };
    Figure {
        id: "located",
        title: "Where the addresses are, in routing terms".to_owned(),
        desc: "Each address, the network that announces it, and the country of that network."
            .to_owned(),
        width: WIDTH,
        height: TOP + layout.height + if further > 0 { 28.0 } else { 6.0 },
        looks: looks(palette, &countries),
        body,
    }
    .into_svg()
}

enum Box<'a> {
    Address(&'a Located),
    Network(Option<&'a Network>),
    Place(Option<Country>),
}

impl Box<'_> {
    const fn column(&self) -> usize {
        match self {
            Self::Address(_) => 0,
            Self::Network(_) => 1,
            Self::Place(_) => 2,
        }
    }

    fn country(&self) -> Option<Country> {
        match self {
            Self::Address(located) => located.registered_in,
            Self::Network(network) => network.and_then(|network| network.country),
            Self::Place(country) => *country,
        }
    }
}

struct Scene<'a> {
    boxes: Vec<Box<'a>>,
    links: Vec<Link>,
}

impl<'a> Scene<'a> {
    fn new(located: &'a [Located]) -> Self {
        let mut scene = Self { boxes: Vec::new(), links: Vec::new() };
        let mut networks: BTreeMap<Option<Asn>, usize> = BTreeMap::new();
        let mut places: BTreeMap<Option<Country>, usize> = BTreeMap::new();
        for address in located.iter().take(MOST) {
            let index = scene.add(Box::Address(address));
            let origins: Vec<Option<&Network>> = if address.origins.is_empty() {
                vec![None]
            } else {
                address.origins.iter().map(Some).collect()
            };
            for origin in origins {
                let asn = origin.map(|network| network.asn);
                let network = match networks.get(&asn) {
                    Some(network) => *network,
                    None => scene.add_network(origin, asn, &mut networks, &mut places),
                };
                scene.links.push(Link { from: index, to: network, width: 2.0 });
            }
        }
        scene
    }

    fn add(&mut self, one: Box<'a>) -> usize {
        self.boxes.push(one);
        self.boxes.len() - 1
    }

    fn add_network(
        &mut self,
        origin: Option<&'a Network>,
        asn: Option<Asn>,
        networks: &mut BTreeMap<Option<Asn>, usize>,
        places: &mut BTreeMap<Option<Country>, usize>,
    ) -> usize {
        let network = self.add(Box::Network(origin));
        networks.insert(asn, network);
        if let Some(origin) = origin {
            let home = match places.get(&origin.country) {
                Some(home) => *home,
                None => self.add(Box::Place(origin.country)),
            };
            places.insert(origin.country, home);
            self.links.push(Link { from: network, to: home, width: 3.0 });
        }
        network
    }
}

fn draw_link(scene: &Scene<'_>, link: &Link, ends: (f64, f64)) -> Markup {
    let column = |index: usize| {
        let column = scene.boxes.get(index).map_or(0, Box::column);
        COLUMNS[column]
    };
    let ((left, wide), (right, _)) = (column(link.from), column(link.to));
    let middle = f64::midpoint(left + wide, right);
    let path = format!(
        "M{} {}C{} {} {} {} {} {}",
        px(left + wide),
        px(ends.0),
        px(middle),
        px(ends.0),
        px(middle),
        px(ends.1),
        px(right),
        px(ends.1)
    );
    html! { path class="link" d=(path) stroke-width=(px(link.width)) stroke-opacity="0.8" {} }
}

fn draw_box(drawn: &Box<'_>, palette: &Palette, middle: f64) -> Markup {
    let (x, wide) = COLUMNS[drawn.column()];
    let y = middle - HEIGHT / 2.0;
    let (head, name) = match drawn {
        Box::Address(located) => (Defanged(located.address).to_string(), String::new()),
        Box::Network(Some(network)) => (network.asn.to_string(), operator(network)),
        Box::Network(None) => ("not announced".to_owned(), String::new()),
        Box::Place(country) => {
            let name = country
                .map_or_else(|| "not known".to_owned(), |country| country.label().to_owned());
            (name, String::new())
        }
    };
    let badge = !matches!(drawn, Box::Network(None));
    let text = if badge { x + 52.0 } else { x + 12.0 };
    let room = x + wide - text - 8.0;
    let head = fitted(&head, 12.5, room);
    let used = width_of(&head, 12.5) * BOLD + 8.0;
    html! {
        g {
            rect class="card" x=(px(x)) y=(px(y)) width=(px(wide)) height=(px(HEIGHT)) rx="6" {}
            @if badge { (swatch("located", palette, drawn.country(), (x + 8.0, y + 8.0))) }
            (strong((text, middle + 4.5), 12.5, "ink", "start", &head))
            @if !name.is_empty() && room - used > 30.0 { (fitted_label((text + used, middle + 4.5), 11.5, "mute", &name, room - used)) }
        }
    }
}
