//! Who has how much say: the power indices of operators and of states.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::assessment::routes::{PowerFindings, PowerGame, PowerIndex, Target};
use maud::{Markup, html};

use super::{Figure, fitted_label, label, legend, looks, px, strong, swatch};
use crate::number::{fraction, index, length};
use crate::palette::Palette;
use crate::words::{country_of_player, player, subject};

const WIDTH: f64 = 760.0;
const BARS: (f64, f64) = (306.0, 362.0);
const ROW: f64 = 30.0;

/// Players shown of each game.
const MOST: usize = 12;

/// Who has how much say over the target's connectivity, as a self-contained SVG.
///
/// A bar is the Shapley–Shubik index, a diamond the Banzhaf index, and a whisker the 95 % interval where the
/// indices were sampled. The power to block and the power to protect are always equal, so one bar shows both.
#[must_use]
pub fn svg_of_power(target: &Target, power: &PowerFindings) -> String {
    let indices = power.states.indices.iter().chain(&power.operators.indices);
    let weights =
        indices.filter_map(|one| Some((country_of_player(&one.player)?, one.shapley_block)));
    power_chart(target, power, &Palette::of(target.country, weights))
}

pub(crate) fn power_chart(target: &Target, power: &PowerFindings, palette: &Palette) -> String {
    let mut y = 8.0;
    let mut countries: BTreeSet<Option<Country>> = BTreeSet::new();
    let mut drawn = Vec::new();
    for (title, game) in [("Operators", &power.operators), ("States", &power.states)] {
        if game.indices.is_empty() {
            continue;
        }
        countries.extend(game.indices.iter().take(MOST).map(|one| country_of_player(&one.player)));
        let (markup, bottom) = draw_game(title, game, palette, y);
        drawn.push(markup);
        y = bottom + 18.0;
    }
    if drawn.is_empty() {
        drawn.push(label(
            (8.0, y + 14.0),
            13.0,
            "mute",
            "start",
            "Nobody has a say: no coalition can cut the target off.",
        ));
        y += 30.0;
    }
    let signs = signs(y);
    let (names, bottom) = legend("power", palette, &countries, (8.0, y + 30.0), WIDTH - 16.0);
    Figure {
        id: "power",
        title: format!("Who has how much say over the connectivity of {}", subject(target)),
        desc: "Power indices from 0 to 1 of each operator and state, for cutting the target off and for keeping it connected.".to_owned(),
        width: WIDTH,
        height: bottom + 4.0,
        looks: looks(palette, &countries),
        body: html! { @for game in drawn { (game) } (signs) (names) },
    }
    .into_svg()
}

fn draw_game(title: &str, game: &PowerGame, palette: &Palette, top: f64) -> (Markup, f64) {
    let first = top + 40.0;
    let rows = u32::try_from(game.indices.len().min(MOST)).map_or(0.0, f64::from);
    let bottom = first + rows * ROW;
    let more = game.indices.len().saturating_sub(MOST);
    let mut y = first - ROW;
    let markup = html! {
        (strong((8.0, top + 14.0), 13.5, "ink", "start", title))
        @for (step, text) in [(0.0, "0"), (0.25, "0.25"), (0.5, "0.50"), (0.75, "0.75"), (1.0, "1")] {
            line class="rule" x1=(px(x(step))) x2=(px(x(step))) y1=(px(first)) y2=(px(bottom)) stroke-width="1" {}
            (label((x(step), first - 5.0), 10.5, "mute", "middle", text))
        }
        @for one in game.indices.iter().take(MOST) {
            @let y = { y += ROW; y };
            (draw_player(one, palette, y))
        }
        @if more > 0 { (label((8.0, bottom + 14.0), 11.5, "mute", "start", &format!("and {} more with less", length(more)))) }
    };
    (markup, if more > 0 { bottom + 20.0 } else { bottom })
}

fn x(value: f64) -> f64 {
    BARS.0 + BARS.1 * fraction(value)
}

fn draw_player(one: &PowerIndex, palette: &Palette, y: f64) -> Markup {
    let name = player(&one.player);
    let interval = if one.shapley_error > 0.0 {
        format!(" ± {}", index(one.shapley_error))
    } else {
        String::new()
    };
    html! {
        g {
            title { (name) ": Shapley–Shubik " (index(one.shapley_block)) (interval) ", Banzhaf " (index(one.banzhaf_block)) }
            (swatch("power", palette, country_of_player(&one.player), (8.0, y + 6.0)))
            (fitted_label((52.0, y + 19.5), 12.5, "ink", &name, BARS.0 - 70.0))
            (bar(one, y + 7.0))
            (strong((WIDTH - 8.0, y + 19.5), 13.0, "ink", "end", &index(one.shapley_block)))
        }
    }
}

fn bar(one: &PowerIndex, y: f64) -> Markup {
    let (middle, at) = (y + 8.0, x(one.banzhaf_block));
    let (low, high) =
        (x(one.shapley_block - one.shapley_error), x(one.shapley_block + one.shapley_error));
    html! {
        rect class="bar" x=(px(BARS.0)) y=(px(y)) width=(px(BARS.1 * fraction(one.shapley_block))) height="16" {}
        @if one.shapley_error > 0.0 {
            path class="tick" stroke-width="1.3"
                d={ "M" (px(low)) " " (px(middle)) "H" (px(high)) "M" (px(low)) " " (px(middle - 4.0)) "v8M" (px(high)) " " (px(middle - 4.0)) "v8" } {}
        }
        path class="paper tick" stroke-width="1.3" d={ "M" (px(at)) " " (px(middle - 6.0)) "l6 6l-6 6l-6 -6Z" } {}
    }
}

fn signs(y: f64) -> Markup {
    html! {
        rect class="bar" x="8" y=(px(y)) width="30" height="14" {}
        (label((46.0, y + 11.5), 12.0, "ink", "start", "Shapley–Shubik index, to block and to protect alike"))
        path class="paper tick" stroke-width="1.3" d={ "M408 " (px(y + 1.0)) "l6 6l-6 6l-6 -6Z" } {}
        (label((424.0, y + 11.5), 12.0, "ink", "start", "Banzhaf index of the same"))
    }
}
