//! Transfer encodings of mail, decoded as far as they can be: base64 and quoted-printable.
//!
//! Source: RFC 2045, 6.7 and 6.8.

const FOREIGN: u8 = 0xff;
const SPACE: u8 = 0xfe;
const PADDING: u8 = 0xfd;

/// The value of each base64 digit.
static DIGITS: [u8; 256] = digits();

#[expect(
    clippy::indexing_slicing,
    reason = "the table is made while compiling, which fails on a wrong index"
)]
const fn digits() -> [u8; 256] {
    let alphabet = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = [FOREIGN; 256];
    let mut value = 0;
    while value < 64 {
        digits[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    digits[b'\n' as usize] = SPACE;
    digits[b'\r' as usize] = SPACE;
    digits[b' ' as usize] = SPACE;
    digits[b'\t' as usize] = SPACE;
    digits[b'=' as usize] = PADDING;
    digits
}

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(FOREIGN)
}

/// The bytes that base64 stands for, and the number of foreign characters that were passed over.
///
/// Padding ends a group wherever it comes, and a group that breaks off gives the bytes that its digits hold whole.
pub(crate) fn base64(text: &[u8]) -> (Vec<u8>, u64) {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut foreign = 0;
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut rest = text;
    loop {
        if count == 0 {
            rest = whole_groups(rest, &mut bytes);
        }
        let Some((byte, behind)) = rest.split_first() else { break };
        rest = behind;
        match digit(*byte) {
            SPACE => {}
            PADDING => {
                flush(bits, count, &mut bytes);
                (bits, count) = (0, 0);
            }
            FOREIGN => foreign += 1,
            value => {
                bits = bits << 6 | u32::from(value);
                count += 1;
                if count == 4 {
                    bytes.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or(&[]));
                    (bits, count) = (0, 0);
                }
            }
        }
    }
    flush(bits, count, &mut bytes);
    (bytes, foreign)
}

/// Decodes groups of four digits up to the first group with anything else in it, and returns the rest.
fn whole_groups<'a>(text: &'a [u8], bytes: &mut Vec<u8>) -> &'a [u8] {
    let mut rest = text;
    while let Some((group, behind)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = group.map(digit);
        if a | b | c | d >= 64 {
            break;
        }
        let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        let [_, first, second, third] = bits.to_be_bytes();
        bytes.extend_from_slice(&[first, second, third]);
        rest = behind;
    }
    rest
}

/// The bytes of a group that breaks off after two or three digits.
fn flush(bits: u32, count: u32, bytes: &mut Vec<u8>) {
    let (bits, whole) = match count {
        2 => (bits >> 4, 1),
        3 => (bits >> 2, 2),
        _ => return,
    };
    let [_, _, first, second] = bits.to_be_bytes();
    if whole == 2 {
        bytes.push(first);
    }
    bytes.push(second);
}

/// The bytes that quoted-printable stands for. An `=` that begins no code stays.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = memchr::memchr(b'=', rest) {
        let (before, behind) = rest.split_at_checked(found).unwrap_or((rest, b""));
        bytes.extend_from_slice(before);
        let behind = behind.get(1..).unwrap_or(&[]);
        rest = match behind {
            [b'\n', behind @ ..] | [b'\r', b'\n', behind @ ..] => behind,
            [high, low, behind @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                behind
            }
            _ => match spaced_line_end(behind) {
                Some(behind) => behind,
                None => {
                    bytes.push(b'=');
                    behind
                }
            },
        };
    }
    bytes.extend_from_slice(rest);
    bytes
}

/// The text behind a line end with spaces before it, as some programs leave them behind a soft line break.
fn spaced_line_end(text: &[u8]) -> Option<&[u8]> {
    let spaces = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match text.get(spaces..)? {
        [] => Some(b""),
        [b'\n', behind @ ..] => Some(behind),
        _ => None,
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_past_damage() {
        // RFC 4648, section 10.
        for (text, plain) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9v\nYm\nFy", "foobar"),
            ("Zm9vYmE", "fooba"),
            ("Zg==Zg==", "ff"),
        ] {
            assert_eq!(base64(text.as_bytes()), (plain.as_bytes().to_vec(), 0), "{text}");
        }
        assert_eq!(base64(b"Zm9v!Ym*Fy"), (b"foobar".to_vec(), 2));
    }

    #[test]
    fn quoted_printable_is_read_past_damage() {
        for (text, plain) in [
            ("a=3Db", "a=b"),
            ("a=\nb", "ab"),
            ("a=  \nb", "ab"),
            ("a=", "a"),
            ("a=xyz", "a=xyz"),
            ("50 = 50", "50 = 50"),
            ("=c3=BC", "ü"),
        ] {
            assert_eq!(quoted_printable(text.as_bytes()), plain.as_bytes(), "{text}");
        }
    }
}
