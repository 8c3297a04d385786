use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use demarche_batch::plan::Part;
use demarche_batch::{Partials, Range, Whole, csv};
use demarche_case::assessment::answer::MergeAnswer;

use super::partial::{check_program, each_line};
use crate::cli::batch::MergeArgs;
use crate::output::{self, Outcome, Partial, count};

/// Merges the partials of a folder.
pub(crate) fn run(args: &MergeArgs) -> anyhow::Result<Outcome> {
    check_program(args.expect.as_deref())?;
    let found = Partials::in_folder(args.kind, &args.folder)?.read()?;
    anyhow::ensure!(
        !found.partials.is_empty() || !found.refused.is_empty(),
        "{} has no partial of {}; make some with `demarche partial {} FILE… --out {}`",
        args.folder.display(),
        args.kind,
        args.kind,
        args.folder.display()
    );
    if let (Some(list), Some(out)) = (&args.ranges_from, &args.out) {
        return each_line(list, |line| {
            let part = merged_part(args, &found, line.parse()?, out)?;
            serde_json::to_string(&part).context("cannot write JSON")
        });
    }
    let range = args.range.unwrap_or(Range::ALL);
    let rows = match &args.out {
        Some(path) => {
            let (partial, mut file) = Partial::create(path)?;
            let written = write(args, &found, range, &mut file, path);
            let written = written.map_err(io::Error::other);
            partial.finish(written)?
        }
        None => write(args, &found, range, &mut io::stdout().lock(), Path::new("standard output"))?,
    };
    told(args, &found, rows)
}

/// Merges one range into a file of its own; what is there and whole is kept.
fn merged_part(
    args: &MergeArgs,
    found: &Whole,
    range: Range,
    folder: &Path,
) -> anyhow::Result<Part> {
    let fingerprint = found.fingerprint();
    if let Some(part) = Part::existing(folder, range, fingerprint, args.trim) {
        return Ok(part);
    }
    let path = Part::file(folder, range);
    let part = Part::write(folder, range, args.trim, |file| {
        let rows = csv::write_lines(found, range, args.trim, file, &path)?;
        Ok((fingerprint, rows))
    })?;
    Ok(part)
}

fn write(
    args: &MergeArgs,
    found: &Whole,
    range: Range,
    output: &mut dyn Write,
    path: &Path,
) -> anyhow::Result<u64> {
    let wrote = output.write_all(csv::header(args.kind).as_bytes());
    wrote.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(csv::write_lines(found, range, args.trim, output, path)?)
}

/// Tells what was merged, and what was left out.
fn told(args: &MergeArgs, found: &Whole, rows: u64) -> anyhow::Result<Outcome> {
    let gaps = found.gaps();
    if let Some(out) = args.out.as_ref().filter(|_| args.json) {
        let answer = MergeAnswer {
            kind: args.kind.to_string(),
            tlp: found.tlp(),
            times: found.times(),
            trim: args.trim,
            fingerprint: found.fingerprint(),
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
