//! Functions of bare code; the first byte chooses the instruction set.
#![no_main]

use demarche_image::{Architecture, VirtualAddress, read_raw};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, code)) = bytes.split_first() else { return };
    let architectures = Architecture::PROCESSORS;
    let architecture = architectures[usize::from(*first) % architectures.len()];
    drop(demarche_code::functions(&read_raw(code, architecture, VirtualAddress(0x40_0000))));
});
