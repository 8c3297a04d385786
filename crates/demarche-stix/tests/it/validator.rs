//! The validator: bounds that hold for any bytes, and the messages.

use std::fmt::Write as _;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_stix::{Level, MAX_BREACHES, Rules, validate};

const EACH_TYPE: &str = include_str!("../data/each-type.json");

fn must(text: &str) -> Vec<String> {
    let validation = validate(text.as_bytes(), &Rules::default());
    validation.invalid().map(ToString::to_string).collect()
}

#[test]
fn an_object_of_each_type_is_valid() {
    assert_eq!(must(EACH_TYPE), Vec::<String>::new());
}

#[test]
fn bytes_cut_and_flipped_never_panic() {
    arbtest(|u| {
        let mut bytes = EACH_TYPE.as_bytes().to_vec();
        for _ in 0..u.int_in_range(0..=8)? {
            let index = u.choose_index(bytes.len())?;
            bytes[index] = u.arbitrary()?;
        }
        if u.arbitrary()? {
            bytes.truncate(u.int_in_range(0..=bytes.len())?);
        }
        let validation = validate(&bytes, &Rules { interop: true, pattern: None });
        let is_invalid = validation.breaches.iter().any(|breach| breach.level != Level::Should);
        assert_eq!(validation.is_invalid, is_invalid);
        Ok(())
    });
    arbtest(|u| {
        let bytes = u.bytes(u.len())?;
        assert!(!validate(bytes, &Rules::default()).is_valid());
        Ok(())
    });
}

/// Names that the validator looks at, and some that it does not know.
const NAMES: [&str; 22] = [
    "type",
    "id",
    "spec_version",
    "created",
    "modified",
    "objects",
    "extensions",
    "hashes",
    "granular_markings",
    "selectors",
    "external_references",
    "definition",
    "definition_type",
    "contents",
    "name",
    "value",
    "pattern",
    "object_marking_refs",
    "kill_chain_phases",
    "additional_header_fields",
    "sections",
    "x_é",
];

const WORDS: [&str; 12] = [
    "observed-data",
    "marking-definition",
    "language-content",
    "file",
    "indicator",
    "email-message",
    "bundle",
    "tlp",
    "2016-05-12T08:17:27.000Z",
    "file--31b940d4-6f7f-559a-80ea-9c1f17b5891b",
    "windows-pebinary-ext.[0].é",
    "",
];

/// JSON of any shape, of words that the validator looks at.
fn json(u: &mut Unstructured<'_>, text: &mut String, depth: u32) -> Result<()> {
    match u.int_in_range(0..=if depth > 6 { 4 } else { 8 })? {
        0 => text.push_str("null"),
        1 => text.push_str(if u.arbitrary()? { "true" } else { "-7" }),
        2 => write!(text, "{:e}", u.arbitrary::<i64>()?).unwrap(),
        3 | 4 => write!(text, "\"{}\"", u.choose(&WORDS)?).unwrap(),
        5 => {
            text.push('[');
            for index in 0..u.int_in_range(0..=3)? {
                text.push_str(if index > 0 { "," } else { "" });
                json(u, text, depth + 1)?;
            }
            text.push(']');
        }
        _ => {
            text.push('{');
            for index in 0..u.int_in_range(0..=8)? {
                text.push_str(if index > 0 { "," } else { "" });
                write!(text, "\"{}\":", u.choose(&NAMES)?).unwrap();
                json(u, text, depth + 1)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

#[test]
fn any_json_gets_a_verdict() {
    arbtest(|u| {
        let mut text = String::new();
        json(u, &mut text, 0)?;
        let validation = validate(text.as_bytes(), &Rules { interop: true, pattern: None });
        assert!(validation.breaches.iter().all(|breach| breach.path.len() < 10_000), "{text}");
        Ok(())
    });
}

#[test]
fn depth_and_the_number_of_faults_are_bounded() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert!(must(&deep)[0].contains("levels deep"), "{}", must(&deep)[0]);
    let many = format!("[{}0]", "0,".repeat(50_000));
    let validation = validate(many.as_bytes(), &Rules::default());
    assert_eq!((validation.breaches.len(), validation.left_out), (MAX_BREACHES, 40_001));
    assert_eq!(validation.objects, 50_001);
}

#[test]
fn a_message_says_what_was_met_and_the_remedy() {
    let text = r#"{"type":"report","spec_version":"2.1","id":"report--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created":"2016-05-12T08:17:27Z","modified":"2016-05-12T08:17:27.000Z","name":"r","published":"2016",
        "object_refs":[],"report_types":["Rumour"],
        "granular_markings":[{"selectors":["name","description"],"lang":"de"}],
        "external_references":[{"source_name":"cve","external_id":"2014-0160"}]}"#;
    let validation = validate(text.as_bytes(), &Rules { interop: true, pattern: None });
    let found: Vec<String> = validation.breaches.iter().map(ToString::to_string).collect();
    let expected = [
        "must: created: `2016-05-12T08:17:27Z`; give a time in UTC to the millisecond, as 2016-05-12T08:17:27.000Z (STIX 2.1, section 3.2)",
        "must: published: `2016`; give a time in UTC, as 2016-05-12T08:17:27.000Z (STIX 2.1, section 2.16)",
        "must: object_refs: a list of 0; leave the property out (STIX 2.1, section 2.12)",
        "should: report_types[0]: `Rumour`; take a word of report-type-ov (STIX 2.1, section 10)",
        "must: external_references[0].external_id: `2014-0160`; write it as CVE-2014-0160 (STIX 2.1, section 2.5)",
        "must: granular_markings[0].selectors[1]: `description`; name something that is in the object (STIX 2.1, section 7.2.3.1)",
        "interop: created_by_ref: missing; add it (interoperability profile)",
    ];
    let found: Vec<String> = found
        .iter()
        .map(|line| line.replace(" report--31b940d4-6f7f-459a-80ea-9c1f17b5891b:", ""))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn one_object_has_one_version_of_the_traffic_light_protocol() {
    let text = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3",
        "object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
        "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"]}"#;
    let validation = validate(text.as_bytes(), &Rules { interop: true, pattern: None });
    let levels: Vec<Level> = validation.breaches.iter().map(|breach| breach.level).collect();
    assert_eq!(levels, [Level::Should, Level::Interop]);
}

#[test]
fn a_pattern_is_checked_by_the_caller() {
    let text = EACH_TYPE.replace("ipv4-addr:value = '198", "ipv4-addr:value == '198");
    let pattern =
        |pattern: &str| if pattern.contains("==") { Err("`==`".to_owned()) } else { Ok(()) };
    let validation = validate(text.as_bytes(), &Rules { interop: false, pattern: Some(pattern) });
    let faults: Vec<_> = validation.invalid().collect();
    assert_eq!((faults.len(), faults[0].path.as_str(), faults[0].section), (1, "pattern", "9"));
}

#[test]
fn a_container_of_many_objects_takes_no_longer_for_each() {
    let mut objects = String::new();
    for index in 0..9_000 {
        let next = (index + 1) % 9_000;
        write!(
            objects,
            "\"{index}\":{{\"type\":\"domain-name\",\"id\":\"domain-name--28bb3599-77cd-5a82-a950-b5bc3caf07c4\",\"value\":\"a.example\",\"resolves_to_refs\":[\"{next}\"]}},"
        )
        .unwrap();
    }
    let objects = objects.trim_end_matches(',');
    let text = format!(
        r#"{{"type":"observed-data","spec_version":"2.1","id":"observed-data--31b940d4-6f7f-459a-80ea-9c1f17b5891b",
        "created":"2016-05-12T08:17:27.000Z","modified":"2016-05-12T08:17:27.000Z","number_observed":1,
        "first_observed":"2016-05-12T08:17:27Z","last_observed":"2016-05-12T08:17:27Z","objects":{{{objects}}}}}"#
    );
    assert_eq!(must(&text), Vec::<String>::new());
    // The key of an object of another type than the property takes is no reference.
    let wrong = text.replacen("domain-name\",\"id", "mutex\",\"id", 1);
    assert!(!must(&wrong).is_empty());
}

#[test]
fn names_in_extensions_of_the_standard_and_cpes_have_their_forms() {
    let account = |name: &str| {
        format!(
            r#"{{"type":"user-account","spec_version":"2.1","id":"user-account--0d5b424b-93b8-5cd8-ac36-306e1789d63c","user_id":"1001","extensions":{{"unix-account-ext":{{"gid":1001,"{name}":"x"}}}}}}"#
        )
    };
    assert_eq!(must(&account("x_ours")), Vec::<String>::new());
    for name in ["a b", "PRIORITY", "Gid", "é"] {
        assert_eq!(must(&account(name)).len(), 1, "{name}");
    }
    let software = |cpe: &str| {
        format!(
            r#"{{"type":"software","spec_version":"2.1","id":"software--a1827f6d-ca53-5605-9e93-4316cd22a00a","name":"Word","cpe":"{cpe}"}}"#
        )
    };
    assert_eq!(
        must(&software(r"cpe:2.3:a:microsoft:word:2000:a\\:b:*:*:*:*:*:*")),
        Vec::<String>::new()
    );
    for cpe in [
        "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:* ",
        r"cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*\n",
        "cpe:2.3:a:microsoft:my word:2000:*:*:*:*:*:*:*",
        "cpe:2.3:a::word:2000:*:*:*:*:*:*:*",
    ] {
        assert_eq!(must(&software(cpe)).len(), 1, "{cpe}");
    }
}
