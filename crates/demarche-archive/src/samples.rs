//! Samples out of archives, and out of archives in archives.
//!
//! Files are handed over one at a time, and nothing is ever written. What cannot be opened is a gap, and so is what a limit
//! keeps out; everything else is still handed over.

use std::io::Cursor;
use std::ops::ControlFlow;

use demarche_terms::Gap;

use crate::budget::{Budget, Limits, Stop};
use crate::entry::{Body, Request};
use crate::fields::wide;
use crate::foreign::Foreign;
use crate::kind::Kind;
use crate::shortfall::ArchiveShortfall;
use crate::upx::{self, UpxShortfall};
use crate::{behind, walk};

/// A file out of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path: the name of the outer file, then those of archives in archives, with a `/` between each. It is only a
    /// name: it may have any characters but control ones, and `..` among them.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// True if it is the packed form of the program that was handed over before it: the code in it is the packer's.
    pub is_shell: bool,
    /// True if it is an archive of which no file was handed over, because none is in it or none could be taken out. A gap
    /// says why.
    pub is_container: bool,
    /// The reason for which the bytes may not be those of the program that was packed; a gap says it too.
    pub doubt: Option<UpxShortfall>,
}

/// Hands over every file in an archive, in the archive's order; a file that is no archive is handed over itself, and so is
/// an archive that gives no file. Of a program with a zip or 7z file behind it, the program comes before the files in that;
/// what else lies behind a program is named.
///
/// A program that UPX packed is handed over twice: as the program that was packed, with `/unpacked` behind its path, and
/// then as it is.
///
/// Documents and programs that are zips inside (`.docx`, `.jar`, `.apk`) are archives like others. Passwords are tried in
/// their order where one is wanted, none first and [`CUSTOMARY_PASSWORD`](crate::CUSTOMARY_PASSWORD) last.
pub fn open(
    bytes: Vec<u8>,
    name: &str,
    passwords: &[&str],
    limits: &Limits,
    visit: &mut dyn FnMut(Member),
) -> Vec<Gap> {
    let mut budget = Budget::new(limits, wide(bytes.len()));
    let passwords = passwords.to_vec();
    let mut opener =
        Opener { name, passwords, limits: *limits, visit, handed: 0, gaps: Vec::new() };
    opener.open(bytes, name.to_owned(), 0, &mut budget);
    opener.gaps
}

/// An archive as it is gone through.
struct Opener<'call> {
    name: &'call str,
    passwords: Vec<&'call str>,
    limits: Limits,
    visit: &'call mut dyn FnMut(Member),
    /// The number of files that were handed over.
    handed: u64,
    gaps: Vec<Gap>,
}

impl Opener<'_> {
    /// Opens a file at a depth, or hands it over.
    fn open(&mut self, bytes: Vec<u8>, path: String, depth: u32, budget: &mut Budget) {
        let (kind, offset) = self.kind(&bytes, &path);
        let Some(kind) = kind.filter(|_| depth < self.limits.depth) else {
            if kind.is_some() {
                self.gap(&path, &ArchiveShortfall::TooDeep);
            }
            self.hand_over(bytes, path, budget);
            return;
        };
        if is_program(&bytes) {
            self.hand_over(bytes.clone(), path.clone(), budget);
        }
        let before = self.handed;
        let (shortfalls, has_entries) =
            self.walk(kind, bytes.get(offset..).unwrap_or(&[]), &path, depth, budget);
        let is_empty = shortfalls.is_empty() && !has_entries;
        for shortfall in shortfalls {
            self.gap(&path, &shortfall);
        }
        if is_empty {
            self.gap(&path, &ArchiveShortfall::Empty);
        }
        if self.handed == before && !is_program(&bytes) {
            self.give(Member { path, bytes, is_shell: false, is_container: true, doubt: None });
        }
    }

    /// The kind of archive that a file is, or that lies behind the program in it, and where the archive begins.
    fn kind(&mut self, bytes: &[u8], path: &str) -> (Option<Kind>, usize) {
        if let Some(kind) = Kind::of(bytes) {
            return (Some(kind), 0);
        }
        if Kind::ends_as_zip(bytes) {
            return (Some(Kind::Zip), 0);
        }
        match behind::of(bytes) {
            Some(behind::Found::Seven(offset)) => (Some(Kind::Seven), offset),
            Some(behind::Found::Named(kind)) => {
                self.gap(path, &ArchiveShortfall::Behind(kind));
                (None, 0)
            }
            None => (None, 0),
        }
    }

    /// Opens the files of an archive; returns what is wrong with the archive, and whether it has files.
    fn walk(
        &mut self,
        kind: Kind,
        bytes: &[u8],
        path: &str,
        depth: u32,
        budget: &mut Budget,
    ) -> (Vec<ArchiveShortfall>, bool) {
        let passwords = self.passwords.clone();
        let request = Request { kind, name: path, passwords: &passwords };
        let mut has_entries = false;
        let shortfalls = walk(&request, &mut Cursor::new(bytes), budget, &mut |entry, budget| {
            has_entries = true;
            // A compressed stream keeps the path of its archive, but for the ending.
            let is_stream = kind.is_stream() && entry.size.is_none();
            let inner = if is_stream { entry.name } else { format!("{path}/{}", entry.name) };
            self.take(entry.body, inner, is_stream, depth + 1, budget);
            ControlFlow::Continue(())
        });
        (shortfalls, has_entries)
    }

    fn give(&mut self, member: Member) {
        self.handed += 1;
        (self.visit)(member);
    }

    /// Hands over a file; of a program that UPX packed, first the program that was packed.
    fn hand_over(&mut self, bytes: Vec<u8>, path: String, budget: &mut Budget) {
        if let Some(kind) = Foreign::of(&bytes) {
            self.gap(&path, &ArchiveShortfall::Foreign(kind));
            self.give(Member { path, bytes, is_shell: false, is_container: true, doubt: None });
            return;
        }
        // A program becomes a few times as large; blocks of zeros make more of it.
        let by_ratio = wide(bytes.len()).saturating_mul(64).saturating_add(self.limits.free);
        let most = budget.file().min(budget.left()).min(by_ratio);
        let mut is_shell = false;
        match upx::unpack(&bytes, most) {
            None => {}
            Some(Ok(unpacked)) => match budget.read(&mut unpacked.bytes.as_slice()) {
                Ok(bytes) => {
                    is_shell = true;
                    let path = format!("{path}/unpacked");
                    let doubt = unpacked.shortfall;
                    if let Some(shortfall) = doubt {
                        self.gap(&path, &shortfall.into());
                    }
                    self.give(Member { path, bytes, is_shell: false, is_container: false, doubt });
                }
                Err(stop) => self.gap(&path, &stop.into()),
            },
            Some(Err(reason)) => self.gap(&path, &reason.into()),
        }
        self.give(Member { path, bytes, is_shell, is_container: false, doubt: None });
    }

    /// Reads a file in an archive, and opens it in turn. Of a stream that breaks off, what came out before is kept.
    fn take(
        &mut self,
        body: Body<'_>,
        path: String,
        is_stream: bool,
        depth: u32,
        budget: &mut Budget,
    ) {
        let reader = match body {
            Body::Open(reader) => reader,
            Body::Shut(shortfall) => return self.gap(&path, &shortfall),
        };
        let mut bytes = Vec::new();
        match budget.read_into(reader, &mut bytes) {
            Ok(()) => self.open(bytes, path, depth, budget),
            Err(Stop::Broken(reason)) if is_stream && !bytes.is_empty() => {
                let present = bytes.len();
                self.gap(&path, &ArchiveShortfall::StreamCut { present, reason });
                self.open(bytes, path, depth, budget);
            }
            Err(stop) => self.gap(&path, &stop.into()),
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

/// Returns true if some bytes begin like a program, which a zip behind it makes no archive.
fn is_program(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [b'M', b'Z', ..]
            | [0x7f, b'E', b'L', b'F', ..]
            | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
            | [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..]
    )
}
