//! Messages and folders of Outlook.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use demarche_archive::Budget;
use demarche_terms::Sha256;
use demarche_text::Media;

use super::mail::{Carried, CarriedContent};
use super::{Flow, Place, Reader, printable};
use crate::fault::Unread;
use crate::item::Content;
use crate::mapi::{Attached, Outlook};
use crate::number::wide;
use crate::{msg, pst, tnef};

impl Reader<'_> {
    /// Reads a message of Outlook in a file of its own.
    pub(crate) fn outlook_message(&mut self, place: &Place, bytes: &[u8], digest: Sha256) -> Flow {
        let read = catch_unwind(AssertUnwindSafe(|| msg::message(bytes)));
        let read = read.unwrap_or_else(|_| Err("the reader gave up on it".to_owned()));
        match read {
            Ok(outlook) => self.outlook(place, &outlook, Some((digest, wide(bytes.len())))),
            Err(reason) => {
                let content = Content::Unread(&Unread::Damaged { reason });
                let media = Media::OutlookMessage;
                let size = wide(bytes.len());
                self.tell(place, media, size, digest, content, &place.faults).map_continue(drop)
            }
        }
    }

    /// Tells a message of Outlook and what it carries; `stored` is the digest and size of its file where it has one.
    pub(crate) fn outlook(
        &mut self,
        place: &Place,
        outlook: &Outlook,
        stored: Option<(Sha256, u64)>,
    ) -> Flow {
        if stored.is_none() && place.depth > self.limits.depth {
            let unread = Unread::TooDeep { limit: self.limits.depth };
            return self.refuse(place, Media::OutlookMessage, 0, &unread);
        }
        let mut message = outlook.message(self.fields, &self.limits.text);
        message.folder = place.folder.clone();
        let carried = carried(outlook);
        let texts = message.body.iter().map(|section| wide(section.text.len())).sum::<u64>();
        let (digest, size) = stored.map_or((None, texts), |(digest, size)| (Some(digest), size));
        let media = Media::OutlookMessage;
        self.carrier(place, media, size, digest, message, &carried, &place.faults)
    }

    /// Reads `winmail.dat`.
    pub(crate) fn tnef(&mut self, place: &Place, bytes: &[u8], digest: Sha256) -> Flow {
        let outlook = tnef::message(bytes);
        let body = outlook.properties.body(&self.limits.text);
        let size = wide(bytes.len());
        let content = Content::Text(&body);
        let number = self.tell(place, Media::Unknown, size, digest, content, &place.faults)?;
        for carried in carried(&outlook) {
            let inner = place.inside(number, carried.name);
            if inner.depth > self.limits.depth {
                let unread = Unread::TooDeep { limit: self.limits.depth };
                self.refuse(&inner, Media::Unknown, 0, &unread)?;
                continue;
            }
            match carried.content {
                CarriedContent::Bytes(bytes) => self.bytes(&inner, &bytes)?,
                CarriedContent::Outlook(outlook) => self.outlook(&inner, &outlook, None)?,
                CarriedContent::Missing(unread) => {
                    self.refuse(&inner, Media::Unknown, 0, &unread)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Reads a personal folders file on disk or in memory.
    pub(crate) fn pst(
        &mut self,
        place: &Place,
        source: &mut dyn pst::Source,
        size: u64,
        digest: Sha256,
    ) -> Flow {
        let most = self.budget.as_ref().map_or(u64::MAX, Budget::left);
        let mut store = match pst::Store::open(source, most) {
            Ok(store) => store,
            Err(damage) => {
                let unread = Unread::from(damage);
                let content = Content::Unread(&unread);
                let told = self.tell(place, Media::Pst, size, digest, content, &place.faults);
                return told.map_continue(drop);
            }
        };
        let content = Content::Container;
        let number = self.tell(place, Media::Pst, size, digest, content, &place.faults)?;
        let mut flow = ControlFlow::Continue(());
        let faults = store.messages(self.limits.depth, &mut |found| {
            let mut inner = place.inside(number, format!("message {}", found.number));
            inner.folder = found.folder.map(printable);
            inner.faults.clone_from(&found.message.faults);
            flow = self.outlook(&inner, &found.message, None);
            flow
        });
        flow?;
        for fault in faults {
            self.damage(place, number, Media::Pst, &fault)?;
        }
        ControlFlow::Continue(())
    }
}

/// What a message of Outlook carries.
fn carried(outlook: &Outlook) -> Vec<Carried<'_>> {
    let carried = outlook.attachments.iter().enumerate().map(|(index, attachment)| {
        let name = match printable(&attachment.name) {
            name if name.trim().is_empty() => format!("attachment {}", index + 1),
            name => name,
        };
        let content = match &attachment.content {
            Attached::Bytes(bytes) => CarriedContent::Bytes(bytes.as_slice().into()),
            Attached::Message(message) => CarriedContent::Outlook(message.clone()),
            Attached::Missing(reason) => {
                CarriedContent::Missing(Unread::Damaged { reason: reason.clone() })
            }
        };
        Carried { name, media: None, charset: None, content }
    });
    carried.collect()
}
