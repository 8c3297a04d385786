//! The marking of an object by the Traffic Light Protocol, read with suspicion.
//!
//! Imports and pushes read markings here and nowhere else. A marking only grows stricter: of all that could mark an
//! object the strictest goes, and what looks like a marking and cannot be understood counts as RED.
//!
//! Source: STIX 2.1, sections 1.5 and 7.2; OASIS extension "TLP 2.0" (2022).

use std::collections::BTreeMap;

use demarche_terms::Tlp;
use memchr::memmem;
use serde_json::{Map, Value};

use crate::document::{TWICE, document};
use crate::fixed_marking;
use crate::marking::TLP_2_EXTENSION;

/// All that marks one thing.
///
/// ```
/// # use demarche_stix::Marks;
/// # use demarche_terms::Tlp;
/// let marks = Marks::named(Tlp::Green).and(Marks::told(Some(Tlp::Clear)));
/// assert_eq!(marks.level(Tlp::Amber), Tlp::Green);
/// assert_eq!(Marks::told(Some(Tlp::Green)).level(Tlp::Amber), Tlp::Amber, "a mention never makes laxer");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    named: Option<Tlp>,
    told: Option<Tlp>,
}

impl Marks {
    /// Marks by a place that is there for markings, such as a tag, a reference or a column.
    #[must_use]
    pub const fn named(tlp: Tlp) -> Self {
        Self { named: Some(tlp), told: None }
    }

    /// Marks by a mention in any other place, such as a heading or a comment. A mention can only make stricter.
    #[must_use]
    pub const fn told(tlp: Option<Tlp>) -> Self {
        Self { named: None, told: tlp }
    }

    /// Joins what marks the same thing; the strictest of each goes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // `None` is below every marking.
        Self { named: self.named.max(other.named), told: self.told.max(other.told) }
    }

    /// Returns the marking of the thing, where something without any mark counts as `unmarked`.
    #[must_use]
    pub fn level(self, unmarked: Tlp) -> Tlp {
        let named = self.named.unwrap_or(unmarked);
        self.told.map_or(named, |told| told.max(named))
    }

    /// Returns the strictest mark; `None` where there is none at all.
    #[must_use]
    pub fn strictest(self) -> Option<Tlp> {
        self.named.max(self.told)
    }
}

/// Returns the strictest marking that any text, name or part of a JSON value tells of, [`Tlp::told_in`] each.
///
/// A name with "TLP" in it makes every text under it a marking. An object that has a name twice is RED.
#[must_use]
pub fn told(value: &Value) -> Option<Tlp> {
    let mut strictest = None;
    let mut open = vec![(value, false)];
    while let Some((value, is_marking)) = open.pop() {
        let found = match value {
            Value::Null => None,
            Value::Bool(_) | Value::Number(_) => is_marking.then_some(Tlp::Red),
            Value::String(text) if is_marking && text.trim().is_empty() => None,
            Value::String(text) if is_marking => Some(Tlp::of_word(text)),
            Value::String(text) => Tlp::told_in(text),
            Value::Array(list) => {
                open.extend(list.iter().map(|entry| (entry, is_marking)));
                None
            }
            Value::Object(members) => {
                let below = members.iter();
                open.extend(below.map(|(name, value)| (value, is_marking || names_protocol(name))));
                let names = members.keys().filter_map(|name| Tlp::told_in(name)).max();
                names.max(told_by_pair(members)).max(has_twice(members).then_some(Tlp::Red))
            }
        };
        strictest = strictest.max(found);
    }
    strictest
}

fn has_twice(members: &Map<String, Value>) -> bool {
    members.contains_key(TWICE)
}

/// Is it a name such as `tlp`, `x_tlp_level` or `traffic-light`?
fn names_protocol(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|sign: char| !sign.is_alphanumeric());
    words.any(|word| word.starts_with("tlp"))
        || name.replace(['_', '-', ' '], "").contains("trafficlight")
}

/// A pair such as `{"name": "TLP", "value": "RED"}`.
fn told_by_pair(members: &Map<String, Value>) -> Option<Tlp> {
    let texts = || members.values().filter_map(Value::as_str);
    if !texts().any(|text| text.trim().eq_ignore_ascii_case("tlp")) {
        return None;
    }
    let value = members.get("value").and_then(Value::as_str);
    texts().filter_map(Tlp::bare_word).max().max(value.map(Tlp::of_word))
}

/// The markings that a set of objects defines itself, beside those with fixed ids.
///
/// ```
/// # use demarche_stix::Markings;
/// # use demarche_terms::Tlp;
/// let object = br#"{"object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}"#;
/// assert_eq!(Markings::default().read(object).level(Tlp::Clear), Tlp::Red);
/// assert_eq!(Markings::default().read(b"{}").level(Tlp::Clear), Tlp::Clear);
/// assert_eq!(Markings::default().read(b"not JSON").level(Tlp::Clear), Tlp::Red);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Markings(BTreeMap<String, Option<Tlp>>);

impl Markings {
    /// Reads the marking definitions among objects as JSON; other objects are passed over.
    #[must_use]
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut markings = Self::default();
        for json in objects {
            // An escape could spell the type in another way.
            let may_define = ["definition", "\\u"];
            if may_define.iter().any(|part| memmem::find(json, part.as_bytes()).is_some())
                && let Ok(object) = document(json)
            {
                markings.learn(&object);
            }
        }
        markings
    }

    /// Reads the marking definitions among objects that [`document`] read; other objects are passed over.
    #[must_use]
    pub fn of_values<'a>(objects: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut markings = Self::default();
        for object in objects {
            markings.learn(object);
        }
        markings
    }

    fn learn(&mut self, object: &Value) {
        if let Some(id) = text(object, "id").filter(|_| is_definition(object)) {
            let level = meaning(object);
            let known = self.0.entry(id.to_owned()).or_insert(level);
            // Of two definitions of one id the stricter counts, whatever their order.
            *known = (*known).max(level);
        }
    }

    /// Returns the marks of an object as JSON; RED where it is none. See [`Markings::marks`].
    #[must_use]
    pub fn read(&self, json: &[u8]) -> Marks {
        document(json).map_or(Marks::named(Tlp::Red), |object| self.marks(&object))
    }

    /// Returns all that marks an object and its parts.
    ///
    /// RED when it is no object, when it has a name twice, a marking in another form, or one of an unknown id.
    /// Objects within it count as its parts. A marking definition that is word for word one of the fixed ones is CLEAR.
    #[must_use]
    pub fn marks(&self, object: &Value) -> Marks {
        let Value::Object(members) = object else { return Marks::named(Tlp::Red) };
        if is_fixed_definition(members) {
            return Marks::named(Tlp::Clear);
        }
        let own = Marks { named: self.referred(members), told: told(object) };
        let defined = if is_definition(object) { meaning(object) } else { None };
        own.and(Marks::told(defined.max(self.within(members))))
    }

    /// The strictest marking that the objects within an object refer to.
    fn within(&self, members: &Map<String, Value>) -> Option<Tlp> {
        let mut strictest = None;
        let mut open: Vec<&Value> = members.values().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Array(list) => open.extend(list),
                Value::Object(members) => {
                    strictest = strictest.max(self.referred(members));
                    open.extend(members.values());
                }
                _ => {}
            }
        }
        strictest
    }

    /// The strictest marking that an object refers to for itself or for a property.
    fn referred(&self, members: &Map<String, Value>) -> Option<Tlp> {
        let referred_levels = listed(members, "object_marking_refs").map(|id| self.level(id));
        let parts = listed(members, "granular_markings").map(|part| {
            match (
                part.and_then(|part| part.get("marking_ref")),
                part.and_then(|part| part.get("lang")),
            ) {
                (None, Some(_)) => None,
                (id, _) => self.level(id),
            }
        });
        referred_levels.chain(parts).max().flatten()
    }

    /// The level of an id: a fixed one cannot be defined anew.
    fn level(&self, id: Option<&Value>) -> Option<Tlp> {
        let Some(id) = id.and_then(Value::as_str) else { return Some(Tlp::Red) };
        fixed_marking(id).or_else(|| self.0.get(id).copied().unwrap_or(Some(Tlp::Red)))
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

fn is_definition(object: &Value) -> bool {
    text(object, "type") == Some("marking-definition")
}

/// The members of a list, or one that cannot be read where the property is no list.
fn listed<'a>(
    members: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = Option<&'a Value>> + use<'a> {
    let found = members.get(name);
    let list = found.and_then(Value::as_array);
    let is_other = found.is_some() && list.is_none();
    list.into_iter().flatten().map(Some).chain(is_other.then_some(None))
}

/// The level of a marking definition: `None` for a plain statement that has nothing to do with the Traffic Light
/// Protocol, and RED for any other that says nothing that is understood.
fn meaning(definition: &Value) -> Option<Tlp> {
    let found = told(definition);
    if found.is_some() {
        return found;
    }
    let kind = text(definition, "definition_type").unwrap_or("");
    let has_statement = definition.get("definition").and_then(|content| text(content, "statement"));
    let has_extensions = definition.get("extensions").is_some();
    let mut values = definition.as_object().into_iter().flat_map(Map::values);
    let names_protocol = values
        .any(|value| value.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("tlp")));
    let is_statement = kind.eq_ignore_ascii_case("statement") && has_statement.is_some();
    (!is_statement || has_extensions || names_protocol).then_some(Tlp::Red)
}

/// Is it a definition that the standard fixes, with nothing beside what the standard writes into it?
fn is_fixed_definition(members: &Map<String, Value>) -> bool {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or("");
    let level = fixed_marking(text("id"));
    let is_time = |value: &str| {
        value.len() <= 32
            && value.bytes().all(|byte| byte.is_ascii_digit() || b"-:.TZ".contains(&byte))
    };
    let is_word = |value: &Value| {
        value.as_str().is_some_and(|word| word.len() <= 24 && Some(Tlp::of_word(word)) == level)
    };
    let only = |value: &Value, known: &dyn Fn(&str, &Value) -> bool| {
        value
            .as_object()
            .is_some_and(|members| members.iter().all(|(name, value)| known(name, value)))
    };
    level.is_some()
        && text("type") == "marking-definition"
        && members.iter().all(|(name, value)| match name.as_str() {
            "type" | "id" => true,
            "spec_version" => matches!(value.as_str(), Some("2.0" | "2.1")),
            "created" | "modified" => value.as_str().is_some_and(is_time),
            "definition_type" => value == "tlp",
            "name" => is_word(value),
            "definition" => only(value, &|name, value| name == "tlp" && is_word(value)),
            "extensions" => only(value, &|name, value| {
                name == TLP_2_EXTENSION
                    && only(value, &|name, value| match name {
                        "extension_type" => value == "property-extension",
                        "tlp_2_0" => is_word(value),
                        _ => false,
                    })
            }),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FIXED_MARKINGS;

    const OWN: &str = "marking-definition--00000000-0000-4000-8000-000000000001";

    fn tlp(object: &str) -> Option<Tlp> {
        Markings::default().read(object.as_bytes()).strictest()
    }

    fn defined(content: &str) -> Option<Tlp> {
        let definition = format!(r#"{{"type":"marking-definition","id":"{OWN}"{content}}}"#);
        let object = format!(r#"{{"object_marking_refs":["{OWN}"]}}"#);
        Markings::of([definition.as_bytes()]).read(object.as_bytes()).strictest()
    }

    #[test]
    fn a_mark_in_any_form_counts_and_never_makes_laxer() {
        for object in [
            r#"{"labels":["tlp:red"]}"#,
            r#"{"x_tlp":"red"}"#,
            r#"{"x_tlp":{"level":["RED"]}}"#,
            r#"{"extensions":{"extension-definition--1":{"tlp_2_0":"red"}}}"#,
            r#"{"description":"Marked TLP:RED by its author."}"#,
            r#"{"metadata":[{"name":"TLP","value":"RED"}]}"#,
            r#"{"trafficLight":"purple"}"#,
            r#"{"TLP:RED":true}"#,
            r#"{"a":{"b":1,"b":2}}"#,
        ] {
            let marks = Markings::default().read(object.as_bytes());
            assert_eq!(marks.level(Tlp::Clear), Tlp::Red, "{object}");
        }
        let clear = Markings::default().read(br#"{"description":"TLP:CLEAR"}"#);
        assert_eq!(clear.level(Tlp::Amber), Tlp::Amber);
    }

    #[test]
    fn objects_within_an_object_mark_it() {
        let (green, red) = (FIXED_MARKINGS[1].0, FIXED_MARKINGS[3].0);
        for within in [
            format!(r#""objects":{{"0":{{"type":"file","object_marking_refs":["{red}"]}}}}"#),
            format!(
                r#""objects":[{{"objects":[{{"granular_markings":[{{"marking_ref":"{red}"}}]}}]}}]"#
            ),
            r#""objects":[{"object_marking_refs":["marking-definition--unknown"]}]"#.to_owned(),
        ] {
            let object = format!(r#"{{"object_marking_refs":["{green}"],{within}}}"#);
            assert_eq!(tlp(&object), Some(Tlp::Red), "{object}");
        }
    }

    #[test]
    fn of_contradicting_definitions_the_strictest_counts() {
        for content in [
            r#","extensions":{"x":{"tlp_2_0":"clear"}},"definition_type":"tlp","definition":{"tlp":"red"}"#,
            r#","extensions":{"x":{"tlp_2_0":"clear"},"y":{"tlp_2_0":"red"}}"#,
            r#","definition_type":"TLP","definition":{"TLP":"RED"}"#,
            r#","name":"TLP:RED""#,
            r#","definition_type":"statement","definition":{"statement":"x"},"x_opencti_definition_type":"TLP","x_opencti_definition":"ours""#,
            r#","definition_type":"x-ours","definition":{"level":"secret"}"#,
            "",
        ] {
            assert_eq!(defined(content), Some(Tlp::Red), "{content}");
        }
        assert_eq!(
            defined(
                r#","definition_type":"statement","definition":{"statement":"custom"},"x_opencti_definition":"TLP:AMBER+STRICT""#
            ),
            Some(Tlp::AmberStrict)
        );
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
        let two_levels = format!(r#"{{"object_marking_refs":["{clear}","{amber}"]}}"#);
        assert_eq!(tlp(&two_levels), Some(Tlp::Amber));
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
        assert_eq!(markings.read(object.as_bytes()).strictest(), Some(Tlp::Red));
        assert_eq!(markings.read(definition.as_bytes()).level(Tlp::Red), Tlp::Red);
    }

    #[test]
    fn a_fixed_definition_is_clear_and_one_with_more_in_it_is_like_any_object() {
        use crate::TlpVersion;
        for written in
            [TlpVersion::One, TlpVersion::Two].map(|version| version.definitions(Tlp::Red))
        {
            let json = written.first().unwrap().json();
            assert_eq!(tlp(json), Some(Tlp::Clear), "{json}");
            let longer = json.replacen('{', r#"{"x_secret":"a name","#, 1);
            assert_eq!(tlp(&longer), Some(Tlp::Red), "{longer}");
        }
    }
}
