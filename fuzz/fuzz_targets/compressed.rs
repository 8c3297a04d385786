//! Compressed input of any format, the first MiB of what comes out.
#![no_main]

use std::io::Read;
use std::num::NonZeroUsize;

use demarche_routes::Decompressed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut plain = Decompressed::new(bytes, NonZeroUsize::MIN).take(1 << 20);
    let _ = std::io::copy(&mut plain, &mut std::io::sink());
});
