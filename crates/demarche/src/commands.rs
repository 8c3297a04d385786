//! One module per subcommand; each reads its inputs, asks a library, and prints.

pub(crate) mod actors;
pub(crate) mod assess;
pub(crate) mod code;
pub(crate) mod convert;
pub(crate) mod cut;
pub(crate) mod depend;
pub(crate) mod hegemony;
pub(crate) mod init;
pub(crate) mod library;
pub(crate) mod locate;
pub(crate) mod note;
pub(crate) mod options;
pub(crate) mod power;
mod question;
pub(crate) mod seal;
pub(crate) mod verify;
