//! The examples, assessed, released and exported; OASIS' validator accepts every bundle.
//!
//! `DEMARCHE_STIX_PYTHON` names a Python with stix2-validator 3.3.2; without it, only the own validator looks.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use demarche_assess::{IndexSource, Sources, assess};
use demarche_case::assessment::Assessment;
use demarche_case::{CaseFolder, Recipient, Tlp, released};
use demarche_exchange::{Export, Settings, export};
use demarche_stix::{Rules, TlpVersion, validate};
use serde_json::Value;

/// The examples, each with an addressee.
pub(crate) const CASES: [(&str, &str); 5] = [
    ("sony-2014", "CN"),
    ("albania-2022", "US"),
    ("colonial-2021", "DE"),
    ("notpetya-2017", "FR"),
    ("olympic-destroyer-2018", "JP"),
];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// An example, assessed once for all tests.
pub(crate) fn assessed(name: &str) -> &'static Assessment {
    static ALL: [OnceLock<Assessment>; 5] = [const { OnceLock::new() }; 5];
    let index = CASES.iter().position(|(known, _)| *known == name).unwrap();
    let assessment = &ALL[index];
    assessment.get_or_init(|| assessed_anew(name))
}

fn assessed_anew(name: &str) -> Assessment {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let case = CaseFolder::open(&examples().join(name)).unwrap();
    let sources = Sources {
        tables: Vec::new(),
        library: "no such library".into(),
        index: IndexSource { folder: "no such index".into(), is_required: false, tlp: Tlp::Amber },
        hindsight: false,
        as_of: None,
        today: None,
        exposure: None,
        program: "a test".to_owned(),
        pool: &pool,
    };
    assess(&case, &sources, &()).unwrap()
}

fn exported(assessment: &Assessment, to: &str, tlp: TlpVersion) -> Export {
    let to: Recipient = to.parse().unwrap();
    let time = "2026-01-02T03:04:05Z".parse().unwrap();
    export(&released(assessment, to), &Settings { tlp, ..Settings::first(time) }).unwrap()
}

fn objects(export: &Export) -> Vec<Value> {
    let bundle: Value = serde_json::from_slice(&export.bytes).unwrap();
    bundle["objects"].as_array().unwrap().clone()
}

fn of<'o>(objects: &'o [Value], kind: &str) -> Vec<&'o Value> {
    objects.iter().filter(|object| object["type"] == kind).collect()
}

/// The verdict of OASIS' validator on a bundle; `None` with a loud word where it is not there.
pub(crate) fn oracle(bytes: &[u8], name: &str) -> Option<String> {
    oracle_of_all(&[bytes.to_vec()], name).map(|verdicts| verdicts[0].clone())
}

/// The verdicts on several bundles: the validator takes longer to start than to judge.
fn oracle_of_all(bundles: &[Vec<u8>], name: &str) -> Option<Vec<String>> {
    const SCRIPT: &str = "import json, sys, logging; logging.disable(logging.CRITICAL)\n\
        from stix2validator import ValidationOptions, validate_string\n\
        for bundle in json.load(sys.stdin):\n\
        \x20   result = validate_string(bundle, ValidationOptions(version='2.1', silent=True))\n\
        \x20   print('valid' if result.is_valid else result.errors)";
    #[expect(clippy::disallowed_methods, reason = "tests find the oracle by the environment")]
    let Some(python) = std::env::var_os("DEMARCHE_STIX_PYTHON") else {
        println!(
            "SKIPPED: DEMARCHE_STIX_PYTHON names no Python with stix2-validator 3.3.2 for {name}"
        );
        return None;
    };
    let texts: Vec<_> = bundles.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let answer =
        answer_of(Command::new(python).args(["-c", SCRIPT]), &serde_json::to_vec(&texts).unwrap());
    let verdicts: Vec<String> = answer.lines().map(str::to_owned).collect();
    assert_eq!(verdicts.len(), bundles.len(), "{answer}");
    Some(verdicts)
}

/// The words that a program answers to bytes on its standard input.
pub(crate) fn answer_of(command: &mut Command, bytes: &[u8]) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn every_example_becomes_a_bundle_that_both_validators_accept() {
    let (mut names, mut bundles) = (Vec::new(), Vec::new());
    for (name, to) in CASES {
        let assessment = assessed(name);
        for (to, tlp) in [
            (to.to_owned(), TlpVersion::Two),
            (to.to_owned(), TlpVersion::One),
            (format!("{to}-CERT"), TlpVersion::Two),
        ] {
            let export = exported(assessment, &to, tlp);
            let validation = validate(&export.bytes, &Rules::default());
            assert!(validation.is_valid(), "{name}");
            let should: Vec<String> = validation
                .breaches
                .iter()
                .map(ToString::to_string)
                .filter(|line| !line.contains("version 5"))
                .collect();
            println!(
                "{name} for {to}: {} objects, {} not expressed, {should:#?}",
                export.objects,
                export.unexpressed.len()
            );
            let reading = demarche_stix::read(&export.bytes);
            assert_eq!(reading.refused, [], "{name} for {to}");
            names.push(format!("{name} for {to}"));
            bundles.push(export.bytes);
        }
    }
    if let Some(verdicts) = oracle_of_all(&bundles, "the examples") {
        for (name, verdict) in names.iter().zip(verdicts) {
            assert_eq!(verdict, "valid", "{name}");
        }
    }
}

#[test]
fn the_reference_case_is_told_in_the_words_of_stix() {
    let assessment = assessed("sony-2014");
    let export = exported(assessment, "CN", TlpVersion::Two);
    let objects = objects(&export);
    let counts: BTreeMap<&str, usize> =
        objects.iter().fold(BTreeMap::new(), |mut counts, object| {
            *counts.entry(object["type"].as_str().unwrap()).or_default() += 1;
            counts
        });
    for kind in [
        "report",
        "campaign",
        "incident",
        "identity",
        "threat-actor",
        "opinion",
        "indicator",
        "infrastructure",
        "ipv4-addr",
        "note",
        "location",
        "attack-pattern",
        "malware",
        "autonomous-system",
    ] {
        assert!(counts.contains_key(kind), "{kind}: {counts:?}");
    }
    let relationships = of(&objects, "relationship");
    let attributed: Vec<_> = relationships
        .iter()
        .filter(|relationship| relationship["relationship_type"] == "attributed-to")
        .collect();
    let said = attributed[0]["description"].as_str().unwrap();
    assert!(
        attributed.iter().any(|relationship| relationship["description"]
            .as_str()
            .unwrap()
            .contains("North Korea")),
        "{said}"
    );
    assert!([15, 50, 85].contains(&attributed[0]["confidence"].as_i64().unwrap()));
    let core = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";
    let core = &of(&objects, "incident")[0]["extensions"][core];
    assert_eq!(core["determination"], "confirmed");
    assert!(core["incident_types"].as_array().unwrap().contains(&"destruction".into()));
    extensions_hang_together(&objects, core);
    let impacts = of(&objects, "impact");
    let confidentiality = impacts.iter().map(|impact| &impact["extensions"]["confidentiality-ext"]);
    let mails = confidentiality.filter(|loss| loss["record_count"] == 173_132);
    let mails: Vec<_> = mails.collect();
    assert_eq!(mails[0]["information_type"], "communication");
    assert_eq!(mails[0]["loss_type"], "exploited-loss");
    // Most items of this case have no time of observation, which the sender is told.
    assert!(export.unexpressed.iter().any(|part| part.reason.contains("time of observation")));
    let report = of(&objects, "report")[0];
    assert_eq!(report["name"], "The attack on Sony Pictures Entertainment, 2014");
    let members = report["object_refs"].as_array().unwrap().len();
    let markings = of(&objects, "marking-definition").len();
    assert_eq!(members + markings + 1, objects.len());
}

/// Every impact and event of the incident is there and has what its schema demands.
fn extensions_hang_together(objects: &[Value], core: &Value) {
    let (impact, event) = (
        "extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9",
        "extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e",
    );
    let list = |name: &str| core[name].as_array().unwrap().clone();
    let impacts: Vec<Value> = list("impact_refs");
    let events: Vec<Value> =
        list("events").iter().map(|entry| entry["event_ref"].clone()).collect();
    assert!(!impacts.is_empty() && !events.is_empty());
    for (kind, ids, extension) in [("impact", impacts, impact), ("event", events, event)] {
        let found = of(objects, kind);
        assert_eq!(found.len(), ids.len(), "{kind}");
        for object in found {
            assert!(ids.contains(&object["id"]), "{kind}");
            assert_eq!(object["extensions"][extension]["extension_type"], "new-sdo");
        }
    }
    for object in of(objects, "impact") {
        // The category names the extension with the details, which the schema demands in full.
        let category = object["impact_category"].as_str().unwrap();
        let details = &object["extensions"][format!("{category}-ext")];
        let needed = match category {
            "confidentiality" => ["information_type", "loss_type"],
            "integrity" => ["information_type", "alteration"],
            _ => ["variety", "variety"],
        };
        assert!(needed.iter().all(|name| details[name].is_string()), "{object}");
    }
    for object in of(objects, "event") {
        assert_eq!(object["status"], "occurred");
        let fidelity = object["start_time_fidelity"].as_str().unwrap();
        assert!(["second", "minute", "day", "month", "year"].contains(&fidelity));
    }
}

#[test]
fn a_point_of_contact_can_be_read_by_machines() {
    let mut assessment = assessed("colonial-2021").clone();
    assessment.case.owner.contact = "Duty desk, desk@mfa.example.org, +41 58 462 00 00".to_owned();
    let export = exported(&assessment, "DE", TlpVersion::Two);
    let objects = objects(&export);
    let extension = "extension-definition--66e2492a-bbd3-4be6-88f5-cc91a017a498";
    let contacts = of(&objects, "identity");
    let contact = contacts.iter().find_map(|party| party["extensions"].get(extension)).unwrap();
    assert_eq!(contact["extension_type"], "property-extension");
    assert_eq!(contact["contact_numbers"][0]["contact_number"], "+41 58 462 00 00");
    let address = of(&objects, "email-addr")[0];
    assert_eq!(address["value"], "desk@mfa.example.org");
    assert_eq!(contact["email_addresses"][0]["email_address_ref"], address["id"]);
    let relationships = of(&objects, "relationship");
    assert!(relationships.iter().any(|found| found["relationship_type"] == "contact-for"));
    assert!(validate(&export.bytes, &Rules::default()).is_valid());
    if let Some(verdict) = oracle(&export.bytes, "a point of contact") {
        assert_eq!(verdict, "valid");
    }
}

#[test]
fn a_second_export_gives_new_versions_of_the_same_objects() {
    let assessment = assessed("colonial-2021");
    let released = released(assessment, "DE".parse::<Recipient>().unwrap());
    let first = Settings::first("2026-01-02T03:04:05Z".parse().unwrap());
    let second = Settings { modified: "2026-02-02T03:04:05Z".parse().unwrap(), ..first.clone() };
    let ids = |settings: &Settings| {
        let objects = objects(&export(&released, settings).unwrap());
        objects.iter().map(|object| object["id"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), ids(&second));
    let early = Settings { modified: "2025-02-02T03:04:05Z".parse().unwrap(), ..first.clone() };
    assert!(export(&released, &early).is_err(), "no version is older than the object");
    let secret = Settings { secret: "a secret".to_owned(), ..first.clone() };
    let with_secret: std::collections::BTreeSet<_> = ids(&secret).into_iter().collect();
    let same = ids(&first).iter().filter(|id| with_secret.contains(*id)).count();
    let observables = [
        "file--",
        "ipv4-addr--",
        "ipv6-addr--",
        "domain-name--",
        "url--",
        "autonomous-system--",
        "marking-definition--",
    ];
    let fixed =
        ids(&first).iter().filter(|id| observables.iter().any(|kind| id.contains(kind))).count();
    assert_eq!(same, fixed);
}
