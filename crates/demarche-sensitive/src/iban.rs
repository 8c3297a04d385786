//! International bank account numbers (ISO 13616-1).
#![warn(clippy::indexing_slicing)]

use crate::check::mod97;
use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::template::separator;
use crate::{Check, Kind};

/// The structure of each country's number behind its check digits: `n` digits, `a` capitals, `c` either.
///
/// Source: SWIFT, "IBAN Registry", as of release 99, and the lists of countries that use the form without registration.
const STRUCTURES: &[(&str, &str)] = &[
    ("AD", "8n12c"),
    ("AE", "19n"),
    ("AL", "8n16c"),
    ("AO", "21n"),
    ("AT", "16n"),
    ("AZ", "4a20c"),
    ("BA", "16n"),
    ("BE", "12n"),
    ("BF", "2c22n"),
    ("BG", "4a6n8c"),
    ("BH", "4a14c"),
    ("BI", "23n"),
    ("BJ", "2c22n"),
    ("BR", "23n1a1c"),
    ("BY", "4c4n16c"),
    ("CF", "23n"),
    ("CG", "23n"),
    ("CH", "5n12c"),
    ("CI", "2c22n"),
    ("CM", "23n"),
    ("CR", "18n"),
    ("CV", "21n"),
    ("CY", "8n16c"),
    ("CZ", "20n"),
    ("DE", "18n"),
    ("DJ", "23n"),
    ("DK", "14n"),
    ("DO", "4c20n"),
    ("DZ", "22n"),
    ("EE", "16n"),
    ("EG", "25n"),
    ("ES", "20n"),
    ("FI", "14n"),
    ("FK", "2a12n"),
    ("FO", "14n"),
    ("FR", "10n11c2n"),
    ("GA", "23n"),
    ("GB", "4a14n"),
    ("GE", "2a16n"),
    ("GI", "4a15c"),
    ("GL", "14n"),
    ("GQ", "23n"),
    ("GR", "7n16c"),
    ("GT", "4c20c"),
    ("GW", "2c19n"),
    ("HN", "4a20n"),
    ("HR", "17n"),
    ("HU", "24n"),
    ("IE", "4a14n"),
    ("IL", "19n"),
    ("IQ", "4a15n"),
    ("IR", "22n"),
    ("IS", "22n"),
    ("IT", "1a10n12c"),
    ("JO", "4a4n18c"),
    ("KM", "23n"),
    ("KW", "4a22c"),
    ("KZ", "3n13c"),
    ("LB", "4n20c"),
    ("LC", "4a24c"),
    ("LI", "5n12c"),
    ("LT", "16n"),
    ("LU", "3n13c"),
    ("LV", "4a13c"),
    ("LY", "21n"),
    ("MA", "24n"),
    ("MC", "10n11c2n"),
    ("MD", "2c18c"),
    ("ME", "18n"),
    ("MG", "23n"),
    ("MK", "3n10c2n"),
    ("ML", "2c22n"),
    ("MN", "16n"),
    ("MR", "23n"),
    ("MT", "4a5n18c"),
    ("MU", "4a19n3a"),
    ("MZ", "21n"),
    ("NE", "2a22n"),
    ("NI", "4a20n"),
    ("NL", "4a10n"),
    ("NO", "11n"),
    ("OM", "3n16c"),
    ("PK", "4a16c"),
    ("PL", "24n"),
    ("PS", "4a21c"),
    ("PT", "21n"),
    ("QA", "4a21c"),
    ("RO", "4a16c"),
    ("RS", "18n"),
    ("RU", "14n15c"),
    ("SA", "2n18c"),
    ("SC", "4a20n3a"),
    ("SD", "14n"),
    ("SE", "20n"),
    ("SI", "15n"),
    ("SK", "20n"),
    ("SM", "1a10n12c"),
    ("SN", "2c22n"),
    ("SO", "19n"),
    ("ST", "21n"),
    ("SV", "4a20n"),
    ("TD", "23n"),
    ("TG", "2c22n"),
    ("TL", "19n"),
    ("TN", "20n"),
    ("TR", "5n1n16c"),
    ("UA", "6n19c"),
    ("VA", "18n"),
    ("VG", "4a16n"),
    ("XK", "16n"),
    ("YE", "4a4n18c"),
];

/// The longest number, in letters and digits.
const LONGEST: usize = 34;

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    let Some(start) = start(page, token) else { return };
    let country = page.slice(start..start + 2).to_ascii_uppercase();
    let Ok(index) = STRUCTURES.binary_search_by_key(&country.as_str(), |(code, _)| code) else {
        return;
    };
    let Some((_, structure)) = STRUCTURES.get(index) else { return };
    let length = 4 + parts(structure).map(|(count, _)| count).sum::<usize>();
    let Some((end, value, groups)) = gather(page, start, length) else { return };
    let is_exact = value.bytes().all(|byte| !byte.is_ascii_lowercase());
    let capitals = value.to_ascii_uppercase();
    let is_grouped = groups == length.div_ceil(4);
    let is_named = || context.mentions(Topic::Iban) || context.mentions(Topic::Account);
    let is_written = is_exact || value.bytes().all(|byte| !byte.is_ascii_uppercase());
    if is_written
        && page.is_right_edge(end)
        && has_structure(&capitals, structure)
        && is_right(&capitals)
        && (is_exact || is_grouped || is_named() || context.mentions(Topic::Bic))
    {
        let country = country.parse().ok();
        out.push(Kind::Iban, "iban", country, start..end, capitals, Check::Checksum);
    }
}

/// The start of the country code that a token begins with, or that a space parts from it.
fn start(page: &Page<'_>, token: &Token) -> Option<usize> {
    let is_code = |start: usize| {
        let code = page.bytes.get(start..start + 2);
        code.is_some_and(|code| code.iter().all(u8::is_ascii_alphabetic))
            && page.is_left_edge(start)
    };
    let has_digits = |from: usize| {
        page.bytes.get(from..from + 2).is_some_and(|check| check.iter().all(u8::is_ascii_digit))
    };
    if is_code(token.start) {
        return has_digits(token.start + 2).then_some(token.start);
    }
    let apart = token.start.checked_sub(3)?;
    (has_digits(token.start) && page.byte(apart + 2) == b' ' && is_code(apart)).then_some(apart)
}

/// Letters and digits of a number from an offset on: the end, the number and its count of groups.
fn gather(page: &Page<'_>, start: usize, length: usize) -> Option<(usize, String, usize)> {
    let mut value = String::with_capacity(LONGEST);
    let mut end = start;
    let mut groups = 1;
    while value.len() < length {
        let byte = page.byte(end);
        if byte.is_ascii_alphanumeric() {
            value.push(char::from(byte));
            end += 1;
        } else {
            end = separator(page, end, true)?;
            groups += 1;
        }
    }
    Some((end, value, groups))
}

/// The parts of a structure: a count and a class.
fn parts(structure: &str) -> impl Iterator<Item = (usize, char)> {
    structure.split_inclusive(|sign: char| sign.is_ascii_alphabetic()).filter_map(|part| {
        let class = part.chars().next_back()?;
        Some((part.trim_end_matches(class).parse().ok()?, class))
    })
}

fn has_structure(value: &str, structure: &str) -> bool {
    let mut body = value.bytes().skip(4);
    parts(structure).all(|(count, class)| {
        body.by_ref().take(count).all(|byte| match class {
            'n' => byte.is_ascii_digit(),
            'a' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        })
    })
}

/// Returns true if the check digits are right, and between 02 and 98 as ISO 13616-1 has them.
fn is_right(value: &str) -> bool {
    let Some((head, body)) = value.split_at_checked(4) else { return false };
    let has_body = body.bytes().any(|byte| byte != b'0');
    let check = head.get(2..).unwrap_or("");
    has_body && ("02"..="98").contains(&check) && mod97(body.bytes().chain(head.bytes())) == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_no_number_is_longer_than_the_standard_allows() {
        assert!(STRUCTURES.is_sorted_by_key(|(code, _)| code));
        for (code, structure) in STRUCTURES {
            let length = 4 + parts(structure).map(|(count, _)| count).sum::<usize>();
            assert!((15..=LONGEST).contains(&length), "{code}: {length}");
        }
    }
}
