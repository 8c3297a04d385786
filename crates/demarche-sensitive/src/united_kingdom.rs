//! National insurance numbers of the United Kingdom.
#![warn(clippy::indexing_slicing)]

use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::template::{fit, separator};
use crate::{Check, Kind};

/// Prefixes that are not assigned (HM Revenue & Customs, National Insurance Manual, NIM39110).
const UNUSED: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

const TEMPLATES: [&str; 3] = ["dd_dd_dd", "dddddd", "ddd_ddd"];

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    let Some((start, digits)) = start(page, token) else { return };
    for template in TEMPLATES {
        let Some((middle, digits)) = fit(page, digits, template) else { continue };
        let last = match page.byte(middle) {
            byte if byte.is_ascii_alphabetic() => middle,
            _ => match separator(page, middle, true) {
                Some(last) => last,
                None => continue,
            },
        };
        let prefix = page.slice(start..start + 2);
        let suffix = page.slice(last..last + 1);
        let value = format!("{prefix}{digits}{suffix}");
        let is_written = !value.bytes().any(|byte| byte.is_ascii_lowercase());
        let value = value.to_ascii_uppercase();
        let is_apart = start + 9 != last + 1;
        let is_usual = template != "ddd_ddd";
        let is_clear = is_written && is_usual && !(is_apart && page.byte(middle) == b'\n');
        if !has_letters(&value) || !page.is_right_edge(last + 1) {
            continue;
        }
        let is_named = context.naming_past(&[Topic::Nino], 1).is_some();
        let check = match is_assigned(&value) {
            true if is_clear && !context.is_trade() || is_named => Check::Format,
            // A prefix that is not assigned is still somebody's number where the text says so: of old, or mistyped.
            false if is_named => Check::Context,
            _ => continue,
        };
        let country = "GB".parse().ok();
        out.push(Kind::Nino, "gb-nino", country, start..last + 1, value, check);
        return;
    }
}

/// The start of the prefix and of the digits.
fn start(page: &Page<'_>, token: &Token) -> Option<(usize, usize)> {
    let is_prefix = |start: usize| {
        let prefix = page.bytes.get(start..start + 2);
        let is_alphabetic = prefix.is_some_and(|prefix| prefix.iter().all(u8::is_ascii_alphabetic));
        is_alphabetic && page.is_left_edge(start)
    };
    if is_prefix(token.start) {
        return page
            .byte(token.start + 2)
            .is_ascii_digit()
            .then_some((token.start, token.start + 2));
    }
    let is_first = page.byte(token.start).is_ascii_digit();
    let apart = (3..=6).filter_map(|back| token.start.checked_sub(back));
    let mut apart = apart.filter(|start| separator(page, start + 2, true) == Some(token.start));
    let start = apart.find(|start| is_prefix(*start))?;
    is_first.then_some((start, token.start))
}

/// Returns true if a number has letters that stand in numbers: no D, F, I, Q, U or V in the prefix, no O as its second
/// letter, and A to D at the end.
fn has_letters(value: &str) -> bool {
    let Some((prefix, _)) = value.split_at_checked(2) else { return false };
    let never = |letter: char| matches!(letter, 'D' | 'F' | 'I' | 'Q' | 'U' | 'V');
    !prefix.contains(never) && !prefix.ends_with('O') && value.ends_with(['A', 'B', 'C', 'D'])
}

/// Returns true if the prefix of a number is one that is assigned.
fn is_assigned(value: &str) -> bool {
    value.split_at_checked(2).is_some_and(|(prefix, _)| !UNUSED.contains(&prefix))
}
