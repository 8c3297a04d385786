//! The options of `demarche expose`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

/// The time in seconds that one item may take where the user names none.
pub(crate) const ITEM_TIME: u64 = 30;

#[derive(Debug, Subcommand)]
pub(crate) enum ExposeCommand {
    /// Scan leaked mailboxes and files: tell what they hold, whose data, how sensitive, and who must be told.
    #[command(
        after_help = "Examples:\n  demarche expose scan my-case\n  demarche expose scan leaked/ --html exposure.html --findings findings.jsonl\n  demarche expose scan leaked/ --rules staff-numbers.toml --passphrase-file secret.txt\n\nA second scan reads only what is new or changed. An interrupted scan goes on where it was. docs/exposure.md explains all of it."
    )]
    Scan(ExposeScanArgs),
    /// Put the stores of scanned parts of one dump together, and tell what the whole holds.
    #[command(
        after_help = "Examples:\n  demarche expose scan leaked/ --part mail/a.mbox --store a.sqlite\n  demarche expose scan leaked/ --part mail/b.mbox --store b.sqlite\n  demarche expose merge a.sqlite b.sqlite --store leaked.sqlite --html exposure.html\n\nThe order of the parts does not matter. The answer is that of one scan of the whole, to the byte."
    )]
    Merge(ExposeMergeArgs),
    /// List the persons in a scanned dump, those first whom most and gravest data is about.
    #[command(
        after_help = "Examples:\n  demarche expose people my-case\n  demarche expose people leaked/ --json"
    )]
    People(ExposePeopleArgs),
    /// Search all texts of a scanned dump.
    #[command(
        after_help = "Examples:\n  demarche expose find leaked/ 'merger AND confidential'\n  demarche expose find leaked/ '\"board meeting\" OR valuation*'\n  demarche expose find leaked/ anna@example.com --limit 50\n\nWords must all be there; \"…\" is a phrase, * ends the beginning of a word; AND, OR, NOT and NEAR(a b) work. Case and accents do not matter."
    )]
    Find(ExposeFindArgs),
    /// Read documents for a scan, in a process that may fail.
    #[command(hide = true)]
    DocumentReader,
}

/// A dump and its store.
#[derive(Debug, Args)]
pub(crate) struct DumpPlace {
    /// A case folder, whose `exposed/` is meant, or any folder or file of leaked mail and documents.
    pub(crate) dump: PathBuf,
    /// The file in which the scan is kept. It holds the texts of the dump. Default: `exposure.sqlite` in the case folder,
    /// else beside the dump.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// A file with the passphrase under which the store is encrypted. The store then lies in memory while it is used.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExposeScanArgs {
    #[command(flatten)]
    pub(crate) place: DumpPlace,
    /// Read only this file or folder of the dump, by its path in it. Repeatable. What the store has of others stays.
    #[arg(long, value_name = "PATH")]
    pub(crate) part: Vec<PathBuf>,
    /// Rules of your own in TOML, besides the built-in ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Seconds that reading one message, document or other item may take; what takes longer is listed as not read in
    /// full. It is the one thing in an inventory that depends on the machine.
    #[arg(long, value_name = "SECONDS", default_value_t = ITEM_TIME, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) item_time: u64,
    /// Threads that read. Default: as many as there are processors.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<usize>,
    #[command(flatten)]
    pub(crate) outputs: ExposeOutputs,
}

#[derive(Debug, Args)]
pub(crate) struct ExposeMergeArgs {
    /// The stores of the parts.
    #[arg(required = true, value_name = "PART")]
    pub(crate) parts: Vec<PathBuf>,
    /// The store of the whole, to which the parts are added; it is made where there is none.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: PathBuf,
    /// A file with the passphrase under which all these stores are encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The rules of your own by which the parts were scanned.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) outputs: ExposeOutputs,
}

/// The forms in which an inventory is told.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("listed").multiple(true))]
pub(crate) struct ExposeOutputs {
    /// Write every finding to FILE, one JSON object a line; `-` is standard output, for this and other outputs. Only its
    /// owner can read the file.
    #[arg(long, value_name = "FILE", group = "listed")]
    pub(crate) findings: Option<PathBuf>,
    /// Show values in `--findings` and `--messages` instead of masking them.
    #[arg(long, requires = "listed")]
    pub(crate) reveal: bool,
    /// Write every distinct message with its copies and attachments to FILE, one JSON object a line.
    #[arg(long, value_name = "FILE", group = "listed")]
    pub(crate) messages: Option<PathBuf>,
    /// Write the inventory as a page to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExposePeopleArgs {
    #[command(flatten)]
    pub(crate) place: DumpPlace,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExposeFindArgs {
    #[command(flatten)]
    pub(crate) place: DumpPlace,
    /// The question.
    #[arg(required = true)]
    pub(crate) question: Vec<String>,
    /// The most texts that are shown.
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Show sensitive values instead of masking them. Values that no rule recognises are always shown.
    #[arg(long)]
    pub(crate) reveal: bool,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}
