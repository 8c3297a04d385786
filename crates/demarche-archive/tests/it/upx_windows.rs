//! Programs for Windows packed as UPX packs them, made by the tests: with any number of sections, pointers and symbols.

use std::io::Write as _;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_archive::upx::{Unpacked, UpxShortfall, unpack};

/// The address of the first section, and the multiple at which sections begin.
const PAGE: u32 = 0x1000;

const BASE: u64 = 0x1_4000_0000;

/// More than any of these programs has.
const MOST: u64 = 1 << 22;

/// A program before it is packed.
#[derive(Clone)]
struct Program {
    /// The sizes of its sections, in pages.
    pages: Vec<u32>,
    /// The number of pointers that are relocated, 8 bytes each, from the first section's first byte on.
    pointers: u32,
    libraries: Vec<(&'static str, Vec<&'static str>)>,
    /// What UPX leaves in its last section behind the names of libraries: exports, then resources.
    exports: Vec<u8>,
    resources: Vec<u8>,
    /// The number of symbols that the headers announce, and where their table lies in the file.
    symbols: u32,
    symbols_at: u32,
    /// The bytes behind the sections of the file.
    behind: Vec<u8>,
}

impl Program {
    fn plain() -> Self {
        Self {
            pages: vec![1, 2],
            pointers: 3,
            libraries: vec![("KERNEL32.dll", vec!["Sleep", "ExitProcess"]), ("m.dll", vec![])],
            exports: b"exports of the program".to_vec(),
            resources: b"resources".repeat(40),
            symbols: 0,
            symbols_at: 0,
            behind: Vec::new(),
        }
    }

    /// The same with symbols behind its sections.
    fn with_symbols(symbols: u32, texts: &[u8]) -> Self {
        let mut program = Self { symbols, ..Self::plain() };
        program.symbols_at = program.end_in_file();
        program.behind = (0..symbols * 18).map(|position| position.to_le_bytes()[0] | 1).collect();
        program.behind.extend((4 + u32::try_from(texts.len()).unwrap()).to_le_bytes());
        program.behind.extend(texts);
        program
    }

    /// The sections, as number, address, size in memory, and offset in the file; each one fills its pages in both.
    fn sections(&self) -> Vec<(u32, u32, u32, u32)> {
        let mut address = PAGE;
        let position = |(number, pages): (usize, &u32)| {
            let start = address;
            address += pages * PAGE;
            (u32::try_from(number).unwrap(), start, pages * PAGE, start - PAGE + 0x400)
        };
        self.pages.iter().enumerate().map(position).collect()
    }

    fn end_in_file(&self) -> u32 {
        0x400 + self.pages.iter().sum::<u32>() * PAGE
    }

    fn names(&self) -> Vec<u8> {
        let mut names = vec![0; 4];
        for (name, _) in &self.libraries {
            names.extend(name.bytes().chain([0]));
        }
        names
    }

    /// What UPX compresses: the image, the lists of imports and pointers, and the headers.
    fn image(&self) -> Vec<u8> {
        let length = self.pages.iter().sum::<u32>() * PAGE;
        let mut image: Vec<u8> =
            (0..length).map(|position| (position / 7).to_le_bytes()[0]).collect();
        for pointer in 0..self.pointers {
            let position = usize::try_from(pointer * 8).unwrap();
            image[position..position + 8].copy_from_slice(&u64::from(pointer).to_be_bytes());
        }
        let imports = stated(&image);
        let (mut name_at, mut slots) = (4, length - 0x400);
        for (library, functions) in &self.libraries {
            image.extend(u32::to_le_bytes(name_at));
            image.extend(slots.to_le_bytes());
            for function in functions {
                image.push(1);
                image.extend(function.bytes().chain([0]));
            }
            image.push(0);
            name_at += stated(library.as_bytes()) + 1;
            slots += (stated(functions) + 1) * 8;
        }
        image.extend([0; 4]);
        let pointers = stated(&image);
        image.extend((0..self.pointers).map(|pointer| if pointer == 0 { 4 } else { 8 }));
        image.push(0);
        let headers = stated(&image);
        image.extend(self.headers());
        for word in [imports, 0, pointers] {
            image.extend(word.to_le_bytes());
        }
        image.push(0);
        image.extend(headers.to_le_bytes());
        image
    }

    fn headers(&self) -> Vec<u8> {
        let sections = self.sections();
        let mut bytes = head(sections.len(), [PAGE, 40, PAGE, 400, PAGE, 40, PAGE, 400]);
        bytes[12..16].copy_from_slice(&self.symbols_at.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.symbols.to_le_bytes());
        for (number, address, size, offset) in sections {
            bytes.extend(section(
                &[b'.', b'a' + number.to_le_bytes()[0]],
                address,
                size,
                offset,
                size,
            ));
        }
        bytes
    }

    /// The packed file, with an image that may have been changed.
    fn packed(&self, image: &[u8]) -> Vec<u8> {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(image).unwrap();
        let data = encoder.finish().unwrap();
        let mut block = b"UPX!\x0d\x24\x0f\x08".to_vec();
        for word in [adler(image), adler(&data), stated(image), stated(&data), stated(image), 0] {
            block.extend(word.to_le_bytes());
        }
        block.extend(data);
        block.resize(block.len().next_multiple_of(0x200), 0);
        let mut shell = self.names();
        let exports = stated(&shell);
        shell.extend(&self.exports);
        let resources = stated(&shell);
        shell.extend(&self.resources);
        // The last section stands close behind the image, as in a file that UPX packed, and the block before it.
        let room = stated(&block).next_multiple_of(PAGE);
        let at = PAGE + stated(image).max(room + PAGE).next_multiple_of(PAGE);
        let (length, size) = (stated(&self.exports), stated(&self.resources));
        let tables = [at + exports, length, at, exports, at + resources, size, 0, 0];
        let mut file = b"MZ".to_vec();
        file.resize(0x40, 0);
        file[0x3c] = 0x40;
        file.extend(head(3, tables));
        let behind = 0x400 + stated(&block);
        file.extend(section(b"UPX0", PAGE, at - room - PAGE, 0x400, 0));
        file.extend(section(b"UPX1", at - room, room, 0x400, stated(&block)));
        file.extend(section(b".rsrc", at, stated(&shell), behind, stated(&shell)));
        file.resize(0x400, 0);
        file.extend(block);
        file.extend(shell);
        file.resize(file.len().next_multiple_of(0x200), 0);
        file.extend(&self.behind);
        file
    }

    fn unpacked(&self) -> Vec<u8> {
        let packed = self.packed(&self.image());
        let Unpacked { bytes, shortfall } = unpack(&packed, MOST).unwrap().unwrap();
        assert_eq!(shortfall, None);
        bytes
    }
}

fn stated<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap()
}

fn adler(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

/// Headers of 64 bits before their sections, with exports, imports, resources and relocations as address and size.
fn head(sections: usize, tables: [u32; 8]) -> Vec<u8> {
    let mut bytes = b"PE\0\0\x64\x86".to_vec();
    bytes.resize(264, 0);
    let [exports @ .., _, _] = tables;
    let mut put = |offset: usize, value: &[u8]| {
        bytes[offset..offset + value.len()].copy_from_slice(value);
    };
    put(6, &u16::try_from(sections).unwrap().to_le_bytes());
    put(20, &240_u16.to_le_bytes());
    put(24, &0x20b_u16.to_le_bytes());
    put(44, &PAGE.to_le_bytes());
    put(48, &BASE.to_le_bytes());
    put(60, &0x200_u32.to_le_bytes());
    for (number, word) in exports.iter().enumerate() {
        put(136 + 4 * number, &word.to_le_bytes());
    }
    put(136 + 5 * 8, &tables[6].to_le_bytes());
    put(136 + 5 * 8 + 4, &tables[7].to_le_bytes());
    bytes
}

fn section(name: &[u8], address: u32, size: u32, offset: u32, length: u32) -> [u8; 40] {
    let mut header = [0; 40];
    header[..name.len()].copy_from_slice(name);
    for (position, word) in [(8, size), (12, address), (16, length), (20, offset)] {
        header[position..position + 4].copy_from_slice(&word.to_le_bytes());
    }
    header
}

/// A file as it is read again.
struct File<'data>(&'data [u8]);

impl File<'_> {
    fn word(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.0[offset..offset + 4].try_into().unwrap())
    }

    /// The sections, as name, address, size in memory and bytes.
    fn sections(&self) -> Vec<(&[u8], u32, u32, &[u8])> {
        let count = usize::from(u16::from_le_bytes(self.0[0x46..0x48].try_into().unwrap()));
        let section = |number: usize| {
            let position = 0x40 + 264 + 40 * number;
            let [size, address, length, offset] =
                [8, 12, 16, 20].map(|field| self.word(position + field));
            let start = usize::try_from(offset).unwrap();
            let bytes = &self.0[start..start + usize::try_from(length).unwrap()];
            (&self.0[position..position + 8], address, size.max(length), bytes)
        };
        (0..count).map(section).collect()
    }

    /// The bytes of a table.
    fn table(&self, number: usize) -> &[u8] {
        let position = 0x40 + 136 + 8 * number;
        let (address, length) =
            (self.word(position), usize::try_from(self.word(position + 4)).unwrap());
        let sections = self.sections();
        let held = |section: &&(&[u8], u32, u32, &[u8])| {
            (section.1..section.1 + section.2).contains(&address)
        };
        let holders: Vec<_> = sections.iter().filter(held).collect();
        let [(_, start, _, bytes)] = holders.as_slice() else {
            panic!("{address:#x}: {}", holders.len())
        };
        &bytes[usize::try_from(address - start).unwrap()..][..length]
    }

    /// The addresses that the list of relocated pointers names.
    fn relocated(&self) -> Vec<u32> {
        let mut rest = self.table(5);
        let mut addresses = Vec::new();
        while let [a, b, c, d, e, f, g, h, ..] = *rest {
            let (page, length) =
                (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
            let (block, next) = rest.split_at(usize::try_from(length).unwrap());
            for entry in block[8..].chunks(2) {
                let entry = u16::from_le_bytes([entry[0], entry[1]]);
                if entry != 0 {
                    assert_eq!(entry >> 12, 10);
                    addresses.push(page + u32::from(entry & 0xfff));
                }
            }
            rest = next;
        }
        addresses
    }

    /// The announced number of symbols, and what stands at their position.
    fn symbols(&self) -> (u32, &[u8]) {
        (self.word(0x50), &self.0[usize::try_from(self.word(0x4c)).unwrap()..])
    }
}

/// A program with few or many of everything.
fn any_program(u: &mut Unstructured<'_>) -> Result<Program> {
    let mut pages = Vec::new();
    for _ in 0..u.int_in_range(1..=6)? {
        pages.push(u.int_in_range(1..=30)?);
    }
    let limit = pages.iter().sum::<u32>() * PAGE / 8 - 256;
    let mut program = if u.ratio(1, 2)? {
        let texts = vec![b'x'; u.int_in_range(0..=50)?];
        Program::with_symbols(u.int_in_range(1..=90)?, &texts)
    } else {
        Program::plain()
    };
    program.pages = pages;
    if program.symbols > 0 {
        program.symbols_at = program.end_in_file();
    }
    program.pointers = u.int_in_range(2..=limit)?;
    program.exports = vec![0xee; u.int_in_range(1..=30_000)?];
    program.resources = vec![0xdd; u.int_in_range(1..=30_000)?];
    Ok(program)
}

#[test]
fn no_new_table_lies_over_anything() {
    arbtest(|u| {
        let program = any_program(u)?;
        let unpacked = program.unpacked();
        let file = File(&unpacked);
        let mut stretches: Vec<(u32, u32)> =
            file.sections().iter().map(|(_, start, size, _)| (*start, start + size)).collect();
        stretches.sort_unstable();
        assert!(stretches.is_sorted_by(|left, right| left.1 <= right.0), "{stretches:x?}");
        assert!(stretches.iter().all(|(start, end)| start % PAGE == 0 && *end <= file.word(0x90)));
        assert_eq!((file.table(0), file.table(2)), (&program.exports[..], &program.resources[..]));
        Ok(())
    })
    .size_min(64);
}

#[test]
fn sections_pointers_and_symbols_are_those_of_the_program() {
    arbtest(|u| {
        let program = any_program(u)?;
        let unpacked = program.unpacked();
        let file = File(&unpacked);
        let sections = file.sections();
        // A symbol names its section by number.
        for (number, address, size, _) in program.sections() {
            let (name, start, length, bytes) = sections[usize::try_from(number).unwrap()];
            assert_eq!((name[1], start, length), (b'a' + number.to_le_bytes()[0], address, size));
            assert_eq!(stated(bytes), size);
        }
        let pointers: Vec<u32> = (0..program.pointers).map(|pointer| PAGE + pointer * 8).collect();
        assert_eq!(file.relocated(), pointers);
        let plain = BASE + u64::from(PAGE) + 1;
        assert_eq!(sections[0].3[8..16], plain.to_le_bytes(), "the second pointer");
        let (count, bytes) = file.symbols();
        assert_eq!(count, program.symbols);
        if count > 0 {
            assert_eq!(bytes, program.behind);
        }
        Ok(())
    })
    .size_min(64);
}

#[test]
fn symbols_are_taken_only_where_they_are() {
    let unstripped = Program::with_symbols(5, b"a long name of a function\0");
    let symbols = |program: &Program| {
        let unpacked = program.unpacked();
        let file = File(&unpacked);
        let (count, bytes) = file.symbols();
        (count, bytes.to_vec())
    };
    assert_eq!(symbols(&unstripped), (5, unstripped.behind.clone()));
    // What was appended to the program is no text of its symbols.
    let mut followed = unstripped.clone();
    followed.behind.extend(b"PK\x03\x04 an archive");
    assert_eq!(symbols(&followed), (5, unstripped.behind.clone()));
    // The distance to the end of the sections holds.
    let mut later = unstripped.clone();
    later.behind.splice(0..0, [7; 36]);
    later.symbols_at += 36;
    assert_eq!(symbols(&later), (5, unstripped.behind.clone()));
    // Cut in the table: the symbols that are left. Cut off: none, and their number is still announced.
    let mut cut = unstripped.clone();
    cut.behind.truncate(40);
    assert_eq!(symbols(&cut), (5, unstripped.behind[..40].to_vec()));
    cut.behind.clear();
    assert_eq!(symbols(&cut), (5, Vec::new()));
    // Something that is no table: its texts would be longer than the file.
    let mut wrong = unstripped.clone();
    wrong.behind.fill(0x41);
    assert_eq!(symbols(&wrong), (5, Vec::new()));
    wrong.behind.fill(0);
    assert_eq!(symbols(&wrong), (5, Vec::new()), "texts without their size");
    wrong.symbols = u32::MAX;
    assert_eq!(symbols(&wrong), (u32::MAX, wrong.behind.clone()), "cut in the table");
    wrong.symbols_at = 0x10;
    assert_eq!(symbols(&wrong), (u32::MAX, Vec::new()), "in the headers");
}

#[test]
fn a_table_of_symbols_in_a_section_stays_in_it() {
    let mut program = Program { symbols: 2, symbols_at: 0x400 + PAGE + 0x123, ..Program::plain() };
    program.behind = vec![0x55; 90];
    let unpacked = program.unpacked();
    let file = File(&unpacked);
    let (_, _, _, second) = file.sections()[1];
    let (count, bytes) = file.symbols();
    assert_eq!((count, &bytes[..0x100]), (2, &second[0x123..0x223]));
    assert!(!unpacked.ends_with(&[0x55; 90]), "what lies behind is not the table");
}

#[test]
fn a_small_file_does_not_become_a_large_one() {
    // Sections over each other: each one would be as large as the image.
    let mut program = Program::plain();
    program.pages = vec![8];
    let image = program.image();
    let headers = program.headers();
    let place = image.windows(264).position(|window| *window == headers[..264]).unwrap();
    let mut many = image[..place].to_vec();
    let mut head = headers[..264].to_vec();
    head[6..8].copy_from_slice(&60_000_u16.to_le_bytes());
    many.extend(head);
    many.extend(headers[264..].repeat(60_000));
    many.extend(&image[place + headers.len()..]);
    assert_eq!(unpack(&program.packed(&many), MOST), Some(Err(UpxShortfall::Headers)));
    // Thousands of libraries under one long name, which the packed file has once.
    let name: &str = "n".repeat(60_000).leak();
    program.libraries = vec![(name, Vec::new())];
    let image = program.image();
    let place = image.windows(8).position(|window| *window == [4, 0, 0, 0, 0, 0x7c, 0, 0]).unwrap();
    let library = image[place..place + 9].to_vec();
    let mut many = image[..place].to_vec();
    many.extend(library.repeat(20_000));
    let moved = u32::try_from(library.len() * 19_999).unwrap();
    many.extend(&image[place + 9..]);
    let end = many.len() - 4;
    let headers = u32::from_le_bytes(many[end..].try_into().unwrap()) + moved;
    many[end..].copy_from_slice(&headers.to_le_bytes());
    assert_eq!(unpack(&program.packed(&many), MOST), Some(Err(UpxShortfall::Headers)));
}

#[test]
fn changed_headers_behind_right_checksums_do_no_harm() {
    arbtest(|u| {
        let mut program = any_program(u)?;
        program.pages.truncate(2);
        program.pointers = program.pointers.min(program.pages[0] * 400);
        let mut image = program.image();
        for _ in 0..u.int_in_range(1..=8)? {
            let reach = if u.ratio(3, 4)? { 500.min(image.len()) } else { image.len() };
            let place = image.len() - 1 - u.choose_index(reach)?;
            let value: u32 = *u.choose(&[0, 1, 0x1000, 0x7fff_ffff, u32::MAX, 0xffff_f000])?;
            let bytes = image.iter_mut().skip(place);
            bytes.zip(value.to_le_bytes()).for_each(|(byte, value)| *byte = value);
        }
        let mut packed = program.packed(&image);
        if u.ratio(1, 4)? {
            let place = u.choose_index(0x400)?;
            packed[place] = u.arbitrary()?;
        }
        if let Some(Ok(unpacked)) = unpack(&packed, MOST) {
            assert!(unpacked.bytes.len() <= usize::try_from(MOST).unwrap() + 2 * packed.len());
        }
        Ok(())
    })
    .size_min(64);
}
