//! Executables, memory dumps and archives of them: what lies where in memory, and what they say about themselves.
//!
//! An image is what a loader would map, with everything that the file's own tables say about its code: entry point,
//! symbols, imports, unwind tables and relocated pointers. Nothing is executed, and no instruction is decoded here.

#![warn(clippy::indexing_slicing)]

mod address;
mod image;
mod read;

pub use address::{Extent, FileOffset, VirtualAddress};
pub use image::{Architecture, Format, Image, Import, Section, Symbol, SymbolKind};
pub use read::{ImageError, read};
