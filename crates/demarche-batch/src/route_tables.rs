//! The partial of a routing table: shares and sightings of one file.

use std::num::NonZeroUsize;
use std::path::Path;

use demarche_case::assessment::Input;
use demarche_case::assessment::routes::Family;
use demarche_case::{Asn, Gap, Hashed, TableFile};
use demarche_routes::depend::{
    DependOptions, FullFeed, SeenPrefix, Session, Share, TableShares, full_feed_sessions,
    visibility,
};
use demarche_routes::{Rib, Tables};
use parquet::data_type::ByteArray;
use rayon::prelude::*;

use crate::columns::{Column, TableWriter};
use crate::fault::BatchError;
use crate::manifest::{FAMILIES, Kind};
use crate::route_rows::number;
use crate::stream::GROUP;

/// Origins whose shares are computed at a time, on all cores.
const BLOCK: usize = 512;

/// An input read as a routing table.
pub(crate) struct ReadTable {
    pub(crate) table: Rib,
    pub(crate) input: Input,
    pub(crate) gaps: Vec<Gap>,
}

impl ReadTable {
    pub(crate) fn of(kind: Kind, path: &Path, threads: NonZeroUsize) -> Result<Self, BatchError> {
        let no_table = || BatchError::NothingIn { path: path.to_owned(), kind };
        let unreadable = |source| BatchError::Input { path: path.to_owned(), source };
        let file = TableFile::named(path).open().map_err(unreadable)?;
        // The name alone, so that the same file gives the same partial wherever it lies.
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut tables = Tables::default();
        let mut hashed = Hashed::new(file);
        let what = tables.read(&name, &mut hashed, threads).ok_or_else(no_table)?;
        let (sha256, bytes) = hashed.finish().map_err(BatchError::path("read", path))?;
        let (_, table) =
            tables.ribs.pop().filter(|(_, table)| table.routes() > 0).ok_or_else(no_table)?;
        let input = Input { path: name, sha256, bytes, what: what.to_string() };
        Ok(Self { table, input, gaps: tables.gaps })
    }
}

/// Writes the shares of all origins.
pub(crate) fn write_hegemony(
    table: &Rib,
    full_feed: FullFeed,
    writer: &mut TableWriter,
) -> parquet::errors::Result<()> {
    let options = DependOptions { full_feed, ..DependOptions::default() };
    let families = FAMILIES.map(|family| FamilyShares::new(table, family, &options));
    let mut origins: Vec<Asn> =
        families.iter().flat_map(|family| family.shares.origins()).collect();
    origins.sort_unstable();
    origins.dedup();
    let mut rows = HegemonyColumns::default();
    for block in origins.chunks(BLOCK) {
        let seen_in = |origin: &Asn| families.each_ref().map(|family| family.shares.to(*origin));
        let of_block: Vec<[Vec<Share>; 2]> = block.par_iter().map(seen_in).collect();
        for (origin, seen) in block.iter().zip(of_block) {
            for (family, shares) in families.iter().zip(seen) {
                for share in shares {
                    rows.push(*origin, family, share);
                    if rows.shares.len() == GROUP {
                        std::mem::take(&mut rows).write(writer)?;
                    }
                }
            }
        }
    }
    rows.write(writer)
}

/// The shares of one family, with the addresses of its sessions as text.
struct FamilyShares {
    family: Family,
    shares: TableShares,
    addresses: Vec<ByteArray>,
}

impl FamilyShares {
    fn new(table: &Rib, family: Family, options: &DependOptions) -> Self {
        let shares = TableShares::new(table, family, options);
        let text = |session: &Session| ByteArray::from(session.address.to_string().into_bytes());
        let addresses = shares.sessions().iter().map(text).collect();
        Self { family, shares, addresses }
    }
}

#[derive(Default)]
struct HegemonyColumns {
    families: Vec<i64>,
    origins: Vec<i64>,
    networks: Vec<i64>,
    sessions: Vec<i64>,
    peers: Vec<i64>,
    addresses: Vec<ByteArray>,
    shares: Vec<f64>,
}

impl HegemonyColumns {
    fn push(&mut self, origin: Asn, family: &FamilyShares, share: Share) {
        let position = usize::from(share.session);
        self.families.push(i64::from(number(family.family)));
        self.origins.push(i64::from(origin.0));
        self.networks.push(i64::from(share.network.0));
        self.sessions.push(i64::from(share.session));
        self.peers.push(i64::from(family.shares.sessions()[position].asn.0));
        self.addresses.push(family.addresses[position].clone());
        self.shares.push(share.share);
    }

    fn write(self, writer: &mut TableWriter) -> parquet::errors::Result<()> {
        writer.group(&[
            Column::Whole(self.families),
            Column::Whole(self.origins),
            Column::Whole(self.networks),
            Column::Whole(self.sessions),
            Column::Whole(self.peers),
            Column::Text(self.addresses),
            Column::Real(self.shares),
        ])
    }
}

/// Writes the sightings of all prefixes.
pub(crate) fn write_visibility(
    table: &Rib,
    full_feed: FullFeed,
    writer: &mut TableWriter,
) -> parquet::errors::Result<()> {
    let mut rows: Vec<(Asn, u8, SeenPrefix, usize)> = Vec::new();
    for family in FAMILIES {
        let sessions = full_feed_sessions(table, family, full_feed);
        let seen = visibility(table, family, full_feed).into_iter();
        rows.extend(seen.map(|seen| (seen.origin, number(family), seen, sessions.len())));
    }
    rows.sort_unstable();
    for group in rows.chunks(GROUP) {
        let prefix = |(_, _, seen, _): &(Asn, u8, SeenPrefix, usize)| {
            ByteArray::from(seen.prefix.to_string().into_bytes())
        };
        let columns = [
            Column::Whole(group.iter().map(|(_, family, _, _)| i64::from(*family)).collect()),
            Column::Whole(group.iter().map(|(origin, ..)| i64::from(origin.0)).collect()),
            Column::Text(group.iter().map(prefix).collect()),
            Column::Whole(group.iter().map(|(_, _, seen, _)| i64::from(seen.seen_by)).collect()),
            Column::Whole(
                group.iter().map(|(_, _, _, of)| i64::try_from(*of).unwrap_or(i64::MAX)).collect(),
            ),
        ];
        writer.group(&columns)?;
    }
    Ok(())
}
