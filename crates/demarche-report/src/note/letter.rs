//! The frame of the letter: who writes to whom, with which courtesy, and who answers questions.

use demarche_case::{Recipient, Role};

use crate::addressee::is_accused;
use crate::text::{NAME, shown};
use crate::words::{in_text, listed};

use super::{Writer, in_text_of};
use crate::document::Block;

impl Writer<'_> {
    /// The name of the case where the addressee may know it; else nothing that follows from it, not even a hash,
    /// which could be guessed and would link the notes of one case.
    pub(crate) fn reference(&self) -> String {
        if !self.released.shows_case {
            return "to be entered by the sender".to_owned();
        }
        format!("{}/{}", self.released.case.id.as_str(), self.to)
    }

    pub(crate) fn letterhead(&self) -> Block {
        let owner = &self.released.case.owner;
        let from = match owner.country {
            Some(country) => format!("{}, {}", shown(&owner.organisation, NAME), country.label()),
            None => shown(&owner.organisation, NAME),
        };
        let row = |name: &'static str, value: String| (name, value);
        Block::Terms(vec![
            row("Reference", self.reference()),
            row("From", from),
            row("To", self.receiver()),
            row("Date", "to be entered when the note is sent".to_owned()),
            row("Answer", format!("a first answer is asked for {}", self.answer_by())),
            row("Marking", format!("{}, {}", self.marking, self.marking.allows())),
            row("Contact", shown(&owner.contact, NAME)),
        ])
    }

    /// The addressee in the letterhead; a CERT by its name and contact where the case has them.
    fn receiver(&self) -> String {
        let Recipient::Cert(country) = self.to else {
            return format!("The competent authorities of {}", in_text(self.addressee));
        };
        let named: Vec<String> = self
            .released
            .case
            .parties_as(Role::Cert)
            .filter(|party| party.country == Some(country))
            .map(|party| {
                let contact = party.contact.as_deref().map(|text| shown(text, NAME));
                let contact = contact.map(|text| format!(" ({text})")).unwrap_or_default();
                format!("{}{contact}", shown(&party.name, NAME))
            })
            .collect();
        if named.is_empty() {
            return format!("The national CERT of {}", in_text(country));
        }
        format!("{}, as the national CERT of {}", listed(&named, "and"), in_text(country))
    }

    pub(crate) fn sender(&self) -> String {
        shown(&self.released.case.owner.organisation, NAME)
    }

    pub(crate) fn greeting(&self) -> Vec<Block> {
        let (sender, to) = (self.sender(), in_text_of(self.to));
        let (preserve, answer) = (self.preserve_by(), self.answer_by());
        let text = match self.to {
            Recipient::Cert(_) => format!(
                "{sender} greets {to} and asks for its help with machines and networks in its constituency. \
                 This note is technical: it lists what was seen, what to preserve, and what to look for. \
                 It asks that traces be preserved {preserve}, and for a first answer {answer}."
            ),
            Recipient::State(_) if self.is_transit() || self.is_host() => format!(
                "{sender} presents its compliments to the competent authorities of {to} and asks for their help in the matter set out below. \
                 It asks that records be preserved {preserve}, and for a first answer {answer}."
            ),
            Recipient::State(_) => format!(
                "{sender} presents its compliments to the competent authorities of {to} and asks for their help in the matter set out below. \
                 It asks for a first answer {answer}."
            ),
        };
        vec![Block::Paragraph(text)]
    }

    pub(crate) fn contact(&self) -> Vec<Block> {
        let contact = shown(&self.released.case.owner.contact, NAME);
        let mut text = format!(
            "Answers and questions, also on what may be passed on, reach {} at: {contact}. Please give the reference of this note.",
            self.sender()
        );
        if matches!(self.to, Recipient::State(_))
            && !is_accused(&self.released.case, self.addressee)
        {
            text.push_str(" Technical questions can be settled directly between the CERTs.");
        }
        vec![Block::Heading("Point of contact".to_owned()), Block::Paragraph(text)]
    }
}
