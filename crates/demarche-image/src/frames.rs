//! Ranges of code from `.eh_frame`, with the state of the stack where each begins.
//!
//! Source: Linux Standard Base 5.0, core specification, section 10.6; DWARF 5, section 6.4.

use std::collections::BTreeMap;

use gimli::{
    BaseAddresses, CfaRule, CieOrFde, EhFrame, RegisterRule, RunTimeEndian, UnwindContext,
    UnwindSection as _,
};

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::wide;
use demarche_terms::ByteOrder;

use crate::{Architecture, Extent, ExtentTable, Opening, VirtualAddress};

type Slice<'one> = gimli::EndianSlice<'one, RunTimeEndian>;

/// Reads all ranges of a section whose first byte lies at `address`.
pub(crate) fn read(
    bytes: &[u8],
    address: VirtualAddress,
    architecture: Architecture,
    extents: &mut Vec<Extent>,
    gaps: &mut Gaps,
) {
    let order = match architecture.byte_order() {
        ByteOrder::Little => RunTimeEndian::Little,
        ByteOrder::Big => RunTimeEndian::Big,
    };
    let mut frame = EhFrame::new(bytes, order);
    frame.set_address_size(if architecture.pointer_size() == 4 { 4 } else { 8 });
    let bases = BaseAddresses::default().set_eh_frame(address.0);
    let mut context = UnwindContext::new();
    let mut entries = frame.entries(&bases);
    // What entries share comes before them, and is read once: a hostile file would have it read for each.
    let mut shared = BTreeMap::new();
    loop {
        match entries.next() {
            Ok(None) => break,
            Ok(Some(CieOrFde::Cie(cie))) => {
                shared.insert(cie.offset(), cie);
            }
            Ok(Some(CieOrFde::Fde(partial))) => match partial.parse(|_, _, offset| {
                shared
                    .get(&offset.0)
                    .cloned()
                    .ok_or(gimli::Error::NoEntryAtGivenOffset(wide(offset.0)))
            }) {
                Ok(fde) if fde.len() > 0 => extents.push(Extent {
                    start: VirtualAddress(fde.initial_address()),
                    size: fde.len(),
                    table: ExtentTable::EhFrame,
                    opening: opening(&frame, &bases, &mut context, &fde, architecture),
                    piece_of: None,
                }),
                // An empty range is what the linker leaves of a function that it threw away.
                Ok(_) => {}
                Err(error) => {
                    gaps.note(ImageShortfall::EhFrameEntry, || error.to_string());
                }
            },
            Err(error) => {
                gaps.note(ImageShortfall::EhFrame, || error.to_string());
                break;
            }
        }
    }
}

/// The state of the stack in the first row of an entry's table.
fn opening(
    frame: &EhFrame<Slice<'_>>,
    bases: &BaseAddresses,
    context: &mut UnwindContext<usize>,
    fde: &gimli::FrameDescriptionEntry<Slice<'_>>,
    architecture: Architecture,
) -> Opening {
    const LONGEST_SHARED: usize = 4096;
    if fde.cie().entry_len() > LONGEST_SHARED {
        return Opening::Unknown;
    }
    let first = |mut table: gimli::UnwindTable<'_, '_, Slice<'_>>| {
        let row = table.next_row().ok()??;
        let CfaRule::RegisterAndOffset { register, offset } = row.cfa() else { return None };
        let saves = |rule: &RegisterRule<usize>| {
            !matches!(rule, RegisterRule::Undefined | RegisterRule::SameValue)
        };
        let saved = row.registers().any(|(register, rule)| {
            *register != fde.cie().return_address_register() && saves(rule)
        });
        Some((register.0, *offset, saved))
    };
    let Some((register, offset, saved)) = fde.rows(frame, bases, context).ok().and_then(first)
    else {
        return Opening::Unknown;
    };
    // The stack pointer's number in DWARF, and what a call leaves on the stack.
    let untouched = match architecture {
        Architecture::X86 => (4, 4),
        Architecture::X86_64 => (7, 8),
        Architecture::AArch64 => (31, 0),
        Architecture::Arm | Architecture::ArmBig => (13, 0),
        Architecture::Mips | Architecture::MipsLittle => (29, 0),
        Architecture::Cil => return Opening::Unknown,
    };
    if (register, offset) == untouched && !saved { Opening::Untouched } else { Opening::Saved }
}
