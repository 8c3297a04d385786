//! `.pdata`: the ranges of functions and of their parts.
//!
//! Source: Microsoft, "x64 exception handling" and "ARM64 exception handling".

use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{part, tail, u16_at, u32_at, u32_or_zero, wide};
use crate::parts::Parts;
use crate::{
    Architecture, EntryKind, EntryPoint, Extent, ExtentTable, Opening, VirtualAddress, memory,
};

/// Chains of pieces of pieces are followed this far.
const LONGEST_CHAIN: usize = 32;

/// Reads the table that the headers name.
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, count)) = header.directory(header::EXCEPTION) else { return };
    let bytes = part(memory::bytes(&parts.sections, directory), 0, count.into());
    if wide(bytes.len()) < u64::from(count) {
        gaps.note(ImageShortfall::UnwindTable, || directory.to_string());
    }
    let (extents, handlers) = match parts.architecture {
        Architecture::X86
        | Architecture::Arm
        | Architecture::ArmBig
        | Architecture::Mips
        | Architecture::MipsLittle
        | Architecture::Cil => return,
        Architecture::X86_64 => x86_64(header, bytes, parts),
        Architecture::AArch64 => (aarch64(header, bytes, parts), Vec::new()),
    };
    parts.extents.extend(extents);
    let kind = EntryKind::ExceptionHandler;
    parts.entry_points.extend(handlers.into_iter().map(|address| EntryPoint { address, kind }));
}

/// Entries of begin, end and unwind information.
fn x86_64(
    header: &Header<'_>,
    bytes: &[u8],
    parts: &Parts<'_>,
) -> (Vec<Extent>, Vec<VirtualAddress>) {
    let mut extents = Vec::new();
    let mut handlers = Vec::new();
    let (entries, _) = bytes.as_chunks::<12>();
    for entry in entries {
        let word = |offset| u32_or_zero(entry, offset);
        let (begin, end, information) = (word(0), word(4), word(8));
        let Some(size) = end.checked_sub(begin).filter(|size| *size > 0 && begin != 0) else {
            continue;
        };
        let unwind = Unwind::read(header, parts, information);
        let piece_of = unwind.parent.map(|parent| {
            let root = root(header, parts, parent);
            header.address(root)
        });
        handlers.extend(unwind.handler.map(|relative| header.address(relative)));
        extents.push(Extent {
            start: header.address(begin),
            size: size.into(),
            table: ExtentTable::Pdata,
            opening: unwind.opening,
            piece_of,
        });
    }
    handlers.sort_unstable();
    handlers.dedup();
    (extents, handlers)
}

/// The first range of a chain of pieces, from the entry of a parent.
fn root(header: &Header<'_>, parts: &Parts<'_>, parent: [u32; 2]) -> u32 {
    let [mut begin, mut information] = parent;
    for _ in 0..LONGEST_CHAIN {
        match Unwind::read(header, parts, information).parent {
            Some([next, chained]) => (begin, information) = (next, chained),
            None => break,
        }
    }
    begin
}

/// One record of unwind information.
struct Unwind {
    opening: Opening,
    /// Begin and unwind information of the range that this one is a piece of.
    parent: Option<[u32; 2]>,
    /// The function that exceptions are given to.
    handler: Option<u32>,
}

impl Unwind {
    fn read(header: &Header<'_>, parts: &Parts<'_>, information: u32) -> Self {
        let unknown = Self { opening: Opening::Unknown, parent: None, handler: None };
        let parent = |bytes: &[u8]| Some([u32_at(bytes, 0)?, u32_at(bytes, 8)?]);
        // With the lowest bit set this is the place of another entry, whose piece this range is.
        if information & 1 == 1 {
            let entry = memory::bytes(&parts.sections, header.address(information & !1));
            return Self { parent: parent(entry), ..unknown };
        }
        let bytes = memory::bytes(&parts.sections, header.address(information));
        let [head, prologue, count, _, codes @ ..] = bytes else { return unknown };
        let (version, flags) = (head & 7, head >> 3);
        if !matches!(version, 1 | 2) {
            return unknown;
        }
        let count = usize::from(*count);
        // An odd number of codes is filled up to keep what follows aligned.
        let behind = tail(codes, (count + (count & 1)) * 2);
        let (codes, _) = codes.as_chunks::<2>();
        // Operation 6 describes epilogues; everything else is done by the prologue. Where the prologue has no bytes,
        // it was done before this range was entered.
        let saves = codes.iter().take(count).any(|[_, operation]| operation & 0xf != 6);
        let opening = if *prologue == 0 && saves { Opening::Saved } else { Opening::Untouched };
        match flags {
            4 => Self { opening: Opening::Saved, parent: parent(behind), handler: None },
            1..=3 => Self { opening, parent: None, handler: u32_at(behind, 0) },
            _ => Self { opening, parent: None, handler: None },
        }
    }
}

/// Entries of begin, and a packed description or the place of a long one.
fn aarch64(header: &Header<'_>, bytes: &[u8], parts: &Parts<'_>) -> Vec<Extent> {
    let mut extents = Vec::new();
    let (entries, _) = bytes.as_chunks::<8>();
    for entry in entries {
        let word = |offset| u32_or_zero(entry, offset);
        let (begin, description) = (word(0), word(4));
        let (size, opening) = match description & 3 {
            // Lengths count instructions of four bytes. 1 is a whole function, 2 a piece without prologue.
            1 => ((description >> 2 & 0x7ff) * 4, Opening::Untouched),
            2 => ((description >> 2 & 0x7ff) * 4, Opening::Saved),
            0 => {
                let record = memory::bytes(&parts.sections, header.address(description));
                let Some(head) = u32_at(record, 0) else { continue };
                ((head & 0x3_ffff) * 4, long_opening(record, head))
            }
            _ => continue,
        };
        if begin == 0 || size == 0 {
            continue;
        }
        extents.push(Extent {
            start: header.address(begin),
            size: size.into(),
            table: ExtentTable::Pdata,
            opening,
            piece_of: None,
        });
    }
    extents
}

/// The state of the stack from a long description: its codes begin with `end_c` where the prologue ran elsewhere.
fn long_opening(record: &[u8], head: u32) -> Opening {
    const END_C: u8 = 0xe5;
    let single = head >> 21 & 1 == 1;
    let (epilogues, words) = (head >> 22 & 0x1f, head >> 27);
    // Both counts zero: a second word has larger ones.
    let (epilogues, start) = if epilogues == 0 && words == 0 {
        (u16_at(record, 4).map_or(0, u32::from), 8)
    } else {
        (epilogues, 4)
    };
    let scopes = if single { 0 } else { epilogues };
    let codes = u64::from(scopes) * 4 + start;
    match part(record, codes, 1) {
        [END_C] => Opening::Saved,
        [_] => Opening::Untouched,
        _ => Opening::Unknown,
    }
}
