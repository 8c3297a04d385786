//! Messages of a private comparison, and lines of its audit log.
#![no_main]

use demarche_compare::psi::{Answer, AuditLine, Request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop((Request::read(bytes), Answer::read(bytes)));
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(line) = text.parse::<AuditLine>()
    {
        assert_eq!(line.to_string().parse(), Ok(line));
    }
});
