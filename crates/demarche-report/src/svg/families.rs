//! Families that share code: families on a circle, shared rare code as curves between them.

use std::collections::BTreeSet;

use demarche_case::assessment::code::{CodeFamilies, FamilyNode};
use demarche_case::number::float;
use maud::{Markup, html};

use super::circle::{Circle, Spot, Tie};
use super::figure::{Figure, fitted_label, label, px, strong};
use super::measure::{fitted, width_of};
use crate::code::families::{FamilyPair, family_pairs};
use crate::code::{Support, few, named, ratio};
use crate::number::{counted, fraction, length};
use crate::palette::{Look, SLOTS};

/// Families on the circle, and curves between them; beyond these the strongest ties are drawn.
const MOST: (usize, usize) = (300, 600);

/// Families up to which those without any tie are on the circle too.
const WITH_ALONE: usize = 60;

/// Library families that are named below the circle.
const LIBRARIES: usize = 12;

/// The families that share code with each other, as a self-contained SVG.
///
/// A mark is a family: as large as it has functions, in shape and colour its actor's. A curve is rare code that two
/// families share: as wide as the tie is strong, dashed below the threshold. Library code stands apart, below.
/// With more than 300 families those of the strongest ties are drawn, and the drawing says so.
#[must_use]
pub fn svg_of_code_families(families: &CodeFamilies) -> String {
    let drawn = Drawn::of(families);
    let actors = Actors::of(families);
    let groups =
        drawn.families.iter().map(|family| actors.group(families, *family)).collect::<Vec<_>>();
    let ties: Vec<Tie> = drawn
        .pairs
        .iter()
        .filter_map(|pair| {
            let index = |index: usize| drawn.families.iter().position(|family| *family == index);
            Some(Tie {
                ends: [index(pair.places[0])?, index(pair.places[1])?],
                weight: pair.tie.strength.nats,
            })
        })
        .collect();
    let names = drawn.families.iter().filter_map(|family| families.families.get(*family));
    let longest = names.map(|family| width_of(&named(&family.name), 1.0)).fold(0.0, f64::max);
    let circle = Circle::of(&groups, &ties, longest);
    let largest = largest(families);
    let (signs, below) = below(families, &actors, &circle);
    Figure {
        id: "kin",
        title: "Who shares code with whom".to_owned(),
        desc: format!(
            "Families of programs on a circle, grouped by actor, with curves between those that share rare code. {}",
            drawn.said
        ),
        width: circle.width(),
        height: below,
        looks: BTreeSet::new(),
        body: html! {
            @if drawn.families.is_empty() {
                (label((circle.width() / 2.0, circle.height() / 2.0), 13.0, "mute", "middle", "There is no family to show."))
            }
            (curves(&drawn, &circle, &ties))
            @for (index, spot) in circle.spots().iter().enumerate() {
                @if let Some(family) = drawn.families.get(index).and_then(|family| families.families.get(*family)) {
                    (family_mark(family, &actors, &circle, spot, largest))
                }
            }
            (signs)
        },
    }
    .into_svg()
}

/// The families and ties that the picture has, in words; empty where it has all.
pub(crate) fn families_are_cut(families: &CodeFamilies) -> String {
    Drawn::of(families).said
}

/// Returns true if the picture is wider than a page.
pub(crate) fn families_are_wide(families: &CodeFamilies) -> bool {
    Drawn::of(families).families.len() > 90
}

/// The part of an index that is drawn.
struct Drawn<'a> {
    /// Places in [`CodeFamilies::families`], ascending.
    families: Vec<usize>,
    /// The strongest first.
    pairs: Vec<FamilyPair<'a>>,
    /// The rest that is left out, in words.
    said: String,
}

impl<'a> Drawn<'a> {
    fn of(families: &'a CodeFamilies) -> Self {
        let mut all = family_pairs(families);
        all.retain(|pair| !pair.families.iter().any(|family| family.is_library));
        all.sort_by(|left, right| {
            right
                .tie
                .strength
                .nats
                .total_cmp(&left.tie.strength.nats)
                .then(left.places.cmp(&right.places))
        });
        let ties = all.len();
        let ascribed = || {
            let families = families.families.iter().enumerate();
            families.filter(|(_, family)| !family.is_library).map(|(position, _)| position)
        };
        let number = ascribed().count();
        let mut families: BTreeSet<usize> =
            if number <= WITH_ALONE { ascribed().collect() } else { BTreeSet::new() };
        let mut pairs = Vec::new();
        for pair in all {
            let new = pair.places.iter().filter(|index| !families.contains(index)).count();
            if pairs.len() < MOST.1 && families.len().saturating_add(new) <= MOST.0 {
                families.extend(pair.places);
                pairs.push(pair);
            }
        }
        let said = said((families.len(), number), (pairs.len(), ties));
        Self { families: families.into_iter().collect(), pairs, said }
    }
}

fn said(families: (usize, usize), ties: (usize, usize)) -> String {
    if ties.0 < ties.1 {
        return format!(
            "Drawn are the {} strongest of {} ties, with their {} of {} families.",
            length(ties.0),
            length(ties.1),
            length(families.0),
            length(families.1)
        );
    }
    match families.1.saturating_sub(families.0) {
        0 => String::new(),
        1 => "One family that shares nothing rare with another is not drawn.".to_owned(),
        left => {
            format!("{} families that share nothing rare with another are not drawn.", length(left))
        }
    }
}

fn largest(families: &CodeFamilies) -> f64 {
    families.families.iter().map(|family| float(family.functions)).fold(1.0, f64::max)
}

/// The actors that have a look of their own, those of most families first.
struct Actors<'a> {
    slots: Vec<&'a str>,
}

impl<'a> Actors<'a> {
    fn of(families: &'a CodeFamilies) -> Self {
        let ascribed = families.families.iter().filter(|family| !family.is_library);
        let names = ascribed.flat_map(|family| family.actors.iter().map(String::as_str));
        let mut families = std::collections::BTreeMap::<&str, usize>::new();
        for name in names {
            *families.entry(name).or_default() += 1;
        }
        let mut order: Vec<(&str, usize)> = families.into_iter().collect();
        order.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        Self { slots: order.into_iter().map(|(name, _)| name).collect() }
    }

    /// The place of an actor among those with looks.
    fn slot(&self, actor: &str) -> Option<usize> {
        self.slots.iter().position(|slot| *slot == actor)
    }

    /// The group of a family on the circle: that of its first actor; all without an actor are one.
    fn group(&self, families: &CodeFamilies, place: usize) -> usize {
        let actor = families.families.get(place).and_then(|family| family.actors.first());
        actor.and_then(|actor| self.slot(actor)).unwrap_or(self.slots.len())
    }
}

/// The curves, the weakest first, so that the strong ones lie on top; many are thinner than few.
fn curves(drawn: &Drawn<'_>, circle: &Circle, ties: &[Tie]) -> Markup {
    let widest = if ties.len() > 60 { 2.8 } else { 5.0 };
    html! {
        @for (pair, tie) in drawn.pairs.iter().zip(ties).rev() {
            @let strength = pair.tie.strength;
            path class=(if pair.is_across() { "doubt" } else { "link" }) d=(circle.curve(tie))
                stroke-width=(px(1.2 + widest * fraction(strength.nats / 14.0))) stroke-opacity="0.8"
                stroke-dasharray=[(!strength.is_attributed).then_some("5 4")] {
                title {
                    (named(&pair.families[0].name)) " and " (named(&pair.families[1].name)) ": "
                    (counted(pair.tie.functions, "function", "functions")) ", likelihood ratio " (ratio(strength.nats))
                    ", " (Support::of(strength.nats).word())
                }
            }
        }
    }
}

fn family_mark(
    family: &FamilyNode,
    actors: &Actors<'_>,
    circle: &Circle,
    spot: &Spot,
    largest: f64,
) -> Markup {
    let size = circle.mark() * (0.42 + 0.58 * fraction(float(family.functions) / largest).sqrt());
    let name = fitted(&named(&family.name), circle.font(), circle.room());
    let by = if family.actors.is_empty() { "nobody".to_owned() } else { few(&family.actors, "or") };
    let (at, turn) = circle.name_at(spot);
    html! {
        g {
            title {
                (named(&family.name)) ", ascribed to " (by) ": "
                (counted(family.programs, "program", "programs")) ", " (counted(family.functions, "function", "functions"))
            }
            (actor_mark(actors, family, spot.at, size))
            text class="ink" x=(px(at.0)) y=(px(at.1)) font-size=(px(circle.font())) text-anchor=(spot.anchor)
                transform=[turn] { (name) }
        }
    }
}

/// The mark of a family: in shape and colour its first actor's, with a ring in the colour of the second.
fn actor_mark(actors: &Actors<'_>, family: &FamilyNode, at: (f64, f64), size: f64) -> Markup {
    let slot =
        |index: usize| family.actors.get(index).map(|actor| actors.slot(actor).unwrap_or(SLOTS));
    html! {
        @if let Some(second) = slot(1) {
            circle fill="none" stroke=(colour(second)) stroke-width="2.4" cx=(px(at.0)) cy=(px(at.1)) r=(px(size + 3.4)) {}
        }
        @match slot(0) {
            Some(first) => path fill=(colour(first)) d=(shape(first, at, size)) {},
            None => circle class="paper tick" stroke-width="1.6" cx=(px(at.0)) cy=(px(at.1)) r=(px(size)) {},
        }
    }
}

fn colour(slot: usize) -> &'static str {
    if slot < SLOTS { Look::Slot(slot).paint().0 } else { Look::Other.paint().0 }
}

/// The outline of an actor's mark: polygons by corners and turn, so that they keep apart without colour.
fn shape(slot: usize, at: (f64, f64), size: f64) -> String {
    /// Corners, the turn of the first one in degrees, and how far every second corner is drawn in.
    const SHAPES: [(u8, f64, f64); SLOTS] = [
        (24, 0.0, 1.0),
        (4, 45.0, 1.0),
        (3, -90.0, 1.0),
        (4, 0.0, 1.0),
        (10, -90.0, 0.45),
        (3, 90.0, 1.0),
        (6, 0.0, 1.0),
        (8, 0.0, 0.4),
        (5, -90.0, 1.0),
        (12, 0.0, 0.6),
    ];
    let (corners, turn, inward) = SHAPES.get(slot).copied().unwrap_or((24, 0.0, 1.0));
    // A polygon of few corners is smaller than the circle around it; this evens them out.
    let size = if corners == 24 || slot >= SLOTS { size } else { size * 1.22 };
    let points: Vec<String> = (0..corners)
        .map(|corner| {
            let angle = (turn + 360.0 * f64::from(corner) / f64::from(corners)).to_radians();
            let far = if corner % 2 == 1 { size * inward } else { size };
            format!("{} {}", px(at.0 + far * angle.cos()), px(at.1 + far * angle.sin()))
        })
        .collect();
    format!("M{}Z", points.join("L"))
}

/// Library code, the actors, and what the curves mean; and where the drawing ends.
fn below(families: &CodeFamilies, actors: &Actors<'_>, circle: &Circle) -> (Markup, f64) {
    let width = circle.width() - 16.0;
    let mut y = circle.height() + 8.0;
    let (library, bottom) = library(families, width, y);
    y = bottom;
    let (names, bottom) = actor_names(families, actors, width, y);
    y = bottom;
    let markup = html! {
        (library)
        (names)
        (curve_sign(8.0, y, "link", None, "two families of one actor, or of none"))
        (curve_sign(294.0, y, "doubt", None, "families of different actors"))
        (curve_sign(524.0, y, "link", Some("5 4"), "below the threshold"))
        (label((8.0, y + 26.0), 11.5, "mute", "start", "A mark is as large as its family has functions; a curve as wide as the tie is strong."))
    };
    (markup, y + 38.0)
}

fn curve_sign(x: f64, y: f64, class: &str, dashes: Option<&str>, text: &str) -> Markup {
    html! {
        path class=(class) stroke-width="3.4" stroke-dasharray=[dashes] d={ "M" (px(x)) " " (px(y + 2.0)) "h30" } {}
        (label((x + 38.0, y + 6.0), 11.5, "ink", "start", text))
    }
}

/// Library families in columns, apart from the others: code that anybody can have ties nobody.
fn library(families: &CodeFamilies, width: f64, top: f64) -> (Markup, f64) {
    const COLUMN: f64 = 182.0;
    let names: Vec<String> = families
        .families
        .iter()
        .filter(|family| family.is_library)
        .map(|family| named(&family.name))
        .collect();
    if names.is_empty() {
        return (html! {}, top + 6.0);
    }
    let (mut x, mut y) = (8.0, top + 22.0);
    let mut drawn = Vec::new();
    for name in names.iter().take(LIBRARIES) {
        if x > 8.0 && x + COLUMN > 8.0 + width {
            x = 8.0;
            y += 22.0;
        }
        drawn.push(html! {
            rect fill="url(#kin-hatch)" x=(px(x)) y=(px(y)) width="13" height="13" {}
            rect class="edge" stroke-width="1" x=(px(x)) y=(px(y)) width="13" height="13" {}
            (fitted_label((x + 20.0, y + 11.0), 11.5, "ink", name, COLUMN - 30.0))
        });
        x += COLUMN;
    }
    let further = names.iter().skip(LIBRARIES).count();
    let title = if further > 0 {
        format!("Library code, which anybody can have (and {} more)", length(further))
    } else {
        "Library code, which anybody can have".to_owned()
    };
    let markup = html! {
        (strong((8.0, top + 12.0), 12.5, "ink", "start", &title))
        @for entry in drawn { (entry) }
    };
    (markup, y + 34.0)
}

/// The actors with their marks, flowing over as many lines as they need.
fn actor_names(
    families: &CodeFamilies,
    actors: &Actors<'_>,
    width: f64,
    top: f64,
) -> (Markup, f64) {
    let mut entries: Vec<(Option<usize>, String)> = actors
        .slots
        .iter()
        .take(SLOTS)
        .enumerate()
        .map(|(slot, name)| (Some(slot), named(name)))
        .collect();
    let rest = actors.slots.iter().skip(SLOTS).count();
    if rest > 0 {
        entries.push((Some(SLOTS), format!("{} other actors", length(rest))));
    }
    if families.families.iter().any(|family| !family.is_library && family.actors.is_empty()) {
        entries.push((None, "ascribed to nobody".to_owned()));
    }
    let (mut x, mut y) = (8.0, top + 20.0);
    let mut drawn = Vec::new();
    for (slot, name) in &entries {
        let name = fitted(name, 12.0, 230.0);
        let wide = 24.0 + width_of(&name, 12.0) + 18.0;
        if x > 8.0 && x + wide > 8.0 + width {
            x = 8.0;
            y += 22.0;
        }
        let address = (x + 7.0, y + 6.0);
        drawn.push(html! {
            @match slot {
                Some(slot) => path fill=(colour(*slot)) d=(shape(*slot, address, 6.5)) {},
                None => circle class="paper tick" stroke-width="1.6" cx=(px(address.0)) cy=(px(address.1)) r="6" {},
            }
            (label((x + 22.0, y + 10.5), 12.0, "ink", "start", &name))
        });
        x += wide;
    }
    if drawn.is_empty() {
        return (html! {}, top + 8.0);
    }
    let markup = html! {
        (strong((8.0, top + 8.0), 12.5, "ink", "start", "Actors"))
        @for entry in drawn { (entry) }
    };
    (markup, y + 34.0)
}
