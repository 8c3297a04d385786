//! The record of a watch: alarms in sentences and a table, the time line, sources and limits.

use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{
    AlarmKind, CaseWatch, LossSide, WatchAlarm, WatchCaveat, WatchFindings, WatchSource,
};
use demarche_case::{Country, Moment};

use crate::date::minute;
use crate::document::{Block, Cell, Section, Table};
use crate::number::{as_count, count, counted, percent};
use crate::svg;
use crate::text::{NAME, shown};
use crate::words::listed;

/// Rows of one table; the JSON has all.
const ROWS: usize = 60;

/// Networks that a sentence names.
const NAMED: usize = 6;

/// The record of a watch, for a terminal.
#[must_use]
pub fn routes_watch(findings: &WatchFindings) -> Vec<Section> {
    sections(findings).into_iter().map(Section::open).collect()
}

/// The title of a record.
pub(crate) fn title(findings: &WatchFindings) -> String {
    let is_country =
        |country: &Country| country.code().eq_ignore_ascii_case(findings.question.trim());
    let subject = findings
        .country
        .filter(is_country)
        .map_or_else(|| shown(&findings.question, NAME), |country| country.label().to_owned());
    format!("Announced routes of {subject}, minute by minute")
}

/// The record of a watch as a page has it, the answer first.
pub(crate) fn sections(findings: &WatchFindings) -> Vec<Section> {
    let mut sections =
        vec![Section::new("answer", title(findings)).with(Block::Answer(answer(findings)))];
    let drawings = drawings(findings, "").into_iter();
    sections.extend(drawings.map(|(id, name, drawing)| Section::new(&id, name).with(drawing)));
    sections.push(Section::new("alarms", "Alarms").and(alarms(findings)));
    sections.push(Section::new("sources", "Sources and limits").and(limits(findings)));
    sections
}

/// The watches that are evidence in a case, each as one section.
pub(crate) fn case_watches(watches: &[CaseWatch]) -> Vec<Section> {
    let section = |(position, watch): (usize, &CaseWatch)| {
        let (id, findings) = (format!("watch-{}", position + 1), &watch.findings);
        let drawings = drawings(findings, &format!("{id}-")).into_iter();
        let drawings =
            drawings.flat_map(|(_, name, drawing)| [Block::Heading(name.to_owned()), drawing]);
        let mut tables = alarms(findings);
        tables.extend(limits(findings));
        Section::new(&id, title(findings))
            .with(Block::Answer(answer(findings)))
            .and(drawings)
            .with(Block::Note(format!("Evidence: `{}`.", watch.evidence)))
            .with(Block::folded("Alarms, sources and limits", tables))
    };
    watches.iter().enumerate().map(section).collect()
}

/// The time lines, each with its identifier in the page and the name of its address family.
fn drawings(findings: &WatchFindings, prefix: &str) -> Vec<(String, &'static str, Block)> {
    let families = [(Family::Ipv4, "ipv4", "IPv4"), (Family::Ipv6, "ipv6", "IPv6")];
    let drawing = |(family, id, name)| {
        let id = format!("{prefix}{id}");
        let drawing = svg::watch_chart(&id, findings, family)?;
        let caption = "The height is the share of the target that has a route, each band the part that enters over one carrier. Orange bars above are alarms. Hatching over the whole height means that too few networks counted.";
        Some((id, name, Block::drawing(drawing, caption)))
    };
    families.into_iter().filter_map(drawing).collect()
}

fn limits(findings: &WatchFindings) -> Vec<Block> {
    let caveats = findings.caveats.iter().map(watch_caveat_text).collect();
    let mut blocks = Vec::from_iter(sources(&findings.sources));
    blocks.push(Block::List(caveats));
    blocks
}

/// The sentences in front, the first of which is the headline.
fn answer(findings: &WatchFindings) -> Vec<String> {
    let mut sentences = Vec::new();
    for alarm in findings.alarms.iter().take(NAMED) {
        sentences.extend([loss(alarm), circumstances(alarm)]);
    }
    sentences.extend(no_alarm(findings));
    if let Some(further @ 1..) = findings.alarms.len().checked_sub(NAMED) {
        sentences
            .push(format!("The table has {} more.", counted(as_count(further), "alarm", "alarms")));
    }
    let span = findings.minutes.first().zip(findings.minutes.last());
    sentences.push(span.map_or("No minute was watched.".to_owned(), |(first, last)| {
        format!(
            "Watched from {} to {}, {}.",
            minute(first.minute),
            minute(last.minute),
            counted(findings.watched, "minute", "minutes")
        )
    }));
    sentences.push(watch_caveat_text(&WatchCaveat::Announced));
    sentences
}

/// The worth of a record without alarms: that none was raised, and in how many minutes none could be.
fn no_alarm(findings: &WatchFindings) -> Vec<String> {
    let is_blind = |caveat: &&WatchCaveat| matches!(caveat, WatchCaveat::Blind { .. });
    let blind = findings.caveats.iter().find(is_blind);
    let all = matches!(blind, Some(WatchCaveat::Blind { minutes, of }) if minutes == of);
    let headline = match findings.alarms.as_slice() {
        [] if all => Some("Nothing can be said: too few networks counted."),
        [] if findings.watched == 0 => Some("Nothing can be said."),
        [] => Some("No alarm was raised."),
        _ => None,
    };
    headline.map(str::to_owned).into_iter().chain(blind.map(watch_caveat_text)).collect()
}

/// Returns what a watch tells in one sentence or two: its first alarm, or that none was raised and what that is worth.
#[must_use]
pub fn watch_says(findings: &WatchFindings) -> String {
    match findings.alarms.first() {
        Some(alarm) => watch_alarm_text(alarm),
        None => no_alarm(findings).join(" "),
    }
}

/// Returns an alarm as a few sentences.
#[must_use]
pub fn watch_alarm_text(alarm: &WatchAlarm) -> String {
    format!("{} {}", loss(alarm), circumstances(alarm))
}

/// The loss, and how long it lasted.
fn loss(alarm: &WatchAlarm) -> String {
    let family = family(alarm.family);
    let when = match alarm.until {
        Some(until) => format!("from {} to {}", minute(alarm.since), minute(until)),
        None => format!("since {}", minute(alarm.since)),
    };
    let lasted = alarm.until.map(|until| until.unix_seconds() - alarm.since.unix_seconds());
    let lasted = lasted.map(|seconds| format!(" ({})", duration(seconds.max(0) / 60)));
    let when = format!("{when}{}", lasted.unwrap_or_default());
    let had = match alarm.lowest {
        none if none <= 0.0 => "none".to_owned(),
        share => format!("at the lowest {}", percent(share)),
    };
    let usual = percent(alarm.usual);
    match alarm.kind {
        AlarmKind::Dark => {
            format!("{family} went dark {when}: {had} of it had a route, usually {usual}.")
        }
        AlarmKind::CarrierLost { network } => format!(
            "{family} no longer entered over {network} {when}: {had} of it did, usually {usual}."
        ),
        AlarmKind::PrefixLost { prefix } => {
            format!("{prefix} was lost {when}: {had} of the networks had a route, usually {usual}.")
        }
    }
}

/// A number of minutes in hours and minutes.
fn duration(minutes: i64) -> String {
    /// From here on the hours of a day are not told.
    const LONG: i64 = 10 * 24;
    match (minutes / 60, minutes % 60) {
        (LONG.., _) => counted((minutes / 60 / 24).unsigned_abs(), "day", "days"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Who saw the loss, who lost it, and who still carried the target.
fn circumstances(alarm: &WatchAlarm) -> String {
    let seen = format!(
        "{} at {} saw it",
        counted(alarm.networks, "network", "networks"),
        counted(alarm.collectors, "collector", "collectors")
    );
    let side = match alarm.side {
        LossSide::Target if alarm.still_carried_by.is_empty() => {
            "Every carrier lost it at once, so that the target withdrew its routes or failed."
        }
        LossSide::Target => {
            "Every carrier lost most of it at once, so that the target withdrew routes or failed in part."
        }
        LossSide::Carrier => "A carrier lost it, and others had routes.",
        LossSide::NotTold => "Routes do not tell whether the target or a carrier lost it.",
    };
    format!("{seen}. {side}{}", still(alarm))
}

/// The networks that carried the target when the alarm was raised: some may have come to carry it only then.
fn still(alarm: &WatchAlarm) -> String {
    let names: Vec<String> =
        alarm.still_carried_by.iter().take(NAMED).map(ToString::to_string).collect();
    match names.as_slice() {
        [] => " No carrier was left.".to_owned(),
        names => format!(" Routes then entered over {}.", listed(names, "and")),
    }
}

const fn family(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "IPv4",
        Family::Ipv6 => "IPv6",
    }
}

fn alarms(findings: &WatchFindings) -> Vec<Block> {
    if findings.alarms.is_empty() {
        return vec![Block::text("No alarm was raised.")];
    }
    let time = |moment: Option<Moment>| moment.map_or("open".to_owned(), minute);
    let kind = |alarm: &&WatchAlarm| match alarm.kind {
        AlarmKind::Dark => "dark".to_owned(),
        AlarmKind::CarrierLost { network } => format!("carrier lost: {network}"),
        AlarmKind::PrefixLost { prefix } => format!("prefix lost: {prefix}"),
    };
    Table::first(ROWS, &findings.alarms)
        .number("No.", |alarm| count(u64::from(alarm.number)))
        .text("Family", |alarm| family(alarm.family).to_owned())
        .text("Loss", kind)
        .text("Since", |alarm| time(Some(alarm.since)))
        .text("Until", move |alarm| time(alarm.until))
        .number("Lowest", |alarm| percent(alarm.lowest))
        .number("Usual", |alarm| percent(alarm.usual))
        .number("Networks", |alarm| count(alarm.networks))
        .number("Collectors", |alarm| count(alarm.collectors))
        .number("Prefixes", |alarm| count(alarm.prefix_count))
        .under("Alarms; times are of the collectors’ clocks, to the minute")
}

fn sources(sources: &[WatchSource]) -> Vec<Block> {
    Table::first(ROWS, sources)
        .text("Collector", |source| Cell::Code(shown(&source.collector, NAME)))
        .number("Records", |source| count(source.records))
        .number("Announced", |source| count(source.announcements))
        .number("Withdrawn", |source| count(source.withdrawals))
        .number("State changes", |source| count(source.state_changes))
        .number("Late", |source| count(source.late))
        .number("Ahead", |source| count(source.ahead))
        .under("What came from each collector")
}

/// Returns a limit of a watch as a sentence.
#[must_use]
pub fn watch_caveat_text(caveat: &WatchCaveat) -> String {
    match caveat {
        WatchCaveat::Announced => "Announced is not connected: routes can stay while traffic stops, as in Iran in 2025 and 2026, and nothing here measures traffic.".to_owned(),
        WatchCaveat::TooFewSensors { networks, collectors } => format!(
            "The tables have {} at {} that send full tables. That is too few for an alarm.",
            counted(*networks, "network", "networks"),
            counted(*collectors, "collector", "collectors")
        ),
        WatchCaveat::Blind { minutes, of } => format!(
            "In {} of {} too few networks counted: a loss in them would not have been seen.",
            count(*minutes),
            counted(*of, "minute", "minutes")
        ),
        WatchCaveat::Hole { minutes } => format!(
            "The updates begin {} after the tables. Changes between them are not known.",
            duration((*minutes).cast_signed())
        ),
        WatchCaveat::BeforeTables { updates } => format!(
            "{} older than the routing table of their collector and not applied. Give a table from before the updates.",
            counted(*updates, "update is", "updates are")
        ),
        WatchCaveat::TooManySessions { updates } => format!(
            "{} of sessions beyond those that are followed: there are too many sessions.",
            counted(*updates, "update is", "updates are")
        ),
        WatchCaveat::NewSpace { prefixes } => format!(
            "The target began to announce {} outside of what it announced at the start. The shares leave them out.",
            counted(*prefixes, "prefix", "prefixes")
        ),
        WatchCaveat::TooManyPrefixes { prefixes } => format!(
            "{} of new prefixes of the target were not followed: there are too many.",
            counted(*prefixes, "announcement", "announcements")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_times_are_told_in_days() {
        let told = [59, 60, 61, 240 * 60 - 1, 240 * 60, 5_328_928].map(duration);
        assert_eq!(
            told,
            ["59 min", "1 h", "1 h 1 min", "239 h 59 min", "10\u{a0}days", "3,700\u{a0}days"]
        );
    }
}
