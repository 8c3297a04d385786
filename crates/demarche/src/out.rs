//! The folder of outputs, in which nothing that a person changed is lost.
//!
//! A list in the folder names every file that demarche wrote there, by size and hash. A file that still has its hash
//! may be replaced or removed. Every other file stays: a changed note is kept, and the new note is written beside it.
//! The list may come from outside, as a case folder does, so that it opens no file that demarche would not write.

mod list;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::{CaseId, Recipient, Sha256};
use demarche_report::Note;

use crate::output;

pub(crate) use list::{Author, OutError};
use list::{Entry, List, MOST_BESIDE};

/// Files that are kept or replaced together: a note in all its forms, the report, or the assessment.
#[derive(Debug)]
pub(crate) struct FileSet {
    /// The start of each name, such as `note-CN`.
    pub(crate) stem: String,
    /// The end of each name with the bytes of that file.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    pub(crate) author: Author,
}

/// A set of files as it was written.
#[derive(Debug)]
pub(crate) struct WrittenSet {
    /// The start of each name below the folder of outputs, such as `new/note-CN`.
    pub(crate) stem: String,
    pub(crate) paths: Vec<PathBuf>,
}

/// The relation of demarche to a path in the folder of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Absent,
    /// Written by demarche, and not changed since.
    Written,
    /// Written by demarche, and changed since.
    Changed,
    /// Written by somebody else, or no plain file.
    Foreign,
}

/// A folder of outputs that may be written to.
#[derive(Debug)]
pub(crate) struct OutFolder {
    root: PathBuf,
    list: List,
    /// True if changed files are replaced.
    replaces: bool,
    /// One line for each text that was kept.
    kept: Vec<String>,
    /// The folder, locked until this is dropped, so that two runs do not overwrite each other's list.
    lock: Option<File>,
}

impl OutFolder {
    /// Checks a folder before anything is written to it; a folder that does not exist is made later.
    ///
    /// A folder of somebody else's files is refused. `replaces` lets changed files be replaced, never foreign ones.
    pub(crate) fn open(root: &Path, case: &CaseId, replaces: bool) -> anyhow::Result<Self> {
        // Without its last slash, a link is seen as a link.
        let root: PathBuf = root.components().collect();
        let shown = root.display().to_string();
        let empty = || List::new(case.clone());
        let lock = locked(&root);
        let list = match fs::symlink_metadata(&root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => empty(),
            Err(error) => return Err(error).with_context(|| format!("cannot open {shown}")),
            Ok(found) if found.is_symlink() => return Err(OutError::Link(shown).into()),
            Ok(found) if !found.is_dir() => return Err(OutError::NotAFolder(shown).into()),
            Ok(_) => match List::read(&root)? {
                Some(list) if list.case == *case => list,
                Some(List { case, .. }) => {
                    return Err(OutError::AnotherCase { path: shown, case }.into());
                }
                None if has_foreign_files(&root)? => {
                    return Err(OutError::NotAnAssessment(shown).into());
                }
                None => empty(),
            },
        };
        Ok(Self { root, list, replaces, kept: Vec::new(), lock })
    }

    /// Returns the addressees of the notes that `demarche note` wrote and that are still there.
    pub(crate) fn noted(&self) -> Vec<Recipient> {
        let mut recipients: Vec<Recipient> = Vec::new();
        for (path, entries) in &self.list.files {
            let to = list::stem(path).strip_prefix("note-").and_then(|to| to.parse().ok());
            let is_noted = entries.iter().any(|entry| entry.by == Author::Note);
            if let Some(to) = to
                && is_noted
                && is_state(to)
                && !recipients.contains(&to)
                && self.root.join(path).exists()
            {
                recipients.push(to);
            }
        }
        recipients.sort_unstable();
        recipients
    }

    /// Writes each set in its place, or beside what a person changed there.
    ///
    /// The list is written first and last: a run that is killed between leaves no file that demarche does not know.
    pub(crate) fn write(&mut self, sets: Vec<FileSet>) -> anyhow::Result<Vec<WrittenSet>> {
        if self.lock.is_none() {
            fs::create_dir_all(&self.root)
                .with_context(|| format!("cannot make {}", self.root.display()))?;
            self.lock = locked(&self.root);
            // Another run may have made the folder meanwhile.
            if let Some(list) = List::read(&self.root)? {
                anyhow::ensure!(
                    list.case == self.list.case,
                    "another case was assessed into {} meanwhile",
                    self.root.display()
                );
                self.list = list;
            }
        }
        output::remove_partials(&self.root)?;
        let mut placed = Vec::new();
        for set in sets {
            let number = self.folder_for(&set)?;
            for (end, bytes) in &set.files {
                let path = format!("{}{}.{end}", list::folder(number), set.stem);
                let entries = self.list.files.entry(path).or_default();
                entries.push(Entry::of(bytes, set.author));
            }
            placed.push((number, set));
        }
        self.list.write(&self.root)?;
        let mut written = Vec::new();
        for (number, set) in &placed {
            written.push(self.write_set(*number, set)?);
        }
        self.list.write(&self.root)?;
        Ok(written)
    }

    fn write_set(&mut self, number: usize, set: &FileSet) -> anyhow::Result<WrittenSet> {
        let stem = format!("{}{}", list::folder(number), set.stem);
        let mut paths = Vec::new();
        for (end, bytes) in &set.files {
            let name = format!("{stem}.{end}");
            let path = self.root.join(&name);
            output::write(&path, bytes)?;
            self.list.files.insert(name, vec![Entry::of(bytes, set.author)]);
            paths.push(path);
        }
        self.remove_older(number, set, &paths)?;
        Ok(WrittenSet { stem, paths })
    }

    /// Removes what is left of a set in forms that it no longer has, and in folders that it no longer needs.
    ///
    /// The folders before its own hold a text that a person changed, and stay as they are.
    fn remove_older(
        &mut self,
        number: usize,
        set: &FileSet,
        written: &[PathBuf],
    ) -> anyhow::Result<()> {
        let before: Vec<String> = (0..number).map(list::folder).collect();
        let is_older = |path: &str| {
            list::stem(path) == set.stem
                && !before.iter().any(|folder| folder == list::parent(path))
                && !written.contains(&self.root.join(path))
        };
        let older = self.list.files.keys().filter(|path| is_older(path));
        for path in older.cloned().collect::<Vec<String>>() {
            let standing = self.standing(&path, None)?;
            if standing == Standing::Written || standing == Standing::Changed && self.replaces {
                self.remove(&path)?;
            }
        }
        Ok(())
    }

    /// Removes the notes of `assess` to addressees that it no longer writes to: they may hold what is now withheld.
    ///
    /// Notes that `demarche note` wrote stay, and so do notes that a person changed.
    pub(crate) fn remove_stale_notes(&mut self, written: &[WrittenSet]) -> anyhow::Result<()> {
        let is_current =
            |path: &str| written.iter().any(|set| list::stem(&set.stem) == list::stem(path));
        let stale = self.list.files.iter().filter(|(path, entries)| {
            list::stem(path).starts_with("note-")
                && entries.iter().all(|entry| entry.by == Author::Assess)
                && !is_current(path)
        });
        let stale: Vec<String> = stale.map(|(path, _)| path.clone()).collect();
        for path in stale {
            match self.standing(&path, None)? {
                Standing::Absent => drop(self.list.files.remove(&path)),
                Standing::Written => self.remove(&path)?,
                Standing::Changed if self.replaces => self.remove(&path)?,
                Standing::Changed | Standing::Foreign => self.kept.push(format!(
                    "{path} was changed and is kept, although no note goes to its addressee now"
                )),
            }
        }
        self.list.write(&self.root)
    }

    /// Prints one line for each text that was kept, to standard error.
    pub(crate) fn tell_kept(&self) {
        let lines = self.kept.iter().map(|line| format!("kept: {}\n", output::name(line)));
        let mut text: String = lines.collect();
        if !text.is_empty() {
            text.push_str(
                "hint: compare the old and the new text; --force replaces what was changed\n",
            );
        }
        output::note(&text);
    }

    /// Returns one line for each text that was kept.
    pub(crate) fn kept(&self) -> &[String] {
        &self.kept
    }

    fn remove(&mut self, path: &str) -> anyhow::Result<()> {
        let full_path = self.root.join(path);
        fs::remove_file(&full_path)
            .with_context(|| format!("cannot remove the old {}", full_path.display()))?;
        self.list.files.remove(path);
        if let Some(folder) = full_path.parent().filter(|folder| **folder != self.root) {
            // A folder that holds something else is not empty, and stays.
            drop(fs::remove_dir(folder));
        }
        Ok(())
    }

    /// Returns the number of the first folder where a set replaces nothing that would be lost.
    fn folder_for(&mut self, set: &FileSet) -> anyhow::Result<usize> {
        let mut in_the_way: Vec<(String, Standing)> = Vec::new();
        for number in 0..=MOST_BESIDE {
            if !self.is_usable(&list::folder(number))? {
                continue;
            }
            let found = self.in_the_way(number, set)?;
            if found.is_empty() {
                for (path, standing) in in_the_way {
                    self.keep(&path, standing, number, set);
                }
                return Ok(number);
            }
            in_the_way.extend(found);
        }
        anyhow::bail!(
            "{} holds {MOST_BESIDE} changed texts of {}: move some of them to another folder",
            self.root.display(),
            set.stem
        )
    }

    fn keep(&mut self, path: &str, standing: Standing, number: usize, set: &FileSet) {
        let reason = match standing {
            Standing::Foreign => "was not written by demarche",
            Standing::Absent | Standing::Written | Standing::Changed => "was changed",
        };
        let ends = || set.files.iter().map(|(end, _)| *end);
        let end = ends().find(|end| path.ends_with(&format!("{}.{end}", set.stem)));
        let new = end.or_else(|| ends().next_back()).map(|end| format!("{}.{end}", set.stem));
        let new = new.map(|name| format!("; the new text is {}{name}", list::folder(number)));
        self.kept.push(format!("{path} {reason} and is kept{}", new.unwrap_or_default()));
    }

    /// Returns true if a folder of new texts is a folder, or can become one: a link may lead anywhere.
    fn is_usable(&self, folder: &str) -> anyhow::Result<bool> {
        if folder.is_empty() {
            return Ok(true);
        }
        let path: PathBuf = self.root.join(folder).components().collect();
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            found => Ok(found.with_context(|| format!("cannot open {}", path.display()))?.is_dir()),
        }
    }

    /// Returns the files that a set would lose in a folder.
    fn in_the_way(&self, number: usize, set: &FileSet) -> anyhow::Result<Vec<(String, Standing)>> {
        let mut found = Vec::new();
        for end in list::ends(&set.stem) {
            let path = format!("{}{}.{end}", list::folder(number), set.stem);
            let bytes = set.files.iter().find(|(known, _)| known == end);
            let standing = self.standing(&path, bytes.map(|(_, bytes)| bytes.as_slice()))?;
            match standing {
                Standing::Absent | Standing::Written => {}
                Standing::Changed if self.replaces => {}
                Standing::Changed | Standing::Foreign => found.push((path, standing)),
            }
        }
        Ok(found)
    }

    /// Compares a file with the list; a file that already has the `new` bytes loses nothing.
    fn standing(&self, path: &str, new: Option<&[u8]>) -> anyhow::Result<Standing> {
        let full_path = self.root.join(path);
        let cannot = || format!("cannot read {}", full_path.display());
        let kind = match fs::symlink_metadata(&full_path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Absent),
            kind => kind.with_context(cannot)?,
        };
        if !kind.is_file() || !self.is_usable(list::parent(path))? {
            return Ok(Standing::Foreign);
        }
        let listed = self.list.files.get(path).map_or(&[][..], Vec::as_slice);
        let new = new.map(|bytes| Entry::of(bytes, Author::Assess));
        let of_its_size = || listed.iter().chain(&new).filter(|entry| entry.bytes == kind.len());
        if of_its_size().next().is_some() {
            let file = File::open(&full_path).with_context(cannot)?;
            let (sha256, _) = Sha256::of_reader(&mut { file }).with_context(cannot)?;
            if of_its_size().any(|entry| entry.sha256 == sha256) {
                return Ok(Standing::Written);
            }
        }
        Ok(if listed.is_empty() { Standing::Foreign } else { Standing::Changed })
    }
}

/// Locks a folder, and waits for another run that has it; `None` where there is no folder, or no lock for folders.
fn locked(root: &Path) -> Option<File> {
    // What is no folder, such as a pipe, is not opened: that could wait for ever.
    fs::symlink_metadata(root).ok().filter(fs::Metadata::is_dir)?;
    let folder = File::open(root).ok()?;
    if let Err(fs::TryLockError::WouldBlock) = folder.try_lock() {
        output::note("Another demarche writes to this folder: waiting until it is done.\n");
        folder.lock().ok()?;
    }
    Some(folder)
}

/// Returns true if there is such a state; a list from outside may name any two letters.
fn is_state(to: Recipient) -> bool {
    to.country().name().is_some()
}

/// Returns true if a folder has anything but hidden files, which desktops leave everywhere, and unfinished files.
fn has_foreign_files(root: &Path) -> anyhow::Result<bool> {
    let cannot = || format!("cannot list {}", root.display());
    for entry in fs::read_dir(root).with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_file = entry.file_type().with_context(cannot)?.is_file();
        let is_hidden = name.starts_with(b".");
        if !is_file || !(is_hidden || output::is_partial(name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns a note as the set of files that go beside each other; the sender's list is the last.
pub(crate) fn note_files(note: Note, author: Author) -> anyhow::Result<FileSet> {
    let stem = Note::stem(note.to);
    let [markdown, html, docx, annex, withheld] = Note::ENDS;
    let mut files = Vec::new();
    if note.refused.is_none() {
        files.push((markdown, note.markdown.into_bytes()));
        files.push((html, note.html.into_bytes()));
        files.push((docx, note.docx));
        files.push((annex, note.annex.to_json().context("cannot write JSON")?.into_bytes()));
    }
    files.push((withheld, note.sender_markdown.into_bytes()));
    Ok(FileSet { stem, files, author })
}
