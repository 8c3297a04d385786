//! The forms in which issuers group a number.
//!
//! In a template `d` is a digit, `A` a letter, `X` either; a space is a space or a line break; `_` is a space, hyphen or
//! dot; every other sign is itself.

use crate::Layout;
use crate::page::Page;

/// The text of a template at an offset: its end, and its letters and digits in capitals.
pub(crate) fn fit(page: &Page<'_>, start: usize, template: &str) -> Option<(usize, String)> {
    let mut offset = start;
    for sign in template.bytes() {
        let byte = page.byte(offset);
        let is_met = match sign {
            b'd' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_alphabetic(),
            b'X' => byte.is_ascii_alphanumeric(),
            b' ' | b'_' => {
                offset = separator(page, offset, sign == b'_')?;
                continue;
            }
            _ => byte == sign,
        };
        if !is_met {
            return None;
        }
        offset += 1;
    }
    let signs = page.slice(start..offset).chars().filter(char::is_ascii_alphanumeric);
    Some((offset, signs.map(|sign| sign.to_ascii_uppercase()).collect()))
}

/// The end of the separator at an offset: a space, a line break with spaces around it, or, if `any`, a hyphen or dot.
pub(crate) fn separator(page: &Page<'_>, offset: usize, any: bool) -> Option<usize> {
    match page.byte(offset) {
        b'-' | b'.' if any => Some(offset + 1),
        b' ' | b'\n' => {
            let rest = page.bytes.get(offset..)?;
            let blank = rest.iter().take(4).take_while(|byte| matches!(byte, b' ' | b'\n'));
            let breaks = rest.iter().take(4).take_while(|byte| matches!(byte, b' ' | b'\n'));
            let breaks = breaks.filter(|byte| **byte == b'\n').count();
            let length = blank.count();
            let is_wrap = breaks == 1 && page.layout == Layout::Prose;
            (is_wrap || breaks == 0 && length == 1).then_some(offset + length)
        }
        _ => None,
    }
}
