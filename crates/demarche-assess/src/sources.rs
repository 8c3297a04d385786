//! The sources of an assessment: routing data, the record of previous attacks, and the files of the case.
//!
//! Each source is read and hashed once. Executables and the index have their own module, [`crate::programs`].

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use demarche_case::assessment::Input;
use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::record::Catalogue;
use demarche_case::{CaseFolder, DoubtfulLink, Gap, Hashed, Moment, TableFile, Tlp, table_files};
use demarche_library::{Library, Store};
use demarche_routes::{RoutingData, Tables};
use rayon::prelude::*;

use crate::AssessError;
use crate::progress::{Progress, Stage, step};

/// The sources of an assessment besides the case itself, and the threads that it may use.
///
/// Nothing is looked up in the environment: the caller names every folder.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// Files and folders of routing data; where there are none, the case's own folder is read.
    pub tables: Vec<PathBuf>,
    /// The folder of the library of previous attacks; without one, the facts that ship with demarche are the record.
    pub library: PathBuf,
    /// The index of known programs.
    pub index: IndexSource,
    /// The name and version of the program, as the assessment will name it.
    pub program: String,
    /// True if sources later than the case count as well, though they may tell of its own attack.
    pub hindsight: bool,
    /// The day on which the case is assessed; what is later is left out. `None` for all that the case has.
    pub as_of: Option<Moment>,
    /// The day on which the program runs: what the case dates later is a gap. `None` where no clock is asked.
    pub today: Option<Moment>,
    /// The inventory of what was leaked, from its last scan; `None` where there was none.
    pub exposure: Option<ExposureFindings>,
    /// The threads of the whole assessment; the assessment has the same bytes with any number of threads.
    pub pool: &'a rayon::ThreadPool,
}

/// An index of known programs as a source.
#[derive(Clone, Debug)]
pub struct IndexSource {
    /// Its folder.
    pub folder: PathBuf,
    /// True if a missing index is an error; otherwise it is a gap.
    pub is_required: bool,
    /// The marking of the findings that rest on the index; a stricter marking of the program takes precedence.
    pub tlp: Tlp,
}

/// Routing data with the files that it was read from.
#[derive(Debug)]
pub struct RoutingSource {
    /// The routing data; its own gaps are in it.
    pub routing_data: RoutingData,
    /// The files, in the order of reading.
    pub inputs: Vec<Input>,
}

/// The record of previous attacks with the editions that it was read from.
#[derive(Debug)]
pub struct RecordSource {
    /// The record, with the parts that it was put together from.
    pub library: Library,
    /// The editions in the library; the facts that ship with demarche are no input.
    pub inputs: Vec<Input>,
    /// The editions that could not be read.
    pub gaps: Vec<Gap>,
}

/// Reads all tables of the folders and files that the user named, and takes `doubtful` links off the AS graph.
///
/// `threads` decompress beside the caller's own. A file of no known kind is a gap.
///
/// # Errors
///
/// [`AssessError::Path`] for a file or folder that cannot be read, [`AssessError::NoTables`] or [`AssessError::OnlyLinks`] for a folder without a
/// table, [`AssessError::Cancelled`].
pub fn read_tables(
    paths: &[PathBuf],
    doubtful: Vec<DoubtfulLink>,
    threads: NonZeroUsize,
    progress: &dyn Progress,
) -> Result<RoutingSource, AssessError> {
    let TableFiles { files, gaps } = TableFiles::named(paths)?;
    read_files(files.iter(), gaps, doubtful, threads, progress)
}

/// The files that hold the routing tables of an assessment, in the order of reading.
pub(crate) struct TableFiles {
    files: Vec<TableFile>,
    gaps: Vec<Gap>,
}

impl TableFiles {
    /// Lists the files and folders that the user named, or else those of the case's own folder.
    pub(crate) fn of(folder: &CaseFolder, named: &[PathBuf]) -> Result<Self, AssessError> {
        if named.is_empty() { Self::in_case(folder) } else { Self::named(named) }
    }

    fn named(paths: &[PathBuf]) -> Result<Self, AssessError> {
        let mut files = Vec::new();
        let mut gaps = Vec::new();
        for path in paths {
            if path.is_dir() {
                let (found, more) = table_files(path).map_err(AssessError::path("list", path))?;
                if found.is_empty() && !more.is_empty() {
                    let (folder, skipped) = (path.clone(), more.len());
                    return Err(AssessError::OnlyLinks { folder, skipped });
                }
                if found.is_empty() {
                    return Err(AssessError::NoTables(path.clone()));
                }
                files.extend(found);
                gaps.extend(more);
            } else {
                files.push(TableFile::named(path));
            }
        }
        Ok(Self { files, gaps })
    }

    fn in_case(folder: &CaseFolder) -> Result<Self, AssessError> {
        let tables = &folder.case().routes.folder;
        let path = folder.root().join(tables.as_str());
        if !path.is_dir() {
            return Ok(Self { files: Vec::new(), gaps: Vec::new() });
        }
        if path.is_symlink() {
            return Err(AssessError::LinkedTables(path));
        }
        let (files, gaps) = table_files(&path).map_err(AssessError::path("list", &path))?;
        let files = files
            .into_iter()
            .map(|file| TableFile { name: format!("{tables}/{}", file.name), ..file })
            .collect();
        Ok(Self { files, gaps })
    }

    /// Reads the files that are not hidden, and takes `doubtful` links off the AS graph; `None` where there is no file.
    pub(crate) fn read(
        &self,
        is_hidden: &dyn Fn(&str) -> bool,
        doubtful: Vec<DoubtfulLink>,
        threads: NonZeroUsize,
        progress: &dyn Progress,
    ) -> Result<Option<RoutingSource>, AssessError> {
        let files: Vec<&TableFile> =
            self.files.iter().filter(|file| !is_hidden(&file.name)).collect();
        if files.is_empty() {
            return Ok(None);
        }
        read_files(files.into_iter(), self.gaps.clone(), doubtful, threads, progress).map(Some)
    }
}

fn read_files<'a>(
    files: impl Iterator<Item = &'a TableFile> + Clone,
    gaps: Vec<Gap>,
    doubtful: Vec<DoubtfulLink>,
    threads: NonZeroUsize,
    progress: &dyn Progress,
) -> Result<RoutingSource, AssessError> {
    let mut opened = Vec::new();
    for file in files {
        let bytes = file.open().map_err(AssessError::path("open", &file.path))?;
        opened.push((file, bytes));
    }
    let sizes = opened.iter().map(|(_, file)| file.metadata().map_or(0, |file| file.len()));
    let total = sizes.sum();
    let done = AtomicU64::new(0);
    let read_file = |(file, bytes): (&TableFile, File)| {
        let mut tables = Tables::default();
        let mut metered = Metered {
            inner: Hashed::new(bytes),
            progress,
            done: &done,
            total,
            is_cancelled: false,
        };
        let kind = tables.read(&file.name, &mut metered, threads);
        if metered.is_cancelled {
            return Err(AssessError::Cancelled);
        }
        let (sha256, bytes) =
            metered.inner.finish().map_err(AssessError::path("read", &file.path))?;
        let what = kind.map_or_else(|| "not read".to_owned(), |kind| kind.to_string());
        Ok((tables, Input { path: file.name.clone(), sha256, bytes, what }))
    };
    // Side by side, and joined in the order of the names, so that the answer does not depend on who is first.
    let read: Vec<Result<(Tables, Input), AssessError>> =
        opened.into_par_iter().map(read_file).collect();
    let mut tables = Tables { gaps, ..Tables::default() };
    let mut inputs = Vec::new();
    for read in read {
        let (of_file, input) = read?;
        tables.append(of_file);
        inputs.push(input);
    }
    Ok(RoutingSource { routing_data: RoutingData::new(tables, doubtful), inputs })
}

/// A reader that notes every read as a step of [`Stage::Tables`].
struct Metered<'a, R> {
    inner: R,
    progress: &'a dyn Progress,
    /// The bytes read so far, of all files.
    done: &'a AtomicU64,
    total: u64,
    is_cancelled: bool,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let done = self.done.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        match self.progress.step(Stage::Tables, done, self.total) {
            ControlFlow::Continue(()) => Ok(count),
            ControlFlow::Break(()) => {
                self.is_cancelled = true;
                Err(io::Error::other("cancelled"))
            }
        }
    }
}

/// Reads the record from a library; an empty or missing library gives the facts that ship with demarche.
///
/// # Errors
///
/// [`AssessError::Library`] when the folder or an edition cannot be read, [`AssessError::Cancelled`].
pub fn read_record(library: &Path, progress: &dyn Progress) -> Result<RecordSource, AssessError> {
    step(progress, Stage::Record, 0, 1)?;
    let failed = |source| AssessError::Library { folder: library.to_owned(), source };
    let store = Store::at(library);
    let (library, gaps) = store.library(&[]).map_err(failed)?;
    let (stored, _) = store.editions().map_err(failed)?;
    let used =
        library.record().editions.iter().filter(|edition| edition.catalogue != Catalogue::Facts);
    let inputs = used.map(|edition| {
        let file = stored.iter().find(|file| file.header.edition.name == edition.name);
        Input {
            path: format!("library/{}", edition.name),
            sha256: edition.sha256,
            bytes: file.and_then(|file| file.path.metadata().ok()).map_or(0, |file| file.len()),
            what: "record of previous attacks".to_owned(),
        }
    });
    let inputs = inputs.collect();
    Ok(RecordSource { library, inputs, gaps })
}

/// Hashes the files of a case that people write: `case.toml`, `evidence.toml` and, where there is one, `response.toml`.
pub(crate) fn hand_written(folder: &CaseFolder) -> Result<Vec<Input>, AssessError> {
    let hash = |name: &str, description: &str| {
        let path = folder.root().join(name);
        let hashed = File::open(&path).and_then(|file| Hashed::new(file).finish());
        let (sha256, bytes) = hashed.map_err(AssessError::path("read", path))?;
        Ok::<_, AssessError>(Input {
            path: name.to_owned(),
            sha256,
            bytes,
            what: description.to_owned(),
        })
    };
    let mut inputs =
        vec![hash("case.toml", "the case")?, hash("evidence.toml", "the evidence register")?];
    if folder.root().join("response.toml").exists() {
        inputs.push(hash("response.toml", "what the case says of responses")?);
    }
    Ok(inputs)
}
