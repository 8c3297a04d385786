//! Documents before 2007, and binary workbooks, built by hand as their specifications say.
#![expect(clippy::unwrap_used, reason = "a builder that fails is a test that fails")]

use std::io::{Cursor, Write};

use demarche_text::{Fault, Limits, Media, Unread, embedded_in, media_of, text_of};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::fixture::{all, read};

/// A compound file of streams, written by an independent library.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        file.create_stream(format!("/{name}")).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn put(bytes: &mut [u8], offset: usize, value: u32) {
    bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
}

/// A Word document of two pieces, one of single bytes and one of UTF-16.
fn doc(narrow: &[u8], second: &str, flags: u16) -> Vec<u8> {
    let second = wide(second);
    let mut main = vec![0; 0x400];
    main[..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
    main[2..4].copy_from_slice(&0x00c1_u16.to_le_bytes());
    main[10..12].copy_from_slice(&flags.to_le_bytes());
    let lengths = [narrow.len(), second.len() / 2].map(|length| u32::try_from(length).unwrap());
    let mut plan = Vec::new();
    plan.extend(
        [0, lengths[0], lengths[0] + lengths[1]].iter().flat_map(|end: &u32| end.to_le_bytes()),
    );
    let places = [(0x400 * 2) | 0x4000_0000, 0x400 + lengths[0]];
    for place in places {
        plan.extend([0, 0]);
        plan.extend(place.to_le_bytes());
        plan.extend([0, 0]);
    }
    let mut table = vec![1, 2, 0, 9, 9, 2];
    table.extend(u32::try_from(plan.len()).unwrap().to_le_bytes());
    table.extend(plan);
    put(&mut main, 0x01a2, 0);
    put(&mut main, 0x01a6, u32::try_from(table.len()).unwrap());
    main.extend(narrow);
    main.extend(second);
    main.resize(main.len().max(5_000), 0);
    compound(&[("WordDocument", main), ("1Table", table)])
}

#[test]
fn the_pieces_of_a_word_document_are_joined() {
    let narrow = b"Caf\xe9 \x13 HYPERLINK \"mailto:a@b.example\" \x14Anna\x15\rName\x07Pay\x07\x07";
    let bytes = doc(narrow, "договор\r", 0x0200);
    assert_eq!(media_of("x", &bytes), Media::Doc);
    assert_eq!(
        all(&read("a.doc", &bytes).unwrap()),
        "Café <a@b.example> Anna\nName\tPay\nдоговор\n"
    );
    assert_eq!(read("a.doc", &doc(b"x", "", 0x0300)), Err(Unread::Encrypted));
}

#[test]
fn a_cut_word_document_is_read_as_far_as_it_goes() {
    let bytes = doc(&b"word ".repeat(2_000), "", 0x0200);
    let text = text_of(Media::Doc, &bytes[..bytes.len() - 1_024], &Limits::default());
    // The directory lies at the end or at the beginning, as the writer likes.
    if let Ok(text) = text {
        assert!(!text.faults.is_empty() || all(&text).starts_with("word word"));
    }
}

fn atom(kind: u16, version: u16, content: &[u8]) -> Vec<u8> {
    let mut record = [version.to_le_bytes(), kind.to_le_bytes()].concat();
    record.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    record.extend(content);
    record
}

#[test]
fn the_texts_of_slides_are_read_and_those_of_masters_are_not() {
    let master = atom(0x03f8, 0x000f, &atom(0x0fa8, 0, b"Click here"));
    let slide = atom(
        0x03ee,
        0x000f,
        &[atom(0x0fa0, 0, &wide("Größe\rtwo")), atom(0x0fa8, 0, b"plain")].concat(),
    );
    let bytes = compound(&[("PowerPoint Document", [master, slide].concat())]);
    assert_eq!(all(&read("a.ppt", &bytes).unwrap()), "Größe\ntwo\nplain\n");
}

#[test]
fn packaged_files_are_handed_over() {
    let mut native = b"\0\0\0\0\x02\0pay.csv\0C:\\pay.csv\0\0\0\x03\0\x04\0\0\0C:\\x\0".to_vec();
    native.extend(3_u32.to_le_bytes());
    native.extend(b"a;bend");
    let bytes = compound(&[("WordDocument", vec![0; 64]), ("\u{1}Ole10Native", native)]);
    let (files, _) = embedded_in(Media::Doc, &bytes, &Limits::default());
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].name.as_str(), files[0].bytes.as_slice()), ("pay.csv", &b"a;b"[..]));
}

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut record = kind.to_le_bytes().to_vec();
    record.extend(u16::try_from(content.len()).unwrap().to_le_bytes());
    record.extend(content);
    record
}

#[test]
fn shared_texts_run_on_from_record_to_record() {
    let begin = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    let mut sheet = 0_u32.to_le_bytes().to_vec();
    sheet.extend([1, 0, 1, 0, b'S']);
    // The text is narrow in the first record and wide in the second.
    let shared = record(0x00fc, b"\x01\0\0\0\x01\0\0\0\x04\0\0ab");
    let more = record(0x003c, &[1, b'c', 0, b'd', 0]);
    let cells = [
        record(0x00fd, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        record(0x027e, &[0, 0, 1, 0, 0, 0, 0x1e, 0, 0, 0]),
        record(0x00bd, &[1, 0, 0, 0, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0x1f, 0, 0, 0, 1, 0]),
    ];
    let head = |sheet: &[u8]| {
        [begin.clone(), record(0x0085, sheet), shared.clone(), more.clone()].concat()
    };
    let start = u32::try_from(head(&sheet).len()).unwrap();
    put(&mut sheet, 0, start);
    let stream = [head(&sheet), begin.clone(), cells.concat(), record(0x000a, &[])].concat();
    let text = read("a.xls", &compound(&[("Workbook", stream)])).unwrap();
    assert_eq!(text.sections[0].name.as_deref(), Some("hidden sheet “S”"));
    assert_eq!(text.sections[0].text, "abcd\t7\n2\t0.07\n");
    let locked = [begin, record(0x002f, &[0; 6])].concat();
    assert_eq!(read("a.xls", &compound(&[("Workbook", locked)])), Err(Unread::Encrypted));
}

#[test]
fn binary_workbooks_are_read() {
    let text = |text: &str| {
        let units = wide(text);
        [u32::try_from(units.len() / 2).unwrap().to_le_bytes().to_vec(), units].concat()
    };
    let record = |kind: &[u8], content: &[u8]| {
        [kind, &[u8::try_from(content.len()).unwrap()], content].concat()
    };
    let cell = |column: u32, value: &[u8]| [&column.to_le_bytes()[..], &[0; 4], value].concat();
    let sheet = [
        record(&[0], &2_u32.to_le_bytes()),
        record(&[7], &cell(0, &0_u32.to_le_bytes())),
        record(&[5], &cell(1, &4_111_111_111_111_111.0_f64.to_le_bytes())),
        record(&[6], &cell(2, &text("inline"))),
        record(&[4], &cell(4, &[1])),
    ];
    let book = record(&[0x9c, 1], &[[0; 8].to_vec(), text("r1"), text("Pay")].concat());
    let shared = record(&[19], &[vec![0], text("shared")].concat());
    let relations =
        "<R><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.bin\"/></R>";
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/workbook.bin", book),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes().to_vec()),
        ("xl/sharedStrings.bin", shared),
        ("xl/worksheets/sheet1.bin", sheet.concat()),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    let read = read("a.xlsb", &writer.finish().unwrap().into_inner()).unwrap();
    assert_eq!(read.sections[0].name.as_deref(), Some("sheet “Pay”"));
    assert_eq!(read.sections[0].text, "\n\nshared\t4111111111111111\tinline\t\tTRUE\n");
    assert_eq!(read.faults, Vec::<Fault>::new());
}
