//! Files written into the text of a message: uuencode, yEnc, and messages of PGP.
//!
//! Sources: POSIX.1-2017, uuencode; yEnc 1.3; RFC 9580, 6.2.

use crate::lines::slice;

/// A block in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The name that the block states.
    pub(crate) name: String,
    /// The bytes of the file, or of the block itself where it is encrypted.
    pub(crate) bytes: Vec<u8>,
}

/// The text without blocks, and the blocks; `None` where there is none.
pub(crate) fn taken_out(text: &[u8]) -> Option<(Vec<u8>, Vec<Block>)> {
    const MARKS: [&[u8]; 3] = [b"begin ", b"=ybegin ", b"-----BEGIN PGP MESSAGE"];
    if !MARKS.iter().any(|mark| memchr::memmem::find(text, mark).is_some()) {
        return None;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut blocks = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((block, behind)) = block(rest) {
            blocks.push(block);
            rest = behind;
            continue;
        }
        let (line, behind) = line(rest);
        plain.extend_from_slice(line);
        if line.len() < rest.len() {
            plain.push(b'\n');
        }
        rest = behind;
    }
    (!blocks.is_empty()).then_some((plain, blocks))
}

/// The first line without its line end, and the text behind it.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', text) {
        Some(end) => (slice(text, 0..end), slice(text, end + 1..text.len())),
        None => (text, b""),
    }
}

/// The block that a text begins with, and the text behind it.
fn block(text: &[u8]) -> Option<(Block, &[u8])> {
    match text.first()? {
        b'b' if text.starts_with(b"begin ") => uuencoded(text),
        b'=' if text.starts_with(b"=ybegin ") => yenc(text),
        b'-' if text.starts_with(b"-----BEGIN PGP MESSAGE") => pgp(text),
        _ => None,
    }
}

/// A file in uuencode. It ends with its `end`, or before the first line that is none of its own.
fn uuencoded(text: &[u8]) -> Option<(Block, &[u8])> {
    let (head, mut rest) = line(text);
    let head = std::str::from_utf8(head).ok()?.strip_prefix("begin ")?;
    let (mode, name) = head.split_once(' ')?;
    let is_mode =
        (3..=4).contains(&mode.len()) && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    if !is_mode {
        return None;
    }
    let mut bytes = Vec::new();
    loop {
        let (row, behind) = line(rest);
        if row.trim_ascii_end() == b"end" {
            rest = behind;
            break;
        }
        let Some(decoded) = row_of(row) else { break };
        if rest.is_empty() {
            break;
        }
        bytes.extend(decoded);
        rest = behind;
    }
    (!bytes.is_empty()).then(|| (Block { name: name.trim().to_owned(), bytes }, rest))
}

/// The bytes of a line in uuencode; spaces that were cut off at its end count as zeros.
fn row_of(row: &[u8]) -> Option<Vec<u8>> {
    let (first, digits) = row.split_first().unwrap_or((&b'`', b""));
    let value = |byte: u8| (b' '..=b'`').contains(&byte).then(|| (byte - b' ') & 63);
    let count = usize::from(value(*first)?);
    if digits.len() > count.div_ceil(3) * 4 + 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(count + 2);
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for index in 0..4 {
            let digit = group.get(index).copied().unwrap_or(b' ');
            bits = bits << 6 | u32::from(value(digit)?);
        }
        bytes.extend_from_slice(bits.to_be_bytes().get(1..)?);
    }
    bytes.resize(count, 0);
    Some(bytes)
}

/// A file in yEnc, up to its `=yend`.
fn yenc(text: &[u8]) -> Option<(Block, &[u8])> {
    let (head, mut rest) = line(text);
    let name = memchr::memmem::find(head, b" name=")
        .map(|found| String::from_utf8_lossy(slice(head, found + 6..head.len())).into_owned())?;
    let mut bytes = Vec::new();
    while !rest.is_empty() {
        let (row, behind) = line(rest);
        rest = behind;
        if row.starts_with(b"=yend") {
            break;
        }
        if row.starts_with(b"=ypart ") {
            continue;
        }
        let mut signs = row.iter();
        while let Some(sign) = signs.next() {
            bytes.push(match sign {
                b'=' => signs.next().map_or(0, |sign| sign.wrapping_sub(64 + 42)),
                b'\r' => continue,
                sign => sign.wrapping_sub(42),
            });
        }
    }
    Some((Block { name: name.trim().to_owned(), bytes }, rest))
}

/// An encrypted message of PGP, up to its last line.
fn pgp(text: &[u8]) -> Option<(Block, &[u8])> {
    const END: &[u8] = b"-----END PGP MESSAGE-----";
    let end = memchr::memmem::find(text, END).map_or(text.len(), |found| found + END.len());
    let block = Block { name: "PGP message".to_owned(), bytes: slice(text, 0..end).to_vec() };
    Some((block, slice(text, end..text.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuencoded_file_is_taken_out_of_the_text() {
        // POSIX uuencode of "Cat".
        let text = b"before\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n";
        let (plain, blocks) = taken_out(text).unwrap();
        assert_eq!(plain, b"before\nafter\n");
        assert_eq!(blocks, [Block { name: "cat.txt".to_owned(), bytes: b"Cat".to_vec() }]);
    }

    #[test]
    fn sentences_that_begin_with_begin_stay() {
        assert_eq!(taken_out(b"begin with the end\nbegin 644 then\n"), None);
    }

    #[test]
    fn a_yenc_file_is_taken_out() {
        let text = b"=ybegin line=128 size=3 name=a b.bin\n\x6b\x6c=}\n=yend size=3\nafter";
        let (plain, blocks) = taken_out(text).unwrap();
        assert_eq!(plain, b"after");
        assert_eq!(blocks, [Block { name: "a b.bin".to_owned(), bytes: vec![65, 66, 19] }]);
    }

    #[test]
    fn an_encrypted_message_is_taken_out_as_it_is() {
        let text = b"hello\n-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----\nbye";
        let (plain, blocks) = taken_out(text).unwrap();
        assert_eq!(plain, b"hello\n\nbye");
        assert!(blocks[0].bytes.starts_with(b"-----BEGIN"));
    }
}
