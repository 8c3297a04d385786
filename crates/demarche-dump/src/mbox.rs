//! Mailboxes of messages with a `From ` line before each.
//!
//! Sources: RFC 4155, appendix A; the manual page mbox(5) of qmail for the kinds of quoting and for `Content-Length`.
//! Text in a message can look like a separator. A separator has the sender of an envelope and a date, and a header field
//! behind it; or a sender, or none of these, and a header behind it that only a message has. Where the header says how long
//! a message is, and a separator or the end of the mailbox stands there, separators before that are part of the message.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::lines::slice;

static FROM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\nFrom "));

/// The bytes of a header that are looked at.
const HEADER: usize = 16 << 10;

/// Returns true if some bytes begin with a separator, which the mark of UTF-8 may stand before.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    is_separator(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), true)
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
    let mut stated_end = 0;
    first.into_iter().chain(others).filter(move |start| {
        if *start < stated_end {
            return false;
        }
        stated_end = end_by_length(bytes, *start).unwrap_or(0);
        true
    })
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

/// The end of the message behind a separator by its `Content-Length`, where a separator or the end of the mailbox stands
/// there. A length that leads anywhere else is out of date, or was written to hide what follows.
fn end_by_length(bytes: &[u8], start: usize) -> Option<usize> {
    let message = bytes.get(start..)?;
    let head = slice(message, 0..HEADER);
    let line = memchr::memchr(b'\n', head)? + 1;
    let mut body = line;
    let mut length: Option<usize> = None;
    loop {
        let row = slice(head, body..head.len());
        let end = memchr::memchr(b'\n', row)?;
        let row = slice(row, 0..end).trim_ascii_end();
        body += end + 1;
        if row.is_empty() {
            break;
        }
        if let Some((name, value)) = field(row)
            && name.eq_ignore_ascii_case(b"content-length")
        {
            length = std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok();
        }
    }
    let end = start.checked_add(body)?.checked_add(length?)?;
    let behind = bytes.get(end..)?;
    let blanks = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count().min(4);
    let next = slice(behind, blanks..behind.len());
    (next.is_empty() || is_separator(next, true)).then_some(end)
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
    let line = head.get(5..end).unwrap_or(&[]).trim_ascii();
    let behind = bytes.get(end + 1..).unwrap_or(&[]);
    if !begins_header(behind, is_after_blank) {
        return false;
    }
    is_envelope(line) || (is_after_blank && Evidence::of(behind).is_enough(has_sender(line)))
}

/// Returns true for the sender of an envelope and the date behind it.
///
/// The sender is one word: an address, the name of an account, or `-`. Some programs write spaces in a quoted part of it.
fn is_envelope(line: &[u8]) -> bool {
    let sender = match line.strip_prefix(b"\"") {
        Some(quoted) => memchr::memchr(b'"', quoted).map_or(0, |end| end + 2),
        None => 0,
    };
    let rest = slice(line, sender..line.len());
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    is_date(slice(rest, end..rest.len()))
}

/// Returns true for a date as programs write it behind a sender: `Mon Jan  1 08:00:00 2024` with a zone or none before
/// or behind the year, or as in the header of a message. Only `remote from` and a name may stand behind it.
fn is_date(text: &[u8]) -> bool {
    const DAYS: [&[u8]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];
    const WORDS: usize = 8;
    let text = memchr::memmem::find(text, b" remote from ").map_or(text, |end| slice(text, 0..end));
    let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let words: Vec<&[u8]> = words.take(WORDS + 1).collect();
    let (mut day, mut month, mut clock, mut year) = (false, false, false, false);
    for word in &words {
        let word = word.strip_suffix(b",").unwrap_or(word).to_ascii_lowercase();
        let number = std::str::from_utf8(&word).ok().and_then(|word| word.parse::<u32>().ok());
        let is_known = match number {
            Some(1970..=2099) => !std::mem::replace(&mut year, true),
            Some(1..=31) if word.len() <= 2 => !std::mem::replace(&mut day, true),
            Some(_) => is_zone(&word),
            None if MONTHS.contains(&word.as_slice()) => !std::mem::replace(&mut month, true),
            None if DAYS.contains(&word.as_slice()) => true,
            None if is_clock(&word) => !std::mem::replace(&mut clock, true),
            None => is_zone(&word),
        };
        if !is_known {
            return false;
        }
    }
    day && month && clock && year && words.len() <= WORDS
}

const MONTHS: [&[u8]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// Returns true for hours and minutes, with seconds or none.
fn is_clock(word: &[u8]) -> bool {
    let parts: Vec<&[u8]> = word.split(|byte| *byte == b':').collect();
    let is_part = |part: &&[u8]| matches!(part.len(), 1 | 2) && part.iter().all(u8::is_ascii_digit);
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_part)
}

/// Returns true for a zone: `+0100`, `(CET)`, `MET`, `DST`.
fn is_zone(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"+").or_else(|| word.strip_prefix(b"-")).unwrap_or(b"");
    let is_offset = digits.len() == 4 && digits.iter().all(u8::is_ascii_digit);
    let name = word.strip_prefix(b"(").and_then(|name| name.strip_suffix(b")")).unwrap_or(word);
    // Names of zones have three to five letters and are no words of a sentence: those are told by what else stands there.
    is_offset
        || ((3..=5).contains(&name.len()) && name.iter().all(u8::is_ascii_alphabetic))
        || name == b"z"
        || name == b"ut"
}

/// Returns true for a line that begins with what can only be the sender of an envelope.
fn has_sender(line: &[u8]) -> bool {
    const LONGEST: usize = 200;
    let sender = line.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or(b"");
    let is_sender = sender == b"-" || sender == b"MAILER-DAEMON" || sender.contains(&b'@');
    (is_sender || line.is_empty()) && line.len() < LONGEST
}

/// What the fields behind a line say about it.
#[derive(Default)]
struct Evidence {
    /// The fields that mail programs write and persons do not: an identifier, a path, a date with a time.
    by_programs: u32,
    /// Fields that persons also write into texts: a subject, a sender, a recipient.
    by_persons: u32,
}

impl Evidence {
    /// Looks at the fields up to the end of a header.
    fn of(bytes: &[u8]) -> Self {
        let mut evidence = Self::default();
        for row in slice(bytes, 0..HEADER).split(|byte| *byte == b'\n') {
            if row.first().is_some_and(u8::is_ascii_whitespace) && !row.trim_ascii().is_empty() {
                continue;
            }
            let Some((name, value)) = field(row) else { break };
            let value = value.trim_ascii();
            let has = |sign: u8| value.contains(&sign);
            match name.to_ascii_lowercase().as_slice() {
                b"message-id" | b"return-path" if has(b'<') && has(b'>') => {
                    evidence.by_programs += 1;
                }
                b"received" if value.starts_with(b"from ") || value.starts_with(b"by ") => {
                    evidence.by_programs += 1;
                }
                b"date" if is_date(value) => evidence.by_programs += 1,
                b"mime-version" | b"x-mozilla-status" | b"x-uidl" | b"delivered-to" | b"status" => {
                    evidence.by_programs += 1;
                }
                b"from" | b"to" | b"subject" | b"cc" | b"date" => evidence.by_persons += 1,
                _ => {}
            }
        }
        evidence
    }

    /// Returns true if a message begins: one field of a program is enough behind a sender, else three fields are.
    fn is_enough(&self, has_sender: bool) -> bool {
        let Self { by_programs, by_persons } = self;
        match by_programs {
            0 => has_sender && *by_persons > 1,
            1 => has_sender || *by_persons > 2,
            _ => has_sender || by_programs + by_persons > 2,
        }
    }
}

/// The name and the value of a header field.
fn field(row: &[u8]) -> Option<(&[u8], &[u8])> {
    const LONGEST_NAME: usize = 128;
    let colon = slice(row, 0..LONGEST_NAME).iter().position(|byte| *byte == b':')?;
    let name = slice(row, 0..colon).trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| (name, slice(row, colon + 1..row.len())))
}

/// Returns true if a header field comes next, or a quoted separator, or nothing at all behind a blank line.
fn begins_header(bytes: &[u8], is_after_blank: bool) -> bool {
    if bytes.is_empty() || bytes.starts_with(b"\n") || bytes.starts_with(b"\r\n") {
        return is_after_blank;
    }
    bytes.starts_with(b">From ") || field(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(mbox: &str) -> usize {
        messages(mbox.as_bytes()).count()
    }

    #[test]
    fn every_dialect_has_its_separators() {
        for line in [
            "From a@b.example Mon Jan  1 08:00:00 2024",
            "From - Mon Jan 01 08:00:00 2024",
            "From root Mon Jan  1 08:00 2024",
            "From MAILER-DAEMON Mon Jan  1 08:00:00 +0100 2024",
            "From a@b.example Mon Jan  1 08:00:00 CET 2024 remote from host",
            "From a@b.example Mon, 1 Jan 2024 08:00:00 +0100 (CET)",
            "From \"Anna Adams\"@b.example Mon Jan  1 08:00:00 2024",
            "From ???@??? Mon Jan  1 08:00:00 2024",
            "From 1791@xxx Sun Jan 07 23:46:14 +0000 2024",
        ] {
            assert_eq!(
                count(&format!("{line}\nX: y\n\nbody\n\n{line}\nX: y\n\nbody\n")),
                2,
                "{line}"
            );
            // Some programs leave out the blank line before.
            assert_eq!(
                count(&format!("{line}\nX: y\n\nbody\n{line}\nX: y\n\nbody\n")),
                2,
                "{line}"
            );
        }
        for line in ["From a@b.example", "From -", "From ", "From a@b.example yesterday"] {
            let message = format!("{line}\nMessage-ID: <1@x>\nSubject: y\n\nbody\n\n");
            assert_eq!(count(&message.repeat(2)), 2, "{line}");
        }
    }

    #[test]
    fn lines_of_a_text_are_no_separators() {
        let mut mbox =
            "From a@b.example Mon Jan  1 08:00:00 2024\nSubject: x\n\nbody\n\n".to_owned();
        for text in [
            "From time to time: at 12:30 on 1 Jan 2024\nNote: more\n",
            "From Monday, 1 Jan 2024, 08:00 to 17:00\nPlace: Paris\n",
            "From anna@b.example I heard on Mon Jan  1 08:00:00 2024 this\nWell: no\n",
            "From what I know\nDate: 12 May\nFrom: Paris\nTo: Rome\n",
            "From Alice yesterday:\nFrom: bob@x.example\nSubject: no\n",
            "From here to 2024 12:30 Jan 3 pages\nA: b\n",
            "From anna@b.example I have a note\nNote: no\n",
        ] {
            mbox.push_str(text);
            mbox.push('\n');
            assert_eq!(count(&mbox), 1, "{text}");
        }
    }

    #[test]
    fn a_length_in_the_header_covers_separators_in_the_text() {
        let line = "From a@b.example Mon Jan  1 08:00:00 2024\n";
        let body = format!("see:\n\n{line}Subject: inner\n\ninner\n");
        let message = format!("{line}Content-Length: {}\nSubject: x\n\n{body}\n", body.len());
        assert_eq!(count(&message), 1);
        assert_eq!(count(&message.repeat(3)), 3);
        let body = body.replace('\n', "\r\n");
        let head = format!("{line}Content-Length: {}\nSubject: x\n\n", body.len());
        assert_eq!(count(&format!("{}{body}\r\n", head.replace('\n', "\r\n"))), 1);
        let stale = message.replace("Content-Length: ", "Content-Length: 1");
        assert_eq!(count(&stale), 2, "a length that leads beyond the mailbox");
        let stale = message.replace("see", "see more than was measured");
        assert_eq!(count(&stale.repeat(2)), 4, "a length that leads into the text");
    }
}
