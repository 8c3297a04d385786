#![warn(clippy::indexing_slicing)]

use super::{Generic, Named, Nothing, Rule};
use crate::Check::{Checksum, Context};
use crate::check::{digits, luhn, number, order, part, weighted};
use crate::date::is_day;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "br-cpf",
        country: "BR",
        title: "Brazilian taxpayer number of persons (CPF)",
        source: "Receita Federal, Instrução Normativa RFB 2172/2024",
        forms: &[
            ("ddd.ddd.ddd-dd", Nothing),
            ("ddddddddd-dd", Generic),
            ("ddddddddddd", Generic),
            ("ddd ddd ddd dd", Generic),
            ("ddd.ddd.ddd.dd", Generic),
        ],
        is_valid: |value| {
            let digits = digits(value);
            let check = |weights: &[u32]| match weighted(&digits, weights) % 11 {
                0 | 1 => 0,
                rest => 11 - rest,
            };
            let first = check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]);
            let second = check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
            let has_variety = digits.iter().any(|digit| digits.first() != Some(digit));
            let checks = digits.get(9..).map(|checks| checks.iter().map(|check| u32::from(*check)));
            has_variety && checks.is_some_and(|checks| checks.eq([first, second]))
        },
        check: Checksum,
    },
    Rule {
        id: "cl-rut",
        country: "CL",
        title: "Chilean tax and identity number (RUT, RUN)",
        source: "Servicio de Registro Civil e Identificación; Servicio de Impuestos Internos, sii.cl",
        forms: &[
            ("dd.ddd.ddd-X", Nothing),
            ("d.ddd.ddd-X", Nothing),
            ("dddddddd-X", Generic),
            ("ddddddd-X", Generic),
            ("ddddddddX", Named),
        ],
        is_valid: |value| {
            let Some((body, check)) = value.split_at_checked(value.len() - 1) else { return false };
            let digits: Vec<u8> = digits(body).into_iter().rev().collect();
            let sum = weighted(&digits, &[2, 3, 4, 5, 6, 7, 2, 3]) % 11;
            let expected = usize::try_from(sum).ok().and_then(|sum| "0K987654321".get(sum..=sum));
            Some(check) == expected
        },
        check: Checksum,
    },
    Rule {
        id: "mx-curp",
        country: "MX",
        title: "Mexican population registry code (CURP)",
        source: "RENAPO, \"Instructivo normativo para la asignación de la CURP\", gob.mx",
        forms: &[("AAAAddddddAAAAAAXd", Nothing)],
        is_valid: mexico,
        check: Checksum,
    },
    Rule {
        id: "mx-rfc",
        country: "MX",
        title: "Mexican taxpayer number of persons (RFC)",
        source: "Servicio de Administración Tributaria, Anexo 1-A; sat.gob.mx",
        forms: &[("AAAAddddddXXX", Named), ("AAAA-dddddd-XXX", Named)],
        is_valid: |value| is_day(2000, part(value, 6, 2), part(value, 8, 2)),
        check: Context,
    },
    Rule {
        id: "ar-cuil",
        country: "AR",
        title: "Argentine labour number (CUIL, CUIT)",
        source: "ANSES, \"CUIL\", anses.gob.ar",
        forms: &[("dd-dddddddd-d", Nothing), ("ddddddddddd", Named), ("dd dddddddd d", Generic)],
        is_valid: |value| {
            let digits = digits(value);
            let sum = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
            let is_person = matches!(part(value, 0, 2), 20 | 23 | 24 | 25 | 26 | 27);
            is_person
                && digits.last().is_some_and(|last| match (11 - sum) % 11 {
                    10 => *last == 9,
                    check => u32::from(*last) == check,
                })
        },
        check: Checksum,
    },
    Rule {
        id: "co-nit",
        country: "CO",
        title: "Colombian taxpayer number (NIT)",
        source: "DIAN, Orden Administrativa 4 of 1989; dian.gov.co",
        forms: &[("ddd.ddd.ddd-d", Named), ("ddddddddd-d", Named), ("dddddddddd", Named)],
        is_valid: |value| {
            let digits = digits(value);
            let Some((check, body)) = digits.split_last() else { return false };
            let body: Vec<u8> = body.iter().rev().copied().collect();
            let rest = weighted(&body, &[3, 7, 13, 17, 19, 23, 29, 37, 41]) % 11;
            let expected = if rest < 2 { rest } else { 11 - rest };
            u32::from(*check) == expected
        },
        check: Checksum,
    },
    Rule {
        id: "ec-cedula",
        country: "EC",
        title: "Ecuadorian identity card",
        source: "Registro Civil, registrocivil.gob.ec",
        forms: &[("dddddddddd", Generic), ("ddddddddd-d", Generic)],
        is_valid: |value| {
            let is_province = matches!(part(value, 0, 2), 1..=24 | 30);
            is_province && part(value, 2, 1) <= 6 && luhn(&digits(value))
        },
        check: Checksum,
    },
    Rule {
        id: "uy-cedula",
        country: "UY",
        title: "Uruguayan identity card",
        source: "Dirección Nacional de Identificación Civil, gub.uy",
        forms: &[("d.ddd.ddd-d", Generic), ("ddddddd-d", Named)],
        is_valid: |value| weighted(&digits(value), &[2, 9, 8, 7, 6, 3, 4, 1]).is_multiple_of(10),
        check: Checksum,
    },
    Rule {
        id: "ca-sin",
        country: "CA",
        title: "Canadian social insurance number",
        source: "Employment and Social Development Canada, \"The SIN code of practice\", canada.ca",
        forms: &[("ddd ddd ddd", Generic), ("ddd-ddd-ddd", Generic), ("ddddddddd", Named)],
        is_valid: |value| !value.starts_with(['0', '8']) && luhn(&digits(value)),
        check: Checksum,
    },
];

/// The order of signs in the check digit of the CURP; the letter between N and O is Ñ.
fn mexican_order(sign: char) -> u32 {
    let order = order(sign);
    if sign > 'N' && sign.is_ascii_alphabetic() { order + 1 } else { order }
}

fn mexico(value: &str) -> bool {
    let weights = (2..=18).rev();
    let sum: u32 = value
        .chars()
        .take(17)
        .zip(weights)
        .map(|(sign, weight)| mexican_order(sign) * weight)
        .sum();
    let is_sex = matches!(value.get(10..11), Some("H" | "M" | "X"));
    let check = digits(value.get(17..).unwrap_or(""));
    is_sex
        && is_day(2000, part(value, 6, 2), part(value, 8, 2))
        && number(&check) == u64::from((10 - sum % 10) % 10)
}
