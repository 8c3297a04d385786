//! The rows of partials of routes, and their columns.

use demarche_case::assessment::routes::Family;
use parquet::data_type::ByteArray;

use crate::columns::Column;
use crate::manifest::{FAMILIES, Manifest};
use crate::stream::Row;

/// The columns of a partial of hegemony, in the format's own language.
///
/// `session` is the position among the manifest's sessions of the family; network and address of its peer stand beside it
/// for those who ask the table by SQL.
pub(crate) const HEGEMONY: &str = "message hegemony {
    required int64 family;
    required int64 origin;
    required int64 network;
    required int64 session;
    required int64 peer_asn;
    required binary peer_address (utf8);
    required double share;
}";

/// The columns of a partial of visibility: of `sessions` full-feed sessions, `seen_by` have a route to the prefix that ends
/// at the origin.
pub(crate) const VISIBILITY: &str = "message visibility {
    required int64 family;
    required int64 origin;
    required binary prefix (utf8);
    required int64 seen_by;
    required int64 sessions;
}";

/// One row of hegemony as it is merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShareRow {
    pub(crate) family: u8,
    pub(crate) origin: u32,
    pub(crate) network: u32,
    pub(crate) session: u16,
    pub(crate) share: f64,
}

/// One row of visibility.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenRow {
    pub(crate) family: u8,
    pub(crate) origin: u32,
    pub(crate) prefix: ByteArray,
    pub(crate) seen_by: u32,
}

/// The number that stands for a family.
pub(crate) const fn number(family: Family) -> u8 {
    match family {
        Family::Ipv4 => 4,
        Family::Ipv6 => 6,
    }
}

/// The family that a number of a row stands for, which was checked when the row was read.
pub(crate) const fn family(number: u8) -> Family {
    if number == 4 { Family::Ipv4 } else { Family::Ipv6 }
}

/// The number of sessions of each family.
fn sessions(manifest: &Manifest) -> [usize; 2] {
    FAMILIES.map(|family| manifest.sessions_of(family).len())
}

/// The sessions of the family that a number stands for; `None` for a number of none.
fn of_family(sessions: &[usize; 2], family: u8) -> Option<usize> {
    let known = FAMILIES.iter().position(|known| number(*known) == family);
    known.and_then(|index| sessions.get(index)).copied()
}

impl Row for ShareRow {
    /// The sessions of each family.
    type Limits = [usize; 2];

    const COLUMNS: &'static [&'static str] = &["family", "origin", "network", "session", "share"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, networks, sessions, shares] = columns else { return None };
        Some(Self {
            family: families.whole(row)?,
            origin: origins.whole(row)?,
            network: networks.whole(row)?,
            session: sessions.whole(row)?,
            share: shares.real(row)?,
        })
    }

    fn key(&self) -> (u32, u8) {
        (self.origin, self.family)
    }

    fn limits(manifest: &Manifest) -> [usize; 2] {
        sessions(manifest)
    }

    fn fits(&self, sessions: &[usize; 2]) -> bool {
        // Sums of weights and their differences are rounded.
        const ROUNDING: f64 = 1e-9;
        let is_share = (-ROUNDING..=1.0 + ROUNDING).contains(&self.share);
        is_share
            && of_family(sessions, self.family).is_some_and(|of| usize::from(self.session) < of)
    }
}

impl Row for SeenRow {
    /// The sessions of each family.
    type Limits = [usize; 2];

    const COLUMNS: &'static [&'static str] = &["family", "origin", "prefix", "seen_by"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, prefixes, seen_by] = columns else { return None };
        Some(Self {
            family: families.whole(row)?,
            origin: origins.whole(row)?,
            prefix: prefixes.text(row)?,
            seen_by: seen_by.whole(row)?,
        })
    }

    fn key(&self) -> (u32, u8) {
        (self.origin, self.family)
    }

    fn limits(manifest: &Manifest) -> [usize; 2] {
        sessions(manifest)
    }

    fn fits(&self, sessions: &[usize; 2]) -> bool {
        of_family(sessions, self.family).is_some_and(|of| self.seen_by as usize <= of)
    }
}
