//! `winmail.dat`.
#![no_main]

use std::ops::ControlFlow;

use demarche_dump::{Item, Limits, Sink, read_bytes};
use libfuzzer_sys::fuzz_target;

struct Nothing;

impl Sink for Nothing {
    fn item(&mut self, _: Item<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"\x78\x9f\x3e\x22\x01\x00".as_slice(), bytes].concat();
    let limits = Limits { items: 1000, expanded: 4 << 20, ..Limits::default() };
    let pdf = |_: &[u8]| Err(demarche_text::Unread::Unsupported);
    read_bytes("winmail.dat", &bytes, &limits, &pdf, &mut Nothing);
});
