//! Mach-O files, thin and fat, as on the disk and as in memory.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(demarche_image::read_all(bytes));
    drop(demarche_image::read_loaded(bytes, None));
});
