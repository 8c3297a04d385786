//! The rows of partials of routes, and their columns.

use demarche_case::Prefix;
use demarche_case::assessment::routes::Family;
use demarche_routes::depend::Session;
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
    pub(crate) prefix: Prefix,
    /// The prefix as it is written.
    pub(crate) text: ByteArray,
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

/// The value of the family that a number stands for; `None` for a number of none.
fn of_family<T>(values: &[T; 2], family: u8) -> Option<&T> {
    let known = FAMILIES.iter().position(|known| number(*known) == family);
    known.and_then(|index| values.get(index))
}

impl Row for ShareRow {
    /// The sessions of each family: network and address of the peer.
    type Limits = [Vec<(u32, String)>; 2];

    const COLUMNS: &'static [&'static str] =
        &["family", "origin", "network", "session", "share", "peer_asn", "peer_address"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, networks, sessions, shares, ..] = columns else { return None };
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

    fn limits(manifest: &Manifest) -> Self::Limits {
        let peer = |session: &Session| (session.asn.0, session.address.to_string());
        FAMILIES.map(|family| manifest.sessions_of(family).iter().map(peer).collect())
    }

    fn fits(&self, sessions: &Self::Limits) -> bool {
        // Sums of weights and their differences are rounded.
        const ROUNDING: f64 = 1e-9;
        let is_share = (-ROUNDING..=1.0 + ROUNDING).contains(&self.share);
        is_share
            && of_family(sessions, self.family)
                .is_some_and(|of| usize::from(self.session) < of.len())
    }

    fn agrees(columns: &[Column], row: usize, sessions: &Self::Limits) -> bool {
        let [families, _, _, positions, _, peers, addresses] = columns else { return false };
        let of = families.whole(row).and_then(|family| of_family(sessions, family));
        let session =
            of.zip(positions.whole::<usize>(row)).and_then(|(of, position)| of.get(position));
        session.is_some_and(|(asn, address)| {
            peers.whole(row) == Some(*asn) && addresses.has_text(row, address)
        })
    }

    fn comes_before(&self, next: &Self) -> bool {
        let position = |row: &Self| (row.origin, row.family, row.network, row.session);
        position(self) < position(next)
    }
}

impl Row for SeenRow {
    /// The sessions of each family.
    type Limits = [usize; 2];

    const COLUMNS: &'static [&'static str] = &["family", "origin", "prefix", "seen_by", "sessions"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, prefixes, seen_by, ..] = columns else { return None };
        let text = prefixes.text(row)?;
        Some(Self {
            family: families.whole(row)?,
            origin: origins.whole(row)?,
            prefix: text.as_utf8().ok()?.parse().ok()?,
            text,
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
        let family = match self.prefix {
            Prefix::V4(_) => Family::Ipv4,
            Prefix::V6(_) => Family::Ipv6,
        };
        // One prefix has one spelling, or it would count twice.
        number(family) == self.family
            && self.prefix == self.prefix.trunc()
            && self.prefix.to_string().as_bytes() == self.text.data()
            && of_family(sessions, self.family).is_some_and(|of| self.seen_by as usize <= *of)
    }

    fn agrees(columns: &[Column], row: usize, sessions: &[usize; 2]) -> bool {
        let [families, _, _, _, of_row] = columns else { return false };
        let of = families.whole(row).and_then(|family| of_family(sessions, family));
        of.is_some_and(|of| of_row.whole(row) == Some(*of))
    }

    fn comes_before(&self, next: &Self) -> bool {
        let position = |row: &Self| (row.origin, row.family, row.prefix);
        position(self) < position(next)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::path::Path;

    use demarche_case::Sha256;
    use demarche_case::assessment::Input;

    use super::*;
    use crate::columns::TableWriter;
    use crate::folder::Partial;
    use crate::manifest::Kind;
    use crate::range::Range;
    use crate::stream::{GROUP, by_key};

    /// A row: origin, prefix, and the sessions that see it.
    type Told = (i64, &'static str, i64);

    /// A partial whose table has such groups of rows, as any hand may write it.
    fn forged(folder: &Path, groups: &[Vec<Told>]) -> Partial {
        let table = folder.join("forged.parquet");
        let file = std::fs::File::create(&table).unwrap();
        let mut writer = TableWriter::new(file, VISIBILITY).unwrap();
        for group in groups {
            let whole = |value: fn(&Told) -> i64| Column::Whole(group.iter().map(value).collect());
            let text = |(_, prefix, _): &Told| ByteArray::from(prefix.as_bytes().to_vec());
            let prefixes = Column::Text(group.iter().map(text).collect());
            let columns =
                [whole(|_| 4), whole(|row| row.0), prefixes, whole(|row| row.2), whole(|_| 3)];
            writer.group(&columns).unwrap();
        }
        let (_, rows) = writer.finish().unwrap();
        let session = |last: u8| Session {
            asn: demarche_case::Asn(u32::from(last)),
            address: [192, 0, 2, last].into(),
            prefixes: 1,
        };
        let manifest = Manifest {
            kind: Kind::RoutesVisibility,
            method: 2,
            program: "test".to_owned(),
            options: "none".to_owned(),
            tlp: demarche_case::Tlp::Clear,
            input: Input {
                path: "table".to_owned(),
                sha256: Sha256::of(b""),
                bytes: 0,
                what: "table".to_owned(),
            },
            times: None,
            sessions: [(Family::Ipv4, (1..=3).map(session).collect())].into(),
            label: None,
            programs: Vec::new(),
            gaps: Vec::new(),
            rows,
            bytes: 0,
            sha256: Sha256::of(b""),
        };
        Partial { manifest, table }
    }

    /// The sessions that see each prefix, summed; or the reason why the table has no answer.
    fn summed(groups: &[Vec<Told>]) -> Result<u32, String> {
        let folder = tempfile::tempdir().unwrap();
        let mut sum = 0;
        let merged =
            by_key::<SeenRow>(&[forged(folder.path(), groups)], Range::ALL, &mut |_, rows| {
                sum += rows.iter().map(|(_, row)| row.seen_by).sum::<u32>();
                ControlFlow::Continue(())
            });
        merged.map(|()| sum).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_that_stand_twice_or_in_another_order_are_no_table() {
        assert_eq!(summed(&[vec![(1, "10.0.0.0/8", 2), (1, "10.0.0.0/9", 3)]]), Ok(5));
        let (first, next) = ((1, "10.0.0.0/8", 2), (1, "10.0.0.0/9", 3));
        for groups in [
            vec![vec![first, first]],
            vec![vec![first], vec![first]],
            vec![vec![next, first]],
            vec![vec![first, next], vec![next]],
        ] {
            let told = summed(&groups).unwrap_err();
            assert!(told.contains("not in order, each once"), "{told}");
        }
    }

    #[test]
    fn a_prefix_has_one_spelling_and_nothing_behind_it() {
        for prefix in ["10.0.0.1/8", "010.0.0.0/8", "2001:db8::/32", "=1+1", "10.0.0.0/8,9\n", ""] {
            let told = summed(&[vec![(1, prefix, 2)]]).unwrap_err();
            assert!(told.contains("out of its range"), "{prefix}: {told}");
        }
    }

    #[test]
    fn a_group_of_more_rows_than_are_written_is_not_read() {
        let told = summed(&[vec![(1, "10.0.0.0/8", 2); GROUP + 1]]).unwrap_err();
        assert!(told.contains("a group of its rows is larger"), "{told}");
    }
}
