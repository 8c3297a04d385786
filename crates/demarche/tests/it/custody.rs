//! Sealing and verifying as a user meets them when a disk is full or a case was sealed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the program where no file can grow beyond this many blocks of 512 bytes, as on a disk that is full.
fn demarche(blocks: &str, arguments: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_demarche")])
        .args(arguments)
        .output()
        .expect("a shell runs")
}

fn succeeds(arguments: &[&str]) -> String {
    let output = demarche("unlimited", arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A path that does not exist yet.
fn fresh(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("custody").join(test);
    drop(fs::remove_dir_all(&path));
    path
}

#[test]
fn a_case_that_found_no_room_can_be_begun_again() {
    let path = fresh("init");
    let case = path.to_str().unwrap();
    // Without a block a file stays empty, with one it is cut.
    for blocks in ["0", "1"] {
        let output = demarche(blocks, &["init", case]);
        assert_eq!(output.status.code(), Some(2), "{blocks} blocks");
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "{blocks} blocks");
    }
    succeeds(&["init", case]);
}

#[test]
fn a_seal_that_found_no_room_leaves_no_half_of_a_file_and_can_be_made_again() {
    let path = fresh("seal");
    let case = path.to_str().unwrap();
    succeeds(&["init", case]);
    assert_eq!(demarche("0", &["seal", case]).status.code(), Some(2));
    assert!(!path.join("case.lock.new").exists() && !path.join("case.lock").exists());
    let seal = || demarche("8", &["seal", case, "--who", "tester"]).status.success();
    assert!((0..50).any(|_| !seal()), "the log never met the limit");
    assert!(fs::read(path.join("log.jsonl")).unwrap().ends_with(b"}\n"));
    succeeds(&["seal", case]);
    assert!(succeeds(&["verify", case]).contains("All holds"));
}

#[test]
fn a_case_that_was_never_sealed_is_not_said_to_differ_from_its_seal() {
    let path = fresh("never");
    let case = path.to_str().unwrap();
    succeeds(&["init", case]);
    let found = demarche("unlimited", &["verify", case]);
    assert_eq!(found.status.code(), Some(2));
    let told = String::from_utf8(found.stderr).unwrap();
    assert!(told.contains("the case is not sealed") && !told.contains("differ"), "{told}");
}

#[test]
fn who_sealed_since_the_head_that_was_kept_is_shown() {
    let path = fresh("since");
    let case = path.to_str().unwrap();
    succeeds(&["init", case]);
    let sealed = succeeds(&["seal", case, "--who", "tester"]);
    let head = sealed.split_once("Head of the log: ").unwrap().1.lines().next().unwrap();
    assert!(!succeeds(&["verify", case, "--head", head]).contains("Since the head"));
    fs::write(path.join("samples/new"), "new").unwrap();
    succeeds(&["seal", case, "--who", "mallory"]);
    succeeds(&["seal", case, "--who", "tester"]);
    let found = succeeds(&["verify", case, "--head", head]);
    let expected = "Since the head you kept, 2 lines were added to the log. Later seals are not";
    assert!(found.contains(expected), "{found}");
    assert!(found.contains("  mallory  seal: sealed 3 files"), "{found}");
}

#[test]
fn a_name_that_would_break_a_line_is_refused() {
    let path = fresh("who");
    let case = path.to_str().unwrap();
    succeeds(&["init", case]);
    let output = demarche("unlimited", &["seal", case, "--who", "tester\nAll holds"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!path.join("log.jsonl").exists());
}
