//! Files written into the text of a message.
#![no_main]

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_dump("x.eml", b"Subject: x\n\nbegin 644 x\n", bytes));
