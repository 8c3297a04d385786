//! What was exposed: the messages of each month, and the kinds of sensitive data in each mailbox.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::exposure::{
    ExposureFindings, KindExposed, MailboxExposed, MonthExposed,
};
use demarche_case::number::float;
use maud::{Markup, html};

use super::chart::matrix::{Cell, Column, Matrix, Row};
use super::chart::plot::{Axis, Plot};
use super::figure::{Figure, label, px};
use super::measure::wrapped;
use crate::exposure::sum;
use crate::number::{count, counted, length};
use crate::text::{NAME, shown};

/// Mailboxes and kinds in the matrix.
const MOST: (usize, usize) = (15, 10);

/// Months that are drawn each by itself; more are drawn as years.
const MONTHS: u32 = 120;

/// Years that are drawn.
const YEARS: u32 = 80;

/// The share of the messages at each end, one in so many, that may be left out to keep the scale in proportion: dates
/// in messages are claims, and some are decades off.
const STRAYS: u64 = 200;

/// The values at which the steps of colour begin.
const STEPS: [f64; 4] = [1.0, 10.0, 100.0, 1_000.0];

/// The messages of each month, as a self-contained SVG; of each year where there are many months.
#[must_use]
pub fn svg_of_exposure_months(months: &[MonthExposed]) -> String {
    exposure_months_chart("exposed-months", months)
}

/// The kinds of sensitive data in the largest mailboxes, as a self-contained SVG.
#[must_use]
pub fn svg_of_exposure_mailboxes(findings: &ExposureFindings) -> String {
    exposure_mailboxes_chart("exposed-mailboxes", findings)
}

/// A span of time with its messages.
struct Period {
    name: String,
    /// The year, where a label begins with this period; `None` where it does not.
    tick: Option<String>,
    messages: u64,
}

/// The periods in order, without gaps, and the number of messages before and after them.
struct Periods {
    unit: &'static str,
    periods: Vec<Period>,
    strays: u64,
}

/// The months since the year 0, each with its messages.
fn by_month(months: &[MonthExposed]) -> BTreeMap<u32, u64> {
    let mut by_month = BTreeMap::new();
    for found in months.iter().filter(|found| found.messages > 0) {
        let day = found.month.date();
        let month = u32::from(found.month.year()) * 12 + u32::from(day.month().unsigned_abs()) - 1;
        let messages = by_month.entry(month).or_insert(0_u64);
        *messages = sum([*messages, found.messages].into_iter());
    }
    by_month
}

/// The first month that is drawn, from either end.
fn end<'a>(mut months: impl Iterator<Item = (&'a u32, &'a u64)>, all: u64) -> Option<u32> {
    let mut passed = 0;
    months.find_map(|(month, messages)| {
        passed = sum([passed, *messages].into_iter());
        (passed > all / STRAYS).then_some(*month)
    })
}

fn periods(months: &[MonthExposed]) -> Option<Periods> {
    let by_month = by_month(months);
    let all = sum(by_month.values().copied());
    let (mut first, mut last) = (*by_month.keys().next()?, *by_month.keys().next_back()?);
    if last - first >= MONTHS / 2 {
        (first, last) = (end(by_month.iter(), all)?, end(by_month.iter().rev(), all)?);
    }
    let within = |from: u32, to: u32| sum(by_month.range(from..=to).map(|(_, messages)| *messages));
    let by_year = last - first >= MONTHS;
    let (unit, periods): (_, Vec<Period>) = if by_year {
        let (to, from) = (last / 12, (first / 12).max((last / 12 + 1).max(YEARS) - YEARS));
        (first, last) = (from * 12, to * 12 + 11);
        let every = (to - from) / 12 + 1;
        let years = (from..=to).map(|year| Period {
            name: year.to_string(),
            tick: (year - from).is_multiple_of(every).then(|| year.to_string()),
            messages: within(year * 12, year * 12 + 11),
        });
        ("year", years.collect())
    } else {
        let every = (last - first) / 12 + 1;
        let months = (first..=last).map(|month| {
            let name = format!("{:04}-{:02}", month / 12, month % 12 + 1);
            let tick = (month - first).is_multiple_of(every).then(|| name.clone());
            Period { tick, messages: within(month, month), name }
        });
        ("month", months.collect())
    };
    Some(Periods { unit, periods, strays: all.abs_diff(within(first, last)) })
}

pub(crate) fn exposure_months_chart(id: &str, months: &[MonthExposed]) -> String {
    let found = periods(months);
    let found = found.unwrap_or(Periods { unit: "month", periods: Vec::new(), strays: 0 });
    let tallest = found.periods.iter().map(|period| period.messages).max().unwrap_or(1);
    let up = axis(tallest, format!("Messages in each {}", found.unit));
    let across =
        Axis { title: String::new(), most: float(found.periods.len().max(1)), steps: Vec::new() };
    let plot = Plot { left: 72.0, top: 34.0, width: 720.0, height: 200.0, across, up };
    let foot = plot.bottom() + 44.0;
    let notes = notes(&found);
    let body = html! {
        (plot.grid())
        @for (index, period) in found.periods.iter().enumerate() { (bar(&plot, index, period)) }
        @for (line, note) in notes.iter().enumerate() {
            (label((8.0, foot + 16.0 * float(line)), 11.5, "mute", "start", note))
        }
    };
    Figure {
        id,
        title: format!("Messages by {}", found.unit),
        desc: format!("The number of messages of each {}, copies counted once.", found.unit),
        width: 824.0,
        height: foot + 16.0 * float(notes.len()) - 8.0,
        looks: BTreeSet::new(),
        body,
    }
    .into_svg()
}

fn notes(found: &Periods) -> Vec<String> {
    if found.periods.is_empty() {
        return vec!["No message has a date.".to_owned()];
    }
    let strays = (found.strays > 0).then(|| {
        format!(
            "{} with dates before or after are not drawn: such dates are often wrong.",
            counted(found.strays, "message", "messages")
        )
    });
    strays.into_iter().collect()
}

/// A bar, and its label where it has one.
fn bar(plot: &Plot, index: usize, period: &Period) -> Markup {
    let (left, right) = (plot.x(float(index)), plot.x(float(index + 1)));
    let gap = ((right - left) * 0.2).min(3.0);
    let top = plot.y(float(period.messages));
    // Few messages beside many are still a line that can be seen.
    let top = if period.messages > 0 { top.min(plot.bottom() - 1.0) } else { plot.bottom() };
    let tip = format!("{}: {}", period.name, counted(period.messages, "message", "messages"));
    // Few periods make no bars as wide as a wall.
    let wide = (right - left - gap).min(60.0);
    let middle = f64::midpoint(left, right);
    html! {
        g {
            title { (tip) }
            rect class="bar" x=(px(middle - wide / 2.0)) y=(px(top)) width=(px(wide)) height=(px(plot.bottom() - top)) {}
        }
        @if let Some(tick) = &period.tick {
            (label((middle, plot.bottom() + 16.0), 11.0, "mute", "middle", tick))
        }
    }
}

/// A scale from 0 to at least `most` in four or five round steps.
fn axis(most: u64, title: String) -> Axis {
    let rough = float(most.max(4)) / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough);
    let step = (factor.unwrap_or(10.0) * power).max(1.0);
    let number = (float(most) / step).ceil().max(1.0);
    let steps = [0.0, 1.0, 2.0, 3.0, 4.0].into_iter().filter(|index| *index <= number);
    let steps = steps.map(|index| (index * step, figure(index * step)));
    Axis { title, most: number * step, steps: steps.collect() }
}

/// A round number of a scale in few signs.
fn figure(value: f64) -> String {
    let (value, unit) = match value {
        value if value >= 1e12 => return format!("{value:.0e}"),
        value if value >= 1e9 => (value / 1e9, "\u{a0}bn"),
        value if value >= 1e6 => (value / 1e6, "\u{a0}M"),
        value if value >= 1e4 => (value / 1e3, "\u{a0}k"),
        value => (value, ""),
    };
    let text = format!("{value}{unit}");
    text.parse().map_or(text, count)
}

/// A count of at most six signs.
fn in_short(number: u64) -> String {
    if number < 100_000 { count(number) } else { figure(float(number / 1_000) * 1_000.0) }
}

pub(crate) fn exposure_mailboxes_chart(id: &str, findings: &ExposureFindings) -> String {
    let has = |kind: &KindExposed, mailbox: &MailboxExposed| {
        mailbox.kinds.iter().any(|found| found.kind == kind.kind && found.values > 0)
    };
    let mailboxes: Vec<&MailboxExposed> = findings.mailboxes.iter().take(MOST.0).collect();
    let present = findings.kinds.iter();
    let present: Vec<&KindExposed> =
        present.filter(|kind| findings.mailboxes.iter().any(|found| has(kind, found))).collect();
    let kinds: Vec<&KindExposed> = present.iter().take(MOST.1).copied().collect();
    let (more_mailboxes, more_kinds) =
        (findings.mailboxes.len() - mailboxes.len(), present.len() - kinds.len());
    let mut more = Vec::new();
    if more_mailboxes > 0 {
        more.push(format!("{} more mailboxes", length(more_mailboxes)));
    }
    if more_kinds > 0 {
        more.push(format!("{} more kinds", length(more_kinds)));
    }
    let column = |kind: &&KindExposed| {
        let title = shown(&kind.title, NAME);
        Column { lines: wrapped(&title, 11.5, 150.0, 2), tip: title, gap: 0.0 }
    };
    Matrix {
        id,
        title: "Sensitive data by mailbox".to_owned(),
        desc: "The number of distinct values of each kind in each of the largest mailboxes."
            .to_owned(),
        cell: 52.0,
        columns: kinds.iter().map(column).collect(),
        rows: mailboxes.iter().map(|mailbox| row(mailbox, &kinds)).collect(),
        last: ["", "messages"],
        more: (!more.is_empty()).then(|| format!("and {}", more.join(" and "))),
        foot: ("In the whole dump", kinds.iter().map(|kind| in_short(kind.values)).collect()),
        steps: STEPS,
        key: (
            ["", "", "", "", "0", "1", "10", "100", "1,000"],
            "distinct values in the mailbox, at least",
        ),
    }
    .into_svg()
}

fn row(mailbox: &MailboxExposed, kinds: &[&KindExposed]) -> Row {
    let path = shown(&mailbox.path, NAME);
    let (name, about) = match &mailbox.owner {
        Some(owner) => (shown(owner, NAME), path),
        None => (path, String::new()),
    };
    let cell = |kind: &&KindExposed| {
        let found = mailbox.kinds.iter().find(|found| found.kind == kind.kind);
        let values = found.map_or(0, |found| found.values);
        let tip = format!("{name}: {} ({})", shown(&kind.title, NAME), count(values));
        Cell { value: float(values), text: in_short(values), tip }
    };
    let cells = kinds.iter().map(cell).collect();
    Row {
        name: name.clone(),
        about,
        before: String::new(),
        cells,
        share: None,
        last: in_short(mailbox.messages),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: &str, messages: u64) -> MonthExposed {
        MonthExposed { month: month.parse().unwrap(), messages }
    }

    #[test]
    fn months_without_messages_are_drawn_as_gaps() {
        let found = periods(&[month("2014-09", 5), month("2014-12", 2)]).unwrap();
        let messages: Vec<u64> = found.periods.iter().map(|period| period.messages).collect();
        assert_eq!((found.unit, messages, found.strays), ("month", vec![5, 0, 0, 2], 0));
    }

    #[test]
    fn a_date_that_is_decades_off_is_counted_and_not_drawn() {
        let months = [
            month("1970-01", 1),
            month("2013-03", 500),
            month("2014-12", 500),
            month("2038-01", 1),
        ];
        let found = periods(&months).unwrap();
        assert_eq!((found.periods.len(), found.strays), (22, 2));
    }

    #[test]
    fn many_years_are_drawn_as_years_and_never_too_many() {
        let months: Vec<MonthExposed> =
            (1000..2000).map(|year| month(&format!("{year}-06"), 7)).collect();
        let found = periods(&months).unwrap();
        assert_eq!((found.unit, found.periods.len()), ("year", 80));
        assert_eq!(found.strays, 7 * 920);
        assert!(periods(&[]).is_none());
    }

    #[test]
    fn a_scale_ends_at_or_above_the_greatest_count() {
        for most in [0, 1, 3, 4, 5, 99, 1_000, 12_345, u64::MAX] {
            let axis = axis(most, String::new());
            assert!(axis.most >= float(most) && axis.steps.len() <= 5, "{most}: {axis:?}");
        }
    }
}
