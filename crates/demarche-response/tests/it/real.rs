//! Real data, when they are there.

use std::io::Read as _;
use std::path::PathBuf;

use demarche_case::Sha256;
use demarche_case::record::Record;
use demarche_library::{Provenance, assemble, import};

/// DCID's two sheets.
pub(crate) const DCID: [&str; 2] =
    ["dcid-2.0-incidents-2022-06.csv.xz", "dcid-2.0-campaigns-2023-02.csv.xz"];

/// EuRepoC 1.1, and the extracts of its dashboard.
pub(crate) const EUREPOC: [&str; 4] = [
    "eurepoc-1.1-global.csv.xz",
    "eurepoc-2023-12-04-responses.csv.xz",
    "eurepoc-2023-12-04-attribution-delays.csv.xz",
    "eurepoc-2023-12-04-initiators.csv.xz",
];

/// A folder named by the environment, or the one beside the repository.
fn folder(variable: &str, beside: &str) -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let named = std::env::var_os(variable);
    named.map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// The record of some tables; `None` with a loud word when one is not there.
pub(crate) fn record<'n>(names: impl IntoIterator<Item = &'n &'n str>) -> Option<Record> {
    let folder =
        folder("DEMARCHE_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let mut parts = Vec::new();
    for name in names {
        let path = folder.join("attacks").join(name);
        let Ok(packed) = std::fs::read(&path) else {
            println!("SKIPPED: {} not found; set DEMARCHE_DATA to its folder", path.display());
            return None;
        };
        let mut bytes = Vec::new();
        lzma_rust2::XzReader::new(packed.as_slice(), true).read_to_end(&mut bytes).unwrap();
        let provenance =
            Provenance { origin: (*name).to_owned(), date: None, sha256: Sha256::of(&packed) };
        let imported = import(&bytes, &provenance).unwrap();
        assert!(imported.refused.is_empty(), "{name}: {:?}", imported.refused);
        parts.push(imported.part);
    }
    Some(assemble(parts))
}

/// The rows of a table to agree with, without its heads; `None` with a loud word when it is not there.
pub(crate) fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let folder =
        folder("DEMARCHE_BENCH", concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/bench"));
    let path = folder.join("response/tables").join(format!("{name}.csv"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: {} not found; set DEMARCHE_BENCH to its folder", path.display());
        return None;
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    Some(rows.collect())
}
