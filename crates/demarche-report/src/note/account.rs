//! What happened: the account for a state, the sightings for a CERT, and the facts by number.

use demarche_case::{Body, ClaimKind, Evidence, Recipient};

use crate::date::{date, date_if_known};
use crate::item::{kind, quantity, source};
use crate::text::{PROSE, shown, words_of_an_item};
use crate::words::listed;

use super::{Writer, capitalised, name};
use crate::document::Block;

impl Writer<'_> {
    pub(crate) fn what_happened(&self) -> Vec<Block> {
        let case = &self.released.case;
        let mut blocks = vec![Block::Heading("What happened".to_owned())];
        if self.released.shows_case {
            blocks.push(Block::Paragraph(format!(
                "{}.",
                shown(&case.title, PROSE).trim_end_matches('.')
            )));
            blocks.push(Block::Paragraph(shown(&case.summary, PROSE)));
        } else {
            blocks.push(Block::Paragraph(
                "The matter is an attack on computer networks, as far as it is set out here."
                    .to_owned(),
            ));
        }
        let events = case.events.iter().map(|event| {
            let from = event.source.as_ref();
            let from = from.map(|from| format!(" ({})", source(from))).unwrap_or_default();
            format!("{}: {}{from}", date(event.date), shown(&event.text, PROSE))
        });
        blocks.extend(list_of(events.collect()));
        let harm = case.effects.iter().map(|effect| {
            let number = effect.quantity.as_ref();
            let number = number.map(|number| format!(" ({})", quantity(number)));
            let text = shown(&effect.text, PROSE);
            format!("{}{}", text.trim_end_matches('.'), number.unwrap_or_default())
        });
        if let Some(harm) = list_of(harm.collect()) {
            blocks.push(Block::Paragraph("The harm that was done:".to_owned()));
            blocks.push(harm);
        }
        blocks
    }

    /// Statements about the case, denials among them: who is asked should know what was said, and by whom.
    pub(crate) fn what_was_said(&self) -> Vec<Block> {
        let case = &self.released.case;
        let said = case.claims.iter().filter(|_| self.released.shows_case).map(|claim| {
            let description = match claim.kind {
                ClaimKind::Responsibility => "claim of responsibility",
                ClaimKind::Attribution => "attribution",
                ClaimKind::Denial => "denial",
                ClaimKind::Statement => "statement",
            };
            let by = case.party(&claim.by).map_or("somebody", |party| party.name.as_str());
            format!(
                "{}, {}, {description}: {} ({})",
                capitalised(&date_if_known(claim.date)),
                name(by),
                shown(&claim.text, PROSE),
                source(&claim.source)
            )
        });
        list_of(said.collect()).map_or_else(Vec::new, |said| {
            vec![Block::Heading("What has been said about it".to_owned()), said]
        })
    }

    /// For a CERT: which case, since when, and where the traces are listed. Who did it is no part of it.
    pub(crate) fn what_was_seen(&self) -> Vec<Block> {
        let case = &self.released.case;
        let mut sentences = Vec::new();
        if self.released.shows_case {
            sentences.push(format!("{}.", shown(&case.title, PROSE).trim_end_matches('.')));
        } else {
            sentences.push("The matter is an attack on computer networks.".to_owned());
        }
        sentences.extend(case.began.map(|began| format!("It began: {}.", date(began))));
        sentences
            .extend(case.detected.map(|noticed| format!("It was noticed: {}.", date(noticed))));
        sentences.push(
            "What was seen is listed below by number; addresses and hashes are in annex A."
                .to_owned(),
        );
        vec![Block::Heading("What was seen".to_owned()), Block::Paragraph(sentences.join(" "))]
    }

    /// Everything that may be known, with date, source and grade.
    pub(crate) fn facts(&self) -> Vec<Block> {
        let is_fact = |item: &&Evidence| match self.to {
            Recipient::State(_) => true,
            Recipient::Cert(_) => !matches!(item.body, Body::RouteData(_)),
        };
        let items: Vec<&Evidence> = self.released.case.evidence.iter().filter(is_fact).collect();
        let numbered = (1..).zip(items.iter().copied());
        let exposing: Vec<(usize, &Evidence)> =
            numbered.filter(|(_, item)| !item.weighing.exposes.is_empty()).collect();
        let facts: Vec<String> = items.iter().map(|item| fact(item, &exposing)).collect();
        if facts.is_empty() {
            return Vec::new();
        }
        let heading = match self.to {
            Recipient::State(_) => "The facts that are shared",
            Recipient::Cert(_) => "What was seen, by number",
        };
        vec![
            Block::Heading(heading.to_owned()),
            Block::Paragraph(
                "Each has its date, its source, and two grades that are kept apart: how reliable the source is, and how credible what it says."
                    .to_owned(),
            ),
            Block::Numbered(facts),
        ]
    }

    pub(crate) fn caveats(&self) -> Vec<Block> {
        let caveats = self.routes().map(|findings| &findings.caveats);
        let caveats = caveats.into_iter().flatten().map(crate::words::routes::caveat_text);
        list_of(caveats.collect()).map_or_else(Vec::new, |caveats| {
            vec![Block::Heading("What the data cannot know".to_owned()), caveats]
        })
    }
}

/// The points as a list; none where there are none.
fn list_of(points: Vec<String>) -> Option<Block> {
    (!points.is_empty()).then_some(Block::List(points))
}

/// One item of those that are shared, with the numbers of those that show it to be planted.
fn fact(item: &Evidence, exposing: &[(usize, &Evidence)]) -> String {
    let exposing = exposing.iter().filter(|(_, other)| other.weighing.exposes.contains(&item.id));
    let numbers: Vec<String> = exposing.map(|(number, _)| number.to_string()).collect();
    let planted = match numbers.as_slice() {
        [] => String::new(),
        [number] => format!(" Number {number} shows it to be planted."),
        _ => format!(" Numbers {} show it to be planted.", listed(&numbers, "and")),
    };
    format!(
        "{}: {} {} ({}). Source: {}. Grade {}: {}. {}.{planted}",
        shown(&item.title, PROSE).trim_end_matches('.'),
        sentence(&words_of_an_item(&item.says)),
        capitalised(&date_if_known(item.observed)),
        match &item.body {
            Body::Technique(technique) => format!("technique {}", technique.technique),
            _ => kind(item),
        },
        source(&item.source),
        item.grade,
        item.grade.words(),
        item.tlp
    )
}

/// The text with a full stop where it ends without a sign of its own.
fn sentence(text: &str) -> String {
    let is_closed = text.is_empty() || text.ends_with(['.', '!', '?', '…', '”', '"', ':', ';']);
    if is_closed { text.to_owned() } else { format!("{text}.") }
}
