//! `winmail.dat`.
#![no_main]

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_dump("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00", bytes));
