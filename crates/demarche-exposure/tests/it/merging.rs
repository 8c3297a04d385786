//! Any split of a dump into parts, merged in any order, gives what one scan of the whole gives.

use std::path::PathBuf;

use arbtest::arbitrary::Unstructured;
use arbtest::arbtest;
use demarche_exposure::{
    ExposureError, FindingEntry, Hits, MessageEntry, Store, each_finding, each_message, find,
};

use crate::dump::{Dump, found, mbox, message, scan_parts, scan_until, with_attachment};

/// All that a store answers: inventory, findings, messages, and a question.
type Answers = (String, Vec<FindingEntry>, Vec<MessageEntry>, Hits);

fn answers(store: &Store) -> Answers {
    let inventory = serde_json::to_string(&found(store)).unwrap();
    let (mut findings, mut messages) = (Vec::new(), Vec::new());
    let listed: Result<(), ExposureError> = each_finding(store, true, |entry| {
        findings.push(entry);
        Ok(())
    });
    listed.unwrap();
    let listed: Result<(), ExposureError> = each_message(store, false, |entry| {
        messages.push(entry);
        Ok(())
    });
    listed.unwrap();
    (inventory, findings, messages, find(store, "accounts OR nothing OR file", 5, false).unwrap())
}

/// A dump of at most twenty messages in mailboxes and folders, with copies and near duplicates.
fn dump(u: &mut Unstructured<'_>) -> arbtest::arbitrary::Result<(Dump, Vec<PathBuf>)> {
    let dump = Dump::new();
    let texts =
        ["IBAN DE89 3702 0044 0532 0130 00", "pwd=Xk29!vmQe7", "nothing", "SSN 536-22-8145"];
    let folders = ["a", "b", "c/d", "c/e"];
    let mut boxes = vec![Vec::new(); 2];
    let mut paths = Vec::new();
    for number in 0..u.int_in_range(1..=20)? {
        let text = texts[u.choose_index(texts.len())?];
        let id = format!("{}@x", u.int_in_range(0..=5)?);
        let message = if u.arbitrary()? {
            with_attachment(&id, ["a.txt", "b.txt"][u.choose_index(2)?], text)
        } else {
            message(&id, text, "Anna Adams of accounts")
        };
        if u.arbitrary()? {
            let path = format!("{}/{number}.eml", folders[u.choose_index(folders.len())?]);
            dump.write(&path, message);
            paths.push(path);
        } else {
            boxes[u.choose_index(2)?].push(message);
        }
    }
    for (name, messages) in ["box/ben.baker@firm.example.mbox", "box/two.mbox"].iter().zip(boxes) {
        dump.write(name, mbox(&messages));
        paths.push((*name).to_owned());
    }
    std::os::unix::fs::symlink("nowhere", dump.root().join("link")).unwrap();
    paths.push("link".to_owned());
    Ok((dump, paths.into_iter().map(PathBuf::from).collect()))
}

#[test]
fn parts_in_any_order_are_the_whole() {
    arbtest(|u| {
        let (dump, paths) = dump(u)?;
        dump.scan();
        let whole = answers(&Store::existing(&dump.store(), None).unwrap());
        let mut parts = vec![Vec::new(); u.int_in_range(1..=4)?];
        for path in paths {
            let part = u.choose_index(parts.len())?;
            parts[part].push(path);
        }
        // A part without files of its own would be the whole dump.
        let mut order: Vec<usize> =
            (0..parts.len()).filter(|part| !parts[*part].is_empty()).collect();
        for part in &order {
            let store = dump.store().with_extension(part.to_string());
            let mut store = Store::open(&store, "dump", None).unwrap();
            scan_parts(&dump.root(), &mut store, 2, u64::MAX, &parts[*part]).unwrap();
        }
        for left in (1..order.len()).rev() {
            order.swap(left, u.int_in_range(0..=left)?);
        }
        // One part comes twice: that changes nothing.
        order.push(order[0]);
        let mut merged = Store::open(&dump.store().with_extension("all"), "dump", None).unwrap();
        for part in order {
            let part = dump.store().with_extension(part.to_string());
            merged.merge(&Store::existing(&part, None).unwrap()).unwrap();
        }
        assert_eq!(answers(&merged), whole);
        let again = scan_until(&dump.root(), &mut merged, 1, u64::MAX).unwrap();
        assert_eq!(again.read, 0, "nothing is left to read");
        Ok(())
    })
    .budget_ms(6000);
}

#[test]
fn encrypted_parts_make_an_encrypted_whole() {
    let dump = Dump::new();
    dump.write("a.eml", message("1@x", "pay", "IBAN DE89 3702 0044 0532 0130 00"));
    dump.write("b.eml", message("2@x", "pay", "pwd=Xk29!vmQe7"));
    let (first, second) = (dump.store().with_extension("1"), dump.store().with_extension("2"));
    for (store, part) in [(&first, "a.eml"), (&second, "b.eml")] {
        let mut store = Store::open(store, "dump", Some("secret")).unwrap();
        scan_parts(&dump.root(), &mut store, 1, u64::MAX, &[part.into()]).unwrap();
    }
    let mut whole = Store::open(&first, "dump", Some("secret")).unwrap();
    whole.merge(&Store::existing(&second, Some("secret")).unwrap()).unwrap();
    drop(whole);
    dump.scan();
    let whole = Store::existing(&first, Some("secret")).unwrap();
    assert_eq!(answers(&whole), answers(&Store::existing(&dump.store(), None).unwrap()));
}

#[test]
fn a_part_that_does_not_fit_changes_nothing() {
    let dump = Dump::new();
    dump.write("a.eml", message("1@x", "first", "of accounts"));
    dump.scan();
    dump.write("a.eml", message("1@x", "second", "of other accounts"));
    dump.write("b.eml", message("2@x", "third", "nothing"));
    let part = dump.store().with_extension("part");
    dump.scan_with(&part, 1, None).unwrap();
    let mut whole = Store::existing(&dump.store(), None).unwrap();
    let before = answers(&whole);
    let refused = whole.merge(&Store::existing(&part, None).unwrap());
    assert!(matches!(refused, Err(ExposureError::TwoFiles { .. })), "{refused:?}");
    assert_eq!(answers(&whole), before);

    let other = dump.store().with_extension("other");
    drop(Store::open(&other, "another", None).unwrap());
    let refused = whole.merge(&Store::existing(&other, None).unwrap());
    assert!(matches!(refused, Err(ExposureError::OtherDump { .. })), "{refused:?}");

    let half = dump.store().with_extension("half");
    let stopped = scan_until(&dump.root(), &mut Store::open(&half, "dump", None).unwrap(), 1, 0);
    assert!(matches!(stopped, Err(ExposureError::Interrupted)));
    let refused = whole.merge(&Store::existing(&half, None).unwrap());
    assert!(matches!(refused, Err(ExposureError::Unfinished { .. })), "{refused:?}");
}
