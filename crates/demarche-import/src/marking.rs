//! Markings of the Traffic Light Protocol as other formats write them.

use std::collections::BTreeMap;

use demarche_stix::fixed_marking;
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

/// The markings of a bundle by their ids; `None` for one that is no Traffic Light.
pub(crate) struct Markings(BTreeMap<String, Option<Tlp>>);

impl Markings {
    pub(crate) fn of(objects: &[Value]) -> Self {
        let mut known: BTreeMap<String, Option<Tlp>> = BTreeMap::new();
        let is_marking = |object: &&Value| {
            object.get("type").and_then(Value::as_str) == Some("marking-definition")
        };
        for marking in objects.iter().filter(is_marking) {
            let Some(id) = marking.get("id").and_then(Value::as_str) else { continue };
            let level = meaning(marking);
            // Of two definitions of one id the stricter counts, whatever their order.
            let kept = known.entry(id.to_owned()).or_insert(level);
            *kept = (*kept).max(level);
        }
        Self(known)
    }

    /// The strictest marking of an object and of its parts.
    ///
    /// A marking that the bundle does not define, or that is written in another form, counts as RED: nobody can say
    /// what it asks for.
    pub(crate) fn strictest(&self, object: &Value) -> Option<Tlp> {
        let refs = listed(object, "object_marking_refs").map(|id| self.level(id));
        let parts = listed(object, "granular_markings").map(|part| {
            match (
                part.and_then(|part| part.get("marking_ref")),
                part.and_then(|part| part.get("lang")),
            ) {
                (None, Some(_)) => None,
                (id, _) => self.level(id),
            }
        });
        // `None` is below every marking.
        refs.chain(parts).max().flatten()
    }

    /// The level of an id: a fixed one cannot be defined anew.
    fn level(&self, id: Option<&Value>) -> Option<Tlp> {
        let Some(id) = id.and_then(Value::as_str) else { return Some(Tlp::Red) };
        fixed_marking(id).or_else(|| self.0.get(id).copied().unwrap_or(Some(Tlp::Red)))
    }
}

/// The members of a list, or one that cannot be read where the property is no list.
fn listed<'a>(object: &'a Value, key: &str) -> impl Iterator<Item = Option<&'a Value>> + use<'a> {
    let found = object.get(key);
    let list = found.and_then(Value::as_array);
    let is_other = found.is_some() && list.is_none();
    list.into_iter().flatten().map(Some).chain(is_other.then_some(None))
}

/// The level of a marking definition; RED for a word of the Traffic Light Protocol that nobody knows.
fn meaning(marking: &Value) -> Option<Tlp> {
    let extensions = marking.get("extensions").and_then(Value::as_object);
    let newer =
        extensions.into_iter().flatten().find_map(|(_, extension)| extension.get("tlp_2_0"));
    let older = marking.get("definition").and_then(|definition| definition.get("tlp"));
    let says_tlp = marking.get("definition_type").and_then(Value::as_str) == Some("tlp");
    match newer.or(older) {
        Some(word) => Some(word.as_str().and_then(of_word).unwrap_or(Tlp::Red)),
        None => says_tlp.then_some(Tlp::Red),
    }
}
