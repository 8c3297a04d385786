//! The headers of thin and fat files.

use object::LittleEndian;

use crate::little_endian::{part, size};

/// A header of one of the two classes, little-endian.
pub(crate) trait Class: object::read::macho::MachHeader<Endian = LittleEndian> {}

impl<T: object::read::macho::MachHeader<Endian = LittleEndian>> Class for T {}

/// The slices of a fat file, one for each processor, with their offsets; `None` where the file is none.
///
/// All numbers of the fat header are big-endian.
pub(crate) fn slices(bytes: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    // A class file of Java begins alike, with its version, at least 45, in place of the count.
    const MOST: u32 = 44;
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let step = match magic {
        [0xca, 0xfe, 0xba, 0xbe] => 20,
        [0xca, 0xfe, 0xba, 0xbf] => 32,
        _ => return None,
    };
    let (count, rest) = rest.split_first_chunk::<4>()?;
    let count = u32::from_be_bytes(*count);
    if count > MOST {
        return None;
    }
    let entries = rest.chunks_exact(step).take(size(count));
    Some(entries.filter_map(|entry| slice(entry, bytes)).collect())
}

fn slice<'data>(entry: &[u8], bytes: &'data [u8]) -> Option<(u64, &'data [u8])> {
    let word = |index: usize| {
        entry.get(index..)?.first_chunk().map(|candidate| u64::from(u32::from_be_bytes(*candidate)))
    };
    let long = |index: usize| {
        entry.get(index..)?.first_chunk().map(|candidate| u64::from_be_bytes(*candidate))
    };
    let (offset, count) =
        if entry.len() == 20 { (word(8)?, word(12)?) } else { (long(8)?, long(16)?) };
    Some((offset, part(bytes, offset, count)))
}
