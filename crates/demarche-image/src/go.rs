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

use demarche_terms::ByteOrder;
use memchr::memmem;

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, name_at, size, tail, wide};
use crate::parts::Parts;
use crate::{Extent, ExtentTable, Opening, Section, Symbol, SymbolKind, VirtualAddress, memory};

/// The table begins where its widest number may, as Go 1.26 and later lay it out. In programs of 32 bits that is any multiple
/// of 4 bytes; older linkers begin it at multiples of 32.
const ALIGNMENT: usize = 4;

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

/// The numbers of a program: the bytes of a pointer, and their order.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    pointer: usize,
    order: ByteOrder,
}

impl Numbers {
    /// A number of 4 or 8 bytes.
    fn word(self, bytes: &[u8], offset: usize, width: usize) -> Option<u64> {
        let bytes = tail(bytes, offset);
        if width == 4 {
            bytes.first_chunk().map(|word| self.order.u32(*word).into())
        } else {
            bytes.first_chunk().map(|word| self.order.u64(*word))
        }
    }

    /// The mark that a table begins with.
    fn mark(self, bytes: &[u8]) -> Option<u32> {
        bytes.first_chunk().map(|word| self.order.u32(*word))
    }

    /// The bytes of a pointer to an address.
    fn stored(self, address: VirtualAddress) -> Vec<u8> {
        match self.order {
            ByteOrder::Little => head(&address.0.to_le_bytes(), self.pointer).to_vec(),
            ByteOrder::Big => {
                tail(&address.0.to_be_bytes(), 8_usize.saturating_sub(self.pointer)).to_vec()
            }
        }
    }
}

/// A table whose form holds.
struct Table<'t> {
    /// The bytes from the head on.
    bytes: &'t [u8],
    address: VirtualAddress,
    layout: Layout,
    numbers: Numbers,
    count: usize,
    /// The place of the names, and of the list of functions, behind the head.
    names: usize,
    functions: usize,
}

/// Adds the functions of a Go program: each as an extent, and as a symbol with its name where symbols were stripped.
pub(crate) fn read(parts: &mut Parts<'_>, gaps: &mut Gaps) {
    // The table is read out of the sections while what it names is added to the other parts.
    let sections = std::mem::take(&mut parts.sections);
    let (pointer, order) = (parts.architecture.pointer_size(), parts.architecture.byte_order());
    let numbers = Numbers { pointer, order };
    if let Some(table) = sections.iter().find_map(|section| within(section, &sections, numbers)) {
        match table.text(&sections, parts) {
            Some(text) => table.add(text, parts, gaps),
            None => gaps.note(ImageShortfall::GoText, || table.address.to_string()),
        }
    } else if let Some(address) = sections.iter().find_map(|section| claimed(section, numbers)) {
        gaps.note(ImageShortfall::GoTable, || address.to_string());
    }
    parts.sections = sections;
}

/// The offsets in a section at which bytes lie that a table may begin with.
fn heads(section: &Section<'_>, pointer: usize) -> impl Iterator<Item = usize> {
    let skipped = size(section.address.0.wrapping_neg() % wide(ALIGNMENT));
    let words = tail(&section.bytes, skipped).chunks_exact(ALIGNMENT).enumerate().skip(1);
    // Behind the mark stand two zeros, the least size of an instruction and that of a pointer.
    let is_head = move |word: &[u8]| matches!(word, [0, 0, 1 | 2 | 4, bytes] if usize::from(*bytes) == pointer);
    let words = words.filter(move |(_, word)| is_head(word));
    words.map(move |(index, _)| skipped + (index - 1) * ALIGNMENT)
}

/// The place of a table that a section says to have, by its name or by the mark that Go's linker writes.
fn claimed(section: &Section<'_>, numbers: Numbers) -> Option<VirtualAddress> {
    let is_named = section.name.ends_with("gopclntab");
    let is_marked = |offset: &usize| {
        numbers.mark(tail(&section.bytes, *offset)).is_some_and(|mark| MARKS.contains(&mark))
    };
    let marked = heads(section, numbers.pointer).find(is_marked);
    let marked = marked.map(|offset| section.address.plus(wide(offset)));
    marked.or_else(|| is_named.then_some(section.address))
}

/// The table in a section, if one begins there.
fn within<'t>(
    section: &'t Section<'_>,
    sections: &[Section<'_>],
    numbers: Numbers,
) -> Option<Table<'t>> {
    let mut offsets = heads(section, numbers.pointer);
    // Heads could share one list of functions, which would be gone through for each of them.
    let mut left = section.bytes.len() / 4;
    offsets.find_map(|offset| {
        let bytes = tail(&section.bytes, offset);
        let address = section.address.plus(wide(offset));
        let layouts = Layout::of(numbers.mark(bytes)?);
        layouts.iter().find_map(|layout| {
            let table = Table::at(bytes, address, *layout, numbers, &mut left);
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
        numbers: Numbers,
        left: &mut usize,
    ) -> Option<Self> {
        let pointer = numbers.pointer;
        let word = |index: usize| numbers.word(bytes, 8 + index * pointer, pointer);
        let count = size(word(0)?);
        let (names, functions) = match layout {
            Layout::Go12 => (0, 8 + pointer),
            Layout::Go116 => (size(word(2)?), size(word(6)?)),
            Layout::Go118 => (size(word(3)?), size(word(7)?)),
        };
        let table = Self { bytes, address, layout, numbers, count, names, functions };
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
        if self.layout == Layout::Go118 { 4 } else { self.numbers.pointer }
    }

    /// The beginning of a function, from the beginning of Go's code; one behind the last is the end of the code.
    fn entry(&self, index: usize) -> Option<u64> {
        let width = self.width();
        let offset = self.functions.checked_add(index.checked_mul(2 * width)?)?;
        self.numbers.word(self.bytes, offset, width)
    }

    /// The name of a function; empty where the table has none.
    fn name(&self, index: usize) -> &'t [u8] {
        let width = self.width();
        let record = self.functions + (2 * index + 1) * width;
        let record = self.numbers.word(self.bytes, record, width).map(size);
        let base = if self.layout == Layout::Go12 { 0 } else { self.functions };
        let record = record.and_then(|record| base.checked_add(record));
        let offset =
            record.and_then(|record| self.numbers.word(tail(self.bytes, record), width, 4));
        let offset = offset.and_then(|offset| self.names.checked_add(size(offset)));
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
        let pointer = self.numbers.pointer;
        let stated = self.numbers.word(self.bytes, 8 + 2 * pointer, pointer);
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
        let wanted = self.numbers.stored(self.address);
        let pointer = self.numbers.pointer;
        let stored = sections.iter().flat_map(|section| {
            memmem::find_iter(&section.bytes, &wanted)
                .map(|offset| section.address.plus(wide(offset)))
        });
        // A file may have the address in many places, and the record in one.
        let mut records = relocated.map(|(slot, _)| *slot).chain(stored).take(16);
        // What a relocation writes replaces what is stored; of two relocations the first one counts.
        let written: BTreeMap<_, _> = pointers.iter().rev().copied().collect();
        let value = |slot: VirtualAddress| {
            let value = written.get(&slot).copied();
            let stored = || self.numbers.word(memory::bytes(sections, slot), 0, pointer);
            value.map(|target| target.0).or_else(stored)
        };
        records.find_map(|record| {
            let slots = (1..=RECORD_WORDS).map(|index| record.plus(index * wide(pointer)));
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
        table_in(ByteOrder::Little, layout, mark, text, starts)
    }

    fn table_in(order: ByteOrder, layout: Layout, mark: u32, text: u64, starts: &[u64]) -> Vec<u8> {
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
            let stored = match order {
                ByteOrder::Little => value.to_le_bytes()[..width].to_vec(),
                ByteOrder::Big => value.to_be_bytes()[8 - width..].to_vec(),
            };
            bytes[offset..offset + width].copy_from_slice(&stored);
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

    const NUMBERS: Numbers = Numbers { pointer: 8, order: ByteOrder::Little };
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
    fn a_table_is_read_wherever_a_word_may_begin() {
        for moved in [4, 8, 12, 16] {
            let mut bytes = vec![0; moved];
            bytes.extend(table(Layout::Go118, 0xffff_fff1, TEXT, &STARTS));
            assert_eq!(found(bytes, vec![0; 64]).0, RANGES, "{moved}");
        }
    }

    #[test]
    fn the_order_of_bytes_is_that_of_the_processor() {
        for layout in [Layout::Go12, Layout::Go116, Layout::Go118] {
            let bytes = table_in(ByteOrder::Big, layout, 0xffff_fff1, TEXT, &STARTS);
            let found = |order: ByteOrder| {
                let numbers = Numbers { pointer: 8, order };
                let table = Table::at(&bytes, VirtualAddress(TABLE), layout, numbers, &mut 100)?;
                let starts: Vec<u64> = (0..=table.count).filter_map(|at| table.entry(at)).collect();
                Some((starts, table.name(1).to_vec()))
            };
            let (starts, name) = found(ByteOrder::Big).expect("the table is whole");
            let whole = if layout == Layout::Go118 { 0 } else { TEXT };
            assert_eq!(starts, STARTS.map(|start| whole + start), "{layout:?}");
            assert_eq!(name, b"main.f1", "{layout:?}");
            assert!(found(ByteOrder::Little).is_none(), "{layout:?}");
        }
        let numbers = Numbers { pointer: 4, order: ByteOrder::Big };
        assert_eq!(numbers.stored(VirtualAddress(0x0102_0304)), [1, 2, 3, 4]);
        let numbers = Numbers { pointer: 4, order: ByteOrder::Little };
        assert_eq!(numbers.stored(VirtualAddress(0x0102_0304)), [4, 3, 2, 1]);
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
            Table::at(&bytes, VirtualAddress(TABLE), Layout::Go118, NUMBERS, left).is_some()
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
