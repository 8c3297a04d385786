//! Two scales at right angles, with a grid.

use maud::{Markup, html};

use crate::number::fraction;
use crate::svg::figure::{label, px, strong};

/// One of the two scales.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) title: String,
    /// The value at the far end; the near end is 0.
    pub(crate) most: f64,
    /// The values that have a line of the grid, each with its label.
    pub(crate) steps: Vec<(f64, String)>,
}

impl Axis {
    /// A scale of shares, in per cent.
    pub(crate) fn shares(title: &str) -> Self {
        let steps = [0_u8, 20, 40, 60, 80, 100];
        let steps = steps.map(|step| (f64::from(step) / 100.0, format!("{step} %"))).to_vec();
        Self { title: title.to_owned(), most: 1.0, steps }
    }
}

/// A plot: the area and its scales.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) across: Axis,
    pub(crate) up: Axis,
}

impl Plot {
    /// The horizontal position of a value.
    pub(crate) fn x(&self, value: f64) -> f64 {
        self.left + self.width * fraction(value / self.across.most)
    }

    /// The vertical position of a value; greater values are further up.
    pub(crate) fn y(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - fraction(value / self.up.most))
    }

    /// The lower edge.
    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// The grid with labels; the title of the vertical scale stands above it, that of the horizontal one below.
    pub(crate) fn grid(&self) -> Markup {
        let right = self.left + self.width;
        html! {
            (strong((self.left, self.top - 16.0), 12.5, "ink", "start", &self.up.title))
            @for (value, text) in &self.up.steps {
                @let y = self.y(*value);
                line class="rule" x1=(px(self.left)) x2=(px(right)) y1=(px(y)) y2=(px(y)) stroke-width="1" {}
                (label((self.left - 8.0, y + 4.0), 11.0, "mute", "end", text))
            }
            @for (value, text) in &self.across.steps {
                @let x = self.x(*value);
                line class="rule" x1=(px(x)) x2=(px(x)) y1=(px(self.top)) y2=(px(self.bottom())) stroke-width="1" {}
                (label((x, self.bottom() + 16.0), 11.0, "mute", "middle", text))
            }
            (strong((self.left, self.bottom() + 36.0), 12.5, "ink", "start", &self.across.title))
        }
    }

    /// A line through points.
    pub(crate) fn line(&self, points: &[(f64, f64)], class: &str, dashes: Option<&str>) -> Markup {
        let points: Vec<String> =
            points.iter().map(|(x, y)| format!("{} {}", px(self.x(*x)), px(self.y(*y)))).collect();
        html! {
            @if !points.is_empty() {
                path class=(class) fill="none" stroke-width="2.2" stroke-dasharray=[dashes] d={ "M" (points.join("L")) } {}
            }
        }
    }
}
