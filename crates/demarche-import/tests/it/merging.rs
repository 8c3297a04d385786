//! New items behind what a person wrote.

use demarche_case::{Case, read_evidence};
use demarche_import::{Item, What, merge, read};
use demarche_terms::Tlp;

use crate::forms::settings;

const OWN: &str = "# My own notes, in my own order.\n\n[[evidence]]\nid = \"control\" # the first\nkind = \"infrastructure\"\ntitle = \"Control\"\nsays = \"It answered.\"\nsource = \"CERT-XX\"\ngrade = \"B2\"\ntlp = \"GREEN\"\naddress = \"45.77.10.20\"\nrole = \"command and control\"\n";

fn item(what: What) -> Item {
    Item {
        origin: "misp:a1".to_owned(),
        named: what,
        says: "Seen \u{202e}once\n[[evidence]]".to_owned(),
        source: "CERT-YY, 2022-08-01".to_owned(),
        url: Some("https://cert.example/a".to_owned()),
        grade: "F6".to_owned(),
        tlp: Tlp::Amber,
        observed: Some("2022-07-15".to_owned()),
    }
}

#[test]
fn the_text_of_a_person_stays_and_a_second_import_adds_nothing() {
    let (have, problems) = read_evidence(OWN);
    assert!(problems.is_empty());
    let address = |text: &str| item(What::Address(text.parse().unwrap()));
    let sample = What::Sample {
        sha256: None,
        sha1: None,
        md5: Some("0123456789abcdef0123456789abcdef".to_owned()),
        name: Some("a.exe".to_owned()),
        size: Some(7),
    };
    let items = [address("45.77.10.20"), address("45.77.10.21"), item(sample)];
    let merged = merge(OWN, &have, &items).unwrap();
    assert!(merged.text.starts_with(OWN), "{}", merged.text);
    assert_eq!(merged.known.len(), 1);
    assert_eq!(merged.known[0].id, "control");
    let ids: Vec<&str> = merged.added.iter().map(|added| added.id.as_str()).collect();
    assert_eq!(ids, ["address-45-77-10-21", "file-0123456789ab"]);
    let (all, problems) = read_evidence(&merged.text);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(all.len(), 3);
    assert_eq!(all[1..], merged.evidence);
    assert_eq!(all[1].origin.as_deref(), Some("misp:a1"));
    let again = merge(&merged.text, &all, &items).unwrap();
    assert_eq!((again.added.len(), again.text), (0, merged.text));
}

#[test]
fn a_file_of_comments_alone_and_one_without_a_last_line_end_stay_as_they_are() {
    for own in ["# mine", "# mine\n", "", "# mine\n\n# still mine\n"] {
        let merged =
            merge(own, &[], &[item(What::Address("45.77.10.21".parse().unwrap()))]).unwrap();
        assert!(merged.text.starts_with(own), "{}", merged.text);
        assert_eq!(read_evidence(&merged.text).0.len(), 1, "{}", merged.text);
    }
    assert!(merge("evidence = 1\n", &[], &[]).is_err());
}

#[test]
fn what_a_case_cannot_have_is_refused_alone() {
    let items =
        [item(What::Host("no host".to_owned())), item(What::Host("a.example-host.com".to_owned()))];
    let merged = merge("", &[], &items).unwrap();
    assert_eq!((merged.added.len(), merged.refused.len()), (1, 1), "{merged:?}");
}

#[test]
fn an_imported_report_is_evidence_of_a_case() {
    const CASE: &str = "id = \"made\"\ntitle = \"Made\"\ntlp = \"AMBER\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n";
    let text = "It called evil[.]example-host[.]com, 2606:4700::1111, admin@example-host.com and dropped d41d8cd98f00b204e9800998ecf8427e; T1486, CVE-2021-44228, 45.77.0.0/16.";
    let reading = read(text.as_bytes(), &settings()).unwrap();
    let merged = merge("", &[], &reading.items).unwrap();
    assert_eq!(merged.refused, [], "{merged:?}");
    let case = Case::read(CASE, &merged.text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(case.evidence.len(), reading.items.len());
    assert_eq!(case.evidence.len(), 7, "{:?}", reading.items);
}
