//! Marks of the Traffic Light Protocol as other formats write them, beside those that `demarche_stix` reads.

use demarche_stix::{Marks, told};
use serde_json::Value;

/// The marks that an object tells of anywhere but in the parts named.
///
/// The parts are marked for themselves, and what stands beside them goes for all of them.
pub(crate) fn beside(value: &Value, parts: &[&str]) -> Marks {
    let Value::Object(members) = value else { return Marks::told(told(value)) };
    let rest = members.iter().filter(|(name, _)| !parts.contains(&name.as_str()));
    let rest: serde_json::Map<String, Value> =
        rest.map(|(name, value)| (name.clone(), value.clone())).collect();
    Marks::told(told(&Value::Object(rest)))
}

/// The marks of something that goes for another thing too: they can only make that one stricter.
pub(crate) fn covering(marks: Marks) -> Marks {
    Marks::told(marks.strictest())
}
