//! Blocks as Markdown.

use crate::document::{Block, Cell, Column};
use crate::text::{LINE, markdown, markdown_heading, shown};

/// A title and blocks as Markdown, for any reader of `CommonMark` with tables.
pub(crate) fn to_markdown(title: &str, blocks: &[Block]) -> String {
    let mut parts = vec![markdown_heading(1, title)];
    parts.extend(blocks.iter().flat_map(written));
    parts.join("\n\n") + "\n"
}

/// The paragraphs of a block; none for an empty table or a drawing without caption.
fn written(block: &Block) -> Vec<String> {
    match block {
        Block::Answer(sentences) => {
            let text = sentences.iter().map(|sentence| markdown(sentence)).collect::<Vec<_>>();
            vec![text.join(" ")]
        }
        Block::Terms(terms) => {
            let terms =
                terms.iter().map(|(name, text)| format!("- **{name}:** {}", markdown(text)));
            vec![terms.collect::<Vec<String>>().join("\n")]
        }
        Block::Heading(text) => vec![markdown_heading(2, text)],
        Block::Paragraph(text) | Block::Note(text) => vec![markdown(text)],
        Block::Warning(text) => vec![format!("**{}**", markdown(text))],
        Block::List(points) => vec![lines(points, |_| "- ".to_owned())],
        Block::Numbered(points) => vec![lines(points, |number| format!("{number}. "))],
        Block::Table { rows, .. } if rows.is_empty() => Vec::new(),
        Block::Table { caption, columns, rows } => {
            let table = markdown_table(columns, rows);
            if caption.is_empty() {
                vec![table]
            } else {
                vec![format!("**{}**\n\n{table}", markdown(caption))]
            }
        }
        Block::Label(_)
        | Block::Facts(_)
        | Block::Definitions(_)
        | Block::Timeline(_)
        | Block::Figure { .. }
        | Block::Item { .. }
        | Block::Details { .. } => block.plain().iter().flat_map(written).collect(),
    }
}

fn lines(points: &[String], sign: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = points
        .iter()
        .enumerate()
        .map(|(index, point)| format!("{}{}", sign(index + 1), markdown(point)))
        .collect();
    lines.join("\n")
}

fn markdown_table(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    let names: Vec<String> = columns.iter().map(|column| markdown(column.head())).collect();
    let rule = columns.iter().map(|column| if column.is_number() { "---:" } else { "---" });
    let rule: Vec<&str> = rule.collect();
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
        Cell::Code(text) => {
            let text = shown(text, LINE);
            if text.is_empty() || text.contains(['`', '|', '\\']) {
                markdown(&text)
            } else {
                format!("`{text}`")
            }
        }
        cell => markdown(&cell.text()),
    }
}
