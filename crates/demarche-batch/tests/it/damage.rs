//! Partials that were damaged, changed or forged: each is named, and nothing of it is summed.

use std::fs;
use std::path::Path;

use demarche_batch::{
    Asked, BatchError, Kind, Making, Partials, Range, Whole, csv, hegemony, visibility,
};
use demarche_case::{Hashed, Tlp};
use serde_json::{Value, json};

use crate::tables::{Table, earlier_form, rewrite};
use crate::{Folder, at_once, lines, made, making, two_tables};

/// The kinds that are made of routing tables.
const ROUTES: [Kind; 2] = [Kind::RoutesHegemony, Kind::RoutesVisibility];

/// The answer of what is there, and the number of partials that are named and left out.
fn answer(kind: Kind, folder: &Path) -> Result<(String, usize), BatchError> {
    let found = Partials::in_folder(kind, folder)?.read()?;
    let mut text = Vec::new();
    csv::write_answer(&found, Asked::trimmed(0.1), &mut text, Path::new("memory"))?;
    Ok((String::from_utf8(text).unwrap(), found.refused.len()))
}

#[test]
fn a_manifest_with_any_byte_changed_or_cut_is_named() {
    let kind = Kind::RoutesHegemony;
    let folder = Folder::of(&[Table::example(1)]);
    let about = folder.made(kind).partials[0].table.with_extension("json");
    let bytes = fs::read(&about).unwrap();
    let is_named = |damaged: &[u8]| {
        fs::write(&about, damaged).unwrap();
        let found = folder.whole(kind);
        (found.partials.len(), found.refused.len()) == (0, 1)
    };
    for (position, mask) in (0..bytes.len()).zip([1, 2, 32].into_iter().cycle()) {
        let mut damaged = bytes.clone();
        damaged[position] ^= mask;
        assert!(is_named(&damaged), "{}", String::from_utf8_lossy(&damaged));
    }
    for end in (0..bytes.len()).step_by(17).chain([bytes.len() - 1]) {
        assert!(is_named(&bytes[..end]), "cut at {end}");
    }
    assert!(is_named(&[bytes.as_slice(), b"\n"].concat()));
    assert!(!is_named(&bytes));
}

#[test]
fn a_damaged_partial_is_named_or_gives_the_same_answer() {
    arbtest::arbtest(|given| {
        let kind = *given.choose(&ROUTES)?;
        let folder = two_tables();
        let table = folder.made(kind).partials[given.choose_index(2)?].table.clone();
        let expected = answer(kind, &folder.partials()).unwrap().0;
        let file = table.with_extension(given.choose(&["parquet", "json"])?);
        let mut bytes = fs::read(&file).unwrap();
        match given.int_in_range(0..=2)? {
            0 => bytes.truncate(given.choose_index(bytes.len())?),
            1 => {
                let position = given.choose_index(bytes.len())?;
                bytes[position] ^= given.int_in_range(1..=255)?;
            }
            _ => {
                // Two letters that change their places, or a number that another takes.
                let positions =
                    [given.choose_index(bytes.len())?, given.choose_index(bytes.len())?];
                bytes.swap(positions[0], positions[1]);
            }
        }
        fs::write(&file, bytes).unwrap();
        let is_safe = match answer(kind, &folder.partials()) {
            Ok((text, named)) => named == 1 || (named, text) == (0, expected),
            Err(_) => false,
        };
        assert!(is_safe, "{}", file.display());
        Ok(())
    })
    .budget_ms(2_000);
}

/// A change that a forger makes.
type Change = fn(&mut Value);

/// The words that are told, and what a forger writes into the manifest.
type Forgery = (&'static str, Change);

#[test]
fn a_manifest_that_no_input_has_is_named_though_its_hash_fits() {
    let forgeries: [Forgery; 8] = [
        ("not in order, each once", |told| {
            told["sessions"]["ipv4"].as_array_mut().unwrap().swap(0, 1);
        }),
        ("not in order, each once", |told| {
            let sessions = told["sessions"]["ipv4"].as_array_mut().unwrap();
            sessions.push(sessions[1].clone());
        }),
        ("a full feed has no prefix", |told| told["sessions"]["ipv4"][0]["prefixes"] = 0.into()),
        ("its last record is older", |told| told["times"] = json!([2, 1])),
        ("its name is that of another", |told| told["input"]["sha256"] = "0".repeat(64).into()),
        ("its name is that of another", |told| told["input"]["bytes"] = 5.into()),
        ("its name is that of another", |told| told["options"] = "others".into()),
        ("not in order, each once", |told| {
            let program = json!({
                "sha256": "0".repeat(64), "name": "", "family": null, "is_library": false, "functions": 1,
            });
            told["programs"] = json!([program, program]);
        }),
    ];
    for kind in ROUTES {
        for (reason, forgery) in forgeries {
            let folder = two_tables();
            let table = folder.made(kind).partials[0].table.clone();
            rewrite(&table.with_extension("json"), forgery);
            let found = folder.whole(kind);
            assert_eq!((found.partials.len(), found.refused.len()), (1, 1), "{reason}");
            assert!(found.refused[0].what.contains(reason), "{:?}", found.refused);
        }
    }
}

#[test]
fn sessions_that_the_rows_do_not_have_are_an_error_and_no_answer() {
    let forgeries: [(Kind, Change); 4] = [
        (Kind::RoutesHegemony, |first| first["asn"] = 99.into()),
        (Kind::RoutesHegemony, |first| first["address"] = "192.0.2.99".into()),
        (Kind::RoutesVisibility, |first| *first = Value::Null),
        (Kind::RoutesHegemony, |first| *first = Value::Null),
    ];
    for (kind, forgery) in forgeries {
        let folder = two_tables();
        let about = folder.made(kind).partials[0].table.with_extension("json");
        rewrite(&about, |_| {});
        assert_eq!(answer(kind, &folder.partials()).unwrap().1, 0);
        rewrite(&about, |manifest| {
            let sessions = manifest["sessions"]["ipv4"].as_array_mut().unwrap();
            forgery(&mut sessions[0]);
            sessions.retain(|session| !session.is_null());
        });
        let answer = answer(kind, &folder.partials());
        assert!(matches!(answer, Err(BatchError::Rows { .. })), "{answer:?}");
    }
}

#[test]
fn an_earlier_form_and_a_partial_of_another_input_are_made_again_with_their_marking() {
    let kind = Kind::RoutesHegemony;
    let folder = two_tables();
    let [left, right] = folder.files.as_slice() else { panic!("two files") };
    let marked =
        |file, tlp| made(kind, file, &folder.partials(), &Making { tlp, ..making() }).unwrap();
    let files = |table: &Path| ["parquet", "json"].map(|end| table.with_extension(end));
    let ours = marked(left, Tlp::Red).partial;
    let about = ours.table.with_extension("json");
    earlier_form(&about);
    let again = marked(left, Tlp::Clear);
    assert_eq!((again.existed, again.partial), (false, ours.clone()));

    // A damaged letter takes the manifest, and not the marking that can still be read in it.
    let text = fs::read_to_string(&about).unwrap();
    fs::write(&about, text.replace("192.0.2", "192.0.3")).unwrap();
    assert_eq!(marked(left, Tlp::Clear).partial, ours);

    // An earlier form had another name, which follows from the version.
    for (file, end) in files(&ours.table).iter().zip(["parquet", "json"]) {
        let name = format!("{kind}-{}-{}.{end}", ours.manifest.input.bytes, "0".repeat(32));
        fs::rename(file, file.with_file_name(name)).unwrap();
    }
    assert_eq!(marked(left, Tlp::Clear).partial, ours);

    let theirs = marked(right, Tlp::Clear).partial;
    for (own, file) in files(&ours.table).iter().zip(files(&theirs.table)) {
        fs::copy(file, own).unwrap();
    }
    let again = marked(left, Tlp::Clear);
    assert!(!again.existed);
    assert_eq!(again.partial.manifest.sessions, ours.manifest.sessions);
}

/// The reason that is told, and what is done to the table to bring it about.
type Damage = (&'static str, fn(&Path));

#[test]
fn a_damaged_unfinished_or_foreign_partial_is_named_and_not_in_the_sum() {
    let kind = Kind::RoutesHegemony;
    let damages: [Damage; 5] = [
        ("its table is not the one", |table| {
            let mut bytes = fs::read(table).unwrap();
            bytes[20] ^= 1;
            fs::write(table, bytes).unwrap();
        }),
        ("it has no manifest", |table| fs::remove_file(table.with_extension("json")).unwrap()),
        ("its table is missing", |table| fs::remove_file(table).unwrap()),
        ("it was made by version 9", |table| {
            let manifest = table.with_extension("json");
            let text = fs::read_to_string(&manifest).unwrap();
            fs::write(manifest, text.replace("\"method\": 2", "\"method\": 9")).unwrap();
        }),
        ("it was made by version 1", |table| earlier_form(&table.with_extension("json"))),
    ];
    for (reason, damage) in damages {
        let folder = two_tables();
        let table = folder.made(kind).partials[0].table.clone();
        damage(&table);
        let found = folder.whole(kind);
        assert_eq!((found.partials.len(), found.refused.len()), (1, 1), "{reason}");
        assert!(found.refused[0].what.starts_with(reason), "{:?}", found.refused);
        let alone = Folder {
            files: vec![folder.files.iter().find(|file| is_input(file, &found)).unwrap().clone()],
            root: folder.root,
        };
        assert_eq!(lines(&found, Range::ALL, 0.1), at_once(&alone.ribs(), 0.1));
    }
}

fn is_input(file: &Path, found: &Whole) -> bool {
    let (sha256, _) = Hashed::new(fs::File::open(file).unwrap()).finish().unwrap();
    found.partials[0].manifest.input.sha256 == sha256
}

#[test]
fn rows_that_no_table_has_are_an_error_and_no_answer() {
    let kind = Kind::RoutesHegemony;
    let folder = two_tables();
    let table = folder.made(kind).partials[0].table.clone();
    let about = table.with_extension("json");
    let fingerprint = folder.whole(kind).fingerprint();
    rewrite(&about, |manifest| manifest["sessions"] = serde_json::json!({}));
    let found = folder.whole(kind);
    assert_ne!(found.fingerprint(), fingerprint, "the sessions are part of it");
    let merged = hegemony(&found, Range::ALL, 0.1, &mut |_| std::ops::ControlFlow::Continue(()));
    assert!(matches!(merged, Err(BatchError::Rows { .. })), "{merged:?}");
    rewrite(&about, |manifest| manifest["rows"] = 7.into());
    let found = folder.whole(kind);
    assert_eq!((found.partials.len(), found.refused.len()), (1, 1));
}

#[test]
fn a_table_at_which_the_library_panics_is_an_error() {
    let folder = two_tables();
    let table = folder.made(Kind::RoutesVisibility).partials[0].table.clone();
    let bytes = include_bytes!("../data/contradiction.parquet");
    fs::write(&table, bytes).unwrap();
    let about = table.with_extension("json");
    let (sha256, length) = Hashed::new(bytes.as_slice()).finish().unwrap();
    rewrite(&about, |manifest| {
        manifest["sha256"] = sha256.to_string().into();
        manifest["bytes"] = length.into();
    });
    for rows in 0..100 {
        rewrite(&about, |manifest| manifest["rows"] = rows.into());
        let found = folder.whole(Kind::RoutesVisibility);
        if found.partials.len() == 2 {
            let merged =
                visibility(&found, Range::ALL, &mut |_| std::ops::ControlFlow::Continue(()));
            assert!(merged.is_err());
            return;
        }
    }
    panic!("the number of rows is none of these");
}
