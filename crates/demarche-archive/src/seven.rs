use std::cell::Cell;
use std::ops::ControlFlow;

use sevenz_rust2::{Archive, ArchiveReader, EntryDecision, Error, Password};

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::shortfall::ArchiveShortfall;

/// The most memory for a dictionary, in KiB: 7-Zip's strongest level takes 64 MiB, its largest setting 4 GiB.
const DICTIONARY: usize = 512 << 10;

/// Walks a 7z file with the first password that gives its list and its first file.
pub(crate) fn walk(
    request: &Request<'_>,
    source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let passwords = std::iter::once("").chain(request.passwords());
    let mut refused = None;
    for password in passwords {
        let mut reader = match open(password, source) {
            Ok(reader) => reader,
            Err(error) if is_about_password(&error, password) => {
                refused = Some(ArchiveShortfall::SevenEncrypted);
                continue;
            }
            Err(error) => return vec![ArchiveShortfall::SevenRefused(error)],
        };
        let encrypted = first_encrypted(reader.archive());
        if encrypted.is_none_or(|_| fits(&mut reader, budget)) {
            return walk_open(reader, budget, visit);
        }
        refused = None;
    }
    match refused {
        Some(refused) => vec![refused],
        None => shut(source, budget, visit),
    }
}

fn open<'a>(
    password: &str,
    source: &'a mut dyn Source,
) -> Result<ArchiveReader<&'a mut dyn Source>, Error> {
    let password = if password.is_empty() { Password::empty() } else { Password::from(password) };
    let mut reader = ArchiveReader::new_with_memory_limit(source, password, DICTIONARY)?;
    // The thread pool is the caller's business.
    reader.set_thread_count(1);
    Ok(reader)
}

/// Returns true if another password may help.
fn is_about_password(error: &Error, password: &str) -> bool {
    matches!(error, Error::PasswordRequired | Error::MaybeBadPassword(_)) || !password.is_empty()
}

fn first_encrypted(archive: &Archive) -> Option<usize> {
    (0..archive.files.len()).find(|index| archive.is_file_encrypted(*index))
}

/// Returns true if a password gives the first file that has bytes. What is decoded counts.
fn fits(reader: &mut ArchiveReader<&mut dyn Source>, budget: &mut Budget) -> bool {
    let is_whole = Cell::new(false);
    let met = reader.for_each_entries_with_decision(|entry, body| {
        if !entry.has_stream() || entry.size() == 0 {
            return Ok(EntryDecision::Continue);
        }
        is_whole.set(match budget.skip(body) {
            Ok(()) | Err(Stop::Limit(_)) => true,
            Err(Stop::Broken(_)) => false,
        });
        Ok(EntryDecision::Stop)
    });
    met.is_ok() && is_whole.get()
}

fn walk_open(
    mut reader: ArchiveReader<&mut dyn Source>,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let mut shortfalls = Vec::new();
    let met = reader.for_each_entries_with_decision(|entry, body| {
        if entry.is_directory() {
            return Ok(EntryDecision::Continue);
        }
        if budget.is_used_up() || budget.count_file().is_err() {
            shortfalls.push(ArchiveShortfall::UsedUp);
            return Ok(EntryDecision::Stop);
        }
        let name = entry_name(entry.name());
        let given = Entry { name, size: Some(entry.size()), body: Body::Open(body) };
        if visit(given, budget) == ControlFlow::Break(()) {
            return Ok(EntryDecision::Stop);
        }
        // The files behind it are decoded through it.
        match budget.skip(body) {
            Ok(()) => Ok(EntryDecision::Continue),
            Err(Stop::Limit(_)) => Ok(EntryDecision::SkipBlock),
            Err(Stop::Broken(error)) => Err(error.into()),
        }
    });
    shortfalls.extend(met.err().map(ArchiveShortfall::SevenBreaksOff));
    shortfalls
}

/// Hands over the names of files whose password nobody has.
fn shut(
    mut source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let archive = match Archive::read_with_memory_limit(&mut source, &Password::empty(), DICTIONARY)
    {
        Ok(archive) => archive,
        Err(error) => return vec![ArchiveShortfall::SevenRefused(error)],
    };
    for entry in archive.files.iter().filter(|entry| !entry.is_directory()) {
        if budget.count_file().is_err() {
            return vec![ArchiveShortfall::UsedUp];
        }
        let name = entry_name(entry.name());
        let body = Body::Shut(ArchiveShortfall::Password);
        if visit(Entry { name, size: Some(entry.size()), body }, budget) == ControlFlow::Break(()) {
            break;
        }
    }
    Vec::new()
}
