#![no_main]

use demarche_case::options::Options;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    drop(Options::read("response.toml", text));
});
