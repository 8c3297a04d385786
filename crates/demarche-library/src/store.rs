//! The store: one file for each edition, in one folder.
//!
//! This is the only module of the crate that opens files, as the case folder is in `demarche-case`; the command line
//! and the assessment need the same rules, and the path is an argument.
//!
//! An edition's file is never changed: it is written under another name, synced and renamed, and its own name holds the
//! hash of what it was read from. So two editions cannot mix, a crash leaves the store as it was, and what was added
//! already is seen at once. A newer edition stands beside the older one, and the newest of each series is used.
//!
//! A file is one line of JSON, the [`Header`], and the part of the record in postcard's form. That form was chosen for
//! the ranking, which reads everything: on all catalogues it is read in half the time of JSON, in three quarters of its
//! size, while the header can be read by people and by `head -1`. The last 32 bytes are the SHA-256 of all before them,
//! so that damage is known.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use demarche_case::record::{CitationId, Edition, Record};
use demarche_case::{Gap, GapKind, Moment, Sha256, Shortfall};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{Imported, Library, assemble, facts};

/// The form of the files; one written in another form is passed over, with a gap that says so. The second form has the
/// dates of each row of DCID and who named an attacker in EuRepoC, without which precedents would be counted short.
const FORM: u32 = 2;

/// The longest header that is read, in bytes.
const MAX_HEADER: u64 = 64 * 1024;

/// The largest body that is read, in bytes; that of ATT&CK Enterprise 18.1 has 3 MB.
const MAX_BODY: u64 = 1 << 30;

const EXTENSION: &str = "edition";

/// The beginning of the extension of files that are not complete.
const PARTIAL: &str = "partial";

/// The name of the file that a writer locks.
const LOCK: &str = ".lock";

/// The first line of an edition's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the file.
    pub form: u32,
    /// The edition.
    pub edition: Edition,
    /// The series of the edition; of one series the newest edition is used.
    pub series: String,
    /// The time at which the edition was added.
    pub added: Moment,
    /// True if the file that it was read from was cut off; a complete edition is preferred.
    pub is_cut: bool,
    /// The size of the body in bytes.
    pub bytes: u64,
}

/// An edition in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The first line of the edition's file.
    pub header: Header,
    /// Its file.
    pub path: PathBuf,
    /// True if the edition is the newest of its series.
    pub is_newest: bool,
}

/// The effect of adding an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// The edition is in the store now.
    New,
    /// The edition was there already, of the same bytes.
    Known,
}

/// The reason for which the store could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or the folder cannot be used.
    #[error("cannot {doing} {path}")]
    File {
        /// The step that failed.
        doing: &'static str,
        /// With what.
        path: String,
        /// The cause.
        source: io::Error,
    },
    /// An edition that was asked for is not there.
    #[error("no edition of this name is in the library: `{0}`")]
    NoEdition(String),
    /// Another process is changing the library.
    #[error("another demarche is changing {0}")]
    Locked(String),
    /// A part of a record cannot be written.
    #[error("the edition cannot be written in the store's form")]
    Form(#[source] postcard::Error),
    /// There is nothing to add.
    #[error("the import names no edition")]
    Empty,
}

impl StoreError {
    /// Returns an action of the user that would help.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "check who may write the library's folder, or name another with --library DIR"
            }
            Self::Locked(_) => "wait for it, then run again",
            Self::NoEdition(_) => "`demarche library list` names the editions",
            Self::Form(_) | Self::Empty => "report this as a fault of demarche",
        }
    }
}

/// The reason for which one edition's file was passed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// Its first line is no header.
    #[error("its first line is not a header")]
    Header,
    /// The file was written by another version.
    #[error("written in form {0}, not {FORM}")]
    Form(u32),
    /// Its bytes are not those that were written.
    #[error("its bytes are not those that were written")]
    Bytes,
    /// Its body cannot be read, or names sources that it does not have.
    #[error("its body is no part of a record")]
    Part,
    /// The file cannot be read at all.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
}

impl Shortfall for Damage {
    fn kind(&self) -> GapKind {
        match self {
            Self::Header | Self::Unreadable(_) => GapKind::Unreadable,
            Self::Form(_) => GapKind::Unsupported,
            Self::Bytes | Self::Part => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        Some("remove the file, and add the catalogue again".to_owned())
    }
}

/// The folder of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The store in this folder, which is made when something is added.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn editions_folder(&self) -> PathBuf {
        self.folder.join("editions")
    }

    /// Adds an import as an edition of its own; the same bytes a second time change nothing.
    ///
    /// # Errors
    ///
    /// Another process is changing the store, or the file cannot be written; the store is then as it was.
    pub fn add(&self, imported: &Imported, added: Moment) -> Result<Added, StoreError> {
        let edition = imported.part.editions.first().ok_or(StoreError::Empty)?;
        let folder = self.editions_folder();
        let path = folder.join(file_name(edition));
        if read_header(&path).is_ok_and(|header| header.form == FORM) {
            return Ok(Added::Known);
        }
        fs::create_dir_all(&folder).map_err(failed("make the folder", &folder))?;
        let _lock = lock(&folder)?;
        let bytes = encode(imported, edition, added)?;
        let partial = path.with_extension(PARTIAL);
        let written = File::create(&partial)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&partial, &path));
        written.inspect_err(|_| drop(fs::remove_file(&partial))).map_err(failed("write", &path))?;
        Ok(Added::New)
    }

    /// The editions, by name and the newest first; a file that is none is a gap.
    ///
    /// A folder that is not there is an empty library.
    ///
    /// # Errors
    ///
    /// The folder cannot be listed.
    pub fn editions(&self) -> Result<(Vec<Stored>, Vec<Gap>), StoreError> {
        let folder = self.editions_folder();
        let list = failed("list", &folder);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Vec::new(), Vec::new()));
            }
            Err(error) => return Err(list(error)),
        };
        let (mut stored, mut gaps) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry.map_err(failed("list", &folder))?.path();
            if path.extension().is_none_or(|extension| extension != EXTENSION) {
                continue;
            }
            match read_header(&path) {
                Ok(header) => stored.push(Stored { header, path, is_newest: false }),
                Err(damage) => gaps.push(gap(&path, &damage)),
            }
        }
        gaps.sort();
        Ok((newest_first(stored), gaps))
    }

    /// The record of the newest edition of every series and of the built-in facts; `wanted` editions instead of theirs.
    ///
    /// What cannot be read is a gap, and the rest is the record.
    ///
    /// # Errors
    ///
    /// The folder cannot be listed, or an edition that is wanted is not there.
    pub fn record(&self, wanted: &[String]) -> Result<(Record, Vec<Gap>), StoreError> {
        let (parts, gaps) = self.parts(wanted)?;
        Ok((assemble(parts), gaps))
    }

    /// The same as [`Store::record`], with the parts of editions that may not go to everybody.
    ///
    /// # Errors
    ///
    /// The folder cannot be listed, or an edition that is wanted is not there.
    pub fn library(&self, wanted: &[String]) -> Result<(Library, Vec<Gap>), StoreError> {
        let (parts, gaps) = self.parts(wanted)?;
        Ok((Library::new(parts), gaps))
    }

    fn parts(&self, wanted: &[String]) -> Result<(Vec<Record>, Vec<Gap>), StoreError> {
        let (stored, mut gaps) = self.editions()?;
        let mut used: BTreeMap<&str, &Stored> = BTreeMap::new();
        for entry in stored.iter().filter(|stored| stored.is_newest) {
            used.insert(&entry.header.series, entry);
        }
        for name in wanted {
            let found = stored.iter().find(|stored| stored.header.edition.name == *name);
            let found = found.ok_or_else(|| StoreError::NoEdition(name.clone()))?;
            used.insert(&found.header.series, found);
        }
        let used: Vec<&Stored> = used.into_values().collect();
        let read: Vec<_> = used.par_iter().map(|used| (used, read_part(&used.path))).collect();
        let mut parts = Vec::new();
        for (entry, part) in read {
            match part {
                Ok(part) => parts.push(part),
                Err(damage) => gaps.push(gap(&entry.path, &damage)),
            }
        }
        parts.push(facts());
        Ok((parts, gaps))
    }

    /// Takes an edition out of the store, all of its name.
    ///
    /// # Errors
    ///
    /// There is none of this name, another process is changing the store, or its file cannot be removed.
    pub fn remove(&self, name: &str) -> Result<Vec<Stored>, StoreError> {
        let (stored, _) = self.editions()?;
        let found: Vec<Stored> =
            stored.into_iter().filter(|stored| stored.header.edition.name == name).collect();
        if found.is_empty() {
            return Err(StoreError::NoEdition(name.to_owned()));
        }
        let _lock = lock(&self.editions_folder())?;
        for entry in &found {
            fs::remove_file(&entry.path).map_err(failed("remove", &entry.path))?;
        }
        Ok(found)
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::File { doing, path, source }
}

/// Locks the folder until the file is dropped, and removes files that a killed writer left incomplete.
///
/// Readers need no lock, as an edition appears and goes by its name.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(failed("lock", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::Locked(folder.display().to_string()));
        }
        Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
    }
    for entry in fs::read_dir(folder).map_err(failed("list", folder))? {
        let path = entry.map_err(failed("list", folder))?.path();
        let extension = path.extension().map(|extension| extension.to_string_lossy());
        if extension.is_some_and(|extension| extension.starts_with(PARTIAL)) {
            fs::remove_file(&path).map_err(failed("remove", &path))?;
        }
    }
    Ok(file)
}

fn gap(path: &Path, damage: &Damage) -> Gap {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Gap::of(name, damage)
}

/// The name of an edition's file: its own name as far as any file system takes it, and the hash of what it was read from.
fn file_name(edition: &Edition) -> String {
    let plain = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' => letter,
        _ => '_',
    };
    let name: String = edition.name.chars().take(80).map(plain).collect();
    let hash: String = edition.sha256.to_string().chars().take(16).collect();
    format!("{}-{hash}.{EXTENSION}", name.trim_start_matches('.'))
}

/// Returns the series of an edition: its name without the version or day at its end.
fn series(name: &str) -> String {
    let mut parts: Vec<&str> = name.split('-').collect();
    let is_version = |part: &&str| {
        part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || *part == "undated"
    };
    // The digits of a bundle's hash are no version.
    if !name.starts_with("case-") && !name.starts_with("stix-") {
        while parts.len() > 1 && parts.last().is_some_and(is_version) {
            parts.pop();
        }
    }
    parts.join("-")
}

/// By series, the newest first: whole ones before those that are cut, then by date, then by the number at the end of the name, then by when it was added.
fn newest_first(mut stored: Vec<Stored>) -> Vec<Stored> {
    let number = |stored: &Stored| -> Vec<u64> {
        let rest =
            stored.header.edition.name.strip_prefix(&stored.header.series).unwrap_or_default();
        rest.split(['-', '.']).filter_map(|part| part.parse().ok()).collect()
    };
    let order = |left: &Stored, right: &Stored| -> Ordering {
        let newest = |stored: &Stored| {
            let header = &stored.header;
            (!header.is_cut, header.edition.date, number(stored), header.added)
        };
        let by_series = left.header.series.cmp(&right.header.series);
        by_series
            .then_with(|| newest(right).cmp(&newest(left)))
            .then_with(|| left.path.cmp(&right.path))
    };
    stored.sort_by(order);
    let mut last: Option<String> = None;
    for entry in &mut stored {
        entry.is_newest = last.as_deref() != Some(&entry.header.series);
        last = Some(entry.header.series.clone());
    }
    stored
}

/// An edition's file as bytes.
fn encode(imported: &Imported, edition: &Edition, added: Moment) -> Result<Vec<u8>, StoreError> {
    let body = postcard::to_allocvec(&imported.part).map_err(StoreError::Form)?;
    let header = Header {
        form: FORM,
        edition: edition.clone(),
        series: series(&edition.name),
        added,
        is_cut: imported.cut.is_some(),
        bytes: body.len() as u64,
    };
    let mut bytes = serde_json::to_vec(&header).map_err(|_| StoreError::Empty)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&body);
    bytes.extend_from_slice(&Sha256::of(&bytes).0);
    Ok(bytes)
}

fn read_header(path: &Path) -> Result<Header, Damage> {
    let file = File::open(path).map_err(Damage::Unreadable)?;
    header_of(&mut BufReader::new(file.take(MAX_HEADER)))
}

fn header_of(reader: &mut impl io::BufRead) -> Result<Header, Damage> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).map_err(Damage::Unreadable)?;
    // Another form's header may have other members, and still tells its form.
    #[derive(Deserialize)]
    struct Form {
        form: u32,
    }
    let form: Form = serde_json::from_slice(&line).map_err(|_| Damage::Header)?;
    if form.form != FORM {
        return Err(Damage::Form(form.form));
    }
    serde_json::from_slice(&line).map_err(|_| Damage::Header)
}

fn read_part(path: &Path) -> Result<Record, Damage> {
    let file = File::open(path).map_err(Damage::Unreadable)?;
    let size = file.metadata().map_err(Damage::Unreadable)?.len();
    if size > MAX_BODY {
        return Err(Damage::Bytes);
    }
    let mut bytes = Vec::new();
    file.take(MAX_BODY).read_to_end(&mut bytes).map_err(Damage::Unreadable)?;
    decode(&bytes).map(|(_, part)| part)
}

/// Reads an edition's file.
///
/// # Errors
///
/// What is damaged in it.
pub fn decode(bytes: &[u8]) -> Result<(Header, Record), Damage> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Damage::Header)?;
    let (line, rest) = bytes.split_at_checked(end + 1).ok_or(Damage::Header)?;
    let header = header_of(&mut &*line)?;
    let (body, hash) = rest.split_last_chunk::<32>().ok_or(Damage::Bytes)?;
    let hashed = bytes.strip_suffix(hash).ok_or(Damage::Bytes)?;
    if header.bytes != body.len() as u64 || Sha256::of(hashed).0 != *hash {
        return Err(Damage::Bytes);
    }
    let (part, rest) = postcard::take_from_bytes::<Record>(body).map_err(|_| Damage::Part)?;
    if !rest.is_empty() || !has_its_sources(&part) {
        return Err(Damage::Part);
    }
    Ok((header, part))
}

/// Returns true if every source that is cited is in the list of sources.
fn has_its_sources(part: &Record) -> bool {
    let count = part.citations.len();
    let known = |ids: &[CitationId]| {
        ids.iter().all(|id| usize::try_from(id.0).is_ok_and(|position| position < count))
    };
    part.uses.iter().all(|claim| known(&claim.citations))
        && part.actors.iter().all(|actor| {
            known(&actor.citations)
                && actor.synonyms.iter().all(|synonym| known(&synonym.citations))
                && actor.states.iter().all(|state| known(&state.citations))
        })
        && part.software.iter().all(|software| {
            known(&software.citations)
                && software.synonyms.iter().all(|synonym| known(&synonym.citations))
        })
        && part.attacks.iter().all(|attack| {
            known(&attack.citations)
                && attack.synonyms.iter().all(|synonym| known(&synonym.citations))
                && attack.attributions.iter().all(|attribution| known(&attribution.citations))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_the_name_without_its_version() {
        for (name, expected) in [
            ("attack-enterprise-18.1", "attack-enterprise"),
            ("attack-enterprise-2025-11-12", "attack-enterprise"),
            ("attack-ics-undated", "attack-ics"),
            ("misp-threat-actor-349", "misp-threat-actor"),
            ("dcid-2.0-incidents", "dcid-2.0-incidents"),
            ("case-bank-2016", "case-bank-2016"),
            ("stix-0a1b2c3d-12345678", "stix-0a1b2c3d-12345678"),
            ("2014", "2014"),
        ] {
            assert_eq!(series(name), expected);
        }
    }
}
