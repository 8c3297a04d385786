//! The writing half: what is finished is valid, and the same input gives the same bytes.

use arbtest::arbtest;
use demarche_stix::{
    Draft, Rules, Timestamp, TlpVersion, WrittenBundle, confidence, stable_id, validate,
};
use demarche_terms::Tlp;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn each_marking_is_one_of_one_version() {
    let id = |version: TlpVersion, tlp| {
        let definitions = version.definitions(tlp);
        definitions.iter().map(|definition| definition.id().to_owned()).collect::<Vec<_>>()
    };
    let white = ["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"];
    assert_eq!(id(TlpVersion::One, Tlp::Clear), white);
    let strict = id(TlpVersion::One, Tlp::AmberStrict);
    assert_eq!(strict[0], "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82");
    assert_eq!(strict.len(), 2);
    for tlp in Tlp::ALL {
        assert_eq!(id(TlpVersion::Two, tlp).len(), 1, "{tlp}");
        for version in [TlpVersion::One, TlpVersion::Two] {
            let definitions = version.definitions(tlp);
            let address = Draft::observable("ipv4-addr").text("value", "198.51.100.3");
            let mut bundle = WrittenBundle::default();
            bundle.add(address.marked(&definitions).finish().unwrap()).unwrap();
            for definition in definitions {
                bundle.add(definition).unwrap();
            }
            let bytes = bundle.finish(&Rules { interop: true, pattern: None }).unwrap();
            // What was written is read back at its level.
            let reading = demarche_stix::read(&bytes);
            assert_eq!(reading.refused, []);
            let markings: Vec<_> =
                reading.bundle.objects.iter().map(|object| object.id.clone()).collect();
            assert_eq!(
                reading.bundle.tlp(&markings).unwrap(),
                if version == TlpVersion::One && tlp == Tlp::AmberStrict {
                    Tlp::Amber
                } else {
                    tlp
                }
            );
        }
    }
}

#[test]
fn what_breaks_a_rule_is_not_written() {
    let now = time("2016-05-12T08:17:27Z");
    let id = stable_id("malware", &["case", "wiper"]);
    let malware = Draft::domain("malware", &id, &now, &now).text("name", "Wiper");
    let error = malware.clone().finish().unwrap_err();
    assert_eq!(error.breach.path, "is_family");
    assert!(malware.clone().flag("is_family", true).finish().is_ok());
    assert!(malware.flag("is_family", true).text("first_seen", "2016").finish().is_err());
    assert!(
        Draft::domain("malware", "malware--1", &now, &now)
            .flag("is_family", false)
            .finish()
            .is_err()
    );
}

#[test]
fn a_bundle_has_each_identifier_once_and_needs_an_object() {
    assert!(WrittenBundle::default().finish(&Rules::default()).is_err());
    let mut bundle = WrittenBundle::default();
    let name = |name: &str| Draft::observable("domain-name").text("value", name).finish().unwrap();
    bundle.add(name("a.example")).unwrap();
    bundle.add(name("a.example")).unwrap();
    assert_eq!(bundle.ids().count(), 1);
    let other = Draft::observable("domain-name").text("value", "a.example").flag("defanged", true);
    assert!(bundle.add(other.finish().unwrap()).is_err());
}

#[test]
fn times_are_written_to_the_millisecond() {
    assert_eq!(time("2016-05-12T08:17:27.5Z").as_str(), "2016-05-12T08:17:27.500Z");
    assert_eq!(time("2016-05-12T08:17:27.123987Z").as_str(), "2016-05-12T08:17:27.123Z");
    assert!("2016-05-12".parse::<Timestamp>().is_err());
}

#[test]
fn the_scales_are_those_of_appendix_a() {
    use confidence::{NoneLowMedHigh, admiralty_credibility, dni};
    for scale in
        [NoneLowMedHigh::None, NoneLowMedHigh::Low, NoneLowMedHigh::Med, NoneLowMedHigh::High]
    {
        assert_eq!(NoneLowMedHigh::of(scale.value()), scale);
    }
    assert_eq!([0, 1, 5, 6].map(admiralty_credibility), [None, Some(90), Some(10), None]);
    assert_eq!([0, 6, 7].map(dni), [Some(5), Some(95), None]);
}

#[test]
fn whatever_is_written_is_valid_and_of_the_same_bytes() {
    const TEXTS: [&str; 6] =
        ["name", "description", "value", "first_seen", "created_by_ref", "x_é"];
    const KINDS: [&str; 7] = ["malware", "tool", "identity", "file", "url", "process", "é"];
    arbtest(|u| {
        let kind = u.choose(&KINDS)?;
        let mut draft = match u.arbitrary()? {
            true => Draft::observable(kind),
            false => {
                let now = time("2016-05-12T08:17:27Z");
                Draft::domain(kind, &stable_id(kind, &[u.arbitrary()?]), &now, &now)
            }
        };
        for _ in 0..u.int_in_range(0..=6)? {
            let name = u.choose(&TEXTS)?;
            draft = match u.int_in_range(0..=4)? {
                0 => draft.flag("is_family", u.arbitrary()?),
                1 => draft.texts("aliases", [u.arbitrary::<&str>()?, "b"]),
                2 => draft.object(
                    "hashes",
                    &[("MD5", "d41d8cd98f00b204e9800998ecf8427e"), (u.arbitrary()?, "x")],
                ),
                _ => draft.text(name, u.arbitrary()?),
            };
        }
        let Ok(written) = draft.clone().finish() else { return Ok(()) };
        assert!(
            validate(written.json().as_bytes(), &Rules::default()).is_valid(),
            "{}",
            written.json()
        );
        assert_eq!(draft.finish().unwrap(), written);
        Ok(())
    });
}
