//! Rows and columns of cells whose colour and number say the same.

use demarche_case::number::float;
use maud::{Markup, PreEscaped, html};

use crate::number::fraction;
use crate::svg::figure::{Figure, fitted_label, label, px, strong};
use crate::svg::measure::{fitted, wrapped};

/// Blue for more, brown for less: a pair that every common kind of colour blindness keeps apart. The ink on each step has
/// a contrast of more than 4.5 to 1, and the number in the cell says the same without the colour.
const HEAT: &str = "\
svg.dm .z{fill:#f1f3f6}svg.dm .p1{fill:#d9e6f3}svg.dm .p2{fill:#a6c7e6}svg.dm .p3{fill:#6da1d2}svg.dm .p4{fill:#1f5f9f}\
svg.dm .m1{fill:#f8e4d4}svg.dm .m2{fill:#f0c49d}svg.dm .m3{fill:#dd8f52}svg.dm .m4{fill:#9a4413}\
svg.dm .on{fill:#1a2230}svg.dm .on4{fill:#fff}svg.dm .onz{fill:#5a6573}\
@media screen and (prefers-color-scheme:dark){\
svg.dm .z{fill:#222a34}svg.dm .p1{fill:#243b52}svg.dm .p2{fill:#27517a}svg.dm .p3{fill:#30689c}svg.dm .p4{fill:#8fc1f2}\
svg.dm .m1{fill:#45352b}svg.dm .m2{fill:#65422a}svg.dm .m3{fill:#93521f}svg.dm .m4{fill:#f2b37c}\
svg.dm .on{fill:#f2f5f8}svg.dm .on4{fill:#151a21}svg.dm .onz{fill:#a3adba}}";

/// The room left of the cells, and right of them.
const NAMES: f64 = 272.0;
const LAST: f64 = 104.0;
/// The height of the turned heads, and how far they are turned, in degrees.
const HEAD: f64 = 150.0;
const TURN: f64 = -40.0;
/// The height of a row, and the width of a step of the key.
const ROW: f64 = 31.0;
const STEP: f64 = 48.0;

/// The head of a column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// One line or two.
    pub(crate) lines: Vec<String>,
    pub(crate) tip: String,
    /// Extra room before the column, in pixels.
    pub(crate) gap: f64,
}

/// A cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The signed value that decides on the colour.
    pub(crate) value: f64,
    pub(crate) text: String,
    pub(crate) tip: String,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// A smaller line under the name; may be empty.
    pub(crate) about: String,
    /// A number between name and cells; may be empty.
    pub(crate) before: String,
    pub(crate) cells: Vec<Cell>,
    /// A share to be drawn as a bar behind the cells, and the number at the end.
    pub(crate) share: Option<f64>,
    pub(crate) last: String,
}

/// A matrix.
#[derive(Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: String,
    pub(crate) desc: String,
    /// The width of a cell.
    pub(crate) cell: f64,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// The head of the last column, in two lines.
    pub(crate) last: [&'a str; 2],
    /// A line below the rows: what is left out, or why there are none.
    pub(crate) more: Option<String>,
    /// A last row of plain numbers, with its name.
    pub(crate) foot: (&'a str, Vec<String>),
    /// The values at which the steps of colour begin.
    pub(crate) steps: [f64; 4],
    /// The words of the key: for the steps from the fourth against to the fourth for, and a note. A step without a word
    /// is left out.
    pub(crate) key: ([&'a str; 9], &'a str),
}

impl Matrix<'_> {
    /// The drawing.
    pub(crate) fn into_svg(self) -> String {
        let bottom = HEAD + float(self.rows.len()) * ROW;
        let foot = bottom + if self.more.is_some() { 32.0 } else { 8.0 };
        let tops = (0_usize..).map(|index| HEAD + float(index) * ROW);
        let key = foot + ROW + 14.0;
        let width = self.left(self.columns.len()) + LAST + 16.0;
        let body = html! {
            style { (PreEscaped(HEAT)) }
            (self.heads())
            @for (row, top) in self.rows.iter().zip(tops) { (self.row(row, top)) }
            @if let Some(further) = &self.more { (label((8.0, bottom + 16.0), 11.5, "mute", "start", further)) }
            (self.foot(foot))
            (self.key(key))
        };
        let (title, desc) = (self.title, self.desc);
        let looks = std::collections::BTreeSet::new();
        Figure {
            id: self.id,
            title,
            desc,
            width: width.max(640.0),
            height: key + 48.0,
            looks,
            body,
        }
        .into_svg()
    }

    /// The left edge of a column.
    fn left(&self, index: usize) -> f64 {
        let gaps: f64 = self.columns.iter().take(index + 1).map(|column| column.gap).sum();
        NAMES + gaps + float(index) * self.cell
    }

    fn heads(&self) -> Markup {
        let last = self.left(self.columns.len()) + LAST;
        html! {
            @for (index, column) in self.columns.iter().enumerate() {
                @let (x, y) = (self.left(index) + self.cell / 2.0 + 4.0, HEAD - 8.0);
                g transform={ "rotate(" (px(TURN)) " " (px(x)) " " (px(y)) ")" } {
                    title { (column.tip) }
                    @for (line, text) in column.lines.iter().enumerate() {
                        @let down = if column.lines.len() > 1 && line == 0 { -13.0 } else { 0.0 };
                        (label((x, y + down), 11.5, "ink", "start", &fitted(text, 11.5, 190.0)))
                    }
                }
            }
            (label((last, HEAD - 22.0), 11.0, "mute", "end", self.last[0]))
            (label((last, HEAD - 8.0), 11.0, "mute", "end", self.last[1]))
        }
    }

    fn row(&self, row: &Row, top: f64) -> Markup {
        let room = NAMES - if row.before.is_empty() { 18.0 } else { 66.0 };
        let last = self.left(self.columns.len());
        html! {
            g {
                title { (row.name) }
                @if row.about.is_empty() {
                    @let lines = wrapped(&row.name, 11.5, room, 2);
                    @for (index, line) in lines.iter().enumerate() {
                        @let down = if lines.len() > 1 { 13.0 + 13.0 * float(index) } else { 20.0 };
                        (label((8.0, top + down), 11.5, "ink", "start", line))
                    }
                } @else {
                    (fitted_label((8.0, top + 13.5), 12.0, "ink", &row.name, room))
                    (fitted_label((8.0, top + 25.5), 10.0, "mute", &row.about, room))
                }
                (label((NAMES - 10.0, top + 20.0), 11.5, "mute", "end", &row.before))
                @for (index, cell) in row.cells.iter().enumerate() { (self.cell(cell, (self.left(index), top))) }
                @if let Some(share) = row.share {
                    rect class="bar2" x=(px(last + 14.0)) y=(px(top + 8.0)) width=(px(44.0 * fraction(share))) height="14" {}
                }
                (strong((last + LAST, top + 20.0), 12.0, "ink", "end", &row.last))
            }
        }
    }

    fn cell(&self, cell: &Cell, at: (f64, f64)) -> Markup {
        let (class, ink) = tone(cell.value, self.steps);
        html! {
            g {
                title { (cell.tip) }
                rect class=(class) x=(px(at.0 + 1.0)) y=(px(at.1 + 1.0)) width=(px(self.cell - 2.0)) height=(px(ROW - 2.0)) rx="2" {}
                (label((at.0 + self.cell / 2.0, at.1 + 19.8), 11.5, ink, "middle", &cell.text))
            }
        }
    }

    fn foot(&self, top: f64) -> Markup {
        let right = px(self.left(self.columns.len()));
        html! {
            line class="rule" x1="8" x2=(right) y1=(px(top - 4.0)) y2=(px(top - 4.0)) stroke-width="1.5" {}
            (strong((8.0, top + 18.0), 11.5, "ink", "start", self.foot.0))
            @for (index, text) in self.foot.1.iter().enumerate() {
                (strong((self.left(index) + self.cell / 2.0, top + 18.0), 11.5, "ink", "middle", text))
            }
        }
    }

    fn key(&self, top: f64) -> Markup {
        const STEPS: [(&str, &str); 9] = [
            ("m4", "on4"),
            ("m3", "on"),
            ("m2", "on"),
            ("m1", "on"),
            ("z", "onz"),
            ("p1", "on"),
            ("p2", "on"),
            ("p3", "on"),
            ("p4", "on4"),
        ];
        let steps = STEPS.iter().zip(self.key.0).filter(|(_, text)| !text.is_empty());
        html! {
            @for (index, ((class, ink), text)) in steps.enumerate() {
                @let left = 8.0 + float(index) * STEP;
                rect class=(class) x=(px(left)) y=(px(top)) width=(px(STEP)) height="18" {}
                (label((left + STEP / 2.0, top + 13.0), 10.5, ink, "middle", text))
            }
            (label((8.0, top + 35.0), 11.0, "mute", "start", self.key.1))
        }
    }
}

/// The class of a cell and of the ink on it: `value` is signed, and each step begins at its number.
fn tone(value: f64, steps: [f64; 4]) -> (&'static str, &'static str) {
    const FOR: [&str; 4] = ["p1", "p2", "p3", "p4"];
    const AGAINST: [&str; 4] = ["m1", "m2", "m3", "m4"];
    let passed = steps.iter().filter(|step| value.abs() >= **step).count();
    let colours = if value < 0.0 { AGAINST } else { FOR };
    match passed.checked_sub(1) {
        Some(3) => (colours[3], "on4"),
        Some(step) => (colours[step], "on"),
        None => ("z", "onz"),
    }
}
