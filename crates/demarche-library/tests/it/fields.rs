//! Entries of which a part is odd: what is right is used, and what is not is named.

use demarche_case::Sha256;
use demarche_case::record::Bond;
use demarche_library::{Imported, Provenance, import};

fn imported(text: &str) -> Imported {
    let provenance =
        Provenance { origin: "test".into(), date: None, sha256: Sha256::of(text.as_bytes()) };
    import(text.as_bytes(), &provenance).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A galaxy with one actor that has these members beside its name.
fn actor(members: &str) -> Imported {
    imported(&format!(
        r#"{{"type":"threat-actor","version":1,"values":[{{"value":"Alpha","uuid":"u1"{members}}}]}}"#
    ))
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.refused.iter().map(|refused| refused.reason.to_string()).collect()
}

#[test]
fn an_odd_field_of_an_actor_costs_that_field_alone() {
    for (members, odd) in [
        (r#","meta":{"synonyms":"Hippo"}"#, 0),
        (r#","meta":{"synonyms":["Hippo",5,null]}"#, 2),
        (r#","meta":{"synonyms":["Hippo"],"refs":7}"#, 1),
        (r#","meta":{"synonyms":["Hippo",""]}"#, 1),
        (r#","meta":{"synonyms":["Hippo"]},"description":5"#, 1),
    ] {
        let found = actor(members);
        assert_eq!(found.part.actors[0].synonyms[0].name, "Hippo", "{members}");
        assert_eq!(found.refused.len(), odd, "{members}: {:?}", reasons(&found));
    }
    for (members, odd) in
        [("", 0), (r#","meta":null"#, 0), (r#","meta":["a"]"#, 1), (r#","meta":"a""#, 1)]
    {
        let found = actor(members);
        assert_eq!((found.part.actors.len(), found.refused.len()), (1, odd), "{members}");
    }
}

#[test]
fn several_countries_are_read_and_an_unknown_one_is_named() {
    let states = |found: &Imported| -> Vec<String> {
        let claims = &found.part.actors[0].states;
        claims.iter().map(|claim| claim.state.code().to_owned()).collect()
    };
    for text in [r#""RU, CN""#, r#"["RU","CN"]"#, r#""RU/CN""#, r#""Russian Federation; China""#] {
        let found = actor(&format!(r#","meta":{{"country":{text}}}"#));
        assert_eq!(
            (states(&found), reasons(&found)),
            (vec!["RU".into(), "CN".into()], vec![]),
            "{text}"
        );
    }
    let comma = actor(r#","meta":{"country":"Korea, Republic of"}"#);
    assert_eq!(states(&comma), ["KR"]);
    let unknown =
        actor(r#","meta":{"country":"RU,Atlantis","cfr-suspected-state-sponsor":"Unknown"}"#);
    assert_eq!(states(&unknown), ["RU"]);
    assert_eq!(unknown.refused.len(), 1);
    assert!(reasons(&unknown)[0].contains("Atlantis"), "{:?}", reasons(&unknown));
}

#[test]
fn whoever_stands_behind_an_actor_is_kept_with_the_states_that_are_claimed() {
    let object = |kind: &str, name: &str, more: &str| {
        format!(r#"{{"type":"{kind}","id":"{kind}--1","name":"{name}"{more}}}"#)
    };
    let attributed = |from: &str, to: &str, number: u32| {
        format!(
            r#"{{"type":"relationship","id":"relationship--{number}","relationship_type":"attributed-to","source_ref":"{from}--1","target_ref":"{to}--1"}}"#
        )
    };
    let objects = [
        object("intrusion-set", "Alpha", ""),
        object("threat-actor", "Unit 5", ""),
        object("identity", "Russia", r#","identity_class":"organization""#),
        attributed("intrusion-set", "threat-actor", 1),
        attributed("threat-actor", "identity", 2),
    ];
    let found = imported(&format!(r#"{{"type":"bundle","objects":[{}]}}"#, objects.join(",")));
    assert_eq!(reasons(&found), Vec::<String>::new());
    let alpha = found.part.actors.iter().find(|actor| actor.name == "Alpha").unwrap();
    assert!(alpha.about.ends_with("Attributed to Unit 5."));
    assert_eq!(
        (alpha.states[0].state.code(), alpha.states[0].basis.as_str()),
        ("RU", "attributed to Unit 5")
    );
}

#[test]
fn the_country_of_a_place_is_a_claim_and_a_region_is_none() {
    let bundle = |kind: &str, place: &str| {
        imported(&format!(
            r#"{{"type":"bundle","objects":[{{"type":"intrusion-set","id":"intrusion-set--1","name":"Alpha"}},
            {{"type":"identity","id":"identity--1","name":"A victim"}},{{"type":"malware","id":"malware--1","name":"Tool"}},
            {{"type":"location","id":"location--1"{place}}},
            {{"type":"relationship","id":"relationship--1","relationship_type":"{kind}","source_ref":"intrusion-set--1","target_ref":"location--1"}},
            {{"type":"relationship","id":"relationship--2","relationship_type":"located-at","source_ref":"identity--1","target_ref":"location--1"}},
            {{"type":"relationship","id":"relationship--3","relationship_type":"originates-from","source_ref":"malware--1","target_ref":"location--1"}}]}}"#
        ))
    };
    for (kind, bond, basis) in [
        ("originates-from", Bond::ComesFrom, "said to be from North Korea"),
        ("located-at", Bond::ComesFrom, "said to be located at North Korea"),
        ("attributed-to", Bond::ActsFor, "attributed to DPRK"),
    ] {
        let found = bundle(kind, r#","country":"KP","name":"DPRK""#);
        assert_eq!(reasons(&found), Vec::<String>::new());
        let claim = &found.part.actors[0].states[0];
        assert_eq!((claim.state.code(), claim.bond, claim.basis.as_str()), ("KP", bond, basis));
        assert_eq!(found.passed_over["location"], 1);
        assert_eq!(found.passed_over["relationship located-at"], 1);
        // Georgia of the United States is no state that acts.
        let region = bundle(kind, r#","region":"northern-america","name":"Georgia""#);
        assert_eq!(region.part.actors[0].states, []);
        assert_eq!(reasons(&region), ["comes from a place that is no known country: Georgia"]);
    }
}

/// A bundle with one intrusion set that has these members beside its name.
fn set(members: &str) -> Imported {
    imported(&format!(
        r#"{{"type":"bundle","objects":[{{"type":"intrusion-set","id":"intrusion-set--1","name":"Alpha"{members}}}]}}"#
    ))
}

#[test]
fn an_odd_property_of_stix_costs_that_property_alone() {
    for (members, fault) in [
        (
            r#","aliases":"Wolf""#,
            "its `aliases` is not as STIX has it, and is left out: the text \"Wolf\" stands where a list should",
        ),
        (
            r#","aliases":["A",5]"#,
            "its `aliases` is not as STIX has it, and is left out: the number 5 stands where a text should",
        ),
        (
            r#","external_references":{}"#,
            "its `external_references` is not as STIX has it, and is left out: an object stands where a list should",
        ),
        (
            r#","modified":5,"description":"D""#,
            "its `modified` is not as STIX has it, and is left out: the number 5 stands where a text should",
        ),
    ] {
        let found = set(members);
        assert_eq!(found.part.actors[0].name, "Alpha", "{members}");
        let reasons = reasons(&found);
        assert_eq!(reasons, [fault], "{members}");
        assert!(!reasons[0].contains("line"), "a part of a file has no lines of its own");
    }
}

#[test]
fn a_galaxy_with_an_odd_version_is_read() {
    for (version, name, odd) in [
        ("\"12\"", "12", 0),
        ("12", "12", 0),
        ("-1", "unknown", 1),
        ("3.5", "unknown", 1),
        ("{}", "unknown", 1),
    ] {
        let found = imported(&format!(
            r#"{{"type":"threat-actor","version":{version},"values":[{{"value":"Alpha","uuid":"u1"}}]}}"#
        ));
        assert_eq!(found.part.actors.len(), 1, "{version}");
        assert_eq!(found.part.editions[0].name, format!("misp-threat-actor-{name}"));
        assert_eq!(found.refused.len(), odd, "{version}: {:?}", reasons(&found));
    }
}

#[test]
fn what_is_not_read_of_a_galaxy_is_counted() {
    let found = actor(
        r#","related":[],"meta":{"country":"N/A","state-sponsor":"China","refs":["https://a.org"]}"#,
    );
    assert_eq!(reasons(&found), Vec::<String>::new());
    let words: Vec<&str> = found.passed_over.keys().map(String::as_str).collect();
    assert_eq!(
        words,
        ["country that is said not to be known", "field `related`", "field `state-sponsor`"]
    );
}

#[test]
fn no_word_of_a_programming_language_is_in_an_answer() {
    let words = ["struct", "u64", "u32", "sequence", "map", "enum", "Cluster", "expected a "];
    for values in
        [r#"["a"]"#, r#"[["a","b","c","d"]]"#, "[5]", r#"[{"value":5}]"#, "[{}]", "[null]"]
    {
        let text = format!(
            r#"{{"type":"threat-actor","version":1,"values":[{{"value":"A","uuid":"u"}},{}]}}"#,
            values.trim_start_matches('[').trim_end_matches(']')
        );
        let Ok(found) = import(text.as_bytes(), &provenance()) else { continue };
        for reason in reasons(&found) {
            assert!(!words.iter().any(|word| reason.contains(word)), "{reason}");
        }
    }
    for text in [
        r#"{"type":"threat-actor","values":{}}"#,
        r#"{"type":"threat-actor","values":5}"#,
        r#"{"type":"threat-actor","values":["#,
    ] {
        let error = import(text.as_bytes(), &provenance()).unwrap_err().to_string();
        assert!(!words.iter().any(|word| error.contains(word)), "{error}");
    }
}

fn provenance() -> Provenance {
    Provenance { origin: "test".into(), date: None, sha256: Sha256::of(b"") }
}

#[test]
fn a_date_or_column_that_is_not_read_is_named() {
    let heads = "ID,name,description,start_date,end_date,incident_types,receiver_country,receiver_category,initiator_country";
    let found = imported(&format!(
        "{heads}\n1,A,D,31/12/2014,,x,Chad,,Togo\n2,B,D,2014-12-31,Not available,x,Chad,,Togo\n"
    ));
    assert_eq!(found.part.attacks.len(), 2);
    assert_eq!(found.part.editions[0].name, "eurepoc-1.1-global");
    let reasons = reasons(&found).join("\n");
    assert!(
        reasons.contains("`start_date` is no date that is read, and is left out: `31/12/2014`"),
        "{reasons}"
    );
    assert!(reasons.contains("has no column `incident_type`"), "{reasons}");
    assert!(!reasons.contains("Not available"), "{reasons}");
}

#[test]
fn a_member_of_a_file_of_clusters_that_is_not_read_is_named() {
    let found = imported(
        r#"{"type":"threat-actor","version":1,"values":[{"value":"Alpha","uuid":"u1"}],"values2":[{"value":"Beta"}]}"#,
    );
    let words: Vec<&str> = found.passed_over.keys().map(String::as_str).collect();
    assert_eq!(words, ["member `values2` of the file"]);
}

/// A bundle of these objects, between which commas are written.
fn bundle(objects: &[&str]) -> Imported {
    imported(&format!(r#"{{"type":"bundle","objects":[{}]}}"#, objects.join(",")))
}

#[test]
fn the_marking_of_a_part_is_one_of_the_whole_edition() {
    use demarche_case::Tlp;
    let red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
    let actor = r#"{"type":"intrusion-set","id":"intrusion-set--1","name":"Alpha""#;
    let identity = r#"{"type":"identity","id":"identity--1","name":"Unit 5"}"#;
    let link = r#"{"type":"relationship","id":"relationship--1","relationship_type":"attributed-to","source_ref":"intrusion-set--1","target_ref":"identity--1""#;
    let part = |id: &str| {
        format!(r#","granular_markings":[{{"selectors":["description"],"marking_ref":"{id}"}}]}}"#)
    };
    let tlp = |objects: &[&str]| bundle(objects).part.editions[0].tlp;
    let plain = format!("{actor}}}");
    assert_eq!(tlp(&[&plain, identity]), Tlp::Clear);
    assert_eq!(tlp(&[&format!("{actor}{}", part(red)), identity]), Tlp::Red);
    assert_eq!(tlp(&[&plain, identity, &format!("{link}{}", part(red))]), Tlp::Red);
    let unknown = format!("{actor}{}", part("marking-definition--7"));
    assert_eq!(tlp(&[&unknown]), Tlp::Red, "nobody can say what it asks for");
    let nothing = format!(r#"{actor},"granular_markings":[{{"selectors":["name"]}}]}}"#);
    assert_eq!(tlp(&[&nothing]), Tlp::Red);
    let language =
        format!(r#"{actor},"granular_markings":[{{"selectors":["name"],"lang":"fr"}}]}}"#);
    assert_eq!(tlp(&[&language]), Tlp::Clear);
}

#[test]
fn a_date_of_a_campaign_is_a_day_and_what_is_none_is_named() {
    for (began, ended, dates, named) in [
        ("2023-05-17T11:22:33Z", "2023-06-02T00:00:00.000Z", ["2023-05-17", "2023-06-02"], 0),
        ("2023-13-45T11:22:33Z", "2023-06-02T00:00:00Z", ["", "2023-06-02"], 1),
        ("May 2023", "2023-06-02T00:00:00Z", ["", "2023-06-02"], 1),
        ("2023-05-17T11:22:33Z", "2023-05-16T11:22:33Z", ["2023-05-17", ""], 1),
        ("2023-05-17", "2023-05-17", ["2023-05-17", "2023-05-17"], 0),
    ] {
        let campaign = format!(
            r#"{{"type":"campaign","id":"campaign--1","name":"C","first_seen":"{began}","last_seen":"{ended}"}}"#
        );
        let found = bundle(&[&campaign]);
        let attack = &found.part.attacks[0];
        let told = [attack.began, attack.ended]
            .map(|date| date.map(|date| date.to_string()).unwrap_or_default());
        assert_eq!((told, found.refused.len()), (dates.map(str::to_owned), named), "{began}");
    }
}

#[test]
fn what_its_author_does_not_believe_is_no_claim() {
    for (confidence, basis) in [
        ("", Some("attributed to Iran")),
        (r#","confidence":0"#, None),
        (r#","confidence":29"#, None),
        (r#","confidence":30"#, Some("attributed to Iran, at a confidence of 30 of 100")),
        (r#","confidence":"high""#, Some("attributed to Iran")),
    ] {
        let found = bundle(&[
            r#"{"type":"intrusion-set","id":"intrusion-set--1","name":"Alpha"}"#,
            r#"{"type":"location","id":"location--1","name":"Iran","country":"IR"}"#,
            &format!(
                r#"{{"type":"relationship","id":"relationship--1","relationship_type":"attributed-to","source_ref":"intrusion-set--1","target_ref":"location--1"{confidence}}}"#
            ),
        ]);
        let claims = &found.part.actors[0].states;
        assert_eq!(claims.first().map(|claim| claim.basis.as_str()), basis, "{confidence}");
        let is_named = basis.is_none() || confidence.contains("high");
        assert_eq!(found.refused.len(), usize::from(is_named), "{:?}", reasons(&found));
    }
}

#[test]
fn fields_of_an_object_that_are_not_read_are_counted() {
    let found = bundle(&[
        r#"{"type":"threat-actor","id":"threat-actor--1","name":"A","goals":["money"],"roles":["agent"]}"#,
        r#"{"type":"threat-actor","id":"threat-actor--2","name":"B","goals":[{"a":"}"}],"extensions":{}}"#,
        r#"{"type":"note","id":"note--1","abstract":"not an entry"}"#,
    ]);
    let counted: Vec<(&str, u64)> =
        found.passed_over.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    let expected =
        [("field `extensions`", 1), ("field `goals`", 2), ("field `roles`", 1), ("note", 1)];
    assert_eq!(counted, expected);
}
