//! What the functions of an executable are, as one bar.

use std::collections::BTreeSet;

use demarche_case::assessment::code::{ComparedProgram, FunctionCounts};
use maud::{Markup, html};

use super::{Figure, as_number, label, px, strong};
use crate::code::file_name;
use crate::number::{count, fraction, percent};

const WIDTH: f64 = 760.0;
const BAR: (f64, f64) = (8.0, 744.0);

/// What the functions of an executable are, as a self-contained SVG: shared, unknown, library, too small.
#[must_use]
pub fn svg_of_code_functions(compared: &ComparedProgram) -> String {
    code_functions_chart(compared, "functions")
}

pub(crate) fn code_functions_chart(compared: &ComparedProgram, id: &str) -> String {
    let parts = parts(&compared.functions);
    let whole =
        parts.iter().map(|part| part.number).fold(0.0, |sum, number| sum + as_number(number));
    let (top, mut x) = (28.0, BAR.0);
    let mut drawn = Vec::new();
    for (place, part) in (0_u8..).zip(&parts) {
        let share = fraction(as_number(part.number) / whole);
        let wide = BAR.1 * share;
        let said = format!("{} {} ({})", count(part.number), part.what, percent(share));
        drawn.push(html! {
            g {
                title { (said) }
                @if wide > 0.0 { (piece(part.look, id, (x, top), wide, 26.0)) }
            }
            (piece(part.look, id, (BAR.0 + f64::from(place) * 186.0, top + 40.0), 18.0, 14.0))
            (strong((BAR.0 + f64::from(place) * 186.0 + 26.0, top + 51.5), 12.0, "ink", "start", part.what))
            (label((BAR.0 + f64::from(place) * 186.0 + 26.0, top + 67.0), 11.5, "mute", "start", &format!("{} · {}", count(part.number), percent(share))))
        });
        x += wide;
    }
    let name = file_name(&compared.program);
    Figure {
        id,
        title: format!("What the functions of {name} are"),
        desc: "One bar in four parts: functions that known families have, that nothing in the index has, that are library code, and that are too small to tell.".to_owned(),
        width: WIDTH,
        height: top + 78.0,
        looks: BTreeSet::new(),
        body: html! {
            (strong((BAR.0, 16.0), 12.5, "ink", "start", &format!("All functions: {}", count(compared.functions.found))))
            @for part in drawn { (part) }
        },
    }
    .into_svg()
}

struct Part {
    number: u64,
    what: &'static str,
    look: Look,
}

/// How a part is painted: apart in black and white too.
#[derive(Clone, Copy)]
enum Look {
    Full,
    Hatched,
    Pale,
    Empty,
}

fn parts(functions: &FunctionCounts) -> [Part; 4] {
    [
        Part { number: functions.shared, what: "in known families", look: Look::Full },
        Part { number: functions.unknown, what: "nowhere in the index", look: Look::Hatched },
        Part { number: functions.library, what: "library code", look: Look::Pale },
        Part { number: functions.small, what: "too small to tell", look: Look::Empty },
    ]
}

fn piece(look: Look, id: &str, at: (f64, f64), wide: f64, high: f64) -> Markup {
    let fill = matches!(look, Look::Hatched).then(|| format!("url(#{id}-hatch)"));
    let class = match look {
        Look::Full => Some("bar"),
        Look::Hatched => None,
        Look::Pale => Some("bar2"),
        Look::Empty => Some("paper"),
    };
    html! {
        rect class=[class] fill=[fill] x=(px(at.0)) y=(px(at.1)) width=(px(wide)) height=(px(high)) {}
        rect class="edge" x=(px(at.0)) y=(px(at.1)) width=(px(wide)) height=(px(high)) stroke-width="1" {}
    }
}
