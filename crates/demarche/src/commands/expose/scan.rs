use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use demarche_case::Tlp;
use demarche_case::assessment::answer::{AttachmentLine, FindingLine, MessageLine};
use demarche_case::assessment::exposure::{ExposureFindings, PartlyRead, UnreadContents};
use demarche_case::{Gap, GapKind, Shortfall};
use demarche_dump::Limits;
use demarche_exposure::{
    ExposureError, FindingEntry, MessageEntry, ScanOptions, ScanStep, Store, each_finding,
    each_message, inventory, scan,
};
use demarche_report::{exposure_html, exposure_scan};
use demarche_sensitive::Rules;
use serde::Serialize;

use super::documents::DocumentReaders;
use super::{Dump, rules, targets};
use crate::cli::expose::{ExposeMergeArgs, ExposeOutputs, ExposeScanArgs};
use crate::output::{self, Outcome, Partial, print};
use crate::progress::Scanning;

/// Scans a dump and tells what it holds.
pub(crate) fn run(args: &ExposeScanArgs) -> anyhow::Result<Outcome> {
    let dump = Dump::of(&args.place)?;
    dump.is_there()?;
    for part in &args.part {
        let path = dump.root.join(part);
        anyhow::ensure!(
            path.starts_with(&dump.root) && path.exists(),
            "there is no {} in the dump {}: name a part by its path in the dump",
            part.display(),
            dump.root.display()
        );
    }
    targets::of_scan(args, &dump)?;
    let rules = rules(args.rules.as_deref())?;
    let mut store = dump.open()?;
    let item_time = Duration::from_secs(args.item_time);
    let readers = DocumentReaders::new(item_time)?;
    let clock = clock();
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let options = ScanOptions {
        rules: &rules,
        limits: Limits::default(),
        threads: args.threads.unwrap_or(processors),
        documents: &|media, bytes| readers.read(media, bytes),
        item_time,
        clock: &clock,
        parts: &args.part,
    };
    let progress = Scanning::new();
    let step = |step: ScanStep| {
        progress.show(step.done, step.total);
        ControlFlow::Continue(())
    };
    scan(&dump.root, &mut store, &options, &step)?;
    drop(progress);
    tell(&args.outputs, &store, &rules, dump.is_of_case)
}

/// Puts the stores of parts of a dump together, and tells what the whole holds.
pub(crate) fn merge(args: &ExposeMergeArgs) -> anyhow::Result<Outcome> {
    targets::of_merge(args)?;
    let rules = rules(args.rules.as_deref())?;
    let passphrase = args.passphrase_file.as_deref().map(super::passphrase).transpose()?;
    let mut merged: Option<Store> = None;
    for path in &args.parts {
        let part = Store::existing(path, passphrase.as_deref())?;
        let merged = match &mut merged {
            Some(merged) => merged,
            // The first part names the dump.
            none => none.insert(Store::open(&args.store, &part.dump()?, passphrase.as_deref())?),
        };
        merged.merge(&part).with_context(|| format!("cannot add the part {}", path.display()))?;
    }
    let merged = merged.context("name the stores of the parts")?;
    tell(&args.outputs, &merged, &rules, false)
}

/// Tells what a store holds, in the forms that the user wants.
fn tell(
    outputs: &ExposeOutputs,
    store: &Store,
    rules: &Rules,
    is_of_case: bool,
) -> anyhow::Result<Outcome> {
    let found = inventory(store, rules)?;
    write_files(outputs, store, &found)?;
    let gaps = gaps(&found);
    if outputs.json {
        return output::json(found, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    let files = [&outputs.findings, &outputs.messages, &outputs.html];
    if files.into_iter().flatten().any(|path| path == Path::new(targets::STANDARD)) {
        return Ok(Outcome::of(&gaps));
    }
    output::show(&exposure_scan(&found))?;
    if is_of_case {
        print(&harm(&found))?;
    }
    Ok(Outcome::of(&gaps))
}

/// The time since the scan began.
#[expect(clippy::disallowed_methods, reason = "the time that an item may take is measured")]
pub(crate) fn clock() -> impl Fn() -> Duration + Sync {
    let began = Instant::now();
    move || began.elapsed()
}

/// The disclosure as an effect that can be put into the case.
fn harm(found: &ExposureFindings) -> String {
    let messages = found.read.messages;
    format!(
        "\nTo tell it as harm, put this into case.toml, with the evidence that shows it:\n\n\
         [[effect]]\nkind = \"disclosure\"\ntext = \"Mailboxes and files were disclosed.\"\n\
         number = {messages}\nunit = \"messages\"\n"
    )
}

/// What could not be read, as gaps.
pub(crate) fn gaps(found: &ExposureFindings) -> Vec<Gap> {
    let gap = |unread: &UnreadContents| {
        let mut gap = Gap::of(unread.example.clone(), &Reason(&unread.reason));
        gap.count = unread.contents;
        gap
    };
    let loss = |loss: &PartlyRead| {
        let mut gap = Gap::of(loss.example.clone(), &Reason(&loss.reason));
        gap.count = loss.contents;
        gap
    };
    found.read.unread.iter().map(gap).chain(found.read.losses.iter().map(loss)).collect()
}

/// The reason why something in a dump was not read.
struct Reason<'a>(&'a str);

impl std::fmt::Display for Reason<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Shortfall for Reason<'_> {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }
}

fn write_files(
    args: &ExposeOutputs,
    store: &Store,
    found: &ExposureFindings,
) -> anyhow::Result<()> {
    if let Some(path) = &args.findings {
        write_lines(path, |take| {
            each_finding(store, args.reveal, |entry| take(&json_line(&finding_line(entry))?))
        })?;
    }
    if let Some(path) = &args.messages {
        write_lines(path, |take| {
            each_message(store, args.reveal, |entry| take(&json_line(&message_line(entry))?))
        })?;
    }
    if let Some(path) = &args.html {
        // The page is about what was stolen from somebody: it goes to nobody else unless its owner says so.
        let page = exposure_html(found, Tlp::Red);
        if path == Path::new(targets::STANDARD) {
            print(&page)?;
        } else {
            let (partial, mut file) = Partial::create_private(path)?;
            partial.finish(file.write_all(page.as_bytes()))?;
        }
    }
    Ok(())
}

/// A failure while lines are written.
#[derive(Debug, thiserror::Error)]
enum LineError {
    #[error(transparent)]
    Store(#[from] ExposureError),
    #[error(transparent)]
    Write(#[from] io::Error),
}

type Take<'a> = dyn FnMut(&str) -> Result<(), LineError> + 'a;

fn write_lines(
    path: &Path,
    each: impl FnOnce(&mut Take<'_>) -> Result<(), LineError>,
) -> anyhow::Result<()> {
    if path == Path::new(targets::STANDARD) {
        let mut out = BufWriter::new(io::stdout().lock());
        return match list(&mut out, each) {
            // A reader that has gone away (`| head`) is no failure.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            listed => listed.context("cannot list to standard output"),
        };
    }
    let (partial, file) = Partial::create_private(path)?;
    let mut out = BufWriter::new(file);
    let written = list(&mut out, each);
    drop(out);
    partial.finish(written).with_context(|| format!("cannot list to {}", path.display()))
}

fn list(
    out: &mut impl Write,
    each: impl FnOnce(&mut Take<'_>) -> Result<(), LineError>,
) -> io::Result<()> {
    match each(&mut |line| Ok(writeln!(out, "{line}")?)) {
        Ok(()) => out.flush(),
        Err(LineError::Write(error)) => Err(error),
        Err(LineError::Store(error)) => Err(io::Error::other(error)),
    }
}

/// An entry as one line of JSON.
fn json_line(entry: &impl Serialize) -> Result<String, LineError> {
    Ok(serde_json::to_string(entry).map_err(io::Error::from)?)
}

fn finding_line(entry: FindingEntry) -> FindingLine {
    FindingLine {
        kind: entry.kind,
        value: entry.value,
        path: entry.path,
        places: entry.places,
        section: entry.section,
        line: entry.line,
        byte: entry.byte,
        rule: entry.rule,
        check: entry.check.to_owned(),
        country: entry.country,
        sha256: entry.sha256,
    }
}

fn message_line(entry: MessageEntry) -> MessageLine {
    let moment = entry.sent.and_then(|sent| jiff::Timestamp::from_second(sent).ok());
    let attachments = entry.attachments.into_iter();
    MessageLine {
        message_id: entry.message_id,
        sent: moment.map(|moment| moment.to_string()),
        subject: entry.subject,
        places: entry.places,
        copies: entry.copies,
        mailboxes: entry.mailboxes,
        attachments: attachments.map(|(name, sha256)| AttachmentLine { name, sha256 }).collect(),
    }
}
