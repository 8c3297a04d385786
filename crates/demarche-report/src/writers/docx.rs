//! Blocks as a document that word processors open and edit.
//!
//! Only plain styles are used (Title, Heading 1, List Number, Table Grid, …), so that the sender's own template fits.
//! The document has no field that asks anything of a server, no macro, no link, and no date: same note, same bytes.
//!
//! Source: ECMA-376, 5th edition, parts 1 and 2 (Office Open XML, `WordprocessingML` and packaging).

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::docx_parts as parts;
use crate::document::{Block, Cell, Column};
use crate::text::{LINE, shown};

/// The lines around the blocks on every page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// The title of the note.
    pub(crate) title: &'a str,
    /// Its marking, such as `TLP:GREEN`, in header and footer.
    pub(crate) marking: &'a str,
    /// Its reference, in the footer.
    pub(crate) reference: &'a str,
}

/// The width between the margins of a page, in twentieths of a point: A4 with margins of 2 cm.
const WIDTH: usize = 9_638;

/// The whole document, as the bytes of a file.
pub(crate) fn to_docx(frame: &Frame<'_>, blocks: &[Block]) -> Vec<u8> {
    let mut body = paragraph("Title", &text(frame.title));
    let mut lists = 0;
    write(blocks, &mut body, &mut lists);
    zipped(&[
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::PACKAGE_RELATIONS.to_owned()),
        ("docProps/core.xml", parts::core_properties(&escaped(frame.title))),
        ("word/document.xml", parts::document(&body)),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS.to_owned()),
        ("word/styles.xml", parts::STYLES.to_owned()),
        ("word/settings.xml", parts::SETTINGS.to_owned()),
        ("word/numbering.xml", parts::numbering(lists)),
        ("word/header1.xml", parts::header(&text(frame.marking))),
        ("word/footer1.xml", parts::footer(&text(frame.marking), &text(frame.reference))),
    ])
}

/// Writes the blocks behind what is there, counting the numbered lists.
fn write(blocks: &[Block], body: &mut String, lists: &mut usize) {
    for block in blocks {
        match block {
            Block::Answer(sentences) => {
                body.push_str(&paragraph("BodyText", &text(&sentences.join(" "))));
            }
            Block::Terms(terms) => body.push_str(&terms_table(terms)),
            Block::Heading(heading) => body.push_str(&paragraph("Heading1", &text(heading))),
            Block::Paragraph(words) | Block::Note(words) => {
                body.push_str(&paragraph("BodyText", &text(words)));
            }
            Block::Warning(words) => body.push_str(&paragraph("BodyText", &bold(words))),
            Block::List(points) => body.push_str(&list("ListBullet", parts::BULLETS, points)),
            Block::Numbered(points) => {
                *lists += 1;
                body.push_str(&list("ListNumber", parts::numbering_of(*lists), points));
            }
            Block::Table { caption, columns, rows } if !rows.is_empty() => {
                if !caption.is_empty() {
                    body.push_str(&paragraph("Caption", &text(caption)));
                }
                body.push_str(&table(columns, rows));
            }
            Block::Table { .. } => {}
            Block::Label(label) => body.push_str(&paragraph("Caption", &text(label))),
            Block::Facts(_)
            | Block::Definitions(_)
            | Block::Timeline(_)
            | Block::Figure { .. }
            | Block::Item { .. }
            | Block::Details { .. } => write(&block.plain(), body, lists),
        }
    }
}

/// The parts in their order, neither compressed nor dated: the size of a compressed part may differ between processors.
fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, options).expect("the name is one of a few short ones");
        zip.write_all(text.as_bytes()).expect("memory can be written to");
    }
    zip.finish().expect("memory can be written to").into_inner()
}

/// Text as XML; what XML 1.0 forbids was taken out by [`shown`].
fn escaped(words: &str) -> String {
    let mut out = String::new();
    for sign in shown(words, LINE).chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            sign => out.push(sign),
        }
    }
    out
}

/// A run of words.
fn text(words: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{}</w:t></w:r>"#, escaped(words))
}

/// A run in bold type.
fn bold(words: &str) -> String {
    format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>", escaped(words))
}

/// A run that is set like code.
fn code(words: &str) -> String {
    format!(
        r#"<w:r><w:rPr><w:rStyle w:val="Code"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>"#,
        escaped(words)
    )
}

fn paragraph(style: &str, runs: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>"#)
}

/// Points with the signs or numbers of one list.
fn list(style: &str, number: usize, points: &[String]) -> String {
    let point = |point: &String| {
        format!(
            r#"<w:p><w:pPr><w:pStyle w:val="{style}"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{}</w:p>"#,
            text(point)
        )
    };
    points.iter().map(point).collect()
}

fn terms_table(terms: &[(&'static str, String)]) -> String {
    let widths = [WIDTH / 5, WIDTH - WIDTH / 5];
    let rows: String = terms
        .iter()
        .map(|(name, value)| {
            row("", &[head(name, false), paragraph("TableText", &text(value))], &widths)
        })
        .collect();
    table_of(&widths, &rows)
}

fn table(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    let widths = widths(columns, rows);
    let heads: Vec<String> =
        columns.iter().map(|column| head(column.head(), column.is_number())).collect();
    let mut all = row("<w:tblHeader/>", &heads, &widths);
    for cells in rows {
        let cells: Vec<String> = cells.iter().zip(columns).map(cell).collect();
        all.push_str(&row("", &cells, &widths));
    }
    table_of(&widths, &all)
}

fn head(name: &str, is_number: bool) -> String {
    paragraph(if is_number { "TableNumber" } else { "TableText" }, &bold(name))
}

fn cell((cell, column): (&Cell, &Column)) -> String {
    let style = if column.is_number() { "TableNumber" } else { "TableText" };
    let run = match cell {
        Cell::Code(words) => code(words),
        Cell::Strong(words) => bold(words),
        cell => text(&cell.text()),
    };
    paragraph(style, &run)
}

fn row(properties: &str, cells: &[String], widths: &[usize]) -> String {
    let cells: String = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| {
            format!(r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>"#)
        })
        .collect();
    format!("<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{cells}</w:tr>")
}

/// The table, and an empty line that keeps it apart from a table behind it.
fn table_of(widths: &[usize], rows: &str) -> String {
    let grid: String =
        widths.iter().map(|width| format!(r#"<w:gridCol w:w="{width}"/>"#)).collect();
    format!(
        r#"<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{}"#,
        paragraph("BodyText", "")
    )
}

/// The width of each column: the longer its cells the wider, within limits, so that a hash takes two or three lines.
fn widths(columns: &[Column], rows: &[Vec<Cell>]) -> Vec<usize> {
    const LEAST: usize = 9;
    const MOST: usize = 60;
    let lengths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let cells = cells.map(|cell| cell.text().chars().count());
            cells.fold(column.head().chars().count(), usize::max).clamp(LEAST, MOST)
        })
        .collect();
    let all = lengths.iter().sum::<usize>().max(1);
    lengths.iter().map(|length| length * WIDTH / all).collect()
}
