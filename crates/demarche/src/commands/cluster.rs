//! Jobs in parts: planned, placed by an engine, resumed, and checked.

mod engine;
mod job;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use demarche_batch::plan::{Plan, PlannedInput, partials_of, parts_of, ranges};
use demarche_batch::{Range, Whole, remove_unfinished, write_json};
use demarche_case::assessment::answer::{ClusterAnswer, PartialMade};
use demarche_case::{Gap, Sha256};
use demarche_exposure::DigestKey;
use rayon::prelude::*;

use self::engine::Engine;
use self::job::{Job, MergedParts};
use super::merge::check_pairs;
use super::partial::exposed;
use crate::cli::batch::{ClusterCommand, JobArgs, PlanArgs, RunArgs};
use crate::output::{self, Outcome, PROGRAM, Partial, count, counted, print};

/// The reason to leave out an input whose partial is not the one that the plan names.
const CHANGED: &str = "it has changed since the plan; plan again in another folder";

/// Runs one of the commands on jobs.
pub(crate) fn run(command: &ClusterCommand) -> anyhow::Result<Outcome> {
    match command {
        ClusterCommand::Plan(args) => plan(args),
        ClusterCommand::Run(args) | ClusterCommand::Resume(args) => work(args),
        ClusterCommand::Status(args) => status(args),
        ClusterCommand::Verify(args) => verify(args),
    }
}

fn plan(args: &PlanArgs) -> anyhow::Result<Outcome> {
    check_pairs(args.kind, args.pairs)?;
    let key = exposed::key(args.kind, args.manner.key_file.as_deref())?;
    let key_file = args.manner.key_file.as_deref().map(absolute).transpose()?;
    let hashed: Vec<_> = args.files.par_iter().map(|file| PlannedInput::of(file)).collect();
    let mut known: BTreeMap<Sha256, String> = BTreeMap::new();
    let mut inputs = Vec::new();
    for input in hashed {
        let input = input?;
        match known.get(&input.sha256) {
            Some(first) => output::note(&format!(
                "{} has the same bytes as {}, and counts once\n",
                output::name(&input.path),
                output::name(first)
            )),
            None => {
                known.insert(input.sha256, input.path.clone());
                inputs.push(input);
            }
        }
    }
    let plan = Plan {
        kind: args.kind,
        inputs,
        full_feed: args.manner.full_feed,
        trim: args.trim,
        pairs: args.pairs,
        label: args.manner.label(),
        key_file,
        key: key.as_ref().map(DigestKey::check),
        tlp: args.manner.tlp(args.kind),
        ranges: usize::from(args.ranges),
        program: PROGRAM.to_owned(),
    };
    anyhow::ensure!(args.job.to_str().is_some(), "the name of {} is not UTF-8", args.job.display());
    plan.write(&args.job)?;
    status_of(&args.job, args.json)
}

/// The name of a file wherever a worker stands.
fn absolute(path: &Path) -> anyhow::Result<String> {
    let path = path.canonicalize().with_context(|| format!("cannot open {}", path.display()))?;
    let text =
        path.to_str().with_context(|| format!("the name of {} is not UTF-8", path.display()));
    Ok(text?.to_owned())
}

fn work(args: &RunArgs) -> anyhow::Result<Outcome> {
    let job = Job::open(&args.job)?;
    anyhow::ensure!(
        job.plan.program == PROGRAM,
        "the job was planned by {}, and this is {PROGRAM}; plan it again in a folder of its own",
        job.plan.program
    );
    let engine = Engine::named(&args.on, &args.python, &job.folder)?;
    remove_unfinished(&partials_of(&job.folder));
    remove_unfinished(&parts_of(&job.folder));
    let files: Vec<String> =
        job.left(&job.whole()?).into_iter().map(|input| input.path.clone()).collect();
    let lines = engine.run("making partials", &job.partial_command(), &files)?;
    write_json(&left_out(&job, &lines)?, &job.left_out_file())?;
    let found = job.whole()?;
    let gaps = job.gaps(&found)?;
    if found.partials.is_empty() {
        output::gaps(&gaps);
        anyhow::bail!("no input gave a partial, and there is nothing to merge");
    }
    let ranges = ranges(job.plan.kind, &found.partials, job.plan.ranges)?;
    let texts: Vec<String> = ranges.iter().map(Range::to_string).collect();
    engine.run("merging", &job.merge_command()?, &texts)?;
    let parts = MergedParts::of(&job, &found)?;
    join(&job, &found, &parts, &gaps)?;
    tell(&Told { job: &job, found: &found, parts: &parts, is_current: true }, args.json, gaps)
}

/// The inputs that gave no partial of the plan, each with the reason.
fn left_out(job: &Job, lines: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut left_out = BTreeMap::new();
    for line in lines {
        let made: PartialMade = serde_json::from_str(line)
            .with_context(|| format!("a worker answered something else: {}", output::name(line)))?;
        let table = made.table.as_deref().map(Path::new);
        if !table.is_some_and(|table| job.plan.wants(&made.input, table)) {
            let reason = made.reason.unwrap_or_else(|| CHANGED.to_owned());
            left_out.insert(made.input, reason);
        }
    }
    Ok(left_out)
}

/// Puts the parts, which were compared with their hashes, together.
fn join(job: &Job, found: &Whole, parts: &MergedParts, gaps: &[Gap]) -> anyhow::Result<()> {
    for (range, part) in parts.ranges.iter().zip(&parts.parts) {
        part.as_ref().with_context(|| {
            format!("the range {range} was not merged, or its file is damaged; run the job again")
        })?;
    }
    let path = job.answer();
    let is_private = job.plan.kind.is_private();
    let create = if is_private { Partial::create_private } else { Partial::create };
    let (partial, mut file) = create(&path)?;
    partial.finish(parts.write(job, &mut file))?;
    let words = parts.words_of_answer(job, found, gaps)?;
    let about = path.with_extension("json");
    if is_private {
        let (partial, mut file) = Partial::create_private(&about)?;
        return partial.finish(file.write_all(words.as_bytes()));
    }
    output::write(&about, &words)
}

fn status(args: &JobArgs) -> anyhow::Result<Outcome> {
    status_of(&args.job, args.json)
}

fn status_of(folder: &Path, json: bool) -> anyhow::Result<Outcome> {
    let job = Job::open(folder)?;
    let found = job.whole()?;
    let parts = MergedParts::of(&job, &found)?;
    let gaps = parts.answer_gaps(&job, &found, &job.gaps(&found)?)?;
    let is_current = gaps.is_empty();
    let refused = found.refused.clone();
    tell(&Told { job: &job, found: &found, parts: &parts, is_current }, json, refused)
}

fn verify(args: &JobArgs) -> anyhow::Result<Outcome> {
    let job = Job::open(&args.job)?;
    let found = job.whole()?;
    let parts = MergedParts::of(&job, &found)?;
    let mut gaps = job.gaps(&found)?;
    let of_answer = parts.answer_gaps(&job, &found, &gaps)?;
    let is_current = of_answer.is_empty();
    gaps.extend(of_answer);
    tell(&Told { job: &job, found: &found, parts: &parts, is_current }, args.json, gaps)
}

/// What is told of a job.
struct Told<'a> {
    job: &'a Job,
    found: &'a Whole,
    parts: &'a MergedParts,
    /// The answer is that of all partials that are there.
    is_current: bool,
}

/// Tells how far a job is.
fn tell(told: &Told<'_>, json: bool, gaps: Vec<Gap>) -> anyhow::Result<Outcome> {
    let Told { job, found, parts, is_current } = told;
    let has_partials = !found.partials.is_empty();
    let ranges = if has_partials { parts.ranges.len() } else { job.plan.ranges };
    let path = job.answer();
    let answer = ClusterAnswer {
        job: job.folder.display().to_string(),
        kind: job.plan.kind.to_string(),
        inputs: job.plan.inputs.len() as u64,
        partials: found.partials.len() as u64,
        tlp: found.tlp().max(job.plan.tlp),
        ranges: (parts.parts.iter().flatten().count() as u64, ranges as u64),
        output: path.exists().then(|| path.display().to_string()),
        is_current: has_partials && *is_current,
    };
    if json {
        return output::json(answer, job.inputs(found), gaps);
    }
    output::gaps(&gaps);
    let (done, of) = answer.ranges;
    print(&format!(
        "{}: partials of {} of {}, {done} of {} merged\n",
        answer.kind,
        count(answer.partials),
        counted(answer.inputs, "file", "files"),
        counted(of, "range", "ranges"),
    ))?;
    if let Some(path) = &answer.output {
        let title = if answer.is_current {
            "the answer"
        } else {
            "an older answer, not of all that is here"
        };
        print(&format!("{title}: {} ({})\n", output::name(path), answer.tlp))?;
    }
    Ok(Outcome::of(&gaps))
}
