//! From an image to its functions: what its tables name, what that code reaches, and what lies between.
//!
//! The surest sources go first, and each later one only sees the bytes that the earlier ones have left over.

#![warn(clippy::indexing_slicing)]

mod aarch64;
mod addresses;
mod assemble;
mod certainty;
mod code_map;
mod explore;
mod flow;
mod gaps;
mod known;
mod machine;
mod noreturn;
mod opening;
mod reader;
mod spans;
mod tails;
mod taken;
mod x86;

use demarche_image::Image;
use demarche_terms::Gap;

use crate::Program;
use code_map::CodeMap;
use explore::Walk;

pub(crate) use flow::Flow;
pub(crate) use reader::{Meaning, Reader};

/// Finds the functions of an image.
///
/// Time and memory grow with the bytes of code that are present. Code that cannot be read costs its function only,
/// and is named among the program's gaps.
#[must_use]
pub fn functions(image: &Image<'_>) -> Program {
    let (map, left_out) = CodeMap::new(image);
    let mut walk = Walk::new(image, map);
    known::starts(&mut walk);
    taken::starts(&mut walk, false);
    gaps::starts(&mut walk);
    taken::starts(&mut walk, true);
    tails::starts(&mut walk);
    let mut program = assemble::program(&walk);
    if left_out > 0 {
        let limit = CodeMap::LIMIT >> 20;
        let description =
            format!("{left_out} bytes of code beyond the first {limit} MiB were left out");
        program.gaps.push(Gap::new("", description));
    }
    program
}
