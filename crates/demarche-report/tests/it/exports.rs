//! Layers and tables for other programs.

use demarche_case::Body;
use demarche_report::{matrix_csv, navigator_layers, ranking_csv};
use expect_test::expect_file;
use serde_json::Value;

use crate::judged::{judged, unjudged};

fn layers() -> Vec<Value> {
    let assessment = judged();
    let findings = assessment.attribution.as_ref().unwrap();
    serde_json::from_str(&navigator_layers(findings, &assessment.case, demarche_case::Tlp::Amber))
        .unwrap()
}

/// What version 4.5 of the format requires, and the types of what it allows.
fn check_layer(layer: &Value) {
    assert!(layer["name"].is_string() && layer["domain"] == "enterprise-attack");
    assert_eq!(layer["versions"]["layer"], "4.5");
    let number = |text: &Value| text.as_str().unwrap().split('.').next().unwrap().parse::<u32>();
    assert!(number(&layer["versions"]["navigator"]).unwrap() >= 5);
    assert_eq!(layer["versions"]["attack"], "18");
    assert!(["side", "flat", "mini"].contains(&layer["layout"]["layout"].as_str().unwrap()));
    let (least, most) = (&layer["gradient"]["minValue"], &layer["gradient"]["maxValue"]);
    assert!(most.as_f64() > least.as_f64());
    let is_colour = |value: &Value| {
        let text = value.as_str().unwrap();
        text.len() == 7 && text.starts_with('#')
    };
    assert!(layer["gradient"]["colors"].as_array().unwrap().iter().all(is_colour));
    for item in layer["legendItems"].as_array().unwrap() {
        assert!(item["label"].is_string() && is_colour(&item["color"]));
    }
    for technique in layer["techniques"].as_array().unwrap() {
        let id = technique["techniqueID"].as_str().unwrap();
        assert!(id.parse::<demarche_case::TechniqueId>().is_ok());
        assert!(technique["score"].is_number() && is_colour(&technique["color"]));
        assert!(technique["comment"].is_string() && technique["links"] == Value::Array(Vec::new()));
        for one in technique["metadata"].as_array().unwrap() {
            assert!(one["name"].is_string() && one["value"].is_string());
        }
    }
}

#[test]
fn layers_have_the_published_form() {
    let layers = layers();
    assert_eq!(layers.len(), 3);
    layers.iter().for_each(check_layer);
    expect_file!["../data/layers.json"].assert_eq(&format!("{:#}\n", Value::Array(layers)));
}

#[test]
fn the_layers_are_the_incident_the_actor_and_both() {
    let layers = layers();
    let scores = |place: usize| -> Vec<(String, u64)> {
        let techniques = layers[place]["techniques"].as_array().unwrap().iter();
        techniques
            .map(|one| {
                (one["techniqueID"].as_str().unwrap().to_owned(), one["score"].as_u64().unwrap())
            })
            .collect()
    };
    let pairs = |pairs: &[(&str, u64)]| -> Vec<(String, u64)> {
        pairs.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect()
    };
    assert_eq!(scores(0), pairs(&[("T1021.002", 1), ("T1491.001", 1), ("T1561.002", 1)]));
    let known = [
        ("T1021.002", 3),
        ("T1070.006", 2),
        ("T1132.001", 2),
        ("T1491.001", 3),
        ("T1542.003", 2),
        ("T1561.002", 3),
    ];
    assert_eq!(scores(1), pairs(&known));
    assert_eq!(scores(2), pairs(&known));
}

#[test]
fn techniques_of_industrial_control_systems_are_in_no_enterprise_layer() {
    let mut assessment = judged();
    for item in &mut assessment.case.evidence {
        if let Body::Technique(technique) = &mut item.body {
            technique.technique = "T0816".parse().unwrap();
        }
    }
    let findings = assessment.attribution.as_ref().unwrap();
    let layers: Vec<Value> = serde_json::from_str(&navigator_layers(
        findings,
        &assessment.case,
        demarche_case::Tlp::Amber,
    ))
    .unwrap();
    assert_eq!(layers[0]["techniques"], Value::Array(Vec::new()));
}

#[test]
fn tables_read_as_written() {
    let assessment = judged();
    let findings = assessment.attribution.as_ref().unwrap();
    // The line ends are those of RFC 4180; a file under version control has its own.
    let unix = |text: String| text.replace("\r\n", "\n");
    expect_file!["../data/ranking.csv"]
        .assert_eq(&unix(ranking_csv(findings, demarche_case::Tlp::Amber)));
    expect_file!["../data/matrix.csv"].assert_eq(&unix(matrix_csv(
        findings,
        &assessment.case,
        demarche_case::Tlp::Amber,
    )));
}

#[test]
fn a_table_without_probability_has_none() {
    let assessment = unjudged();
    let text = ranking_csv(assessment.attribution.as_ref().unwrap(), demarche_case::Tlp::Amber);
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(cells[6..=10].iter().all(|cell| cell.is_empty()), "{line}");
        assert!(
            cells[cells.len() - 4..cells.len() - 1].iter().all(|cell| cell.is_empty()),
            "{line}"
        );
        assert!(!cells[11].is_empty(), "{line}");
    }
}

/// The records of a CSV text; panics where it is none.
pub(crate) fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let record = records.last_mut().unwrap();
        let cell = record.last_mut().unwrap();
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(signs.next(), Some('\n'), "a line ends in CR LF");
                records.push(vec![String::new()]);
            }
            '"' | '\n' if !quoted => panic!("{sign:?} outside quotes"),
            other => cell.push(other),
        }
    }
    assert!(!quoted);
    assert_eq!(records.pop(), Some(vec![String::new()]), "the last line ends too");
    records
}
