//! Lists of imports made for the test, and the hash over them.

use demarche_image::identity::{Identity, PackingVerdict, identify};
use demarche_image::{Format, read};

/// One function of `ws2_32.dll`, by name or number.
enum Wanted<'test> {
    Name(&'test [u8]),
    Number(u64),
}

/// A program of 64 bits that takes one function; `names` is the place of the list of names, zero for none.
fn program(wanted: &Wanted<'_>, names: u32, machine: u16) -> Vec<u8> {
    let mut bytes = vec![0; 0x1400];
    let mut put = |offset: usize, value: &[u8]| {
        bytes[offset..offset + value.len()].copy_from_slice(value);
    };
    put(0, b"MZ");
    put(0x3c, &[0x40]);
    put(0x40, b"PE\0\0");
    put(0x44, &machine.to_le_bytes());
    put(0x46, &[1, 0]);
    put(0x54, &[240, 0, 0x22, 0]);
    // The optional header: its mark, alignments, sizes and tables.
    let optional = 0x58;
    put(optional, &[0x0b, 0x02, 14, 0]);
    let words: [(usize, u32); 7] = [
        (16, 0x1000),
        (32, 0x1000),
        (36, 0x200),
        (56, 0x3000),
        (60, 0x200),
        (108, 16),
        (120, 0x1100),
    ];
    for (offset, word) in words {
        put(optional + offset, &word.to_le_bytes());
    }
    put(optional + 24, &0x1_4000_0000_u64.to_le_bytes());
    put(optional + 124, &40_u32.to_le_bytes());
    let section = optional + 240;
    put(section, b".text");
    for (offset, word) in
        [(8, 0x1200_u32), (12, 0x1000), (16, 0x1200), (20, 0x200), (36, 0x6000_0020)]
    {
        put(section + offset, &word.to_le_bytes());
    }
    // Everything lies in the only section, whose first byte is at 0x200 and 0x1000.
    let at = |relative: usize| relative - 0x1000 + 0x200;
    put(at(0x1000), &[0xc3]);
    for (offset, word) in [(0, names), (12, 0x1180), (16, 0x1140)] {
        put(at(0x1100) + offset, &word.to_le_bytes());
    }
    put(at(0x1180), b"WS2_32.dll\0");
    let element = match wanted {
        Wanted::Name(name) => {
            put(at(0x1202), name);
            0x1200
        }
        Wanted::Number(number) => 1 << 63 | number,
    };
    for list in [0x1140, 0x1160] {
        put(at(list), &element.to_le_bytes());
    }
    bytes
}

fn imphash(identity: &Identity) -> Option<String> {
    identity.pe.as_ref()?.imphash.map(|hash| hash.to_string())
}

#[test]
fn a_list_of_names_outside_the_image_falls_back_on_the_slots() {
    let wanted = Wanted::Name(b"connect");
    let expected = imphash(&identify(&program(&wanted, 0x1160, 0x8664)));
    // MD5 of "ws2_32.connect".
    assert_eq!(expected.as_deref(), Some("6217fed3c6a12f3833129136c01a630c"));
    for names in [0, 0x7fff_0000, 0x3000, u32::MAX] {
        let bytes = program(&wanted, names, 0x8664);
        let image = read(&bytes).unwrap();
        assert_eq!(image.imports.len(), 1, "{names:#x}");
        assert!(image.gaps.is_empty(), "{:?}", image.gaps);
        assert_eq!(imphash(&identify(&bytes)), expected, "{names:#x}");
    }
}

#[test]
fn a_name_that_looks_like_a_number_is_none() {
    let number = identify(&program(&Wanted::Number(5), 0x1160, 0x8664));
    let name = program(&Wanted::Name(b"#5"), 0x1160, 0x8664);
    assert!(imphash(&number).is_some());
    assert_eq!(imphash(&identify(&name)), None);
    assert_eq!(read(&name).unwrap().imports[0].name, "#5");
}

#[test]
fn a_program_for_another_processor_still_has_its_hash() {
    let wanted = Wanted::Name(b"connect");
    let (known, other) = (program(&wanted, 0x1160, 0x8664), program(&wanted, 0x1160, 0x6264));
    assert!(read(&other).is_err());
    let identity = identify(&other);
    assert_eq!(identity.format, Some(Format::Pe));
    assert_eq!(imphash(&identity), imphash(&identify(&known)));
    assert_eq!(identity.packing.verdict, PackingVerdict::NotExamined);
}
