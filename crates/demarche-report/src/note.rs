//! The request to one addressee: what it may know, what is asked by when, what that would do and cost.
//!
//! The note is written from what is [`released`](demarche_case::released()), never from the whole assessment.

mod account;
mod accused;
mod annexes;
pub(crate) mod ask;
mod attribution;
mod edited;
mod effect;
mod exposure;
mod letter;
mod networks;
mod norms;
mod offer;
mod sender;
mod why;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::released::WithheldItem;
use demarche_case::{
    AnnexFile, Country, NoteAnnex, Party, Recipient, Released, RequestSettings, Role, Tlp, released,
};

use crate::addressee::{Addressee, Carrier, Reason, asked, is_reason_withheld, networks_in};
use crate::attribution::capitalised;
use crate::date::date;
use crate::number::count;
use crate::text::{PROSE, shown};
use crate::words::in_text;
use crate::words::routes::farthest;

use crate::document::Block;
use crate::writers::{Dress, DressError, Frame, Page};

/// The request to one addressee, and what was kept from it.
#[derive(Clone, Debug)]
pub struct Note {
    /// To whom.
    pub to: Recipient,
    /// The strictest marking of what is in it.
    pub marking: Tlp,
    /// The note as Markdown, for `note-CN.md`.
    pub markdown: String,
    /// The same as one self-contained page, for `note-CN.html`.
    pub html: String,
    /// The same as a document to be edited, for `note-CN.docx`.
    pub docx: Vec<u8>,
    /// Its files by their hash, for the recipient to check, for `note-CN.annex.json`.
    pub annex: NoteAnnex,
    /// What was left out.
    pub withheld: Vec<WithheldItem>,
    /// Is every reason to ask the addressee withheld from it, so that the note's mere arrival tells something?
    pub is_reason_withheld: bool,
    /// Warnings for the sender on what the note says or cannot say, each in a few sentences: that it accuses more
    /// strongly than the assessment does, or that it leaves out a reason to ask.
    pub warnings: Vec<String>,
    /// The parts to release so that the note says why it comes, in a sentence; `None` where it does.
    pub remedy: Option<String>,
    /// The reason why there is no note; the formats are then not to be written, and the sender's list is.
    pub refused: Option<NoNote>,
    /// The list of what was left out and why, for `note-CN.withheld.md`. It is for the sender only.
    pub sender_markdown: String,
}

impl Note {
    /// What the files of a note to somebody begin with, such as `note-CN`.
    #[must_use]
    pub fn stem(to: Recipient) -> String {
        format!("note-{to}")
    }

    /// What the names of a note's files may end in.
    pub const ENDS: [&str; 5] = ["md", "html", "docx", "annex.json", "withheld.md"];
}

/// Writes the request to a state, or the technical note to its national CERT.
///
/// What is asked follows from what the shared part of the assessment says of the state: it carries the target's
/// traffic, hosts the attacker's machines, is alleged to be responsible, or is a partner.
/// The note has no date of its own: it is entered when the note is sent.
///
/// # Panics
///
/// Never: only a template can fail, and there is none.
#[must_use]
pub fn note(assessment: &Assessment, to: impl Into<Recipient>) -> Note {
    note_dressed(assessment, to, &Dress::default()).expect("without a template nothing can fail")
}

/// The same with its page in the sender's dress.
///
/// # Errors
///
/// The template cannot be filled with this note.
pub fn note_dressed(
    assessment: &Assessment,
    to: impl Into<Recipient>,
    dress: &Dress,
) -> Result<Note, DressError> {
    let to = to.into();
    let released = released(assessment, to);
    if assessment.case.accuses(to.country()) {
        return accused::note(assessment, released, dress);
    }
    let writer = Writer::new(&released);
    let refused = released.tells_nothing().then_some(NoNote::NothingToTell);
    let blocks = if refused.is_some() { Vec::new() } else { writer.blocks() };
    let title = match to {
        Recipient::State(_) => format!("Request to {}", in_text_of(to)),
        Recipient::Cert(_) => format!("Technical note to {}", in_text_of(to)),
    };
    let annexes = writer.annexed();
    let letter = Letter { title, blocks, annexes, refused };
    written(assessment, &released, &writer, letter, dress)
}

/// A letter before it is written in each format.
struct Letter {
    title: String,
    blocks: Vec<Block>,
    annexes: Vec<AnnexFile>,
    /// The reason why nothing is written.
    refused: Option<NoNote>,
}

/// A reason why an addressee gets no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoNote {
    /// The markings let nothing of the case go to it.
    NothingToTell,
    /// The accusation may not be shared with it.
    NotShareable,
    /// The case chooses to send it nothing.
    Chosen,
    /// Its CERT gets no traces: they would tell an attacker what was found, and what was not.
    Traces,
}

impl NoNote {
    /// The reason in a sentence.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NothingToTell => {
                "There is no note: the markings let nothing of the case go to this addressee."
            }
            Self::NotShareable => {
                "There is no note: the accusation that the case makes may not be shared with this state. Mark the case CLEAR or GREEN, or release it to that state by “release_to”."
            }
            Self::Chosen => {
                "There is no note: the case chooses to send this state nothing (“accused” under “[request]”)."
            }
            Self::Traces => {
                "There is no note: the CERT of a state said to be responsible, or to shelter those who are, gets no traces."
            }
        }
    }
}

fn written(
    assessment: &Assessment,
    released: &Released,
    writer: &Writer<'_>,
    letter: Letter,
    dress: &Dress,
) -> Result<Note, DressError> {
    let to = released.to;
    let Letter { title, blocks, annexes, refused } = letter;
    let text = crate::writers::to_markdown(&title, &blocks);
    let mark = format!("**{}** – {}", writer.marking, writer.marking.allows());
    let markdown = format!("{mark}\n\n{text}\n{mark}\n");
    let body = crate::writers::to_html(&title, &blocks);
    let page = Page { title: &title, marking: Some(writer.marking), class: "letter", body: &body };
    let html = page.dressed(dress)?;
    let (reference, marking) = (writer.reference(), writer.marking.to_string());
    let frame = Frame { title: &title, marking: &marking, reference: &reference };
    let docx = crate::writers::to_docx(&frame, &blocks);
    let file = |end: &str, bytes: &[u8]| AnnexFile::of(format!("{}.{end}", Note::stem(to)), bytes);
    let files =
        vec![file("md", markdown.as_bytes()), file("html", html.as_bytes()), file("docx", &docx)];
    let annex = NoteAnnex {
        version: NoteAnnex::VERSION,
        reference,
        marking: writer.marking,
        files,
        annexes,
    };
    let is_reason_withheld = refused.is_none() && is_reason_withheld(assessment, released);
    let warnings =
        if refused.is_none() { sender::warnings(assessment, released) } else { Vec::new() };
    let has_remedy = matches!(refused, None | Some(NoNote::NothingToTell));
    let remedy = has_remedy.then(|| sender::remedy_in_words(assessment, released)).flatten();
    Ok(Note {
        to,
        refused,
        marking: writer.marking,
        markdown,
        html,
        docx,
        annex,
        sender_markdown: sender::sender_markdown(
            assessment,
            released,
            is_reason_withheld,
            refused,
            &warnings,
            remedy.clone(),
        ),
        remedy,
        warnings,
        is_reason_withheld,
        withheld: released.withheld.clone(),
    })
}

/// The addressee as it stands within a sentence: `Thailand`, `the national CERT of Thailand`.
fn in_text_of(to: Recipient) -> String {
    match to {
        Recipient::State(country) => in_text(country),
        Recipient::Cert(country) => format!("the national CERT of {}", in_text(country)),
    }
}

/// A name as a note shows it: whole, whatever its length.
fn name(text: &str) -> String {
    shown(text, PROSE)
}

/// A party by its name, with its contact where the case has one.
fn named_with_contact(party: &Party) -> String {
    let contact = party.contact.as_deref().map(|contact| format!(" ({})", name(contact)));
    format!("{}{}", name(&party.name), contact.unwrap_or_default())
}

/// What the sections of a note have in common.
struct Writer<'a> {
    released: &'a Released,
    to: Recipient,
    addressee: Country,
    marking: Tlp,
    /// What the released part says of the addressee; without reasons where it says nothing.
    asked: Addressee,
    /// The addressee's networks that carry the target's traffic.
    carriers: Vec<Carrier>,
    /// True if the sender severed its relations with the addressee.
    is_severed: bool,
}

impl<'a> Writer<'a> {
    fn new(released: &'a Released) -> Self {
        let (to, routes) = (released.to, released.routes.as_ref());
        let asked = asked(&released.case, routes).into_iter().find(|addressee| addressee.to == to);
        Self {
            released,
            to,
            addressee: to.country(),
            marking: released.marking(),
            asked: asked.unwrap_or(Addressee { to, why: Vec::new() }),
            carriers: networks_in(routes, to.country()),
            is_severed: false,
        }
    }

    fn routes(&self) -> Option<&'a RoutesFindings> {
        self.released.routes.as_ref()
    }

    fn request(&self) -> &'a RequestSettings {
        &self.released.case.request
    }

    /// The sections in their order: who asks whom, the facts, why, by which norms, what by when, and what for it.
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![self.letterhead()];
        blocks.extend(self.greeting());
        blocks.extend(self.old_tables());
        match self.to {
            Recipient::State(_) => {
                blocks.extend(self.what_happened());
                blocks.extend(self.what_was_disclosed());
                blocks.extend(self.what_was_said());
                blocks.extend(self.attribution());
                blocks.extend(self.why());
                blocks.extend(self.networks());
                blocks.extend(self.norms());
                blocks.extend(self.asks());
                blocks.extend(self.effects());
            }
            Recipient::Cert(_) => {
                blocks.extend(self.what_was_seen());
                blocks.extend(self.why());
                // What other networks carry is for the state; its CERT is told of those that it is asked about.
                blocks.extend(self.is_transit().then(|| self.networks()).into_iter().flatten());
                blocks.extend(self.asks());
            }
        }
        blocks.extend(self.offers());
        blocks.extend(self.facts());
        if matches!(self.to, Recipient::State(_)) {
            blocks.extend(self.caveats());
        }
        blocks.extend(self.contact());
        blocks.extend(self.indicators());
        blocks.extend(self.hashes());
        blocks
    }

    /// A warning where what the note says of routes rests on tables far from the attack.
    fn old_tables(&self) -> Option<Block> {
        let (table, days) = farthest(self.routes().filter(|_| !self.carriers.is_empty())?)?;
        Some(Block::Warning(format!(
            "What this note says of routes rests on data of {}, {} days from the attack. Networks may have changed since.",
            date(table),
            count(days)
        )))
    }

    fn is_named_as(&self, wanted: Role) -> bool {
        self.asked
            .why
            .iter()
            .any(|reason| matches!(reason, Reason::Named { role, .. } if *role == wanted))
    }

    fn is_transit(&self) -> bool {
        let found = self.asked.why.iter().any(|reason| matches!(reason, Reason::Transit { .. }));
        (found || self.is_named_as(Role::Transit)) && !self.carriers.is_empty()
    }

    /// True where the addressee's networks serve the attacked themselves, so that a refusal would cut off the wrong side.
    fn serves_the_attacked(&self) -> bool {
        let target = self.routes().and_then(|findings| findings.target.country);
        target.is_some_and(|target| self.released.case.is_attacked(target))
    }

    /// True where the addressee's networks carry so much that it is asked to have routes refused.
    fn is_asked_to_refuse(&self) -> bool {
        self.is_transit() && !self.serves_the_attacked()
    }

    fn is_host(&self) -> bool {
        self.asked.why.iter().any(|reason| matches!(reason, Reason::Hosts { .. }))
            || self.is_named_as(Role::Host)
    }

    /// Asked as a partner, or as somebody of whom the shared part says nothing.
    fn is_partner(&self) -> bool {
        self.is_named_as(Role::Partner) || self.asked.why.is_empty()
    }
}
