//! tar: blocks of 512 bytes, a header for each file and then its bytes.
//!
//! Source: POSIX.1-2017, pax, "ustar Interchange Format". Extended headers are skipped: names longer than 255 bytes are cut.

use std::io::Read;

use super::limits::Stop;
use super::shortfall::ArchiveShortfall;
use super::{Opener, member_path};
use crate::little_endian::{name_at, part, size, tail};

const BLOCK: usize = 512;

impl Opener<'_> {
    pub(crate) fn open_tar(&mut self, bytes: &[u8], path: &str, depth: u32) {
        let mut rest = bytes;
        while let Some((header, behind)) = rest.split_at_checked(BLOCK) {
            if header.iter().all(|byte| *byte == 0) {
                return;
            }
            let Some(count) = octal(part(header, 124, 12)) else {
                self.gap(path, &ArchiveShortfall::TarHeader);
                return;
            };
            let count = size(count);
            // An ordinary file has the kind 0, in old files a zero byte.
            let is_file = matches!(header.get(156), Some(b'0' | 0));
            if is_file {
                let inner = member_path(path, &name(header));
                let Some(body) = behind.get(..count) else {
                    self.gap(&inner, &ArchiveShortfall::TarBreaksOff);
                    return;
                };
                match self.left.read(&mut body.take(u64::MAX)) {
                    Ok(bytes) => self.open(bytes, inner, depth + 1),
                    Err(Stop::Limit(limit)) => self.gap(&inner, &limit.into()),
                    Err(Stop::Broken(error)) => {
                        self.gap(&inner, &ArchiveShortfall::TarMember(error));
                    }
                }
                if self.left.is_used_up() {
                    return;
                }
            }
            rest = tail(behind, count.next_multiple_of(BLOCK));
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
    let field = |offset: u64, size: u64| {
        String::from_utf8_lossy(name_at(part(header, offset, size), 0)).into_owned()
    };
    match field(345, 155).as_str() {
        "" => field(0, 100),
        prefix => format!("{prefix}/{}", field(0, 100)),
    }
}
