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

use crate::cli::share::ShareCommand;
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
