//! Bytes without a container, at any address.
#![no_main]

use demarche_image::{Architecture, VirtualAddress, read_raw};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, &[u8])| {
    drop(read_raw(input.1, Architecture::X86_64, VirtualAddress(input.0)));
});
