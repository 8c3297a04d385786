//! bzip2 on two threads against the serial decoder: the same bytes, but that a damaged block is left out.
#![no_main]

use std::io::Read;
use std::num::NonZeroUsize;

use demarche_routes::Decompressed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // A level and a head in front, so that the fuzzer need not find them.
    let packed = [b"BZh1", bytes].concat();
    let (mut here, mut serial) = (Vec::new(), Vec::new());
    let two = NonZeroUsize::MIN.saturating_add(1);
    let is_whole = Decompressed::new(&packed[..], two).read_to_end(&mut here).is_ok();
    let is_serial_whole = bzip2::read::MultiBzDecoder::new(&packed[..]).read_to_end(&mut serial).is_ok();
    assert!(serial.starts_with(&here) && (is_whole || !is_serial_whole || here != serial));
});
