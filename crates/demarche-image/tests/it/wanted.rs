//! Tables of the loader and first bytes of ELF files, made for the test.

use demarche_image::identity::{ElfIdentity, PackingVerdict, identify};
use demarche_image::{Architecture, Format, read};

const BASE: u64 = 0x40_0000;
const STRINGS: usize = 0x100;
const TABLE: usize = 0x200;
const SIZE: usize = 0x600;

const NULL: u64 = 0;
const NEEDED: u64 = 1;
const STRTAB: u64 = 5;
const SONAME: u64 = 14;
const RPATH: u64 = 15;
const RUNPATH: u64 = 29;
const AUXILIARY: u64 = 0x7fff_fffd;
const FILTER: u64 = 0x7fff_ffff;

/// The texts at the offsets 1, 11, 16, 27 and 34.
const TEXTS: &[u8] = b"\0libc.so.6\0libz\0/opt:/usr/x\0libf.so\0liba.so\0";

/// A program of 64 bits with a table for the loader, and the two sizes that its program header states.
fn program(entries: &[(u64, u64)], sizes: [u64; 2]) -> Vec<u8> {
    let mut bytes = vec![0; SIZE];
    let mut put = |offset: usize, value: &[u8]| {
        bytes[offset..offset + value.len()].copy_from_slice(value);
    };
    put(0, b"\x7fELF\x02\x01\x01");
    put(16, &[3, 0, 62, 0, 1]);
    put(24, &(BASE + 0x500).to_le_bytes());
    put(32, &64_u64.to_le_bytes());
    put(52, &[64, 0, 56, 0, 2, 0, 64]);
    let size = u64::try_from(SIZE).unwrap();
    let table = u64::try_from(TABLE).unwrap();
    let headers: [(u32, [u64; 5]); 2] = [
        (1, [0, BASE, BASE, size, size]),
        (2, [table, BASE + table, BASE + table, sizes[0], sizes[1]]),
    ];
    for (index, (kind, numbers)) in headers.into_iter().enumerate() {
        let offset = 64 + index * 56;
        put(offset, &kind.to_le_bytes());
        put(offset + 4, &5_u32.to_le_bytes());
        for (index, number) in numbers.into_iter().enumerate() {
            put(offset + 8 + index * 8, &number.to_le_bytes());
        }
    }
    put(STRINGS, TEXTS);
    for (index, (tag, value)) in entries.iter().enumerate() {
        put(TABLE + index * 16, &tag.to_le_bytes());
        put(TABLE + index * 16 + 8, &value.to_le_bytes());
    }
    put(0x500, &[0xc3]);
    bytes
}

fn entries() -> Vec<(u64, u64)> {
    let strings = BASE + u64::try_from(STRINGS).unwrap();
    vec![
        (NEEDED, 1),
        (NEEDED, 11),
        (SONAME, 28),
        (RUNPATH, 16),
        (AUXILIARY, 36),
        (FILTER, 28),
        (STRTAB, strings),
        (NULL, 0),
    ]
}

/// What a file says about itself, and the words of its gaps.
fn told(bytes: &[u8]) -> (ElfIdentity, Vec<String>) {
    let identity = identify(bytes);
    let gaps = identity.gaps.into_iter().map(|gap| gap.what).collect();
    (identity.elf.unwrap(), gaps)
}

#[test]
fn the_table_is_read_to_its_end_whatever_sizes_are_stated() {
    let size = u64::try_from(16 * entries().len()).unwrap();
    for sizes in [[size, size], [0, 0], [0, size], [size, 0], [16, 16], [u64::MAX, 1]] {
        let (elf, gaps) = told(&program(&entries(), sizes));
        assert_eq!(elf.libraries, ["libc.so.6", "libz"], "{sizes:?}");
        assert_eq!(elf.library_name.as_deref(), Some("libf.so"));
        assert_eq!(elf.library_paths, ["/opt", "/usr/x"]);
        assert_eq!(elf.filtered_libraries, ["liba.so", "libf.so"]);
        let unrelated = |gap: &String| gap.starts_with("a segment") || gap.starts_with("segments");
        assert!(gaps.iter().all(unrelated), "{gaps:?}");
    }
}

#[test]
fn of_two_tables_of_texts_the_last_is_the_loaders() {
    let mut all = entries();
    all.insert(0, (STRTAB, BASE + 0x300));
    assert_eq!(told(&program(&all, [0, 0])).0.libraries, ["libc.so.6", "libz"]);
}

#[test]
fn whatever_of_the_table_is_lost_is_named() {
    let table = "the loader's table has no end";
    let name = "a name in the loader's table lies outside";
    let endless: Vec<_> = entries()[..7].iter().copied().cycle().take(64).collect();
    let without = |tag| entries().into_iter().filter(move |entry| entry.0 != tag).collect();
    let with = |tag, value| {
        let mut all = entries();
        all.insert(0, (tag, value));
        all
    };
    let cases: [(Vec<(u64, u64)>, &str); 6] = [
        (endless, table),
        (without(STRTAB), name),
        (with(NEEDED, 0x10_0000), name),
        (with(NEEDED, 0), name),
        (with(RPATH, 0x10_0000), name),
        (with(STRTAB, 7), ""),
    ];
    for (entries, wanted) in cases {
        let (_, gaps) = told(&program(&entries, [0, 0]));
        let is_named = gaps.iter().any(|gap| gap.starts_with(wanted));
        assert!(is_named || wanted.is_empty(), "{wanted}: {gaps:?}");
    }
    // The table lies where nothing is loaded.
    let mut bytes = program(&entries(), [0, 0]);
    bytes[64 + 56 + 16..64 + 56 + 24].copy_from_slice(&0x1234_5000_u64.to_le_bytes());
    let (elf, gaps) = told(&bytes);
    assert!(elf.libraries.is_empty() && gaps.iter().any(|gap| gap.starts_with(table)), "{gaps:?}");
}

#[test]
fn first_bytes_that_lie_change_nothing_and_are_named() {
    let honest = program(&entries(), [0, 0]);
    let expected = read(&honest).unwrap();
    for (class, order) in [(1, 1), (2, 2), (1, 2), (0, 0), (9, 9)] {
        let mut bytes = honest.clone();
        (bytes[4], bytes[5]) = (class, order);
        let image = read(&bytes).unwrap();
        assert_eq!((image.architecture, image.entry), (Architecture::X86_64, expected.entry));
        let (elf, gaps) = told(&bytes);
        assert_eq!(elf.libraries.len(), 2);
        let lies = |gap: &&String| gap.starts_with("the first bytes state another");
        assert_eq!(gaps.iter().filter(lies).count(), 1, "{class} {order}: {gaps:?}");
    }
}

#[test]
fn a_program_for_another_processor_still_says_what_it_wants() {
    let mut bytes = program(&entries(), [0, 0]);
    // LoongArch.
    bytes[18..20].copy_from_slice(&258_u16.to_le_bytes());
    assert!(read(&bytes).is_err());
    let identity = identify(&bytes);
    assert_eq!((identity.format, identity.architecture), (Some(Format::Elf), None));
    assert_eq!(identity.elf.unwrap().libraries, ["libc.so.6", "libz"]);
    // Nobody has looked into it.
    assert_eq!(identity.packing.verdict, PackingVerdict::NotExamined);
    let text = identify(b"a text");
    assert_eq!((text.packing.verdict, text.format), (PackingVerdict::NotExamined, None));
}

#[test]
fn a_mark_of_upx_behind_everything_is_a_sign() {
    let mut bytes = program(&entries(), [0, 0]);
    assert_eq!(identify(&bytes).packing.verdict, PackingVerdict::NoneSeen);
    bytes.extend([0; 0x800]);
    bytes.extend(b"UPX!");
    bytes.extend([0; 32]);
    assert_eq!(identify(&bytes).packing.verdict, PackingVerdict::Named("UPX".to_owned()));
}
