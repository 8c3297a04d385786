//! The options of `demarche code`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use demarche_image::Architecture;

#[derive(Debug, Subcommand)]
pub(crate) enum CodeCommand {
    /// The functions of executables, and what the files say about themselves.
    #[command(
        after_help = "Examples:\n  demarche code functions sample.exe\n  demarche code functions samples.zip --list\n  demarche code functions dump.bin --raw x86-64 --base 0x140000000"
    )]
    Functions(CodeFunctionsArgs),
}

/// How files are opened that do not say it themselves.
#[derive(Debug, Args)]
pub(crate) struct Opening {
    /// Read the files as bytes without a container (memory dump, shellcode) for this processor.
    #[arg(long, value_name = "PROCESSOR")]
    pub(crate) raw: Option<Processor>,
    /// The address of the first byte of a file that is read with `--raw`.
    #[arg(long, value_name = "ADDRESS", default_value = "0", value_parser = address, requires = "raw")]
    pub(crate) base: u64,
    /// A password for archives, besides the customary `infected`; may be given several times.
    #[arg(long, value_name = "WORD")]
    pub(crate) password: Vec<String>,
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
