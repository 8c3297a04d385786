//! A note that was received, checked file by file.

use std::path::Path;

use demarche_case::verify_annex;
use demarche_report::view::verify_note;

use crate::output::{self, Outcome, counted};

/// Checks the files beside the list, and the annexes in their folder.
///
/// The exit status is 0 where all that was checked holds, 1 where files are missing, and 2 where something differs.
pub(crate) fn run(list: &Path, annexes: Option<&Path>, json: bool) -> anyhow::Result<Outcome> {
    let found = verify_annex(list, annexes)?;
    let (missing, differing) = (found.missing(), found.differing());
    if json {
        output::json(&found, Vec::new(), Vec::new())?;
    } else {
        output::show(&verify_note(&found))?;
    }
    anyhow::ensure!(
        differing == 0,
        "the note is not as it was written: {}",
        counted(differing as u64, "file differs", "files differ")
    );
    Ok(if missing == 0 { Outcome::Complete } else { Outcome::WithGaps })
}
