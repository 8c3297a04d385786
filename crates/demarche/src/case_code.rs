//! The executables of a case, compared with the index of known programs.

use demarche_case::assessment::Input;
use demarche_case::assessment::code::{CodeFindings, ComparedProgram};
use demarche_case::{CaseFolder, CaseSample, Gap, Sha256, Tlp};
use demarche_index::{Index, IndexError};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Matcher, compared_with};

use crate::cli::code::{IndexPlace, Opening};
use crate::commands::code::matched::Known;
use crate::commands::code::{checked, folder};
use crate::progress::Progress;
use crate::samples;

/// What the comparison came to, and what it rests on.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// `None` where the case has no executable, or there is no index.
    pub(crate) findings: Option<CodeFindings>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) gaps: Vec<Gap>,
}

/// Compares the executables of a case with the index of known programs; `tlp` is the marking of what the index tells.
pub(crate) fn read(case: &CaseFolder, place: &IndexPlace, tlp: Tlp) -> anyhow::Result<Compared> {
    let (samples, mut gaps) = case.samples()?;
    if samples.is_empty() {
        return Ok(Compared { gaps, ..Compared::default() });
    }
    let Some((index, more)) = open(place)? else {
        let gap = Gap::new("samples", "there is no index of known programs to compare them with");
        gaps.push(gap.remedy("make one with `demarche code index add`, or name one with --index"));
        return Ok(Compared { gaps, ..Compared::default() });
    };
    gaps.extend(more);
    let matcher = Matcher::new(&index, &FITTED);
    let mut compared = Compared { gaps, ..Compared::default() };
    let mut programs = Vec::new();
    let mut progress = Progress::new();
    for (done, sample) in samples.iter().enumerate() {
        progress.show("comparing programs", done, samples.len());
        let tlp = sample.tlp.max(tlp);
        let (found, more) = one(sample, tlp, &matcher, &mut compared.inputs)?;
        programs.extend(found);
        compared.gaps.extend(more);
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

/// The index; `None` where nobody named one and there is none in the usual place.
fn open(place: &IndexPlace) -> anyhow::Result<Option<(Index, Vec<Gap>)>> {
    let folder = folder(place)?;
    match Index::open(&folder) {
        Err(IndexError::File { source, .. })
            if place.index.is_none() && source.kind() == std::io::ErrorKind::NotFound =>
        {
            Ok(None)
        }
        opened => checked(&folder, opened).map(Some),
    }
}

/// What one file of the case has, which may be an archive of several programs.
fn one(
    sample: &CaseSample,
    tlp: Tlp,
    matcher: &Matcher<'_>,
    inputs: &mut Vec<Input>,
) -> anyhow::Result<(Vec<ComparedProgram>, Vec<Gap>)> {
    let bytes = match sample.open().map_err(anyhow::Error::from).and_then(samples::read) {
        Ok(bytes) => bytes,
        Err(error) => {
            return Ok((Vec::new(), vec![Gap::new(sample.name.clone(), format!("{error:#}"))]));
        }
    };
    let sha256 = Sha256::of(&bytes);
    if sample.sha256.is_some_and(|given| given != sha256) {
        let gap = Gap::new(sample.name.clone(), "the file has another hash than the case gives it")
            .remedy("put the file there that is meant, or correct its hash");
        return Ok((Vec::new(), vec![gap]));
    }
    inputs.push(Input {
        path: sample.name.clone(),
        sha256,
        bytes: bytes.len() as u64,
        what: "a program of the case".to_owned(),
    });
    let opening = Opening::default();
    let known = Known { paths: &[], opening: &opening };
    let mut programs = Vec::new();
    let seen = samples::members(&sample.name, bytes, &opening, &mut |member| {
        let (program, gaps) = known.compared(&member, matcher, Some(tlp))?;
        programs.extend(program);
        Ok(gaps.into())
    })?;
    Ok((programs, seen.gaps))
}
