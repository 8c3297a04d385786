//! Bytes of files, and large members of archives put aside in files without a name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use demarche_archive::{Budget, Stop};

use crate::number::{length, size, wide};

/// The first bytes from which the kind of a file is told.
pub(crate) const HEAD: usize = 64 << 10;

/// The first bytes of a file.
pub(crate) fn head_of(file: &mut File) -> io::Result<Vec<u8>> {
    read_range(file, 0..wide(HEAD))
}

/// The bytes of a range of a file, fewer where it reaches beyond the end.
pub(crate) fn read_range(file: &mut File, range: Range<u64>) -> io::Result<Vec<u8>> {
    const MOST_AHEAD: u64 = 64 << 20;
    file.seek(SeekFrom::Start(range.start))?;
    let count = length(&range);
    let mut bytes = Vec::with_capacity(size(count.min(MOST_AHEAD)));
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A member of an archive as it was taken out.
pub(crate) enum Taken {
    /// Its bytes.
    Memory(Vec<u8>),
    /// A file without a name that holds its bytes, and their number.
    Disk(File, u64),
}

/// Takes a member out of an archive, into memory up to a number of bytes and behind that into a file without a name.
///
/// `may_spill` decides by the first bytes; a member that may not is kept to its first bytes and comes back as an error.
pub(crate) fn take(
    reader: &mut dyn Read,
    in_memory: u64,
    budget: &mut Budget,
    may_spill: impl Fn(&[u8]) -> bool,
) -> Result<Taken, (Stop, Vec<u8>)> {
    let mut bytes = Vec::new();
    if let Err(stop) = budget.read_into(&mut reader.take(in_memory), &mut bytes) {
        return Err((stop, bytes));
    }
    if wide(bytes.len()) < in_memory {
        return Ok(Taken::Memory(bytes));
    }
    if !may_spill(&bytes) {
        return match budget.read_into(reader, &mut bytes) {
            Ok(()) => Ok(Taken::Memory(bytes)),
            Err(stop) => Err((stop, bytes)),
        };
    }
    let spilled = tempfile::tempfile().and_then(|mut file| {
        file.write_all(&bytes)?;
        Ok(file)
    });
    let mut file = match spilled {
        Ok(file) => file,
        Err(error) => return Err((Stop::Broken(error), bytes)),
    };
    let held = wide(bytes.len());
    match budget.copy(reader, &mut file) {
        Ok(count) => Ok(Taken::Disk(file, held + count)),
        Err(stop) => Err((stop, bytes)),
    }
}
