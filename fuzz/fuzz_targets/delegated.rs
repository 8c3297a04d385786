//! Delegation statistics as text, and their prefixes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    demarche_routes::Networks::new(&[demarche_routes::Delegations::read(bytes, "fuzz")], demarche_routes::AsnTable::default());
});
