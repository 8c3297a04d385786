//! The time line of a watch, with the carriers as bands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use demarche_case::Asn;
use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{
    AlarmKind, FamilyMinute, WatchFindings, WatchMinute, WatchState,
};
use maud::{Markup, html};

use super::figure::{Figure, label, px, strong};
use crate::date::minute;
use crate::number::percent;
use crate::palette::Look;

const WIDTH: f64 = 840.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 30.0;
const HEIGHT: f64 = 200.0;

/// Carriers with a band of their own; the rest share one.
const BANDS: usize = 7;

/// Columns of the drawing: more minutes than these are shown by the least of each stretch.
const COLUMNS: usize = 720;

/// The announced share of a target over time, as a self-contained SVG; IPv4, or IPv6 where there is no IPv4.
#[must_use]
pub fn svg_of_watch(findings: &WatchFindings) -> String {
    watch_chart("watch", findings, Family::Ipv4)
        .or_else(|| watch_chart("watch", findings, Family::Ipv6))
        .unwrap_or_else(|| {
            let body = label((LEFT, TOP), 12.5, "mute", "start", "No minute was watched.");
            figure("watch", findings, TOP + 20.0, BTreeSet::new(), body)
        })
}

/// The chart of one family; `None` where no minute has it.
pub(crate) fn watch_chart(id: &str, findings: &WatchFindings, family: Family) -> Option<String> {
    let minutes: Vec<(&WatchMinute, &FamilyMinute)> = findings
        .minutes
        .iter()
        .filter_map(|minute| {
            let found = if family == Family::Ipv4 { &minute.ipv4 } else { &minute.ipv6 };
            Some((minute, found.as_ref()?))
        })
        .collect();
    let columns = columns(&minutes);
    let (first, last) = (minutes.first()?.0.minute, minutes.last()?.0.minute);
    let bands = bands(&columns);
    let looks: BTreeSet<Look> = (0..bands.len()).map(Look::Slot).chain([Look::Other]).collect();
    let step = (WIDTH - LEFT - RIGHT) / f64::from(u32::try_from(columns.len()).ok()?);
    let body = html! {
        (grid())
        @for (band, points) in areas(&columns, &bands, step).iter().enumerate() {
            path d=(points) fill={ "url(#" (id) "-" (look(band, bands.len()).name()) ")" } {}
        }
        (gaps(id, &columns, step))
        (alarms(findings, family, &columns, step))
        (strong((LEFT, 18.0), 12.5, "ink", "start", if family == Family::Ipv4 { "IPv4 addresses with a route" } else { "IPv6 prefixes with a route" }))
        (label((LEFT, TOP + HEIGHT + 16.0), 11.0, "mute", "start", &minute(first)))
        (label((WIDTH - RIGHT, TOP + HEIGHT + 16.0), 11.0, "mute", "end", &minute(last)))
        (key(id, &bands))
    };
    Some(figure(id, findings, TOP + HEIGHT + 66.0, looks, body))
}

fn figure(
    id: &str,
    findings: &WatchFindings,
    height: f64,
    looks: BTreeSet<Look>,
    body: Markup,
) -> String {
    Figure {
        id,
        title: format!("Announced routes of {} over time", findings.question),
        desc: format!(
            "The share of the target that has a route, by the carrier over which it enters; {} alarms. Announced is not connected.",
            findings.alarms.len()
        ),
        width: WIDTH,
        height,
        looks,
        body,
    }
    .into_svg()
}

/// A stretch of minutes, told by the one with the least.
struct ColumnOf<'a> {
    /// The moments of its first and its last minute.
    span: (demarche_case::Moment, demarche_case::Moment),
    minute: &'a FamilyMinute,
}

fn columns<'a>(minutes: &[(&'a WatchMinute, &'a FamilyMinute)]) -> Vec<ColumnOf<'a>> {
    let size = minutes.len().div_ceil(COLUMNS).max(1);
    let column = |stretch: &[(&'a WatchMinute, &'a FamilyMinute)]| {
        let least = stretch.iter().min_by(|left, right| {
            let share = |minute: &FamilyMinute| minute.visible.unwrap_or(2.0);
            share(left.1).total_cmp(&share(right.1))
        })?;
        let span = (stretch.first()?.0.minute, stretch.last()?.0.minute);
        Some(ColumnOf { span, minute: least.1 })
    };
    minutes.chunks(size).filter_map(column).collect()
}

/// The carriers with a band, the strongest at the bottom.
fn bands(columns: &[ColumnOf<'_>]) -> Vec<Asn> {
    let mut sums: BTreeMap<Asn, f64> = BTreeMap::new();
    for carrier in columns.iter().flat_map(|column| &column.minute.carriers) {
        *sums.entry(carrier.network).or_default() += carrier.share;
    }
    let mut order: Vec<(Asn, f64)> = sums.into_iter().filter(|(_, sum)| *sum > 0.0).collect();
    order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    order.into_iter().take(BANDS).map(|(asn, _)| asn).collect()
}

fn look(band: usize, bands: usize) -> Look {
    if band < bands { Look::Slot(band) } else { Look::Other }
}

fn y(share: f64) -> f64 {
    TOP + HEIGHT * (1.0 - share.clamp(0.0, 1.0))
}

/// One area for each band, and the last for what enters otherwise.
fn areas(columns: &[ColumnOf<'_>], bands: &[Asn], step: f64) -> Vec<String> {
    let mut below = vec![0.0; columns.len()];
    let mut areas = Vec::new();
    for band in 0..=bands.len() {
        let share = |minute: &FamilyMinute, below: f64| match bands.get(band) {
            Some(asn) => {
                let carrier = minute.carriers.iter().find(|carrier| carrier.network == *asn);
                carrier.map_or(0.0, |carrier| carrier.share)
            }
            None => (minute.visible.unwrap_or(0.0) - below).max(0.0),
        };
        let above: Vec<f64> = columns
            .iter()
            .zip(&below)
            .map(|(column, below)| below + share(column.minute, *below))
            .collect();
        let mut path = String::new();
        let mut x = LEFT;
        for (column, share) in above.iter().enumerate() {
            let command = if column == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{} {}H{}", px(x), px(y(*share)), px(x + step));
            x += step;
        }
        for share in below.iter().rev() {
            let _ = write!(path, "L{} {}H{}", px(x), px(y(*share)), px(x - step));
            x -= step;
        }
        path.push('Z');
        areas.push(path);
        below = above;
    }
    areas
}

fn grid() -> Markup {
    html! {
        @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            path class="rule" d={ "M" (px(LEFT)) " " (px(y(share))) "H" (px(WIDTH - RIGHT)) } {}
            (label((LEFT - 6.0, y(share) + 4.0), 11.0, "mute", "end", &percent(share)))
        }
    }
}

/// Stretches in which too few networks counted.
fn gaps(id: &str, columns: &[ColumnOf<'_>], step: f64) -> Markup {
    let mut x = LEFT;
    let mut places = Vec::new();
    for column in columns {
        if column.minute.state == WatchState::TooFewSensors {
            places.push(x);
        }
        x += step;
    }
    html! {
        @for x in places {
            rect x=(px(x)) y=(px(TOP)) width=(px(step.max(0.1))) height=(px(HEIGHT)) fill={ "url(#" (id) "-hatch)" } fill-opacity="0.5" {}
        }
    }
}

/// A bar above the chart for each alarm.
fn alarms(findings: &WatchFindings, family: Family, columns: &[ColumnOf<'_>], step: f64) -> Markup {
    let mut bars = Vec::new();
    for alarm in findings.alarms.iter().filter(|alarm| alarm.family == family) {
        let until = alarm.until;
        let (mut from, mut to) = (None, LEFT);
        let mut x = LEFT;
        for column in columns {
            if column.span.1 >= alarm.since && until.is_none_or(|until| column.span.0 < until) {
                from.get_or_insert(x);
                to = x + step;
            }
            x += step;
        }
        let row = match alarm.kind {
            AlarmKind::Dark => TOP - 7.0,
            AlarmKind::CarrierLost { .. } | AlarmKind::PrefixLost { .. } => TOP - 3.0,
        };
        if let Some(from) = from {
            bars.push((
                from,
                to - from,
                row,
                format!("alarm {} since {}", alarm.number, alarm.since),
            ));
        }
    }
    html! {
        @for (x, width, y, tip) in bars {
            rect class="warn" x=(px(x)) y=(px(y)) width=(px(width.max(1.0))) height="3" { title { (tip) } }
        }
    }
}

fn key(id: &str, bands: &[Asn]) -> Markup {
    let mut names: Vec<String> = bands.iter().map(ToString::to_string).collect();
    names.push("otherwise".to_owned());
    let place = |position: usize| {
        (LEFT + (position % 4) as f64 * 190.0, TOP + HEIGHT + 26.0 + (position / 4) as f64 * 18.0)
    };
    html! {
        @for (position, name) in names.iter().enumerate() {
            rect x=(px(place(position).0)) y=(px(place(position).1)) width="22" height="12" fill={ "url(#" (id) "-" (look(position, bands.len()).name()) ")" } {}
            (label((place(position).0 + 28.0, place(position).1 + 10.5), 11.5, "ink", "start", name))
        }
    }
}
