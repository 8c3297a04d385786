//! Routing tables, opened, hashed and read.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{CaseFolder, DoubtfulLink, Gap, Hashed, TableFile, table_files};
use demarche_routes::{RoutingData, Tables};

use crate::progress::Reading;

/// What was read, and from which files.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) routing_data: RoutingData,
    pub(crate) inputs: Vec<Input>,
}

/// Reads all tables of the folders and files that the user named; `doubtful` links are taken off the AS graph.
pub(crate) fn read(paths: &[PathBuf], doubtful: Vec<DoubtfulLink>) -> anyhow::Result<Read> {
    let mut files = Vec::new();
    let mut gaps = Vec::new();
    for path in paths {
        if path.is_dir() {
            let (found, more) =
                table_files(path).with_context(|| format!("cannot list {}", path.display()))?;
            anyhow::ensure!(!found.is_empty(), "no tables in {}", path.display());
            files.extend(found);
            gaps.extend(more);
        } else {
            files.push(TableFile::named(path));
        }
    }
    read_files(&files, gaps, doubtful)
}

/// Reads the tables of a case; `None` when its folder of tables is empty or not there.
pub(crate) fn read_case(
    folder: &CaseFolder,
    doubtful: Vec<DoubtfulLink>,
) -> anyhow::Result<Option<Read>> {
    let tables = &folder.case().routes.folder;
    let path = folder.root().join(tables.as_str());
    if !path.is_dir() {
        return Ok(None);
    }
    anyhow::ensure!(
        !path.is_symlink(),
        "{} is a link, and links out of a case are not followed: copy the tables, or name them with --routes",
        path.display()
    );
    let (files, gaps) =
        table_files(&path).with_context(|| format!("cannot list {}", path.display()))?;
    let files: Vec<TableFile> = files
        .into_iter()
        .map(|file| TableFile { name: format!("{tables}/{}", file.name), ..file })
        .collect();
    if files.is_empty() { Ok(None) } else { read_files(&files, gaps, doubtful).map(Some) }
}

/// The hashes of the case's own files.
pub(crate) fn hand_written(folder: &CaseFolder) -> anyhow::Result<Vec<Input>> {
    let hash = |name: &str, what: &str| -> anyhow::Result<Input> {
        let path = folder.root().join(name);
        let read = || std::fs::File::open(&path).and_then(|file| Hashed::new(file).finish());
        let (sha256, bytes) = read().with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Input { path: name.to_owned(), sha256, bytes, what: what.to_owned() })
    };
    let mut inputs =
        vec![hash("case.toml", "the case")?, hash("evidence.toml", "the evidence register")?];
    if folder.root().join("response.toml").exists() {
        inputs.push(hash("response.toml", "what the case says of responses")?);
    }
    Ok(inputs)
}

fn read_files(
    files: &[TableFile],
    gaps: Vec<Gap>,
    doubtful: Vec<DoubtfulLink>,
) -> anyhow::Result<Read> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut tables = Tables { gaps, ..Tables::default() };
    let mut inputs = Vec::new();
    for file in files {
        let open = file.open().with_context(|| format!("cannot open {}", file.path.display()))?;
        let size = open.metadata().map_or(0, |metadata| metadata.len());
        let mut hashed = Reading::new(Hashed::new(open), &file.name, size);
        let kind = tables.read(&file.name, &mut hashed, threads);
        let (sha256, bytes) = hashed
            .finish()
            .finish()
            .with_context(|| format!("cannot read {}", file.path.display()))?;
        let what = kind.map_or_else(|| "not read".to_owned(), |kind| kind.to_string());
        inputs.push(Input { path: file.name.clone(), sha256, bytes, what });
    }
    Ok(Read { routing_data: RoutingData::new(tables, doubtful), inputs })
}
