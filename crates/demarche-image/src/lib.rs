//! Executables and memory dumps: what lies where in memory, and what they say about themselves.
//!
//! An image is what a loader would map, with everything that the file's own tables say about its code: entry points,
//! symbols, imports, unwind tables and relocated pointers. Nothing is executed, and no instruction is decoded here.

#![warn(clippy::indexing_slicing)]

pub mod dotnet;
mod elf;
mod frames;
mod gaps;
mod go;
pub mod identity;
mod image;
mod little_endian;
mod macho;
mod memory;
mod parts;
mod pe;
mod placement;
mod read;
mod segment;
pub mod strings;

pub use demarche_terms::{Architecture, FileOffset, Format, VirtualAddress};
pub use image::{
    EntryKind, EntryPoint, Extent, ExtentTable, Image, Import, Opening, Section, Symbol, SymbolKind,
};
pub use read::{ImageError, read, read_all, read_loaded, read_raw};
