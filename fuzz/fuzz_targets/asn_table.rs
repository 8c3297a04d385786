//! Tables of networks as text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    demarche_routes::AsnTable::read(bytes, "fuzz");
});
