//! Workbooks since 2007 (ECMA-376, part 1, section 18): every sheet, hidden ones too, with comments.
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use crate::grid::Grid;
use crate::markup::{Scanner, Tag, Token, local, resolve};
use crate::number::{Look, shown};
use crate::office::{drawings, mail_links, properties, relations};
use crate::package::Package;
use crate::writer::Writer;
use crate::{Damage, Fault, Shape, Unread};

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let package = Package::open(bytes, writer)?;
    let book = book(&package, writer);
    if book.sheets.is_empty() {
        return Err(Unread::Damaged(Damage::Missing { part: "xl/worksheets".to_owned() }));
    }
    for sheet in &book.sheets {
        let Some(xml) = package.xml(&sheet.part, writer) else { continue };
        writer.begin(Some(sheet.name.clone()), Shape::Table);
        read_sheet(&xml, &book, &sheet.part, writer);
    }
    drop(book);
    beside_sheets(&package, writer);
    properties(&package, writer);
    package.count_images(writer);
    Ok(())
}

/// Reads what stands beside the sheets: comments, drawings, addresses in links, and copies of data behind pivot tables.
fn beside_sheets(package: &Package<'_>, writer: &mut Writer<'_>) {
    for folder in ["xl/comments", "xl/threadedComments/"] {
        for part in package.names(folder, ".xml") {
            comments(package, &part, writer);
        }
    }
    for (folder, name) in [
        ("xl/drawings/drawing", "drawing"),
        ("xl/charts/chart", "chart"),
        ("xl/diagrams/data", "drawing"),
    ] {
        for part in package.names(folder, ".xml") {
            drawings(package, &part, name, writer);
        }
    }
    for part in package
        .names("xl/pivotCache/pivotCache", ".xml")
        .iter()
        .chain(&package.names("xl/externalLinks/", ".xml"))
    {
        cached(package, part, writer);
    }
    writer.begin(Some("links".to_owned()), Shape::Prose);
    for part in package.names("xl/worksheets/", ".xml") {
        for address in mail_links(package, &part, writer).values() {
            writer.push(address);
            writer.end_line();
        }
    }
}

/// The parts of a workbook that its sheets refer to.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) strings: Strings,
    /// The look of numbers, by style of the cell.
    pub(crate) looks: Vec<Look>,
    /// True where days are counted from 1904.
    pub(crate) is_1904: bool,
}

/// A sheet, and the part that holds it.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) part: String,
}

/// The name of the section for a sheet.
pub(crate) fn sheet_name(name: &str, is_hidden: bool) -> String {
    if is_hidden { format!("hidden sheet “{name}”") } else { format!("sheet “{name}”") }
}

/// Texts that cells refer to by number, in one piece of memory.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start =
            index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        self.text.get(start..end)
    }
}

fn book(package: &Package<'_>, writer: &mut Writer<'_>) -> Book {
    let main = "xl/workbook.xml";
    let relations = relations(package, main, writer);
    let mut book = Book::default();
    for token in Scanner::xml(&package.xml_or_empty(main, writer)) {
        let Token::Open(tag) = token else { continue };
        match local(tag.name) {
            "workbookPr" => book.is_1904 = matches!(tag.raw("date1904"), Some("1" | "true" | "on")),
            "sheet" => {
                let name = tag.text("name");
                let is_hidden = tag.raw("state").is_some_and(|state| state != "visible");
                let name = sheet_name(&name, is_hidden);
                let target = tag.raw("id").and_then(|id| relations.get(id));
                let part = target.map_or_else(String::new, |relation| relation.target.clone());
                book.sheets.push(Sheet { name, part });
            }
            _ => {}
        }
    }
    for (index, part) in package.names("xl/worksheets/", ".xml").into_iter().enumerate() {
        if book.sheets.iter().any(|sheet| sheet.part == part) {
            continue;
        }
        // A workbook whose relations are lost has its sheets in the order of their files.
        match book.sheets.get_mut(index).filter(|sheet| sheet.part.is_empty()) {
            Some(sheet) => sheet.part = part,
            None => book.sheets.push(Sheet { name: format!("sheet {}", index + 1), part }),
        }
    }
    book.strings = strings(package, writer);
    book.looks = looks(package, writer);
    book
}

fn strings(package: &Package<'_>, writer: &mut Writer<'_>) -> Strings {
    let mut strings = Strings::default();
    let Some(xml) = package.xml("xl/sharedStrings.xml", writer) else { return strings };
    let mut scanner = Scanner::xml(&xml);
    let mut in_text = false;
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) if in_text => strings.push(&resolve(text)),
            Token::Verbatim(text) if in_text => strings.push(text),
            Token::Open(tag) => match local(tag.name) {
                "t" => in_text = !tag.is_empty,
                "si" if tag.is_empty => strings.end(),
                // How the text is pronounced would stand in the middle of the text.
                "rPh" if !tag.is_empty => scanner.skip_raw(tag.name),
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "t" => in_text = false,
                "si" => strings.end(),
                _ => {}
            },
            Token::Doctype(true) => {
                writer.fault(Fault::Entities { part: "xl/sharedStrings.xml".to_owned() });
            }
            _ => {}
        }
    }
    strings
}

/// The look of numbers by style of the cell.
fn looks(package: &Package<'_>, writer: &mut Writer<'_>) -> Vec<Look> {
    let xml = package.xml_or_empty("xl/styles.xml", writer);
    let mut codes = BTreeMap::new();
    let (mut looks, mut in_cells) = (Vec::new(), false);
    for token in Scanner::xml(&xml) {
        match token {
            Token::Open(tag) => match local(tag.name) {
                "numFmt" => {
                    let id = tag.raw("numFmtId").and_then(|id| id.parse::<u16>().ok());
                    let code = tag.text("formatCode");
                    codes.extend(id.map(|id| (id, Look::of_code(&code))));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = tag.raw("numFmtId").and_then(|id| id.parse::<u16>().ok());
                    looks.push(Look::of_number(id, &codes));
                }
                _ => {}
            },
            Token::Close(name) if local(name) == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
    looks
}

/// A cell as it is read.
#[derive(Debug, Default)]
struct Cell<'xml> {
    kind: &'xml str,
    style: usize,
    row: usize,
    column: usize,
    text: String,
}

fn read_sheet(xml: &str, book: &Book, part: &str, writer: &mut Writer<'_>) {
    let mut grid = Grid::new(writer);
    let (mut cell, mut in_text) = (Cell::default(), false);
    let mut scanner = Scanner::xml(xml);
    while let Some(token) = scanner.next() {
        if grid.writer().is_full() {
            break;
        }
        match token {
            Token::Text(text) if in_text => cell.text.push_str(&resolve(text)),
            Token::Verbatim(text) if in_text => cell.text.push_str(text),
            Token::Open(tag) => match local(tag.name) {
                "row" => {
                    let row = tag.raw("r").and_then(|row| row.parse::<usize>().ok());
                    cell.row = row.unwrap_or(cell.row + 1);
                    cell.column = 0;
                }
                "c" => cell = opened(&tag, &cell),
                "v" | "t" | "oddHeader" | "oddFooter" => in_text = !tag.is_empty,
                "rPh" if !tag.is_empty => scanner.skip_raw(tag.name),
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "v" | "t" => in_text = false,
                "c" => write(&cell, book, &mut grid),
                "oddHeader" | "oddFooter" => {
                    in_text = false;
                    let text = std::mem::take(&mut cell.text);
                    cell.row += 1;
                    grid.cell(cell.row, 0, &text);
                }
                "sheetData" => cell.text.clear(),
                _ => {}
            },
            Token::Doctype(true) => grid.writer().fault(Fault::Entities { part: part.to_owned() }),
            _ => {}
        }
    }
    grid.finish();
}

/// The cell of a tag, behind the cell before it.
fn opened<'xml>(tag: &Tag<'xml>, before: &Cell<'_>) -> Cell<'xml> {
    let named = tag.raw("r").and_then(coordinates);
    let (row, column) = named.unwrap_or((before.row, before.column + 1));
    let style = tag.raw("s").and_then(|style| style.parse().ok()).unwrap_or(usize::MIN);
    Cell { kind: tag.raw("t").unwrap_or("n"), style, row, column, text: String::new() }
}

/// Row and column of a reference such as `B7`, both from one.
fn coordinates(reference: &str) -> Option<(usize, usize)> {
    let letters = reference.bytes().take(4).take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = reference.split_at_checked(letters)?;
    let column = letters.bytes().fold(0, |column, letter| {
        column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    Some((row.parse().ok()?, column))
}

fn write(cell: &Cell<'_>, book: &Book, grid: &mut Grid<'_, '_>) {
    let row = cell.row.max(1) - 1;
    let column = cell.column.max(1) - 1;
    let text = cell.text.as_str();
    match cell.kind {
        "s" => {
            let index = text.trim().parse().ok();
            let string = index.and_then(|index| book.strings.get(index)).unwrap_or(text);
            grid.cell(row, column, string);
        }
        "n" => {
            let look = book.looks.get(cell.style).unwrap_or(&Look::General);
            grid.cell(row, column, &shown(text.trim(), look, book.is_1904));
        }
        "b" => grid.cell(row, column, if text.trim() == "1" { "TRUE" } else { "FALSE" }),
        _ => grid.cell(row, column, text),
    }
}

/// Reads the comments of a sheet, a line each.
fn comments(package: &Package<'_>, part: &str, writer: &mut Writer<'_>) {
    let Some(xml) = package.xml(part, writer) else { return };
    writer.begin(Some("comments".to_owned()), Shape::Prose);
    let mut in_text = false;
    for token in Scanner::xml(&xml) {
        match token {
            Token::Text(text) if in_text => writer.push(&resolve(text)),
            Token::Open(tag) => match local(tag.name) {
                "comment" | "threadedComment" => {
                    writer.end_line();
                    let cell = tag.text("ref");
                    writer.push(&format!("{cell}: "));
                }
                "t" | "text" | "author" => {
                    in_text =
                        !tag.is_empty && local(tag.name) != "text" || part.contains("threaded");
                }
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "author" | "comment" | "threadedComment" => {
                    in_text = false;
                    writer.end_line();
                }
                "t" | "text" => in_text = false,
                _ => {}
            },
            _ => {}
        }
    }
    writer.end_line();
}

/// Reads copies of data that a workbook keeps behind pivot tables and links to other workbooks.
fn cached(package: &Package<'_>, part: &str, writer: &mut Writer<'_>) {
    let Some(xml) = package.xml(part, writer) else { return };
    writer.begin(Some("cached data".to_owned()), Shape::Table);
    let mut in_value = false;
    for token in Scanner::xml(&xml) {
        match token {
            Token::Text(text) if in_value => {
                writer.push_cell(&resolve(text));
                writer.push("\n");
            }
            Token::Open(tag) => match local(tag.name) {
                "s" | "n" | "d" => {
                    if let Some(value) = tag.attribute("v") {
                        writer.push_cell(&value);
                        writer.push("\t");
                    }
                }
                "r" | "cacheField" => writer.end_line(),
                "v" => in_value = !tag.is_empty,
                _ => {}
            },
            Token::Close(name) if local(name) == "v" => in_value = false,
            _ => {}
        }
    }
    writer.end_line();
}
