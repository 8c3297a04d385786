//! Sections and blocks as parts of a page.

use maud::{Markup, html};

use crate::document::{Block, Cell, Column, Section};
use crate::number::{fraction, percent};
use crate::text::{LINE, NAME, shown};

/// The longest title of a page, in characters.
const TITLE: usize = 4 * NAME;

/// A title and blocks as the body of a page.
pub(crate) fn to_html(title: &str, blocks: &[Block]) -> Markup {
    html! {
        header { h1 { bdi { (shown(title, TITLE)) } } }
        (self::blocks(blocks))
    }
}

/// A section with its heading; an answer is set apart.
pub(crate) fn fragment(section: &Section) -> Markup {
    let is_answer = matches!(section.blocks.first(), Some(Block::Answer(_)));
    html! {
        section class=[is_answer.then_some("answer")] {
            @if !section.title.is_empty() {
                h2 id=[(!section.id.is_empty()).then_some(&section.id)] { (shown(&section.title, LINE)) }
            }
            (blocks(&section.blocks))
        }
    }
}

fn blocks(blocks: &[Block]) -> Markup {
    html! { @for block in blocks { (written(block)) } }
}

fn written(block: &Block) -> Markup {
    let text = |text: &str| html! { bdi { (shown(text, LINE)) } };
    html! {
        @match block {
            Block::Answer(sentences) => {
                @if let Some((first, rest)) = sentences.split_first() {
                    p class="first" { (shown(first, LINE)) }
                    @if !rest.is_empty() { p { (shown(&rest.join(" "), LINE)) } }
                }
            },
            Block::Terms(terms) => dl class="terms" {
                @for (name, value) in terms { dt { (name) } dd { (text(value)) } }
            },
            Block::Heading(heading) => h2 { (shown(heading, LINE)) },
            Block::Paragraph(words) => p { (text(words)) },
            Block::Note(words) => p class="note" { (text(words)) },
            Block::Warning(words) => p { strong { (text(words)) } },
            Block::List(points) => ul { @for point in points { li { (text(point)) } } },
            Block::Numbered(points) => ol { @for point in points { li { (text(point)) } } },
            Block::Table { caption, columns, rows } => (table(caption, columns, &cells(rows))),
            Block::Figure { markup, caption } => figure {
                div class="scroll" { (markup) }
                @if !caption.is_empty() { figcaption { (shown(caption, LINE)) } }
            },
            Block::Details { summary, blocks: folded } => details {
                summary { (shown(summary, LINE)) }
                (blocks(folded))
            },
        }
    }
}

fn cells(rows: &[Vec<Cell>]) -> Vec<Vec<Markup>> {
    let text = |text: &str| html! { bdi { (shown(text, LINE)) } };
    let cell = |cell: &Cell| match cell {
        Cell::Words(words) => text(words),
        Cell::Code(words) => html! { code { (shown(words, LINE)) } },
        Cell::Strong(words) => html! { strong { (text(words)) } },
        Cell::Noted { words, note } => {
            html! { (text(words)) @if !note.is_empty() { div class="note" { (text(note)) } } }
        }
        Cell::Link { to, words } => html! { a href={ "#" (to) } { (text(words)) } },
        Cell::Share(share) => {
            let width = format!("{:.1}%", fraction(*share) * 100.0);
            html! { (percent(*share)) div class="bar" aria-hidden="true" { div style={ "width:" (width) } {} } }
        }
    };
    rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

/// A table; the first cell of a row is its head. Empty without rows.
///
/// Every head has a scope, so that the table can be read aloud.
pub(crate) fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        @if !rows.is_empty() {
            div class="scroll" {
                table {
                    @if !caption.is_empty() { caption { (shown(caption, LINE)) } }
                    thead { tr { @for column in columns {
                        th scope="col" class=[column.is_number().then_some("n")] { (column.head()) }
                    } } }
                    tbody { @for row in rows { tr {
                        @for (index, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @let class = column.is_number().then_some("n");
                            @if index == 0 { th scope="row" class=[class] { (cell) } }
                            @else { td class=[class] { (cell) } }
                        }
                    } } }
                }
            }
        }
    }
}
