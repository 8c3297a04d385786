//! Social security, taxpayer and employer numbers of the United States.
#![warn(clippy::indexing_slicing)]

use demarche_terms::Country;

use crate::check::{digits, number};
use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::template::fit;
use crate::{Check, Kind, Layout};

/// Numbers that were printed in advertisements and are nobody's (Social Security Administration, "Misused SSNs"), and the
/// digits in their order, which stand in forms and manuals as an example.
const PRINTED: [&str; 3] = ["078-05-1120", "219-09-9999", "123-45-6789"];

/// Prefixes of employer numbers that the Internal Revenue Service does not assign.
const NO_EMPLOYERS: [u64; 18] =
    [0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97, 100];

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if !token.is_number {
        return;
    }
    let united_states: Option<Country> = "US".parse().ok();
    match token.end - token.start {
        3 | 9 => {
            for template in ["ddd-dd-dddd", "ddd dd dddd", "ddd.dd.dddd", "ddddddddd"] {
                let Some((end, value)) = fit(page, token.start, template) else { continue };
                if !page.is_left_edge(token.start) || !page.is_right_edge(end) {
                    return;
                }
                let Some((value, is_taxpayer)) = social(&value) else { return };
                let range = token.start..end;
                if is_taxpayer {
                    if context.naming(&[Topic::Tax, Topic::Ssn]).is_some() {
                        out.push(
                            Kind::TaxId,
                            "us-itin",
                            united_states,
                            range,
                            value,
                            Check::Context,
                        );
                    }
                } else if let Some(check) = social_check(page, template, &range, context) {
                    out.push(Kind::Ssn, "us-ssn", united_states, range, value, check);
                }
                return;
            }
        }
        7 | 8 => shortened(page, token, context, united_states, out),
        2 => employer(page, token, context, united_states, out),
        _ => {}
    }
}

/// A number whose zeros at the start a spreadsheet dropped, in a column or behind a label that names it.
///
/// Areas from 001 to 099 are those of the north-eastern states; seven digits only a column can have.
fn shortened(
    page: &Page<'_>,
    token: &Token,
    context: &Context<'_>,
    country: Option<Country>,
    out: &mut Findings,
) {
    let range = token.start..token.end;
    let is_edge = page.is_left_edge(token.start) && page.is_right_edge(token.end);
    if !is_edge || context.is_empty() || !context.is_labelled(&[Topic::Ssn]) {
        return;
    }
    if page.layout != Layout::Table {
        let is_sign = page.slice(page.line_start(token.start, 4)..token.start);
        let is_sign = is_sign.trim_end().trim_end_matches(['"', '\'']).trim_end();
        let text = page.slice(range.clone());
        let part = |from: usize, to: usize| text.get(from..to).map(|part| number(&digits(part)));
        let is_day = matches!(part(0, 4), Some(1900..=2099))
            && matches!(part(4, 6), Some(1..=12))
            && matches!(part(6, 8), Some(1..=31));
        if text.len() < 8 || !is_sign.ends_with([':', '=', '#']) || is_day {
            return;
        }
    }
    let padded = format!("{:0>9}", page.slice(range.clone()));
    if let Some((value, false)) = social(&padded) {
        out.push(Kind::Ssn, "us-ssn", country, range, value, Check::Context);
    }
}

/// The number with its hyphens, and true for a taxpayer who has no social security number.
///
/// Source: Social Security Administration, POMS RM 10201.030, and Internal Revenue Service, Publication 1915.
fn social(value: &str) -> Option<(String, bool)> {
    let (area, rest) = value.split_at_checked(3)?;
    let (group, serial) = rest.split_at_checked(2)?;
    let written = format!("{area}-{group}-{serial}");
    if group == "00" || serial == "0000" || PRINTED.contains(&written.as_str()) {
        return None;
    }
    if area.starts_with('9') {
        let group = number(&digits(group));
        let is_taxpayer = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
        return is_taxpayer.then_some((written, true));
    }
    (area != "000" && area != "666").then_some((written, false))
}

fn social_check(
    page: &Page<'_>,
    template: &str,
    range: &std::ops::Range<usize>,
    context: &Context<'_>,
) -> Option<Check> {
    if context.names(Topic::Ssn) {
        return Some(Check::Context);
    }
    let rivals = [Topic::Trade, Topic::Phone, Topic::Account, Topic::Routing, Topic::SortCode];
    let is_other = context.is_labelled(&rivals);
    let is_free = match template {
        "ddd-dd-dddd" => true,
        "ddd dd dddd" => !page.has_number_beside(range),
        _ => context.naming_past(&[Topic::Ssn], 1).is_some(),
    };
    (is_free && !is_other).then_some(if context.mentions(Topic::Ssn) {
        Check::Context
    } else {
        Check::Format
    })
}

fn employer(
    page: &Page<'_>,
    token: &Token,
    context: &Context<'_>,
    country: Option<Country>,
    out: &mut Findings,
) {
    let Some((end, value)) = fit(page, token.start, "dd-ddddddd") else { return };
    let prefix = value.get(..2).map(|prefix| number(&digits(prefix))).unwrap_or(100);
    let is_edge = page.is_left_edge(token.start) && page.is_right_edge(end);
    if is_edge && !NO_EMPLOYERS.contains(&prefix) && context.names(Topic::Tax) {
        out.push(Kind::TaxId, "us-ein", country, token.start..end, value, Check::Context);
    }
}
