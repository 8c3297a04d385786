//! Patterns against a case, and sightings of what two parties have in common.

use demarche_case::{Case, Tlp};
use demarche_exchange::{
    Common, Compared, SightingsError, asked_of_bundle, asked_of_text, matched, sightings,
};
use demarche_pattern::{Pattern, Subject};
use demarche_stix::{Rules, validate};

use crate::whole::oracle;

const EVIDENCE: &str = r#"
[[evidence]]
id = "control"
kind = "infrastructure"
title = "Control"
says = "It answered."
source = "CERT-XX"
grade = "B2"
tlp = "GREEN"
address = "203.0.113.7"
host = "evil.example"
role = "command and control"
observed = 2022-07-15T10:00Z
[[evidence]]
id = "wiper"
kind = "sample"
title = "Wiper"
says = "It wiped."
source = "CERT-XX"
grade = "B2"
tlp = "GREEN"
md5 = "0123456789abcdef0123456789abcdef"
name = "cl.exe"
size = 4096
observed = 2022-07-16
[[evidence]]
id = "lock"
kind = "artefact"
title = "Lock"
says = "It locked."
source = "CERT-XX"
grade = "B2"
tlp = "GREEN"
trace = "mutex"
value = "Global\\x"
"#;

fn case() -> Case {
    let head = "id = \"c\"\ntitle = \"C\"\ntlp = \"RED\"\nsummary = \"S.\"\n[owner]\norganisation = \"O\"\ncontact = \"c\"\n";
    Case::read(head, EVIDENCE).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn patterns_find_evidence_alone_together_and_in_time_and_what_is_undecided_says_why() {
    let text = r"# a comment
[ipv4-addr:value ISSUBSET '203.0.113.0/24']
[domain-name:value = 'evil.example' AND domain-name:resolves_to_refs[*].value = '203.0.113.7']
[file:hashes.MD5 = '0123456789abcdef0123456789abcdef' AND file:size > 4000] AND [mutex:name LIKE 'Global%']
[domain-name:value = 'evil.example'] FOLLOWEDBY [file:name = 'cl.exe']
[file:name = 'cl.exe'] FOLLOWEDBY [domain-name:value = 'evil.example']
[file:name = 'other.exe']
[network-traffic:dst_port = 443]
[mutex:name = 'a'] START t'2022-07-01T00:00:00Z' STOP t'2022-08-01T00:00:00Z'
[mutex:name = 'a'
";
    let answer = matched(&case(), &asked_of_text(text));
    let found: Vec<(&str, bool, Vec<&str>)> = answer
        .matched
        .iter()
        .map(|found| {
            let ids = found.evidence.iter().map(|item| item.id.as_str()).collect();
            (found.pattern.as_str(), found.is_together, ids)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("line 2", false, vec!["control"]),
            ("line 3", false, vec!["control"]),
            ("line 4", true, vec!["wiper", "lock"]),
            ("line 5", true, vec!["control", "wiper"]),
        ]
    );
    assert_eq!((answer.patterns, answer.observed, answer.missed), (9, 3, 1));
    assert_eq!(answer.without_time, ["lock"]);
    let reasons: Vec<(&str, &str)> = answer
        .not_evaluated
        .iter()
        .map(|entry| (entry.pattern.as_str(), entry.reason.as_str()))
        .collect();
    let [order, traffic, window, broken] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert!(order.0 == "line 6" && order.1.contains("asks for times"), "{order:?}");
    assert!(traffic.0 == "line 8" && traffic.1.contains("`network-traffic`"), "{traffic:?}");
    assert!(window.0 == "line 9" && window.1.contains("asks for times"), "{window:?}");
    assert!(broken.0 == "line 10" && broken.1.contains("cannot be read"), "{broken:?}");
}

#[test]
fn indicators_of_a_bundle_are_asked_in_their_latest_version_and_within_their_validity() {
    let text = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"indicator","id":"indicator--1","modified":"2022-01-01T00:00:00Z","pattern_type":"stix","pattern":"[file:name = 'cl.exe']","valid_from":"2023-01-01T00:00:00Z"},
{"type":"indicator","id":"indicator--2","modified":"2022-01-01T00:00:00Z","pattern_type":"stix","pattern":"[a:b = 1]"},
{"type":"indicator","id":"indicator--2","modified":"2022-02-01T00:00:00Z","pattern_type":"stix","pattern":"[file:name = 'cl.exe']","valid_from":"2022-01-01T00:00:00Z","valid_until":"2023-01-01T00:00:00Z"},
{"type":"indicator","id":"indicator--3","revoked":true,"pattern_type":"stix","pattern":"[a:b = 1]"},
{"type":"indicator","id":"indicator--4","pattern_type":"yara","pattern":"rule x {}"},
{"type":"tool","id":"tool--1"}]}"#;
    let (asked, refused) = asked_of_bundle("b.json", text.as_bytes()).unwrap();
    assert_eq!((asked.len(), refused.len()), (2, 3), "{refused:?}");
    let answer = matched(&case(), &asked);
    let outside: Vec<(&str, bool)> = answer
        .matched
        .iter()
        .map(|found| (found.pattern.as_str(), found.evidence[0].is_outside_validity))
        .collect();
    assert_eq!(outside, [("indicator--1", true), ("indicator--2", false)]);
    assert!(asked_of_bundle("b.json", b"{").is_err());
}

#[test]
fn what_two_parties_have_in_common_becomes_sightings_that_both_validators_accept() {
    let compared = Compared {
        by: "CERT-XX".to_owned(),
        with: "CERT-YY".to_owned(),
        tlp: Tlp::Amber,
        time: "2026-01-02T03:04:05Z".parse().unwrap(),
        secret: "a digest".to_owned(),
    };
    let common = [
        Common::Pattern("evil.example".to_owned(), Pattern::from(Subject::Domain("evil.example"))),
        Common::Vulnerability("CVE-2019-0604".to_owned()),
        Common::Technique("T1561.002".to_owned()),
    ];
    let bytes = sightings(&common, &compared).unwrap();
    assert_eq!(bytes, sightings(&common, &compared).unwrap());
    let validation = validate(&bytes, &Rules::default());
    assert!(validation.is_valid(), "{:?}", validation.breaches);
    if let Some(verdict) = oracle(&bytes, "sightings") {
        assert_eq!(verdict, "valid");
    }
    let whole: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let objects = whole["objects"].as_array().unwrap();
    let seen: Vec<_> = objects.iter().filter(|object| object["type"] == "sighting").collect();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|object| object["where_sighted_refs"].as_array().unwrap().len() == 2));
    assert_eq!(sightings(&[], &compared).unwrap_err(), SightingsError::Nothing);
}
