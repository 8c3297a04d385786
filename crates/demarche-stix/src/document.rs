//! JSON as a value in which nothing that is said twice is lost.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The name under which an object lists the names that it has twice; no name of a format has this sign.
pub(crate) const TWICE: &str = "\u{0}twice";

/// Reads JSON. Lists of one name are joined; of other values the last stays, and [`twice`] names them.
///
/// # Errors
///
/// The text is no JSON, or nests deeper than 128 levels.
///
/// ```
/// let found = demarche_stix::document(br#"{"a": [1], "a": [2], "b": 1}"#)?;
/// assert_eq!(found.get("a"), Some(&serde_json::json!([1, 2])));
/// assert_eq!(demarche_stix::twice(&found), ["a"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn document(json: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(json).map(|Document(value)| value)
}

/// The names that an object has twice.
#[must_use]
pub fn twice(object: &Value) -> Vec<&str> {
    let names = object.get(TWICE).and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

struct Document(Value);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DocumentVisitor.deserialize(deserializer).map(Self)
    }
}

struct DocumentVisitor;

impl<'de> DeserializeSeed<'de> for DocumentVisitor {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element_seed(Self)? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut twice = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            let mut value = members.next_value_seed(Self)?;
            let known = object.remove(&name);
            if let Some(known) = known {
                twice.push(Value::String(name.clone()));
                value = joined(known, value);
            }
            object.insert(name, value);
        }
        if !twice.is_empty() {
            object.insert(TWICE.to_owned(), Value::Array(twice));
        }
        Ok(Value::Object(object))
    }
}

fn joined(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Array(mut all), Value::Array(more)) => {
            all.extend(more);
            Value::Array(all)
        }
        (_, second) => second,
    }
}
