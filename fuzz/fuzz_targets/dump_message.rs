//! Messages in mail format, with everything in them.
#![no_main]

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_dump("x.eml", b"", bytes));
