//! One option with everything that is known of it, folded until somebody asks.

use demarche_case::assessment::response::{Cell as Known, OptionFound, ResponseFindings};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, Range};

use super::basis::{known_as, norms};
use super::{OPTIONS, addressees, order};
use crate::attribution::capitalised;
use crate::date::date;
use crate::document::{Block, Cell, Table, words};
use crate::item;
use crate::number::share;
use crate::response::{
    amount, amount_between, article, condition, direction, factor, first_share, label, law,
    law_meaning, place, place_between, ranked, reason, thought,
};
use crate::svg;
use crate::text::{NAME, PROSE, shown};
use crate::words::listed;

/// Maps of refusals on one page; each option's own can be drawn alone.
const MAPS: usize = 4;

/// Each option, in the order of the table.
pub(crate) fn each(findings: &ResponseFindings, routes: Option<&RoutesFindings>) -> Vec<Block> {
    let mut maps = 0;
    let mut details = Vec::new();
    for index in order(findings).into_iter().take(OPTIONS) {
        let map = routes.filter(|_| maps < MAPS);
        let map = map.and_then(|routes| svg::svg_of_response_map(routes, findings, index));
        maps += usize::from(map.is_some());
        details.push(detail(findings, index, map));
    }
    details
}

fn detail(findings: &ResponseFindings, index: usize, map: Option<String>) -> Block {
    let option = &findings.options[index];
    let first = ranked(findings, option).map_or(0.0, first_share);
    let [permissive, strict] = option.open.map(share);
    let summary = words(label(option)).noted(format!(
        "{} · open in {permissive}, read strictly in {strict} · first in {}",
        law(option.law),
        share(first)
    ));
    let mut blocks = vec![Block::text(about(findings, option))];
    blocks.extend(gates(option));
    blocks.extend(reading_of_law(option));
    blocks.extend(in_practice(option));
    blocks.extend(criteria(option));
    let caption = "Whom the refusal would touch, as far as the routing tables tell: a statement of capability.";
    blocks.extend(map.map(|map| Block::drawing(map, caption)));
    Block::Details { id: format!("option-{index}"), summary, blocks }
}

/// The kind of the option in law, its direction, its gravity, and the options that must come before it.
fn about(findings: &ResponseFindings, option: &OptionFound) -> String {
    let mut text = format!(
        "{}: {}. It is directed at {}. It hits at {} on the scale of the injury; in {} of the simulations that is no graver than the injury and the margin allow.",
        capitalised(law(option.law)),
        law_meaning(option.law),
        addressees(&option.addressees).unwrap_or_else(|| direction(option.to).to_owned()),
        place_between(option.gravity),
        share(option.proportional)
    );
    let name = |id: &String| {
        let before = findings.options.iter().find(|option| option.id == *id);
        format!("“{}”", before.map_or_else(|| shown(id, NAME), label))
    };
    let names: Vec<String> = option.after.iter().map(name).collect();
    if !names.is_empty() {
        text.push_str(&format!(" Before it comes {}.", listed(&names, "or")));
    }
    text
}

/// The conditions of the option, how often each holds, and why.
fn gates(option: &OptionFound) -> Vec<Block> {
    if option.gates.is_empty() {
        return vec![Block::Note("Nothing must hold for it.".to_owned())];
    }
    Table::of(&option.gates)
        .text("What must hold", |gate| capitalised(condition(gate.condition)))
        .number("Read permissively", |gate| match gate.is_strict_only {
            true => "not asked for".to_owned(),
            false => share(gate.holds[0]),
        })
        .number("Read strictly", |gate| share(gate.holds[1]))
        .text("Why, in this case", |gate| gate.reason.as_ref().map_or(String::new(), reason))
        .under("What must hold, and in how many simulations it does")
}

/// The norms of the option, how states see it under either reading, and its basis at home.
fn reading_of_law(option: &OptionFound) -> Vec<Block> {
    let basis = option.basis.as_ref().map(|basis| {
        let since = format!("{}, in force since {}", article(&basis.cite).0, date(basis.since));
        ("Basis at home".to_owned(), since)
    });
    let read = |name: &str, text: &Option<String>| {
        text.as_ref().map(|text| (name.to_owned(), shown(text, PROSE)))
    };
    let permissive = read("Read permissively", &option.permissive);
    let strict = read("Read strictly", &option.strict);
    let readings: Vec<(String, String)> =
        [basis, permissive, strict].into_iter().flatten().collect();
    let readings = (!readings.is_empty()).then_some(Block::Definitions(readings));
    let blocks: Vec<Block> = readings.into_iter().chain(norms(&option.articles)).collect();
    let label = (!blocks.is_empty()).then(|| Block::Label("In law".to_owned()));
    label.into_iter().chain(blocks).collect()
}

/// The help it takes, how it can be taken back, and the cost to others.
fn in_practice(option: &OptionFound) -> [Block; 2] {
    let said = |name: &str, text: &str| {
        let text = shown(text, PROSE);
        (name.to_owned(), if text.is_empty() { "not said".to_owned() } else { text })
    };
    let parts = vec![
        said("Whose cooperation it needs", &option.cooperation),
        said("How it can be taken back", &option.reversible),
        said("What evidence it would expose", &option.exposes),
        said("What it would cost third parties", &option.third_parties),
    ];
    [Block::Label("In practice".to_owned()), Block::Definitions(parts)]
}

/// The figures by each criterion.
fn criteria(option: &OptionFound) -> Vec<Block> {
    Table::of(&option.cells)
        .text("Criterion", |cell| {
            let is_benefit = cell.criterion.is_benefit();
            let sign = if is_benefit { "speaks for it" } else { "speaks against it" };
            words(capitalised(cell.criterion.words())).noted(sign)
        })
        .number("Over all simulations", |cell| amount(cell.range[1], cell.criterion))
        .number("5th to 95th", |cell| ends(cell.range[0], cell.range[2], cell.criterion))
        .text("Known from", |cell| known_from(cell))
        .under(
            "By each criterion: the mean and the range over all simulations, from 0 to 1, time in days",
        )
}

/// `0.10 to 0.60`, `2 to 60`.
fn ends(low: f64, high: f64, criterion: Criterion) -> String {
    if criterion == Criterion::Speed {
        return format!("{} to {}", place(low), place(high));
    }
    format!("{} to {}", amount(low, criterion), amount(high, criterion))
}

/// The estimate with its source; a factor of the case bounds even what nobody knows.
fn known_from(cell: &Known) -> Cell {
    let is_known = |estimate: &&Estimate| {
        !matches!(estimate.range, Range::Unknown) && estimate.basis != EstimateBasis::Unknown
    };
    let (basis, mut told) = match cell.estimate.as_ref().filter(is_known) {
        Some(estimate) => match estimate.range {
            Range::Between(ends) => (estimate.basis, amount_between(ends, cell.criterion)),
            range @ (Range::Counted(..) | Range::Unknown) => {
                (estimate.basis, thought(range, cell.criterion))
            }
        },
        None => (EstimateBasis::Unknown, thought(Range::Unknown, cell.criterion)),
    };
    let Some(estimate) = &cell.estimate else {
        return Cell::Line(vec![known_as(basis), words(told)]);
    };
    if let Some(times) = estimate.times {
        told.push_str(&format!(", times {}", factor(times)));
    }
    Cell::Line(vec![known_as(basis), words(told)]).noted(item::source(&estimate.source))
}
