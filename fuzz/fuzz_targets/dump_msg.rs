//! Messages of Outlook in files of their own.
#![no_main]

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_dump("x.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes));
