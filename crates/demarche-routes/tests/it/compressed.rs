//! Compressed input: what was written comes out, and damage loses nothing that came before it.

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use demarche_routes::compressed::{DecompressError, Fault};
use demarche_routes::{Compression, Decompressed};

const ALL: [Compression; 5] =
    [Compression::Raw, Compression::Gzip, Compression::Bzip2, Compression::Xz, Compression::Zstd];

/// Text that compresses about as well as a routing table.
fn sample(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let lines = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("10.{}.{}.0/24|{}\n", state >> 56, state >> 48 & 0xff, state >> 33 & 0xfff)
    });
    lines.flat_map(String::into_bytes).take(length).collect()
}

pub(crate) fn compress(compression: Compression, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match compression {
        Compression::Raw => out.extend_from_slice(plain),
        Compression::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(&mut out, flate2::Compression::fast());
            writer.write_all(plain).unwrap();
            writer.finish().unwrap();
        }
        Compression::Bzip2 => {
            let mut writer = bzip2::write::BzEncoder::new(&mut out, bzip2::Compression::fast());
            writer.write_all(plain).unwrap();
            writer.finish().unwrap();
        }
        Compression::Xz => {
            let options = lzma_rust2::XzOptions::with_preset(1);
            let mut writer = lzma_rust2::XzWriter::new(&mut out, options).unwrap();
            writer.write_all(plain).unwrap();
            writer.finish().unwrap();
        }
        Compression::Zstd => {
            let mut writer = zstd::stream::write::Encoder::new(&mut out, 3).unwrap();
            writer.include_checksum(true).unwrap();
            writer.write_all(plain).unwrap();
            writer.finish().unwrap();
        }
    }
    out
}

/// Everything that comes out, and the error at the end.
pub(crate) fn decompress(packed: &[u8], threads: usize) -> (Vec<u8>, io::Result<()>) {
    let mut reader = Decompressed::new(packed, NonZeroUsize::new(threads).unwrap());
    let mut plain = Vec::new();
    let result = reader.read_to_end(&mut plain).map(drop);
    (plain, result)
}

pub(crate) fn fault(error: &io::Error) -> &DecompressError {
    error.get_ref().unwrap().downcast_ref().unwrap()
}

#[test]
fn every_format_is_told_by_its_first_bytes_and_read_back() {
    let plain = sample(700_000);
    for compression in ALL {
        let packed = compress(compression, &plain);
        assert_eq!(Compression::of(&packed), compression);
        let (read, result) = decompress(&packed, 2);
        assert!(result.is_ok() && read == plain, "{compression}: {result:?}");
    }
}

#[test]
fn several_members_are_read_as_one_and_an_empty_one_is_nothing() {
    let (one, other) = (sample(100_000), sample(30_000));
    for compression in ALL {
        let packed = [&one[..], &[], &other[..]].map(|plain| compress(compression, plain)).concat();
        let (read, result) = decompress(&packed, 2);
        assert!(result.is_ok(), "{compression}: {result:?}");
        assert_eq!(read, [&one[..], &other[..]].concat(), "{compression}");
    }
}

#[test]
fn a_cut_input_gives_what_it_has_and_names_the_place() {
    let plain = sample(900_000);
    for compression in ALL {
        let packed = compress(compression, &plain);
        for cut in [packed.len() / 2, packed.len() - 1] {
            let (read, result) = decompress(&packed[..cut], 2);
            assert!(plain.starts_with(&read), "{compression}");
            if compression == Compression::Raw {
                continue;
            }
            let error = result.unwrap_err();
            assert!(matches!(fault(&error).fault, Fault::Cut), "{compression}: {error}");
            assert!(fault(&error).offset <= cut as u64, "{compression}: {error}");
            assert!(read.len() > plain.len() / 4, "{compression}: {}", read.len());
        }
    }
}

#[test]
fn a_flipped_bit_loses_nothing_that_came_before_it() {
    let plain = sample(900_000);
    for compression in ALL.into_iter().skip(1) {
        let mut packed = compress(compression, &plain);
        let middle = packed.len() * 3 / 4;
        packed[middle] ^= 0x10;
        let (read, result) = decompress(&packed, 2);
        let error = result.unwrap_err();
        assert!(matches!(fault(&error).fault, Fault::Damaged), "{compression}: {error}");
        let same = read.iter().zip(&plain).take_while(|(read, plain)| read == plain).count();
        assert!(same > plain.len() / 2, "{compression}: {same} bytes of {}", plain.len());
    }
}

#[test]
fn bytes_behind_the_end_are_named_after_everything_is_read() {
    let plain = sample(50_000);
    for compression in ALL.into_iter().skip(1) {
        let packed = [compress(compression, &plain), b"garbage!".to_vec()].concat();
        let (read, result) = decompress(&packed, 2);
        assert_eq!(read.len(), plain.len(), "{compression}");
        assert!(result.is_err(), "{compression}");
    }
}

#[test]
fn an_error_of_the_source_is_passed_on() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    for compression in ALL {
        let packed = compress(compression, &sample(50_000));
        let half = &packed[..packed.len() / 2];
        let mut reader = Decompressed::new(half.chain(Broken), NonZeroUsize::MIN);
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("unplugged"), "{compression}: {error}");
        let again = reader.read(&mut [0; 8]).unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
    }
}

#[test]
fn a_header_that_claims_gigabytes_gets_no_memory() {
    // A frame header with a window of 2 GiB and over.
    let (_, result) = decompress(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0, 0, 0, 0, 0], 1);
    assert!(matches!(fault(&result.unwrap_err()).fault, Fault::Memory { .. }));
}

#[test]
fn nothing_is_the_plain_content_of_nothing() {
    let (read, result) = decompress(&[], 1);
    assert!(read.is_empty() && result.is_ok());
}
