//! Dates of birth, by the words near them.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::context::Context;
use crate::date::Birthday;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::{Check, Kind, Layout};

/// The beginnings of the months' names in many languages; of several that fit, the longest counts.
const MONTHS: &str = include_str!("words/months.txt");

/// The longest date in bytes.
const LONGEST: usize = 60;

/// The last year of two digits that is read as one of this century.
const CENTURY: u32 = 12;

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if context.is_empty() || token.end - token.start > 8 || !may_be_named(page, token, context) {
        return;
    }
    let before = page.byte_before(token.start);
    let is_inside =
        matches!(before, b'/' | b'.' | b'-') && page.byte_before(token.start - 1).is_ascii_digit();
    if is_inside {
        return;
    }
    let is_american = context.mentions(Topic::Ssn);
    let Some((range, day)) = date(page, token, is_american) else { return };
    let is_fit = if context.is_close(&[Topic::Birth], 1, 5) {
        !day.is_recent() || context.is_close(&[Topic::Birth], 1, 1)
    } else {
        !day.is_recent() && follows(page, &range)
    };
    if is_fit {
        out.push(Kind::Dob, "date-of-birth", None, range, day.iso(), Check::Context);
    }
}

/// Returns true if a word for birth is near the token, or behind the date that may begin with it.
fn may_be_named(page: &Page<'_>, token: &Token, context: &Context<'_>) -> bool {
    context.mentions(Topic::Birth)
        || page.layout == Layout::Prose && {
            let end = token.end + LONGEST + BEHIND;
            page.hits_in(&(token.end..end)).iter().any(|hit| hit.topic == Topic::Birth)
        }
}

/// The bytes between a date and the word for birth behind it: "am 12. Mai 1974 in Kiel geboren".
const BEHIND: usize = 32;

/// The most words between a date and the word for birth behind it.
const BETWEEN: usize = 3;

/// Beginnings of words for the day that is kept each year: of them a date tells as often the year of the party.
const PARTIES: [&str; 22] = [
    "birthday",
    "bday",
    "geburtstag",
    "anniversaire",
    "cumpleaños",
    "compleanno",
    "aniversário",
    "verjaardag",
    "födelsedag",
    "fødselsdag",
    "syntymäpäiv",
    "narozenin",
    "день рож",
    "誕生日",
    "生日",
    "생일",
    "doğum günü",
    "narodenin",
    "születésnap",
    "urodziny",
    "urodzin",
    "aniversar",
];

/// Returns true if a word for birth stands behind the date in the same clause, and has no date of its own.
fn follows(page: &Page<'_>, date: &Range<usize>) -> bool {
    if page.layout != Layout::Prose {
        return false;
    }
    // The sign for "day" belongs to the date and to the word 日生.
    let from = date.end - usize::from(page.slice(date.clone()).ends_with('日')) * '日'.len_utf8();
    let hits = page.hits_in(&(from..date.end + BEHIND));
    let Some(hit) = hits.first().filter(|hit| hit.topic == Topic::Birth) else { return false };
    let gap = page.slice(date.end..hit.start.max(date.end));
    let own = page.slice(hit.end..page.boundary(page.bytes.len().min(hit.end + BEHIND)));
    if hit.start < date.end && own.starts_with(is_joined) {
        return false;
    }
    // Words that follow in their own clause, such as "in Bonn", do not make the date behind them another's.
    let own = own.split([',', ';', '\n']).next().unwrap_or(own);
    // A short word before a full stop is an abbreviation, such as that of "year".
    let mut sentences = gap.split(". ").collect::<Vec<_>>();
    sentences.pop();
    let last_word =
        |part: &&str| part.chars().rev().take_while(|sign| sign.is_alphabetic()).count();
    let is_stop = |part: &&str| !(1..=3).contains(&last_word(part));
    let has_end = gap.contains([',', ';', ':', '!', '?', '|']) || sentences.iter().any(is_stop);
    let words = gap.split_whitespace().filter(|word| word.chars().count() > 1).count();
    let word = page.slice(hit.start..hit.end).to_lowercase();
    !has_end
        && !gap.contains("\n\n")
        && words <= BETWEEN
        && !own.bytes().any(|byte| byte.is_ascii_digit())
        && !own.starts_with([':', '='])
        && !PARTIES.iter().any(|party| word.starts_with(party))
}

/// Returns true for a sign that makes of 生 a longer word, such as 生産 ("production").
fn is_joined(sign: char) -> bool {
    matches!(sign, '\u{4E00}'..='\u{9FFF}') && !matches!(sign, '于' | '於' | '人')
}

/// The date that begins at a token, or of which the token is the day behind a month's name.
fn date(page: &Page<'_>, token: &Token, is_american: bool) -> Option<(Range<usize>, Birthday)> {
    let from = token.start;
    let text = page.slice(from..page.boundary(page.bytes.len().min(from + LONGEST)));
    if let Some(found) = era(page, from, text) {
        return Some(found);
    }
    if let Some((length, day)) = compact(text, token).or_else(|| numeric(text, is_american)) {
        return page.is_right_edge(from + length).then_some((from..from + length, day));
    }
    if let Some((length, day)) = named(text).or_else(|| descending(text)) {
        return Some((from..from + length, day));
    }
    let lead_from = page.back(from, 24);
    let lead = page.slice(lead_from..from).trim_end_matches([' ', '.']);
    let start = lead.rfind(|sign: char| !sign.is_alphabetic()).map_or(0, |gap| {
        gap + lead.get(gap..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let month = month(lead.get(start..)?)?;
    let (day, rest) = leading_number(text)?;
    let rest_start = text.len() - rest.len();
    let tail = rest
        .trim_start_matches(|sign: char| sign.is_ascii_alphabetic() || matches!(sign, ',' | ' '));
    let (year, after) = leading_number(tail)?;
    let length = rest_start + (rest.len() - after.len());
    let day = Birthday::new(year, month, day)?;
    (rest_start <= 2).then_some((lead_from + start..from + length, day))
}

/// An era: its names, the year of our count before its first, and its last year.
struct Era(&'static [&'static str], u32, u32);

/// The eras by which Japan and Taiwan count years; the first year is also written 元.
///
/// Source: Japan, Era Name Act (Act No. 43 of 1979) and the Cabinet Orders of 1989 and 2019 for Heisei and Reiwa; the
/// Republic of China counts from 1912.
const ERAS: [Era; 6] = [
    Era(&["令和", "㋿", "令", "R"], 2018, 99),
    Era(&["平成", "㍻", "平", "H"], 1988, 31),
    Era(&["昭和", "㍼", "昭", "S"], 1925, 64),
    Era(&["大正", "㍽", "大", "T"], 1911, 15),
    Era(&["明治", "㍾", "明", "M"], 1867, 45),
    Era(&["民國", "民国"], 1911, 199),
];

/// A date by the year of an era: 昭和60年4月3日, 平成元年5月1日, S60.4.3.
fn era(page: &Page<'_>, from: usize, text: &str) -> Option<(Range<usize>, Birthday)> {
    let is_letter = text.starts_with(|sign: char| sign.is_ascii_uppercase());
    let (rest, lead_from) = if is_letter { (text, from) } else { (text, page.back(from, 12)) };
    let lead = page.slice(lead_from..from).trim_end();
    let first = lead.strip_suffix("元年");
    let lead = first.unwrap_or(lead).trim_end();
    let (name, Era(_, before, last)) = ERAS.iter().find_map(|era| {
        let fits = |name: &&&str| {
            if is_letter { rest.starts_with(**name) } else { lead.ends_with(**name) }
        };
        era.0.iter().find(fits).map(|name| (*name, era))
    })?;
    let start = if is_letter { from } else { lead_from + lead.len() - name.len() };
    let rest = if is_letter { rest.strip_prefix(name)?.trim_start_matches('.') } else { rest };
    let (year, month, day, after) = if first.is_some() {
        let (month, rest) = leading_number(rest)?;
        let (day, rest) = leading_number(rest.strip_prefix('月')?.trim_start())?;
        (1, month, day, rest)
    } else {
        let (year, rest) = leading_number(rest)?;
        let sign = rest.chars().next().filter(|sign| matches!(sign, '年' | '.' | '/' | '-'))?;
        let (month, rest) = leading_number(rest.strip_prefix(sign)?.trim_start())?;
        let sign = if sign == '年' { '月' } else { sign };
        let (day, rest) = leading_number(rest.strip_prefix(sign)?.trim_start())?;
        (year, month, day, rest)
    };
    let after = after.strip_prefix('日').unwrap_or(after);
    let end = from + (text.len() - after.len());
    let is_year = (1..=*last).contains(&year);
    is_year.then(|| Some((start..end, Birthday::new(before + year, month, day)?))).flatten()
}

/// Eight digits, year first or last.
fn compact(text: &str, token: &Token) -> Option<(usize, Birthday)> {
    if !token.is_number || token.end - token.start != 8 {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let first = Birthday::new(part(0, 4)?, part(4, 6)?, part(6, 8)?);
    first.or_else(|| Birthday::new(part(4, 8)?, part(2, 4)?, part(0, 2)?)).map(|day| (8, day))
}

/// Three numbers with the same sign between them, or with the signs of China, Japan and Korea.
fn numeric(text: &str, is_american: bool) -> Option<(usize, Birthday)> {
    let (first, rest) = leading_number(text)?;
    let first_length = text.len() - rest.len();
    if let Some(day) = eastern(first, first_length, rest) {
        let (tail, day) = day;
        return Some((text.len() - tail.len(), day));
    }
    let sign = rest.chars().next().filter(|sign| matches!(sign, '.' | '/' | '-' | ' '))?;
    let skip = |rest: &'_ str| -> Option<usize> {
        let tail = rest.strip_prefix(sign)?;
        Some(rest.len() - tail.trim_start_matches(' ').len())
    };
    let second_text = rest.get(skip(rest)?..)?;
    let (second, rest) = leading_number(second_text)?;
    let third_text = rest.get(skip(rest)?..)?;
    let (third, after) = leading_number(third_text)?;
    let third_length = third_text.len() - after.len();
    let length = text.len() - after.len();
    if sign == ' ' && first_length != 2 && first_length != 4 {
        return None;
    }
    let day = match (first_length, third_length) {
        (4, 1 | 2) => Birthday::new(first, second, third)?,
        (1 | 2, 4) => ordered(first, second, third, is_american && sign != '.')?,
        (1 | 2, 2) => ordered(first, second, full_year(third), is_american && sign != '.')?,
        _ => return None,
    };
    Some((length, day))
}

fn full_year(short: u32) -> u32 {
    if short <= CENTURY { 2000 + short } else { 1900 + short }
}

/// Day before month, unless the context is American or only the other order is a day.
fn ordered(first: u32, second: u32, year: u32, is_american: bool) -> Option<Birthday> {
    let (european, american) =
        (Birthday::new(year, second, first), Birthday::new(year, first, second));
    if is_american { american.or(european) } else { european.or(american) }
}

/// A date with the signs for year, month and day, such as 1980年5月3日; the rest of the text behind it.
fn eastern(year: u32, length: usize, rest: &str) -> Option<(&str, Birthday)> {
    let units = [["年", "月", "日"], ["년", "월", "일"]];
    let [year_sign, month_sign, day_sign] =
        units.into_iter().find(|[sign, ..]| rest.starts_with(sign))?;
    let (month, rest) = leading_number(rest.strip_prefix(year_sign)?.trim_start())?;
    let (day, rest) = leading_number(rest.strip_prefix(month_sign)?.trim_start())?;
    let rest = rest.strip_prefix(day_sign).unwrap_or(rest);
    (length == 4).then(|| Some((rest, Birthday::new(year, month, day)?))).flatten()
}

/// A day, a month's name and a year: "3 May 1980", "3. Mai 1980", "3 de mayo de 1980", "3rd of May, 1980".
fn named(text: &str) -> Option<(usize, Birthday)> {
    let (day, rest) = leading_number(text)?;
    let is_ordinal = |word: &str| matches!(word, "st" | "nd" | "rd" | "th" | "er" | "º" | "ª");
    let mut rest = rest;
    let mut month_number = None;
    for _ in 0..3 {
        rest = rest.trim_start_matches([' ', '.', '-', ',', '/']);
        let end =
            rest.find(|sign: char| !sign.is_alphabetic() && sign != 'º').unwrap_or(rest.len());
        let (word, tail) = rest.split_at_checked(end)?;
        rest = tail;
        if is_ordinal(word)
            || matches!(word.to_lowercase().as_str(), "de" | "of" | "d" | "den" | "le" | "the")
        {
            continue;
        }
        month_number = month(word);
        break;
    }
    let month = month_number?;
    let tail = rest.trim_start_matches([' ', '.', '-', ',', '/']);
    let tail =
        ["de ", "del ", "of "].iter().find_map(|word| tail.strip_prefix(word)).unwrap_or(tail);
    let (year, after) = leading_number(tail)?;
    let year = if tail.len() - after.len() == 2 { full_year(year) } else { year };
    Some((text.len() - after.len(), Birthday::new(year, month, day)?))
}

/// A year, a month's name and a day, as Hungary writes them: "1987. május 22."
fn descending(text: &str) -> Option<(usize, Birthday)> {
    let (year, rest) = leading_number(text)?;
    let rest = rest.trim_start_matches(['.', ' ', '-', ',']);
    let end = rest.find(|sign: char| !sign.is_alphabetic())?;
    let (word, rest) = rest.split_at_checked(end)?;
    let (day, after) = leading_number(rest.trim_start_matches(['.', ' ', '-']))?;
    Some((text.len() - after.len(), Birthday::new(year, month(word)?, day)?))
}

/// The number of at most four digits at the start of a text, and the rest.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    (1..=4).contains(&length).then(|| digits.parse().ok()).flatten().map(|number| (number, rest))
}

/// The month of a name or its beginning.
fn month(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    let mut best: Option<(usize, u32)> = None;
    for line in MONTHS.lines() {
        let (number, stems) = line.split_once(' ')?;
        for stem in stems.split(' ').filter(|stem| word.starts_with(&stem.to_lowercase())) {
            if best.is_none_or(|(length, _)| stem.len() > length) {
                best = number.parse().ok().map(|number| (stem.len(), number));
            }
        }
    }
    best.map(|(_, number)| number)
}
