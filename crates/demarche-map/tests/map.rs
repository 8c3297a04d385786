//! What a mapping holds.

use std::fs::{self, File};
use std::path::PathBuf;

use demarche_map::Mapped;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_mapping_has_the_files_bytes_and_outlives_its_name() {
    let path = path("whole");
    fs::write(&path, b"bytes").unwrap();
    let mapped = Mapped::of(&File::open(&path).unwrap()).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(&*mapped, b"bytes");
}

#[test]
fn an_empty_file_has_no_bytes() {
    let path = path("empty");
    fs::write(&path, b"").unwrap();
    assert!(Mapped::of(&File::open(&path).unwrap()).unwrap().is_empty());
}

#[test]
fn a_folder_is_an_error() {
    assert!(Mapped::of(&File::open(env!("CARGO_TARGET_TMPDIR")).unwrap()).is_err());
}
