//! `case.lock`: what is read is written back to the letter.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(lock) = demarche_case::Lock::read(text) {
        assert_eq!(lock.to_string(), text);
    }
});
