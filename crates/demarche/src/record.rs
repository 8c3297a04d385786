//! The record of previous attacks, read from the library.

use anyhow::Context;
use demarche_case::Gap;
use demarche_case::assessment::Input;
use demarche_case::record::Catalogue;
use demarche_library::{Library, Store};

use crate::cli::LibraryPlace;
use crate::commands::library;

/// A record with what it was read from.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) library: Library,
    pub(crate) inputs: Vec<Input>,
    pub(crate) gaps: Vec<Gap>,
}

/// Reads the record from the library; an empty one gives what ships with demarche.
pub(crate) fn read(place: &LibraryPlace) -> anyhow::Result<Known> {
    let folder = library::folder(place)?;
    let store = Store::at(&folder);
    let (library, gaps) = store
        .library(&[])
        .with_context(|| format!("cannot read the library in {}", folder.display()))?;
    let record = library.record();
    let (stored, _) = store.editions()?;
    let used = record.editions.iter().filter(|edition| edition.catalogue != Catalogue::Facts);
    let inputs = used.map(|edition| {
        let same = |one: &&demarche_library::Stored| one.header.edition.name == edition.name;
        let file = stored.iter().find(same).and_then(|one| one.path.metadata().ok());
        Input {
            path: format!("library/{}", edition.name),
            sha256: edition.sha256,
            bytes: file.map_or(0, |file| file.len()),
            what: "record of previous attacks".to_owned(),
        }
    });
    let inputs = inputs.collect();
    Ok(Known { library, inputs, gaps })
}
