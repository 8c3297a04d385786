//! Each format as its readers take it: our own importer, validators and published schemas.
//!
//! `DEMARCHE_STIX_PYTHON` names a Python with stix2-validator 3.3.2, which brings a reader of JSON schemas, and
//! `DEMARCHE_MISP_PYTHON` one with `PyMISP` 2.5.34.4.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use demarche_case::{Body, Evidence, Recipient, Released, Tlp, released};
use demarche_exchange::{Export, ExportError, Format, Settings, export_as};
use demarche_import::{Form, Reading, What, read};
use demarche_stix::{Rules, validate};
use serde_json::Value;

use crate::whole::{CASES, answer_of, assessed, oracle};

fn each(format: Format, mut check: impl FnMut(&str, &Released, &Export)) {
    let mut count = 0;
    for (name, to) in CASES {
        let released = released(assessed(name), to.parse::<Recipient>().unwrap());
        let settings = Settings::first("2026-01-02T03:04:05Z".parse().unwrap());
        match export_as(&released, &settings, format) {
            Ok(export) => {
                assert_eq!(export, export_as(&released, &settings, format).unwrap(), "{name}");
                check(name, &released, &export);
                count += 1;
            }
            Err(error) => assert!(matches!(error, ExportError::Nothing { .. }), "{name}: {error}"),
        }
    }
    assert!(count >= 3, "{format}: {count} examples");
}

fn back(export: &Export) -> Reading {
    let settings =
        demarche_import::Settings { file: "export".to_owned(), unmarked: Tlp::Red, source: None };
    read(&export.bytes, &settings).unwrap()
}

/// The things that an item names, in words that are equal for equal things.
fn named(item: &Evidence) -> Vec<String> {
    match &item.body {
        Body::Sample(sample) => {
            let hashes = [
                sample.sha256.map(|hash| hash.to_string()),
                sample.sha1.map(|hash| hash.to_string()),
                sample.md5.map(|hash| hash.to_string()),
            ];
            vec![format!("sample {hashes:?} {:?} {:?}", sample.name, sample.size)]
        }
        Body::Infrastructure(body) => [
            body.address.map(|address| format!("address {address}")),
            body.host.clone().map(|host| format!("host {host}")),
            body.url.clone().map(|url| format!("url {url}")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Body::Technique(body) => vec![format!("technique {}", body.technique)],
        Body::Software(body) => vec![format!("software {}", body.name)],
        Body::Artefact(body) => {
            body.value.iter().map(|value| format!("trace {} {value}", body.trace)).collect()
        }
        Body::SharedCode(body) => vec![format!("code {} {:?}", body.with, body.shared)],
        Body::Motive => vec![format!("motive {}", item.title)],
        _ => Vec::new(),
    }
}

fn read_back(what: &What) -> String {
    match what {
        What::Address(address) => format!("address {address}"),
        What::Host(host) => format!("host {host}"),
        What::Url(url) => format!("url {url}"),
        What::Sample { sha256, sha1, md5, name, size } => {
            format!("sample {:?} {name:?} {size:?}", [sha256.clone(), sha1.clone(), md5.clone()])
        }
        What::Technique { number, .. } => format!("technique {number}"),
        What::Software { name, .. } => format!("software {name}"),
        What::Trace { trace, value } => format!("trace {trace} {value}"),
        What::SharedCode { with, shared } => format!("code {with} {shared:?}"),
        What::Motive(title) => format!("motive {title}"),
    }
}

/// True of what a program can find, and not only a person.
fn is_found(text: &str) -> bool {
    !["trace ", "code ", "motive "].iter().any(|kind| text.starts_with(kind))
}

#[test]
fn a_bundle_is_read_back_with_its_traces_shared_code_and_motives() {
    let mut told = BTreeSet::new();
    each(Format::Stix, |name, released, export| {
        let reading = back(export);
        let found: BTreeSet<String> =
            reading.items.iter().map(|item| read_back(&item.named)).collect();
        for item in &released.case.evidence {
            for text in named(item) {
                assert!(found.contains(&text), "{name}: {text}");
                if !is_found(&text) {
                    let back = reading.items.iter().find(|back| read_back(&back.named) == text);
                    let back = back.unwrap();
                    assert_eq!((&back.says, back.tlp), (&item.says, item.tlp), "{name}: {text}");
                    told.extend(text.split(' ').next().map(str::to_owned));
                }
            }
        }
    });
    assert_eq!(told, ["code", "motive", "trace"].map(str::to_owned).into());
}

#[test]
fn an_event_of_misp_is_read_back_with_the_same_indicators_markings_and_grades() {
    each(Format::Misp, |name, released, export| {
        let reading = back(export);
        assert_eq!(reading.form, Form::Misp, "{name}");
        let expected: BTreeSet<String> =
            released.case.evidence.iter().flat_map(named).filter(|text| is_found(text)).collect();
        let found: BTreeSet<String> =
            reading.items.iter().map(|item| read_back(&item.named)).collect();
        let found: BTreeSet<String> = found.into_iter().filter(|text| is_found(text)).collect();
        assert_eq!(found, expected, "{name}");
        for item in &released.case.evidence {
            for text in named(item).into_iter().filter(|text| is_found(text)) {
                let same: Vec<_> = released
                    .case
                    .evidence
                    .iter()
                    .filter(|other| named(other).contains(&text))
                    .collect();
                let back =
                    reading.items.iter().find(|back| read_back(&back.named) == text).unwrap();
                assert!(
                    same.iter()
                        .any(|item| (item.tlp, item.grade.to_string())
                            == (back.tlp, back.grade.clone())),
                    "{name}: {text}"
                );
            }
        }
        for refused in &reading.refused {
            assert!(refused.reason.contains("comment"), "{name}: {refused:?}");
        }
        if let Some(said) = told_by("DEMARCHE_MISP_PYTHON", "misp.py", &[], &export.bytes) {
            assert!(said.contains(" attributes, "), "{name}: {said}");
        }
    });
}

#[test]
fn a_layer_is_read_back_with_the_same_techniques() {
    each(Format::Navigator, |name, released, export| {
        let reading = back(export);
        assert_eq!(
            (reading.form, reading.refused.as_slice()),
            (Form::Navigator, &[][..]),
            "{name}"
        );
        let techniques = |item: &Evidence| match &item.body {
            Body::Technique(body) => Some(format!("technique {}", body.technique)),
            _ => None,
        };
        let expected: BTreeSet<String> =
            released.case.evidence.iter().filter_map(techniques).collect();
        let left: BTreeSet<String> = export
            .unexpressed
            .iter()
            .filter(|part| part.reason.contains("Enterprise"))
            .map(|part| part.part.clone())
            .collect();
        let found: BTreeSet<String> =
            reading.items.iter().map(|item| read_back(&item.named)).collect();
        assert!(found.is_subset(&expected) && expected.len() - found.len() <= left.len(), "{name}");
    });
}

#[test]
fn a_table_is_read_back_with_the_same_values() {
    each(Format::Csv, |name, released, export| {
        let reading = back(export);
        assert_eq!(reading.form, Form::Table, "{name}");
        let text = String::from_utf8(export.bytes.clone()).unwrap();
        assert_eq!(text.lines().count(), export.objects + 1, "{name}");
        for item in &released.case.evidence {
            let is_plain = |text: &&String| {
                ["address ", "host ", "url "].iter().any(|kind| text.starts_with(kind))
            };
            for text in named(item).iter().filter(is_plain) {
                assert!(
                    reading.items.iter().any(|back| read_back(&back.named) == *text),
                    "{name}: {text}"
                );
            }
        }
    });
}

#[test]
fn an_attack_flow_is_valid_by_the_standard_and_by_its_own_schema() {
    each(Format::AttackFlow, |name, released, export| {
        let validation = validate(&export.bytes, &Rules::default());
        assert!(validation.is_valid(), "{name}: {:?}", validation.breaches);
        let whole: Value = serde_json::from_slice(&export.bytes).unwrap();
        let objects = whole["objects"].as_array().unwrap();
        let of = |kind: &str| objects.iter().filter(|object| object["type"] == kind).count();
        let techniques = released
            .case
            .evidence
            .iter()
            .filter(|item| matches!(item.body, Body::Technique(_)))
            .count();
        assert_eq!((of("attack-flow"), of("attack-action")), (1, techniques), "{name}");
        if let Some(verdict) = oracle(&export.bytes, name) {
            assert_eq!(verdict, "valid", "{name}");
        }
        if let Some(verdict) = flow_verdict(&export.bytes) {
            assert_eq!(verdict, "valid", "{name}");
        }
    });
}

/// The verdict of the published schema of Attack Flow on each of its objects; `None` with a loud word.
fn flow_verdict(bytes: &[u8]) -> Option<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let data = std::env::var_os("DEMARCHE_DATA");
    let stix = data.map_or(beside, PathBuf::from).join("stix");
    if !stix.exists() {
        println!("SKIPPED: the schema of Attack Flow is not in {}", stix.display());
        return None;
    }
    told_by("DEMARCHE_STIX_PYTHON", "flow.py", &[&stix], bytes)
}

/// The answer of a script with the Python that a variable names; `None` with a loud word where it names none.
fn told_by(variable: &str, script: &str, arguments: &[&Path], bytes: &[u8]) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests find the oracle by the environment")]
    let Some(python) = std::env::var_os(variable) else {
        println!("SKIPPED: {variable} names no Python for {script}");
        return None;
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle");
    let mut command = Command::new(python);
    Some(answer_of(command.arg(Path::new(folder).join(script)).args(arguments), bytes))
}
