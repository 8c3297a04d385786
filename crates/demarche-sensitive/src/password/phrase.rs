//! Values that look like words: passphrases, and plain words or digits after "the password is".
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::lexicon::Hit;
use crate::mnemonic;
use crate::page::Page;
use crate::password::look::{is_foreign, is_placeholder, is_withheld};
use crate::password::words::{
    INSTRUCTIONS, IS, LINKS, PURPOSES, STRONG_LINKS, blocked_at, is_predicate, is_used,
};
use crate::password::{next_line, quoted, trimmed};

/// The bytes after a word for a passphrase in which it is looked for: 24 words of up to nine letters, and their label.
const REACH: usize = 300;

/// The words of a passphrase; BIP 39 writes up to 24.
const WORDS: std::ops::RangeInclusive<usize> = 3..=24;

/// The most words that say what a password is for.
const PURPOSE: usize = 6;

/// Parts of the words for a passphrase, in small letters.
const NAMES: [&str; 8] =
    ["phras", "fras", "фраз", "フレーズ", "lause", "zin", "mnemonic", "助记词"];

/// The bytes of the longest phrase of a wallet, with a line break and a margin behind every word.
const LONGEST: usize = 400;

/// The bytes that may stand between a word for a passphrase and the phrase of a wallet.
const LABEL: usize = 40;

/// The phrase of a wallet after a word for a passphrase, which its checksum confirms; it may go over several lines.
pub(crate) fn mnemonic(page: &Page<'_>, hit: &Hit) -> Option<Range<usize>> {
    if !is_phrase_name(page, hit) {
        return None;
    }
    let text = page.slice(hit.end..page.boundary(page.bytes.len().min(hit.end + LABEL)));
    // The phrase begins behind a sign, behind a word such as "is", or on a line of its own.
    let starts =
        text.match_indices([':', '=', ' ', '\n', '"']).map(|(offset, sign)| offset + sign.len());
    starts
        .filter(|start| {
            text.get(*start..).is_some_and(|rest| rest.starts_with(char::is_alphabetic))
        })
        .find_map(|start| {
            let start = hit.end + start;
            let end = page.boundary(page.bytes.len().min(start + LONGEST));
            let range = mnemonic::find(page.slice(start..end))?;
            Some(start..start + range.end)
        })
}

/// Returns true for a word that names a passphrase, not a password.
fn is_phrase_name(page: &Page<'_>, hit: &Hit) -> bool {
    let name = page.slice(hit.start..hit.end).to_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// Several words after a word for a passphrase, counted from the end of that word.
pub(crate) fn find(page: &Page<'_>, hit: &Hit) -> Option<Range<usize>> {
    if !is_phrase_name(page, hit) {
        return None;
    }
    let end = page.line_end(hit.end, REACH);
    let rest = page.slice(hit.end..end);
    // A tab between the label and the phrase parts no cell of another kind.
    let label = rest.len() - rest.trim_start_matches(|sign: char| !sign.is_alphanumeric()).len();
    let cell =
        rest.get(label..).and_then(|rest| rest.find('\t')).map_or(rest.len(), |tab| label + tab);
    let rest = rest.get(..cell).unwrap_or(rest);
    let tail = rest.trim_start_matches(['"', '*', '_', ' ', '\t', ')']);
    let labelled = tail.strip_prefix([':', '=']);
    let tail = match labelled {
        Some(tail) => tail.trim_start_matches([' ', '\t', '*']),
        None => tail.split_once(' ').filter(|(link, _)| is_link(link))?.1.trim_start(),
    };
    if tail.is_empty() {
        let line = next_line(page, end).filter(|_| page.bytes.get(end) == Some(&b'\n'))?;
        let range = words(page.slice(line.clone()))?;
        let offset = line.start - hit.end;
        return Some(offset + range.start..offset + range.end);
    }
    let offset = rest.len() - tail.len();
    let range = words(tail)?;
    let first = tail.get(range.clone())?.split(' ').next().unwrap_or(tail);
    // Behind a colon no sentence goes on.
    (labelled.is_some() || !is_predicate(first)).then_some(offset + range.start..offset + range.end)
}

fn is_link(word: &str) -> bool {
    let lower = word.to_lowercase();
    LINKS.contains(&lower.as_str()) || STRONG_LINKS.contains(&lower.as_str())
}

/// The words at the start of a text, in quotes or up to the end of their sentence.
fn words(text: &str) -> Option<Range<usize>> {
    let range = match quoted(text) {
        Some(range) => range,
        None => 0..text.find(['.', ',', ';', '(', ':', '"', '<']).unwrap_or(text.len()),
    };
    let phrase = text.get(range.clone())?;
    let kept = phrase.trim_end();
    is_phrase(kept).then_some(range.start..range.start + kept.len())
}

/// Returns true for three words or more that are no remark on a password.
pub(crate) fn is_phrase(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or(text);
    let is_word = |word: &str| {
        word.chars().count() <= 24
            && word.chars().all(|sign| sign.is_alphanumeric() || matches!(sign, '-' | '\'' | '!'))
    };
    text.trim() == text
        && WORDS.contains(&text.split_whitespace().count())
        && text.split_whitespace().all(is_word)
        && !is_withheld(first)
        && !INSTRUCTIONS.contains(&first.to_lowercase().as_str())
        && blocked_at(text).is_none()
}

/// A plain word or digits after "is": "the password for the vault is letmein".
///
/// Digits count after every word; a word only if the passwords in use have it, if "reads" goes before it, or if it is an
/// English noun at the end of its clause. After a word that often means something else only digits count.
pub(crate) fn plain(rest: &str, is_ambiguous: bool) -> Option<Range<usize>> {
    let text = rest.strip_prefix(' ')?;
    let first = text.split(' ').next()?.to_lowercase();
    let mut offset = 1;
    let mut link = None;
    let most = if PURPOSES.contains(&first.as_str()) { PURPOSE } else { 0 };
    for (index, word) in text.split(' ').enumerate().take(most + 1) {
        offset += word.len() + 1;
        let lower = word.to_lowercase();
        let is_later = index > 0 || most == 0;
        if is_later && (IS.contains(&lower.as_str()) || STRONG_LINKS.contains(&lower.as_str())) {
            link = Some(lower);
            break;
        }
        if word.ends_with(['.', ',', ';', ':', '!', '?']) {
            return None;
        }
    }
    let link = link?;
    let tail = rest.get(offset..)?;
    if blocked_at(rest.get(..offset)?).is_some() {
        return None;
    }
    let token = tail.split(' ').next()?;
    let value = trimmed(token).trim_end_matches(['!', '?']);
    let after = tail.get(token.len()..)?.trim_start();
    let ends = value.len() < token.len() || after.is_empty() || after.starts_with(['(', '-', '"']);
    let is_fit = !token.ends_with('?') && ends && is_value(value, &link, is_ambiguous);
    is_fit.then_some(offset..offset + value.len())
}

fn is_value(value: &str, link: &str, is_ambiguous: bool) -> bool {
    let length = value.chars().count();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return (4..=12).contains(&length);
    }
    let is_word = (4..=24).contains(&length) && value.chars().all(char::is_alphanumeric);
    if is_ambiguous || !is_word || is_withheld(value) || is_placeholder(value) || is_foreign(value)
    {
        return false;
    }
    let is_free = !is_predicate(value) && blocked_at(value).is_none();
    is_used(value)
        || is_free && STRONG_LINKS.contains(&link)
        || is_free && link.trim_end_matches(':') == "is" && value.is_ascii() && length >= 5
}
