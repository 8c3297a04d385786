//! Nothing is dropped without a word.

use demarche_import::{ReadError, Reading, What, merge, read};

use crate::forms::settings;

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), &settings()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn is_told(found: &Reading, word: &str) -> bool {
    found
        .refused
        .iter()
        .any(|refused| refused.reason.contains(word) || refused.place.contains(word))
}

#[test]
fn a_list_that_is_none_is_told() {
    let attribute = r#"{"type":"ip-dst","value":"45.77.10.20"}"#;
    for text in [
        format!(r#"{{"Event":{{"info":"x","Attribute":{attribute}}}}}"#),
        format!(r#"{{"Event":{{"info":"x","Object":[{{"name":"x","Attribute":{attribute}}}]}}}}"#),
        r#"{"type":"bundle","objects":{"a":{}}}"#.to_owned(),
        r#"{"domain":"enterprise-attack","version":"4.5","techniques":{}}"#.to_owned(),
    ] {
        assert!(is_told(&reading(&text), "no list"), "{text}");
    }
    let list =
        format!(r#"[{{"Event":{{"info":"x","Attribute":[{attribute}]}}}},{{"Event":[1]}},7]"#);
    let found = reading(&list);
    assert_eq!((found.items.len(), found.refused.len()), (1, 2), "{found:?}");
}

#[test]
fn a_file_of_misp_loses_none_of_its_attributes() {
    let attribute = |kind: &str, value: &str| format!(r#"{{"type":"{kind}","value":"{value}"}}"#);
    let attributes = [
        attribute("md5", "0123456789abcdef0123456789abcdef"),
        attribute("md5", "11111111111111111111111111111111"),
        attribute("sha512", &"ab".repeat(64)),
        attribute("url", "http://drop.example-host.com/a"),
        attribute("mutex", "a mutex"),
        attribute("filename", "a.exe"),
        attribute("filename", "b.exe"),
    ]
    .join(",");
    let found = reading(&format!(
        r#"{{"Event":{{"info":"x","Object":[{{"name":"file","Attribute":[{attributes}]}}],"ShadowAttribute":[{{"uuid":"s"}}]}}}}"#
    ));
    assert_eq!(found.items.len(), 6, "{found:?}");
    assert!(is_told(&found, "misp:s"));
    let port = reading(
        r#"{"Event":{"info":"x","Attribute":[{"type":"ip-dst|port","value":"45.77.10.20|4444","deleted":0},{"type":"ip-dst","value":"45.77.10.21","deleted":1}]}}"#,
    );
    assert_eq!(port.items.len(), 1, "what is deleted in any form is not live");
    assert!(port.items[0].says.contains("port 4444"), "{port:?}");
}

#[test]
fn what_an_observation_tells_of_is_used_or_told() {
    let found = reading(
        r#"{"type":"bundle","objects":[
{"type":"artifact","id":"artifact--1","url":"http://drop.example-host.com/"},
{"type":"ipv4-addr","id":"ipv4-addr--1","value":"45.77.10.20"},
{"type":"ipv4-addr","id":"ipv4-addr--2","value":"45.77.10.21"},
{"type":"observed-data","id":"observed-data--1","object_refs":["artifact--1","ipv4-addr--1","file--none"]},
{"type":"observed-data","id":"observed-data--2","revoked":"true","object_refs":["ipv4-addr--2"]}]}"#,
    );
    assert_eq!(found.items.len(), 1, "{found:?}");
    for id in ["artifact--1", "file--none", "ipv4-addr--2", "observed-data--2"] {
        assert!(is_told(&found, id), "{id}: {found:?}");
    }
}

#[test]
fn a_quotation_mark_that_nobody_closes_swallows_no_row() {
    let found = reading(
        "value;comment;tlp\nevil.example-host.com;\"open;RED\nevil6.example-host.com;x;RED\nevil7.example-host.com;x;RED\n",
    );
    assert_eq!(found.items.len(), 3, "{found:?}");
    assert!(is_told(&found, "quotation mark"));
    let two = reading(
        "value;comment\na.example-host.com;\"x\nb.example-host.com;y\nc.example-host.com;\"z\n",
    );
    assert_eq!(two.items.len(), 3, "{two:?}");
    let sound = reading("value;comment\na.example-host.com;\"two\nlines\"\nb.example-host.com;y\n");
    assert_eq!((sound.items.len(), sound.refused.len()), (2, 0), "{sound:?}");
}

#[test]
fn a_file_that_is_no_text_or_empty_is_an_error_and_utf_16_is_read() {
    for empty in ["", " \n", "\u{feff}"] {
        assert_eq!(read(empty.as_bytes(), &settings()).unwrap_err(), ReadError::Empty);
    }
    assert_eq!(read(&[0; 100], &settings()).unwrap_err(), ReadError::NoText);
    let text = "value,tlp\nevil.example-host.com,TLP:RED\n";
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(order).collect();
        assert_eq!(read(&bytes, &settings()).unwrap().items, reading(text).items);
    }
}

#[test]
fn two_mentions_of_a_file_are_one_item_with_all_its_hashes() {
    let md5 = "0123456789abcdef0123456789abcdef";
    let sha1 = "0123456789abcdef0123456789abcdef01234567";
    let found = reading(&format!(
        r#"{{"Event":{{"info":"x","Attribute":[{{"type":"md5","value":"{md5}"}},{{"type":"filename|md5","value":"a.exe|{md5}"}}],"Object":[{{"name":"file","Attribute":[{{"type":"md5","value":"{md5}"}},{{"type":"sha1","value":"{sha1}"}}]}}]}}}}"#
    ));
    let [item] = found.items.as_slice() else { panic!("{found:?}") };
    let What::Sample { sha1: Some(_), md5: Some(_), name: Some(_), .. } = &item.named else {
        panic!("{item:?}")
    };
    let merged = merge("", &[], &found.items).unwrap();
    assert_eq!((merged.added.len(), merged.known.len()), (1, 0));
}

#[test]
fn names_that_begin_alike_cost_no_more_than_others() {
    let lines: String = (0..20_000)
        .map(|number| {
            format!("http://evil.example-host.com/a/very/long/path/that/all/share/{number}\n")
        })
        .collect();
    let found = reading(&lines);
    #[expect(clippy::disallowed_methods, reason = "the test measures how the time grows")]
    let started = std::time::Instant::now();
    let merged = merge("", &[], &found.items).unwrap();
    assert_eq!(merged.added.len(), 20_000);
    assert!(started.elapsed().as_secs() < 60, "numbering was quadratic: 134 s on two cores");
}

#[test]
fn a_file_and_what_says_that_it_is_harmful_are_one_item_with_the_stricter_marking() {
    let found = reading(
        r#"{"type":"bundle","objects":[
{"type":"file","id":"file--1","name":"a.exe","hashes":{"MD5":"0123456789abcdef0123456789abcdef"}},
{"type":"malware","id":"malware--1","name":"a.exe","is_family":false,"sample_refs":["file--1"],"labels":["tlp:red"]},
{"type":"malware","id":"malware--2","name":"A family","is_family":true}]}"#,
    );
    assert_eq!(found.items.len(), 2, "{found:?}");
    assert_eq!(found.items[0].tlp, demarche_terms::Tlp::Red);
    assert!(is_told(&found, "malware--1"));
}
