//! The failure of a command: its causes and its remedy, on standard error.

use std::io;

use demarche_assess::AssessError;
use demarche_assess::programs::NothingChosen;
use demarche_batch::BatchError;
use demarche_case::{
    AnnexError, CaseError, FolderError, GapKind, InitError, OpenError, SealError, Shortfall,
};
use demarche_index::IndexError;
use demarche_library::case::CaseImportError;
use demarche_library::catalogue::AskError;
use demarche_library::{ImportError, StoreError};

use crate::commands::watch::Unkept;
use crate::fetch::FetchError;
use crate::out::OutError;
use crate::output::{clean, note};

/// Prints an error with its causes and, where there is one, its remedy.
pub(crate) fn print(error: &anyhow::Error) {
    let mut text = format!("error: {}\n", clean(&error.to_string()));
    for cause in error.chain().skip(1) {
        text.push_str(&format!("caused by: {}\n", clean(&cause.to_string())));
    }
    if let Some(hint) = error.chain().find_map(hint) {
        text.push_str(&format!("hint: {hint}\n"));
    }
    note(&text);
}

/// The failure of one input among several: the error and its causes in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub(crate) struct Failure<'a>(pub(crate) &'a anyhow::Error);

impl Shortfall for Failure<'_> {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }

    fn remedy(&self) -> Option<String> {
        self.0.chain().find_map(hint).map(str::to_owned)
    }
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
    if let Some(error) = error.downcast_ref::<OutError>() {
        return Some(error.hint());
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
    if let Some(error) = error.downcast_ref::<BatchError>() {
        return error.hint();
    }
    if let Some(error) = error.downcast_ref::<Unkept>() {
        return Some(error.hint());
    }
    let full = error.downcast_ref::<io::Error>().map(io::Error::kind);
    if full == Some(io::ErrorKind::StorageFull) {
        return Some("make room on the disk and give the same command again");
    }
    let folder = error.downcast_ref::<FolderError>().map(FolderError::hint);
    let seal = || error.downcast_ref::<SealError>().map(SealError::hint);
    let init = || error.downcast_ref::<InitError>().map(InitError::hint);
    let chosen = || error.downcast_ref::<NothingChosen>().map(NothingChosen::hint);
    folder.or_else(seal).or_else(init).or_else(chosen)
}
