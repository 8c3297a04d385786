//! A message cut into its parts, however deep they lie in each other, without recursion.
//!
//! Source: RFC 2046, 5.1. The bytes are in one form: line ends are line feeds.

use memchr::memmem;

use crate::fault::Fault;
use crate::header::{About, Fields};
use crate::item::Message;
use crate::lines::slice;
use crate::number::wide;

/// A part with a body of its own.
#[derive(Clone, Debug)]
pub(crate) struct Leaf<'a> {
    pub(crate) about: About,
    pub(crate) body: &'a [u8],
}

/// A message cut into its parts.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    /// The fields of its header.
    pub(crate) message: Message,
    pub(crate) leaves: Vec<Leaf<'a>>,
    pub(crate) faults: Vec<Fault>,
}

/// Nesting of more levels than honest messages have is named.
const DEEP: usize = 64;

/// The most parts of one message: many times more than programs write.
const MOST_PARTS: usize = 20_000;

/// The bytes before the first part that are a notice to programs that do not know parts.
const NOTICE: usize = 120;

/// The bytes that may be searched for boundaries for each byte of a message: each level is searched once.
const SEARCHED: u64 = 64;

/// A stretch of a message that waits to be cut.
struct Stretch<'a> {
    bytes: &'a [u8],
    level: usize,
    /// True where a part without a header is a message.
    is_digest: bool,
    /// True for text outside of the parts, which has no header.
    is_outside: bool,
}

/// Cuts a message into its parts. The header is read up to a number of bytes.
pub(crate) fn parts<'a>(fields: &Fields, bytes: &'a [u8], longest_header: usize) -> Parts<'a> {
    let mut faults = Vec::new();
    let (header, body) = split(bytes);
    if header.len() > longest_header {
        faults.push(Fault::HeaderCut { size: header.len(), limit: longest_header });
    }
    let (message, about) = fields.message(slice(header, 0..longest_header));
    let mut cutter =
        Cutter { left: SEARCHED * wide(bytes.len()) + (16 << 20), ..Cutter::default() };
    cutter.cut(about, body, 1);
    while let Some(stretch) = cutter.waiting.pop() {
        let (header, body) =
            if stretch.is_outside { (&b""[..], stretch.bytes) } else { split(stretch.bytes) };
        let mut about = fields.part(slice(header, 0..longest_header));
        if stretch.is_digest && about.kind.is_empty() {
            about.kind = "message/rfc822".to_owned();
        }
        cutter.cut(about, body, stretch.level);
    }
    faults.append(&mut cutter.faults);
    if cutter.levels > DEEP {
        faults.push(Fault::DeepParts { levels: cutter.levels });
    }
    Parts { message, leaves: cutter.leaves, faults }
}

#[derive(Default)]
struct Cutter<'a> {
    leaves: Vec<Leaf<'a>>,
    /// Stretches in the reverse of their order.
    waiting: Vec<Stretch<'a>>,
    faults: Vec<Fault>,
    /// The deepest level met.
    levels: usize,
    /// The bytes that may still be searched.
    left: u64,
}

impl<'a> Cutter<'a> {
    /// Cuts the body of a part, or keeps it as a leaf.
    fn cut(&mut self, about: About, body: &'a [u8], level: usize) {
        self.levels = self.levels.max(level);
        let is_multipart = about.kind.starts_with("multipart/");
        let is_spent = self.leaves.len() + self.waiting.len() >= MOST_PARTS || self.left == 0;
        if is_multipart && is_spent {
            self.note(Fault::ManyParts { limit: MOST_PARTS });
        }
        if is_multipart && !is_spent {
            self.left = self.left.saturating_sub(wide(body.len()));
            let stated = about.boundary.as_deref().map(str::as_bytes);
            let stated = stated.filter(|boundary| find_delimiter(body, boundary, 0).is_some());
            if stated.is_none() {
                self.note(Fault::NoBoundary);
            }
            if let Some(boundary) = stated.or_else(|| guessed_boundary(body)) {
                self.cut_at(&about, boundary, body, level);
                return;
            }
        }
        let kind = if is_multipart { String::new() } else { about.kind };
        self.leaves.push(Leaf { about: About { kind, ..about }, body });
    }

    /// Cuts the body of a part at its boundary. Text before the first part is kept where it is more than a notice to old
    /// programs, and text behind the last part always.
    fn cut_at(&mut self, about: &About, boundary: &[u8], body: &'a [u8], level: usize) {
        let is_digest = about.kind == "multipart/digest";
        let stretch =
            |bytes, is_outside| Stretch { bytes, level: level + 1, is_digest, is_outside };
        let mut cut = Vec::new();
        let (mut begin, mut is_closed) = (0, false);
        while let Some(delimiter) = find_delimiter(body, boundary, begin) {
            let before = slice(body, begin..delimiter.start.max(begin));
            let is_outside = begin == 0;
            if !is_outside || before.trim_ascii().len() > NOTICE {
                cut.push(stretch(before, is_outside));
            }
            begin = delimiter.end;
            is_closed = delimiter.is_last;
            if is_closed {
                break;
            }
            if cut.len() >= MOST_PARTS {
                self.note(Fault::ManyParts { limit: MOST_PARTS });
                break;
            }
        }
        let rest = slice(body, begin..body.len());
        if !is_closed {
            self.note(Fault::NoEnd);
        }
        if !rest.trim_ascii().is_empty() {
            cut.push(stretch(rest, is_closed));
        }
        self.waiting.extend(cut.into_iter().rev());
    }

    fn note(&mut self, fault: Fault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// A line that parts two parts.
struct Delimiter {
    /// The end of the part before it.
    start: usize,
    /// The beginning of the part behind it.
    end: usize,
    /// True if no part comes behind it.
    is_last: bool,
}

/// The next delimiter line of a boundary from an offset on.
fn find_delimiter(body: &[u8], boundary: &[u8], from: usize) -> Option<Delimiter> {
    let finder = memmem::Finder::new(boundary);
    let mut offset = from;
    loop {
        let found = offset + finder.find(body.get(offset..)?)?;
        offset = found + 1;
        let Some(start) =
            found.checked_sub(2).filter(|start| body.get(*start..found) == Some(b"--"))
        else {
            continue;
        };
        if start != 0 && body.get(start - 1) != Some(&b'\n') {
            continue;
        }
        let behind = slice(body, found + boundary.len()..body.len());
        let length = memchr::memchr(b'\n', behind).unwrap_or(behind.len());
        let rest = slice(behind, 0..length).trim_ascii_end();
        if rest.is_empty() || rest.starts_with(b"--") {
            return Some(Delimiter {
                start: start.saturating_sub(1),
                end: (found + boundary.len() + length + 1).min(body.len()),
                is_last: !rest.is_empty(),
            });
        }
    }
}

/// The boundary that a body seems to have: its first line with two hyphens that has a header field behind it.
fn guessed_boundary(body: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 200;
    const SEARCHED: usize = 64 << 10;
    let mut lines = slice(body, 0..SEARCHED).split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let boundary = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end);
        let next = lines.peek().copied().unwrap_or_default();
        if let Some(boundary) = boundary
            && (1..LONGEST).contains(&boundary.len())
            && next.to_ascii_lowercase().starts_with(b"content-")
        {
            return Some(boundary);
        }
    }
    None
}

/// The header of a message or part with the blank line that ends it, and the body.
///
/// A text that does not begin with a header field is all body.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = bytes.strip_prefix(b"\n") {
        return (b"", body);
    }
    if !begins_with_field(bytes) {
        return (b"", bytes);
    }
    match memmem::find(bytes, b"\n\n") {
        Some(end) => bytes.split_at_checked(end + 2).unwrap_or((bytes, b"")),
        None => (bytes, b""),
    }
}

fn begins_with_field(bytes: &[u8]) -> bool {
    const LONGEST: usize = 1000;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"From ") || bytes.starts_with(b">From ") {
        return true;
    }
    let head = slice(bytes, 0..LONGEST);
    let colon = head.iter().position(|byte| *byte == b':');
    colon.is_some_and(|colon| {
        let name = slice(head, 0..colon).trim_ascii_end();
        !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
    })
}
