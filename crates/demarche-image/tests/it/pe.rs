//! PE programs as compilers make them.

use demarche_image::{
    Architecture, EntryKind, Format, Image, Opening, VirtualAddress, read, read_loaded,
};

use crate::fixture::{build, check, load, names, pe32, pe64};

fn address(image: &Image<'_>, name: &str) -> VirtualAddress {
    image.symbols.iter().find(|one| one.name == name).unwrap().address
}

#[test]
fn imports_have_the_slots_that_the_loader_fills() {
    for (bytes, architecture) in [(pe64(), Architecture::X86_64), (pe32(), Architecture::X86)] {
        let Some(bytes) = bytes else { continue };
        let image = read(&bytes).unwrap();
        check(&image, bytes.len());
        assert_eq!((image.format, image.architecture), (Format::Pe, architecture));
        assert!(image.gaps.is_empty(), "{:?}", image.gaps);
        let import = image.imports.iter().find(|one| one.name == "rand").unwrap();
        assert!(image.section(import.slot).is_some());
        assert!(import.library.ends_with(".dll"), "{}", import.library);
        assert_eq!(import.library, import.library.to_lowercase());
    }
}

#[test]
fn names_of_thirty_two_bits_keep_their_underscore() {
    let Some(bytes) = pe32() else { return };
    let image = read(&bytes).unwrap();
    let table = address(&image, "_table");
    assert_eq!(image.pointer(table), Some(address(&image, "_first")));
    assert_eq!(image.pointer(table.plus(4)), Some(address(&image, "_second")));
}

#[test]
fn the_table_tells_functions_from_parts_that_were_moved_away() {
    for (bytes, [main, cold]) in
        [(pe64(), ["main", "work.cold"]), (pe32(), ["_main", "_work.cold"])]
    {
        let Some(bytes) = bytes else { continue };
        let image = read(&bytes).unwrap();
        let opening = |name| {
            let start = address(&image, name);
            image.extents.iter().find(|one| one.start == start).unwrap().opening
        };
        assert_eq!(opening(main), Opening::Untouched);
        assert_eq!(opening(cold), Opening::Saved);
    }
}

#[test]
fn thread_callbacks_and_exports_are_entry_points() {
    let Some(bytes) = pe64() else { return };
    let image = read(&bytes).unwrap();
    assert!(image.entry_points.iter().any(|one| one.kind == EntryKind::Initialiser));
    let arguments = ["-O2", "-shared", "-Wl,--export-all-symbols"];
    let Some(bytes) = build("x86_64-w64-mingw32-gcc", &arguments, "small.c") else { return };
    let image = read(&bytes).unwrap();
    let work = image.symbols.iter().find(|one| one.name == "work" && one.is_exported).unwrap();
    let is_work = |one: &&demarche_image::EntryPoint| one.address == work.address;
    let kinds: Vec<_> = image.entry_points.iter().filter(is_work).map(|one| one.kind).collect();
    assert_eq!(kinds, [EntryKind::Export]);
}

#[test]
fn a_program_copied_out_of_memory_reads_like_its_file() {
    for bytes in [pe64(), pe32()].into_iter().flatten() {
        let image = read(&bytes).unwrap();
        let memory = load(&image);
        let loaded = read_loaded(&memory, None).unwrap();
        check(&loaded, memory.len());
        assert_eq!(loaded.imports, image.imports);
        assert_eq!(loaded.extents, image.extents);
        assert_eq!(loaded.pointers, image.pointers);
        assert_eq!(loaded.entry, image.entry);
        let moved = read_loaded(&memory, Some(VirtualAddress(0x1000_0000))).unwrap();
        assert_eq!(names(&moved.imports), names(&image.imports));
        assert_eq!(moved.extents.len(), image.extents.len());
    }
}

#[test]
fn counts_and_sizes_that_nobody_has_cost_nothing() {
    let Some(bytes) = pe64() else { return };
    let header = u32::from_le_bytes(bytes[0x3c..0x40].try_into().unwrap()) as usize;
    // The count of sections.
    let mut forged = bytes.clone();
    forged[header + 6..header + 8].fill(0xff);
    check(&read(&forged).unwrap(), bytes.len());
    // Every section takes the whole file from its start.
    let sections = header + 24 + usize::from(bytes[header + 20]);
    let mut forged = bytes.clone();
    for section in forged[sections..].chunks_exact_mut(40).take(usize::from(bytes[header + 6])) {
        section[8..12].copy_from_slice(&0xffff_ffff_u32.to_le_bytes());
        section[16..24].copy_from_slice(&0xffff_ffff_u64.to_le_bytes());
    }
    let image = read(&forged).unwrap();
    check(&image, bytes.len());
    assert!(image.gaps.iter().any(|gap| gap.what.contains("overlap")), "{:?}", image.gaps);
    assert!(image.gaps.iter().any(|gap| gap.what.contains("longer than the file")));
}

#[test]
fn symbols_of_a_program_that_upx_packed_are_not_looked_for_in_the_packed_file() {
    let Some(mut bytes) = pe64() else { return };
    let word = |bytes: &[u8], place: usize| {
        usize::try_from(u32::from_le_bytes(bytes[place..place + 4].try_into().unwrap())).unwrap()
    };
    let head = word(&bytes, 0x3c);
    assert!(word(&bytes, head + 12) > 0, "the compiler writes symbols");
    let symbols = read(&bytes).unwrap().symbols.len();
    // The place is that in the file before it was packed.
    let behind = u32::try_from(bytes.len() + 1000).unwrap();
    bytes[head + 12..head + 16].copy_from_slice(&behind.to_le_bytes());
    let lost = read(&bytes).unwrap();
    let left = lost.symbols.len();
    assert!(left < symbols && !lost.gaps.is_empty());
    let first = head + 24 + word(&bytes, head + 20) % 0x1_0000;
    bytes[first..first + 8].copy_from_slice(b"UPX0\0\0\0\0");
    let packed = read(&bytes).unwrap();
    assert!(packed.gaps.is_empty(), "{:?}", packed.gaps);
    assert_eq!(packed.symbols.len(), left);
}
