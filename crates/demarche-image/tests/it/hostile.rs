//! Files that claim more than they have: no panic, no memory for what is not there, and what was met is named.

use demarche_image::identity::identify;
use demarche_image::{Image, read, read_all};

use crate::fixture::{check, elf, pe32, pe64};

/// Values that counts, sizes and addresses are forged to.
const FORGED: [u32; 6] = [0, 1, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX];

/// A program header: what runs and is written, at an offset and an address, with sizes in the file and in memory.
struct Load {
    offset: u64,
    address: u64,
    present: u64,
    size: u64,
}

/// A 64-bit ELF file of some segments, whose bytes begin behind the headers.
fn elf_of(loads: &[Load], bytes: &[u8]) -> Vec<u8> {
    let count = u16::try_from(loads.len()).unwrap();
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend([2, 0, 62, 0, 1, 0, 0, 0]);
    file.extend([0x40_1000_u64, 64, 0].iter().flat_map(|one| one.to_le_bytes()));
    file.extend([0, 0, 0, 0, 64, 0, 56, 0]);
    file.extend(count.to_le_bytes());
    file.extend([64, 0, 0, 0, 0, 0]);
    for one in loads {
        file.extend([1, 0, 0, 0, 7, 0, 0, 0]);
        let words = [one.offset, one.address, one.address, one.present, one.size, 0x1000];
        file.extend(words.iter().flat_map(|one| one.to_le_bytes()));
    }
    file.extend(bytes);
    file
}

/// Reads a file in every way, and checks what holds for every image.
fn survives(bytes: &[u8]) -> Vec<Image<'_>> {
    let images: Vec<Image<'_>> = read_all(bytes).into_iter().flatten().collect();
    images.iter().for_each(|image| check(image, bytes.len()));
    drop(identify(bytes));
    images
}

fn names(image: &Image<'_>, what: &str) -> bool {
    image.gaps.iter().any(|gap| gap.what.contains(what))
}

#[test]
fn memory_of_four_gigabytes_and_more_is_not_made() {
    for size in [1 << 32, 1 << 33, 1 << 63, u64::MAX] {
        let file = elf_of(&[Load { offset: 120, address: 0x40_1000, present: 4, size }], b"code");
        let images = survives(&file);
        let present: usize = images[0].sections.iter().map(|one| one.bytes.len()).sum();
        assert_eq!(present, 4, "{size:#x}");
        let load = Load { offset: 120, address: 0x40_1000, present: size, size };
        let file = elf_of(&[load], b"code");
        assert!(names(&survives(&file)[0], "longer than the file"), "{size:#x}");
    }
    let end = Load { offset: 0, address: u64::MAX - 0xfff, present: 64, size: 1 << 32 };
    survives(&elf_of(&[end], b"code"));
}

#[test]
fn segments_that_overlap_in_thousands_share_their_bytes_only_so_often() {
    let body = vec![0x90; 100_000];
    for step in [0, 1, 16, 0x1000, 1 << 20] {
        let load = |at: u64| Load {
            offset: 64,
            address: 0x40_0000 + at * step,
            present: 3 << 20,
            size: 3 << 20,
        };
        let file = elf_of(&(0..20_000).map(load).collect::<Vec<_>>(), &body);
        assert!(names(&survives(&file)[0], "overlap in memory"), "{step}");
    }
}

#[test]
fn forged_counts_in_every_place_of_an_elf_header_are_survived() {
    let Some(whole) = elf() else { return };
    // The file header, the program headers, and the section headers, two bytes after two.
    let headers = whole.len().saturating_sub(64 * 40)..whole.len();
    for place in (16..1024).step_by(2).chain(headers.step_by(4)) {
        for value in [0xffff, u32::MAX] {
            survives(&with(&whole, place, value));
        }
    }
}

#[test]
fn forged_counts_in_every_table_of_a_pe_are_survived() {
    for whole in [pe32(), pe64()].into_iter().flatten() {
        let header = usize::try_from(word(&whole, 0x3c)).unwrap();
        for place in (header..header + 0x108).step_by(4) {
            FORGED.iter().for_each(|&value| drop(survives(&with(&whole, place, value))));
        }
        // What the directories of exports, imports and resources say about themselves.
        let directories = header + if whole[header + 24 + 1] == 2 { 136 } else { 120 };
        for directory in [0, 1, 2, 3, 5, 6, 10] {
            let address = word(&whole, directories + 8 * directory);
            let Some(offset) = offset(&whole, address) else { continue };
            for place in (offset..offset + 0x40).step_by(4) {
                FORGED.iter().for_each(|&value| drop(survives(&with(&whole, place, value))));
            }
        }
    }
}

#[test]
fn tables_of_a_pe_that_lie_in_each_other_are_survived() {
    let Some(whole) = pe64() else { return };
    let header = usize::try_from(word(&whole, 0x3c)).unwrap();
    let directories = header + 136;
    for from in 0..16 {
        for to in 0..16 {
            let address = word(&whole, directories + 8 * to);
            let moved = with(&whole, directories + 8 * from, address);
            survives(&with(&moved, directories + 8 * from + 4, u32::MAX));
        }
    }
}

#[test]
fn a_fat_file_of_slices_over_each_other_has_them_all_and_one_too_many_is_none() {
    let inner =
        elf_of(&[Load { offset: 0, address: 0, present: 1 << 20, size: 1 << 20 }], &[0; 64]);
    for (count, offset) in [(1, 8), (44, 8), (44, 0), (44, u32::MAX), (45, 8), (u32::MAX, 8)] {
        let mut file = 0xcafe_babe_u32.to_be_bytes().to_vec();
        file.extend(count.to_be_bytes());
        for _ in 0..count.min(60) {
            let words = [7, 3, offset, u32::MAX, 0];
            file.extend(words.iter().flat_map(|one: &u32| one.to_be_bytes()));
        }
        file.extend(&inner);
        let read = read_all(&file).len();
        assert_eq!(read, if count > 44 { 1 } else { count as usize });
        survives(&file);
    }
}

/// Load commands that say they are of no size, or larger than the file, or more than there can be.
#[test]
fn forged_load_commands_are_survived() {
    for (count, command, size) in [
        (u32::MAX, 0x19, 0),
        (u32::MAX, 0x19, 8),
        (10_000, 0x19, 72),
        (4, 2, 24),
        (4, 0x8000_0022, 48),
        (4, 0x8000_0034, 16),
        (4, 0x26, 16),
        (1, 0x19, u32::MAX),
    ] {
        for filling in FORGED {
            let header = [0xfeed_facf, 0x0100_0007, 3, 2, count, u32::MAX, 0, 0];
            let mut file: Vec<u8> = header.iter().flat_map(|one| one.to_le_bytes()).collect();
            for _ in 0..count.min(10_000) {
                let words = [command, size].into_iter().chain([filling; 16]);
                let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
                file.extend(bytes.iter().take((size as usize).clamp(8, 72)));
            }
            survives(&file);
        }
    }
}

#[test]
fn a_file_of_headers_only_is_read() {
    assert!(read(&elf_of(&[], &[])).is_ok_and(|image| image.sections.is_empty()));
}

/// The four bytes at a place.
fn word(bytes: &[u8], place: usize) -> u32 {
    u32::from_le_bytes(*bytes[place..].first_chunk().unwrap())
}

/// The file with other bytes at a place.
fn with(bytes: &[u8], place: usize, value: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.iter_mut().skip(place).zip(value.to_le_bytes()).for_each(|(old, new)| *old = new);
    bytes
}

/// Where an address of a PE, counted from its base, lies in the file.
fn offset(whole: &[u8], address: u32) -> Option<usize> {
    let image = read(whole).unwrap();
    let at = demarche_image::VirtualAddress(image.base.0 + u64::from(address));
    let section = image.section(at).filter(|_| address > 0)?;
    let start = section.offset?.0 + at.since(section.address)?;
    usize::try_from(start).ok()
}
