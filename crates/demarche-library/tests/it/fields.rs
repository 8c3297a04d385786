//! Entries of which a part is odd: what is right is used, and what is not is named.

use demarche_case::Sha256;
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
