use std::path::PathBuf;

use demarche_assess::AssessError;
use demarche_assess::programs::{Disassembly, Opening, Sample, Visited, open_index, visit};
use demarche_case::Gap;
use demarche_case::assessment::code::CodeComparison;
use demarche_report::view::code_compare;
use demarche_report::{code_comparison_csv, code_comparison_html};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Matcher, compare_two, set_beside};

use crate::cli::code::CodeCompareArgs;
use crate::output::{self, Outcome};
use crate::progress::Progress;

/// Functions that are set beside each other: more make a result that nobody reads.
const BESIDE: usize = 200;

/// Says what two executables have in common.
pub(crate) fn run(args: &CodeCompareArgs) -> anyhow::Result<Outcome> {
    let opened = args.index.as_deref().map(open_index);
    let (index, mut gaps) = opened.transpose()?.unzip();
    let opening = Opening::from(&args.opening);
    let mut samples = Vec::new();
    for path in [&args.left, &args.right] {
        let (sample, more) = first(path, &opening)?;
        samples.push(sample);
        gaps.get_or_insert_default().extend(more);
    }
    let mut gaps = gaps.unwrap_or_default();
    let mut disassemblies = Vec::new();
    for sample in &samples {
        let disassembly = Disassembly::of(sample, &opening)
            .map_err(|gap| anyhow::anyhow!("cannot read {}: {}", gap.source, gap.what))?;
        gaps.extend(disassembly.gaps());
        disassemblies.push(disassembly);
    }
    let [left, right] = disassemblies.as_slice() else {
        anyhow::bail!("two executables are needed")
    };
    let (left, right) = (left.examined(), right.examined());
    let matcher = index.as_ref().map(|index| Matcher::new(index, &FITTED));
    let (mut comparison, more) = compare_two(&left, &right, &FITTED, matcher.as_ref());
    gaps.extend(more);
    let beside = comparison.shared.len().min(BESIDE);
    set_beside(&mut comparison.shared[..beside], &left, &right);
    answer(args, comparison, &samples, gaps)
}

/// The program of a file, the first one of an archive.
fn first(path: &PathBuf, opening: &Opening) -> anyhow::Result<(Sample, Vec<Gap>)> {
    let mut first = None;
    let gaps = visit(std::slice::from_ref(path), opening, &Progress::new(), |sample| {
        if !sample.is_container {
            first.get_or_insert(sample);
        }
        Ok::<_, AssessError>(Visited::default())
    })?;
    match first {
        Some(sample) => Ok((sample, gaps)),
        None => anyhow::bail!(
            "no program in {}: {}",
            path.display(),
            gaps.first().map_or("it is empty", |gap| gap.what.as_str())
        ),
    }
}

fn answer(
    args: &CodeCompareArgs,
    comparison: CodeComparison,
    samples: &[Sample],
    gaps: Vec<Gap>,
) -> anyhow::Result<Outcome> {
    if let Some(path) = &args.html {
        output::write(path, &code_comparison_html(&comparison))?;
    }
    if let Some(path) = &args.csv {
        output::write(path, &code_comparison_csv(&comparison))?;
    }
    if args.json {
        let inputs = samples.iter().map(|sample| sample.input("an executable")).collect();
        return output::json(comparison, inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&code_compare(&comparison))?;
    Ok(Outcome::of(&gaps))
}
