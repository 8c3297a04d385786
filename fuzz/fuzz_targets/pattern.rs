//! Patterns: what is read is written and read as the same, and is matched within its budget.
#![no_main]

use demarche_pattern::{Budget, Matcher, Observation, Pattern};
use libfuzzer_sys::fuzz_target;

const OBJECTS: &str = r#"[
    {"type": "a", "id": "a--1", "b": [1, "x", {"c": true}], "d_ref": "a--1", "e_hex": "6162", "n": 1.5},
    {"type": "observed-data", "id": "observed-data--1", "number_observed": 3, "object_refs": ["a--1"],
     "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:01:00Z"},
    {"type": "observed-data", "id": "observed-data--2", "number_observed": 1, "object_refs": ["a--1"],
     "first_observed": "2020-01-01T00:00:30Z", "last_observed": "2020-01-01T00:02:00Z"}]"#;

fuzz_target!(|text: &str| {
    let Ok(pattern) = text.parse::<Pattern>() else { return };
    assert_eq!(pattern.to_string().parse().as_ref(), Ok(&pattern));
    drop((pattern.problems(), pattern.observables()));
    let objects: Vec<serde_json::Value> = serde_json::from_str(OBJECTS).expect("it is JSON");
    let (observations, _) = Observation::read_all(&objects);
    if let Ok(matcher) = Matcher::new(&pattern) {
        drop(matcher.find(&observations, Budget(100_000)));
    }
});
