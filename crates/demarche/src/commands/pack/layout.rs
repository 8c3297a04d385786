//! A package as a folder: the case, the tables, the library, the assessment, and the list of all of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use demarche_assess::{IndexSource, Sources, assess};
use demarche_case::assessment::answer::{PackList, PackedFile};
use demarche_case::{CaseFolder, CasePath, Moment, Sha256, Tlp};
use demarche_report::to_json;

use crate::output::PROGRAM;
use crate::progress::Progress;

/// The list of the files.
pub(crate) const LIST: &str = "pack.json";

/// The assessment as it was made from the package itself.
pub(crate) const ASSESSMENT: &str = "assessment.json";

const CASE: &str = "case";
const TABLES: &str = "tables";
const LIBRARY: &str = "library";

/// The list of a package without its files.
pub(crate) fn list_of(folder: &CaseFolder, as_of: Option<Moment>, hindsight: bool) -> PackList {
    let case = folder.case();
    let (program, marking) = (PROGRAM.to_owned(), case.marking());
    PackList { program, case: case.id.clone(), marking, as_of, hindsight, files: Vec::new() }
}

/// Every file below a folder, by path.
pub(crate) fn stock(root: &Path) -> anyhow::Result<Vec<PackedFile>> {
    let mut files = Vec::new();
    let mut waiting = vec![String::new()];
    while let Some(prefix) = waiting.pop() {
        for entry in fs::read_dir(root.join(&prefix))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            if entry.file_type()?.is_dir() {
                waiting.push(path);
                continue;
            }
            let (sha256, size) = Sha256::of_reader(&mut fs::File::open(entry.path())?)?;
            files.push(PackedFile { path, sha256, size });
        }
    }
    files.sort();
    Ok(files)
}

/// Copies what an assessment rests on into a folder; returns what of the case was left out.
pub(crate) fn lay_out(
    folder: &CaseFolder,
    tables: &[PathBuf],
    library: &Path,
    root: &Path,
) -> anyhow::Result<Vec<String>> {
    let exposed = folder.case().exposed.folder.to_string();
    let is_leaked =
        |path: &str| path.strip_prefix(&exposed).is_some_and(|rest| rest.starts_with('/'));
    let (leaked, kept): (Vec<_>, Vec<_>) =
        folder.inputs()?.into_iter().partition(|input| is_leaked(&input.path));
    for input in &kept {
        let path: CasePath =
            input.path.parse().with_context(|| format!("{} cannot be packed", input.path))?;
        copy(&folder.root().join(path.as_str()), &root.join(CASE).join(path.as_str()))?;
    }
    fs::create_dir_all(root.join(CASE))?;
    for path in tables {
        copy_all(path, &root.join(TABLES))?;
    }
    if library.is_dir() {
        copy_all(&library.join("editions"), &root.join(LIBRARY).join("editions"))?;
    }
    Ok(if leaked.is_empty() { Vec::new() } else { vec![format!("{exposed}/")] })
}

/// Copies a file into a folder, or all files of a folder; links are not followed.
fn copy_all(from: &Path, to: &Path) -> anyhow::Result<()> {
    let found = match fs::symlink_metadata(from) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", from.display())),
    };
    if found.is_file() {
        let name = from.file_name().with_context(|| format!("{} has no name", from.display()))?;
        return copy(from, &to.join(name));
    }
    if !found.is_dir() {
        bail!("{} is neither a file nor a folder", from.display());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_file() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else if kind.is_dir() {
            copy_all(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    let is_there = fs::symlink_metadata(to).is_ok();
    anyhow::ensure!(!is_there, "two files would be {} in the package", to.display());
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// Assesses the case of a package, with nothing but what is in it.
pub(crate) fn assessed(root: &Path, list: &PackList) -> anyhow::Result<String> {
    let pool = rayon::ThreadPoolBuilder::new().build().context("cannot start threads")?;
    let tables = root.join(TABLES);
    let sources = Sources {
        tables: if tables.is_dir() { vec![tables] } else { Vec::new() },
        library: root.join(LIBRARY),
        index: IndexSource { folder: root.join("index"), is_required: false, tlp: Tlp::Amber },
        program: PROGRAM.to_owned(),
        hindsight: list.hindsight,
        as_of: list.as_of,
        // A package is assessed to the byte as it was made, whatever the day.
        today: None,
        exposure: None,
        pool: &pool,
    };
    let folder = CaseFolder::open(&root.join(CASE))?;
    let assessment = assess(&folder, &sources, &Progress::new())?;
    Ok(to_json(&assessment)?)
}
