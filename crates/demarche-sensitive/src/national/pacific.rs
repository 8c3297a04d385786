#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Rule};
use crate::Check::Checksum;
use crate::check::{digits, number, weighted};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "au-tfn",
        country: "AU",
        title: "Australian tax file number",
        source: "Australian Taxation Office, \"TFN algorithm\", ato.gov.au",
        forms: &[
            ("ddd ddd ddd", Named),
            ("ddddddddd", Named),
            ("ddd-ddd-ddd", Named),
            ("dd ddd ddd", Named),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let weights: &[u32] = if digits.len() == 9 {
                &[1, 4, 3, 7, 5, 8, 6, 9, 10]
            } else {
                &[10, 7, 8, 4, 6, 3, 5, 1]
            };
            number(&digits) > 0 && weighted(&digits, weights).is_multiple_of(11)
        },
        check: Checksum,
    },
    Rule {
        id: "au-medicare",
        country: "AU",
        title: "Australian Medicare number",
        source: "Services Australia, \"Medicare card number\"; Healthcare Identifiers technical notes",
        forms: &[
            ("dddd ddddd d", Named),
            ("dddddddddd", Named),
            ("dddd-ddddd-d", Named),
            ("dddd ddddd d/d", Named),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10;
            value.starts_with(['2', '3', '4', '5', '6'])
                && digits.get(8).is_some_and(|check| u32::from(*check) == sum)
        },
        check: Checksum,
    },
    Rule {
        id: "nz-ird",
        country: "NZ",
        title: "New Zealand IRD number",
        source: "Inland Revenue, \"Resident withholding tax and non-resident withholding tax specification\", ird.govt.nz",
        forms: &[
            ("dd-ddd-ddd", Generic),
            ("ddd-ddd-ddd", Generic),
            ("ddd ddd ddd", Named),
            ("ddddddddd", Named),
            ("dddddddd", Named),
        ],
        is_valid: new_zealand,
        check: Checksum,
    },
];

fn new_zealand(value: &str) -> bool {
    let digits = digits(&format!("{value:0>9}"));
    let Some((check, body)) = digits.split_last() else { return false };
    let expected = |weights: &[u32]| match weighted(body, weights) % 11 {
        0 => 0,
        rest => 11 - rest,
    };
    let first = expected(&[3, 2, 7, 6, 5, 4, 3, 2]);
    let first = if first == 10 { expected(&[7, 4, 3, 2, 5, 2, 7, 6]) } else { first };
    (10_000_000..150_000_000).contains(&number(&digits)) && u32::from(*check) == first
}
