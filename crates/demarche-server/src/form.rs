//! JSON objects as types.

use serde::Deserialize;
use serde::de::Error as _;

/// Reads a JSON object into a type with fields; an array is an error.
///
/// A derived reader takes the elements of an array for the fields in their order, so that `[["…"]]` would pass for
/// an object and its marking would be overlooked.
pub(crate) fn object<'a, T: Deserialize<'a>>(text: &'a [u8]) -> serde_json::Result<T> {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|byte| *byte != b'{') {
        return Err(serde_json::Error::custom("not a JSON object"));
    }
    serde_json::from_slice(text)
}
