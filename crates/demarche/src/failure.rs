//! The failure of a command: its causes and its remedy, on standard error.

use demarche_assess::AssessError;
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

/// A program of which the user's choice leaves no function.
#[derive(Debug, thiserror::Error)]
#[error(
    "the choice of functions ({choice}) leaves none of the {functions} of {name}, which was not added"
)]
pub(crate) struct NothingChosen {
    pub(crate) name: String,
    pub(crate) choice: String,
    pub(crate) functions: usize,
}

impl NothingChosen {
    /// The way to a choice that leaves something.
    #[expect(clippy::unused_self, reason = "every error of a command has its hint alike")]
    const fn hint(&self) -> &'static str {
        "`demarche code functions FILE --list` names the functions, their addresses and their packages"
    }
}

impl Shortfall for NothingChosen {
    fn kind(&self) -> GapKind {
        GapKind::Unused
    }

    fn remedy(&self) -> Option<String> {
        Some(self.hint().to_owned())
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
    if let Some(error) = error.downcast_ref::<Unkept>() {
        return Some(error.hint());
    }
    let folder = error.downcast_ref::<FolderError>().map(FolderError::hint);
    let seal = || error.downcast_ref::<SealError>().map(SealError::hint);
    let init = || error.downcast_ref::<InitError>().map(InitError::hint);
    let chosen = || error.downcast_ref::<NothingChosen>().map(NothingChosen::hint);
    folder.or_else(seal).or_else(init).or_else(chosen)
}
