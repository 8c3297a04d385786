//! Personal folders files of Outlook: whole ones in each layout, of which some bytes are others.
#![no_main]

use std::sync::LazyLock;

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub)]
#[path = "../../crates/demarche-dump/tests/it/personal_folders.rs"]
mod personal_folders;

use personal_folders::{Attachment, Cipher, Content, Layout, Message, file, text};

static FILES: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let carrying = |name: &str, content| Attachment { name: name.to_owned(), content };
    let inner = Message {
        properties: vec![(0x0037, text("Inner"))],
        attachments: vec![carrying("a.txt", Content::Bytes(b"text".to_vec()))],
        ..Message::default()
    };
    let large = "many words ".repeat(4000).into_bytes();
    let outer = Message {
        properties: vec![(0x0037, text("Outer")), (0x1000, text("text"))],
        recipients: vec![vec![(0x3001, text("Ann"))]; 90],
        attachments: vec![
            carrying("inner", Content::Message(Box::new(inner))),
            carrying("large.txt", Content::Bytes(large)),
            carrying("object", Content::Object(b"object".to_vec())),
        ],
    };
    [Layout::Ansi, Layout::Unicode, Layout::Large]
        .map(|layout| file(layout, Cipher::None, &[outer.clone(), Message::default()]))
});

/// The bytes behind the header in which nothing stands.
const EMPTY: std::ops::Range<usize> = 564..0x4600;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, changes)) = bytes.split_first() else { return };
    let mut file = FILES[usize::from(first % 3)].clone();
    for change in changes.chunks_exact(4) {
        let offset = usize::from(change[0]) << 8 | usize::from(change[1]);
        let offset = if offset < EMPTY.start { offset } else { offset - EMPTY.start + EMPTY.end };
        if let Some(two) = file.get_mut(offset..offset + 2) {
            two.copy_from_slice(&change[2..]);
        }
    }
    read_dump("x.pst", b"", &file);
});
