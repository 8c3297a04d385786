//! The options of response as a table for a spreadsheet.

use demarche_case::Tlp;
use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings};
use demarche_case::options::{Criterion, EstimateBasis, Range};

use super::csv::{marked, number, text};
use crate::response::{
    Closing, basis, by_first, closing, condition, direction, first_share, label, law, ranked,
    valued_in_words,
};

/// The options: a row for each, those that come first most often before others.
///
/// Shares are from 0 to 1 and times in days, both with three decimals; what an option that is never open does not have is
/// an empty cell, and what nobody knows of it is called unknown. Written as [`crate::ranking_csv`] is.
#[must_use]
pub fn response_csv(findings: &ResponseFindings, marking: Tlp) -> String {
    let mut lines = vec![head()];
    let open = by_first(&findings.weighing).into_iter();
    let open = open.filter_map(|ranked| findings.option(&ranked.option));
    let closed = findings.options.iter().filter(|option| ranked(findings, option).is_none());
    lines.extend(open.chain(closed).map(|option| row(findings, option, ranked(findings, option))));
    marked(lines, marking)
}

fn head() -> Vec<String> {
    let mut head: Vec<String> = [
        "id",
        "option",
        "directed at",
        "addressees",
        "in law",
        "open, read permissively",
        "open, read strictly",
        "closed most by",
        "gravity low",
        "gravity",
        "gravity high",
        "no graver than allowed",
        "comes first",
        "comes second",
        "comes third",
        "all ranks in one",
        "first under its central weights",
        "regret",
        "regret high",
        "one would have to value",
    ]
    .map(str::to_owned)
    .to_vec();
    for criterion in Criterion::ALL {
        let name = criterion.words();
        head.extend([name.to_owned(), format!("{name} low"), format!("{name} high")]);
        head.push(format!("{name} known from"));
        head.push(format!("weight of {name}"));
    }
    head
}

fn row(
    findings: &ResponseFindings,
    option: &OptionFound,
    ranked: Option<&RankedOption>,
) -> Vec<String> {
    let states: Vec<&str> = option.addressees.iter().map(|state| state.code()).collect();
    let of =
        |value: fn(&RankedOption) -> f64| ranked.map(|one| number(value(one))).unwrap_or_default();
    let rank = |place: usize| {
        let share = ranked.and_then(|one| one.ranks.get(place).copied());
        share.map(number).unwrap_or_default()
    };
    let mut row = vec![
        text(&option.id),
        text(&label(option)),
        direction(option.to).to_owned(),
        states.join(" "),
        law(option.law).to_owned(),
        number(option.open[0]),
        number(option.open[1]),
        closed_by(option),
    ];
    row.extend(option.gravity.map(number));
    row.push(number(option.proportional));
    row.push(of(first_share));
    row.extend([rank(1), rank(2)]);
    row.extend([
        of(|one| one.holistic),
        of(|one| one.confidence),
        of(|one| one.regret),
        of(|one| one.regret_high),
    ]);
    let values = ranked.and_then(|one| valued_in_words(&findings.weighing, one));
    row.push(values.unwrap_or_default());
    let central = ranked.and_then(|one| one.central.as_deref()).unwrap_or_default();
    for (place, criterion) in Criterion::ALL.into_iter().enumerate() {
        row.extend(cell(option, criterion));
        row.push(central.get(place).copied().map(number).unwrap_or_default());
    }
    row
}

fn closed_by(option: &OptionFound) -> String {
    match closing(option) {
        Closing::Gate(gate) => format!("needs that {}", condition(gate.condition)),
        Closing::Graver(_) => "graver than the injury allows".to_owned(),
        Closing::Nothing => String::new(),
    }
}

/// Mean, 5th and 95th percentile, and the sort of knowledge.
fn cell(option: &OptionFound, criterion: Criterion) -> [String; 4] {
    let Some(cell) = option.cells.iter().find(|cell| cell.criterion == criterion) else {
        return [String::new(), String::new(), String::new(), String::new()];
    };
    let [low, mean, high] = cell.range.map(number);
    let known = cell.estimate.as_ref().filter(|one| !matches!(one.range, Range::Unknown));
    let known = known.map_or(EstimateBasis::Unknown, |one| one.basis);
    [mean, low, high, basis(known).to_owned()]
}
