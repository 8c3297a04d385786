//! Who did it, as far as the shared facts say so.
//!
//! The section is always there, so that its absence tells nothing; what it says comes from a judgement that was made
//! on the shared facts alone.

use demarche_case::assessment::attribution::{AttributionFindings, Leads};

use crate::attribution::{how_sure, likelihood, withheld};
use crate::words::names_listed;

use super::Writer;
use crate::document::Block;

/// The sentence of a note where no answer is more probable than not.
pub(crate) const NOBODY: &str =
    "The facts that are shared do not tell who did it, and this note names nobody.";

/// The same in a note that tells what others said of it.
pub(crate) const NOBODY_BUT_SAID: &str = "The facts that are shared do not tell who did it. What has been said of it stands above, and this note adds nobody.";

/// Below this probability a note names nobody: an answer that is rather wrong than right accuses for nothing.
pub(crate) const NAMED_FROM: f64 = 0.5;

/// The likelihood of the leader, where it is more probable than not.
pub(crate) fn told(findings: &AttributionFindings) -> Option<String> {
    let is_withheld = findings.withheld.is_some();
    let chance = findings.as_reported.chance(findings.leads.as_ref()?).estimate.get();
    (!is_withheld && chance >= NAMED_FROM).then(|| likelihood(findings)).flatten()
}

impl Writer<'_> {
    /// The leader whom the note names, with the judgement; `None` where it names nobody.
    pub(crate) fn named_in_judgement(&self) -> Option<(&Leads, &AttributionFindings)> {
        let findings = self.released.attribution.as_ref()?;
        told(findings)?;
        Some((findings.leads.as_ref()?, findings))
    }

    /// That nobody is named; where the note asks for an inquiry into somebody, it says so.
    fn nobody(&self) -> String {
        let is_said = self.released.shows_case && !self.released.case.claims.is_empty();
        match self.inquired_into() {
            Some(inquiry) => format!("The facts that are shared do not tell who did it. {inquiry}"),
            None if is_said => NOBODY_BUT_SAID.to_owned(),
            None => NOBODY.to_owned(),
        }
    }

    /// That an inquiry into private parties accuses nobody; none where the note asks for no such inquiry.
    fn inquired_into(&self) -> Option<String> {
        let suspects = self.suspects_here();
        (!suspects.is_empty()).then(|| {
            format!(
                "This note asks for an inquiry into {}, and does not say that anybody did it.",
                names_listed(&suspects)
            )
        })
    }

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
            let mut sentences = withheld(none, findings);
            sentences.extend(self.inquired_into());
            return vec![Block::Paragraph(sentences.join(" ")), Block::Paragraph(basis.to_owned())];
        }
        let Some(sentence) = told(findings) else {
            return vec![Block::Paragraph(self.nobody()), Block::Paragraph(basis.to_owned())];
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
