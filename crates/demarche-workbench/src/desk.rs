//! The cases on the desk, and what they share: settings, threads, and the record of previous attacks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use demarche_assess::{IndexSource, Sources};
use demarche_case::{CaseFolder, Moment, Stamp};
use demarche_exposure::{Store, inventory};
use demarche_sensitive::Rules;

use crate::ask::Ask;
use crate::case_desk::CaseDesk;
use crate::reply::Reply;
use crate::route;

/// What a workbench is told when it starts.
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
    /// Who makes changes, for the log.
    pub who: String,
    /// The clock, for the log.
    pub clock: fn() -> Moment,
    /// The text that every form carries; see [`crate::guard`].
    pub form: String,
}

/// A workbench that cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbenchError {
    /// No case was named.
    #[error("no case was named")]
    NoCase,
    /// A folder is no case.
    #[error("{0} has no case.toml")]
    NoFolder(PathBuf),
    /// No threads.
    #[error("cannot start threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// The cases on the desk.
#[derive(Debug)]
pub struct Workbench {
    pub(crate) settings: Settings,
    pub(crate) pool: rayon::ThreadPool,
    cases: BTreeMap<String, Arc<CaseDesk>>,
}

impl Workbench {
    /// Lays the folders of cases on the desk; nothing is read but their names.
    ///
    /// # Errors
    ///
    /// There is none, one is no case, or the system gives no threads.
    pub fn new(folders: &[PathBuf], settings: Settings) -> Result<Self, WorkbenchError> {
        if folders.is_empty() {
            return Err(WorkbenchError::NoCase);
        }
        let pool = rayon::ThreadPoolBuilder::new().build()?;
        let mut cases = BTreeMap::new();
        for root in folders {
            if !root.join("case.toml").is_file() {
                return Err(WorkbenchError::NoFolder(root.clone()));
            }
            let name = free_name(root, &cases);
            cases.insert(name.clone(), Arc::new(CaseDesk::new(name, root.clone())));
        }
        Ok(Self { settings, pool, cases })
    }

    /// Answers a request of somebody who may ask.
    #[must_use]
    pub fn reply(self: &Arc<Self>, ask: &Ask) -> Reply {
        route::reply(self, ask)
    }

    /// The cases by the names in their addresses.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Arc<CaseDesk>> {
        self.cases.values()
    }

    pub(crate) fn case(&self, name: &str) -> Option<&Arc<CaseDesk>> {
        self.cases.get(name)
    }

    /// The author and time of a change that is made now.
    pub(crate) fn stamp(&self) -> Stamp<'_> {
        Stamp { time: (self.settings.clock)(), who: &self.settings.who }
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

/// A name for the address of a case: that of its folder, with a number where another has it.
fn free_name(root: &Path, taken: &BTreeMap<String, Arc<CaseDesk>>) -> String {
    let absolute = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    let name: String = name
        .unwrap_or_else(|| "case".to_owned())
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '-' })
        .collect();
    let numbered = (2..).map(|number: u32| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains_key(name) && !route::is_reserved(name)).unwrap_or(name)
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
