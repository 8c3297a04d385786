//! Diagnoses of persons: codes of the ICD-10 and plain terms, with a word of medicine near them.
#![warn(clippy::indexing_slicing)]

use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::{Hit, Topic};
use crate::page::{Page, Token};
use crate::{Check, Kind};

/// A code of the International Classification of Diseases: a letter, two digits, and a part behind a dot.
///
/// Source: World Health Organization, "ICD-10", volume 2, section 2.4.
pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    let length = token.end - token.start;
    if token.is_number || length != 3 || context.is_empty() || !page.is_left_edge(token.start) {
        return;
    }
    let code = page.slice(token.start..token.end).as_bytes();
    let is_code = matches!(code, [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9' | b'A' | b'B']);
    if !is_code || !context.mentions(Topic::Health) || is_vitamin(page, token.start) {
        return;
    }
    let mut end = token.end;
    if page.byte(end) == b'.' && page.byte(end + 1).is_ascii_digit() {
        let digits = page
            .bytes
            .get(end + 1..)
            .unwrap_or(&[])
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric());
        end += 1 + digits.count().min(4);
    }
    let is_edge = !page.byte(end).is_ascii_alphanumeric();
    let has_part = end > token.end;
    if is_edge && (has_part || context.is_close(&[Topic::Health], 1, 2)) {
        let value = page.slice(token.start..end).to_owned();
        out.push(Kind::Health, "icd-10", None, token.start..end, value, Check::Context);
    }
}

/// Returns true if the word before says that a code is a vitamin, a room, a road or a form.
fn is_vitamin(page: &Page<'_>, start: usize) -> bool {
    let lead = page.slice(page.line_start(start, 24)..start).trim_end().to_lowercase();
    let word = lead.rsplit([' ', '(']).next().unwrap_or("");
    let words = [
        "vitamin",
        "vitamine",
        "vitamina",
        "room",
        "raum",
        "zimmer",
        "gate",
        "form",
        "type",
        "model",
        "highway",
        "salle",
        "version",
        "seat",
        "витамин",
    ];
    words.contains(&word)
}

/// A plain term for an illness with a word of medicine in the same sentence.
pub(crate) fn find_term(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    let context = Context::of(page, &(hit.start..hit.end));
    if context.mentions(Topic::Health) {
        let value = page.slice(hit.start..hit.end).to_owned();
        out.push(Kind::Health, "illness", None, hit.start..hit.end, value, Check::Context);
    }
}
