//! The record of previous attacks, read from the library.

use demarche_case::Gap;
use demarche_case::assessment::Input;
use demarche_case::record::Record;
use demarche_library::{assemble, facts};

use crate::cli::LibraryPlace;

/// A record with what it was read from.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) record: Record,
    pub(crate) inputs: Vec<Input>,
    pub(crate) gaps: Vec<Gap>,
}

/// Reads the record from the library; without one it is what ships with demarche.
pub(crate) fn read(_library: &LibraryPlace) -> anyhow::Result<Known> {
    Ok(Known { record: assemble(vec![facts()]), inputs: Vec::new(), gaps: Vec::new() })
}
