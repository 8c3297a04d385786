//! Archives of samples, with the customary password.
#![no_main]

use demarche_archive::{Limits, open};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { file: 1 << 20, total: 4 << 20, ..Limits::default() };
    drop(open(bytes.to_vec(), "fuzz", &[], &limits, &mut drop));
});
