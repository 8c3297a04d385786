//! Numbers and texts in the bytes of a file, at offsets that the file states.
//!
//! No offset and no size makes a reader fail. A reader ending in `_at` returns `None` for a number that the bytes do not
//! hold whole. The others take the bytes beyond the end as zeros, or as not there.

use object::pod::{Pod, slice_from_bytes};

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

/// The number of 16 bits at an offset; zero where the bytes end before.
pub(crate) fn u16_or_zero(bytes: &[u8], offset: usize) -> u16 {
    u16_at(bytes, offset).unwrap_or(0)
}

/// The number of 32 bits at an offset; zero where the bytes end before.
pub(crate) fn u32_or_zero(bytes: &[u8], offset: usize) -> u32 {
    u32_at(bytes, offset).unwrap_or(0)
}

/// The bytes from an offset to the end; empty where the offset lies outside.
pub(crate) fn tail(bytes: &[u8], offset: usize) -> &[u8] {
    bytes.get(offset..).unwrap_or(&[])
}

/// The first elements, at most `count`.
pub(crate) fn head<T>(elements: &[T], count: usize) -> &[T] {
    elements.get(..count).unwrap_or(elements)
}

/// The lowest 32 bits of a number.
pub(crate) fn low(number: u64) -> u32 {
    let [a, b, c, d, ..] = number.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The lowest `count` bits of a number, from 1 to 32, of which the uppermost is the sign.
pub(crate) fn signed(bits: u32, count: u32) -> i64 {
    let unused = 32 - count;
    i64::from((bits << unused).cast_signed() >> unused)
}

/// The entries of a table at an offset that the bytes hold whole, at most `count`.
pub(crate) fn array<T: Pod>(bytes: &[u8], offset: u64, count: u64) -> &[T] {
    let bytes = tail(bytes, size(offset));
    let present = bytes.len() / size_of::<T>();
    slice_from_bytes(bytes, present.min(size(count))).map_or(&[], |(entries, _)| entries)
}

/// Names are cut at this many bytes: longer ones than those of deep C++ templates are not met in honest files, and many
/// entries may share one long text.
const LONGEST_NAME: usize = 4096;

/// The bytes from an offset up to the next zero, or as far as a name may go; empty where the offset lies outside.
pub(crate) fn name_at(bytes: &[u8], offset: usize) -> &[u8] {
    let rest = head(tail(bytes, offset), LONGEST_NAME);
    rest.split(|byte| *byte == 0).next().unwrap_or(rest)
}

/// A size or offset that a file states, as a size in memory; a number too large for the machine is larger than any file.
pub(crate) fn size(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}

/// A size in memory as a 64-bit number.
pub(crate) fn wide(number: usize) -> u64 {
    u64::try_from(number).expect("no machine has sizes of more than 64 bits")
}

/// The part of a file that begins at an offset and has a size, as far as the file goes.
pub(crate) fn part(bytes: &[u8], offset: u64, count: u64) -> &[u8] {
    head(tail(bytes, size(offset)), size(count))
}
