use std::io::{self, BufRead, BufReader};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_batch::{BatchError, Made, Making, NoRoutingTable, make};
use demarche_case::Gap;
use demarche_case::assessment::answer::{PartialAnswer, PartialMade};
use demarche_routes::depend::{DependOptions, FullFeed};

use crate::cli::batch::{Manner, PartialArgs};
use crate::output::{self, Outcome, PROGRAM, count, print};
use crate::progress::Progress;

impl Manner {
    /// The manner as the engine takes it.
    pub(crate) fn making(&self) -> Making {
        let default = DependOptions::default().full_feed;
        Making {
            full_feed: self.full_feed.map_or(default, FullFeed::MoreThan),
            tlp: self.tlp,
            program: PROGRAM.to_owned(),
            threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

/// Makes the partial of each file.
pub(crate) fn run(args: &PartialArgs) -> anyhow::Result<Outcome> {
    check_program(args.manner.expect.as_deref())?;
    let making = args.manner.making();
    if let Some(list) = &args.files_from {
        return each_line(list, |line| {
            let (made, _) = made(args, Path::new(line), &making)?;
            serde_json::to_string(&made).context("cannot write JSON")
        });
    }
    let progress = Progress::new();
    let mut answer = PartialAnswer { kind: args.kind.to_string(), partials: Vec::new() };
    let (mut inputs, mut gaps) = (Vec::new(), Vec::new());
    for (file, done) in args.files.iter().zip(0..) {
        progress.show(&"making partials", done, args.files.len() as u64);
        let (made, manifest) = made(args, file, &making)?;
        match manifest {
            Ok(partial) => {
                inputs.push(partial.partial.manifest.input);
                gaps.extend(partial.partial.manifest.gaps);
            }
            Err(gap) => gaps.push(gap),
        }
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
) -> anyhow::Result<Outcome> {
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
    Ok(Outcome::Complete)
}

/// Makes one partial; an input without a routing table is a gap and no failure, since trying again would not help.
fn made(
    args: &PartialArgs,
    file: &Path,
    making: &Making,
) -> anyhow::Result<(PartialMade, Result<Made, Gap>)> {
    let input = file.display().to_string();
    match make(args.kind, file, &args.out, making) {
        Ok(made) => {
            let partial = &made.partial;
            let table = Some(partial.table.display().to_string());
            let rows = partial.manifest.rows;
            Ok((PartialMade { input, table, rows, existed: made.existed }, Ok(made)))
        }
        Err(BatchError::NoTable { .. }) => {
            let gap = Gap::of(&input, &NoRoutingTable);
            Ok((PartialMade { input, table: None, rows: 0, existed: false }, Err(gap)))
        }
        Err(error) => Err(error.into()),
    }
}

fn line(made: &PartialMade) -> String {
    let PartialMade { input, table, rows, existed } = made;
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
        None => format!("{input}: no routing table\n"),
    }
}
