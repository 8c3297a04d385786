//! A segment of an index as somebody forged it, every row of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = demarche_index::walk(bytes);
});
