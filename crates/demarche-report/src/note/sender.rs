//! The sender's copy: what was withheld from a note and why, and what to read before it is sent.

use demarche_case::Recipient;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::AttributionFindings;

use crate::addressee::addressees;
use crate::attribution::likelihood;
use crate::page::Column;

use super::{WithheldItem, in_text_of};
use crate::paper::{Block, Cell, to_markdown, words};

/// A warning where the judgement on the shared part names somebody else than that on the whole.
///
/// The note itself cannot tell: what is withheld must not change it. Whether it is sent is for the sender to decide.
fn names_somebody_else(whole: &Assessment, shared: &Assessment) -> Option<String> {
    let (whole, shared) = (whole.attribution.as_ref()?, shared.attribution.as_ref()?);
    let state = |found: &AttributionFindings| found.as_reported.states.first().map(|one| one.state);
    let first = |found: &AttributionFindings| {
        let ranked = found.as_reported.ranking.first()?;
        Some(ranked.hypothesis.clone())
    };
    if state(whole) == state(shared) && first(whole) == first(shared) {
        return None;
    }
    let said = |found: &AttributionFindings| {
        likelihood(found, &found.as_reported).filter(|_| found.withheld.is_none())
    };
    let unsaid = || "no probability is said.".to_owned();
    Some(format!(
        "READ THIS BEFORE SENDING. Without what is withheld the judgement is another: the note says: {} The assessment says: {}",
        said(shared).unwrap_or_else(unsaid),
        said(whole).unwrap_or_else(unsaid),
    ))
}

/// Is there a reason to ask the addressee, and may it know none?
pub(crate) fn is_reason_withheld(whole: &Assessment, shared: &Assessment, to: Recipient) -> bool {
    let is_asked = |of: &Assessment| addressees(of).iter().any(|one| one.to == to);
    is_asked(whole) && !is_asked(shared)
}

/// The list for the sender: what is missing from the note, and what would change that.
pub(crate) fn sender_markdown(
    assessment: &Assessment,
    shared: &Assessment,
    to: Recipient,
    withheld: &[WithheldItem],
    is_reason_withheld: bool,
) -> String {
    let mark =
        format!("**{}** – for the sender only, never part of the note", assessment.marking());
    let rows: Vec<Vec<Cell>> = withheld
        .iter()
        .map(|item| {
            vec![
                words(item.what.clone()),
                words(item.because.marking.to_string()),
                words(item.because.reason.to_string()),
                words(item.because.reason.remedy()),
            ]
        })
        .collect();
    let mut blocks = Vec::new();
    blocks.extend(names_somebody_else(assessment, shared).map(Block::Paragraph));
    if is_reason_withheld {
        blocks.push(Block::Paragraph("READ THIS BEFORE SENDING. Every reason to ask this addressee is withheld from it: that the note arrives at all tells it that something which it may not know concerns it.".to_owned()));
    }
    if withheld.is_empty() {
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
