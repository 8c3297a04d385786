#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::{Checksum, Context};
use crate::check::{digits, luhn, mod11_10, number, verhoeff, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "fr-nir",
        country: "FR",
        title: "French social security number (NIR)",
        source: "INSEE, \"Le numéro d'inscription au répertoire\", insee.fr",
        forms: &[
            ("d dd dd XX ddd ddd dd", Nothing),
            ("d dd dd XX ddd ddd/dd", Nothing),
            ("d-dd-dd-XX-ddd-ddd-dd", Nothing),
            ("dddddXXdddddd dd", Nothing),
            ("dddddXXdddddddd", Nothing),
        ],
        is_valid: nir,
        check: Checksum,
    },
    Rule {
        id: "be-national-number",
        country: "BE",
        title: "Belgian national number",
        source: "Royal decree of 3 April 1984 on the composition of the national number",
        forms: &[
            ("dd.dd.dd-ddd.dd", Nothing),
            ("dd.dd.dd ddd.dd", Nothing),
            ("dd.dd.dd-ddd-dd", Nothing),
            ("dddddd-ddd-dd", Generic),
            ("dddddd ddd dd", Generic),
            ("ddddddddddd", Generic),
        ],
        is_valid: belgium,
        check: Checksum,
    },
    Rule {
        id: "nl-bsn",
        country: "NL",
        title: "Dutch citizen service number (BSN)",
        source: "Rijksdienst voor Identiteitsgegevens, \"Logisch ontwerp BSN\", rvig.nl",
        forms: &[
            ("ddddddddd", Named),
            ("dddd.dd.ddd", Named),
            ("ddd ddd ddd", Named),
            ("dddd dd ddd", Named),
            ("ddd.ddd.ddd", Named),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 10]);
            number(&digits) > 0 && sum.is_multiple_of(11)
        },
        check: Checksum,
    },
    Rule {
        id: "de-steuer-id",
        country: "DE",
        title: "German tax identification number",
        source: "Bundeszentralamt für Steuern, \"Steueridentifikationsnummer\", bzst.de",
        forms: &[("ddddddddddd", Named), ("dd ddd ddd ddd", Generic), ("dd/ddd/ddd/ddd", Generic)],
        is_valid: germany,
        check: Checksum,
    },
    Rule {
        id: "de-pension-number",
        country: "DE",
        title: "German pension insurance number",
        source: "Deutsche Rentenversicherung, \"Versicherungsnummer\", § 147 SGB VI and VKVV",
        forms: &[
            ("ddddddddAddd", Generic),
            ("dd dddddd A ddd", Nothing),
            ("dd dddddd Addd", Generic),
        ],
        is_valid: pension,
        check: Checksum,
    },
    Rule {
        id: "at-svnr",
        country: "AT",
        title: "Austrian social insurance number",
        source: "Dachverband der Sozialversicherungsträger, § 31 ASVG",
        forms: &[
            ("dddd dddddd", Generic),
            ("dddd-dddddd", Generic),
            ("dddddddddd", Named),
            ("dddd dd dd dd", Generic),
            ("dddd/dddddd", Generic),
        ],
        is_valid: austria,
        check: Checksum,
    },
    Rule {
        id: "ch-ahv",
        country: "CH",
        title: "Swiss social insurance number (AHV, AVS)",
        source: "Zentrale Ausgleichsstelle, \"AHV-Nummer\", zas.admin.ch; EAN-13 of GS1",
        forms: &[
            ("ddd.dddd.dddd.dd", Nothing),
            ("ddd dddd dddd dd", Nothing),
            ("ddddddddddddd", Nothing),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
            value.starts_with("756") && weighted(&digits, &weights).is_multiple_of(10)
        },
        check: Checksum,
    },
    Rule {
        id: "lu-matricule",
        country: "LU",
        title: "Luxembourgish identification number",
        source: "Law of 19 June 2013 on the identification of natural persons; guichet.lu",
        forms: &[
            ("ddddddddddddd", Generic),
            ("dddd dd dd ddddd", Generic),
            ("dddddddd ddddd", Generic),
        ],
        is_valid: luxembourg,
        check: Checksum,
    },
    Rule {
        id: "ie-pps",
        country: "IE",
        title: "Irish personal public service number",
        source: "Department of Social Protection, \"PPS number\", gov.ie",
        forms: &[
            ("dddddddA", Generic),
            ("dddddddAA", Generic),
            ("ddddddd A", Named),
            ("ddddddd AA", Named),
        ],
        is_valid: ireland,
        check: Checksum,
    },
    Rule {
        id: "gb-nhs",
        country: "GB",
        title: "NHS number",
        source: "NHS Data Dictionary, \"NHS NUMBER\", datadictionary.nhs.uk",
        forms: &[("ddd ddd dddd", Named), ("dddddddddd", Named), ("ddd-ddd-dddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let rest = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            digits.last().is_some_and(|check| (11 - rest) % 11 == u32::from(*check))
        },
        check: Checksum,
    },
    Rule {
        id: "de-identity-card",
        country: "DE",
        title: "German identity card",
        source: "Bundesministerium des Innern, \"Der Personalausweis\", personalausweisportal.de",
        forms: &[("AXXXXXXXX", Generic), ("AXXXXXXXXd", Generic)],
        is_valid: |value| {
            let is_serial =
                |letter: char| letter.is_ascii_digit() || "CFGHJKLMNPRTVWXYZ".contains(letter);
            value.starts_with([
                'C', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'T', 'V', 'W', 'X', 'Y', 'Z',
            ]) && value.chars().all(is_serial)
                && value.bytes().filter(u8::is_ascii_digit).count() >= 2
                && (value.len() < 10 || crate::mrz::is_checked(value))
        },
        check: Context,
    },
];

fn part(digits: &[u8], from: usize, count: usize) -> u32 {
    let digits = digits.get(from..from + count).unwrap_or(&[]);
    digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

/// The key is 97 less the remainder by 97; the departments of Corsica count as 19 and 18.
fn nir(value: &str) -> bool {
    let department = value.get(5..7).unwrap_or("");
    let numeric = match department {
        "2A" => value.replacen("2A", "19", 1),
        "2B" => value.replacen("2B", "18", 1),
        _ => value.to_owned(),
    };
    let Some((body, key)) = numeric.split_at_checked(13) else { return false };
    let is_month = matches!(part(&digits(value), 3, 2), 1..=12 | 20 | 30..=42 | 50..=99);
    let is_numeric = numeric.bytes().all(|byte| byte.is_ascii_digit());
    let rest = number(&digits(body)) % 97;
    is_numeric
        && is_month
        && value.starts_with(['1', '2', '3', '4', '7', '8'])
        && number(&digits(key)) == 97 - rest
}

/// The check is 97 less the remainder by 97; for those born from 2000 on, a 2 goes before the number.
fn belgium(value: &str) -> bool {
    let digits = digits(value);
    let Some((body, check)) = digits.split_at_checked(9) else { return false };
    let (month, day) = (part(body, 2, 2) % 20, part(body, 4, 2));
    let is_dated = day == 0 || month == 0 || (month <= 12 && day <= 31);
    let body = number(body);
    let fits = |body: u64| 97 - body % 97 == number(check);
    is_dated && (fits(body) || fits(body + 2_000_000_000))
}

/// One digit of the first ten occurs twice or three times, and the last is right by MOD 11,10.
fn germany(value: &str) -> bool {
    let digits = digits(value);
    let body = digits.get(..10).unwrap_or(&[]);
    let count = |digit: u8| body.iter().filter(|known| **known == digit).count();
    let counts: Vec<usize> = (0..10).map(count).collect();
    let repeated = counts.iter().filter(|count| **count > 1).count();
    repeated == 1
        && counts.iter().all(|count| *count <= 3)
        && !value.starts_with('0')
        && mod11_10(&digits)
}

fn pension(value: &str) -> bool {
    let Some((head, tail)) = value.split_at_checked(8) else { return false };
    let Some(letter) = tail.bytes().next().filter(u8::is_ascii_uppercase) else { return false };
    let mut all = digits(head);
    let order = letter - b'A' + 1;
    all.extend([order / 10, order % 10]);
    all.extend(digits(tail));
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sums = all.iter().zip(weights).map(|(digit, weight)| {
        let product = u32::from(*digit) * weight;
        product / 10 + product % 10
    });
    let (day, month) = (part(&all, 2, 2), part(&all, 4, 2));
    let is_dated = (1..=31).contains(&(day % 50)) && (1..=12).contains(&month);
    let check = all.last().copied().map(u32::from);
    is_dated && all.len() == 13 && Some(sums.sum::<u32>() % 10) == check
}

fn austria(value: &str) -> bool {
    let digits = digits(value);
    let sum = weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11;
    let (day, month) = (part(&digits, 4, 2), part(&digits, 6, 2));
    let is_dated = (1..=31).contains(&day) && (1..=15).contains(&month);
    is_dated
        && !value.starts_with('0')
        && digits.get(3).is_some_and(|check| u32::from(*check) == sum)
}

/// The twelfth digit is right by Luhn, the thirteenth by Verhoeff.
fn luxembourg(value: &str) -> bool {
    let digits = digits(value);
    let Some((body, [_, second])) = digits.split_at_checked(11) else { return false };
    let is_dated = is_day(part(body, 0, 4), part(body, 4, 2), part(body, 6, 2));
    let by_luhn = digits.get(..12).is_some_and(luhn);
    let by_verhoeff: Vec<u8> = body.iter().chain([second]).copied().collect();
    is_dated && by_luhn && verhoeff(&by_verhoeff)
}

fn ireland(value: &str) -> bool {
    let Some((body, letters)) = value.split_at_checked(7) else { return false };
    let order = |letter: char| {
        if letter == 'W' { Some(0) } else { letter.to_digit(36).map(|value| value - 9) }
    };
    let mut letters = letters.chars();
    let check = letters.next().and_then(order).unwrap_or(99);
    let second = letters.next().map_or(Some(0), order).unwrap_or(99);
    let sum = weighted(&digits(body), &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    let expected = if check == 23 { 0 } else { check };
    second < 24 && sum % 23 == expected
}
