//! ATT&CK, and what a record makes of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let imported = demarche_library::import(bytes, &provenance());
    let parts = imported.map(|imported| vec![imported.part]).unwrap_or_default();
    drop(demarche_library::show(&demarche_library::assemble(parts), "A"));
});

fn provenance() -> demarche_library::Provenance {
    let sha256 = demarche_case::Sha256::default();
    demarche_library::Provenance { origin: "fuzz".to_owned(), date: None, sha256 }
}
