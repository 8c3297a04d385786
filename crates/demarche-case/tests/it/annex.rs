//! What a recipient checks beside a note; the list and the files may both be hostile.

use demarche_case::{AnnexError, AnnexFile, FileState, NoteAnnex, Sha256, Tlp, verify_annex};

use crate::scratch::Scratch;

fn list(files: Vec<AnnexFile>, annexes: Vec<AnnexFile>) -> NoteAnnex {
    let reference = "studio-2014/TH".to_owned();
    NoteAnnex { version: NoteAnnex::VERSION, reference, marking: Tlp::Green, files, annexes }
}

fn written(scratch: &Scratch, annex: &NoteAnnex) -> std::path::PathBuf {
    scratch.write("note-TH.annex.json", serde_json::to_vec_pretty(annex).unwrap());
    scratch.path().join("note-TH.annex.json")
}

#[test]
fn what_holds_is_missing_or_differs_is_told_file_by_file() {
    let scratch = Scratch::new();
    scratch.write("note-TH.md", "text");
    scratch.write("note-TH.html", "pagE");
    scratch.write("sent/routes/table.txt", "1|2|0\n");
    scratch.write("sent/routes/other.txt", "1|2|0\n");
    let files = ["md", "html", "docx"].map(|end| AnnexFile::of(format!("note-TH.{end}"), b"page"));
    let mut files = files.to_vec();
    files[0] = AnnexFile::of("note-TH.md", b"text");
    let annexes = vec![
        AnnexFile::of("routes/table.txt", b"1|2|0\n"),
        AnnexFile::of("routes/other.txt", b"1|2|0"),
        AnnexFile::of("found/capture.bin", b""),
    ];
    let path = written(&scratch, &list(files, annexes));
    let found = verify_annex(&path, Some(&scratch.path().join("sent"))).unwrap();
    let states = |files: &[demarche_case::CheckedFile]| -> Vec<FileState> {
        files.iter().map(|file| file.state.clone()).collect()
    };
    let met = Sha256::of(b"pagE");
    assert_eq!(
        states(&found.files),
        [FileState::Holds, FileState::OtherBytes { met }, FileState::Missing]
    );
    assert_eq!(
        states(&found.annexes),
        [FileState::Holds, FileState::OtherSize { met: 6 }, FileState::Missing]
    );
    assert_eq!((found.holding(), found.missing(), found.differing()), (2, 2, 2));
    let without = verify_annex(&path, None).unwrap();
    assert!(without.annexes.iter().all(|annex| annex.state == FileState::NotChecked));
    assert_eq!((without.missing(), without.differing()), (1, 1));
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let scratch = Scratch::new();
    scratch.write("secret", "secret");
    scratch.write("sent/here", "here");
    for path in [
        "../secret",
        "/etc/hostname",
        "a/../../secret",
        "C:\\x",
        "\\\\host\\x",
        ".",
        "",
        "a//b",
        "a\0b",
    ] {
        let one = AnnexFile::of(path, b"secret");
        let annex = written(&scratch, &list(vec![one.clone()], vec![one]));
        let found = verify_annex(&annex, Some(&scratch.path().join("sent"))).unwrap();
        assert_eq!(found.annexes[0].state, FileState::NotOpened, "{path}");
        assert_eq!(found.files[0].state, FileState::NotOpened, "{path}");
        assert_eq!(found.differing(), 2);
    }
    // The note's own files lie beside the list, not below.
    let annex = written(&scratch, &list(vec![AnnexFile::of("sent/here", b"here")], Vec::new()));
    assert_eq!(verify_annex(&annex, None).unwrap().files[0].state, FileState::NotOpened);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let scratch = Scratch::new();
    scratch.write("secret", "secret");
    scratch.write("sent/here", "here");
    std::os::unix::fs::symlink(scratch.path().join("secret"), scratch.path().join("sent/link"))
        .unwrap();
    let annex = written(
        &scratch,
        &list(vec![AnnexFile::of("note-TH.md", b"")], vec![AnnexFile::of("link", b"secret")]),
    );
    let found = verify_annex(&annex, Some(&scratch.path().join("sent"))).unwrap();
    assert!(matches!(found.annexes[0].state, FileState::Unreadable { .. }), "{found:?}");
}

#[test]
fn a_list_of_nothing_and_a_file_listed_twice_are_refused() {
    let read = |annex: &NoteAnnex| NoteAnnex::read(annex.to_json().unwrap().as_bytes());
    let one = AnnexFile::of("note-TH.md", b"text");
    assert!(matches!(read(&list(Vec::new(), vec![one.clone()])), Err(AnnexError::Empty)));
    let twice = list(vec![one.clone(), one.clone()], Vec::new());
    assert!(matches!(read(&twice), Err(AnnexError::Twice(path)) if path == "note-TH.md"));
    assert!(read(&list(vec![one], Vec::new())).is_ok());
}

#[test]
fn another_version_or_form_is_refused() {
    let mut annex = list(Vec::new(), Vec::new());
    annex.version = 2;
    let bytes = serde_json::to_vec(&annex).unwrap();
    assert!(matches!(NoteAnnex::read(&bytes), Err(AnnexError::Version(2))));
    assert!(matches!(NoteAnnex::read(b"[]"), Err(AnnexError::Form(_))));
    let large = vec![b' '; usize::try_from(NoteAnnex::LARGEST).unwrap() + 1];
    assert!(matches!(NoteAnnex::read(&large), Err(AnnexError::TooLarge)));
}

#[test]
fn any_bytes_are_read_or_refused_and_what_is_read_is_written_the_same() {
    arbtest::arbtest(|u| {
        let mut bytes = serde_json::to_vec(&list(
            vec![AnnexFile::of("note-TH.md", u.bytes(3)?)],
            vec![AnnexFile::of("routes/x", u.bytes(2)?)],
        ))
        .unwrap();
        for _ in 0..u.int_in_range(0..=6)? {
            let index = u.choose_index(bytes.len())?;
            match u.int_in_range(0..=2)? {
                0 => bytes[index] = u.arbitrary()?,
                1 => bytes.truncate(index.max(1)),
                _ => bytes.insert(index, u.arbitrary()?),
            }
        }
        if let Ok(annex) = NoteAnnex::read(&bytes) {
            let again = serde_json::to_vec(&annex).unwrap();
            assert_eq!(NoteAnnex::read(&again).unwrap(), annex);
        }
        Ok(())
    })
    .budget_ms(500);
}
