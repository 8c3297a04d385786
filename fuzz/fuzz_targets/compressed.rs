//! Compressed input of any format, the first MiB of what comes out.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = std::io::copy(&mut demarche_routes::Decompressed::new(bytes, std::num::NonZeroUsize::MIN).take(1 << 20), &mut std::io::sink());
});
