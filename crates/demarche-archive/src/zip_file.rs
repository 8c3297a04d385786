use std::io::{self, Cursor, SeekFrom};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Request, Source, Visit, entry_name};
use crate::fields::wide;
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
            Ok(ControlFlow::Break(())) => break,
            Err(shortfall) => shortfalls.push(shortfall),
        }
    }
    shortfalls
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
fn name<R: io::Read>(file: &ZipFile<'_, R>) -> String {
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
