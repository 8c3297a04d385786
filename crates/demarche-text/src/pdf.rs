//! PDF files (ISO 32000): the text of each page, of its notes and form fields, the outline, and the files attached.
//!
//! Files that open without a password are decrypted. Images are not looked into; pages that are only images are counted.
#![warn(clippy::indexing_slicing)]

mod cmap;
mod crypt;
mod file;
mod filter;
mod font;
mod glyphs;
mod lexer;
mod lines;
mod page;

use std::collections::BTreeSet;

use encoding_rs::{UTF_16BE, UTF_16LE};

use self::file::File;
use self::lexer::{Dictionary, Object};
use self::page::Reader;
use crate::writer::Writer;
use crate::{Damage, Embedded, Fault, Shape, Unread};

/// Reads a file.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let file = File::open(bytes, writer)?;
    let root = file.dictionary_or_empty(file.trailer.get(b"Root"), writer);
    let pages = pages(&file, &root, writer);
    if pages.is_empty() {
        return Err(Unread::Damaged(Damage::Pages));
    }
    let mut reader = Reader::new(&file);
    let mut scanned = 0;
    for (index, page) in pages.iter().enumerate() {
        if writer.is_full() {
            break;
        }
        let text = reader.page(&page.dictionary, &page.resources, writer);
        scanned += usize::from(text.is_empty() && reader.has_image);
        writer.section(Some(format!("page {}", index + 1)), Shape::Prose, text);
        notes(&file, &page.dictionary, index + 1, &mut reader, writer);
    }
    if reader.unmapped > 0 {
        writer.fault(Fault::Unmapped { characters: reader.unmapped });
    }
    fields(&file, &root, writer);
    outline(&file, &root, writer);
    properties(&file, writer);
    match scanned {
        0 => {}
        pages if !writer.has_text() => return Err(Unread::NeedsRecognition { pages }),
        pages => writer.fault(Fault::NeedsRecognition { pages }),
    }
    Ok(())
}

/// A page with the resources that it has or inherits.
#[derive(Debug)]
struct Page {
    dictionary: Dictionary,
    resources: Dictionary,
}

/// The pages in their order; a node that was visited is not visited again.
fn pages(file: &File<'_>, root: &Dictionary, writer: &mut Writer<'_>) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut visited = BTreeSet::new();
    let mut open = vec![(root.get(b"Pages").cloned(), Dictionary::default())];
    while let Some((node, inherited)) = open.pop() {
        let number = node.as_ref().and_then(Object::reference);
        if number.is_some_and(|number| !visited.insert(number)) {
            writer.fault(Fault::Part { part: "page tree".to_owned() });
            continue;
        }
        let Some(dictionary) = file.dictionary(node.as_ref(), writer) else { continue };
        let resources = file.dictionary(dictionary.get(b"Resources"), writer).unwrap_or(inherited);
        if dictionary.get(b"Kids").is_some() {
            let kids = file.array(dictionary.get(b"Kids"), writer);
            open.extend(kids.into_iter().rev().map(|kid| (Some(kid), resources.clone())));
        } else {
            pages.push(Page { dictionary, resources });
        }
        if pages.len() + open.len() > writer.limits().parts {
            writer.fault(Fault::TooMany { limit: writer.limits().parts });
            break;
        }
    }
    if pages.is_empty() {
        pages = stray_pages(file, writer);
    }
    pages
}

/// Pages of a file whose tree of pages is lost.
fn stray_pages(file: &File<'_>, writer: &mut Writer<'_>) -> Vec<Page> {
    let mut pages = Vec::new();
    for number in file.numbers(writer) {
        let page = file.dictionary(Some(&Object::Reference(number)), writer);
        let Some(dictionary) = page.filter(|page| page.has_name(b"Type", b"Page")) else {
            continue;
        };
        let resources = file.dictionary_or_empty(dictionary.get(b"Resources"), writer);
        pages.push(Page { dictionary, resources });
    }
    if !pages.is_empty() {
        writer.fault(Fault::Part { part: "page tree".to_owned() });
    }
    pages
}

/// Text outside content streams: UTF-16 or UTF-8 by its mark, else Latin letters.
fn text(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return UTF_16BE.decode_without_bom_handling(wide).0.into_owned();
    }
    if let Some(wide) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return UTF_16LE.decode_without_bom_handling(wide).0.into_owned();
    }
    match bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        Some(marked) => String::from_utf8_lossy(marked).into_owned(),
        None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The text of a value, which may stand in a stream.
fn value(file: &File<'_>, object: Option<&Object>, writer: &mut Writer<'_>) -> Option<String> {
    match file.resolve(object?, writer) {
        Object::Text(bytes) => Some(text(&bytes)),
        Object::Name(name) => Some(String::from_utf8_lossy(&name).into_owned()),
        Object::Dictionary(_) => {
            let found = file.found(object, writer)?;
            file.expanded(&found, writer).map(|bytes| text(&bytes))
        }
        Object::Array(values) => {
            let texts = values.iter().filter_map(Object::text).map(text);
            Some(texts.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

/// Reads the notes on a page, the text drawn for them, and the addresses of mail in links.
fn notes(
    file: &File<'_>,
    page: &Dictionary,
    number: usize,
    reader: &mut Reader<'_, '_>,
    writer: &mut Writer<'_>,
) {
    let notes = file.array(page.get(b"Annots"), writer);
    if notes.is_empty() {
        return;
    }
    writer.begin(Some(format!("notes on page {number}")), Shape::Prose);
    for note in notes.iter().take(writer.limits().parts) {
        let Some(note) = file.dictionary(Some(note), writer) else { continue };
        for key in [&b"T"[..], b"Contents"] {
            // Fields are read with their names.
            if note.has_name(b"Subtype", b"Widget") {
                break;
            }
            if let Some(text) = value(file, note.get(key), writer) {
                writer.push(&text.replace('\r', "\n"));
                writer.end_line();
            }
        }
        let action = file.dictionary(note.get(b"A"), writer);
        let target = action.and_then(|action| value(file, action.get(b"URI"), writer));
        if let Some(address) = target.as_deref().and_then(|target| target.strip_prefix("mailto:")) {
            writer.push(address.split('?').next().unwrap_or(address));
            writer.end_line();
        }
        let look = file.dictionary(note.get(b"AP"), writer);
        let look = look.and_then(|look| look.get(b"N").and_then(Object::reference));
        if let Some(number) = look.filter(|_| !note.has_name(b"Subtype", b"Link")) {
            let drawn = reader.form(number, writer);
            writer.push(&drawn);
            writer.end_line();
        }
    }
}

/// Reads the fields of a form, a line each: its name and its value.
fn fields(file: &File<'_>, root: &Dictionary, writer: &mut Writer<'_>) {
    let Some(form) = file.dictionary(root.get(b"AcroForm"), writer) else { return };
    writer.begin(Some("form fields".to_owned()), Shape::Prose);
    let mut visited = BTreeSet::new();
    let fields = file.array(form.get(b"Fields"), writer);
    let mut open: Vec<(Object, String)> =
        fields.into_iter().rev().map(|field| (field, String::new())).collect();
    while let Some((field, outer)) = open.pop() {
        if field.reference().is_some_and(|number| !visited.insert(number))
            || visited.len() > writer.limits().parts
        {
            continue;
        }
        let Some(field) = file.dictionary(Some(&field), writer) else { continue };
        let name = value(file, field.get(b"T"), writer).unwrap_or_default();
        let name = if outer.is_empty() || name.is_empty() {
            outer + &name
        } else {
            format!("{outer}.{name}")
        };
        if let Some(value) = value(file, field.get(b"V"), writer).filter(|value| !value.is_empty())
        {
            writer.push(&format!("{name}: {}", value.replace('\r', "\n")));
            writer.end_line();
        }
        // The name grows with each level; what is deeper than the limit has no name that anyone reads.
        if name.len() < 4_096 {
            let kids = file.array(field.get(b"Kids"), writer);
            open.extend(kids.into_iter().rev().map(|kid| (kid, name.clone())));
        }
    }
    let parts = file.array(form.get(b"XFA"), writer);
    for part in &parts {
        if let Some(bytes) =
            file.found(Some(part), writer).and_then(|found| file.expanded(&found, writer))
        {
            let xml = String::from_utf8_lossy(&bytes);
            if xml.contains("datasets") {
                crate::xml::read(&xml, writer);
            }
        }
    }
}

/// Reads the titles of the outline.
fn outline(file: &File<'_>, root: &Dictionary, writer: &mut Writer<'_>) {
    writer.begin(Some("outline".to_owned()), Shape::Prose);
    let mut visited = BTreeSet::new();
    let mut open: Vec<Object> = root.get(b"Outlines").cloned().into_iter().collect();
    while let Some(entry) = open.pop() {
        if entry.reference().is_none_or(|number| !visited.insert(number))
            || visited.len() > writer.limits().parts
        {
            continue;
        }
        let Some(entry) = file.dictionary(Some(&entry), writer) else { continue };
        if let Some(title) = value(file, entry.get(b"Title"), writer) {
            writer.push_cell(&title);
            writer.end_line();
        }
        open.extend(
            [b"Next".as_slice(), b"First"].iter().filter_map(|key| entry.get(key).cloned()),
        );
    }
}

/// Reads who wrote the file, and its title.
fn properties(file: &File<'_>, writer: &mut Writer<'_>) {
    writer.begin(Some("properties".to_owned()), Shape::Prose);
    let Some(properties) = file.dictionary(file.trailer.get(b"Info"), writer) else { return };
    for (key, name) in [
        ("Title", "title"),
        ("Subject", "subject"),
        ("Author", "creator"),
        ("Keywords", "keywords"),
    ] {
        let text = value(file, properties.get(key.as_bytes()), writer);
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            writer.push(&format!("{name}: "));
            writer.push_cell(&text);
            writer.push("\n");
        }
    }
}

/// Hands over the files attached to a file, wherever they are named.
pub(crate) fn embedded(bytes: &[u8], writer: &mut Writer<'_>) -> Result<Vec<Embedded>, Unread> {
    let file = File::open(bytes, writer)?;
    let mut embedded = Vec::new();
    let mut visited = BTreeSet::new();
    for number in file.numbers(writer) {
        let Some(found) = file.find(number, writer) else { continue };
        let mut open = vec![found.object];
        while let Some(object) = open.pop() {
            match object {
                Object::Array(array) => open.extend(array),
                Object::Dictionary(dictionary) => {
                    embedded.extend(attached(&file, &dictionary, &mut visited, writer));
                    open.extend(dictionary.0.into_iter().map(|(_, value)| value));
                }
                _ => {}
            }
        }
    }
    Ok(embedded)
}

/// The file that a specification of a file embeds.
fn attached(
    file: &File<'_>,
    dictionary: &Dictionary,
    visited: &mut BTreeSet<u32>,
    writer: &mut Writer<'_>,
) -> Option<Embedded> {
    let streams = file.dictionary(dictionary.get(b"EF"), writer)?;
    let stream = streams.get(b"UF").or_else(|| streams.get(b"F"))?;
    if !visited.insert(stream.reference()?) {
        return None;
    }
    let found = file.found(Some(stream), writer)?;
    let bytes = file.expanded(&found, writer)?;
    let name = value(file, dictionary.get(b"UF").or_else(|| dictionary.get(b"F")), writer);
    let name = name.map_or_else(String::new, |name| name.replace(char::is_control, ""));
    Some(Embedded { name, bytes })
}
