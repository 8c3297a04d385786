//! Telephone numbers: international ones by form (ITU-T E.164), national ones by the words near them.
#![warn(clippy::indexing_slicing)]

use crate::check::part;
use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::{Check, Kind, Layout};

/// The codes of two digits that ITU-T assigns to countries; +1 and +7 have one digit, the others three.
const TWO_DIGITS: [u32; 44] = [
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
    57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// The first two digits of the codes of three digits in use.
const THREE_DIGITS: [u32; 15] = [21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68];

/// The least and most digits behind the plus sign; E.164 allows fifteen.
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 9..=15;

const NATIONAL: std::ops::RangeInclusive<usize> = 7..=12;

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if !token.is_number {
        return;
    }
    let plus = page.byte_before(token.start) == b'+';
    let opened = page.byte_before(token.start) == b'(';
    let is_open_plus = opened && token.start >= 2 && page.byte_before(token.start - 1) == b'+';
    if plus || is_open_plus {
        let start = token.start - if plus { 1 } else { 2 };
        if page.byte_before(start).is_ascii_alphanumeric() {
            return;
        }
        let Some((end, digits)) = run(page, token.start, is_open_plus) else { return };
        if INTERNATIONAL.contains(&digits.len()) && has_country(&digits) {
            out.push(
                Kind::Phone,
                "phone-international",
                None,
                start..end,
                format!("+{digits}"),
                Check::Format,
            );
        }
    } else if !context.is_empty()
        && context.is_labelled(&[Topic::Phone])
        && page.is_left_edge(token.start)
    {
        national(page, token, opened, out);
    }
}

fn national(page: &Page<'_>, token: &Token, is_open: bool, out: &mut Findings) {
    let before = page.byte_before(token.start);
    if matches!(before, b' ' | b'/' | b'-' | b')')
        && page.byte_before(token.start - 1).is_ascii_digit()
    {
        return;
    }
    let Some((end, digits)) = run(page, token.start, is_open) else { return };
    let start = token.start - usize::from(is_open);
    let abroad = digits
        .strip_prefix("00")
        .filter(|rest| INTERNATIONAL.contains(&rest.len()) && has_country(rest));
    if let Some(rest) = abroad {
        out.push(
            Kind::Phone,
            "phone-international",
            None,
            start..end,
            format!("+{rest}"),
            Check::Context,
        );
    } else if !is_date(page.slice(start..end))
        && NATIONAL.contains(&digits.len())
        && !page.slice(start..end).contains("  ")
    {
        out.push(Kind::Phone, "phone-national", None, start..end, digits, Check::Context);
    }
}

/// The digits of a number from an offset on, and its end; groups are parted by a sign or two.
fn run(page: &Page<'_>, start: usize, is_open: bool) -> Option<(usize, String)> {
    let mut digits = String::new();
    let mut offset = start;
    let mut end = start;
    let mut is_open = is_open;
    loop {
        let byte = page.byte(offset);
        match byte {
            b'0'..=b'9' => {
                digits.push(char::from(byte));
                end = offset + 1;
            }
            b'(' if !is_open => is_open = true,
            b')' if is_open => is_open = false,
            b' ' | b'-' | b'.' | b'/' if offset - end < 2 => {}
            b'\n'
                if page.layout == Layout::Prose
                    && digits.len() < 8
                    && offset - end < 2
                    && page.byte(offset + 1).is_ascii_digit() => {}
            _ => break,
        }
        offset += 1;
        if digits.len() > 15 {
            return None;
        }
    }
    let next = page.byte(end);
    let is_edge = !next.is_ascii_alphanumeric() && next != b'@' && next != b'%';
    // The trunk prefix in brackets is dialled within the country only: +44 (0)20.
    let has_trunk = page.slice(start..end).contains("(0)");
    let digits = if has_trunk { without_trunk(page.slice(start..end)) } else { digits };
    is_edge.then_some((end, digits))
}

/// Returns true for a date of year, month and day, or a social security number.
fn is_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split(['-', '.', '/', ' ']).map(str::len).collect();
    matches!(lengths.as_slice(), [4, 2, 2, ..] | [1..=3, 2, 4] | [1 | 2, 1, 4])
        && !text.starts_with("00")
}

fn without_trunk(text: &str) -> String {
    text.replacen("(0)", "", 1).chars().filter(char::is_ascii_digit).collect()
}

fn has_country(digits: &str) -> bool {
    let lead = |count: usize| part(digits, 0, count);
    let has_variety =
        digits.get(1..).is_some_and(|rest| rest.chars().any(|digit| !rest.starts_with(digit)));
    let is_country = match lead(1) {
        1 => digits.len() == 11 && !matches!(digits.as_bytes().get(1), Some(b'0' | b'1')),
        7 => digits.len() == 11,
        _ => {
            TWO_DIGITS.contains(&lead(2))
                || THREE_DIGITS.contains(&lead(2))
                || matches!(lead(3), 850..=856 | 870..=888 | 960..=979 | 992..=998)
        }
    };
    is_country && has_variety
}
