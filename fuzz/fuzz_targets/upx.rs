//! Programs packed with UPX; what comes out stays within its limit.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(Ok(unpacked)) = demarche_archive::upx::unpack(bytes, 1 << 20) {
        assert!(unpacked.bytes.len() <= (1 << 20) + 4 * bytes.len() + (1 << 17));
    }
});
