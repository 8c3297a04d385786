use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::assess;
use demarche_case::CaseFolder;
use demarche_case::assessment::Assessment;
use demarche_report::{addressees, note, to_html, to_json};

use crate::cli::AssessArgs;
use crate::output::{self, Outcome, PROGRAM, print};
use crate::progress::Progress;
use crate::tables;

/// Assesses a case and writes report, notes and JSON.
pub(crate) fn run(args: &AssessArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.routes)?;
    let out = args.out.clone().unwrap_or_else(|| args.case.join("assessment"));
    let json = to_json(&assessment).context("cannot write JSON")?;
    let mut written = vec![write(&out, "assessment.json", &json)?];
    written.push(write(&out, "report.html", &to_html(&assessment))?);
    for addressee in addressees(&assessment) {
        let note = note(&assessment, addressee.country);
        written.extend(write_note(&out, &note)?);
    }
    output::gaps(&assessment.gaps);
    if args.json {
        print(&json)?;
    } else {
        print(&summary(&assessment, &written))?;
    }
    Ok(Outcome::of(&assessment.gaps))
}

/// Reads the tables and runs the engines.
pub(crate) fn assessed(folder: &CaseFolder, routes: &[PathBuf]) -> anyhow::Result<Assessment> {
    let read =
        if routes.is_empty() { tables::read_case(folder)? } else { Some(tables::read(routes)?) };
    let (atlas, mut inputs) =
        read.map_or_else(|| (None, Vec::new()), |read| (Some(read.atlas), read.inputs));
    inputs.extend(tables::hand_written(folder)?);
    inputs.sort();
    let mut progress = Progress::new();
    let mut show = |stage: &str, done, total| progress.show(stage, done, total);
    Ok(assess(folder.case(), atlas.as_ref(), PROGRAM, inputs, folder.gaps().to_vec(), &mut show))
}

/// Writes a note and, for the sender only, what was withheld from it; gives the paths.
pub(crate) fn write_note(out: &Path, note: &demarche_report::Note) -> anyhow::Result<Vec<PathBuf>> {
    let name = format!("note-{}", note.addressee);
    Ok(vec![
        write(out, &format!("{name}.md"), &note.markdown)?,
        write(out, &format!("{name}.html"), &note.html)?,
        write(out, &format!("{name}.withheld.md"), &note.sender_markdown)?,
    ])
}

fn write(out: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    let path = out.join(name);
    output::write(&path, text)?;
    Ok(path)
}

/// The answer in a few lines, and where to read on.
fn summary(assessment: &Assessment, written: &[PathBuf]) -> String {
    let mut text =
        format!("{} ({})\n\n", output::clean(&assessment.case.title), assessment.case.marking());
    for sentence in assessment.routes.iter().flat_map(demarche_report::answer) {
        text.push_str(&format!("{}\n", output::clean(&sentence)));
    }
    text.push_str("\nWritten:\n");
    for path in written {
        text.push_str(&format!("  {}\n", path.display()));
    }
    text
}
