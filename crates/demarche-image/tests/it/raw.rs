//! Bytes without a container.

use demarche_image::{Architecture, Format, VirtualAddress, read, read_raw};

use crate::fixture::check;

#[test]
fn shellcode_lies_where_it_is_said_to_and_begins_at_its_first_byte() {
    let code = [0x31, 0xc0, 0xc3];
    let image = read_raw(&code, Architecture::X86, VirtualAddress(0x40_0000));
    check(&image, code.len());
    assert_eq!(image.format, Format::Raw);
    assert_eq!(image.entry, Some(VirtualAddress(0x40_0000)));
    assert_eq!(image.bytes(VirtualAddress(0x40_0001)), [0xc0, 0xc3]);
    assert!(image.bytes(VirtualAddress(0x40_0003)).is_empty());
}

#[test]
fn nothing_is_an_image_without_sections() {
    let image = read_raw(&[], Architecture::X86_64, VirtualAddress(7));
    assert!(image.sections.is_empty() && image.entry.is_none());
}

#[test]
fn bytes_at_the_end_of_memory_are_cut_there() {
    let image = read_raw(&[0; 16], Architecture::X86_64, VirtualAddress(u64::MAX - 3));
    check(&image, 16);
    assert_eq!(image.sections[0].size, 3);
    assert_eq!(image.gaps.len(), 1);
}

#[test]
fn what_is_no_executable_is_an_error() {
    for bytes in [&b""[..], b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe\0\0\0\x34", b"hello"] {
        assert!(read(bytes).is_err(), "{bytes:?}");
    }
}
