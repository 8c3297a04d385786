#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::Checksum;
use crate::check::{digits, mod11_10, number, pair, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "pl-pesel",
        country: "PL",
        title: "Polish personal number (PESEL)",
        source: "Act of 24 September 2010 on population records; gov.pl",
        forms: &[("ddddddddddd", Generic), ("dddddd ddddd", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
            sum.is_multiple_of(10) && is_day(2000, pair(value, 2) % 20, pair(value, 4))
        },
        check: Checksum,
    },
    Rule {
        id: "pl-nip",
        country: "PL",
        title: "Polish taxpayer number (NIP)",
        source: "Act of 13 October 1995 on the registration of taxpayers; podatki.gov.pl",
        forms: &[("ddd-ddd-dd-dd", Named), ("ddd-dd-dd-ddd", Named), ("dddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11;
            digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "cz-rodne-cislo",
        country: "CZ",
        title: "Czech or Slovak birth number",
        source: "Act 133/2000 of the Czech Republic on population records, § 13",
        forms: &[("dddddd/dddd", Nothing), ("dddddd dddd", Named), ("dddddddddd", Generic)],
        is_valid: czech,
        check: Checksum,
    },
    Rule {
        id: "sk-rodne-cislo",
        country: "SK",
        title: "Slovak birth number",
        source: "Act 301/1995 of the Slovak Republic on birth numbers",
        forms: &[("dddddddddd", Named)],
        is_valid: czech,
        check: Checksum,
    },
    Rule {
        id: "ro-cnp",
        country: "RO",
        title: "Romanian personal number (CNP)",
        source: "Government decision 1375/2006, Romania",
        forms: &[
            ("ddddddddddddd", Generic),
            ("d dd dd dd dd ddd d", Nothing),
            ("d dddddd dddddd", Generic),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let rest = weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
            let check = if rest == 10 { 1 } else { rest };
            let is_dated = is_day(2000, pair(value, 3), pair(value, 5));
            is_dated
                && !value.starts_with('0')
                && digits.last().is_some_and(|last| u32::from(*last) == check)
        },
        check: Checksum,
    },
    Rule {
        id: "bg-egn",
        country: "BG",
        title: "Bulgarian personal number (EGN)",
        source: "Civil Registration Act, article 11; GRAO, grao.bg",
        forms: &[("dddddddddd", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10;
            let month = pair(value, 2);
            let month = if month > 20 { month % 20 } else { month };
            is_day(2000, month, pair(value, 4))
                && digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "hu-szemelyi-azonosito",
        country: "HU",
        title: "Hungarian personal identifier",
        source: "Act XX of 1996, annex; net.jogtar.hu",
        forms: &[("d dddddd dddd", Named), ("d-dddddd-dddd", Generic), ("ddddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let check = digits.last().map(|last| u32::from(*last));
            let rising = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
            let falling = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
            is_day(2000, pair(value, 3), pair(value, 5))
                && [rising, falling].map(Some).contains(&check)
        },
        check: Checksum,
    },
    Rule {
        id: "hu-taj",
        country: "HU",
        title: "Hungarian social security number (TAJ)",
        source: "Act XX of 1996, annex; net.jogtar.hu",
        forms: &[("ddd ddd ddd", Named), ("ddd-ddd-ddd", Named), ("ddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10;
            digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "hu-adoazonosito",
        country: "HU",
        title: "Hungarian tax identifier of persons",
        source: "Act XX of 1996, annex; nav.gov.hu",
        forms: &[("dddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
            value.starts_with('8') && digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "hr-oib",
        country: "HR",
        title: "Croatian personal identification number (OIB)",
        source: "Ordinance on the personal identification number, Porezna uprava; ISO/IEC 7064",
        forms: &[("ddddddddddd", Named)],
        is_valid: |value| mod11_10(&digits(value)),
        check: Checksum,
    },
    Rule {
        id: "si-emso",
        country: "SI",
        title: "Slovenian personal number (EMŠO)",
        source: "Central Population Register Act, Slovenia",
        forms: &[("ddddddddddddd", Generic)],
        is_valid: |value| yugoslav(value, 50..=59),
        check: Checksum,
    },
    Rule {
        id: "rs-jmbg",
        country: "RS",
        title: "Serbian personal number (JMBG)",
        source: "Law on the unique master citizen number, Serbia",
        forms: &[("ddddddddddddd", Generic)],
        is_valid: |value| yugoslav(value, 70..=99),
        check: Checksum,
    },
    Rule {
        id: "ba-jmb",
        country: "BA",
        title: "Bosnian personal number (JMB)",
        source: "Law on the unique master number, Bosnia and Herzegovina",
        forms: &[("ddddddddddddd", Named)],
        is_valid: |value| yugoslav(value, 10..=19),
        check: Checksum,
    },
    Rule {
        id: "mk-embg",
        country: "MK",
        title: "Macedonian personal number (EMBG)",
        source: "Law on the master number of the citizen, North Macedonia",
        forms: &[("ddddddddddddd", Named)],
        is_valid: |value| yugoslav(value, 41..=49),
        check: Checksum,
    },
    Rule {
        id: "ru-snils",
        country: "RU",
        title: "Russian insurance number (SNILS)",
        source: "Social Fund of Russia, federal law 27-FZ of 1996",
        forms: &[
            ("ddd-ddd-ddd dd", Nothing),
            ("ddd-ddd-ddd-dd", Nothing),
            ("ddd ddd ddd dd", Generic),
            ("ddddddddddd", Named),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let Some((body, check)) = digits.split_at_checked(9) else { return false };
            let sum = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
            let rest = if sum > 101 { sum % 101 } else { sum };
            let expected = if rest >= 100 { 0 } else { rest };
            number(body) > 1_001_998 && number(check) == u64::from(expected)
        },
        check: Checksum,
    },
    Rule {
        id: "ru-inn",
        country: "RU",
        title: "Russian taxpayer number of persons (INN)",
        source: "Federal Tax Service, order ED-7-14/559@ of 2020; nalog.gov.ru",
        forms: &[("dddddddddddd", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let first = weighted(&digits, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            let second = weighted(&digits, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
            let checks =
                digits.get(10..).map(|checks| checks.iter().map(|check| u32::from(*check)));
            number(&digits) > 0 && checks.is_some_and(|checks| checks.eq([first, second]))
        },
        check: Checksum,
    },
    Rule {
        id: "ua-rnokpp",
        country: "UA",
        title: "Ukrainian taxpayer number of persons (RNOKPP)",
        source: "Ministry of Finance, order 822 of 2017, Ukraine",
        forms: &[("dddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let first = digits.first().map_or(0, |first| u32::from(*first));
            let rest = weighted(digits.get(1..).unwrap_or(&[]), &[5, 7, 9, 4, 6, 10, 5, 7]);
            let sum = (rest + 11 * 20 - first) % 11 % 10;
            number(&digits) > 0 && digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "kz-iin",
        country: "KZ",
        title: "Kazakh individual number (IIN)",
        source: "Law 223-III of 2007 on national registers of identification numbers, Kazakhstan",
        forms: &[("dddddddddddd", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let first = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
            let second = weighted(&digits, &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
            let check = if first == 10 { second } else { first };
            is_day(2000, pair(value, 2), pair(value, 4))
                && digits.last().is_some_and(|last| u32::from(*last) == check)
        },
        check: Checksum,
    },
];

/// Ten digits are a multiple of 11, or their first nine leave 10 and the last is 0; months of women are raised by 50.
fn czech(value: &str) -> bool {
    let digits = digits(value);
    let Some((body, [check])) = digits.split_at_checked(9) else { return false };
    let month = match pair(value, 2) {
        month @ 71..=82 => month - 70,
        month @ 51..=62 => month - 50,
        month @ 21..=32 => month - 20,
        month => month,
    };
    let rest = number(body) % 11;
    is_day(2000, month, pair(value, 4)) && u64::from(*check) == rest % 10
}

/// Day, month and the last three digits of the year, then a region, an order and a check digit by 11.
fn yugoslav(value: &str, regions: std::ops::RangeInclusive<u32>) -> bool {
    let digits = digits(value);
    let sum = weighted(&digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = (11 - sum) % 11 % 10;
    let is_year = matches!(value.get(4..5), Some("9" | "0"));
    let is_dated = is_day(2000, pair(value, 2), pair(value, 0));
    is_year
        && is_dated
        && regions.contains(&pair(value, 7))
        && digits.last().is_some_and(|last| u32::from(*last) == check)
}
