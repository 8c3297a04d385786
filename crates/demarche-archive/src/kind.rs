use crate::fields::{AR_MARK, is_tar, size, u32_at};

/// The kinds of archives that are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A zip file.
    Zip,
    /// A 7z file.
    Seven,
    /// A tar file.
    Tar,
    /// An archive of object files, or a package of Debian.
    Ar,
    /// One stream compressed with gzip.
    Gzip,
    /// One stream compressed with bzip2.
    Bzip2,
    /// One stream compressed with xz.
    Xz,
    /// One stream compressed with zstd.
    Zstd,
}

impl Kind {
    /// The number of first bytes that [`Kind::of`] looks at.
    pub const HEAD: usize = 512;

    /// The kind that some bytes begin like; `None` for anything else.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            // The first of several volumes, and one of one volume that was to be one of several.
            [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..]
            | [b'P', b'K', b'0', b'0', b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::Seven),
            _ if head.starts_with(AR_MARK) => Some(Self::Ar),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // A zip without files.
            [b'P', b'K', 5, 6, ..] if head.len() >= 22 => Some(Self::Zip),
            _ => is_tar(head).then_some(Self::Tar),
        }
    }

    /// Returns true if some bytes end like a zip, whatever they begin with: such a zip is read from its end on.
    #[must_use]
    pub fn ends_as_zip(bytes: &[u8]) -> bool {
        const END: usize = 22;
        const LONGEST: usize = END + 65_535;
        let tail = bytes.rchunks(LONGEST).next().unwrap_or(bytes);
        let Some(found) = tail.windows(4).rposition(|window| window == b"PK\x05\x06") else {
            return false;
        };
        let end = bytes.len() - tail.len() + found;
        let has = |offset: Option<usize>, mark: &[u8]| {
            let rest = offset.and_then(|offset| bytes.get(offset..end));
            rest.is_some_and(|rest| rest.starts_with(mark))
        };
        let length = u32_at(bytes, end + 12).map(size);
        // The directory ends where the record of its end begins; in a large zip a locator of 20 bytes lies between.
        has(length.and_then(|length| end.checked_sub(length)), b"PK\x01\x02")
            || has(end.checked_sub(20), b"PK\x06\x07")
    }

    /// Returns true for a stream that is compressed whole, which has no list of files.
    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::Gzip | Self::Bzip2 | Self::Xz | Self::Zstd)
    }

    /// The name of the file in a stream that is compressed whole: the archive's own, but for its ending.
    #[must_use]
    pub fn inner_name(name: &str) -> String {
        let endings = [
            (".tgz", ".tar"),
            (".txz", ".tar"),
            (".tbz2", ".tar"),
            (".tbz", ".tar"),
            (".tzst", ".tar"),
        ];
        for (short, long) in endings {
            if let Some(stem) = name.strip_suffix(short) {
                return format!("{stem}{long}");
            }
        }
        let stem =
            [".gz", ".bz2", ".xz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end));
        stem.unwrap_or(name).to_owned()
    }
}
