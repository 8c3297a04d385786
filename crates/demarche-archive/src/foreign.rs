use std::fmt;

use crate::fields::u32_at;

/// The kinds of archives and disk images that are known and not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Foreign {
    /// RAR, of any version.
    Rar,
    /// Microsoft's cabinets.
    Cabinet,
    /// `InstallShield`'s cabinets.
    InstallShield,
    /// An image of a compact disc or DVD.
    Disc,
    /// Microsoft's images of installed systems.
    WindowsImage,
    /// A disk of a virtual machine.
    VirtualDisk,
    /// A disk image of Apple's systems.
    AppleDisk,
    /// A file system for devices.
    SquashFs,
    /// ACE.
    Ace,
    /// LHA.
    Lha,
    /// ARJ.
    Arj,
    /// cpio.
    Cpio,
    /// A package of RPM.
    Rpm,
    /// xar, as packages of Apple's systems are.
    Xar,
    /// A stream compressed with `compress`.
    Compress,
    /// A stream compressed with lzip.
    Lzip,
    /// A stream compressed with LZ4.
    Lz4,
    /// A stream of LZMA alone, without a frame.
    Lzma,
    /// A compound file of Microsoft's: installers (MSI), old documents, messages.
    Compound,
    /// A help file of Windows.
    Help,
    /// A notebook of `OneNote`.
    OneNote,
}

/// The bytes that each kind begins with, at an offset.
const MARKS: [(usize, &[u8], Foreign); 27] = [
    (0, b"Rar!\x1a\x07", Foreign::Rar),
    (0, b"RE\x7e\x5e", Foreign::Rar),
    (0, b"MSCF\0\0\0\0", Foreign::Cabinet),
    (0, b"ISc(", Foreign::InstallShield),
    (0x8001, b"CD001", Foreign::Disc),
    (0x8001, b"BEA01", Foreign::Disc),
    (0x8001, b"NSR0", Foreign::Disc),
    (0, b"MSWIM\0\0\0", Foreign::WindowsImage),
    (0, b"conectix", Foreign::VirtualDisk),
    (0, b"vhdxfile", Foreign::VirtualDisk),
    (0, b"KDMV", Foreign::VirtualDisk),
    (0, b"QFI\xfb", Foreign::VirtualDisk),
    (0, b"hsqs", Foreign::SquashFs),
    (7, b"**ACE**", Foreign::Ace),
    (2, b"-lh", Foreign::Lha),
    (2, b"-lz", Foreign::Lha),
    (0, b"\x60\xea", Foreign::Arj),
    (0, b"07070", Foreign::Cpio),
    (0, b"\xed\xab\xee\xdb", Foreign::Rpm),
    (0, b"xar!", Foreign::Xar),
    (0, b"\x1f\x9d", Foreign::Compress),
    (0, b"LZIP\x01", Foreign::Lzip),
    (0, b"\x04\x22\x4d\x18", Foreign::Lz4),
    (0, b"\x5d\0\0", Foreign::Lzma),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Foreign::Compound),
    (0, b"ITSF\x03\0\0\0", Foreign::Help),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", Foreign::OneNote),
];

impl Foreign {
    /// The kind that some bytes are of; `None` for anything else.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let marked = MARKS.iter().find_map(|(offset, mark, kind)| {
            let is_marked = bytes.get(*offset..).is_some_and(|rest| rest.starts_with(mark));
            (is_marked && kind.is_formed(bytes)).then_some(*kind)
        });
        // A disk image of Apple's has its mark in the last 512 bytes.
        let is_apple = || {
            let end = bytes.len().checked_sub(512).and_then(|end| bytes.get(end..));
            end.is_some_and(|end| end.starts_with(b"koly\0\0\0\x04"))
        };
        let is_cabinet = || {
            let size = u32_at(bytes, 8)?;
            (bytes.starts_with(b"MSCF") && size > 36).then_some(Self::Cabinet)
        };
        marked.or_else(|| is_apple().then_some(Self::AppleDisk)).or_else(is_cabinet)
    }

    /// Returns true if the bytes behind a short mark are such as the kind has.
    fn is_formed(self, bytes: &[u8]) -> bool {
        match self {
            Self::Lha => bytes.get(6) == Some(&b'-'),
            // The size of the header, at most 2,600 bytes, that of its fixed part, and the kind of the main header.
            Self::Arj => {
                bytes.get(3).is_some_and(|high| *high <= 10)
                    && bytes.get(4).is_some_and(|fixed| (30..=60).contains(fixed))
                    && bytes.get(10) == Some(&2)
            }
            Self::Cpio => bytes.get(5).is_some_and(|digit| matches!(digit, b'1' | b'2' | b'7')),
            // The most bits of a code: 9 to 16.
            Self::Compress => bytes.get(2).is_some_and(|bits| (9..=16).contains(&(bits & 0x1f))),
            // The size of what was compressed: unknown, or one that a file can have.
            Self::Lzma => {
                let length = bytes.get(5..13);
                length.is_some_and(|length| length == [0xff; 8] || length.ends_with(&[0, 0, 0]))
            }
            _ => true,
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rar => "a RAR archive",
            Self::Cabinet => "a cabinet of Windows (CAB)",
            Self::InstallShield => "a cabinet of InstallShield",
            Self::Disc => "an image of a disc (ISO)",
            Self::WindowsImage => "an image of Windows (WIM)",
            Self::VirtualDisk => "a disk of a virtual machine",
            Self::AppleDisk => "a disk image of Apple's systems (DMG)",
            Self::SquashFs => "a file system (SquashFS)",
            Self::Ace => "an ACE archive",
            Self::Lha => "an LHA archive",
            Self::Arj => "an ARJ archive",
            Self::Cpio => "a cpio archive",
            Self::Rpm => "a package of RPM",
            Self::Xar => "a xar archive",
            Self::Compress => "a file compressed with compress (.Z)",
            Self::Lzip => "a file compressed with lzip",
            Self::Lz4 => "a file compressed with LZ4",
            Self::Lzma => "a file compressed with LZMA",
            Self::Compound => "a compound file, such as an installer (MSI) or an old document",
            Self::Help => "a help file of Windows (CHM)",
            Self::OneNote => "a notebook of OneNote",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_and_programs_are_not_taken_for_archives() {
        for (offset, mark, kind) in MARKS {
            let mut bytes = vec![0; offset + 64];
            bytes.splice(offset..offset + mark.len(), mark.iter().copied());
            match kind {
                Foreign::Lha => bytes[6] = b'-',
                Foreign::Cpio => bytes[5] = b'1',
                Foreign::Arj => (bytes[4], bytes[10]) = (30, 2),
                Foreign::Compress => bytes[2] = 0x90,
                _ => {}
            }
            assert_eq!(Foreign::of(&bytes), Some(kind), "{mark:?}");
            for length in 0..bytes.len().min(80) {
                assert!(Foreign::of(&bytes[..length]).is_none_or(|found| found == kind));
            }
        }
        for bytes in [&b"MZ"[..], b"\x7fELF", b"PK\x03\x04", b"", b"a text of words"] {
            assert_eq!(Foreign::of(bytes), None);
        }
    }
}
