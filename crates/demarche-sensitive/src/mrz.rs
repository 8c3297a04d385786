//! The machine readable zone of travel documents (ICAO 9303, parts 4 to 6): two lines of 44 or 36, or three of 30.
#![warn(clippy::indexing_slicing)]

use demarche_terms::Country;

use crate::date::Birthday;
use crate::finding::Findings;
use crate::page::Page;
use crate::{Check, Kind};

/// The last year of two digits that is read as one of this century.
const CENTURY: u32 = 29;

/// Finds the zone whose line with the number begins at an offset.
pub(crate) fn find(page: &Page<'_>, start: usize, out: &mut Findings) {
    let line_start = page.line_start(start, 60);
    let lead = page.slice(line_start..start);
    if lead.len() > 20
        || !lead
            .bytes()
            .all(|byte| byte == b' ' || byte == b'\t' || byte == b'<' || byte.is_ascii_alphabetic())
    {
        return;
    }
    let begin = line_start + (lead.len() - lead.trim_start().len());
    let line = page.slice(begin..page.line_end(begin, 60)).trim_end();
    let is_zone =
        line.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<');
    if !is_zone {
        return;
    }
    match line.len() {
        44 | 36 => book(line, begin, out),
        30 if line.starts_with(['I', 'A', 'C']) => card(page, line, begin, out),
        _ => {}
    }
}

/// The second line of a passport or visa.
fn book(line: &str, begin: usize, out: &mut Findings) {
    let number = line.get(..10).unwrap_or("");
    let birth = line.get(13..20).unwrap_or("");
    let expiry = line.get(21..28).unwrap_or("");
    if ![number, birth, expiry].iter().all(|field| is_checked(field)) {
        return;
    }
    if line.len() == 44 && line.ends_with(|sign: char| sign.is_ascii_digit()) {
        let rest = line.get(21..43).unwrap_or("");
        let whole = format!("{number}{birth}{rest}{}", line.get(43..).unwrap_or(""));
        if !is_checked(&whole) {
            return;
        }
    }
    let country = line.get(10..13).unwrap_or("");
    push(number, country, begin, birth, begin + 13, out);
}

/// The first two lines of an identity card.
fn card(page: &Page<'_>, line: &str, begin: usize, out: &mut Findings) {
    let number = line.get(5..15).unwrap_or("");
    let next = begin + line.len() + 1;
    let below = page.slice(next..page.line_end(next, 60));
    let indent = below.len() - below.trim_start().len();
    let below = below.trim();
    let birth = below.get(..7).unwrap_or("");
    if below.len() == 30
        && is_checked(number)
        && is_checked(birth)
        && is_checked(below.get(8..15).unwrap_or(""))
    {
        push(number, line.get(2..5).unwrap_or(""), begin + 5, birth, next + indent, out);
    }
}

fn push(
    number: &str,
    country: &str,
    number_at: usize,
    birth: &str,
    birth_at: usize,
    out: &mut Findings,
) {
    let value = number.get(..9).unwrap_or("").trim_end_matches('<');
    let country: Option<Country> = state(country);
    out.push(
        Kind::Passport,
        "machine-readable-zone",
        country,
        number_at..number_at + 9,
        value.to_owned(),
        Check::Checksum,
    );
    let part = |from: usize| birth.get(from..from + 2).and_then(|part| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0), part(2), part(4)) else { return };
    let year = if year <= CENTURY { 2000 + year } else { 1900 + year };
    if let Some(day) = Birthday::new(year, month, day) {
        out.push(
            Kind::Dob,
            "machine-readable-zone",
            None,
            birth_at..birth_at + 6,
            day.iso(),
            Check::Checksum,
        );
    }
}

/// The state of a code of three letters, where its first two are its code of two letters.
fn state(code: &str) -> Option<Country> {
    let pairs = [
        ("D<<", "DE"),
        ("POL", "PL"),
        ("SWE", "SE"),
        ("UKR", "UA"),
        ("CHN", "CN"),
        ("TUR", "TR"),
        ("PRT", "PT"),
        ("DNK", "DK"),
        ("EST", "EE"),
        ("IRL", "IE"),
        ("SRB", "RS"),
        ("SVN", "SI"),
        ("SVK", "SK"),
        ("KAZ", "KZ"),
        ("MEX", "MX"),
        ("KOR", "KR"),
        ("PRK", "KP"),
        ("UTO", ""),
    ];
    let known = pairs.iter().find(|(three, _)| *three == code).map(|(_, two)| *two);
    let two = known.or_else(|| {
        matches!(
            code,
            "USA"
                | "GBR"
                | "FRA"
                | "ESP"
                | "ITA"
                | "NLD"
                | "BEL"
                | "LUX"
                | "CHE"
                | "NOR"
                | "FIN"
                | "ISL"
                | "CZE"
                | "HUN"
                | "ROU"
                | "BGR"
                | "HRV"
                | "GRC"
                | "LTU"
                | "LVA"
                | "RUS"
                | "CAN"
                | "BRA"
                | "JPN"
                | "IND"
                | "IRN"
                | "SAU"
                | "ZAF"
                | "EGY"
        )
        .then(|| code.get(..2))
        .flatten()
    })?;
    two.parse().ok()
}

/// Returns true if the last sign is the check digit of the signs before it: weights 7, 3 and 1, modulo 10.
pub(crate) fn is_checked(field: &str) -> bool {
    let value = |sign: char| if sign == '<' { Some(0) } else { sign.to_digit(36) };
    let Some((check, body)) = field
        .chars()
        .next_back()
        .map(|last| (last, field.get(..field.len() - last.len_utf8()).unwrap_or("")))
    else {
        return false;
    };
    let weights = [7, 3, 1].into_iter().cycle();
    let sum: Option<u32> =
        body.chars().zip(weights).map(|(sign, weight)| Some(value(sign)? * weight)).sum();
    sum.is_some()
        && sum.map(|sum| sum % 10) == value(check)
        && (check.is_ascii_digit() || check == '<')
}
