//! The frame of the letter: who writes to whom, with which courtesy, and who answers questions.

use demarche_case::{Recipient, Role};

use crate::addressee::sender;
use crate::words::{in_text, listed, with_article};

use super::{Writer, capitalised, in_text_of, name, named_with_contact};
use crate::document::Block;

/// The names in a letterhead, in their order.
pub(crate) const TERMS: [&str; 7] =
    ["Reference", "From", "To", "Date", "Answer", "Marking", "Contact"];

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
        let organisation = name(&sender(&self.released.case));
        let from = match self.released.case.sender() {
            Some(state) if !organisation.contains(state.label()) => {
                format!("{organisation}, {}", state.label())
            }
            _ => organisation,
        };
        let values = [
            self.reference(),
            from,
            self.receiver(),
            "to be entered when the note is sent".to_owned(),
            format!("a first answer is asked for {}", self.answer_by()),
            format!("{}, {}", self.marking, self.marking.allows()),
            name(&owner.contact),
        ];
        Block::Terms(TERMS.into_iter().zip(values).collect())
    }

    /// The addressee in the letterhead; its CERT or its law enforcement by name and contact where the case has them.
    fn receiver(&self) -> String {
        let named = |role: Role| -> Vec<String> {
            let parties = self.released.case.parties_as(role);
            let parties = parties.filter(|party| party.country == Some(self.addressee));
            parties.map(named_with_contact).collect()
        };
        let state = in_text(self.addressee);
        match self.to {
            Recipient::Cert(_) => match named(Role::Cert) {
                certs if certs.is_empty() => format!("The national CERT of {state}"),
                certs => format!("{}, as the national CERT of {state}", listed(&certs, "and")),
            },
            Recipient::State(_) => {
                let authorities = format!("The competent authorities of {state}");
                // An accused state does not learn whom the sender knows in its police.
                let is_accused = self.released.case.accuses(self.addressee);
                let police = if is_accused { Vec::new() } else { named(Role::LawEnforcement) };
                match police {
                    police if police.is_empty() => authorities,
                    police => format!("{authorities}, among them {}", listed(&police, "and")),
                }
            }
        }
    }

    /// The sender within a sentence, `the Ministry of Foreign Affairs` and `Sony Pictures`.
    pub(crate) fn sender(&self) -> String {
        with_article(name(&sender(&self.released.case)))
    }

    /// The sender at the start of a sentence.
    pub(crate) fn sender_first(&self) -> String {
        capitalised(&self.sender())
    }

    pub(crate) fn greeting(&self) -> Vec<Block> {
        let (sender, to) = (self.sender_first(), in_text_of(self.to));
        let (preserve, answer) = (self.preserve_by(), self.answer_by());
        let greeting = match self.to {
            Recipient::Cert(_) => format!(
                "{sender} greets {to} and asks for its help with machines and networks in its constituency. \
                 This note is technical: it lists what was seen, and what to look for."
            ),
            Recipient::State(_) => format!(
                "{sender} presents its compliments to the competent authorities of {to}. \
                 It asks for their help in the matter set out below."
            ),
        };
        let is_to_preserve = self.asks_to_preserve();
        let asks = match self.to {
            Recipient::Cert(_) if is_to_preserve => {
                format!(
                    "It asks that traces be preserved {preserve}, and for a first answer {answer}."
                )
            }
            Recipient::State(_) if is_to_preserve => {
                format!(
                    "It asks that records be preserved {preserve}, and for a first answer {answer}."
                )
            }
            Recipient::State(_) | Recipient::Cert(_) => {
                format!("It asks for a first answer {answer}.")
            }
        };
        vec![Block::Paragraph(format!("{greeting} {asks}"))]
    }

    pub(crate) fn contact(&self) -> Vec<Block> {
        let contact = name(&self.released.case.owner.contact);
        let mut text = format!(
            "Answers and questions, also on what may be passed on, reach {} at: {contact}. Please quote the reference of this note.",
            self.sender()
        );
        if matches!(self.to, Recipient::State(_)) && !self.released.case.accuses(self.addressee) {
            text.push_str(" Technical questions can be settled directly between the CERTs.");
        }
        vec![Block::Heading("Point of contact".to_owned()), Block::Paragraph(text)]
    }
}
