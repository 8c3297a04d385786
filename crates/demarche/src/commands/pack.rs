//! `demarche pack`: everything that an assessment rests on in one file, for somebody who checks it.
//!
//! The package is assessed where it lies, before it is written, so that whoever has it gets the same bytes elsewhere.

mod check;
mod layout;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use demarche_case::CaseFolder;
use demarche_case::assessment::answer::{PackList, PackedFile};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::layout::{assessed, lay_out, list_of, stock};
use super::library;
use crate::cli::{PackArgs, PackCommand, PackMakeArgs};
use crate::output::{self, Outcome, Partial, counted, print};

/// The text beside the files, for whoever opens the package without demarche.
const README: &str = "\
This package holds a case, everything that its assessment rests on, and the assessment.

  demarche pack check FILE

checks every file by its hash, assesses the case again, and says whether the result has the same bytes.
It needs no network. pack.json names the version of demarche that wrote it, and every file with its hash.

The marking in pack.json is the strictest of the whole case: the package shows everything, and may go no further
than that marking allows.
";

/// Makes or checks a package.
pub(crate) fn run(command: &PackCommand) -> anyhow::Result<Outcome> {
    match command {
        PackCommand::Make(args) => make(args),
        PackCommand::Check(args) => check::run(args),
    }
}

fn make(args: &PackMakeArgs) -> anyhow::Result<Outcome> {
    let PackArgs { routes, place, as_of, hindsight } = &args.what;
    let folder = CaseFolder::open(&args.case)?;
    let staging = tempfile::tempdir().context("cannot make a folder for temporary files")?;
    let root = staging.path();
    let left_out = lay_out(&folder, routes, &library::folder(place)?, root)?;
    let mut list = list_of(&folder, *as_of, *hindsight);
    let json = assessed(root, &list)?;
    std::fs::write(root.join(layout::ASSESSMENT), &json)?;
    std::fs::write(root.join("README.txt"), README)?;
    list.files = stock(root)?;
    let (partial, file) = Partial::create(&args.out)?;
    partial.finish(written(file, root, &list))?;
    let marking = list.marking;
    if args.json {
        return output::json(list, Vec::new(), Vec::new());
    }
    let omission = if left_out.is_empty() {
        String::new()
    } else {
        format!(
            "Left out, since it would carry further what was leaked: {}.\n",
            left_out.join(", ")
        )
    };
    print(&format!(
        "{}: {}, marked {marking}.\n{omission}Whoever checks it runs `demarche pack check` on it.\n",
        args.out.display(),
        counted(list.files.len() as u64, "file", "files"),
    ))?;
    Ok(Outcome::Complete)
}

/// Writes the files in the order of the list, without a date, so that the same case gives the same bytes.
fn written(file: File, root: &Path, list: &PackList) -> io::Result<()> {
    let mut zip = ZipWriter::new(file);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600)
        .large_file(true);
    zip.start_file(layout::LIST, options)?;
    zip.write_all(&serde_json::to_vec_pretty(list)?)?;
    for PackedFile { path, .. } in &list.files {
        zip.start_file(path, options)?;
        let mut from = File::open(root.join(path))?;
        io::copy(&mut from, &mut zip)?;
    }
    zip.finish()?.sync_all()
}
