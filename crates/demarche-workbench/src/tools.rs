//! The tools of every case on the desk works with: settings, threads, sources and the clock.

use std::path::{Path, PathBuf};

use demarche_assess::{IndexSource, Sources};
use demarche_case::{CaseFolder, Moment, Stamp};
use demarche_exposure::{Store, inventory};
use demarche_sensitive::Rules;

use crate::ask::Asker;

/// The settings of a workbench.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Files and folders of routing tables; where there are none, those in each case's folder are used.
    pub tables: Vec<PathBuf>,
    /// The folder of the library of previous attacks.
    pub library: PathBuf,
    /// The index of known programs.
    pub index: IndexSource,
    /// The passphrase of stores of what was exposed, where they are encrypted.
    pub passphrase: Option<String>,
    /// The name and version of the program.
    pub program: String,
    /// The clock, for the log.
    pub clock: fn() -> Moment,
}

/// Settings and threads.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) settings: Settings,
    pub(crate) pool: rayon::ThreadPool,
}

impl Tools {
    /// The author and time of a change that somebody makes now.
    pub(crate) fn stamp<'a>(&self, by: &'a Asker) -> Stamp<'a> {
        Stamp { time: (self.settings.clock)(), who: &by.name }
    }

    /// The sources of an assessment of a case.
    pub(crate) fn sources(&self, folder: &CaseFolder) -> Result<Sources<'_>, String> {
        let Settings { tables, library, index, program, .. } = &self.settings;
        let store = self.store(folder.root())?;
        let exposure = store.map(|store| inventory(&store, &Rules::built_in()));
        Ok(Sources {
            tables: tables.clone(),
            library: library.clone(),
            index: index.clone(),
            program: program.clone(),
            hindsight: false,
            as_of: None,
            today: Some((self.settings.clock)()),
            exposure: exposure.transpose().map_err(|error| told(&error))?,
            pool: &self.pool,
        })
    }

    /// The store of the last scan of what was exposed; `None` where there was none.
    pub(crate) fn store(&self, root: &Path) -> Result<Option<Store>, String> {
        let path = root.join("exposure.sqlite");
        if !path.is_file() {
            return Ok(None);
        }
        let store = Store::existing(&path, self.settings.passphrase.as_deref());
        store.map(Some).map_err(|error| told(&error))
    }
}

/// An error with everything that caused it, on one line.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
