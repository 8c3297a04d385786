//! What several targets share.

use std::ops::ControlFlow;

use demarche_dump::{Item, Limits, Sink, read_bytes};

struct Nothing;

impl Sink for Nothing {
    fn item(&mut self, _: Item<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Reads bytes behind a head as a file of a name, with all that lies in it.
pub fn read_dump(name: &str, head: &[u8], bytes: &[u8]) {
    let bytes = [head, bytes].concat();
    let limits = Limits { items: 1000, expanded: 4 << 20, ..Limits::default() };
    let documents = |media, bytes: &[u8]| match media {
        // The readers of single documents have targets of their own.
        demarche_text::Media::Pdf => Err(demarche_text::Unread::Unsupported),
        media => demarche_text::text_of(media, bytes, &limits.text),
    };
    read_bytes(name, &bytes, &limits, &documents, &mut Nothing);
}
