//! Output: tables, JSON and gaps for the terminal, and files that are written whole.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Context;
use clap::ValueEnum;
use console::Term;
use demarche_case::Gap;
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::{ANSWER_VERSION, Answer};
use demarche_report::{Section, terminal_in_colour, terminal_of_width};
use serde::Serialize;

pub(crate) use demarche_case::text::clean;

/// The program and its version, as it stands in every output.
pub(crate) const PROGRAM: &str = concat!("demarche ", env!("CARGO_PKG_VERSION"));

/// The end of a command that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    WithGaps,
}

impl Outcome {
    /// Returns `Complete` if nothing is missing.
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
    print(&json_text(answer, inputs, gaps)?)?;
    Ok(outcome)
}

/// An answer as JSON.
pub(crate) fn json_text<T: Serialize>(
    answer: T,
    inputs: Vec<Input>,
    gaps: Vec<Gap>,
) -> anyhow::Result<String> {
    let answer =
        Answer { version: ANSWER_VERSION, program: PROGRAM.to_owned(), answer, inputs, gaps };
    let mut text = serde_json::to_string_pretty(&answer).context("cannot write JSON")?;
    text.push('\n');
    Ok(text)
}

/// Prints to standard output; a reader that has gone away (`| head`) is no failure.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Returns true if the reader of the output has gone away (`| head`), which is no failure.
pub(crate) fn is_closed(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Prints a view to standard output.
pub(crate) fn show(view: &[Section]) -> anyhow::Result<()> {
    let width = width();
    if is_coloured() {
        print(&terminal_in_colour(view, width))
    } else {
        print(&terminal_of_width(view, width))
    }
}

/// The characters of a line: those of the terminal, and so many for a file that it is the same everywhere.
fn width() -> usize {
    let terminal = Term::stdout();
    let columns = terminal.is_term().then(|| terminal.size_checked()).flatten();
    columns.map_or(usize::MAX, |(_, columns)| usize::from(columns))
}

/// The outputs that have colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless the environment has `NO_COLOR`.
    Auto,
    /// Everywhere, in files too.
    Always,
    /// Nowhere.
    Never,
}

/// What the user asked for besides the answer.
#[derive(Clone, Copy, Debug)]
struct Manner {
    /// Nothing on standard error but failures.
    is_quiet: bool,
    /// Every stage, with its time.
    is_verbose: bool,
    is_coloured: bool,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Says once how the program is to talk.
#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
pub(crate) fn set_manner(is_quiet: bool, is_verbose: bool, colour: Colour) {
    let is_coloured = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    MANNER.get_or_init(|| Manner { is_quiet, is_verbose, is_coloured });
}

fn is_quiet() -> bool {
    MANNER.get().is_some_and(|manner| manner.is_quiet)
}

/// Is what stands out on standard output to be in bold?
pub(crate) fn is_coloured() -> bool {
    MANNER.get().is_some_and(|manner| manner.is_coloured)
}

/// Are the stages told, each with its time?
pub(crate) fn is_verbose() -> bool {
    MANNER.get().is_some_and(|manner| manner.is_verbose)
}

/// Prints the gaps to standard error, the first few of many.
pub(crate) fn gaps(gaps: &[Gap]) {
    if is_quiet() {
        return;
    }
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
    let position =
        gap.place.as_ref().map_or_else(String::new, |position| format!(", {}", name(position)));
    let times = if gap.count > 1 { format!(" ({} times)", gap.count) } else { String::new() };
    let remedy = gap
        .remedy
        .as_ref()
        .map_or_else(String::new, |remedy| format!("\n      hint: {}", clean(remedy)));
    format!("gap:  {}{position}: {}{times}{remedy}\n", name(&gap.source), clean(&gap.what))
}

/// Prints to standard error, whatever becomes of it.
pub(crate) fn note(text: &str) {
    // There is nobody left to tell when standard error is gone.
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// Returns a name from outside on one line: a line end in it could pass for an answer.
pub(crate) fn name(text: &str) -> String {
    clean(text).replace('\n', "\u{fffd}")
}

/// The ending of a file that is still being written.
///
/// A killed run leaves it behind where a file cannot be without a name, which is everywhere but on Linux.
const PARTIAL: &str = ".demarche-partial";

/// A file while it is written: it gets its name only when it is whole.
///
/// What a killed run left of the same file is removed first, as is a link in its place, which could lead anywhere.
#[derive(Debug)]
pub(crate) struct Partial<'a> {
    target: &'a Path,
    path: PathBuf,
    /// The file while it has no name: the system removes it with the run, however that ends.
    unnamed: Option<File>,
}

/// Opens a file without a name in a folder, and a second handle to it; `None` where the system knows no such files.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path, mode: u32) -> Option<(File, File)> {
    use rustix::fs::{Mode, OFlags};
    // The name is given by way of this folder, which a container may lack.
    if !Path::new("/proc/self/fd").exists() {
        return None;
    }
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)).ok()?);
    Some((file.try_clone().ok()?, file))
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path, _: u32) -> Option<(File, File)> {
    None
}

/// Gives a name to a file that has none.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    let handle = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, handle, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

impl<'a> Partial<'a> {
    /// Creates the file beside its target, and the folders above it where they are missing.
    ///
    /// A file that stands in its place keeps its rights: whoever could not read it before cannot read the new one.
    /// A file that nobody may write to is not replaced.
    pub(crate) fn create(target: &'a Path) -> anyhow::Result<(Self, File)> {
        let known = std::fs::metadata(target).ok();
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            anyhow::bail!(
                "{} is no plain file, and nothing was written. Name a file; for a device or a pipe, redirect standard output",
                target.display()
            );
        }
        let rights = known.map(|known| known.permissions());
        if rights.as_ref().is_some_and(std::fs::Permissions::readonly) {
            anyhow::bail!(
                "{} is write-protected; nothing was written. Allow writing to it, or name another file",
                target.display()
            );
        }
        let (partial, file) = Self::create_with(target, 0o666)?;
        if let Some(rights) = rights
            && let Err(error) = file.set_permissions(rights)
        {
            return partial.finish(Err(error));
        }
        Ok((partial, file))
    }

    /// Creates a file that only its owner reads: a list of secrets is a secret.
    pub(crate) fn create_private(target: &'a Path) -> anyhow::Result<(Self, File)> {
        Self::create_with(target, 0o600)
    }

    /// Creates the file with the rights of `mode`, less those that the user's mask takes away.
    fn create_with(target: &'a Path, mode: u32) -> anyhow::Result<(Self, File)> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let mut path = target.as_os_str().to_owned();
        path.push(PARTIAL);
        let path = PathBuf::from(path);
        let removed = match std::fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        };
        let cannot = || format!("cannot write {}", target.display());
        removed.with_context(cannot)?;
        if let Some((file, unnamed)) = unnamed(folder.unwrap_or(Path::new(".")), mode) {
            return Ok((Self { target, path, unnamed: Some(unnamed) }, file));
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        let file = options.open(&path).with_context(cannot)?;
        Ok((Self { target, path, unnamed: None }, file))
    }

    /// Gives the file its name if it was written; otherwise removes it.
    pub(crate) fn finish<T>(self, written: io::Result<T>) -> anyhow::Result<T> {
        let linked = match &self.unnamed {
            Some(file) => written.and_then(|value| link(file, &self.path).map(|()| value)),
            None => written,
        };
        let renamed =
            linked.and_then(|value| std::fs::rename(&self.path, self.target).map(|()| value));
        renamed
            .inspect_err(|_| drop(std::fs::remove_file(&self.path)))
            .with_context(|| format!("cannot write {}", self.target.display()))
    }
}

/// Writes a file as a whole, and the folders above it where they are missing.
pub(crate) fn write(path: &Path, bytes: &(impl AsRef<[u8]> + ?Sized)) -> anyhow::Result<()> {
    let (partial, mut file) = Partial::create(path)?;
    partial.finish(file.write_all(bytes.as_ref()))
}

/// Returns true for the name of a file that is still being written.
pub(crate) fn is_partial(name: &[u8]) -> bool {
    name.ends_with(PARTIAL.as_bytes())
}

/// Removes the files that killed runs left unfinished in a folder of outputs; a missing folder has none.
pub(crate) fn remove_partials(folder: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot list {}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.with_context(cannot)?,
    };
    for entry in entries {
        let path = entry.with_context(cannot)?.path();
        if is_partial(path.as_os_str().as_encoded_bytes()) && !path.is_dir() {
            std::fs::remove_file(&path)
                .with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// Returns true if progress is visible: standard error is a terminal.
pub(crate) fn is_watched() -> bool {
    !is_quiet() && io::stderr().is_terminal()
}

/// A count with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun in the right number.
pub(crate) fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_name_shows_no_sign_that_a_reader_does_not_see() {
        for hidden in ['\u{1b}', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2060}', '\u{e0041}', '\n'] {
            assert_eq!(name(&format!("a{hidden}b")), "a\u{fffd}b");
            let failure = anyhow::anyhow!("cannot be read");
            let gap = Gap::of(format!("a{hidden}b"), &Failure(&failure)).at(format!("1{hidden}2"));
            assert_eq!(gap_line(&gap), "gap:  a\u{fffd}b, 1\u{fffd}2: cannot be read\n");
        }
    }
}
