//! What reaches the terminal: tables, JSON, and errors with place and remedy.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::{ANSWER_VERSION, Answer};
use demarche_case::{AnnexError, CaseError, FolderError, Gap, InitError, OpenError, SealError};
use demarche_index::IndexError;
use demarche_library::case::CaseImportError;
use demarche_library::catalogue::AskError;
use demarche_library::{ImportError, StoreError};
use demarche_report::{Section, terminal};
use serde::Serialize;

use crate::fetch::FetchError;

/// The program and its version, as it stands in every output.
pub(crate) const PROGRAM: &str = concat!("demarche ", env!("CARGO_PKG_VERSION"));

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    WithGaps,
}

impl Outcome {
    /// Complete, unless something is missing.
    pub(crate) fn of<T>(missing: &[T]) -> Self {
        if missing.is_empty() { Self::Complete } else { Self::WithGaps }
    }
}

/// Prints an answer as JSON.
pub(crate) fn json<T: Serialize>(
    answer: T,
    inputs: Vec<Input>,
    gaps: Vec<Gap>,
) -> anyhow::Result<Outcome> {
    let outcome = Outcome::of(&gaps);
    let answer =
        Answer { version: ANSWER_VERSION, program: PROGRAM.to_owned(), answer, inputs, gaps };
    let mut text = serde_json::to_string_pretty(&answer).context("cannot write JSON")?;
    text.push('\n');
    print(&text)?;
    Ok(outcome)
}

/// Prints to standard output; a reader that has gone away (`| head`) is no failure.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Prints a view to standard output.
pub(crate) fn show(view: &[Section]) -> anyhow::Result<()> {
    print(&terminal(view))
}

/// Prints the gaps to standard error, the first few of many.
pub(crate) fn gaps(gaps: &[Gap]) {
    const SHOWN: usize = 20;
    let mut text = String::new();
    for gap in gaps.iter().take(SHOWN) {
        text.push_str(&gap_line(gap));
    }
    if gaps.len() > SHOWN {
        text.push_str(&format!(
            "gap:  and {} more; --json and the report list them all\n",
            gaps.len() - SHOWN
        ));
    }
    note(&text);
}

fn gap_line(gap: &Gap) -> String {
    let place = gap.place.as_ref().map_or_else(String::new, |place| format!(", {place}"));
    let times = if gap.count > 1 { format!(" ({} times)", gap.count) } else { String::new() };
    let remedy =
        gap.remedy.as_ref().map_or_else(String::new, |remedy| format!("\n      hint: {remedy}"));
    format!("gap:  {}{place}: {}{times}{remedy}\n", name(&gap.source), clean(&gap.what))
}

/// Prints to standard error, whatever becomes of it.
pub(crate) fn note(text: &str) {
    // There is nobody left to tell when standard error is gone.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// Prints an error with its causes and, where there is one, its remedy.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = format!("error: {}\n", clean(&error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("caused by: {}\n", clean(&cause.to_string())));
    }
    if let Some(hint) = hint_of(error) {
        text.push_str(&format!("hint: {hint}\n"));
    }
    note(&text);
}

/// The remedy of an error, where it or a cause of it has one.
pub(crate) fn hint_of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(hint)
}

fn hint(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref::<OpenError>() {
        return match error {
            OpenError::Folder(error) => Some(error.hint()),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref::<AnnexError>() {
        return Some(error.hint());
    }
    if error.downcast_ref::<CaseError>().is_some() {
        return Some("docs/case.md explains every key");
    }
    if let Some(error) = error.downcast_ref::<FetchError>() {
        return Some(error.hint());
    }
    if let Some(error) = error.downcast_ref::<AskError>() {
        return Some(error.hint());
    }
    let library = error
        .downcast_ref::<ImportError>()
        .map(ImportError::hint)
        .or_else(|| error.downcast_ref::<CaseImportError>().map(CaseImportError::hint))
        .or_else(|| error.downcast_ref::<StoreError>().map(StoreError::hint));
    if library.is_some() {
        return library;
    }
    if let Some(error) = error.downcast_ref::<IndexError>() {
        return Some(error.hint());
    }
    let folder = error.downcast_ref::<FolderError>().map(FolderError::hint);
    let seal = || error.downcast_ref::<SealError>().map(SealError::hint);
    let init = || error.downcast_ref::<InitError>().map(InitError::hint);
    folder.or_else(seal).or_else(init)
}

/// Text of outsiders without control characters, which could drive a terminal; line ends stay.
pub(crate) fn clean(text: &str) -> String {
    let is_harmless =
        |letter: char| letter == '\n' || !(letter.is_control() || is_direction(letter));
    text.chars().map(|letter| if is_harmless(letter) { letter } else { '\u{fffd}' }).collect()
}

/// A name of outsiders, cleaned and on one line: a line end in it could pass for an answer.
pub(crate) fn name(text: &str) -> String {
    clean(text).replace('\n', "\u{fffd}")
}

/// Characters that turn the direction of text and can make it read as something else.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes a file, the folders above it made where they are missing; a half-written file is never left behind.
pub(crate) fn write(path: &Path, bytes: &(impl AsRef<[u8]> + ?Sized)) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    std::fs::write(partial, bytes)
        .and_then(|()| std::fs::rename(partial, path))
        .inspect_err(|_| drop(std::fs::remove_file(partial)))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Is somebody watching the progress?
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// A count with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun in the right number.
pub(crate) fn counted(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}
