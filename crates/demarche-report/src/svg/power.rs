//! The power indices of operators and of states.

use demarche_case::assessment::routes::{PowerFindings, PowerGame, PowerIndex, Target};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::number::{index, length};
use crate::palette::Palette;
use crate::words::{country_of_player, player, subject};

/// Players shown of each game.
const MOST: usize = 12;

/// The power indices over the target's connectivity, as a self-contained SVG.
///
/// A bar is the Shapley–Shubik index, a diamond the Banzhaf index, and a whisker the 95 % interval where the
/// indices were sampled. The power to block and the power to protect are always equal, so one bar shows both.
#[must_use]
pub fn svg_of_power(target: &Target, power: &PowerFindings) -> String {
    let indices = power.states.indices.iter().chain(&power.operators.indices);
    let weights =
        indices.filter_map(|index| Some((country_of_player(&index.player)?, index.shapley_block)));
    power_chart("power", target, power, &Palette::of(target.country, weights))
}

pub(crate) fn power_chart(
    id: &'static str,
    target: &Target,
    power: &PowerFindings,
    palette: &Palette,
) -> String {
    let games = [("Operators", &power.operators), ("States", &power.states)];
    let games = games.into_iter().filter(|(_, game)| !game.indices.is_empty());
    let panels: Vec<Panel> = games.map(|(title, game)| panel(title, game)).collect();
    let nobody = "Nobody has power: no coalition can cut the target off.".to_owned();
    Bars {
        id,
        title: format!("Power over the connectivity of {}", subject(target)),
        desc: "Power indices from 0 to 1 of each operator and state, for cutting the target off and for keeping it connected.".to_owned(),
        width: 760.0,
        row: 30.0,
        scale: Scale::indices(306.0, 362.0),
        foot: if panels.is_empty() { vec![nobody] } else { Vec::new() },
        panels,
        key: vec![
            (Mark::bar(0.0, Fill::Full), "Shapley–Shubik index, to block and to protect alike"),
            (Mark::Diamond(0.0), "Banzhaf index of the same"),
        ],
        palette: Some(palette),
    }
    .into_svg()
}

fn panel(title: &str, game: &PowerGame) -> Panel {
    let further = game.indices.iter().skip(MOST).count();
    Panel {
        title: title.to_owned(),
        rows: game.indices.iter().take(MOST).map(row).collect(),
        more: (further > 0).then(|| format!("and {} more with less", length(further))),
        reference: None,
    }
}

fn row(power: &PowerIndex) -> Row {
    let name = player(&power.player);
    let (shapley, error) = (power.shapley_block, power.shapley_error);
    let mut marks = vec![Mark::bar(shapley, Fill::Full)];
    let mut interval = String::new();
    if error > 0.0 {
        marks.push(Mark::Whisker((shapley - error).max(0.0), (shapley + error).min(1.0)));
        interval = format!(" ± {}", index(error));
    }
    marks.push(Mark::Diamond(power.banzhaf_block));
    Row {
        badge: Some(country_of_player(&power.player)),
        tip: format!(
            "{name}: Shapley–Shubik {}{interval}, Banzhaf {}",
            index(shapley),
            index(power.banzhaf_block)
        ),
        name: vec![name],
        marks,
        value: index(shapley),
        ..Row::default()
    }
}
