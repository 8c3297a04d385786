//! Executables as the user names them: files, folders of files, archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{Gap, Sha256};
use demarche_image::archive::{Limits, Member, open};
use demarche_image::{Image, ImageError, VirtualAddress, read_all, read_loaded, read_raw};

use crate::cli::code::Opening;
use crate::progress::Progress;

/// The largest file that is read, in bytes: larger ones are disk images, not programs.
const LARGEST: u64 = 1 << 30;

/// The bytes that are read before they are looked at together.
const BATCH: usize = 8 << 20;

/// The bytes of one executable, before anybody looked at them.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The path as the user named it, with the path in an archive behind it.
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    pub(crate) bytes: Vec<u8>,
}

impl Sample {
    fn of(member: Member) -> Self {
        Self { sha256: Sha256::of(&member.bytes), name: member.path, bytes: member.bytes }
    }

    /// The images in it: one for each processor of a fat Mach-O file, one of any other.
    pub(crate) fn images(&self, opening: &Opening) -> Vec<Result<Image<'_>, ImageError>> {
        let base = opening.base.map(VirtualAddress);
        match opening.raw {
            Some(processor) => {
                let base = base.unwrap_or(VirtualAddress(0));
                vec![Ok(read_raw(&self.bytes, processor.into(), base))]
            }
            None if opening.loaded => vec![read_loaded(&self.bytes, base)],
            None => read_all(&self.bytes),
        }
    }

    /// The first image in it that can be read.
    pub(crate) fn image(&self, opening: &Opening) -> Result<Image<'_>, Gap> {
        let mut first = Err(ImageError::Unknown);
        for image in self.images(opening) {
            match image {
                Ok(image) => return Ok(image),
                Err(error) => first = Err(error),
            }
        }
        first.map_err(|error| Gap::new(self.name.clone(), error.to_string()))
    }

    /// Gaps that do not know the file's name, with it.
    pub(crate) fn named(&self, gaps: Vec<Gap>) -> Vec<Gap> {
        gaps.into_iter().map(|gap| Gap { source: self.name.clone(), ..gap }).collect()
    }

    /// It as an input of an answer.
    pub(crate) fn input(&self, what: &str) -> Input {
        let bytes = self.bytes.len() as u64;
        Input { path: self.name.clone(), sha256: self.sha256, bytes, what: what.to_owned() }
    }
}

/// What somebody who looked at samples has to say of them.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// What could not be read.
    pub(crate) gaps: Vec<Gap>,
    /// The functions that were found.
    pub(crate) functions: usize,
}

impl From<Vec<Gap>> for Seen {
    fn from(gaps: Vec<Gap>) -> Self {
        Self { gaps, functions: 0 }
    }
}

impl Seen {
    fn and(&mut self, more: Self) {
        self.gaps.extend(more.gaps);
        self.functions += more.functions;
    }
}

/// Visits every sample of the files and folders, one at a time, so that only one is in memory.
///
/// What cannot be opened becomes a gap, as does what `each` gives; naming something that is not there is an error.
pub(crate) fn visit(
    paths: &[PathBuf],
    opening: &Opening,
    mut each: impl FnMut(Sample) -> anyhow::Result<Seen>,
) -> anyhow::Result<Vec<Gap>> {
    let files = files(paths)?;
    let mut seen = Seen::default();
    let mut progress = Progress::new();
    for (place, path) in files.iter().enumerate() {
        progress.show("reading executables", place, files.len());
        progress.rate(seen.functions, "functions");
        let name = path.display().to_string();
        match open_plain(path).and_then(read) {
            Ok(bytes) => seen.and(members(&name, bytes, opening, &mut each)?),
            Err(error) => seen.gaps.push(Gap::new(name, format!("cannot read it: {error}"))),
        }
    }
    Ok(seen.gaps)
}

/// Visits what is in a file: itself, or the members of an archive.
pub(crate) fn members(
    name: &str,
    bytes: Vec<u8>,
    opening: &Opening,
    each: &mut dyn FnMut(Sample) -> anyhow::Result<Seen>,
) -> anyhow::Result<Seen> {
    let passwords: Vec<&str> = opening.password.iter().map(String::as_str).collect();
    let mut seen = Seen::default();
    let mut failed = Ok(());
    let unopened = open(bytes, name, &passwords, &Limits::default(), &mut |member| {
        if failed.is_ok() {
            failed = each(Sample::of(member)).map(|more| seen.and(more));
        }
    });
    failed?;
    seen.gaps.extend(unopened);
    Ok(seen)
}

/// Visits the samples some at a time, so that they can be looked at in parallel and memory stays bounded.
pub(crate) fn visit_batches(
    paths: &[PathBuf],
    opening: &Opening,
    mut each: impl FnMut(&[Sample]) -> anyhow::Result<Seen>,
) -> anyhow::Result<Vec<Gap>> {
    let mut batch: Vec<Sample> = Vec::new();
    let mut gaps = visit(paths, opening, |sample| {
        batch.push(sample);
        if batch.iter().map(|one| one.bytes.len()).sum::<usize>() < BATCH {
            return Ok(Seen::default());
        }
        let seen = each(&batch)?;
        batch.clear();
        Ok(seen)
    })?;
    gaps.extend(each(&batch)?.gaps);
    Ok(gaps)
}

/// The files that are meant, folders opened all the way down, in order; links in folders are not followed.
fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).with_context(|| format!("cannot open {}", path.display()))?;
        if kind.is_dir() { walk(path, &mut files)? } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let list = || format!("cannot list {}", folder.display());
    let mut entries =
        fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>).with_context(list)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().with_context(list)?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Opens a file; a pipe or a device would never end.
fn open_plain(path: &Path) -> anyhow::Result<fs::File> {
    anyhow::ensure!(fs::metadata(path)?.is_file(), "it is no plain file");
    Ok(fs::File::open(path)?)
}

/// The bytes of a file that is not too large.
pub(crate) fn read(file: fs::File) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    anyhow::ensure!(
        bytes.len() as u64 <= LARGEST,
        "it is larger than 1 GiB: cut out the program with a tool for disk images"
    );
    Ok(bytes)
}
