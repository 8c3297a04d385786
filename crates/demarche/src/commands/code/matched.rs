use demarche_assess::AssessError;
use demarche_assess::programs::{KnownFiles, Opening, Visited, open_index, visit};
use demarche_case::Gap;
use demarche_case::assessment::code::CodeFindings;
use demarche_code::Selection;
use demarche_report::view::code_match;
use demarche_report::{code_functions_csv, code_html, code_ties_csv};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Matcher, compared_with};

use super::folder;
use crate::cli::code::CodeMatchArgs;
use crate::output::{self, Outcome};
use crate::progress::Progress;

/// Says whose code executables have.
pub(crate) fn run(args: &CodeMatchArgs) -> anyhow::Result<Outcome> {
    let progress = Progress::new();
    progress.stage(&"opening the index");
    let (index, mut gaps) = open_index(&folder(&args.place)?)?;
    let mut inputs = Vec::new();
    let mut programs = Vec::new();
    let matcher = Matcher::new(&index, &FITTED);
    let opening = Opening::from(&args.opening);
    let are_all_wanted = args.json || args.functions_csv.is_some();
    let selection = Selection::from(&args.choice);
    let known =
        KnownFiles { paths: &args.known, opening: &opening, are_all_wanted, selection: &selection };
    let further = visit(&args.files, &opening, &progress, |sample| {
        progress.stage(&format_args!("comparing {}", sample.name));
        inputs.push(sample.input("an executable"));
        let (program, gaps) = known.compare(&sample, &matcher, None)?;
        let found = program.as_ref().map_or(0, |program| program.functions.found);
        programs.extend(program);
        let functions = usize::try_from(found).expect("functions were counted in memory");
        Ok::<_, AssessError>(Visited { gaps, functions })
    })?;
    drop(progress);
    gaps.extend(further);
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
