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
    let pdf = |_: &[u8]| Err(demarche_text::Unread::Unsupported);
    read_bytes(name, &bytes, &limits, &pdf, &mut Nothing);
}
