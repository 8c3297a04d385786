//! The options of `demarche code`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use demarche_assess::programs;
use demarche_case::Moment;
use demarche_image::{Architecture, VirtualAddress};

use super::LibraryPlace;

#[derive(Debug, Subcommand)]
pub(crate) enum CodeCommand {
    /// The functions of executables, and what the files say about themselves.
    #[command(
        after_help = "Examples:\n  demarche code functions sample.exe\n  demarche code functions samples.zip --list\n  demarche code functions dump.bin --raw x86-64 --base 0x140000000"
    )]
    Functions(CodeFunctionsArgs),
    /// The index of known programs: add to it, list, remove, put together, check.
    Index {
        #[command(subcommand)]
        command: CodeIndexCommand,
    },
    /// Whose code is in an executable: families and actors of the index, with the functions that say so.
    #[command(
        after_help = "Examples:\n  demarche code match sample.exe\n  demarche code match sample.exe --index known/ --known files/ --html match.html\n  demarche code match samples.zip --json"
    )]
    Match(CodeMatchArgs),
    /// What two executables have in common, function by function.
    #[command(
        after_help = "Examples:\n  demarche code compare lantern.exe beacon.exe\n  demarche code compare lantern.exe beacon.exe --index known/ --html compared.html"
    )]
    Compare(CodeCompareArgs),
    /// Who shares code with whom: the families of the index and the rare code between them.
    #[command(
        after_help = "Examples:\n  demarche code families\n  demarche code families --index known/ --html families.html --svg families.svg"
    )]
    Families(CodeFamiliesArgs),
    /// A YARA rule from the code that only one family of the index has, with what it hits counted.
    #[command(
        after_help = "Examples:\n  demarche code yara Lantern --files samples/ > lantern.yar\n  demarche code yara Lantern --files samples/ /usr/bin --index known/ > lantern.yar"
    )]
    Yara(CodeYaraArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CodeIndexCommand {
    /// Add executables, all of one family; those that are in it already change nothing.
    #[command(
        after_help = "Examples:\n  demarche code index add lantern.exe wick.exe --family Lantern --actor Lamplighters\n  demarche code index add /usr/lib/x86_64-linux-gnu/libz.so.1 --family zlib --library-code"
    )]
    Add(CodeIndexAddArgs),
    /// List what is in the index.
    List(CodeIndexArgs),
    /// Take programs out, by hash or by family.
    Remove(CodeIndexRemoveArgs),
    /// Put all segments together into one; what was removed goes for good.
    Merge(CodeIndexArgs),
    /// Check every byte against its checksum.
    Verify(CodeIndexArgs),
}

/// Where the index is.
#[derive(Debug, Args)]
pub(crate) struct IndexPlace {
    /// The folder of the index; else `code` in the library's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
}

/// How files are opened that do not say it themselves.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    /// Read the files as bytes without a container (memory dump, shellcode) for this processor.
    #[arg(long, value_name = "PROCESSOR")]
    pub(crate) raw: Option<Processor>,
    /// The files were copied out of memory with their headers: everything lies where it lay there.
    #[arg(long, conflicts_with = "raw")]
    pub(crate) loaded: bool,
    /// The address of the first byte of a file that is read with `--raw` or `--loaded`.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) base: Option<u64>,
    /// A password for archives, besides the customary `infected`; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub(crate) password: Vec<String>,
}

impl From<&Opening> for programs::Opening {
    fn from(given: &Opening) -> Self {
        Self {
            raw: given.raw.map(Into::into),
            is_loaded: given.loaded,
            base: given.base.map(VirtualAddress),
            passwords: given.password.clone(),
        }
    }
}

/// A processor whose code is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Processor {
    /// 32-bit x86.
    X86,
    /// 64-bit x86.
    #[value(name = "x86-64")]
    X86_64,
    /// 64-bit Arm.
    #[value(name = "aarch64")]
    AArch64,
}

impl From<Processor> for Architecture {
    fn from(processor: Processor) -> Self {
        match processor {
            Processor::X86 => Self::X86,
            Processor::X86_64 => Self::X86_64,
            Processor::AArch64 => Self::AArch64,
        }
    }
}

/// Reads `0x401000` or `4198400`.
fn address(text: &str) -> Result<u64, String> {
    let read = text
        .strip_prefix("0x")
        .map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16));
    read.map_err(|_| "write an address as 0x401000".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct CodeFunctionsArgs {
    /// Executables, memory dumps, archives of them, or folders.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    /// List every function.
    #[arg(long)]
    pub(crate) list: bool,
    /// List the printable strings too.
    #[arg(long)]
    pub(crate) strings: bool,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeIndexAddArgs {
    /// Executables, archives of them, or folders.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The family that they belong to.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) family: String,
    /// An actor that the family is ascribed to; may be given several times.
    #[arg(long, value_name = "NAME", conflicts_with = "library_code", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) actor: Vec<String>,
    /// The files are code that anybody can have: libraries, runtimes, public tools. Sharing it tells nobody.
    #[arg(long)]
    pub(crate) library_code: bool,
    /// Who can get them: leaked or sold code says less about who used it.
    #[arg(long, value_name = "WHO", conflicts_with = "library_code")]
    pub(crate) availability: Option<Availability>,
    /// The moment of the addition, to make the same index again; else now.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) added: Option<Moment>,
    /// A word on where they come from.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Who can get a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Availability {
    /// Anybody, for nothing.
    Public,
    /// Anybody who pays.
    Commercial,
    /// Whoever found it after it got out.
    Leaked,
    /// Its authors and those to whom they give it.
    Private,
}

impl From<Availability> for demarche_case::Availability {
    fn from(availability: Availability) -> Self {
        match availability {
            Availability::Public => Self::Public,
            Availability::Commercial => Self::Commercial,
            Availability::Leaked => Self::Leaked,
            Availability::Private => Self::Private,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CodeIndexArgs {
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeIndexRemoveArgs {
    /// The SHA-256 of a program, or the first digits of it.
    #[arg(required_unless_present = "family")]
    pub(crate) programs: Vec<String>,
    /// A whole family.
    #[arg(long, value_name = "NAME")]
    pub(crate) family: Option<String>,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeMatchArgs {
    /// Executables, memory dumps, archives of them, or folders.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Folders with the known programs themselves, so that functions can be shown side by side.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) known: Vec<PathBuf>,
    /// Write a page with the functions side by side into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the families and actors as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the functions that the answers rest on as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) functions_csv: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeCompareArgs {
    /// The first executable; of an archive, its first program.
    pub(crate) left: PathBuf,
    /// The second.
    pub(crate) right: PathBuf,
    #[command(flatten)]
    pub(crate) opening: Opening,
    /// An index, whose library code is counted apart.
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    /// Write a page with the functions side by side into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the functions that both have as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeFamiliesArgs {
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Draw who shares code with whom into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Write it as a page, with the ties as a table, into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeYaraArgs {
    /// The family, as the index has it.
    pub(crate) family: String,
    /// Files of the family, and any others that the rule must not hit: the more, the better.
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
}
