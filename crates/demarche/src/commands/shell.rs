//! What a shell and `man` know of the commands, made from the definitions that `--help` shows.

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output::{Outcome, print};

/// Prints a script that completes commands and options.
pub(crate) fn completions(shell: Shell) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "demarche", &mut script);
    print(&String::from_utf8(script).context("the script is no text")?)?;
    Ok(Outcome::Complete)
}

/// Writes a manual page for the program and for each of its commands.
pub(crate) fn manual(folder: &Path) -> anyhow::Result<Outcome> {
    let name = || format!("cannot write manual pages into {}", folder.display());
    std::fs::create_dir_all(folder).with_context(name)?;
    clap_mangen::generate_to(Cli::command(), folder).with_context(name)?;
    print(&format!("Wrote the manual pages to {}\n", folder.display()))?;
    Ok(Outcome::Complete)
}
