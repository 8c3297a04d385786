//! The values of objects, as the constants of patterns are compared with them.

use std::borrow::Cow;
use std::cmp::Ordering;

use base64::Engine as _;
use serde_json::{Number, Value};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::parse::{BASE64, unhex};
use crate::{Literal, Timestamp};

/// A value that a path leads to.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    /// A value of JSON.
    Json(&'a Value),
    /// The bytes of a property whose name ends in `_hex` or `_bin` (STIX 2.1, sections 2.1 and 2.6).
    Bytes(Vec<u8>),
}

impl<'a> Found<'a> {
    /// The value of a property; `None` where the name promises bytes and the value holds none.
    pub(crate) fn of_property(name: &str, value: &'a Value) -> Option<Self> {
        let text = value.as_str();
        match text {
            Some(text) if name.ends_with("_hex") => {
                let bytes = unhex(text);
                (bytes.len() * 2 == text.len()).then_some(Self::Bytes(bytes))
            }
            Some(text) if name.ends_with("_bin") => BASE64.decode(text).ok().map(Self::Bytes),
            _ => Some(Self::Json(value)),
        }
    }

    /// The order of the value and a constant; `None` where the two cannot be compared.
    pub(crate) fn order(&self, literal: &Literal) -> Option<Ordering> {
        match (self, literal) {
            (Self::Json(Value::Number(number)), Literal::Integer(_) | Literal::Float(_)) => {
                number_order(number, literal)
            }
            (Self::Json(Value::String(text)), Literal::Text(literal)) => Some(text.cmp(literal)),
            (Self::Json(Value::String(text)), Literal::Hex(bytes) | Literal::Binary(bytes)) => {
                Some(latin1(text)?.cmp(bytes))
            }
            (Self::Json(Value::String(text)), Literal::Timestamp(literal)) => {
                Some(Timestamp::read(text)?.cmp(literal))
            }
            (Self::Json(Value::Bool(truth)), Literal::Boolean(literal)) => Some(truth.cmp(literal)),
            (Self::Bytes(bytes), Literal::Hex(literal) | Literal::Binary(literal)) => {
                Some(bytes.cmp(literal))
            }
            (Self::Bytes(bytes), Literal::Text(literal)) => Some(bytes.cmp(&latin1(literal)?)),
            _ => None,
        }
    }
}

fn number_order(number: &Number, literal: &Literal) -> Option<Ordering> {
    match (number.as_i64(), literal) {
        (Some(number), Literal::Integer(literal)) => Some(number.cmp(literal)),
        (None, Literal::Integer(_)) if number.is_u64() => Some(Ordering::Greater),
        (_, Literal::Integer(literal)) => number.as_f64()?.partial_cmp(&float(*literal)),
        (_, Literal::Float(literal)) => number.as_f64()?.partial_cmp(literal),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "to the nearest, as other matchers compare")]
const fn float(number: i64) -> f64 {
    number as f64
}

/// The bytes of a text whose characters all lie below 256, as the standard compares texts with bytes.
///
/// Source: STIX 2.1, section 9.3 (constants: binary and hex).
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|sign| u8::try_from(u32::from(sign)).ok()).collect()
}

/// The text in normalisation form C, which LIKE and MATCHES compare.
pub(crate) fn normalised(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc(text) {
        text.into()
    } else {
        text.nfc().collect::<String>().into()
    }
}
