//! The cases on the desk, and what they share: settings, threads, and the record of previous attacks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::case_desk::CaseDesk;
use crate::tools::{Settings, Tools};

/// First parts of addresses that no case may have.
const RESERVED: [&str; 4] = ["assets", "library", "login", "logout"];

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
    pub(crate) tools: Arc<Tools>,
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
        Ok(Self { tools: Arc::new(Tools { settings, pool }), cases })
    }

    /// The cases by the names in their addresses.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &Arc<CaseDesk>> {
        self.cases.values()
    }

    pub(crate) fn case(&self, name: &str) -> Option<&Arc<CaseDesk>> {
        self.cases.get(name)
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
    names
        .find(|name| !taken.contains_key(name) && !RESERVED.contains(&name.as_str()))
        .unwrap_or(name)
}
