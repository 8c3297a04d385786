use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ByteOrder;

/// An address in the memory of a loaded image, with the image at its preferred base.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct VirtualAddress(pub u64);

impl VirtualAddress {
    /// The address `count` bytes further on; it wraps around at the end of the address space.
    #[must_use]
    pub fn plus(self, count: u64) -> Self {
        Self(self.0.wrapping_add(count))
    }

    /// The number of bytes this address lies behind another; `None` where it lies before it.
    #[must_use]
    pub fn since(self, start: Self) -> Option<u64> {
        self.0.checked_sub(start.0)
    }
}

impl fmt::Display for VirtualAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// An offset in a file, in bytes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct FileOffset(pub u64);

/// The container that an image came in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Linux and most Unixes.
    Elf,
    /// Windows.
    Pe,
    /// Apple's systems.
    MachO,
    /// Bytes without a container: a memory dump or shellcode.
    Raw,
}

/// The instruction set that an image's code is written in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Architecture {
    /// 32-bit x86.
    #[serde(rename = "x86")]
    X86,
    /// 64-bit x86.
    #[serde(rename = "x86-64")]
    X86_64,
    /// 64-bit Arm.
    #[serde(rename = "aarch64")]
    AArch64,
    /// 32-bit Arm with little-endian data: A32 and Thumb.
    #[serde(rename = "arm")]
    Arm,
    /// 32-bit Arm with big-endian data and little-endian instructions (BE8).
    #[serde(rename = "armeb")]
    ArmBig,
    /// 32-bit MIPS, big-endian.
    #[serde(rename = "mips")]
    Mips,
    /// 32-bit MIPS, little-endian.
    #[serde(rename = "mipsel")]
    MipsLittle,
    /// The bytecode of .NET (CIL), whatever processor runs it.
    #[serde(rename = "cil")]
    Cil,
}

impl Architecture {
    /// The instruction sets of processors.
    pub const PROCESSORS: [Self; 7] = [
        Self::X86,
        Self::X86_64,
        Self::AArch64,
        Self::Arm,
        Self::ArmBig,
        Self::Mips,
        Self::MipsLittle,
    ];

    /// The bytes of a pointer: 4 or 8.
    #[must_use]
    pub fn pointer_size(self) -> usize {
        match self {
            Self::X86 | Self::Arm | Self::ArmBig | Self::Mips | Self::MipsLittle | Self::Cil => 4,
            Self::X86_64 | Self::AArch64 => 8,
        }
    }

    /// The order of bytes in data. The instructions of big-endian Arm are little-endian all the same.
    #[must_use]
    pub fn byte_order(self) -> ByteOrder {
        match self {
            Self::ArmBig | Self::Mips => ByteOrder::Big,
            Self::X86 | Self::X86_64 | Self::AArch64 | Self::Arm | Self::MipsLittle | Self::Cil => {
                ByteOrder::Little
            }
        }
    }

    /// Returns true for 32-bit Arm, where the lowest bit of an address of code tells Thumb from A32.
    #[must_use]
    pub fn has_thumb(self) -> bool {
        matches!(self, Self::Arm | Self::ArmBig)
    }

    /// Returns true for MIPS.
    #[must_use]
    pub fn is_mips(self) -> bool {
        matches!(self, Self::Mips | Self::MipsLittle)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elf => "ELF",
            Self::Pe => "PE",
            Self::MachO => "Mach-O",
            Self::Raw => "raw",
        })
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86 => "x86",
            Self::X86_64 => "x86-64",
            Self::AArch64 => "AArch64",
            Self::Arm => "Arm",
            Self::ArmBig => "Arm (big-endian)",
            Self::Mips => "MIPS",
            Self::MipsLittle => "MIPS (little-endian)",
            Self::Cil => ".NET bytecode",
        })
    }
}

/// The kinds of runtimes that are linked into programs.
///
/// Two programs of one kind share functions whoever wrote them. A program that takes its runtime from a library of the
/// system, as most of Linux and all of Apple's do, has none.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// That of Go.
    Go,
    /// The standard library of Rust.
    Rust,
    /// Microsoft's.
    Msvc,
    /// GNU's for Windows.
    Mingw,
    /// Another one for Windows: every program of it has some.
    Windows,
    /// A C library linked into an ELF program.
    Static,
    /// The functions that Cython writes into every module that it makes, in a library of Unix.
    Cython,
    /// Whatever lies in a copy of memory.
    Memory,
    /// That of .NET, compiled to machine code ahead of time with the program.
    DotNet,
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Go => "Go",
            Self::Rust => "Rust",
            Self::Msvc => "Microsoft C",
            Self::Mingw => "MinGW",
            Self::Windows => "Windows",
            Self::Static => "static C",
            Self::Cython => "Cython",
            Self::Memory => "memory",
            Self::DotNet => "native .NET",
        })
    }
}
