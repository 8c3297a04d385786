//! The outline of a JSON text: how deep it nests, and characters and numbers that nobody can read.
//!
//! Nothing here recurses, so that a text of a million brackets costs time in its length and no stack.

use memchr::memchr2;

/// A JSON text that is not kept, although its grammar may be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OutlineError {
    #[error("nests deeper than {0} levels")]
    Depth(u32),
    /// I-JSON forbids it (RFC 7493, section 2.1), and most readers choke on it.
    #[error("holds half a character: a surrogate without its partner")]
    Surrogate,
    /// One such number would make a page of objects unreadable for most readers (RFC 7493, section 2.2).
    #[error("holds a number beyond the range of double precision")]
    Number,
}

/// The length from which a number without an exponent can be beyond the range of double precision, 1.8 × 10³⁰⁸.
const LONG_NUMBER: usize = 300;

/// Checks a text that is JSON by its grammar: no more levels of brackets than `limit`, no lone surrogate, no number
/// out of range.
pub(crate) fn check(text: &[u8], limit: u32) -> Result<(), OutlineError> {
    let mut depth = 0_u32;
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match *byte {
            b'"' => rest = behind_string(rest)?,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth > limit {
                    return Err(OutlineError::Depth(limit));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'0'..=b'9' => rest = behind_number(*byte, rest)?,
            _ => {}
        }
    }
    Ok(())
}

/// What follows the quotation mark that ends a string.
fn behind_string(text: &[u8]) -> Result<&[u8], OutlineError> {
    let mut rest = text;
    while let Some(index) = memchr2(b'"', b'\\', rest) {
        let Some((mark, behind)) = rest.get(index..).and_then(<[u8]>::split_first) else { break };
        if *mark == b'"' {
            return Ok(behind);
        }
        rest = match unit(behind) {
            None => behind.get(1..).unwrap_or(&[]),
            Some(0xD800..=0xDBFF) => {
                let low = behind.get(5..).and_then(|rest| rest.strip_prefix(b"\\"));
                let low = low.filter(|low| matches!(unit(low), Some(0xDC00..=0xDFFF)));
                low.and_then(|low| low.get(5..)).ok_or(OutlineError::Surrogate)?
            }
            Some(0xDC00..=0xDFFF) => return Err(OutlineError::Surrogate),
            Some(_) => behind.get(5..).unwrap_or(&[]),
        };
    }
    Ok(&[])
}

/// What follows the digits, point and exponent of a number.
fn behind_number(first: u8, text: &[u8]) -> Result<&[u8], OutlineError> {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    let length = text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(length).unwrap_or((text, &[]));
    if digits.len() > LONG_NUMBER || digits.iter().any(|byte| matches!(byte, b'e' | b'E')) {
        let number = String::from_utf8_lossy(digits);
        let value = format!("{}{number}", char::from(first)).parse::<f64>();
        if value.is_ok_and(f64::is_infinite) {
            return Err(OutlineError::Number);
        }
    }
    Ok(rest)
}

/// The number in `uXXXX`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(check(br#"{"a":"[[[[\"[","b":[1]}"#, 2), Ok(()));
        assert_eq!(check(br#"{"a":[[1]]}"#, 2), Err(OutlineError::Depth(2)));
        assert!(check(&b"[".repeat(1_000_000), 64).is_err());
    }

    #[test]
    fn a_number_beyond_double_precision_is_an_error() {
        let nines = "9".repeat(309);
        for text in ["1e999", "[-1E309]", "{\"a\":1.8e308}", &nines] {
            assert_eq!(check(text.as_bytes(), 2), Err(OutlineError::Number), "{text}");
        }
        let (precise, small) = (format!("0.{nines}"), "9".repeat(308));
        for text in [
            "1e308",
            "1e-999",
            "[1.7e+308,0]",
            "\"1e999\"",
            "12345678901234567890.1",
            &precise,
            &small,
        ] {
            assert_eq!(check(text.as_bytes(), 2), Ok(()), "{text}");
        }
    }

    #[test]
    fn half_a_character_is_an_error() {
        assert_eq!(check(br#""\ud83d\ude00 \u00e9 \\ud800""#, 1), Ok(()));
        for text in [&br#""\ud83d""#[..], br#""\ude00""#, br#""\ud83dx""#, br#""\ud83d\u0041""#] {
            assert_eq!(check(text, 1), Err(OutlineError::Surrogate));
        }
    }
}
