//! The pay of persons: an amount with a word for pay near it.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::{Hit, Topic};
use crate::page::{Page, Token};
use crate::{Check, Kind, Layout};

/// The least amount that is pay where no currency stands by it, and the greatest pay, in any currency.
const AMOUNTS: std::ops::RangeInclusive<u64> = 1_000..=900_000_000;

/// The least amount with a currency.
const LEAST: u64 = 400;

/// Signs and codes of currencies, in capitals.
const CURRENCIES: [&str; 78] = [
    "€", "$", "£", "¥", "₽", "₴", "₺", "₩", "₹", "₪", "￥", "元", "円", "원", "万", "فرنك", "EUR",
    "USD", "GBP", "CHF", "JPY", "CNY", "RMB", "RUB", "UAH", "PLN", "CZK", "HUF", "RON", "BGN",
    "HRK", "RSD", "TRY", "SEK", "NOK", "DKK", "ISK", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD",
    "KRW", "INR", "ILS", "AED", "SAR", "EGP", "ZAR", "BRL", "MXN", "ARS", "CLP", "COP", "PEN",
    "THB", "MYR", "IDR", "VND", "PKR", "IRR", "KES", "NGN", "EURO", "EUROS", "KR", "KČ", "ZŁ",
    "FT", "LEI", "ЛВ", "РУБ", "ГРН", "TL", "R$", "DOLLAR", "POUND",
];

/// Further words for currencies, in small letters, by their beginnings.
const CURRENCY_WORDS: [&str; 24] = [
    "euro",
    "dollar",
    "dólar",
    "pound",
    "franc",
    "franken",
    "frank",
    "kron",
    "rubl",
    "рубл",
    "гривен",
    "złot",
    "korun",
    "forint",
    "yuan",
    "yen",
    "ريال",
    "درهم",
    "دولار",
    "دينار",
    "ευρώ",
    "שקל",
    "лев",
    "евро",
];

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if context.is_empty() || !(context.mentions(Topic::Salary) || context.mentions(Topic::Raise)) {
        return;
    }
    let before = page.byte_before(token.start);
    let is_inside = matches!(before, b'.' | b',' | b'\'' | b' ' | b'-' | b'/' | b':')
        && page.byte_before(token.start - 1).is_ascii_digit();
    if before.is_ascii_alphanumeric()
        || before == b'#'
        || before == b'-' && page.byte_before(token.start - 1) != b' ' && is_inside
    {
        return;
    }
    if is_inside && before != b'-' && continues(page, token) {
        return;
    }
    let Some(amount) = amount(page, token.start) else { return };
    let context = &Context::of(page, &amount.range);
    let has_currency =
        has_currency_before(page, token.start) || has_currency_after(page, amount.range.end);
    let salary = context.naming_past(&[Topic::Salary], 1);
    let is_named = salary.is_some_and(|hit| !is_setting(page, hit)) && !is_blocked(page, context);
    let raise = context.naming(&[Topic::Raise]);
    let is_raised = raise.is_some_and(|hit| !is_collected(page, hit, &amount.range))
        && (has_currency || is_lost_sign(page, amount.range.end))
        && amount.value >= 10_000;
    let is_column = page.layout == Layout::Table
        && salary.is_some_and(|hit| hit.end + 400 < token.start || hit.start < token.start);
    let is_year = !amount.is_grouped && (1900..=2100).contains(&amount.value);
    let is_plain = AMOUNTS.contains(&amount.value)
        && !is_year
        && (amount.is_grouped
            || is_column
            || amount.value >= 5_000 && token.end - token.start <= 8);
    let is_money = has_currency && amount.value >= LEAST;
    let is_other = || {
        is_numbered(page, token.start)
            || is_counted(page, amount.range.end)
            || is_purpose(page, &amount.range, salary)
    };
    if !has_currency && page.layout == Layout::Prose && is_other() {
        return;
    }
    if is_named && (is_money || is_plain) || is_raised {
        out.push(
            Kind::Salary,
            "salary",
            None,
            amount.range,
            amount.value.to_string(),
            Check::Context,
        );
    }
}

/// Parts of the names of settings of programs which are no amount of money, in small letters.
const SETTINGS: [&str; 17] = [
    "field",
    "column",
    "count",
    "limit",
    "row",
    "id",
    "size",
    "timeout",
    "length",
    "index",
    "port",
    "interval",
    "retention",
    "version",
    "batch",
    "code",
    "type",
];

/// Returns true if the word for pay is a part of the name of a setting: `SALARY_FIELDS = 12000`.
fn is_setting(page: &Page<'_>, hit: Hit) -> bool {
    let rest = page.slice(hit.end..page.line_end(hit.end, 24)).to_lowercase();
    let is_end = |sign: char| !sign.is_ascii_alphanumeric();
    let mut parts = rest.strip_prefix('_').into_iter().flat_map(|name| name.split(is_end).take(1));
    parts.any(|part| SETTINGS.contains(&part.trim_end_matches('s')))
}

/// Returns true if money was raised, not a person's pay: "raised £12,500 for charity".
fn is_collected(page: &Page<'_>, hit: Hit, amount: &Range<usize>) -> bool {
    let word = page.slice(hit.start..hit.end).to_ascii_lowercase();
    let gap = page.slice(hit.end..amount.start);
    let has_word = gap.split_whitespace().any(|word| {
        let letters = word.chars().filter(|sign| sign.is_alphabetic()).count();
        letters > 1 && !is_currency(word)
    });
    word.starts_with("rais") && hit.end <= amount.start && !has_word
}

/// Words and signs before the number of a document, a page, a run or a room, in small letters.
const NUMBERED: [&str; 58] = [
    "nr",
    "no",
    "n°",
    "nº",
    "n.º",
    "n.°",
    "№",
    "#",
    "num",
    "núm",
    "number",
    "nummer",
    "numer",
    "numéro",
    "numero",
    "número",
    "numărul",
    "číslo",
    "č",
    "szám",
    "sz",
    "номер",
    "ном",
    "αρ",
    "αριθμός",
    "id",
    "ref",
    "réf",
    "reference",
    "referenz",
    "run",
    "batch",
    "page",
    "pages",
    "seite",
    "p",
    "pp",
    "s",
    "str",
    "стр",
    "room",
    "raum",
    "zimmer",
    "form",
    "formular",
    "version",
    "line",
    "ticket",
    "case",
    "file",
    "code",
    "号",
    "番号",
    "번호",
    "رقم",
    "lauf",
    "numara",
    "sayfa",
];

/// Returns true if the number of something stands here, such as of a payslip.
fn is_numbered(page: &Page<'_>, start: usize) -> bool {
    let lead = page.slice(page.line_start(start, 24)..start).to_lowercase();
    if lead.trim_end().ends_with(['#', '№', '°', 'º']) || lead.ends_with("番号") {
        return true;
    }
    let lead = lead.trim_end_matches([' ', '.', ':', '-']);
    let word = lead.rsplit([' ', '(', '-', '\t', ',']).next().unwrap_or(lead);
    NUMBERED.contains(&word)
}

/// Beginnings of words for what is counted and is no money, in small letters.
const COUNTED: [&str; 85] = [
    "participant",
    "employee",
    "people",
    "person",
    "staff",
    "worker",
    "user",
    "respondent",
    "record",
    "row",
    "unit",
    "item",
    "page",
    "hour",
    "word",
    "member",
    "customer",
    "entries",
    "entry",
    "line",
    "file",
    "account",
    "compan",
    "job",
    "position",
    "vacanc",
    "applica",
    "candidate",
    "question",
    "answer",
    "document",
    "teilnehm",
    "mitarbeit",
    "beschäftig",
    "angestellt",
    "personen",
    "stunden",
    "seiten",
    "kunden",
    "stellen",
    "bewerb",
    "befragt",
    "employé",
    "salarié",
    "personne",
    "heure",
    "réponse",
    "empleado",
    "persona",
    "trabajador",
    "hora",
    "página",
    "encuesta",
    "dipendent",
    "persone",
    "lavorator",
    "ore ",
    "funcionári",
    "pessoa",
    "trabalhador",
    "medewerker",
    "werknemer",
    "deelnemer",
    "uren",
    "anställd",
    "medarbet",
    "ansatt",
    "henkilö",
    "työntek",
    "pracownik",
    "osób",
    "uczestnik",
    "godzin",
    "zaměstnanc",
    "osob",
    "hodin",
    "сотрудник",
    "человек",
    "работник",
    "участник",
    "часов",
    "人",
    "名",
    "명",
    "çalışan",
];

/// Returns true if the word behind an amount says that persons or things are counted.
fn is_counted(page: &Page<'_>, end: usize) -> bool {
    let text = page.slice(end..page.line_end(end, 24)).trim_start().to_lowercase();
    COUNTED.iter().any(|stem| text.starts_with(stem))
}

/// Returns true if the word for pay follows the amount with words between: "84,000 for the salary project".
fn is_purpose(page: &Page<'_>, amount: &Range<usize>, salary: Option<Hit>) -> bool {
    let Some(hit) = salary.filter(|hit| hit.start >= amount.end) else { return false };
    page.slice(amount.end..hit.start).split_whitespace().count() > 1
}

fn is_blocked(page: &Page<'_>, context: &Context<'_>) -> bool {
    page.layout == Layout::Prose && context.is_trade() && context.naming(&[Topic::Salary]).is_none()
}

/// Returns true if the token is a later group of an amount that began before it.
fn continues(page: &Page<'_>, token: &Token) -> bool {
    let before = page.byte_before(token.start);
    let lead = page.bytes.get(page.back(token.start, 5)..token.start - 1).unwrap_or(&[]);
    let digits = lead.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    before != b' ' || token.end - token.start == 3 && (1..=3).contains(&digits)
}

struct Amount {
    value: u64,
    range: Range<usize>,
    is_grouped: bool,
}

/// The amount that begins at an offset, without its decimals; `k`, `tys.` and the like multiply it.
fn amount(page: &Page<'_>, start: usize) -> Option<Amount> {
    let text = page.slice(start..page.boundary(page.bytes.len().min(start + 40)));
    let run = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = run(text);
    let first = length;
    let mut digits = text.get(..length)?.to_owned();
    let mut groups = 0;
    let mut between = None;
    while let Some(sign) = text.get(length..).and_then(|rest| rest.chars().next()) {
        let is_sign =
            matches!(sign, ',' | '.' | ' ' | '\'') && between.is_none_or(|known| known == sign);
        let tail = text.get(length + 1..).unwrap_or("");
        if !is_sign || run(tail) != 3 || first > 3 {
            break;
        }
        between = Some(sign);
        digits.push_str(tail.get(..3)?);
        length += 4;
        groups += 1;
    }
    let mut decimals = 0.0;
    if let Some(tail) = text.get(length..).and_then(|rest| rest.strip_prefix(['.', ','])) {
        let count = run(tail);
        if (1..=2).contains(&count) {
            decimals = format!("0.{}", tail.get(..count)?).parse().unwrap_or(0.0);
            length += 1 + count;
        }
    }
    if digits.len() > 12 || digits.is_empty() {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    let rest = text.get(length..)?;
    let (value, width) = multiplied(number, decimals, rest)?;
    let is_grouped = groups > 0 || width > 0;
    let end = start + length + width;
    let next = page.byte(end);
    let is_end = !next.is_ascii_alphanumeric() || has_currency_after(page, end);
    let is_other = matches!(next, b'%' | b'/' | b'-')
        && page.byte(end + 1).is_ascii_alphanumeric()
        && next != b'/'
        || next == b'%';
    (is_end && !is_other).then_some(Amount { value, range: start..end, is_grouped })
}

/// The amount with the multiplier behind it, and the length of the multiplier.
fn multiplied(number: u64, decimals: f64, rest: &str) -> Option<(u64, usize)> {
    let space = rest.len() - rest.trim_start_matches(' ').len();
    let word = rest.trim_start_matches(' ');
    let units: [(&str, u32); 14] = [
        ("тыс.", 1_000),
        ("тыс", 1_000),
        ("tys.", 1_000),
        ("tys", 1_000),
        ("tis.", 1_000),
        ("mila", 1_000),
        ("mil ", 1_000),
        ("thousand", 1_000),
        ("tausend", 1_000),
        ("万", 10_000),
        ("萬", 10_000),
        ("만", 10_000),
        ("k", 1_000),
        ("K", 1_000),
    ];
    let found = units.iter().find(|(unit, _)| {
        let next = word.get(unit.len()..).and_then(|tail| tail.chars().next());
        let is_single = *unit == "k" || *unit == "K";
        word.starts_with(unit)
            && (!is_single || (space == 0 && next.is_none_or(|next| !next.is_alphanumeric())))
    });
    let Some((unit, factor)) = found else { return Some((number, 0)) };
    let tenths =
        [(0.1, 1), (0.2, 2), (0.3, 3), (0.4, 4), (0.5, 5), (0.6, 6), (0.7, 7), (0.8, 8), (0.9, 9)];
    let nearest = tenths
        .iter()
        .find(|(share, _)| (decimals - share).abs() < 0.05)
        .map_or(0, |(_, tenth)| *tenth);
    let value =
        number.checked_mul(u64::from(*factor))?.checked_add(nearest * u64::from(*factor) / 10)?;
    Some((value, space + unit.trim_end().len()))
}

/// Returns true if a sign that a charset lacks, as older ones lack that of the euro, stood behind the amount.
fn is_lost_sign(page: &Page<'_>, end: usize) -> bool {
    let rest = page.slice(end..page.boundary(page.bytes.len().min(end + 5)));
    rest.starts_with(" ? ") || rest.starts_with(" ?\n") || rest.trim_start().starts_with('\u{fffd}')
}

fn is_currency(word: &str) -> bool {
    let capitals = word.trim_matches(['.', ',', '(', ')', ':', ';']).to_uppercase();
    let small = word.to_lowercase();
    CURRENCIES.contains(&capitals.as_str())
        || CURRENCY_WORDS.iter().any(|stem| small.starts_with(stem))
}

fn has_currency_before(page: &Page<'_>, start: usize) -> bool {
    let from = page.back(start, 14);
    let lead = page.slice(from..start).trim_end_matches([' ', '.']);
    let sign = lead.chars().next_back().map_or_else(String::new, String::from);
    let word = lead
        .rsplit(|sign: char| sign.is_whitespace() || matches!(sign, '(' | ':' | '='))
        .next()
        .unwrap_or("");
    is_currency(&sign) || is_currency(word)
}

fn has_currency_after(page: &Page<'_>, end: usize) -> bool {
    let text = page.slice(end..page.boundary(page.bytes.len().min(end + 24)));
    let text = text.strip_prefix(",-").unwrap_or(text).trim_start_matches([' ', '-']);
    let sign = text.chars().next().map_or_else(String::new, String::from);
    let mut words =
        text.split(|sign: char| sign.is_whitespace() || matches!(sign, ')' | '/' | ',' | '-'));
    let first = words.next().unwrap_or("");
    is_currency(&sign)
        || is_currency(first)
        || words.next().is_some_and(|second| CURRENCIES.contains(&second) && first.len() > 2)
}
