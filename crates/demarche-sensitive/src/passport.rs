//! Numbers of passports and driving licences, by the words near them.
#![warn(clippy::indexing_slicing)]

use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::{Hit, Topic};
use crate::page::{Page, Token};
use crate::{Check, Kind};

/// The lengths of passport numbers; ICAO 9303, part 4, has nine, and states write six to ten.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=10;

/// The lengths of the numbers of driving licences.
const LICENCES: std::ops::RangeInclusive<usize> = 6..=18;

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if context.is_empty() {
        return;
    }
    if context.mentions(Topic::Passport) && context.names(Topic::Passport) {
        if let Some((range, value)) = number(page, token).filter(|(_, value)| {
            let has_letter = value.bytes().any(|byte| byte.is_ascii_uppercase());
            LENGTHS.contains(&value.len())
                && context.is_close(&[Topic::Passport], 0, if has_letter { 6 } else { 3 })
        }) {
            out.push(Kind::Passport, "passport", None, range, value, Check::Context);
        }
    } else if context.mentions(Topic::Licence)
        && context.names(Topic::Licence)
        && let Some((range, value)) = number(page, token)
        && LICENCES.contains(&value.len())
    {
        out.push(Kind::DrivingLicence, "driving-licence", None, range, value, Check::Context);
    }
}

/// A number of capitals and digits, in one token or in groups.
fn number(page: &Page<'_>, token: &Token) -> Option<(std::ops::Range<usize>, String)> {
    let mut start = token.start;
    let before = page.byte_before(start);
    if token.is_number && matches!(before, b' ' | b'-') {
        let lead = page.slice(page.back(start, 4)..start - 1);
        let series = lead.rsplit(|sign: char| !sign.is_ascii_alphanumeric()).next().unwrap_or("");
        let is_series =
            (1..=2).contains(&series.len()) && series.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_series && series != "NO" && series != "NR" {
            start -= 1 + series.len();
        }
        if lead.ends_with(|sign: char| sign.is_ascii_digit()) {
            return None;
        }
    }
    start = series_start(page, token).unwrap_or(start);
    let mut end = token.end;
    let mut groups = 0;
    while page.byte(end) == b' ' && groups < 2 && end - start < 8 {
        let rest = page.bytes.get(end + 1..).unwrap_or(&[]);
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let group = page.slice(end + 1..end + 1 + length);
        let is_group = (2..=7).contains(&length)
            && group
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && length < 4)
            && group.bytes().any(|byte| byte.is_ascii_digit());
        if !is_group {
            break;
        }
        end += 1 + length;
        groups += 1;
    }
    let value: String =
        page.slice(start..end).chars().filter(char::is_ascii_alphanumeric).collect();
    let is_written = !value.bytes().any(|byte| byte.is_ascii_lowercase());
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_date = value.len() == 8 && groups == 2
        || matches!(page.byte(end), b'.' | b'/') && page.byte(end + 1).is_ascii_digit();
    let is_edge = page.is_left_edge(start) && page.is_right_edge(end);
    (is_written
        && digits >= 1
        && digits + 4 >= value.len() / 2
        && is_edge
        && !is_date
        && value.len() >= 6)
        .then_some((start..end, value))
}

/// The start of the series of four digits that Russia writes before a number of six: `45 09 № 123456`.
fn series_start(page: &Page<'_>, token: &Token) -> Option<usize> {
    let from = page.back(token.start, 12);
    let lead = page.slice(from..token.start).trim_end();
    let series = lead.strip_suffix('№')?.trim_end();
    let is_sign = |sign: char| sign.is_ascii_digit() || sign == ' ';
    let start = series.trim_end_matches(is_sign).len();
    let series_text = series.get(start..).map(str::trim_start)?;
    let digits = series_text.bytes().filter(u8::is_ascii_digit).count();
    (digits == 4 && token.end - token.start == 6).then(|| from + series.len() - series_text.len())
}

/// A number of nine consonants without digits, as Germany's issuers can draw them, directly after a word for a passport.
pub(crate) fn find_letters(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    let rest = page.slice(hit.end..page.line_end(hit.end, 40));
    let value = rest.trim_start_matches(|sign: char| !sign.is_ascii_uppercase());
    let lead = rest.len() - value.len();
    let is_letter = |byte: &u8| b"CFGHJKLMNPRTVWXYZ".contains(byte);
    let length = value.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if lead <= 8 && length == 9 && value.as_bytes().iter().take(9).all(is_letter) {
        let from = hit.end + lead;
        let value = page.slice(from..from + length).to_owned();
        out.push(Kind::Passport, "passport", None, from..from + length, value, Check::Context);
    }
}
