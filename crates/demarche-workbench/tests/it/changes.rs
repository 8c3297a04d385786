//! Changes of the case through pages: what stands in the files afterwards, and the way back.

use crate::bench::Bench;

fn first_id(bench: &Bench) -> String {
    let text = bench.text("evidence.toml");
    let line = text.lines().find(|line| line.starts_with("id")).unwrap().to_owned();
    line.split('"').nth(1).unwrap().to_owned()
}

#[test]
fn a_grade_is_changed_in_place_and_taken_back() {
    let bench = Bench::sony();
    let before = bench.text("evidence.toml");
    let id = first_id(&bench);
    let reply = bench.post(&format!("/sony-2014/evidence/item/{id}"), &[("grade", "E5")]);
    assert_eq!(reply.status(), 303, "{}", reply.html());
    let after = bench.text("evidence.toml");
    let changed: Vec<(&str, &str)> =
        before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert!(changed[0].1.contains("\"E5\""));
    let log = bench.read("/sony-2014/log");
    assert!(log.contains(&format!("evidence {id}: grade")) && log.contains("the analyst"), "{log}");
    assert_eq!(bench.post("/sony-2014/undo", &[]).status(), 303);
    assert_eq!(bench.text("evidence.toml"), before);
    let again = bench.post("/sony-2014/undo", &[]);
    assert!(again.html().contains("nothing is left to take back"), "{}", again.html());
}

#[test]
fn what_no_case_could_read_is_not_written() {
    let bench = Bench::sony();
    let before = bench.text("evidence.toml");
    let id = first_id(&bench);
    let reply = bench.post(&format!("/sony-2014/evidence/item/{id}"), &[("grade", "Z9")]);
    assert!(reply.html().contains("Nothing was changed"), "{}", reply.html());
    assert_eq!(bench.text("evidence.toml"), before);
}

#[test]
fn a_refuted_item_stays_in_the_register_and_nothing_rests_on_it() {
    let bench = Bench::sony();
    let id = first_id(&bench);
    bench.post(&format!("/sony-2014/evidence/item/{id}"), &[("standing", "refuted")]);
    let read = bench.read("/sony-2014/evidence");
    assert!(read.contains("Refuted evidence"), "{read}");
    let html = bench.get("/sony-2014/attribution").html().to_owned();
    assert!(
        !html.contains(&format!("name=\"without\" value=\"{id}\"")),
        "it can still be left out"
    );
}

#[test]
fn indicators_are_shown_before_they_are_added() {
    let bench = Bench::sony();
    let before = bench.text("evidence.toml");
    let pasted = "Seen: hxxp://evil[.]badhost[.]com/gate and 45.77.10.20";
    let fields = [("text", pasted), ("unmarked", "RED"), ("source", "a partner, 2026-11-29")];
    let shown = bench.post("/sony-2014/evidence/import", &fields);
    assert!(shown.html().contains("What would be added"), "{}", shown.html());
    assert_eq!(bench.text("evidence.toml"), before);
    let agreed: Vec<_> = fields.into_iter().chain([("agreed", "yes")]).collect();
    assert_eq!(bench.post("/sony-2014/evidence/import", &agreed).status(), 303);
    let after = bench.text("evidence.toml");
    assert!(after.starts_with(before.trim_end()), "what a person wrote stays");
    assert!(after.contains("45.77.10.20"), "{after}");
    let added = after.strip_prefix(before.trim_end()).unwrap();
    let count = |word: &str| added.matches(word).count();
    assert!(count("[[evidence]]") >= 2 && count("[[evidence]]") == count("tlp = "), "{added}");
    assert_eq!(count("tlp = "), count("RED"), "{added}");
    let twice = bench.post("/sony-2014/evidence/import", &agreed);
    assert!(twice.html().contains("That is how it stands already"), "{}", twice.html());
}

#[test]
fn an_item_written_by_hand_is_read_by_the_case() {
    let bench = Bench::sony();
    let fields = [
        ("title", "Server that took the stolen mail"),
        ("kind", "infrastructure"),
        ("value", "45.77.10.21"),
        ("role", "command-and-control"),
        ("grade", "B2"),
        ("tlp", "AMBER"),
        ("source", "Our own logs, 2014-12-01"),
    ];
    let reply = bench.post("/sony-2014/evidence/write", &fields);
    assert_eq!(reply.status(), 303, "{}", reply.html());
    let read = bench.read("/sony-2014/evidence");
    assert!(read.contains("Server that took the stolen mail"), "{read}");
}
