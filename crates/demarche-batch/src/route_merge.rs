//! Merges the partials of routes, origin after origin.

use std::ops::ControlFlow;

use demarche_case::Asn;
use demarche_case::assessment::routes::Family;
use demarche_routes::depend::{JoinedSessions, Session, Share};

use crate::fault::BatchError;
use crate::folder::Whole;
use crate::range::Range;
use crate::route_rows::{SeenRow, ShareRow, family};
use crate::stream::by_key;

/// The hegemony towards one origin.
#[derive(Clone, Debug, PartialEq)]
pub struct HegemonyRow {
    /// The address family.
    pub family: Family,
    /// The origin.
    pub origin: Asn,
    /// The networks with their trimmed scores, above 0 and up to 1, strongest first.
    pub networks: Vec<(Asn, f64)>,
}

/// The visibility of one prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibilityRow {
    /// The address family.
    pub family: Family,
    /// The origin.
    pub origin: Asn,
    /// The prefix.
    pub prefix: String,
    /// The full-feed sessions that have a route to it from this origin, summed over all tables.
    pub seen_by: u64,
    /// The full-feed sessions of all tables.
    pub sessions: u64,
}

/// Merges partials of hegemony: all tables are one picture, as in `routes hegemony` over all of them.
///
/// `trim` is the share of the vantage points left out at each end, from 0 to 0.5. Rows come by origin and family; a break
/// ends the merge.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or its rows are none that the kind has.
pub fn hegemony(
    found: &Whole,
    range: Range,
    trim: f64,
    receive: &mut dyn FnMut(HegemonyRow) -> ControlFlow<()>,
) -> Result<(), BatchError> {
    let partials = &found.partials;
    let sessions_of = |family: Family| {
        let sessions: Vec<&[Session]> =
            partials.iter().map(|partial| partial.manifest.sessions_of(family)).collect();
        JoinedSessions::new(&sessions)
    };
    let joined = [sessions_of(Family::Ipv4), sessions_of(Family::Ipv6)];
    by_key::<ShareRow>(partials, range, &mut |(origin, number), rows| {
        let (family, origin) = (family(number), Asn(origin));
        let joined = &joined[usize::from(family == Family::Ipv6)];
        let shares = rows.iter().map(|(table, row)| {
            (*table, Share { network: Asn(row.network), session: row.session, share: row.share })
        });
        let networks = joined.scores(shares, trim);
        receive(HegemonyRow { family, origin, networks })
    })
}

/// Merges partials of visibility: counts are summed.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or its rows are none that the kind has.
pub fn visibility(
    found: &Whole,
    range: Range,
    receive: &mut dyn FnMut(VisibilityRow) -> ControlFlow<()>,
) -> Result<(), BatchError> {
    let partials = &found.partials;
    let sessions_of = |family| -> u64 {
        partials.iter().map(|partial| partial.manifest.sessions_of(family).len() as u64).sum()
    };
    by_key::<SeenRow>(partials, range, &mut |(origin, number), rows| {
        let (family, origin) = (family(number), Asn(origin));
        rows.sort_by(|(_, left), (_, right)| left.text.data().cmp(right.text.data()));
        for prefix in rows.chunk_by(|(_, left), (_, right)| left.text == right.text) {
            let Some((_, first)) = prefix.first() else { continue };
            receive(VisibilityRow {
                family,
                origin,
                prefix: first.prefix.to_string(),
                seen_by: prefix.iter().map(|(_, row)| u64::from(row.seen_by)).sum(),
                sessions: sessions_of(family),
            })?;
        }
        ControlFlow::Continue(())
    })
}
