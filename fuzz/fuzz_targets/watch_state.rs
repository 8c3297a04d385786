//! The state of a watch from outside bytes, with a hash that fits, and a minute closed after it.
#![no_main]

use demarche_case::Sha256;
use demarche_watch::Watch;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Watch::resume(bytes, "KP");
    let whole = [b"DEMWATCH03".as_slice(), &Sha256::of(bytes).0, bytes].concat();
    for question in ["KP", ""] {
        if let Ok(mut watch) = Watch::resume(&whole, question) {
            watch.close(watch.last_minute().map_or(0, |minute| minute.saturating_add(1)));
            drop(watch.findings());
        }
    }
});
