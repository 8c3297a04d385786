//! A note as a list of blocks of plain text, written as Markdown or as HTML.
//!
//! Nothing in a block is markup: both writers escape all of it, so that a hostile name is safe in one place.

use maud::{Markup, html};

use crate::page::{Column, table};
use crate::text::{LINE, NAME, markdown, shown};

/// One block of a note.
#[derive(Clone, Debug)]
pub(super) enum Block {
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
pub(super) enum Cell {
    /// Words and numbers.
    Words(String),
    /// Hashes, paths, addresses.
    Code(String),
}

pub(super) fn words(text: impl Into<String>) -> Cell {
    Cell::Words(text.into())
}

/// The blocks as Markdown, for any reader of `CommonMark` with tables.
pub(super) fn to_markdown(title: &str, blocks: &[Block]) -> String {
    let mut parts = vec![format!("# {}", markdown(title))];
    for block in blocks {
        let part = match block {
            Block::Terms(terms) => {
                let terms =
                    terms.iter().map(|(name, text)| format!("- **{name}:** {}", markdown(text)));
                terms.collect::<Vec<String>>().join("\n")
            }
            Block::Heading(text) => format!("## {}", markdown(text)),
            Block::Paragraph(text) => markdown(text),
            Block::List(points) => lines(points, |_| "- ".to_owned()),
            Block::Numbered(points) => lines(points, |number| format!("{number}. ")),
            Block::Table { caption, columns, rows } if !rows.is_empty() => {
                format!("**{}**\n\n{}", markdown(caption), markdown_table(columns, rows))
            }
            Block::Table { .. } => continue,
        };
        parts.push(part);
    }
    parts.join("\n\n") + "\n"
}

fn lines(points: &[String], sign: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = points
        .iter()
        .enumerate()
        .map(|(place, point)| format!("{}{}", sign(place.saturating_add(1)), markdown(point)))
        .collect();
    lines.join("\n")
}

fn markdown_table(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| match column {
            Column::Text(name) | Column::Number(name) => markdown(name),
        })
        .collect();
    let rule: Vec<&str> = columns
        .iter()
        .map(|column| match column {
            Column::Text(_) => "---",
            Column::Number(_) => "---:",
        })
        .collect();
    let mut lines = vec![format!("| {} |", names.join(" | ")), format!("| {} |", rule.join(" | "))];
    for row in rows {
        let cells: Vec<String> = row.iter().map(markdown_cell).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
    }
    lines.join("\n")
}

/// A code span where nothing in it could end it; else escaped text.
fn markdown_cell(cell: &Cell) -> String {
    match cell {
        Cell::Words(text) => markdown(text),
        Cell::Code(text) => {
            let text = shown(text, LINE);
            if text.is_empty() || text.contains(['`', '|', '\\']) {
                markdown(&text)
            } else {
                format!("`{text}`")
            }
        }
    }
}

/// The blocks as the body of a page.
pub(super) fn to_html(title: &str, blocks: &[Block]) -> Markup {
    html! {
        header { h1 { bdi { (shown(title, NAME.saturating_mul(4))) } } }
        @for block in blocks {
            @match block {
                Block::Terms(terms) => dl class="terms" {
                    @for (name, text) in terms { dt { (name) } dd { bdi { (shown(text, LINE)) } } }
                },
                Block::Heading(text) => h2 { (shown(text, LINE)) },
                Block::Paragraph(text) => p { bdi { (shown(text, LINE)) } },
                Block::List(points) => ul { @for point in points { li { bdi { (shown(point, LINE)) } } } },
                Block::Numbered(points) => ol { @for point in points { li { bdi { (shown(point, LINE)) } } } },
                Block::Table { caption, columns, rows } => (table(caption, columns, &cells(rows))),
            }
        }
    }
}

fn cells(rows: &[Vec<Cell>]) -> Vec<Vec<Markup>> {
    let cell = |cell: &Cell| match cell {
        Cell::Words(text) => html! { bdi { (shown(text, LINE)) } },
        Cell::Code(text) => html! { code { (shown(text, LINE)) } },
    };
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}
