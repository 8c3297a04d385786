//! The sender's copy: what was withheld from a note and why, and what to read before it is sent.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::released::{RoutesRestOn, WithheldItem, WithheldPart};
use demarche_case::{Case, DoubtfulLink, Recipient, Released};

use crate::addressee::{Addressee, addressees, asked};
use crate::attribution::likelihood;
use crate::date::date;
use crate::document::{Block, Cell, Column, words};
use crate::text::{NAME, PROSE, shown};
use crate::writers::to_markdown;

use super::in_text_of;

/// A warning where the judgement on the shared part names somebody else than that on the whole.
///
/// The note itself cannot tell: what is withheld must not change it. Whether it is sent is for the sender to decide.
fn names_somebody_else(whole: &Assessment, shared: &Released) -> Option<String> {
    let (whole, shared) = (whole.attribution.as_ref()?, shared.attribution.as_ref()?);
    let first = |found: &AttributionFindings| {
        let ranked = found.as_reported.ranking.first()?;
        found.leads.as_ref().map(|leads| (leads.clone(), ranked.hypothesis.clone()))
    };
    if first(whole) == first(shared) {
        return None;
    }
    let said = |found: &AttributionFindings| likelihood(found).filter(|_| found.withheld.is_none());
    let unsaid = || "nobody is named.".to_owned();
    Some(format!(
        "READ THIS BEFORE SENDING. Without what is withheld the judgement is another: the note says: {} The assessment says: {}",
        said(shared).unwrap_or_else(unsaid),
        said(whole).unwrap_or_else(unsaid),
    ))
}

/// Returns true if there is a reason to ask the addressee, and the addressee may know none of them.
pub(crate) fn is_reason_withheld(whole: &Assessment, released: &Released) -> bool {
    let is_asked = |addressees: Vec<Addressee>| addressees.iter().any(|one| one.to == released.to);
    is_asked(addressees(whole)) && !is_asked(asked(&released.case, released.routes.as_ref()))
}

/// Returns a withheld part in the sender's words.
fn in_words(part: &WithheldPart, whole: &Case) -> String {
    let prose = |text: &str| shown(text, PROSE);
    match part {
        WithheldPart::Evidence(id) => {
            let title = whole.evidence(id).map_or("", |item| item.title.as_str());
            format!("evidence “{id}”: {}", shown(title, NAME))
        }
        WithheldPart::Event(position) => {
            let event = &whole.events[*position];
            format!("event of {}: {}", date(event.date), prose(&event.text))
        }
        WithheldPart::Effect(position) => {
            format!("effect: {}", prose(&whole.effects[*position].text))
        }
        WithheldPart::Threat(position) => {
            format!("threat: {}", prose(&whole.threats[*position].text))
        }
        WithheldPart::Claim(position) => {
            format!("claim: {}", prose(&whole.claims[*position].text))
        }
        WithheldPart::Hypothesis(position) => {
            format!("hypothesis: {}", prose(&whole.hypotheses[*position].text))
        }
        WithheldPart::Case => {
            "the case as a whole: its name, title, summary, dates and parties".to_owned()
        }
        WithheldPart::Target => "the target whose connectivity is asked about".to_owned(),
        WithheldPart::DoubtfulLink(position) => {
            let DoubtfulLink { left, right, reason, .. } = &whole.routes.doubtful[*position];
            format!("the doubted link between {left} and {right}: {}", prose(reason))
        }
        WithheldPart::Routes(RoutesRestOn::Table(id)) => {
            format!("the routing findings, which rest on the table “{id}”")
        }
        WithheldPart::Routes(RoutesRestOn::Target) => {
            "the routing findings, which are about the target".to_owned()
        }
        WithheldPart::Routes(RoutesRestOn::DoubtfulLink(position)) => {
            let link = &whole.routes.doubtful[*position];
            let (left, right) = (link.left, link.right);
            format!("the routing findings, which leave out the link between {left} and {right}")
        }
        WithheldPart::Index(path) => {
            format!("the comparison of “{}” with known programs", shown(path, NAME))
        }
        WithheldPart::Edition(name) => {
            format!("the edition “{}” of the library", shown(name, NAME))
        }
        WithheldPart::OwnCase(name) => {
            format!("a case of your own in the library, “{}”", shown(name, NAME))
        }
        WithheldPart::Attribution => {
            "who did it: there is no judgement that rests on the shared part alone".to_owned()
        }
    }
}

/// The list for the sender: what is missing from the note, and what would change that.
pub(crate) fn sender_markdown(
    assessment: &Assessment,
    released: &Released,
    is_reason_withheld: bool,
) -> String {
    let to = released.to;
    let mark =
        format!("**{}** – for the sender only, never part of the note", assessment.marking());
    let row = |WithheldItem { part, because }: &WithheldItem| -> Vec<Cell> {
        vec![
            words(in_words(part, &assessment.case)),
            words(because.marking.to_string()),
            words(because.reason.to_string()),
            words(because.reason.remedy()),
        ]
    };
    let rows: Vec<Vec<Cell>> = released.withheld.iter().map(row).collect();
    let mut blocks = Vec::new();
    blocks.extend(names_somebody_else(assessment, released).map(Block::Paragraph));
    if is_reason_withheld {
        blocks.push(Block::Paragraph("READ THIS BEFORE SENDING. Every reason to ask this addressee is withheld from it: that the note arrives at all tells it that something which it may not know concerns it.".to_owned()));
    }
    if rows.is_empty() {
        blocks.push(Block::Paragraph("Nothing was withheld.".to_owned()));
    }
    let why: Vec<String> = addressees(assessment)
        .into_iter()
        .filter(|one| one.to == to)
        .flat_map(|one| one.why)
        .map(|reason| reason.in_words())
        .collect();
    if !why.is_empty() {
        blocks.push(Block::Heading("Why this addressee is asked".to_owned()));
        blocks.push(Block::List(why));
    }
    if let Recipient::Cert(_) = to {
        blocks.push(Block::Paragraph(
            "The note is technical: it leaves out who did it, what was said, what happened besides and what was harmed, whatever the markings allow."
                .to_owned(),
        ));
    }
    let columns =
        ["What", "Marking", "Why it stays", "What would change that"].map(Column::Text).to_vec();
    blocks.push(Block::Table { caption: "Withheld", columns, rows });
    let title = format!("Withheld from {}", in_text_of(to));
    format!("{mark}\n\n{}", to_markdown(&title, &blocks))
}
