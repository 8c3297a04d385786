//! Every view as a document: sections of blocks of plain text, which the writers turn into a page, Markdown, DOCX or
//! lines of a terminal.
//!
//! Plain text in a block is never markup: every writer escapes all of it, so that a hostile name is safe in one place.
//! Only drawings are markup, and they escape their own text.

use maud::Markup;

/// A part of a view that has a title and an entry in the contents.
#[derive(Clone, Debug)]
pub struct Section {
    /// The identifier in the page, a word of lower-case letters; empty for a part that nothing links to.
    pub id: String,
    /// The title; empty for a part without a heading.
    pub title: String,
    /// The blocks in the order in which they are read.
    pub blocks: Vec<Block>,
}

impl Section {
    /// A section without blocks.
    #[must_use]
    pub fn new(id: &str, title: impl Into<String>) -> Self {
        Self { id: id.to_owned(), title: title.into(), blocks: Vec::new() }
    }

    /// The section with one more block at its end.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The section with more blocks at its end.
    #[must_use]
    pub fn and(mut self, blocks: impl IntoIterator<Item = Block>) -> Self {
        self.blocks.extend(blocks);
        self
    }
}

/// One block of a document.
#[derive(Clone, Debug)]
pub enum Block {
    /// The sentences of an answer, the most important first.
    Answer(Vec<String>),
    /// Names with the text that each stands for, such as a letterhead.
    Terms(Vec<(&'static str, String)>),
    /// A heading inside a section.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A remark in smaller print.
    Note(String),
    /// A paragraph that the reader must not miss.
    Warning(String),
    /// Points without order.
    List(Vec<String>),
    /// Points that are cited by number.
    Numbered(Vec<String>),
    /// A table with its caption; left out without rows.
    Table {
        /// The caption; empty for none.
        caption: &'static str,
        /// The heads.
        columns: Vec<Column>,
        /// The rows, with as many cells as there are columns.
        rows: Vec<Vec<Cell>>,
    },
    /// Markup of the page that no other block can express, such as a drawing; other writers show its caption.
    Figure {
        /// The markup, whose text is escaped already.
        markup: Markup,
        /// The caption; empty for none.
        caption: String,
    },
    /// Blocks that a page folds away under a summary.
    Details {
        /// The summary.
        summary: String,
        /// The folded blocks.
        blocks: Vec<Self>,
    },
}

/// A column's head and the kind of its cells; numbers stand to the right.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    /// Words.
    Text(&'static str),
    /// Numbers.
    Number(&'static str),
}

impl Column {
    /// The head of the column.
    #[must_use]
    pub const fn head(&self) -> &'static str {
        let (Self::Text(head) | Self::Number(head)) = self;
        head
    }

    /// True for a column of numbers.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// One cell of a table.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words and numbers.
    Words(String),
    /// Hashes, paths, addresses.
    Code(String),
    /// The figure that the row is about.
    Strong(String),
    /// Words with a remark below them, such as a figure with its range.
    Noted {
        /// The words.
        words: String,
        /// The remark.
        note: String,
    },
    /// Words that lead to a section or block of the same page.
    Link {
        /// The identifier of the section or block.
        to: String,
        /// The words.
        words: String,
    },
    /// A share from 0 to 1, which a page also draws as a bar.
    Share(f64),
}

impl Cell {
    /// The text of the cell in one line, as writers without markup show it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Words(text) | Self::Code(text) | Self::Strong(text) => text.clone(),
            Self::Link { words, .. } => words.clone(),
            Self::Noted { words, note } if note.is_empty() => words.clone(),
            Self::Noted { words, note } => format!("{words} ({note})"),
            Self::Share(share) => crate::number::percent(*share),
        }
    }
}

/// A cell of words.
#[must_use]
pub fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}
