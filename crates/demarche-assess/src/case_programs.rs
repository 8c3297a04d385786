//! The executables of a case, compared with the index of known programs.

use std::io;

use demarche_case::assessment::Input;
use demarche_case::assessment::code::{CodeFindings, ComparedProgram};
use demarche_case::{CaseFile, CaseFolder, FolderError, Gap, GapKind, Shortfall, Tlp};
use demarche_code::Selection;
use demarche_index::{Index, IndexError};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Matcher, compared_with};

use crate::AssessError;
use crate::programs::{KnownFiles, Opening, Unreadable, members, open_index, read};
use crate::progress::{Progress, Stage, step};
use crate::sources::IndexSource;

/// The comparison of a case's executables, with its inputs and gaps.
#[derive(Debug, Default)]
pub(crate) struct CasePrograms {
    /// The findings; `None` where the case has no executable, or there is no index.
    pub(crate) findings: Option<CodeFindings>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) gaps: Vec<Gap>,
}

/// A reason why an executable of a case was not compared.
#[derive(Debug, thiserror::Error)]
enum NotCompared {
    #[error("there is no index of known programs to compare them with")]
    NoIndex,
    #[error("{}", in_one_line(.0))]
    Folder(FolderError),
    #[error(transparent)]
    File(Unreadable),
    #[error("the file has another hash than the case gives it")]
    OtherHash,
}

fn in_one_line(error: &FolderError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

impl Shortfall for NotCompared {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoIndex => GapKind::Missing,
            Self::Folder(_) => GapKind::Unreadable,
            Self::File(reason) => reason.kind(),
            Self::OtherHash => GapKind::Refused,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NoIndex => "make one with `demarche code index add`, or name one with --index",
            Self::Folder(_) => return None,
            Self::File(reason) => return reason.remedy(),
            Self::OtherHash => "put the file there that is meant, or correct its hash",
        };
        Some(remedy.to_owned())
    }
}

/// Compares the executables of a case with the index of known programs.
pub(crate) fn compare_case(
    case: &CaseFolder,
    source: &IndexSource,
    progress: &dyn Progress,
) -> Result<CasePrograms, AssessError> {
    let (samples, mut gaps) = case.samples()?;
    if samples.is_empty() {
        return Ok(CasePrograms { gaps, ..CasePrograms::default() });
    }
    step(progress, Stage::Programs, 0, samples.len())?;
    let Some((index, more)) = open_source(source)? else {
        gaps.push(Gap::of("samples", &NotCompared::NoIndex));
        return Ok(CasePrograms { gaps, ..CasePrograms::default() });
    };
    gaps.extend(more);
    let matcher = Matcher::new(&index, &FITTED);
    let mut compared = CasePrograms { gaps, ..CasePrograms::default() };
    let mut programs = Vec::new();
    for (done, sample) in samples.iter().enumerate() {
        step(progress, Stage::Programs, done, samples.len())?;
        programs.extend(compare_sample(sample, source.tlp, &matcher, &mut compared)?);
    }
    programs.sort_by(|left, right| left.program.name.cmp(&right.program.name));
    let known = compared_with(&index);
    compared.inputs.push(Input {
        path: "index".to_owned(),
        sha256: known.sha256,
        bytes: index.bytes(),
        what: "index of known programs".to_owned(),
    });
    compared.findings = Some(CodeFindings { index: known, programs });
    Ok(compared)
}

/// Opens the index; `None` where it is missing and not required.
fn open_source(source: &IndexSource) -> Result<Option<(Index, Vec<Gap>)>, AssessError> {
    match open_index(&source.folder) {
        Err(AssessError::Index { source: IndexError::File { source: cause, .. }, .. })
            if !source.is_required && cause.kind() == io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

/// Compares the programs of one file of the case, which may be an archive.
fn compare_sample(
    sample: &CaseFile,
    tlp: Tlp,
    matcher: &Matcher<'_>,
    compared: &mut CasePrograms,
) -> Result<Vec<ComparedProgram>, AssessError> {
    let file = sample.open().map_err(NotCompared::Folder);
    let bytes = match file.and_then(|file| read(file).map_err(NotCompared::File)) {
        Ok(bytes) => bytes,
        Err(reason) => {
            compared.gaps.push(Gap::of(&sample.name, &reason));
            return Ok(Vec::new());
        }
    };
    let Some(input) = sample.input(&bytes, "a program of the case") else {
        compared.gaps.push(Gap::of(&sample.name, &NotCompared::OtherHash));
        return Ok(Vec::new());
    };
    compared.inputs.push(input);
    let opening = Opening::default();
    let selection = Selection::default();
    let known =
        KnownFiles { paths: &[], opening: &opening, are_all_wanted: false, selection: &selection };
    let mut programs = Vec::new();
    let visited = members(&sample.name, bytes, &opening, &mut |member| {
        let (program, gaps) = known.compare(&member, matcher, Some(sample.tlp.max(tlp)))?;
        programs.extend(program);
        Ok::<_, AssessError>(gaps.into())
    })?;
    compared.gaps.extend(visited.gaps);
    Ok(programs)
}
