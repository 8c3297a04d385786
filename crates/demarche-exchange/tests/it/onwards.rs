//! What partners sent goes on unchanged, or stays with all that names it.

use demarche_case::{Case, Country, Recipient, Tlp};
use demarche_exchange::{ExportError, Onward, onward};

const GREEN: &str = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
const RED: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

fn case(evidence: &str) -> Case {
    let head = "id = \"c\"\ntitle = \"C\"\ntlp = \"RED\"\nsummary = \"S.\"\n[owner]\norganisation = \"O\"\ncontact = \"c\"\n\
        [[party]]\nid = \"kp\"\nname = \"KP\"\ncountry = \"KP\"\nrole = \"responsible-alleged\"\n";
    Case::read(head, evidence).unwrap_or_else(|error| panic!("{error}"))
}

fn sent(bundles: &[&str], case: &Case, to: &str) -> Result<demarche_exchange::Export, ExportError> {
    let bundles: Vec<(&str, &[u8])> =
        bundles.iter().map(|text| ("sent.json", text.as_bytes())).collect();
    let to: Recipient = to.parse().unwrap();
    onward(&bundles, &Onward { case, to, unmarked: Tlp::Red })
}

fn marked(id: &str, marking: &str, more: &str) -> String {
    let kind = id.split_once("--").unwrap().0;
    format!(
        r#"{{ "type":"{kind}","id":"{id}",  "x_odd":1.50,"object_marking_refs":["{marking}"]{more} }}"#
    )
}

fn bundle(objects: &[String]) -> String {
    format!(
        "{{\"type\":\"bundle\",\"id\":\"bundle--1\",\n \"objects\":[ {} ]}}\n",
        objects.join(" ,\n")
    )
}

#[test]
fn a_bundle_of_which_everything_may_go_leaves_as_it_came() {
    let text =
        bundle(&[marked("x-new--1", GREEN, ""), marked("tool--1", GREEN, r#","revoked":true"#)]);
    let export = sent(&[&text], &case(""), "GB").unwrap();
    assert_eq!(String::from_utf8(export.bytes).unwrap(), text);
    assert_eq!((export.objects, export.marking, export.unexpressed.len()), (2, Tlp::Green, 0));
}

#[test]
fn what_may_not_go_stays_with_all_that_names_it_and_the_rest_is_unchanged() {
    let free = marked("tool--free", GREEN, "");
    let text = bundle(&[
        free.clone(),
        marked("ipv4-addr--1", RED, ""),
        marked(
            "relationship--1",
            GREEN,
            r#","source_ref":"tool--free","target_ref":"ipv4-addr--1""#,
        ),
        marked("report--1", GREEN, r#","object_refs":["tool--free","relationship--1"]"#),
        marked(
            "malware--1",
            GREEN,
            r#","extensions":{"e":{"deep":[{"any_refs":["ipv4-addr--1"]}]}}"#,
        ),
        r#"{"type":"tool","id":"tool--unmarked"}"#.to_owned(),
        r#"{"type":"tool"}"#.to_owned(),
    ]);
    let export = sent(&[&text], &case(""), "GB").unwrap();
    let out = String::from_utf8(export.bytes).unwrap();
    assert!(out.contains(&free), "{out}");
    for word in ["ipv4-addr--1", "relationship--1", "report--1", "malware--1", "unmarked"] {
        assert!(!out.contains(word), "{word}: {out}");
    }
    assert_eq!((export.objects, export.unexpressed.len()), (1, 6), "{:?}", export.unexpressed);
}

#[test]
fn the_strictest_version_and_the_evidence_that_was_made_of_it_count() {
    let old = marked("tool--1", GREEN, r#","modified":"2024-01-01T00:00:00Z""#);
    let new = marked("tool--1", RED, r#","modified":"2025-01-01T00:00:00Z""#);
    let (first, second) = (bundle(&[old]), bundle(&[new]));
    let nothing = sent(&[&first, &second], &case(""), "GB").unwrap_err();
    assert!(matches!(nothing, ExportError::Nothing { .. }), "{nothing}");
    let item = |tlp: &str, more: &str| {
        case(&format!(
            "[[evidence]]\nid = \"t\"\nkind = \"software\"\nname = \"T\"\ntitle = \"T\"\nsays = \"S.\"\nsource = \"S\"\ngrade = \"B2\"\ntlp = \"{tlp}\"\norigin = \"stix:tool--1\"\n{more}"
        ))
    };
    assert!(sent(&[&first], &item("GREEN", ""), "GB").is_ok());
    assert!(sent(&[&first], &item("RED", ""), "GB").is_err(), "marked higher by hand");
    let amber = bundle(&[marked("tool--1", AMBER, "")]);
    assert!(sent(&[&amber], &item("AMBER", ""), "GB").is_err());
    assert!(sent(&[&amber], &item("AMBER", "release_to = [\"GB\"]\n"), "GB").is_ok());
    assert!(sent(&[&amber], &item("AMBER", "release_to = [\"GB\"]\n"), "FR").is_err());
}

#[test]
fn a_definition_goes_only_with_what_it_marks() {
    let own = "marking-definition--3f0c1e2a-0000-4000-8000-000000000009";
    let definition = format!(
        r#"{{"type":"marking-definition","id":"{own}","definition_type":"statement","definition":{{"statement":"plan"}}}}"#
    );
    let marks = |tlp: &str| marked("tool--1", tlp, "").replace(tlp, &format!("{tlp}\",\"{own}"));
    let free = sent(&[&bundle(&[definition.clone(), marks(GREEN)])], &case(""), "GB").unwrap();
    assert_eq!(free.objects, 2);
    let rest = bundle(&[definition.clone(), marks(RED), marked("tool--2", GREEN, "")]);
    let rest = String::from_utf8(sent(&[&rest], &case(""), "GB").unwrap().bytes).unwrap();
    assert!(!rest.contains("plan") && rest.contains("tool--2"), "{rest}");
    let nothing = sent(&[&bundle(&[definition, marks(RED)])], &case(""), "GB").unwrap_err();
    assert!(matches!(nothing, ExportError::Nothing { .. }), "{nothing}");
}

#[test]
fn the_accused_get_nothing_and_a_property_of_the_bundle_does_not_go() {
    let text = bundle(&[marked("tool--1", GREEN, "")]);
    for to in ["KP", "KP-CERT"] {
        let error = sent(&[&text], &case(""), to).unwrap_err();
        assert!(matches!(error, ExportError::Accused { .. }), "{error}");
    }
    let extra = text.replace("\"id\":\"bundle--1\"", "\"x_secret\":\"plan\",\"id\":\"bundle--1\"");
    let export = sent(&[&extra], &case(""), "GB").unwrap();
    assert!(!String::from_utf8(export.bytes).unwrap().contains("plan"));
    assert_eq!(export.unexpressed.len(), 1);
    // Two bundles become one, and what both have goes once.
    let both = sent(&[&text, &text], &case(""), "GB").unwrap();
    assert_eq!(both.objects, 1);
}

#[test]
fn no_object_of_a_higher_marking_goes_whatever_names_what() {
    let countries: [Country; 2] = ["GB".parse().unwrap(), "FR".parse().unwrap()];
    arbtest::arbtest(|u| {
        let count = u.int_in_range(1..=8)?;
        let mut objects = Vec::new();
        let mut red = Vec::new();
        for index in 0..count {
            let is_red: bool = u.ratio(1, 3)?;
            let (one, two) = (u.int_in_range(0..=count)?, u.int_in_range(0..=count)?);
            let more = format!(r#","a_ref":"tool--x{one}","b":[{{"c_refs":["tool--x{two}"]}}]"#);
            let id = format!("tool--x{index}");
            objects.push(marked(&id, if is_red { RED } else { GREEN }, &more));
            red.extend(is_red.then_some(format!("\"{id}\"")));
        }
        let case = case("");
        let text = bundle(&objects);
        let terms = Onward { case: &case, to: countries[0].into(), unmarked: Tlp::Red };
        if let Ok(export) = onward(&[("sent.json", text.as_bytes())], &terms) {
            let out = String::from_utf8(export.bytes).unwrap();
            for id in &red {
                assert!(!out.contains(id.as_str()), "{id}: {out}");
            }
        }
        Ok(())
    });
}
