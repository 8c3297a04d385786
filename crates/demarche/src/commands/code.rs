//! Executables and the code they share, as commands; each subcommand has its module.

use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::Gap;
use demarche_index::Index;

use crate::cli::code::IndexPlace;
use crate::commands::library;

pub(crate) mod compared;
pub(crate) mod families;
pub(crate) mod functions;
pub(crate) mod identity;
pub(crate) mod index;
pub(crate) mod matched;
pub(crate) mod yara;

/// Returns the folder of the index: the one that the user named, else `code` in the library's folder.
pub(crate) fn folder(place: &IndexPlace) -> anyhow::Result<PathBuf> {
    match &place.index {
        Some(folder) => Ok(folder.clone()),
        None => Ok(library::folder(&place.library)?.join("code")),
    }
}

/// Opens an index that must exist, without checking its bytes.
pub(crate) fn open(place: &IndexPlace) -> anyhow::Result<(Index, Vec<Gap>)> {
    let folder = folder(place)?;
    Index::open(&folder).with_context(|| cannot_use(&folder))
}

fn cannot_use(folder: &Path) -> String {
    format!("no index can be used in {}", folder.display())
}
