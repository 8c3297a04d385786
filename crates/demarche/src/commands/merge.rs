use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use demarche_batch::plan::Part;
use demarche_batch::{Asked, Kind, Partials, Range, Whole, csv};
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::MergeAnswer;

use super::partial::{check_program, each_line};
use crate::cli::batch::MergeArgs;
use crate::output::{self, Outcome, Partial, count};

/// Merges the partials of a folder.
pub(crate) fn run(args: &MergeArgs) -> anyhow::Result<Outcome> {
    check_program(args.expect.as_deref())?;
    check_pairs(args.kind, args.pairs)?;
    let mut named = Partials::in_folder(args.kind, &args.folder)?;
    if let Some(path) = &args.among {
        let text = fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        named = named.among(&text.lines().map(str::to_owned).collect::<Vec<String>>());
    }
    let found = named.read()?;
    anyhow::ensure!(
        !found.partials.is_empty() || !found.refused.is_empty(),
        "{} has no partial of {}; make some with `demarche partial {} FILE… --out {}`",
        args.folder.display(),
        args.kind,
        args.kind,
        args.folder.display()
    );
    if found.partials.is_empty() {
        output::gaps(&found.refused);
        anyhow::bail!("no partial in {} is whole; nothing was written", args.folder.display());
    }
    if let (Some(list), Some(out)) = (&args.ranges_from, &args.out) {
        each_line(list, |line| {
            let range = String::from_utf8_lossy(line).parse()?;
            let part = merged_part(args, &found, range, out)?;
            serde_json::to_string(&part).context("cannot write JSON")
        })?;
        let gaps = found.gaps(told_name);
        output::gaps(&gaps);
        return Ok(Outcome::of(&gaps));
    }
    let rows = match &args.out {
        Some(path) => {
            let (partial, mut file) = if args.kind.is_private() {
                Partial::create_private(path)?
            } else {
                Partial::create(path)?
            };
            match write(args, &found, &mut file, path) {
                Ok(rows) => partial.finish(Ok(rows))?,
                Err(error) => {
                    // The reason is the merge's own, and what was written of it is removed.
                    drop(partial.finish::<()>(Err(io::ErrorKind::Other.into())));
                    return Err(error);
                }
            }
        }
        None => {
            let wrote = write(args, &found, &mut io::stdout().lock(), Path::new("standard output"));
            if wrote.as_ref().is_err_and(output::is_closed) {
                return Ok(Outcome::of(&found.gaps(told_name)));
            }
            wrote?
        }
    };
    told(args, &found, rows)
}

/// Refuses pairs of families of what has none.
pub(crate) fn check_pairs(kind: Kind, pairs: Option<u32>) -> anyhow::Result<()> {
    let is_fit = pairs.is_none() || kind == Kind::CodeTraits;
    anyhow::ensure!(is_fit, "{kind} has no families; --pairs is for code-traits");
    Ok(())
}

/// The name of an input in a folder of partials: collectors give many files the same name.
fn told_name(input: &Input) -> String {
    const SIGNS: usize = 12;
    let hash: String = input.sha256.to_string().chars().take(SIGNS).collect();
    format!("{} (SHA-256 {hash}…)", input.path)
}

/// Merges one range into a file of its own; what is there and whole is kept.
fn merged_part(
    args: &MergeArgs,
    found: &Whole,
    range: Range,
    folder: &Path,
) -> anyhow::Result<Part> {
    let merged = found.merged(args.asked());
    if let Some(part) = Part::existing(folder, range, merged) {
        return Ok(part);
    }
    let path = Part::file(folder, range);
    let part = Part::write(args.kind, folder, range, merged, |file| {
        csv::write_lines(found, range, args.asked(), file, &path)
    })?;
    Ok(part)
}

impl MergeArgs {
    const fn asked(&self) -> Asked {
        Asked { trim: self.trim, pairs: self.pairs }
    }
}

fn write(
    args: &MergeArgs,
    found: &Whole,
    output: &mut dyn Write,
    path: &Path,
) -> anyhow::Result<u64> {
    let Some(range) = args.range else {
        return Ok(csv::write_answer(found, args.asked(), output, path)?);
    };
    let wrote = output.write_all(csv::header(args.kind, args.asked()).as_bytes());
    wrote.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(csv::write_lines(found, range, args.asked(), output, path)?)
}

/// Tells what was merged, and what was left out.
fn told(args: &MergeArgs, found: &Whole, rows: u64) -> anyhow::Result<Outcome> {
    let gaps = found.gaps(told_name);
    if let Some(out) = args.out.as_ref().filter(|_| args.json) {
        let answer = MergeAnswer {
            kind: args.kind.to_string(),
            tlp: found.tlp(),
            times: found.times(),
            trim: args.trim,
            pairs: args.pairs,
            fingerprint: found.fingerprint(),
            range: args.range.map(|range| (range.first, range.last)),
            rows,
            output: out.display().to_string(),
        };
        return output::json(answer, found.inputs(), gaps);
    }
    output::gaps(&gaps);
    let tables = output::counted(found.partials.len() as u64, "table", "tables");
    output::note(&format!("{} rows of {tables}, {}\n", count(rows), found.tlp()));
    Ok(Outcome::of(&gaps))
}
