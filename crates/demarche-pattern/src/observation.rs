use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::{ObservationError, Timestamp};

/// An `observed-data` object with the objects it refers to (STIX 2.1, section 4.14).
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// The id of the `observed-data` object.
    pub id: &'a str,
    /// The beginning of the time of the observation.
    pub first: Timestamp,
    /// The end of the time, not before the beginning.
    pub last: Timestamp,
    /// The number of times that the same was observed, at least 1.
    pub count: u64,
    /// The observed objects by their ids, or by their keys in the old form `objects`.
    pub objects: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Observation<'a> {
    /// Reads every `observed-data` object among the objects of a bundle, in their order.
    ///
    /// References are looked up among the same objects; those without a target are left out.
    /// Each `observed-data` object that cannot be used is named in the second list.
    pub fn read_all(
        objects: impl IntoIterator<Item = &'a Value>,
    ) -> (Vec<Self>, Vec<ObservationError>) {
        let mut observed = Vec::new();
        let mut by_id = HashMap::new();
        for object in objects {
            match text(object, "type") {
                Some("observed-data") => observed.push(object),
                _ => by_id.extend(text(object, "id").map(|id| (id, object))),
            }
        }
        let (mut observations, mut errors) = (Vec::new(), Vec::new());
        for object in observed {
            match Self::read(object, &by_id) {
                Ok(observation) => observations.push(observation),
                Err(problem) => {
                    let id = text(object, "id").map_or_else(String::new, str::to_owned);
                    errors.push(ObservationError { id, problem });
                }
            }
        }
        (observations, errors)
    }

    fn read(object: &'a Value, by_id: &HashMap<&'a str, &'a Value>) -> Result<Self, &'static str> {
        let time = |name| text(object, name).and_then(Timestamp::read);
        let first = time("first_observed").ok_or("first_observed is no timestamp")?;
        let last = time("last_observed").ok_or("last_observed is no timestamp")?;
        if last < first {
            return Err("last_observed is before first_observed");
        }
        let count = object.get("number_observed").and_then(Value::as_u64);
        let count = count.filter(|count| *count > 0).ok_or("number_observed is not positive")?;
        let mut objects = BTreeMap::new();
        if let Some(references) = object.get("object_refs").and_then(Value::as_array) {
            let ids = references.iter().filter_map(Value::as_str);
            objects.extend(ids.filter_map(|id| Some((id, *by_id.get(id)?))));
        } else if let Some(embedded) = object.get("objects").and_then(Value::as_object) {
            objects.extend(embedded.iter().map(|(key, object)| (key.as_str(), object)));
        } else {
            return Err("neither object_refs nor objects is there");
        }
        Ok(Self { id: text(object, "id").unwrap_or(""), first, last, count, objects })
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}
