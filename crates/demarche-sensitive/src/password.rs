//! Passwords, passphrases and personal identification numbers, by the words before them.
//!
//! After a word such as "password", a colon or equals sign makes the next token the value unless it is a mask or a word
//! of a sentence. Without such a sign only a token that looks like a password counts.
#![warn(clippy::indexing_slicing)]

mod cells;
mod look;
mod phrase;
mod words;

use std::ops::Range;

use look::{Signs, is_foreign, is_product, is_random, is_withheld};
pub(crate) use look::{is_placeholder, is_usual};
use words::{AMBIGUOUS, LINKS, PURPOSES, blocked_at, is_forgotten, is_predicate};

use crate::finding::Findings;
use crate::lexicon::{Hit, Topic};
use crate::page::Page;
use crate::{Check, Kind, Layout};

/// The bytes after a word in which its value is looked for.
const REACH: usize = 160;

/// The bytes that may stand between a word and the colon before its value.
const QUALIFIER: usize = 60;

/// The bytes before a word in which it may be said that a password is forgotten.
const FORGOTTEN: usize = 30;

pub(crate) fn find(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    if page.layout == Layout::Table && cells::beside(page, hit, out) {
        return;
    }
    // Of "pin code password: 1" the last word has the value, and a line of such words stays cheap.
    let next = page.hits_in(&(hit.end..hit.end + 4)).first();
    let is_label = |next: &Hit| {
        matches!(next.topic, Topic::Password | Topic::Pin)
            && (next.start < hit.end + 2 || matches!(page.byte(next.end), b':' | b'='))
    };
    if next.is_some_and(is_label) {
        return;
    }
    if let Some(span) = phrase::mnemonic(page, hit) {
        let words: Vec<&str> = page.slice(span.clone()).split_whitespace().collect();
        out.push(Kind::Password, "bip39", None, span, words.join(" "), Check::Checksum);
        return;
    }
    let end = page.line_end(hit.end, REACH);
    let rest = page.slice(hit.end..end);
    let rest =
        if page.layout == Layout::Table { rest.split('\t').next().unwrap_or(rest) } else { rest };
    // A tab parts a label from its value as a space does.
    let spaced = rest.replace('\t', " ");
    let rest = spaced.as_str();
    if is_parameter(rest) {
        return;
    }
    let value = phrase::find(page, hit).or_else(|| match separator(rest) {
        Some(Separator { length, is_direct }) => labelled(rest, length, is_direct)
            .or_else(|| below(page, hit).filter(|_| rest.len() == length)),
        None => loose(rest)
            .filter(|range| !is_ambiguous(page, hit) || is_adjacent(rest, range))
            .or_else(|| phrase::plain(rest, is_ambiguous(page, hit)))
            .or_else(|| below(page, hit)),
    });
    let Some(range) = value else { return };
    let value = hit.end + range.start..hit.end + range.end;
    let lead = page.slice(page.line_start(hit.start, FORGOTTEN)..hit.start);
    let text = page.slice(value.clone());
    let is_label = text.ends_with([':', '=']) && page.is_label(&value) || is_caption(page, &value);
    // Scripts that do not part words write a rule for passwords as one word: 半角英数字8文字以上.
    let is_rule = !text.is_ascii() && is_blocked(text);
    // A link for a new password has a question or a label: "Forgot your password? Ask Help4You!".
    let gap = page.slice(hit.end..value.start);
    let is_link = is_forgotten(lead)
        && (!is_random(text) || gap.contains(['?', ':']) || text.starts_with('?'));
    if !is_label && !is_link && !is_rule {
        push(page, value, out);
    }
}

/// Returns true if the word is a type of a program that takes a type, such as `Pin<&mut Self>`.
fn is_parameter(rest: &str) -> bool {
    let is_type = |sign: char| sign.is_ascii_uppercase() || matches!(sign, '&' | '\'' | '_' | '$');
    rest.strip_prefix("::<")
        .or_else(|| rest.strip_prefix('<'))
        .is_some_and(|rest| rest.starts_with(is_type))
}

fn push(page: &Page<'_>, span: Range<usize>, out: &mut Findings) {
    let value = page.slice(span.clone()).replace("\\\"", "\"");
    out.push(Kind::Password, "password", None, span, value, Check::Context);
}

/// The sign after a word: its end, and true if nothing else stands between.
struct Separator {
    length: usize,
    is_direct: bool,
}

/// The colon or equals sign that follows a word, at once or after a few words that qualify it.
fn separator(rest: &str) -> Option<Separator> {
    let closers = |sign: char| matches!(sign, '"' | '\'' | ')' | ']' | '*' | '_' | '`' | ' ');
    let trimmed = rest.trim_start_matches(closers);
    let direct =
        trimmed.trim_start_matches(|sign: char| sign.is_ascii_digit()).trim_start_matches(closers);
    let is_sign = |text: &str| {
        text.starts_with([':', '=']) || text.starts_with("->") || text.starts_with("=>")
    };
    let is_value = direct.starts_with('=')
        && rest.starts_with(' ')
        && !direct.starts_with("= ")
        && !direct.starts_with("=>");
    if is_sign(direct) && !is_value {
        return Some(Separator {
            length: signs_end(rest, rest.len() - direct.len()),
            is_direct: true,
        });
    }
    let colon = rest.find([':', '=', ';', '?', '\n', '|'])?;
    let qualifier = rest.get(..colon)?;
    let sign = rest.get(colon..)?;
    let end = signs_end(rest, colon);
    let is_spaced = rest.len() == end || rest.get(..end).is_some_and(|signs| signs.ends_with(' '));
    let is_compound = rest.starts_with('-')
        && qualifier
            .get(1..2)
            .is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_qualifier = colon <= QUALIFIER
        && !is_compound
        && is_spaced
        && is_sign(sign)
        && !qualifier.contains(". ")
        && !qualifier.contains(", ")
        && !is_blocked(qualifier);
    let has_value =
        qualifier.split(' ').any(|word| is_usual(word.trim_matches(['(', ')', ',', '"'])));
    (is_qualifier && !has_value)
        .then(|| Separator { length: signs_end(rest, colon), is_direct: false })
}

/// The end of the sign at an offset, and of the spaces behind it.
fn signs_end(rest: &str, offset: usize) -> usize {
    let tail = rest.get(offset..).unwrap_or("");
    let signs = ["=>", "->", ":=", "==", "::"].iter().find(|sign| tail.starts_with(**sign));
    let after = tail.get(signs.map_or(1, |sign| sign.len())..).unwrap_or("");
    let is_bold = after.starts_with("** ");
    let value =
        if is_bold { after.trim_start_matches(['*', ' ']) } else { after.trim_start_matches(' ') };
    offset + tail.len() - value.len()
}

fn is_blocked(qualifier: &str) -> bool {
    blocked_at(qualifier).is_some()
}

/// The value after a colon or an equals sign.
fn labelled(rest: &str, from: usize, is_direct: bool) -> Option<Range<usize>> {
    let tail = rest.get(from..)?;
    if let Some(inside) = tail.strip_prefix("\\\"") {
        // A value in quotes within a string of JSON.
        let end = inside.find("\\\"").filter(|end| (3..=100).contains(end))?;
        let value = inside.get(..end)?;
        let is_text = !is_placeholder(value) && !is_withheld(value) && !is_foreign(value);
        return is_text.then_some(from + 2..from + 2 + end);
    }
    if let Some(quoted) = quoted(tail) {
        let value = tail.get(quoted.clone())?;
        let is_text = !is_placeholder(value) && !is_withheld(value) && !is_foreign(value);
        return (value.chars().count() >= 3 && is_text)
            .then_some(from + quoted.start..from + quoted.end);
    }
    let token = tail.split([' ', '\t', '"']).next()?;
    let token = token.split_once("</").map_or(token, |(head, _)| head);
    let token = token.split_once("&amp;").map_or(token, |(head, _)| head);
    let is_pair = |tail: &str| {
        tail.split_once('=').is_some_and(|(key, _)| {
            key.len() > 1 && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
        })
    };
    let cut = token.find(';').filter(|cut| token.get(cut + 1..).is_some_and(is_pair));
    let value = trimmed(token.get(..cut.unwrap_or(token.len()))?);
    let after = tail.get(token.len()..)?.trim_start();
    if let Some(assigned) = after.strip_prefix("= ") {
        // The token is the type of a variable: `password: String = "hunter2"`, `PASSWORD: u32 = 0x20`.
        quoted(assigned)?;
        return labelled(rest, rest.len() - assigned.len(), is_direct);
    }
    let length = value.chars().count();
    if !(4..=128).contains(&length)
        || is_placeholder(value)
        || is_withheld(value)
        || is_foreign(value)
    {
        return None;
    }
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let ends = after.is_empty()
        || value.len() < token.len()
        || after.starts_with(['(', '<', '|', '/', '-', '"']);
    let next_is_label = after.split(' ').next().is_some_and(|word| word.ends_with([':', '=']));
    let is_plain = (ends || next_is_label) && is_direct;
    let is_fit = is_usual(value)
        || is_plain && (!is_number || length <= 12)
        || is_number && length >= 4 && ends && (is_direct || length <= 8 && has_purpose(rest));
    is_fit.then_some(from..from + value.len())
}

/// Returns true if the words before a colon say what a code is for: "Pass code for the meeting room: 88213".
fn has_purpose(rest: &str) -> bool {
    let first = rest.trim_start().split(' ').next().unwrap_or(rest).to_lowercase();
    PURPOSES.contains(&first.as_str())
}

/// The most empty lines between a label and the value below it.
const EMPTY: usize = 2;

/// The value on a line below a label that ends its line, counted from the end of the label's word.
fn below(page: &Page<'_>, hit: &Hit) -> Option<Range<usize>> {
    let end = page.line_end(hit.end, REACH);
    let label = page.slice(hit.end..end).trim_matches([' ', '*', '_', '"', ')']);
    // Nothing behind an equals sign is an empty value, as in files of settings.
    let has_colon = label.ends_with(':');
    let start = page.line_start(hit.start, REACH);
    let is_form = || {
        // Lines of programs such as `#[pin]` and `pwd,` are no labels.
        let line = page.slice(start..end).trim_matches([' ', '*', '_']);
        let is_sign =
            |sign: char| sign.is_alphabetic() || matches!(sign, ' ' | '-' | '(' | ')' | '/');
        line.chars().all(is_sign) && page.is_label(&(start..end)) && !is_ambiguous(page, hit)
    };
    if page.bytes.get(end) != Some(&b'\n') || !has_colon && !is_form() {
        return None;
    }
    let line = next_line(page, end)?;
    let text = page.slice(line.clone());
    let value = trimmed(text);
    let length = value.chars().count();
    let is_pin = (4..=8).contains(&length) && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_value = !value.contains(' ')
        && (is_usual(value) && !is_name(value) || is_pin)
        && !value.ends_with([':', '='])
        && !is_assignment(value)
        && !is_placeholder(value)
        && !is_foreign(value);
    let offset = line.start - hit.end;
    is_value.then_some(offset..offset + value.len())
}

/// Returns true for a setting of its own, such as `DEBUG_MODE=true1`.
fn is_assignment(value: &str) -> bool {
    value.split_once('=').is_some_and(|(name, _)| {
        let is_sign = |sign: char| sign.is_ascii_alphabetic() || matches!(sign, '_' | '.' | '-');
        name.len() > 2 && name.chars().all(is_sign)
    })
}

/// Returns true for the caption of a field in a program: `{password: 'Contraseña', pin: 'Código'}`.
fn is_caption(page: &Page<'_>, value: &Range<usize>) -> bool {
    let text = page.slice(value.clone());
    let is_quoted = matches!(page.byte_before(value.start), b'"' | b'\'' | b'`');
    let is_word = text.starts_with(char::is_uppercase)
        && text.chars().skip(1).all(|sign| sign.is_lowercase() || sign == ' ');
    let is_name = page.hits_in(value).first().is_some_and(|hit| {
        hit.start == value.start && matches!(hit.topic, Topic::Password | Topic::Pin | Topic::Login)
    });
    is_quoted && is_word && (is_name || CAPTIONS.contains(&text.to_lowercase().as_str()))
}

/// Words for a code that are captions of fields, in small letters.
const CAPTIONS: [&str; 8] =
    ["código", "codigo", "codice", "code", "kod", "kód", "код", "geheimzahl"];

/// Returns true for letters with underscores and capitals inside, as programs have their names.
fn is_name(value: &str) -> bool {
    value.chars().all(|sign| sign.is_alphabetic() || matches!(sign, '_' | ',' | '.' | '(' | ')'))
}

/// The next line that is not empty, without the blanks around it.
fn next_line(page: &Page<'_>, end: usize) -> Option<Range<usize>> {
    let mut start = end + 1;
    for _ in 0..=EMPTY {
        let end = page.line_end(start, REACH);
        let line = page.slice(start..end);
        let text = line.trim();
        if !text.is_empty() {
            let from = start + (line.len() - line.trim_start().len());
            return Some(from..from + text.len());
        }
        page.bytes.get(end)?;
        start = end + 1;
    }
    None
}

fn is_ambiguous(page: &Page<'_>, hit: &Hit) -> bool {
    AMBIGUOUS.contains(&page.slice(hit.start..hit.end).to_lowercase().as_str())
}

/// Returns true if the value comes next, or at least looks random, and has a digit or a sign of no word.
fn is_adjacent(rest: &str, range: &Range<usize>) -> bool {
    let value = rest.get(range.clone()).unwrap_or("");
    let lead = rest.get(..range.start).unwrap_or("").split_whitespace().count();
    let Signs { has_digit, has_sign, has_lower, capitals, .. } = Signs::of(value);
    let is_closed = value.contains(['(', ')', '/']) || value.starts_with('-') || is_mention(value);
    !is_closed
        && (is_random(value) || lead == 0 && has_digit && (has_sign || has_lower && capitals > 0))
}

/// The value among the next words: at once or after a linking word if it looks usual, else only if it looks random.
fn loose(rest: &str) -> Option<Range<usize>> {
    let rest_start = rest.len() - rest.strip_prefix("'s ").unwrap_or(rest).len();
    if rest_start > 0 {
        return loose(rest.get(rest_start..)?)
            .map(|range| range.start + rest_start..range.end + rest_start);
    }
    let is_code = rest.starts_with(['.', '(']) && !rest.starts_with(". ")
        || rest.starts_with("\".")
        || rest.starts_with("::");
    if is_code {
        return None;
    }
    if rest.starts_with(['_', '-', '\''])
        && rest.get(1..2).is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return None;
    }
    let mut from = 0;
    let mut is_linked = true;
    let limit = blocked_at(rest).unwrap_or(rest.len());
    for (index, word) in rest.split_inclusive(' ').take(12).enumerate() {
        let start = from;
        from += word.len();
        let word = word.trim_end_matches(' ');
        if word.is_empty() {
            continue;
        }
        let indent = word.len() - word.trim_start_matches(['(', '[']).len();
        let tail = rest.get(start + indent..)?;
        if let Some(quoted) = quoted(tail).filter(|_| is_linked) {
            let value = tail.get(quoted.clone())?;
            let is_value = value.chars().count() >= 4
                && (!value.contains(' ') || phrase::is_phrase(value) && !is_remark(value))
                && !is_placeholder(value)
                && !is_withheld(value);
            let offset = start + indent;
            return is_value.then_some(offset + quoted.start..offset + quoted.end);
        }
        let value = trimmed(word.get(indent..)?);
        let inside = particle(value);
        let offset = start + indent + inside.start;
        let value = value.get(inside)?;
        if from > limit {
            return None;
        }
        let is_fit = if is_linked {
            is_usual(value) && !is_product(value)
        } else {
            is_random(value) && !is_mention(value)
        };
        if is_fit && value.len() >= 5 && !is_placeholder(value) && !is_foreign(value) {
            return Some(offset..offset + value.len());
        }
        is_linked = index == 0 && word.is_empty()
            || word.len() <= LONGEST_LINK && LINKS.contains(&word.to_lowercase().as_str())
            || word.ends_with([':', '=']);
        if word.ends_with(['.', ';', '!', '?']) && word.len() > 2 {
            return None;
        }
    }
    None
}

/// Returns true for words in quotes that tell something about a password: "sent by SMS".
fn is_remark(value: &str) -> bool {
    value.split(' ').next().is_some_and(is_predicate)
}

/// Returns true for a channel or a person of a chat, which follows a verb: "pin this in #team-2".
fn is_mention(value: &str) -> bool {
    let is_sign = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_');
    value.strip_prefix(['#', '@']).is_some_and(|name| {
        name.starts_with(|sign: char| sign.is_ascii_alphabetic()) && name.chars().all(is_sign)
    })
}

/// The bytes of the longest word in [`LINKS`].
const LONGEST_LINK: usize = 12;

/// The part of a word without the particles that scripts without gaps between words write around a value.
///
/// Letters of other scripts belong to the value: "Übermut!33".
fn particle(word: &str) -> Range<usize> {
    let is_particle = |sign: char| matches!(u32::from(sign), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3000..=0xFAFF);
    let value = word.trim_start_matches(is_particle);
    let value = if value.len() < word.len() { value.trim_start_matches([':', '=']) } else { value };
    let start = word.len() - value.len();
    let end = value.find(is_particle);
    start..end.map_or(word.len(), |end| start + end)
}

/// The inside of quotes at the start of a text.
fn quoted(text: &str) -> Option<Range<usize>> {
    let quote = text.chars().next().filter(|sign| matches!(sign, '"' | '\'' | '`'))?;
    let inside = text.get(1..)?;
    // A quote that JSON escapes belongs to the value; where no other follows, the sign before it does.
    let is_escaped = |offset: usize| inside.get(..offset).is_some_and(|head| head.ends_with('\\'));
    let mut quotes = inside.match_indices(quote).map(|(offset, _)| offset);
    let length = quotes.find(|offset| quote != '"' || !is_escaped(*offset));
    let length = length.or_else(|| inside.find(quote))?;
    (length > 0 && length <= 100).then_some(1..1 + length)
}

/// A token without the punctuation of its sentence.
fn trimmed(token: &str) -> &str {
    let token = token.trim_end_matches([',', ';']);
    let token = token.strip_suffix('.').unwrap_or(token);
    let token = token.split(['。', '、', '，', '；']).next().unwrap_or(token);
    let closes = token.ends_with(')') && !token.contains('(');
    let token = if closes { token.trim_end_matches(')') } else { token };
    let token = token.trim_end_matches([',', ';', '"', '\'']);
    token.strip_suffix("**").unwrap_or(token)
}

/// Finds `user / password` after a word such as "login" or "credentials".
pub(crate) fn find_pair(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    let rest = page.slice(hit.end..page.line_end(hit.end, REACH));
    let Some((split, width)) = [" / ", " | ", " : ", " – ", " - ", "/", ":"]
        .iter()
        .find_map(|sign| Some((pair_split(rest, sign)?, sign.len())))
    else {
        return;
    };
    let tail = rest.get(split + width..).unwrap_or("");
    let value = trimmed(tail.split([' ', '\t', '<']).next().unwrap_or(""));
    let head = rest.get(..split).unwrap_or("");
    let is_address =
        width == 1 && (value.contains('/') || head.contains("://") || value.starts_with(':'));
    if value.len() >= 6
        && !is_address
        && is_usual(value)
        && !is_placeholder(value)
        && !is_foreign(value)
        && !is_product(value)
    {
        let from = hit.end + split + width;
        push(page, from..from + value.len(), out);
    }
}

/// The offset of the sign between a user and a password.
fn pair_split(rest: &str, sign: &str) -> Option<usize> {
    let mut offset = 0;
    let mut text = rest;
    while let Some(found) = text.find(sign) {
        let head = rest.get(..offset + found)?;
        let user = head.rsplit([' ', '\t']).next().unwrap_or("");
        let words = head.split(' ').filter(|word| !word.is_empty()).count();
        let is_user = user.len() >= 2
            && user
                .chars()
                .all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-' | '@' | '+'));
        if is_user && words <= 6 && !head.contains(". ") {
            return Some(offset + found);
        }
        offset += found + sign.len();
        text = rest.get(offset..)?;
    }
    None
}
