//! What the functions of a program are by their source.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::Result;
use demarche_code::Fingerprint;
use demarche_image::Image;
use serde::Deserialize;

use crate::corpus::{Program, Truth};

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
struct Functions {
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    #[serde(rename = "a")]
    address: u64,
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
    fn is_counted(&self) -> bool {
        self.size >= LEAST_BYTES && !matches!(self.library.as_str(), "libc" | "crt")
    }

    fn key(self) -> Key {
        let name = self.name.split('.').next().unwrap_or_default().to_owned();
        Key { library: self.library, name }
    }
}

/// A program whose functions are known.
pub(crate) struct Known {
    pub(crate) program: Program,
    /// Those that are functions rather than parts, thunks or labels, by address, and whether each is counted.
    functions: BTreeMap<u64, (Key, bool)>,
}

impl Known {
    pub(crate) fn read(
        corpus: &Path,
        truth: &Truth,
        examine: impl FnOnce(&Image<'_>) -> Vec<Fingerprint>,
    ) -> Result<Self> {
        let json = fs::read(corpus.join("gt").join(format!("{}.json", truth.name)))?;
        let Functions { functions } = serde_json::from_slice(&json)?;
        let functions = functions.into_iter().filter(|function| function.kind == "func");
        let keyed = |function: Function| (function.address, function.is_counted(), function.key());
        Ok(Self {
            program: Program::read(corpus, truth.clone(), examine)?,
            functions: functions.map(keyed).map(|(at, is, key)| (at, (key, is))).collect(),
        })
    }

    /// What the function that was found at a place is.
    pub(crate) fn key(&self, place: usize) -> Option<&Key> {
        let found = self.program.fingerprints.get(place)?;
        self.functions.get(&found.start.0).map(|(key, _)| key)
    }

    /// What all functions are that were found.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        (0..self.program.fingerprints.len()).filter_map(|place| self.key(place))
    }

    /// The functions that are counted: what each is, and its place where it was found.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&Key, Option<usize>)> {
        let places = self.program.fingerprints.iter().enumerate();
        let places: BTreeMap<u64, usize> =
            places.map(|(place, one)| (one.start.0, place)).collect();
        let counted = self.functions.iter().filter(|(_, (_, is_counted))| *is_counted);
        counted.map(move |(address, (key, _))| (key, places.get(address).copied()))
    }
}
