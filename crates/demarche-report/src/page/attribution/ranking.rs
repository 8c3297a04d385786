//! The ranking of hypotheses and of states, as reported and if everything forgeable were planted.

use demarche_case::assessment::attribution::{
    Aspect, AttributionFindings, Chance, HypothesisId, Judgement, Likelihood, Prior, Ranked,
    RankedState, WeighedItem,
};
use demarche_case::{AttackerKind, Case};
use maud::{Markup, PreEscaped, html};

use super::{ROWS, rest};
use crate::attribution::{ASPECTS, aspect, forgeability, leader, name, some, title, weight_for};
use crate::document::Column;
use crate::document::Column::{Number, Text};
use crate::number::{chance, chances, index, nats};
use crate::svg;
use crate::words::{in_text, listed};
use crate::writers::table;

/// The hypotheses: the figure, the hypotheses with what each aspect weighs, the states.
pub(crate) fn ranking(findings: &AttributionFindings) -> Markup {
    let judgement = &findings.as_reported;
    if judgement.ranking.is_empty() || findings.withheld.is_some() {
        return html! {};
    }
    html! {
        section {
            h2 id="ranking" { "Who may have done it" }
            p {
                "The range is from the 5th to the 95th percentile when the parameters vary as far as they are open. "
                "It does not hold what no parameter knows: sources that err together, or an actor that nobody has described."
            }
            figure {
                div class="scroll" tabindex="0" { (PreEscaped(svg::svg_of_ranking(findings))) }
                figcaption { "Each figure compares a hypothesis with the others and with an actor that is not in the record." }
            }
            (sides(findings))
            (hypotheses(findings))
        }
    }
}

const ASPECT_COLUMNS: [Column; 7] = [
    Number("Malware"),
    Number("Code"),
    Number("Infra\u{AD}structure"),
    Number("Behaviour"),
    Number("Artefacts"),
    Number("Victim"),
    Number("Claims"),
];

fn hypotheses(findings: &AttributionFindings) -> Markup {
    let ranking = &findings.as_reported.ranking;
    let mut rows: Vec<Vec<Markup>> = ranking
        .iter()
        .take(ROWS)
        .filter_map(|ranking| {
            let hypothesis = findings.hypothesis(&ranking.hypothesis)?;
            let mut row = vec![
                html! { bdi { (name(hypothesis)) } },
                html! { strong { (chance(ranking.chance().estimate)) } },
                html! { (chances(ranking.chance().low, ranking.chance().high)) },
                html! { (chance(ranking.prior)) },
                html! { (nats(ranking.weight.nats())) },
            ];
            row.extend(breakdown(ranking));
            Some(row)
        })
        .collect();
    let shown: f64 = ranking.iter().skip(ROWS).map(|ranking| ranking.chance().estimate.get()).sum();
    let rest = shown + findings.as_reported.others.unwrap_or_default().get();
    if rest > 0.0 {
        let mut row = vec![html! { "all others together" }, html! { strong { (chance(rest)) } }];
        row.resize(ASPECT_COLUMNS.len() + 5, html! {});
        rows.push(row);
    }
    let mut columns = vec![
        Text("Hypothesis"),
        Number("Proba\u{AD}bility"),
        Number("Range"),
        Number("Before the evidence"),
        Number("Weight, nats"),
    ];
    columns.extend(ASPECT_COLUMNS);
    table(
        "Hypotheses as reported, with what each aspect of the evidence weighs, in nats",
        &columns,
        &rows,
    )
}

/// The weight of each aspect, in the order of the columns.
fn breakdown(one: &Ranked) -> Vec<Markup> {
    ASPECTS.iter().map(|aspect| html! { (nats(aspect_of(one, *aspect))) }).collect()
}

fn aspect_of(entry: &Ranked, wanted: Aspect) -> f64 {
    entry
        .aspects
        .iter()
        .find(|aspect| aspect.aspect == wanted)
        .map_or(0.0, |entry| entry.weight.nats())
}

/// The states and the other kinds of attackers.
fn sides(findings: &AttributionFindings) -> Markup {
    let judgement = &findings.as_reported;
    let row = |name: String, chance: Chance, prior: Prior| {
        vec![
            html! { (name) },
            html! { strong { (crate::number::chance(chance.estimate)) } },
            html! { (Likelihood::of(chance.estimate).words()) },
            html! { (chances(chance.low, chance.high)) },
            html! { (crate::number::chance(prior)) },
        ]
    };
    let states = judgement.states.iter().take(ROWS);
    let states = states.map(|ranked| row(in_text(ranked.state), ranked.chance(), ranked.prior));
    let kinds = judgement.kinds.iter().map(|ranked| {
        let name = match ranked.attacker {
            AttackerKind::State => "all states together",
            attacker => some(attacker),
        };
        row(name.to_owned(), ranked.chance(), ranked.prior)
    });
    let rows: Vec<Vec<Markup>> = kinds.chain(states).collect();
    let columns = [
        Text("Kind of attacker, or state"),
        Number("Probability"),
        Text("In words (ICD 203)"),
        Number("Range"),
        Number("Before the evidence"),
    ];
    html! {
        (table("Kinds of attackers, and states with all the actors that are said to act for them", &columns, &rows))
        (rest(judgement.states.len()))
    }
}

/// True if there is a second judgement to lay beside the first.
pub(crate) fn has_planted(findings: &AttributionFindings) -> bool {
    findings.withheld.is_none()
        && !findings.if_planted.ranking.is_empty()
        && !findings.as_reported.ranking.is_empty()
}

/// The judgement as reported beside that on what is hard to forge alone, and why they differ.
pub(crate) fn planted(findings: &AttributionFindings, case: &Case) -> Markup {
    if !has_planted(findings) {
        return html! {};
    }
    html! {
        section {
            h2 id="planted" { "As reported, and if everything forgeable were planted" }
            p {
                "The most telling evidence is the most tempting to forge. "
                "The second judgement takes everything that can easily be forged as planted, so that only what is hard to forge counts. "
                "The truth may lie anywhere between the two."
            }
            (both(findings))
            (why(findings, case))
        }
    }
}

fn both(findings: &AttributionFindings) -> Markup {
    const MOST: usize = 8;
    let (reported, planted) = (&findings.as_reported, &findings.if_planted);
    let mut places: Vec<&HypothesisId> =
        reported.ranking.iter().take(MOST).map(|ranking| &ranking.hypothesis).collect();
    // Who leads the second must be in sight even where the first hardly ranks it.
    for entry in planted.ranking.iter().take(MOST / 2) {
        if !places.contains(&&entry.hypothesis) {
            places.push(&entry.hypothesis);
        }
    }
    let cells = |judgement: &Judgement, place: &HypothesisId| match judgement.ranked(place) {
        Some(entry) => [
            html! { strong { (chance(entry.chance().estimate)) } },
            html! { (chances(entry.chance().low, entry.chance().high)) },
            html! { (nats(entry.weight.nats())) },
        ],
        None => [html! { "not ranked" }, html! { "–" }, html! { "–" }],
    };
    let rows: Vec<Vec<Markup>> = places
        .into_iter()
        .filter_map(|id| {
            let hypothesis = findings.hypothesis(id)?;
            let mut row = vec![html! { bdi { (name(hypothesis)) } }];
            row.extend(cells(reported, id));
            row.extend(cells(planted, id));
            Some(row)
        })
        .collect();
    let columns = [
        Text("Hypothesis"),
        Number("As reported"),
        Number("Range"),
        Number("Weight, nats"),
        Number("If planted"),
        Number("Range"),
        Number("Weight, nats"),
    ];
    html! {
        (table("Both judgements side by side", &columns, &rows))
        (state_pair(reported, planted))
    }
}

fn state_pair(reported: &Judgement, planted: &Judgement) -> Markup {
    let after = |state: &RankedState| {
        planted.states.iter().find(|right| right.state == state.state).map(|entry| entry.chance())
    };
    let rows: Vec<Vec<Markup>> = reported
        .states
        .iter()
        .take(6)
        .map(|state| {
            let after = after(state);
            vec![
                html! { (in_text(state.state)) },
                html! { strong { (chance(state.chance().estimate)) } },
                html! { (chances(state.chance().low, state.chance().high)) },
                html! { strong { (after.map_or_else(|| "–".to_owned(), |after| chance(after.estimate))) } },
                html! { (after.map_or_else(|| "–".to_owned(), |after| chances(after.low, after.high))) },
            ]
        })
        .collect();
    let columns = [
        Text("State"),
        Number("As reported"),
        Number("Range"),
        Number("If planted"),
        Number("Range"),
    ];
    table("The states", &columns, &rows)
}

/// The aspects that lose their weight, and which items those are.
fn why(findings: &AttributionFindings, case: &Case) -> Markup {
    let Some((before, hypothesis)) = leader(findings, &findings.as_reported) else {
        return html! {};
    };
    let after = findings.if_planted.ranked(&before.hypothesis);
    let changes: Vec<String> = after
        .into_iter()
        .flat_map(|after| {
            ASPECTS.into_iter().filter_map(|entry| {
                let (from, to) = (aspect_of(before, entry), aspect_of(after, entry));
                ((from - to).abs() >= 0.05)
                    .then(|| format!("{} from {} to {}", aspect(entry), nats(from), nats(to)))
            })
        })
        .collect();
    let forgeable = findings
        .column(&before.hypothesis)
        .map_or_else(Vec::new, |column| most_forgeable(findings, column));
    html! {
        h3 { "What changes, and why" }
        @if changes.is_empty() {
            p { "Nothing of what speaks for " bdi { (name(hypothesis)) } " changes its weight." }
        } @else {
            p { "What speaks for " bdi { (name(hypothesis)) } " changes, in nats: " (listed(&changes, "and")) "." }
        }
        @if !forgeable.is_empty() {
            p { "What speaks for it and is the easiest to plant:" }
            ul {
                @for item in forgeable {
                    li {
                        a href={ "#e-" (item.evidence) } { bdi { (title(case, &item.evidence)) } }
                        ": " (nats(findings.column(&before.hypothesis).map_or(0.0, |column| weight_for(item, column)))) " nats; " (forgeability(item.forgeability))
                        ", planted with probability " (index(item.planted))
                    }
                }
            }
        }
    }
}

/// The items for a hypothesis, those first whose weight is the most in danger of having been planted.
fn most_forgeable(findings: &AttributionFindings, hypothesis: usize) -> Vec<&WeighedItem> {
    let danger = |item: &WeighedItem| item.planted.get() * weight_for(item, hypothesis);
    let mut items: Vec<&WeighedItem> =
        findings.items.iter().filter(|item| danger(item) > 0.01).collect();
    items.sort_by(|left, right| danger(right).total_cmp(&danger(left)));
    items.truncate(4);
    items
}
