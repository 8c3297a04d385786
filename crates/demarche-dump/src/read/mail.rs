//! Messages: their text, and their attachments read in turn.

use std::borrow::Cow;
use std::ops::ControlFlow;

use demarche_terms::Sha256;
use demarche_text::{Limits, Media, Section, Shape, text_of, text_of_bytes, text_of_html};

use super::{Known, Place, Reader, printable};
use crate::body::Passage;
use crate::fault::{Fault, Unread};
use crate::header::Flow;
use crate::item::{Content, Message};
use crate::mapi::Outlook;
use crate::mime::{Leaf, parts};
use crate::number::wide;
use crate::{blocks, body, transfer};

/// Something that a message carries.
pub(crate) struct Carried<'a> {
    pub(crate) name: String,
    pub(crate) media: Option<Media>,
    pub(crate) charset: Option<String>,
    pub(crate) content: CarriedContent<'a>,
}

/// The content of an attachment.
pub(crate) enum CarriedContent<'a> {
    Bytes(Cow<'a, [u8]>),
    Outlook(Box<Outlook>),
    Missing(Unread),
}

/// The text of a message and its attachments, as its parts are gone through.
#[derive(Default)]
struct Gathered<'a> {
    plain: Vec<Passage>,
    pages: Vec<String>,
    carried: Vec<Carried<'a>>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// Reads a message in mail format; its bytes are in one form.
    pub(crate) fn message(
        &mut self,
        place: &Place,
        bytes: &[u8],
        size: u64,
        digest: Sha256,
    ) -> super::Flow {
        let parts = parts(self.fields, bytes, self.limits.header);
        let mut gathered = Gathered { faults: place.faults.clone(), ..Gathered::default() };
        gathered.faults.extend(parts.faults);
        for (index, leaf) in parts.leaves.into_iter().enumerate() {
            if index > 0 && self.sink.is_late() {
                gathered.faults.push(Fault::TooLong);
                break;
            }
            gathered.add(index, leaf, &self.limits.text);
        }
        let passages = body::joined(gathered.plain, gathered.pages).into_iter();
        let (body, breaks) = passages
            .map(|Passage { text, breaks }| {
                (Section { name: None, shape: Shape::Prose, text }, breaks)
            })
            .unzip();
        let folder = place.folder.clone();
        let message = Message { body, breaks, folder, ..parts.message };
        let faults = gathered.faults;
        self.carrier(place, Media::Message, size, Some(digest), message, &gathered.carried, &faults)
    }

    /// Tells a message and reads what it carries. A message without bytes of its own has the digest of its content.
    #[expect(clippy::too_many_arguments, reason = "each is a part of the item")]
    pub(crate) fn carrier(
        &mut self,
        place: &Place,
        media: Media,
        size: u64,
        digest: Option<Sha256>,
        mut message: Message,
        carried: &[Carried<'_>],
        faults: &[Fault],
    ) -> super::Flow {
        let places: Vec<Place> = carried
            .iter()
            .map(|carried| Place {
                media: carried.media,
                charset: carried.charset.clone(),
                ..place.inside(0, carried.name.clone())
            })
            .collect();
        let known: Vec<Option<Known<'_>>> = carried
            .iter()
            .zip(&places)
            .map(|(carried, place)| match &carried.content {
                CarriedContent::Bytes(bytes) => Some(Known::of(place, bytes)),
                CarriedContent::Outlook(_) | CarriedContent::Missing(_) => None,
            })
            .collect();
        let digests: Vec<Sha256> = known
            .iter()
            .map(|known| known.as_ref().map_or_else(Sha256::default, |known| known.digest))
            .collect();
        message.attachments = carried.iter().map(|carried| carried.name.clone()).collect();
        message.normal = body::normal(&message, &digests);
        let is_wanted = digest.is_some() || self.sink.wants(&message.normal, media);
        let content = if is_wanted { Content::Message(&message) } else { Content::Copy };
        let digest = digest.unwrap_or(message.normal);
        let number = self.tell(place, media, size, digest, content, faults)?;
        if !is_wanted {
            return ControlFlow::Continue(());
        }
        drop(message);
        for ((carried, mut place), known) in carried.iter().zip(places).zip(known) {
            place.within = Some(number);
            match (&carried.content, known) {
                (CarriedContent::Bytes(bytes), Some(known)) => {
                    self.known(&place, &known, wide(bytes.len()))?;
                }
                (CarriedContent::Outlook(outlook), _) => self.outlook(&place, outlook, None)?,
                (CarriedContent::Missing(unread), _) => {
                    self.refuse(&place, Media::Unknown, 0, unread)?;
                }
                (CarriedContent::Bytes(_), None) => {}
            }
        }
        ControlFlow::Continue(())
    }
}

impl<'a> Gathered<'a> {
    /// Adds a part, to the text or to the attachments.
    fn add(&mut self, index: usize, leaf: Leaf<'a>, limits: &Limits) {
        let about = leaf.about;
        let bytes = self.decoded(&about.encoding, leaf.body);
        let kind = about.kind.as_str();
        let is_text = matches!(kind, "" | "text" | "text/plain" | "text/html");
        if is_text && !about.is_attachment && about.name.is_none() {
            if kind == "text/html" {
                self.pages.push(page(&bytes, about.charset.as_deref(), limits));
            } else {
                self.add_text(&bytes, about.charset.as_deref(), about.flow);
            }
            return;
        }
        let name = match about.name {
            Some(name) if !name.trim().is_empty() => printable(&name),
            _ => format!("part {}{}", index + 1, ending_of(kind)),
        };
        let media = match kind {
            "message/rfc822" | "message/global" => Some(Media::Message),
            _ => None,
        };
        let charset = about.charset.filter(|_| kind == "text/plain");
        let content = CarriedContent::Bytes(bytes);
        self.carried.push(Carried { name, media, charset, content });
    }

    fn add_text(&mut self, bytes: &[u8], charset: Option<&str>, flow: Flow) {
        let passage = |bytes: &[u8]| {
            let text = text_of_bytes(bytes, charset);
            match flow {
                Flow::Fixed => text.into(),
                Flow::Flowed { deletes_space } => body::flowed(&text, deletes_space),
            }
        };
        let Some((plain, blocks)) = blocks::taken_out(bytes) else {
            let passage = passage(bytes);
            if !passage.text.trim().is_empty() {
                self.plain.push(passage);
            }
            return;
        };
        self.plain.push(passage(&plain));
        self.carried.extend(blocks.into_iter().map(|block| Carried {
            name: printable(&block.name),
            media: None,
            charset: None,
            content: CarriedContent::Bytes(block.bytes.into()),
        }));
    }

    /// The bytes that the body of a part stands for.
    fn decoded(&mut self, encoding: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
        match encoding {
            "base64" => {
                let (bytes, foreign) = transfer::base64(body);
                if foreign > 0 {
                    self.faults.push(Fault::Base64 { count: foreign });
                }
                bytes.into()
            }
            "quoted-printable" => transfer::quoted_printable(body).into(),
            "x-uuencode" | "uuencode" | "x-uue" => match blocks::taken_out(body) {
                Some((_, mut blocks)) if !blocks.is_empty() => blocks.swap_remove(0).bytes.into(),
                _ => body.into(),
            },
            _ => body.into(),
        }
    }
}

/// The text of a page in a message.
fn page(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> String {
    match charset {
        Some(_) => text_of_html(&text_of_bytes(bytes, charset)),
        None => text_of(Media::Html, bytes, limits).map_or_else(
            |_| text_of_html(&text_of_bytes(bytes, None)),
            |text| text.sections.into_iter().map(|section| section.text).collect(),
        ),
    }
}

/// The ending of the made-up name of a part, so that its kind can be told.
fn ending_of(kind: &str) -> &'static str {
    match kind {
        "text/html" => ".html",
        "text/csv" => ".csv",
        "text/xml" | "application/xml" => ".xml",
        "application/json" => ".json",
        "message/rfc822" | "message/global" => ".eml",
        _ => "",
    }
}
