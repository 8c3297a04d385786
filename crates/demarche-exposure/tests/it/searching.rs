use demarche_exposure::{ExposureError, MARKS, Store, find};

use crate::dump::{Dump, message};

fn store() -> (Dump, Store) {
    let dump = Dump::new();
    dump.write(
        "1.eml",
        message("1@x", "Überweisung", "the merger\nis confidential, card 4111 1111 1111 1111"),
    );
    dump.write("2.eml", message("2@x", "lunch", "a merger of tastes"));
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    (dump, store)
}

#[test]
fn words_phrases_and_operators_find_texts() {
    let (_dump, store) = store();
    let all = |question: &str| find(&store, question, 10, false).unwrap().all;
    assert_eq!(all("merger"), 2);
    assert_eq!(all("merger confidential"), 1);
    assert_eq!(all("\"merger of\""), 1);
    assert_eq!(all("merger NOT tastes"), 1);
    assert_eq!(all("ubersweisung OR uberweisung"), 1, "accents do not matter");
    assert_eq!(all("confid*"), 1);
    assert_eq!(all("a@b.example"), 0, "signs outside of the language of questions");
    assert!(matches!(find(&store, "", 10, false), Err(ExposureError::Question { .. })));
}

#[test]
fn a_hit_has_its_line_and_hides_what_is_sensitive() {
    let (_dump, store) = store();
    let hits = find(&store, "confidential", 10, false).unwrap();
    let hit = &hits.best[0];
    assert_eq!((hit.place.as_str(), hit.line), ("1.eml", 3));
    assert_eq!(hit.subject.as_deref(), Some("Überweisung"));
    let [before, after] = MARKS;
    assert!(hit.snippet.contains(&format!("{before}confidential{after}")), "{}", hit.snippet);
    assert!(!hit.snippet.contains("4111 1111"), "{}", hit.snippet);
    let clear = find(&store, "confidential", 10, true).unwrap();
    assert!(clear.best[0].snippet.contains("4111 1111"));
}

#[test]
fn words_are_found_in_writing_without_spaces() {
    let dump = Dump::new();
    dump.write("1.txt", "第一\n董事会于木曜日批准了合同。");
    dump.write("2.txt", "取締役会の議事録\n이사회의 회의록");
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    for (question, expected) in [
        ("合同", 1),
        ("董事会", 1),
        ("取締役会", 1),
        ("이사회", 1),
        ("회의록", 1),
        ("董会", 0),
        ("合同 木曜日", 1),
        ("合同 OR 議事録", 2),
        ("董事*", 1),
    ] {
        assert_eq!(find(&store, question, 10, false).unwrap().all, expected, "{question}");
    }
    let hit = &find(&store, "合同", 10, false).unwrap().best[0];
    let [before, after] = MARKS;
    assert_eq!(hit.line, 2);
    assert_eq!(hit.snippet, format!("第一 董事会于木曜日批准了{before}合同{after}。"));
}
