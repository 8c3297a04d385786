//! The folder of downloads: what is in it, where files grow, and the record of both.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::Sha256;
use demarche_library::catalogue::{Download, Downloads};

const RECORD: &str = "downloads.json";
/// Files grow beside the folders that `--routes` reads, so that no half of a table is taken for one.
const PARTIAL: &str = "partial";
const VERSION: u32 = 1;

/// A folder of downloads, this run's alone while it lasts.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    record: Downloads,
    /// Held until the end of the run.
    _lock: File,
}

impl Folder {
    /// Opens a folder, made where it is missing.
    pub(crate) fn open(root: &Path) -> anyhow::Result<Self> {
        let partial = root.join(PARTIAL);
        fs::create_dir_all(&partial)
            .with_context(|| format!("cannot make the folder {}", partial.display()))?;
        let lock = File::create(partial.join("lock"))
            .with_context(|| format!("cannot write to {}", partial.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                anyhow::bail!("another download into {} is under way", root.display())
            }
            // Some network folders have no locks; then two runs at once are the user's care.
            Err(TryLockError::Error(_)) => {}
        }
        let path = root.join(RECORD);
        let record = match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).with_context(|| {
                format!("cannot read {}; move it away to begin anew", path.display())
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Downloads { version: VERSION, ..Downloads::default() }
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        anyhow::ensure!(
            record.version == VERSION,
            "{} is of version {}, and this program knows {VERSION}",
            path.display(),
            record.version
        );
        Ok(Self { root: root.to_owned(), record, _lock: lock })
    }

    /// The place where a file of the catalogue goes.
    pub(crate) fn target(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The place where it grows until then.
    pub(crate) fn partial(&self, file: &str) -> PathBuf {
        self.root.join(PARTIAL).join(format!("{file}.partial"))
    }

    /// The record of a file that is here as it was brought; `None` when it is not, or was changed since.
    pub(crate) fn intact(&self, file: &str) -> Option<&Download> {
        let record = self.record.files.get(file)?;
        let mut reader = File::open(self.target(file)).ok()?;
        let (sha256, bytes) = Sha256::of_reader(&mut reader).ok()?;
        (sha256 == record.sha256 && bytes == record.bytes).then_some(record)
    }

    /// Notes a download.
    pub(crate) fn note(&mut self, file: &str, download: Download) -> anyhow::Result<()> {
        self.record.files.insert(file.to_owned(), download);
        let mut text = serde_json::to_string_pretty(&self.record).context("cannot write JSON")?;
        text.push('\n');
        crate::output::write(&self.root.join(RECORD), &text)
    }
}
