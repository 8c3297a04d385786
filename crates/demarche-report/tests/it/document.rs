//! The note as a document: a container with the parts that word processors expect, and the same text as the page.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

use demarche_case::{Recipient, Sha256};
use demarche_report::note;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::fixtures::{country, small};
use crate::judged::judged;

/// The parts of a document by name, each read whole.
pub(crate) fn parts(docx: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut parts = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.push((file.name().unwrap().into_owned(), text));
    }
    parts
}

fn part<'a>(parts: &'a [(String, String)], name: &str) -> &'a str {
    &parts.iter().find(|(one, _)| one == name).unwrap().1
}

/// The text of a part, a line for each paragraph; every tag is closed and every entity is known, or it panics.
pub(crate) fn text_of(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    let (mut text, mut is_text, mut open) = (String::new(), false, 0_i64);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open += 1;
                is_text = tag.name().as_ref() == b"w:t";
            }
            Event::End(tag) => {
                open -= 1;
                is_text = false;
                if tag.name().as_ref() == b"w:p" {
                    text.push('\n');
                }
            }
            Event::Text(part) if is_text => text.push_str(&part.decode().unwrap()),
            Event::GeneralRef(entity) if is_text => text.push(match entity.to_vec().as_slice() {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                other => panic!("unknown entity {other:?}"),
            }),
            Event::PI(_) | Event::DocType(_) | Event::Comment(_) | Event::CData(_) => {
                panic!("nothing of this kind is written")
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0, "every tag is closed");
    text
}

#[test]
fn the_document_has_its_parts_and_every_one_is_declared() {
    let note = note(&small(), country("CN"));
    let parts = parts(&note.docx);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/core.xml",
            "word/document.xml",
            "word/_rels/document.xml.rels",
            "word/styles.xml",
            "word/settings.xml",
            "word/numbering.xml",
            "word/header1.xml",
            "word/footer1.xml"
        ]
    );
    let types = part(&parts, "[Content_Types].xml");
    for name in names.iter().filter(|name| !name.ends_with(".rels") && !name.starts_with('[')) {
        assert!(types.contains(&format!("PartName=\"/{name}\"")), "{name}");
    }
    for (name, xml) in &parts {
        text_of(xml);
        assert!(!xml.contains("TargetMode=\"External\""), "{name} asks nothing of a server");
    }
}

#[test]
fn header_and_footer_have_the_marking_and_the_reference() {
    let note = note(&small(), country("CN"));
    let parts = parts(&note.docx);
    let marking = note.marking.to_string();
    assert_eq!(text_of(part(&parts, "word/header1.xml")).trim(), marking);
    let footer = text_of(part(&parts, "word/footer1.xml"));
    assert!(footer.contains(&marking) && footer.contains("studio-2014/CN"), "{footer}");
}

#[test]
fn styles_that_are_used_are_there_and_each_numbered_list_begins_anew() {
    let note = note(&judged(), country("CN"));
    let parts = parts(&note.docx);
    let document = part(&parts, "word/document.xml");
    let values = |tag: &str| -> BTreeSet<String> {
        let after = document.split(tag).skip(1);
        after.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    for tag in ["<w:pStyle w:val=\"", "<w:rStyle w:val=\"", "<w:tblStyle w:val=\""] {
        for style in values(tag) {
            let declared = format!("w:styleId=\"{style}\"");
            assert!(part(&parts, "word/styles.xml").contains(&declared), "{style}");
        }
    }
    let lists = values("<w:numId w:val=\"");
    assert!(lists.len() > 2, "bullets, what is asked, and the facts: {lists:?}");
    for list in lists {
        let declared = format!("<w:num w:numId=\"{list}\">");
        assert!(part(&parts, "word/numbering.xml").contains(&declared), "{list}");
    }
}

#[test]
fn the_document_says_what_the_markdown_says() {
    for to in ["CN", "TH", "KP", "TH-CERT"] {
        let to: Recipient = to.parse().unwrap();
        let note = note(&judged(), to);
        let text = text_of(part(&parts(&note.docx), "word/document.xml"));
        let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        let mut compared = 0;
        for line in note.markdown.lines().filter(|line| !line.starts_with(['|', '*'])) {
            let line = line.trim_start_matches([
                '#', '-', ' ', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '.',
            ]);
            let plain = line.replace("**", "").replace('\\', "");
            let plain = plain.split_once(":** ").map_or(plain.as_str(), |(_, rest)| rest);
            let plain: String = plain.chars().filter(|sign| !sign.is_whitespace()).collect();
            let plain = plain.split_once(':').map_or(plain.as_str(), |(_, rest)| rest);
            assert!(text.contains(plain), "{to}: {line}");
            compared += 1;
        }
        assert!(compared > 20, "{to}: {compared}");
    }
}

#[test]
fn the_same_note_has_the_same_bytes_and_the_annex_has_their_hash() {
    let (one, again) = (note(&judged(), country("CN")), note(&judged(), country("CN")));
    assert!(one.docx == again.docx);
    let bytes = [one.markdown.as_bytes(), one.html.as_bytes(), &one.docx];
    for (file, bytes) in one.annex.files.iter().zip(bytes) {
        assert_eq!(file.sha256, Sha256::of(bytes), "{}", file.path);
        assert_eq!(file.bytes, bytes.len() as u64);
    }
    assert_eq!(one.annex.reference, "studio-2014/CN");
    for annexed in &one.annex.annexes {
        assert!(one.markdown.contains(&annexed.sha256.to_string()), "{}", annexed.path);
    }
}
