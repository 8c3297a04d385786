//! bzip2 on several threads gives what the serial decoder gives, whatever the input.

use std::io::{Read as _, Write as _};
use std::num::NonZeroUsize;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use bzip2::Compression;
use demarche_routes::Decompressed;
use demarche_routes::compressed::Fault;

use crate::compressed::{decompress, fault};

/// What the serial decoder gives, a damaged block's bytes included, and whether it came to the end.
///
/// The decoder is driven over slices, because its reader keeps what came out in the same step as an error to itself.
fn serially(packed: &[u8]) -> (Vec<u8>, bool) {
    let (mut plain, mut rest) = (Vec::new(), packed);
    while !rest.is_empty() {
        let mut decoder = bzip2::Decompress::new(false);
        loop {
            plain.reserve(1 << 16);
            let (read, written) = (decoder.total_in(), plain.len());
            let status = decoder.decompress_vec(rest, &mut plain);
            let taken = usize::try_from(decoder.total_in() - read).unwrap();
            rest = &rest[taken..];
            match status {
                Ok(bzip2::Status::StreamEnd) => break,
                Ok(_) if taken > 0 || plain.len() > written => {}
                _ => return (plain, false),
            }
        }
    }
    (plain, true)
}

fn pack(plain: &[u8], level: u32) -> Vec<u8> {
    let mut writer = bzip2::write::BzEncoder::new(Vec::new(), Compression::new(level));
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

/// Up to 400 kB in which runs, text and noise take turns.
fn plain(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let length = u.int_in_range(0..=100_000)?;
        let mut state: u64 = u.arbitrary()?;
        let kind: u8 = u.int_in_range(0..=2)?;
        plain.extend((0..length).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let noise = state.to_be_bytes()[0];
            [noise, noise % 4, 7][usize::from(kind)]
        }));
    }
    Ok(plain)
}

/// One to three streams of different levels.
fn packed(u: &mut Unstructured<'_>) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut all, mut packed) = (Vec::new(), Vec::new());
    for _ in 0..u.int_in_range(1..=3)? {
        let plain = plain(u)?;
        packed.extend(pack(&plain, u.int_in_range(1..=3)?));
        all.extend(plain);
    }
    Ok((all, packed))
}

#[test]
fn whole_inputs_come_out_as_from_the_serial_decoder() {
    arbtest(|u| {
        let (all, packed) = packed(u)?;
        for threads in [1, 3] {
            let (read, result) = decompress(&packed, threads);
            assert!(result.is_ok(), "{result:?}");
            assert!(read == all);
        }
        Ok(())
    })
    .budget_ms(3_000);
}

#[test]
fn damaged_inputs_come_out_up_to_the_damaged_block() {
    arbtest(|u| {
        let (_, mut packed) = packed(u)?;
        for _ in 0..u.int_in_range(1..=3)? {
            let place = u.choose_index(packed.len())?;
            packed[place] ^= 1 << u.int_in_range(0..=7)?;
        }
        if u.ratio(1, 3)? {
            packed.truncate(u.choose_index(packed.len() + 1)?);
        }
        if !packed.starts_with(b"BZh") || !matches!(packed.get(3), Some(b'1'..=b'9')) {
            return Ok(());
        }
        let (serial, is_ok) = serially(&packed);
        let (here, _) = decompress(&packed, 1);
        let (read, result) = decompress(&packed, 3);
        assert!(read == here, "one thread and three differ");
        assert_eq!(is_ok, result.is_ok(), "{result:?}");
        // The serial decoder may give the damaged block too; this one gives whole blocks only.
        assert!(serial.starts_with(&read), "{} of {}", read.len(), serial.len());
        assert!(!is_ok || read == serial);
        Ok(())
    })
    .budget_ms(3_000);
}

/// Bits, written one after another.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, value: u64, count: u32) {
        self.0.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        let (whole, rest) = self.0.as_chunks::<8>();
        let mut bytes: Vec<u8> = whole.iter().map(|bits| byte(bits)).collect();
        if !rest.is_empty() {
            bytes.push(byte(rest) << (8 - rest.len()));
        }
        bytes
    }
}

/// A whole stream whose block holds the magic of a block among its tables.
///
/// The selectors of a block may be more than it uses, and each is any run of ones and a zero below the number of
/// tables; a magic can be written in them when there are six tables and none of its runs of ones is over five.
fn with_a_magic_inside(magic: u64) -> (Vec<u8>, Vec<u8>) {
    let honest = pack(b"abc", 1);
    // Head, randomised bit, origin and symbol maps: 16 bits for groups, 16 for the one group in use.
    let bits: Vec<bool> =
        honest.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let take = |from: usize, count: usize| {
        bits[from..from + count].iter().fold(0_u64, |value, bit| value << 1 | u64::from(*bit))
    };
    let tables_at = 32 + 48 + 32 + 1 + 24 + 16 + 16;
    let (tables, selectors) = (take(tables_at, 3), take(tables_at + 3, 15));
    assert_eq!((tables, selectors), (2, 1));
    let mut out = Bits::default();
    for bit in &bits[..tables_at] {
        out.push(u64::from(*bit), 1);
    }
    // Six tables; enough selectors for the real one, a zero before the magic, and a zero behind it.
    out.push(6, 3);
    let zeros = (0..48).filter(|bit| magic >> bit & 1 == 0).count();
    out.push(u64::try_from(1 + zeros + 1).unwrap(), 15);
    let first = take(tables_at + 18, 1);
    assert_eq!(first, 0);
    out.push(0, 1);
    out.push(magic, 48);
    out.push(0, 1);
    // The first of the two tables six times: symbols of "abc" in one group need no other.
    let (table, after) = first_table(&bits, tables_at + 19, 5);
    for _ in 0..6 {
        table.iter().for_each(|bit| out.push(u64::from(*bit), 1));
    }
    let (_, symbols) = first_table(&bits, after, 5);
    let ends = |at: &usize| take(*at, 48) == 0x1772_4538_5090;
    let end = (symbols..bits.len() - 79).find(ends).unwrap() + 80;
    for bit in &bits[symbols..end] {
        out.push(u64::from(*bit), 1);
    }
    (out.bytes(), b"abc".to_vec())
}

/// The bits of a table of code lengths from `from` on, and where they end.
fn first_table(bits: &[bool], from: usize, symbols: usize) -> (Vec<bool>, usize) {
    let mut at = from + 5;
    for _ in 0..symbols {
        while bits[at] {
            at += 2;
        }
        at += 1;
    }
    (bits[from..at].to_vec(), at)
}

#[test]
fn a_magic_inside_a_block_does_not_end_it() {
    for magic in [0x3141_5926_5359, 0x1772_4538_5090] {
        let (packed, plain) = with_a_magic_inside(magic);
        // The serial decoder says whether the stream is right.
        assert_eq!(serially(&packed), (plain.clone(), true), "{magic:x}");
        for threads in [1, 2] {
            let several = [pack(b"before", 9), packed.clone(), pack(b"after", 9)].concat();
            let (read, result) = decompress(&several, threads);
            assert!(result.is_ok(), "{result:?}");
            assert_eq!(read, [b"before", &plain[..], b"after"].concat());
        }
    }
}

#[test]
fn a_damaged_magic_loses_only_what_is_behind_it() {
    let plain: Vec<u8> = (0..300_000_u32).flat_map(|number| number.to_le_bytes()).collect();
    let packed = pack(&plain, 1);
    // The second block of about twelve begins somewhere in the first quarter: flip a bit of its magic.
    let bits: Vec<bool> =
        packed.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let magic: Vec<bool> = (0..48).rev().map(|bit| 0x3141_5926_5359_u64 >> bit & 1 == 1).collect();
    let second = 33 + bits[33..].windows(48).position(|window| window == magic).unwrap();
    let mut damaged = packed.clone();
    damaged[second / 8 + 2] ^= 1;
    let (read, result) = decompress(&damaged, 2);
    assert_eq!(read.len() / 1_000, 99, "the first block is whole");
    assert!(plain.starts_with(&read));
    let error = result.unwrap_err();
    assert!(matches!(fault(&error).fault, Fault::Damaged), "{error}");
    let place = fault(&error).offset;
    assert!((second / 8).abs_diff(usize::try_from(place).unwrap()) <= 1, "{place}");
}

#[test]
fn a_whole_block_before_a_damaged_end_is_handed_out() {
    let mut packed = pack(b"some text", 1);
    let end = packed.len() - 8;
    packed[end] ^= 1;
    assert_eq!(serially(&packed), (b"some text".to_vec(), false));
    for threads in [1, 2] {
        let (read, result) = decompress(&packed, threads);
        assert_eq!(read, b"some text");
        assert!(matches!(fault(&result.unwrap_err()).fault, Fault::Damaged));
    }
}

#[test]
fn a_wrong_checksum_of_the_stream_is_named_after_its_blocks() {
    let mut packed = pack(b"some text", 9);
    let last = packed.len() - 2;
    packed[last] ^= 1;
    let (read, result) = decompress(&packed, 2);
    assert_eq!(read, b"some text");
    assert!(matches!(fault(&result.unwrap_err()).fault, Fault::Damaged));
}

#[test]
fn a_reader_that_is_dropped_early_ends_its_threads() {
    let packed = pack(&vec![5; 40_000_000], 1);
    let mut reader = Decompressed::new(&packed[..], NonZeroUsize::new(3).unwrap());
    let mut some = [0; 10];
    reader.read_exact(&mut some).unwrap();
    assert_eq!(some, [5; 10]);
}
