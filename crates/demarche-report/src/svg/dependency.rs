//! Who carries the target's traffic, as bars: by network, by operator, by country.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::assessment::routes::{
    Dependency, GroupDependency, NetworkDependency, Place, Score, Target,
};
use maud::{Markup, html};

use super::{Figure, fitted_label, label, legend, looks, operator, px, scale, strong, swatch};
use crate::number::{counted, fraction, length, percent};
use crate::palette::Palette;
use crate::text::{NAME, shown};
use crate::words::{basis, subject};

const WIDTH: f64 = 760.0;
const BARS: (f64, f64) = (306.0, 362.0);
const ROW: f64 = 30.0;

/// Networks shown, and operators and countries shown.
const MOST: [usize; 3] = [12, 8, 8];

/// Who carries the target's traffic, as a self-contained SVG.
///
/// A bar is the trimmed mean, a thick stroke across it the plain mean, a whisker the middle half of the
/// vantage points; foreign transit is filled and domestic transit hatched.
#[must_use]
pub fn svg_of_dependency(target: &Target, dependency: &Dependency) -> String {
    let groups = dependency.countries.iter();
    let weights = groups.filter_map(|group| Some((group.country?, group.by_addresses.mean)));
    let networks = dependency.networks.iter();
    let more = networks.filter_map(|one| Some((one.network.country?, one.by_addresses.mean)));
    let palette = Palette::of(target.country, weights.chain(more));
    dependency_chart(target, dependency, &palette, "dep")
}

pub(crate) fn dependency_chart(
    target: &Target,
    dependency: &Dependency,
    palette: &Palette,
    id: &'static str,
) -> String {
    let panels = panels(dependency);
    let mut y = 8.0;
    let mut drawn = Vec::new();
    let mut countries: BTreeSet<Option<Country>> = BTreeSet::new();
    for panel in panels.iter().filter(|panel| !panel.rows.is_empty()) {
        countries.extend(panel.rows.iter().filter_map(|row| row.badge));
        let (markup, bottom) = draw_panel(panel, palette, id, y);
        drawn.push(markup);
        y = bottom + 18.0;
    }
    let (signs, bottom) = signs(id, y);
    let (names, bottom) = legend(id, palette, &countries, (8.0, bottom + 4.0), WIDTH - 16.0);
    let points = counted(dependency.vantage_points, "vantage point", "vantage points");
    Figure {
        id,
        title: format!("Who carries the traffic of {} ({})", subject(target), basis(dependency)),
        desc: format!("Bars from 0 to 100 % of the routes that {points} have, by network, by operator and by country."),
        width: WIDTH,
        height: bottom + 4.0,
        looks: looks(palette, &countries),
        body: html! { @for panel in drawn { (panel) } (signs) (names) },
    }
    .into_svg()
}

struct Panel {
    title: &'static str,
    rows: Vec<Row>,
    left_out: usize,
}

struct Row {
    /// The country of the badge; `None` for no badge.
    badge: Option<Option<Country>>,
    head: String,
    name: String,
    place: Place,
    score: Score,
}

fn panels(dependency: &Dependency) -> [Panel; 3] {
    let [networks, operators, countries] = MOST;
    [
        Panel {
            title: "By network",
            rows: dependency.networks.iter().take(networks).map(network_row).collect(),
            left_out: dependency.networks.len().saturating_sub(networks),
        },
        group_panel("By operator, all its networks together", &dependency.operators, operators),
        group_panel("By the country of the transit network", &dependency.countries, countries),
    ]
}

fn group_panel(title: &'static str, groups: &[GroupDependency], most: usize) -> Panel {
    let rows = groups.iter().take(most).map(group_row).collect();
    Panel { title, rows, left_out: groups.len().saturating_sub(most) }
}

fn network_row(one: &NetworkDependency) -> Row {
    Row {
        badge: Some(one.network.country),
        head: one.network.asn.to_string(),
        name: operator(&one.network),
        place: one.place,
        score: one.by_addresses,
    }
}

/// The name of a country in words, of an operator as it is registered.
pub(crate) fn group_name(group: &GroupDependency) -> String {
    let country = group.country.filter(|country| group.label == country.code());
    country.map_or_else(|| shown(&group.label, NAME), |country| country.label().to_owned())
}

fn group_row(group: &GroupDependency) -> Row {
    let networks = match group.networks.as_slice() {
        [] => String::new(),
        [only] => only.to_string(),
        several => format!("{} networks", length(several.len())),
    };
    Row {
        badge: group.country.map(Some),
        head: group_name(group),
        name: networks,
        place: group.place,
        score: group.by_addresses,
    }
}

fn draw_panel(panel: &Panel, palette: &Palette, id: &str, top: f64) -> (Markup, f64) {
    let first = top + 40.0;
    let rows = u32::try_from(panel.rows.len()).map_or(0.0, f64::from);
    let bottom = first + rows * ROW;
    let mut y = first - ROW;
    let more = (panel.left_out > 0)
        .then(|| format!("and {} more that carry less", length(panel.left_out)));
    let markup = html! {
        (strong((8.0, top + 14.0), 13.5, "ink", "start", panel.title))
        (scale(BARS.0, BARS.1, first, bottom))
        @for row in &panel.rows {
            @let y = { y += ROW; y };
            (draw_row(row, palette, id, y))
        }
        @if let Some(more) = &more { (label((8.0, bottom + 14.0), 11.5, "mute", "start", more)) }
    };
    (markup, if more.is_some() { bottom + 20.0 } else { bottom })
}

fn draw_row(row: &Row, palette: &Palette, id: &str, y: f64) -> Markup {
    let text = if row.badge.is_some() { 52.0 } else { 8.0 };
    let room = BARS.0 - text - 18.0;
    let [_, first, median, third, _] = row.score.spread;
    let tip = format!(
        "trimmed mean {}, plain mean {}, median {}, middle half {} to {}, seen by {}",
        percent(row.score.trimmed),
        percent(row.score.mean),
        percent(median),
        percent(first),
        percent(third),
        counted(row.score.seen_by, "vantage point", "vantage points")
    );
    html! {
        g {
            title { (row.head) " " (row.name) ": " (tip) }
            @if let Some(country) = row.badge { (swatch(id, palette, country, (8.0, y + 6.0))) }
            (head_and_name(row, (text, y + 19.5), room))
            (bar(row, id, y))
            @let (low, high) = (x(first), x(third));
            path class="tick" stroke-width="1.3"
                d={ "M" (px(low)) " " (px(y + 15.0)) "H" (px(high)) "M" (px(low)) " " (px(y + 11.0)) "v8M" (px(high)) " " (px(y + 11.0)) "v8" } {}
            path class="tick" d={ "M" (px(x(row.score.mean))) " " (px(y + 3.0)) "v24" } stroke-width="2.6" {}
            (strong((WIDTH - 8.0, y + 19.5), 13.0, "ink", "end", &percent(row.score.trimmed)))
        }
    }
}

fn head_and_name(row: &Row, at: (f64, f64), room: f64) -> Markup {
    let head = super::fitted(&row.head, 13.0, room);
    let wide = super::width_of(&head, 13.0) * super::BOLD;
    let left = room - wide - 10.0;
    html! {
        (strong(at, 13.0, "ink", "start", &head))
        @if left > 40.0 && !row.name.is_empty() { (fitted_label((at.0 + wide + 10.0, at.1), 12.0, "mute", &row.name, left)) }
    }
}

fn x(share: f64) -> f64 {
    BARS.0 + BARS.1 * fraction(share)
}

fn bar(row: &Row, id: &str, y: f64) -> Markup {
    let width = px(BARS.1 * fraction(row.score.trimmed));
    let (left, top) = (px(BARS.0), px(y + 6.0));
    html! {
        @match row.place {
            Place::Foreign => rect class="bar" x=(left) y=(top) width=(width) height="18" {},
            Place::Own | Place::Domestic => {
                rect class="edge" fill={ "url(#" (id) "-hatch)" } style={ "fill:url(#" (id) "-hatch)" } x=(left) y=(top) width=(width) height="18" stroke-width="1.2" {}
            },
            Place::Unknown => rect class="edge" x=(left) y=(top) width=(width) height="18" stroke-width="1.4" stroke-dasharray="3 3" {},
        }
    }
}

fn signs(id: &str, y: f64) -> (Markup, f64) {
    let middle = y + 9.0;
    let markup = html! {
        rect class="bar" x="8" y=(px(y)) width="30" height="16" {}
        (label((46.0, y + 12.5), 12.0, "ink", "start", "foreign, trimmed mean"))
        rect class="edge" style={ "fill:url(#" (id) "-hatch)" } x="200" y=(px(y)) width="30" height="16" stroke-width="1.2" {}
        (label((238.0, y + 12.5), 12.0, "ink", "start", "domestic"))
        path class="tick" d={ "M330 " (px(y - 2.0)) "v20" } stroke-width="2.6" {}
        (label((342.0, y + 12.5), 12.0, "ink", "start", "plain mean"))
        path class="tick" d={ "M440 " (px(middle)) "h30M440 " (px(middle - 4.0)) "v8M470 " (px(middle - 4.0)) "v8" } stroke-width="1.3" {}
        (label((480.0, y + 12.5), 12.0, "ink", "start", "middle half of the vantage points"))
    };
    (markup, y + 26.0)
}
