//! Acts and responses after earlier attacks: a section of the report, and a page of its own.

mod public;

use demarche_case::assessment::precedents::{
    Act, ActShare, ActsIn, Circle, ConcessionRow, DyadFindings, PrecedentFindings, Rate,
    SimilarAttack, severity_word,
};
use demarche_case::{Gap, Tlp};
use maud::{Markup, PreEscaped, html};

use super::case;
use super::shell::shell;
use crate::document::Column::{Number, Text};
use crate::number::{chance, chances, count, length, percent};
use crate::precedents::{circle_word, concession_word, of_words, precedents_answer, rate_words};
use crate::response::precedent_caveat;
use crate::svg::precedents_chart;
use crate::text::{NAME, shown};
use crate::words::in_text;
use crate::writers::table;

/// The acts and responses after earlier attacks, as one self-contained page, with what could not be read.
///
/// The marking is that of the case it was asked for; without one the page says that it is not marked.
#[must_use]
pub fn precedents_html(findings: &PrecedentFindings, marking: Option<Tlp>, gaps: &[Gap]) -> String {
    let question = &findings.question;
    let title = format!(
        "What happened after attacks like one by {} on {}",
        in_text(question.initiator),
        in_text(question.responding)
    );
    let until = question.year.map(|year| format!("as known before {year}"));
    let body = html! {
        header {
            p class="kicker" { "Precedents" @if let Some(until) = until { ", " (until) } }
            h1 { (title) }
        }
        (section(findings))
        (case::gaps(gaps))
    };
    shell(&title, marking, "report", &body)
}

/// The part of the report.
pub(crate) fn section(findings: &PrecedentFindings) -> Markup {
    let sentences = precedents_answer(findings);
    html! {
        section class="answer" id="after-similar" {
            h2 { "What happened after similar attacks" }
            @for (place, sentence) in sentences.iter().enumerate() {
                p class=[(place == 0).then_some("first")] { (sentence) }
            }
        }
        @if let Some(found) = &findings.dyads { (dyads(found, findings)) }
        (public::section(&findings.repository))
        section {
            h2 { "What these numbers cannot tell" }
            ul { @for caveat in &findings.caveats { li { (precedent_caveat(caveat)) } } }
        }
    }
}

fn dyads(found: &DyadFindings, findings: &PrecedentFindings) -> Markup {
    let question = &findings.question;
    html! {
        @if !found.acts.is_empty() {
            section {
                h2 { "What states did within a month" }
                figure {
                    div class="scroll" { (PreEscaped(precedents_chart(found, question, "after-similar-chart"))) }
                    figcaption {
                        "Diamonds are what is expected, with the range that holds nine times in ten; circles are what was counted, with 95 % intervals. "
                        "An upright stroke is how often the attacker did the same around its attack, which the attack does not explain."
                    }
                }
                (acts(found, findings))
                (by_severity(&found.by_severity))
            }
        }
        @if !found.concessions.is_empty() {
            section { h2 { "Whether the attackers got what they wanted" } (concessions(&found.concessions)) }
        }
        @if !found.similar.is_empty() {
            section { h2 { "The most similar attacks" } (similar(&found.similar)) }
        }
        (editions(&found.editions))
    }
}

/// From which editions the numbers above are.
fn editions(names: &[String]) -> Markup {
    let names: Vec<String> = names.iter().map(|name| shown(name, NAME)).collect();
    html! { @if !names.is_empty() { p class="note" { "Counted in " (names.join(", ")) "." } } }
}

fn acts(found: &DyadFindings, findings: &PrecedentFindings) -> Markup {
    let in_circle = |circle: Circle, act: Act| -> Option<&Rate> {
        let acts = found.circles.iter().find(|one| one.group == circle)?;
        acts.acts.iter().find(|one| one.act == act).map(|one| &one.done)
    };
    let row = |share: &ActShare| {
        let [low, high] = share.range;
        let mut cells = vec![
            html! { (share.act.word()) },
            html! { strong { (chance(share.share)) } div class="note" { (chances(low, high)) } },
            html! { (chance(share.narrowed)) },
        ];
        cells.extend(
            Circle::ALL
                .map(|circle| in_circle(circle, share.act).map_or_else(|| html! { "–" }, cell)),
        );
        cells
    };
    let rows: Vec<Vec<Markup>> = found.acts.iter().map(row).collect();
    let heads = [
        Text("Act"),
        Number("Expected"),
        Number("Trust in narrowing"),
        Number("All attacks"),
        Number("On the responding state"),
        Number("By the initiator"),
        Number("Between the two"),
    ];
    let score =
        |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.2}"));
    let rows_of_scores: Vec<Vec<Markup>> = found
        .circles
        .iter()
        .map(|circle| {
            vec![
                html! { (circle_word(circle.group, &findings.question)) },
                html! { (count(circle.attacks)) },
                html! { (score(circle.escalation)) },
                html! { (score(circle.initiators_escalation)) },
            ]
        })
        .collect();
    let scores = [
        Text("Attacks"),
        Number("Number"),
        Number("Escalation by the attacked"),
        Number("By the attacker"),
    ];
    html! {
        (table("Acts of the attacked state, expected and counted", &heads, &rows))
        (table("Mean score of escalation by conventional acts within a month", &scores, &rows_of_scores))
    }
}

/// A share with what it is of.
fn cell(rate: &Rate) -> Markup {
    html! {
        @match rate.share() {
            Some(share) => { (percent(share)) div class="note" { (of_words(rate)) } },
            None => "–",
        }
    }
}

fn by_severity(groups: &[ActsIn<u8>]) -> Markup {
    let shown =
        [Act::Reject, Act::Threaten, Act::Sanction, Act::Military, Act::CyberReply, Act::Negotiate];
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let mut cells = vec![
                html! { (group.group) " " span class="note" { (severity_word(group.group)) } },
                html! { (count(group.attacks)) },
            ];
            cells.extend(shown.map(|act| {
                let done = group.acts.iter().find(|one| one.act == act);
                let share = done.and_then(|one| one.done.share());
                html! { (share.map_or_else(|| "–".to_owned(), percent)) }
            }));
            cells
        })
        .collect();
    let heads = [
        Text("Severity"),
        Number("Attacks"),
        Number("Denial"),
        Number("Threats"),
        Number("Sanctions"),
        Number("Military"),
        Number("Cyber reply"),
        Number("Negotiation"),
    ];
    table("The same by severity, which foretells little", &heads, &rows)
}

fn concessions(rows: &[ConcessionRow]) -> Markup {
    let row = |row: &ConcessionRow| {
        let name = concession_word(row.group);
        vec![
            html! { @if row.is_asked { strong { (name) } " (asked about)" } @else { (name) } },
            html! { (of_words(&row.conceded)) },
            html! { (rate_words(&row.conceded)) },
            html! { (row.achieved.share().map_or_else(|| "–".to_owned(), percent)) },
        ]
    };
    let rows: Vec<Vec<Markup>> = rows.iter().map(row).collect();
    let heads = [
        Text("Attacks"),
        Number("Concessions"),
        Number("Share (95 %)"),
        Number("Technical objective achieved"),
    ];
    table("Attacks that were followed by a concession of the attacked state", &heads, &rows)
}

fn similar(attacks: &[SimilarAttack]) -> Markup {
    let row = |one: &SimilarAttack| {
        let acts = one.acts.as_ref().map(|acts| {
            let words: Vec<&str> = acts.iter().map(|act| act.word()).collect();
            if words.is_empty() {
                "none of those that are coded".to_owned()
            } else {
                words.join(", ")
            }
        });
        vec![
            html! { bdi { (shown(&one.name, NAME)) } div class="note mono" { (shown(&one.id.to_string(), NAME)) } },
            html! { (one.year) },
            html! { (one.initiator.label()) " on " (in_text(one.responding)) },
            html! { (one.severity.map_or_else(|| "–".to_owned(), |severity| severity.to_string())) },
            html! {
                (acts.unwrap_or_else(|| "not coded".to_owned()))
                @if one.conceded == Some(true) { "; a concession" }
            },
        ]
    };
    let rows: Vec<Vec<Markup>> = attacks.iter().map(row).collect();
    let heads = [
        Text("Attack"),
        Number("Year"),
        Text("By whom on whom"),
        Number("Severity"),
        Text("What the attacked state did"),
    ];
    html! {
        (table("Between the two states first, then on the one or by the other", &heads, &rows))
        p class="note" { (length(attacks.len())) " are shown; names and codes are DCID’s." }
    }
}
