//! Starts of functions from `.ARM.exidx`, by which exceptions pass through code of 32-bit Arm.
//!
//! Source: Exception Handling ABI for the Arm Architecture (IHI 0038), section 6: each entry has the place of a function
//! as an offset of 31 bits, and a word on how to unwind it.

use object::elf;

use super::header::{Class, Headers};
use crate::gaps::Gaps;
use crate::little_endian::signed;
use crate::parts::Parts;
use crate::{Extent, ExtentTable, Opening, VirtualAddress, memory};

/// `PT_ARM_EXIDX`.
const INDEX: elf::ProgramType = elf::ProgramType(0x7000_0001);

/// Reads the table where the program headers have it.
pub(crate) fn read<C: Class>(headers: &Headers<'_, C>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    if !parts.architecture.has_thumb() {
        return;
    }
    let Some((table, size)) = headers.segment(INDEX) else { return };
    let mut extents = Vec::new();
    for entry in 0..size / 8 {
        let location = table.plus(entry * 8);
        let bytes = memory::bytes(&parts.sections, location);
        let Some(word) = C::u32_at(bytes, 0) else { break };
        if !parts.has_room(extents.len(), "entries of .ARM.exidx", gaps) {
            break;
        }
        let offset = signed(word, 31);
        let start = VirtualAddress(location.0.wrapping_add_signed(offset) & 0xffff_ffff);
        extents.push(Extent {
            start,
            size: 0,
            table: ExtentTable::ArmIndex,
            opening: Opening::Unknown,
            piece_of: None,
        });
    }
    parts.extents.append(&mut extents);
}
