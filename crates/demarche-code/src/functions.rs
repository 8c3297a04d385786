//! From an image to its functions: what its tables name, what that code reaches, and what lies between.
//!
//! The surest sources go first, and each later one only sees the bytes that the earlier ones have left over.

#![warn(clippy::indexing_slicing)]

mod aarch64;
mod addresses;
mod arm;
mod assemble;
mod certainty;
mod code_map;
mod explore;
mod flow;
mod gaps;
mod listed;
mod machine;
mod mips;
mod modes;
mod noreturn;
mod opening;
mod owners;
mod reader;
mod tails;
mod taken;
mod x86;

use demarche_image::{Architecture, Extent, ExtentTable, Format, Image, Opening, SymbolKind};

use crate::{Discovery, Program, cil};
use code_map::CodeMap;
use explore::Walk;

pub(crate) use code_map::as_u32;
pub(crate) use flow::Flow;
pub(crate) use reader::{Meaning, Reader};

/// Finds the functions of an image.
///
/// Time and memory grow with the bytes of code that are present. Code that cannot be read costs its function only,
/// and is named among the program's gaps.
#[must_use]
pub fn functions(image: &Image<'_>) -> Program {
    if image.architecture == Architecture::Cil {
        return cil::program::functions(image);
    }
    let mut walk = Walk::new(image, CodeMap::new(image));
    named_starts(&mut walk);
    taken::starts(&mut walk, false);
    gaps::starts(&mut walk);
    taken::starts(&mut walk, true);
    tails::starts(&mut walk);
    assemble::program(walk)
}

/// Walks from the entry point, symbols, exports and unwind tables.
fn named_starts(walk: &mut Walk<'_>) {
    let image = walk.image;
    let entry = image.entry.map(|candidate| candidate.0);
    let named = image.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Function);
    let listed = image.entry_points.iter().map(|entry_point| entry_point.address.0);
    for address in entry.into_iter().chain(named.map(|named| named.address.0)).chain(listed) {
        // In a file's tables the lowest bit tells Thumb; bare code has none.
        let position = match image.format {
            Format::Raw => modes::place(walk, address),
            _ => walk.map.place(address),
        };
        if let Some(position) = position {
            walk.start(position, Discovery::Symbol);
        }
    }
    let total = |extent: &&Extent| extent.piece_of.is_none() && extent.opening != Opening::Saved;
    let is_exact = |extent: &Extent| {
        extent.table == ExtentTable::GoFunctions
            || !matches!(image.architecture, Architecture::X86 | Architecture::X86_64)
    };
    for extent in image.extents.iter().filter(total) {
        if let Some(position) = modes::place(walk, extent.start.0) {
            if extent.table == ExtentTable::ArmIndex {
                // What is called from here tells how it is encoded.
                walk.run();
            }
            let position =
                if is_exact(extent) { position } else { position + padding(walk, position) };
            walk.start(position, Discovery::Unwind);
        }
    }
    walk.run();
}

/// The number of bytes of padding a range begins with: hand-written code opens its range before it aligns.
fn padding(walk: &Walk<'_>, position: u32) -> u32 {
    const ALIGNMENT: u32 = 16;
    let mut offset = position;
    while offset - position < ALIGNMENT {
        match walk.padding(offset) {
            0 => break,
            length => offset += length,
        }
    }
    let aligned = walk.map.address(offset).0.is_multiple_of(u64::from(ALIGNMENT));
    if aligned && walk.padding(offset) == 0 { offset - position } else { 0 }
}
