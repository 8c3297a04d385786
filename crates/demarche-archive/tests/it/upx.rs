//! Programs that UPX 4.2.2 packed, from `tests/data/src/wick.c`.

use arbtest::arbtest;
use demarche_archive::upx::{Unpacked, UpxShortfall, unpack};
use demarche_archive::{Limits, Member, open};
use demarche_terms::Sha256;

/// Packed programs for Linux, and the hash of each before it was packed.
const ELF: [(&[u8], &str); 4] = [
    (
        include_bytes!("../data/wick-x64-nrv2b.upx"),
        "f6bdfa0104da55db08aaa73e91783678f0a9b25076f123e46be0abed92ff4df1",
    ),
    (
        include_bytes!("../data/wick-x64-lzma.upx"),
        "f6bdfa0104da55db08aaa73e91783678f0a9b25076f123e46be0abed92ff4df1",
    ),
    (
        include_bytes!("../data/wick-x86-nrv2d.upx"),
        "1c72d40f31ee36ee53f9044a6b9b8a123acce262e515f09412d33e259df5cb1d",
    ),
    (
        include_bytes!("../data/wick-a64-nrv2e.upx"),
        "665c33487ec815a1551788805da25d168c5093c62f7fd2ed2a32054eaf431c9d",
    ),
];

/// Packed programs for Windows, and the hash of the code of each before it was packed.
const PE: [(&[u8], &str); 2] = [
    (
        include_bytes!("../data/wick-x86-nrv2e.exe.upx"),
        "f02a21475cba785893a225213badf2e91c43efac5dae0639c1354859326112a4",
    ),
    (
        include_bytes!("../data/wick-x64-nrv2e.exe.upx"),
        "c78e7f6210d5062a8ac21c38b82e7d61c21afe6f365e8807a0dbfdaa5f44a143",
    ),
];

/// More than any of these programs has.
const MOST: u64 = 1 << 20;

/// The bytes in memory of a file's first section, as its header states them.
fn first_section(bytes: &[u8]) -> &[u8] {
    let word = |offset: usize| {
        usize::try_from(u32::from_le_bytes(bytes[offset..offset + 4].try_into().unwrap())).unwrap()
    };
    let head = word(0x3c);
    let section = head + 24 + word(head + 20) % 0x1_0000;
    &bytes[word(section + 20)..][..word(section + 8).min(word(section + 16))]
}

#[test]
fn a_program_for_linux_is_what_it_was_byte_for_byte() {
    for (packed, hash) in ELF {
        let unpacked = unpack(packed, MOST).unwrap().unwrap();
        assert_eq!(Sha256::of(&unpacked.bytes).to_string(), hash);
        assert_eq!(unpacked.shortfall, None);
    }
}

#[test]
fn a_program_for_windows_has_its_code_and_names_what_it_imports() {
    for (packed, hash) in PE {
        let Unpacked { bytes: unpacked, shortfall } = unpack(packed, MOST).unwrap().unwrap();
        assert_eq!(shortfall, None);
        assert_eq!(Sha256::of(first_section(&unpacked)).to_string(), hash);
        for name in [&b"msvcrt.dll\0"[..], b"puts\0", b"strncmp\0"] {
            assert!(unpacked.windows(name.len()).any(|window| window == name));
        }
    }
}

#[test]
fn a_changed_mark_hides_nothing() {
    let (packed, hash) = ELF[0];
    let mut packed = packed.to_vec();
    let places = (0..packed.len() - 4).filter(|place| packed[*place..].starts_with(b"UPX!"));
    for place in places.collect::<Vec<_>>() {
        packed[place..place + 4].copy_from_slice(b"YTS\x99");
    }
    let unpacked = unpack(&packed, MOST).unwrap().unwrap();
    assert_eq!(Sha256::of(&unpacked.bytes).to_string(), hash);
    assert_eq!(unpacked.shortfall, None);
}

#[test]
fn a_changed_size_in_the_front_hides_neither_sections_nor_symbols() {
    let (packed, hash) = ELF[0];
    let mut packed = packed.to_vec();
    let size = packed.windows(4).position(|window| window == b"UPX!").unwrap() + 12;
    packed[size..size + 8].fill(0);
    let unpacked = unpack(&packed, MOST).unwrap().unwrap();
    assert_eq!(Sha256::of(&unpacked.bytes).to_string(), hash);
    assert_eq!(unpacked.shortfall, None);
}

#[test]
fn what_is_appended_to_a_packed_program_hides_no_checksum() {
    for (packed, hash) in ELF {
        // Another packed program among it, whose own checksum is that of something else.
        for appended in [&[b'A'; 77][..], &[0; 5000], ELF[0].0] {
            let longer = [packed, appended].concat();
            let unpacked = unpack(&longer, MOST).unwrap().unwrap();
            assert_eq!(Sha256::of(&unpacked.bytes).to_string(), hash);
            assert_eq!(unpacked.shortfall, None);
        }
        let mut damaged = [packed, &[b'A'; 77]].concat();
        let mark = packed.windows(4).rposition(|window| window == b"UPX!").unwrap();
        damaged[mark + 8] ^= 1;
        let unpacked = unpack(&damaged, MOST).unwrap().unwrap();
        assert_eq!(unpacked.shortfall, Some(UpxShortfall::Unchecked), "its own sum does not hold");
        damaged[mark + 31] ^= 1;
        let shortfall = unpack(&damaged, MOST).unwrap().unwrap().shortfall;
        assert_ne!(shortfall, None);
    }
}

#[test]
fn what_does_not_hold_its_checksum_is_kept_and_named() {
    let mut named = 0;
    // In a program for Windows the names of imports stay outside the packed block, and have no checksum.
    let ends = ELF.iter().map(|(packed, _)| (packed, packed.len() - 64));
    for (packed, end) in ends.chain(PE.iter().map(|(packed, _)| (packed, 0x800))) {
        let whole = unpack(packed, MOST).unwrap().unwrap();
        for place in (0x200..end).step_by(41) {
            let mut damaged = packed.to_vec();
            damaged[place] ^= 0x10;
            if let Some(Ok(unpacked)) = unpack(&damaged, MOST) {
                match unpacked.shortfall {
                    Some(_) => named += 1,
                    None => assert_eq!(unpacked.bytes, whole.bytes, "{place:#x}"),
                }
            }
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn a_packed_library_is_named() {
    // The first block of a library does not follow the program headers; UPX's own header ends the file all the same.
    let (packed, _) = ELF[0];
    let mut library = packed.to_vec();
    library[0x100..0x140].fill(0);
    assert_eq!(unpack(&library, MOST), Some(Err(UpxShortfall::Library)));
    let end = library.len();
    library[end - 36..].fill(0);
    assert_ne!(unpack(&library, MOST), Some(Err(UpxShortfall::Library)));
}

#[test]
fn sections_named_by_upx_without_its_header_are_told_as_that() {
    let mut packed = PE[0].0.to_vec();
    let mark = packed.windows(4).position(|window| window == b"UPX!").unwrap();
    packed[mark..mark + 4].fill(0);
    assert_eq!(unpack(&packed, MOST), Some(Err(UpxShortfall::Sections)));
}

#[test]
fn what_is_not_loaded_may_be_missing() {
    let (packed, _) = ELF[0];
    let mut packed = packed.to_vec();
    // Everything behind UPX's own code is cut off; what the program runs is before it.
    packed.truncate(packed.len() - 600);
    let Unpacked { bytes: unpacked, shortfall } = unpack(&packed, MOST).unwrap().unwrap();
    assert_eq!(shortfall, Some(UpxShortfall::Rest));
    let whole = unpack(ELF[0].0, MOST).unwrap().unwrap().bytes;
    assert_eq!(unpacked[64..0x2000], whole[64..0x2000]);
    assert_eq!(unpacked[60..62], [0, 0], "no section headers are left");
}

#[test]
fn a_damaged_program_is_named() {
    let (packed, _) = ELF[0];
    let mut damaged = packed.to_vec();
    damaged[0x150..0x160].fill(0xff);
    assert!(matches!(unpack(&damaged, MOST), Some(Err(UpxShortfall::Block))));
    let mut bare = packed.to_vec();
    bare[0x100..0x108].fill(0);
    assert!(matches!(unpack(&bare, MOST), Some(Err(_))));
    assert!(matches!(unpack(packed, 4096), Some(Err(UpxShortfall::Limit))));
    let (packed, _) = PE[0];
    assert!(matches!(unpack(packed, 512), Some(Err(UpxShortfall::Limit))));
}

#[test]
fn the_program_comes_before_its_shell() {
    let (packed, hash) = ELF[0];
    let mut members: Vec<Member> = Vec::new();
    let gaps =
        open(packed.to_vec(), "wick", &[], &Limits::default(), &mut |member| members.push(member));
    assert!(gaps.is_empty());
    let [program, shell] = members.as_slice() else { panic!("{members:?}") };
    assert_eq!((program.path.as_str(), program.is_shell), ("wick/unpacked", false));
    assert_eq!(Sha256::of(&program.bytes).to_string(), hash);
    assert_eq!((shell.path.as_str(), shell.is_shell, &shell.bytes[..]), ("wick", true, packed));
}

#[test]
fn damaged_programs_never_make_more_than_the_limit() {
    arbtest(|u| {
        let all: Vec<&[u8]> = ELF.iter().chain(&PE).map(|(packed, _)| *packed).collect();
        let mut packed = u.choose(&all)?.to_vec();
        for _ in 0..u.int_in_range(1..=6)? {
            let reach = if u.ratio(1, 2)? { packed.len().min(0x300) } else { packed.len() };
            let place = u.choose_index(reach.max(1))?;
            match u.int_in_range(0..=4)? {
                0 => packed.truncate(place.max(64)),
                1 => {
                    let value: u32 = *u.choose(&[0, 1, 0x7fff_ffff, u32::MAX, 0x1000])?;
                    let value = value.to_le_bytes();
                    let bytes = packed.iter_mut().skip(place);
                    bytes.zip(value).for_each(|(byte, value)| *byte = value);
                }
                _ => {
                    if let Some(byte) = packed.get_mut(place) {
                        *byte = u.arbitrary()?;
                    }
                }
            }
        }
        if let Some(Ok(unpacked)) = unpack(&packed, 1 << 16) {
            assert!(unpacked.bytes.len() <= (1 << 16) + 2 * packed.len() + (1 << 16));
        }
        Ok(())
    });
}
