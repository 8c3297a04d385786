//! Real data, when they are there.

use std::io::Read;
use std::path::PathBuf;

use demarche_case::Sha256;
use demarche_case::record::Record;
use demarche_library::Provenance;

fn found(variable: &str, beside: &str, path: &str) -> Option<PathBuf> {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let folder = std::env::var_os(variable);
    let folder = folder.map_or_else(|| PathBuf::from(shared).join(beside), PathBuf::from);
    let path = folder.join(path);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} not found; set {variable} to its folder", path.display());
    None
}

/// A list of `bench/attribution`, or `None` with a loud word when it is not there.
pub(crate) fn bench(name: &str) -> Option<PathBuf> {
    found("DEMARCHE_BENCH", "bench", &format!("attribution/{name}"))
}

/// The whole of ATT&CK Enterprise 18.1 as a record.
pub(crate) fn attack() -> Option<Record> {
    let name = "attacks/enterprise-attack-18.1.stix20.json.xz";
    let packed = std::fs::read(found("DEMARCHE_DATA", "data", name)?).unwrap();
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(packed.as_slice(), true).read_to_end(&mut bytes).unwrap();
    let provenance =
        Provenance { origin: name.to_owned(), date: None, sha256: Sha256::of(&packed) };
    Some(demarche_library::attack::import(&bytes, &provenance).part)
}
