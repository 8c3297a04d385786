//! Mailboxes, with a first separator before the bytes.
#![no_main]

use demarche_fuzz::read_dump;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_dump("x.mbox", b"From a@b.example Mon Jan  1 08:00:00 2024\nSubject: x\n", bytes));
