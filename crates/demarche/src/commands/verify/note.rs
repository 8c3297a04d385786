//! A note that was received, checked file by file.

use std::path::Path;

use demarche_case::{AnnexVerification, CheckedFile, FileState, verify_annex};

use crate::output::{self, Outcome, counted, print};

/// Checks the files beside the list, and the annexes in their folder.
///
/// The exit status is 0 where all that was checked holds, 1 where files are missing, and 2 where something differs.
pub(crate) fn run(list: &Path, annexes: Option<&Path>, json: bool) -> anyhow::Result<Outcome> {
    let found = verify_annex(list, annexes)?;
    let (missing, differing) = (found.missing(), found.differing());
    if json {
        output::json(&found, Vec::new(), Vec::new())?;
    } else {
        print(&told(&found))?;
    }
    anyhow::ensure!(
        differing == 0,
        "the note is not as it was written: {}",
        counted(differing as u64, "file differs", "files differ")
    );
    Ok(if missing == 0 { Outcome::Complete } else { Outcome::WithGaps })
}

fn told(found: &AnnexVerification) -> String {
    let mut text = format!("{} ({})\n", output::clean(&found.reference), found.marking);
    for (title, files) in [("The note", &found.files), ("Its annexes", &found.annexes)] {
        if !files.is_empty() {
            text.push_str(&format!("{title}:\n"));
        }
        for one in files {
            text.push_str(&line(one));
        }
    }
    if found.annexes.iter().any(|one| one.state == FileState::NotChecked) {
        text.push_str(
            "The annexes were not checked: name the folder that has them with --annexes.\n",
        );
    }
    let edited = |one: &CheckedFile| {
        one.path.ends_with(".docx")
            && matches!(one.state, FileState::OtherSize { .. } | FileState::OtherBytes { .. })
    };
    if found.files.iter().any(edited) {
        text.push_str("The document can be edited, and saving it changes its bytes: compare it with the page.\n");
    }
    let missing = match found.missing() {
        0 => String::new(),
        missing => format!(", {} missing", counted(missing as u64, "is", "are")),
    };
    let holding = counted(found.holding() as u64, "file holds", "files hold");
    text.push_str(&format!("{holding}{missing}.\n"));
    text.push_str("Who wrote the list is not proven by it: compare its SHA-256 with the sender by another channel.\n");
    text
}

fn line(one: &CheckedFile) -> String {
    // A line break in a forged path would pass for a line of ours.
    let path = output::clean(&one.path).replace('\n', "\u{fffd}");
    format!("  {path}: {}\n", output::clean(&one.state.to_string()))
}
