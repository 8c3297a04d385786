//! Numbers and texts at an offset; `None` where the bytes end before.

/// A 16-bit number.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// A 32-bit number.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// A 64-bit number.
pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    bytes.get(offset..)?.first_chunk().copied().map(u64::from_le_bytes)
}

/// Names are cut at this many bytes: longer ones than those of deep C++ templates are not met in honest files, and many
/// entries may share one long text.
const LONGEST_NAME: usize = 4096;

/// The bytes from an offset up to the next zero, or as far as a name may go; empty where the offset lies outside.
pub(crate) fn name_at(bytes: &[u8], offset: usize) -> &[u8] {
    let rest = bytes.get(offset..).unwrap_or_default();
    let rest = rest.get(..LONGEST_NAME).unwrap_or(rest);
    let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// A size or offset that a file states, as a size in memory; a number too large for the machine is larger than any file.
pub(crate) fn size(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}

/// A size in memory as a 64-bit number.
pub(crate) fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The part of a file that begins at an offset and has a size, as far as the file goes.
pub(crate) fn part(bytes: &[u8], offset: u64, count: u64) -> &[u8] {
    let rest = bytes.get(size(offset)..).unwrap_or_default();
    rest.get(..size(count)).unwrap_or(rest)
}
