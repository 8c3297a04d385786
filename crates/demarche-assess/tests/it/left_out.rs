//! The sentence about the item without which the answer changes, against the answer of the case without the item.

use std::collections::BTreeSet;
use std::path::Path;

use arbtest::arbitrary::{self, Unstructured};
use demarche_assess::attribution;
use demarche_case::assessment::attribution::{AttributionFindings, Without};
use demarche_case::record::Record;
use demarche_case::{Case, CaseFolder, EvidenceId, Sha256};
use demarche_library::Store;
use demarche_report::attribution_answer;

const EXAMPLES: [&str; 5] =
    ["sony-2014", "notpetya-2017", "olympic-destroyer-2018", "albania-2022", "colonial-2021"];

/// One of the examples with a part of its evidence, some of which points to two parties and not to one.
fn any_case(u: &mut Unstructured<'_>, examples: &[Case]) -> arbitrary::Result<Case> {
    let mut case = u.choose(examples)?.clone();
    let mut gone = BTreeSet::new();
    for item in &case.evidence {
        if u.ratio(2, 3)? {
            gone.insert(item.id.clone());
        }
    }
    case = case.without(&gone);
    let parties: Vec<_> = case.parties.iter().map(|party| party.id.clone()).collect();
    for pointer in case.evidence.iter_mut().filter_map(|item| item.points_to.as_mut()) {
        if u.ratio(1, 4)? {
            pointer.parties.push(u.choose(&parties)?.clone());
        }
    }
    Ok(case)
}

/// Compares what is said of the deciding part with the answer of the case without it; `None` where no item decides.
fn compare(case: &Case, record: &Record) -> Option<bool> {
    let found = attribution(case, record, &[]).filter(|found| found.withheld.is_none())?;
    let answer = attribution_answer(&found, case);
    let said = answer.iter().find(|sentence| sentence.starts_with("Without "));
    let Some(Without::Item(id)) = &found.balance.overturned_by else { return None };
    let said = said.unwrap_or_else(|| panic!("nothing is said of {id}: {answer:#?}"));
    let without: BTreeSet<EvidenceId> = [id.clone()].into();
    let fewer = case.without(&without);
    let then = attribution(&fewer, record, &[]);
    let named = then.as_ref().filter(|then: &&AttributionFindings| then.withheld.is_none());
    let Some(then) = named else {
        assert!(said.ends_with("nobody could be named."), "{said}");
        return Some(false);
    };
    let first = attribution_answer(then, &fewer).swap_remove(0).to_lowercase();
    let (_, rest) = said.rsplit_once("”, ").unwrap();
    let name =
        rest.strip_suffix(" would lead.").or_else(|| rest.strip_suffix(" alone would be named."));
    let name = name.or_else(|| {
        let kind = rest.strip_prefix("only the kind of attacker would be known: ")?;
        kind.strip_suffix('.')
    });
    let name = name.unwrap_or_else(|| panic!("{said}")).to_lowercase();
    assert!(first.contains(&name), "{said} But without it: {first}");
    Some(true)
}

/// Signs that are as good as random and the same in every run, however fast the machine is.
fn signs(seed: u32) -> Vec<u8> {
    (0..16).flat_map(|part| Sha256::of(format!("{seed}/{part}").as_bytes()).0).collect()
}

#[test]
fn what_is_said_of_an_item_is_the_answer_of_the_case_without_it() {
    let (record, _) = Store::at(Path::new("no such folder")).record(&[]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let examples =
        EXAMPLES.map(|name| CaseFolder::open(&folder.join(name)).unwrap().case().clone());
    for case in &examples {
        compare(case, &record);
    }
    let (mut refused, mut another) = (0, 0);
    for seed in 0..40 {
        let case = any_case(&mut Unstructured::new(&signs(seed)), &examples).unwrap();
        match compare(&case, &record) {
            Some(true) => another += 1,
            Some(false) => refused += 1,
            None => {}
        }
    }
    assert!(refused > 2 && another > 2, "{refused} refused, {another} with another leader");
}
