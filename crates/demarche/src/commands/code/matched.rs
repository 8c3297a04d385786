use std::collections::BTreeSet;
use std::path::PathBuf;

use demarche_case::assessment::code::{CodeFindings, ComparedProgram, SharedFunction};
use demarche_case::{Gap, Sha256, Tlp};
use demarche_report::view::code_match;
use demarche_report::{code_functions_csv, code_html, code_ties_csv};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Calibration, Examined, Matcher, compare, compared_with, set_beside};

use super::apart::Apart;
use super::{folder, open_checked};
use crate::cli::code::{CodeMatchArgs, Opening};
use crate::output::{self, Outcome};
use crate::samples::{self, Sample, Seen};

/// Says whose code executables have.
pub(crate) fn run(args: &CodeMatchArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open_checked(&folder(&args.place)?)?;
    let mut inputs = Vec::new();
    let mut programs = Vec::new();
    let matcher = Matcher::new(&index, &FITTED);
    let known = Known { paths: &args.known, opening: &args.opening };
    let more = samples::visit(&args.files, &args.opening, |sample| {
        inputs.push(sample.input("an executable"));
        let (program, gaps) = known.compared(&sample, &matcher, None)?;
        let functions = program.as_ref().map_or(0, |one| one.functions.found);
        programs.extend(program);
        Ok(Seen { gaps, functions: usize::try_from(functions).unwrap_or(usize::MAX) })
    })?;
    gaps.extend(more);
    programs.sort_by(|left, right| left.program.name.cmp(&right.program.name));
    let findings = CodeFindings { index: compared_with(&index), programs };
    write(args, &findings, &gaps)?;
    if args.json {
        return output::json(findings, inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&code_match(&findings))?;
    Ok(Outcome::of(&gaps))
}

/// Where the known programs themselves may lie, so that their functions can be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) opening: &'a Opening,
}

impl Known<'_> {
    /// One executable compared with the index; `None` where it cannot be read.
    pub(crate) fn compared(
        &self,
        sample: &Sample,
        matcher: &Matcher<'_>,
        tlp: Option<Tlp>,
    ) -> anyhow::Result<(Option<ComparedProgram>, Vec<Gap>)> {
        let apart = match Apart::of(sample, self.opening) {
            Ok(apart) => apart,
            Err(gap) => return Ok((None, vec![gap])),
        };
        let examined = apart.examined();
        let index = matcher.index();
        let itself = index.find(sample.sha256);
        let (counterparts, mut gaps) = matcher.counterparts(&apart.fingerprints, itself);
        let mut compared = compare(&examined, &counterparts, index, &Calibration::SHIPPED, tlp)?;
        gaps.extend(apart.gaps());
        gaps.extend(self.set_beside(&mut compared.rests_on, &examined)?);
        Ok((Some(compared), gaps))
    }

    /// Shows functions beside their counterparts, where the known program is at hand.
    fn set_beside(
        &self,
        shared: &mut [SharedFunction],
        own: &Examined<'_>,
    ) -> anyhow::Result<Vec<Gap>> {
        let mut wanted: BTreeSet<Sha256> = shared.iter().map(|one| one.known.sha256).collect();
        if self.paths.is_empty() {
            return Ok(Vec::new());
        }
        samples::visit(self.paths, self.opening, |sample| {
            if !wanted.remove(&sample.sha256) {
                return Ok(Seen::default());
            }
            if let Ok(known) = Apart::of(&sample, self.opening) {
                set_beside(shared, own, &known.examined());
            }
            Ok(Seen::default())
        })
    }
}

fn write(args: &CodeMatchArgs, findings: &CodeFindings, gaps: &[Gap]) -> anyhow::Result<()> {
    if let Some(path) = &args.html {
        output::write(path, &code_html(findings, gaps))?;
    }
    if let Some(path) = &args.csv {
        output::write(path, &code_ties_csv(findings))?;
    }
    if let Some(path) = &args.functions_csv {
        output::write(path, &code_functions_csv(findings))?;
    }
    Ok(())
}
