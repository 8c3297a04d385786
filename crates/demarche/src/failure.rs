//! The failure of a command: its causes and its remedy, on standard error.

use demarche_assess::AssessError;
use demarche_case::{AnnexError, CaseError, FolderError, InitError, OpenError, SealError};
use demarche_index::IndexError;
use demarche_library::case::CaseImportError;
use demarche_library::catalogue::AskError;
use demarche_library::{ImportError, StoreError};

use crate::fetch::FetchError;
use crate::output::{clean, note};

/// Prints an error with its causes and, where there is one, its remedy.
pub(crate) fn print(error: &anyhow::Error) {
    let mut text = format!("error: {}\n", clean(&error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("caused by: {}\n", clean(&cause.to_string())));
    }
    if let Some(hint) = remedy(error) {
        text.push_str(&format!("hint: {hint}\n"));
    }
    note(&text);
}

/// Returns the remedy of an error, where it or one of its causes has one.
pub(crate) fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(hint)
}

fn hint(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref::<OpenError>() {
        return match error {
            OpenError::Folder(error) => Some(error.hint()),
            _ => None,
        };
    }
    if let Some(error) = error.downcast_ref::<AnnexError>() {
        return Some(error.hint());
    }
    if error.downcast_ref::<CaseError>().is_some() {
        return Some("docs/case.md explains every key");
    }
    if let Some(error) = error.downcast_ref::<FetchError>() {
        return Some(error.hint());
    }
    if let Some(error) = error.downcast_ref::<AskError>() {
        return Some(error.hint());
    }
    let library = error
        .downcast_ref::<ImportError>()
        .map(ImportError::hint)
        .or_else(|| error.downcast_ref::<CaseImportError>().map(CaseImportError::hint))
        .or_else(|| error.downcast_ref::<StoreError>().map(StoreError::hint));
    if library.is_some() {
        return library;
    }
    if let Some(error) = error.downcast_ref::<AssessError>() {
        return error.hint();
    }
    if let Some(error) = error.downcast_ref::<IndexError>() {
        return Some(error.hint());
    }
    let folder = error.downcast_ref::<FolderError>().map(FolderError::hint);
    let seal = || error.downcast_ref::<SealError>().map(SealError::hint);
    let init = || error.downcast_ref::<InitError>().map(InitError::hint);
    folder.or_else(seal).or_else(init)
}
