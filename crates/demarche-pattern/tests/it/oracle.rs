//! The same verdicts as the validator (stix2-patterns 2.1.2) and the matcher (stix2-matcher 3.0.0) of OASIS.
//!
//! `tests/data` holds a sample of generated patterns and bundles with the answers of the two tools.
//! Of 19,918 generated patterns 15 have another verdict: `([…])` counts here as `[…]` when qualifiers are counted twice,
//! and a whole number must fit 64 bits. Left out of the corpus are comments before the first bracket, which the validator
//! refuses against its own grammar, and patterns that make it crash. Of 6,000 generated matches none differs.
//!
//! `DEMARCHE_PATTERN_VERDICTS` and `DEMARCHE_PATTERN_MATCHES` name larger files of the same form.

use std::path::PathBuf;

use demarche_pattern::{Budget, Matcher, Observation, Pattern, Problem};
use serde_json::Value;

#[expect(clippy::disallowed_methods, reason = "a larger corpus lies outside of the repository")]
fn lines(variable: &str, file: &str) -> Vec<Value> {
    let stored = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let path = std::env::var_os(variable).map_or(stored, PathBuf::from);
    let text = std::fs::read_to_string(path).expect("the corpus is there");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn is_valid(text: &str) -> bool {
    // The validator leaves windows and numbers that nothing fits to the matcher.
    let is_refused =
        |problem: &Problem| !matches!(problem, Problem::EmptyWindow | Problem::NotPositive);
    text.parse::<Pattern>().is_ok_and(|pattern| !pattern.problems().iter().any(is_refused))
}

#[test]
fn verdicts_are_those_of_the_validator() {
    let (mut count, mut differ) = (0, Vec::new());
    for line in lines("DEMARCHE_PATTERN_VERDICTS", "verdicts.jsonl") {
        let text = line[0].as_str().expect("a pattern");
        count += 1;
        if Some(is_valid(text)) != line[1].as_bool() {
            let ours = text.parse::<Pattern>().map(|pattern| pattern.problems());
            differ.push(format!("{line}: {ours:?}"));
        }
    }
    eprintln!("{count} verdicts, {} differ", differ.len());
    assert!(differ.is_empty(), "{} of {count}:\n{}", differ.len(), differ.join("\n"));
    assert!(count > 500);
}

#[test]
fn matches_are_those_of_the_matcher() {
    let (mut count, mut differ) = (0, Vec::new());
    for line in lines("DEMARCHE_PATTERN_MATCHES", "matches.jsonl") {
        let pattern: Pattern = line[0].as_str().expect("a pattern").parse().expect("it is valid");
        let bundles = line[1].as_array().expect("bundles");
        let objects = bundles.iter().filter_map(|bundle| bundle["objects"].as_array()).flatten();
        let (observations, _) = Observation::read_all(objects);
        let found = Matcher::new(&pattern)
            .and_then(|matcher| matcher.find(&observations, Budget::default()));
        count += 1;
        if found.as_ref().map(Option::is_some).ok() != line[2].as_bool() {
            differ.push(format!("{line}: {found:?}"));
        }
    }
    eprintln!("{count} matches, {} differ", differ.len());
    assert!(differ.is_empty(), "{} of {count}:\n{}", differ.len(), differ.join("\n"));
    assert!(count > 100);
}
