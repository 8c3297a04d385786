#![warn(clippy::indexing_slicing)]

use super::{Generic, Rule};
use crate::Check::{Checksum, Context};
use crate::check::{digits, luhn, pair};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "za-identity-number",
        country: "ZA",
        title: "South African identity number",
        source: "Identification Act 68 of 1997; Department of Home Affairs, dha.gov.za",
        forms: &[
            ("ddddddddddddd", Generic),
            ("dddddd dddd ddd", Generic),
            ("dddddd dddd dd d", Generic),
        ],
        is_valid: |value| {
            let is_citizen = matches!(value.as_bytes().get(10), Some(b'0'..=b'2'));
            is_citizen && is_day(2000, pair(value, 2), pair(value, 4)) && luhn(&digits(value))
        },
        check: Checksum,
    },
    Rule {
        id: "eg-national-number",
        country: "EG",
        title: "Egyptian national number",
        source: "Law 143 of 1994 on civil status, Egypt; the check digit is not published",
        forms: &[("dddddddddddddd", Generic)],
        is_valid: |value| {
            value.starts_with(['2', '3'])
                && is_day(2000, pair(value, 3), pair(value, 5))
                && matches!(pair(value, 7), 1..=35 | 88)
        },
        check: Context,
    },
];
