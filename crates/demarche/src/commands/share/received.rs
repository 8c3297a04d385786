//! Bundles of partners, kept whole beside a case and sent on.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use demarche_case::{CaseFolder, Sha256, Stamp, Tlp, record};
use demarche_exchange::answer::{KeptFile, ShareImportAnswer};
use demarche_exchange::{Format, Onward, onward};
use demarche_stix::KeptBundle;

use super::stix::{exported_in_words, with_hint, written};
use crate::cli::ImportArgs;
use crate::cli::share::ExportArgs;
use crate::commands::{import, seal};
use crate::output::{self, Outcome, Partial, name, print};

/// The folder of a case in which bundles are kept.
const FOLDER: &str = "exchange";

/// The largest bundle that is kept, in bytes.
const MAX_BYTES: u64 = demarche_import::MAX_BYTES as u64;

/// Keeps bundles beside a case, and adds what is evidence in them.
pub(crate) fn import(args: &ImportArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.into)?;
    let mut bundles = Vec::new();
    for path in &args.files {
        let bytes = bytes_of(path)?;
        let objects = KeptBundle::read(&bytes)
            .with_context(|| format!("cannot keep {}", path.display()))?
            .objects
            .len();
        bundles.push((path, bytes, objects as u64));
    }
    let (imported, outcome) = import::import_all(args)?;
    let mut kept = Vec::new();
    for (path, bytes, objects) in bundles {
        kept.push(keep(&folder, path, &bytes, objects, args.dry_run)?);
    }
    let words = import::in_words(&imported, args);
    let answer = ShareImportAnswer { evidence: imported, kept };
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    let told = answer.kept.iter().map(|file| {
        let state = match (args.dry_run, file.is_new) {
            (true, _) => "would be kept",
            (false, true) => "kept",
            (false, false) => "was kept before",
        };
        format!("{} {state} whole as {}\n", name(&file.file), file.kept)
    });
    print(&(words + &told.collect::<String>()))?;
    Ok(outcome)
}

fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let place = path.display();
    let length = std::fs::metadata(path).with_context(|| format!("cannot read {place}"))?.len();
    if length > MAX_BYTES {
        bail!("{place} has {length} bytes, and at most {MAX_BYTES} are kept: split it");
    }
    std::fs::read(path).with_context(|| format!("cannot read {place}"))
}

/// Keeps one bundle under its own hash, and enters it in the log of the case.
fn keep(
    folder: &CaseFolder,
    path: &Path,
    bytes: &[u8],
    objects: u64,
    is_dry: bool,
) -> anyhow::Result<KeptFile> {
    let sha256 = Sha256::of(bytes);
    let digits = sha256.to_string();
    let kept = format!("{FOLDER}/bundle-{}.json", digits.get(..16).unwrap_or(&digits));
    let inside = folder.root().join(FOLDER);
    let target = folder.root().join(&kept);
    let is_new = !target.exists();
    if is_new && !is_dry {
        std::fs::create_dir_all(&inside)
            .with_context(|| format!("cannot make {}", inside.display()))?;
        check_folder(&inside)?;
        let (partial, mut file) = Partial::create(&target)?;
        partial.finish(file.write_all(bytes))?;
        let stamp = Stamp { time: seal::now()?, who: &seal::user() };
        let detail = format!("kept {kept} with {objects} objects, SHA-256 {digits}");
        record(folder.root(), &stamp, "import", &detail)?;
    }
    Ok(KeptFile { file: path.display().to_string(), kept, sha256, objects, is_new })
}

/// A folder of a case is no link: what lies elsewhere is not sealed with it.
fn check_folder(folder: &Path) -> anyhow::Result<()> {
    let kind = std::fs::symlink_metadata(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    if !kind.is_dir() {
        bail!("{} is no folder", folder.display());
    }
    Ok(())
}

/// Sends on what partners sent, as far as its markings allow.
pub(crate) fn export(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let mut bundles = Vec::new();
    for path in kept_files(&folder)? {
        bundles.push((path.display().to_string(), bytes_of(&path)?));
    }
    if bundles.is_empty() {
        bail!("the case keeps no bundle; `demarche share import` keeps them");
    }
    let bundles: Vec<(&str, &[u8])> =
        bundles.iter().map(|(file, bytes)| (file.as_str(), bytes.as_slice())).collect();
    let unmarked = args.unmarked_as.unwrap_or(Tlp::Red);
    let terms = Onward { case: folder.case(), to: args.to, unmarked };
    let exported = onward(&bundles, &terms).map_err(with_hint)?;
    let withheld = exported.unexpressed.len() as u64;
    let answer = written(args, exported, withheld)?;
    if args.json {
        return output::json(answer, Vec::new(), Vec::new());
    }
    print(&exported_in_words(&answer, Format::Received))?;
    Ok(Outcome::Complete)
}

/// The bundles that a case keeps, by name; links are no bundles.
fn kept_files(folder: &CaseFolder) -> anyhow::Result<Vec<PathBuf>> {
    let inside = folder.root().join(FOLDER);
    if !inside.exists() {
        return Ok(Vec::new());
    }
    check_folder(&inside)?;
    let entries =
        std::fs::read_dir(&inside).with_context(|| format!("cannot list {}", inside.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {}", inside.display()))?;
        let kind =
            entry.file_type().with_context(|| format!("cannot read {}", entry.path().display()))?;
        if kind.is_file() && entry.path().extension().is_some_and(|end| end == "json") {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
