use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::{IndexSource, Sources, assess};
use demarche_case::assessment::Assessment;
use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::{Case, CaseFolder, Recipient};
use demarche_exposure::{Store, inventory};
use demarche_report::{
    Addressee, Block, Dress, NoNote, Note, ReportParts, Section, addressees, attribution_answer,
    brief, exposure_answer, is_written, note_dressed, response_answer, state_in_text, to_html_of,
    to_json,
};

use super::seal::now;
use super::{code, expose, library};
use crate::cli::{AssessArgs, CaseSources, DressFiles, OutPlace, ReportPart};
use crate::out::{Author, FileSet, OutFolder, WrittenSet, note_files};
use crate::output::{self, Outcome, PROGRAM, print};
use crate::progress::Progress;

/// Assesses a case and writes report, notes and JSON.
pub(crate) fn run(args: &AssessArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    check_supported(folder.case())?;
    let mut out = open_out(&args.case, &args.place, folder.case())?;
    let dress = dress(&args.dress)?;
    let assessment = assessed(&folder, &args.sources)?;
    let json = to_json(&assessment).context("cannot write JSON")?;
    let page = to_html_of(&assessment, parts(&args.sections), &dress)?.into_bytes();
    let file_set = |stem: &str, end, bytes| FileSet {
        stem: stem.to_owned(),
        files: vec![(end, bytes)],
        author: Author::Assess,
    };
    let mut sets = vec![
        file_set("report", "html", page),
        file_set("assessment", "json", json.clone().into_bytes()),
    ];
    let mut notes = notes(folder.root(), &assessment, &out.noted(), &dress)?;
    sets.append(&mut notes.sets);
    let written = out.write(sets)?;
    out.remove_stale_notes(&written)?;
    output::gaps(&assessment.gaps);
    out.tell_kept();
    if args.json {
        print(&json)?;
    } else {
        let root = out_folder(&args.case, &args.place);
        let answer = if args.full { full_answer(&assessment) } else { first_page(&assessment) };
        output::show(&summary(&assessment, answer, &root, &written, notes))?;
    }
    Ok(Outcome::of(&assessment.gaps))
}

/// Refuses to report what nothing shows any more: a sentence whose evidence turned out to be wrong.
fn check_supported(case: &Case) -> anyhow::Result<()> {
    let unsupported = case.unsupported();
    if unsupported.is_empty() {
        return Ok(());
    }
    let lines = unsupported.iter().map(|(text, cited)| {
        let cited: Vec<String> = cited.iter().map(ToString::to_string).collect();
        format!("\n  {} (cites {})", output::name(text), cited.join(", "))
    });
    anyhow::bail!(
        "no report is written, because refuted evidence is all that these sentences rest on:{}\nTake them out of case.toml, or cite what else shows them",
        lines.collect::<String>()
    )
}

/// The parts of the report that the user names; all where there is none.
fn parts(named: &[ReportPart]) -> ReportParts {
    let has = |part| named.is_empty() || named.contains(&part);
    ReportParts {
        first: has(ReportPart::First),
        short: has(ReportPart::Short),
        annexes: has(ReportPart::Annexes),
    }
}

/// The look of pages that the user names: the program's own without any.
pub(crate) fn dress(files: &DressFiles) -> anyhow::Result<Dress> {
    let read = |path: &PathBuf| {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let logo = files.logo.as_ref().map(read).transpose()?;
    let template = files.template.as_ref().map(read).transpose()?;
    let template =
        template.map(String::from_utf8).transpose().context("the template is no UTF-8")?;
    Ok(Dress::new(logo.as_deref(), template.as_deref())?)
}

/// Opens the folder of outputs: the one that the user names, else `assessment` in the case folder.
pub(crate) fn open_out(case: &Path, place: &OutPlace, of: &Case) -> anyhow::Result<OutFolder> {
    OutFolder::open(&out_folder(case, place), &of.id, place.force)
}

fn out_folder(case: &Path, place: &OutPlace) -> PathBuf {
    place.out.clone().unwrap_or_else(|| case.join("assessment"))
}

/// The notes of a case, and a line for each.
struct Notes {
    sets: Vec<FileSet>,
    /// The stems of the notes whose mere arrival tells what is withheld.
    telling: Vec<String>,
    lines: Vec<String>,
    /// The addressees to whom nothing is written unless somebody asks for it.
    on_request: Vec<String>,
}

/// The note to an addressee, with the text that a person wrote for it where the case folder has one.
///
/// A text that tells what is withheld is not used, and the user is told.
pub(crate) fn note_in(
    root: &Path,
    assessment: &Assessment,
    to: Recipient,
    dress: &Dress,
) -> anyhow::Result<Note> {
    let note = note_dressed(assessment, to, dress)?;
    for warning in &note.warnings {
        output::note(&format!("warning: {}: {warning}\n", Note::stem(to)));
    }
    let file = CaseFolder::note_text(to);
    let text = CaseFolder::text(root, &file)?;
    if text.trim().is_empty() || note.refused.is_some() {
        return Ok(note);
    }
    let told = note.withheld_in(assessment, &text);
    if told.is_empty() {
        return Ok(note.with_text(&text, dress)?);
    }
    let told: Vec<String> = told.iter().map(|word| output::name(word)).collect();
    output::note(&format!(
        "warning: {file} is not used: it tells what is withheld from this addressee ({})\n",
        told.join("; ")
    ));
    Ok(note)
}

/// Writes the notes that matter; those that `demarche note` wrote before are written anew.
fn notes(
    root: &Path,
    assessment: &Assessment,
    noted: &[Recipient],
    dress: &Dress,
) -> anyhow::Result<Notes> {
    let mut asked = addressees(assessment);
    let sender = assessment.case.owner.country;
    let wanted = noted.iter().filter(|to| Some(to.country()) != sender);
    for to in wanted {
        if !asked.iter().any(|addressee| addressee.to == *to) {
            asked.push(Addressee { to: *to, why: Vec::new() });
        }
    }
    let (sets, telling, lines, on_request) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut notes = Notes { sets, telling, lines, on_request };
    for addressee in &asked {
        let is_noted = noted.contains(&addressee.to);
        if is_noted || is_written(&assessment.case, addressee) {
            let author = if is_noted { Author::Note } else { Author::Assess };
            notes.add(addressee, note_in(root, assessment, addressee.to, dress)?, author)?;
        } else {
            notes.on_request.push(line(addressee, &addressee.to.to_string()));
        }
    }
    Ok(notes)
}

impl Notes {
    fn add(&mut self, addressee: &Addressee, note: Note, author: Author) -> anyhow::Result<()> {
        self.lines.push(file_line(addressee, note.refused));
        if note.is_reason_withheld {
            self.telling.push(Note::stem(addressee.to));
        }
        self.sets.push(note_files(note, author)?);
        Ok(())
    }
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
        today: Some(now()?),
        exposure: scanned(folder, given.passphrase_file.as_deref())?,
        pool: &pool,
    };
    Ok(assess(folder, &sources, &Progress::new())?)
}

/// The inventory of what was exposed, where `demarche expose scan` made one for the case.
fn scanned(
    folder: &CaseFolder,
    passphrase: Option<&Path>,
) -> anyhow::Result<Option<ExposureFindings>> {
    let store = folder.root().join(expose::STORE);
    if !store.is_file() {
        return Ok(None);
    }
    let passphrase = passphrase.map(expose::passphrase).transpose()?;
    let store = Store::existing(&store, passphrase.as_deref())?;
    Ok(Some(inventory(&store, &expose::rules(None)?)?))
}

/// The case in at most eight sentences, each with the section of the report that explains it.
fn first_page(assessment: &Assessment) -> Vec<Section> {
    let told = brief(assessment).into_iter();
    let sentences = told.map(|told| format!("{} [{}]", told.text, told.title)).collect();
    let more = "In brackets: the section of report.html that explains it. `--full` prints the whole answer.";
    let section = Section::new("answer", "").with(Block::Answer(sentences));
    vec![section.with(Block::Note(more.to_owned()))]
}

/// The whole answer: who did it, what was exposed, through whose networks, and which responses are open.
fn full_answer(assessment: &Assessment) -> Vec<Section> {
    let attribution = assessment.attribution.iter();
    let attribution =
        attribution.flat_map(|findings| attribution_answer(findings, &assessment.case));
    let routes = assessment.routes.iter().flat_map(demarche_report::answer);
    let response = assessment.response.iter().flat_map(response_answer);
    let exposure = assessment.exposure.iter().flat_map(exposure_answer);
    let answers = [
        attribution.collect(),
        exposure.collect(),
        routes.collect(),
        response.collect::<Vec<String>>(),
    ];
    let answers = answers.into_iter().filter(|sentences| !sentences.is_empty());
    answers.map(|answer| Section::new("answer", "").with(Block::Answer(answer))).collect()
}

/// The answer, the files, the addressees with the first reason for each, and the notes that tell by arriving.
fn summary(
    assessment: &Assessment,
    answer: Vec<Section>,
    out: &Path,
    written: &[WrittenSet],
    notes: Notes,
) -> Vec<Section> {
    let title = format!("{} ({})", assessment.case.title, assessment.marking());
    let mut sections = vec![Section::new("case", title)];
    sections.extend(answer);
    let reports = written.iter().take(2).flat_map(|set| &set.paths);
    let reports = reports.map(|path| path.strip_prefix(out).unwrap_or(path).display().to_string());
    let mut files = vec![reports.collect::<Vec<_>>().join(", ")];
    let Notes { telling, lines, on_request, .. } = notes;
    let has_notes = !lines.is_empty();
    files.extend(lines);
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
    if !on_request.is_empty() {
        let title = "Not written, because less depends on these addressees:";
        let remedy = "`demarche note CASE --to` writes to one of them, and `--all` to everybody.";
        let listed = Section::new("on-request", title).with(Block::List(on_request));
        sections.push(listed.with(Block::Note(remedy.to_owned())));
    }
    sections
}

/// The name of a note, its addressee and the weightiest reason for it; the reason why there is none, where it is refused.
pub(crate) fn file_line(addressee: &Addressee, refused: Option<NoNote>) -> String {
    let stem = Note::stem(addressee.to);
    match refused {
        Some(refused) => format!("{stem:<14}  {}", refused.in_words()),
        None => line(addressee, &stem),
    }
}

/// An addressee with the weightiest reason for its note, behind a short name.
fn line(addressee: &Addressee, name: &str) -> String {
    match (addressee.to, addressee.why.first()) {
        (Recipient::State(country), Some(reason)) => {
            format!("{name:<14}  {}: {}", country.label(), reason.in_words())
        }
        (Recipient::State(country), None) => {
            format!("{name:<14}  {}, to whom `demarche note` wrote before", country.label())
        }
        (Recipient::Cert(country), _) => {
            format!("{name:<14}  the national CERT of {}", state_in_text(country))
        }
    }
}
