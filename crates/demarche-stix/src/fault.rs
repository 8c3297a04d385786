//! The faults that a reader of JSON finds, in plain words.

use serde_json::error::Category;

/// The most letters of a value that a fault shows.
const SHOWN: usize = 60;

/// Returns in plain words what a reader of JSON objects to, without the place.
///
/// The place is left to the caller: a part of a file is read by itself, and its lines are not those of the file.
///
/// ```
/// let error = serde_json::from_str::<Vec<u64>>("\"Wolf\"").unwrap_err();
/// assert_eq!(demarche_stix::fault(&error), "the text \"Wolf\" stands where a list should");
/// ```
#[must_use]
pub fn fault(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = told.strip_suffix(&position).unwrap_or(&told);
    match error.classify() {
        Category::Eof => "the text ends too early".to_owned(),
        Category::Io => "the text cannot be read".to_owned(),
        Category::Syntax => syntax(message),
        Category::Data => data(message),
    }
}

/// The same with the place, for a text that is a whole file.
#[must_use]
pub fn fault_at(error: &serde_json::Error) -> String {
    format!("{}, at line {}, column {}", fault(error), error.line(), error.column())
}

/// A fault of the JSON itself.
fn syntax(message: &str) -> String {
    let plain = match message {
        "expected value" => "a value is missing, or is no JSON",
        "expected ident" => "a word that is neither `true`, `false` nor `null`",
        "key must be a string" => "the name of a member is no text",
        "trailing characters" => "something stands behind its end",
        "trailing comma" => "nothing stands behind a comma",
        "recursion limit exceeded" => "it nests too deep",
        _ => message,
    };
    plain.to_owned()
}

/// JSON of another shape than it should have.
fn data(message: &str) -> String {
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("has no {name}");
    }
    if let Some(name) = message.strip_prefix("duplicate field ") {
        return format!("has {name} twice");
    }
    if let Some((name, known)) =
        message.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("{} is not {known}", short(name));
    }
    if let Some((name, _)) =
        message.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("has no place for {}", short(name));
    }
    if message.starts_with("data did not match any variant") {
        return "is of no form that is known".to_owned();
    }
    let mismatch = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.rsplit_once(", expected "));
    match mismatch {
        Some((found, wanted)) => {
            format!("{} stands where {} should", met(found), kind(wanted))
        }
        None => message.to_owned(),
    }
}

/// The value that stands there.
fn met(found: &str) -> String {
    if let Some(text) = found.strip_prefix("string ") {
        return format!("the text {}", short(text));
    }
    if let Some(number) =
        found.strip_prefix("integer ").or_else(|| found.strip_prefix("floating point "))
    {
        return format!("the number {}", number.trim_matches('`'));
    }
    match found.strip_prefix("boolean ") {
        Some(word) => word.to_owned(),
        None => match found {
            "map" => "an object".to_owned(),
            "null" | "unit value" => "`null`".to_owned(),
            _ => "a list".to_owned(),
        },
    }
}

/// The kind of value that should stand there.
fn kind(wanted: &str) -> &str {
    match wanted {
        "a text" | "a string" | "a borrowed string" | "a character" => "a text",
        "a boolean" => "`true` or `false`",
        "f32" | "f64" => "a number",
        "a map" | "an object" => "an object",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            "a whole number"
        }
        _ if wanted.starts_with("struct ") => "an object",
        _ if ["a sequence", "an array", "a tuple"].iter().any(|word| wanted.starts_with(word)) => {
            "a list"
        }
        _ => "a value of another kind",
    }
}

fn short(text: &str) -> String {
    let mut letters = text.chars();
    let shown: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only the faults matter")]
    struct Shape {
        name: String,
        version: Option<u64>,
        is_old: Option<bool>,
        list: Option<Vec<String>>,
        part: Option<BTreeMap<String, f64>>,
    }

    #[test]
    fn faults_are_told_in_plain_words() {
        for (text, expected) in [
            ("{}", "has no `name`"),
            (r#"{"name":"a","name":"b"}"#, "has `name` twice"),
            (r#"{"name":5}"#, "the number 5 stands where a text should"),
            (r#"{"version":"12"}"#, "the text \"12\" stands where a whole number should"),
            (r#"{"version":3.5}"#, "the number 3.5 stands where a whole number should"),
            (r#"{"is_old":{}}"#, "an object stands where `true` or `false` should"),
            (r#"{"list":{}}"#, "an object stands where a list should"),
            (r#"{"part":[]}"#, "a list stands where an object should"),
            (r#"{"part":{"a":null}}"#, "`null` stands where a number should"),
            ("[]", "a list stands where an object should"),
            ("7", "the number 7 stands where an object should"),
            (r#"{"name": "a"#, "the text ends too early"),
            (r#"{"name": }"#, "a value is missing, or is no JSON"),
        ] {
            let error = serde_json::from_str::<Shape>(text).unwrap_err();
            assert_eq!(fault(&error), expected, "{text}: {error}");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        let error = serde_json::from_str::<u64>(&format!("\"{}\"", "x".repeat(500))).unwrap_err();
        assert!(fault(&error).chars().count() < 130, "{}", fault(&error));
        assert!(fault_at(&error).ends_with(", at line 1, column 502"), "{}", fault_at(&error));
    }
}
