//! `evidence.toml` as somebody else wrote it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = demarche_case::Case::read("", text);
});
