//! The runtime that a program carries inside itself: code that is in every program of its kind and is nobody's own.

use std::fmt;

use memchr::memmem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::elf::ElfIdentity;
use crate::pe::PeIdentity;
use crate::{Format, Image};

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
    /// Whatever lies in a copy of memory.
    Memory,
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
            Self::Memory => "memory",
        })
    }
}

/// Texts that every Go program has, and every one with Rust's standard library.
const GO: [&[u8]; 2] = [b"\xff Go buildinf:", b"runtime.goexit"];
const RUST: [&[u8]; 2] = [b"RUST_BACKTRACE", b"/rustc/"];

/// Says which runtime is inside, by marks that its makers leave; a mark can be taken out or put in.
pub(crate) fn judge(
    bytes: &[u8],
    image: &Image<'_>,
    pe: Option<&PeIdentity>,
    elf: Option<&ElfIdentity>,
) -> Option<Runtime> {
    let has = |texts: &[&[u8]]| texts.iter().any(|text| memmem::find(bytes, text).is_some());
    if has(&GO) {
        return Some(Runtime::Go);
    }
    if has(&RUST) {
        return Some(Runtime::Rust);
    }
    match image.format {
        Format::Pe if pe.is_some_and(|pe| pe.rich.is_some()) => Some(Runtime::Msvc),
        Format::Pe if has(&[b"Mingw-w64", b"GCC: (", b"libgcc"]) => Some(Runtime::Mingw),
        Format::Pe => Some(Runtime::Windows),
        Format::Elf if !is_relocatable(bytes) && elf.is_some_and(is_static) => {
            Some(Runtime::Static)
        }
        Format::Elf | Format::MachO => None,
        Format::Raw => Some(Runtime::Memory),
    }
}

/// Returns true if a program has no libraries to take anything from, nor a loader that could bring them.
fn is_static(elf: &ElfIdentity) -> bool {
    elf.interpreter.is_none() && elf.libraries.is_empty() && elf.library_name.is_none()
}

/// Returns true if an ELF file is a part that is still to be linked.
fn is_relocatable(bytes: &[u8]) -> bool {
    bytes.get(16..18) == Some(&[1, 0])
}
