//! Documents and what is embedded in them.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;

use demarche_terms::Sha256;
use demarche_text::{Media, Section, Shape, embedded_in, text_of, text_of_bytes};

use super::{Flow, Place, Reader};
use crate::cms::{self, Envelope};
use crate::fault::{Fault, Unread};
use crate::item::Content;
use crate::number::{size, wide};
use crate::tnef;

/// Returns true for documents of parts in each other, whose reading takes more than a pass over their bytes.
fn is_intricate(media: Media) -> bool {
    matches!(
        media,
        Media::Pdf
            | Media::Rtf
            | Media::Docx
            | Media::Xlsx
            | Media::Xlsb
            | Media::Pptx
            | Media::Odt
            | Media::Ods
            | Media::Odp
            | Media::Doc
            | Media::Xls
            | Media::Ppt
    )
}

/// The bytes of a large text that are read at a time.
const WINDOW: u64 = 8 << 20;

impl Reader<'_> {
    /// Reads a document, a picture or bytes of no known kind.
    pub(crate) fn document(
        &mut self,
        place: &Place,
        media: Media,
        bytes: &[u8],
        digest: Sha256,
    ) -> Flow {
        let count = wide(bytes.len());
        if let Some(flow) = self.wrapped(place, media, bytes, digest) {
            return flow;
        }
        let outcome = match (media, &place.charset) {
            _ if is_intricate(media) => (self.documents)(media, bytes),
            (Media::Text, Some(charset)) => {
                let text = text_of_bytes(bytes, Some(charset));
                let sections = vec![Section { name: None, shape: Shape::Prose, text }];
                Ok(demarche_text::Text { sections, faults: Vec::new() })
            }
            _ => text_of(media, bytes, &self.limits.text),
        };
        let number = match outcome {
            Ok(text) => {
                let mut faults = place.faults.clone();
                faults.extend(text.faults.into_iter().map(Fault::Document));
                self.tell(place, media, count, digest, Content::Text(&text.sections), &faults)?
            }
            Err(reason) => {
                let unread = match reason {
                    demarche_text::Unread::Encrypted => Unread::Encrypted,
                    demarche_text::Unread::Unsupported => Unread::Unsupported,
                    reason => Unread::Document(reason),
                };
                let content = Content::Unread(&unread);
                self.tell(place, media, count, digest, content, &place.faults)?
            }
        };
        self.embedded(place, number, media, bytes)
    }

    /// Reads what is wrapped into encryption, a signature or Outlook's own form; `None` for anything else.
    fn wrapped(
        &mut self,
        place: &Place,
        media: Media,
        bytes: &[u8],
        digest: Sha256,
    ) -> Option<Flow> {
        let count = wide(bytes.len());
        if bytes.trim_ascii_start().starts_with(b"-----BEGIN PGP MESSAGE-----") {
            let content = Content::Unread(&Unread::Encrypted);
            let told = self.tell(place, media, count, digest, content, &place.faults);
            return Some(told.map_continue(drop));
        }
        if media != Media::Unknown {
            return None;
        }
        if tnef::begins(bytes) {
            return Some(self.tnef(place, bytes, digest));
        }
        match cms::envelope(bytes)? {
            Envelope::Encrypted => {
                let content = Content::Unread(&Unread::Encrypted);
                let told = self.tell(place, media, count, digest, content, &place.faults);
                Some(told.map_continue(drop))
            }
            Envelope::Signed(content) => Some(self.signed(place, count, digest, &content)),
        }
    }

    /// Reads the content of a signed message.
    fn signed(&mut self, place: &Place, count: u64, digest: Sha256, content: &[u8]) -> Flow {
        let told = Content::Container;
        let number = self.tell(place, Media::Unknown, count, digest, told, &place.faults)?;
        if content.is_empty() {
            return ControlFlow::Continue(());
        }
        let inner = Place { media: Some(Media::Message), ..place.inside(number, "signed content") };
        self.bytes(&inner, content)
    }

    /// Reads the files inside a document.
    fn embedded(&mut self, place: &Place, number: u32, media: Media, bytes: &[u8]) -> Flow {
        if !is_intricate(media) {
            return ControlFlow::Continue(());
        }
        let (files, faults) = embedded_in(media, bytes, &self.limits.text);
        for file in files {
            let inner = place.inside(number, super::printable(&file.name));
            if inner.depth > self.limits.depth {
                let unread = Unread::TooDeep { limit: self.limits.depth };
                self.refuse(&inner, Media::Unknown, wide(file.bytes.len()), &unread)?;
                continue;
            }
            self.bytes(&inner, &file.bytes)?;
        }
        for fault in faults {
            self.damage(place, number, media, &Fault::Document(fault))?;
        }
        ControlFlow::Continue(())
    }

    /// Reads a text that is too large for memory, window by window.
    pub(crate) fn large_text(
        &mut self,
        place: &Place,
        file: &mut File,
        media: Media,
        count: u64,
        digest: Sha256,
    ) -> Flow {
        let number = self.tell(place, media, count, digest, Content::Container, &place.faults)?;
        let mut offset = 0;
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let wanted = WINDOW.saturating_sub(wide(rest.len()));
            if let Err(error) = Read::by_ref(file).take(wanted).read_to_end(&mut rest) {
                let reason = error.to_string();
                return self.damage(place, number, media, &Fault::Archive { reason });
            }
            if rest.is_empty() {
                return ControlFlow::Continue(());
            }
            // A line stays in one window unless it is longer.
            let end = memchr::memrchr(b'\n', &rest).map_or(rest.len(), |found| found + 1);
            let end = if wide(rest.len()) < WINDOW { rest.len() } else { end };
            let behind = rest.split_off(end);
            let name = format!("bytes {offset} to {}", offset + wide(rest.len()));
            let mut window = place.inside(number, name);
            window.media = Some(media);
            if let Some(at) = &place.at {
                window.at = Some(at.start + offset..at.start + offset + wide(rest.len()));
            }
            self.bytes(&window, &rest)?;
            offset += wide(rest.len());
            rest = behind;
            rest.reserve(size(WINDOW));
        }
    }
}
