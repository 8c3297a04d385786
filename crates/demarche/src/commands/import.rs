//! `demarche import`: what others found, added to the evidence of a case.

use std::path::Path;

use anyhow::{Context, bail};
use demarche_case::assessment::answer::{ImportAnswer, ImportedFile, ImportedItem, NotUsed};
use demarche_case::{CaseFolder, LARGEST_FILE, Tlp};
use demarche_import::{MAX_BYTES, Merged, Reading, Settings, agree, merge, read};

use crate::cli::ImportArgs;
use crate::output::{self, Outcome, Partial, counted, name, print};

/// Items and reasons that are printed; `--json` has all.
const SHOWN: usize = 20;

/// Imports files into a case.
pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<Outcome> {
    let (answer, outcome) = import_all(args)?;
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    print(&in_words(&answer, args))?;
    Ok(outcome)
}

/// Adds what is evidence in files to the case; with a gap where the case has something with too lax a marking.
pub(crate) fn import_all(args: &ImportArgs) -> anyhow::Result<(ImportAnswer, Outcome)> {
    let folder = CaseFolder::open(&args.into)?;
    let target = folder.root().join("evidence.toml");
    let before = std::fs::read_to_string(&target)
        .with_context(|| format!("cannot read {}", target.display()))?;
    let mut have = folder.case().evidence.clone();
    let mut text = before.clone();
    let mut files = Vec::new();
    let mut readings = Vec::new();
    for path in &args.files {
        readings.push(reading_of(path, args)?);
    }
    agree(&mut readings);
    let mut has_laxer = false;
    for (path, reading) in args.files.iter().zip(&readings) {
        let merged = merge(&text, &have, &reading.items)?;
        text.clone_from(&merged.text);
        have.extend(merged.evidence.iter().cloned());
        has_laxer |= !merged.laxer.is_empty();
        files.push(imported(path, reading, merged));
    }
    if text != before {
        check(&text, &target)?;
    }
    let is_written = !args.dry_run && text != before;
    if is_written {
        write(&target, &before, &text)?;
    }
    // A marking that the case has too lax is for a person to raise before anything leaves.
    let outcome = if has_laxer { Outcome::WithGaps } else { Outcome::Complete };
    Ok((ImportAnswer { files, is_written }, outcome))
}

fn reading_of(path: &Path, args: &ImportArgs) -> anyhow::Result<Reading> {
    let place = path.display().to_string();
    let length = std::fs::metadata(path).with_context(|| format!("cannot read {place}"))?.len();
    if length > MAX_BYTES as u64 {
        bail!("{place} has {length} bytes, and at most {MAX_BYTES} are read: split it");
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {place}"))?;
    let file =
        path.file_name().map_or_else(|| place.clone(), |file| file.to_string_lossy().into_owned());
    let settings =
        Settings { file, unmarked: args.tlp.unwrap_or(Tlp::Amber), source: args.source.clone() };
    read(&bytes, &settings).with_context(|| place.clone())
}

/// Makes sure that the case can be read with the new text, so that nothing is written that would close it.
fn check(text: &str, target: &Path) -> anyhow::Result<()> {
    if text.len() > LARGEST_FILE {
        bail!(
            "{} would have {} bytes, and a case is read up to {LARGEST_FILE}; nothing was written: import fewer items, or into several cases",
            target.display(),
            text.len()
        );
    }
    let (_, problems) = demarche_case::read_evidence(text);
    match problems.first() {
        Some(problem) => bail!(
            "{} could not be read with the new items ({}); nothing was written",
            target.display(),
            problem.met
        ),
        None => Ok(()),
    }
}

/// Writes the file, unless somebody changed it since it was read.
fn write(target: &Path, before: &str, text: &str) -> anyhow::Result<()> {
    let now = std::fs::read_to_string(target)
        .with_context(|| format!("cannot read {}", target.display()))?;
    if now != before {
        bail!(
            "{} was changed while the files were read; nothing was written, try again",
            target.display()
        );
    }
    let (partial, mut file) = Partial::create(target)?;
    partial.finish(std::io::Write::write_all(&mut file, text.as_bytes()))
}

fn imported(path: &Path, reading: &Reading, merged: Merged) -> ImportedFile {
    let item = |id: String, title: String, origin: String| ImportedItem { id, title, origin };
    // What needs a person comes first.
    let unused = merged.laxer.iter().chain(&reading.refused).chain(&merged.refused);
    ImportedFile {
        file: path.display().to_string(),
        form: reading.form.words().to_owned(),
        added: merged
            .added
            .into_iter()
            .map(|entry| item(entry.id, entry.title, entry.origin))
            .collect(),
        known: merged
            .known
            .into_iter()
            .map(|entry| item(entry.id, String::new(), entry.origin))
            .collect(),
        not_used: unused
            .map(|refused| NotUsed { place: refused.place.clone(), reason: refused.reason.clone() })
            .collect(),
    }
}

/// The outcome for a person.
pub(crate) fn in_words(answer: &ImportAnswer, args: &ImportArgs) -> String {
    let mut text = String::new();
    for file in &answer.files {
        let number =
            |count: usize| counted(u64::try_from(count).unwrap_or(u64::MAX), "item", "items");
        text.push_str(&format!(
            "{} ({}): {} new, {} in the case before, {} not used\n",
            name(&file.file),
            file.form,
            number(file.added.len()),
            file.known.len(),
            file.not_used.len()
        ));
        let new =
            file.added.iter().map(|item| format!("  + {:<24}  {}", item.id, name(&item.title)));
        let unused = file
            .not_used
            .iter()
            .map(|entry| format!("  - {}: {}", name(&entry.place), name(&entry.reason)));
        for lines in [new.collect::<Vec<String>>(), unused.collect()] {
            for line in lines.iter().take(SHOWN) {
                text.push_str(line);
                text.push('\n');
            }
            if lines.len() > SHOWN {
                text.push_str(&format!(
                    "    and {} more, which --json lists\n",
                    lines.len() - SHOWN
                ));
            }
        }
    }
    let added: usize = answer.files.iter().map(|file| file.added.len()).sum();
    let known: usize = answer.files.iter().map(|file| file.known.len()).sum();
    let into = args.into.join("evidence.toml").display().to_string();
    text.push_str(&match (answer.is_written, args.dry_run, added) {
        (_, _, 0) if known == 0 => format!("No evidence was found; nothing was written to {into}.\n"),
        (_, _, 0) => format!("{into} has all that was found; nothing was written.\n"),
        (true, ..) => format!(
            "Written to {into}, behind what stood there. Read it: grades are F6 where the source gave none, and roles and ties are for you to say.\n"
        ),
        (false, true, _) => format!("Nothing was written; without --dry-run it goes into {into}.\n"),
        (false, false, _) => format!("Nothing was written to {into}.\n"),
    });
    text
}
