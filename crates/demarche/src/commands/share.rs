//! `demarche share`: exchange of indicators by TAXII, and comparison in private.

pub(crate) mod compare;
mod matching;
mod received;
mod remote;
mod serve;
mod stix;

use std::fs::OpenOptions;
use std::io::Write;
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

fn open(path: &Path) -> anyhow::Result<Store> {
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
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        // An empty file on a full disk would stand in the way of the next try.
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        written.inspect_err(|_| drop(std::fs::remove_file(path)))
    });
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// The time now, as STIX has it.
fn time_now() -> anyhow::Result<Timestamp> {
    crate::commands::seal::now()?.to_string().parse().context("the clock is out of range")
}
