use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{Gap, Hashed, Moment, Sha256, TableFile};
use demarche_library::answer::{AddAnswer, CompanionAnswer, ImportAnswer};
use demarche_library::{Companion, Cut, ImportError, Imported, Provenance, Store, case, import};
use demarche_report::{Block, Cell, Column, Section, words};
use demarche_routes::{Compression, Decompressed};

use crate::cli::LibraryAddArgs;
use crate::commands::library::folder;
use crate::commands::seal::now;
use crate::failure::Failure;
use crate::output::{self, Outcome, count, counted};

/// The most that a compressed file is unpacked to, in bytes, as a small one can claim any size; ATT&CK Enterprise 18.1
/// has 33 MB.
const LARGEST_UNPACKED: u64 = 256_000_000;

/// The most that is read of a file that is not compressed, in bytes.
const LARGEST: u64 = 1 << 30;

/// Imports files and cases into the library.
pub(crate) fn run(args: &LibraryAddArgs) -> anyhow::Result<Outcome> {
    let folder = folder(&args.place)?;
    let store = Store::at(&folder);
    let time = now()?;
    let library = folder.display().to_string();
    let mut answer = AddAnswer { library, imports: Vec::new(), companions: Vec::new() };
    let (mut inputs, mut gaps) = (Vec::new(), Vec::new());
    let mut failed = None;
    for path in &args.inputs {
        match add(args, &store, path, time) {
            Ok((import, input, more)) => {
                gaps.extend(more);
                answer.imports.push(import);
                inputs.push(input);
            }
            Err(error) => {
                let input = path.display().to_string();
                if let Some(companion) = companion(&error) {
                    answer.companions.push(CompanionAnswer { input, kind: companion.to_string() });
                    continue;
                }
                gaps.push(Gap::of(input, &Failure(&error)));
                failed.get_or_insert(error);
            }
        }
    }
    let is_empty = answer.imports.is_empty() && answer.companions.is_empty();
    if let Some(error) = failed.filter(|_| is_empty) {
        return Err(error);
    }
    if args.json {
        return output::json(answer, inputs, gaps);
    }
    output::show(&view(&answer))?;
    output::gaps(&gaps);
    Ok(Outcome::of(&gaps))
}

/// The companion of a data set that an import met instead of one.
fn companion(error: &anyhow::Error) -> Option<Companion> {
    match error.downcast_ref()? {
        ImportError::Companion(companion) => Some(*companion),
        _ => None,
    }
}

fn add(
    args: &LibraryAddArgs,
    store: &Store,
    path: &Path,
    time: Moment,
) -> anyhow::Result<(ImportAnswer, Input, Vec<Gap>)> {
    let name = path.display().to_string();
    let (imported, bytes) = if path.is_dir() {
        let case = case::import(path, &origin(args, path))
            .with_context(|| format!("cannot add the case {name}"))?;
        (case, 0)
    } else {
        file(args, path).with_context(|| format!("cannot add {name}"))?
    };
    let gaps = imported.gaps(&name);
    let added = store.add(&imported, time)?;
    let import =
        ImportAnswer::of(&name, &imported, added).context("the import names no edition")?;
    let sha256 = import.edition.sha256;
    let description = import.edition.name.clone();
    Ok((import, Input { path: name, sha256, bytes, what: description }, gaps))
}

/// The origin that the user gives, or the last part of the path.
fn origin(args: &LibraryAddArgs, path: &Path) -> String {
    let itself = || path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    args.origin.clone().unwrap_or_else(itself)
}

fn file(args: &LibraryAddArgs, path: &Path) -> anyhow::Result<(Imported, u64)> {
    let opened = TableFile::named(path).open()?;
    let mut hashed = Hashed::new(opened);
    let mut plain = Vec::new();
    let input = Decompressed::new(&mut hashed, NonZeroUsize::MIN);
    let is_raw = input.compression() == Compression::Raw;
    let limit = if is_raw { LARGEST } else { LARGEST_UNPACKED };
    let read = input.take(limit + 1).read_to_end(&mut plain);
    if plain.len() as u64 > limit {
        return Err(if is_raw {
            ImportError::TooLarge { limit }.into()
        } else {
            ImportError::Unpacked { limit }.into()
        });
    }
    // The bytes before the damage are imported; a file that cannot be read to its end has no hash.
    let cut = read.err().map(|error| Cut::Damaged(error.to_string()));
    let (sha256, bytes) = match &cut {
        None => hashed.finish()?,
        Some(_) => hashed.finish().unwrap_or((Sha256::default(), 0)),
    };
    let provenance = Provenance { origin: origin(args, path), date: args.date, sha256 };
    let mut imported = import(&plain, &provenance)?;
    // The damage is the cause of a bundle that breaks off.
    imported.cut = cut.or(imported.cut);
    Ok((imported, bytes))
}

/// The most refused entries that are listed; the JSON has all.
const SHOWN: usize = 20;

fn view(answer: &AddAnswer) -> Vec<Section> {
    let imports = answer.imports.iter().map(import_view);
    let companions = answer.companions.iter().map(|companion| {
        let title = format!("{}: nothing to add", companion.input);
        Section::new("companion", title).with(Block::Note(format!("It is {}.", companion.kind)))
    });
    imports.chain(companions).collect()
}

fn import_view(import: &ImportAnswer) -> Section {
    let edition = &import.edition;
    let state = if import.was_known { "is in the library already" } else { "added" };
    let counts = import.counts;
    let parts = [
        (counts.actors, "actor", "actors"),
        (counts.software, "program", "programs"),
        (counts.techniques, "technique", "techniques"),
        (counts.attacks, "attack", "attacks"),
        (counts.uses, "use", "uses"),
        (counts.sources, "source", "sources"),
    ];
    let parts = parts.iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> =
        parts.map(|(number, one, several)| counted(*number, one, several)).collect();
    let mut terms = vec![("holds", parts.join(", ")), ("licence", edition.licence.clone())];
    let passed_over = import.passed_over.iter().filter(|(_, number)| **number > 0);
    let passed_over: Vec<String> =
        passed_over.map(|(kind, number)| format!("{} {kind}", count(*number))).collect();
    if !passed_over.is_empty() {
        terms.push(("without an entry", passed_over.join(", ")));
    }
    if !import.refused.is_empty() {
        terms.push(("refused", count(import.refused.len() as u64)));
    }
    let rows = import.refused.iter().take(SHOWN).map(|refused| {
        vec![
            Cell::Code(refused.id.clone()),
            words(refused.name.as_deref().unwrap_or("")),
            words(refused.reason.as_str()),
        ]
    });
    let columns = vec![Column::Text("id"), Column::Text("name"), Column::Text("reason")];
    let further = import
        .refused
        .len()
        .checked_sub(SHOWN + 1)
        .map(|further| Block::Note(format!("and {} more; --json lists them all", further + 1)));
    Section::new("import", format!("{}: {} {state}", import.input, edition.name))
        .with(Block::Terms(terms))
        .with(Block::Table { caption: "", columns, rows: rows.collect() })
        .and(further)
}
