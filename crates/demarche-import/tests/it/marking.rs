//! Markings only grow stricter: no item comes out laxer than the strictest marking that covers it.

use std::collections::BTreeMap;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::read_evidence;
use demarche_import::{Settings, What, agree, merge, read};
use demarche_terms::Tlp;

/// The marking of the only item of a file that is read with `--tlp CLEAR`.
fn only(text: &str) -> Tlp {
    let settings = Settings { unmarked: Tlp::Clear, ..crate::forms::settings() };
    let found = read(text.as_bytes(), &settings).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [item] = found.items.as_slice() else { panic!("{text}: {found:?}") };
    item.tlp
}

fn event(beside: &str, attribute: &str) -> String {
    format!(
        r#"{{"Event":{{"info":"x"{beside},"Attribute":[{{"uuid":"a","type":"ip-dst","value":"45.77.10.20"{attribute}}}]}}}}"#
    )
}

#[test]
fn a_tag_of_misp_counts_in_every_form_and_place() {
    let red = r#","Tag":[{"name":"tlp:red"}]"#;
    let green = r#","Tag":[{"name":"tlp:green"}]"#;
    assert_eq!(only(&event(red, green)), Tlp::Red, "the event is stricter");
    assert_eq!(only(&event(green, red)), Tlp::Red, "the attribute is stricter");
    assert_eq!(only(&event(green, "")), Tlp::Green);
    for tags in [
        r#","Tag":[{"name":"TLP: RED"}]"#,
        r#","Tag":[{"name":"tlp:purple"}]"#,
        r#","Tag":["tlp:red"]"#,
        r#","Tag":{"name":"tlp:red"}"#,
        r#","EventTag":[{"Tag":{"name":"tlp:red"}}]"#,
        r#","AttributeTag":[{"Tag":{"name":"tlp:red"}}]"#,
        r#","tlp":"red""#,
        r#","comment":"TLP:RED, do not share""#,
        r#","Tag":[{"name":"tlp:red"}],"Tag":[{"name":"tlp:clear"}]"#,
    ] {
        assert_eq!(only(&event(tags, "")), Tlp::Red, "{tags}");
        assert_eq!(only(&event("", tags)), Tlp::Red, "{tags}");
    }
    let strict = r#","Tag":[{"name":"tlp:amber-strict"}]"#;
    assert_eq!(only(&event(strict, "")), Tlp::AmberStrict);
}

#[test]
fn an_object_of_misp_marks_its_attributes_and_they_mark_what_is_made_of_them() {
    let object = |name: &str, beside: &str, attributes: &str| {
        format!(
            r#"{{"Event":{{"info":"x","Tag":[{{"name":"tlp:green"}}],"Object":[{{"uuid":"o","name":"{name}"{beside},"Attribute":[{attributes}]}}]}}}}"#
        )
    };
    let red = r#","Tag":[{"name":"tlp:red"}]"#;
    let domain = r#"{"type":"domain","value":"evil.example-host.com"}"#;
    assert_eq!(only(&object("domain-ip", red, domain)), Tlp::Red);
    let md5 = "0123456789abcdef0123456789abcdef";
    for (hash, name) in [(red, ""), ("", red)] {
        let attributes = format!(
            r#"{{"type":"md5","value":"{md5}"{hash}}},{{"type":"filename","value":"a.exe"{name}}}"#
        );
        assert_eq!(only(&object("file", "", &attributes)), Tlp::Red);
    }
}

#[test]
fn what_a_red_attribute_was_sorted_into_is_red() {
    let text = event(
        r#","Tag":[{"name":"tlp:green"}]"#,
        r#","Tag":[{"name":"tlp:red"},{"name":"misp-galaxy:mitre-attack-pattern=\"Data Destruction - T1485\""}],"Galaxy":[{"GalaxyCluster":[{"type":"mitre-malware","value":"A rat - S9999"}]}]"#,
    );
    let found = read(text.as_bytes(), &crate::forms::settings()).unwrap();
    assert_eq!(found.items.len(), 3);
    assert!(found.items.iter().all(|item| item.tlp == Tlp::Red), "{found:?}");
}

#[test]
fn a_table_and_a_text_are_marked_by_every_place_that_says_so() {
    for text in [
        "evil.example-host.com,TLP:RED,foo\n45.77.10.20x,TLP:RED,bar\n",
        "# TLP:RED\nvalue,comment\nevil.example-host.com,foo\n",
        "#value,tlp\nevil.example-host.com,TLP:RED\n",
        "Report of X, TLP:RED\nvalue,comment\nevil.example-host.com,foo\n",
        "value,tlp,classification\nevil.example-host.com,CLEAR,RED\n",
        "value,tlp\nevil.example-host.com,CLEAR\nevil.example-host.com,RED\n",
        "value,tlp\nevil.example-host.com,CLEAR/RED\n",
        "value,comment\nevil.example-host.com,marked TLP:RED\n",
        "value,comment\nevil.example-host.com,x,RED\n",
        "TLP:RED\n\nIt called evil[.]example-host[.]com.\n",
        "It called evil[.]example-host[.]com.\nTraffic Light Protocol: Red\n",
    ] {
        assert_eq!(only(text), Tlp::Red, "{text}");
    }
    for heading in
        ["tlp", "TLP Level", "tlp_level", "Traffic Light Protocol", "markings", "Sharing level"]
    {
        assert_eq!(only(&format!("value,{heading}\nevil.example-host.com,red\n")), Tlp::Red);
        assert_eq!(only(&format!("value,{heading}\nevil.example-host.com,ours\n")), Tlp::Red);
    }
    assert_eq!(only("value,attribute_tag\nevil.example-host.com,\"a,tlp:red\"\n"), Tlp::Red);
    let lax = read(b"TLP:CLEAR\nevil.example-host.com\n", &crate::forms::settings()).unwrap();
    assert_eq!(lax.items[0].tlp, Tlp::Amber, "a heading does not make laxer than --tlp");
}

#[test]
fn a_layer_is_marked_by_what_it_says_anywhere() {
    let layer = |beside: &str, technique: &str| {
        format!(
            r#"{{"name":"x","domain":"enterprise-attack"{beside},"techniques":[{{"techniqueID":"T1485","score":1{technique}}}]}}"#
        )
    };
    let pair = r#","metadata":[{"name":"tlp","value":"red"}]"#;
    assert_eq!(only(&layer(pair, "")), Tlp::Red);
    assert_eq!(only(&layer("", pair)), Tlp::Red);
    assert_eq!(only(&layer(r#","description":"TLP:RED""#, "")), Tlp::Red);
}

#[test]
fn of_two_versions_the_later_one_counts_whatever_the_fraction_of_its_second() {
    let red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    let version = |modified: &str, beside: &str| {
        format!(
            r#"{{"type":"indicator","id":"indicator--1","modified":"{modified}","pattern":"[ipv4-addr:value = '45.77.10.20']"{beside}}}"#
        )
    };
    let bundle = |later: &str| {
        let old = version("2024-01-01T00:00:00Z", "");
        let new = version("2024-01-01T00:00:00.500Z", later);
        format!(r#"{{"type":"bundle","objects":[{old},{new}]}}"#)
    };
    assert_eq!(only(&bundle(&format!(r#","object_marking_refs":["{red}"]"#))), Tlp::Red);
    let revoked = bundle(r#","revoked":true"#);
    assert!(read(revoked.as_bytes(), &crate::forms::settings()).unwrap().items.is_empty());
}

#[test]
fn a_mention_that_is_stricter_than_the_case_is_told_with_its_remedy() {
    let file = |tlp: &str| {
        read(format!("value,tlp\n45.77.10.20,{tlp}\n").as_bytes(), &crate::forms::settings())
            .unwrap()
    };
    let first = merge("", &[], &file("GREEN").items).unwrap();
    let (have, _) = read_evidence(&first.text);
    let second = merge(&first.text, &have, &file("RED").items).unwrap();
    assert_eq!((second.known.len(), second.laxer.len()), (1, 1));
    assert!(second.laxer[0].reason.contains("raise `tlp` of `address-45-77-10-20`"), "{second:?}");
    assert_eq!(second.text, first.text);
    let third = merge(&first.text, &have, &file("CLEAR").items).unwrap();
    assert!(third.laxer.is_empty());
    let mut both = [file("GREEN"), file("RED")];
    agree(&mut both);
    assert_eq!(both[0].items[0].tlp, Tlp::Red, "files of one import agree");
}

/// A value with the strictest marking that covers it.
type Covered = BTreeMap<String, Tlp>;

fn level(u: &mut Unstructured<'_>) -> Result<Option<Tlp>> {
    Ok(if u.ratio(1, 2)? { Some(*u.choose(&Tlp::ALL)?) } else { None })
}

fn cover(covered: &mut Covered, value: &str, marks: &[Option<Tlp>]) {
    let strictest = marks.iter().copied().flatten().max();
    let known = covered.entry(value.to_owned()).or_insert(Tlp::Clear);
    *known = (*known).max(strictest.unwrap_or(Tlp::Clear));
}

/// A tag as some platform writes it.
fn tag(u: &mut Unstructured<'_>, tlp: Option<Tlp>) -> Result<String> {
    let Some(tlp) = tlp else { return Ok(String::new()) };
    let word = tlp.word().to_lowercase();
    Ok(match u.int_in_range(0..=5)? {
        0 => format!(r#","Tag":[{{"name":"tlp:{word}"}}]"#),
        1 => format!(r#","Tag":{{"name":"TLP: {}"}}"#, tlp.word()),
        2 => format!(r#","Tag":["x","tlp=\"{word}\""]"#),
        3 => format!(r#","EventTag":[{{"Tag":{{"name":"{tlp}"}}}}]"#),
        4 => format!(r#","x_tlp":"{word}""#),
        _ => format!(r#","comment":"This is {tlp}.""#),
    })
}

fn misp(u: &mut Unstructured<'_>, covered: &mut Covered) -> Result<String> {
    let whole = level(u)?;
    let mut attributes = |u: &mut Unstructured<'_>, above: &[Option<Tlp>]| -> Result<String> {
        let mut all = Vec::new();
        for _ in 0..u.int_in_range(0..=4)? {
            let own = level(u)?;
            let value = format!("45.77.10.{}", u.int_in_range(1..=4)?);
            let marks: Vec<Option<Tlp>> = above.iter().copied().chain([own]).collect();
            cover(covered, &value, &marks);
            all.push(format!(r#"{{"type":"ip-dst","value":"{value}"{}}}"#, tag(u, own)?));
        }
        Ok(all.join(","))
    };
    let object = level(u)?;
    let (own, within) = (attributes(u, &[whole])?, attributes(u, &[whole, object])?);
    let (tags, object) = (tag(u, whole)?, tag(u, object)?);
    Ok(format!(
        r#"{{"Event":{{"info":"x"{tags},"Attribute":[{own}],"Object":[{{"name":"x"{object},"Attribute":[{within}]}}]}}}}"#
    ))
}

fn stix(u: &mut Unstructured<'_>, covered: &mut Covered) -> Result<String> {
    let fixed = |tlp: Tlp| {
        let mut all = demarche_stix::FIXED_MARKINGS.iter().rev();
        all.find(|(_, level)| *level == tlp).map(|(id, _)| *id).unwrap()
    };
    let mark = |u: &mut Unstructured<'_>, tlp: Option<Tlp>| -> Result<String> {
        let Some(tlp) = tlp else { return Ok(String::new()) };
        let own = tlp.word().to_lowercase().replace('+', "-");
        Ok(match u.int_in_range(0..=4)? {
            0 => format!(r#","object_marking_refs":["{}"]"#, fixed(tlp)),
            1 => format!(
                r#","granular_markings":[{{"marking_ref":"{}","selectors":["x"]}}]"#,
                fixed(tlp)
            ),
            2 => format!(r#","object_marking_refs":["marking-definition--{own}"]"#),
            3 => format!(r#","labels":["{tlp}"]"#),
            _ => format!(
                r#","object_marking_refs":["{}"],"object_marking_refs":["{}"]"#,
                fixed(tlp),
                fixed(Tlp::Clear)
            ),
        })
    };
    let mut objects: Vec<String> = Tlp::ALL
        .iter()
        .map(|tlp| {
            let id = tlp.word().to_lowercase().replace('+', "-");
            format!(r#"{{"type":"marking-definition","id":"marking-definition--{id}","name":"{tlp}","definition_type":"statement","definition":{{"statement":"x"}}}}"#)
        })
        .collect();
    for number in 0..u.int_in_range(0..=5)? {
        let (value, own, report) =
            (format!("45.77.10.{}", u.int_in_range(1..=4)?), level(u)?, level(u)?);
        let id = format!("indicator--{number}");
        let marks = mark(u, own)?;
        if u.ratio(1, 3)? {
            objects.push(format!(r#"{{"type":"ipv4-addr","id":"{id}","value":"{value}"{marks}}}"#));
        } else {
            objects.push(format!(r#"{{"type":"indicator","id":"{id}","pattern":"[ipv4-addr:value = '{value}']"{marks}}}"#));
        }
        objects.push(format!(
            r#"{{"type":"report","id":"report--{number}","object_refs":["{id}"]{}}}"#,
            mark(u, report)?
        ));
        cover(covered, &value, &[own, report]);
    }
    Ok(format!(r#"{{"type":"bundle","objects":[{}]}}"#, objects.join(",")))
}

fn table(u: &mut Unstructured<'_>, covered: &mut Covered) -> Result<String> {
    let (head, has_head) = (level(u)?, u.ratio(2, 3)?);
    let mut text = head.map_or_else(String::new, |tlp| format!("# {tlp}\n"));
    if has_head {
        text.push_str("value;TLP level;comment;tags\n");
    }
    for _ in 0..u.int_in_range(2..=6)? {
        let value = format!("45.77.10.{}", u.int_in_range(1..=4)?);
        let marks = [level(u)?, level(u)?, level(u)?];
        let word = |tlp: Option<Tlp>| tlp.map_or_else(String::new, |tlp| tlp.to_string());
        text.push_str(&format!(
            "{value};{};said {};{}\n",
            word(marks[0]),
            word(marks[1]),
            word(marks[2])
        ));
        cover(covered, &value, &[head, marks[0], marks[1], marks[2]]);
    }
    Ok(text)
}

fn report(u: &mut Unstructured<'_>, covered: &mut Covered) -> Result<String> {
    let mut text = "A report.\n".to_owned();
    let mut whole = None;
    for _ in 0..u.int_in_range(1..=6)? {
        let value = format!("45.77.10.{}", u.int_in_range(1..=4)?);
        let tlp = level(u)?;
        whole = whole.max(tlp);
        text.push_str(&format!(
            "It called {value}. {}\n",
            tlp.map_or_else(String::new, |tlp| tlp.to_string())
        ));
        cover(covered, &value, &[]);
    }
    let level = whole.unwrap_or(Tlp::Clear);
    covered.values_mut().for_each(|covering| *covering = level.max(*covering));
    Ok(text)
}

#[test]
fn no_item_is_laxer_than_the_strictest_marking_that_covers_it() {
    arbtest(|u| {
        let mut covered = Covered::new();
        let form = *u.choose(&[misp, stix, table, report])?;
        let text = form(u, &mut covered)?;
        let settings = Settings { unmarked: *u.choose(&Tlp::ALL)?, ..crate::forms::settings() };
        let Ok(found) = read(text.as_bytes(), &settings) else { return Ok(()) };
        assert_eq!(found.items.len(), covered.len(), "{text}\n{found:?}");
        for item in &found.items {
            let What::Address(address) = &item.named else { panic!("{item:?}") };
            let covering = covered[&address.to_string()];
            assert!(item.tlp >= covering, "{address} is {} and not {covering}:\n{text}", item.tlp);
        }
        Ok(())
    });
}
