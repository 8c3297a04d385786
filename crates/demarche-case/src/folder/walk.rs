//! Every file of a case folder, by a name that can be printed.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::discrepancy::Discrepancy;
use super::plain::FolderError;
use crate::case_path::NO_INPUTS;

/// The files found in a folder.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Plain files with their printable paths, in order of these.
    pub(crate) files: Vec<(String, PathBuf)>,
    /// The entries that cannot be sealed: links, special files, folders that cannot be listed.
    pub(crate) strange: Vec<Discrepancy>,
}

/// Lists a folder and its sub-folders to any depth, without following links.
pub(crate) fn walk(root: &Path) -> Result<Found, FolderError> {
    let mut found = Found::default();
    let top = fs::read_dir(root).map_err(|error| FolderError::new("list", root, error))?;
    let mut waiting = vec![(String::new(), root.to_owned(), Some(top))];
    while let Some((prefix, folder, entries)) = waiting.pop() {
        let entries = match entries.map_or_else(|| fs::read_dir(&folder), Ok) {
            Ok(entries) => entries,
            Err(error) => {
                found.strange.push(Discrepancy::unreadable(&prefix, &error));
                continue;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.strange.push(Discrepancy::unreadable(&prefix, &error));
                    break;
                }
            };
            let name = printable(&entry.file_name());
            if prefix.is_empty() && NO_INPUTS.contains(&name.as_str()) {
                continue;
            }
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            match entry.file_type() {
                Err(error) => found.strange.push(Discrepancy::unreadable(&path, &error)),
                Ok(kind) if kind.is_symlink() => found.strange.push(Discrepancy::Link { path }),
                Ok(kind) if kind.is_dir() => waiting.push((path, entry.path(), None)),
                Ok(kind) if kind.is_file() => found.files.push((path, entry.path())),
                Ok(_) => found.strange.push(Discrepancy::NotAFile { path }),
            }
        }
    }
    found.files.sort();
    found.strange.sort();
    Ok(found)
}

/// A name that stays on one line: control characters, `%` and bytes that are no UTF-8 become `%` and two digits.
///
/// No two names become the same.
pub(crate) fn printable(name: &OsStr) -> String {
    let mut text = String::new();
    let escape = |text: &mut String, bytes: &[u8]| {
        for byte in bytes {
            // Writing into a `String` cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    };
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for sign in chunk.valid().chars() {
            if sign.is_control() || sign == '%' {
                escape(&mut text, sign.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                text.push(sign);
            }
        }
        escape(&mut text, chunk.invalid());
    }
    text
}
