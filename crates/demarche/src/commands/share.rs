//! `demarche share`: exchange of indicators by TAXII, and comparison in private.

pub(crate) mod compare;
mod matching;
mod received;
mod remote;
mod serve;
mod stix;

use std::path::Path;

use anyhow::Context;
use demarche_server::{Clock, Store};
use demarche_stix::Timestamp;

use crate::cli::share::{ExportFormat, ShareCommand};
use crate::output::Outcome;

/// Runs a command of exchange.
pub(crate) fn run(command: &ShareCommand) -> anyhow::Result<Outcome> {
    match command {
        ShareCommand::Serve(args) => serve::serve(args),
        ShareCommand::User { command } => serve::user(command),
        ShareCommand::Token { command } => serve::token(command),
        ShareCommand::Collection { command } => serve::collection(command),
        ShareCommand::Pull(args) => remote::pull(args),
        ShareCommand::Push(args) => remote::push(args),
        ShareCommand::Check(args) => stix::check(args),
        ShareCommand::Import(args) => received::import(args),
        ShareCommand::Export(args) if matches!(args.format, ExportFormat::Received) => {
            received::export(args)
        }
        ShareCommand::Export(args) => stix::export(args),
        ShareCommand::Match(args) => matching::run(args),
        ShareCommand::Compare { command } => compare::run(command),
    }
}

/// Opens the store of a server, or of users alone; it is made where there is none.
pub(crate) fn open(path: &Path) -> anyhow::Result<Store> {
    Store::open(path, Clock::of_the_machine())
        .with_context(|| format!("cannot open the store {}", path.display()))
}

/// The first line of a file, which holds a secret.
fn secret(path: &Path) -> anyhow::Result<String> {
    super::expose::passphrase(path)
}

/// Bytes that nobody can guess.
fn random() -> anyhow::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(bytes)
}

/// Creates a file that only its owner can read, and that must not be there yet.
fn new_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = demarche_exchange::new_secret(path, text);
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// The time now, as STIX has it.
fn time_now() -> anyhow::Result<Timestamp> {
    crate::commands::seal::now()?.to_string().parse().context("the clock is out of range")
}
