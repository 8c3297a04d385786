//! Fingerprints of bare code, through the lifter; the first byte chooses the instruction set.
#![no_main]

use demarche_image::{Architecture, VirtualAddress, read_raw};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, code)) = bytes.split_first() else { return };
    let architectures = Architecture::PROCESSORS;
    let architecture = architectures[usize::from(*first) % architectures.len()];
    let mut image = read_raw(code, architecture, VirtualAddress(0x40_0000));
    // Execution begins at the first byte, so that no code has to look like a function to be lifted.
    image.entry = Some(VirtualAddress(0x40_0000));
    let program = demarche_code::functions(&image);
    assert_eq!(demarche_code::fingerprints(&image, &program).len(), program.functions.len());
});
