//! The answer about earlier attacks.

use demarche_case::assessment::precedents::{
    ActShare, Circle, ConcessionRow, DyadFindings, PrecedentFindings, Rate, RateBy, RateTable,
    RepositoryFindings, SimilarAttack, UNCODED_BEFORE,
};

use crate::document::Column::{Number, Text};
use crate::document::{Block, Cell, Section, words};
use crate::number::{count, percent};
use crate::precedents::{
    circle_word, concession_word, interval_words, of_words, precedents_answer,
};
use crate::response::precedent_caveat;
use crate::text::{NAME, shown};

/// Types of response that are listed; the page and the JSON have all.
const TYPES: usize = 6;

/// The acts of states and public responses after similar attacks.
#[must_use]
pub fn options_precedents(findings: &PrecedentFindings) -> Vec<Section> {
    let answer = Block::Answer(precedents_answer(findings));
    let mut sections = vec![Section::new("after-similar", "").with(answer)];
    if let Some(dyads) = &findings.dyads {
        sections.extend(of_dyads(dyads, findings));
    }
    sections.extend(findings.repository.iter().map(repository));
    let caveats = Block::List(findings.caveats.iter().map(precedent_caveat).collect());
    sections.push(Section::new("precedent-caveats", "Limits of these numbers").with(caveats));
    sections
}

fn of_dyads(dyads: &DyadFindings, findings: &PrecedentFindings) -> Vec<Section> {
    let mut sections = Vec::new();
    if !dyads.acts.is_empty() {
        let title =
            format!("Acts of states within a month of an attack ({})", dyads.editions.join(", "));
        sections.push(
            Section::new("acts", title)
                .with(acts(dyads))
                .with(Block::Note(escalation(dyads, findings))),
        );
    }
    if !dyads.concessions.is_empty() {
        let rows = dyads.concessions.iter().map(concession).collect();
        let columns = vec![
            Text("attacks"),
            Number("concessions"),
            Number("share"),
            Number("95 %"),
            Number("objective achieved"),
        ];
        let table = Block::Table { caption: "", columns, rows };
        sections.push(Section::new("concessions", "Concessions of attacked states").with(table));
    }
    if !dyads.similar.is_empty() {
        let rows = dyads.similar.iter().map(similar).collect();
        let columns = vec![
            Number("year"),
            Text("attack"),
            Text("by"),
            Text("on"),
            Number("severity"),
            Text("acts of the attacked state"),
        ];
        let table = Block::Table { caption: "", columns, rows };
        sections.push(Section::new("similar", "The most similar attacks").with(table));
    }
    sections
}

fn acts(dyads: &DyadFindings) -> Block {
    let row = |share: &ActShare| {
        let counted = |group: Circle| {
            let circle = dyads.circles.iter().find(|circle| circle.group == group)?;
            circle.acts.iter().find(|counted| counted.act == share.act)
        };
        let done = |group| {
            words(counted(group).map_or_else(String::new, |counted| of_words(&counted.done)))
        };
        let own = counted(Circle::All).and_then(|counted| counted.by_initiator?.share());
        vec![
            words(share.act.word()),
            words(percent(share.share)),
            words(format!("{} to {}", percent(share.range[0]), percent(share.range[1]))),
            done(Circle::All),
            done(Circle::OnResponding),
            done(Circle::ByInitiator),
            done(Circle::Between),
            words(own.map_or_else(|| "–".to_owned(), percent)),
        ]
    };
    let columns = vec![
        Text("act"),
        Number("expected"),
        Number("nine in ten"),
        Number("all attacks"),
        Number("on the responding state"),
        Number("by the initiator"),
        Number("between the two"),
        Number("attackers’ own"),
    ];
    Block::Table { caption: "", columns, rows: dyads.acts.iter().map(row).collect() }
}

fn escalation(dyads: &DyadFindings, findings: &PrecedentFindings) -> String {
    let scores = dyads.circles.iter().filter_map(|circle| {
        let (answer, attacker) = circle.escalation.zip(circle.initiators_escalation)?;
        let group = circle_word(circle.group, &findings.question);
        Some(format!("{group} {answer:.2} ({attacker:.2})"))
    });
    let scores: Vec<String> = scores.collect();
    format!("Mean score of escalation, the attackers’ own in brackets: {}.", scores.join(", "))
}

fn concession(row: &ConcessionRow) -> Vec<Cell> {
    let name = concession_word(row.group);
    vec![
        words(if row.is_asked { format!("{name} (asked)") } else { name }),
        words(of_words(&row.conceded)),
        words(share(&row.conceded)),
        words(interval_words(&row.conceded)),
        words(share(&row.achieved)),
    ]
}

fn similar(attack: &SimilarAttack) -> Vec<Cell> {
    let mut acts = attack.acts.as_ref().map_or_else(
        || "not coded".to_owned(),
        |acts| match acts.as_slice() {
            [] => "none of the coded acts".to_owned(),
            acts => acts.iter().map(|act| act.word()).collect::<Vec<_>>().join(", "),
        },
    );
    if attack.conceded == Some(true) {
        acts.push_str("; a concession");
    }
    vec![
        words(attack.year.to_string()),
        words(shown(&attack.name, NAME / 2)),
        words(attack.initiator.to_string()),
        words(attack.responding.to_string()),
        words(attack.severity.map_or_else(|| "–".to_owned(), |severity| severity.to_string())),
        words(acts),
    ]
}

fn repository(copy: &RepositoryFindings) -> Section {
    let title = format!("Public responses in {} ({})", copy.copy.word(), copy.editions.join(", "));
    let mut section = Section::new("public", title);
    if copy.uncoded > 0 {
        section.blocks.push(Block::Paragraph(format!(
            "{} of {} incidents began before {UNCODED_BEFORE} or at an unknown time. No response there means \"not coded\", not \"none\".",
            count(copy.uncoded),
            count(copy.incidents)
        )));
    }
    let expected = copy.expected.iter().map(|rate| {
        let base = if rate.is_base_rate { ", the base rate" } else { "" };
        format!(
            "Expected, {}: {} ({}), {} from {} on{base}.",
            rate.response.word(),
            share(&rate.rate),
            interval_words(&rate.rate),
            of_words(&rate.rate),
            rate.from
        )
    });
    section.blocks.push(Block::List(expected.collect()));
    // Shares of incidents that nobody coded would only mislead; the JSON has them.
    if !copy.expected.is_empty() {
        let is_shown = |table: &&RateTable| match table.by {
            RateBy::Intensity => table.from.is_some(),
            RateBy::InitiatorAndIntensity => false,
            RateBy::Initiator | RateBy::Country | RateBy::Era | RateBy::GovernmentAttribution => {
                true
            }
        };
        section.blocks.extend(copy.tables.iter().filter(is_shown).flat_map(rates));
        for types in &copy.types {
            section.blocks.push(Block::Heading(format!("By type, all years: {}", types.of.word())));
            let types = types.types.iter().take(TYPES);
            let row =
                types.map(|kind| vec![words(count(kind.count)), words(shown(&kind.name, NAME))]);
            let columns = vec![Number("incidents"), Text("type")];
            section.blocks.push(Block::Table { caption: "", columns, rows: row.collect() });
        }
    }
    section.and(delays(copy))
}

fn rates(table: &RateTable) -> [Block; 2] {
    let years = table.from.map_or_else(|| "all years".to_owned(), |from| format!("from {from} on"));
    let rows = table.rows.iter().map(|row| {
        let name = row.group.join(", ");
        vec![
            words(if row.is_asked { format!("{name} (asked)") } else { name }),
            words(count(row.any.all)),
            words(if row.uncoded > 0 { count(row.uncoded) } else { "–".to_owned() }),
            words(share(&row.political)),
            words(interval_words(&row.political)),
            words(share(&row.legal)),
            words(interval_words(&row.legal)),
            words(share(&row.any)),
        ]
    });
    let columns = vec![
        Text("group"),
        Number("incidents"),
        Number("not coded"),
        Number("political"),
        Number("95 %"),
        Number("legal"),
        Number("95 %"),
        Number("any"),
    ];
    [
        Block::Heading(format!("By {}, {years}", table.by.word())),
        Block::Table { caption: "", columns, rows: rows.collect() },
    ]
}

fn delays(copy: &RepositoryFindings) -> Vec<Block> {
    if copy.delays.is_empty() {
        return Vec::new();
    }
    let rows = copy.delays.iter().map(|delay| {
        let quantiles = delay.days.map(|days| days.map(|days| format!("{days:.0}")));
        let quantiles = quantiles.unwrap_or([const { String::new() }; 4]).map(words);
        let start = [words(delay.of.word()), words(count(delay.counted))];
        start.into_iter().chain(quantiles).collect()
    });
    let columns = vec![
        Text("days until"),
        Number("counted"),
        Number("25 %"),
        Number("50 %"),
        Number("75 %"),
        Number("90 %"),
    ];
    vec![
        Block::Heading("Delays".to_owned()),
        Block::Table { caption: "", columns, rows: rows.collect() },
    ]
}

fn share(rate: &Rate) -> String {
    rate.share().map_or_else(|| "–".to_owned(), percent)
}
