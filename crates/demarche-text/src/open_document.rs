//! Texts, spreadsheets and presentations of `OpenDocument` (ISO/IEC 26300).
//!
//! Sheets, tables and slides are sections. Notes, comments and deleted text follow the paragraph or the table that they
//! belong to.
#![warn(clippy::indexing_slicing)]

use crate::grid::Grid;
use crate::markup::{Scanner, Tag, Token, local, resolve};
use crate::office::properties;
use crate::package::Package;
use crate::writer::Writer;
use crate::{Damage, Fault, Shape, Unread};

/// Reads a document of any of the three kinds.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let package = Package::open(bytes, writer)?;
    let main = "content.xml";
    let Some(xml) = package.xml(main, writer) else {
        return Err(Unread::Damaged(Damage::Missing { part: main.to_owned() }));
    };
    writer.begin(None, Shape::Prose);
    Body::new(writer, main).read(&xml);
    drop(xml);
    // Headers and footers are in the styles.
    if let Some(xml) = package.xml("styles.xml", writer) {
        writer.begin(Some("headers and footers".to_owned()), Shape::Prose);
        Body::new(writer, "styles.xml").read(&xml);
    }
    properties(&package, writer);
    package.count_images(writer);
    Ok(())
}

/// Repetitions of a cell or row that are written; a sheet is filled to its last row by repetition.
const REPEATED: usize = 64;

/// A part as it is read.
#[derive(Debug)]
struct Body<'writer, 'call> {
    writer: &'writer mut Writer<'call>,
    part: &'writer str,
    paragraph: String,
    /// The number of open paragraphs.
    paragraphs: usize,
    /// Paragraphs around the notes and boxes that are open.
    around: Vec<(String, usize)>,
    /// Texts that follow when the paragraph or table ends.
    aside: String,
    /// The address of the link that is open, and the length of the text before it.
    link: Option<(String, usize)>,
    /// The open tables; the outermost is a section.
    tables: usize,
    row: Row,
    slides: usize,
}

/// A row of a table, whose cells are written when it ends.
#[derive(Debug, Default)]
struct Row {
    number: usize,
    repeated: usize,
    column: usize,
    cells: Vec<(usize, String)>,
    cell: String,
    cell_repeated: usize,
    /// The value of the cell as stored, where it is a number or a date.
    value: Option<String>,
}

fn repetition(tag: &Tag<'_>, attribute: &str) -> usize {
    tag.raw(attribute).and_then(|count| count.parse().ok()).unwrap_or(1)
}

impl<'writer, 'call> Body<'writer, 'call> {
    fn new(writer: &'writer mut Writer<'call>, part: &'writer str) -> Self {
        Self {
            writer,
            part,
            paragraph: String::new(),
            paragraphs: 0,
            around: Vec::new(),
            aside: String::new(),
            link: None,
            tables: 0,
            row: Row::default(),
            slides: 0,
        }
    }

    fn read(mut self, xml: &str) {
        let mut scanner = Scanner::xml(xml);
        while let Some(token) = scanner.next() {
            if self.writer.is_full() {
                return;
            }
            match token {
                Token::Text(text) if self.paragraphs > 0 => self.push(&resolve(text)),
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

    /// Writes text with its white space collapsed.
    fn push(&mut self, text: &str) {
        for (index, word) in text.split([' ', '\n', '\t', '\r']).enumerate() {
            if index > 0 && !self.paragraph.is_empty() && !self.paragraph.ends_with([' ', '\n']) {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(word);
        }
    }

    fn open(&mut self, tag: Tag<'_>, scanner: &mut Scanner<'_>) {
        match local(tag.name) {
            "p" | "h" if !tag.is_empty => {
                self.paragraphs += 1;
                self.paragraph.clear();
            }
            "s" if tag.name.starts_with("text:") => {
                let count = repetition(&tag, "c").min(1_000);
                self.paragraph.extend(std::iter::repeat_n(' ', count));
            }
            "tab" => self.paragraph.push('\t'),
            "line-break" => self.paragraph.push('\n'),
            "a" if !tag.is_empty => {
                let target = tag.text("href");
                let address =
                    target.strip_prefix("mailto:").and_then(|target| target.split('?').next());
                self.link =
                    address.map(|address| (address.replace("%40", "@"), self.paragraph.len()));
            }
            "note" | "annotation" | "text-box" | "custom-shape" | "deletion" if !tag.is_empty => {
                self.around.push((std::mem::take(&mut self.paragraph), self.paragraphs));
                self.paragraphs = 0;
            }
            // Every note would begin with its number.
            "note-citation" if !tag.is_empty => scanner.skip_raw(tag.name),
            "page" if tag.name.starts_with("draw:") => self.open_slide(),
            "creator" if !self.around.is_empty() => self.paragraphs += 1,
            "table" if tag.name.starts_with("table:") && !tag.is_empty => self.open_table(&tag),
            "table-row" => {
                self.row.repeated = repetition(&tag, "number-rows-repeated");
                self.row.column = 0;
                if tag.is_empty {
                    self.end_row();
                }
            }
            "table-cell" | "covered-table-cell" => self.open_cell(&tag),
            _ => {}
        }
    }

    fn open_slide(&mut self) {
        self.slides += 1;
        self.writer.begin(Some(format!("slide {}", self.slides)), Shape::Prose);
    }

    fn open_table(&mut self, tag: &Tag<'_>) {
        self.tables += 1;
        if self.tables == 1 {
            let name = tag.attribute("name").map(|name| format!("sheet “{name}”"));
            self.writer.begin(name, Shape::Table);
            self.row = Row::default();
        }
    }

    fn open_cell(&mut self, tag: &Tag<'_>) {
        if self.tables > 1 {
            return;
        }
        self.row.cell.clear();
        self.row.cell_repeated = repetition(tag, "number-columns-repeated");
        let stored =
            ["value", "date-value", "boolean-value"].iter().find_map(|name| tag.attribute(name));
        self.row.value = stored.map(std::borrow::Cow::into_owned);
        if tag.is_empty {
            self.end_cell();
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => self.end_paragraph(),
            "creator" if !self.around.is_empty() => self.end_paragraph(),
            "a" => self.close_link(),
            "note" | "annotation" | "text-box" | "custom-shape" | "deletion" => {
                self.end_paragraph();
                if let Some((paragraph, paragraphs)) = self.around.pop() {
                    (self.paragraph, self.paragraphs) = (paragraph, paragraphs);
                }
                if self.around.is_empty() && self.paragraphs == 0 && self.tables == 0 {
                    self.end_asides();
                }
            }
            "table-cell" | "covered-table-cell" if self.tables <= 1 => self.end_cell(),
            "table-row" if self.tables <= 1 => self.end_row(),
            "table" => {
                self.tables = self.tables.max(1) - 1;
                if self.tables == 0 {
                    self.writer.end_line();
                    self.writer.begin(None, Shape::Prose);
                    self.end_asides();
                }
            }
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        if !self.paragraph.get(start..).is_some_and(|shown| shown.contains(&address)) {
            self.paragraph.push_str(&format!(" <{address}>"));
        }
    }

    fn end_paragraph(&mut self) {
        self.paragraphs = self.paragraphs.max(1) - 1;
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.is_empty() {
            return;
        }
        if !self.around.is_empty() {
            self.aside.push_str(&paragraph);
            self.aside.push('\n');
        } else if self.tables > 0 {
            if !self.row.cell.is_empty() {
                self.row.cell.push(' ');
            }
            self.row.cell.push_str(&paragraph);
        } else {
            self.writer.push(&paragraph);
            self.writer.push("\n");
            self.end_asides();
        }
    }

    fn end_cell(&mut self) {
        let (text, value) = (std::mem::take(&mut self.row.cell), self.row.value.take());
        let text = match value {
            Some(value) if !same_digits(&text, &value) => value,
            _ => text,
        };
        let repeated = std::mem::replace(&mut self.row.cell_repeated, 1).max(1);
        if !text.is_empty() {
            for step in 0..repeated.min(REPEATED) {
                self.row.cells.push((self.row.column.wrapping_add(step), text.clone()));
            }
        }
        self.row.column = self.row.column.wrapping_add(repeated);
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.row.cells);
        let repeated = self.row.repeated.max(1);
        let written = if cells.is_empty() { 0 } else { repeated.min(REPEATED) };
        for _ in 0..written {
            let line: Vec<_> =
                cells.iter().map(|(column, text)| (*column, text.as_str())).collect();
            self.writer.end_line();
            let mut grid = Grid::new(self.writer);
            for (column, text) in line {
                grid.cell(0, column, text);
            }
            grid.finish();
        }
        self.row.number = self.row.number.wrapping_add(repeated);
        self.row.repeated = 1;
    }

    fn end_asides(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        self.writer.push(&aside);
    }
}

/// True where a cell shows the digits of its value, perhaps with marks between them.
fn same_digits(shown: &str, value: &str) -> bool {
    let digits = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').to_owned()
    };
    !value.contains('-') && !shown.is_empty() && digits(shown) == digits(value)
}
