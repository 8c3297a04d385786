//! Real data, when they are there.

use std::io::Read;
use std::path::PathBuf;

use demarche_case::Sha256;
use demarche_library::Provenance;

/// A file of the real data, or `None` with a loud word when it is not there.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let folder = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join(path);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} not found; set DEMARCHE_DATA to the folder of real data", path.display());
    None
}

/// The plain bytes of a file of `attacks/`, and where they come from.
pub(crate) fn plain(name: &str) -> Option<(Vec<u8>, Provenance)> {
    let packed = std::fs::read(data(&format!("attacks/{name}"))?).unwrap();
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(&packed[..], true).read_to_end(&mut bytes).unwrap();
    let provenance =
        Provenance { origin: name.to_owned(), date: None, sha256: Sha256::of(&packed) };
    Some((bytes, provenance))
}
