//! Messages of Apple Mail: a line with the length of the message, the message, and a property list.

use std::ops::Range;

use crate::number::size;

/// The bytes of the message in an `.emlx` file; `None` where no length begins it.
///
/// A length beyond the end of the file gives the bytes that are there, without the property list.
pub(crate) fn message(bytes: &[u8]) -> Option<Range<usize>> {
    let end = bytes.iter().take(32).position(|byte| *byte == b'\n')?;
    let length: u64 = std::str::from_utf8(bytes.get(..end)?).ok()?.trim().parse().ok()?;
    let begin = end + 1;
    let announced = begin.saturating_add(size(length));
    if announced <= bytes.len() {
        return Some(begin..announced);
    }
    let list = memchr::memmem::rfind(bytes, b"\n<?xml").map(|found| found + 1);
    Some(begin..list.filter(|list| *list >= begin).unwrap_or(bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_ends_before_the_property_list() {
        let file = b"12        \nSubject: x\n\n<?xml version=\"1.0\"?><plist/>";
        assert_eq!(message(file), Some(11..23));
        assert_eq!(message(b"99\nSubject: x\n<?xml?>"), Some(3..14));
        assert_eq!(message(b"Subject: x\n\n"), None);
    }
}
