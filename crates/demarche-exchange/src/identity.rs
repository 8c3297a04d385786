//! The constants of all exports to an addressee: a secret, and the time of the first.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use demarche_case::hex;
use demarche_stix::Timestamp;

/// The bytes of a secret.
const LENGTH: usize = 32;

/// A secret and the time of the first export, of which identifiers are made; see [`Settings`](crate::Settings).
#[derive(Clone)]
pub struct Identity {
    /// The secret that goes into every identifier.
    pub secret: String,
    /// The time of the first export.
    pub created: Timestamp,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("created", &self.created).finish_non_exhaustive()
    }
}

/// The file of an identity cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The operating system has no random numbers.
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    /// The file cannot be read or written.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// The act that was tried.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} is not what an export wrote; remove it for new identifiers", .0.display())]
    Form(PathBuf),
    /// The export would be older than the first one.
    #[error("the first export was made at {0}, and this one cannot be before it")]
    Before(Timestamp),
}

impl Identity {
    /// Reads the file of earlier exports, or makes one for the first, which only its owner can read.
    ///
    /// # Errors
    ///
    /// The file cannot be read, written or understood, or the first export was later than `now`.
    pub fn at(path: &Path, now: &Timestamp) -> Result<Self, IdentityError> {
        let error =
            |doing| move |source| IdentityError::File { doing, path: path.to_owned(), source };
        if !path.exists() {
            let mut bytes = [0; LENGTH];
            getrandom::fill(&mut bytes)?;
            let secret = hex(&bytes);
            new_secret(path, &format!("{secret} {now}\n")).map_err(error("write"))?;
            return Ok(Self { secret, created: now.clone() });
        }
        let text = std::fs::read_to_string(path).map_err(error("read"))?;
        let kept = text.split_once(' ').and_then(|(secret, time)| {
            Some(Self { secret: secret.to_owned(), created: time.trim().parse().ok()? })
        });
        let kept = kept.ok_or_else(|| IdentityError::Form(path.to_owned()))?;
        if *now < kept.created {
            return Err(IdentityError::Before(kept.created));
        }
        Ok(kept)
    }
}

/// Creates a file that only its owner can read, and that must not be there yet.
///
/// # Errors
///
/// It is there, or cannot be written; then there is none.
pub fn new_secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // An empty file on a full disk would stand in the way of the next try.
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.inspect_err(|_| drop(std::fs::remove_file(path)))
}
