//! Numbers of payment cards (ISO/IEC 7812-1): the issuer's range, its length and the Luhn method.
#![warn(clippy::indexing_slicing)]

use crate::check::{digits, luhn, number};
use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::template::separator;
use crate::{Check, Kind};

/// A network's range: the first and the last value of its first six digits, and the lengths of its numbers.
struct Range(u64, u64, &'static [usize]);

/// Networks that number all cards alike.
///
/// Source: the networks' own tables of issuer identification numbers, as published to merchants.
const RANGES: [Range; 17] = [
    Range(400_000, 499_999, &[13, 16, 19]),
    Range(510_000, 559_999, &[16]),
    Range(222_100, 272_099, &[16]),
    Range(340_000, 349_999, &[15]),
    Range(370_000, 379_999, &[15]),
    Range(601_100, 601_199, &[16, 19]),
    Range(622_126, 622_925, &[16, 17, 18, 19]),
    Range(644_000, 659_999, &[16, 19]),
    Range(300_000, 305_999, &[14]),
    Range(309_500, 309_599, &[14]),
    Range(360_000, 369_999, &[14]),
    Range(380_000, 399_999, &[14]),
    Range(352_800, 358_999, &[16, 19]),
    Range(620_000, 629_999, &[16, 17, 18, 19]),
    Range(220_000, 220_499, &[16]),
    Range(600_000, 609_999, &[16]),
    Range(810_000, 817_199, &[16, 17, 18, 19]),
];

/// The ranges of Maestro, which are so wide and of so many lengths that words must say it is a card.
const MAESTRO: [Range; 4] = [
    Range(500_000, 509_999, &[12, 13, 14, 15, 16, 17, 18, 19]),
    Range(560_000, 589_999, &[12, 13, 14, 15, 16, 17, 18, 19]),
    Range(630_000, 639_999, &[12, 13, 14, 15, 16, 17, 18, 19]),
    Range(670_000, 679_999, &[12, 13, 14, 15, 16, 17, 18, 19]),
];

/// The groups in which cards are embossed.
const GROUPS: [&[usize]; 9] = [
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 4, 4, 3],
    &[4, 4, 4, 2],
    &[4, 6, 4],
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4, 2],
    &[6, 13],
    &[8, 8],
];

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    let length = token.end - token.start;
    if !token.is_number || length < 4 || !page.is_left_edge(token.start) {
        return;
    }
    if (12..=19).contains(&length) {
        let is_card = |value: &str| {
            is_plain_card(value, context)
                && (context.names(Topic::Card) || !is_logged(page, token.start))
        };
        keep(page, token.start, token.end, is_card, out);
    } else if matches!(length, 4 | 6 | 8) {
        for groups in GROUPS.iter().filter(|groups| groups.first() == Some(&length)) {
            let Some(end) = grouped(page, token.start, groups) else { continue };
            let is_card = |value: &str| {
                let is_long = value.len() > 16 || groups.len() == 2;
                fits(value, &RANGES) && (!is_long || context.names(Topic::Card))
                    || context.names(Topic::Card) && fits(value, &MAESTRO)
            };
            keep(page, token.start, end, is_card, out);
        }
    }
}

fn keep(
    page: &Page<'_>,
    start: usize,
    end: usize,
    is_card: impl Fn(&str) -> bool,
    out: &mut Findings,
) {
    let value: String = page.slice(start..end).chars().filter(char::is_ascii_digit).collect();
    if page.is_right_edge(end) && luhn(&digits(&value)) && has_variety(&value) && is_card(&value) {
        out.push(Kind::Card, "card", None, start..end, value, Check::Checksum);
    }
}

/// Returns true for digits without groups: a random number of 16 digits is one time in forty right.
fn is_plain_card(value: &str, context: &Context<'_>) -> bool {
    let is_named = context.naming_past(&[Topic::Card], 1).is_some();
    // No telephone number has sixteen digits (ITU-T E.164), and one of fifteen stands right behind its word.
    let is_phone = || value.len() < 16 && context.is_labelled(&[Topic::Phone]);
    let is_other = || context.is_trade() || is_phone();
    let is_usual = matches!(value.len(), 15 | 16);
    let is_free = is_usual && !is_other() && fits(value, &RANGES);
    is_free || is_named && (fits(value, &RANGES) || fits(value, &MAESTRO))
}

/// Parts of the names of fields that hold a card's number, in small letters.
const FIELDS: [&str; 6] = ["card", "kart", "carte", "tarjeta", "carta", "cartao"];

/// Whole names, and parts of names between signs, that hold a card's number, in small letters.
const SHORT_FIELDS: [&str; 7] = ["pan", "cc", "ccn", "ccnum", "ccno", "visa", "amex"];

/// Parts of the names of fields that hold the identifier of a request or thing, in small letters.
const IDENTIFIERS: [&str; 24] = [
    "id",
    "trace",
    "span",
    "order",
    "req",
    "request",
    "session",
    "txn",
    "tx",
    "ref",
    "seq",
    "ts",
    "hash",
    "uid",
    "uuid",
    "corr",
    "msg",
    "event",
    "job",
    "batch",
    "nonce",
    "serial",
    "tracking",
    "timestamp",
];

/// Returns true for digits that a machine wrote as the value of a field which is not a card's: `trace=`, `"id": `.
///
/// One random number of sixteen digits in forty is a card's by range and Luhn digit, and logs are full of such numbers.
/// After `=` without gaps the name must be a card's; after a colon it must not be one of the [`IDENTIFIERS`].
fn is_logged(page: &Page<'_>, start: usize) -> bool {
    let lead = page.slice(page.line_start(start, 40)..start);
    let bare = lead.trim_end_matches(['"', '\'']);
    let is_assigned = bare.ends_with('=');
    let colon = bare.trim_end_matches(' ').strip_suffix(':');
    let head = if is_assigned { bare.trim_end_matches('=') } else { colon.unwrap_or("") };
    let head = head.trim_end_matches(['"', '\'']);
    let is_sign = |sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.'));
    let name = head.rsplit(is_sign).next().unwrap_or(head);
    let lower = name.to_lowercase();
    let has_part = |known: &[&str]| lower.split(['_', '-', '.']).any(|part| known.contains(&part));
    let is_card = FIELDS.iter().any(|field| lower.contains(field)) || has_part(&SHORT_FIELDS);
    if name.is_empty() || is_card {
        return false;
    }
    let is_identifier = name.ends_with("Id") || has_part(&IDENTIFIERS);
    is_assigned || is_identifier
}

/// Returns true if a range holds the number.
fn fits(value: &str, ranges: &[Range]) -> bool {
    let Some(first) = value.get(..6).map(|first| number(&digits(first))) else { return false };
    let holds = |range: &&Range| (range.0..=range.1).contains(&first);
    ranges.iter().filter(holds).any(|range| range.2.contains(&value.len()))
}

/// Returns true unless the number repeats a digit all through.
fn has_variety(value: &str) -> bool {
    let first = value.chars().next();
    value.chars().any(|digit| Some(digit) != first)
}

/// The end of groups of digits of these lengths, with the same separator between them.
fn grouped(page: &Page<'_>, start: usize, groups: &[usize]) -> Option<usize> {
    let mut end = start;
    let mut between = None;
    for (index, length) in groups.iter().enumerate() {
        if index > 0 {
            let sign = match page.byte(end) {
                b'\n' => b' ',
                sign => sign,
            };
            if between.is_some_and(|known| known != sign) {
                return None;
            }
            between = Some(sign);
            end = separator(page, end, true)?;
        }
        let group = page.bytes.get(end..end + length)?;
        if !group.iter().all(u8::is_ascii_digit) {
            return None;
        }
        end += length;
    }
    Some(end)
}
