//! Rows of bars, dots and ranges on one scale, in panels with headings.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::number::float;
use maud::{Markup, PreEscaped, html};

use crate::number::fraction;
use crate::palette::Palette;
use crate::svg::figure::{BOLD, Figure, fitted_label, label, legend, looks, px, strong, swatch};
use crate::svg::measure::{fitted, width_of, wrapped};

/// From the first rank to the last: ever less of one blue. Ink on each has a contrast of more than 4.5 to 1.
const RANK: &str = "\
svg.dm .k0{fill:#174a80}svg.dm .k1{fill:#4a86bf}svg.dm .k2{fill:#8db6dc}svg.dm .k3{fill:#c3d9ee}svg.dm .k4{fill:#e6ebf1}\
svg.dm .o0{fill:#fff}svg.dm .o1{fill:#0b1520}svg.dm .o2,svg.dm .o3,svg.dm .o4{fill:#1a2230}\
@media screen and (prefers-color-scheme:dark){\
svg.dm .k0{fill:#a8d0f7}svg.dm .k1{fill:#5b95cc}svg.dm .k2{fill:#34648f}svg.dm .k3{fill:#284562}svg.dm .k4{fill:#26303c}\
svg.dm .o0,svg.dm .o1{fill:#0d131a}svg.dm .o2,svg.dm .o3,svg.dm .o4{fill:#f2f5f8}}";

/// The height of a heading, with the numbers of the scale below it.
const HEADING: f64 = 40.0;

/// The room between the names and the scale, and between a swatch and a name.
const GAP: f64 = 14.0;

/// The scale that all rows share.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// The left end and the length, in pixels.
    pub(crate) left: f64,
    pub(crate) length: f64,
    /// The values at both ends.
    pub(crate) ends: (f64, f64),
    /// The values that have a line, each with its label.
    pub(crate) steps: Vec<(f64, String)>,
    /// Ranges of values with a word each, shaded by turns; none for most scales.
    pub(crate) bands: Vec<(f64, f64, &'static str)>,
}

impl Scale {
    /// A scale from 0 to 1 that reads as per cent.
    pub(crate) fn shares(left: f64, length: f64) -> Self {
        Self::labelled(left, length, ["0", "25", "50", "75", "100 %"])
    }

    /// A scale from 0 to 1 that reads as an index.
    pub(crate) fn indices(left: f64, length: f64) -> Self {
        Self::labelled(left, length, ["0", "0.25", "0.50", "0.75", "1"])
    }

    fn labelled(left: f64, length: f64, labels: [&str; 5]) -> Self {
        let values = [0.0, 0.25, 0.5, 0.75, 1.0];
        let steps = values.into_iter().zip(labels.map(str::to_owned)).collect();
        Self { left, length, ends: (0.0, 1.0), steps, bands: Vec::new() }
    }

    /// The position of a value; values beyond the ends lie at the ends.
    pub(crate) fn x(&self, value: f64) -> f64 {
        let span = self.ends.1 - self.ends.0;
        if span <= 0.0 || !span.is_finite() {
            return self.left;
        }
        self.left + self.length * fraction((value - self.ends.0) / span)
    }

    fn is_beyond(&self, value: f64) -> bool {
        value < self.ends.0 || value > self.ends.1
    }

    fn draw(&self, top: f64, bottom: f64) -> Markup {
        html! {
            @for (index, (from, to, word)) in self.bands.iter().enumerate() {
                @let (from, to) = (self.x(*from), self.x(*to));
                @if to > from {
                    @if index % 2 == 0 {
                        rect class="wash" x=(px(from)) y=(px(top - 42.0)) width=(px(to - from)) height=(px(bottom - top + 42.0)) {}
                    }
                    // The words stand in two lines by turns, so that long words of narrow bands do not meet.
                    (label((f64::midpoint(from, to), top - if index % 2 == 0 { 32.0 } else { 20.0 }), 9.5, "mute", "middle", word))
                }
            }
            @for (value, text) in &self.steps {
                @let x = self.x(*value);
                line class="rule" x1=(px(x)) x2=(px(x)) y1=(px(top)) y2=(px(bottom)) stroke-width="1" {}
                (label((x, top - 5.0), 10.5, "mute", "middle", text))
            }
        }
    }
}

/// The fill of a bar; each can be told from the others in black and white.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fill {
    Full,
    Pale,
    Hatched,
    Empty,
    /// Broken edges and nothing inside.
    Dashed,
    /// Ever less of one colour: 0 is the strongest, 4 the weakest.
    Rank(usize),
}

/// A sign in a row.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// A bar between two values, with a text on it where it fits.
    Bar {
        from: f64,
        to: f64,
        fill: Fill,
        text: String,
    },
    /// A range as a whisker; an end beyond the scale is an arrow.
    Whisker(f64, f64),
    /// A thick stroke across the row.
    Stroke(f64),
    /// A thick stroke in the colour of doubt.
    DoubtStroke(f64),
    Diamond(f64),
    Dot(f64),
    Ring(f64),
    /// A thick line between two values.
    Line(f64, f64),
}

impl Mark {
    /// A bar from 0.
    pub(crate) fn bar(to: f64, fill: Fill) -> Self {
        Self::Bar { from: 0.0, to, fill, text: String::new() }
    }
}

/// One row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// The country of the swatch; `None` for no swatch.
    pub(crate) badge: Option<Option<Country>>,
    /// The beginning of the name, in bold; may be empty.
    pub(crate) head: String,
    /// The name, in as many lines as the row has room for.
    pub(crate) name: Vec<String>,
    /// The tool tip.
    pub(crate) tip: String,
    /// Signs at the middle of the row.
    pub(crate) marks: Vec<Mark>,
    /// Signs of a second lane below the first.
    pub(crate) below: Vec<Mark>,
    /// The number at the right end.
    pub(crate) value: String,
    /// Lines under the number, or beside the scale where there is room, with their class.
    pub(crate) notes: Vec<(&'static str, String)>,
}

/// Rows under a heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
    /// A line under the rows: how many are left out.
    pub(crate) more: Option<String>,
    /// A value that runs through all rows as a line.
    pub(crate) reference: Option<f64>,
}

/// A chart of rows.
#[derive(Debug)]
pub(crate) struct Bars<'a> {
    /// Keeps the patterns of this drawing apart from those of others on a page.
    pub(crate) id: &'a str,
    pub(crate) title: String,
    pub(crate) desc: String,
    pub(crate) width: f64,
    /// The height of a row.
    pub(crate) row: f64,
    pub(crate) scale: Scale,
    pub(crate) panels: Vec<Panel>,
    /// The signs with their meaning.
    pub(crate) key: Vec<(Mark, &'static str)>,
    /// Lines at the foot.
    pub(crate) foot: Vec<String>,
    /// The looks of countries, where rows have swatches.
    pub(crate) palette: Option<&'a Palette>,
}

impl Bars<'_> {
    /// The drawing.
    pub(crate) fn into_svg(self) -> String {
        let mut y = 8.0;
        let mut drawn = Vec::new();
        for panel in &self.panels {
            let (markup, bottom) = self.panel(panel, y);
            drawn.push(markup);
            y = bottom + 14.0;
        }
        let (key, mut y) = self.key(y);
        for line in &self.foot {
            drawn.push(label((8.0, y + 12.0), 12.0, "mute", "start", line));
            y += 20.0;
        }
        let badges = self.panels.iter().flat_map(|panel| &panel.rows).filter_map(|row| row.badge);
        let countries: BTreeSet<Option<Country>> = badges.collect();
        let (names, bottom) = self.palette.map_or_else(
            || (Markup::default(), y),
            |palette| legend(self.id, palette, &countries, (8.0, y + 4.0), self.width - 16.0),
        );
        Figure {
            id: self.id,
            title: self.title.clone(),
            desc: self.desc.clone(),
            width: self.width,
            height: bottom + 4.0,
            looks: self.palette.map(|palette| looks(palette, &countries)).unwrap_or_default(),
            body: html! { style { (PreEscaped(RANK)) } @for part in drawn { (part) } (key) (names) },
        }
        .into_svg()
    }

    fn panel(&self, panel: &Panel, top: f64) -> (Markup, f64) {
        let heading = if self.scale.bands.is_empty() { HEADING } else { HEADING + 26.0 };
        let first = top + heading;
        let bottom = first + float(panel.rows.len()) * self.row;
        let tops = (0_usize..).map(|index| first + float(index) * self.row);
        let markup = html! {
            (strong((8.0, top + 14.0), 13.5, "ink", "start", &panel.title))
            (self.scale.draw(first, bottom))
            @if let Some(value) = panel.reference {
                line class="tick" x1=(px(self.scale.x(value))) x2=(px(self.scale.x(value))) y1=(px(first)) y2=(px(bottom)) stroke-width="1.6" {}
            }
            @for (row, top) in panel.rows.iter().zip(tops) { (self.row(row, top)) }
            @if let Some(further) = &panel.more { (label((8.0, bottom + 14.0), 11.5, "mute", "start", further)) }
        };
        (markup, if panel.more.is_some() { bottom + 20.0 } else { bottom })
    }

    fn row(&self, row: &Row, top: f64) -> Markup {
        let middle =
            if row.below.is_empty() { top + self.row / 2.0 } else { top + self.row * 0.36 };
        html! {
            g {
                title { (row.tip) }
                @if let (Some(country), Some(palette)) = (row.badge, self.palette) {
                    (swatch(self.id, palette, country, (8.0, middle - 9.0)))
                }
                (self.name(row, middle, top))
                @for mark in &row.marks { (self.mark(mark, middle, 16.0_f64.min(self.row - 8.0))) }
                @for mark in &row.below { (self.mark(mark, top + self.row * 0.72, 10.0)) }
                (self.value(row, middle))
            }
        }
    }

    /// The number at the right, with its notes under it.
    fn value(&self, row: &Row, middle: f64) -> Markup {
        let right = self.width - 8.0;
        let room = right - self.scale.left - self.scale.length - GAP;
        let lines = float(row.notes.len());
        let first = middle + 4.5 - lines * 6.5;
        let downs = (1_usize..).map(|index| first + float(index) * 13.5);
        html! {
            (strong((right, first), 13.0, "ink", "end", &row.value))
            @for ((class, text), y) in row.notes.iter().zip(downs) {
                (label((right, y), 10.5, class, "end", &fitted(text, 10.5, room)))
            }
        }
    }

    /// The name in the room left of the scale: a bold head and the rest on one line, or two or three smaller lines.
    fn name(&self, row: &Row, middle: f64, top: f64) -> Markup {
        let left = if row.badge.is_some() { 52.0 } else { 8.0 };
        let room = self.scale.left - left - GAP;
        let name = row.name.join(" ");
        if !row.head.is_empty() {
            let head = fitted(&row.head, 13.0, room);
            let wide = width_of(&head, 13.0) * BOLD;
            return html! {
                (strong((left, middle + 4.5), 13.0, "ink", "start", &head))
                @if room - wide > 50.0 && !name.is_empty() {
                    (fitted_label((left + wide + 10.0, middle + 4.5), 12.0, "mute", &name, room - wide - 10.0))
                }
            };
        }
        if width_of(&name, 12.5) <= room {
            return label((left, middle + 4.5), 12.5, "ink", "start", &name);
        }
        let lines_of_row = if self.row > 44.0 { 3 } else { 2 };
        let lines = if row.name.len() > 1 {
            row.name.clone()
        } else {
            wrapped(&name, 11.5, room, lines_of_row)
        };
        let count = lines.len().min(lines_of_row);
        let first = top + (self.row - float(count) * 13.0) / 2.0 + 10.0;
        let downs = (0_usize..).map(|index| first + float(index) * 13.0);
        html! {
            @for (line, y) in lines.iter().take(lines_of_row).zip(downs) {
                (fitted_label((left, y), 11.5, "ink", line, room))
            }
        }
    }

    fn mark(&self, mark: &Mark, y: f64, high: f64) -> Markup {
        let x = |value: f64| self.scale.x(value);
        match mark {
            Mark::Bar { from, to, fill, text } => {
                let (left, right) = (x(*from).min(x(*to)), x(*from).max(x(*to)));
                bar(self.id, (left, y - high / 2.0), (right - left, high), *fill, text)
            }
            Mark::Whisker(low, high) => whisker(
                (x(*low), x(*high)),
                y,
                [self.scale.is_beyond(*low), self.scale.is_beyond(*high)],
            ),
            Mark::Line(from, to) => html! {
                line class="edge" x1=(px(x(*from))) x2=(px(x(*to))) y1=(px(y)) y2=(px(y)) stroke-width="3" {}
            },
            Mark::Stroke(value) => stroke("tick", x(*value), y, high),
            Mark::DoubtStroke(value) => stroke("doubt", x(*value), y, high - 6.0),
            Mark::Diamond(value) => diamond(x(*value), y),
            Mark::Dot(value) => dot("bar", x(*value), y),
            Mark::Ring(value) => dot("paper tick", x(*value), y),
        }
    }

    /// The signs and their meaning, flowing over as many lines as they need; and the lower end.
    fn key(&self, top: f64) -> (Markup, f64) {
        let (mut x, mut y) = (8.0, top);
        let mut drawn = Vec::new();
        for (mark, text) in &self.key {
            let wide = 38.0 + width_of(text, 12.0) + 22.0;
            if x > 8.0 && x + wide > self.width {
                (x, y) = (8.0, y + 24.0);
            }
            drawn.push(html! {
                (self.sample(mark, x, y + 10.0))
                (label((x + 38.0, y + 14.5), 12.0, "ink", "start", text))
            });
            x += wide;
        }
        let markup = html! { @for sign in drawn { (sign) } };
        (markup, if self.key.is_empty() { top } else { y + 26.0 })
    }

    /// A sign as it stands in the key, 30 pixels wide.
    fn sample(&self, mark: &Mark, left: f64, y: f64) -> Markup {
        let middle = left + 15.0;
        match mark {
            Mark::Bar { fill, .. } => bar(self.id, (left, y - 7.0), (30.0, 14.0), *fill, ""),
            Mark::Whisker(..) => whisker((left, left + 30.0), y, [false, false]),
            Mark::Line(..) => html! {
                line class="edge" x1=(px(left)) x2=(px(left + 30.0)) y1=(px(y)) y2=(px(y)) stroke-width="3" {}
            },
            Mark::Stroke(_) => stroke("tick", middle, y, 14.0),
            Mark::DoubtStroke(_) => stroke("doubt", middle, y, 14.0),
            Mark::Diamond(_) => diamond(middle, y),
            Mark::Dot(_) => dot("bar", middle, y),
            Mark::Ring(_) => dot("paper tick", middle, y),
        }
    }
}

fn bar(id: &str, at: (f64, f64), size: (f64, f64), fill: Fill, text: &str) -> Markup {
    let (class, ink) = match fill {
        Fill::Full => ("bar".to_owned(), "paper"),
        Fill::Pale => ("bar2".to_owned(), "ink"),
        Fill::Hatched | Fill::Dashed => ("edge".to_owned(), "mute"),
        Fill::Empty => ("paper edge".to_owned(), "mute"),
        Fill::Rank(rank) => {
            (format!("k{}", rank.min(4)), ["o0", "o1", "o2", "o3", "o4"][rank.min(4)])
        }
    };
    let is_edged = matches!(fill, Fill::Hatched | Fill::Dashed | Fill::Empty);
    let pattern = matches!(fill, Fill::Hatched).then(|| format!("fill:url(#{id}-hatch)"));
    let dashes = matches!(fill, Fill::Dashed).then_some("3 3");
    if size.0 <= 0.0 {
        return Markup::default();
    }
    html! {
        rect class=(class) style=[pattern] stroke-dasharray=[dashes] stroke-width=[is_edged.then_some("1.2")]
            x=(px(at.0)) y=(px(at.1)) width=(px(size.0)) height=(px(size.1)) {}
        @if !text.is_empty() && width_of(text, 10.5) + 4.0 < size.0 {
            (label((at.0 + size.0 / 2.0, at.1 + size.1 / 2.0 + 3.8), 10.5, ink, "middle", text))
        }
    }
}

/// A range with a stroke at each end, or an arrow where it goes beyond the scale.
fn whisker(ends: (f64, f64), y: f64, beyond: [bool; 2]) -> Markup {
    let end = |x: f64, is_beyond: bool, side: f64| {
        let (above, below) = (px(y - 4.0), px(y + 4.0));
        if is_beyond {
            let back = px(x - 6.0 * side);
            format!("M{back} {above}L{} {}L{back} {below}", px(x), px(y))
        } else {
            format!("M{} {above}V{below}", px(x))
        }
    };
    html! {
        @if ends.1 > ends.0 {
            path class="tick" stroke-width="1.3"
                d={ "M" (px(ends.0)) " " (px(y)) "H" (px(ends.1)) (end(ends.0, beyond[0], -1.0)) (end(ends.1, beyond[1], 1.0)) } {}
        }
    }
}

fn stroke(class: &str, x: f64, y: f64, high: f64) -> Markup {
    let half = high / 2.0 + 3.0;
    html! { path class=(class) stroke-width="2.6" d={ "M" (px(x)) " " (px(y - half)) "V" (px(y + half)) } {} }
}

fn diamond(x: f64, y: f64) -> Markup {
    html! { path class="paper tick" stroke-width="1.5" d={ "M" (px(x)) " " (px(y - 6.0)) "l6 6l-6 6l-6 -6Z" } {} }
}

fn dot(class: &str, x: f64, y: f64) -> Markup {
    html! { circle class=(class) cx=(px(x)) cy=(px(y)) r="5.5" stroke-width="2" {} }
}
