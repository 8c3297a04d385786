//! The library of previous attacks, as commands; each subcommand has its module.

use std::path::PathBuf;

use anyhow::Context;
use etcetera::BaseStrategy;

use crate::cli::LibraryPlace;

pub(crate) mod add;
pub(crate) mod fetch;
pub(crate) mod list;
pub(crate) mod show;

/// The folder of the library: as the user says, else as the environment says, else where the platform keeps data.
#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
pub(crate) fn folder(place: &LibraryPlace) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &place.library {
        return Ok(folder.clone());
    }
    if let Some(folder) = std::env::var_os("DEMARCHE_LIBRARY").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let platform = etcetera::choose_base_strategy()
        .context("the home folder is not known; name the library's folder with --library DIR")?;
    Ok(platform.data_dir().join("demarche").join("library"))
}
