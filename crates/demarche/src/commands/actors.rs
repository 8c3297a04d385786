//! Who did it, as commands; each subcommand has its module.

pub(crate) mod evaluate;
pub(crate) mod rank;
pub(crate) mod show;
