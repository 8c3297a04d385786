//! Layers of the ATT&CK Navigator (layer format 4.x).

use demarche_stix::{Marks, told};
use demarche_terms::Tlp;
use serde_json::Value;

use crate::item::{Item, What};
use crate::{Notes, indicator, marking};

/// Reads a layer: each technique that is switched on and has a score above zero, a colour or a comment.
pub(crate) fn read(layer: &Value, notes: &mut Notes<'_>) {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text(layer, "name").filter(|name| !name.trim().is_empty());
    notes.cover(marking::beside(layer, &["techniques"]));
    let techniques = layer.get("techniques").and_then(Value::as_array);
    if techniques.is_none() {
        notes.refuse("techniques", "they are no list");
    }
    for (rank, technique) in techniques.into_iter().flatten().enumerate() {
        let label = || format!("technique {}", rank + 1);
        let Some(number) = text(technique, "techniqueID") else {
            notes.refuse(label(), "it has no `techniqueID`");
            continue;
        };
        let Some(number) = indicator::technique(&number) else {
            notes.refuse(label(), format!("`{number}` is no number of a technique of ATT&CK"));
            continue;
        };
        let is_off = technique.get("enabled").and_then(Value::as_bool) == Some(false);
        let score = technique.get("score").and_then(Value::as_f64);
        let comment = text(technique, "comment").filter(|comment| !comment.trim().is_empty());
        let is_coloured = text(technique, "color").is_some_and(|colour| !colour.is_empty());
        let is_marked = score.map_or(is_coloured || comment.is_some(), |score| score > 0.0);
        if is_off || !is_marked {
            notes.refuse(label(), format!("{number} is not marked in the layer"));
            continue;
        }
        let source = notes.settings.source.clone().or_else(|| {
            name.as_ref().map(|name| format!("Layer “{name}” of the ATT&CK Navigator"))
        });
        let item = Item {
            origin: format!("navigator:{number}"),
            says: comment.unwrap_or_else(|| "The layer marks it as used.".to_owned()),
            named: What::Technique { number, name: None },
            source: source.unwrap_or_else(|| notes.settings.file.clone()),
            url: None,
            grade: "F6".to_owned(),
            tlp: Tlp::Red,
            observed: None,
        };
        notes.add(item, Marks::told(told(technique)));
    }
}
