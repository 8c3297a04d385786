//! The marking of an object by the Traffic Light Protocol, read with suspicion.
//!
//! Source: STIX 2.1, sections 1.5 and 7.2; OASIS extension "TLP 2.0" (2022).

use std::collections::BTreeMap;

use demarche_terms::Tlp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::fixed_marking;
use crate::json::object;

/// The markings that a set of objects defines itself, beside those with fixed ids.
///
/// ```
/// # use demarche_stix::Markings;
/// # use demarche_terms::Tlp;
/// let object = br#"{"object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}"#;
/// assert_eq!(Markings::default().tlp(object), Some(Tlp::Red));
/// assert_eq!(Markings::default().tlp(b"{}"), None);
/// assert_eq!(Markings::default().tlp(b"not JSON"), Some(Tlp::Red));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Markings(BTreeMap<String, Option<Tlp>>);

/// The properties by which an object is marked. A property of another type, or one that is there twice, is an error.
#[derive(Deserialize)]
struct Marked<'a> {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    object_marking_refs: Vec<String>,
    #[serde(borrow, default)]
    granular_markings: Vec<&'a RawValue>,
}

/// A marking of a part of an object; one of a language has no reference.
#[derive(Deserialize)]
struct Granular {
    marking_ref: Option<String>,
    lang: Option<IgnoredAny>,
}

/// The content of a marking.
#[derive(Deserialize)]
struct Definition {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    definition_type: Option<String>,
    definition: Option<BTreeMap<String, serde_json::Value>>,
    #[serde(default)]
    extensions: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
}

impl Markings {
    /// Reads the marking definitions among objects; other objects are passed over.
    #[must_use]
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut markings = Self::default();
        for json in objects {
            let Ok(Definition { kind, id, .. }) = object(json) else { continue };
            if kind == "marking-definition" {
                let level = content(json);
                let known = markings.0.entry(id).or_insert(level);
                // Of two definitions of one id the stricter counts, whatever their order.
                *known = (*known).max(level);
            }
        }
        markings
    }

    /// Returns the strictest marking of an object and of its parts; `None` when it has none.
    ///
    /// RED when the object is no JSON, when it has a marking twice or in another form, or one of an unknown id.
    /// A marking definition with a fixed id is CLEAR: everybody has it.
    #[must_use]
    pub fn tlp(&self, json: &[u8]) -> Option<Tlp> {
        let Ok(marked) = object::<Marked<'_>>(json) else { return Some(Tlp::Red) };
        if marked.kind == "marking-definition" && fixed_marking(&marked.id).is_some() {
            return Some(Tlp::Clear);
        }
        let parts = marked.granular_markings.iter().map(|part| {
            match object::<Granular>(part.get().as_bytes()) {
                Ok(Granular { marking_ref: Some(id), .. }) => self.level(&id),
                Ok(Granular { marking_ref: None, lang: Some(_) }) => None,
                Ok(Granular { marking_ref: None, lang: None }) | Err(_) => Some(Tlp::Red),
            }
        });
        let whole = marked.object_marking_refs.iter().map(|id| self.level(id));
        // `None` is below every marking.
        whole.chain(parts).max().flatten()
    }

    /// The level of an id: a fixed one cannot be defined anew.
    fn level(&self, id: &str) -> Option<Tlp> {
        match (fixed_marking(id), self.0.get(id)) {
            (Some(tlp), _) => Some(tlp),
            (None, Some(known)) => *known,
            (None, None) => Some(Tlp::Red),
        }
    }
}

/// The level of a marking definition: `None` for one that has nothing to do with the Traffic Light Protocol, RED for
/// one that has, in words that nobody knows.
fn content(json: &[u8]) -> Option<Tlp> {
    let Ok(marking) = object::<Definition>(json) else { return Some(Tlp::Red) };
    let read = |word: &serde_json::Value| {
        let word = word.as_str().unwrap_or("");
        let white = word.eq_ignore_ascii_case("white").then_some(Tlp::Clear);
        Some(white.or_else(|| word.parse().ok()).unwrap_or(Tlp::Red))
    };
    let newer = marking.extensions.values().filter_map(|extension| extension.get("tlp_2_0"));
    let older = marking.definition.as_ref().and_then(|definition| definition.get("tlp"));
    let found = newer.chain(older).map(read).max().flatten();
    let says_tlp = marking.definition_type.as_deref() == Some("tlp");
    found.or(says_tlp.then_some(Tlp::Red))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FIXED_MARKINGS;

    const OWN: &str = "marking-definition--00000000-0000-4000-8000-000000000001";

    fn tlp(object: &str) -> Option<Tlp> {
        Markings::default().tlp(object.as_bytes())
    }

    fn defined(content: &str) -> Option<Tlp> {
        let definition = format!(r#"{{"type":"marking-definition","id":"{OWN}"{content}}}"#);
        let object = format!(r#"{{"object_marking_refs":["{OWN}"]}}"#);
        Markings::of([definition.as_bytes()]).tlp(object.as_bytes())
    }

    #[test]
    fn fixed_ids_of_both_versions_are_known() {
        for (id, expected) in FIXED_MARKINGS {
            let found = tlp(&format!(r#"{{"object_marking_refs":["{id}"]}}"#));
            assert_eq!(found, Some(expected));
            let part = format!(
                r#"{{"granular_markings":[{{"marking_ref":"{id}","selectors":["name"]}}]}}"#
            );
            assert_eq!(tlp(&part), Some(expected));
        }
    }

    #[test]
    fn the_strictest_marking_counts_also_that_of_a_part() {
        let (clear, amber, red) = (FIXED_MARKINGS[0].0, FIXED_MARKINGS[6].0, FIXED_MARKINGS[8].0);
        let both = format!(r#"{{"object_marking_refs":["{clear}","{amber}"]}}"#);
        assert_eq!(tlp(&both), Some(Tlp::Amber));
        let part = format!(
            r#"{{"object_marking_refs":["{clear}"],"granular_markings":[{{"marking_ref":"{red}","selectors":["x"]}}]}}"#
        );
        assert_eq!(tlp(&part), Some(Tlp::Red));
    }

    #[test]
    fn a_marking_that_cannot_be_read_is_red() {
        let clear = FIXED_MARKINGS[0].0;
        for object in [
            "".to_owned(),
            "[]".to_owned(),
            "[[],[]]".to_owned(),
            r#"["indicator","indicator--1",[],[]]"#.to_owned(),
            format!(r#"{{"granular_markings":[["{clear}",null]]}}"#),
            r#"{"object_marking_refs":null}"#.to_owned(),
            r#"{"object_marking_refs":{}}"#.to_owned(),
            r#"{"object_marking_refs":[1]}"#.to_owned(),
            format!(r#"{{"object_marking_refs":"{clear}"}}"#),
            format!(r#"{{"object_marking_refs":["{OWN}"]}}"#),
            format!(r#"{{"object_marking_refs":["{}"]}}"#, clear.to_uppercase()),
            format!(r#"{{"object_marking_refs":["{clear}"],"object_marking_re\u0066s":[]}}"#),
            format!(r#"{{"object_marking_refs":["{clear}"],"granular_markings":[{{}}]}}"#),
            format!(r#"{{"object_marking_refs":["{clear}"],"granular_markings":7}}"#),
        ] {
            assert_eq!(tlp(&object), Some(Tlp::Red), "{object}");
        }
    }

    #[test]
    fn a_language_and_a_statement_are_no_marking_of_the_protocol() {
        assert_eq!(tlp(r#"{"granular_markings":[{"lang":"fr","selectors":["name"]}]}"#), None);
        assert_eq!(
            defined(r#","definition_type":"statement","definition":{"statement":"x"}"#),
            None
        );
    }

    #[test]
    fn own_definitions_count_as_they_say() {
        let extension = |word: &str| {
            defined(&format!(
                r#","extensions":{{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{{"extension_type":"property-extension","tlp_2_0":"{word}"}}}}"#
            ))
        };
        assert_eq!(extension("amber+strict"), Some(Tlp::AmberStrict));
        assert_eq!(extension("purple"), Some(Tlp::Red));
        assert_eq!(
            defined(r#","definition_type":"tlp","definition":{"tlp":"white"}"#),
            Some(Tlp::Clear)
        );
        assert_eq!(defined(r#","definition_type":"tlp","definition":{"tlp":7}"#), Some(Tlp::Red));
        assert_eq!(defined(r#","definition_type":"tlp""#), Some(Tlp::Red));
        assert_eq!(defined(r#","definition":7"#), Some(Tlp::Red));
    }

    #[test]
    fn a_fixed_id_cannot_be_defined_anew() {
        let red = FIXED_MARKINGS[8].0;
        let definition = format!(
            r#"{{"type":"marking-definition","id":"{red}","definition_type":"tlp","definition":{{"tlp":"white"}}}}"#
        );
        let object = format!(r#"{{"object_marking_refs":["{red}"]}}"#);
        let markings = Markings::of([definition.as_bytes()]);
        assert_eq!(markings.tlp(object.as_bytes()), Some(Tlp::Red));
        assert_eq!(markings.tlp(definition.as_bytes()), Some(Tlp::Clear));
    }
}
