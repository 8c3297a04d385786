//! The case folder on disk: the only place where demarche's libraries open files.
//!
//! Nothing in a case folder is trusted to stay inside it: symbolic links are never followed, and only
//! plain files are opened. Writing is limited to `case.lock`, `log.jsonl`, the lock file of writers, beside what [`init`] creates and what
//! [`CaseFolder::change`] is told to write.

mod change;
mod discrepancy;
mod init;
mod lock;
mod log;
mod named;
mod open;
mod plain;
mod seal;
mod verify;
mod walk;

pub use change::{CHANGEABLE, ChangeError, Edit};
pub use discrepancy::Discrepancy;
pub use init::{InitError, init};
pub use lock::{Lock, LockEntry, LockError, LogPoint};
pub use log::{Change, Log, LogEntry, LogProblem, Stamp};
pub use named::CaseFile;
pub use open::{CaseFolder, OpenError};
pub use plain::{Fingerprint, FolderError};
pub(crate) use plain::{check_parts, open_plain};
pub use seal::{InputFile, SealError, Sealed, record};
pub use verify::{Verification, verify};
