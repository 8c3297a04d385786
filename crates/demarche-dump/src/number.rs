//! Numbers in bytes, and sizes between machine and file.

/// A 16-bit number at an offset, lowest byte first.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// A 32-bit number at an offset, lowest byte first.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// A 64-bit number at an offset, lowest byte first.
pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    bytes.get(offset..)?.first_chunk().copied().map(u64::from_le_bytes)
}

/// A size or offset that a file states, as a size in memory; a number too large for the machine is larger than any file.
pub(crate) fn size(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}

/// A size in memory as a 64-bit number.
pub(crate) fn wide(number: usize) -> u64 {
    u64::try_from(number).expect("no machine has sizes of more than 64 bits")
}

/// The number of bytes of a range; one that ends before it begins has none.
pub(crate) fn length(range: &std::ops::Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}
