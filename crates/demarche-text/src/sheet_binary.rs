//! Binary workbooks since 2007 ([MS-XLSB]).
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use crate::compound::{long, offset_at, short};
use crate::grid::Grid;
use crate::number::{Look, of_number};
use crate::office::{drawings, properties, relations};
use crate::package::Package;
use crate::sheet::{Book, Sheet, sheet_name};
use crate::writer::Writer;
use crate::xls::{double, rk};
use crate::{Damage, Shape, Unread};

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let package = Package::open(bytes, writer)?;
    let book = book(&package, writer);
    if book.sheets.is_empty() {
        return Err(Unread::Damaged(Damage::Missing { part: "xl/workbook.bin".to_owned() }));
    }
    for sheet in &book.sheets {
        let Some(bytes) = package.read(&sheet.part, writer) else { continue };
        writer.begin(Some(sheet.name.clone()), Shape::Table);
        read_sheet(&bytes, &book, writer);
    }
    writer.begin(Some("comments".to_owned()), Shape::Prose);
    for part in package.names("xl/comments", ".bin") {
        for (kind, bytes) in records(&package.bytes_or_none(&part, writer)) {
            if let Some((text, _)) =
                (kind == COMMENT).then(|| bytes.get(1..).and_then(wide)).flatten()
            {
                writer.push(&text);
                writer.end_line();
            }
        }
    }
    for part in package.names("xl/drawings/drawing", ".xml") {
        drawings(&package, &part, "drawing", writer);
    }
    properties(&package, writer);
    package.count_images(writer);
    Ok(())
}

/// Kinds of records, [MS-XLSB] 2.3.2.
const ROW: u16 = 0;
const STRING_ITEM: u16 = 19;
const FORMAT: u16 = 44;
const XF: u16 = 47;
const BOOK: u16 = 153;
const SHEET: u16 = 156;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;
const COMMENT: u16 = 637;

/// The records of a part; the lengths of both numbers before a record vary.
fn records(part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        let mut kind = u16::from(*first);
        rest = after;
        if first & 0x80 != 0 {
            let (second, after) = rest.split_first()?;
            kind = kind & 0x7f | u16::from(second & 0x7f) << 7;
            rest = after;
        }
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let (byte, after) = rest.split_first()?;
            length |= usize::from(byte & 0x7f) << shift;
            rest = after;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (bytes, after) = rest.split_at_checked(length)?;
        rest = after;
        Some((kind, bytes))
    })
}

/// A text behind its length, and the bytes behind it.
fn wide(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = offset_at(bytes, 0)?.checked_mul(2)?;
    let (text, rest) = bytes.get(4..)?.split_at_checked(length)?;
    let (units, _) = text.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Some((String::from_utf16_lossy(&units), rest))
}

fn book(package: &Package<'_>, writer: &mut Writer<'_>) -> Book {
    let main = "xl/workbook.bin";
    let relations = relations(package, main, writer);
    let mut book = Book::default();
    for (kind, bytes) in records(&package.bytes_or_none(main, writer)) {
        match kind {
            BOOK => book.is_1904 = bytes.first().is_some_and(|flags| flags & 1 != 0),
            SHEET => {
                let Some((id, rest)) = bytes.get(8..).and_then(wide) else { continue };
                let Some((name, _)) = wide(rest) else { continue };
                let part =
                    relations.get(&id).map_or_else(String::new, |relation| relation.target.clone());
                let is_hidden = long(bytes, 0) != Some(0);
                book.sheets.push(Sheet { name: sheet_name(&name, is_hidden), part });
            }
            _ => {}
        }
    }
    for (kind, bytes) in records(&package.bytes_or_none("xl/sharedStrings.bin", writer)) {
        if kind == STRING_ITEM {
            book.strings
                .push(&bytes.get(1..).and_then(wide).map_or_else(String::new, |(text, _)| text));
            book.strings.end();
        }
    }
    book.looks = looks(&package.bytes_or_none("xl/styles.bin", writer));
    book
}

fn looks(styles: &[u8]) -> Vec<Look> {
    let (mut codes, mut looks, mut in_cells) = (BTreeMap::new(), Vec::new(), false);
    for (kind, bytes) in records(styles) {
        match kind {
            FORMAT => {
                let look = bytes.get(2..).and_then(wide).map(|(code, _)| Look::of_code(&code));
                codes.extend(short(bytes, 0).zip(look));
            }
            BEGIN_CELL_XFS => in_cells = true,
            END_CELL_XFS => in_cells = false,
            XF if in_cells => {
                looks.push(Look::of_number(short(bytes, 2), &codes));
            }
            _ => {}
        }
    }
    looks
}

fn read_sheet(bytes: &[u8], book: &Book, writer: &mut Writer<'_>) {
    let mut grid = Grid::new(writer);
    let mut row = 0;
    for (kind, bytes) in records(bytes) {
        if kind == ROW {
            row = offset_at(bytes, 0).unwrap_or(row + 1);
        }
        let Some(column) = offset_at(bytes, 0) else { continue };
        let style = offset_at(bytes, 4).map(|style| style & 0x00ff_ffff);
        let look = style.and_then(|style| book.looks.get(style)).unwrap_or(&Look::General);
        let number = |number: f64| of_number(number, look, book.is_1904);
        let text = match kind {
            2 => long(bytes, 8).map(rk).map(number),
            4 | 10 => {
                bytes.get(8).map(|value| if *value == 0 { "FALSE" } else { "TRUE" }.to_owned())
            }
            5 | 9 => double(bytes, 8).map(number),
            6 | 8 => bytes.get(8..).and_then(wide).map(|(text, _)| text),
            7 => offset_at(bytes, 8).and_then(|index| book.strings.get(index)).map(str::to_owned),
            _ => None,
        };
        grid.cell(row, column, text.as_deref().unwrap_or(""));
    }
    grid.finish();
}
