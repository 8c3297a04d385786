//! A note as a list of blocks of plain text, written as Markdown, as HTML or as a document to be edited.
//!
//! Nothing in a block is markup: every writer escapes all of it, so that a hostile name is safe in one place.

mod docx;
mod html;
mod markdown;

use crate::page::Column;

pub(crate) use docx::{Frame, to_docx};
pub(crate) use html::to_html;
pub(crate) use markdown::to_markdown;

/// One block of a note.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// Names with what they stand for, such as a letterhead.
    Terms(Vec<(&'static str, String)>),
    /// The heading of a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// Points without order.
    List(Vec<String>),
    /// Points that are cited by number.
    Numbered(Vec<String>),
    /// A table with its caption; left out without rows.
    Table { caption: &'static str, columns: Vec<Column>, rows: Vec<Vec<Cell>> },
}

/// One cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Words and numbers.
    Words(String),
    /// Hashes, paths, addresses.
    Code(String),
}

pub(crate) fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}
