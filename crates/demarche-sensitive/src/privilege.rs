//! Marks of legal privilege at the head of a text or on a line of their own.
#![warn(clippy::indexing_slicing)]

use crate::finding::Findings;
use crate::lexicon::Hit;
use crate::page::Page;
use crate::{Check, Kind};

/// The bytes at the beginning of a text in which a mark counts wherever its line has it.
const HEAD: usize = 200;

/// The longest line that is a heading, in bytes.
const HEADING: usize = 110;

/// The most words of a heading that has words before its mark.
const WORDS: usize = 9;

/// Words by which a line is a disclaimer that every mail of a sender carries.
const DISCLAIMERS: [&str; 14] = [
    "may contain",
    "may be",
    "intended recipient",
    "intended only",
    "if you have received",
    "this e-mail",
    "this email",
    "this message",
    "diese e-mail",
    "kann vertrauliche",
    "ce message",
    "este correo",
    "este mensaje",
    "questa e-mail",
];

pub(crate) fn find(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    let start = page.line_start(hit.start, 400);
    let end = page.line_end(hit.end, 400);
    let line = page.slice(start..end).to_lowercase();
    if DISCLAIMERS.iter().any(|word| line.contains(word)) {
        return;
    }
    let lead = page.slice(start..hit.start).trim_matches(|sign: char| !sign.is_alphanumeric());
    let is_labelled = page.slice(start..hit.start).trim_end().ends_with(':');
    let is_short = lead.split_whitespace().count() <= 2 && line.split_whitespace().count() <= WORDS;
    let is_first = lead.is_empty() || is_labelled || is_short;
    let is_heading = end - start <= HEADING && is_first && !line.trim_end().ends_with(',');
    if is_heading || hit.start < HEAD && is_first {
        let value = page.slice(hit.start..hit.end).to_lowercase();
        out.push(
            Kind::Privilege,
            "legal-privilege",
            None,
            hit.start..hit.end,
            value,
            Check::Context,
        );
    }
}
