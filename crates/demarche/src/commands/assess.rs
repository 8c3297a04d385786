use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::{IndexSource, Sources, assess};
use demarche_case::assessment::Assessment;
use demarche_case::{CaseFolder, Recipient};
use demarche_report::{
    Addressee, Block, NoNote, Note, Reason, Section, addressees, attribution_answer, note,
    response_answer, to_html, to_json,
};

use super::{code, library};
use crate::cli::{AssessArgs, CaseSources};
use crate::output::{self, Outcome, PROGRAM, print};
use crate::progress::Progress;

/// Assesses a case and writes report, notes and JSON.
pub(crate) fn run(args: &AssessArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let out = out_folder(&args.case, args.out.as_ref())?;
    output::remove_partials(&out)?;
    let json = to_json(&assessment).context("cannot write JSON")?;
    let mut written = vec![write(&out, "assessment.json", &json)?];
    written.push(write(&out, "report.html", &to_html(&assessment))?);
    let asked = addressees(&assessment);
    let (mut telling, mut lines) = (Vec::new(), Vec::new());
    for addressee in &asked {
        let note = note(&assessment, addressee.to);
        written.extend(write_note(&out, &note)?);
        lines.push(file_line(addressee, note.refused));
        if note.is_reason_withheld {
            telling.push(Note::stem(addressee.to));
        }
    }
    remove_stale_notes(&out, &written)?;
    output::gaps(&assessment.gaps);
    if args.json {
        print(&json)?;
    } else {
        output::show(&summary(&assessment, &out, lines, &telling))?;
    }
    Ok(Outcome::of(&assessment.gaps))
}

/// Returns the folder to write to; a link in a case, which may lead anywhere, is not followed.
pub(crate) fn out_folder(case: &Path, out: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    let Some(out) = out else {
        let folder = case.join("assessment");
        anyhow::ensure!(
            !folder.is_symlink(),
            "{} is a link, which is not followed: name a folder with --out",
            folder.display()
        );
        return Ok(folder);
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

/// Returns true for the name of a file of a note, such as `note-CN.md` or `note-TH-CERT.annex.json`.
fn is_note(name: &str) -> bool {
    let Some((to, end)) = name.strip_prefix("note-").and_then(|rest| rest.split_once('.')) else {
        return false;
    };
    to.parse::<Recipient>().is_ok() && Note::ENDS.contains(&end)
}

/// Assesses a case with the sources that the user named, on all processors and with a progress bar.
pub(crate) fn assessed(folder: &CaseFolder, given: &CaseSources) -> anyhow::Result<Assessment> {
    let pool = rayon::ThreadPoolBuilder::new().build().context("cannot start threads")?;
    let index = IndexSource {
        folder: code::folder(&given.known)?,
        is_required: given.known.index.is_some(),
        tlp: given.index_tlp,
    };
    let sources = Sources {
        tables: given.routes.clone(),
        library: library::folder(&given.known.library)?,
        index,
        program: PROGRAM.to_owned(),
        hindsight: given.hindsight,
        as_of: given.as_of,
        pool: &pool,
    };
    Ok(assess(folder, &sources, &Progress::new())?)
}

/// Writes the files of a note and, for the sender only, what was withheld from it; gives the paths, that one last.
pub(crate) fn write_note(out: &Path, note: &Note) -> anyhow::Result<Vec<PathBuf>> {
    let stem = Note::stem(note.to);
    if note.refused.is_some() {
        let name = format!("{stem}.withheld.md");
        return Ok(vec![write(out, &name, note.sender_markdown.as_bytes())?]);
    }
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

/// The answer, the files, the addressees with the first reason for each, and the notes that tell by arriving.
fn summary(
    assessment: &Assessment,
    out: &Path,
    notes: Vec<String>,
    telling: &[String],
) -> Vec<Section> {
    let title = format!("{} ({})", assessment.case.title, assessment.marking());
    let attribution = assessment.attribution.iter();
    let attribution =
        attribution.flat_map(|findings| attribution_answer(findings, &assessment.case));
    let routes = assessment.routes.iter().flat_map(demarche_report::answer);
    let response = assessment.response.iter().flat_map(response_answer);
    let answers = [attribution.collect(), routes.collect(), response.collect::<Vec<String>>()];
    let answers = answers.into_iter().filter(|sentences| !sentences.is_empty());
    let mut sections = vec![Section::new("case", title)];
    sections.extend(answers.map(|answer| Section::new("answer", "").with(Block::Answer(answer))));
    let mut files = vec!["report.html, assessment.json".to_owned()];
    let has_notes = !notes.is_empty();
    files.extend(notes);
    let mut written =
        Section::new("files", format!("Written to {}:", out.display())).with(Block::List(files));
    if has_notes {
        written.blocks.push(Block::Note("Each request has the endings .md, .html, .docx and .annex.json. Its .withheld.md is for the sender alone.".to_owned()));
    }
    if !telling.is_empty() {
        written.blocks.push(Block::Warning(format!(
            "Read the .withheld.md of these before sending: every reason to ask their addressees is withheld from them. {}",
            telling.join(", ")
        )));
    }
    sections.push(written);
    sections
}

/// The name of a note, its addressee and the weightiest reason for it; the reason why there is none, where it is refused.
fn file_line(addressee: &Addressee, refused: Option<NoNote>) -> String {
    let stem = Note::stem(addressee.to);
    if let Some(refused) = refused {
        return format!("{stem:<14}  {}", refused.in_words());
    }
    match addressee.to {
        Recipient::State(country) => {
            let reason = addressee.why.first().map(Reason::in_words).unwrap_or_default();
            format!("{stem:<14}  {}: {reason}", country.label())
        }
        Recipient::Cert(country) => format!("{stem:<14}  the national CERT of {}", country.label()),
    }
}
