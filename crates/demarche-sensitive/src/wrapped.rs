//! Numbers that a program broke over two lines in the midst of a group of digits, or behind a hyphen.
//!
//! Mail that is filled breaks at gaps, which the forms of numbers allow for anyway. Programs that cut at a column break
//! anywhere. Such a number counts only where its check digits are right, and where words name it as well, unless it is
//! an IBAN: the ends and beginnings of lines make numbers by chance.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::context::{Context, REACH, WRAPPED};
use crate::finding::{Finding, Findings};
use crate::lexicon::{Lexicon, Topic};
use crate::page::Page;
use crate::{Check, Kind, Layout, card, iban, national};

/// The letters and digits of the longest number, an IBAN, with a gap behind every group.
const LONGEST: usize = 34 + 8;

/// Finds the numbers of a page that lie over a line break.
pub(crate) fn find(
    page: &Page<'_>,
    lexicon: &Lexicon,
    national: &national::Rules,
    out: &mut Findings,
) {
    if page.layout != Layout::Prose {
        return;
    }
    let mut line = 0;
    for seam in memchr::memchr_iter(b'\n', page.bytes) {
        let length = seam - line;
        line = seam + 1;
        if length >= WRAPPED && may_part_digits(page, seam) {
            join(page, seam, lexicon, national, out);
        }
    }
}

/// Returns true if letters and digits, or a hyphen behind a digit, go before a line break, and letters and digits with a
/// digit behind it.
fn may_part_digits(page: &Page<'_>, seam: usize) -> bool {
    let before = page.byte_before(seam);
    let is_part = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let is_left =
        if before == b'-' { page.byte_before(seam - 1).is_ascii_digit() } else { is_part(before) };
    let behind = page.bytes.get(seam + 1..).unwrap_or(&[]).iter().take(LONGEST);
    is_left
        && is_part(page.byte(seam + 1))
        && behind.take_while(|byte| byte.is_ascii_alphanumeric()).any(u8::is_ascii_digit)
}

/// Finds the numbers that lie over a line break, in the text around it without the break.
fn join(
    page: &Page<'_>,
    seam: usize,
    lexicon: &Lexicon,
    national: &national::Rules,
    out: &mut Findings,
) {
    let from = page.back(seam, REACH + LONGEST);
    let (before, behind) =
        (page.slice(from..seam), page.slice(seam + 1..page.line_end(seam + 1, LONGEST)));
    let joined = format!("{before}{behind}");
    let joined = Page::read(&joined, Layout::Prose, lexicon);
    let mut found = Findings::default();
    for token in joined.tokens.iter().take_while(|token| token.start < before.len()) {
        if token.start + LONGEST < before.len() {
            continue;
        }
        let context = Context::of(&joined, &(token.start..token.end));
        iban::find(&joined, token, &context, &mut found);
        card::find(&joined, token, &context, &mut found);
        national.find(&joined, token, &context, &mut found);
        for finding in found.findings.drain(..) {
            let Range { start, end } = finding.span;
            if start < before.len() && before.len() < end && is_certain(&context, &finding) {
                out.findings.push(Finding { span: from + start..from + end + 1, ..finding });
            }
        }
    }
}

/// Returns true if check digits and, but for an IBAN, words tell that a number is one.
fn is_certain(context: &Context<'_>, finding: &Finding) -> bool {
    finding.check == Check::Checksum
        && match finding.kind {
            Kind::Iban => true,
            Kind::Card => context.names(Topic::Card),
            Kind::NationalId => {
                finding.country.is_some_and(|country| context.names_national(country, false))
            }
            _ => false,
        }
}
