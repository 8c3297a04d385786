//! The workbench in a browser, driven as a person would.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::command_line::{demarche, folder};
use crate::exchange::Running;

/// The mail that is searched.
const MAIL: &str = "From: a@studio.example\nTo: b@studio.example\nSubject: The budget\nMessage-ID: <1@studio.example>\nDate: Mon, 24 Nov 2014 10:00:00 +0000\n\nThe budget of the film is above what was planned.\n";

/// Copies a folder and all in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Needs `DEMARCHE_BROWSER_PYTHON`: a Python with playwright, axe-playwright-python and pillow, and Debian's Chromium.
#[test]
fn a_person_goes_through_the_case_in_a_browser() {
    #[expect(clippy::disallowed_methods, reason = "tests find other programs by the environment")]
    let Some(python) = std::env::var_os("DEMARCHE_BROWSER_PYTHON") else {
        eprintln!("SKIPPED: DEMARCHE_BROWSER_PYTHON is not set, so no browser was driven");
        return;
    };
    let out = folder("browser");
    let case = out.join("sony-2014");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sony-2014");
    for part in ["case.toml", "evidence.toml", "response.toml"] {
        fs::create_dir_all(&case).unwrap();
        fs::copy(Path::new(example).join(part), case.join(part)).unwrap();
    }
    copy(&Path::new(example).join("routes"), &case.join("routes"));
    fs::create_dir_all(case.join("exposed")).unwrap();
    fs::write(case.join("exposed/one.eml"), MAIL).unwrap();
    let scanned = demarche(&["expose", "scan", case.to_str().unwrap()]);
    assert!(scanned.status.success(), "{}", String::from_utf8_lossy(&scanned.stderr));
    let library = out.join("library");
    let mut server = Command::new(env!("CARGO_BIN_EXE_demarche"));
    let server = server.args(["serve", "--no-open", "--library"]).arg(&library).arg(&case);
    let mut server = Running(server.stdout(Stdio::piped()).spawn().unwrap());
    let lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.map(|line| line.trim().to_owned()).find(|line| line.starts_with("http://"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser.py");
    let mut driver = Command::new(python);
    let driven =
        driver.arg(script).arg(address.unwrap()).arg("sony-2014").arg(out.join("pictures"));
    let driven = driven.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/browser"));
    let driven = driven.output().unwrap();
    let told = String::from_utf8_lossy(&driven.stdout);
    assert!(driven.status.success(), "{told}\n{}", String::from_utf8_lossy(&driven.stderr));
}
