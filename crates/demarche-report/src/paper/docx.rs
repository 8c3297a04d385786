//! The blocks of a note as a document that word processors open and edit.
//!
//! Only plain styles are used (Title, Heading 1, List Number, Table Grid, …), so that the sender's own template fits.
//! The document has no field that asks anything of a server, no macro, no link, and no date: same note, same bytes.
//!
//! Source: ECMA-376, 5th edition, parts 1 and 2 (Office Open XML, `WordprocessingML` and packaging).

mod package;
mod parts;

use crate::page::Column;
use crate::text::{LINE, shown};

use super::{Block, Cell};

/// What stands around the blocks on every page.
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
    let mut lists = 0_usize;
    for block in blocks {
        match block {
            Block::Terms(terms) => body.push_str(&terms_table(terms)),
            Block::Heading(heading) => body.push_str(&paragraph("Heading1", &text(heading))),
            Block::Paragraph(words) => body.push_str(&paragraph("BodyText", &text(words))),
            Block::List(points) => body.push_str(&list("ListBullet", parts::BULLETS, points)),
            Block::Numbered(points) => {
                lists = lists.saturating_add(1);
                body.push_str(&list("ListNumber", parts::numbering_of(lists), points));
            }
            Block::Table { caption, columns, rows } if !rows.is_empty() => {
                body.push_str(&paragraph("Caption", &text(caption)));
                body.push_str(&table(columns, rows));
            }
            Block::Table { .. } => {}
        }
    }
    package::zipped(&[
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
            other => out.push(other),
        }
    }
    out
}

/// A run of words.
fn text(words: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{}</w:t></w:r>"#, escaped(words))
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
    let heads: Vec<String> = columns
        .iter()
        .map(|column| match column {
            Column::Text(name) => head(name, false),
            Column::Number(name) => head(name, true),
        })
        .collect();
    let mut all = row("<w:tblHeader/>", &heads, &widths);
    for cells in rows {
        let cells: Vec<String> = cells.iter().zip(columns).map(cell).collect();
        all.push_str(&row("", &cells, &widths));
    }
    table_of(&widths, &all)
}

fn head(name: &str, is_number: bool) -> String {
    let run = format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r>", escaped(name));
    paragraph(if is_number { "TableNumber" } else { "TableText" }, &run)
}

fn cell((cell, column): (&Cell, &Column)) -> String {
    let style = match column {
        Column::Text(_) => "TableText",
        Column::Number(_) => "TableNumber",
    };
    let run = match cell {
        Cell::Words(words) => text(words),
        Cell::Code(words) => code(words),
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
        .map(|(place, column)| {
            let (Column::Text(name) | Column::Number(name)) = column;
            let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| {
                let (Cell::Words(words) | Cell::Code(words)) = cell;
                words.chars().count()
            });
            cells.chain([name.chars().count()]).max().unwrap_or(LEAST).clamp(LEAST, MOST)
        })
        .collect();
    let all = lengths.iter().sum::<usize>().max(1);
    lengths.iter().map(|length| length.saturating_mul(WIDTH) / all).collect()
}
