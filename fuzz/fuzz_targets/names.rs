//! Names of functions out of their symbols.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|symbol: &str| {
    assert!(demarche_code::readable(symbol).len() <= symbol.len().max(4096));
});
