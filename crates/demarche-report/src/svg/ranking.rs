//! Who may have done it: the hypotheses and the states as bars with their intervals.

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{AttributionFindings, Chance, Judgement};
use demarche_case::{Country, Probability};
use maud::{Markup, html};

use super::{Figure, fitted_label, label, legend, looks, px, scale, strong, swatch, width_of};
use crate::attribution::{by_rank, in_ranking, name_lines};
use crate::number::{chance, chances, fraction, nats};
use crate::palette::Palette;

const WIDTH: f64 = 760.0;
const BARS: (f64, f64) = (312.0, 352.0);
const ROW: f64 = 30.0;

/// Hypotheses shown, and states shown.
const MOST: (usize, usize) = (10, 6);

/// Who may have done it, as a self-contained SVG.
///
/// A bar is the probability as reported, a whisker how far the parameters leave it open, a diamond the probability if
/// everything that can easily be forged had been planted, a stroke what it was before the evidence.
/// Where no probability may be shown, a bar is what the evidence weighs, in nats.
#[must_use]
pub fn svg_of_ranking(findings: &AttributionFindings) -> String {
    let palette = palette(findings);
    if findings.withheld.is_some() {
        return weights_chart(findings, &palette);
    }
    let mut countries = BTreeSet::new();
    let hypotheses = hypothesis_rows(findings);
    let states = state_rows(findings);
    countries.extend(hypotheses.iter().chain(&states).filter_map(|row| row.badge));
    let (first, mut y) = panel("Hypotheses", &hypotheses, &palette, 8.0);
    let mut drawn = vec![first];
    if !states.is_empty() {
        let (markup, bottom) = panel("States, with all who act for each", &states, &palette, y);
        drawn.push(markup);
        y = bottom;
    }
    let (names, bottom) =
        legend("who", &palette, &known(&countries), (8.0, y + 30.0), WIDTH - 16.0);
    Figure {
        id: "who",
        title: "Who may have done it".to_owned(),
        desc: "Bars from 0 to 100 % for each hypothesis and each state, with the range that the parameters leave open, as reported and if everything forgeable were planted.".to_owned(),
        width: WIDTH,
        height: bottom + 4.0,
        looks: looks(&palette, &countries),
        body: html! { @for panel in drawn { (panel) } (signs(y)) (names) },
    }
    .into_svg()
}

/// The looks of the states behind the hypotheses.
fn palette(findings: &AttributionFindings) -> Palette {
    let order = by_rank(findings);
    let states = order.iter().filter_map(|place| findings.hypotheses.get(*place)?.state());
    // The first in the ranking weighs most; no figure of the judgement decides on a colour.
    Palette::of(None, states.zip((1_u32..).map(|place| 1.0 / f64::from(place))))
}

/// The countries that a legend has something to say of.
fn known(countries: &BTreeSet<Option<Country>>) -> BTreeSet<Option<Country>> {
    countries.iter().copied().filter(Option::is_some).collect()
}

struct Row {
    /// The state of the badge; `None` for no badge.
    badge: Option<Option<Country>>,
    /// In one line or two.
    name: Vec<String>,
    reported: Chance,
    planted: Option<f64>,
    prior: Option<f64>,
}

fn hypothesis_rows(findings: &AttributionFindings) -> Vec<Row> {
    let judgement = &findings.as_reported;
    let mut rows: Vec<Row> = judgement
        .ranking
        .iter()
        .take(MOST.0)
        .filter_map(|one| {
            let hypothesis = findings.hypothesis(&one.hypothesis)?;
            let planted = in_ranking(&findings.if_planted, &one.hypothesis);
            Some(Row {
                badge: hypothesis.state().map(Some),
                name: name_lines(hypothesis),
                reported: one.chance(),
                planted: planted.map(|one| one.chance().estimate.get()),
                prior: Some(one.prior.into()),
            })
        })
        .collect();
    let rest = others(judgement);
    if rest > 0.0 {
        let rest = Probability::clamped(rest);
        let reported = Chance { estimate: rest, low: rest, high: rest };
        let name = vec!["all others together".to_owned()];
        rows.push(Row { badge: None, name, reported, planted: None, prior: None });
    }
    rows
}

/// What the hypotheses have together that are not drawn.
fn others(judgement: &Judgement) -> f64 {
    let left = judgement.ranking.iter().skip(MOST.0).map(|one| one.chance().estimate.get());
    fraction(left.sum::<f64>() + judgement.others.unwrap_or_default().get())
}

fn state_rows(findings: &AttributionFindings) -> Vec<Row> {
    let planted = &findings.if_planted.states;
    findings
        .as_reported
        .states
        .iter()
        .take(MOST.1)
        .map(|one| Row {
            badge: Some(Some(one.state)),
            name: vec![one.state.label().to_owned()],
            reported: one.chance(),
            planted: planted
                .iter()
                .find(|other| other.state == one.state)
                .map(|other| other.chance().estimate.get()),
            prior: Some(one.prior.into()),
        })
        .collect()
}

fn panel(title: &str, rows: &[Row], palette: &Palette, top: f64) -> (Markup, f64) {
    let first = top + 40.0;
    let mut y = first;
    let mut drawn = Vec::new();
    for row in rows {
        drawn.push(draw_row(row, palette, y));
        y += ROW;
    }
    let markup = html! {
        (strong((8.0, top + 14.0), 13.5, "ink", "start", title))
        (scale(BARS.0, BARS.1, first, y))
        @for row in drawn { (row) }
    };
    (markup, y + 18.0)
}

fn x(share: f64) -> f64 {
    BARS.0 + BARS.1 * fraction(share)
}

fn draw_row(row: &Row, palette: &Palette, y: f64) -> Markup {
    let text = if row.badge.is_some() { 52.0 } else { 8.0 };
    let (low, high) = (x(row.reported.low.get()), x(row.reported.high.get()));
    let middle = y + 15.0;
    let class = if row.prior.is_some() { "bar" } else { "bar2" };
    html! {
        g {
            title { (tip(row)) }
            @if let Some(state) = row.badge { (swatch("who", palette, state, (8.0, y + 6.0))) }
            (named((text, y), &row.name))
            rect class=(class) x=(px(BARS.0)) y=(px(y + 7.0)) width=(px(BARS.1 * fraction(row.reported.estimate.get()))) height="16" {}
            @if high > low {
                path class="tick" stroke-width="1.3"
                    d={ "M" (px(low)) " " (px(middle)) "H" (px(high)) "M" (px(low)) " " (px(middle - 4.0)) "v8M" (px(high)) " " (px(middle - 4.0)) "v8" } {}
            }
            @if let Some(prior) = row.prior {
                path class="tick" stroke-width="2.6" d={ "M" (px(x(prior))) " " (px(y + 4.0)) "v22" } {}
            }
            @if let Some(planted) = row.planted {
                path class="paper tick" stroke-width="1.5" d={ "M" (px(x(planted))) " " (px(middle - 6.0)) "l6 6l-6 6l-6 -6Z" } {}
            }
            (strong((WIDTH - 8.0, y + 19.5), 13.0, "ink", "end", &chance(row.reported.estimate)))
        }
    }
}

/// The name in the room left of the bars; two lines are smaller than one.
fn named(at: (f64, f64), lines: &[String]) -> Markup {
    let room = BARS.0 - at.0 - 14.0;
    let whole = lines.join(" ");
    html! {
        @match lines {
            _ if width_of(&whole, 12.5) <= room => (label((at.0, at.1 + 19.5), 12.5, "ink", "start", &whole)),
            [first, second, ..] => {
                (fitted_label((at.0, at.1 + 13.0), 11.5, "ink", first, room))
                (fitted_label((at.0, at.1 + 26.0), 11.5, "ink", second, room))
            },
            [only] => (fitted_label((at.0, at.1 + 19.5), 12.5, "ink", only, room)),
            [] => {},
        }
    }
}

fn tip(row: &Row) -> String {
    let mut text = format!(
        "{}: {}, range {}",
        row.name.join(" "),
        chance(row.reported.estimate),
        chances(row.reported.low, row.reported.high)
    );
    if let Some(planted) = row.planted {
        text.push_str(&format!("; if everything forgeable were planted {}", chance(planted)));
    }
    if let Some(prior) = row.prior {
        text.push_str(&format!("; before the evidence {}", chance(prior)));
    }
    text
}

fn signs(y: f64) -> Markup {
    let middle = y + 8.0;
    html! {
        rect class="bar" x="8" y=(px(y)) width="26" height="15" {}
        (label((42.0, y + 12.0), 12.0, "ink", "start", "as reported"))
        path class="tick" stroke-width="1.3"
            d={ "M132 " (px(middle)) "h28M132 " (px(middle - 4.0)) "v8M160 " (px(middle - 4.0)) "v8" } {}
        (label((168.0, y + 12.0), 12.0, "ink", "start", "5th to 95th percentile"))
        path class="paper tick" stroke-width="1.5" d={ "M330 " (px(middle - 6.0)) "l6 6l-6 6l-6 -6Z" } {}
        (label((344.0, y + 12.0), 12.0, "ink", "start", "if everything forgeable were planted"))
        path class="tick" stroke-width="2.6" d={ "M586 " (px(y - 2.0)) "v20" } {}
        (label((596.0, y + 12.0), 12.0, "ink", "start", "before the evidence"))
    }
}

/// Bars of nats to both sides of 0, for findings that bear no probability.
fn weights_chart(findings: &AttributionFindings, palette: &Palette) -> String {
    let places: Vec<usize> = by_rank(findings).into_iter().take(MOST.0).collect();
    let rows: Vec<(Option<Country>, Vec<String>, f64)> = places
        .iter()
        .filter_map(|place| {
            let hypothesis = findings.hypotheses.get(*place)?;
            let weight = in_ranking(&findings.as_reported, &hypothesis.id())?.weight.nats();
            Some((hypothesis.state(), name_lines(hypothesis), weight))
        })
        .collect();
    let countries: BTreeSet<Option<Country>> = rows.iter().map(|row| row.0).collect();
    let ends = super::ends(rows.iter().map(|row| row.2));
    let at = |weight: f64| super::along(weight, ends, BARS);
    let top = 48.0;
    let mut y = top;
    let mut drawn = Vec::new();
    for (state, name, weight) in &rows {
        let (zero, end) = (at(0.0), at(*weight));
        drawn.push(html! {
            @if state.is_some() { (swatch("who", palette, *state, (8.0, y + 6.0))) }
            (named((if state.is_some() { 52.0 } else { 8.0 }, y), name))
            rect class=(if *weight < 0.0 { "bar2" } else { "bar" }) x=(px(zero.min(end))) y=(px(y + 7.0)) width=(px((end - zero).abs())) height="16" {}
            (strong((WIDTH - 8.0, y + 19.5), 13.0, "ink", "end", &nats(*weight)))
        });
        y += ROW;
    }
    let zero = px(at(0.0));
    let note = "No probability is given: this is what the evidence weighs, in nats.";
    let (names, bottom) = legend("who", palette, &known(&countries), (8.0, y + 34.0), WIDTH - 16.0);
    Figure {
        id: "who",
        title: "What the evidence weighs for each hypothesis, in nats".to_owned(),
        desc: "Bars to the right speak for a hypothesis and to the left against it; 0 says nothing, 0.69 doubles the odds.".to_owned(),
        width: WIDTH,
        height: bottom + 4.0,
        looks: looks(palette, &countries),
        body: html! {
            (strong((8.0, 22.0), 13.5, "ink", "start", "Hypotheses"))
            (label((at(0.0), top - 8.0), 10.5, "mute", "middle", "0"))
            line class="rule" x1=(zero) x2=(zero) y1=(px(top)) y2=(px(y)) stroke-width="1" {}
            @for row in drawn { (row) }
            (label((8.0, y + 20.0), 12.0, "mute", "start", note))
            (names)
        },
    }
    .into_svg()
}
