//! An image as it is put together, and the limits that keep its size in proportion to the file's.

use demarche_terms::Gap;

use crate::dotnet::bytecode::Bytecode;
use crate::gaps::{Gaps, ImageShortfall};
use crate::{
    Architecture, EntryKind, EntryPoint, Extent, Format, Image, Import, Section, Symbol,
    VirtualAddress, memory,
};

/// The parts of an image that were read so far, in any order.
#[derive(Debug)]
pub(crate) struct Parts<'data> {
    pub(crate) format: Format,
    pub(crate) architecture: Architecture,
    pub(crate) base: VirtualAddress,
    pub(crate) entry: Option<VirtualAddress>,
    /// Settled: ascending and disjoint.
    pub(crate) sections: Vec<Section<'data>>,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) imports: Vec<Import>,
    pub(crate) extents: Vec<Extent>,
    pub(crate) pointers: Vec<(VirtualAddress, VirtualAddress)>,
    pub(crate) entry_points: Vec<EntryPoint>,
    pub(crate) global_pointer: Option<VirtualAddress>,
    pub(crate) bytecode: Option<Bytecode<'data>>,
    pub(crate) names: Names,
    /// The number of things of one kind the file can hold: each takes four bytes of it at least.
    limit: usize,
}

impl<'data> Parts<'data> {
    /// An empty image of a file with a size in bytes.
    pub(crate) fn new(format: Format, architecture: Architecture, file: usize) -> Self {
        Self {
            format,
            architecture,
            base: VirtualAddress(0),
            entry: None,
            sections: Vec::new(),
            symbols: Vec::new(),
            imports: Vec::new(),
            extents: Vec::new(),
            pointers: Vec::new(),
            entry_points: Vec::new(),
            global_pointer: None,
            bytecode: None,
            names: Names::of(file * 2),
            limit: file / 4,
        }
    }

    /// Returns true if one more thing of a kind may be kept. A file whose tables share their bytes could name without end.
    pub(crate) fn has_room(&self, count: usize, kind: &'static str, gaps: &mut Gaps) -> bool {
        let has_room = count < self.limit;
        if !has_room {
            gaps.note(ImageShortfall::Tables, || kind.to_owned());
        }
        has_room
    }

    /// An address as the processor's registers hold it.
    pub(crate) fn wrap(&self, address: u64) -> VirtualAddress {
        VirtualAddress(if self.architecture.pointer_size() == 4 {
            address & 0xffff_ffff
        } else {
            address
        })
    }

    /// A pointer in memory.
    pub(crate) fn stored(&self, slot: VirtualAddress) -> Option<VirtualAddress> {
        memory::pointer(&self.sections, slot, self.architecture)
    }

    /// The bytes from an address to the end of what its section has in the file.
    pub(crate) fn bytes(&self, address: VirtualAddress) -> &[u8] {
        memory::bytes(&self.sections, address)
    }

    /// Puts everything in order and drops what points nowhere.
    pub(crate) fn finish(mut self, gaps: Gaps) -> Image<'data> {
        let is_here = |address: VirtualAddress| memory::section(&self.sections, address).is_some();
        let runs = |address: VirtualAddress| {
            memory::section(&self.sections, address).is_some_and(|section| section.is_executable)
        };
        // Of two symbols that differ in nothing else, the exported one says more.
        let key = |symbol: &Symbol| (symbol.address, symbol.size, symbol.name.clone(), symbol.kind);
        self.symbols.sort_by(|a, b| {
            (&a.address, &a.size, &a.name, &a.kind, !a.is_exported).cmp(&(
                &b.address,
                &b.size,
                &b.name,
                &b.kind,
                !b.is_exported,
            ))
        });
        self.symbols.dedup_by(|a, b| key(a) == key(b));
        self.imports.sort();
        self.imports.dedup();
        self.extents.retain(|extent| is_here(extent.start));
        self.extents.sort_unstable();
        self.extents.dedup();
        self.pointers.retain(|(slot, target)| is_here(*slot) && is_here(*target));
        // A place that is written twice keeps what the first table says.
        self.pointers.sort_by_key(|(slot, _)| *slot);
        self.pointers.dedup_by_key(|(slot, _)| *slot);
        // What the loader takes from elsewhere replaces what the linker put there.
        let is_import = |slot: &VirtualAddress| {
            self.imports.binary_search_by_key(slot, |import| import.slot).is_ok()
        };
        self.pointers.retain(|(slot, _)| !is_import(slot));
        let start = self.entry.map(|address| EntryPoint { address, kind: EntryKind::Start });
        self.entry_points.extend(start);
        self.entry_points.retain(|point| runs(point.address));
        self.entry_points.sort_unstable();
        self.entry_points.dedup();
        let gaps: Vec<Gap> = gaps.finish();
        Image {
            format: self.format,
            architecture: self.architecture,
            base: self.base,
            entry: self.entry,
            sections: self.sections,
            symbols: self.symbols,
            imports: self.imports,
            extents: self.extents,
            pointers: self.pointers,
            entry_points: self.entry_points,
            global_pointer: self.global_pointer,
            bytecode: self.bytecode,
            gaps,
        }
    }
}

/// Texts taken from a file, at most twice as many bytes as it has: many entries may name the same long text.
#[derive(Debug)]
pub(crate) struct Names {
    left: usize,
}

impl Names {
    /// Returns true if the file's share is used up.
    pub(crate) fn is_used_up(&self) -> bool {
        self.left < 1024
    }

    /// Room for names of so many bytes.
    pub(crate) fn of(left: usize) -> Self {
        Self { left }
    }

    /// A name as text, with marks in place of what is no UTF-8; empty once the file's share is used up.
    pub(crate) fn take(&mut self, name: &[u8], gaps: &mut Gaps) -> String {
        match self.left.checked_sub(name.len()) {
            Some(left) => {
                self.left = left;
                String::from_utf8_lossy(name).into_owned()
            }
            None => {
                gaps.note(ImageShortfall::Names, String::new);
                String::new()
            }
        }
    }
}
