//! Merges the partials of a folder, origin after origin.

use std::ops::ControlFlow;

use demarche_case::Asn;
use demarche_case::assessment::routes::Family;
use demarche_routes::depend::{JoinedSessions, Session, Share};

use crate::fault::BatchError;
use crate::folder::{Partial, Whole};
use crate::plan::Range;
use crate::rows::{Row, SeenRow, ShareRow, Stream, number};

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
    by_origin::<ShareRow>(partials, range, &mut |family, origin, rows| {
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
    by_origin::<SeenRow>(partials, range, &mut |family, origin, rows| {
        rows.sort_by(|(_, left), (_, right)| left.prefix.data().cmp(right.prefix.data()));
        for prefix in rows.chunk_by(|(_, left), (_, right)| left.prefix == right.prefix) {
            let Some((_, first)) = prefix.first() else { continue };
            receive(VisibilityRow {
                family,
                origin,
                prefix: String::from_utf8_lossy(first.prefix.data()).into_owned(),
                seen_by: prefix.iter().map(|(_, row)| u64::from(row.seen_by)).sum(),
                sessions: sessions_of(family),
            })?;
        }
        ControlFlow::Continue(())
    })
}

/// A receiver of the rows of an origin and family, each row with the number of its table.
type Receiver<'a, R> = dyn FnMut(Family, Asn, &mut Vec<(usize, R)>) -> ControlFlow<()> + 'a;

/// Hands over the rows of each origin of all tables, each with the number of its table, by origin and family.
fn by_origin<R: Row>(
    partials: &[Partial],
    range: Range,
    receive: &mut Receiver<'_, R>,
) -> Result<(), BatchError> {
    allow_files(partials.len())?;
    let open = |partial: &Partial| Stream::<R>::open(partial, range);
    let mut streams: Vec<Stream<R>> = partials.iter().map(open).collect::<Result<_, _>>()?;
    let mut rows: Vec<(usize, R)> = Vec::new();
    let mut taken = Vec::new();
    loop {
        let mut next: Option<(u32, u8)> = None;
        for stream in &mut streams {
            next = match (next, stream.next_key()?) {
                (Some(known), Some(key)) => Some(known.min(key)),
                (known, key) => known.or(key),
            };
        }
        let Some(key) = next else { return Ok(()) };
        rows.clear();
        for (table, stream) in streams.iter_mut().enumerate() {
            if stream.next_key()? == Some(key) {
                stream.take(key, &mut taken)?;
                rows.extend(taken.drain(..).map(|row| (table, row)));
            }
        }
        let family = if key.1 == number(Family::Ipv4) { Family::Ipv4 } else { Family::Ipv6 };
        if receive(family, Asn(key.0), &mut rows).is_break() {
            return Ok(());
        }
    }
}

/// Asks the system for as many open files as tables are merged; many systems give 1,024 and more only to those who ask.
#[cfg(unix)]
fn allow_files(tables: usize) -> Result<(), BatchError> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let wanted = tables as u64 + 64;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    limit.current = Some(wanted);
    let is_possible = limit.maximum.is_none_or(|most| most >= wanted);
    if is_possible && setrlimit(Resource::Nofile, limit).is_ok() {
        return Ok(());
    }
    Err(BatchError::Mixed(format!(
        "{tables} tables are open at once, and the system allows fewer files; raise its limit (`ulimit -Hn {wanted}` as root), or merge the tables of each time apart"
    )))
}

#[cfg(not(unix))]
fn allow_files(_: usize) -> Result<(), BatchError> {
    Ok(())
}
