//! The example cases against the whole of ATT&CK.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;

use demarche_attribution::{Question, judge};
use demarche_case::Case;
use demarche_case::record::Record;
use demarche_library::{Provenance, attack};

fn bundle() -> Option<Vec<u8>> {
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = data.join("attacks/enterprise-attack-18.1.stix20.json.xz");
    let Ok(file) = std::fs::read(&path) else {
        println!("SKIPPED: no {}; set DEMARCHE_DATA", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(file.as_slice(), true).read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

fn example(name: &str) -> Case {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
    let read = |file: &str| std::fs::read_to_string(format!("{folder}{name}/{file}")).unwrap();
    Case::read(&read("case.toml"), &read("evidence.toml")).unwrap()
}

#[test]
fn look() {
    let Some(bytes) = bundle() else { return };
    let start = std::time::Instant::now();
    let imported = attack::import(&bytes, &Provenance { origin: "test".to_owned(), date: None, sha256: demarche_case::Digest([0; 32]) });
    println!("import {:?}", start.elapsed());
    let record: Record = imported.part;
    for name in ["sony-2014", "olympic-destroyer-2018"] {
        let case = example(name);
        let start = std::time::Instant::now();
        let without = BTreeSet::new();
        let found = judge(&Question {
            case: &case,
            record: &record,
            located: &[],
            without: &without,
            seed: 1,
        })
        .unwrap();
        println!("== {name} {:?}", start.elapsed());
        for (label, one) in [("as reported", &found.as_reported), ("if planted", &found.if_planted)]
        {
            println!("-- {label} others {:.3}", one.others);
            for ranked in &one.ranking {
                let h = &found.hypotheses[ranked.hypothesis];
                println!(
                    "{:.3} [{:.3} {:.3}] prior {:.4} weight {:+.2} {h}   {}",
                    ranked.probability.estimate,
                    ranked.probability.low,
                    ranked.probability.high,
                    ranked.prior,
                    ranked.weight,
                    ranked
                        .aspects
                        .iter()
                        .map(|a| format!("{:?} {:+.2}", a.aspect, a.weight))
                        .collect::<Vec<_>>()
                        .join(", ")
                );
            }
            for s in one.states.iter().take(6) {
                println!(
                    "   {} {:.3} [{:.3} {:.3}] prior {:.3}",
                    s.state, s.probability.estimate, s.probability.low, s.probability.high, s.prior
                );
            }
        }
        for i in &found.items {
            println!(
                "{:24} {:?} {:?} bound {:.2} rel {:.2} disc {:.2} diag {:.3} {:?} {:?}",
                i.evidence.as_str(),
                i.aspect,
                i.forgeability,
                i.bound,
                i.reliability,
                i.discount,
                i.diagnosticity,
                i.weights.iter().take(6).map(|w| (w * 100.0).round() / 100.0).collect::<Vec<_>>(),
                i.reasons
            );
        }
        for s in found.sensitivity.iter().take(8) {
            println!(
                "without {:?}: {:.3} {:?} leader {}",
                s.without, s.leading, s.leading_state, found.hypotheses[s.leader]
            );
        }
        println!("{:?} {:?}", found.confidence, found.withheld);
        for p in found.precedents.iter().take(5) {
            println!("{p:?}");
        }
        for p in found.overlaps.iter().take(5) {
            println!(
                "{} {}/{} {}/{}",
                p.name,
                p.techniques.len(),
                p.techniques_known,
                p.software.len(),
                p.software_known
            );
        }
        for p in found.hunt_leads.iter().take(5) {
            println!("{} {} {}", p.technique, p.name, p.others);
        }
    }
}
