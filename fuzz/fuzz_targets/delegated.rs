//! Delegation statistics as text, and their prefixes.
#![no_main]

use demarche_routes::{AsnTable, Delegations, Networks};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let delegations = [Delegations::read(bytes, "fuzz")];
    let _ = Networks::new(&delegations, AsnTable::default());
});
