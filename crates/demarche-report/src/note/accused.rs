//! The note to a state that is said to be responsible, or to shelter those who are: a protest, a call to cease, or a
//! question; never an offer, an indicator or a request for help.

use demarche_case::assessment::Assessment;
use demarche_case::{AccusedNote, Recipient, Released, Role, Tlp};

use crate::document::Block;
use crate::words::{in_text, listed};

use super::ask::Ask;
use super::letter::with_article;
use super::{Letter, NoNote, Note, Writer, in_text_of, name, written};

/// Writes the note to an accused state from what is published of the case.
pub(crate) fn note(assessment: &Assessment, mut released: Released) -> Note {
    let chosen = assessment.case.request.accused;
    let refused = refused(&released, chosen);
    only_published(&mut released);
    let writer = Writer::new(&released);
    let to = in_text(released.to.country());
    let title = match chosen {
        AccusedNote::Protest => format!("Protest to {to}"),
        AccusedNote::Cease => format!("Call on {to} to cease"),
        AccusedNote::Question => format!("Question to {to}"),
        AccusedNote::Nothing => format!("No note to {to}"),
    };
    let blocks = if refused.is_some() { Vec::new() } else { writer.accusation(chosen) };
    let letter = Letter { title, blocks, annexes: Vec::new(), refused };
    written(assessment, &released, &writer, letter)
}

fn refused(released: &Released, chosen: AccusedNote) -> Option<NoNote> {
    match (released.to, chosen) {
        (Recipient::Cert(_), _) => Some(NoNote::Traces),
        (_, AccusedNote::Nothing) => Some(NoNote::Chosen),
        _ if !released.shows_case => Some(NoNote::NotShareable),
        _ => None,
    }
}

/// Leaves only what is published: evidence, routes and judgements are for those who help.
fn only_published(released: &mut Released) {
    let case = &mut released.case;
    case.evidence.clear();
    case.events.retain(|event| event.tlp == Tlp::Clear);
    case.effects.retain(|effect| effect.tlp == Tlp::Clear);
    case.claims.clear();
    case.hypotheses.clear();
    released.routes = None;
    released.attribution = None;
    released.inputs.clear();
}

impl Writer<'_> {
    fn accusation(&self, chosen: AccusedNote) -> Vec<Block> {
        let (sender, to) = (self.sender_first(), in_text_of(self.to));
        let mut blocks = vec![self.letterhead()];
        let opening = match chosen {
            AccusedNote::Protest | AccusedNote::Nothing => {
                "protests against the matter set out below"
            }
            AccusedNote::Cease => "calls for an end of the matter set out below",
            AccusedNote::Question => "asks for its account of the matter set out below",
        };
        blocks.push(Block::Paragraph(format!(
            "{sender} presents its compliments to the competent authorities of {to}. It {opening}."
        )));
        blocks.extend(self.what_happened());
        if chosen != AccusedNote::Question {
            blocks.push(Block::Heading("Who is held to have done it".to_owned()));
            blocks.push(Block::Paragraph(self.held_to_be_responsible()));
            blocks.extend(self.norms());
        }
        let asks = match chosen {
            AccusedNote::Question => vec![Ask::new(
                "to say what it knows of the matter, and what it has done about it",
                "A statement in writing.",
                self.answer_by(),
            )],
            AccusedNote::Cease => self.of_the_accused().into_iter().take(1).collect(),
            AccusedNote::Protest | AccusedNote::Nothing => self.of_the_accused(),
        };
        blocks.push(Block::Heading("What is asked, and by when".to_owned()));
        blocks.push(Block::Numbered(asks.iter().map(Ask::line).collect()));
        blocks.extend(self.contact());
        blocks
    }

    /// The accusation in one sentence, without a figure.
    fn held_to_be_responsible(&self) -> String {
        let held = |names: &[String], words: &str| {
            let are = if names.len() == 1 { "is" } else { "are" };
            format!("{} holds that {} {are} {words}.", self.sender_first(), listed(names, "and"))
        };
        let responsible = self.named_as(Role::ResponsibleAlleged);
        if responsible.is_empty() {
            held(&self.named_as(Role::ShelterAlleged), "sheltering those who did it")
        } else {
            held(&responsible, "responsible for it")
        }
    }

    /// The parties of the addressee in a role, by name.
    fn named_as(&self, role: Role) -> Vec<String> {
        let parties = self.released.case.parties_as(role);
        let parties = parties.filter(|party| party.country == Some(self.addressee));
        parties.map(|party| with_article(name(&party.name))).collect()
    }

    /// Is the addressee said to shelter those who did it, and not to be responsible itself?
    pub(crate) fn only_shelters(&self) -> bool {
        self.named_as(Role::ResponsibleAlleged).is_empty()
            && !self.named_as(Role::ShelterAlleged).is_empty()
    }

    fn of_the_accused(&self) -> Vec<Ask> {
        if self.only_shelters() { self.of_the_sheltering() } else { self.of_the_responsible() }
    }

    fn of_the_responsible(&self) -> Vec<Ask> {
        let answer = self.answer_by();
        vec![
            Ask::new(
                "to end the operation, if it goes on, and to have the records kept that bear on it",
                "An instruction to those on its territory or in its service who take part, and a word that it was given.",
                "on receipt",
            ),
            Ask::new(
                "to investigate the facts above, and to hold to account under its law those on its territory who took part",
                "A first answer to the facts is enough to begin with, also where they are disputed.",
                answer.clone(),
            ),
            Ask::new(
                "to give assurance that it is not repeated, and to say how it would make good the harm so far as it is answerable for it",
                "A statement in writing; the form of reparation can be settled in talks.",
                answer,
            ),
        ]
    }

    fn of_the_sheltering(&self) -> Vec<Ask> {
        let answer = self.answer_by();
        vec![
            Ask::new(
                "to end the use of its territory for the attack, if it goes on, and to have the records kept that bear on it",
                "What its authorities can do once they know of it, and a word on what was done.",
                "on receipt",
            ),
            Ask::new(
                "to investigate those on its territory who took part, and to prosecute or to extradite them as its law and treaties allow",
                "A first answer is enough to begin with, also where the facts are disputed.",
                answer.clone(),
            ),
            Ask::new(
                "to say what it does so that its territory is not used so again",
                "A statement in writing.",
                answer,
            ),
        ]
    }
}
