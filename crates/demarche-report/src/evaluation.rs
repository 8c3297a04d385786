//! The measured quality of the judgement, as Markdown for a terminal or a file, and as a page with its figures.

use demarche_case::assessment::attribution::Leads;
use demarche_case::assessment::evaluation::{
    ActorTest, CaseTest, CaseTried, Estimate, Evaluation, ForgeryRow, LevelTried, MethodScore,
    OpenSet, StateTest,
};
use demarche_case::{AttackerKind, Country, Probability, Tlp};
use maud::{Markup, PreEscaped, html};

use crate::attribution::{basis, level, some};
use crate::date::date_if_known;
use crate::document::Column;
use crate::number::{chance, count, counted};
use crate::page::shell;
use crate::svg::{forgery_chart, reliability_chart};
use crate::text::{NAME, PROSE, markdown, markdown_heading, shown};
use crate::words::attribution::{
    evaluation_caveat, item_set, method, parameter, parameter_source, protocol,
};
use crate::writers::table;

/// The measures.
const MEASURES: [&str; 7] = ["Top 1", "Top 3", "Top 5", "MRR", "Brier", "Log-loss", "ECE"];

/// The introduction to the figures.
const ABOUT: &str = "Each figure has its 95 % interval, from draws of the items with replacement. \
    Top 1, 3, 5 and MRR (mean reciprocal rank) are the better the higher, up to 1. \
    Brier, log-loss (nats) and ECE (expected calibration error) are the better the lower, down to 0. \
    The authors of the items are vendors’ claims: what is measured is agreement with them.";

/// The evaluation as Markdown: a table for each test.
#[must_use]
pub fn evaluation_markdown(evaluation: &Evaluation) -> String {
    let mut parts = vec!["# How well the judgement does".to_owned(), ABOUT.to_owned()];
    parts.extend(evaluation.cases.iter().flat_map(cases_markdown));
    for test in &evaluation.actors {
        parts.push(markdown_heading(2, &actor_title(test)));
        parts.push(markdown(&actor_about(test)));
        parts.extend(score_table(&test.methods));
        parts.extend(test.open_set.as_ref().map(open_set));
        parts.extend(forgery_table(&test.forgery));
    }
    for test in &evaluation.states {
        parts.push(markdown_heading(2, &state_title(test)));
        parts.push(markdown(&state_about(test)));
        parts.extend(score_table(&test.methods));
    }
    parts.push(format!("## Made with\n\n{}", made_with(evaluation)));
    let caveats: Vec<String> = evaluation
        .caveats
        .iter()
        .map(|caveat| format!("- {}", markdown(evaluation_caveat(*caveat))))
        .collect();
    if !caveats.is_empty() {
        parts.push(format!("## What to beware of\n\n{}", caveats.join("\n")));
    }
    parts.join("\n\n") + "\n"
}

/// The columns of the table of cases.
const CASE_COLUMNS: [&str; 6] =
    ["Case", "Truth", "Its probability", "First", "Probability", "Confidence"];

/// The cells of a case, as text.
fn case_cells(case: &CaseTried) -> [String; 6] {
    let states: Vec<&str> = case.states.iter().map(Country::label).collect();
    let truth = match case.attacker {
        AttackerKind::State => states.join(" or "),
        attacker => some(attacker).to_owned(),
    };
    let leads = match &case.leads {
        Leads::State { state } => state.label().to_owned(),
        Leads::Kind { attacker } => some(*attacker).to_owned(),
        Leads::Hypothesis { hypothesis } => {
            case.leader.as_deref().map_or_else(|| hypothesis.to_string(), |name| shown(name, NAME))
        }
    };
    let is_right = match (case.is_right, case.is_disputed) {
        (_, true) => "disputed: ",
        (true, false) => "right: ",
        (false, false) => "wrong: ",
    };
    [
        shown(&case.name, NAME),
        truth,
        chance(Probability::clamped(case.probability)),
        format!("{is_right}{leads}"),
        chance(Probability::clamped(case.leading)),
        if case.is_named { level(case.confidence) } else { "nobody named" }.to_owned(),
    ]
}

/// The answers by level of confidence: `high: 4 of 4 right`.
fn level_lines(test: &CaseTest) -> Vec<String> {
    let name = |tried: &LevelTried| tried.level.map_or("nobody named", level);
    let line = |tried: &LevelTried| {
        format!("{}: {} of {} right", name(tried), count(tried.right), count(tried.answers))
    };
    test.levels.iter().filter(|tried| tried.answers > 0).map(line).collect()
}

fn cases_markdown(test: &CaseTest) -> Vec<String> {
    let mut lines = vec![
        format!("| {} |", CASE_COLUMNS.join(" | ")),
        "| --- | --- | ---: | --- | ---: | --- |".to_owned(),
    ];
    for case in &test.cases {
        lines.push(format!("| {} |", case_cells(case).map(|cell| markdown(&cell)).join(" | ")));
    }
    let mut parts = vec!["## Whole cases".to_owned()];
    parts.extend(score_table(&test.methods));
    let levels: Vec<String> = level_lines(test).iter().map(|line| format!("- {line}")).collect();
    parts.extend([levels.join("\n"), lines.join("\n")]);
    parts
}

fn cases_section(test: &CaseTest) -> Markup {
    let row = |case: &CaseTried| -> Vec<Markup> {
        case_cells(case).into_iter().map(|cell| html! { bdi { (cell) } }).collect()
    };
    let rows: Vec<Vec<Markup>> = test.cases.iter().map(row).collect();
    html! {
        section {
            h2 { "Whole cases" }
            (scores(&test.methods))
            ul { @for line in level_lines(test) { li { (line) } } }
            @if !test.reliability.is_empty() {
                figure {
                    div class="scroll" tabindex="0" { (PreEscaped(reliability_chart(&test.reliability, "rel-cases"))) }
                    figcaption { "When it says 30 %, is it so in 30 of 100 cases? Points on the dashed line say yes." }
                }
            }
            (table("Each case with its truth, and the answer", &CASE_COLUMNS.map(Column::Text), &rows))
        }
    }
}

fn actor_title(test: &ActorTest) -> String {
    format!("Which actor: {}, {}", item_set(test.set), protocol(test.protocol))
}

fn actor_about(test: &ActorTest) -> String {
    format!(
        "{}, of which {} cannot be answered by any method, for nothing is left in the profile of the author; these count as missed.",
        counted(test.items, "item", "items"),
        count(test.unanswerable)
    )
}

fn state_title(test: &StateTest) -> String {
    format!("Which state: {}, {}", shown(&test.data, NAME), asked(test))
}

/// `2016 and 2017, held out`.
fn asked(test: &StateTest) -> String {
    let [first, last] = test.asked;
    let joined = if last == first + 1 { "and" } else { "to" };
    let used = if test.held_out { "held out" } else { "used to choose parameters" };
    format!("{first} {joined} {last}, {used}")
}

fn state_about(test: &StateTest) -> String {
    format!(
        "{} asked about, {} to choose from, learnt from {} before {}.",
        counted(test.items, "incident", "incidents"),
        counted(test.states, "state", "states"),
        counted(test.learnt_items, "incident", "incidents"),
        test.learnt_before
    )
}

/// A figure with its interval: `0.506 [0.456, 0.556]`.
fn estimate(one: Estimate) -> String {
    let figure = |value: f64| {
        if value.is_finite() { format!("{value:.3}") } else { "–".to_owned() }
    };
    format!("{} [{}, {}]", figure(one.value), figure(one.low), figure(one.high))
}

fn measures(one: &MethodScore) -> [Estimate; 7] {
    [one.top_1, one.top_3, one.top_5, one.mrr, one.brier, one.log_loss, one.ece]
}

fn score_table(methods: &[MethodScore]) -> Option<String> {
    if methods.is_empty() {
        return None;
    }
    let mut lines = vec![
        format!("| Method | {} |", MEASURES.join(" | ")),
        format!("| --- | {} |", ["---:"; 7].join(" | ")),
    ];
    for entry in methods {
        // A bracket in Markdown may begin a link, so the cell is escaped like everything else.
        let cells = measures(entry).map(|value| markdown(&estimate(value)));
        lines.push(format!("| {} | {} |", markdown(method(entry.method)), cells.join(" | ")));
    }
    Some(lines.join("\n"))
}

fn open_set(one: &OpenSet) -> String {
    markdown(&format!(
        "Author removed from the record: AUROC {}; an unlisted actor has {:.3} on average while the author is in the record and {:.3} when it is not, and leads in {:.3} of the latter.",
        estimate(one.auroc),
        one.present,
        one.removed,
        one.noticed
    ))
}

fn forgery_table(rows: &[ForgeryRow]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut lines = vec![
        "| Planted items | True author first | Imitated actor first |".to_owned(),
        "| ---: | ---: | ---: |".to_owned(),
    ];
    for row in rows {
        lines.push(format!(
            "| {} | {} | {} |",
            count(row.planted),
            markdown(&estimate(row.truth)),
            markdown(&estimate(row.impostor))
        ));
    }
    Some(lines.join("\n"))
}

fn made_with(evaluation: &Evaluation) -> String {
    let mut lines = vec![format!(
        "- Seed {}, {} for the intervals.",
        evaluation.seed,
        counted(evaluation.resamples, "draw", "draws")
    )];
    for edition in &evaluation.editions {
        let line = format!(
            "{}, {}. {}",
            shown(&edition.name, NAME),
            date_if_known(edition.date),
            shown(&edition.licence, PROSE)
        );
        lines.push(format!("- {}", markdown(&line)));
    }
    lines.join("\n")
}

/// The evaluation as one self-contained page, with reliability diagrams and the plot of planted evidence.
#[must_use]
pub fn evaluation_html(evaluation: &Evaluation) -> String {
    let body = html! {
        header { h1 { "How well the judgement does" } p { (ABOUT) } }
        @if let Some(test) = &evaluation.cases { (cases_section(test)) }
        @for (index, test) in evaluation.actors.iter().enumerate() { (actor_section(test, index)) }
        @for (index, test) in evaluation.states.iter().enumerate() { (state_section(test, index)) }
        (parameters(evaluation))
        (made_from(evaluation))
    };
    shell("How well the judgement does", strictest(evaluation), "report", &body)
}

/// The strictest marking of the editions behind it.
fn strictest(evaluation: &Evaluation) -> Tlp {
    evaluation.editions.iter().map(|edition| edition.tlp).fold(Tlp::Clear, Tlp::max)
}

fn actor_section(test: &ActorTest, place: usize) -> Markup {
    html! {
        section {
            h2 { bdi { (actor_title(test)) } }
            p { (actor_about(test)) }
            (scores(&test.methods))
            @if !test.reliability.is_empty() {
                figure {
                    div class="scroll" tabindex="0" { (PreEscaped(reliability_chart(&test.reliability, &format!("rel-a{place}")))) }
                    figcaption { "When it says 30 %, is it so in 30 of 100 cases? Points on the dashed line say yes." }
                }
            }
            @if let Some(one) = &test.open_set {
                h3 { "An author that is not in the record" }
                p {
                    "Told apart with an AUROC of " strong { (estimate(one.auroc)) } ", where 0.5 is guessing. "
                    "On average an unlisted actor has " (figure(one.present)) " while the author is in the record and "
                    (figure(one.removed)) " after it was removed; then it leads in " (figure(one.noticed)) " of the cases."
                }
            }
            @if !test.forgery.is_empty() {
                h3 { "Planted evidence" }
                figure { div class="scroll" tabindex="0" { (PreEscaped(forgery_chart(&test.forgery, &format!("forged-a{place}")))) } }
                (forgery(&test.forgery))
            }
        }
    }
}

fn state_section(test: &StateTest, place: usize) -> Markup {
    html! {
        section {
            h2 { bdi { (state_title(test)) } }
            p { (state_about(test)) }
            (scores(&test.methods))
            @if !test.reliability.is_empty() {
                figure { div class="scroll" tabindex="0" { (PreEscaped(reliability_chart(&test.reliability, &format!("rel-s{place}")))) } }
            }
        }
    }
}

fn figure(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { "–".to_owned() }
}

fn interval(one: Estimate) -> Markup {
    html! {
        strong { (if one.value.is_finite() { format!("{:.3}", one.value) } else { "–".to_owned() }) }
        div class="note" { (figure(one.low)) "–" (figure(one.high)) }
    }
}

fn scores(methods: &[MethodScore]) -> Markup {
    let rows: Vec<Vec<Markup>> = methods
        .iter()
        .map(|entry| {
            let mut row = vec![html! { bdi { (method(entry.method)) } }];
            row.extend(measures(entry).map(interval));
            row
        })
        .collect();
    let mut columns = vec![Column::Text("Method")];
    columns.extend(MEASURES.map(Column::Number));
    table("How each method does", &columns, &rows)
}

fn forgery(rows: &[ForgeryRow]) -> Markup {
    let rows: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![html! { (count(row.planted)) }, interval(row.truth), interval(row.impostor)]
        })
        .collect();
    let columns = [
        Column::Number("Planted items"),
        Column::Number("True author first"),
        Column::Number("Imitated actor first"),
    ];
    table("Who is named first", &columns, &rows)
}

fn parameters(evaluation: &Evaluation) -> Markup {
    let rows: Vec<Vec<Markup>> = evaluation
        .parameters
        .iter()
        .map(|entry| {
            vec![
                html! { (parameter(entry.name)) },
                html! { (crate::number::setting(entry.value)) },
                html! { (basis(entry.basis)) },
                html! { (parameter_source(entry.name)) },
            ]
        })
        .collect();
    let columns = [
        Column::Text("Parameter"),
        Column::Number("Value"),
        Column::Text("How it was set"),
        Column::Text("From"),
    ];
    html! { @if !rows.is_empty() { section { h2 { "Parameters" } (table("Parameters of the judgement", &columns, &rows)) } } }
}

fn made_from(evaluation: &Evaluation) -> Markup {
    let rows: Vec<Vec<Markup>> = evaluation
        .editions
        .iter()
        .map(|edition| {
            vec![
                html! { bdi class="mono" { (shown(&edition.name, NAME)) } },
                html! { (date_if_known(edition.date)) },
                html! { bdi { (shown(&edition.licence, PROSE)) } },
            ]
        })
        .collect();
    let columns = [Column::Text("Edition"), Column::Text("Issued"), Column::Text("Terms")];
    html! {
        section {
            h2 { "What it was made with" }
            p { "Seed " (evaluation.seed) ", " (counted(evaluation.resamples, "draw", "draws")) " for the intervals." }
            (table("Editions, with their terms", &columns, &rows))
            @if !evaluation.caveats.is_empty() {
                h3 { "What to beware of" }
                ul { @for caveat in &evaluation.caveats { li { bdi { (evaluation_caveat(*caveat)) } } } }
            }
        }
    }
}
