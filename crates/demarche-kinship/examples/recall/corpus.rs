//! The programs of a corpus and what is known of their functions.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use demarche_code::Fingerprint;
use serde::Deserialize;

use crate::Failure;

/// The least size of a function that is counted, in bytes.
const LEAST_BYTES: u64 = 48;

/// A function of the source: its library and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    library: String,
    name: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.library, self.name)
    }
}

#[derive(Deserialize)]
struct Truth {
    name: String,
    actor: String,
    ti: u32,
    target: String,
    cc: String,
    opt: String,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
pub(crate) struct Function {
    #[serde(rename = "a")]
    pub(crate) address: u64,
    #[serde(rename = "s")]
    size: u64,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "lib")]
    library: String,
    #[serde(rename = "k")]
    kind: String,
}

impl Function {
    pub(crate) fn key(&self) -> Key {
        let name = self.name.split('.').next().unwrap_or_default().to_owned();
        Key { library: self.library.clone(), name }
    }

    pub(crate) fn is_counted(&self) -> bool {
        self.size >= LEAST_BYTES && !matches!(self.library.as_str(), "libc" | "crt")
    }
}

pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) actor: String,
    pub(crate) path: PathBuf,
    tool: u32,
    build: String,
    /// Those that are functions rather than parts, thunks or labels, by address.
    pub(crate) functions: BTreeMap<u64, Function>,
}

/// The build that is indexed.
const INDEXED: &str = "x64elf/gcc/O2";

impl Program {
    pub(crate) fn is_library(&self) -> bool {
        self.actor.ends_with("LIB")
    }

    pub(crate) fn is_indexed(&self) -> bool {
        self.tool <= 2 && self.build == INDEXED
    }

    pub(crate) fn is_asked(&self) -> bool {
        let is_control = self.tool == 3 && self.build == INDEXED;
        !self.is_indexed() && !self.is_library() && (self.tool == 0 || is_control)
    }

    /// The name of its row.
    pub(crate) fn build(&self) -> String {
        if self.tool == 3 { format!("{} (control)", self.build) } else { self.build.clone() }
    }

    /// A function that is counted, by its address.
    pub(crate) fn counted(&self, address: u64) -> Option<&Function> {
        self.functions.get(&address).filter(|function| function.is_counted())
    }
}

/// The programs that there is a truth for, ascending.
pub(crate) fn names(corpus: &Path) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for entry in fs::read_dir(corpus.join("gt"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

pub(crate) fn program(corpus: &Path, name: &str) -> Result<Program, Failure> {
    let truth = fs::read(corpus.join("gt").join(format!("{name}.json")))?;
    let truth: Truth = serde_json::from_slice(&truth)?;
    let functions = truth.functions.into_iter().filter(|one| one.kind == "func");
    Ok(Program {
        path: crate::binary(corpus, &truth.name),
        build: format!("{}/{}/{}", truth.target, truth.cc, truth.opt),
        name: truth.name,
        actor: truth.actor,
        tool: truth.ti,
        functions: functions.map(|one| (one.address, one)).collect(),
    })
}

/// What the functions that were found are by their source.
pub(crate) struct Known {
    pub(crate) by_place: Vec<Option<Key>>,
    pub(crate) starts: Vec<u64>,
}

impl Known {
    pub(crate) fn new(program: &Program, found: &[Fingerprint]) -> Self {
        let key = |one: &Fingerprint| program.functions.get(&one.start.0).map(Function::key);
        Self {
            by_place: found.iter().map(key).collect(),
            starts: found.iter().map(|one| one.start.0).collect(),
        }
    }
}
