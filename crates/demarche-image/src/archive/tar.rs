//! tar: blocks of 512 bytes, a header for each file and then its bytes.
//!
//! Source: POSIX.1-2017, pax, "ustar Interchange Format". Extended headers are skipped: names longer than 255 bytes are cut.

use std::io::Read;

use super::bytes_left::Stop;
use super::{Opener, member};
use crate::little_endian::{name_at, size};

const BLOCK: usize = 512;

impl Opener<'_> {
    pub(crate) fn open_tar(&mut self, bytes: &[u8], path: &str, depth: u32) {
        let mut rest = bytes;
        while let Some((header, behind)) = rest.split_at_checked(BLOCK) {
            if header.iter().all(|byte| *byte == 0) {
                return;
            }
            let Some(count) = octal(header.get(124..136).unwrap_or_default()) else {
                self.gap(path, "a header of the tar file cannot be read; the rest is left out");
                return;
            };
            let count = size(count);
            // An ordinary file has the kind 0, in old files a zero byte.
            let is_file = matches!(header.get(156), Some(b'0' | 0));
            if is_file {
                let inner = member::path(path, &name(header));
                let Some(body) = behind.get(..count) else {
                    self.gap(&inner, "the file is longer than its archive");
                    return;
                };
                match self.left.read(&mut body.take(u64::MAX)) {
                    Ok(bytes) => self.open(bytes, inner, depth.saturating_add(1)),
                    Err(Stop::Limit(what)) => self.gap(&inner, what),
                    Err(Stop::Broken(error)) => self.gap(&inner, error.to_string()),
                }
                if self.left.is_used_up() {
                    return;
                }
            }
            rest = behind.get(count.next_multiple_of(BLOCK)..).unwrap_or_default();
        }
    }
}

/// A number in octal digits, with spaces or zeros around it.
fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}

/// A name: the prefix's bytes and the name's, with a `/` between.
fn name(header: &[u8]) -> String {
    let field = |from: usize, to: usize| {
        String::from_utf8_lossy(name_at(header.get(from..to).unwrap_or_default(), 0)).into_owned()
    };
    match field(345, 500).as_str() {
        "" => field(0, 100),
        prefix => format!("{prefix}/{}", field(0, 100)),
    }
}
