//! STIX bundles.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(demarche_stix::read(bytes));
});
