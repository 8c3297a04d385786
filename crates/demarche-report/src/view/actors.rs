//! The answers about actors.

use demarche_case::assessment::answer::{ActorsShowAnswer, KnownActor};
use demarche_case::assessment::attribution::{
    AttributionFindings, Chance, CitedSource, Judgement, WeighedItem,
};
use demarche_case::record::Bond;
use demarche_case::{AttackerKind, Case, Tlp};

use crate::attribution::{attribution_answer, cited, name, some};
use crate::document::Column::{Number, Text};
use crate::document::{Block, Cell, Section, words};
use crate::number::{chance, chances, percent};
use crate::text::{NAME, shown};

/// Hypotheses of one ranking; the files have all.
const RANKED: usize = 8;

/// States of one ranking.
const STATES: usize = 3;

/// Items of evidence that are listed.
const ITEMS: usize = 12;

/// The hypotheses of a case with their probabilities, and the most diagnostic evidence.
#[must_use]
pub fn actors_rank(findings: &AttributionFindings, case: &Case, marking: Tlp) -> Vec<Section> {
    let mut sections = vec![
        Section::new("case", format!("{} ({marking})", case.title)),
        Section::new("who-did-it", "").with(Block::Answer(attribution_answer(findings, case))),
    ];
    if findings.withheld.is_some() {
        return sections;
    }
    sections.extend([
        ranking("ranking", "As reported", findings, &findings.as_reported),
        ranking(
            "planted",
            "If all evidence that is easily forged were planted",
            findings,
            &findings.if_planted,
        ),
        items(findings),
    ]);
    sections
}

fn ranking(
    id: &str,
    title: &str,
    findings: &AttributionFindings,
    judgement: &Judgement,
) -> Section {
    let row = |hypothesis: String, probability: Chance, weight: String, prior: f64| {
        let range = chances(probability.low, probability.high);
        let estimate = chance(probability.estimate);
        vec![words(hypothesis), words(estimate), words(range), words(weight), words(percent(prior))]
    };
    let kinds = judgement.kinds.iter().filter(|kind| kind.attacker != AttackerKind::State);
    let kinds = kinds.take(STATES).map(|kind| {
        row(some(kind.attacker).to_owned(), kind.chance(), String::new(), kind.prior.into())
    });
    let states = judgement.states.iter().take(STATES).map(|state| {
        let label = format!("{} (all its actors)", state.state.label());
        row(label, state.chance(), String::new(), state.prior.into())
    });
    let ranked = judgement.ranking.iter().take(RANKED).map(|ranked| {
        let hypothesis = findings.hypothesis(&ranked.hypothesis).map_or_else(String::new, name);
        row(
            hypothesis,
            ranked.chance(),
            format!("{:+.2}", ranked.weight.nats()),
            ranked.prior.into(),
        )
    });
    let columns = vec![
        Text("hypothesis"),
        Number("probability"),
        Number("range"),
        Number("weight"),
        Number("prior"),
    ];
    let rows = states.chain(kinds).chain(ranked).collect();
    Section::new(id, title).with(Block::Table { caption: "", columns, rows })
}

/// The items by their diagnosticity.
fn items(findings: &AttributionFindings) -> Section {
    let is_diagnostic = |item: &&WeighedItem| item.diagnosticity > 0.005;
    let mut items: Vec<&WeighedItem> = findings.items.iter().filter(is_diagnostic).collect();
    items.sort_by(|left, right| right.diagnosticity.total_cmp(&left.diagnosticity));
    let rows = items.into_iter().take(ITEMS).map(|item| {
        let weight = item
            .weights
            .first()
            .map_or_else(String::new, |weight| format!("{:+.2}", weight.nats()));
        vec![
            Cell::Code(item.evidence.to_string()),
            words(format!("{:.2}", item.diagnosticity)),
            words(weight),
            words(format!("{:.2}", item.bound.nats() * item.reliability)),
            words(percent(item.planted.get())),
        ]
    });
    let columns = vec![
        Text("item"),
        Number("diagnosticity"),
        Number("for the first"),
        Number("at most"),
        Number("planted"),
    ];
    Section::new("items", "The most diagnostic evidence").with(Block::Table {
        caption: "",
        columns,
        rows: rows.collect(),
    })
}

/// The entries of an actor in the record, one section for each catalogue that has it.
#[must_use]
pub fn actors_show(answer: &ActorsShowAnswer) -> Vec<Section> {
    answer.actors.iter().map(known_actor).collect()
}

fn known_actor(known: &KnownActor) -> Section {
    let actor = &known.actor;
    let synonyms: Vec<&str> = actor.synonyms.iter().map(|synonym| synonym.name.as_str()).collect();
    let mut terms = Vec::new();
    if !synonyms.is_empty() {
        terms.push(("also called", synonyms.join(", ")));
    }
    terms.extend(actor.states.iter().map(|claim| {
        let bond = match claim.bond {
            Bond::ActsFor => "acts for",
            Bond::ComesFrom => "comes from",
        };
        (bond, format!("{}: {}", claim.state.label(), claim.basis))
    }));
    let short = |name: &str| words(shown(name, NAME));
    let attacks = known.attacks.iter().map(|attack| {
        let began = attack.began.map_or_else(String::new, |began| began.to_string());
        vec![short(&attack.name), words(began), first_cited(&attack.sources)]
    });
    let software = known.software.iter().map(|software| {
        vec![
            short(&software.name),
            words(software.others.to_string()),
            first_cited(&software.sources),
        ]
    });
    let techniques = known.techniques.iter().map(|technique| {
        vec![
            Cell::Code(technique.technique.to_string()),
            short(&technique.name),
            words(technique.others.to_string()),
            first_cited(&technique.sources),
        ]
    });
    let table = |columns, rows| Block::Table { caption: "", columns, rows };
    let of_attacks = vec![Text("attack"), Text("began"), Text("source")];
    let of_software = vec![Text("software"), Number("other users"), Text("source")];
    let of_techniques =
        vec![Text("technique"), Text("name"), Number("other users"), Text("source")];
    let about = (!actor.about.is_empty()).then(|| Block::Paragraph(actor.about.clone()));
    Section::new("actor", format!("{} ({})", actor.name, actor.id))
        .and(about)
        .with(Block::Terms(terms))
        .with(table(of_attacks, attacks.collect()))
        .with(table(of_software, software.collect()))
        .with(table(of_techniques, techniques.collect()))
}

/// The first source, and the number of further ones.
fn first_cited(sources: &[CitedSource]) -> Cell {
    let Some(first) = sources.first() else { return words("") };
    let source = shown(&cited(first), NAME);
    words(match sources.len() - 1 {
        0 => source,
        further => format!("{source} (+{further})"),
    })
}
