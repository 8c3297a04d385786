//! Mach-O programs, and fat files of them.

use demarche_image::identity::{identify, identify_images};
use demarche_image::{
    Architecture, EntryKind, ExtentTable, Format, Image, VirtualAddress, read, read_all,
};

use crate::fixture::{build, check, macho, names};

fn address(image: &Image<'_>, name: &str) -> VirtualAddress {
    image.symbols.iter().find(|one| one.name == name).unwrap().address
}

#[test]
fn lists_of_fixups_and_chains_say_the_same() {
    for (processor, architecture) in
        [("x86_64", Architecture::X86_64), ("arm64", Architecture::AArch64)]
    {
        for extra in [&["-no_fixup_chains"][..], &["-fixup_chains"]] {
            let Some(bytes) = macho(processor, extra) else { continue };
            let image = read(&bytes).unwrap();
            check(&image, bytes.len());
            assert_eq!((image.format, image.architecture), (Format::MachO, architecture));
            assert!(image.gaps.is_empty(), "{:?}", image.gaps);
            assert!(names(&image.imports).contains(&"_external"), "{extra:?}");
            let table = address(&image, "_table");
            assert_eq!(image.pointer(table), Some(address(&image, "_work")), "{extra:?}");
            assert_eq!(image.import(table.plus(8)).unwrap().name, "_external");
            assert_eq!(image.entry, Some(address(&image, "_main")));
            let begin = image.entry_points.iter().find(|one| one.kind == EntryKind::Initialiser);
            assert!(begin.is_some(), "{processor} {extra:?}");
        }
    }
}

#[test]
fn the_linkers_list_of_function_starts_is_read() {
    let Some(bytes) = macho("x86_64", &[]) else { return };
    let image = read(&bytes).unwrap();
    for name in ["_work", "_main"] {
        let start = address(&image, name);
        let tables: Vec<_> =
            image.extents.iter().filter(|one| one.start == start).map(|one| one.table).collect();
        assert_eq!(tables, [ExtentTable::CompactUnwind, ExtentTable::FunctionStarts], "{name}");
    }
}

#[test]
fn every_slice_of_a_fat_file_is_read() {
    let slices = [macho("x86_64", &[]), macho("arm64", &[])];
    let [Some(first), Some(second)] = slices else { return };
    let fat = fat(&[(0x0100_0007, &first), (0x0100_000c, &second)]);
    let images = read_all(&fat);
    let architectures: Vec<_> =
        images.iter().map(|one| one.as_ref().unwrap().architecture).collect();
    assert_eq!(architectures, [Architecture::X86_64, Architecture::AArch64]);
    for image in &images {
        for section in &image.as_ref().unwrap().sections {
            let Some(offset) = section.offset else { continue };
            let start = usize::try_from(offset.0).unwrap();
            assert_eq!(fat[start..start + section.bytes.len()], section.bytes[..]);
        }
    }
    let one = read(&fat).unwrap();
    assert_eq!(one.architecture, Architecture::X86_64);
    assert_eq!(one.gaps.len(), 1);
    let identity = identify_images(&fat, &images);
    assert_eq!(identity, identify(&fat));
    assert_eq!((identity.architecture, identity.mach_o.len()), (Some(one.architecture), 2));
    assert!(one.gaps.iter().all(|gap| identity.gaps.contains(gap)));
}

/// A fat file of slices with their processors.
pub(crate) fn fat(slices: &[(u32, &[u8])]) -> Vec<u8> {
    let mut header = vec![0xca, 0xfe, 0xba, 0xbe];
    header.extend(u32::try_from(slices.len()).unwrap().to_be_bytes());
    let mut body = Vec::new();
    for (processor, bytes) in slices {
        let offset = u32::try_from(4096 + body.len()).unwrap();
        let size = u32::try_from(bytes.len()).unwrap();
        for word in [*processor, 0, offset, size, 12] {
            header.extend(word.to_be_bytes());
        }
        body.extend_from_slice(bytes);
    }
    header.resize(4096, 0);
    [header, body].concat()
}

#[test]
fn an_object_file_says_that_its_relocations_are_not_applied() {
    let Some(bytes) = build("clang", &["--target=arm64-apple-macos11", "-O2", "-c"], "bare.c")
    else {
        return;
    };
    let image = read(&bytes).unwrap();
    check(&image, bytes.len());
    assert!(image.gaps.iter().any(|gap| gap.what.contains("not applied")));
}
