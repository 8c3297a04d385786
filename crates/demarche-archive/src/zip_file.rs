use std::collections::BTreeMap;
use std::io::{Cursor, Read, SeekFrom};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::fields::{u16_at, wide};
use crate::recover::recover;
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
    for index in 0..archive.len() {
        if budget.is_used_up() {
            shortfalls.push(ArchiveShortfall::UsedUp);
            break;
        }
        match walk_entry(request, &mut archive, index, budget, visit) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => return shortfalls,
            Err(shortfall) => shortfalls.push(shortfall),
        }
    }
    let read = archive.len();
    hidden(archive.into_inner(), read, budget, visit);
    shortfalls
}

/// Hands over files that others of the same name hide: the directory names more files than were read.
///
/// Readers differ in which of them they show, so that a file can be kept from a search this way.
fn hidden(source: &mut dyn Source, read: usize, budget: &mut Budget, visit: &mut Visit<'_>) {
    let is_whole = announced(source).is_none_or(|announced| usize::from(announced) <= read);
    if is_whole || budget.is_used_up() {
        return;
    }
    let bytes = source.seek(SeekFrom::Start(0)).ok().and_then(|_| budget.clone().read(source).ok());
    let files = recover(&bytes.unwrap_or_default(), budget);
    let mut last = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        last.insert(file.name.clone(), index);
    }
    for (index, file) in files.into_iter().enumerate() {
        let is_shown = last.get(&file.name) == Some(&index);
        if is_shown || budget.count_file().is_err() {
            continue;
        }
        let size = Some(wide(file.bytes.len()));
        let body = Body::Open(&mut Cursor::new(file.bytes));
        if visit(Entry { name: file.name, size, body }, budget) == ControlFlow::Break(()) {
            return;
        }
    }
}

/// The number of files that the end of a zip announces; `None` where it is not found.
fn announced(source: &mut dyn Source) -> Option<u16> {
    const LONGEST: u64 = 22 + 65_535;
    let size = source.seek(SeekFrom::End(0)).ok()?;
    source.seek(SeekFrom::Start(size.saturating_sub(LONGEST))).ok()?;
    let mut end = Vec::new();
    source.take(LONGEST).read_to_end(&mut end).ok()?;
    let found = end.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    // All ones point to a record of zip64, whose number is not needed to find files that hide each other.
    u16_at(&end, found + 10).filter(|count| *count != u16::MAX)
}

/// Hands over one file of a zip.
fn walk_entry(
    request: &Request<'_>,
    archive: &mut Archive<'_, '_>,
    index: usize,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Result<ControlFlow<()>, ArchiveShortfall> {
    let file = archive.by_index_raw(index).map_err(ArchiveShortfall::ZipEntry)?;
    if file.is_dir() {
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
    let mut found = 0;
    for file in recover(&bytes, budget) {
        found += 1;
        let size = Some(wide(file.bytes.len()));
        let body = Body::Open(&mut Cursor::new(file.bytes));
        let mut flow = visit(Entry { name: file.name, size, body }, budget);
        if budget.is_used_up() {
            flow = ControlFlow::Break(());
        }
        if flow == ControlFlow::Break(()) {
            break;
        }
    }
    match found {
        0 => vec![ArchiveShortfall::Zip(error)],
        _ => vec![ArchiveShortfall::ZipRecovered { found }],
    }
}
