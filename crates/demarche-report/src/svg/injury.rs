//! How grave the attack was, as a strip for each scale.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{Degree, Injury};
use maud::{Markup, html};

use super::measure::wrapped;
use super::{Figure, label, px, strong};
use crate::number::fraction;
use crate::response::{degree_words, place, place_between};

const WIDTH: f64 = 760.0;
const STRIP: (f64, f64) = (250.0, 380.0);
const ROW: f64 = 58.0;

/// How grave the attack was, as a self-contained SVG.
///
/// A strip for each of the three scales: the band is what the effects allow, the dot what is likeliest.
#[must_use]
pub fn svg_of_injury(injury: &Injury) -> String {
    let scales = [
        ("Severity (DCID)", &injury.dcid),
        ("Weighted intensity (EuRepoC)", &injury.eurepoc),
        ("Severity schema (PPD-41)", &injury.schema),
    ];
    let told: Vec<String> = scales
        .iter()
        .map(|(name, one)| format!("{name} {} of {}", place_between(one.range), place(one.most)))
        .collect();
    let mut y = 4.0 - ROW;
    let body = html! {
        @for (name, degree) in scales {
            @let y = { y += ROW; y };
            (strip(name, degree, y))
        }
    };
    Figure {
        id: "injury",
        title: "How grave the attack was".to_owned(),
        desc: format!("{}.", told.join("; ")),
        width: WIDTH,
        height: ROW * 3.0 + 6.0,
        looks: BTreeSet::new(),
        body,
    }
    .into_svg()
}

fn strip(name: &str, degree: &Degree, y: f64) -> Markup {
    let most = if degree.most.is_finite() && degree.most > 0.0 { degree.most } else { 1.0 };
    let x = |value: f64| STRIP.0 + STRIP.1 * fraction(value / most);
    let [low, middle, high] = degree.range.map(x);
    let words = degree_words(degree);
    let steps = steps(most);
    let mut line_y = y + 22.0;
    html! {
        g {
            title { (name) ": " (place_between(degree.range)) " of " (place(degree.most)) }
            (strong((8.0, y + 20.0), 12.5, "ink", "start", name))
            @for line in wrapped(&words, 10.5, STRIP.0 - 24.0, 2) {
                @let line_y = { line_y += 13.0; line_y };
                (label((8.0, line_y), 10.5, "mute", "start", &line))
            }
            rect class="wash" x=(px(STRIP.0)) y=(px(y + 12.0)) width=(px(STRIP.1)) height="12" rx="6" {}
            rect class="bar2" x=(px(low.min(high) - 4.0)) y=(px(y + 12.0)) width=(px((high - low).abs() + 8.0)) height="12" rx="6" {}
            circle class="bar" cx=(px(middle)) cy=(px(y + 18.0)) r="7" {}
            @for step in steps {
                line class="rule" x1=(px(x(step))) x2=(px(x(step))) y1=(px(y + 27.0)) y2=(px(y + 31.0)) stroke-width="1" {}
                (label((x(step), y + 42.0), 10.5, "mute", "middle", &place(step)))
            }
            (strong((WIDTH - 8.0, y + 23.0), 13.0, "ink", "end", &place_between(degree.range)))
        }
    }
}

/// Numbers under a strip: each whole one where there are few, else in fives.
fn steps(most: f64) -> Vec<f64> {
    let step = if most <= 10.0 { 1.0 } else { (most / 5.0).ceil().max(1.0) };
    (0_u8..=10).map(|place| f64::from(place) * step).filter(|value| *value <= most).collect()
}
