//! What the judgement rests on: the leading hypothesis with all the evidence and without each part of it.

use demarche_case::Case;
use demarche_case::assessment::attribution::{
    AttributionFindings, HypothesisId, Sensitivity, Without,
};
use maud::{Markup, html};

use super::{Figure, fitted_label, label, px, scale, strong};
use crate::attribution::{aspect, leader, name, title, weight_for};
use crate::number::{chance, fraction, length, nats};
use crate::text::{NAME, shown};

const WIDTH: f64 = 760.0;
const BARS: (f64, f64) = (312.0, 300.0);
const ROW: f64 = 28.0;

/// Parts shown of each kind, the strongest first.
const MOST: usize = 8;

/// What the judgement rests on, as a self-contained SVG.
///
/// The stroke is the probability of the leading hypothesis with all the evidence, the dot that without a part of it;
/// a hollow dot says that another hypothesis leads then.
/// Where no probability may be shown, it is what each item weighs for the hypothesis with the most weight, in nats.
#[must_use]
pub fn svg_of_sensitivity(findings: &AttributionFindings, case: &Case) -> String {
    if findings.withheld.is_some() {
        return weights_chart(findings, case);
    }
    let Some((ranked, hypothesis)) = leader(findings, &findings.as_reported) else {
        return nothing();
    };
    let (full, leading) = (ranked.chance().estimate.get(), &ranked.hypothesis);
    let mut y = 8.0;
    let mut drawn = Vec::new();
    for heading in ["aspect", "source", "cluster", "item"] {
        let parts: Vec<&Sensitivity> =
            findings.sensitivity.iter().filter(|one| kind(&one.without) == heading).collect();
        if parts.is_empty() {
            continue;
        }
        let heading = format!("Without one {heading}");
        let (markup, bottom) = panel(&heading, &parts, (full, leading), findings, case, y);
        drawn.push(markup);
        y = bottom;
    }
    Figure {
        id: "rests",
        title: format!("What the judgement rests on: {}", name(hypothesis)),
        desc: "The probability of the leading hypothesis with all the evidence and without each aspect, source, cluster and item.".to_owned(),
        width: WIDTH,
        height: y + 30.0,
        looks: std::collections::BTreeSet::new(),
        body: html! { @for panel in drawn { (panel) } (signs(y)) },
    }
    .into_svg()
}

const fn kind(without: &Without) -> &'static str {
    match without {
        Without::Aspect(_) => "aspect",
        Without::Source(_) => "source",
        Without::Cluster(_) => "cluster",
        Without::Item(_) => "item",
    }
}

fn nothing() -> String {
    Figure {
        id: "rests",
        title: "What the judgement rests on".to_owned(),
        desc: "No hypothesis leads.".to_owned(),
        width: WIDTH,
        height: 30.0,
        looks: std::collections::BTreeSet::new(),
        body: label((8.0, 20.0), 13.0, "mute", "start", "No hypothesis leads."),
    }
    .into_svg()
}

fn panel(
    heading: &str,
    parts: &[&Sensitivity],
    (full, leading): (f64, &HypothesisId),
    findings: &AttributionFindings,
    case: &Case,
    top: f64,
) -> (Markup, f64) {
    let first = top + 38.0;
    let mut y = first;
    let mut rows = Vec::new();
    for part in parts.iter().take(MOST) {
        let other = (part.leader != *leading)
            .then(|| findings.hypothesis(&part.leader).map(name))
            .flatten();
        rows.push(draw_part(
            &part_name(part, case),
            part.leading.unwrap_or_default().get(),
            full,
            other.as_deref(),
            y,
        ));
        y += ROW;
    }
    let more = parts.len().saturating_sub(MOST);
    let markup = html! {
        (strong((8.0, top + 14.0), 13.5, "ink", "start", heading))
        (scale(BARS.0, BARS.1, first, y))
        line class="tick" x1=(px(x(full))) x2=(px(x(full))) y1=(px(first)) y2=(px(y)) stroke-width="1.6" {}
        @for row in rows { (row) }
        @if more > 0 { (label((8.0, y + 14.0), 11.5, "mute", "start", &format!("and {} more that change less", length(more)))) }
    };
    (markup, y + if more > 0 { 34.0 } else { 16.0 })
}

fn part_name(part: &Sensitivity, case: &Case) -> String {
    match &part.without {
        Without::Item(id) => title(case, id),
        Without::Cluster(group) => crate::words::attribution::cluster(group),
        Without::Source(text) => shown(text, NAME),
        Without::Aspect(one) => aspect(*one).to_owned(),
    }
}

fn x(share: f64) -> f64 {
    BARS.0 + BARS.1 * fraction(share)
}

fn draw_part(what: &str, after: f64, full: f64, other: Option<&str>, y: f64) -> Markup {
    let (from, to, middle) = (x(full), x(after), y + 14.0);
    let tip = format!("without {what}: {} instead of {}", chance(after), chance(full));
    let dot = if other.is_some() { "paper tick" } else { "bar" };
    html! {
        g {
            title { (tip) @if let Some(other) = other { "; " (other) " leads" } }
            (fitted_label((8.0, y + 18.5), 12.5, "ink", what, BARS.0 - 22.0))
            line class="edge" x1=(px(from)) x2=(px(to)) y1=(px(middle)) y2=(px(middle)) stroke-width="3" {}
            circle class=(dot) cx=(px(to)) cy=(px(middle)) r="5.5" stroke-width="2" {}
            @if let Some(other) = other {
                (strong((BARS.0 + BARS.1 + 52.0, y + 13.0), 12.5, "ink", "end", &chance(after)))
                (fitted_label((BARS.0 + BARS.1 + 8.0, y + 25.0), 10.5, "warn", &format!("then {other}"), WIDTH - BARS.0 - BARS.1 - 12.0))
            } @else {
                (strong((BARS.0 + BARS.1 + 52.0, y + 18.5), 12.5, "ink", "end", &chance(after)))
            }
        }
    }
}

fn signs(y: f64) -> Markup {
    let middle = px(y + 8.0);
    html! {
        path class="tick" stroke-width="1.6" d={ "M14 " (px(y - 2.0)) "v20" } {}
        (label((24.0, y + 12.0), 12.0, "ink", "start", "with all the evidence"))
        circle class="bar" cx="186" cy=(middle) r="5.5" stroke-width="2" {}
        (label((198.0, y + 12.0), 12.0, "ink", "start", "without this part"))
        circle class="paper tick" cx="334" cy=(middle) r="5.5" stroke-width="2" {}
        (label((346.0, y + 12.0), 12.0, "ink", "start", "without it another leads"))
    }
}

/// What each item weighs for the hypothesis with the most weight.
fn weights_chart(findings: &AttributionFindings, case: &Case) -> String {
    let Some(place) = crate::attribution::by_rank(findings).first().copied() else {
        return nothing();
    };
    let whose = findings.hypotheses.get(place).map(name).unwrap_or_default();
    let mut items: Vec<(String, f64)> = findings
        .items
        .iter()
        .map(|item| (title(case, &item.evidence), weight_for(item, place)))
        .collect();
    items.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
    items.truncate(2 * MOST);
    let ends = super::ends(items.iter().map(|item| item.1));
    let wide = (BARS.0, WIDTH - BARS.0 - 70.0);
    let at = |weight: f64| super::along(weight, ends, wide);
    let (zero, mut y) = (at(0.0), 40.0);
    let mut drawn = Vec::new();
    for (title, weight) in &items {
        let end = at(*weight);
        drawn.push(html! {
            (fitted_label((8.0, y + 18.5), 12.5, "ink", title, BARS.0 - 22.0))
            rect class=(if *weight < 0.0 { "bar2" } else { "bar" }) x=(px(zero.min(end))) y=(px(y + 6.0)) width=(px((end - zero).abs())) height="16" {}
            (strong((WIDTH - 8.0, y + 18.5), 12.5, "ink", "end", &nats(*weight)))
        });
        y += ROW;
    }
    Figure {
        id: "rests",
        title: format!("What each item weighs for {whose}, in nats"),
        desc: "Bars to the right speak for it and to the left against it.".to_owned(),
        width: WIDTH,
        height: y + 12.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (fitted_label((8.0, 22.0), 13.5, "ink", &format!("What each item weighs for {whose}, in nats"), WIDTH - 16.0))
            line class="rule" x1=(px(zero)) x2=(px(zero)) y1="40" y2=(px(y)) stroke-width="1" {}
            @for row in drawn { (row) }
        },
    }
    .into_svg()
}
