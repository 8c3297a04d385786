#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::{Checksum, Context};
use crate::check::{digits, luhn, number, order, part, place_in, sign_at, verhoeff, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "cn-resident-identity",
        country: "CN",
        title: "Chinese resident identity number",
        source: "GB 11643-1999, \"Citizen identification number\"",
        forms: &[
            ("dddddddddddddddddX", Nothing),
            ("dddddd dddddddd dddX", Nothing),
            ("dddddd-dddddddd-dddX", Nothing),
        ],
        is_valid: |value| {
            let body = digits(value.get(..17).unwrap_or(""));
            let sum = weighted(&body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
            let check = sign_at("10X98765432", sum);
            let is_dated = matches!(part(value, 6, 2), 18..=20)
                && is_day(part(value, 6, 4), part(value, 10, 2), part(value, 12, 2));
            is_dated && !value.starts_with('0') && value.chars().next_back() == check
        },
        check: Checksum,
    },
    Rule {
        id: "kr-rrn",
        country: "KR",
        title: "Korean resident registration number",
        source: "Resident Registration Act, enforcement rules, article 2; no check digit since October 2020",
        forms: &[("dddddd-ddddddd", Nothing), ("ddddddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
            let is_right =
                digits.last().is_some_and(|last| (11 - sum % 11) % 10 == u32::from(*last));
            is_right && is_day(2000, part(value, 2, 2), part(value, 4, 2))
        },
        check: Checksum,
    },
    Rule {
        id: "kr-rrn-2020",
        country: "KR",
        title: "Korean resident registration number without check digit",
        source: "Resident Registration Act, enforcement rules, article 2, as of October 2020",
        forms: &[("dddddd-ddddddd", Named)],
        is_valid: |value| {
            let is_sex = matches!(value.as_bytes().get(6), Some(b'1'..=b'8'));
            is_sex && is_day(2000, part(value, 2, 2), part(value, 4, 2))
        },
        check: Context,
    },
    Rule {
        id: "jp-my-number",
        country: "JP",
        title: "Japanese individual number (My Number)",
        source: "Ordinance 85 of 2014 of the Ministry of Internal Affairs, article 5",
        forms: &[("dddd dddd dddd", Generic), ("dddd-dddd-dddd", Generic), ("dddddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let rest = weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            let check = if rest < 2 { 0 } else { 11 - rest };
            digits.last().is_some_and(|last| u32::from(*last) == check)
        },
        check: Checksum,
    },
    Rule {
        id: "in-aadhaar",
        country: "IN",
        title: "Indian Aadhaar number",
        source: "UIDAI, \"Aadhaar number generation and verification\", uidai.gov.in",
        forms: &[("dddd dddd dddd", Generic), ("dddd-dddd-dddd", Generic), ("dddddddddddd", Named)],
        is_valid: |value| !value.starts_with(['0', '1']) && verhoeff(&digits(value)),
        check: Checksum,
    },
    Rule {
        id: "in-pan",
        country: "IN",
        title: "Indian permanent account number",
        source: "Income Tax Department, \"Permanent Account Number\", incometax.gov.in",
        forms: &[("AAAAAddddA", Generic)],
        is_valid: |value| value.get(3..4).is_some_and(|holder| "ABCFGHJLPT".contains(holder)),
        check: Context,
    },
    Rule {
        id: "sg-nric",
        country: "SG",
        title: "Singaporean identity number (NRIC, FIN)",
        source: "Immigration & Checkpoints Authority; National Registration Act 1965",
        forms: &[("AdddddddA", Nothing)],
        is_valid: singapore,
        check: Checksum,
    },
    Rule {
        id: "hk-identity-card",
        country: "HK",
        title: "Hong Kong identity card",
        source: "Immigration Department, \"Symbols on the Hong Kong identity card\", immd.gov.hk",
        forms: &[
            ("Adddddd(X)", Nothing),
            ("AAdddddd(X)", Nothing),
            ("AddddddX", Named),
            ("Adddddd-X", Named),
        ],
        is_valid: |value| {
            let padded = format!("{value:$>9}");
            let terms =
                padded.chars().zip([9, 8, 7, 6, 5, 4, 3, 2, 1]).map(|(sign, weight)| match sign {
                    '$' => 36 * weight,
                    'A' if weight == 1 => 10,
                    sign => order(sign) * weight,
                });
            terms.sum::<u32>().is_multiple_of(11)
        },
        check: Checksum,
    },
    Rule {
        id: "tw-national-id",
        country: "TW",
        title: "Taiwanese identity number",
        source: "National Immigration Agency, \"Rules of the unified ID number\", immigration.gov.tw",
        forms: &[("Addddddddd", Generic)],
        is_valid: |value| {
            let Some(letter) = value.chars().next() else { return false };
            let order = 9 + place_in("ABCDEFGHJKLMNPQRSTUVXYWZIO", letter);
            let sum = order / 10
                + order % 10 * 9
                + weighted(&digits(value), &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
            matches!(value.as_bytes().get(1), Some(b'1' | b'2' | b'8' | b'9'))
                && sum.is_multiple_of(10)
        },
        check: Checksum,
    },
    Rule {
        id: "il-identity-number",
        country: "IL",
        title: "Israeli identity number",
        source: "Population Registry Law, 1965; Ministry of Interior, gov.il",
        forms: &[("ddddddddd", Named), ("dddddddd-d", Named), ("dddddddd", Named)],
        is_valid: |value| number(&digits(value)) > 0 && luhn(&digits(value)),
        check: Checksum,
    },
    Rule {
        id: "ir-national-code",
        country: "IR",
        title: "Iranian national code",
        source: "National Organization for Civil Registration, sabteahval.ir",
        forms: &[("dddddddddd", Named), ("ddd-dddddd-d", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let rest = weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
            let check = if rest < 2 { rest } else { 11 - rest };
            let has_variety = digits.iter().any(|digit| digits.first() != Some(digit));
            has_variety && digits.last().is_some_and(|last| u32::from(*last) == check)
        },
        check: Checksum,
    },
    Rule {
        id: "sa-identity-number",
        country: "SA",
        title: "Saudi identity or residence number",
        source: "Ministry of Interior, Absher, absher.sa",
        forms: &[("dddddddddd", Named)],
        is_valid: |value| value.starts_with(['1', '2']) && luhn(&digits(value)),
        check: Checksum,
    },
    Rule {
        id: "ae-emirates-id",
        country: "AE",
        title: "Emirates ID",
        source: "Federal Authority for Identity, Citizenship, Customs and Port Security, icp.gov.ae",
        forms: &[
            ("ddd-dddd-ddddddd-d", Nothing),
            ("ddd dddd ddddddd d", Nothing),
            ("ddddddddddddddd", Generic),
        ],
        is_valid: |value| value.starts_with("784") && luhn(&digits(value)),
        check: Checksum,
    },
    Rule {
        id: "th-identity-number",
        country: "TH",
        title: "Thai identity number",
        source: "Department of Provincial Administration, Population Registration Act B.E. 2534",
        forms: &[
            ("d-dddd-ddddd-dd-d", Nothing),
            ("d dddd ddddd dd d", Nothing),
            ("ddddddddddddd", Generic),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
            !value.starts_with('0')
                && digits.last().is_some_and(|last| (11 - sum % 11) % 10 == u32::from(*last))
        },
        check: Checksum,
    },
    Rule {
        id: "my-mykad",
        country: "MY",
        title: "Malaysian identity card (MyKad)",
        source: "National Registration Department, jpn.gov.my; no check digit",
        forms: &[("dddddd-dd-dddd", Generic), ("dddddddddddd", Named)],
        is_valid: |value| {
            is_day(2000, part(value, 2, 2), part(value, 4, 2))
                && !matches!(part(value, 6, 2), 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
        },
        check: Context,
    },
    Rule {
        id: "id-nik",
        country: "ID",
        title: "Indonesian identity number (NIK)",
        source: "Law 24 of 2013 on population administration, Indonesia; no check digit",
        forms: &[("dddddddddddddddd", Named)],
        is_valid: |value| {
            let day = part(value, 6, 2);
            let day = if day > 40 { day - 40 } else { day };
            matches!(part(value, 0, 2), 11..=96) && is_day(2000, part(value, 8, 2), day)
        },
        check: Context,
    },
    Rule {
        id: "vn-cccd",
        country: "VN",
        title: "Vietnamese citizen identity card",
        source: "Decree 137/2015/ND-CP, Vietnam; no check digit",
        forms: &[("dddddddddddd", Named)],
        is_valid: |value| matches!(part(value, 0, 3), 1..=96),
        check: Context,
    },
    Rule {
        id: "pk-cnic",
        country: "PK",
        title: "Pakistani identity card (CNIC)",
        source: "National Database and Registration Authority, nadra.gov.pk; no check digit",
        forms: &[("ddddd-ddddddd-d", Generic), ("ddddddddddddd", Named)],
        is_valid: |value| value.starts_with(['1', '2', '3', '4', '5', '6', '7', '8']),
        check: Context,
    },
];

fn singapore(value: &str) -> bool {
    let sum = weighted(&digits(value), &[2, 7, 6, 5, 4, 3, 2]);
    let (raise, letters) = match value.as_bytes().first() {
        Some(b'S') => (0, "JZIHGFEDCBA"),
        Some(b'T') => (4, "JZIHGFEDCBA"),
        Some(b'F') => (0, "XWUTRQPNMLK"),
        Some(b'G') => (4, "XWUTRQPNMLK"),
        Some(b'M') => (3, "XWUTRQPNJLK"),
        _ => return false,
    };
    sign_at(letters, (sum + raise) % 11) == value.chars().next_back()
}
