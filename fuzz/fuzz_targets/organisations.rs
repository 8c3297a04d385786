//! Organisations of networks, in the forms of CAIDA and PeeringDB, and people by network.
#![no_main]

use demarche_routes::{Organisations, Populations};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = Organisations::read(bytes, "fuzz");
    assert!(read.groups().len() <= read.len());
    let _ = Populations::read(bytes, "fuzz");
});
