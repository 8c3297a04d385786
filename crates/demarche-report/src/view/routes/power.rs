//! The sets that cut the target off, the proof that nothing smaller does, and the power of each player.

use demarche_case::Asn;
use demarche_case::assessment::routes::{Player, PowerFindings, PowerGame, Proof, Target};

use crate::document::{Block, Section, Table, left_out, strong};
use crate::number::{as_count, count, counted, index, length};
use crate::words::routes::{cut_off_text, no_cut_text};
use crate::words::{Directory, index_method, known_in_graph, listed, player};

/// Rows of one table, or networks of one way; the JSON has all.
const ROWS: usize = 40;

/// Sets and paths of one list.
const SETS: usize = 12;

/// The sets that cut the target off and the power of operators and of states.
pub(crate) fn power(
    target: &Target,
    power: &PowerFindings,
    chart: Option<String>,
    directory: &Directory<'_>,
) -> Section {
    let mut section = Section::new("power", "Whose cooperation is key")
        .with(Block::text(cut_off_text(&power.cut_off_means)));
    if let Some((known, all)) = known_in_graph(target) {
        section = section.with(Block::Note(format!(
            "The AS graph has {} of the target’s {} networks; the power over the others is not known.",
            length(known),
            length(all)
        )));
    }
    section = section
        .with(Block::text("A coalition wins when its joint refusal cuts the target off. The Shapley–Shubik index is the chance of being the one whose refusal completes a cut; the indices of all players sum to 1. The power to block and the power to protect are always equal."))
        .and(chart.map(|chart| Block::drawing(chart, "")))
        .and(game("Operators", &power.operators, directory))
        .and(game("States", &power.states, directory))
        .and(link_cut(power, directory));
    let core: Vec<String> = power.core.iter().map(|asn| directory.named(*asn)).collect();
    let number = counted(as_count(core.len()), "network", "networks");
    let core = format!("The core, {number}: {}.", core.join(", "));
    section.and((!power.core.is_empty()).then_some(Block::Note(core)))
}

fn game(title: &str, game: &PowerGame, directory: &Directory<'_>) -> Vec<Block> {
    let figure = |figure: f64, error: f64| match error > 0.0 {
        true => format!("{} ± {}", index(figure), index(error)),
        false => index(figure),
    };
    let mut blocks = vec![Block::Heading(title.to_owned())];
    if game.players == 0 {
        blocks.extend(proof(&game.proof, directory));
        blocks.push(Block::text("Nobody could refuse, so nobody has power here."));
        return blocks;
    }
    blocks.extend(sets(
        "Smallest sets whose joint refusal cuts the target off",
        &game.smallest,
        game.smallest_is_complete,
    ));
    if game.minimal.len() > game.smallest.len() {
        blocks.extend(sets(
            "All sets that can do it and from which nobody can be missing",
            &game.minimal,
            game.minimal_is_complete,
        ));
    }
    blocks.extend(sets(
        "Smallest sets that keep a route open though everybody else refuses",
        &game.protectors,
        true,
    ));
    blocks.extend(proof(&game.proof, directory));
    let table = Table::first(ROWS, &game.indices)
        .text("Player", |index| player(&index.player))
        .number("Shapley–Shubik", |index| {
            strong(figure(index.shapley_block, index.shapley_error))
        })
        .number("Banzhaf", |index| figure(index.banzhaf_block, index.banzhaf_error));
    // Both indices are self-dual: the power to block is the power to protect.
    blocks.extend(table.under("Power to block, which is also the power to protect"));
    let players = counted(game.players, "player", "players");
    blocks.push(Block::Note(format!("A game of {players}. {}", index_method(game.method))));
    blocks
}

/// Players of a set that are told by name.
const PLAYERS: usize = 12;

fn sets(title: &str, sets: &[Vec<Player>], is_complete: bool) -> Vec<Block> {
    if sets.is_empty() {
        return Vec::new();
    }
    let names = |players: &Vec<Player>| {
        let mut names: Vec<String> = players.iter().take(PLAYERS).map(player).collect();
        if let Some(further @ 1..) = players.len().checked_sub(PLAYERS) {
            names.push(format!("{} more", length(further)));
        }
        listed(&names, "and")
    };
    let points = sets.iter().take(SETS).map(names).collect();
    let mut blocks = vec![Block::Label(title.to_owned()), Block::List(points)];
    blocks.extend(left_out(sets.iter().skip(SETS).count()));
    blocks.extend((!is_complete).then(|| Block::Note("The list is not complete.".to_owned())));
    blocks
}

/// The reason why nothing smaller can do it, for the reader to check.
fn proof(proof: &Proof, directory: &Directory<'_>) -> Vec<Block> {
    match proof {
        Proof::DisjointPaths(paths) => vec![
            Block::Label("Proof that no smaller set can do it".to_owned()),
            Block::text(match paths.len() {
                1 => "At least one network has to refuse, for this way to the core is open."
                    .to_owned(),
                many => format!(
                    "These {} ways to the core share no player that could refuse. Whoever refuses closes one of them at most.",
                    length(many)
                ),
            }),
            ways(paths, directory),
        ],
        Proof::Exhausted { examined } => vec![Block::text(format!(
            "Proof that no smaller set can do it: all were tried or ruled out, {} in all.",
            counted(*examined, "case", "cases")
        ))],
        Proof::Bound { at_least, ratio } => vec![Block::text(format!(
            "Not proven smallest: no set smaller than {} can do it, so the set found is at most {ratio:.1} times too large.",
            count(*at_least)
        ))],
        Proof::NoCut(reason) => {
            vec![Block::text(format!("No set, however large, can do it: {}", no_cut_text(reason)))]
        }
    }
}

fn ways(paths: &[Vec<Asn>], directory: &Directory<'_>) -> Block {
    let steps = |path: &Vec<Asn>| {
        let steps = path.iter().take(ROWS).map(|asn| directory.named(*asn));
        steps.collect::<Vec<_>>().join(" → ")
    };
    Block::Numbered(paths.iter().take(2 * SETS).map(steps).collect())
}

fn link_cut(power: &PowerFindings, directory: &Directory<'_>) -> Vec<Block> {
    let Some(cut) = &power.link_cut else { return Vec::new() };
    let links = cut.links.iter().take(ROWS);
    let links =
        links.map(|(near, far)| format!("{} – {}", directory.named(*near), directory.named(*far)));
    let fewest = format!(
        "The fewest links whose loss separates the target from the core: {}.",
        length(cut.links.len())
    );
    let mut blocks =
        vec![Block::Heading("Links".to_owned()), Block::text(fewest), Block::List(links.collect())];
    if !cut.disjoint_paths.is_empty() {
        let title =
            "Proof: as many ways to the core, no two of which use a link in the same direction";
        blocks.push(Block::Label(title.to_owned()));
        blocks.push(ways(&cut.disjoint_paths, directory));
    }
    blocks
}
