use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::{IndexSource, Sources, assess};
use demarche_case::assessment::Assessment;
use demarche_case::{Case, CaseFolder, Recipient};
use demarche_report::{
    Addressee, Block, NoNote, Note, Reason, Section, addressees, attribution_answer, note,
    response_answer, to_html, to_json,
};

use super::{code, library};
use crate::cli::{AssessArgs, CaseSources, OutPlace};
use crate::out::{Author, FileSet, OutFolder, WrittenSet, note_files};
use crate::output::{self, Outcome, PROGRAM, print};
use crate::progress::Progress;

/// Assesses a case and writes report, notes and JSON.
pub(crate) fn run(args: &AssessArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let mut out = open_out(&args.case, &args.place, folder.case())?;
    let assessment = assessed(&folder, &args.sources)?;
    let json = to_json(&assessment).context("cannot write JSON")?;
    let page = to_html(&assessment).into_bytes();
    let file_set = |stem: &str, end, bytes| FileSet {
        stem: stem.to_owned(),
        files: vec![(end, bytes)],
        author: Author::Assess,
    };
    let mut sets = vec![
        file_set("report", "html", page),
        file_set("assessment", "json", json.clone().into_bytes()),
    ];
    let (notes, lines) = notes(&assessment, &out.noted())?;
    let telling = notes.iter().filter(|(_, tells)| *tells);
    let telling: Vec<String> = telling.map(|(set, _)| set.stem.clone()).collect();
    sets.extend(notes.into_iter().map(|(set, _)| set));
    let written = out.write(sets)?;
    out.remove_stale_notes(&written)?;
    output::gaps(&assessment.gaps);
    out.tell_kept();
    if args.json {
        print(&json)?;
    } else {
        let root = out_folder(&args.case, &args.place);
        output::show(&summary(&assessment, &root, &written, lines, &telling))?;
    }
    Ok(Outcome::of(&assessment.gaps))
}

/// Opens the folder of outputs: the one that the user names, else `assessment` in the case folder.
pub(crate) fn open_out(case: &Path, place: &OutPlace, of: &Case) -> anyhow::Result<OutFolder> {
    OutFolder::open(&out_folder(case, place), &of.id, place.force)
}

fn out_folder(case: &Path, place: &OutPlace) -> PathBuf {
    place.out.clone().unwrap_or_else(|| case.join("assessment"))
}

/// A set of the files of a note; true if its mere arrival tells what is withheld.
type NoteSet = (FileSet, bool);

/// Writes the notes, each with its line for the terminal; those that `demarche note` wrote before are written anew.
fn notes(
    assessment: &Assessment,
    noted: &[Recipient],
) -> anyhow::Result<(Vec<NoteSet>, Vec<String>)> {
    let mut asked = addressees(assessment);
    let sender = assessment.case.owner.country;
    let wanted = noted.iter().filter(|to| Some(to.country()) != sender);
    for to in wanted {
        if !asked.iter().any(|addressee| addressee.to == *to) {
            asked.push(Addressee { to: *to, why: Vec::new() });
        }
    }
    let (mut sets, mut lines) = (Vec::new(), Vec::new());
    for addressee in &asked {
        let author = if noted.contains(&addressee.to) { Author::Note } else { Author::Assess };
        let note = note(assessment, addressee.to);
        lines.push(file_line(addressee, note.refused));
        let tells = note.is_reason_withheld;
        sets.push((note_files(note, author)?, tells));
    }
    Ok((sets, lines))
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

/// The answer, the files, the addressees with the first reason for each, and the notes that tell by arriving.
fn summary(
    assessment: &Assessment,
    out: &Path,
    written: &[WrittenSet],
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
    let reports = written.iter().take(2).flat_map(|set| &set.paths);
    let reports = reports.map(|path| path.strip_prefix(out).unwrap_or(path).display().to_string());
    let mut files = vec![reports.collect::<Vec<_>>().join(", ")];
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
        _ if addressee.why.is_empty() => {
            format!(
                "{stem:<14}  {}: written anew, as `demarche note` wrote it before",
                addressee.to.country().label()
            )
        }
        Recipient::State(country) => {
            let reason = addressee.why.first().map(Reason::in_words).unwrap_or_default();
            format!("{stem:<14}  {}: {reason}", country.label())
        }
        Recipient::Cert(country) => format!("{stem:<14}  the national CERT of {}", country.label()),
    }
}
