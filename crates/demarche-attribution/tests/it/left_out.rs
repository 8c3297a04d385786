//! The sensitivity of the judgement: without a part of the evidence, it is that of a case which never had this part.

use std::collections::BTreeSet;

use arbtest::arbitrary::{self, Unstructured};
use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, Leads, Without};
use demarche_case::{EvidenceId, Sha256};

use crate::small::{case, judged, pointer, record, technique};

/// The victim stands for a party that the case does not have yet.
const PARTIES: [&str; 5] = ["alpha", "gamma", "korea", "insider", "victim"];
const CLASSES: [&str; 5] =
    ["file-metadata", "shared-code", "operator-error", "technique", "private-infrastructure"];

/// A case with sources, clusters, repeats and days of their own, and a party that is suspected by evidence alone.
fn any_case(u: &mut Unstructured<'_>) -> arbitrary::Result<Case> {
    let mut items: Vec<String> = Vec::new();
    for place in 0..u.int_in_range(1..=6)? {
        let id = format!("item-{place}");
        let mut item = if u.ratio(1, 4)? {
            technique(&id, u.choose(&["T1001", "T1002", "T1003", "T1486"])?)
        } else {
            let mut more = format!("forgeability = \"{}\"\n", u.choose(&CLASSES)?);
            match u.int_in_range(0..=4)? {
                0 if place > 0 => more += &format!("repeats = [\"item-{}\"]\n", place - 1),
                1 if place > 0 => more += &format!("exposes = [\"item-{}\"]\n", place - 1),
                2 => more += "cluster = \"one\"\n",
                _ => {}
            }
            pointer(&id, u.choose(&PARTIES)?, u.choose(&["weak", "medium", "strong"])?, &more)
        };
        if u.arbitrary()? {
            item = item.replace(&format!("source = \"{id}\""), "source = \"the same\"");
        }
        if u.ratio(1, 4)? {
            // The same trace again is a repeat that the case does not tell of.
            item = item.replace(&format!("trace = \"{id}\""), "trace = \"the same\"");
        }
        if u.arbitrary()? {
            item += &format!("observed = 2020-0{}-01\n", u.int_in_range(1..=9)?);
        }
        items.push(item.replace("A1", u.choose(&["A1", "B2", "C3", "E4"])?));
    }
    let mut case = case(&items);
    let mut nobody = case.parties[4].clone();
    nobody.id = "nobody".parse().unwrap();
    nobody.name = "A gang".to_owned();
    nobody.country = if u.arbitrary()? { Some("CY".parse().unwrap()) } else { None };
    if u.ratio(1, 3)? {
        nobody.acts_for = Some("korea".parse().unwrap());
    }
    for pointer in case.evidence.iter_mut().filter_map(|item| item.points_to.as_mut()) {
        for party in pointer.parties.iter_mut().filter(|party| party.as_str() == "victim") {
            *party = nobody.id.clone();
        }
    }
    case.parties.push(nobody);
    Ok(case)
}

fn leading(found: &AttributionFindings, leads: &Leads) -> f64 {
    found.as_reported.chance(leads).estimate.get()
}

/// Signs that are as good as random and the same in every run, however fast the machine is.
fn signs(seed: u32) -> Vec<u8> {
    (0..16).flat_map(|part| Sha256::of(format!("{seed}/{part}").as_bytes()).0).collect()
}

#[test]
fn the_answer_without_a_part_is_that_of_the_case_without_it() {
    let (mut compared, mut refused, mut changed) = (0, 0, 0);
    for seed in 0..40 {
        let case = any_case(&mut Unstructured::new(&signs(seed))).unwrap();
        let found = judged(&case, &record());
        let Some(leads) = &found.leads else { continue };
        for part in &found.sensitivity {
            let items: BTreeSet<EvidenceId> = part.items.iter().cloned().collect();
            let fewer = match part.without {
                Without::Links => case.without_links().unwrap(),
                _ => case.without(&items),
            };
            let then = demarche_attribution::judge(&demarche_attribution::Question {
                case: &fewer,
                record: &record(),
                located: &[],
                seed: 7,
            });
            let named = then.as_ref().and_then(|then| then.leads.clone());
            assert_eq!(part.leads, named, "without {:?}", part.without);
            if let Some(then) = then.filter(|then| then.withheld.is_none()) {
                let chance = leading(&then, leads);
                let said = part.leading.unwrap().get();
                assert!((said - chance).abs() < 1e-9 || chance <= 0.0, "{said} {chance}");
            }
            compared += 1;
            refused += u32::from(named.is_none());
            changed += u32::from(named.is_some() && named.as_ref() != Some(leads));
        }
    }
    assert!(compared > 30 && refused > 3 && changed > 3, "{compared} {refused} {changed}");
}
