//! Instructions without addresses.

use iced_x86::{Decoder, Instruction, OpKind};

use crate::lift::Surroundings;
use crate::lift::{hash, mix};

/// A hash of an instruction's bytes but for those that hold an address.
pub(super) fn hash(
    surroundings: &Surroundings<'_>,
    decoder: &Decoder<'_>,
    instruction: &Instruction,
    bytes: &[u8],
) -> u64 {
    let (displacement, immediate) = addresses(surroundings, instruction);
    if !displacement && !immediate {
        return hash::few(bytes.iter().copied());
    }
    let offsets = decoder.get_constant_offsets(instruction);
    let hole = |is_address: bool, offset: usize, size: usize| {
        if is_address { offset..offset.saturating_add(size) } else { 0..0 }
    };
    let one = hole(displacement, offsets.displacement_offset(), offsets.displacement_size());
    let other = hole(immediate, offsets.immediate_offset(), offsets.immediate_size());
    let kept = bytes.iter().enumerate().filter(|(at, _)| !one.contains(at) && !other.contains(at));
    mix(hash::few(kept.map(|(_, byte)| *byte)), 1)
}

/// Whether the displacement, and whether the immediate value, is an address.
fn addresses(surroundings: &Surroundings<'_>, instruction: &Instruction) -> (bool, bool) {
    let is_branch = matches!(
        instruction.op0_kind(),
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64
    );
    let (mut has_memory, mut immediate) = (false, is_branch);
    for place in 0..instruction.op_count() {
        match instruction.op_kind(place) {
            OpKind::Memory => has_memory = true,
            OpKind::Immediate32 | OpKind::Immediate64 | OpKind::Immediate32to64 => {
                let value = instruction.try_immediate(place);
                immediate |= value.is_ok_and(|it| surroundings.is_address(it));
            }
            _ => {}
        }
    }
    let displacement = has_memory
        && (instruction.is_ip_rel_memory_operand()
            || surroundings.is_address(instruction.memory_displacement64()));
    (displacement, immediate)
}
