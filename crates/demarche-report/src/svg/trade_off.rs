//! Effect on the ongoing harm against harm to third parties: a dot for each option, with how far it is uncertain.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{OptionFound, ResponseFindings, Spread};
use maud::{Markup, html};

use super::chart::plot::{Axis, Plot};
use super::figure::{Figure, label, px};
use super::measure::wrapped;
use crate::number::{fraction, index, share};
use crate::response::{by_first, first_share, label as label_of};

const LIST: f64 = 512.0;
const WIDTH: f64 = 840.0;

/// Options that are drawn: those that come first most often.
const MOST: usize = 24;

/// The radius of a number's disc.
const DISC: f64 = 9.0;

/// Lines and ellipses thinner than this are drawn as less than that, in pixels.
const THIN: f64 = 0.8;

/// Effect on the ongoing harm against harm to third parties, as a self-contained SVG.
///
/// A dot is the mean over all worlds, the ellipse around it one standard deviation; where one of the two does not vary it
/// is a line, and where neither does a dot alone. Numbers are those of the list beside it.
#[must_use]
pub fn svg_of_trade_off(findings: &ResponseFindings) -> String {
    let points = points(findings);
    let plot = plot(&points);
    let discs = discs(&points, &plot);
    let (list, end) = list(&points, plot.top);
    let body = html! {
        defs { clipPath id="trade-clip" { rect x=(px(plot.left)) y=(px(plot.top)) width=(px(plot.width)) height=(px(plot.height)) {} } }
        rect class="wash" x=(px(plot.left)) y=(px(plot.top)) width=(px(plot.width)) height=(px(plot.height)) fill-opacity="0.45" {}
        (plot.grid())
        g clip-path="url(#trade-clip)" { @for point in points.iter().rev() { (spread(point, &plot)) } }
        @for (point, disc) in points.iter().zip(&discs) { (leader(point, *disc, &plot)) }
        @for (point, disc) in points.iter().zip(&discs) { (numbered(point, *disc, &plot)) }
        (list)
        @if points.is_empty() { (label((plot.left + plot.width / 2.0, plot.top + plot.height / 2.0), 12.5, "mute", "middle", "No option is open.")) }
    };
    Figure {
        id: "trade",
        title: "Effect on the ongoing harm against harm to third parties".to_owned(),
        desc: description(&points),
        width: WIDTH,
        height: (plot.bottom() + 46.0).max(end + 8.0),
        looks: BTreeSet::new(),
        body,
    }
    .into_svg()
}

struct Point<'a> {
    number: usize,
    option: &'a OptionFound,
    first: f64,
    /// Effect and harm, each from 0 to 1.
    mean: (f64, f64),
    spread: Spread,
}

fn points(findings: &ResponseFindings) -> Vec<Point<'_>> {
    by_first(&findings.weighing)
        .into_iter()
        .filter_map(|by_first| Some((by_first, findings.option(&by_first.option)?)))
        .take(MOST)
        .enumerate()
        .map(|(index, (ranked, option))| {
            let [effect, harm] = option.spread.mean.map(fraction);
            let covariance = option.spread.covariance.map(finite);
            Point {
                number: index + 1,
                option,
                first: first_share(ranked),
                mean: (effect, harm),
                spread: Spread { mean: [effect, harm], covariance },
            }
        })
        .collect()
}

/// A variance or covariance of quantities from 0 to 1, which is at most a quarter.
fn finite(value: f64) -> f64 {
    if value.is_finite() { value.clamp(-0.25, 0.25) } else { 0.0 }
}

fn description(points: &[Point<'_>]) -> String {
    let told: Vec<String> = points
        .iter()
        .take(6)
        .map(|point| {
            format!(
                "{} {}: effect {}, harm {}",
                point.number,
                label_of(point.option),
                index(point.mean.0),
                index(point.mean.1)
            )
        })
        .collect();
    format!(
        "Options by effect (to the right) and harm to third parties (upwards). {}.",
        told.join("; ")
    )
}

/// The plot, as far as the ellipses reach, so that much of nothing does not press them together.
fn plot(points: &[Point<'_>]) -> Plot {
    let axis = |title: &str, value: fn(&Point<'_>) -> f64| {
        let largest = points.iter().map(value).fold(0.0, f64::max);
        let ends = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8];
        let limit = ends.into_iter().find(|end| largest <= *end).unwrap_or(1.0);
        let steps = [0.0, 0.25, 0.5, 0.75, 1.0].map(|step| (limit * step, tick(limit * step)));
        Axis { title: title.to_owned(), most: limit, steps: steps.to_vec() }
    };
    Plot {
        left: 58.0,
        top: 34.0,
        width: 420.0,
        height: 400.0,
        across: axis("Effect on the ongoing harm →", |point| {
            point.mean.0 + deviation(point.spread.covariance[0])
        }),
        up: axis("Harm to third parties ↑", |point| {
            point.mean.1 + deviation(point.spread.covariance[1])
        }),
    }
}

impl Plot {
    fn at(&self, (effect, harm): (f64, f64)) -> (f64, f64) {
        (self.x(effect), self.y(harm))
    }
}

fn deviation(variance: f64) -> f64 {
    variance.max(0.0).sqrt()
}

fn tick(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The half axes of the ellipse in pixels, the longer first, and by how many degrees it is turned.
///
/// They are the roots of the eigenvalues of the covariance, after both axes were scaled to pixels.
fn ellipse(spread: &Spread, plot: &Plot) -> (f64, f64, f64) {
    let (across, up) = (plot.width / plot.across.most, plot.height / plot.up.most);
    let [effect, harm, pair] = spread.covariance;
    let (effect, harm) = (effect.max(0.0) * across * across, harm.max(0.0) * up * up);
    // More harm is drawn further up, where pixels count down.
    let pair = -pair * across * up;
    let pair = pair.clamp(-(effect * harm).sqrt(), (effect * harm).sqrt());
    let (middle, half) = (f64::midpoint(effect, harm), (effect - harm) / 2.0);
    let reach = half.hypot(pair);
    let turn = 0.5 * pair.atan2(half).to_degrees();
    ((middle + reach).max(0.0).sqrt(), (middle - reach).max(0.0).sqrt(), turn)
}

fn spread(point: &Point<'_>, plot: &Plot) -> Markup {
    let (x, y) = plot.at(point.mean);
    let (long, short, turn) = ellipse(&point.spread, plot);
    let turned = format!("rotate({} {} {})", px(turn), px(x), px(y));
    let (from, to) = (px(x - long), px(x + long));
    html! {
        @if long >= THIN && short < THIN {
            line class="edge" x1=(from) x2=(to) y1=(px(y)) y2=(px(y)) stroke-width="1.6" stroke-opacity="0.8" transform=(turned) {}
        } @else if long >= THIN {
            path class="bar" fill-opacity="0.09" d=(round(x, y, long, short)) transform=(turned) {}
            path class="edge" stroke-opacity="0.75" stroke-width="1.3" d=(round(x, y, long, short)) transform=(turned) {}
        }
    }
}

/// An ellipse that is not turned, as a path.
fn round(x: f64, y: f64, long: f64, short: f64) -> String {
    let arc = format!("a{} {} 0 1 0", px(long), px(short));
    format!("M{} {}{arc} {} 0{arc} {} 0Z", px(x - long), px(y), px(2.0 * long), px(-2.0 * long))
}

/// The place where the numbers stand: at their dots, or as near as leaves every disc and dot to be read.
fn discs(points: &[Point<'_>], plot: &Plot) -> Vec<(f64, f64)> {
    let dots: Vec<(f64, f64)> = points.iter().map(|point| plot.at(point.mean)).collect();
    let mut placed: Vec<(f64, f64)> = Vec::new();
    for dot in &dots {
        let is_free = |position: &(f64, f64)| {
            placed.iter().all(|placed| apart(*position, *placed) >= 2.0 * DISC + 2.0)
                && dots
                    .iter()
                    .filter(|right| *right != dot)
                    .all(|dot| apart(*position, *dot) >= DISC + 4.0)
                && is_inside(*position, plot)
        };
        let location = around(*dot).find(is_free).unwrap_or(*dot);
        placed.push(location);
    }
    placed
}

/// Places around a dot, the nearest first.
fn around(dot: (f64, f64)) -> impl Iterator<Item = (f64, f64)> {
    const TURNS: [f64; 16] = [
        315.0, 0.0, 270.0, 45.0, 225.0, 180.0, 90.0, 135.0, 337.5, 22.5, 292.5, 67.5, 247.5, 202.5,
        157.5, 112.5,
    ];
    (1_u8..=14).flat_map(move |ring| {
        let far = 5.0 + 11.0 * f64::from(ring);
        TURNS.into_iter().map(move |turn: f64| {
            let (down, right) = turn.to_radians().sin_cos();
            (dot.0 + far * right, dot.1 + far * down)
        })
    })
}

fn apart(left: (f64, f64), right: (f64, f64)) -> f64 {
    (left.0 - right.0).hypot(left.1 - right.1)
}

fn is_inside(at: (f64, f64), plot: &Plot) -> bool {
    let within =
        |value: f64, from: f64, long: f64| value >= from + DISC && value <= from + long - DISC;
    within(at.0, plot.left, plot.width) && within(at.1, plot.top, plot.height)
}

/// From a dot to its number, under all dots and numbers.
fn leader(point: &Point<'_>, disc: (f64, f64), plot: &Plot) -> Markup {
    let (x, y) = plot.at(point.mean);
    html! {
        line class="tick" x1=(px(x)) x2=(px(disc.0)) y1=(px(y)) y2=(px(disc.1)) stroke-width="0.9" stroke-opacity="0.5" {}
    }
}

fn numbered(point: &Point<'_>, disc: (f64, f64), plot: &Plot) -> Markup {
    let (x, y) = plot.at(point.mean);
    html! {
        g {
            title { (tip(point)) }
            circle class="bar" cx=(px(x)) cy=(px(y)) r="3.4" {}
            (pill(point.number, disc))
        }
    }
}

fn pill(number: usize, at: (f64, f64)) -> Markup {
    html! {
        circle class="pill" cx=(px(at.0)) cy=(px(at.1)) r=(px(DISC)) {}
        text class="onpill" x=(px(at.0)) y=(px(at.1 + 3.7)) font-size="10.5" font-weight="650" text-anchor="middle" { (number) }
    }
}

fn tip(point: &Point<'_>) -> String {
    format!(
        "{}: effect {} ± {}, harm to third parties {} ± {}, comes first in {}",
        label_of(point.option),
        index(point.mean.0),
        index(deviation(point.spread.covariance[0])),
        index(point.mean.1),
        index(deviation(point.spread.covariance[1])),
        share(point.first)
    )
}

/// The numbers and their options, and where the list ends.
fn list(points: &[Point<'_>], top: f64) -> (Markup, f64) {
    let mut y = top;
    let mut entries = Vec::new();
    for point in points {
        let name = label_of(point.option);
        let lines = wrapped(&name, 11.5, WIDTH - LIST - 34.0, 2);
        let high = if lines.len() > 1 { 34.0 } else { 23.0 };
        entries.push((point, lines, y));
        y += high;
    }
    let markup = html! {
        @for (point, lines, y) in &entries {
            (pill(point.number, (LIST + DISC, y + DISC)))
            @let mut line_y = y - 1.0;
            @for line in lines {
                @let line_y = { line_y += 14.0; line_y };
                (label((LIST + 26.0, line_y), 11.5, "ink", "start", line))
            }
        }
    };
    (markup, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDES: (f64, f64) = (420.0, 400.0);

    fn of(covariance: [f64; 3]) -> (f64, f64, f64) {
        let axis = Axis { title: String::new(), most: 1.0, steps: Vec::new() };
        let (width, height) = SIDES;
        let plot = Plot { left: 0.0, top: 0.0, width, height, across: axis.clone(), up: axis };
        ellipse(&Spread { mean: [0.5, 0.5], covariance }, &plot)
    }

    #[test]
    fn half_axes_are_deviations_in_pixels() {
        let (long, short, turn) = of([0.04, 0.01, 0.0]);
        assert!((long - 0.2 * SIDES.0).abs() < 1e-9 && (short - 0.1 * SIDES.1).abs() < 1e-9);
        assert!(turn.abs() < 1e-9);
    }

    #[test]
    fn two_that_vary_as_one_are_a_line_upwards() {
        let (long, short, turn) = of([0.01, 0.01, 0.01]);
        assert!(short < 1e-3 && long > 1.0);
        assert!(turn < 0.0, "to the upper right, as pixels count down: {turn}");
    }

    #[test]
    fn what_does_not_vary_and_what_cannot_be_is_still_a_place() {
        assert_eq!(of([0.0, 0.0, 0.0]), (0.0, 0.0, 0.0));
        let (long, short, turn) = of([0.01, 0.0, 0.2]);
        assert!(long.is_finite() && short.is_finite() && turn.is_finite());
    }

    #[test]
    fn numbers_of_one_place_stand_apart() {
        let position = around((200.0, 200.0)).take(5).collect::<Vec<_>>();
        assert!(position.iter().all(|spot| apart(*spot, (200.0, 200.0)) > DISC));
    }
}
