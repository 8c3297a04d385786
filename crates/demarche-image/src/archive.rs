//! Samples out of archives: zip and 7z, also with a password, tar, gzip and xz, and archives in archives.
//!
//! Files are handed over one at a time, and nothing is ever written. What cannot be opened is a gap, and so is what a limit
//! keeps out; everything else is still handed over.

mod bytes_left;
mod member;
mod seven;
mod stream;
mod tar;
mod zip_file;

use demarche_terms::Gap;

use self::bytes_left::BytesLeft;

/// Limits on what is taken out of one archive, with everything nested in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of one file. It is held in memory while it is looked at.
    pub file: u64,
    /// The most bytes of all files together.
    pub total: u64,
    /// The most bytes that come out for each byte of the archive, over all files together.
    pub ratio: u64,
    /// The most files.
    pub files: u64,
    /// The depth to which archives are opened: 1 opens the file itself, 2 also the archives in it.
    pub depth: u32,
}

impl Default for Limits {
    /// 512 MiB for a file, 4 GiB together, 2,000 to one, 100,000 files, two levels.
    ///
    /// Malware is sometimes blown up with zeros to hundreds of megabytes to pass scanners by, which a zip makes a
    /// thousandth of.
    fn default() -> Self {
        Self { file: 512 << 20, total: 4 << 30, ratio: 2000, files: 100_000, depth: 2 }
    }
}

/// The password that samples are customarily sent with.
pub const CUSTOMARY_PASSWORD: &str = "infected";

/// A file out of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path: the name of the outer file, then those of archives in archives, with a `/` between each. It is only a
    /// name: it may have any characters but control ones, and `..` among them.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Hands over every file in an archive, in the archive's order; a file that is no archive is handed over itself.
///
/// Documents and programs that are zips inside (`.docx`, `.jar`, `.apk`) are handed over whole. Passwords are tried in
/// their order where one is wanted, none first and [`CUSTOMARY_PASSWORD`] last.
pub fn open(
    bytes: Vec<u8>,
    name: &str,
    passwords: &[&str],
    limits: &Limits,
    visit: &mut dyn FnMut(Member),
) -> Vec<Gap> {
    let passwords: Vec<_> = passwords.iter().copied().chain([CUSTOMARY_PASSWORD]).collect();
    let left = BytesLeft::new(limits, bytes.len());
    let mut opener = Opener { name, passwords, limits: *limits, left, visit, gaps: Vec::new() };
    opener.open(bytes, name.to_owned(), 0);
    opener.gaps
}

/// An archive as it is gone through.
struct Opener<'one> {
    name: &'one str,
    passwords: Vec<&'one str>,
    limits: Limits,
    left: BytesLeft,
    visit: &'one mut dyn FnMut(Member),
    gaps: Vec<Gap>,
}

/// The kinds of archives that are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zip,
    Seven,
    Tar,
    Gzip,
    Xz,
}

impl Kind {
    /// The kind that some bytes begin like.
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::Seven),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => (bytes.get(257..262) == Some(b"ustar")).then_some(Self::Tar),
        }
    }
}

impl Opener<'_> {
    /// Opens a file at a depth, or hands it over.
    fn open(&mut self, bytes: Vec<u8>, path: String, depth: u32) {
        let kind = Kind::of(&bytes);
        let Some(kind) = kind.filter(|_| depth < self.limits.depth) else {
            if kind.is_some() {
                self.gap(&path, "an archive lies too deep in others; it is taken as it is");
            }
            (self.visit)(Member { path, bytes });
            return;
        };
        match kind {
            Kind::Zip => self.open_zip(bytes, path, depth),
            Kind::Seven => self.open_seven(&bytes, &path, depth),
            Kind::Tar => self.open_tar(&bytes, &path, depth),
            Kind::Gzip => {
                let mut plain = flate2::read::MultiGzDecoder::new(bytes.as_slice());
                self.open_stream(&mut plain, &path, depth);
            }
            Kind::Xz => {
                let mut plain = lzma_rust2::XzReader::new(bytes.as_slice(), true);
                self.open_stream(&mut plain, &path, depth);
            }
        }
    }

    /// Notes something about a path.
    fn gap(&mut self, path: &str, what: impl Into<String>) {
        /// More gaps than anybody reads.
        const MOST: usize = 1000;
        let gap = Gap::new(self.name, what);
        let gap = if path == self.name { gap } else { gap.at(path) };
        if self.gaps.len() < MOST {
            self.gaps.push(gap);
        } else if let Some(last) = self.gaps.last_mut() {
            last.count = last.count.saturating_add(1);
        }
    }
}
