//! The probabilities of the hypotheses and of the states behind them.

use demarche_case::assessment::attribution::{AttributionFindings, Chance, Judgement};
use demarche_case::number::float;

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::attribution::{by_rank, in_ranking, name_lines};
use crate::number::{chance, chances, fraction, nats};
use crate::palette::Palette;

/// Hypotheses shown, and states shown.
const MOST: (usize, usize) = (10, 6);

/// The probabilities of the hypotheses and of the states behind them, as a self-contained SVG.
///
/// A bar is the probability as reported, a whisker the range that the parameters leave open, a diamond the probability if
/// everything that can easily be forged had been planted, a stroke the probability before the evidence.
/// Where no probability may be shown, a bar is the weight of the evidence, in nats.
#[must_use]
pub fn svg_of_ranking(findings: &AttributionFindings) -> String {
    let palette = palette(findings);
    if findings.withheld.is_some() {
        return weights_chart(findings, &palette);
    }
    let panels = [
        ("Hypotheses", hypothesis_rows(findings)),
        ("States, with all who act for each", state_rows(findings)),
    ];
    let panels = panels.into_iter().filter(|(_, rows)| !rows.is_empty());
    Bars {
        id: "who",
        title: "Who may have done it".to_owned(),
        desc: "Bars from 0 to 100 % for each hypothesis and each state, with the range that the parameters leave open, as reported and if everything forgeable were planted.".to_owned(),
        width: 760.0,
        row: 30.0,
        scale: Scale::shares(312.0, 352.0),
        panels: panels.map(|(title, rows)| Panel { title: title.to_owned(), rows, ..Panel::default() }).collect(),
        key: vec![
            (Mark::bar(0.0, Fill::Full), "as reported"),
            (Mark::Whisker(0.0, 0.0), "5th to 95th percentile"),
            (Mark::Diamond(0.0), "if everything forgeable were planted"),
            (Mark::Stroke(0.0), "before the evidence"),
        ],
        foot: Vec::new(),
        palette: Some(&palette),
    }
    .into_svg()
}

/// The looks of the states behind the hypotheses.
fn palette(findings: &AttributionFindings) -> Palette {
    let order = by_rank(findings);
    let states = order.iter().filter_map(|place| findings.hypotheses.get(*place)?.state());
    // The first in the ranking weighs most; no figure of the judgement decides on a colour.
    Palette::of(None, states.zip((1_usize..).map(|rank| 1.0 / float(rank))))
}

fn hypothesis_rows(findings: &AttributionFindings) -> Vec<Row> {
    let judgement = &findings.as_reported;
    let mut rows: Vec<Row> = judgement
        .ranking
        .iter()
        .take(MOST.0)
        .filter_map(|ranked| {
            let hypothesis = findings.hypothesis(&ranked.hypothesis)?;
            let planted = in_ranking(&findings.if_planted, &ranked.hypothesis);
            let planted = planted.map(|ranked| ranked.chance().estimate.get());
            let row = row(name_lines(hypothesis), ranked.chance(), planted, ranked.prior.into());
            Some(Row { badge: hypothesis.state().map(Some), ..row })
        })
        .collect();
    let rest = others(judgement);
    if rest > 0.0 {
        rows.push(Row {
            name: vec!["all others together".to_owned()],
            tip: format!("all others together: {}", chance(rest)),
            marks: vec![Mark::bar(rest, Fill::Pale)],
            value: chance(rest),
            ..Row::default()
        });
    }
    rows
}

/// The probability of all hypotheses that are not drawn.
fn others(judgement: &Judgement) -> f64 {
    let left = judgement.ranking.iter().skip(MOST.0).map(|ranked| ranked.chance().estimate.get());
    fraction(left.sum::<f64>() + judgement.others.unwrap_or_default().get())
}

fn state_rows(findings: &AttributionFindings) -> Vec<Row> {
    let planted = |state| {
        let found = findings.if_planted.states.iter().find(|ranked| ranked.state == state);
        found.map(|ranked| ranked.chance().estimate.get())
    };
    let states = findings.as_reported.states.iter().take(MOST.1);
    let rows = states.map(|ranked| {
        let name = vec![ranked.state.label().to_owned()];
        let row = row(name, ranked.chance(), planted(ranked.state), ranked.prior.into());
        Row { badge: Some(Some(ranked.state)), ..row }
    });
    rows.collect()
}

fn row(name: Vec<String>, reported: Chance, planted: Option<f64>, prior: f64) -> Row {
    let mut marks = vec![
        Mark::bar(reported.estimate.get(), Fill::Full),
        Mark::Whisker(reported.low.get(), reported.high.get()),
        Mark::Stroke(prior),
    ];
    marks.extend(planted.map(Mark::Diamond));
    let if_planted = planted.map_or_else(String::new, |planted| {
        format!("; if everything forgeable were planted {}", chance(planted))
    });
    Row {
        tip: format!(
            "{}: {}, range {}{if_planted}; before the evidence {}",
            name.join(" "),
            chance(reported.estimate),
            chances(reported.low, reported.high),
            chance(prior)
        ),
        name,
        marks,
        value: chance(reported.estimate),
        ..Row::default()
    }
}

/// Bars of nats to both sides of 0, for findings that bear no probability.
fn weights_chart(findings: &AttributionFindings, palette: &Palette) -> String {
    let order = by_rank(findings).into_iter().take(MOST.0);
    let weighed: Vec<(Row, f64)> = order
        .filter_map(|place| {
            let hypothesis = findings.hypotheses.get(place)?;
            let weight = in_ranking(&findings.as_reported, &hypothesis.id())?.weight.nats();
            let badge = hypothesis.state().map(Some);
            Some((weight_row(badge, name_lines(hypothesis), weight), weight))
        })
        .collect();
    let scale = Scale::weights(312.0, 352.0, weighed.iter().map(|(_, weight)| *weight));
    let rows = weighed.into_iter().map(|(row, _)| row).collect();
    Bars {
        id: "who",
        title: "The weight of the evidence for each hypothesis, in nats".to_owned(),
        desc: "Bars to the right speak for a hypothesis and to the left against it; 0 says nothing, 0.69 doubles the odds.".to_owned(),
        width: 760.0,
        row: 30.0,
        scale,
        panels: vec![Panel { title: "Hypotheses".to_owned(), rows, ..Panel::default() }],
        key: Vec::new(),
        foot: vec!["No probability is given: the bars are the weight of the evidence, in nats.".to_owned()],
        palette: Some(palette),
    }
    .into_svg()
}

/// A row whose bar goes from 0 to a weight in nats.
pub(crate) fn weight_row(
    badge: Option<Option<demarche_case::Country>>,
    name: Vec<String>,
    weight: f64,
) -> Row {
    let fill = if weight < 0.0 { Fill::Pale } else { Fill::Full };
    let marks = vec![Mark::bar(weight, fill)];
    Row {
        badge,
        tip: format!("{}: {} nats", name.join(" "), nats(weight)),
        name,
        marks,
        value: nats(weight),
        ..Row::default()
    }
}
