//! The carriers of the target's traffic, as bars: by network, by operator, by country.

use demarche_case::assessment::routes::{
    Dependency, GroupDependency, NetworkDependency, Place, Score, Target,
};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use super::figure::operator;
use crate::number::{counted, length, percent};
use crate::palette::Palette;
use crate::text::{NAME, shown};
use crate::words::{basis, subject};

/// Networks shown, and operators and countries shown.
const MOST: [usize; 3] = [12, 8, 8];

/// The carriers of the target's traffic, as a self-contained SVG.
///
/// A bar is the trimmed mean, a thick stroke across it the plain mean, a whisker the middle half of the
/// vantage points; foreign transit is filled and domestic transit hatched.
#[must_use]
pub fn svg_of_dependency(target: &Target, dependency: &Dependency) -> String {
    let groups = dependency.countries.iter();
    let weights = groups.filter_map(|group| Some((group.country?, group.by_addresses.mean)));
    let networks = dependency.networks.iter();
    let further =
        networks.filter_map(|network| Some((network.network.country?, network.by_addresses.mean)));
    let palette = Palette::of(target.country, weights.chain(further));
    dependency_chart(target, dependency, &palette, "dep")
}

pub(crate) fn dependency_chart(
    target: &Target,
    dependency: &Dependency,
    palette: &Palette,
    id: &'static str,
) -> String {
    let [networks, operators, countries] = MOST;
    let rows = dependency.networks.iter().take(networks).map(network_row).collect();
    let panels = [
        panel("By network", rows, dependency.networks.len()),
        group_panel("By operator, all its networks together", &dependency.operators, operators),
        group_panel("By the country of the transit network", &dependency.countries, countries),
    ];
    let points = counted(dependency.vantage_points, "vantage point", "vantage points");
    Bars {
        id,
        title: format!("Carriers of the traffic of {} ({})", subject(target), basis(dependency)),
        desc: format!("Bars from 0 to 100 % of the routes that {points} have, by network, by operator and by country."),
        width: 760.0,
        row: 30.0,
        scale: Scale::shares(306.0, 362.0),
        panels: panels.into_iter().filter(|panel| !panel.rows.is_empty()).collect(),
        key: vec![
            (Mark::bar(0.0, Fill::Full), "foreign, trimmed mean"),
            (Mark::bar(0.0, Fill::Hatched), "domestic"),
            (Mark::Stroke(0.0), "plain mean"),
            (Mark::Whisker(0.0, 0.0), "middle half of the vantage points"),
        ],
        foot: Vec::new(),
        palette: Some(palette),
    }
    .into_svg()
}

fn panel(title: &str, rows: Vec<Row>, all: usize) -> Panel {
    let left_out = all - rows.len();
    let further = (left_out > 0).then(|| format!("and {} more that carry less", length(left_out)));
    Panel { title: title.to_owned(), rows, more: further, reference: None }
}

fn group_panel(title: &str, groups: &[GroupDependency], limit: usize) -> Panel {
    panel(title, groups.iter().take(limit).map(group_row).collect(), groups.len())
}

fn network_row(dependency: &NetworkDependency) -> Row {
    let network = &dependency.network;
    let row = row(
        &network.asn.to_string(),
        operator(network),
        dependency.place,
        &dependency.by_addresses,
    );
    Row { badge: Some(network.country), ..row }
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
    let row = row(&group_name(group), networks, group.place, &group.by_addresses);
    Row { badge: group.country.map(Some), ..row }
}

fn row(head: &str, name: String, place: Place, score: &Score) -> Row {
    let [_, first, median, third, _] = score.spread;
    let fill = match place {
        Place::Foreign => Fill::Full,
        Place::Own | Place::Domestic => Fill::Hatched,
        Place::Unknown => Fill::Dashed,
    };
    Row {
        tip: format!(
            "{head} {name}: trimmed mean {}, plain mean {}, median {}, middle half {} to {}, seen by {}",
            percent(score.trimmed),
            percent(score.mean),
            percent(median),
            percent(first),
            percent(third),
            counted(score.seen_by, "vantage point", "vantage points")
        ),
        head: head.to_owned(),
        name: vec![name],
        marks: vec![
            Mark::bar(score.trimmed, fill),
            Mark::Whisker(first, third),
            Mark::Stroke(score.mean),
        ],
        value: percent(score.trimmed),
        ..Row::default()
    }
}
