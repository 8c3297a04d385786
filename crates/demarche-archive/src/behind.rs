//! What lies behind a program in its own file: the archives of programs that unpack themselves.
//!
//! A loader takes the sections or segments of a program and leaves the rest of its file alone, so that the rest may be
//! anything. It is known by the marks that the makers of such programs write.

#![warn(clippy::indexing_slicing)]

use std::fmt;

use memchr::memmem::find;

use crate::fields::{BLOCK, size, u16_at, u32_at};
use crate::foreign::Foreign;
use crate::kind::Kind;

/// The archives that lie behind programs and are not opened there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Behind {
    /// An archive or disk image that is not opened anywhere.
    Foreign(Foreign),
    /// A stream of gzip, bzip2, xz or zstd, or a tar.
    Stream,
    /// The files of an installer that NSIS made.
    Nsis,
    /// The files of an installer that Inno Setup made.
    Inno,
    /// The files of a program that `PyInstaller` made.
    PyInstaller,
    /// The assemblies of a .NET program in one file.
    DotNet,
}

/// What was found behind a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A 7z file that begins at this offset.
    Seven(usize),
    /// Anything that is named and not opened.
    Named(Behind),
}

/// Marks are looked for in this many bytes behind a program: settings and signatures may stand before the archive.
const WINDOW: usize = 128 * 1024;

/// The end of a file in which `PyInstaller` writes where its files begin; a signature may stand behind it.
const END: usize = 64 * 1024;

const SEVEN: &[u8] = &[b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, 0];

/// Marks that are long enough to be believed wherever they stand.
const ANYWHERE: [(&[u8], Behind); 6] = [
    (b"Rar!\x1a\x07", Behind::Foreign(Foreign::Rar)),
    (b"MSCF\0\0\0\0", Behind::Foreign(Foreign::Cabinet)),
    (b"\xef\xbe\xad\xdeNullsoftInst", Behind::Nsis),
    (b"idska32\x1a", Behind::Inno),
    (b"Inno Setup Setup Data (", Behind::Inno),
    (b"\xfd7zXZ\0", Behind::Stream),
];

/// The mark in the host of a .NET program (`bundle_marker_t` of the runtime): the SHA-256 of ".net core bundle".
const BUNDLE: [u8; 32] = [
    0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
    0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
];

/// What lies behind a program; `None` where nothing does, or nothing that is known.
pub(crate) fn of(bytes: &[u8]) -> Option<Found> {
    let end = end_of_pe(bytes).or_else(|| end_of_elf(bytes))?;
    let (program, rest) = bytes.split_at_checked(end)?;
    let padding = rest.iter().position(|byte| *byte != 0)?;
    let first = rest.get(padding..)?;
    let near = rest.get(..WINDOW).unwrap_or(rest);
    if let Some(offset) = find(near, SEVEN) {
        return Some(Found::Seven(end + offset));
    }
    let marked = ANYWHERE.iter().find(|(mark, _)| find(near, mark).is_some());
    let marked = marked.map(|(_, behind)| *behind);
    let last = rest.rchunks(END).next().unwrap_or(rest);
    let is_python = || find(last, b"MEI\x0c\x0b\x0a\x0b\x0e").map(|_| Behind::PyInstaller);
    let is_bundle = || bundle(program, bytes.len()).then_some(Behind::DotNet);
    let is_stream = || is_stream(first).then_some(Behind::Stream);
    let foreign = || Foreign::of(first).map(Behind::Foreign);
    let found = marked.or_else(is_python).or_else(is_bundle).or_else(is_stream).or_else(foreign);
    found.map(Found::Named)
}

/// Returns true if the host of a .NET program says that its files lie within its own file.
fn bundle(program: &[u8], size_of_file: usize) -> bool {
    let offset = find(program, &BUNDLE).and_then(|at| program.get(at.checked_sub(8)?..at));
    let offset = offset.and_then(|bytes| bytes.first_chunk().copied()).map(u64::from_le_bytes);
    offset.is_some_and(|offset| offset != 0 && size(offset) < size_of_file)
}

fn is_stream(bytes: &[u8]) -> bool {
    Kind::of(bytes).is_some_and(|kind| match kind {
        Kind::Tar => bytes.len() >= BLOCK,
        kind => kind.is_stream(),
    })
}

/// The end of the last section of a PE file.
fn end_of_pe(bytes: &[u8]) -> Option<usize> {
    let header = bytes.starts_with(b"MZ").then(|| u32_at(bytes, 0x3c).map(size)).flatten()?;
    let header = bytes.get(header..).filter(|header| header.starts_with(b"PE\0\0"))?;
    let (count, optional) = (u16_at(header, 6)?, u16_at(header, 20)?);
    let sections = (0..usize::from(count)).map_while(|index| {
        let section = 24 + usize::from(optional) + 40 * index;
        let (length, offset) = (u32_at(header, section + 16)?, u32_at(header, section + 20)?);
        Some(if length == 0 { 0 } else { size(u64::from(length) + u64::from(offset)) })
    });
    sections.max().filter(|end| *end > 0)
}

/// The end of the last segment of an ELF file, or of its table of sections where that lies behind; of little-endian ones.
fn end_of_elf(bytes: &[u8]) -> Option<usize> {
    let is_wide = match bytes {
        [0x7f, b'E', b'L', b'F', 1, 1, ..] => false,
        [0x7f, b'E', b'L', b'F', 2, 1, ..] => true,
        _ => return None,
    };
    let word = |offset: usize| match is_wide {
        true => bytes.get(offset..)?.first_chunk().copied().map(u64::from_le_bytes).map(size),
        false => u32_at(bytes, offset).map(size),
    };
    // The places of fields in files of 64 and of 32 bits.
    let at = |wide: usize, narrow: usize| if is_wide { wide } else { narrow };
    let (segments, sections) = (word(at(32, 28))?, word(at(40, 32))?);
    let count = |offset: usize| u16_at(bytes, offset).map(usize::from);
    let (width, number) = (count(at(54, 42))?, count(at(56, 44))?);
    let ends = (0..number).map_while(|index| {
        let segment = segments.checked_add(index.checked_mul(width)?)?;
        let field = |wide: usize, narrow: usize| word(segment.checked_add(at(wide, narrow))?);
        field(8, 4)?.checked_add(field(32, 16)?)
    });
    let table = sections.checked_add(count(at(58, 46))?.checked_mul(count(at(60, 48))?)?)?;
    ends.max().map(|end| end.max(table)).filter(|end| *end > 0)
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(kind) => kind.fmt(f),
            Self::Stream => f.write_str("a compressed file or tar"),
            Self::Nsis => f.write_str("the archive of an installer (NSIS)"),
            Self::Inno => f.write_str("the archive of an installer (Inno Setup)"),
            Self::PyInstaller => f.write_str("the archive of a Python program (PyInstaller)"),
            Self::DotNet => f.write_str("the assemblies of a .NET program in one file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PE file of one section that ends at 0x200, with some bytes behind it.
    fn pe(behind: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; 0x200];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x40;
        bytes[0x40..0x44].copy_from_slice(b"PE\0\0");
        bytes[0x46] = 1;
        bytes[0x40 + 24 + 17] = 1;
        bytes[0x40 + 24 + 21] = 1;
        bytes.extend(behind);
        bytes
    }

    #[test]
    fn each_mark_is_known_behind_a_program_and_nowhere_else() {
        for (mark, behind) in ANYWHERE {
            let with_settings = [b";!@Install@!UTF-8!".as_slice(), mark, &[7; 40]].concat();
            assert_eq!(of(&pe(&with_settings)), Some(Found::Named(behind)), "{mark:?}");
            // Within the program the same bytes say nothing.
            let mut inside = pe(b"notes");
            inside[0x100..0x100 + mark.len()].copy_from_slice(mark);
            assert_eq!(of(&inside), None, "{mark:?}");
        }
        let seven = [b"\0\0settings".as_slice(), SEVEN].concat();
        assert_eq!(of(&pe(&seven)), Some(Found::Seven(0x200 + 10)));
        assert_eq!(of(&pe(&[0x1f, 0x8b, 8, 0])), Some(Found::Named(Behind::Stream)));
        let python = [[1; 70].as_slice(), b"MEI\x0c\x0b\x0a\x0b\x0e".as_slice(), &[2; 80]].concat();
        assert_eq!(of(&pe(&python)), Some(Found::Named(Behind::PyInstaller)));
        assert_eq!(of(&pe(b"")), None);
        assert_eq!(of(b"MZ"), None);
        for length in 0..seven.len() + 0x200 {
            of(&pe(&seven)[..length]);
        }
    }

    #[test]
    fn a_host_of_dotnet_has_files_where_it_says_so() {
        let host = |offset: u64| {
            let mut bytes = pe(&[9; 64]);
            bytes[0x100..0x108].copy_from_slice(&offset.to_le_bytes());
            bytes[0x108..0x128].copy_from_slice(&BUNDLE);
            of(&bytes)
        };
        assert_eq!(host(0x210), Some(Found::Named(Behind::DotNet)));
        assert_eq!(host(0), None);
        assert_eq!(host(1 << 40), None);
    }
}
