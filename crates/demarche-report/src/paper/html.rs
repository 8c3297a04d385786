//! The blocks of a note as the body of a page.

use maud::{Markup, html};

use crate::page::table;
use crate::text::{LINE, NAME, shown};

use super::{Block, Cell};

/// The blocks as the body of a page.
pub(crate) fn to_html(title: &str, blocks: &[Block]) -> Markup {
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
