//! Archives and documents in each other.

use std::io::{Cursor, Write};

use demarche_dump::Limits;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::dump::{Dump, Owned, Told, of_file};

fn zip_with(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(files, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn unread(items: &[Told]) -> Vec<(&str, &str)> {
    let unread = |item: &'_ Told| match &item.content {
        Owned::Unread(reason) => Some(reason.clone()),
        _ => None,
    };
    items
        .iter()
        .filter(|item| unread(item).is_some())
        .map(|item| match &item.content {
            Owned::Unread(reason) => (item.name.as_str(), reason.as_str()),
            _ => unreachable!("only what was not read"),
        })
        .collect()
}

#[test]
fn archives_in_archives_are_opened_with_the_chain_told() {
    let inner = zip(&[("note.txt", b"the secret"), ("empty", b"")]);
    let items = of_file("out.zip", &zip(&[("in.zip", &inner), ("x.txt.gz", &gzip(b"other"))]));
    let chain: Vec<_> = items.iter().map(|item| (item.within, item.name.as_str())).collect();
    let expected = [
        (None, "out.zip"),
        (Some(0), "in.zip"),
        (Some(1), "note.txt"),
        (Some(1), "empty"),
        (Some(0), "x.txt.gz"),
        (Some(4), "x.txt"),
    ];
    assert_eq!(chain, expected);
    assert_eq!(items[2].text(), "the secret");
    assert_eq!(items[3].content, Owned::Nothing);
}

#[test]
fn mailboxes_in_archives_are_read() {
    let mbox = b"From a@b.example Mon Jan  1 08:00:00 2024\nSubject: x\n\nbody\n";
    let items = of_file("mail.zip", &zip(&[("box.mbox", mbox)]));
    assert_eq!(items[2].message().subject, "x");
    assert_eq!(items[2].at, None);
}

#[test]
fn nesting_beyond_the_limit_is_named() {
    let mut bytes = b"payload ".repeat(100);
    for level in 0..120 {
        bytes = zip(&[(&format!("l{level}.zip"), &bytes)]);
    }
    let items = of_file("bomb.zip", &bytes);
    assert_eq!(unread(&items), [("l56.zip", "it lies more than 64 levels deep in other items")]);
}

#[test]
fn forty_levels_are_read_and_named() {
    let mut bytes = b"payload ".repeat(100);
    for level in 0..40 {
        bytes = zip(&[(&format!("l{level}.zip"), &bytes)]);
    }
    let items = of_file("bomb.zip", &bytes);
    assert!(items.last().unwrap().text().starts_with("payload"));
    assert!(items.iter().any(|item| item.faults.iter().any(|fault| fault.contains("16 levels"))));
}

#[test]
fn bombs_stop_and_are_named() {
    let zeros = vec![0; 32 << 20];
    let bomb = zip(&[("a", &zeros), ("b", &zeros), ("c", &zeros), ("d", b"")]);
    let items = of_file("flat.zip", &bomb);
    assert!(unread(&items).iter().any(|(_, reason)| reason.contains("for each of its bytes")));
    let dump = Dump::new(&[("bomb.txt.gz", &gzip(&vec![b'A'; 80 << 20]))]);
    let items = dump.read_with(&Limits { ratio: 10, ..Limits::default() }, false);
    assert!(unread(&items)[0].1.contains("for each of its bytes"), "{items:?}");
}

#[test]
fn names_that_lead_out_are_named_and_only_names() {
    let items =
        of_file("slip.zip", &zip(&[("../../x.txt", b"a"), ("/etc/y", b"b"), ("ok.txt", b"c")]));
    let faults: Vec<_> = items.iter().map(|item| item.faults.len()).collect();
    assert_eq!(faults, [0, 1, 1, 0]);
    assert_eq!(items[1].text(), "a");
}

#[test]
fn encrypted_members_are_opened_with_the_customary_password_or_named() {
    let options =
        |password| SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, password);
    let known = zip_with(&[("a.txt", b"the secret")], options("infected"));
    assert_eq!(of_file("a.zip", &known)[1].text(), "the secret");
    let unknown = zip_with(&[("a.txt", b"the secret")], options("other"));
    let items = of_file("a.zip", &unknown);
    assert_eq!(unread(&items), [("a.txt", "it is encrypted")]);
    assert_eq!(items[1].size, 10);
}

#[test]
fn a_cut_archive_gives_what_it_holds() {
    let text =
        (0..2000_u32).map(|number| format!("line {} of it\n", number.wrapping_mul(2_654_435_761)));
    let whole = zip(&[("a.txt", b"first"), ("b.txt", text.collect::<String>().as_bytes())]);
    let items = of_file("cut.zip", &whole[..whole.len() / 2]);
    assert_eq!(items[1].text(), "first");
    assert!(items[2].text().starts_with("line 0 of it"));
    assert!(matches!(&items[3].content, Owned::Damage(fault) if fault.contains("directory")));
}

#[test]
fn large_texts_in_archives_are_read_in_windows() {
    let lines = (0..700_000_u32).map(|number| format!("{number};a line of a table; 6789\n"));
    let text: String = lines.collect();
    let items = of_file("dump.sql.gz", &gzip(text.as_bytes()));
    assert_eq!(items[1].content, Owned::Container);
    assert_eq!(items[1].digest, demarche_terms::Sha256::of(text.as_bytes()));
    let read: usize = items[2..].iter().map(|item| item.text().len()).sum();
    assert_eq!(read, text.len());
    assert!(items[2].text().ends_with("6789\n"));
}

#[test]
fn an_item_limit_is_named() {
    let files: Vec<String> = (0..50).map(|number| format!("{number}.txt")).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    let dump = Dump::new(&[("a.zip", &zip(&files))]);
    let items = dump.read_with(&Limits { items: 10, ..Limits::default() }, false);
    assert_eq!(items.len(), 11);
    assert!(unread(&items)[0].1.contains("more than 10 items"));
}
