//! The evidence of a function about itself: its name in the file, and the addresses that it holds.

use demarche_image::{Architecture, Image, Symbol, SymbolKind};

use crate::Function;
use crate::functions::Reader;

/// The name that the file gives to a function.
pub(crate) fn symbol_at<'i>(image: &'i Image<'_>, function: &Function) -> Option<&'i str> {
    let first = image.symbols.partition_point(|symbol| symbol.address < function.start);
    let symbols = image.symbols.get(first..)?.iter();
    let symbols = symbols.take_while(|symbol| symbol.address == function.start);
    let is_name = |symbol: &&Symbol| !symbol.name.is_empty() && symbol.kind != SymbolKind::Object;
    symbols.filter(is_name).map(|symbol| symbol.name.as_str()).next()
}

/// The addresses that a function computes, holds or reads.
pub(crate) fn addresses(image: &Image<'_>, function: &Function) -> Vec<u64> {
    let mut found = Vec::new();
    for block in &function.blocks {
        let bytes = block.code(image);
        let mut reader = Reader::new(image, bytes, block.start);
        let mut offset = 0;
        while offset < bytes.len() {
            match reader.read() {
                Some(meaning) => found.extend(meaning.addresses),
                None if image.architecture == Architecture::AArch64 => reader.skip(4),
                None => break,
            }
            offset = reader.offset();
        }
    }
    found
}
