//! Passwords, passphrases and personal identification numbers, by the words before them.
//!
//! After a word such as "password", a colon or equals sign makes the next token the value unless it is a mask or a word
//! of a sentence. Without such a sign only a token that looks like a password counts.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::finding::Findings;
use crate::lexicon::Hit;
use crate::page::Page;
use crate::{Check, Kind, Shape};

/// The bytes after a word in which its value is looked for.
const REACH: usize = 160;

/// The bytes that may stand between a word and the colon before its value.
const QUALIFIER: usize = 60;

const BLOCKING: [&str; 62] = [
    "policy",
    "policies",
    "reset",
    "rules",
    "requirement",
    "requirements",
    "hash",
    "hashes",
    "hint",
    "manager",
    "expir",
    "length",
    "protected",
    "protection",
    "strength",
    "must",
    "should",
    "never",
    "forgot",
    "forgotten",
    "changed on",
    "complexity",
    "change your",
    "salt",
    "field",
    "prompt",
    "vault",
    "richtlinie",
    "regeln",
    "zurücksetz",
    "politique",
    "réinitialis",
    "política",
    "restablec",
    "caduc",
    "scad",
    "reimpost",
    "redefin",
    "beleid",
    "wijzig",
    "polityka",
    "zasady",
    "zásady",
    "szabály",
    "politika",
    "политик",
    "сброс",
    "смен",
    "истек",
    "срок",
    "требован",
    "策略",
    "重置",
    "要求",
    "ポリシー",
    "変更",
    "再設定",
    "정책",
    "재설정",
    "سياسة",
    "إعادة",
    "wygas",
];

/// Words that stand after the colon where a sentence goes on or a value is withheld.
const WITHHELD: [&str; 58] = [
    "none",
    "null",
    "nil",
    "true",
    "false",
    "n/a",
    "tbd",
    "todo",
    "tba",
    "see",
    "same",
    "required",
    "needed",
    "expired",
    "reset",
    "changed",
    "unchanged",
    "hidden",
    "redacted",
    "removed",
    "encrypted",
    "string",
    "text",
    "optional",
    "empty",
    "blank",
    "unknown",
    "undefined",
    "must",
    "please",
    "your",
    "the",
    "here",
    "below",
    "above",
    "attached",
    "separately",
    "withheld",
    "masked",
    "siehe",
    "folgt",
    "separat",
    "keine",
    "kein",
    "voir",
    "aucun",
    "ver",
    "ninguna",
    "vedi",
    "nessuna",
    "zie",
    "geen",
    "se",
    "brak",
    "нет",
    "см",
    "无",
    "なし",
];

/// Words that stand between a word for a password and its value.
const LINKS: [&str; 62] = [
    "is",
    "was",
    "to",
    "now",
    "are",
    "be",
    "ist",
    "lautet",
    "lauten",
    "war",
    "jetzt",
    "auf",
    "est",
    "sont",
    "était",
    "es",
    "son",
    "era",
    "è",
    "e'",
    "sono",
    "é",
    "são",
    "foi",
    "jest",
    "brzmi",
    "to:",
    "je",
    "zní",
    "on",
    "är",
    "er",
    "var",
    "az",
    "van",
    "este",
    "e",
    "είναι",
    "είναι:",
    "şudur",
    "-",
    "->",
    "=>",
    "–",
    "—",
    "это",
    "теперь",
    "був",
    "—",
    "に",
    "は",
    "是",
    "为",
    "為",
    "הוא",
    "היא",
    "هي",
    "هو",
    "است",
    "é:",
    "adalah",
    "là",
];

pub(crate) fn find(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    if page.shape == Shape::Table && beside(page, hit, out) {
        return;
    }
    let end = page.line_end(hit.end, REACH);
    let rest = page.slice(hit.end..end);
    let rest =
        if page.shape == Shape::Table { rest.split('\t').next().unwrap_or(rest) } else { rest };
    let value = match separator(rest) {
        Some(Separator { length, is_direct }) => labelled(rest, length, is_direct)
            .or_else(|| below(page, hit.end + length, hit.end).filter(|_| rest.len() == length)),
        None => loose(rest).filter(|range| !is_ambiguous(page, hit) || is_adjacent(rest, range)),
    };
    if let Some(range) = value {
        push(page, hit.end + range.start..hit.end + range.end, out);
    }
}

fn push(page: &Page<'_>, span: Range<usize>, out: &mut Findings) {
    let value = page.slice(span.clone()).to_owned();
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
    let lower = qualifier.to_lowercase();
    BLOCKING.iter().any(|word| lower.contains(word))
}

/// The value after a colon or an equals sign.
fn labelled(rest: &str, from: usize, is_direct: bool) -> Option<Range<usize>> {
    let tail = rest.get(from..)?;
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
        || is_number && is_direct && length >= 4 && ends;
    is_fit.then_some(from..from + value.len())
}

/// The value on the line below a label that ends its line, counted from the end of the label.
fn below(page: &Page<'_>, end: usize, base: usize) -> Option<Range<usize>> {
    let start = end + 1;
    let line = page.slice(start..page.line_end(start, REACH));
    let indent = line.len() - line.trim_start().len();
    let value = trimmed(line.trim());
    let is_value =
        !value.contains(' ') && is_usual(value) && !is_placeholder(value) && !is_foreign(value);
    let offset = start + indent - base;
    is_value.then_some(offset..offset + value.len())
}

/// Words that more often mean something else than a password.
const AMBIGUOUS: [&str; 17] = [
    "pass",
    "pin",
    "pin code",
    "kode",
    "clave",
    "claves",
    "passe",
    "parole",
    "paroles",
    "lösen",
    "ww",
    "losung",
    "hasła",
    "kod",
    "psk",
    "access code",
    "door code",
];

fn is_ambiguous(page: &Page<'_>, hit: &Hit) -> bool {
    AMBIGUOUS.contains(&page.slice(hit.start..hit.end).to_lowercase().as_str())
}

/// Returns true if the value comes next, or at least looks random, and has a digit or a sign of no word.
fn is_adjacent(rest: &str, range: &Range<usize>) -> bool {
    let value = rest.get(range.clone()).unwrap_or("");
    let lead = rest.get(..range.start).unwrap_or("").split_whitespace().count();
    let Signs { has_digit, has_sign, has_lower, capitals, .. } = Signs::of(value);
    let is_closed = value.contains(['(', ')', '/']) || value.starts_with('-');
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
                && !value.contains(' ')
                && !is_placeholder(value)
                && !is_withheld(value);
            let offset = start + indent;
            return is_value.then_some(offset + quoted.start..offset + quoted.end);
        }
        let value = trimmed(word.get(indent..)?);
        let inside = particle(value);
        let offset = start + indent + inside.start;
        let value = value.get(inside)?;
        if is_blocked(word) {
            return None;
        }
        let is_fit =
            if is_linked { is_usual(value) && !is_product(value) } else { is_random(value) };
        if is_fit && value.len() >= 5 && !is_placeholder(value) && !is_foreign(value) {
            return Some(offset..offset + value.len());
        }
        is_linked = index == 0 && word.is_empty()
            || LINKS.contains(&word.to_lowercase().as_str())
            || word.ends_with([':', '=']);
        if word.ends_with(['.', ';', '!', '?']) && word.len() > 2 {
            return None;
        }
    }
    None
}

/// The part of a word without the particles that Chinese, Japanese or Korean writes before and behind a value.
fn particle(word: &str) -> Range<usize> {
    let value = word.trim_start_matches(|sign: char| !sign.is_ascii());
    let value = if value.len() < word.len() { value.trim_start_matches([':', '=']) } else { value };
    let start = word.len() - value.len();
    let end = value.find(|sign: char| u32::from(sign) >= 0x3000);
    start..end.map_or(word.len(), |end| start + end)
}

/// The inside of quotes at the start of a text.
fn quoted(text: &str) -> Option<Range<usize>> {
    let quote = text.chars().next().filter(|sign| matches!(sign, '"' | '\'' | '`'))?;
    let length = text.get(1..)?.find(quote)?;
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

/// Returns true for a mask, a variable or a hint in brackets.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let is_mask = |sign: char| {
        matches!(sign, '*' | '•' | '●' | '·' | 'x' | 'X' | '.' | '_' | '-' | '#' | '?' | '…' | '█')
    };
    let is_bracketed = value.starts_with(['<', '[', '{'])
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with("%(");
    let is_variable = value.starts_with('$')
        && value.len() > 1
        && value.chars().skip(1).all(|sign| sign.is_ascii_uppercase() || sign == '_')
        || value.starts_with('%') && (value.len() == 2 || value.ends_with('%'))
        || value.starts_with("process.env")
        || value.starts_with("os.environ")
        || value.contains("getenv(")
        || value.ends_with("()");
    let lower = value.to_ascii_lowercase();
    let is_example = lower.starts_with("your_")
        || lower.starts_with("your-")
        || lower.contains("redacted")
        || matches!(lower.as_str(), "yourpassword" | "example" | "changeme_please");
    value.ends_with('>') && !value.contains("->")
        || value.starts_with('(') && value.ends_with(')')
        || value.chars().all(is_mask)
        || value.starts_with("****")
        || is_bracketed
        || is_variable
        || is_example
}

fn is_withheld(value: &str) -> bool {
    WITHHELD.contains(&value.to_lowercase().as_str())
}

/// Returns true for what is something else: an address, a path, a file, a date, a time.
fn is_foreign(value: &str) -> bool {
    let is_mail = value.split_once('@').is_some_and(|(user, host)| {
        let is_name = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_' | '+');
        host.contains('.')
            && user.chars().all(is_name)
            && host.chars().all(is_name)
            && !user.is_empty()
            && host
                .rsplit('.')
                .next()
                .is_some_and(|end| end.len() > 1 && end.chars().all(char::is_alphabetic))
    });
    let lower = value.to_ascii_lowercase();
    let is_file = [
        ".pdf", ".docx", ".xlsx", ".zip", ".txt", ".exe", ".doc", ".xls", ".html", ".php", ".csv",
        ".7z", ".com", ".org",
    ]
    .iter()
    .any(|end| lower.ends_with(end));
    let is_code = ["::", "->", "](", ").", "`"].iter().any(|sign| value.contains(sign))
        || value.ends_with("()");
    let is_path = is_code
        || value.contains("://")
        || lower.starts_with("www.")
        || value.starts_with(['/', '\\', '~'])
        || value.get(1..3) == Some(":\\");
    let is_date = value.len() >= 5
        && value.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | '/' | '-' | ':'))
        && value.contains(['.', '/', ':', '-']);
    is_mail || is_file || is_path || is_date
}

/// The characters of a value.
struct Signs {
    has_lower: bool,
    has_digit: bool,
    /// True for a sign that no word has, at the end only if it is none of a sentence.
    has_sign: bool,
    capitals: usize,
    /// Capitals behind the first character.
    inner: usize,
    hyphens: usize,
}

impl Signs {
    fn of(value: &str) -> Self {
        let is_wordlike =
            |sign: char| matches!(sign, '-' | '\'' | '.' | ',' | '/' | ':' | '(' | ')' | '"' | ';');
        let is_sign = |sign: char| sign.is_ascii_punctuation() && !is_wordlike(sign);
        Self {
            has_lower: value.chars().any(char::is_lowercase),
            has_digit: value.chars().any(|sign| sign.is_ascii_digit()),
            has_sign: value.trim_end_matches(['!', '?']).chars().any(is_sign),
            capitals: value.chars().filter(|sign| sign.is_uppercase()).count(),
            inner: value.chars().skip(1).filter(|sign| sign.is_uppercase()).count(),
            hyphens: value.matches('-').count(),
        }
    }
}

/// Returns true for digits with the sign of a currency or of a share.
fn is_amount(value: &str) -> bool {
    let number = value.trim_matches(['€', '$', '£', '%']);
    number.len() < value.len()
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// Returns true if a token looks more like a password than like a word.
fn is_usual(value: &str) -> bool {
    let Signs { has_lower, has_digit, has_sign, capitals, inner, hyphens } = Signs::of(value);
    let has_letter = has_lower || capitals > 0;
    let is_amount = is_amount(value);
    let is_mixed = has_letter && (has_digit || has_sign) || has_digit && has_sign;
    let is_joined = has_lower && inner >= 2 || hyphens >= 3 && has_letter;
    value.len() >= 4 && !is_amount && (is_mixed || is_joined)
}

/// Returns true if a token can hardly be anything but a password.
fn is_random(value: &str) -> bool {
    let Signs { has_lower, has_digit, has_sign, capitals, inner, .. } = Signs::of(value);
    let classes = [has_lower, capitals > 0, has_digit, has_sign];
    let count = classes.iter().filter(|is_there| **is_there).count();
    let is_long = inner > 0 || value.ends_with(['!', '?', '#', '$']) || value.len() >= 9;
    let is_mixed = has_lower && has_digit && capitals > 0 && is_long;
    value.len() >= 7 && !is_product(value) && (count == 4 || count == 3 && has_sign || is_mixed)
}

/// Returns true for names of products and standards that only look like passwords.
fn is_product(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let names = [
        "office365",
        "windows",
        "sha",
        "aes",
        "wpa",
        "m365",
        "o365",
        "1password",
        "base64",
        "md5",
        "tls",
        "keepass",
        "2fa",
        "mp3",
        "web2",
        "ipv",
        "covid",
    ];
    names.iter().any(|name| lower.starts_with(name))
        || is_amount(value)
        || lower
            .trim_end_matches(|letter: char| letter.is_ascii_lowercase())
            .chars()
            .all(|sign| sign.is_ascii_digit())
            && value.len() < 6
}

/// The cell to the right of a cell that is only a label, or the cells below a header.
fn beside(page: &Page<'_>, hit: &Hit, out: &mut Findings) -> bool {
    let row = page.line_start(hit.start, 4096);
    let before = page.slice(row..hit.start);
    let index = before.matches('\t').count();
    let is_header = page
        .columns
        .get(index)
        .is_some_and(|hits| hits.iter().any(|known| known.start == hit.start));
    let line_end = page.line_end(hit.end, 4096);
    let cells = page.slice(hit.end..line_end);
    let (label, right) = cells.split_once('\t').unwrap_or((cells, ""));
    let start = before.rfind('\t').map_or(row, |tab| row + tab + 1);
    let lead = page.slice(start..hit.start);
    let is_label = !crate::context::label_hits(page, start..hit.end + label.len()).is_empty()
        && !label.trim_end_matches([' ', ':']).contains([':', '=']);
    if is_header {
        column(page, index, line_end, out);
        return true;
    }
    let value = right.split('\t').next().unwrap_or("").trim();
    if is_label && lead.len() < 30 && is_cell_value(value) && !is_blocked(label) {
        let from = hit.end + label.len() + 1;
        let indent = right.len() - right.trim_start().len();
        push(page, from + indent..from + indent + value.len(), out);
        return true;
    }
    false
}

fn is_cell_value(value: &str) -> bool {
    let length = value.chars().count();
    (4..=64).contains(&length)
        && !value.contains(' ')
        && !is_placeholder(value)
        && !is_withheld(value)
        && !is_foreign(value)
}

/// The columns whose headers are read as those of passwords; more would make a hostile table slow.
const MOST_COLUMNS: usize = 64;

/// The cells of a column below its header.
fn column(page: &Page<'_>, index: usize, header_end: usize, out: &mut Findings) {
    if index >= MOST_COLUMNS {
        return;
    }
    let mut start = header_end + 1;
    for line in page.slice(start..page.bytes.len()).split_inclusive('\n') {
        let mut from = start;
        start += line.len();
        for (number, cell) in line.trim_end_matches('\n').split('\t').enumerate() {
            if number == index && is_cell_value(cell) {
                push(page, from..from + cell.len(), out);
            }
            from += cell.len() + 1;
        }
    }
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
