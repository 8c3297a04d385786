use crate::fields::{AR_MARK, is_tar};

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
