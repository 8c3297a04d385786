//! Tables of EuRepoC: both of the release, and the extracts of its dashboard.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let from = provenance();
    drop(demarche_library::eurepoc::incidents(bytes, &from));
    drop(demarche_library::eurepoc::attributions(bytes, &from));
    drop(demarche_library::eurepoc::dashboard::responses(bytes, &from));
    drop(demarche_library::eurepoc::dashboard::attribution_delays(bytes, &from));
    drop(demarche_library::eurepoc::dashboard::initiators(bytes, &from));
});

fn provenance() -> demarche_library::Provenance {
    let sha256 = demarche_case::Sha256::default();
    demarche_library::Provenance { origin: "fuzz".to_owned(), date: None, sha256 }
}
