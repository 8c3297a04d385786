//! Makes the partial of one input file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use demarche_case::assessment::Input;
use demarche_case::assessment::routes::Family;
use demarche_case::{Asn, Gap, GapKind, Hashed, Shortfall, TableFile};
use demarche_routes::depend::{
    DependOptions, FullFeed, SeenPrefix, Session, Share, TableShares, full_feed_sessions,
    visibility,
};
use demarche_routes::{Rib, Tables};
use parquet::data_type::ByteArray;
use rayon::prelude::*;
use tempfile::NamedTempFile;

use crate::columns::{Column, TableWriter};
use crate::fault::BatchError;
use crate::files::{hash, keep, unfinished, write_json};
use crate::folder::{Partial, Partials};
use crate::manifest::{FAMILIES, Kind, Making, Manifest, stem};
use crate::rows::{GROUP, number, schema};

/// Origins whose shares are computed at a time, on all cores.
const BLOCK: usize = 512;

/// The shortfall of an input without a routing table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no routing table (MRT) is in it, and the partial needs one")]
pub struct NoRoutingTable;

impl Shortfall for NoRoutingTable {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }
}

/// A partial that is there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The partial.
    pub partial: Partial,
    /// True if it was there before and was left as it is.
    pub existed: bool,
}

/// Makes the partial of a file in a folder, which is created where it is missing.
///
/// What exists is kept: a partial of the same input, method and options whose table has the hash that its manifest tells. Of
/// its marking and the one asked for the stricter stays. Files appear whole, the manifest last, so that several runs can share a folder.
///
/// # Errors
///
/// [`BatchError`]: the input cannot be read or has no routing table, the folder cannot be written.
pub fn make(kind: Kind, input: &Path, folder: &Path, making: &Making) -> Result<Made, BatchError> {
    fs::create_dir_all(folder).map_err(BatchError::path("create", folder))?;
    if let Some(partial) = existing(kind, input, folder, making)? {
        return Ok(Made { partial, existed: true });
    }
    let read = ReadTable::of(kind, input, making.threads)?;
    let stem = stem(kind, &making.options(), read.input.bytes, &read.input.sha256);
    let sessions =
        FAMILIES.map(|family| (family, full_feed_sessions(&read.table, family, making.full_feed)));
    let (rows, written) = write_table(kind, folder, |writer| match kind {
        Kind::RoutesHegemony => write_hegemony(&read.table, making.full_feed, writer),
        Kind::RoutesVisibility => write_visibility(&read.table, making.full_feed, writer),
    })?;
    let (sha256, bytes) = hash(written.path())?;
    let table = folder.join(format!("{stem}.parquet"));
    keep(written, &table)?;
    let mut manifest = Manifest {
        kind,
        method: kind.method(),
        program: making.program.clone(),
        options: making.options(),
        tlp: making.tlp,
        input: read.input,
        times: read.table.times(),
        sessions: BTreeMap::from(sessions),
        gaps: read.gaps,
        rows,
        bytes,
        sha256,
    };
    write_manifest(&mut manifest, folder, &stem)?;
    Ok(Made { partial: Partial { manifest, table }, existed: false })
}

/// The partial that is there already, if it is whole.
///
/// The input is hashed only where a partial of an input of its size is there, since hashing reads it all.
fn existing(
    kind: Kind,
    input: &Path,
    folder: &Path,
    making: &Making,
) -> Result<Option<Partial>, BatchError> {
    let unreadable = |source| BatchError::Input { path: input.to_owned(), source };
    let about = fs::metadata(input).map_err(unreadable)?;
    if about.is_dir() {
        return Err(unreadable(io::ErrorKind::IsADirectory.into()));
    }
    let bytes = about.len();
    if !Partials::in_folder(kind, folder)?.has_input_of_size(bytes) {
        return Ok(None);
    }
    let (sha256, _) = hash(input)?;
    let stem = stem(kind, &making.options(), bytes, &sha256);
    let Ok(mut partial) = Partial::read(folder, &stem) else { return Ok(None) };
    if partial.manifest.tlp < making.tlp {
        partial.manifest.tlp = making.tlp;
        write_manifest(&mut partial.manifest, folder, &stem)?;
    }
    Ok(Some(partial))
}

/// An input read as a routing table.
struct ReadTable {
    table: Rib,
    input: Input,
    gaps: Vec<Gap>,
}

impl ReadTable {
    fn of(kind: Kind, path: &Path, threads: NonZeroUsize) -> Result<Self, BatchError> {
        let no_table = || BatchError::NoTable { path: path.to_owned(), kind };
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

/// Writes a table to a file of the folder that has no name of its own yet, and gives the number of its rows.
fn write_table(
    kind: Kind,
    folder: &Path,
    write: impl FnOnce(&mut TableWriter) -> parquet::errors::Result<()>,
) -> Result<(u64, NamedTempFile), BatchError> {
    let temporary = unfinished(folder)?;
    let file = temporary.reopen().map_err(BatchError::path("write to", folder))?;
    let path = temporary.path();
    let written = TableWriter::new(file, schema(kind)).and_then(|mut writer| {
        write(&mut writer)?;
        writer.finish()
    });
    let (file, rows) = written.map_err(BatchError::table("write", path))?;
    file.sync_all().map_err(BatchError::path("write", path))?;
    Ok((rows, temporary))
}

fn write_hegemony(
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

fn write_visibility(
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

/// Writes a manifest. Where one is there already, the stricter marking of both stays, also while several runs share the folder.
fn write_manifest(manifest: &mut Manifest, folder: &Path, stem: &str) -> Result<(), BatchError> {
    let path = folder.join(".lock");
    let lock = File::options().create(true).append(true).open(&path);
    let lock = lock.map_err(BatchError::path("open", &path))?;
    // Where a file system has no locks, runs of different markings must not meet.
    drop(lock.lock());
    if let Ok(before) = Partial::manifest(folder, stem) {
        manifest.tlp = manifest.tlp.max(before.tlp);
    }
    write_json(manifest, &folder.join(format!("{stem}.json")))
}
