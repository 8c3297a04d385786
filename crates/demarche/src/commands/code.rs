//! Executables and the code they share, as commands; each subcommand has its module.

use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::Gap;
use demarche_index::{Index, IndexError};

use crate::cli::code::IndexPlace;
use crate::commands::library;

pub(crate) mod apart;
pub(crate) mod compared;
pub(crate) mod families;
pub(crate) mod functions;
pub(crate) mod identity;
pub(crate) mod index;
pub(crate) mod matched;
pub(crate) mod yara;

/// The folder of the index: as the user says, else beside the library's editions.
pub(crate) fn folder(place: &IndexPlace) -> anyhow::Result<PathBuf> {
    match &place.index {
        Some(folder) => Ok(folder.clone()),
        None => Ok(library::folder(&place.library)?.join("code")),
    }
}

/// The index, which must be there.
pub(crate) fn open(place: &IndexPlace) -> anyhow::Result<(Index, Vec<Gap>)> {
    let folder = folder(place)?;
    Index::open(&folder).with_context(|| cannot_use(&folder))
}

/// The index in a folder, every byte of it checked.
pub(crate) fn open_checked(folder: &Path) -> anyhow::Result<(Index, Vec<Gap>)> {
    checked(folder, Index::open(folder))
}

/// An index that was opened, every byte of it checked, for what is said of a program must not rest on damage.
///
/// That takes a tenth of a second for a million functions.
pub(crate) fn checked(
    folder: &Path,
    opened: Result<(Index, Vec<Gap>), IndexError>,
) -> anyhow::Result<(Index, Vec<Gap>)> {
    let (index, mut gaps) = opened.with_context(|| cannot_use(folder))?;
    gaps.extend(index.verify());
    Ok((index, gaps))
}

fn cannot_use(folder: &Path) -> String {
    format!("no index can be used in {}", folder.display())
}
