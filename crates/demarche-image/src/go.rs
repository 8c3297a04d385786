//! The table of functions that Go's linker writes into every program, `pclntab`, and the names in it.
//!
//! Go keeps the table when symbols are stripped, because the garbage collector and panics need it. Obfuscators change its
//! mark, so that a table is recognised by its form. The addresses in it count from the beginning of Go's code, which
//! stands in the table's head or, from Go 1.26 on, in the linker's record of the module alone.
//!
//! Source: R. Cox, "Go 1.2 Runtime Symbol Information" (2013); the layouts of Go 1.2 to 1.27.

#![warn(clippy::indexing_slicing)]

pub(crate) mod build_info;

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, size, tail, u32_at, u64_at, wide};
use crate::parts::Parts;
use crate::{Extent, ExtentTable, Opening, Section, Symbol, SymbolKind, VirtualAddress, memory};

/// The linker begins the table at multiples of 32 bytes; packers may move it.
const ALIGNMENT: usize = 16;

/// The words behind the head of the module's record among which the bounds of Go's code stand.
const RECORD_WORDS: u64 = 65;

/// The marks of the layouts, which the table of the linker begins with.
const MARKS: [u32; 4] = [0xffff_fffb, 0xffff_fffa, 0xffff_fff0, 0xffff_fff1];

/// The layouts of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Go 1.2 to 1.15: the functions follow the head, and their addresses are whole.
    Go12,
    /// Go 1.16 and 1.17: the head has the offsets of the parts.
    Go116,
    /// Go 1.18 and later: addresses are distances from the beginning of Go's code.
    Go118,
}

impl Layout {
    /// The layouts in the order in which they are tried: first that of the mark, then the others, as obfuscators change it.
    fn of(mark: u32) -> &'static [Self] {
        match mark {
            0xffff_fffb => &[Self::Go12, Self::Go118, Self::Go116],
            0xffff_fffa => &[Self::Go116, Self::Go118, Self::Go12],
            _ => &[Self::Go118, Self::Go116, Self::Go12],
        }
    }
}

/// A table whose form holds.
struct Table<'t> {
    /// The bytes from the head on.
    bytes: &'t [u8],
    address: VirtualAddress,
    layout: Layout,
    pointer: usize,
    count: usize,
    /// The place of the names, and of the list of functions, behind the head.
    names: usize,
    functions: usize,
}

/// Adds the functions of a Go program: each as an extent, and as a symbol with its name where symbols were stripped.
pub(crate) fn read(parts: &mut Parts<'_>, gaps: &mut Gaps) {
    // The table is read out of the sections while what it names is added to the other parts.
    let sections = std::mem::take(&mut parts.sections);
    let pointer = parts.architecture.pointer_size();
    if let Some(table) = sections.iter().find_map(|section| within(section, &sections, pointer)) {
        match table.text(&sections, parts) {
            Some(text) => table.add(text, parts, gaps),
            None => gaps.note(ImageShortfall::GoText, || table.address.to_string()),
        }
    } else if let Some(address) = sections.iter().find_map(|section| claimed(section, pointer)) {
        gaps.note(ImageShortfall::GoTable, || address.to_string());
    }
    parts.sections = sections;
}

/// The offsets in a section at which bytes lie that a table may begin with.
fn heads(section: &Section<'_>, pointer: usize) -> impl Iterator<Item = usize> {
    let skipped = size(section.address.0.wrapping_neg() % wide(ALIGNMENT));
    let heads = tail(&section.bytes, skipped).chunks_exact(ALIGNMENT).enumerate();
    let is_head = move |head: &[u8]| {
        head.get(4..6) == Some(&[0, 0])
            && matches!(head.get(6), Some(1 | 2 | 4))
            && head.get(7).map(|bytes| usize::from(*bytes)) == Some(pointer)
    };
    let heads = heads.filter(move |(_, head)| is_head(head));
    heads.map(move |(index, _)| skipped + index * ALIGNMENT)
}

/// The place of a table that a section says to have, by its name or by the mark that Go's linker writes.
fn claimed(section: &Section<'_>, pointer: usize) -> Option<VirtualAddress> {
    let is_named = section.name.ends_with("gopclntab");
    let is_marked = |offset: &usize| {
        u32_at(tail(&section.bytes, *offset), 0).is_some_and(|mark| MARKS.contains(&mark))
    };
    let marked = heads(section, pointer).find(is_marked);
    let marked = marked.map(|offset| section.address.plus(wide(offset)));
    marked.or_else(|| is_named.then_some(section.address))
}

/// The table in a section, if one begins there.
fn within<'t>(
    section: &'t Section<'_>,
    sections: &[Section<'_>],
    pointer: usize,
) -> Option<Table<'t>> {
    let mut offsets = heads(section, pointer);
    // Heads could share one list of functions, which would be gone through for each of them.
    let mut left = section.bytes.len() / 4;
    offsets.find_map(|offset| {
        let bytes = tail(&section.bytes, offset);
        let address = section.address.plus(wide(offset));
        let layouts = Layout::of(u32_at(bytes, 0)?);
        layouts.iter().find_map(|layout| {
            let table = Table::at(bytes, address, *layout, pointer, &mut left);
            table.filter(|table| table.is_placed(sections))
        })
    })
}

impl<'t> Table<'t> {
    /// The table of a layout, if its form holds: its parts lie behind the head in their order, and its functions ascend.
    ///
    /// `left` is the number of functions that may still be looked at.
    fn at(
        bytes: &'t [u8],
        address: VirtualAddress,
        layout: Layout,
        pointer: usize,
        left: &mut usize,
    ) -> Option<Self> {
        let word = |index: usize| word(bytes, 8 + index * pointer, pointer);
        let count = size(word(0)?);
        let (names, functions) = match layout {
            Layout::Go12 => (0, 8 + pointer),
            Layout::Go116 => (size(word(2)?), size(word(6)?)),
            Layout::Go118 => (size(word(3)?), size(word(7)?)),
        };
        let table = Self { bytes, address, layout, pointer, count, names, functions };
        let is_inside = count > 0
            && functions < bytes.len()
            && names <= functions
            && count <= (bytes.len() - functions) / (2 * table.width());
        if !is_inside {
            return None;
        }
        let mut last = 0;
        for index in 0..=count {
            *left = left.checked_sub(1)?;
            last = table.entry(index).filter(|entry| *entry >= last)?;
        }
        let first = table.entry(0)?;
        let named = (0..count.min(16)).filter(|index| is_name(table.name(*index))).count();
        (last > first && named * 2 >= count.min(16)).then_some(table)
    }

    /// Returns true unless the table has whole addresses, and its first one is not that of code: then it is of another layout.
    fn is_placed(&self, sections: &[Section<'_>]) -> bool {
        let first = self.entry(0).map(VirtualAddress);
        let section = first.and_then(|first| memory::section(sections, first));
        self.layout == Layout::Go118 || section.is_some_and(|section| section.is_executable)
    }

    /// The bytes of a number in the list of functions.
    fn width(&self) -> usize {
        if self.layout == Layout::Go118 { 4 } else { self.pointer }
    }

    /// The beginning of a function, from the beginning of Go's code; one behind the last is the end of the code.
    fn entry(&self, index: usize) -> Option<u64> {
        let width = self.width();
        word(self.bytes, self.functions.checked_add(index.checked_mul(2 * width)?)?, width)
    }

    /// The name of a function; empty where the table has none.
    fn name(&self, index: usize) -> &'t [u8] {
        let width = self.width();
        let record = word(self.bytes, self.functions + (2 * index + 1) * width, width).map(size);
        let base = if self.layout == Layout::Go12 { 0 } else { self.functions };
        let record = record.and_then(|record| base.checked_add(record));
        let offset = record.and_then(|record| u32_at(tail(self.bytes, record), width));
        let offset = offset.and_then(|offset| self.names.checked_add(size(u64::from(offset))));
        offset.map_or(&[], |offset| name_at(self.bytes, offset))
    }

    /// Adds the functions, which count from this address, to the parts of an image.
    fn add(&self, text: u64, parts: &mut Parts<'_>, gaps: &mut Gaps) {
        let starts = (0..=self.count).filter_map(|index| self.entry(index));
        let starts: Vec<u64> = starts.map(|start| text.wrapping_add(start)).collect();
        // A stripped program still has the symbols of what it exports to C.
        let named: BTreeSet<VirtualAddress> =
            parts.symbols.iter().map(|symbol| symbol.address).collect();
        for (index, pair) in starts.windows(2).enumerate() {
            let [start, next] = pair else { continue };
            let Some(bytes) = next.checked_sub(*start).filter(|bytes| *bytes > 0) else { continue };
            let start = parts.wrap(*start);
            let (table, opening) = (ExtentTable::GoFunctions, Opening::Untouched);
            parts.extents.push(Extent { start, size: bytes, table, opening, piece_of: None });
            if !named.contains(&start) {
                let (kind, is_exported) = (SymbolKind::Function, false);
                let name = parts.names.take(self.name(index), gaps);
                parts.symbols.push(Symbol { address: start, size: bytes, name, kind, is_exported });
            }
        }
    }

    /// The address from which the functions count; 0 where they have whole addresses.
    fn text(&self, sections: &[Section<'_>], parts: &Parts<'_>) -> Option<u64> {
        if self.layout != Layout::Go118 {
            return Some(0);
        }
        let (first, last) = (self.entry(0)?, self.entry(self.count)?);
        let runs = |text: u64| {
            let start = parts.wrap(text.wrapping_add(first));
            memory::section(sections, start).is_some_and(|section| section.is_executable)
        };
        let stated = word(self.bytes, 8 + 2 * self.pointer, self.pointer);
        let stated = stated.filter(|text| *text != 0 && runs(*text));
        let of_module = || self.text_of_module(sections, &parts.pointers, first, last);
        stated.or_else(|| of_module().filter(|text| runs(*text)))
    }

    /// The beginning of Go's code in the linker's record of the module, which begins with the address of this table.
    ///
    /// The first and the last address that the table covers stand in it, and the beginning of the code right behind them.
    fn text_of_module(
        &self,
        sections: &[Section<'_>],
        pointers: &[(VirtualAddress, VirtualAddress)],
        first: u64,
        last: u64,
    ) -> Option<u64> {
        let relocated = pointers.iter().filter(|(_, target)| *target == self.address);
        let address = self.address.0.to_le_bytes();
        let wanted = address.get(..self.pointer)?;
        let stored = sections.iter().flat_map(|section| {
            memmem::find_iter(&section.bytes, wanted)
                .map(|offset| section.address.plus(wide(offset)))
        });
        // A file may have the address in many places, and the record in one.
        let mut records = relocated.map(|(slot, _)| *slot).chain(stored).take(16);
        // What a relocation writes replaces what is stored; of two relocations the first one counts.
        let written: BTreeMap<_, _> = pointers.iter().rev().copied().collect();
        let value = |slot: VirtualAddress| {
            let value = written.get(&slot).copied();
            let stored = || word(memory::bytes(sections, slot), 0, self.pointer);
            value.map(|target| target.0).or_else(stored)
        };
        records.find_map(|record| {
            let slots = (1..=RECORD_WORDS).map(|index| record.plus(index * wide(self.pointer)));
            let words: Vec<u64> = slots.map_while(value).collect();
            let mut bounds = words.windows(3).filter_map(|window| match window {
                [start, end, text] if *text != 0 => {
                    let holds =
                        *start == text.wrapping_add(first) && *end == text.wrapping_add(last);
                    holds.then_some(*text)
                }
                _ => None,
            });
            bounds.next()
        })
    }
}

/// A number of 4 or 8 bytes.
fn word(bytes: &[u8], offset: usize, width: usize) -> Option<u64> {
    let bytes = tail(bytes, offset);
    if width == 4 { u32_at(bytes, 0).map(u64::from) } else { u64_at(bytes, 0) }
}

/// Returns true if bytes are as a name of a function: some signs, all of them printable.
fn is_name(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.len() < 4096
        && bytes.iter().all(|byte| *byte > 0x20 && *byte != 0x7f)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{Architecture, Format};

    const TEXT: u64 = 0x40_1000;
    const TABLE: u64 = 0x50_0000;
    const RECORD: u64 = 0x60_0000;

    /// A table of functions at these distances from the beginning of the code, the last one the end of it.
    fn table(layout: Layout, mark: u32, text: u64, starts: &[u64]) -> Vec<u8> {
        let count = starts.len() - 1;
        let names: Vec<u8> =
            (0..count).flat_map(|index| format!("main.f{index}\0").into_bytes()).collect();
        let words = match layout {
            Layout::Go12 => 1,
            Layout::Go116 => 7,
            Layout::Go118 => 8,
        };
        let names_at = 8 + 8 * words;
        let list_at = (names_at + names.len()).next_multiple_of(8);
        let (width, whole) = if layout == Layout::Go118 { (4, 0) } else { (8, TEXT) };
        let list_at = if layout == Layout::Go12 { 16 } else { list_at };
        let records_at = list_at + (2 * count + 1) * width;
        // In the oldest layout the names stand behind everything.
        let (base, names_at) = match layout {
            Layout::Go12 => (0, (records_at + count * 16).next_multiple_of(8)),
            _ => (list_at, names_at),
        };
        let mut bytes = vec![0; names_at + names.len() + count * 16 + records_at];
        let mut put = |offset: usize, value: u64, width: usize| {
            bytes[offset..offset + width].copy_from_slice(&value.to_le_bytes()[..width]);
        };
        put(0, mark.into(), 4);
        put(6, 1, 1);
        put(7, 8, 1);
        put(8, count as u64, 8);
        match layout {
            Layout::Go12 => {}
            Layout::Go116 => {
                put(24, names_at as u64, 8);
                put(56, list_at as u64, 8);
            }
            Layout::Go118 => {
                put(24, text, 8);
                put(32, names_at as u64, 8);
                put(64, list_at as u64, 8);
            }
        }
        let name_base = if layout == Layout::Go12 { names_at } else { 0 };
        for (index, start) in starts.iter().enumerate() {
            put(list_at + 2 * index * width, whole + start, width);
            if index < count {
                let record = records_at + index * 16;
                put(list_at + (2 * index + 1) * width, (record - base) as u64, width);
                put(record + width, (name_base + index * 8) as u64, 4);
            }
        }
        bytes[names_at..names_at + names.len()].copy_from_slice(&names);
        bytes
    }

    fn section(name: &str, address: u64, bytes: Vec<u8>, is_executable: bool) -> Section<'static> {
        Section {
            name: name.to_owned(),
            address: VirtualAddress(address),
            offset: None,
            size: wide(bytes.len()),
            bytes: Cow::Owned(bytes),
            is_writable: false,
            is_executable,
        }
    }

    /// The functions that are found, as distances from the beginning of the code, and the names of the symbols.
    fn found(table: Vec<u8>, record: Vec<u8>) -> (Vec<(u64, u64)>, Vec<String>) {
        found_beside(table, record, Vec::new())
    }

    fn found_beside(
        table: Vec<u8>,
        record: Vec<u8>,
        symbols: Vec<Symbol>,
    ) -> (Vec<(u64, u64)>, Vec<String>) {
        let mut parts = Parts::new(Format::Elf, Architecture::X86_64, 1 << 16);
        parts.sections = vec![
            section(".text", TEXT, vec![0xcc; 0x400], true),
            section(".rodata", TABLE, table, false),
            section(".data", RECORD, record, false),
        ];
        parts.symbols = symbols;
        read(&mut parts, &mut Gaps::default());
        let extents = parts.extents.iter().map(|extent| (extent.start.0 - TEXT, extent.size));
        (extents.collect(), parts.symbols.into_iter().map(|symbol| symbol.name).collect())
    }

    const STARTS: [u64; 4] = [0, 0x40, 0x100, 0x200];
    const RANGES: [(u64, u64); 3] = [(0, 0x40), (0x40, 0xc0), (0x100, 0x100)];

    #[test]
    fn every_layout_is_read_and_a_changed_mark_hides_nothing() {
        for (layout, mark) in [
            (Layout::Go12, 0xffff_fffb),
            (Layout::Go116, 0xffff_fffa),
            (Layout::Go118, 0xffff_fff1),
        ] {
            for mark in [mark, 0x1234_5678] {
                let (ranges, names) = found(table(layout, mark, TEXT, &STARTS), vec![0; 64]);
                assert_eq!(ranges, RANGES, "{layout:?} {mark:#x}");
                assert_eq!(names, ["main.f0", "main.f1", "main.f2"], "{layout:?} {mark:#x}");
            }
        }
    }

    #[test]
    fn the_mark_of_another_layout_hides_nothing() {
        for mark in MARKS {
            for layout in [Layout::Go12, Layout::Go116, Layout::Go118] {
                let (ranges, _) = found(table(layout, mark, TEXT, &STARTS), vec![0; 64]);
                assert_eq!(ranges, RANGES, "{layout:?} {mark:#x}");
            }
        }
    }

    /// The words of the gaps of a program with some bytes where Go's table would be.
    fn gaps(name: &str, table: Vec<u8>) -> Vec<String> {
        let mut parts = Parts::new(Format::Elf, Architecture::X86_64, 1 << 16);
        parts.sections = vec![section(name, TABLE, table, false)];
        let mut gaps = Gaps::default();
        read(&mut parts, &mut gaps);
        gaps.finish().into_iter().map(|gap| gap.what).collect()
    }

    #[test]
    fn a_table_that_cannot_be_read_is_named() {
        let mut bytes = table(Layout::Go118, 0xffff_fff1, TEXT, &STARTS);
        bytes[8..16].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        let told = gaps(".rodata", bytes);
        assert!(told.len() == 1 && told[0].starts_with("a table of Go's functions"), "{told:?}");
        assert_eq!(gaps(".gopclntab", vec![7; 64]), told);
        assert!(gaps(".rodata", vec![7; 64]).is_empty());
        // A count that is too small leaves out functions, and no record of the code agrees with it.
        let mut bytes = table(Layout::Go118, 0xffff_fff1, 0, &STARTS);
        bytes[8] = 2;
        let told = gaps(".rodata", bytes);
        assert!(told[0].contains("no record of their code agrees"), "{told:?}");
    }

    #[test]
    fn one_exported_symbol_hides_no_other_name() {
        let exported = Symbol {
            address: VirtualAddress(TEXT + 0x40),
            size: 0,
            name: "crosscall2".into(),
            kind: SymbolKind::Function,
            is_exported: true,
        };
        let bytes = table(Layout::Go118, 0xffff_fff1, TEXT, &STARTS);
        let (_, names) = found_beside(bytes, vec![0; 64], vec![exported]);
        assert_eq!(names, ["crosscall2", "main.f0", "main.f2"]);
    }

    #[test]
    fn the_record_of_the_module_tells_where_the_code_begins() {
        let bytes = table(Layout::Go118, 0xffff_fff1, 0, &STARTS);
        assert!(found(bytes.clone(), vec![0; 512]).0.is_empty());
        let words = [TABLE, 1, 2, 3, TEXT, TEXT + 0x200, TEXT, TEXT + 0x220];
        let mut record: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        record.resize(512, 0);
        assert_eq!(found(bytes, record).0, RANGES);
    }

    #[test]
    fn no_more_functions_are_looked_at_than_are_left() {
        let bytes = table(Layout::Go118, 0xffff_fff1, TEXT, &STARTS);
        let at = |left: &mut usize| {
            Table::at(&bytes, VirtualAddress(TABLE), Layout::Go118, 8, left).is_some()
        };
        let mut left = STARTS.len() + 3;
        assert!(at(&mut left));
        assert_eq!(left, 3);
        // Another head that shares the list finds too few left, and so does every head after it.
        assert!(!at(&mut left) && left == 0);
    }

    #[test]
    fn what_only_begins_like_a_table_is_none() {
        for starts in [&[0, 0x100, 0x40, 0x200][..], &[0, 0]] {
            let bytes = table(Layout::Go118, 0xffff_fff1, TEXT, starts);
            assert!(found(bytes, vec![0; 64]).0.is_empty(), "{starts:?}");
        }
        let bytes = table(Layout::Go118, 0xffff_fff1, TEXT, &STARTS);
        for length in 0..bytes.len() {
            let (ranges, _) = found(bytes[..length].to_vec(), vec![0; 64]);
            assert!(ranges.len() <= RANGES.len());
        }
    }
}
