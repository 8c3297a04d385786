//! ELF programs as compilers make them.

use demarche_image::{
    Architecture, EntryKind, Format, Image, Opening, SymbolKind, read, read_loaded,
};

use crate::fixture::{build, check, elf, load, names};

/// The address of a symbol.
fn address(image: &Image<'_>, name: &str) -> demarche_image::VirtualAddress {
    image.symbols.iter().find(|one| one.name == name).unwrap().address
}

#[test]
fn imports_have_the_slots_that_the_loader_fills() {
    let Some(bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    check(&image, bytes.len());
    assert!(image.gaps.is_empty(), "{:?}", image.gaps);
    assert_eq!(image.format, Format::Elf);
    for name in ["puts", "rand", "abort"] {
        let import = image.imports.iter().find(|one| one.name == name).unwrap();
        assert!(image.section(import.slot).is_some_and(|one| one.is_writable), "{name}");
        assert_eq!(import.library, "libc.so.6");
    }
}

#[test]
fn tables_of_pointers_initialisers_and_exports_are_found() {
    let Some(bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    let table = address(&image, "table");
    assert_eq!(image.pointer(table), Some(address(&image, "first")));
    assert_eq!(image.pointer(table.plus(8)), Some(address(&image, "second")));
    let has = |name, kind| {
        let address = address(&image, name);
        image.entry_points.iter().any(|one| one.address == address && one.kind == kind)
    };
    assert!(has("begin", EntryKind::Initialiser));
    assert!(has("work", EntryKind::Export));
    assert!(has("_start", EntryKind::Start));
    let work = image.symbols.iter().find(|one| one.name == "work").unwrap();
    assert!(work.is_exported && work.kind == SymbolKind::Function && work.size > 0);
}

#[test]
fn the_table_tells_functions_from_parts_that_were_moved_away() {
    let Some(bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    let opening = |name| {
        let start = address(&image, name);
        image.extents.iter().find(|one| one.start == start).unwrap().opening
    };
    assert_eq!(opening("main"), Opening::Untouched);
    assert_eq!(opening("work"), Opening::Untouched);
    assert_eq!(opening("work.cold"), Opening::Saved);
}

#[test]
fn without_section_headers_the_same_is_found() {
    let Some(bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    let mut bare = bytes.clone();
    // e_shoff, and e_shnum with e_shstrndx.
    bare[0x28..0x30].fill(0);
    bare[0x3c..0x40].fill(0);
    let bare = read(&bare).unwrap();
    assert_eq!(bare.imports, image.imports);
    assert_eq!(bare.extents, image.extents);
    assert_eq!(bare.pointers, image.pointers);
    assert_eq!(bare.entry_points, image.entry_points);
    let start = image.entry.unwrap();
    assert!(bare.section(start).is_some_and(|one| one.is_executable));
    assert!(bare.bytes(start).starts_with(image.bytes(start)));
}

#[test]
fn section_headers_that_contradict_the_program_headers_are_set_aside() {
    let Some(mut bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    let text = image.sections.iter().find(|one| one.name == ".text").unwrap();
    let (address, size) = (text.address, text.size);
    // The flags of every section that has instructions lose them.
    let headers = usize::from_le_bytes(bytes[0x28..0x30].try_into().unwrap());
    for header in bytes[headers..].chunks_exact_mut(64) {
        header[8] &= !4;
    }
    let forged = read(&bytes).unwrap();
    assert!(forged.section(address).is_some_and(|one| one.is_executable && one.size >= size));
    assert!(forged.gaps.iter().any(|gap| gap.what.contains("set aside")), "{:?}", forged.gaps);
}

#[test]
fn a_program_copied_out_of_memory_reads_like_its_file() {
    let Some(bytes) = elf() else { return };
    let image = read(&bytes).unwrap();
    let memory = load(&image);
    let loaded = read_loaded(&memory, None).unwrap();
    check(&loaded, memory.len());
    assert_eq!(loaded.imports, image.imports);
    assert_eq!(loaded.extents, image.extents);
    assert_eq!(loaded.pointers, image.pointers);
    let base = demarche_image::VirtualAddress(0x5555_5555_4000);
    let moved = read_loaded(&memory, Some(base)).unwrap();
    assert_eq!(moved.entry, image.entry.map(|entry| entry.plus(base.0)));
    assert_eq!(names(&moved.imports), names(&image.imports));
    let expected: Vec<_> = image.extents.iter().map(|one| one.start.plus(base.0)).collect();
    let starts: Vec<_> = moved.extents.iter().map(|one| one.start).collect();
    assert_eq!(starts, expected);
    let table = address(&image, "table").plus(base.0);
    assert_eq!(moved.pointer(table), Some(address(&image, "first").plus(base.0)));
}

#[test]
fn a_static_program_names_its_initialisers() {
    let Some(bytes) = build("gcc", &["-O2", "-static"], "small.c") else { return };
    let image = read(&bytes).unwrap();
    check(&image, bytes.len());
    assert!(image.imports.is_empty() && image.gaps.is_empty(), "{:?}", image.gaps);
    let begin = address(&image, "begin");
    let is_begin = |one: &demarche_image::EntryPoint| {
        one.address == begin && one.kind == EntryKind::Initialiser
    };
    assert!(image.entry_points.iter().any(is_begin));
    assert!(image.entry_points.iter().any(|one| one.kind == EntryKind::Resolver));
}

#[test]
fn programs_of_routers_are_read_with_and_without_section_headers() {
    for (compiler, architecture) in [
        ("arm-linux-gnueabihf-gcc", Architecture::Arm),
        ("mipsel-linux-gnu-gcc", Architecture::MipsLittle),
        ("mips-linux-gnu-gcc", Architecture::Mips),
    ] {
        let Some(bytes) = build(compiler, &["-O2"], "small.c") else { continue };
        let image = read(&bytes).unwrap();
        check(&image, bytes.len());
        assert_eq!(image.architecture, architecture);
        assert!(image.gaps.is_empty(), "{compiler}: {:?}", image.gaps);
        assert!(names(&image.imports).contains(&"puts"), "{compiler}");
        let table = address(&image, "table");
        assert_eq!(image.pointer(table), Some(address(&image, "first")), "{compiler}");
        let mut bare = bytes.clone();
        bare[0x20..0x24].fill(0);
        bare[0x30..0x34].fill(0);
        let bare_image = read(&bare).unwrap();
        assert_eq!(bare_image.imports, image.imports, "{compiler}");
        assert_eq!(bare_image.entry, image.entry, "{compiler}");
        assert_eq!(bare_image.global_pointer, image.global_pointer, "{compiler}");
        assert!(bare_image.sections.iter().any(|one| one.is_executable), "{compiler}");
    }
}

/// Static programs have no table of the loader: the code at their entry point computes `gp`.
#[test]
fn the_global_pointer_of_a_static_program_is_known() {
    for compiler in ["mipsel-linux-gnu-gcc", "mips-linux-gnu-gcc"] {
        let Some(mut bytes) = build(compiler, &["-O2", "-static"], "small.c") else { continue };
        let table = |image: &Image<'_>| {
            let section = image.sections.iter().find(|section| section.name == ".got").unwrap();
            (section.address, section.address.plus(0x7ff0))
        };
        let (first, pointer) = table(&read(&bytes).unwrap());
        bytes[0x20..0x24].fill(0);
        bytes[0x30..0x34].fill(0);
        let image = read(&bytes).unwrap();
        assert_eq!(image.global_pointer, Some(pointer), "{compiler}");
        assert!(image.pointers.iter().any(|(slot, _)| *slot == first.plus(8)), "{compiler}");
    }
}

/// The header of a file: class, order of bytes, processor and flags, and nothing else.
fn header(class: u8, order: u8, machine: u16, flags: u32) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, order, 1]);
    let (machine, version, flags) = if order == 2 {
        (machine.to_be_bytes(), 1_u32.to_be_bytes(), flags.to_be_bytes())
    } else {
        (machine.to_le_bytes(), 1_u32.to_le_bytes(), flags.to_le_bytes())
    };
    bytes[18..20].copy_from_slice(&machine);
    bytes[20..24].copy_from_slice(&version);
    bytes[0x24..0x28].copy_from_slice(&flags);
    bytes
}

#[test]
fn a_processor_that_is_not_read_is_named() {
    for (class, order, machine, name) in [
        (1, 2, 20, "PowerPC"),
        (1, 2, 2, "SPARC"),
        (2, 2, 21, "64-bit PowerPC"),
        (1, 1, 42, "SuperH"),
        (2, 2, 183, "64-bit Arm with big-endian numbers"),
        (2, 1, 258, "LoongArch"),
    ] {
        let error = read(&header(class, order, machine, 0)).unwrap_err().to_string();
        assert_eq!(error, format!("code for {name} (processor {machine:#x}) is not read"));
    }
    let error = read(&header(2, 1, 999, 0)).unwrap_err().to_string();
    assert_eq!(error, "code for processor 0x3e7 is not read");
    for (class, order, flags, name) in [
        (2, 2, 0, "64-bit MIPS"),
        (2, 1, 0, "64-bit MIPS"),
        (1, 2, 0x20, "64-bit MIPS with short pointers (n32)"),
        (1, 1, 0x0200_0000, "microMIPS"),
        (1, 1, 0x0400_0000, "MIPS16"),
    ] {
        let error = read(&header(class, order, 8, flags)).unwrap_err().to_string();
        assert_eq!(error, format!("code for {name} is not read, only that for 32-bit MIPS"));
    }
    let error = read(&header(1, 2, 40, 0)).unwrap_err().to_string();
    assert_eq!(error, "big-endian instructions of Arm (BE32) are not read");
    let big = header(1, 2, 40, 0x0580_0000);
    let image = read(&big).unwrap();
    assert_eq!(image.architecture, Architecture::ArmBig);
    assert_eq!(read(&header(1, 2, 8, 0x1000)).unwrap().architecture, Architecture::Mips);
}

#[test]
fn a_relocatable_file_is_linked_with_itself() {
    for compiler in ["gcc", "aarch64-linux-gnu-gcc", "i686-linux-gnu-gcc"] {
        let Some(bytes) = build(compiler, &["-O2", "-c", "-fno-pic"], "small.c") else { continue };
        let image = read(&bytes).unwrap();
        check(&image, bytes.len());
        assert!(image.gaps.is_empty(), "{compiler}: {:?}", image.gaps);
        let table = address(&image, "table");
        assert_eq!(image.pointer(table), Some(address(&image, "first")), "{compiler}");
        assert!(names(&image.imports).contains(&"puts"), "{compiler}");
        let main = address(&image, "main");
        let extent = image.extents.iter().find(|one| one.start == main);
        assert_eq!(extent.unwrap().opening, Opening::Untouched, "{compiler}");
    }
}

#[test]
fn direct_calls_of_a_relocatable_file_go_to_slots_of_imports() {
    let Some(bytes) = build("gcc", &["-O1", "-c", "-fno-pic"], "bare.c") else { return };
    let image = read(&bytes).unwrap();
    let work = address(&image, "work");
    let code = image.bytes(work);
    // The first call in `work`: one byte, then the distance from the next instruction.
    let call = code.iter().position(|byte| *byte == 0xe8).unwrap();
    let distance = i32::from_le_bytes(code[call + 1..call + 5].try_into().unwrap());
    let target = work.plus(call as u64 + 5).plus(i64::from(distance).cast_unsigned());
    assert_eq!(image.import(target).unwrap().name, "external");
}

/// A relocatable file that a compiler makes has no gap, and pointers and imports as if it were linked.
fn assert_linked_with_itself(compiler: &str, options: &[&str]) {
    let Some(bytes) = build(compiler, options, "small.c") else { return };
    let image = read(&bytes).unwrap();
    check(&image, bytes.len());
    assert!(image.gaps.is_empty(), "{compiler} {options:?}: {:?}", image.gaps);
    let table = address(&image, "table");
    assert_eq!(image.pointer(table), Some(address(&image, "first")), "{compiler} {options:?}");
    assert!(names(&image.imports).contains(&"puts"), "{compiler} {options:?}");
}

#[test]
fn relocatable_files_for_32_bit_arm_are_linked_with_themselves() {
    for options in [["-marm", "-fno-pic"], ["-mthumb", "-fno-pic"], ["-mthumb", "-fpic"]] {
        let options = [&options[..], &["-O2", "-c"]].concat();
        assert_linked_with_itself("arm-linux-gnueabihf-gcc", &options);
    }
}

#[test]
fn relocatable_files_for_mips_without_the_global_table_are_linked_with_themselves() {
    for compiler in ["mips-linux-gnu-gcc", "mipsel-linux-gnu-gcc"] {
        let options = ["-O2", "-c", "-mno-abicalls", "-fno-pic", "-G0"];
        assert_linked_with_itself(compiler, &options);
    }
}

/// What compilers for MIPS make where nobody asks for anything else, and the ways to reach the table.
#[test]
fn relocatable_files_for_mips_with_the_global_table_are_linked_with_themselves() {
    for compiler in ["mips-linux-gnu-gcc", "mipsel-linux-gnu-gcc"] {
        for more in [&[][..], &["-fpic"], &["-fno-pic"], &["-fpic", "-mxgot"], &["-O0", "-fpie"]] {
            assert_linked_with_itself(compiler, &[&["-O2", "-c"], more].concat());
        }
        let Some(bytes) = build(compiler, &["-O2", "-c", "-fpic"], "small.c") else { continue };
        let image = read(&bytes).unwrap();
        let table = image.sections.iter().find(|section| section.name.is_empty()).unwrap();
        assert_eq!(image.global_pointer, Some(table.address.plus(0x7ff0)), "{compiler}");
        assert_eq!(image.base.0, 0, "{compiler}: the code may lie anywhere");
        // `main` adds the distance that its first two instructions make to its own address.
        let main = image.bytes(address(&image, "main"));
        let word = |index: usize| {
            image.architecture.byte_order().u32(main[index * 4..][..4].try_into().unwrap())
        };
        let (upper, lower) = (word(0) << 16, (word(1) & 0xffff) as u16);
        let distance = upper.wrapping_add_signed(i32::from(lower.cast_signed()));
        let start = u32::try_from(address(&image, "main").0).unwrap();
        let pointer = image.global_pointer.unwrap().0;
        assert_eq!(u64::from(start.wrapping_add(distance)), pointer, "{compiler}");
    }
}

#[test]
fn counts_and_sizes_that_nobody_has_cost_nothing() {
    let Some(bytes) = elf() else { return };
    for (offset, value) in [(0x38, 0xff), (0x3c, 0xff), (0x3e, 0xff)] {
        let mut forged = bytes.clone();
        forged[offset] = value;
        forged[offset + 1] = value;
        let image = read(&forged).unwrap();
        check(&image, bytes.len());
    }
    // Every segment claims four gigabytes of the file, and as much memory.
    let mut forged = bytes.clone();
    let segments = usize::from(u16::from_le_bytes([bytes[0x38], bytes[0x39]]));
    for segment in forged[0x40..].chunks_exact_mut(56).take(segments) {
        segment[0x24] = 1;
        segment[0x2c] = 1;
    }
    let image = read(&forged).unwrap();
    check(&image, bytes.len());
    assert!(image.gaps.iter().any(|gap| gap.what == "a segment is longer than the file"));
}
