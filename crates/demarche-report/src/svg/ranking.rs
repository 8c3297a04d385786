//! The probabilities of the hypotheses and of the states behind them.

use demarche_case::AttackerKind;
use demarche_case::assessment::attribution::{AttributionFindings, Chance, Judgement, Leads};
use demarche_case::number::float;

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::attribution::{by_rank, name_lines, some};
use crate::number::{chance, chances, fraction};
use crate::palette::Palette;

/// Hypotheses shown, and states shown.
const MOST: (usize, usize) = (10, 6);

/// The probabilities of the hypotheses and of the states behind them, as a self-contained SVG.
///
/// A bar is the probability as reported, a whisker the range that the parameters leave open, a diamond the probability if
/// everything that can easily be forged had been planted, a stroke the probability before the evidence.
/// Where nobody is named there are no bars.
#[must_use]
pub fn svg_of_ranking(findings: &AttributionFindings) -> String {
    drawn(
        findings,
        "who",
        vec![
            ("States and kinds of attackers, with all of each", side_rows(findings)),
            ("Groups and named hypotheses", hypothesis_rows(findings)),
        ],
    )
}

/// The same for states and kinds of attackers alone, which fits beside other things on a sheet.
pub(crate) fn ranking_in_short(findings: &AttributionFindings) -> String {
    drawn(findings, "who-in-short", vec![("States and kinds of attackers", side_rows(findings))])
}

fn drawn(
    findings: &AttributionFindings,
    id: &'static str,
    panels: Vec<(&'static str, Vec<Row>)>,
) -> String {
    let palette = palette(findings);
    let panels = if findings.withheld.is_some() { Vec::new() } else { panels };
    let foot = panels.is_empty().then(|| "Nobody is named.".to_owned());
    let panels = panels.into_iter().filter(|(_, rows)| !rows.is_empty());
    Bars {
        id,
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
        foot: foot.into_iter().collect(),
        palette: Some(&palette),
    }
    .into_svg()
}

/// The looks of the states behind the hypotheses.
fn palette(findings: &AttributionFindings) -> Palette {
    let order = by_rank(findings);
    let states = order.iter().filter_map(|order| findings.hypotheses.get(*order)?.state());
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
            let planted = findings.if_planted.ranked(&ranked.hypothesis);
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

/// The states and the other kinds of attackers, most probable first.
fn side_rows(findings: &AttributionFindings) -> Vec<Row> {
    let judgement = &findings.as_reported;
    let states = judgement.states.iter().map(|ranked| {
        let leads = Leads::State { state: ranked.state };
        (leads, ranked.state.label().to_owned(), Some(Some(ranked.state)), ranked.prior)
    });
    let kinds = judgement.kinds.iter().filter(|kind| kind.attacker != AttackerKind::State);
    let kinds = kinds.map(|ranked| {
        let leads = Leads::Kind { attacker: ranked.attacker };
        (leads, some(ranked.attacker).to_owned(), None, ranked.prior)
    });
    let mut sides: Vec<_> = states.chain(kinds).collect();
    let estimate = |leads: &Leads| judgement.chance(leads).estimate.get();
    sides.sort_by(|left, right| estimate(&right.0).total_cmp(&estimate(&left.0)));
    sides.truncate(MOST.1);
    let rows = sides.into_iter().map(|(leads, name, badge, prior)| {
        let planted = findings.if_planted.chance(&leads).estimate.get();
        let chance = judgement.chance(&leads);
        Row { badge, ..row(vec![name], chance, Some(planted), prior.into()) }
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
