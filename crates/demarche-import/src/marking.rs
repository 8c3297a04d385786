//! Markings of the Traffic Light Protocol as other formats write them.

use std::collections::BTreeMap;

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

/// The ids that TLP 1 (STIX 2.1, section 7.2.1.4) and the extension for TLP 2.0 (OASIS, 2022) fix.
const FIXED: [(&str, Tlp); 9] = [
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
];

/// The markings of a bundle by their ids; `None` for one that is no Traffic Light.
pub(crate) struct Markings(BTreeMap<String, Option<Tlp>>);

impl Markings {
    pub(crate) fn of(objects: &[Value]) -> Self {
        let id = |object: &Value| object.get("id").and_then(Value::as_str).map(str::to_owned);
        let defined = objects.iter().filter(|object| {
            object.get("type").and_then(Value::as_str) == Some("marking-definition")
        });
        let mut known: BTreeMap<String, Option<Tlp>> =
            defined.filter_map(|object| Some((id(object)?, meaning(object)))).collect();
        for (fixed, tlp) in FIXED {
            known.insert(format!("marking-definition--{fixed}"), Some(tlp));
        }
        Self(known)
    }

    /// The strictest marking of an object and of its parts.
    ///
    /// A marking that the bundle does not define counts as RED: nobody can say what it asks for.
    pub(crate) fn strictest(&self, object: &Value) -> Option<Tlp> {
        let refs = object.get("object_marking_refs").and_then(Value::as_array);
        let refs = refs.into_iter().flatten();
        let parts = object.get("granular_markings").and_then(Value::as_array);
        let parts = parts.into_iter().flatten().filter_map(|part| part.get("marking_ref"));
        let ids = refs.chain(parts).filter_map(Value::as_str);
        ids.filter_map(|id| self.0.get(id).copied().unwrap_or(Some(Tlp::Red))).max()
    }
}

fn meaning(marking: &Value) -> Option<Tlp> {
    let extensions = marking.get("extensions").and_then(Value::as_object);
    let newer =
        extensions.into_iter().flatten().find_map(|(_, extension)| extension.get("tlp_2_0"));
    let older = marking.get("definition").and_then(|definition| definition.get("tlp"));
    newer.or(older).and_then(Value::as_str).and_then(of_word)
}
