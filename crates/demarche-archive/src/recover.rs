//! Files of a zip that was cut or overwritten, found by their local headers.
//!
//! Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7. Stored and deflated files are read; encrypted ones are left out.

use flate2::{Decompress, FlushDecompress, Status};

use crate::budget::Budget;
use crate::entry::entry_name;
use crate::fields::{size, u16_at, u32_at, wide};

/// A file of a zip that lost its directory, as far as its bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Its name.
    pub name: String,
    /// Its bytes; only the first ones where the archive was cut in it.
    pub bytes: Vec<u8>,
    /// True if the file is there to its end.
    pub is_complete: bool,
}

/// The most files that are looked for: a header takes thirty bytes, so that a small file may name many.
const MOST: usize = 10_000;

const HEADER: usize = 30;

/// The files of a zip, found by their local headers; what is decoded counts against the budget.
#[must_use]
pub fn recover(bytes: &[u8], budget: &mut Budget) -> Vec<Recovered> {
    let mut files = Vec::new();
    let mut offset = 0;
    while files.len() < MOST && !budget.is_used_up() {
        let Some(found) = next_header(bytes, offset) else { break };
        offset = match file_at(bytes, found, budget) {
            Some((file, end)) => {
                files.extend(file);
                end.max(found + 4)
            }
            None => found + 4,
        };
    }
    files
}

/// The offset of the next local header.
fn next_header(bytes: &[u8], from: usize) -> Option<usize> {
    bytes
        .get(from..)?
        .windows(4)
        .position(|window| window == b"PK\x03\x04")
        .map(|found| from + found)
}

/// The file whose header lies at an offset, and the offset behind it; no file for a folder.
fn file_at(bytes: &[u8], offset: usize, budget: &mut Budget) -> Option<(Option<Recovered>, usize)> {
    const ENCRYPTED: u16 = 1;
    let header = bytes.get(offset..)?;
    let (flags, method) = (u16_at(header, 6)?, u16_at(header, 8)?);
    let packed = size(u32_at(header, 18)?);
    let name_end = HEADER + usize::from(u16_at(header, 26)?);
    let name = entry_name(&String::from_utf8_lossy(header.get(HEADER..name_end)?));
    let begin = name_end + usize::from(u16_at(header, 28)?);
    let body = header.get(begin..)?;
    if name.ends_with('/') || flags & ENCRYPTED != 0 {
        return Some((None, offset + begin + packed.min(body.len())));
    }
    let (decoded, used, is_complete) = match method {
        0 => {
            let present = packed.min(body.len());
            let mut stored = body.get(..present)?;
            (budget.read(&mut stored).ok()?, present, present == packed)
        }
        8 => inflate(body, budget),
        _ => return Some((None, offset + begin + packed.min(body.len()))),
    };
    Some((Some(Recovered { name, bytes: decoded, is_complete }), offset + begin + used))
}

/// The plain bytes of a deflated file, the number of bytes that it took, and whether it came to its end.
fn inflate(body: &[u8], budget: &mut Budget) -> (Vec<u8>, usize, bool) {
    const STEP: usize = 64 << 10;
    let limit = size(budget.file().min(budget.left()));
    let mut decoder = Decompress::new(false);
    let mut plain = Vec::new();
    let mut is_complete = false;
    while plain.len() < limit {
        plain.reserve(STEP);
        let (before_in, before_out) = (decoder.total_in(), decoder.total_out());
        let rest = body.get(size(before_in)..).unwrap_or(&[]);
        let met = decoder.decompress_vec(rest, &mut plain, FlushDecompress::None);
        is_complete = matches!(met, Ok(Status::StreamEnd));
        let stands = decoder.total_in() == before_in && decoder.total_out() == before_out;
        if met.is_err() || is_complete || stands {
            break;
        }
    }
    budget.charge(wide(plain.len()));
    (plain, size(decoder.total_in()), is_complete)
}
