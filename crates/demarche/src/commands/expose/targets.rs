//! The files that a scan writes: none may stand in the way of the dump, the store or each other.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use super::Dump;
use crate::cli::expose::ExposeScanArgs;

/// The path that means standard output.
pub(crate) const STANDARD: &str = "-";

/// Refuses outputs that would replace something else.
pub(crate) fn check(args: &ExposeScanArgs, dump: &Dump) -> anyhow::Result<()> {
    let options =
        [("--findings", &args.findings), ("--messages", &args.messages), ("--html", &args.html)];
    let given: Vec<(&str, &Path)> = options
        .iter()
        .filter_map(|(option, path)| path.as_deref().map(|path| (*option, path)))
        .collect();
    let standard = given.iter().filter(|(_, path)| *path == Path::new(STANDARD)).count();
    ensure!(
        standard + usize::from(args.json) < 2,
        "only one of the options that were given can write to standard output"
    );
    let root = real(&dump.root)?;
    if let Some(store) = &args.place.store {
        ensure!(
            !lies_in(&real(store)?, &root),
            "the store {} would lie in the dump: name another place with --store",
            store.display()
        );
    }
    let mut taken = inputs(args, dump)?;
    for (option, path) in given.into_iter().filter(|(_, path)| *path != Path::new(STANDARD)) {
        is_writable(option, path)?;
        let target = real(path)?;
        ensure!(
            !lies_in(&target, &root),
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

/// What a scan reads and writes besides its outputs, each with what it is.
fn inputs(args: &ExposeScanArgs, dump: &Dump) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut inputs = Vec::new();
    for end in ["", "-journal", ".demarche-partial"] {
        let mut path = dump.store.clone().into_os_string();
        path.push(end);
        inputs.push(("the store".to_owned(), real(Path::new(&path))?));
    }
    let read = [("the rules", &args.rules), ("the passphrase", &args.place.passphrase_file)];
    for (what, path) in read {
        if let Some(path) = path {
            inputs.push((what.to_owned(), real(path)?));
        }
    }
    if dump.is_of_case {
        let folder = &args.place.dump;
        let entries = std::fs::read_dir(folder)
            .with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
            if path.extension().is_some_and(|end| end == "toml" || end == "lock") {
                inputs.push(("a file of the case".to_owned(), real(&path)?));
            }
        }
    }
    Ok(inputs)
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
