//! Round trips: what comes in goes out again, on every real bundle and on objects of any shape.

use arbtest::arbitrary::{self, Unstructured};
use arbtest::arbtest;
use demarche_stix::{KeptBundle, KeptError, bundle_of};
use serde_json::Value;

use crate::real::{attack, data, files};

/// The objects of a file by an independent reader.
fn objects(bytes: &[u8]) -> Vec<Value> {
    match serde_json::from_slice(bytes).unwrap() {
        Value::Array(objects) => objects,
        Value::Object(mut bundle) if bundle.get("type") == Some(&"bundle".into()) => {
            match bundle.remove("objects") {
                Some(Value::Array(objects)) => objects,
                _ => Vec::new(),
            }
        }
        object => vec![object],
    }
}

/// A file goes out to the byte, and its objects go out in another bundle with nothing added, lost or changed.
fn round_trip(bytes: &[u8], name: &str) -> usize {
    let kept = KeptBundle::read(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(kept.write().as_bytes(), bytes, "{name}");
    let anew = bundle_of(kept.objects.iter().map(|object| object.json()));
    let (before, after) = (objects(bytes), objects(anew.as_bytes()));
    assert_eq!(before.len(), kept.objects.len(), "{name}");
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after, "{name}");
    }
    assert_eq!(before.len(), after.len(), "{name}");
    for (value, object) in before.iter().zip(&kept.objects) {
        assert_eq!(value["id"].as_str(), object.id.as_deref(), "{name}");
        assert_eq!(value["type"].as_str().unwrap_or(""), object.kind, "{name}");
        assert_eq!(value["revoked"] == true, object.is_revoked, "{name}");
    }
    before.len()
}

#[test]
fn round_trip_of_attack() {
    let Some(bytes) = attack() else { return };
    assert_eq!(round_trip(&bytes, "ATT&CK Enterprise 18.1"), 24_771);
    let kept = KeptBundle::read(&bytes).unwrap();
    let of = |kind: &str| kept.objects.iter().filter(|object| object.kind == kind).count();
    assert!(of("x-mitre-analytic") > 0 && of("x-mitre-detection-strategy") > 0);
    assert!(kept.objects.iter().any(|object| object.is_revoked));
}

#[test]
fn round_trip_of_every_bundle_of_oasis_and_of_attack_flow() {
    let folders = ["stix/oasis-examples", "stix/oasis-testdata", "stix/attack-flow"];
    let (mut count, mut of_them) = (0, 0);
    for folder in folders.into_iter().filter_map(data) {
        for path in files(&folder) {
            of_them += round_trip(&std::fs::read(&path).unwrap(), &path.display().to_string());
            count += 1;
        }
    }
    if data("stix").is_some() {
        assert!(count > 20 && of_them > 300, "{count} files, {of_them} objects");
    }
}

/// JSON of any shape, as text with spaces wherever they may be.
fn json(u: &mut Unstructured<'_>, depth: u32, text: &mut String) -> arbitrary::Result<()> {
    let space = |u: &mut Unstructured<'_>, text: &mut String| -> arbitrary::Result<()> {
        text.push_str(u.choose(&["", "", " ", "\n\t"])?);
        Ok(())
    };
    space(u, text)?;
    match u.int_in_range(0..=if depth == 0 { 4 } else { 6 })? {
        0 => text.push_str("null"),
        1 => text.push_str(u.choose(&["true", "false"])?),
        2 => text.push_str(u.choose(&["0", "-1.50", "1E400", "123456789012345678901234567890"])?),
        3 | 4 => text.push_str(u.choose(&[
            r#""""#,
            r#""a\"},]b""#,
            r#""\u00e9\ud83d\ude00""#,
            r#""é""#,
            r#""tool--1""#,
        ])?),
        5 => {
            text.push('[');
            for index in 0..u.int_in_range(0..=3)? {
                text.push_str(if index > 0 { "," } else { "" });
                json(u, depth - 1, text)?;
            }
            space(u, text)?;
            text.push(']');
        }
        _ => object(u, depth - 1, text)?,
    }
    space(u, text)
}

fn object(u: &mut Unstructured<'_>, depth: u32, text: &mut String) -> arbitrary::Result<()> {
    text.push('{');
    for index in 0..u.int_in_range(0..=3)? {
        text.push_str(if index > 0 { "," } else { "" });
        let name = u.choose(&["id", "type", "x_ours", "other_ref", "object_refs", "\\u0061"])?;
        text.push_str(&format!(" \"{name}\":"));
        json(u, depth, text)?;
    }
    text.push('}');
    Ok(())
}

#[test]
fn objects_of_any_shape_go_out_as_they_came() {
    arbtest(|u| {
        let mut text = String::new();
        let is_bundle = u.arbitrary()?;
        text.push_str(if is_bundle {
            "{\"id\":\"bundle--1\", \"type\":\"bundle\",\"objects\":["
        } else {
            "["
        });
        for index in 0..u.int_in_range(0..=4)? {
            text.push_str(if index > 0 { ",\n" } else { " " });
            object(u, 3, &mut text)?;
        }
        text.push_str(if is_bundle { "] ,\"x_ours\":{\"a\": 1.0}}\n" } else { " ]" });
        match KeptBundle::read(text.as_bytes()) {
            Ok(kept) => assert_eq!(kept.write(), text),
            // A number that no 64 bits hold is refused by the reader of numbers.
            Err(error) => assert!(text.contains("1E400"), "{error}: {text}"),
        }
        Ok(())
    });
}

#[test]
fn bytes_cut_and_flipped_are_kept_whole_or_refused() {
    const SEED: &str = r#"{"type":"bundle","objects":[{"type":"tool","id":"tool--1"},{"a":[1,{"b_ref":"c--1"}]}],"x":"y"}"#;
    arbtest(|u| {
        let mut bytes = SEED.as_bytes().to_vec();
        for _ in 0..u.int_in_range(0..=6)? {
            let index = u.choose_index(bytes.len())?;
            bytes[index] = u.arbitrary()?;
        }
        bytes.truncate(u.int_in_range(0..=bytes.len())?);
        if let Ok(kept) = KeptBundle::read(&bytes) {
            assert_eq!(kept.write().as_bytes(), bytes);
        }
        Ok(())
    });
}

#[test]
fn what_two_readers_would_read_otherwise_is_refused() {
    let fault = |text: &str| KeptBundle::read(text.as_bytes()).unwrap_err();
    let twice = r#"{"type":"bundle","objects":[{"a":1}],"obj\u0065cts":[{"b":2}]}"#;
    assert!(matches!(fault(twice), KeptError::Twice { .. }), "{}", fault(twice));
    for text in [
        r#"{"type":"bundle","objects":{"0":{"type":"tool"}}}"#,
        r#"{"type":"bundle","objects":[1]}"#,
        r#"{"type":"bundle","objects":[["tool"]]}"#,
        r#"{"type":"bundle","objects":[{}]} {}"#,
        r#"{"type":"bundle",}"#,
        "7",
        "",
    ] {
        fault(text);
    }
    assert!(KeptBundle::read(&[b'"', 0xff]).is_err());
    let deep = format!("[{}{}]", "{\"a\":".repeat(70), "1".to_owned() + &"}".repeat(70));
    assert!(KeptBundle::read(deep.as_bytes()).is_err());
}

#[test]
fn an_array_is_no_object_wherever_an_object_should_be() {
    let reading = demarche_stix::read(
        br#"[["malware","malware--1"],
        {"type":"malware","id":"malware--2","name":"M","external_references":[["source"]]},
        {"type":"malware","id":"malware--3","name":"M","kill_chain_phases":[["k","p"]]},
        {"type":"marking-definition","id":"marking-definition--1","definition":["red"],"extensions":{"e":["red"]}}]"#,
    );
    assert_eq!(reading.refused.len(), 3, "{:?}", reading.refused);
    assert_eq!(reading.bundle.objects.len(), 3);
    for object in &reading.bundle.objects {
        assert!(object.references.is_empty() && object.phases.is_empty() && object.tlp.is_none());
    }
}
