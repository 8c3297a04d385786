//! The places of the attackers' addresses, by tables or, where those are of another time, by the source.

use std::net::IpAddr;

use demarche_case::assessment::routes::{Located, LocationNote, RouteSource, RoutesFindings};
use demarche_case::{Body, Case, Country, Gap, Moment};
use demarche_routes::examine::{Examination, OF_THE_TIME};
use demarche_routes::{RoutingData, TableKind};
use jiff::civil::Date;

use crate::error::Unanswered;

/// Places the addresses of the evidence where the case asks about nobody's connectivity.
pub(crate) fn located(
    case: &Case,
    addresses: &[IpAddr],
    routing_data: Option<&RoutingData>,
) -> (Option<RoutesFindings>, Vec<Gap>) {
    let Some(routing_data) = routing_data else { return (None, Vec::new()) };
    let gaps = routing_data.gaps.clone();
    if addresses.is_empty() {
        let unused = Gap::of("routes", &Unanswered::TablesUnused);
        return (None, gaps.into_iter().chain([unused]).collect());
    }
    let examination = Examination { addresses, as_of: as_of(case), ..Examination::default() };
    let mut findings = examination.located(routing_data);
    by_their_source(case, &mut findings);
    (Some(findings), gaps)
}

/// Places addresses by the word of their source where the tables that place them are far from the attack.
///
/// A provider moves an address from one country to another in less time than that. The place that the tables gave stands
/// in a note.
pub(crate) fn by_their_source(case: &Case, findings: &mut RoutesFindings) {
    let Some(days) = as_of(case).and_then(|as_of| days_to(&findings.sources, as_of)) else {
        return;
    };
    if days <= u64::from(OF_THE_TIME) {
        return;
    }
    for located in &mut findings.located {
        let stated = stated(case, located.address);
        let placed = located.announced_from.or(located.registered_in);
        let (Some(stated), Some(placed)) = (stated, placed) else { continue };
        if ![located.announced_from, located.registered_in].contains(&Some(stated)) {
            *located = Located {
                address: located.address,
                prefix: None,
                origins: Vec::new(),
                registered_in: None,
                announced_from: None,
                providers: Vec::new(),
                notes: vec![LocationNote::OtherTime { placed, stated, days }],
            };
        }
    }
}

/// The country in which the sources put an address; `None` where they differ.
///
/// Only the items with the least marking speak: what is withheld from an addressee must not move a place in its note.
fn stated(case: &Case, address: IpAddr) -> Option<Country> {
    let items = case.evidence.iter().filter_map(|item| match &item.body {
        Body::Infrastructure(found) if found.address == Some(address) => {
            Some((item.tlp, found.country))
        }
        _ => None,
    });
    let least = items.clone().map(|(tlp, _)| tlp).min()?;
    let mut countries = items.filter(|(tlp, _)| *tlp == least).map(|(_, country)| country);
    let first = countries.next()??;
    countries.all(|country| country == Some(first)).then_some(first)
}

/// The days between a day and the nearest of the tables by which addresses are placed; `None` where none has a date.
fn days_to(sources: &[RouteSource], day: Date) -> Option<u64> {
    let placing = [TableKind::PrefixOrigins, TableKind::Mrt].map(|kind| kind.to_string());
    let days = |kind: &String| {
        let tables = sources.iter().filter(|source| source.what == *kind);
        let dates = tables.filter_map(|source| source.date);
        let days = dates.filter_map(|date| {
            Some(u64::from(day.since(date.middle_day()).ok()?.get_days().unsigned_abs()))
        });
        days.min()
    };
    // Routing tables place addresses only where there is no list of prefixes.
    placing.iter().find_map(days)
}

/// Returns the day whose routes count: that of detection, else of the beginning, as far as it is known.
pub(crate) fn as_of(case: &Case) -> Option<Date> {
    case.noticed().map(Moment::middle_day)
}
