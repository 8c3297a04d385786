//! The note to a state that is said to be responsible, or to shelter those who are: a protest, a call to cease, or a
//! question; never an offer, an indicator or a request for help.

use demarche_case::assessment::Assessment;
use demarche_case::{AccusedNote, Country, ExposedSettings, Recipient, Released, Role, Tlp};

use crate::addressee::has_role;
use crate::document::Block;
use crate::words::in_text;
use crate::writers::{Dress, DressError};

use super::ask::Ask;
use super::{Letter, NoNote, Note, Writer, in_text_of, written};

/// Writes the note to an accused state from what is published of the case.
pub(crate) fn note(
    assessment: &Assessment,
    mut released: Released,
    dress: &Dress,
) -> Result<Note, DressError> {
    let chosen = assessment.case.request.accused;
    let refused = refused(&released, chosen);
    only_published(&mut released);
    let mut writer = Writer::new(&released);
    writer.is_severed = is_severed(assessment, released.to.country());
    let to = in_text(released.to.country());
    let title = match chosen {
        AccusedNote::Protest => format!("Protest to {to}"),
        AccusedNote::Cease => format!("Call on {to} to cease"),
        AccusedNote::Question => format!("Question to {to}"),
        AccusedNote::Nothing => format!("No note to {to}"),
    };
    let blocks = if refused.is_some() { Vec::new() } else { writer.accusation(chosen) };
    let letter = Letter { title, blocks, annexes: Vec::new(), refused };
    written(assessment, &released, &writer, letter, dress)
}

/// The response, by its short name in the catalogue, after which there is no embassy to hand a note to.
const SEVERED: &str = "sever-relations";

/// Did the sender sever its relations with a state? The state knows it, so the note may rest on it.
pub(crate) fn is_severed(assessment: &Assessment, state: Country) -> bool {
    let with = assessment.response.as_ref().and_then(|found| found.responsible);
    let mut steps = assessment.case.events.iter().flat_map(|event| &event.steps);
    with == Some(state) && steps.any(|step| step == SEVERED)
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
    // Who said what, and how they came in, is no part of an accusation.
    case.events.clear();
    case.effects.retain(|effect| effect.tlp == Tlp::Clear);
    case.claims.clear();
    case.hypotheses.clear();
    released.routes = None;
    released.attribution = None;
    released.exposure = None;
    released.case.exposed = ExposedSettings::default();
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
        blocks.push(Block::Paragraph(if self.is_severed {
            format!(
                "{sender} addresses the competent authorities of {to} through the state that protects its interests there. It {opening}."
            )
        } else {
            format!("{sender} presents its compliments to the competent authorities of {to}. It {opening}.")
        }));
        blocks.extend(self.what_happened());
        blocks.push(Block::Heading("What the sender holds".to_owned()));
        blocks.push(Block::Paragraph(self.held(chosen)));
        if chosen != AccusedNote::Question || self.only_shelters() {
            blocks.extend(self.norms());
        }
        let asks = match chosen {
            AccusedNote::Question => self.questions(),
            AccusedNote::Cease => self.of_the_accused().into_iter().take(1).collect(),
            AccusedNote::Protest | AccusedNote::Nothing => self.of_the_accused(),
        };
        blocks.push(Block::Heading("What is asked, and by when".to_owned()));
        blocks.push(Block::Numbered(asks.iter().map(Ask::line).collect()));
        blocks.extend(self.contact());
        blocks
    }

    /// The accusation in one sentence without a figure, or what a question does not say.
    fn held(&self, chosen: AccusedNote) -> String {
        let (sender, state) = (self.sender_first(), in_text(self.addressee));
        match (self.only_shelters(), chosen) {
            (true, _) => format!(
                "{sender} holds that those who carried out this attack work from the territory of {state}. It does not say that {state} did it."
            ),
            (false, AccusedNote::Question) => format!(
                "{sender} puts a question. With it {sender_lower} does not yet say that {state} did it.",
                sender_lower = self.sender()
            ),
            (false, _) => {
                format!("{sender} holds that actors linked to {state} carried out this attack.")
            }
        }
    }

    fn questions(&self) -> Vec<Ask> {
        let mut asks = vec![Ask::new(
            "to say what it knows of the attack, and what it has done about it",
            "A statement in writing.",
            self.answer_by(),
        )];
        asks.extend(self.only_shelters().then(|| {
            Ask::new(
                "to say what it does about those on its territory who took part",
                "A word on the steps that its law allows, and on those that were taken.",
                self.answer_by(),
            )
        }));
        asks
    }

    /// Is the addressee said to shelter those who did it, and not to be responsible itself?
    pub(crate) fn only_shelters(&self) -> bool {
        let has = |role| has_role(&self.released.case, self.addressee, role);
        !has(Role::ResponsibleAlleged) && has(Role::ShelterAlleged)
    }

    fn of_the_accused(&self) -> Vec<Ask> {
        if self.only_shelters() { self.of_the_sheltering() } else { self.of_the_responsible() }
    }

    fn of_the_responsible(&self) -> Vec<Ask> {
        let answer = self.answer_by();
        vec![
            Ask::new(
                "to end the operation, if it goes on, and to have the records kept that bear on it",
                "An instruction to those who take part, and a word that it was given.",
                "on receipt",
            ),
            Ask::new(
                "to investigate the facts above, and to hold to account under its law those on its territory who took part",
                "A first answer to the facts is enough to begin with, also where they are disputed.",
                answer.clone(),
            ),
            Ask::new(
                "to give assurance that it is not repeated, and to say how it would make good the harm",
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
