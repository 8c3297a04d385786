//! Samples out of archives, and out of archives in archives.
//!
//! Files are handed over one at a time, and nothing is ever written. What cannot be opened is a gap, and so is what a limit
//! keeps out; everything else is still handed over.

use std::io::Cursor;
use std::ops::ControlFlow;

use demarche_terms::Gap;

use crate::budget::{Budget, Limits};
use crate::entry::{Body, Request};
use crate::fields::wide;
use crate::kind::Kind;
use crate::shortfall::ArchiveShortfall;
use crate::{upx, walk};

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
}

/// Hands over every file in an archive, in the archive's order; a file that is no archive is handed over itself.
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
    let mut opener = Opener { name, passwords, limits: *limits, visit, gaps: Vec::new() };
    opener.open(bytes, name.to_owned(), 0, &mut budget);
    opener.gaps
}

/// An archive as it is gone through.
struct Opener<'call> {
    name: &'call str,
    passwords: Vec<&'call str>,
    limits: Limits,
    visit: &'call mut dyn FnMut(Member),
    gaps: Vec<Gap>,
}

impl Opener<'_> {
    /// Opens a file at a depth, or hands it over.
    fn open(&mut self, bytes: Vec<u8>, path: String, depth: u32, budget: &mut Budget) {
        let kind = Kind::of(&bytes);
        let Some(kind) = kind.filter(|_| depth < self.limits.depth) else {
            if kind.is_some() {
                self.gap(&path, &ArchiveShortfall::TooDeep);
            }
            self.hand_over(bytes, path, budget);
            return;
        };
        let passwords = self.passwords.clone();
        let request = Request { kind, name: &path, passwords: &passwords };
        let is_stream = matches!(kind, Kind::Gzip | Kind::Bzip2 | Kind::Xz | Kind::Zstd);
        let mut source = Cursor::new(bytes);
        let shortfalls = walk(&request, &mut source, budget, &mut |entry, budget| {
            // A compressed stream keeps the path of its archive, but for the ending.
            let inner = if is_stream && entry.size.is_none() {
                entry.name
            } else {
                format!("{path}/{}", entry.name)
            };
            self.take(entry.body, inner, depth + 1, budget);
            ControlFlow::Continue(())
        });
        for shortfall in shortfalls {
            self.gap(&path, &shortfall);
        }
    }

    /// Hands over a file; of a program that UPX packed, first the program that was packed.
    fn hand_over(&mut self, bytes: Vec<u8>, path: String, budget: &mut Budget) {
        // A program becomes a few times as large; blocks of zeros make more of it.
        let by_ratio = wide(bytes.len()).saturating_mul(64).saturating_add(self.limits.free);
        let most = budget.file().min(budget.left()).min(by_ratio);
        let mut is_shell = false;
        match upx::unpack(&bytes, most) {
            None => {}
            Some(Ok(unpacked)) => match budget.read(&mut unpacked.as_slice()) {
                Ok(bytes) => {
                    is_shell = true;
                    let path = format!("{path}/unpacked");
                    (self.visit)(Member { path, bytes, is_shell: false });
                }
                Err(stop) => self.gap(&path, &stop.into()),
            },
            Some(Err(reason)) => self.gap(&path, &reason.into()),
        }
        (self.visit)(Member { path, bytes, is_shell });
    }

    /// Reads a file in an archive, and opens it in turn.
    fn take(&mut self, body: Body<'_>, path: String, depth: u32, budget: &mut Budget) {
        match body {
            Body::Open(reader) => match budget.read(reader) {
                Ok(bytes) => self.open(bytes, path, depth, budget),
                Err(stop) => self.gap(&path, &stop.into()),
            },
            Body::Shut(shortfall) => self.gap(&path, &shortfall),
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
