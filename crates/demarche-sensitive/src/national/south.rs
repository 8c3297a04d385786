#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::{Checksum, Format};
use crate::check::{digits, luhn, number, order, place_in, sign_at, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "es-dni",
        country: "ES",
        title: "Spanish identity number (DNI)",
        source: "Ministerio del Interior, \"Cálculo del dígito de control del NIF/NIE\", interior.gob.es",
        forms: &[
            ("ddddddddA", Nothing),
            ("dddddddd-A", Nothing),
            ("dd.ddd.ddd-A", Nothing),
            ("dd.ddd.dddA", Nothing),
            ("dd.ddd.ddd A", Nothing),
            ("dddddddd A", Generic),
        ],
        is_valid: |value| spanish(value),
        check: Checksum,
    },
    Rule {
        id: "es-nie",
        country: "ES",
        title: "Spanish identity number of foreigners (NIE)",
        source: "Ministerio del Interior, \"Cálculo del dígito de control del NIF/NIE\", interior.gob.es",
        forms: &[
            ("AdddddddA", Nothing),
            ("A-ddddddd-A", Nothing),
            ("Addddddd-A", Nothing),
            ("A ddddddd A", Generic),
        ],
        is_valid: |value| {
            let first = value.chars().next().and_then(|letter| "XYZ".find(letter));
            first.is_some_and(|first| spanish(&format!("{first}{}", value.get(1..).unwrap_or(""))))
        },
        check: Checksum,
    },
    Rule {
        id: "it-codice-fiscale",
        country: "IT",
        title: "Italian fiscal code",
        source: "Ministerial decree of 12 March 1974, no. 2227; agenziaentrate.gov.it",
        forms: &[
            ("AAAAAAXXAXXAXXXA", Nothing),
            ("AAA AAA XXAXX AXXXA", Nothing),
            ("AAAAAA XXAXX AXXXA", Nothing),
        ],
        is_valid: italy,
        check: Checksum,
    },
    Rule {
        id: "pt-nif",
        country: "PT",
        title: "Portuguese taxpayer number (NIF)",
        source: "Decree-Law 14/2013; info.portaldasfinancas.gov.pt",
        forms: &[("ddddddddd", Named), ("ddd ddd ddd", Named), ("ddd.ddd.ddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let rest = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            let check = if rest < 2 { 0 } else { 11 - rest };
            !value.starts_with('0') && digits.last().is_some_and(|last| u32::from(*last) == check)
        },
        check: Checksum,
    },
    Rule {
        id: "pt-cartao-de-cidadao",
        country: "PT",
        title: "Portuguese citizen card",
        source: "\"Validação de número de documento do Cartão de Cidadão\", autenticacao.gov.pt",
        forms: &[
            ("dddddddd d XXd", Generic),
            ("ddddddddd XXd", Generic),
            ("dddddddddXXd", Generic),
            ("dddddddd-d XXd", Generic),
        ],
        is_valid: |value| {
            let values = value.chars().map(order).zip(0..);
            let doubled = values.map(|(value, index)| match (index % 2, value) {
                (0, 5..) => value * 2 - 9,
                (0, _) => value * 2,
                _ => value,
            });
            let letters = value.get(9..11).unwrap_or("");
            letters.bytes().any(|byte| byte.is_ascii_uppercase())
                && doubled.sum::<u32>().is_multiple_of(10)
        },
        check: Checksum,
    },
    Rule {
        id: "gr-amka",
        country: "GR",
        title: "Greek social security number (AMKA)",
        source: "Law 3655/2008, article 153; amka.gr",
        forms: &[("ddddddddddd", Generic), ("dddddd ddddd", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let two = |from: usize| digits.get(from..from + 2).map_or(0, number);
            let is_dated = (1..=31).contains(&two(0)) && (1..=12).contains(&two(2));
            is_dated && luhn(&digits)
        },
        check: Checksum,
    },
    Rule {
        id: "gr-afm",
        country: "GR",
        title: "Greek taxpayer number (AFM)",
        source: "Independent Authority for Public Revenue, aade.gr",
        forms: &[("ddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10;
            number(&digits) > 0 && digits.last().is_some_and(|last| u32::from(*last) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "cy-tic",
        country: "CY",
        title: "Cypriot taxpayer number",
        source: "European Commission, \"TIN by country\", ec.europa.eu",
        forms: &[("ddddddddA", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let odd = |digit: u8| ODD.get(usize::from(digit)).copied();
            let values = digits.iter().zip(0..).map(|(digit, index)| {
                if index % 2 == 0 { odd(*digit) } else { Some(u32::from(*digit)) }
            });
            let Some(sum) = values.sum::<Option<u32>>() else { return false };
            let letter = value.chars().next_back().and_then(|letter| letter.to_digit(36));
            letter == Some(10 + sum % 26)
        },
        check: Checksum,
    },
    Rule {
        id: "mt-identity-card",
        country: "MT",
        title: "Maltese identity card",
        source: "European Commission, \"TIN by country\", ec.europa.eu",
        forms: &[("dddddddA", Named), ("ddddddA", Named)],
        is_valid: |value| value.ends_with(['M', 'G', 'A', 'P', 'L', 'H', 'B', 'Z']),
        check: Format,
    },
    Rule {
        id: "tr-tckn",
        country: "TR",
        title: "Turkish identity number",
        source: "Nüfus ve Vatandaşlık İşleri Genel Müdürlüğü, nvi.gov.tr",
        forms: &[("ddddddddddd", Generic), ("ddd ddd ddd dd", Generic)],
        is_valid: turkey,
        check: Checksum,
    },
];

fn spanish(value: &str) -> bool {
    let remainder = u32::try_from(number(&digits(value)) % 23).expect("a remainder by 23 is small");
    let expected = sign_at("TRWAGMYFPDXBNJZSQVHLCKE", remainder);
    expected == value.chars().next_back() && digits(value).len() == 8
}

/// The values of `0` to `9` and `A` to `Z` at odd places of a fiscal code.
const ODD: [u32; 36] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6,
    8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// The check letter is right, and the parts are digits or the letters that replace them for namesakes.
fn italy(value: &str) -> bool {
    let is_number = |index: usize| matches!(index, 6 | 7 | 9 | 10 | 12 | 13 | 14);
    let is_formed = value.chars().enumerate().all(|(index, sign)| {
        if is_number(index) {
            sign.is_ascii_digit() || "LMNPQRSTUV".contains(sign)
        } else {
            sign.is_ascii_uppercase()
        }
    });
    let plain = |sign: char| sign.to_digit(10).or(place_in("LMNPQRSTUV", sign).checked_sub(1));
    let day =
        value.chars().skip(9).take(2).filter_map(plain).fold(0, |sum, digit| sum * 10 + digit);
    let Some(letter) = value.chars().nth(8) else { return false };
    let (month, day) = (place_in("ABCDEHLMPRST", letter), day % 40);
    let values = value.chars().take(15).map(order).zip(0..).map(|(order, index)| match order {
        _ if index % 2 == 0 => ODD.get(usize::try_from(order).ok()?).copied(),
        10.. => Some(order - 10),
        _ => Some(order),
    });
    let Some(sum) = values.sum::<Option<u32>>() else { return false };
    let check = value.chars().last().and_then(|letter| letter.to_digit(36));
    is_formed && is_day(2000, month, day) && check == Some(10 + sum % 26)
}

fn turkey(value: &str) -> bool {
    let digits = digits(value);
    let [body @ .., tenth, last] = digits.as_slice() else { return false };
    let odd = weighted(body, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(body, &[0, 1, 0, 1, 0, 1, 0, 1, 0]);
    let first = (odd * 7 + 90 - even) % 10;
    let second = (odd + even + u32::from(*tenth)) % 10;
    !value.starts_with('0') && u32::from(*tenth) == first && u32::from(*last) == second
}
