//! A file that is still growing, and what must be known to carry on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use demarche_case::Sha256;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

/// Bytes that have arrived, hashed as they are written.
#[derive(Debug)]
pub(crate) struct Partial {
    path: PathBuf,
    file: File,
    hasher: Hasher,
    bytes: u64,
    state: State,
}

/// Which version of which address the bytes are of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) url: String,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

impl State {
    /// What proves that the rest is of the same version (RFC 9110, section 13.1.5): a strong mark, else the date of the last change.
    pub(crate) fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|etag| !etag.starts_with("W/"));
        strong.or(self.last_modified.as_deref())
    }
}

impl Partial {
    /// Opens what an earlier attempt at the same address left, or begins anew.
    pub(crate) fn open(path: &Path, url: &str) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if path.is_symlink() {
            return Err(io::Error::other(format!("{} is a link", path.display())));
        }
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let state = fs::read(state_path(path))
            .ok()
            .and_then(|text| serde_json::from_slice::<State>(&text).ok())
            .filter(|state| state.url == url && state.validator().is_some());
        let mut partial = Self {
            path: path.to_owned(),
            hasher: Hasher::new(),
            bytes: 0,
            state: State { url: url.to_owned(), ..State::default() },
            file: file.try_clone()?,
        };
        if let Some(state) = state {
            partial.hash(&mut file)?;
            partial.state = state;
        } else {
            partial.restart()?;
        }
        Ok(partial)
    }

    /// Hashes what an earlier attempt left.
    fn hash(&mut self, file: &mut File) -> io::Result<()> {
        let mut buffer = vec![0; 128 * 1024];
        loop {
            let count = match file.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.hasher.update(buffer.get(..count).unwrap_or(&[]));
            self.bytes += count as u64;
        }
    }

    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    pub(crate) const fn state(&self) -> &State {
        &self.state
    }

    /// Throws away what has arrived.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.hasher = Hasher::new();
        self.bytes = 0;
        Ok(())
    }

    /// Begins with a version, which is noted first, so that no later attempt mixes two.
    pub(crate) fn begin(
        &mut self,
        etag: Option<String>,
        last_modified: Option<String>,
    ) -> io::Result<()> {
        self.restart()?;
        self.state = State { url: self.state.url.clone(), etag, last_modified };
        fs::write(state_path(&self.path), serde_json::to_vec_pretty(&self.state)?)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// The hash of what has arrived.
    pub(crate) fn sha256(&self) -> Sha256 {
        demarche_case::Digest(self.hasher.clone().finalize().into())
    }

    /// Gives the whole file its name, in one step.
    pub(crate) fn finish(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        drop(self.file);
        fs::rename(&self.path, target)?;
        remove(&state_path(&self.path));
        Ok(())
    }

    /// Leaves nothing behind.
    pub(crate) fn discard(self) {
        drop(self.file);
        remove(&self.path);
        remove(&state_path(&self.path));
    }
}

/// A leftover does no harm: the next attempt begins anew.
fn remove(path: &Path) {
    drop(fs::remove_file(path));
}

fn state_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".json");
    name.into()
}
