//! The record of a watch: alarms in sentences and a table, the time line, sources and limits.

use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{
    AlarmKind, LossSide, WatchAlarm, WatchCaveat, WatchFindings, WatchSource,
};
use demarche_case::{Country, Moment};
use maud::{PreEscaped, html};

use crate::document::{Block, Cell, Room, Section, Table};
use crate::number::{as_count, count, counted, percent};
use crate::page::{head, page};
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

/// The record of a watch as one self-contained page.
#[must_use]
pub fn watch_html(findings: &WatchFindings) -> String {
    let title = title(findings);
    let head = head("Watch", &title, &html! {});
    let all = sections(findings);
    let (lead, rest) = all.split_at(1.min(all.len()));
    page(&title, None, &head, lead, rest)
}

fn title(findings: &WatchFindings) -> String {
    let is_country =
        |country: &Country| country.code().eq_ignore_ascii_case(findings.question.trim());
    let subject = findings
        .country
        .filter(is_country)
        .map_or_else(|| shown(&findings.question, NAME), |country| country.label().to_owned());
    format!("Announced routes of {subject}, minute by minute")
}

fn sections(findings: &WatchFindings) -> Vec<Section> {
    let mut sections =
        vec![Section::new("answer", title(findings)).with(Block::Answer(answer(findings)))];
    for (family, id, name) in [(Family::Ipv4, "ipv4", "IPv4"), (Family::Ipv6, "ipv6", "IPv6")] {
        if let Some(drawing) = svg::watch_chart(id, findings, family) {
            let caption = "The height is the share of the target that has a route, each band the part that enters over one carrier. Orange bars above are alarms. Hatching over the whole height means that too few networks counted.";
            sections.push(Section::new(id, name).with(Block::Figure {
                markup: PreEscaped(drawing),
                caption: caption.to_owned(),
                room: Room::Column,
            }));
        }
    }
    sections.push(Section::new("alarms", "Alarms").and(alarms(findings)));
    let caveats = findings.caveats.iter().map(watch_caveat_text).collect();
    sections.push(
        Section::new("sources", "Sources and limits")
            .and(sources(&findings.sources))
            .with(Block::List(caveats)),
    );
    sections
}

/// The sentences in front.
fn answer(findings: &WatchFindings) -> Vec<String> {
    let span = findings.minutes.first().zip(findings.minutes.last());
    let span = span.map_or("No minute was watched.".to_owned(), |(first, last)| {
        format!(
            "Watched from {} to {}, {}.",
            first.minute,
            last.minute,
            counted(findings.watched, "minute", "minutes")
        )
    });
    let mut sentences = vec![span];
    match findings.alarms.as_slice() {
        [] => sentences.push("No alarm was raised.".to_owned()),
        alarms => sentences.extend(alarms.iter().take(NAMED).map(watch_alarm_text)),
    }
    if let Some(further @ 1..) = findings.alarms.len().checked_sub(NAMED) {
        sentences
            .push(format!("The table has {} more.", counted(as_count(further), "alarm", "alarms")));
    }
    sentences.push(watch_caveat_text(&WatchCaveat::Announced));
    sentences
}

/// Returns an alarm as a few sentences.
#[must_use]
pub fn watch_alarm_text(alarm: &WatchAlarm) -> String {
    let family = family(alarm.family);
    let when = match alarm.until {
        Some(until) => format!("from {} to {until}", alarm.since),
        None => format!("since {}", alarm.since),
    };
    let had = match alarm.lowest {
        none if none <= 0.0 => "none".to_owned(),
        share => format!("at the lowest {}", percent(share)),
    };
    let usual = percent(alarm.usual);
    let what = match alarm.kind {
        AlarmKind::Dark => {
            format!("{family} went dark: {when}, {had} of it had a route, usually {usual}")
        }
        AlarmKind::CarrierLost { network } => format!(
            "{family} no longer entered over {network}: {when}, {had} of it did, usually {usual}"
        ),
        AlarmKind::PrefixLost { prefix } => {
            format!("{prefix} was lost: {when}, {had} of the networks had a route, usually {usual}")
        }
    };
    let seen = format!(
        "{} at {} saw it",
        counted(alarm.networks, "network", "networks"),
        counted(alarm.collectors, "collector", "collectors")
    );
    let side = match alarm.side {
        LossSide::Target => {
            "Every carrier lost it at once, so that the target withdrew its routes or failed."
        }
        LossSide::Carrier => "A carrier lost it, and others kept routes.",
        LossSide::NotTold => "Routes do not tell whether the target or a carrier lost it.",
    };
    format!("{what}. {seen}. {side}{}", still(alarm))
}

/// Who still carries the target.
fn still(alarm: &WatchAlarm) -> String {
    let names: Vec<String> =
        alarm.still_carried_by.iter().take(NAMED).map(ToString::to_string).collect();
    match names.as_slice() {
        [] => " No carrier was left.".to_owned(),
        names => format!(" Routes still entered over {}.", listed(names, "and")),
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
    let time =
        |moment: Option<Moment>| moment.map_or("open".to_owned(), |moment| moment.to_string());
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
        WatchCaveat::Hole { minutes } => format!(
            "The updates begin {} after the tables. Changes between them are not known.",
            counted(*minutes, "minute", "minutes")
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
