//! A made dump of known content: what is planted must be found, and nothing else.
//!
//! `DEMARCHE_DUMP` names a folder with `dump/` and its `truth.json`; without it the test says that it was skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use demarche_exposure::{ExposureError, Store, each_finding};
use serde_json::Value;

use crate::dump::{found, scan_until};

type Values = BTreeMap<String, BTreeSet<String>>;

/// The least recall and precision of a kind.
const BARS: [(&[&str], f64, f64); 3] = [
    (&["card", "iban", "aws_key", "jwt"], 0.99, 0.99),
    (&["ssn", "nino"], 0.98, 0.98),
    (&["password", "passport", "salary", "dob"], 0.85, 0.90),
];

/// A value in the form in which values are compared.
fn canonical(kind: &str, value: &str) -> String {
    match kind {
        "iban" | "nino" | "passport" => value
            .chars()
            .filter(|sign| !matches!(sign, ' ' | '-'))
            .collect::<String>()
            .to_uppercase(),
        "salary" => {
            let amount = value.split('.').next().unwrap();
            amount.chars().filter(char::is_ascii_digit).collect()
        }
        _ => value.to_owned(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
fn what_is_planted_in_a_dump_is_found_and_nothing_else() {
    let Some(folder) = std::env::var_os("DEMARCHE_DUMP").map(PathBuf::from) else {
        eprintln!("SKIPPED: DEMARCHE_DUMP names no made dump");
        return;
    };
    let truth: Value =
        serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    let path = std::env::temp_dir().join(format!("demarche-corpus-{}", std::process::id()));
    drop(std::fs::remove_file(&path));
    let mut store = Store::open(&path, "dump", None).unwrap();
    scan_until(&folder.join("dump"), &mut store, 2, u64::MAX).unwrap();

    let mut got = Values::new();
    let listed: Result<(), ExposureError> = each_finding(&store, true, |finding| {
        let value = canonical(&finding.kind, &finding.value);
        got.entry(finding.kind).or_default().insert(value);
        Ok(())
    });
    listed.unwrap();
    let mut planted = Values::new();
    for entry in truth["planted"].as_array().unwrap() {
        let (kind, value) = (entry["kind"].as_str().unwrap(), entry["value"].as_str().unwrap());
        planted.entry(kind.to_owned()).or_default().insert(canonical(kind, value));
    }
    for (kinds, least_recall, least_precision) in BARS {
        for kind in kinds {
            let (planted, got) = (&planted[*kind], &got[*kind]);
            let right = number(planted.intersection(got).count());
            let (recall, precision) = (right / number(planted.len()), right / number(got.len()));
            println!("{kind}: recall {recall:.3}, precision {precision:.3}");
            assert!(recall >= least_recall, "{kind}: recall {recall}");
            assert!(precision >= least_precision, "{kind}: precision {precision}");
        }
    }
    let found = found(&store);
    let messages = found.read.messages - found.read.without_identifier;
    assert_eq!(messages, truth["messages"].as_u64().unwrap());
    let named = found.read.unread.iter().map(|unread| unread.contents).sum::<u64>()
        + found.read.partly_read;
    assert!(named >= 9, "{:?}", found.read);
    std::fs::remove_file(&path).unwrap();
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
