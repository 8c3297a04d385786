//! Who did it, as far as the shared facts say so.
//!
//! The section is always there, so that its absence tells nothing; what it says comes from a judgement that was made
//! on the shared facts alone.

use demarche_case::assessment::attribution::{AttributionFindings, Precedent, WeighedItem};

use crate::attribution::{
    alternatives, cited, confidence, leader, likelihood, name, planted, title, weight_for, withheld,
};
use crate::date::date_if_known;
use crate::number::nats;
use crate::text::{NAME, shown};
use crate::words::listed;

use super::Writer;
use crate::document::Block;

/// Facts and previous attacks that a note cites at most; who wants more asks for it.
const MOST: usize = 5;

/// Sources of the record that are cited for one of them.
const SOURCES: usize = 2;

/// The least weight worth a line, in nats.
const LEAST: f64 = 0.05;

impl Writer<'_> {
    pub(crate) fn attribution(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading("Who is held to have done it".to_owned())];
        match &self.released.attribution {
            None => blocks
                .push(Block::Paragraph("This note gives no probability of who did it.".to_owned())),
            Some(findings) => blocks.extend(self.judgement(findings)),
        }
        blocks
    }

    fn judgement(&self, findings: &AttributionFindings) -> Vec<Block> {
        let basis = "This is reckoned from the facts that this note shares and from public or shared records of previous attacks, and from nothing else.";
        if let Some(none) = &findings.withheld {
            let sentences = withheld(none, findings).join(" ");
            return vec![Block::Paragraph(sentences), Block::Paragraph(basis.to_owned())];
        }
        let Some(sentence) = likelihood(findings) else {
            return vec![Block::Paragraph(
                "This note gives no probability of who did it.".to_owned(),
            )];
        };
        let mut blocks = vec![
            Block::Paragraph(sentence),
            // A likelihood and a confidence never stand in one sentence, and here not even in one paragraph.
            Block::Paragraph(confidence(&findings.confidence, "this judgement")),
        ];
        let honest: Vec<String> =
            alternatives(findings).into_iter().chain(planted(findings)).collect();
        if !honest.is_empty() {
            blocks.push(Block::Paragraph(honest.join(" ")));
        }
        blocks.push(Block::Paragraph(basis.to_owned()));
        blocks.extend(self.strongest(findings));
        blocks.extend(precedents(&findings.precedents));
        blocks
    }

    /// The facts that weigh most for the leading hypothesis, and those that weigh most against it.
    fn strongest(&self, findings: &AttributionFindings) -> Vec<Block> {
        let Some((ranked, hypothesis)) = leader(findings, &findings.as_reported) else {
            return Vec::new();
        };
        let column = findings.column(&ranked.hypothesis);
        let weight = |item: &WeighedItem| column.map_or(0.0, |column| weight_for(item, column));
        let mut items: Vec<&WeighedItem> =
            findings.items.iter().filter(|item| weight(item).abs() >= LEAST).collect();
        items.sort_by(|left, right| weight(right).abs().total_cmp(&weight(left).abs()));
        let name = name(hypothesis);
        let (speaking, against): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| weight(item) > 0.0);
        let mut blocks = Vec::new();
        for (items, what) in [(speaking, "for"), (against, "against")] {
            let lines: Vec<String> = items
                .into_iter()
                .filter_map(|item| self.weighed(item, weight(item)))
                .take(MOST)
                .collect();
            if !lines.is_empty() {
                blocks.push(Block::Paragraph(format!(
                    "What speaks most {what} {name}, in nats (0.7 doubles the odds):"
                )));
                blocks.push(Block::List(lines));
            }
        }
        blocks
    }

    /// A fact by its number in this note, with its weight and the sources of the record; nothing for what is not shared.
    fn weighed(&self, item: &WeighedItem, weight: f64) -> Option<String> {
        let case = &self.released.case;
        let place = case.evidence.iter().position(|one| one.id == item.evidence)?;
        let sources = sources(&item.sources);
        let number = place.saturating_add(1);
        Some(format!("Fact {number}, {}: {}.{sources}", title(case, &item.evidence), nats(weight)))
    }
}

fn precedents(precedents: &[Precedent]) -> Vec<Block> {
    let lines: Vec<String> = precedents.iter().take(MOST).map(precedent).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    vec![
        Block::Paragraph(
            "Previous attacks that are tied to this one; who did them is what the sources say:"
                .to_owned(),
        ),
        Block::List(lines),
    ]
}

fn precedent(one: &Precedent) -> String {
    let names: Vec<String> = one.actors.iter().take(3).map(|actor| shown(actor, NAME)).collect();
    let by = if names.is_empty() {
        String::new()
    } else {
        format!(", attributed to {}", listed(&names, "or"))
    };
    let ties: Vec<String> = one.ties.iter().take(3).map(crate::words::attribution::tie).collect();
    let ties = if ties.is_empty() { String::new() } else { format!(": {}", ties.join("; ")) };
    format!(
        "{}, {}{by}{ties}.{}",
        shown(&one.name, NAME),
        date_if_known(one.began),
        sources(&one.sources)
    )
}

/// The sources of the record that a line rests on.
fn sources(sources: &[demarche_case::assessment::attribution::CitedSource]) -> String {
    let sources: Vec<String> = sources.iter().take(SOURCES).map(cited).collect();
    if sources.is_empty() { String::new() } else { format!(" Source: {}.", sources.join("; ")) }
}
