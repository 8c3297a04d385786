//! Numbers in the bytes of a header, and sizes between machine and file.

/// A 16-bit number at an offset.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// A 32-bit number at an offset.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// The number of 32 bits at an offset; zero where the bytes end before.
pub(crate) fn u32_or_zero(bytes: &[u8], offset: usize) -> u32 {
    u32_at(bytes, offset).unwrap_or(0)
}

/// A size or offset that a file states, as a size in memory; a number too large for the machine is larger than any file.
pub(crate) fn size(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or(usize::MAX)
}

/// A size in memory as a 64-bit number.
pub(crate) fn wide(number: usize) -> u64 {
    u64::try_from(number).expect("no machine has sizes of more than 64 bits")
}

pub(crate) const BLOCK: usize = 512;

/// Returns true if some bytes begin like a tar file: with the mark of POSIX, or a checksum that is right.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..BLOCK) else { return head.get(257..262) == Some(b"ustar") };
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let (before, after) = (header.get(..148), header.get(156..));
    let right = sum(before.unwrap_or(&[])) + sum(after.unwrap_or(&[])) + 8 * 32;
    let is_right = header.get(148..156).and_then(octal) == Some(right);
    header.get(257..262) == Some(b"ustar") || is_right && header.first() != Some(&0)
}

/// A number in octal digits, with spaces or zeros around it.
pub(crate) fn octal(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_matches(['\0', ' ']), 8).ok()
}

/// The first bytes of an archive.
pub(crate) const AR_MARK: &[u8] = b"!<arch>\n";
