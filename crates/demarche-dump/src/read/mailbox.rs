//! Mailboxes: mbox files and pieces of them, and the messages of Apple Mail.

use std::fs::File;
use std::ops::{ControlFlow, Range};

use demarche_terms::Sha256;
use demarche_text::Media;

use super::source::read_range;
use super::{Flow, Known, Place, Reader};
use crate::emlx;
use crate::fault::{Fault, Unread};
use crate::item::Content;
use crate::lines::{self, slice};
use crate::mbox;
use crate::number::{length, wide};
use crate::unit::{PIECE, pieces_of, unopened};

impl Reader<'_> {
    /// Reads a piece of a large mailbox.
    pub(crate) fn piece(&mut self, place: Place, file: &mut File, range: Range<u64>) -> Flow {
        let place = Place { at: Some(range.clone()), ..place };
        if length(&range) > self.limits.item {
            return self.refuse(
                &place,
                Media::Mbox,
                length(&range),
                &Unread::TooLarge { limit: self.limits.item },
            );
        }
        match read_range(file, range) {
            Ok(bytes) => {
                let digest = Sha256::of(&bytes);
                self.mailbox(&place, &bytes, digest)
            }
            Err(error) => self.refuse(&place, Media::Mbox, 0, &unopened(&error)),
        }
    }

    /// Reads a mailbox in memory.
    pub(crate) fn mailbox(&mut self, place: &Place, bytes: &[u8], digest: Sha256) -> Flow {
        let count = wide(bytes.len());
        let first = mbox::separators(bytes).next();
        if first.is_none()
            && !slice(bytes, 0..4096).contains(&0)
            && std::str::from_utf8(bytes).is_ok()
        {
            // A text that is only named like a mailbox.
            return self.document(place, Media::Text, bytes, digest);
        }
        let Some(first) = first else {
            let reason = "no message begins in it".to_owned();
            let content = Content::Unread(&Unread::Damaged { reason });
            let told = self.tell(place, Media::Mbox, count, digest, content, &place.faults);
            return told.map_continue(drop);
        };
        let mut faults = place.faults.clone();
        if !slice(bytes, 0..first).trim_ascii().is_empty() {
            faults.push(Fault::Stray { size: wide(first) });
        }
        let number = self.tell(place, Media::Mbox, count, digest, Content::Container, &faults)?;
        self.messages(place, number, bytes)
    }

    /// Reads the messages of a mailbox, or of a piece of it that begins at the place's offset.
    fn messages(&mut self, place: &Place, number: u32, bytes: &[u8]) -> Flow {
        let mut inner = Place { media: Some(Media::Message), ..place.inside(number, "") };
        for range in mbox::messages(bytes) {
            let begin = place.at.as_ref().map_or(0, |at| at.start) + wide(range.start);
            inner.name = format!("message at byte {begin}");
            inner.at = place.at.as_ref().map(|_| begin..begin + wide(range.len()));
            let stored = wide(range.len());
            let bytes = lines::uniform(slice(bytes, range), true);
            let digest = Sha256::of(&bytes);
            self.known(&inner, &Known { media: Media::Message, digest, bytes }, stored)?;
        }
        ControlFlow::Continue(())
    }

    /// Reads a mailbox that is too large for memory, piece by piece.
    pub(crate) fn large_mailbox(
        &mut self,
        place: &Place,
        file: &mut File,
        count: u64,
        digest: Sha256,
    ) -> Flow {
        let pieces = match pieces_of(file, count, PIECE) {
            Ok(pieces) if !pieces.is_empty() => pieces,
            Ok(_) => return self.file_of_text_or_nothing(place, file, count, digest),
            Err(error) => return self.refuse(place, Media::Mbox, count, &unopened(&error)),
        };
        let content = Content::Container;
        let number = self.tell(place, Media::Mbox, count, digest, content, &place.faults)?;
        for range in pieces {
            let mut piece = place.clone();
            piece.at = place.at.as_ref().map(|at| at.start + range.start..at.start + range.end);
            if length(&range) > self.limits.item {
                let inner = place.inside(number, format!("message at byte {}", range.start));
                let unread = Unread::TooLarge { limit: self.limits.item };
                let size = length(&range);
                self.refuse(&inner, Media::Message, size, &unread)?;
                continue;
            }
            match read_range(file, range) {
                Ok(bytes) => self.messages(&piece, number, &bytes)?,
                Err(error) => return self.refuse(place, Media::Mbox, count, &unopened(&error)),
            }
        }
        ControlFlow::Continue(())
    }

    /// Reads a large file that is only named like a mailbox.
    fn file_of_text_or_nothing(
        &mut self,
        place: &Place,
        file: &mut File,
        count: u64,
        digest: Sha256,
    ) -> Flow {
        if count <= self.limits.item {
            return match read_range(file, 0..count) {
                Ok(bytes) => self.mailbox(place, &bytes, digest),
                Err(error) => self.refuse(place, Media::Mbox, count, &unopened(&error)),
            };
        }
        let reason = "no message begins it".to_owned();
        self.refuse(place, Media::Mbox, count, &Unread::Damaged { reason })
    }

    /// Reads a message of Apple Mail.
    pub(crate) fn emlx(&mut self, place: &Place, bytes: &[u8]) -> Flow {
        let count = wide(bytes.len());
        let Some(range) = emlx::message(bytes) else {
            let message = Known::of(&Place { media: Some(Media::Message), ..place.clone() }, bytes);
            return self.known(place, &message, count);
        };
        let at =
            place.at.as_ref().map(|at| at.start + wide(range.start)..at.start + wide(range.end));
        let inner = Place { at, media: Some(Media::Message), ..place.clone() };
        let message = Known::of(&inner, slice(bytes, range));
        self.known(&inner, &message, count)
    }
}
