//! Tables with a caption and a scope for every head, so that they can be read aloud.

use maud::{Markup, html};

/// A column's head and whether its cells are numbers, which stand to the right.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// Words.
    Text(&'static str),
    /// Numbers.
    Number(&'static str),
}

/// A table; the first cell of a row is its head. Nothing for no rows.
pub(crate) fn table(caption: &str, columns: &[Column], rows: &[Vec<Markup>]) -> Markup {
    html! {
        @if !rows.is_empty() {
            div class="scroll" {
                table {
                    caption { (caption) }
                    thead { tr { @for column in columns {
                        @match column {
                            Column::Text(name) => th scope="col" { (name) },
                            Column::Number(name) => th scope="col" class="n" { (name) },
                        }
                    } } }
                    tbody { @for row in rows { tr {
                        @for (place, (cell, column)) in row.iter().zip(columns).enumerate() {
                            @match (place, column) {
                                (0, Column::Text(_)) => th scope="row" { (cell) },
                                (0, Column::Number(_)) => th scope="row" class="n" { (cell) },
                                (_, Column::Text(_)) => td { (cell) },
                                (_, Column::Number(_)) => td class="n" { (cell) },
                            }
                        }
                    } } }
                }
            }
        }
    }
}
