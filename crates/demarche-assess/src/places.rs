//! The places of the attackers' addresses, where tables of another time say other than the source.

use demarche_case::assessment::routes::{Located, LocationNote, RouteSource, RoutesFindings};
use demarche_case::{Body, Case};
use demarche_routes::TableKind;
use demarche_routes::examine::OF_THE_TIME;
use jiff::civil::Date;

/// Places addresses by the word of their source where the tables that place them are far from the attack.
///
/// A provider moves an address from one country to another in less time than that. The place that the tables gave stands
/// in a note.
pub(crate) fn by_their_source(case: &Case, findings: &mut RoutesFindings, as_of: Option<Date>) {
    let Some(days) = as_of.and_then(|as_of| days_to(&findings.sources, as_of)) else { return };
    if days <= u64::from(OF_THE_TIME) {
        return;
    }
    for located in &mut findings.located {
        let stated = case.evidence.iter().find_map(|item| match &item.body {
            Body::Infrastructure(found) if found.address == Some(located.address) => found.country,
            _ => None,
        });
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
