//! The surroundings of a function: sections, pointers, imports and the other functions.

use demarche_image::{Architecture, Format, Image, VirtualAddress};

use super::members::Members;
use super::text::{name_hash, text_hash};
use crate::{BasicBlock, Program};

/// The lowest address at which numbers in code are taken for addresses.
///
/// Position-independent files begin near zero, where every small number would look like one.
const ABSOLUTE: u64 = 0x1_0000;

/// A section by its range.
#[derive(Clone, Copy, Debug)]
struct Range {
    start: u64,
    end: u64,
    index: usize,
    is_constant: bool,
    is_executable: bool,
}

/// An image and its program, ready to be asked.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) image: &'a Image<'a>,
    pub(crate) is_wide: bool,
    pub(crate) is_windows: bool,
    has_absolute_addresses: bool,
    ranges: Vec<Range>,
    starts: Vec<u64>,
    /// The hash of each import's name.
    imports: Vec<u64>,
    /// The types and members that bytecode refers to.
    pub(crate) members: Option<Members<'a>>,
}

/// The object at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The start of a function, by its place.
    Function(u32),
    /// The slot of an import, as the hash of its name.
    Import(u64),
    /// Data.
    Data,
    /// Code, but no function's start, or nothing at all.
    Other,
}

/// The data at an address, as hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text.
    Text(u64),
    /// Read-only bytes, or a table of texts.
    Bytes(u64),
    /// Nothing that would be the same in another build.
    Unknown,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn new(image: &'a Image<'a>, program: &Program) -> Self {
        let mut ranges: Vec<Range> = Vec::new();
        for (index, section) in image.sections.iter().enumerate() {
            let start = section.address.0.max(ranges.last().map_or(0, |range: &Range| range.end));
            let end = section.end().0;
            if start < end {
                let is_constant = !section.is_writable && !section.is_executable;
                let is_executable = section.is_executable;
                ranges.push(Range { start, end, index, is_constant, is_executable });
            }
        }
        let lowest = ranges.first().map_or(0, |range| range.start);
        Self {
            image,
            is_wide: image.architecture.pointer_size() == 8
                || image.architecture == Architecture::Cil,
            is_windows: image.format == Format::Pe,
            has_absolute_addresses: lowest >= ABSOLUTE,
            ranges,
            starts: program.functions.iter().map(|function| function.start.0).collect(),
            imports: image.imports.iter().map(|import| name_hash(&import.name)).collect(),
            members: image.bytecode.as_ref().map(Members::new),
        }
    }

    /// The bytes of a block.
    pub(crate) fn code(&self, block: &BasicBlock) -> &'a [u8] {
        let odd = u64::from(self.image.architecture.has_thumb());
        block.cut(self.bytes(block.start.0 & !odd))
    }

    /// The bytes from an address to the end of its section.
    pub(crate) fn bytes(&self, address: u64) -> &'a [u8] {
        let section = self.range(address).and_then(|range| self.image.sections.get(range.index));
        section.map_or(&[], |section| section.from(VirtualAddress(address)))
    }

    fn range(&self, address: u64) -> Option<&Range> {
        let after = self.ranges.partition_point(|range| range.start <= address);
        self.ranges.get(after.checked_sub(1)?).filter(|range| address < range.end)
    }

    /// Returns true if something of the image lies at an address.
    pub(crate) fn is_mapped(&self, address: u64) -> bool {
        self.range(address).is_some()
    }

    /// Returns true if an address is one of code.
    pub(crate) fn is_code(&self, address: u64) -> bool {
        self.range(address).is_some_and(|range| range.is_executable)
    }

    /// Returns true if a number in the code is an address rather than a number.
    pub(crate) fn is_address(&self, number: u64) -> bool {
        self.has_absolute_addresses && number >= ABSOLUTE && self.is_mapped(number)
    }

    /// The hash of an import's name, by its place among the image's imports.
    pub(crate) fn import(&self, index: u32) -> Option<u64> {
        self.imports.get(usize::try_from(index).ok()?).copied()
    }

    /// The import whose address the loader writes to a slot, as the hash of its name.
    pub(crate) fn import_at(&self, slot: u64) -> Option<u64> {
        let imports = &self.image.imports;
        let index = imports.binary_search_by_key(&slot, |import| import.slot.0).ok()?;
        self.imports.get(index).copied()
    }

    /// The function that begins at an address.
    pub(crate) fn function_at(&self, address: u64) -> Option<u32> {
        u32::try_from(self.starts.binary_search(&address).ok()?).ok()
    }

    /// The address that a pointer in the data holds, where a relocation says so.
    pub(crate) fn pointer_at(&self, slot: u64) -> Option<u64> {
        let pointers = &self.image.pointers;
        let index = pointers.binary_search_by_key(&slot, |(address, _)| address.0).ok()?;
        pointers.get(index).map(|(_, to)| to.0)
    }

    /// The place where the linker's own table of addresses leads, at one of its slots.
    ///
    /// Other pointers are data of the program, and are not followed.
    pub(crate) fn linked(&self, slot: u64) -> Option<u64> {
        let index = self.range(slot)?.index;
        let name = &self.image.sections.get(index)?.name;
        if name.starts_with(".got")
            && let Some(target) = self.pointer_at(slot)
        {
            return Some(target);
        }
        if name == ".got" && self.image.architecture.has_thumb() {
            // The table of a static program is filled by the linker.
            let word = self.bytes(slot).first_chunk()?;
            let target = u64::from(self.image.architecture.byte_order().u32(*word));
            return self.is_mapped(target).then_some(target);
        }
        self.image.global_entry(VirtualAddress(slot)).map(|target| target.0)
    }

    /// The object at an address.
    pub(crate) fn target(&self, address: u64) -> Target {
        if let Some(function_at) = self.function_at(address) {
            return Target::Function(function_at);
        }
        if let Some(import) = self.import_at(address) {
            return Target::Import(import);
        }
        match self.range(address) {
            Some(range) if !range.is_executable => Target::Data,
            Some(_) if text_hash(self.bytes(address)).is_some() => Target::Data,
            _ => Target::Other,
        }
    }

    /// The data at an address.
    pub(crate) fn content(&self, address: u64) -> Content {
        let bytes = self.bytes(address);
        if let Some(hash) = text_hash(bytes) {
            return Content::Text(hash);
        }
        if self.range(address).is_some_and(|range| range.is_constant) {
            return match bytes.first_chunk::<16>() {
                Some(head) if head.iter().any(|byte| *byte != 0) => {
                    Content::Bytes(super::hash::bytes(*head))
                }
                _ => Content::Unknown,
            };
        }
        self.texts(address).map_or(Content::Unknown, Content::Bytes)
    }

    /// The texts that the first three pointers of a table lead to.
    fn texts(&self, table: u64) -> Option<u64> {
        let step: u64 = if self.is_wide { 8 } else { 4 };
        let slots = [0, step, 2 * step].map(|offset| table.wrapping_add(offset));
        let pointers = slots.into_iter().filter_map(|slot| self.pointer_at(slot));
        let texts = pointers.filter_map(|to| text_hash(self.bytes(to)));
        texts.reduce(super::hash::mix)
    }

    /// The bytes of a constant that is read from memory; `None` where they may change.
    pub(crate) fn constant<const N: usize>(&self, address: u64) -> Option<[u8; N]> {
        let range = self.range(address)?;
        let is_fixed = range.is_constant || range.is_executable;
        let bytes = self.bytes(address);
        is_fixed.then(|| bytes.first_chunk::<N>().copied()).flatten()
    }

    /// The register that a function of 32-bit x86 does nothing but load its return address into.
    ///
    /// Position-independent code asks for its own address so: `mov reg, [esp]; ret`.
    pub(crate) fn own_address(&self, function: u64) -> Option<u8> {
        match self.bytes(function).first_chunk::<4>()? {
            [0x8B, modrm, 0x24, 0xC3] if modrm & 0xC7 == 4 => Some((modrm >> 3) & 7),
            _ => None,
        }
    }
}
