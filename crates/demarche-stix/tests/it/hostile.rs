//! Bundles made to break a reader: each bad object is refused alone, by its id and with its reason.

use demarche_stix::{Cut, MAX_DEPTH, MAX_TEXT, Problem, Reading, RelationshipKind, read};

fn bundle(objects: &[&str]) -> String {
    format!(
        r#"{{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[{}]}}"#,
        objects.join(",")
    )
}

fn malware(id: &str) -> String {
    format!(r#"{{"type":"malware","id":"malware--{id}","name":"{id}"}}"#)
}

fn relationship(id: &str, kind: &str, source: &str, target: &str) -> String {
    format!(
        r#"{{"type":"relationship","id":"relationship--{id}","relationship_type":"{kind}","source_ref":"{source}","target_ref":"{target}"}}"#
    )
}

/// The good object beside the bad ones must survive in every case.
fn refused(objects: &[&str]) -> Vec<(String, String)> {
    let good = malware("good");
    let mut all = vec![good.as_str()];
    all.extend_from_slice(objects);
    let last = malware("last");
    all.push(&last);
    let text = bundle(&all);
    let Reading { bundle, refused, cut } = read(text.as_bytes());
    assert_eq!(cut, None);
    for id in ["malware--good", "malware--last"] {
        assert!(bundle.object(id).is_some(), "{id}");
    }
    refused.into_iter().map(|refused| (refused.id, refused.problem.to_string())).collect()
}

fn only(objects: &[&str]) -> (String, String) {
    let mut refused = refused(objects);
    assert_eq!(refused.len(), 1, "{refused:?}");
    refused.remove(0)
}

#[test]
fn a_wrong_type_refuses_the_object_alone() {
    let (id, why) = only(&[r#"{"type":"malware","id":"malware--x","name":["a"]}"#]);
    assert_eq!(id, "malware--x");
    assert_eq!(why, "its `name` is not as STIX has it: a list stands where a text should");
    let (id, _) = only(&[r#"{"type":"malware","id":5,"name":"a"}"#]);
    assert_eq!(id, "object 2 at byte 120");
    for text in ["null", "5", r#""text""#, "[]", "{}", "{{}}", "nonsense"] {
        assert_eq!(refused(&[text]).len(), 1, "{text}");
    }
}

#[test]
fn an_odd_property_costs_itself_unless_the_object_is_nothing_without_it() {
    let of =
        |members: &str| format!(r#"{{"type":"malware","id":"malware--x","name":"X"{members}}}"#);
    for (members, name) in [
        (r#","aliases":"Wolf""#, "aliases"),
        (r#","external_references":{}"#, "external_references"),
        (r#","description":5"#, "description"),
        (r#","created_by_ref":[]"#, "created_by_ref"),
    ] {
        let text = bundle(&[&malware("good"), &of(members)]);
        let Reading { bundle, refused, .. } = read(text.as_bytes());
        assert!(bundle.object("malware--x").is_some(), "{members}");
        let problem = refused[0].problem.to_string();
        assert!(
            problem.starts_with(&format!("its `{name}` is not as STIX has it, and is left out"))
        );
    }
    // Whether an object was taken back, and who may see it, is not left out.
    for members in [
        r#","revoked":"yes""#,
        r#","object_marking_refs":"red""#,
        r#","aliases":1,"aliases":["A"]"#,
    ] {
        let text = bundle(&[&malware("good"), &of(members)]);
        assert!(read(text.as_bytes()).bundle.object("malware--x").is_none(), "{members}");
    }
}

#[test]
fn a_map_of_objects_is_told_and_a_mark_between_bundles_is_passed_over() {
    let reading = read(br#"{"type":"bundle","id":"bundle--1","objects":{"a":{}}}"#);
    assert!(reading.refused[0].problem.to_string().contains("is no list"), "{reading:?}");
    let part = bundle(&[&malware("a")]);
    let text = format!("\u{feff}{part}\n\u{feff}{}", bundle(&[&malware("b")]));
    let reading = read(text.as_bytes());
    assert_eq!((reading.bundle.objects.len(), reading.cut), (2, None));
}

#[test]
fn a_missing_field_is_named() {
    let (_, why) = only(&[r#"{"type":"malware","id":"malware--x"}"#]);
    assert_eq!(why, "has no `name`");
    let (_, why) = only(&[r#"{"type":"malware","name":"x"}"#]);
    assert_eq!(why, "has no `id`");
    let (_, why) = only(&[r#"{"type":"malware","id":"tool--x","name":"x"}"#]);
    assert_eq!(why, "its id is not of the form malware--UUID");
    let (_, why) = only(&[
        r#"{"type":"relationship","id":"relationship--1","source_ref":"malware--good","target_ref":"malware--good"}"#,
    ]);
    assert_eq!(why, "has no `relationship_type`");
}

#[test]
fn a_reference_to_nothing_or_to_the_refused_is_refused() {
    let dangling = relationship("1", "uses", "malware--good", "malware--none");
    assert_eq!(only(&[&dangling]).1, "its target_ref malware--none is not in the bundle");
    let bad = r#"{"type":"tool","id":"tool--bad"}"#;
    let edge = relationship("1", "uses", "tool--bad", "malware--good");
    let refused = refused(&[bad, &edge]);
    assert_eq!(
        refused[0],
        ("relationship--1".into(), "its source_ref tool--bad was refused".into())
    );
}

#[test]
fn ends_that_do_not_go_together_are_refused_and_unknown_types_counted() {
    let wrong = relationship("1", "subtechnique-of", "malware--good", "malware--last");
    assert_eq!(only(&[&wrong]).1, "joins malware and malware, which `subtechnique-of` does not");
    let text = bundle(&[
        &malware("a"),
        r#"{"type":"infrastructure","id":"infrastructure--1","name":[1]}"#,
        &relationship("1", "uses", "malware--a", "infrastructure--1"),
    ]);
    let reading = read(text.as_bytes());
    assert_eq!(reading.refused, []);
    assert_eq!(reading.bundle.others["infrastructure"], 1);
    assert_eq!(reading.bundle.others["relationship uses of malware and infrastructure"], 1);
}

#[test]
fn of_one_id_the_newest_is_kept() {
    let version = |name: &str, modified: &str| {
        format!(r#"{{"type":"tool","id":"tool--1","name":"{name}","modified":"{modified}"}}"#)
    };
    let text = bundle(&[
        &version("old", "2020-01-01T00:00:00Z"),
        &version("new", "2021-01-01T00:00:00Z"),
        &version("middle", "2020-06-01T00:00:00Z"),
    ]);
    let reading = read(text.as_bytes());
    assert_eq!(reading.bundle.objects.len(), 1);
    assert_eq!(reading.bundle.objects[0].name.as_str(), "new");
    let problem = Problem::Duplicate { kept: "2021-01-01T00:00:00Z".into() };
    assert!(
        reading.refused.iter().all(|refused| refused.id == "tool--1" && refused.problem == problem)
    );
    assert_eq!(reading.refused.len(), 2);
}

#[test]
fn circles_are_refused_and_what_leads_into_them_is_not() {
    let set = |id: &str| {
        format!(r#"{{"type":"intrusion-set","id":"intrusion-set--{id}","name":"{id}"}}"#)
    };
    let edge = |id: &str, from: &str, to: &str| {
        relationship(
            id,
            "attributed-to",
            &format!("intrusion-set--{from}"),
            &format!("intrusion-set--{to}"),
        )
    };
    let text = bundle(&[
        &set("a"),
        &set("b"),
        &set("c"),
        &set("d"),
        &edge("ab", "a", "b"),
        &edge("bc", "b", "c"),
        &edge("ca", "c", "a"),
        &edge("dd", "d", "d"),
        &edge("da", "d", "a"),
    ]);
    let reading = read(text.as_bytes());
    let ids: Vec<_> = reading
        .refused
        .iter()
        .map(|refused| refused.id.trim_start_matches("relationship--"))
        .collect();
    // `da` joins two circles, and cannot be told from them without more work than it is worth.
    assert_eq!(ids, ["ab", "bc", "ca", "da", "dd"]);
    assert!(
        reading
            .refused
            .iter()
            .all(|refused| refused.problem == Problem::Cycle(RelationshipKind::AttributedTo))
    );
    let text =
        bundle(&[&set("a"), &set("b"), &set("c"), &edge("ab", "a", "b"), &edge("bc", "b", "c")]);
    assert_eq!(read(text.as_bytes()).refused, []);
}

#[test]
fn a_very_long_circle_takes_no_stack() {
    let sets: Vec<String> = (0..20_000)
        .map(|number| format!(r#"{{"type":"malware","id":"malware--{number}","name":"n"}}"#))
        .collect();
    let edges: Vec<String> = (0..20_000)
        .map(|number| {
            let next = format!("malware--{}", (number + 1) % 20_000);
            relationship(&number.to_string(), "revoked-by", &format!("malware--{number}"), &next)
        })
        .collect();
    let all: Vec<&str> = sets.iter().chain(&edges).map(String::as_str).collect();
    assert_eq!(read(bundle(&all).as_bytes()).refused.len(), 20_000);
}

#[test]
fn a_megabyte_of_text_is_refused() {
    let long = "a".repeat(1 << 20);
    let (id, why) = only(&[&format!(r#"{{"type":"malware","id":"malware--x","name":"{long}"}}"#)]);
    assert_eq!(id, "malware--x");
    assert_eq!(why, format!("holds a text of {} bytes; at most {MAX_TEXT} are read", 1 << 20));
    let (id, _) = only(&[&format!(r#"{{"type":"malware","id":"malware--{long}","name":"x"}}"#)]);
    assert!(id.len() <= 200);
    // What is only counted may be as long as it likes.
    assert!(
        refused(&[&format!(r#"{{"type":"artifact","id":"artifact--x","payload_bin":"{long}"}}"#)])
            .is_empty()
    );
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let (id, why) =
        only(&[&format!(r#"{{"type":"malware","id":"malware--x","name":"x","z":{deep}}}"#)]);
    assert_eq!(
        (id.as_str(), why),
        ("malware--x", format!("nests 1000001 levels deep; at most {MAX_DEPTH} are read"))
    );
    assert!(refused(&[&format!(r#"{{"type":"note","id":"note--x","z":{deep}}}"#)]).is_empty());
}

#[test]
fn what_is_no_bundle_is_said_to_be_none() {
    for text in ["", "  ", "5", "hello", "\u{feff}", "<stix/>"] {
        let reading = read(text.as_bytes());
        assert!(reading.cut.is_some(), "{text}");
        assert!(reading.bundle.objects.is_empty());
    }
    for text in [r#"{"type":"bundle","id":"bundle--1"}"#, r#"{"type":"bundle","objects":[]}"#, "[]"]
    {
        let reading = read(text.as_bytes());
        assert_eq!((reading.cut, reading.refused), (None, vec![]), "{text}");
    }
}

#[test]
fn a_list_and_a_single_object_are_read_too() {
    let one = malware("a");
    assert_eq!(read(one.as_bytes()).bundle.objects.len(), 1);
    assert_eq!(
        read(format!("\u{feff}[{one},{}]", malware("b")).as_bytes()).bundle.objects.len(),
        2
    );
}

#[test]
fn bundles_behind_and_in_each_other_are_all_read() {
    let (first, second) = (bundle(&[&malware("a")]), bundle(&[&malware("b")]));
    let nested =
        format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{second},{}]}}"#, malware("a"));
    let listed = format!("[{first},{second}]");
    for text in [
        format!("{first}{second}"),
        format!("{first}\n\n{second}\n"),
        format!("{first},\n{second},\n"),
        format!("{}\n{}", malware("a"), malware("b")),
        format!("[{}] {}", malware("a"), malware("b")),
        nested,
        listed,
    ] {
        let reading = read(text.as_bytes());
        let ids: Vec<&str> =
            reading.bundle.objects.iter().map(|object| object.id.as_str()).collect();
        assert_eq!(ids, ["malware--a", "malware--b"], "{text}");
        assert_eq!((reading.cut, reading.refused), (None, vec![]), "{text}");
    }
}

#[test]
fn whatever_stands_behind_a_bundle_is_named() {
    for behind in ["garbage", "5", "}", "]", ",,"] {
        let text = format!("{}{behind}", bundle(&[&malware("a")]));
        let reading = read(text.as_bytes());
        assert_eq!(reading.bundle.objects.len(), 1, "{behind}");
        assert!(matches!(reading.cut, Some(Cut::Behind { .. })), "{behind}: {:?}", reading.cut);
    }
    let broken = format!("{}{{\"type\":", bundle(&[&malware("a")]));
    let reading = read(broken.as_bytes());
    assert!(matches!(reading.cut, Some(Cut::End { .. })));
}

#[test]
fn a_broken_line_costs_nobody_else_their_line() {
    let [first, second] = ["a", "b"].map(|id| bundle(&[&malware(id)]));
    let half = first.get(..first.len() / 2).unwrap();
    for (text, breaks) in [
        (format!("{half}\n{first}\n{second}"), 1),
        (format!("{first}\n{half}\n{second}\n"), 1),
        (format!("{first}\nnot JSON\n{half}\n[{{\n{second}\n"), 3),
        (format!("{first} garbage\n{second}"), 1),
    ] {
        let reading = read(text.as_bytes());
        let ids: Vec<&str> =
            reading.bundle.objects.iter().map(|object| object.id.as_str()).collect();
        assert_eq!(ids, ["malware--a", "malware--b"], "{text}");
        assert_eq!((reading.cut, reading.refused.len()), (None, breaks), "{text}");
        for refused in reading.refused {
            let Problem::Broken { next, .. } = refused.problem else { panic!("{refused:?}") };
            assert!(matches!(text.as_bytes()[next], b'{' | b'['), "{text}");
        }
    }
}

#[test]
fn a_file_of_broken_lines_takes_time_by_its_length() {
    let lines = "{\"a\":[\n".repeat(1 << 20);
    let reading = read(lines.as_bytes());
    assert!(matches!(reading.cut, Some(Cut::End { .. })));
    assert_eq!(reading.refused.len(), 1000);
}

#[test]
fn bundles_in_more_than_four_others_are_refused_by_name() {
    let deepest = bundle(&[&malware("a")]);
    let wrap =
        |inner: String| format!(r#"{{"type":"bundle","id":"bundle--x","objects":[{inner}]}}"#);
    let four = (0..4).fold(deepest, |inner, _| wrap(inner));
    assert_eq!(read(four.as_bytes()).bundle.objects.len(), 1);
    let five = wrap(four);
    let reading = read(five.as_bytes());
    assert!(reading.bundle.objects.is_empty());
    assert!(reading.refused.iter().any(|refused| refused.problem == Problem::Nested));
}
