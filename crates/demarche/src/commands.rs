//! One module per subcommand; each reads its inputs, asks a library, and prints.

pub(crate) mod actors;
pub(crate) mod assess;
pub(crate) mod cluster;
pub(crate) mod code;
pub(crate) mod convert;
pub(crate) mod cut;
pub(crate) mod depend;
pub(crate) mod doctor;
pub(crate) mod expose;
pub(crate) mod hegemony;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod library;
pub(crate) mod locate;
pub(crate) mod merge;
pub(crate) mod note;
pub(crate) mod options;
pub(crate) mod pack;
pub(crate) mod partial;
pub(crate) mod power;
mod question;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod share;
pub(crate) mod shell;
pub(crate) mod verify;
pub(crate) mod watch;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use demarche_assess::{AssessError, RecordSource, RoutingSource};
use demarche_case::DoubtfulLink;

use crate::cli::LibraryPlace;
use crate::progress::Progress;

/// Reads the routing data that the user named, with a progress bar; `doubtful` links are taken off the AS graph.
pub(crate) fn read_tables(
    paths: &[PathBuf],
    doubtful: Vec<DoubtfulLink>,
) -> Result<RoutingSource, AssessError> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    demarche_assess::read_tables(paths, doubtful, threads, &Progress::new())
}

/// Reads the record of previous attacks from the library that the user named.
pub(crate) fn read_record(place: &LibraryPlace) -> anyhow::Result<RecordSource> {
    Ok(demarche_assess::read_record(&library::folder(place)?, &())?)
}
