//! Makes the partial of one input file.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use demarche_case::assessment::Input;
use demarche_case::assessment::routes::Family;
use demarche_case::{Gap, GapKind, Shortfall};
use demarche_exposure::DigestRow;
use demarche_routes::Rib;
use demarche_routes::depend::{Session, full_feed_sessions};
use tempfile::NamedTempFile;

use crate::columns::TableWriter;
use crate::exposed_rows::write_exposed;
use crate::fault::BatchError;
use crate::files::{hash, keep, unfinished, write_whole};
use crate::folder::{Partial, Partials};
use crate::manifest::{FAMILIES, Kind, Making, Manifest, Program};
use crate::manifest_text::text_of;
use crate::programs::{Programs, ReadPrograms};
use crate::route_tables::{ReadTable, write_hegemony, write_visibility};
use crate::trait_rows::{TraitRow, write_traits};
use crate::{exposed_rows, route_rows, trait_rows};

/// The shortfall of an input that holds nothing that a kind is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {} is in it, and the partial needs one", .0.needs())]
pub struct NothingIn(pub Kind);

impl Shortfall for NothingIn {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }
}

/// Scans a file, and gives the digests of what is in it and what could not be read, or the reason why it cannot be scanned.
pub type Exposed<'a> = dyn Fn(&Path) -> Result<(Vec<DigestRow>, Vec<Gap>), String> + 'a;

/// The readers of inputs that other engines open.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// The reader of programs.
    pub programs: &'a Programs<'a>,
    /// The reader of leaked files.
    pub exposed: &'a Exposed<'a>,
}

impl Readers<'_> {
    /// Readers that find nothing, for kinds of which other engines read nothing.
    pub const NONE: Self = Self {
        programs: &|_| (Vec::new(), Vec::new()),
        exposed: &|_| Ok((Vec::new(), Vec::new())),
    };
}

impl std::fmt::Debug for Readers<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Readers")
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
pub fn make(
    kind: Kind,
    input: &Path,
    folder: &Path,
    making: &Making,
    readers: &Readers<'_>,
) -> Result<Made, BatchError> {
    fs::create_dir_all(folder).map_err(BatchError::path("create", folder))?;
    if let Some(partial) = existing(kind, input, folder, making)? {
        return Ok(Made { partial, existed: true });
    }
    let read = Read::of(kind, input, making, readers)?;
    let stem = making.stem(kind, read.input.bytes, &read.input.sha256);
    let table = folder.join(format!("{stem}.parquet"));
    let (rows, written) =
        write_table(kind, &table, |writer| read.rows.write(making, &read.programs, writer))?;
    let (sha256, bytes) = hash(written.path())?;
    keep(written, &table)?;
    let mut manifest = Manifest {
        kind,
        method: kind.method(),
        program: making.program.clone(),
        options: making.options(kind),
        tlp: making.tlp,
        input: read.input,
        times: read.times,
        sessions: read.sessions,
        label: making.label_of(kind).cloned(),
        programs: read.programs,
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
    // A device has no end, and a pipe waits for a writer.
    if !about.is_file() {
        return Err(unreadable(io::Error::other("not a plain file")));
    }
    let bytes = about.len();
    if !Partials::in_folder(kind, folder)?.has_input_of_size(bytes) {
        return Ok(None);
    }
    let (sha256, _) = hash(input)?;
    let stem = making.stem(kind, bytes, &sha256);
    let Ok(mut partial) = Partial::read(kind, folder, &stem) else { return Ok(None) };
    if partial.manifest.tlp < making.tlp {
        partial.manifest.tlp = making.tlp;
        write_manifest(&mut partial.manifest, folder, &stem)?;
    }
    Ok(Some(partial))
}

/// An input as it was read: what its manifest tells, and its rows.
struct Read {
    input: Input,
    times: Option<(u32, u32)>,
    sessions: BTreeMap<Family, Vec<Session>>,
    programs: Vec<Program>,
    gaps: Vec<Gap>,
    rows: Rows,
}

impl Read {
    fn of(
        kind: Kind,
        input: &Path,
        making: &Making,
        readers: &Readers<'_>,
    ) -> Result<Self, BatchError> {
        match kind {
            Kind::RoutesHegemony | Kind::RoutesVisibility => {
                let ReadTable { table, input, gaps } = ReadTable::of(kind, input, making.threads)?;
                let of = |family| (family, full_feed_sessions(&table, family, making.full_feed));
                let sessions = BTreeMap::from(FAMILIES.map(of));
                let times = table.times();
                let rows = match kind {
                    Kind::RoutesVisibility => Rows::Seen(table),
                    _ => Rows::Shares(table),
                };
                Ok(Self { input, times, sessions, programs: Vec::new(), gaps, rows })
            }
            Kind::CodeTraits => {
                let ReadPrograms { input, programs, gaps, rows } =
                    ReadPrograms::of(input, making, readers.programs)?;
                let (times, sessions) = (None, BTreeMap::new());
                Ok(Self { input, times, sessions, programs, gaps, rows: Rows::Traits(rows) })
            }
            Kind::Exposure => {
                let (input, gaps, rows) = exposed_in(input, readers.exposed)?;
                let (times, sessions, programs) = (None, BTreeMap::new(), Vec::new());
                Ok(Self { input, times, sessions, programs, gaps, rows: Rows::Exposed(rows) })
            }
        }
    }
}

/// What an input exposes, as rows of digests.
fn exposed_in(
    path: &Path,
    exposed: &Exposed<'_>,
) -> Result<(Input, Vec<Gap>, Vec<DigestRow>), BatchError> {
    let (sha256, bytes) = hash(path).map_err(|error| match error {
        BatchError::Path { path, source, .. } => BatchError::Input { path, source },
        error => error,
    })?;
    let nothing = || BatchError::NothingIn { path: path.to_owned(), kind: Kind::Exposure };
    let (rows, gaps) =
        exposed(path).map_err(|reason| BatchError::Unscanned { path: path.to_owned(), reason })?;
    // A file of which nothing could be read makes an empty partial, whose manifest says why.
    if rows.is_empty() && gaps.is_empty() {
        return Err(nothing());
    }
    // A mailbox is often named by its owner's address, and what lies in it by persons.
    let name = match path.extension().and_then(OsStr::to_str).filter(|end| is_plain(end)) {
        Some(ending) => format!("file.{ending}"),
        None => "file".to_owned(),
    };
    let gap = |gap: Gap| Gap {
        source: name.clone(),
        place: None,
        what: without_names(&gap.what),
        remedy: gap.remedy.as_deref().map(without_names),
        ..gap
    };
    let gaps = gaps.into_iter().map(gap).collect();
    let input = Input { path: name, sha256, bytes, what: "leaked files".to_owned() };
    Ok((input, gaps, rows))
}

/// A text without what it quotes, which is a name out of the input.
fn without_names(text: &str) -> String {
    match (text.split_once('`'), text.rsplit_once('`')) {
        (Some((before, _)), Some((_, after))) => format!("{before}a part{after}"),
        _ => text.to_owned(),
    }
}

/// Returns true for the ending of a name that tells nothing but a form.
fn is_plain(ending: &str) -> bool {
    ending.len() <= 4 && ending.chars().all(|sign| sign.is_ascii_alphanumeric())
}

/// The rows of a table, or what they are computed from.
enum Rows {
    Shares(Rib),
    Seen(Rib),
    Traits(Vec<TraitRow>),
    Exposed(Vec<DigestRow>),
}

impl Rows {
    fn write(
        &self,
        making: &Making,
        programs: &[Program],
        writer: &mut TableWriter,
    ) -> parquet::errors::Result<()> {
        match self {
            Self::Shares(table) => write_hegemony(table, making.full_feed, writer),
            Self::Seen(table) => write_visibility(table, making.full_feed, writer),
            Self::Traits(rows) => write_traits(rows, programs, writer),
            Self::Exposed(rows) => write_exposed(rows, writer),
        }
    }
}

/// The columns of a kind, in the format's own language.
const fn schema(kind: Kind) -> &'static str {
    match kind {
        Kind::RoutesHegemony => route_rows::HEGEMONY,
        Kind::RoutesVisibility => route_rows::VISIBILITY,
        Kind::CodeTraits => trait_rows::TRAITS,
        Kind::Exposure => exposed_rows::EXPOSED,
    }
}

/// Writes a table to a file beside its place that has no name of its own yet, and gives the number of its rows.
fn write_table(
    kind: Kind,
    table: &Path,
    write: impl FnOnce(&mut TableWriter) -> parquet::errors::Result<()>,
) -> Result<(u64, NamedTempFile), BatchError> {
    let folder = table.parent().unwrap_or_else(|| Path::new("."));
    let temporary = unfinished(folder, kind.is_private())?;
    let file = temporary.reopen().map_err(BatchError::path("write to", folder))?;
    let written = TableWriter::new(file, schema(kind)).and_then(|mut writer| {
        write(&mut writer)?;
        writer.finish()
    });
    let (file, rows) = written.map_err(BatchError::table("write", table))?;
    file.sync_all().map_err(BatchError::path("write", table))?;
    Ok((rows, temporary))
}

/// Writes a manifest. Where the input has one already, the stricter marking of both stays, also while several runs share the folder.
fn write_manifest(manifest: &mut Manifest, folder: &Path, stem: &str) -> Result<(), BatchError> {
    let path = folder.join(".lock");
    let lock = File::options().create(true).append(true).open(&path);
    let lock = lock.map_err(BatchError::path("open", &path))?;
    // Where a file system has no locks, runs of different markings must not meet.
    drop(lock.lock());
    let Input { bytes, sha256, .. } = &manifest.input;
    let before = Partials::in_folder(manifest.kind, folder)?.strictest_of(*bytes, sha256, stem);
    manifest.tlp = manifest.tlp.max(before.unwrap_or(manifest.tlp));
    let path = folder.join(format!("{stem}.json"));
    let failed = |source| BatchError::Manifest { path: path.clone(), source };
    write_whole(manifest.kind.is_private(), &text_of(manifest).map_err(failed)?, &path)
}
