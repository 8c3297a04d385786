//! The bytes of a message in one form, however they were stored.
//!
//! Line ends are line feeds; a mailbox's quoting of `From ` is undone; line ends at the end are left out, as mailboxes add
//! some.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

static QUOTED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b">From "));

/// The bytes of a message in one form; borrowed where they have it already.
pub(crate) fn uniform(bytes: &[u8], is_quoted: bool) -> Cow<'_, [u8]> {
    let bytes = without_line_ends(bytes);
    let mut uniform = Cow::Borrowed(bytes);
    if memchr::memchr(b'\r', bytes).is_some() {
        uniform = Cow::Owned(with_line_feeds(bytes));
    }
    if is_quoted && let Some(plain) = without_quoting(&uniform) {
        uniform = Cow::Owned(plain);
    }
    uniform
}

fn without_line_ends(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
    bytes.get(..end.map_or(0, |end| end + 1)).unwrap_or(bytes)
}

/// A copy with a line feed for each line end: a carriage return before a line feed goes, another one becomes one.
fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(found) = memchr::memchr(b'\r', rest) {
        let (before, behind) = rest.split_at_checked(found).unwrap_or((rest, b""));
        plain.extend_from_slice(before);
        let run = behind.iter().take_while(|byte| **byte == b'\r').count();
        let (returns, behind) = behind.split_at_checked(run).unwrap_or((behind, b""));
        if behind.first() != Some(&b'\n') {
            plain.extend(returns.iter().map(|_| b'\n'));
        }
        rest = behind;
    }
    plain.extend_from_slice(rest);
    plain
}

/// A copy in which one `>` is taken off each line that begins with some of them and `From `; `None` without such a line.
fn without_quoting(bytes: &[u8]) -> Option<Vec<u8>> {
    let marks: Vec<usize> =
        QUOTED.find_iter(bytes).filter_map(|found| quote_start(bytes, found)).collect();
    let first = *marks.first()?;
    let mut plain = Vec::with_capacity(bytes.len());
    plain.extend_from_slice(bytes.get(..first)?);
    let ends = marks.iter().skip(1).copied().chain([bytes.len()]);
    for (mark, end) in marks.iter().zip(ends) {
        plain.extend_from_slice(bytes.get(mark + 1..end)?);
    }
    Some(plain)
}

/// The beginning of the line of a `>From `, where nothing but `>` lies between.
fn quote_start(bytes: &[u8], found: usize) -> Option<usize> {
    let before = bytes.get(..found)?;
    let start = before.iter().rposition(|byte| *byte != b'>').map_or(0, |last| last + 1);
    let is_at_line_start = start == 0 || bytes.get(start - 1) == Some(&b'\n');
    is_at_line_start.then_some(start)
}

/// The bytes of a range, fewer where it reaches beyond the end.
pub(crate) fn slice(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range.start.min(bytes.len())..range.end.min(bytes.len())).unwrap_or(&[])
}
