//! Tables of DCID, both sheets.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let from = provenance();
    drop(demarche_library::dcid::incidents(bytes, &from));
    drop(demarche_library::dcid::campaigns(bytes, &from));
});

fn provenance() -> demarche_library::Provenance {
    let sha256 = demarche_case::Sha256::default();
    demarche_library::Provenance { origin: "fuzz".to_owned(), date: None, sha256 }
}
