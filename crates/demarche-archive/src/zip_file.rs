use std::collections::BTreeSet;
use std::io::{Cursor, Read, SeekFrom};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::fields::wide;
use crate::recover::{Found, named, recover};
use crate::shortfall::ArchiveShortfall;

type Archive<'a, 'b> = ZipArchive<&'a mut (dyn Source + 'b)>;

pub(crate) fn walk(
    request: &Request<'_>,
    source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    match ZipArchive::new(&mut *source) {
        Ok(archive) => walk_open(request, archive, budget, visit),
        Err(error) => walk_without_directory(error, source, budget, visit),
    }
}

fn walk_open(
    request: &Request<'_>,
    mut archive: Archive<'_, '_>,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let mut shortfalls = Vec::new();
    let mut covered = Vec::new();
    for index in 0..archive.len() {
        if budget.is_used_up() {
            shortfalls.push(ArchiveShortfall::UsedUp);
            return shortfalls;
        }
        match walk_entry(request, &mut archive, index, &mut covered, budget, visit) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return shortfalls,
            Err(shortfall) => shortfalls.push(shortfall),
        }
    }
    unlisted(archive.into_inner(), covered, budget, visit, &mut shortfalls);
    shortfalls
}

/// Hands over files that lie between those of the directory.
///
/// Readers differ in which files they show: the directory may hide one behind another of the same name, leave one out, or
/// belong to the last of several zips that were put behind each other. So a file can be kept from a search.
fn unlisted(
    source: &mut dyn Source,
    mut covered: Vec<(u64, u64)>,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
    shortfalls: &mut Vec<ArchiveShortfall>,
) {
    /// A header of a file takes so many bytes.
    const LEAST: u64 = 30;
    let Ok(size) = source.seek(SeekFrom::End(0)) else { return };
    covered.push((size, size));
    covered.sort_unstable();
    let mut behind = 0;
    for (start, end) in covered {
        let length = start.checked_sub(behind).filter(|length| *length >= LEAST);
        if let Some(length) = length.filter(|_| !budget.is_used_up()) {
            let stretch = source.seek(SeekFrom::Start(behind)).map_err(Stop::Broken);
            // The archive's own bytes are no expansion.
            let bytes = stretch.and_then(|_| budget.clone().read(&mut (&mut *source).take(length)));
            let found = bytes.map(|bytes| recover(&bytes, budget)).map_err(ArchiveShortfall::from);
            let flow = match found {
                Ok(found) => hand_over(found, budget, visit, shortfalls),
                Err(shortfall) => {
                    shortfalls.push(shortfall);
                    ControlFlow::Continue(())
                }
            };
            if flow == ControlFlow::Break(()) {
                return;
            }
        }
        behind = behind.max(end);
    }
}

/// Hands over files that were found by their headers.
fn hand_over(
    found: Vec<Found>,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
    shortfalls: &mut Vec<ArchiveShortfall>,
) -> ControlFlow<()> {
    for Found { name, bytes, is_complete } in found {
        if budget.count_file().is_err() {
            shortfalls.push(ArchiveShortfall::UsedUp);
            return ControlFlow::Break(());
        }
        if !is_complete {
            shortfalls.push(ArchiveShortfall::ZipCut { name: name.clone() });
        }
        let mut reader;
        let (size, body) = match bytes {
            Ok(bytes) => {
                let size = Some(wide(bytes.len()));
                reader = Cursor::new(bytes);
                (size, Body::Open(&mut reader))
            }
            Err(reason) => (None, Body::Shut(reason)),
        };
        visit(Entry { name, size, body }, budget)?;
        if budget.is_used_up() {
            shortfalls.push(ArchiveShortfall::UsedUp);
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(())
}

/// Hands over one file of a zip.
fn walk_entry(
    request: &Request<'_>,
    archive: &mut Archive<'_, '_>,
    index: usize,
    covered: &mut Vec<(u64, u64)>,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Result<ControlFlow<()>, ArchiveShortfall> {
    let file = archive.by_index_raw(index).map_err(ArchiveShortfall::ZipEntry)?;
    let start = file.header_start();
    let end = file.data_start().unwrap_or(start).saturating_add(file.compressed_size());
    covered.push((start, end));
    // A folder has no bytes; a file may be named like one to be passed by.
    if file.is_dir() && file.size() == 0 {
        return Ok(ControlFlow::Continue(()));
    }
    let (name, size) = (name(&file), Some(file.size()));
    let is_encrypted = file.encrypted();
    drop(file);
    budget.count_file().map_err(|_| ArchiveShortfall::UsedUp)?;
    if is_encrypted {
        let decrypted = decrypt(request, archive, index, budget);
        let mut plain;
        let body = match decrypted {
            Ok(bytes) => {
                plain = Cursor::new(bytes);
                Body::Open(&mut plain)
            }
            Err(shortfall) => Body::Shut(shortfall),
        };
        return Ok(visit(Entry { name, size, body }, budget));
    }
    Ok(match archive.by_index(index) {
        Ok(mut file) => visit(Entry { name, size, body: Body::Open(&mut file) }, budget),
        Err(error) => {
            visit(Entry { name, size, body: Body::Shut(ArchiveShortfall::Method(error)) }, budget)
        }
    })
}

/// The bytes of an encrypted file, with the first password that fits. With the old encryption one of 256 wrong passwords
/// seems to fit until the checksum at the end.
fn decrypt(
    request: &Request<'_>,
    archive: &mut Archive<'_, '_>,
    index: usize,
    budget: &mut Budget,
) -> Result<Vec<u8>, ArchiveShortfall> {
    let mut last = ArchiveShortfall::Password;
    for password in request.passwords() {
        let read = match archive.by_index_decrypt(index, password.as_bytes()) {
            Ok(mut file) => budget.read(&mut file),
            Err(ZipError::InvalidPassword) => continue,
            Err(error) => return Err(ArchiveShortfall::Method(error)),
        };
        match read {
            Ok(bytes) => return Ok(bytes),
            Err(stop @ Stop::Limit(_)) => return Err(stop.into()),
            Err(stop @ Stop::Broken(_)) => last = stop.into(),
        }
    }
    Err(last)
}

/// The name of a file: in UTF-8 where it is that, else as the archive says.
fn name<R: Read>(file: &ZipFile<'_, R>) -> String {
    let raw = file.name_raw();
    let text = std::str::from_utf8(raw).map_or_else(
        |_| match file.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(raw).into_owned(),
        },
        str::to_owned,
    );
    entry_name(&text)
}

/// Hands over the files of a zip that lost its directory.
fn walk_without_directory(
    error: ZipError,
    source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    let read = source.seek(SeekFrom::Start(0)).map_err(Stop::Broken).and_then(|_| {
        // The archive's own bytes are no expansion.
        budget.clone().read(source)
    });
    let Ok(bytes) = read else { return vec![ArchiveShortfall::Zip(error)] };
    let found = recover(&bytes, budget);
    let names: BTreeSet<String> = found.iter().map(|file| file.name.clone()).collect();
    let mut shortfalls = vec![match found.len() {
        0 => ArchiveShortfall::Zip(error),
        number => ArchiveShortfall::ZipRecovered { found: number },
    }];
    if hand_over(found, budget, visit, &mut shortfalls) == ControlFlow::Continue(()) {
        let lost = named(&bytes).into_iter().filter(|name| !names.contains(name));
        let lost = lost.map(|name| Found {
            name,
            bytes: Err(ArchiveShortfall::ZipElsewhere),
            is_complete: true,
        });
        // Nothing comes behind them, whether the visitor breaks off or not.
        let _: ControlFlow<()> = hand_over(lost.collect(), budget, visit, &mut shortfalls);
    }
    shortfalls
}
