//! The files that a scan writes: none may stand in the way of the dump, the store or each other.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::Dump;
use crate::cli::expose::{ExposeMergeArgs, ExposeOutputs, ExposeScanArgs};

/// The path that means standard output.
pub(crate) const STANDARD: &str = "-";

/// A path that is read or written, and what it is.
type Taken = (String, PathBuf);

/// Refuses outputs of a scan that would replace something else.
pub(crate) fn of_scan(args: &ExposeScanArgs, dump: &Dump) -> anyhow::Result<()> {
    let root = real(&dump.root)?;
    if let Some(store) = &args.place.store {
        ensure!(
            !lies_in(&real(store)?, &root),
            "the store {} would lie in the dump: name another place with --store",
            store.display()
        );
    }
    let mut taken = stores(&dump.store)?;
    taken.extend(inputs(args.rules.as_ref(), args.place.passphrase_file.as_ref())?);
    if dump.is_of_case {
        taken.extend(of_case(&args.place.dump)?);
    }
    check(&args.outputs, Some(&root), taken)
}

/// Refuses outputs of a merger that would replace something else.
pub(crate) fn of_merge(args: &ExposeMergeArgs) -> anyhow::Result<()> {
    let mut taken = stores(&args.store)?;
    for part in &args.parts {
        let part_real = real(part)?;
        ensure!(
            !taken.iter().any(|(_, known)| is_same(known, &part_real)),
            "the part {} is the store of the whole: name another file with --store",
            part.display()
        );
    }
    for part in &args.parts {
        taken.push(("a part".to_owned(), real(part)?));
    }
    taken.extend(inputs(args.rules.as_ref(), args.passphrase_file.as_ref())?);
    check(&args.outputs, None, taken)
}

/// Refuses outputs that lie in the dump, or are something that is taken.
fn check(
    outputs: &ExposeOutputs,
    root: Option<&Path>,
    mut taken: Vec<Taken>,
) -> anyhow::Result<()> {
    let options = [
        ("--findings", &outputs.findings),
        ("--messages", &outputs.messages),
        ("--html", &outputs.html),
    ];
    let given: Vec<(&str, &Path)> = options
        .iter()
        .filter_map(|(option, path)| path.as_deref().map(|path| (*option, path)))
        .collect();
    let standard = given.iter().filter(|(_, path)| *path == Path::new(STANDARD)).count();
    ensure!(
        standard + usize::from(outputs.json) < 2,
        "only one of the options that were given can write to standard output"
    );
    for (option, path) in given.into_iter().filter(|(_, path)| *path != Path::new(STANDARD)) {
        is_writable(option, path)?;
        let target = real(path)?;
        ensure!(
            !root.is_some_and(|root| lies_in(&target, root)),
            "{option} {} would write into the dump: name another place",
            path.display()
        );
        if let Some((right, _)) = taken.iter().find(|(_, known)| is_same(known, &target)) {
            anyhow::bail!("{option} {} is also {right}: name another file", path.display());
        }
        taken.push((option.to_owned(), target));
    }
    Ok(())
}

/// A store, and what stands beside it while it is written.
fn stores(store: &Path) -> anyhow::Result<Vec<Taken>> {
    let ends = ["", "-journal", ".demarche-partial"].into_iter();
    ends.map(|end| {
        let mut path = store.as_os_str().to_owned();
        path.push(end);
        Ok(("the store".to_owned(), real(Path::new(&path))?))
    })
    .collect()
}

/// The files that a command reads besides the dump.
fn inputs(rules: Option<&PathBuf>, passphrase: Option<&PathBuf>) -> anyhow::Result<Vec<Taken>> {
    let read = [("the rules", rules), ("the passphrase", passphrase)].into_iter();
    read.filter_map(|(what, path)| path.map(|path| (what, path)))
        .map(|(what, path)| Ok((what.to_owned(), real(path)?)))
        .collect()
}

/// The files of a case that a person or a seal wrote.
fn of_case(folder: &Path) -> anyhow::Result<Vec<Taken>> {
    let mut taken = Vec::new();
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.extension().is_some_and(|end| end == "toml" || end == "lock") {
            taken.push(("a file of the case".to_owned(), real(&path)?));
        }
    }
    Ok(taken)
}

/// Refuses a path at which something else than an ordinary file stands: a folder, a device, a link.
fn is_writable(option: &str, path: &Path) -> anyhow::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(metadata) => ensure!(
            metadata.is_file(),
            "{option} {} is no ordinary file: name a file, or - for standard output",
            path.display()
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(error).with_context(|| format!("cannot write {}", path.display()));
        }
    }
    Ok(())
}

/// The path without links, also of a file and of folders that are not there yet.
fn real(path: &Path) -> anyhow::Result<PathBuf> {
    let mut missing: Vec<OsString> = Vec::new();
    let absolute =
        std::path::absolute(path).with_context(|| format!("cannot find {}", path.display()))?;
    let mut existing = absolute.as_path();
    loop {
        if let Ok(mut real) = existing.canonicalize() {
            real.extend(missing.iter().rev());
            return Ok(real);
        }
        match (existing.parent(), existing.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name.to_owned());
                existing = parent;
            }
            _ => return Ok(absolute),
        }
    }
}

/// Returns true if a path is the dump or lies in it, by whatever name.
fn lies_in(path: &Path, root: &Path) -> bool {
    path.ancestors().any(|above| is_same(above, root))
}

/// Returns true if two paths lead to one file: by their names, or by the number that the system gives the file.
fn is_same(left: &Path, right: &Path) -> bool {
    if left == right {
        return true;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number =
            |path: &Path| path.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()));
        number(left).is_some_and(|left| number(right) == Some(left))
    }
    #[cfg(not(unix))]
    false
}
