//! bzip2 on two threads against the serial decoder: the same bytes, but that a damaged block is left out.
#![no_main]

use std::io::Read;
use std::num::NonZeroUsize;

use bzip2::{Decompress, Status};
use demarche_routes::Decompressed;
use libfuzzer_sys::fuzz_target;

/// What the serial decoder gives, and whether it came to the end.
fn serially(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut plain = Vec::new();
    while !rest.is_empty() {
        let mut decoder = Decompress::new(false);
        loop {
            plain.reserve(1 << 16);
            let (read, written) = (decoder.total_in(), plain.len());
            let status = decoder.decompress_vec(rest, &mut plain);
            let taken = (decoder.total_in() - read) as usize;
            rest = &rest[taken..];
            match status {
                Ok(Status::StreamEnd) => break,
                Ok(_) if taken > 0 || plain.len() > written => {}
                _ => return (plain, false),
            }
        }
    }
    (plain, true)
}

fuzz_target!(|bytes: &[u8]| {
    // A header in front, so that the fuzzer need not find it.
    let packed = [b"BZh1", bytes].concat();
    let (serial, is_serial_whole) = serially(&packed);
    let two = NonZeroUsize::MIN.saturating_add(1);
    let mut here = Vec::new();
    let is_whole = Decompressed::new(&packed[..], two).read_to_end(&mut here).is_ok();
    assert_eq!(is_whole, is_serial_whole);
    assert!(serial.starts_with(&here) && (!is_whole || here == serial));
});
