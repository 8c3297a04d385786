//! The country figures of the Internet Health Report, from the command line, on the synthetic full table.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use demarche_case::Asn;
use demarche_case::assessment::routes::{Dependency, Family, NetworkDependency};
use serde_json::Value;

use crate::command_line::{demarche, folder};

/// The synthetic table and the reference values; `None` where either is missing.
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lies")]
fn inputs() -> Option<(PathBuf, Value)> {
    let Some(rib) = std::env::var_os("DEMARCHE_RIB").map(PathBuf::from) else {
        println!("SKIPPED: no synthetic table; set DEMARCHE_RIB");
        return None;
    };
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench");
    let bench = std::env::var_os("DEMARCHE_BENCH").map_or_else(|| beside, PathBuf::from);
    let path = bench.join("routes/reference/hegemony-synthetic.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("SKIPPED: {} not found; set DEMARCHE_BENCH", path.display());
        return None;
    };
    Some((rib, serde_json::from_str(&text).unwrap()))
}

/// A table of AS numbers that puts the reference's origins into their countries, and nobody else.
fn countries(reference: &Value, test: &str) -> PathBuf {
    let mut table = "# asn\tcc\tcc_source\tname\n".to_owned();
    for (country, of) in reference["countries"].as_object().unwrap() {
        for origin in of["local"].as_object().unwrap().keys() {
            table.push_str(&format!("{origin}\t{country}\ttest\tORIGIN\n"));
        }
    }
    let path = folder(test).join("asn.tsv");
    fs::write(&path, table).unwrap();
    path
}

fn answer(arguments: &[&str]) -> Dependency {
    let output = demarche(arguments);
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all: Vec<Dependency> =
        serde_json::from_value(answer["answer"]["dependencies"].clone()).unwrap();
    all.into_iter().find(|dependency| dependency.family == Family::Ipv4).unwrap()
}

/// The networks above zero are those of the reference, with its scores, which have twelve digits.
fn assert_same(what: &str, ours: impl Iterator<Item = (Asn, f64)>, theirs: &Value) {
    let ours: BTreeMap<u64, f64> =
        ours.filter(|(_, score)| *score > 0.0).map(|(asn, score)| (asn.0.into(), score)).collect();
    let theirs: BTreeMap<u64, f64> =
        serde_json::from_value::<Vec<(u64, f64)>>(theirs.clone()).unwrap().into_iter().collect();
    assert!(ours.keys().eq(theirs.keys()), "{what}: {ours:?} {theirs:?}");
    for (asn, score) in theirs {
        assert!((ours[&asn] - score).abs() < 1e-9, "{what}: AS{asn} {} {score}", ours[&asn]);
    }
}

#[test]
fn the_country_figures_of_the_internet_health_report_come_from_the_command_line() {
    let Some((rib, reference)) = inputs() else { return };
    let countries = countries(&reference, "hegemony");
    let tables = [rib.to_str().unwrap(), countries.to_str().unwrap()];
    let by_addresses = |network: &NetworkDependency| network.by_addresses.trimmed;
    let by_networks = |network: &NetworkDependency| network.by_networks.trimmed;
    for (country, of) in reference["countries"].as_object().unwrap() {
        for (option, end) in [(None, "_transit_only"), (Some("--count-origin"), "")] {
            let mut arguments = vec!["routes", "depend", country, "--full-feed", "400000"];
            arguments.extend(option);
            arguments.extend(["--json", "--routes"]);
            arguments.extend(tables);
            let found = answer(&arguments);
            assert_eq!(found.vantage_points, 37);
            let scores = |of: fn(&NetworkDependency) -> f64| {
                found.networks.iter().map(move |network| (network.network.asn, of(network)))
            };
            let what = format!("{country} {option:?}");
            assert_same(&what, scores(by_addresses), &of["country"][format!("by_address{end}")]);
            assert_same(&what, scores(by_networks), &of["country"][format!("by_as{end}")]);
        }
    }
}
