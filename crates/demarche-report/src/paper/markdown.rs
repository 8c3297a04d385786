//! The blocks of a note as Markdown.

use crate::page::Column;
use crate::text::{LINE, markdown, shown};

use super::{Block, Cell};

/// The blocks as Markdown, for any reader of `CommonMark` with tables.
pub(crate) fn to_markdown(title: &str, blocks: &[Block]) -> String {
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
