//! Samples out of archives: zip and 7z, also with a password, tar, gzip and xz, and archives in archives.
//!
//! Files are handed over one at a time, and nothing is ever written. What cannot be opened is a gap, and so is what a limit
//! keeps out; everything else is still handed over.

mod limits;
mod seven;
mod shortfall;
mod tar;
mod zip_file;

use std::io::Read;

use demarche_terms::Gap;

pub use self::limits::Limits;
use self::limits::{BytesLeft, Stop};
use self::shortfall::ArchiveShortfall;

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
struct Opener<'call> {
    name: &'call str,
    passwords: Vec<&'call str>,
    limits: Limits,
    left: BytesLeft,
    visit: &'call mut dyn FnMut(Member),
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
                self.gap(&path, &ArchiveShortfall::TooDeep);
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

    /// Opens a file that is compressed whole. It keeps its path, but for the ending.
    fn open_stream(&mut self, reader: &mut dyn Read, path: &str, depth: u32) {
        match self.left.read(reader) {
            Ok(bytes) => {
                let stem = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".xz"));
                let inner = match path.strip_suffix(".tgz").or_else(|| path.strip_suffix(".txz")) {
                    Some(stem) => format!("{stem}.tar"),
                    None => stem.unwrap_or(path).to_owned(),
                };
                // A tar in it is the same archive.
                let step = u32::from(Kind::of(&bytes) != Some(Kind::Tar));
                self.open(bytes, inner, depth + step);
            }
            Err(Stop::Limit(limit)) => self.gap(path, &limit.into()),
            Err(Stop::Broken(error)) => self.gap(path, &ArchiveShortfall::Stream(error)),
        }
    }

    /// Notes a gap at a path; gaps beyond `MOST` are counted with the last one.
    fn gap(&mut self, path: &str, reason: &ArchiveShortfall) {
        /// More gaps than anybody reads.
        const MOST: usize = 1000;
        let gap = Gap::of(self.name, reason);
        let gap = if path == self.name { gap } else { gap.at(path) };
        if self.gaps.len() < MOST {
            self.gaps.push(gap);
        } else if let Some(last) = self.gaps.last_mut() {
            last.count += 1;
        }
    }
}

/// The path of a file in an archive: control characters become marks, and a name is cut at 1,024 characters.
fn member_path(outer: &str, name: &str) -> String {
    const LONGEST: usize = 1024;
    let sign =
        |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    let name: String = name.chars().take(LONGEST).map(sign).collect();
    format!("{outer}/{name}")
}
