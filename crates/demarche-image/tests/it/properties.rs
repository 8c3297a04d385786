//! Laws that hold for any input.

use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;
use demarche_image::identity::identify;
use demarche_image::strings::strings;
use demarche_image::{Architecture, VirtualAddress, read, read_all, read_loaded, read_raw};

use crate::fixture::{build, check, elf, macho, pe32, pe64};

/// The bytes with a few of them cut out, flipped or replaced; mostly in the first kilobyte, where headers are.
fn damaged(u: &mut Unstructured<'_>, bytes: &[u8]) -> arbtest::arbitrary::Result<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    for _ in 0..u.int_in_range(1..=8)? {
        let reach = if u.ratio(2, 3)? { bytes.len().min(1024) } else { bytes.len() };
        let place = u.choose_index(reach.max(1))?;
        match u.int_in_range(0..=5)? {
            0 => bytes.truncate(place),
            1 => {
                let end = (place + u.int_in_range(0..=64)?).min(bytes.len());
                bytes.drain(place.min(end)..end);
            }
            2 => {
                let value: u32 = *u.choose(&[0, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX, 0x1000])?;
                let value = value.to_le_bytes();
                bytes.iter_mut().skip(place).zip(value).for_each(|(byte, value)| *byte = value);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << u.int_in_range(0..=7)?;
                }
            }
        }
    }
    Ok(bytes)
}

fn survives(fixtures: &[Vec<u8>]) {
    if fixtures.is_empty() {
        return;
    }
    arbtest(|u| {
        let fixture = u.choose(fixtures)?;
        let bytes = damaged(u, fixture)?;
        for image in read_all(&bytes).iter().flatten() {
            check(image, bytes.len());
        }
        let identity = identify(&bytes);
        assert!(identity.sections.iter().all(|one| (0.0..=8.0).contains(&one.entropy)));
        assert!(identity.gaps.is_sorted());
        for text in strings(&bytes, 5) {
            let start = usize::try_from(text.offset.0).unwrap();
            assert!(text.text.chars().count() >= 5 && start < bytes.len());
        }
        for base in [None, Some(VirtualAddress(u64::MAX - 0xfff)), Some(VirtualAddress(0x1000))] {
            if let Ok(image) = read_loaded(&bytes, base) {
                check(&image, bytes.len());
            }
        }
        Ok(())
    });
}

#[test]
fn damaged_elf_files_are_read_as_far_as_they_go() {
    let objects = build("gcc", &["-O2", "-c"], "small.c");
    survives(&elf().into_iter().chain(objects).collect::<Vec<_>>());
}

#[test]
fn damaged_objects_for_mips_are_read_as_far_as_they_go() {
    let builds = [
        build("mipsel-linux-gnu-gcc", &["-O2", "-c"], "small.c"),
        build("mips-linux-gnu-gcc", &["-O2", "-c", "-fpic", "-mxgot"], "small.c"),
    ];
    survives(&builds.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn damaged_pe_files_are_read_as_far_as_they_go() {
    survives(&pe64().into_iter().chain(pe32()).collect::<Vec<_>>());
}

#[test]
fn damaged_mach_o_files_are_read_as_far_as_they_go() {
    let made = [macho("x86_64", &["-no_fixup_chains"]), macho("arm64", &["-fixup_chains"])];
    survives(&made.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn any_bytes_are_an_image_or_an_error() {
    arbtest(|u| {
        let magic = *u.choose(&[
            &b"\x7fELF\x01\x01\x01"[..],
            b"\x7fELF\x02\x01\x01",
            b"MZ",
            b"\xcf\xfa\xed\xfe",
        ])?;
        let bytes = [magic, u.bytes(u.len())?].concat();
        if let Ok(image) = read(&bytes) {
            check(&image, bytes.len());
        }
        check(&read_raw(&bytes, Architecture::X86, VirtualAddress(u.arbitrary()?)), bytes.len());
        Ok(())
    });
}
