//! Text in any charset: by its mark of byte order, its declared charset, its form, or the most probable guess.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;

/// The text that bytes stand for, with the charset that was declared for them.
///
/// A mark of byte order outweighs the declaration, and valid UTF-8 outweighs a declared Latin charset. A declaration that
/// is unknown is as good as none. Bytes that fit no charset become replacement characters.
///
/// # Examples
///
/// ```
/// use demarche_text::text_of_bytes;
///
/// assert_eq!(text_of_bytes(b"Gr\xfc\xdfe", Some("iso-8859-1")), "Grüße");
/// assert_eq!(text_of_bytes(b"Gr+APwA3w-e", Some("utf-7")), "Grüße");
/// ```
#[must_use]
pub fn text_of_bytes(bytes: &[u8], charset: Option<&str>) -> String {
    decode(bytes, charset).into_owned()
}

/// The text that bytes stand for, without a copy where they are UTF-8.
pub(crate) fn decode<'bytes>(bytes: &'bytes [u8], charset: Option<&str>) -> Cow<'bytes, str> {
    if let Some(text) = by_mark(bytes) {
        return text;
    }
    let label = charset.map(|label| label.trim().trim_matches(['"', '\'']));
    if label.is_some_and(|label| {
        label.eq_ignore_ascii_case("utf-7") || label.eq_ignore_ascii_case("unicode-1-1-utf-7")
    }) {
        return Cow::Owned(utf7(bytes));
    }
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let is_wide = |encoding: &&Encoding| [UTF_16LE, UTF_16BE].contains(encoding);
    match declared
        .filter(|encoding| ![UTF_8, WINDOWS_1252].contains(encoding) && !is_wide(encoding))
    {
        Some(encoding) => {
            let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
            if !has_errors {
                return text;
            }
            std::str::from_utf8(bytes).map_or(text, Cow::Borrowed)
        }
        None => undeclared(bytes, declared),
    }
}

/// The text of bytes that begin with a mark of byte order.
fn by_mark(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(wide) =
        bytes.strip_prefix(&[0xff, 0xfe, 0, 0]).filter(|_| bytes.len().is_multiple_of(4))
    {
        return Some(utf32(wide, u32::from_le_bytes).into());
    }
    if let Some(wide) = bytes.strip_prefix(&[0, 0, 0xfe, 0xff]) {
        return Some(utf32(wide, u32::from_be_bytes).into());
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(encoding.decode_without_bom_handling(bytes.get(length..)?).0)
}

fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    let (numbers, _) = bytes.as_chunks();
    numbers
        .iter()
        .map(|number| char::from_u32(read(*number)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The text of bytes that declare nothing, or a charset that is often declared wrongly.
fn undeclared<'bytes>(
    bytes: &'bytes [u8],
    declared: Option<&'static Encoding>,
) -> Cow<'bytes, str> {
    if let Some(wide) = wide_without_mark(bytes) {
        return wide.decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("\x1b$") => {
            let (japanese, has_errors) =
                encoding_rs::ISO_2022_JP.decode_without_bom_handling(bytes);
            if has_errors { Cow::Borrowed(text) } else { japanese }
        }
        Ok(text) => Cow::Borrowed(text),
        Err(_) if declared == Some(WINDOWS_1252) => {
            WINDOWS_1252.decode_without_bom_handling(bytes).0
        }
        Err(error) => guess(bytes, error.valid_up_to()),
    }
}

/// The byte order of UTF-16 without a mark: most of its high bytes are the same small number.
fn wide_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(4_096))?;
    let (pairs, _) = start.as_chunks::<2>();
    if pairs.len() < 2 || memchr::memchr(0, start).is_none() {
        return None;
    }
    let first = pairs.iter().filter(|[first, second]| *first == 0 && *second != 0).count();
    let second = pairs.iter().filter(|[first, second]| *first != 0 && *second == 0).count();
    let is_most = |count: usize, rare: usize| count * 5 >= pairs.len() * 2 && rare * 20 <= count;
    match () {
        () if is_most(second, first) => Some(UTF_16LE),
        () if is_most(first, second) => Some(UTF_16BE),
        () => None,
    }
}

/// Bytes that the guess is made from, around the first that is not ASCII: they have some ten thousand words.
const GUESS_FROM: usize = 128 << 10;

/// The text by the most probable charset.
fn guess(bytes: &[u8], first_wrong: usize) -> Cow<'_, str> {
    let start = bytes.get(first_wrong - first_wrong.min(4_096)..).unwrap_or(bytes);
    let sample = start.get(..start.len().min(GUESS_FROM)).unwrap_or(start);
    if is_mostly_utf8(sample) {
        return String::from_utf8_lossy(bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny).decode_without_bom_handling(bytes).0
}

/// True for UTF-8 with a few wrong bytes, as it is left by a cut or by a second charset pasted in.
fn is_mostly_utf8(sample: &[u8]) -> bool {
    let chunks = sample.utf8_chunks();
    let (mut valid, mut invalid) = (0, 0);
    for chunk in chunks {
        valid += chunk.valid().bytes().filter(|byte| *byte >= 0xc2).count();
        invalid += chunk.invalid().len().min(1);
    }
    valid > invalid * 4
}

/// The charset that a page or an XML file declares for itself.
pub(crate) fn declared_in(bytes: &[u8]) -> Option<&str> {
    let start = bytes.get(..bytes.len().min(2_048))?;
    let keys = [&b"charset="[..], b"encoding="];
    let (_, label) = keys.iter().filter_map(|key| label_after(start, key)).min()?;
    Some(label)
}

/// The label after a key, and where it begins.
fn label_after<'bytes>(start: &'bytes [u8], key: &[u8]) -> Option<(usize, &'bytes str)> {
    let offset = memmem::find(start, key)? + key.len();
    let value = start.get(offset..)?;
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let label = value.get(..value.iter().take_while(is_part).count())?;
    let label = std::str::from_utf8(label).ok()?;
    (!label.is_empty()).then_some((offset, label))
}

/// The text of UTF-7 (RFC 2152): runs of modified base64 between `+` and `-`.
fn utf7(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        let (before, after) = rest.split_at_checked(plus).unwrap_or((rest, b""));
        text.push_str(&String::from_utf8_lossy(before));
        let after = after.get(1..).unwrap_or(b"");
        let length = after.iter().take_while(|byte| sextet(**byte).is_some()).count();
        let (run, tail) = after.split_at_checked(length).unwrap_or((after, b""));
        if run.is_empty() {
            text.push('+');
        } else {
            push_wide_run(run, &mut text);
        }
        rest = tail.strip_prefix(b"-").unwrap_or(tail);
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

fn push_wide_run(run: &[u8], text: &mut String) {
    let (mut units, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for value in run.iter().filter_map(|byte| sextet(*byte)) {
        bits = (bits << 6 | value) & 0x003f_ffff;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.extend(u16::try_from(bits >> count & 0xffff));
        }
    }
    text.push_str(&String::from_utf16_lossy(&units));
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_word_is_read() {
        let word = "Grüße";
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe], wide.as_slice()].concat();
        assert_eq!(decode(word.as_bytes(), None), word);
        assert_eq!(decode(&marked, None), word);
        assert_eq!(decode(&wide, None), word);
        assert_eq!(decode(&wide, Some("utf-16")), word);
        assert_eq!(decode(b"Gr\xfc\xdfe", Some("x-unknown-8bit")), word);
        assert_eq!(decode(b"Gr\xfc\xdfe", Some("us-ascii")), word);
        assert_eq!(decode(word.as_bytes(), Some("iso-8859-1")), word);
    }

    #[test]
    fn japanese_in_seven_bits_needs_no_declaration() {
        assert_eq!(decode(b"\x1b$B7@Ls\x1b(B", None), "契約");
    }

    #[test]
    fn a_cut_character_does_not_change_the_charset() {
        let text = "żółć i gęś, ".repeat(9);
        let cut = text.as_bytes().get(..text.len() - 4).expect("longer");
        assert!(decode(cut, None).starts_with("żółć i gęś"));
    }
}
