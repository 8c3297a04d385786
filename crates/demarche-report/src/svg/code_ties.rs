//! How strong the ties of shared code are: bars on a scale of powers of ten, with their ranges.

use std::collections::BTreeSet;

use demarche_case::assessment::code::{CodeTie, ComparedProgram};
use maud::{Markup, html};

use super::{Figure, fitted_label, label, px, strong};
use crate::code::{SCALE, Support, file_name, measured, named, ratio};
use crate::number::fraction;

const WIDTH: f64 = 760.0;
/// Where the scale begins, and how long it is.
const PLOT: (f64, f64) = (196.0, 446.0);
const ROW: f64 = 27.0;

/// Ties drawn of each kind; the table has more.
const MOST: usize = 8;

/// The powers of ten that the scale always has, and those that it never goes beyond.
const ALWAYS: (f64, f64) = (-1.0, 7.5);
const NEVER: (f64, f64) = (-3.0, 9.0);

/// How strong the ties of a program to actors and families are, as a self-contained SVG.
///
/// A bar is the likelihood ratio on a scale of powers of ten, a whisker its range; a hatched bar stays below the
/// threshold at which nobody was named wrongly in the calibration.
#[must_use]
pub fn svg_of_code_ties(compared: &ComparedProgram) -> String {
    code_ties_chart(compared, "ties")
}

pub(crate) fn code_ties_chart(compared: &ComparedProgram, id: &str) -> String {
    let groups = [("Actors", &compared.actors), ("Families", &compared.families)];
    let groups: Vec<(&str, &[CodeTie])> = groups
        .into_iter()
        .filter(|(_, ties)| !ties.is_empty())
        .map(|(title, ties)| (title, ties.get(..MOST).unwrap_or(ties)))
        .collect();
    let scale = Scale::of(groups.iter().flat_map(|(_, ties)| *ties));
    let top = 52.0;
    let mut y = top;
    let mut drawn = Vec::new();
    for (title, ties) in &groups {
        drawn.push(strong((8.0, y + 17.0), 12.5, "ink", "start", title));
        y += 24.0;
        for tie in *ties {
            drawn.push(row(tie, &scale, id, y));
            y += ROW;
        }
        y += 6.0;
    }
    Figure {
        id,
        title: format!("How strongly {} is tied to known programs", file_name(&compared.program)),
        desc: "Bars of likelihood ratios on a scale of powers of ten, with the range of each; the words for the strength stand above.".to_owned(),
        width: WIDTH,
        height: y + 34.0,
        looks: BTreeSet::new(),
        body: html! {
            (scale.draw(top, y))
            @for row in drawn { (row) }
            (signs(id, y + 10.0))
        },
    }
    .into_svg()
}

/// A scale of powers of ten.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Wide enough for all ranges, within reason.
    fn of<'a>(ties: impl Iterator<Item = &'a CodeTie>) -> Self {
        let (mut low, mut high) = ALWAYS;
        for tie in ties {
            for nats in [tie.strength.low, tie.strength.nats, tie.strength.high] {
                let power = power(nats);
                low = low.min(power.floor());
                high = high.max(power.ceil());
            }
        }
        Self { low: low.max(NEVER.0), high: high.min(NEVER.1) }
    }

    fn x(&self, power: f64) -> f64 {
        PLOT.0 + PLOT.1 * fraction((power - self.low) / (self.high - self.low))
    }

    /// Whether the scale does not reach so far.
    fn is_beyond(&self, power: f64) -> bool {
        power < self.low || power > self.high
    }

    /// The words above and the powers of ten below.
    fn draw(&self, top: f64, bottom: f64) -> Markup {
        let ends = SCALE.iter().skip(1).map(|(from, _)| from.log10()).chain([self.high]);
        let bands: Vec<(f64, f64, &str)> = SCALE
            .iter()
            .zip(ends)
            .map(|((from, word), end)| (self.x(from.log10()), self.x(end), *word))
            .collect();
        let whole = |step: &i32| (self.low..=self.high).contains(&f64::from(*step));
        html! {
            @for (place, (from, to, word)) in bands.iter().enumerate() {
                @if to > from {
                    @if place % 2 == 0 {
                        rect class="wash" x=(px(*from)) y=(px(top - 40.0)) width=(px(to - from)) height=(px(bottom - top + 40.0)) {}
                    }
                    // In two lines by turns, so that long words of narrow bands do not meet.
                    (label(((from + to) / 2.0, top - if place % 2 == 0 { 27.0 } else { 14.0 }), 9.5, "mute", "middle", word))
                }
            }
            @for step in (-3..=9).filter(whole) {
                @let x = self.x(f64::from(step));
                line class=(if step == 0 { "tick" } else { "rule" }) x1=(px(x)) x2=(px(x)) y1=(px(top)) y2=(px(bottom)) stroke-width="1" {}
                (label((x, bottom + 13.0), 10.0, "mute", "middle", &power_of_ten(step)))
            }
        }
    }
}

/// The power of ten of a ratio that is given in nats; no figure is the ratio of 1.
fn power(nats: f64) -> f64 {
    if nats.is_nan() { 0.0 } else { (nats / std::f64::consts::LN_10).clamp(-99.0, 99.0) }
}

/// `0.01`, `1`, `1,000`, `1M`.
fn power_of_ten(step: i32) -> String {
    match step {
        -3 => "0.001".to_owned(),
        -2 => "0.01".to_owned(),
        -1 => "0.1".to_owned(),
        7 => "10 M".to_owned(),
        8 => "100 M".to_owned(),
        9 => "1000 M".to_owned(),
        step => crate::number::count(10_u64.pow(step.unsigned_abs().min(9))),
    }
}

fn row(tie: &CodeTie, scale: &Scale, id: &str, y: f64) -> Markup {
    let one = tie.strength;
    let (zero, end) = (scale.x(0.0), scale.x(power(one.nats)));
    let (low, high) = (power(one.low), power(one.high));
    let middle = y + 13.0;
    let fill = (!one.is_attributed).then(|| format!("url(#{id}-hatch)"));
    let tip = format!("{}: {}, {}", named(&tie.name), measured(one), Support::of(one.nats).word());
    html! {
        g {
            title { (tip) }
            (fitted_label((18.0, y + 17.5), 12.0, "ink", &named(&tie.name), PLOT.0 - 30.0))
            rect class=[one.is_attributed.then_some("bar")] fill=[fill] x=(px(zero.min(end))) y=(px(y + 6.0))
                width=(px((end - zero).abs())) height="14" {}
            @if !one.is_attributed {
                rect class="edge" x=(px(zero.min(end))) y=(px(y + 6.0)) width=(px((end - zero).abs())) height="14" stroke-width="1" {}
            }
            path class="tick" stroke-width="1.4" d={ "M" (px(scale.x(low))) " " (px(middle)) "H" (px(scale.x(high))) (end_of(scale, low, middle, -1.0)) (end_of(scale, high, middle, 1.0)) } {}
            (strong((WIDTH - 8.0, y + 17.5), 12.5, "ink", "end", &ratio(one.nats)))
        }
    }
}

/// The end of a whisker: a stroke, or an arrow where the range goes beyond the scale.
fn end_of(scale: &Scale, power: f64, middle: f64, side: f64) -> String {
    let x = scale.x(power);
    if scale.is_beyond(power) {
        let back = px(x - 6.0 * side);
        return format!(
            "M{back} {}L{} {}L{back} {}",
            px(middle - 4.0),
            px(x),
            px(middle),
            px(middle + 4.0)
        );
    }
    format!("M{} {}v8", px(x), px(middle - 4.0))
}

fn signs(id: &str, y: f64) -> Markup {
    let (y, middle) = (y + 8.0, y + 16.0);
    html! {
        rect class="bar" x="8" y=(px(y)) width="26" height="14" {}
        (label((42.0, y + 11.5), 11.5, "ink", "start", "passes the threshold"))
        rect fill=(format!("url(#{id}-hatch)")) x="196" y=(px(y)) width="26" height="14" {}
        rect class="edge" x="196" y=(px(y)) width="26" height="14" stroke-width="1" {}
        (label((230.0, y + 11.5), 11.5, "ink", "start", "stays below it"))
        path class="tick" stroke-width="1.4" d={ "M346 " (px(middle)) "h28M346 " (px(middle - 4.0)) "v8M374 " (px(middle - 4.0)) "v8" } {}
        (label((382.0, y + 11.5), 11.5, "ink", "start", "range that holds nine times in ten"))
        (label((WIDTH - 8.0, y + 11.5), 11.5, "mute", "end", "likelihood ratio"))
    }
}
