//! Changes of the hand-written files, and how they are taken back.

use std::fs;
use std::path::Path;

use crate::scratch::Scratch;
use demarche_case::{CaseFolder, CaseId, ChangeError, Edit, Sha256, Stamp, init};

const STAMP: &str = "2026-11-29T20:00:00Z";

fn stamp() -> Stamp<'static> {
    Stamp { time: STAMP.parse().unwrap(), who: "the analyst" }
}

fn case() -> Scratch {
    let folder = Scratch::new();
    let id: CaseId = "trial".parse().unwrap();
    init(folder.path(), &id).unwrap();
    folder
}

fn retitle(root: &Path, title: &str) -> Result<(), ChangeError> {
    let before = CaseFolder::text(root, "case.toml")?;
    let line = before.lines().find(|line| line.starts_with("title =")).unwrap();
    let after = before.replacen(line, &format!("title = \"{title}\""), 1);
    let edit = Edit { file: "case.toml", before: &before, after: &after, detail: title };
    CaseFolder::change(root, &edit, &stamp())
}

fn title(root: &Path) -> String {
    CaseFolder::open(root).unwrap().case().title.clone()
}

#[test]
fn changes_are_taken_back_one_by_one_and_the_log_holds() {
    let folder = case();
    let root = folder.path().to_owned();
    let first = title(&root);
    for name in ["one", "two", "three"] {
        retitle(&root, name).unwrap();
    }
    for left in ["two", "one"] {
        CaseFolder::undo(&root, &stamp()).unwrap();
        assert_eq!(title(&root), left);
    }
    retitle(&root, "four").unwrap();
    for left in ["one".to_owned(), first] {
        CaseFolder::undo(&root, &stamp()).unwrap();
        assert_eq!(title(&root), left);
    }
    assert!(matches!(CaseFolder::undo(&root, &stamp()), Err(ChangeError::Nothing)));
    let log = CaseFolder::log(&root).unwrap();
    assert!(log.problems.is_empty());
    assert_eq!(log.lines, 8);
}

#[test]
fn what_would_break_the_case_or_overwrite_a_person_is_not_written() {
    let folder = case();
    let root = folder.path().to_owned();
    let before = CaseFolder::text(&root, "case.toml").unwrap();
    let broken = Edit { file: "case.toml", before: &before, after: "title = 1", detail: "x" };
    assert!(matches!(CaseFolder::change(&root, &broken, &stamp()), Err(ChangeError::Case(_))));
    let stale = Edit { file: "case.toml", before: "", after: &before, detail: "x" };
    assert!(matches!(CaseFolder::change(&root, &stale, &stamp()), Err(ChangeError::Meanwhile(_))));
    let elsewhere = Edit { file: "../x", before: "", after: "", detail: "x" };
    assert!(matches!(CaseFolder::change(&root, &elsewhere, &stamp()), Err(ChangeError::File(_))));
    assert_eq!(CaseFolder::text(&root, "case.toml").unwrap(), before);
    retitle(&root, "by the program").unwrap();
    let text = CaseFolder::text(&root, "case.toml").unwrap();
    fs::write(root.join("case.toml"), format!("{text}\n# by hand\n")).unwrap();
    assert!(matches!(CaseFolder::undo(&root, &stamp()), Err(ChangeError::Nothing)));
}

#[test]
fn an_added_file_never_replaces_another() {
    let folder = case();
    let root = folder.path().to_owned();
    let (first, _) = CaseFolder::add_file(&root, "report.txt", b"one").unwrap();
    let (second, hash) = CaseFolder::add_file(&root, "report.txt", b"two").unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("evidence/report.txt", "evidence/report-2.txt"));
    assert_eq!(hash, Sha256::of(b"two"));
    assert!(CaseFolder::add_file(&root, "../out.txt", b"").is_err());
}

#[cfg(unix)]
#[test]
fn what_is_kept_of_a_confidential_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = case();
    let root = folder.path();
    fs::set_permissions(root.join("case.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    retitle(root, "one").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&root.join("case.toml")), 0o600);
    let kept: Vec<_> = fs::read_dir(root.join(".demarche/history")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(mode(&kept[0].as_ref().unwrap().path()), 0o600);
}

#[test]
fn a_log_that_names_another_file_opens_none() {
    let folder = case();
    assert!(matches!(CaseFolder::text(folder.path(), "log.jsonl"), Err(ChangeError::File(_))));
}
