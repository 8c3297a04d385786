//! Sections and blocks as parts of a page.

use maud::{Markup, html};

use crate::date::date;
use crate::document::{Block, Cell, Column, Room, Section, Weight};
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

/// A section with its heading; an answer is set apart, and a wide figure has a sheet of paper of its own.
pub(crate) fn fragment(section: &Section) -> Markup {
    let is_answer = matches!(section.blocks.first(), Some(Block::Answer(_)));
    let is_wide =
        |block: &Block| matches!(block, Block::Figure { room, .. } if *room != Room::Column);
    let class = match section.blocks.iter().any(is_wide) {
        _ if is_answer => Some("answer"),
        is_wide => is_wide.then_some("wide"),
    };
    html! {
        section class=[class] {
            @if !section.title.is_empty() {
                h2 id=[(!section.id.is_empty()).then_some(&section.id)] { bdi { (shown(&section.title, TITLE)) } }
            }
            @for (index, block) in section.blocks.iter().enumerate() {
                @match block {
                    Block::Heading(heading) => h3 { (text(heading)) },
                    Block::Answer(_) if index > 0 => div class="answer" { (written(block)) },
                    block => (written(block)),
                }
            }
        }
    }
}

fn blocks(blocks: &[Block]) -> Markup {
    html! { @for block in blocks { (written(block)) } }
}

/// Text from outside, whose direction of writing does not reach beyond it.
fn text(text: &str) -> Markup {
    html! { bdi { (marked_up(text)) } }
}

/// Text with what stands between backticks, such as keys and commands, as code.
pub(crate) fn marked_up(text: &str) -> Markup {
    let text = shown(text, LINE);
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner stays what it is.
    let is_paired = parts.len() % 2 == 1;
    html! {
        @if is_paired {
            @for (index, part) in parts.iter().enumerate() {
                @if index % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}

fn written(block: &Block) -> Markup {
    let identifier = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    html! {
        @match block {
            Block::Answer(sentences) => {
                @if let Some((first, rest)) = sentences.split_first() {
                    p class="first" { (marked_up(first)) }
                    @if !rest.is_empty() { p { (marked_up(&rest.join(" "))) } }
                }
            },
            Block::Terms(terms) => dl class="terms" {
                @for (name, value) in terms { dt { (name) } dd { (text(value)) } }
            },
            Block::Heading(heading) => h2 { (marked_up(heading)) },
            Block::Label(label) => p class="label" { (text(label)) },
            Block::Paragraph(words) => p { (text(words)) },
            Block::Note(words) => p class="note" { (text(words)) },
            Block::Warning(words) => p { strong { (text(words)) } },
            Block::Facts(facts) => p class="meta" {
                @for (name, value) in facts {
                    span { @if !name.is_empty() { (name) " " } (cell(value)) }
                }
            },
            Block::List(points) => ul { @for point in points { li { (text(point)) } } },
            Block::Numbered(points) => ol { @for point in points { li { (text(point)) } } },
            Block::Definitions(subjects) => dl class="caveats" {
                @for (name, value) in subjects { dt { (text(name)) } dd { (text(value)) } }
            },
            Block::Timeline(events) => ol class="timeline" {
                @for (time, event) in events {
                    li { time datetime=(time) { (date(*time)) } (cell(event)) }
                }
            },
            Block::Table { caption, columns, rows } => {
                (table(caption, columns, &rows.iter().map(|row| row.iter().map(cell).collect()).collect::<Vec<_>>()))
            },
            Block::Figure { markup, caption, room } => figure class=[(*room == Room::Full).then_some("full")] {
                div class="scroll" tabindex="0" { (markup) }
                @if !caption.is_empty() { figcaption { (marked_up(caption)) } }
            },
            Block::Item { id, heading, blocks: about } => div class="item" id=[identifier(id)] {
                h3 { (cell(heading)) }
                (blocks(about))
            },
            Block::Details { id, summary, blocks: folded } => details class=[(!matches!(summary, Cell::Words(_))).then_some("pair")] id=[identifier(id)] {
                summary { (cell(summary)) }
                (blocks(folded))
            },
        }
    }
}

fn cell(cell: &Cell) -> Markup {
    let of = self::cell;
    html! {
        @match cell {
            Cell::Words(words) => (text(words)),
            Cell::Code(words) => code { (shown(words, LINE)) },
            Cell::Strong(words) => strong { (text(words)) },
            Cell::Badge { words, weight } => {
                @let class = match weight { Weight::Marking => "mark", Weight::Firm => "basis", Weight::Soft => "basis soft" };
                span class=(class) { (shown(words, LINE)) }
            },
            Cell::Line(cells) => @for (index, cell) in cells.iter().enumerate() {
                @if index > 0 { " " }
                (of(cell))
            },
            Cell::Sources(sources) => ul class="sources" { @for source in sources { li { (text(source)) } } },
            Cell::Noted { cell, note } => { (of(cell)) " " div class="note" { (text(note)) } },
            Cell::Link { to, words } => a href={ "#" (to) } { (text(words)) },
            Cell::Share(share) => {
                @let width = format!("{:.1}%", fraction(*share) * 100.0);
                (percent(*share)) div class="bar" aria-hidden="true" { div style={ "width:" (width) } {} }
            },
        }
    }
}

/// A table; the first cell of a row is its head. Empty without rows.
///
/// Every head has a scope, so that the table can be read aloud.
pub(crate) fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        @if !rows.is_empty() {
            div class="scroll" tabindex="0" {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_a_single_one_stays() {
        let written = |text: &str| marked_up(text).into_string();
        assert_eq!(written("add `[[effect]]` to it"), "add <code>[[effect]]</code> to it");
        assert_eq!(written("a ` b"), "a ` b");
        assert_eq!(written("`<b>`"), "<code>&lt;b&gt;</code>");
    }
}
