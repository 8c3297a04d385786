//! Laws of the judgement: what must not change it.

use arbtest::arbtest;
use demarche_case::record::{Catalogue, RecordId, Used};

use crate::small::{case, judged, of_actor, pointer, record, technique};

const PARTIES: [&str; 4] = ["alpha", "gamma", "korea", "insider"];
const STRENGTHS: [&str; 3] = ["weak", "medium", "strong"];
const CLASSES: [&str; 4] = ["file-metadata", "shared-code", "operator-error", "technique"];

fn items(u: &mut arbtest::arbitrary::Unstructured<'_>) -> arbtest::arbitrary::Result<Vec<String>> {
    let count = u.int_in_range(1..=6)?;
    // Three groups of evidence always say something, so that there is a probability to compare.
    let mut items: Vec<String> = ["alpha", "gamma", "korea"]
        .iter()
        .map(|party| pointer(&format!("always-{party}"), party, "medium", ""))
        .collect();
    for place in 0..count {
        let id = format!("item-{place}");
        items.push(if u.arbitrary()? {
            technique(&id, ["T1001", "T1002", "T1003", "T1004"][u.choose_index(4)?])
        } else {
            let class = format!("forgeability = \"{}\"", u.choose(&CLASSES)?);
            pointer(&id, u.choose(&PARTIES)?, u.choose(&STRENGTHS)?, &class)
        });
    }
    Ok(items)
}

const NAMES: [&str; 3] = ["Alpha", "Beta", "Gamma"];

#[test]
fn the_order_of_the_evidence_does_not_matter() {
    arbtest(|u| {
        let mut items = items(u)?;
        let forwards = judged(&case(&items), &record());
        items.reverse();
        let backwards = judged(&case(&items), &record());
        for name in NAMES {
            let difference = of_actor(&forwards, name) - of_actor(&backwards, name);
            assert!(difference.abs() < 1e-9, "{name}: {difference}");
        }
        Ok(())
    })
    .budget_ms(700);
}

#[test]
fn saying_it_twice_adds_nothing() {
    arbtest(|u| {
        let mut items = items(u)?;
        let once = judged(&case(&items), &record());
        let again = items[u.choose_index(items.len())?].clone();
        // The same item under another name: same kind, same body, same source.
        let (_, rest) = again.split_once("\nkind").unwrap();
        items.push(format!("[[evidence]]\nid = \"again\"\nkind{rest}"));
        let twice = judged(&case(&items), &record());
        for name in NAMES {
            let difference = of_actor(&once, name) - of_actor(&twice, name);
            assert!(difference.abs() < 1e-9, "{name}: {difference}");
        }
        Ok(())
    })
    .budget_ms(700);
}

#[test]
fn identifiers_of_actors_do_not_matter() {
    arbtest(|u| {
        let items = items(u)?;
        let before = judged(&case(&items), &record());
        let mut other = record();
        let renamed = |id: &RecordId| match id.id.as_str() {
            "G0001" => RecordId::new(Catalogue::Attack, "G9001"),
            "G0003" => RecordId::new(Catalogue::Attack, "G0000"),
            _ => id.clone(),
        };
        for actor in &mut other.actors {
            actor.id = renamed(&actor.id);
        }
        for one in &mut other.uses {
            one.user = renamed(&one.user);
        }
        other.actors.sort_by(|a, b| a.id.cmp(&b.id));
        let mut case = case(&items);
        for party in &mut case.parties {
            for actor in &mut party.actors {
                *actor = renamed(&RecordId::new(Catalogue::Attack, actor.as_str())).id;
            }
        }
        let after = judged(&case, &other);
        for name in NAMES {
            let difference = of_actor(&before, name) - of_actor(&after, name);
            assert!(difference.abs() < 1e-9, "{name}: {difference}");
        }
        Ok(())
    })
    .budget_ms(700);
}

#[test]
fn a_better_source_never_weighs_less() {
    let with = |grade: &str| {
        let item = pointer("one", "gamma", "strong", "").replace("A1", grade);
        let others = ["alpha", "korea", "insider"].map(|party| pointer(party, party, "medium", ""));
        let found = judged(&case(&[&[item][..], &others[..]].concat()), &record());
        assert!(found.withheld.is_none());
        of_actor(&found, "Gamma")
    };
    let grades = ["A1", "B2", "C3", "D4", "E5"];
    for pair in grades.windows(2) {
        assert!(with(pair[0]) >= with(pair[1]), "{pair:?}");
    }
    assert!(with("F6") - with("E5") < 1e-12);
}

#[test]
fn a_technique_that_nobody_uses_favours_nobody_of_the_record() {
    let known = record();
    assert!(known.uses.iter().all(|one| one.used != Used::Technique("T1099".parse().unwrap())));
    let found = judged(&case(&[technique("one", "T1099")]), &known);
    let item = &found.items[0];
    assert!(item.weights.iter().all(|nats| nats.nats().abs() < 1e-9), "{:?}", item.weights);
}
