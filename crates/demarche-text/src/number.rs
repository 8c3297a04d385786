//! Numbers in sheets, as they identify something: whole digits, dates in ISO 8601, and masks such as `000-00-0000`.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The look that a number format gives to a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    General,
    /// A day, a time or both.
    Date,
    /// Hours, minutes and seconds that have passed.
    Duration,
    /// Digits with marks between them.
    Mask(String),
}

impl Look {
    /// The look of a format by its code, ECMA-376 part 1, 18.8.31.
    pub(crate) fn of_code(code: &str) -> Self {
        let first = code.split(';').next().unwrap_or(code);
        let bare = without_literals(first);
        if ["[h", "[m", "[s"].iter().any(|start| bare.to_ascii_lowercase().contains(start)) {
            return Self::Duration;
        }
        let lower = without_brackets(&bare).to_ascii_lowercase();
        if lower.contains(['y', 'd', 'h', 's']) && !lower.contains(['0', '#', '?'])
            || lower.contains("mmm")
        {
            return Self::Date;
        }
        if lower.contains("general") {
            return Self::General;
        }
        let mask: String =
            first.chars().filter(|sign| !matches!(sign, '\\' | '"' | '_' | '@')).collect();
        let is_mask =
            mask.chars().all(|sign| matches!(sign, '0' | '#' | '-' | ' ' | '/' | '(' | ')' | '+'));
        let zeros = mask.matches('0').count();
        if is_mask && zeros > 1 && zeros <= 32 { Self::Mask(mask) } else { Self::General }
    }

    /// The look of a format by its number: one of the workbook, or one that every workbook has (ECMA-376 part 1, 18.8.30).
    pub(crate) fn of_number(id: Option<u16>, codes: &BTreeMap<u16, Self>) -> Self {
        let Some(id) = id else { return Self::General };
        codes.get(&id).cloned().unwrap_or_else(|| Self::of_built_in(id))
    }

    fn of_built_in(id: u16) -> Self {
        match id {
            14..=22 | 27..=36 | 50..=58 => Self::Date,
            45..=47 => Self::Duration,
            _ => Self::General,
        }
    }
}

/// The code without quoted and escaped signs.
fn without_literals(code: &str) -> String {
    let mut bare = String::new();
    let mut signs = code.chars();
    let mut is_quoted = false;
    while let Some(sign) = signs.next() {
        match sign {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' => drop(signs.next()),
            sign if !is_quoted => bare.push(sign),
            _ => {}
        }
    }
    bare
}

/// The code without colours, conditions and locales.
fn without_brackets(code: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0_usize;
    for sign in code.chars() {
        match sign {
            '[' => depth += 1,
            ']' => depth = depth.max(1) - 1,
            sign if depth == 0 => bare.push(sign),
            _ => {}
        }
    }
    bare
}

/// A number as it was stored, in a look; text that is no number stays as it is.
pub(crate) fn shown<'text>(stored: &'text str, look: &Look, is_1904: bool) -> Cow<'text, str> {
    let is_whole = !stored.is_empty() && stored.bytes().all(|byte| byte.is_ascii_digit());
    match look {
        Look::General if is_whole => Cow::Borrowed(stored),
        Look::Mask(mask) if is_whole => masked(stored, mask).into(),
        _ => match stored.parse::<f64>() {
            Ok(number) => of_number(number, look, is_1904).into(),
            Err(_) => Cow::Borrowed(stored),
        },
    }
}

/// A number in a look.
///
/// Whole numbers have no decimal point, other numbers the 15 digits that sheets show; there is never an exponent.
pub(crate) fn of_number(number: f64, look: &Look, is_1904: bool) -> String {
    let plain = || {
        let is_whole = number.fract() == 0.0;
        let rounded = format!("{number:.14e}").parse().unwrap_or(number);
        if is_whole { format!("{number}") } else { format!("{rounded}") }
    };
    match look {
        Look::Date => date(number, is_1904).unwrap_or_else(plain),
        Look::Duration => duration(number).unwrap_or_else(plain),
        Look::Mask(mask) if number >= 0.0 && number.fract() == 0.0 => masked(&plain(), mask),
        Look::General | Look::Mask(_) => plain(),
    }
}

/// Digits in the places of a mask, from its right.
fn masked(digits: &str, mask: &str) -> String {
    let mut rest = digits.chars().rev();
    let mut reversed: Vec<char> = Vec::with_capacity(mask.len());
    for sign in mask.chars().rev() {
        match sign {
            '0' => reversed.push(rest.next().unwrap_or('0')),
            '#' => reversed.extend(rest.next()),
            sign => reversed.push(sign),
        }
    }
    reversed.extend(rest);
    reversed.iter().rev().collect()
}

/// Days in 400 years of the Gregorian calendar.
const CYCLE: i64 = 146_097;

/// The day and time of a serial number of days; `None` outside the years 1 to 9999.
///
/// Source of the day count: Hinnant (2013), "chrono-compatible low-level date algorithms", `civil_from_days`.
fn date(serial: f64, is_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let seconds = whole(serial.fract() * 86_400.0)?;
    let (days, seconds) = (whole(serial.trunc())? + seconds / 86_400, seconds % 86_400);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if days == 0 {
        return Some(format!("{hour:02}:{minute:02}:{second:02}"));
    }
    // Serial 60 is a day that never was, 29 February 1900; days before it are counted from a day later.
    let epoch = match (is_1904, days < 60) {
        (true, _) => 24_107,
        (false, true) => 25_568,
        (false, false) => 25_569,
    };
    let day = days - epoch + 719_468;
    let (cycle, in_cycle) = (day.div_euclid(CYCLE), day.rem_euclid(CYCLE));
    let year = (in_cycle - in_cycle / 1_460 + in_cycle / 36_524 - in_cycle / 146_096) / 365;
    let in_year = in_cycle - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + cycle * 400 + i64::from(month <= 2);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if seconds == 0 { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") })
}

fn duration(days: f64) -> Option<String> {
    if !(0.0..1.0e6).contains(&days) {
        return None;
    }
    let seconds = whole(days * 86_400.0)?;
    Some(format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60))
}

/// The nearest whole number, of a number below a million million.
fn whole(number: f64) -> Option<i64> {
    format!("{number:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_keep_their_digits() {
        assert_eq!(shown("4111111111111111", &Look::General, false), "4111111111111111");
        assert_eq!(shown("1.23456789012345E+20", &Look::General, false), "123456789012345000000");
        assert_eq!(shown("0.30000000000000004", &Look::General, false), "0.3");
        assert_eq!(shown("52000.0", &Look::General, false), "52000");
        assert_eq!(shown("-7.5", &Look::General, false), "-7.5");
    }

    #[test]
    fn serial_numbers_are_dates_where_the_format_says_so() {
        let date = Look::of_code("dd/mm/yyyy\\ hh:mm");
        assert_eq!(date, Look::Date);
        assert_eq!(shown("45292", &date, false), "2024-01-01");
        assert_eq!(shown("45292.5", &Look::of_built_in(22), false), "2024-01-01T12:00:00");
        assert_eq!(shown("1", &date, false), "1900-01-01");
        assert_eq!(shown("61", &date, false), "1900-03-01");
        assert_eq!(shown("43830", &date, true), "2024-01-01");
        assert_eq!(shown("0.75", &date, false), "18:00:00");
        assert_eq!(Look::of_code("[$-409]d\\-mmm\\-yy;@"), Look::Date);
        assert_eq!(Look::of_code("#,##0.00 \"days\""), Look::General);
        assert_eq!(Look::of_code("[Red]0.00"), Look::General);
    }

    #[test]
    fn masks_bring_back_leading_zeros() {
        let mask = Look::of_code("000\\-00\\-0000");
        assert_eq!(shown("12345678", &mask, false), "012-34-5678");
        assert_eq!(shown("501", &Look::of_code("00000"), false), "00501");
        assert_eq!(Look::of_code("0"), Look::General);
    }
}
