use std::io::{self, BufRead, BufReader};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_batch::{BatchError, Made, Making, Manifest, NoRoutingTable, make, remove_unfinished};
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::{PartialAnswer, PartialMade};
use demarche_case::{Gap, GapKind, Shortfall};

use crate::cli::batch::{Manner, PartialArgs};
use crate::output::{self, Outcome, PROGRAM, count, print};
use crate::progress::Progress;

impl Manner {
    /// The manner as the engine takes it.
    pub(crate) fn making(&self) -> Making {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Making { threads, ..Making::new(self.full_feed, self.tlp, PROGRAM) }
    }
}

/// Makes the partial of each file.
pub(crate) fn run(args: &PartialArgs) -> anyhow::Result<Outcome> {
    check_program(args.manner.expect.as_deref())?;
    let making = args.manner.making();
    if let Some(list) = &args.files_from {
        let mut gaps = Vec::new();
        each_line(list, |line| {
            let (made, _) = made(args, Path::new(line), &making, &mut gaps)?;
            serde_json::to_string(&made).context("cannot write JSON")
        })?;
        output::gaps(&gaps);
        return Ok(Outcome::of(&gaps));
    }
    remove_unfinished(&args.out);
    let progress = Progress::new();
    let mut answer = PartialAnswer { kind: args.kind.to_string(), partials: Vec::new() };
    let (mut inputs, mut gaps) = (Vec::new(), Vec::new());
    for (file, done) in args.files.iter().zip(0..) {
        progress.show(&"making partials", done, args.files.len() as u64);
        let (made, input) = made(args, file, &making, &mut gaps)?;
        inputs.extend(input);
        answer.partials.push(made);
    }
    drop(progress);
    if args.json {
        return output::json(answer, inputs, gaps);
    }
    output::gaps(&gaps);
    for made in &answer.partials {
        print(&line(made))?;
    }
    Ok(Outcome::of(&gaps))
}

/// Refuses a program that is not the one of the plan: parts of two versions are not one answer.
pub(crate) fn check_program(expected: Option<&str>) -> anyhow::Result<()> {
    if let Some(expected) = expected.filter(|expected| *expected != PROGRAM) {
        anyhow::bail!(
            "this is {PROGRAM}, and the job was planned by {expected}; install the same version on every worker"
        );
    }
    Ok(())
}

/// Answers each line of a file or of standard input by a line.
pub(crate) fn each_line(
    list: &Path,
    mut answer: impl FnMut(&str) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let input: Box<dyn BufRead> = if list == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file =
            std::fs::File::open(list).with_context(|| format!("cannot open {}", list.display()))?;
        Box::new(BufReader::new(file))
    };
    for line in input.lines() {
        let line = line.with_context(|| format!("cannot read {}", list.display()))?;
        if !line.is_empty() {
            print(&format!("{}\n", answer(&line)?))?;
        }
    }
    Ok(())
}

/// Makes one partial, and adds what of the input cannot be read to the gaps, under the name that was given.
///
/// An input that gives none is a gap and no failure, since trying again would not help.
fn made(
    args: &PartialArgs,
    file: &Path,
    making: &Making,
    gaps: &mut Vec<Gap>,
) -> anyhow::Result<(PartialMade, Option<Input>)> {
    let input = file.display().to_string();
    let none = |input: String, gap: &Gap| PartialMade {
        input,
        table: None,
        reason: Some(gap.what.clone()),
        tlp: None,
        rows: 0,
        existed: false,
    };
    let gap = match make(args.kind, file, &args.out, making) {
        Ok(Made { partial, existed }) => {
            let Manifest { rows, tlp, input: known, gaps: of_input, .. } = partial.manifest;
            gaps.extend(of_input.into_iter().map(|gap| Gap { source: input.clone(), ..gap }));
            let table = Some(partial.table.display().to_string());
            let made = PartialMade { input, table, reason: None, tlp: Some(tlp), rows, existed };
            return Ok((made, Some(known)));
        }
        Err(BatchError::NoTable { .. }) => Gap::of(&input, &NoRoutingTable),
        Err(BatchError::Input { source, .. }) => Gap::of(&input, &Unreadable(source)),
        Err(error) => return Err(error.into()),
    };
    let made = none(input, &gap);
    gaps.push(gap);
    Ok((made, None))
}

/// The shortfall of an input that the system does not give.
#[derive(Debug, thiserror::Error)]
#[error("cannot be read: {0}")]
struct Unreadable(io::Error);

impl Shortfall for Unreadable {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }
}

fn line(made: &PartialMade) -> String {
    let PartialMade { input, table, rows, existed, reason, .. } = made;
    let input = output::name(input);
    match table {
        Some(table) => {
            let table = PathBuf::from(table);
            let verb = if *existed { "there already" } else { "made" };
            format!(
                "{input}: {} rows, {verb}: {}\n",
                count(*rows),
                output::name(&table.display().to_string())
            )
        }
        None => {
            let reason = reason.as_deref().map_or_else(String::new, output::name);
            format!("{input}: no partial: {reason}\n")
        }
    }
}
