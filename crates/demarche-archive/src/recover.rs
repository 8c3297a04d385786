//! Files of a zip that its directory does not name, or that has lost its directory, found by their local headers.
//!
//! Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7 and 4.3.12. Stored and deflated files are read; others are named.

use flate2::{Decompress, FlushDecompress, Status};
use zip::result::ZipError;

use crate::budget::Budget;
use crate::entry::entry_name;
use crate::fields::{size, u16_at, u32_at, wide};
use crate::shortfall::ArchiveShortfall;

/// A file that was found by its local header.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its name.
    pub(crate) name: String,
    /// Its bytes, or the reason why they cannot be had.
    pub(crate) bytes: Result<Vec<u8>, ArchiveShortfall>,
    /// True if the file is there to its end.
    pub(crate) is_complete: bool,
}

/// The most files that are looked for: a header takes thirty bytes, so that a small file may name many.
const MOST: usize = 10_000;

const HEADER: usize = 30;

/// The files whose local headers lie in some bytes of a zip; what is decoded counts against the budget.
pub(crate) fn recover(bytes: &[u8], budget: &mut Budget) -> Vec<Found> {
    let mut files = Vec::new();
    let mut offset = 0;
    while files.len() < MOST && !budget.is_used_up() {
        let Some(position) = next(bytes, offset, b"PK\x03\x04") else { break };
        offset = match Local::at(bytes, position) {
            Some(local) => {
                let (file, used) = local.read(budget);
                files.extend(file);
                position + local.begin + used
            }
            None => position + 4,
        };
    }
    files
}

/// The names that a directory has for files, as far as its entries lie in some bytes.
pub(crate) fn named(bytes: &[u8]) -> Vec<String> {
    const ENTRY: usize = 46;
    let mut names = Vec::new();
    let mut offset = 0;
    while let Some(position) = next(bytes, offset, b"PK\x01\x02").filter(|_| names.len() < MOST) {
        let entry = bytes.get(position..).unwrap_or(&[]);
        let length = u16_at(entry, 28).map_or(0, usize::from);
        let name = entry.get(ENTRY..ENTRY + length).filter(|name| is_name(name));
        let name = name.filter(|name| !name.ends_with(b"/"));
        names.extend(name.map(|name| entry_name(&String::from_utf8_lossy(name))));
        offset = position + ENTRY;
    }
    names
}

/// The offset of the next mark.
fn next(bytes: &[u8], from: usize, mark: &[u8; 4]) -> Option<usize> {
    let found = bytes.get(from..)?.windows(4).position(|window| window == mark)?;
    Some(from + found)
}

/// Returns true if some bytes can be the name of a file; chance bytes behind a mark are none.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.contains(&0)
}

/// A local header.
struct Local<'data> {
    name: &'data [u8],
    is_encrypted: bool,
    /// True if the sizes stand behind the file rather than in its header.
    is_open: bool,
    method: u16,
    packed: usize,
    plain: u32,
    /// The distance of the file from its header.
    begin: usize,
    /// The bytes behind the header.
    body: &'data [u8],
}

impl<'data> Local<'data> {
    /// The header at an offset; `None` where there is none that a zip may have.
    fn at(bytes: &'data [u8], offset: usize) -> Option<Self> {
        const LATEST_VERSION: u16 = 63;
        const ENCRYPTED: u16 = 1;
        const OPEN: u16 = 8;
        let header = bytes.get(offset..)?;
        let (version, flags) = (u16_at(header, 4)?, u16_at(header, 6)?);
        let method = u16_at(header, 8)?;
        let name_end = HEADER + usize::from(u16_at(header, 26)?);
        let name = header.get(HEADER..name_end).filter(|name| is_name(name))?;
        let begin = name_end + usize::from(u16_at(header, 28)?);
        // The byte above the version names the system that wrote the file.
        let is_header = version & 0xff <= LATEST_VERSION && method <= 99;
        is_header.then_some(Self {
            name,
            is_encrypted: flags & ENCRYPTED != 0,
            is_open: flags & OPEN != 0,
            method,
            packed: size(u32_at(header, 18)?),
            plain: u32_at(header, 22)?,
            begin,
            body: header.get(begin..)?,
        })
    }

    /// The file, and the bytes that it takes; no file for a folder.
    fn read(&self, budget: &mut Budget) -> (Option<Found>, usize) {
        let present = self.packed.min(self.body.len());
        let is_folder = self.name.ends_with(b"/") && self.packed == 0 && self.plain == 0;
        if is_folder && !self.is_open {
            return (None, 0);
        }
        let name = entry_name(&String::from_utf8_lossy(self.name));
        let shut = |reason| Found { name: name.clone(), bytes: Err(reason), is_complete: true };
        match self.method {
            _ if self.is_encrypted => (Some(shut(ArchiveShortfall::Password)), present),
            0 if self.is_open && self.packed == 0 => (Some(shut(ArchiveShortfall::NoSize)), 0),
            0 => {
                let mut stored = self.body.get(..present).unwrap_or(&[]);
                let bytes = budget.read(&mut stored).map_err(ArchiveShortfall::from);
                (Some(Found { name, bytes, is_complete: present == self.packed }), present)
            }
            8 => {
                let (bytes, used, is_complete) = inflate(self.body, budget);
                (Some(Found { name, bytes: Ok(bytes), is_complete }), used)
            }
            method => {
                let reason = ZipError::CompressionMethodNotSupported(method);
                (Some(shut(ArchiveShortfall::Method(reason))), present)
            }
        }
    }
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
