//! What others found, read as evidence and added to a case: what was added is known when it comes again.
#![no_main]

use demarche_case::Tlp;
use demarche_import::{Settings, merge, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let settings = Settings { file: "fuzz".to_owned(), unmarked: Tlp::Amber, source: None };
    let Ok(reading) = read(bytes, &settings) else { return };
    let merged = merge("", &[], &reading.items).expect("an empty file can be added to");
    let again = merge(&merged.text, &merged.evidence, &reading.items).expect("it was written here");
    assert!(again.added.is_empty());
    assert_eq!(again.text, merged.text);
});
