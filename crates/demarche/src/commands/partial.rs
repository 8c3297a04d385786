//! Partials: what one file contributes to an answer over many.

pub(crate) mod exposed;

#[cfg(unix)]
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::AssessError;
use demarche_assess::programs::{Disassembly, Opening, Sample, Visited, visit_batches};
use demarche_batch::{
    BatchError, FoundProgram, Kind, Label, Made, Making, Manifest, NothingIn, Readers, make,
    remove_unfinished,
};
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::{PartialAnswer, PartialMade};
use demarche_case::{Gap, GapKind, Shortfall, Tlp};
use demarche_exposure::DigestKey;

use self::exposed::Scanner;
use crate::cli::batch::{Manner, PartialArgs};
use crate::output::{self, Outcome, PROGRAM, count, print};
use crate::progress::Progress;

impl Manner {
    /// The manner as the engine takes it.
    pub(crate) fn making(&self, kind: Kind, key: Option<&DigestKey>) -> Making {
        let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let making = Making::new(self.full_feed, self.tlp(kind), PROGRAM);
        Making { threads, label: self.label(), key: key.map(DigestKey::check), ..making }
    }

    /// The marking that the user gives, or the usual one of the kind.
    pub(crate) fn tlp(&self, kind: Kind) -> Tlp {
        self.tlp.unwrap_or(kind.usual_tlp())
    }

    /// The description of the programs; `None` where the user gives none.
    pub(crate) fn label(&self) -> Option<Label> {
        let Self { family, library_code, .. } = self;
        let is_given = family.is_some() || *library_code;
        is_given.then(|| Label { family: family.clone(), is_library: *library_code })
    }
}

/// Finds the programs of a file, archives among them, with their functions.
fn programs(file: &Path) -> (Vec<FoundProgram>, Vec<Gap>) {
    let opening = Opening::default();
    let mut found = Vec::new();
    let visited = visit_batches(&[file.to_owned()], &opening, &Progress::new(), |batch| {
        let read = batch.iter().filter(|sample| !sample.is_shell);
        let read = read.map(|sample| found_program(sample, &opening));
        let mut gaps = Vec::new();
        for program in read {
            match program {
                Ok(program) => found.push(program),
                Err(gap) => gaps.push(gap),
            }
        }
        Ok::<_, AssessError>(Visited::from(gaps))
    });
    match visited {
        Ok(gaps) => (found, gaps),
        Err(error) => (found, vec![Gap::of(file.display().to_string(), &Unopened(error))]),
    }
}

fn found_program(sample: &Sample, opening: &Opening) -> Result<FoundProgram, Gap> {
    let functions = Disassembly::of(sample, opening)?.fingerprints;
    let path = Path::new(&sample.name);
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(FoundProgram { sha256: sample.sha256, name, functions })
}

/// The shortfall of a file whose programs cannot be looked for.
#[derive(Debug, thiserror::Error)]
#[error("its programs cannot be looked for: {0}")]
struct Unopened(AssessError);

impl Shortfall for Unopened {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }
}

/// Makes the partial of each file.
pub(crate) fn run(args: &PartialArgs) -> anyhow::Result<Outcome> {
    check_program(args.manner.expect.as_deref())?;
    let key = exposed::key(args.kind, args.manner.key_file.as_deref())?;
    let making = args.manner.making(args.kind, key.as_ref());
    let scanner = key.map(|key| Scanner::new(key, &args.out, making.threads));
    let work = Work { args, making: &making, scanner: scanner.as_ref() };
    if let Some(list) = &args.files_from {
        let mut gaps = Vec::new();
        let lines = each_line(list, |line| {
            let made = match file_named(line) {
                Some(file) => work.made(&file, &mut gaps)?.0,
                None => unmade(String::from_utf8_lossy(line).into_owned(), &NO_TEXT, &mut gaps),
            };
            serde_json::to_string(&made).context("cannot write JSON")
        })?;
        anyhow::ensure!(lines > 0, "{} names no file; nothing was made", told_list(list));
        output::gaps(&gaps);
        return Ok(Outcome::of(&gaps));
    }
    remove_unfinished(&args.out);
    let progress = Progress::new();
    let mut answer = PartialAnswer { kind: args.kind.to_string(), partials: Vec::new() };
    let (mut inputs, mut gaps) = (Vec::new(), Vec::new());
    for (file, done) in args.files.iter().zip(0..) {
        progress.show(&"making partials", done, args.files.len() as u64);
        let (made, input) = work.made(file, &mut gaps)?;
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

/// Answers each line of a file or of standard input by a line, and returns the number of lines that are not empty.
pub(crate) fn each_line(
    list: &Path,
    mut answer: impl FnMut(&[u8]) -> anyhow::Result<String>,
) -> anyhow::Result<u64> {
    let name = told_list(list);
    let mut input: Box<dyn BufRead> = if list == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let file = std::fs::File::open(list).with_context(|| format!("cannot open {name}"))?;
        Box::new(BufReader::new(file))
    };
    let (mut line, mut lines) = (Vec::new(), 0);
    while input.read_until(b'\n', &mut line).with_context(|| format!("cannot read {name}"))? > 0 {
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if !text.is_empty() {
            lines += 1;
            print(&format!("{}\n", answer(text)?))?;
        }
        line.clear();
    }
    Ok(lines)
}

/// The name of a list of lines.
fn told_list(list: &Path) -> String {
    if list == Path::new("-") { "standard input".to_owned() } else { list.display().to_string() }
}

/// The file that a line names; `None` where the system's names are text and the line is none.
#[cfg(unix)]
fn file_named(line: &[u8]) -> Option<PathBuf> {
    Some(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(line).into())
}

#[cfg(not(unix))]
fn file_named(line: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(line).ok().map(PathBuf::from)
}

/// The reason why a line names no file.
const NO_TEXT: Refused = Refused("its name is not UTF-8; rename it");

/// The answer of an input that gives no partial, with its gap.
fn unmade(input: String, shortfall: &impl Shortfall, gaps: &mut Vec<Gap>) -> PartialMade {
    let gap = Gap::of(&input, shortfall);
    let reason = Some(gap.what.clone());
    gaps.push(gap);
    PartialMade { input, table: None, reason, tlp: None, rows: 0, existed: false }
}

/// The work of a run.
struct Work<'a> {
    args: &'a PartialArgs,
    making: &'a Making,
    scanner: Option<&'a Scanner>,
}

impl Work<'_> {
    /// Makes one partial, and adds what of the input cannot be read to the gaps, under the name that was given.
    ///
    /// An input that gives none is a gap and no failure, since trying again would not help.
    fn made(
        &self,
        file: &Path,
        gaps: &mut Vec<Gap>,
    ) -> anyhow::Result<(PartialMade, Option<Input>)> {
        let input = file.display().to_string();
        let scanned = |file: &Path| match self.scanner {
            Some(scanner) => scanner.scan(file).map_err(|error| format!("{error:#}")),
            None => Err("no scanner is there".to_owned()),
        };
        let readers = Readers { programs: &programs, exposed: &scanned };
        let made = match make(self.args.kind, file, &self.args.out, self.making, &readers) {
            Ok(Made { partial, existed }) => {
                let Manifest { rows, tlp, input: known, gaps: of_input, .. } = partial.manifest;
                gaps.extend(of_input.into_iter().map(|gap| Gap { source: input.clone(), ..gap }));
                let table = Some(partial.table.display().to_string());
                let tlp = Some(tlp);
                let made = PartialMade { input, table, reason: None, tlp, rows, existed };
                return Ok((made, Some(known)));
            }
            Err(BatchError::NothingIn { kind, .. }) => unmade(input, &NothingIn(kind), gaps),
            Err(BatchError::Unfit { reason, .. }) => unmade(input, &Refused(reason), gaps),
            Err(BatchError::Segment { source, .. }) => {
                unmade(input, &Damaged(source.to_string()), gaps)
            }
            Err(BatchError::Index { source, .. }) => {
                unmade(input, &Damaged(source.to_string()), gaps)
            }
            Err(BatchError::Input { source, .. }) => unmade(input, &Unreadable(source), gaps),
            Err(error) => return Err(error.into()),
        };
        Ok((made, None))
    }
}

/// The shortfall of an input that cannot be one as it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(&'static str);

impl Shortfall for Refused {
    fn kind(&self) -> GapKind {
        GapKind::Refused
    }
}

/// The shortfall of a segment that is damaged.
#[derive(Debug, thiserror::Error)]
#[error("the segment is damaged: {0}")]
struct Damaged(String);

impl Shortfall for Damaged {
    fn kind(&self) -> GapKind {
        GapKind::Damaged
    }
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
