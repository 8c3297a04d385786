//! The runtime that a program carries inside itself: code that is in every program of its kind and is nobody's own.

use demarche_terms::Runtime;
use memchr::memmem;

use crate::elf::ElfIdentity;
use crate::pe::PeIdentity;
use crate::{Format, Image};

/// Texts that every Go program has.
const GO: [&[u8]; 2] = [b"\xff Go buildinf:", b"runtime.goexit"];
/// The name under which programs of .NET that were compiled ahead of time show their runtime to debuggers.
const DOTNET: &str = "DotNetRuntimeDebugHeader";
/// Texts that every program with Rust's standard library has.
const RUST: [&[u8]; 2] = [b"RUST_BACKTRACE", b"/rustc/"];

/// The name under which modules made by Cython find each other's types.
const CYTHON: &[u8] = b"cython_runtime";

/// Says which runtime is inside, by marks that its makers leave; a mark can be taken out or put in.
pub(crate) fn judge(
    bytes: &[u8],
    image: &Image<'_>,
    pe: Option<&PeIdentity>,
    elf: Option<&ElfIdentity>,
) -> Option<Runtime> {
    // Bytecode has its runtime elsewhere.
    if image.bytecode.is_some() {
        return None;
    }
    let has = |texts: &[&[u8]]| texts.iter().any(|text| memmem::find(bytes, text).is_some());
    if has(&GO) {
        return Some(Runtime::Go);
    }
    // Debuggers and readers hold the name as a text; only such programs give it to others.
    if image.symbols.iter().any(|symbol| symbol.is_exported && symbol.name == DOTNET) {
        return Some(Runtime::DotNet);
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
        Format::Elf | Format::MachO if has(&[CYTHON]) => Some(Runtime::Cython),
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
