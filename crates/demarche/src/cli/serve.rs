//! `demarche serve` and `demarche demo`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use demarche_case::Tlp;

use super::code::IndexPlace;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The case folders.
    #[arg(required = true, value_name = "CASE")]
    pub(crate) cases: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) bench: BenchArgs,
    /// Folders or files of routing data, instead of those in the case folders.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    /// The marking of findings from the index. A stricter marking of the program takes precedence.
    #[arg(long, value_name = "TLP", default_value = "AMBER")]
    pub(crate) index_tlp: Tlp,
    /// A file with the passphrase of stores that `expose scan` encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The folder for the case, which must not exist yet; without one, a folder for temporary files.
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bench: BenchArgs,
}

/// The options of both.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// The address to listen at; port 0 takes a free one. Beyond this machine it needs TLS and users.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// The store of the users who may log in, made by `demarche share user add NAME --store FILE`.
    #[arg(long, value_name = "FILE")]
    pub(crate) users: Option<PathBuf>,
    /// The server's certificate and those up to its authority, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A name by which browsers reach the server, such as bench.example.org.
    #[arg(long, value_name = "NAME", requires = "users")]
    pub(crate) host: Vec<String>,
    /// Do not open the browser.
    #[arg(long)]
    pub(crate) no_open: bool,
    /// Your name in the log; otherwise that of the user logged in.
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
    /// The index of known programs.
    #[command(flatten)]
    pub(crate) known: IndexPlace,
}
