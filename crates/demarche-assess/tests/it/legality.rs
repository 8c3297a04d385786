//! What evidence is worth to the law: on the examples, item by item.

use std::path::Path;

use demarche_assess::{attribution, response};
use demarche_case::assessment::response::{OptionFound, ResponseFindings};
use demarche_case::options::Condition;
use demarche_case::{Case, CaseFolder, PartyId};
use demarche_library::Store;

fn weighed(case: &Case) -> ResponseFindings {
    let (record, _) = Store::at(Path::new("no such folder")).record(&[]).unwrap();
    let found = attribution(case, &record, &[]);
    response(case, found.as_ref(), None, &record).unwrap()
}

/// How probable it is that an actor of the state did it: low, most likely, high.
fn actor(found: &ResponseFindings) -> [f64; 3] {
    let fact = found.facts.iter().find(|fact| fact.condition == Condition::Actor);
    fact.unwrap().strict
}

/// Of the items that an analyst points at the state, those without which the judgement gives it less open less. An item
/// without which the judgement gives it more speaks against it, whatever the analyst thought, and is none of these.
#[test]
fn nothing_is_more_lawful_without_an_item_that_speaks_for_the_state() {
    let mut speaking = 0;
    for name in ["sony-2014", "notpetya-2017"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let case = CaseFolder::open(&folder).unwrap().case().clone();
        let whole = weighed(&case);
        let state = whole.responsible;
        let is_of_state = |id: &PartyId| case.party(id).unwrap().country == state;
        let points = case.evidence.iter().filter(|item| {
            item.points_to.as_ref().is_some_and(|to| to.parties.iter().any(is_of_state))
        });
        for item in points {
            let mut less = case.clone();
            less.evidence.retain(|one| one.id != item.id);
            let less = weighed(&less);
            let chances = actor(&whole).into_iter().zip(actor(&less));
            if chances.into_iter().any(|(whole, less)| less > whole) {
                continue;
            }
            speaking += 1;
            // What is open against a gang or a suspect is more open where less speaks for a state.
            let is_of_gang = |option: &OptionFound| {
                let others = [Condition::Gang, Condition::Persons];
                option.gates.iter().any(|gate| others.contains(&gate.condition))
            };
            let options = whole.options.iter().zip(&less.options);
            for (whole, less) in options.filter(|(whole, _)| !is_of_gang(whole)) {
                let both = whole.open.iter().zip(less.open);
                assert!(
                    both.into_iter().all(|(whole, less)| less <= *whole),
                    "{name}: {} is more open without {}",
                    whole.id,
                    item.id
                );
            }
        }
    }
    assert!(speaking > 8, "{speaking} items speak for a state");
}
