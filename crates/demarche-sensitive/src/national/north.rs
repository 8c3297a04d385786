#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::{Checksum, Context};
use crate::check::{digits, luhn, number, pair, sign_at, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "dk-cpr",
        country: "DK",
        title: "Danish personal number (CPR)",
        source: "CPR-kontoret, \"Personnummeret i CPR-systemet\", cpr.dk; no check digit since 2007",
        forms: &[("dddddd-dddd", Named), ("dddddddddd", Named), ("dddddd dddd", Named)],
        is_valid: |value| is_short_date(value, 0),
        check: Context,
    },
    Rule {
        id: "se-personnummer",
        country: "SE",
        title: "Swedish personal or coordination number",
        source: "Skatteverket, SKV 704 \"Personnummer\", skatteverket.se",
        forms: &[
            ("dddddddd-dddd", Nothing),
            ("dddddd-dddd", Generic),
            ("dddddd+dddd", Generic),
            ("dddddddddddd", Named),
            ("dddddddddd", Named),
            ("dddddd dddd", Named),
            ("dddddddd dddd", Named),
        ],
        is_valid: |value| {
            let short = value.get(value.len() - 10..).unwrap_or("");
            let (month, day) = (pair(short, 2), pair(short, 4));
            let is_year = value.len() == 10 || value.starts_with("19") || value.starts_with("20");
            let day = if day > 60 { day - 60 } else { day };
            is_year && is_day(2000, month, day) && luhn(&digits(short))
        },
        check: Checksum,
    },
    Rule {
        id: "no-fodselsnummer",
        country: "NO",
        title: "Norwegian birth or D number",
        source: "Skatteetaten, \"Fødselsnummer\", skatteetaten.no",
        forms: &[
            ("ddddddddddd", Nothing),
            ("dddddd ddddd", Nothing),
            ("dddddd-ddddd", Nothing),
            ("dd dd dd ddddd", Nothing),
        ],
        is_valid: norway,
        check: Checksum,
    },
    Rule {
        id: "fi-hetu",
        country: "FI",
        title: "Finnish personal identity code",
        source: "Digi- ja väestötietovirasto, \"Henkilötunnus\", dvv.fi",
        forms: &[("dddddd-dddX", Nothing), ("ddddddAdddX", Nothing), ("dddddd+dddX", Nothing)],
        is_valid: finland,
        check: Checksum,
    },
    Rule {
        id: "is-kennitala",
        country: "IS",
        title: "Icelandic identification number",
        source: "Þjóðskrá, \"Kennitölur\", skra.is",
        forms: &[("dddddd-dddd", Generic), ("dddddddddd", Named), ("dddddd dddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
            is_short_date(value, 40) && value.ends_with(['8', '9', '0']) && sum.is_multiple_of(11)
        },
        check: Checksum,
    },
    Rule {
        id: "ee-isikukood",
        country: "EE",
        title: "Estonian personal code",
        source: "EVS 585:2007; also Lithuania's Law on the Register of Residents",
        forms: &[("ddddddddddd", Generic)],
        is_valid: baltic,
        check: Checksum,
    },
    Rule {
        id: "lt-asmens-kodas",
        country: "LT",
        title: "Lithuanian personal code",
        source: "Law on the Register of Residents of Lithuania, article 8",
        forms: &[("ddddddddddd", Generic)],
        is_valid: baltic,
        check: Checksum,
    },
    Rule {
        id: "lv-personas-kods",
        country: "LV",
        title: "Latvian personal code",
        source: "Pilsonības un migrācijas lietu pārvalde, pmlp.gov.lv",
        forms: &[("dddddd-ddddd", Generic), ("ddddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
            let is_right =
                digits.last().is_some_and(|last| u32::from(*last) == (1 + sum) % 11 % 10);
            value.starts_with("32") || is_short_date(value, 0) && is_right
        },
        check: Context,
    },
];

/// Returns true if a number begins with day, month and year, the day raised by `raise` for legal persons or aliens.
fn is_short_date(value: &str, raise: u32) -> bool {
    let day = pair(value, 0);
    let is_date = |day| is_day(2000, pair(value, 2), day);
    is_date(day) || raise > 0 && day > raise && is_date(day - raise)
}

fn norway(value: &str) -> bool {
    let digits = digits(value);
    let first = weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    let month = pair(value, 2);
    let month = if month > 40 { month - 40 } else { month };
    let day = pair(value, 0);
    let day = if day > 40 { day - 40 } else { day };
    is_day(2000, month, day) && first.is_multiple_of(11) && second.is_multiple_of(11)
}

fn finland(value: &str) -> bool {
    let digits: String = value.chars().take(6).collect();
    let rest = value.get(6..).unwrap_or("");
    let rest = rest.strip_prefix(|sign| "ABCDEFYXWVU".contains(sign)).unwrap_or(rest);
    let Some((order, check)) = rest.split_at_checked(3) else { return false };
    let is_numeric = order.bytes().all(|byte| byte.is_ascii_digit());
    let whole = number(&crate::check::digits(&format!("{digits}{order}")));
    let remainder = u32::try_from(whole % 31).expect("a remainder by 31 is small");
    let expected = sign_at("0123456789ABCDEFHJKLMNPRSTUVWXY", remainder);
    is_numeric && order >= "002" && is_short_date(&digits, 0) && check.chars().next() == expected
}

fn baltic(value: &str) -> bool {
    let digits = digits(value);
    let first = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(&digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    let expected = if first < 10 { first } else { second };
    let is_dated = is_day(2000, pair(value, 3), pair(value, 5));
    is_dated
        && value.starts_with(['1', '2', '3', '4', '5', '6', '7', '8'])
        && digits.last().is_some_and(|last| u32::from(*last) == expected)
}
