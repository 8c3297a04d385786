//! Markings of the Traffic Light Protocol as other formats write them.

use demarche_stix::Markings;
use demarche_terms::Tlp;
use serde_json::Value;

/// The marking that a word such as `tlp:amber+strict` or `TLP:WHITE` stands for.
pub(crate) fn of_word(word: &str) -> Option<Tlp> {
    let word = word.trim().to_ascii_lowercase();
    match word.strip_prefix("tlp:").unwrap_or(&word) {
        "white" | "clear" => Some(Tlp::Clear),
        "green" => Some(Tlp::Green),
        "amber" => Some(Tlp::Amber),
        "amber+strict" => Some(Tlp::AmberStrict),
        // The protocol knows no laxer reading of a word that nobody defined.
        "red" | "ex:chr" | "unclear" => Some(Tlp::Red),
        _ => None,
    }
}

/// The markings that the objects of a bundle define.
pub(crate) fn of_bundle(objects: &[Value]) -> Markings {
    let is_marking =
        |object: &&Value| object.get("type").and_then(Value::as_str) == Some("marking-definition");
    let texts: Vec<String> = objects.iter().filter(is_marking).map(Value::to_string).collect();
    Markings::of(texts.iter().map(String::as_bytes))
}

/// The strictest marking of an object and of its parts; RED for one that cannot be read.
pub(crate) fn strictest(markings: &Markings, object: &Value) -> Option<Tlp> {
    let marked = ["object_marking_refs", "granular_markings"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), object.get(name)?.clone())));
    let marked: serde_json::Map<String, Value> = marked.collect();
    markings.tlp(Value::Object(marked).to_string().as_bytes())
}
