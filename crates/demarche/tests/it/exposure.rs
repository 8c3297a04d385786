//! The outputs of a scan: they replace nothing that they should not, and only their owner reads them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command_line::{demarche, folder};

fn dump(test: &str) -> PathBuf {
    let folder = folder(test);
    let dump = folder.join("dump");
    fs::create_dir_all(&dump).unwrap();
    let message = |id| {
        format!(
            "Message-ID: <{id}>\nFrom: a@firm.example\nTo: b@firm.example\nSubject: pay\n\ncard 4111 1111 1111 1111\n"
        )
    };
    fs::write(dump.join("1.eml"), message("1@x")).unwrap();
    fs::write(dump.join("2.eml"), message("2@x")).unwrap();
    folder
}

fn scan(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(folder)
        .args(["expose", "scan", "dump"])
        .args(more)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[cfg(unix)]
#[test]
fn outputs_replace_neither_the_dump_nor_the_store_nor_each_other() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = dump("exposure-outputs");
    fs::write(folder.join("rules.toml"), "").unwrap();
    symlink(folder.join("dump"), folder.join("link")).unwrap();
    symlink(folder.join("elsewhere"), folder.join("out-link")).unwrap();
    fs::create_dir(folder.join("directory")).unwrap();
    let before = fs::read(folder.join("dump/1.eml")).unwrap();
    for option in ["--findings", "--messages", "--html"] {
        for (path, reason) in [
            ("dump/1.eml", "into the dump"),
            ("dump/new", "into the dump"),
            ("dump/new/deep", "into the dump"),
            ("link/1.eml", "into the dump"),
            ("./directory/../dump/x", "into the dump"),
            ("dump.exposure.sqlite", "the store"),
            ("./dump.exposure.sqlite-journal", "the store"),
            ("rules.toml", "the rules"),
            ("directory", "no ordinary file"),
            ("/dev/null", "no ordinary file"),
            ("out-link", "no ordinary file"),
        ] {
            let (code, _, error) = scan(&folder, &[option, path, "--rules", "rules.toml"]);
            assert_eq!(code, Some(2), "{option} {path}");
            assert!(error.contains(reason), "{option} {path}: {error}");
        }
    }
    for more in [
        &["--findings", "out", "--messages", "out"][..],
        &["--findings", "out", "--html", "./directory/../out"],
        &["--findings", "-", "--messages", "-"],
        &["--findings", "-", "--json"],
        &["--store", "dump/store"],
        &["--store", "link/store"],
        &["--store", "out-link"],
    ] {
        let (code, _, error) = scan(&folder, more);
        assert_eq!(code, Some(2), "{more:?}: {error}");
    }
    assert_eq!(fs::read(folder.join("dump/1.eml")).unwrap(), before);
    assert_eq!(fs::read_dir(folder.join("dump")).unwrap().count(), 2);
    fs::write(folder.join("page.html"), "").unwrap();
    let (code, _, error) =
        scan(&folder, &["--findings", "f", "--messages", "new/m", "--html", "page.html"]);
    assert_eq!(code, Some(0), "{error}");
    for path in ["f", "new/m", "page.html", "dump.exposure.sqlite"] {
        let mode = fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{path}");
    }
    let (code, out, _) = scan(&folder, &["--findings", "-"]);
    assert_eq!((code, out.lines().count()), (Some(0), 2), "{out}");
    assert!(out.lines().all(|line| line.starts_with('{')), "{out}");
}

#[test]
fn a_dump_that_is_named_by_a_full_stop_has_its_store_beside_it() {
    let folder = dump("exposure-dot");
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(folder.join("dump"))
        .args(["expose", "scan", ".", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.join("dump.exposure.sqlite").is_file());
    let found = demarche(&["expose", "find", folder.join("dump").to_str().unwrap(), "pay OR"]);
    assert_eq!(found.status.code(), Some(2));
    let error = String::from_utf8_lossy(&found.stderr).into_owned();
    assert!(error.contains("at sign 5") && error.contains("operator"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_is_an_error_and_no_death() {
    let folder = dump("exposure-full");
    let output = Command::new("sh")
        .current_dir(&folder)
        .arg("-c")
        .arg(format!("ulimit -f 8; exec {} expose scan dump", env!("CARGO_BIN_EXE_demarche")))
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("largest size of a file"), "{error}");
}

#[test]
fn stores_of_parts_answer_like_one_scan_of_the_whole() {
    let folder = dump("exposure-parts");
    let merge = |parts: [&str; 2], store: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .current_dir(&folder)
            .args(["expose", "merge", parts[0], parts[1], "--store", store, "--findings", "-"])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for (part, store) in [("1.eml", "one"), ("2.eml", "two")] {
        let (code, out, error) = scan(&folder, &["--part", part, "--store", store, "--json"]);
        assert_eq!(code, Some(0), "{error}");
        assert!(out.contains("\"files\": 1"), "{out}");
    }
    let (code, whole, error) = scan(&folder, &["--findings", "-"]);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(merge(["one", "two"], "all"), (Some(0), whole.clone()));
    assert_eq!(merge(["two", "one"], "again"), (Some(0), whole));
    assert_eq!(merge(["one", "two"], "one").0, Some(2), "a part is not the whole");
    let (code, _, error) = scan(&folder, &["--part", "3.eml", "--store", "three"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("no 3.eml in the dump"), "{error}");
    fs::remove_dir_all(folder.join("dump")).unwrap();
    let found = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(&folder)
        .args(["expose", "find", "dump", "card", "--store", "all"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&found.stderr).into_owned();
    assert_eq!(found.status.code(), Some(0), "the dump need not be there: {error}");
}
