//! Office documents in zip packages.
#![no_main]

use demarche_text::{Limits, Media, embedded_in, media_of, text_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { text: 1 << 20, expanded: 4 << 20, steps: 1 << 20, ..Limits::default() };
    let _ = media_of("fuzz", bytes);
    for media in [Media::Docx, Media::Xlsx, Media::Xlsb, Media::Pptx, Media::Odt] {
        drop(text_of(media, bytes, &limits));
        drop(embedded_in(media, bytes, &limits));
    }
});
