//! ELF files, as on the disk and as in memory.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let bytes = [b"\x7fELF", bytes].concat();
    drop(demarche_image::read(&bytes));
    drop(demarche_image::read_loaded(&bytes, None));
});
