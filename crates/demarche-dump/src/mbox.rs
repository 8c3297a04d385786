//! Mailboxes of messages with a `From ` line before each.
//!
//! Sources: RFC 4155, appendix A; the manual page mbox(5) of qmail for the kinds of quoting. A separator is a line that
//! begins with `From `, has a time of day or stands behind a blank line with an address, and has a header field behind it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

static FROM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\nFrom "));

/// Returns true if some bytes begin with a separator.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    is_separator(bytes, true)
}

/// The offsets of separators, in their order.
pub(crate) fn separators(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let first = begins(bytes).then_some(0);
    let others = FROM.find_iter(bytes).filter_map(move |found| {
        let before = bytes.get(..found).unwrap_or(&[]);
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        let is_after_blank = before.is_empty() || before.ends_with(b"\n");
        let line = bytes.get(found + 1..)?;
        is_separator(line, is_after_blank).then_some(found + 1)
    });
    first.into_iter().chain(others)
}

/// The ranges of messages, each without its separator line.
pub(crate) fn messages(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut starts = separators(bytes).peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        let end = starts.peek().copied().unwrap_or(bytes.len());
        let message = bytes.get(start..end).unwrap_or(&[]);
        let line = memchr::memchr(b'\n', message).map_or(message.len(), |found| found + 1);
        Some(start + line..end)
    })
}

/// Returns true if a line that begins with `From ` separates messages.
fn is_separator(bytes: &[u8], is_after_blank: bool) -> bool {
    const LONGEST: usize = 1000;
    if !bytes.starts_with(b"From ") {
        return false;
    }
    let head = bytes.get(..bytes.len().min(LONGEST)).unwrap_or(bytes);
    let Some(end) = memchr::memchr(b'\n', head) else {
        // The last line of a file is no message.
        return false;
    };
    let (line, behind) = (head.get(5..end).unwrap_or(&[]), bytes.get(end + 1..));
    let has_time = has_time(line);
    let has_sender = is_after_blank
        && line.split(|byte| byte.is_ascii_whitespace()).next().is_some_and(|sender| {
            sender == b"-" || sender == b"MAILER-DAEMON" || sender.contains(&b'@')
        })
        && line.len() < 200;
    (has_time || has_sender) && begins_header(behind.unwrap_or(&[]), is_after_blank)
}

/// Returns true if a line has a time of day, a month and a year, as `Mon Jan  1 08:00:00 2024` has.
fn has_time(line: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let has_clock = memchr::memchr_iter(b':', line).any(|colon| {
        let digit = |offset: Option<usize>| {
            offset.and_then(|offset| line.get(offset)).is_some_and(u8::is_ascii_digit)
        };
        digit(colon.checked_sub(1)) && digit(Some(colon + 1)) && digit(Some(colon + 2))
    });
    let is_year =
        |word: &[u8]| word.len() == 4 && (word.starts_with(b"19") || word.starts_with(b"20"));
    has_clock
        && line.split(|byte| !byte.is_ascii_digit()).any(is_year)
        && line.split(|byte| !byte.is_ascii_alphabetic()).any(|word| {
            word.get(..3)
                .is_some_and(|start| MONTHS.contains(&start.to_ascii_lowercase().as_slice()))
        })
}

/// Returns true if a header field comes next, or a quoted separator, or nothing at all behind a blank line.
fn begins_header(bytes: &[u8], is_after_blank: bool) -> bool {
    const LONGEST_NAME: usize = 128;
    if bytes.is_empty() || bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n") {
        return is_after_blank;
    }
    if bytes.starts_with(b">From ") {
        return true;
    }
    let head = bytes.get(..bytes.len().min(LONGEST_NAME)).unwrap_or(bytes);
    let colon = head.iter().position(|byte| *byte == b':');
    colon.is_some_and(|colon| {
        let name = head.get(..colon).unwrap_or(&[]).trim_ascii_end();
        !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
    })
}
