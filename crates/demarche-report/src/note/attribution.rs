//! Who did it, as far as the shared facts say so.
//!
//! The section is always there, so that its absence tells nothing; what it says comes from a judgement that was made
//! on the shared facts alone.

use demarche_case::assessment::attribution::AttributionFindings;

use crate::attribution::{how_sure, likelihood, withheld};

use super::Writer;
use crate::document::Block;

/// The sentence of a note where no answer is more probable than not.
pub(crate) const NOBODY: &str =
    "The facts that are shared do not tell who did it, and this note names nobody.";

/// Below this probability a note names nobody: an answer that is rather wrong than right accuses for nothing.
pub(crate) const NAMED_FROM: f64 = 0.5;

/// The likelihood of the leader, where it is more probable than not.
pub(crate) fn told(findings: &AttributionFindings) -> Option<String> {
    let is_withheld = findings.withheld.is_some();
    let chance = findings.as_reported.chance(findings.leads.as_ref()?).estimate.get();
    (!is_withheld && chance >= NAMED_FROM).then(|| likelihood(findings)).flatten()
}

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
        let Some(sentence) = told(findings) else {
            return vec![Block::Paragraph(NOBODY.to_owned()), Block::Paragraph(basis.to_owned())];
        };
        // A likelihood and a confidence never stand in one sentence, and here not even in one paragraph. Rivals, and what
        // the judgement would be if evidence was planted, are in the sender's own copy.
        vec![
            Block::Paragraph(sentence),
            Block::Paragraph(how_sure(&findings.confidence, "this judgement")),
            Block::Paragraph(basis.to_owned()),
        ]
    }
}
