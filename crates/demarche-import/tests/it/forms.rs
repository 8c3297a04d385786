//! What becomes of each form of file.

use demarche_import::{Form, Item, Reading, Settings, What, read};
use demarche_terms::Tlp;

pub(crate) fn settings() -> Settings {
    Settings { file: "report.txt".to_owned(), unmarked: Tlp::Amber, source: None }
}

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), &settings()).unwrap()
}

fn item(reading: &Reading, has: impl Fn(&What) -> bool) -> &Item {
    reading.items.iter().find(|item| has(&item.named)).unwrap_or_else(|| panic!("{reading:?}"))
}

const EVENT: &str = r#"{"response":[{"Event":{"info":"A wiper in ministries","date":"2022-07-18","Orgc":{"name":"CERT-XX"},
"Tag":[{"name":"tlp:green"},{"name":"admiralty-scale:source-reliability=\"b\""},{"name":"admiralty-scale:information-credibility=\"2\""},{"name":"misp-galaxy:mitre-attack-pattern=\"Disk Structure Wipe - T1561.002\""}],
"Attribute":[
{"uuid":"a1","type":"ip-dst|port","category":"Network activity","value":"45.77.10.20|443","comment":"the control server"},
{"uuid":"a2","type":"domain","value":"evil[.]example-host.com","Tag":[{"name":"tlp:amber+strict"}]},
{"uuid":"a3","type":"sha256","value":"ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789","deleted":true},
{"uuid":"a4","type":"threat-actor","value":"A known group"},
{"uuid":"a5","type":"mutex","value":"Global\\x"},
{"uuid":"a6","type":"ip-src","value":"no address"}],
"Object":[{"uuid":"o1","name":"file","Attribute":[
{"uuid":"b1","type":"filename","object_relation":"filename","value":"cl.exe"},
{"uuid":"b2","type":"md5","object_relation":"md5","value":"0123456789abcdef0123456789abcdef"},
{"uuid":"b3","type":"sha1","object_relation":"sha1","value":"0123456789abcdef0123456789abcdef01234567"},
{"uuid":"b4","type":"size-in-bytes","object_relation":"size-in-bytes","value":"4096"}]}],
"Galaxy":[{"GalaxyCluster":[{"type":"mitre-malware","value":"ZeroCleare - S1151"},{"type":"threat-actor","value":"Somebody"}]}]}}]}"#;

#[test]
fn a_misp_event_gives_its_attributes_objects_and_techniques_and_no_actor() {
    let found = reading(EVENT);
    assert_eq!(found.form, Form::Misp);
    let address = item(&found, |what| matches!(what, What::Address(_)));
    assert_eq!(
        (&*address.grade, address.tlp, &*address.says),
        ("B2", Tlp::Green, "the control server (port 443)")
    );
    assert_eq!(address.source, "MISP event “A wiper in ministries”, CERT-XX, 2022-07-18");
    assert_eq!(address.observed.as_deref(), Some("2022-07-18"));
    let host = item(&found, |what| matches!(what, What::Host(_)));
    assert_eq!(
        (host.tlp, &host.named),
        (Tlp::AmberStrict, &What::Host("evil.example-host.com".to_owned()))
    );
    let file = item(&found, |what| matches!(what, What::Sample { .. }));
    assert_eq!(
        file.named,
        What::Sample {
            sha256: None,
            sha1: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
            name: Some("cl.exe".to_owned()),
            size: Some(4096),
        }
    );
    item(&found, |what| matches!(what, What::Technique { number, .. } if number == "T1561.002"));
    item(
        &found,
        |what| matches!(what, What::Software { number: Some(number), .. } if number == "S1151"),
    );
    item(&found, |what| matches!(what, What::Trace { trace, .. } if trace == "mutex"));
    assert_eq!(found.items.len(), 6, "{found:?}");
    let because = |place: &str| {
        let refused = found.refused.iter().find(|refused| refused.place == place);
        refused
            .map(|refused| refused.reason.clone())
            .unwrap_or_else(|| panic!("{place}: {found:?}"))
    };
    assert!(because("misp:a3").contains("deleted"));
    assert!(because("misp:a4").contains("claim"));
    assert!(because("misp:a6").contains("no ip-src"));
    assert!(because("misp-galaxy:threat-actor=Somebody").contains("claim"));
}

const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"identity","id":"identity--1","name":"CERT-XX"},
{"type":"marking-definition","id":"marking-definition--own","definition_type":"statement","definition":{"statement":"x"}},
{"type":"indicator","id":"indicator--1","created":"2022-08-01T00:00:00Z","modified":"2022-08-02T00:00:00Z","created_by_ref":"identity--1","pattern_type":"stix","confidence":70,
 "pattern":"[file:hashes.MD5 = '0123456789abcdef0123456789abcdef' OR file:hashes.'SHA-256' = 'abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789']","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da","marking-definition--own"]},
{"type":"indicator","id":"indicator--2","modified":"2022-08-02T00:00:00Z","pattern_type":"yara","pattern":"rule x {}"},
{"type":"indicator","id":"indicator--3","modified":"2022-08-02T00:00:00Z","revoked":true,"pattern_type":"stix","pattern":"[ipv4-addr:value = '45.77.10.20']"},
{"type":"indicator","id":"indicator--4","modified":"2022-08-02T00:00:00Z","pattern_type":"stix","pattern":"[domain-name:value = 'old.example-host.com']"},
{"type":"indicator","id":"indicator--4","modified":"2022-08-03T00:00:00Z","pattern_type":"stix","pattern":"[domain-name:value = 'new.example-host.com']","object_marking_refs":["marking-definition--nobody-defines-it"]},
{"type":"intrusion-set","id":"intrusion-set--1","name":"A group"},
{"type":"attack-pattern","id":"attack-pattern--1","name":"Disk Structure Wipe","external_references":[{"source_name":"mitre-attack","external_id":"T1561.002"}]},
{"type":"ipv4-addr","id":"ipv4-addr--1","value":"45.77.10.21","object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]},
{"type":"observed-data","id":"observed-data--1","first_observed":"2022-07-15T09:00:00Z","object_refs":["ipv4-addr--1"]}]}"#;

#[test]
fn a_bundle_gives_what_was_seen_with_the_strictest_marking_and_the_latest_version() {
    let found = reading(BUNDLE);
    assert_eq!(found.form, Form::Stix);
    let file =
        item(&found, |what| matches!(what, What::Sample { sha256: Some(_), md5: Some(_), .. }));
    assert_eq!((&*file.grade, file.tlp, &*file.source), ("F2", Tlp::Green, "CERT-XX, 2022-08-02"));
    let host =
        item(&found, |what| matches!(what, What::Host(host) if host == "new.example-host.com"));
    assert_eq!(host.tlp, Tlp::Red, "what nobody defines may be anything");
    let seen = item(&found, |what| matches!(what, What::Address(_)));
    assert_eq!((seen.tlp, seen.observed.as_deref()), (Tlp::Red, Some("2022-07-15")));
    item(&found, |what| matches!(what, What::Technique { .. }));
    assert_eq!(found.items.len(), 4, "{found:?}");
    let places: Vec<&str> = found.refused.iter().map(|refused| refused.place.as_str()).collect();
    for id in ["indicator--2", "indicator--3", "indicator--4", "intrusion-set--1", "identity--1"] {
        assert!(places.contains(&id), "{id}: {places:?}");
    }
}

#[test]
fn a_layer_gives_what_is_marked_in_it() {
    let found = reading(
        r#"{"name":"wiper","domain":"enterprise-attack","techniques":[{"techniqueID":"T1561.002","score":1,"comment":"seen"},{"techniqueID":"T1059","score":0},{"techniqueID":"T1486","enabled":false,"score":1},{"techniqueID":"TA0040"}]}"#,
    );
    assert_eq!(found.form, Form::Navigator);
    let numbers: Vec<_> = found.items.iter().map(|item| (&item.named, &*item.says)).collect();
    let wipe = What::Technique { number: "T1561.002".to_owned(), name: None };
    assert_eq!(numbers, [(&wipe, "seen")]);
    assert_eq!(found.refused.len(), 3);
}

#[test]
fn a_table_is_read_by_its_headings_and_without_them_by_its_cells() {
    let found = reading(
        "type,value,comment,TLP,date\nip-dst,45.77.10.20,control,tlp:green,2022-07-15\ndomain,evil[.]example-host[.]com,,top secret,\nnote,nothing here,,,\n",
    );
    assert_eq!(found.form, Form::Table);
    let address = item(&found, |what| matches!(what, What::Address(_)));
    assert_eq!(
        (address.tlp, &*address.says, address.observed.as_deref()),
        (Tlp::Green, "control", Some("2022-07-15"))
    );
    let host = item(&found, |what| matches!(what, What::Host(_)));
    assert_eq!(host.tlp, Tlp::Red, "a word that is no marking is no leave to share");
    assert_eq!(found.refused.len(), 1);
    let bare = reading("45.77.10.20;control server\n45.77.10.21;second server\n");
    assert_eq!((bare.form, bare.items.len()), (Form::Table, 2));
    assert_eq!(bare.items[0].says, "control server");
}

#[test]
fn a_report_gives_its_indicators_with_the_line_that_names_them() {
    let found = reading(
        "On 15 July the wiper (version 1.2.3.4) ran.\nIt called hxxps://evil[.]example-host[.]com/a and 45.77.10[.]20, using T1561.002 and CVE-2019-0604.\nIts own network is 10.0.0.7.\n",
    );
    assert_eq!(found.form, Form::Text);
    assert_eq!(found.items.len(), 4, "{found:?}");
    assert!(found.items[0].says.starts_with("It called hxxps"));
    assert!(
        found.refused.iter().any(|refused| refused.reason.contains("own network")),
        "{found:?}"
    );
}

#[test]
fn json_of_no_known_form_is_refused() {
    for text in ["{}", "[]", "{\"type\":\"indicator\"}", "{\"Event\":1}", "{\"a\":"] {
        assert!(read(text.as_bytes(), &settings()).is_err(), "{text}");
    }
}

#[test]
fn a_marking_that_cannot_be_read_is_red_and_a_fixed_one_cannot_be_defined_anew() {
    let marked = |property: &str, defined: &str| {
        let text = format!(
            r#"{{"type":"bundle","id":"bundle--1","objects":[{defined}{{"type":"ipv4-addr","id":"ipv4-addr--1","value":"45.77.10.21"{property}}}]}}"#
        );
        reading(&text).items[0].tlp
    };
    let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    for property in [
        r#","object_marking_refs":"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da""#,
        r#","object_marking_refs":[7]"#,
        r#","granular_markings":[{}]"#,
        r#","granular_markings":{}"#,
    ] {
        assert_eq!(marked(property, ""), Tlp::Red, "{property}");
    }
    let own = r#","object_marking_refs":["marking-definition--own"]"#;
    for content in [r#""definition":{"tlp":"purple"}"#, r#""definition_type":"tlp""#] {
        let defined =
            format!(r#"{{"type":"marking-definition","id":"marking-definition--own",{content}}},"#);
        assert_eq!(marked(own, &defined), Tlp::Red, "{content}");
    }
    let anew =
        format!(r#"{{"type":"marking-definition","id":"{red}","definition":{{"tlp":"white"}}}},"#);
    assert_eq!(marked(&format!(r#","object_marking_refs":["{red}"]"#), &anew), Tlp::Red);
    assert_eq!(marked(r#","granular_markings":[{"lang":"fr","selectors":["x"]}]"#, ""), Tlp::Amber);
}
