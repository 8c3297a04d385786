//! A case packed with what its assessment rests on, and checked by somebody else.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use demarche_case::assessment::answer::{Answer, PackChecked};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::command_line::{demarche, folder};

const SONY: &str = "examples/sony-2014";

fn made(out: &Path, routes: &[&str]) -> Vec<u8> {
    let out = out.to_str().unwrap();
    let mut arguments = vec!["pack", "make", SONY, "--out", out, "--library", "none-there"];
    if !routes.is_empty() {
        arguments.push("--routes");
        arguments.extend(routes);
    }
    let output = demarche(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(out).unwrap()
}

fn checked(file: &Path) -> (Option<i32>, PackChecked) {
    let output = demarche(&["pack", "check", file.to_str().unwrap(), "--json"]);
    let answer: Answer<PackChecked> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), answer.answer)
}

/// The package with its files as `change` leaves them; `None` removes one.
fn changed(
    bytes: &[u8],
    to: &Path,
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    more: &[&str],
) {
    let mut from = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut zip = ZipWriter::new(fs::File::create(to).unwrap());
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).unwrap();
        if let Some(text) = change(&name, text) {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&text).unwrap();
        }
    }
    for name in more {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn a_package_holds_and_any_change_of_it_does_not() {
    let out = folder("pack");
    let first = made(&out.join("one.zip"), &[]);
    assert_eq!(first, made(&out.join("two.zip"), &[]), "the same case gives the same package");
    let (status, answer) = checked(&out.join("one.zip"));
    assert_eq!((status, answer.gives_the_same), (Some(0), Some(true)), "{:?}", answer.faults);
    let file = out.join("changed.zip");
    let edit = |name: &str, mut text: Vec<u8>| {
        if name == "case/case.toml" {
            text.push(b'\n');
        }
        Some(text)
    };
    changed(&first, &file, edit, &[]);
    let (status, answer) = checked(&file);
    assert_eq!((status, answer.gives_the_same), (Some(2), None));
    assert!(answer.faults.iter().any(|fault| fault.starts_with("case/case.toml")));
    let lose = |name: &str, text: Vec<u8>| (name != "case/evidence.toml").then_some(text);
    changed(&first, &file, lose, &["more.txt"]);
    let (_, answer) = checked(&file);
    assert_eq!(answer.faults.len(), 2, "{:?}", answer.faults);
}

#[test]
fn a_package_writes_nothing_outside_and_no_list_makes_it_large() {
    let out = folder("pack-hostile");
    let first = made(&out.join("one.zip"), &[]);
    let file = out.join("hostile.zip");
    let outside = |name: &str, text: Vec<u8>| {
        if name != "pack.json" {
            return Some(text);
        }
        let list = String::from_utf8(text).unwrap();
        Some(
            list.replacen("\"path\": \"README.txt\"", "\"path\": \"../../escaped.txt\"", 1)
                .into_bytes(),
        )
    };
    changed(&first, &file, outside, &["../../escaped.txt"]);
    let (status, answer) = checked(&file);
    assert_eq!(status, Some(2));
    assert!(answer.faults.iter().any(|fault| fault.contains("leads out of the package")));
    let swollen = |name: &str, text: Vec<u8>| {
        if name == "case/case.toml" { Some(vec![b'#'; 8 << 20]) } else { Some(text) }
    };
    changed(&first, &file, swollen, &[]);
    assert_eq!(checked(&file).0, Some(2));
    fs::write(&file, b"PK no archive").unwrap();
    let output = demarche(&["pack", "check", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn tables_that_were_named_go_along() {
    let out = folder("pack-tables");
    made(&out.join("one.zip"), &["examples/sony-2014/routes"]);
    let (status, answer) = checked(&out.join("one.zip"));
    assert_eq!(status, Some(0), "{:?}", answer.faults);
    assert!(answer.list.files.iter().any(|file| file.path == "tables/as-rel.txt"));
}
