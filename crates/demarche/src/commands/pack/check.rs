//! The check of a package: every file by its hash, then the assessment again.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use demarche_case::assessment::answer::{PackChecked, PackList, PackedFile};
use demarche_case::{CasePath, Sha256};
use zip::ZipArchive;

use super::layout::{ASSESSMENT, LIST, assessed};
use crate::cli::PackCheckArgs;
use crate::output::{self, Outcome, PROGRAM, counted, name, print};

/// The most bytes of the list.
const LIST_BYTES: u64 = 64 << 20;

/// The most bytes of all files together.
const ALL_BYTES: u64 = 64 << 30;

/// Checks a package; the exit status is 0 where all holds, and 2 where something does not.
pub(crate) fn run(args: &PackCheckArgs) -> anyhow::Result<Outcome> {
    let shown = args.file.display().to_string();
    let file = File::open(&args.file).with_context(|| format!("cannot read {shown}"))?;
    let mut zip = ZipArchive::new(file).with_context(|| format!("{shown} is no package"))?;
    let list = read_list(&mut zip).with_context(|| format!("{shown} is no package"))?;
    let staging = tempfile::tempdir().context("cannot make a folder for temporary files")?;
    let faults = unpack(&mut zip, &list, staging.path())?;
    let gives_the_same = match faults.is_empty() {
        true => Some(gives_the_same(staging.path(), &list)?),
        false => None,
    };
    let checked = PackChecked { list, checked_by: PROGRAM.to_owned(), faults, gives_the_same };
    if args.json {
        output::json(&checked, Vec::new(), Vec::new())?;
    } else {
        print(&in_words(&shown, &checked))?;
    }
    anyhow::ensure!(checked.gives_the_same == Some(true), "the package does not hold");
    Ok(Outcome::Complete)
}

fn read_list(zip: &mut ZipArchive<File>) -> anyhow::Result<PackList> {
    let entry = zip.by_name(LIST)?;
    let mut bytes = Vec::new();
    if entry.take(LIST_BYTES + 1).read_to_end(&mut bytes)? as u64 > LIST_BYTES {
        bail!("its list is too long");
    }
    let list: PackList = serde_json::from_slice(&bytes)?;
    if list.files.iter().map(|file| file.size).fold(0_u64, u64::saturating_add) > ALL_BYTES {
        bail!("its files have more than {ALL_BYTES} bytes");
    }
    Ok(list)
}

/// Writes the listed files into a folder, each within its size; returns what does not hold.
fn unpack(zip: &mut ZipArchive<File>, list: &PackList, root: &Path) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for listed in &list.files {
        if let Err(fault) = unpack_one(zip, listed, root)? {
            faults.push(format!("{}: {fault}", name(&listed.path)));
        }
    }
    let is_listed = |path: &str| path == LIST || list.files.iter().any(|file| file.path == path);
    faults.extend(
        zip.file_names()
            .map(|path| path.map_or_else(|error| error.to_string(), Cow::into_owned))
            .filter(|path| !is_listed(path))
            .map(|path| format!("{}: in the package, and not on its list", name(&path))),
    );
    faults.sort();
    Ok(faults)
}

/// Writes one file; the inner error is a fault of the package, the outer one of this machine.
fn unpack_one(
    zip: &mut ZipArchive<File>,
    listed: &PackedFile,
    root: &Path,
) -> anyhow::Result<Result<(), String>> {
    if listed.path.parse::<CasePath>().is_err() {
        return Ok(Err("a path that leads out of the package".to_owned()));
    }
    let entry = match zip.by_name(&listed.path) {
        Ok(entry) => entry,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let target = root.join(&listed.path);
    fs::create_dir_all(target.parent().unwrap_or(root))?;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&target)?;
    // One byte more shows that there are more.
    let mut bytes = entry.take(listed.size.saturating_add(1));
    if let Err(error) = io::copy(&mut bytes, &mut file) {
        return Ok(Err(format!("it cannot be unpacked: {error}")));
    }
    file.flush()?;
    let (sha256, size) = Sha256::of_reader(&mut File::open(&target)?)?;
    Ok(if (sha256, size) == (listed.sha256, listed.size) {
        Ok(())
    } else {
        Err("it is not the file that was packed".to_owned())
    })
}

fn gives_the_same(root: &Path, list: &PackList) -> anyhow::Result<bool> {
    let stated = fs::read(root.join(ASSESSMENT)).context("the package has no assessment")?;
    Ok(assessed(root, list)?.as_bytes() == stated)
}

fn in_words(shown: &str, checked: &PackChecked) -> String {
    let PackChecked { list, faults, gives_the_same, .. } = checked;
    let files = counted(list.files.len() as u64, "file", "files");
    let mut text = format!(
        "{shown}: the case {}, marked {}, {files}, written by {}.\n",
        list.case,
        list.marking,
        name(&list.program)
    );
    for fault in faults {
        text.push_str(&format!("  {fault}\n"));
    }
    text.push_str(match gives_the_same {
        Some(true) => "Every file is as it was packed, and the case gives the same assessment, byte for byte.\n",
        Some(false) if list.program != PROGRAM => "Every file is as it was packed. The case gives another assessment: this is another version of the program.\n",
        Some(false) => "Every file is as it was packed. The case gives another assessment than the one in the package.\n",
        None => "The case was not assessed again.\n",
    });
    text
}
