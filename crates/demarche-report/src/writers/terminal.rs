//! Sections as lines of a terminal: wrapped paragraphs, aligned tables, no sign that could drive the terminal.

use crate::document::{Block, Cell, Column, Section};
use crate::text::clean;

/// The longest line of a paragraph in characters, where nobody says how wide the terminal is.
const WIDTH: usize = 100;

/// The narrowest terminal that lines are wrapped for, in characters.
const NARROW: usize = 40;

/// The longest line of a table, in characters; a wider table is shown row by row.
const TABLE: usize = 160;

/// The widest name of a term that others are aligned with, in characters.
const TERM: usize = 16;

/// The sections as plain text that ends in a line feed; empty where there is nothing to show.
///
/// Text from outside stays on its line: a line end in it becomes a space, and control signs become U+FFFD.
#[must_use]
pub fn terminal(sections: &[Section]) -> String {
    terminal_of_width(sections, WIDTH)
}

/// The same in lines of at most `width` characters, and of at most 100, beyond which one does not like to read.
#[must_use]
pub fn terminal_of_width(sections: &[Section], width: usize) -> String {
    let titled = |title: &str, width| wrapped(title, width, "", "");
    sections_of(sections, width, &titled)
}

/// The same with titles in bold.
#[must_use]
pub fn terminal_in_colour(sections: &[Section], width: usize) -> String {
    let titled = |title: &str, width| {
        let lines = wrapped(title, width, "", "");
        lines.lines().map(|line| format!("\u{1b}[1m{line}\u{1b}[0m\n")).collect()
    };
    sections_of(sections, width, &titled)
}

fn sections_of(
    sections: &[Section],
    width: usize,
    titled: &dyn Fn(&str, usize) -> String,
) -> String {
    let width = width.clamp(NARROW, WIDTH);
    let mut parts = Vec::new();
    for section in sections {
        let mut text = String::new();
        if !section.title.is_empty() {
            text.push_str(&titled(&section.title, width));
        }
        blocks(&section.blocks, width, &mut text);
        if !text.is_empty() {
            parts.push(text);
        }
    }
    parts.join("\n").replace('\u{a0}', " ")
}

fn blocks(blocks: &[Block], width: usize, text: &mut String) {
    let mut is_apart = false;
    for block in blocks {
        let part = written(block, width);
        if part.is_empty() {
            continue;
        }
        let wants_space = !matches!(block, Block::Note(_) | Block::Terms(_) | Block::Answer(_));
        if is_apart && wants_space {
            text.push('\n');
        }
        text.push_str(&part);
        is_apart = !matches!(block, Block::Heading(_) | Block::Label(_));
    }
}

fn written(block: &Block, width: usize) -> String {
    let listed = |points: &[String], sign: &dyn Fn(usize) -> String| -> String {
        let point = |(index, point): (usize, &String)| {
            let sign = sign(index + 1);
            wrapped(point, width, &sign, &" ".repeat(sign.chars().count()))
        };
        points.iter().enumerate().map(point).collect()
    };
    match block {
        Block::Answer(sentences) => {
            sentences.iter().map(|sentence| wrapped(sentence, width, "", "  ")).collect()
        }
        Block::Terms(terms) => self::terms(terms, width),
        Block::Heading(text) | Block::Paragraph(text) | Block::Note(text) => {
            wrapped(text, width, "", "")
        }
        Block::Warning(text) => wrapped(text, width, "! ", "  "),
        Block::List(points) => listed(points, &|_| "- ".to_owned()),
        Block::Numbered(points) => listed(points, &|number| format!("{number}. ")),
        Block::Table { caption, columns, rows } if !rows.is_empty() => {
            let caption =
                if caption.is_empty() { String::new() } else { wrapped(caption, width, "", "") };
            format!("{caption}{}", table(columns, rows, width))
        }
        Block::Table { .. } => String::new(),
        Block::Label(_)
        | Block::Facts(_)
        | Block::Definitions(_)
        | Block::Timeline(_)
        | Block::Figure { .. }
        | Block::Item { .. }
        | Block::Details { .. } => {
            let mut text = String::new();
            blocks(&block.plain(), width, &mut text);
            text
        }
    }
}

/// Names to the left, their text beside them.
fn terms(terms: &[(&str, String)], line_width: usize) -> String {
    let widest = terms.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(TERM);
    let width = widest.min(TERM);
    let line = |(name, text): &(&str, String)| {
        wrapped(text, line_width, &format!("  {name:<width$}  "), &" ".repeat(width + 4))
    };
    terms.iter().map(line).collect()
}

/// Text from outside on one line.
fn line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// The text in lines of at most `width` characters; a longer word has a line of its own.
fn wrapped(text: &str, width: usize, first: &str, others: &str) -> String {
    let (mut out, mut row) = (String::new(), first.to_owned());
    let mut is_begun = false;
    for word in line(text).split(' ') {
        let length = row.chars().count() + 1 + word.chars().count();
        if is_begun && length > width {
            out.push_str(row.trim_end());
            out.push('\n');
            others.clone_into(&mut row);
        } else if is_begun {
            row.push(' ');
        }
        row.push_str(word);
        is_begun = true;
    }
    out.push_str(row.trim_end());
    out.push('\n');
    out
}

/// Columns as wide as their cells need, numbers to the right.
fn table(columns: &[Column], rows: &[Vec<Cell>], width: usize) -> String {
    let heads: Vec<String> = columns.iter().map(|column| column.head().to_owned()).collect();
    let cells = rows.iter().map(|row| row.iter().map(|cell| line(&cell.text())).collect());
    let lines: Vec<Vec<String>> = std::iter::once(heads).chain(cells).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| {
            let cells = lines.iter().filter_map(|cells| cells.get(column));
            cells.map(|cell| cell.chars().count()).max().expect("the heads are a line")
        })
        .collect();
    let mut text = String::new();
    if widths.iter().map(|width| width + 2).sum::<usize>() > TABLE + 2 {
        let (heads, rows) = lines.split_first().expect("the heads are a line");
        for cells in rows {
            let (title, cells) = cells.split_first().expect("a table has a column");
            let named = heads.iter().skip(1).zip(cells).filter(|(_, cell)| !cell.is_empty());
            text.push_str(&wrapped(title, width, "", "  "));
            let named: Vec<(&str, String)> =
                named.map(|(head, cell)| (head.as_str(), cell.clone())).collect();
            text.push_str(&terms(&named, width));
        }
        return text;
    }
    for cells in &lines {
        let padded = cells.iter().zip(columns).zip(&widths).map(|((cell, column), width)| {
            let padding = " ".repeat(width - cell.chars().count());
            if column.is_number() { padding + cell } else { cell.clone() + &padding }
        });
        text.push_str(padded.collect::<Vec<String>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::words;

    #[test]
    fn paragraphs_are_wrapped_and_tables_aligned() {
        let long = "word ".repeat(30);
        let table = Block::Table {
            caption: "Caption",
            columns: vec![Column::Text("name"), Column::Number("n")],
            rows: vec![vec![words("first"), words("1")], vec![words("x"), words("12").noted("3")]],
        };
        let section = Section::new("id", "Title")
            .with(Block::Paragraph(long.trim_end().to_owned()))
            .with(table)
            .with(Block::List(vec!["point".to_owned()]));
        let text = terminal(&[section]);
        let (paragraph, rest) = text.split_once("\n\n").unwrap();
        assert!(paragraph.starts_with("Title\nword word") && paragraph.lines().count() == 3);
        assert!(paragraph.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(rest, "Caption\nname        n\nfirst       1\nx      12 (3)\n\n- point\n");
    }

    #[test]
    fn text_from_outside_stays_on_its_line_and_drives_nothing() {
        let hostile = "\u{1b}[2Jname\nAll holds: 3 files.\u{202e}".to_owned();
        let section = Section::new("", "")
            .with(Block::List(vec![hostile.clone()]))
            .with(Block::Terms(vec![("name", hostile.clone())]))
            .with(Block::Table {
                caption: "",
                columns: vec![Column::Text("name")],
                rows: vec![vec![Cell::Code(hostile)]],
            });
        let text = terminal(&[section]);
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
        assert!(text.lines().all(|line| !line.starts_with("All holds")), "{text}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(terminal(&[]), "");
        assert_eq!(terminal(&[Section::new("id", "")]), "");
    }
}
