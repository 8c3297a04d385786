//! The state of a watch from outside bytes.
#![no_main]

use demarche_watch::Watch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Watch::resume(bytes, "KP");
});
