//! Executables as the user names them: files, folders of files, archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{Gap, Sha256};

use crate::cli::code::Opening;
use crate::progress::Progress;

/// The largest file that is read, in bytes: larger ones are disk images, not programs.
const LARGEST: u64 = 1 << 30;

/// The bytes that are read before they are looked at together.
const BATCH: usize = 64 << 20;

/// The bytes of one executable, before anybody looked at them.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The path as the user named it, with the path in an archive behind it.
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    pub(crate) bytes: Vec<u8>,
}

impl Sample {
    /// It as an input of an answer.
    pub(crate) fn input(&self, what: &str) -> Input {
        let bytes = self.bytes.len() as u64;
        Input { path: self.name.clone(), sha256: self.sha256, bytes, what: what.to_owned() }
    }
}

/// Visits every sample of the files and folders, one at a time, so that only one is in memory.
///
/// What cannot be opened becomes a gap, as does what `each` gives; naming something that is not there is an error.
pub(crate) fn visit(
    paths: &[PathBuf],
    _opening: &Opening,
    mut each: impl FnMut(Sample) -> anyhow::Result<Vec<Gap>>,
) -> anyhow::Result<Vec<Gap>> {
    let files = files(paths)?;
    let mut gaps = Vec::new();
    let mut progress = Progress::new();
    for (place, path) in files.iter().enumerate() {
        progress.show("reading executables", place, files.len());
        match read(path) {
            Ok(sample) => gaps.extend(each(sample)?),
            Err(gap) => gaps.push(gap),
        }
    }
    Ok(gaps)
}

/// Visits the samples some at a time, so that they can be looked at in parallel and memory stays bounded.
pub(crate) fn visit_batches(
    paths: &[PathBuf],
    opening: &Opening,
    mut each: impl FnMut(&[Sample]) -> anyhow::Result<Vec<Gap>>,
) -> anyhow::Result<Vec<Gap>> {
    let mut batch: Vec<Sample> = Vec::new();
    let mut gaps = visit(paths, opening, |sample| {
        batch.push(sample);
        if batch.iter().map(|one| one.bytes.len()).sum::<usize>() < BATCH {
            return Ok(Vec::new());
        }
        let gaps = each(&batch)?;
        batch.clear();
        Ok(gaps)
    })?;
    gaps.extend(each(&batch)?);
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

fn read(path: &Path) -> Result<Sample, Gap> {
    let name = path.display().to_string();
    let gap = |what: String| Gap::new(name.clone(), what);
    let file = fs::File::open(path).map_err(|error| gap(format!("cannot open it: {error}")))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| gap(format!("cannot read it: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        let remedy = "cut out the program with a tool for disk images";
        return Err(gap("the file is larger than 1 GiB".to_owned()).remedy(remedy));
    }
    Ok(Sample { sha256: Sha256::of(&bytes), name, bytes })
}
