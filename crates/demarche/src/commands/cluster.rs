//! Jobs in parts: planned, placed by an engine, resumed, and checked.

mod engine;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_batch::plan::{Part, Plan, partials_of, parts_of, ranges};
use demarche_batch::{Partials, Range, Whole, csv, write_json};
use demarche_case::assessment::answer::{ClusterAnswer, MergeAnswer, PartialMade};
use demarche_case::{Gap, GapKind, Shortfall};

use self::engine::Engine;
use crate::cli::batch::{ClusterCommand, JobArgs, PlanArgs, RunArgs};
use crate::output::{self, Outcome, PROGRAM, Partial, count, counted, print};

/// Runs one of the commands on jobs.
pub(crate) fn run(command: &ClusterCommand) -> anyhow::Result<Outcome> {
    match command {
        ClusterCommand::Plan(args) => plan(args),
        ClusterCommand::Run(args) | ClusterCommand::Resume(args) => work(args),
        ClusterCommand::Status(args) => status(args),
        ClusterCommand::Verify(args) => verify(args),
    }
}

/// Why a job's answer is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum JobShortfall {
    #[error("no routing table (MRT) is in it; it is not in the answer")]
    NoTable,
    #[error("no partial of it is there")]
    NoPartial,
    #[error("the range is not merged")]
    NoPart,
    #[error("the answer is not that of its parts")]
    OtherAnswer,
    #[error("there is no answer yet")]
    NoAnswer,
}

impl Shortfall for JobShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoTable => GapKind::Unreadable,
            Self::NoPartial | Self::NoPart | Self::NoAnswer => GapKind::Missing,
            Self::OtherAnswer => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let is_done_again = *self != Self::NoTable;
        is_done_again.then(|| "`demarche cluster resume` does what is left".to_owned())
    }
}

fn plan(args: &PlanArgs) -> anyhow::Result<Outcome> {
    let inputs: Result<Vec<PathBuf>, _> = args
        .files
        .iter()
        .map(|file| {
            fs::canonicalize(file).with_context(|| format!("cannot open {}", file.display()))
        })
        .collect();
    let plan = Plan {
        kind: args.kind,
        inputs: inputs?,
        full_feed: args.manner.full_feed,
        trim: args.trim,
        tlp: args.manner.tlp,
        ranges: usize::from(args.ranges),
        program: PROGRAM.to_owned(),
    };
    plan.write(&args.job)?;
    status_of(&args.job, args.json)
}

/// A job with its folder and what it is made of.
struct Job {
    folder: PathBuf,
    plan: Plan,
}

impl Job {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let plan = Plan::read(folder).with_context(|| {
            format!("{} is no job; `demarche cluster plan` makes one", folder.display())
        })?;
        Ok(Self { folder: fs::canonicalize(folder)?, plan })
    }

    /// The partials that are there.
    fn whole(&self) -> anyhow::Result<Whole> {
        let partials = partials_of(&self.folder);
        fs::create_dir_all(&partials)?;
        Ok(Partials::in_folder(self.plan.kind, &partials)?.read()?)
    }

    /// The file that lists the inputs without a routing table, which no attempt gives a partial.
    fn without_table(&self) -> PathBuf {
        self.folder.join("without-table.json")
    }

    fn refused(&self) -> Vec<String> {
        let text = fs::read(self.without_table()).ok();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn answer(&self) -> PathBuf {
        self.folder.join("answer.csv")
    }

    /// The words of the command that makes partials, and the lines that it is given.
    fn partial_command(&self) -> Vec<String> {
        let mut command = words(&["partial", self.plan.kind.name(), "--files-from", "-", "--out"]);
        command.push(partials_of(&self.folder).display().to_string());
        command.extend(words(&[
            "--tlp",
            &self.plan.tlp.to_string(),
            "--expect",
            &self.plan.program,
        ]));
        if let Some(prefixes) = self.plan.full_feed {
            command.extend(words(&["--full-feed", &prefixes.to_string()]));
        }
        command
    }

    fn merge_command(&self) -> Vec<String> {
        let mut command = words(&["merge", self.plan.kind.name()]);
        command.push(partials_of(&self.folder).display().to_string());
        command.extend(words(&["--ranges-from", "-", "--out"]));
        command.push(parts_of(&self.folder).display().to_string());
        let trim = self.plan.trim.to_string();
        command.extend(words(&["--trim", &trim, "--expect", &self.plan.program]));
        command
    }
}

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

fn work(args: &RunArgs) -> anyhow::Result<Outcome> {
    let job = Job::open(&args.job)?;
    anyhow::ensure!(
        job.plan.program == PROGRAM,
        "the job was planned by {}, and this is {PROGRAM}; plan it again in a folder of its own",
        job.plan.program
    );
    let engine = Engine::named(&args.on, &args.python, &job.folder)?;
    let files: Vec<String> =
        job.plan.inputs.iter().map(|path| path.display().to_string()).collect();
    let lines = engine.run("making partials", &job.partial_command(), &files)?;
    let refused = inputs_without_table(&lines)?;
    write_json(&refused, &job.without_table())?;
    let mut gaps: Vec<Gap> =
        refused.into_iter().map(|input| Gap::of(input, &JobShortfall::NoTable)).collect();
    let found = job.whole()?;
    anyhow::ensure!(!found.partials.is_empty(), "no input holds a routing table (MRT)");
    let ranges = ranges(&found.partials, job.plan.ranges)?;
    let texts: Vec<String> = ranges.iter().map(Range::to_string).collect();
    engine.run("merging", &job.merge_command(), &texts)?;
    join(&job, &found, &ranges)?;
    gaps.extend(found.gaps());
    tell(&job, &found, args.json, gaps)
}

/// The inputs that gave no partial since they hold no routing table.
fn inputs_without_table(lines: &[String]) -> anyhow::Result<Vec<String>> {
    let mut refused = Vec::new();
    for line in lines {
        let made: PartialMade = serde_json::from_str(line)
            .with_context(|| format!("a worker answered something else: {}", output::name(line)))?;
        if made.table.is_none() {
            refused.push(made.input);
        }
    }
    Ok(refused)
}

/// Puts the parts behind each other, each compared with its hash.
fn join(job: &Job, found: &Whole, ranges: &[Range]) -> anyhow::Result<()> {
    let (path, folder) = (job.answer(), parts_of(&job.folder));
    let fingerprint = found.fingerprint();
    let mut rows = 0;
    let (partial, mut file) = Partial::create(&path)?;
    let mut written = file.write_all(csv::header(job.plan.kind).as_bytes());
    for range in ranges {
        let part =
            Part::existing(&folder, *range, fingerprint, job.plan.trim).with_context(|| {
                format!(
                    "the range {range} was not merged, or its file is damaged; run the job again"
                )
            })?;
        rows += part.rows;
        written = written
            .and_then(|()| File::open(Part::file(&folder, *range)))
            .and_then(|mut part| io::copy(&mut part, &mut file).map(drop));
    }
    partial.finish(written)?;
    let answer = MergeAnswer {
        kind: job.plan.kind.to_string(),
        tlp: found.tlp(),
        times: found.times(),
        trim: job.plan.trim,
        fingerprint,
        rows,
        output: "answer.csv".to_owned(),
    };
    Ok(write_json(&answer, &path.with_extension("json"))?)
}

fn status(args: &JobArgs) -> anyhow::Result<Outcome> {
    status_of(&args.job, args.json)
}

fn status_of(folder: &Path, json: bool) -> anyhow::Result<Outcome> {
    let job = Job::open(folder)?;
    tell(&job, &job.whole()?, json, Vec::new())
}

fn verify(args: &JobArgs) -> anyhow::Result<Outcome> {
    let job = Job::open(&args.job)?;
    let found = job.whole()?;
    let refused = job.refused();
    let mut gaps = found.refused.clone();
    let known = found.partials.len() + found.refused.len() + refused.len();
    let missing = job.plan.inputs.len().saturating_sub(known);
    if missing > 0 {
        let reason = JobShortfall::NoPartial;
        gaps.push(Gap::of("inputs of the plan", &reason).times(missing as u64));
    }
    gaps.extend(answer_gaps(&job, &found)?);
    tell(&job, &found, args.json, gaps)
}

/// Compares the answer with its parts, and the parts with their hashes.
fn answer_gaps(job: &Job, found: &Whole) -> anyhow::Result<Vec<Gap>> {
    let (folder, fingerprint) = (parts_of(&job.folder), found.fingerprint());
    let mut gaps = Vec::new();
    let mut expected = csv::header(job.plan.kind).len() as u64;
    let mut merged_ranges = Vec::new();
    for range in ranges(&found.partials, job.plan.ranges)? {
        match Part::existing(&folder, range, fingerprint, job.plan.trim) {
            Some(part) => {
                expected += part.bytes;
                merged_ranges.push(range);
            }
            None => gaps.push(Gap::of(range.to_string(), &JobShortfall::NoPart)),
        }
    }
    match File::open(job.answer()) {
        Ok(answer) if gaps.is_empty() => {
            let is_same = answer.metadata()?.len() == expected
                && is_joined(answer, csv::header(job.plan.kind), &folder, &merged_ranges)?;
            if !is_same {
                gaps.push(Gap::of("answer.csv", &JobShortfall::OtherAnswer));
            }
        }
        Ok(_) => {}
        Err(_) => gaps.push(Gap::of("answer.csv", &JobShortfall::NoAnswer)),
    }
    Ok(gaps)
}

/// Returns true if a file is its first line and then the parts of ranges, one behind the other.
fn is_joined(answer: File, header: &str, folder: &Path, ranges: &[Range]) -> io::Result<bool> {
    let mut answer = BufReader::with_capacity(1 << 20, answer);
    if !continues(&mut answer, header.as_bytes())? {
        return Ok(false);
    }
    for range in ranges {
        let part = File::open(Part::file(folder, *range))?;
        if !continues(&mut answer, BufReader::with_capacity(1 << 20, part))? {
            return Ok(false);
        }
    }
    Ok(answer.fill_buf()?.is_empty())
}

/// Returns true if a reader goes on with all bytes of another.
fn continues(answer: &mut impl BufRead, mut part: impl BufRead) -> io::Result<bool> {
    loop {
        let expected = part.fill_buf()?;
        if expected.is_empty() {
            return Ok(true);
        }
        let found = answer.fill_buf()?;
        let length = found.len().min(expected.len());
        if length == 0 || found[..length] != expected[..length] {
            return Ok(false);
        }
        part.consume(length);
        answer.consume(length);
    }
}

/// Tells how far a job is.
fn tell(job: &Job, found: &Whole, json: bool, gaps: Vec<Gap>) -> anyhow::Result<Outcome> {
    let ranges = ranges(&found.partials, job.plan.ranges)?;
    let (folder, fingerprint) = (parts_of(&job.folder), found.fingerprint());
    let merged =
        |range: &&Range| Part::existing(&folder, **range, fingerprint, job.plan.trim).is_some();
    let answer = ClusterAnswer {
        job: job.folder.display().to_string(),
        kind: job.plan.kind.to_string(),
        inputs: job.plan.inputs.len() as u64,
        partials: found.partials.len() as u64,
        ranges: (ranges.iter().filter(merged).count() as u64, ranges.len() as u64),
        output: job.answer().exists().then(|| job.answer().display().to_string()),
    };
    if json {
        return output::json(answer, found.inputs(), gaps);
    }
    output::gaps(&gaps);
    let (done, of) = answer.ranges;
    print(&format!(
        "{}: {} of {} have their partial, {done} of {} are merged\n",
        answer.kind,
        count(answer.partials),
        counted(answer.inputs, "file", "files"),
        counted(of, "range", "ranges"),
    ))?;
    if let Some(path) = &answer.output {
        print(&format!("the answer: {} ({})\n", output::name(path), found.tlp()))?;
    }
    Ok(Outcome::of(&gaps))
}
