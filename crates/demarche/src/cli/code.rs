//! The options of `demarche code`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use demarche_assess::programs;
use demarche_case::Moment;
use demarche_code::{FunctionPattern, Selection};
use demarche_image::{Architecture, VirtualAddress};

use super::LibraryPlace;

#[derive(Debug, Subcommand)]
pub(crate) enum CodeCommand {
    /// List the functions of executables, and the identity of the files.
    #[command(
        after_help = "Examples:\n  demarche code functions sample.exe\n  demarche code functions samples.zip --list\n  demarche code functions dump.bin --raw x86-64 --base 0x140000000"
    )]
    Functions(CodeFunctionsArgs),
    /// Manage the index of known programs: add, list, remove, merge, verify.
    Index {
        #[command(subcommand)]
        command: CodeIndexCommand,
    },
    /// Match executables with the families and actors of the index, with the shared functions.
    #[command(
        after_help = "Examples:\n  demarche code match sample.exe\n  demarche code match sample.exe --index known/ --known files/ --html match.html\n  demarche code match samples.zip --json"
    )]
    Match(CodeMatchArgs),
    /// Compare two executables, function by function.
    #[command(
        after_help = "Examples:\n  demarche code compare lantern.exe beacon.exe\n  demarche code compare lantern.exe beacon.exe --index known/ --html compared.html"
    )]
    Compare(CodeCompareArgs),
    /// Compare the families of the index by the rare code that they share.
    #[command(
        after_help = "Examples:\n  demarche code families\n  demarche code families --index known/ --html families.html --svg families.svg"
    )]
    Families(CodeFamiliesArgs),
    /// Write a YARA rule from the code that only one family of the index has, with counted hits.
    #[command(
        after_help = "Examples:\n  demarche code yara Lantern --files samples/ > lantern.yar\n  demarche code yara Lantern --files samples/ /usr/bin --index known/ > lantern.yar"
    )]
    Yara(CodeYaraArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CodeIndexCommand {
    /// Add executables of one family. Programs already in the index stay unchanged.
    #[command(
        after_help = "Examples:\n  demarche code index add lantern.exe wick.exe --family Lantern --actor Lamplighters\n  demarche code index add /usr/lib/x86_64-linux-gnu/libz.so.1 --family zlib --library-code\n  demarche code index add wick.exe --family Lantern --only 'light_*' --not 0x401000..0x402000"
    )]
    Add(CodeIndexAddArgs),
    /// List the programs in the index.
    List(CodeIndexArgs),
    /// Remove programs by hash or by family.
    Remove(CodeIndexRemoveArgs),
    /// Merge all segments into one. Removed programs are deleted for good.
    Merge(CodeIndexArgs),
    /// Check every byte of the index against its checksum.
    Verify(CodeIndexArgs),
}

/// The location of the index.
#[derive(Debug, Args)]
pub(crate) struct IndexPlace {
    /// The folder of the index. Default: `code` in the folder of the library.
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
}

/// The form of files that do not state it themselves.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    /// Read the files as raw bytes (memory dump, shellcode) for this processor.
    #[arg(long, value_name = "PROCESSOR")]
    pub(crate) raw: Option<Processor>,
    /// The files were copied from memory with their headers, and keep the layout of memory.
    #[arg(long, conflicts_with = "raw")]
    pub(crate) loaded: bool,
    /// The address of the first byte of a file, with `--raw` or `--loaded`.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub(crate) base: Option<u64>,
    /// A password for archives, besides the customary `infected`. Repeatable.
    #[arg(long, value_name = "WORD")]
    pub(crate) password: Vec<String>,
}

/// The functions that are wanted of each program.
#[derive(Debug, Args)]
pub(crate) struct Choice {
    /// Take only functions that fit: a name with `*` and `?`, `0x401000`, `0x401000..0x402000`,
    /// `package:NAME`, `origin:own` or `origin:untold`. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<FunctionPattern>,
    /// Leave out functions that fit; patterns as for `--only`. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    not: Vec<FunctionPattern>,
}

impl From<&Choice> for Selection {
    fn from(choice: &Choice) -> Self {
        Self { only: choice.only.clone(), not: choice.not.clone() }
    }
}

impl From<&Opening> for programs::Opening {
    fn from(given: &Opening) -> Self {
        Self {
            raw: given.raw.map(Into::into),
            is_loaded: given.loaded,
            base: given.base.map(VirtualAddress),
            passwords: given.password.clone(),
            dash: Some(|| Box::new(std::io::stdin())),
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
    /// 32-bit Arm, A32 and Thumb; an odd base is that of Thumb code.
    Arm,
    /// 32-bit Arm with big-endian data (BE8).
    #[value(name = "armeb")]
    ArmBig,
    /// 32-bit MIPS, big-endian.
    Mips,
    /// 32-bit MIPS, little-endian.
    #[value(name = "mipsel")]
    MipsLittle,
}

impl From<Processor> for Architecture {
    fn from(processor: Processor) -> Self {
        match processor {
            Processor::X86 => Self::X86,
            Processor::X86_64 => Self::X86_64,
            Processor::AArch64 => Self::AArch64,
            Processor::Arm => Self::Arm,
            Processor::ArmBig => Self::ArmBig,
            Processor::Mips => Self::Mips,
            Processor::MipsLittle => Self::MipsLittle,
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
    /// Executables, memory dumps, archives of them, or folders; `-` reads standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// List every function.
    #[arg(long)]
    pub(crate) list: bool,
    /// Also list the printable strings.
    #[arg(long)]
    pub(crate) strings: bool,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeIndexAddArgs {
    /// Executables, archives of them, or folders; `-` reads standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The family of the programs.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) family: String,
    /// An actor to which the family is attributed. Repeatable.
    #[arg(long, value_name = "NAME", conflicts_with = "library_code", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) actor: Vec<String>,
    /// The files are public code: libraries, runtimes, public tools. Sharing it is no evidence.
    #[arg(long)]
    pub(crate) library_code: bool,
    /// The availability of the programs. Leaked or sold code is weaker evidence of its user.
    #[arg(long, value_name = "WHO", conflicts_with = "library_code")]
    pub(crate) availability: Option<Availability>,
    /// The time of the addition, for a reproducible index. Default: now.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) added: Option<Moment>,
    /// A note on the origin of the files.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Leave out functions that library code of the index has.
    #[arg(long, conflicts_with = "library_code")]
    pub(crate) not_library_code: bool,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The availability of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Availability {
    /// Available to anybody for free.
    Public,
    /// Available to anybody for money.
    Commercial,
    /// Available to those who found it after a leak.
    Leaked,
    /// Available only to its authors and their partners.
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
    /// The SHA-256 of a program, or its first digits.
    #[arg(required_unless_present = "family")]
    pub(crate) programs: Vec<String>,
    /// Remove all programs of this family.
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
    /// Executables, memory dumps, archives of them, or folders; `-` reads standard input.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
    /// Folders or files of known programs, to show functions side by side.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) known: Vec<PathBuf>,
    /// Write a page with the functions side by side to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the families and actors as CSV to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write every function with its surest counterpart as CSV to FILE. Functions that match nothing have none.
    #[arg(long, value_name = "FILE")]
    pub(crate) functions_csv: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeCompareArgs {
    /// The first executable. Of an archive, its first program is used.
    pub(crate) left: PathBuf,
    /// The second executable.
    pub(crate) right: PathBuf,
    #[command(flatten)]
    pub(crate) opening: Opening,
    /// An index, whose library code is counted separately.
    #[arg(long, value_name = "DIR")]
    pub(crate) index: Option<PathBuf>,
    /// Write a page with the functions side by side to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the shared functions as CSV to FILE.
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
    /// Write a drawing of the families and their shared code (SVG) to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Write a page with the drawing and a table of shared code to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CodeYaraArgs {
    /// The name of the family in the index.
    pub(crate) family: String,
    /// Files of the family, and other files that the rule must not hit.
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) opening: Opening,
    #[command(flatten)]
    pub(crate) place: IndexPlace,
}
