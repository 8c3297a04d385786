//! Word documents since 2007 (ECMA-376, part 1, section 17).
//!
//! Runs of a paragraph are joined, because a value is often spread over several of them. A paragraph with tracked changes
//! is written as it is now, then as it was before. Text boxes follow their paragraph.
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use crate::markup::{Scanner, Tag, Token, local, resolve};
use crate::office::{drawings, mail_links, properties};
use crate::package::Package;
use crate::writer::Writer;
use crate::{Damage, Fault, Shape, Unread};

/// Reads a document.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let package = Package::open(bytes, writer)?;
    let parts = package.names("word/", ".xml");
    let is_main = |name: &&String| name.starts_with("word/document");
    if !parts.iter().any(|name| is_main(&name)) && package.names("word/", "").is_empty() {
        return Err(Unread::Damaged(Damage::Missing { part: "word/document.xml".to_owned() }));
    }
    let mains = parts.iter().filter(is_main).map(|part| (part, None));
    let asides = parts.iter().filter_map(|part| kind_of(part).map(|kind| (part, Some(kind))));
    for (part, kind) in mains.chain(asides) {
        let links = mail_links(&package, part, writer);
        let Some(xml) = package.xml(part, writer) else { continue };
        writer.begin(kind.map(str::to_owned), Shape::Prose);
        Story::new(writer, part, links).read(&xml);
    }
    for part in package
        .names("word/diagrams/data", ".xml")
        .iter()
        .chain(&package.names("word/charts/chart", ".xml"))
    {
        drawings(&package, part, "drawing", writer);
    }
    properties(&package, writer);
    package.count_images(writer);
    Ok(())
}

/// The name of the section for a part beside the main one.
fn kind_of(part: &str) -> Option<&'static str> {
    let file = part.strip_prefix("word/")?;
    let kinds = [
        ("header", "header"),
        ("footer", "footer"),
        ("footnotes", "footnotes"),
        ("endnotes", "endnotes"),
        ("comments.", "comments"),
        ("glossary/document", "building blocks"),
    ];
    kinds.iter().find(|(start, _)| file.starts_with(start)).map(|(_, kind)| *kind)
}

/// A part as it is read: paragraphs, tables, and texts that stand beside a paragraph.
#[derive(Debug)]
struct Story<'writer, 'call> {
    writer: &'writer mut Writer<'call>,
    part: &'writer str,
    /// Addresses of mail by the name of their link.
    links: BTreeMap<String, String>,
    paragraph: Paragraph,
    /// Paragraphs around the text boxes that are open.
    around: Vec<Paragraph>,
    /// Texts that follow when the paragraph or table ends.
    aside: String,
    /// The text of the cell that is open.
    cell: String,
    /// The number of open tables.
    tables: usize,
    /// The number of cells written in the row.
    columns: usize,
    /// The columns that the open cell takes beyond its first.
    spanned: usize,
    in_text: bool,
    in_field: bool,
    field: String,
    insertions: usize,
    deletions: usize,
}

/// A paragraph as it is written.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    /// Its text before tracked changes; `None` where there are none.
    before: Option<String>,
    /// The address of the link that is open, and the length of the text before it.
    link: Option<(String, usize)>,
}

impl<'writer, 'call> Story<'writer, 'call> {
    fn new(
        writer: &'writer mut Writer<'call>,
        part: &'writer str,
        links: BTreeMap<String, String>,
    ) -> Self {
        Self {
            writer,
            part,
            links,
            paragraph: Paragraph::default(),
            around: Vec::new(),
            aside: String::new(),
            cell: String::new(),
            tables: 0,
            columns: 0,
            spanned: 0,
            in_text: false,
            in_field: false,
            field: String::new(),
            insertions: 0,
            deletions: 0,
        }
    }

    fn read(mut self, xml: &str) {
        let mut scanner = Scanner::xml(xml);
        while let Some(token) = scanner.next() {
            if self.writer.is_full() {
                return;
            }
            match token {
                Token::Text(text) if self.in_text => self.push(&resolve(text)),
                Token::Text(text) if self.in_field => self.field.push_str(&resolve(text)),
                Token::Verbatim(text) if self.in_text => self.push(text),
                Token::Open(tag) => self.open(tag, &mut scanner),
                Token::Close(name) => self.close(local(name)),
                Token::Doctype(true) => {
                    self.writer.fault(Fault::Entities { part: self.part.to_owned() });
                }
                _ => {}
            }
        }
        self.end_paragraph();
        self.end_row();
        self.end_asides();
    }

    /// Writes text as the tracked changes around it say.
    fn push(&mut self, text: &str) {
        if self.insertions + self.deletions > 0 && self.paragraph.before.is_none() {
            self.paragraph.before = Some(self.paragraph.text.clone());
        }
        if self.deletions == 0 {
            self.paragraph.text.push_str(text);
        }
        if let Some(before) = self.paragraph.before.as_mut().filter(|_| self.insertions == 0) {
            before.push_str(text);
        }
    }

    fn open(&mut self, tag: Tag<'_>, scanner: &mut Scanner<'_>) {
        if tag.is_empty {
            return self.open_empty(tag);
        }
        match local(tag.name) {
            "t" | "delText" => self.in_text = true,
            "instrText" => self.in_field = true,
            "ins" | "moveTo" => self.insertions += 1,
            "del" | "moveFrom" => self.deletions += 1,
            "tbl" => self.open_table(),
            "tc" if self.tables <= 1 => self.spanned = 0,
            "txbxContent" => self.around.push(std::mem::take(&mut self.paragraph)),
            // The fallback repeats what the choice before it says.
            "Fallback" => scanner.skip_raw(tag.name),
            "hyperlink" => {
                let address = tag.raw("id").and_then(|id| self.links.get(id));
                self.paragraph.link =
                    address.map(|address| (address.clone(), self.paragraph.text.len()));
            }
            "comment" => {
                if let Some(author) = tag.attribute("author") {
                    self.paragraph.text = format!("{author}: ");
                }
            }
            "docPr" => self.describe(&tag),
            _ => {}
        }
    }

    fn open_empty(&mut self, tag: Tag<'_>) {
        match local(tag.name) {
            "tab" | "ptab" => self.push("\t"),
            "br" | "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "gridSpan" if self.tables == 1 => {
                let span = tag.raw("val").and_then(|span| span.parse::<usize>().ok()).unwrap_or(1);
                self.spanned = span.clamp(1, 64) - 1;
            }
            "docPr" => self.describe(&tag),
            // A paragraph or cell without content still takes its place.
            "tc" if self.tables == 1 => self.end_cell(),
            _ => {}
        }
    }

    /// Keeps the description of a picture.
    fn describe(&mut self, tag: &Tag<'_>) {
        if let Some(description) = tag.attribute("descr").filter(|text| !text.is_empty()) {
            self.aside.push_str(&description);
            self.aside.push('\n');
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" | "delText" => self.in_text = false,
            "instrText" => {
                self.in_field = false;
                self.end_field();
            }
            "ins" | "moveTo" => self.insertions = self.insertions.max(1) - 1,
            "del" | "moveFrom" => self.deletions = self.deletions.max(1) - 1,
            "p" => self.end_paragraph(),
            "tc" if self.tables == 1 => self.end_cell(),
            "tr" if self.tables == 1 => self.end_row(),
            "tbl" => self.close_table(),
            "txbxContent" => {
                self.end_paragraph();
                if let Some(paragraph) = self.around.pop() {
                    self.paragraph = paragraph;
                }
            }
            "hyperlink" => self.close_link(),
            _ => {}
        }
    }

    /// Keeps the address of mail in the instruction of a field.
    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        if let Some((_, address)) = field.split_once("mailto:") {
            let address = address.split(['"', '?', ' ']).next().unwrap_or("");
            self.aside.push_str(address);
            self.aside.push('\n');
        }
    }

    fn close_link(&mut self) {
        let Some((address, start)) = self.paragraph.link.take() else { return };
        let is_shown =
            self.paragraph.text.get(start..).is_some_and(|shown| shown.contains(&address));
        if !is_shown {
            self.push(&format!(" <{address}>"));
        }
    }

    fn end_paragraph(&mut self) {
        let Paragraph { text, before, .. } = std::mem::take(&mut self.paragraph);
        for text in [Some(text), before].into_iter().flatten().filter(|text| !text.is_empty()) {
            if !self.around.is_empty() {
                self.aside.push_str(&text);
                self.aside.push('\n');
            } else if self.tables > 0 {
                self.push_to_cell(&text);
            } else {
                self.writer.push(&text);
                self.writer.push("\n");
            }
        }
        if self.tables == 0 && self.around.is_empty() {
            self.end_asides();
        }
    }

    fn push_to_cell(&mut self, text: &str) {
        if !self.cell.is_empty() {
            self.cell.push(' ');
        }
        if self.cell.len() < self.writer.text_left() {
            self.cell.push_str(text);
        }
    }

    fn open_table(&mut self) {
        self.tables += 1;
        if self.tables == 1 && self.around.is_empty() {
            self.writer.begin(None, Shape::Table);
            self.columns = 0;
        }
    }

    fn close_table(&mut self) {
        self.tables = self.tables.max(1) - 1;
        if self.tables == 0 {
            self.end_row();
            self.writer.begin(None, Shape::Prose);
            self.end_asides();
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if self.columns > 0 {
            self.writer.push("\t");
        }
        self.writer.push_cell(&cell);
        for _ in 0..self.spanned {
            self.writer.push("\t");
        }
        self.columns += 1;
        self.spanned = 0;
    }

    fn end_row(&mut self) {
        if !self.cell.is_empty() {
            self.end_cell();
        }
        self.writer.end_line();
        self.columns = 0;
    }

    fn end_asides(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        self.writer.push(&aside);
    }
}
