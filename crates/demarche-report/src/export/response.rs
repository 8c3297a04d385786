//! The options of response as a table for a spreadsheet.

use demarche_case::Tlp;
use demarche_case::assessment::response::{Cell, OptionFound, RankedOption, ResponseFindings};
use demarche_case::options::{Criterion, Estimate, EstimateBasis, Range};

use super::csv::{Sheet, number, text};
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
    let open = by_first(&findings.weighing).into_iter();
    let open = open.filter_map(|ranked| findings.option(&ranked.option));
    let shut = findings.options.iter().filter(|option| ranked(findings, option).is_none());
    let options = open.chain(shut).map(|option| Row { option, ranked: ranked(findings, option) });
    let mut sheet = Sheet::of(options)
        .column("id", |row| text(&row.option.id))
        .column("option", |row| text(&label(row.option)))
        .column("directed at", |row| direction(row.option.to).to_owned())
        .column("addressees", |row| {
            let states = row.option.addressees.iter().map(|state| state.code());
            states.collect::<Vec<_>>().join(" ")
        })
        .column("in law", |row| law(row.option.law).to_owned())
        .column("open, read permissively", |row| number(row.option.open[0]))
        .column("open, read strictly", |row| number(row.option.open[1]))
        .column("closed most by", |row| closed_by(row.option))
        .column("gravity low", |row| number(row.option.gravity[0]))
        .column("gravity", |row| number(row.option.gravity[1]))
        .column("gravity high", |row| number(row.option.gravity[2]))
        .column("no graver than allowed", |row| number(row.option.proportional))
        .column("comes first", |row| row.figure(|ranked| Some(first_share(ranked))))
        .column("comes second", |row| row.figure(|ranked| ranked.ranks.get(1).copied()))
        .column("comes third", |row| row.figure(|ranked| ranked.ranks.get(2).copied()))
        .column("all ranks in one", |row| row.figure(|ranked| Some(ranked.holistic)))
        .column("first under its central weights", |row| {
            row.figure(|ranked| Some(ranked.confidence))
        })
        .column("regret", |row| row.figure(|ranked| Some(ranked.regret)))
        .column("regret high", |row| row.figure(|ranked| Some(ranked.regret_high)))
        .column("one would have to value", |row| {
            let values = row.ranked.and_then(|ranked| valued_in_words(&findings.weighing, ranked));
            values.unwrap_or_default()
        });
    for (index, criterion) in Criterion::ALL.into_iter().enumerate() {
        let name = criterion.words();
        sheet = sheet
            .column(name, |row| row.end(criterion, 1))
            .column(format!("{name} low"), |row| row.end(criterion, 0))
            .column(format!("{name} high"), |row| row.end(criterion, 2))
            .column(format!("{name} known from"), |row| row.known_from(criterion))
            .column(format!("weight of {name}"), |row| {
                row.figure(|ranked| ranked.central.as_ref()?.get(index).copied())
            });
    }
    sheet.marked(marking)
}

/// An option with its ranks, if it is ever open.
struct Row<'a> {
    option: &'a OptionFound,
    ranked: Option<&'a RankedOption>,
}

impl Row<'_> {
    /// A figure of the ranking; empty for an option that is not ranked.
    fn figure(&self, figure: impl Fn(&RankedOption) -> Option<f64>) -> String {
        self.ranked.and_then(figure).map_or(String::new(), number)
    }

    fn cell(&self, criterion: Criterion) -> Option<&Cell> {
        self.option.cells.iter().find(|cell| cell.criterion == criterion)
    }

    /// The 5th percentile, the mean or the 95th percentile.
    fn end(&self, criterion: Criterion, index: usize) -> String {
        self.cell(criterion).map_or(String::new(), |cell| number(cell.range[index]))
    }

    /// The sort of knowledge behind the figures of a criterion.
    fn known_from(&self, criterion: Criterion) -> String {
        let is_known = |estimate: &&Estimate| !matches!(estimate.range, Range::Unknown);
        self.cell(criterion).map_or(String::new(), |cell| {
            let estimate = cell.estimate.as_ref().filter(is_known);
            basis(estimate.map_or(EstimateBasis::Unknown, |estimate| estimate.basis)).to_owned()
        })
    }
}

fn closed_by(option: &OptionFound) -> String {
    match closing(option) {
        Closing::Gate(gate) => format!("needs that {}", condition(gate.condition)),
        Closing::Graver(_) => "graver than the injury allows".to_owned(),
        Closing::Nothing => String::new(),
    }
}
