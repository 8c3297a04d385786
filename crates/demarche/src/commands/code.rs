//! Executables and the code they share, as commands; each subcommand has its module.

pub(crate) mod functions;
