//! The basis of the weighing: how grave the attack was, the questions of law, and the facts that are drawn.

use demarche_case::assessment::response::{Degree, Injury, LegalQuestion, ResponseFindings};
use demarche_case::options::{EstimateBasis, Fact, Reason};

use crate::attribution::capitalised;
use crate::document::{Block, Cell, Section, Table, Weight, left_out, strong};
use crate::item;
use crate::number::{chance, chances};
use crate::response::{
    article, asked_for, basis, condition, degree_words, issue, place, place_between, reason, step,
};
use crate::svg;

/// Rows of a table; the JSON has all.
const ROWS: usize = 60;

/// The gravity of the attack, on three scales of others, with the steps that led there.
pub(crate) fn injury(injury: &Injury) -> Section {
    Section::new("injury", "How grave it was")
        .with(Block::text("Three scales of others, each with its own rule; none is our own. What a response may be is measured on the first."))
        .with(Block::drawing(svg::svg_of_injury(injury), ""))
        .with(scale("Dyadic Cyber Incident and Campaign Data, severity", &injury.dcid))
        .with(scale("European Repository of Cyber Incidents, weighted intensity", &injury.eurepoc))
        .with(scale("Cyber incident severity schema (PPD-41)", &injury.schema))
}

fn scale(name: &str, degree: &Degree) -> Block {
    let summary = format!("{name}: {} of {}", place_between(degree.range), place(degree.most));
    let steps: Vec<String> = degree.steps.iter().map(|taken| step(degree.scale, taken)).collect();
    let steps = if steps.is_empty() {
        Block::Note("No step of the rule was recorded.".to_owned())
    } else {
        Block::Numbered(steps)
    };
    Block::folded(summary, vec![Block::text(capitalised(&degree_words(degree))), steps])
}

/// The questions of international law, with the norms that bear on each.
pub(crate) fn law(questions: &[LegalQuestion]) -> Option<Section> {
    let section = || {
        Section::new("law", "What the law asks")
            .with(Block::text("States read the law differently, so that a chance stands under each reading. Where the law is read permissively, sovereignty is no rule of its own in networks, and acting for a state ties to it. Where it is read strictly, sovereignty is a rule, effective control must be shown, and only the injured state may answer. A call to cease comes before a countermeasure under both."))
            .and(questions.iter().take(ROWS).map(question))
            .and(left_out(questions.iter().skip(ROWS).count()))
    };
    (!questions.is_empty()).then(section)
}

fn question(question: &LegalQuestion) -> Block {
    let mut blocks: Vec<Block> =
        question.reason.iter().map(|why| Block::text(reason(why))).collect();
    if let Some([permissive, strict]) = question.chance {
        blocks.push(Block::Facts(vec![
            ("Read permissively", strong(probable(permissive))),
            ("Read strictly", strong(probable(strict))),
        ]));
    }
    blocks.extend(norms(&question.norms));
    Block::Item { id: String::new(), heading: issue(question.issue).into(), blocks }
}

/// Norms by where they stand; what they say is told once, in [`norms_in_short`].
pub(crate) fn norms(cited: &[String]) -> Option<Block> {
    let names: Vec<String> = cited.iter().take(ROWS).map(|norm| article(norm).0).collect();
    (!names.is_empty()).then_some(Block::List(names))
}

/// Every norm that is named anywhere, once: where it stands, what it says, and where states differ.
pub(crate) fn norms_in_short(findings: &ResponseFindings) -> Option<Section> {
    let of_questions = findings.questions.iter().flat_map(|question| &question.norms);
    let cited = of_questions.chain(findings.options.iter().flat_map(|option| &option.articles));
    let mut told: Vec<(String, String)> = Vec::new();
    for (cite, says) in cited.map(|norm| article(norm)) {
        let Some((says, differ)) = says else { continue };
        if !told.iter().any(|(known, _)| *known == cite) {
            let says = differ.map_or_else(|| says.to_owned(), |differ| format!("{says} {differ}"));
            told.push((cite, says));
        }
    }
    let section =
        || Section::new("norms", "The norms in short").with(Block::Definitions(told.clone()));
    (!told.is_empty()).then(section)
}

/// `46 % (30–60 %)`.
fn probable([low, middle, high]: [f64; 3]) -> String {
    if high <= 0.0 {
        return "0\u{a0}%".to_owned();
    }
    let (alone, range) = (chance(middle), chances(low, high));
    if alone == range { alone } else { format!("{alone} ({range})") }
}

/// The chance of a fact in a range; none where no option counts on the fact, whatever the ranking leaves to it.
fn counted_on(fact: &Fact, range: [f64; 3]) -> String {
    if fact.reason == Reason::NoGang { "not counted".to_owned() } else { probable(range) }
}

/// The sort of knowledge as a label; a judgement and what is unknown stand out.
pub(crate) fn known_as(of: EstimateBasis) -> Cell {
    let weight = match of {
        EstimateBasis::Reckoned | EstimateBasis::Counted | EstimateBasis::Cited => Weight::Firm,
        EstimateBasis::Judgement | EstimateBasis::Unknown => Weight::Soft,
    };
    Cell::Badge { words: basis(of).to_owned(), weight }
}

/// The facts that simulations draw, and the record of requests that were met.
pub(crate) fn facts(findings: &ResponseFindings) -> Option<Section> {
    let facts = Table::first(ROWS, &findings.facts)
        .text("What must hold", |fact| capitalised(condition(fact.condition)))
        .number("Read permissively", |fact| counted_on(fact, fact.permissive))
        .number("Read strictly", |fact| counted_on(fact, fact.strict))
        .text("Known from", |fact| known_as(fact.basis).noted(reason(&fact.reason)));
    let met = |[met, all]: [f64; 2]| format!("{} of {}", place(met), place(all));
    let asking = Table::first(ROWS, &findings.asking)
        .text("State", |asking| asking.state.label())
        .text("Asked for", |asking| asked_for(asking.of))
        .number("Met, of its own", |asking| met(asking.own))
        .number("Met, of anybody’s", |asking| met(asking.anybody))
        .number("Chance that it agrees", |asking| probable(asking.chance))
        .text("Known from", |asking| {
            let sources = asking.sources.iter().map(item::source).collect();
            Cell::Line(vec![known_as(asking.basis), Cell::Sources(sources)])
        });
    let section = || {
        Section::new("facts", "What must be known")
            .with(Block::text("Each simulation draws from these chances. All options share it, so that none is compared under an attribution of its own. A figure here is the likeliest of its range; how often a condition holds at an option is the mean over the whole range, and where that is lopsided the two differ."))
            .and(facts.under("Conditions: how probable each is, with its range"))
            .and(asking.under("Requests of the past and how they ended; those to anybody count as four to the state itself"))
    };
    (!findings.facts.is_empty() || !findings.asking.is_empty()).then(section)
}
