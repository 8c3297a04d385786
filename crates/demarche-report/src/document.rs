//! Every view as a document: sections of blocks of plain text, which the writers turn into a page, Markdown, DOCX or
//! lines of a terminal.
//!
//! Plain text in a block is never markup: every writer escapes all of it, so that a hostile name is safe in one place.
//! Only drawings are markup, and they escape their own text.

use demarche_case::{Moment, Tlp};
use maud::{Markup, PreEscaped};

use crate::date::date;
use crate::number::length;

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

    /// The section without its drawings and folded blocks, for a terminal.
    pub(crate) fn open(mut self) -> Self {
        self.blocks.retain(|block| !matches!(block, Block::Figure { .. } | Block::Details { .. }));
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
    /// The title of the block that follows.
    Label(String),
    /// A paragraph.
    Paragraph(String),
    /// A remark in smaller print.
    Note(String),
    /// A paragraph that the reader must not miss.
    Warning(String),
    /// Facts in a line, each with its name; an empty name is left out.
    Facts(Vec<(&'static str, Cell)>),
    /// Points without order.
    List(Vec<String>),
    /// Points that are cited by number.
    Numbered(Vec<String>),
    /// Subjects with a paragraph about each.
    Definitions(Vec<(String, String)>),
    /// Moments with the events of each, in the order of time.
    Timeline(Vec<(Moment, Cell)>),
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
        /// The room that the figure takes.
        room: Room,
    },
    /// Blocks about one item of a list.
    Item {
        /// The identifier in the page; empty for an item that nothing links to.
        id: String,
        /// The heading.
        heading: Cell,
        /// The blocks below the heading.
        blocks: Vec<Self>,
    },
    /// Blocks that a page folds away under a summary.
    Details {
        /// The identifier in the page; empty for a fold that nothing links to.
        id: String,
        /// The summary.
        summary: Cell,
        /// The folded blocks.
        blocks: Vec<Self>,
    },
}

/// The room that a figure takes on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The width of the text.
    Column,
    /// The width of the text, and a sheet of paper in landscape.
    Landscape,
    /// The width of the screen, and a sheet of paper in landscape.
    Full,
}

impl Block {
    /// A paragraph.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A drawing of this crate with its caption, in the width of the text.
    pub(crate) fn drawing(svg: String, caption: impl Into<String>) -> Self {
        Self::Figure { markup: PreEscaped(svg), caption: caption.into(), room: Room::Column }
    }

    /// Blocks that a page folds away, and that nothing links to.
    pub(crate) fn folded(summary: impl Into<Cell>, blocks: Vec<Self>) -> Self {
        Self::Details { id: String::new(), summary: summary.into(), blocks }
    }

    /// The block in paragraphs and lists, for a writer that has no form of its own for it.
    pub(crate) fn plain(&self) -> Vec<Self> {
        let named = |name: &str, text: String| match name {
            "" => text,
            name => format!("{name}: {text}"),
        };
        match self {
            Self::Label(text) => vec![Self::text(text)],
            Self::Facts(facts) => {
                let facts = facts.iter().map(|(name, cell)| named(name, cell.text()));
                vec![Self::text(facts.collect::<Vec<_>>().join("; "))]
            }
            Self::Definitions(subjects) => {
                let subjects = subjects.iter().map(|(name, text)| named(name, text.clone()));
                vec![Self::List(subjects.collect())]
            }
            Self::Timeline(events) => {
                let events = events.iter().map(|(time, event)| named(&date(*time), event.text()));
                vec![Self::List(events.collect())]
            }
            Self::Figure { caption, .. } if caption.is_empty() => Vec::new(),
            Self::Figure { caption, .. } => vec![Self::text(caption)],
            Self::Item { heading: title, blocks, .. }
            | Self::Details { summary: title, blocks, .. } => {
                std::iter::once(Self::Heading(title.text())).chain(blocks.iter().cloned()).collect()
            }
            block => vec![block.clone()],
        }
    }
}

/// A column's head and the kind of its cells; numbers stand to the right.
#[derive(Clone, Debug)]
pub enum Column {
    /// Words.
    Text(&'static str),
    /// Numbers.
    Number(&'static str),
    /// A column that somebody wrote by hand.
    Written {
        /// The head.
        head: String,
        /// True for numbers.
        is_number: bool,
    },
}

impl Column {
    /// The head of the column.
    #[must_use]
    pub fn head(&self) -> &str {
        match self {
            Self::Text(head) | Self::Number(head) => head,
            Self::Written { head, .. } => head,
        }
    }

    /// True for a column of numbers.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Written { is_number: true, .. })
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
    /// A short label in a frame.
    Badge {
        /// The words.
        words: String,
        /// The weight of the label.
        weight: Weight,
    },
    /// Cells in one line.
    Line(Vec<Self>),
    /// Sources, one below another.
    Sources(Vec<String>),
    /// A cell with a remark below, such as a figure with its range.
    Noted {
        /// The cell.
        cell: Box<Self>,
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

/// The weight of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The marking of a part.
    Marking,
    /// Something that a source bears out.
    Firm,
    /// Something that no source bears out.
    Soft,
}

impl Cell {
    /// Returns the cell with a remark below; without a remark the cell as it is.
    #[must_use]
    pub fn noted(self, note: impl Into<String>) -> Self {
        let note = note.into();
        if note.is_empty() { self } else { Self::Noted { cell: Box::new(self), note } }
    }

    /// The text of the cell in one line, as writers without markup show it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Words(text) | Self::Code(text) | Self::Strong(text) => text.clone(),
            Self::Badge { words, .. } | Self::Link { words, .. } => words.clone(),
            Self::Line(cells) => cells.iter().map(Self::text).collect::<Vec<_>>().join(" "),
            Self::Sources(sources) => sources.join("; "),
            Self::Noted { cell, note } => format!("{} ({note})", cell.text()),
            Self::Share(share) => crate::number::percent(*share),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Words(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Words(text.to_owned())
    }
}

/// A cell of words.
#[must_use]
pub fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}

/// A cell with the figure that its row is about.
pub(crate) fn strong(text: impl Into<String>) -> Cell {
    Cell::Strong(text.into())
}

/// A cell with the marking of a part.
pub(crate) fn mark(marking: Tlp) -> Cell {
    Cell::Badge { words: marking.to_string(), weight: Weight::Marking }
}

/// A table that is built column by column, so that a head and its cells stand together.
pub(crate) struct Table<T> {
    items: Vec<T>,
    left_out: usize,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl<T> Table<T> {
    /// A table with a row for each item.
    pub(crate) fn of(items: impl IntoIterator<Item = T>) -> Self {
        Self::first(usize::MAX, items)
    }

    /// A table with a row for each of the first items; the others are counted below it.
    pub(crate) fn first(most: usize, items: impl IntoIterator<Item = T>) -> Self {
        let mut items: Vec<T> = items.into_iter().collect();
        let all = items.len();
        items.truncate(most);
        let rows = items.iter().map(|_| Vec::new()).collect();
        Self { left_out: all - items.len(), items, columns: Vec::new(), rows }
    }

    /// The table with one more column, which holds words.
    pub(crate) fn text<C: Into<Cell>>(self, head: &'static str, cell: impl Fn(&T) -> C) -> Self {
        self.column(Column::Text(head), cell)
    }

    /// The table with one more column, which holds numbers.
    pub(crate) fn number<C: Into<Cell>>(self, head: &'static str, cell: impl Fn(&T) -> C) -> Self {
        self.column(Column::Number(head), cell)
    }

    fn column<C: Into<Cell>>(mut self, column: Column, cell: impl Fn(&T) -> C) -> Self {
        self.columns.push(column);
        for (row, item) in self.rows.iter_mut().zip(&self.items) {
            row.push(cell(item).into());
        }
        self
    }

    /// The table as blocks: with its caption, and with the number of the items that it leaves out.
    pub(crate) fn under(self, caption: &'static str) -> Vec<Block> {
        let mut blocks = vec![Block::Table { caption, columns: self.columns, rows: self.rows }];
        blocks.extend(left_out(self.left_out));
        blocks
    }
}

/// The number of items that a page leaves out; nothing for none.
pub(crate) fn left_out(items: usize) -> Option<Block> {
    (items > 0).then(|| Block::Note(format!("And {} more, which the JSON has.", length(items))))
}
