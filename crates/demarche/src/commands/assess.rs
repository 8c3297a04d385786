use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::{Sources, assess, doubtful};
use demarche_case::assessment::Assessment;
use demarche_case::{CaseFolder, Recipient};
use demarche_report::{
    Addressee, Note, Reason, addressees, attribution_answer, note, response_answer, to_html,
    to_json,
};

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
    let asked = addressees(&assessment);
    let mut telling = Vec::new();
    for addressee in &asked {
        let note = note(&assessment, addressee.to);
        written.extend(write_note(&out, &note)?);
        if note.is_reason_withheld {
            telling.push(Note::stem(addressee.to));
        }
    }
    remove_stale_notes(&out, &written)?;
    output::gaps(&assessment.gaps);
    if args.json {
        print(&json)?;
    } else {
        print(&summary(&assessment, &out, &asked))?;
        print(&warning(&telling))?;
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

/// Is it the name of a file of a note, such as `note-CN.md` or `note-TH-CERT.annex.json`?
fn is_note(name: &str) -> bool {
    let Some((to, end)) = name.strip_prefix("note-").and_then(|rest| rest.split_once('.')) else {
        return false;
    };
    to.parse::<Recipient>().is_ok() && Note::ENDS.contains(&end)
}

/// Reads the tables and runs the engines.
pub(crate) fn assessed(folder: &CaseFolder, given: &CaseSources) -> anyhow::Result<Assessment> {
    let doubtful = doubtful(folder.case());
    let read = if given.routes.is_empty() {
        tables::read_case(folder, doubtful)?
    } else {
        Some(tables::read(&given.routes, doubtful)?)
    };
    let (routing_data, mut inputs) =
        read.map_or_else(|| (None, Vec::new()), |read| (Some(read.routing_data), read.inputs));
    inputs.extend(tables::hand_written(folder)?);
    let known = record::read(&given.known.library)?;
    inputs.extend(known.inputs);
    let code = case_code::read(folder, &given.known, given.index_tlp)?;
    inputs.extend(code.inputs);
    inputs.sort();
    let mut progress = Progress::new();
    let mut show = |stage: &str, done, total| {
        progress.show(stage, done, total);
        ControlFlow::Continue(())
    };
    let sources = Sources {
        routing_data: routing_data.as_ref(),
        record: &known.record,
        code: code.findings.as_ref(),
    };
    let mut gaps = folder.gaps().to_vec();
    gaps.extend(known.gaps);
    gaps.extend(code.gaps);
    Ok(assess(folder.case(), sources, PROGRAM, inputs, gaps, &mut show)?)
}

/// Writes the files of a note and, for the sender only, what was withheld from it; gives the paths, that one last.
pub(crate) fn write_note(out: &Path, note: &Note) -> anyhow::Result<Vec<PathBuf>> {
    let stem = Note::stem(note.to);
    let annex = note.annex.to_json().context("cannot write JSON")?;
    let contents: [&[u8]; 5] = [
        note.markdown.as_bytes(),
        note.html.as_bytes(),
        &note.docx,
        annex.as_bytes(),
        note.sender_markdown.as_bytes(),
    ];
    let files = Note::ENDS.iter().zip(contents);
    files.map(|(end, bytes)| write(out, &format!("{stem}.{end}"), bytes)).collect()
}

fn write(out: &Path, name: &str, bytes: &(impl AsRef<[u8]> + ?Sized)) -> anyhow::Result<PathBuf> {
    let path = out.join(name);
    output::write(&path, bytes)?;
    Ok(path)
}

/// The answer in a few lines, where to read on, and whom to ask.
fn summary(assessment: &Assessment, out: &Path, asked: &[Addressee]) -> String {
    let mut text =
        format!("{} ({})\n\n", output::clean(&assessment.case.title), assessment.marking());
    let who = assessment.attribution.iter();
    let who = who.flat_map(|findings| attribution_answer(findings, &assessment.case));
    let ways = assessment.routes.iter().flat_map(demarche_report::answer);
    let what = assessment.response.iter().flat_map(response_answer);
    for sentence in who.chain(ways).chain(what) {
        text.push_str(&format!("{}\n", output::clean(&sentence)));
    }
    text.push_str(&format!("\nWritten to {}:\n", out.display()));
    text.push_str("  report.html, assessment.json\n");
    if asked.is_empty() {
        return text;
    }
    text.push_str("  and the requests, each as .md, .html, .docx and .annex.json, with .withheld.md for the sender alone:\n");
    // A file for each would fill the screen; one line each says whom and why.
    for one in asked {
        let stem = Note::stem(one.to);
        text.push_str(&output::clean(&format!("  {stem:<14}  {}\n", index_line(one))));
    }
    text
}

/// The notes whose mere arrival tells their addressee something that it may not know.
fn warning(telling: &[String]) -> String {
    if telling.is_empty() {
        return String::new();
    }
    format!(
        "\nRead the .withheld.md of these before sending: every reason to ask their addressees is withheld from them.\n  {}\n",
        telling.join(", ")
    )
}

/// Whom a note goes to and the weightiest reason for it.
fn index_line(one: &Addressee) -> String {
    let reason = one.why.first().map(Reason::in_words).unwrap_or_default();
    match one.to {
        Recipient::State(country) => format!("{}: {reason}", country.label()),
        Recipient::Cert(country) => format!("the national CERT of {}", country.label()),
    }
}
