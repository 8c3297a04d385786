use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::{Sources, assess, doubtful};
use demarche_case::assessment::Assessment;
use demarche_case::{CaseFolder, Country};
use demarche_report::{addressees, attribution_answer, note, response_answer, to_html, to_json};

use crate::cli::{AssessArgs, CaseSources};
use crate::output::{self, Outcome, PROGRAM, print};
use crate::progress::Progress;
use crate::{case_code, record, tables};

/// Assesses a case and writes report, notes and JSON.
pub(crate) fn run(args: &AssessArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let out = out_folder(&args.case, args.out.as_ref())?;
    let json = to_json(&assessment).context("cannot write JSON")?;
    let mut written = vec![write(&out, "assessment.json", &json)?];
    written.push(write(&out, "report.html", &to_html(&assessment))?);
    for addressee in addressees(&assessment) {
        let note = note(&assessment, addressee.country);
        written.extend(write_note(&out, &note)?);
    }
    remove_stale_notes(&out, &written)?;
    output::gaps(&assessment.gaps);
    if args.json {
        print(&json)?;
    } else {
        print(&summary(&assessment, &written))?;
    }
    Ok(Outcome::of(&assessment.gaps))
}

/// Where to write; a link in a case, which may lead anywhere, is not followed.
pub(crate) fn out_folder(case: &Path, out: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    let Some(out) = out else {
        let own = case.join("assessment");
        anyhow::ensure!(
            !own.is_symlink(),
            "{} is a link, which is not followed: name a folder with --out",
            own.display()
        );
        return Ok(own);
    };
    Ok(out.clone())
}

/// Removes the notes of an earlier assessment that this one did not write: they may hold what is now withheld.
fn remove_stale_notes(out: &Path, written: &[PathBuf]) -> anyhow::Result<()> {
    let list = || format!("cannot list {}", out.display());
    for entry in std::fs::read_dir(out).with_context(list)? {
        let path = entry.with_context(list)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if is_note(name) && !written.contains(&path) {
            std::fs::remove_file(&path)
                .with_context(|| format!("cannot remove the old note {}", path.display()))?;
        }
    }
    Ok(())
}

/// Is it the name of a note: `note-CN.md`, `.html` or `.withheld.md`?
fn is_note(name: &str) -> bool {
    let Some((country, end)) = name.strip_prefix("note-").and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    country.parse::<Country>().is_ok() && matches!(end, "md" | "html" | "withheld.md")
}

/// Reads the tables and runs the engines.
pub(crate) fn assessed(folder: &CaseFolder, given: &CaseSources) -> anyhow::Result<Assessment> {
    let doubtful = doubtful(folder.case());
    let read = if given.routes.is_empty() {
        tables::read_case(folder, doubtful)?
    } else {
        Some(tables::read(&given.routes, doubtful)?)
    };
    let (atlas, mut inputs) =
        read.map_or_else(|| (None, Vec::new()), |read| (Some(read.atlas), read.inputs));
    inputs.extend(tables::hand_written(folder)?);
    let known = record::read(&given.known.library)?;
    inputs.extend(known.inputs);
    let code = case_code::read(folder, &given.known, given.index_tlp)?;
    inputs.extend(code.inputs);
    inputs.sort();
    let mut progress = Progress::new();
    let mut show = |stage: &str, done, total| progress.show(stage, done, total);
    let sources =
        Sources { atlas: atlas.as_ref(), record: &known.record, code: code.findings.as_ref() };
    let mut gaps = folder.gaps().to_vec();
    gaps.extend(known.gaps);
    gaps.extend(code.gaps);
    Ok(assess(folder.case(), sources, PROGRAM, inputs, gaps, &mut show))
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
        format!("{} ({})\n\n", output::clean(&assessment.case.title), assessment.marking());
    let who = assessment.attribution.iter();
    let who = who.flat_map(|findings| attribution_answer(findings, &assessment.case));
    let ways = assessment.routes.iter().flat_map(demarche_report::answer);
    let what = assessment.response.iter().flat_map(response_answer);
    for sentence in who.chain(ways).chain(what) {
        text.push_str(&format!("{}\n", output::clean(&sentence)));
    }
    text.push_str("\nWritten:\n");
    for path in written {
        text.push_str(&format!("  {}\n", path.display()));
    }
    text
}
