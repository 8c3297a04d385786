//! Bytes of anybody: nothing fails, and everything that is added can be read.

use arbtest::arbtest;
use demarche_case::read_evidence;
use demarche_import::{merge, read};

use crate::forms::settings;

/// Parts of the forms, so that most mixtures come far.
const PARTS: [&str; 24] = [
    "{\"Event\":",
    "{\"type\":\"bundle\",\"objects\":[",
    "]}",
    "{\"Attribute\":[",
    "{\"type\":\"ip-dst\",\"value\":\"",
    "\"}",
    ",",
    "45.77.10.20",
    "|",
    "evil[.]com",
    "\\u0000",
    "\"",
    "{\"type\":\"indicator\",\"id\":\"indicator--1\",\"pattern\":\"[a:b = 'c']\"}",
    "\n",
    "value;comment\n",
    "T1059",
    "\u{202e}",
    "]]",
    "'''",
    "\t",
    "d41d8cd98f00b204e9800998ecf8427e",
    "filename|md5",
    "{\"techniques\":[{\"techniqueID\":\"T1059\",\"score\":1}],\"domain\":\"x\"}",
    "first_observed",
];

#[test]
fn mixtures_of_forms_do_not_fail_and_what_is_added_can_be_read() {
    arbtest(|u| {
        let mut bytes = Vec::new();
        for _ in 0..u.int_in_range(0..=40)? {
            if u.ratio(1, 8)? {
                bytes.extend_from_slice(u.bytes(1)?);
            } else {
                bytes.extend_from_slice(u.choose(&PARTS)?.as_bytes());
            }
        }
        if let Ok(reading) = read(&bytes, &settings()) {
            let merged = merge("# own\n", &[], &reading.items).unwrap();
            let (all, problems) = read_evidence(&merged.text);
            assert!(problems.is_empty(), "{problems:?}\n{}", merged.text);
            assert_eq!(all, merged.evidence);
        }
        Ok(())
    });
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let deep = "[".repeat(1_000_000);
    assert!(read(deep.as_bytes(), &settings()).is_err());
}
