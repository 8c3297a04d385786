//! Objects checked against the whole of STIX 2.1, with their patterns.
#![no_main]

use demarche_pattern::Pattern;
use demarche_stix::{Rules, validate};
use libfuzzer_sys::fuzz_target;

fn pattern(text: &str) -> Result<(), String> {
    text.parse::<Pattern>().map(drop).map_err(|error| error.to_string())
}

fuzz_target!(|bytes: &[u8]| {
    let strict = validate(bytes, &Rules { interop: true, pattern: Some(pattern) });
    let loose = validate(bytes, &Rules::default());
    assert_eq!(strict.objects, loose.objects);
    drop(strict.breaches.iter().map(ToString::to_string).collect::<Vec<_>>());
});
