//! The bits of instructions that stay when the code, or what it refers to, moves.

use demarche_image::VirtualAddress;
use demarche_terms::ByteOrder;

use crate::arm::{self, Decoder};
use crate::mips;

/// The instructions of a block of 32-bit Arm as bytes and masks, up to the first that is none.
///
/// `start` is odd for Thumb code. A bit that is set in a mask stays.
#[must_use]
pub fn arm_fixed(start: VirtualAddress, block: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut decoder = Decoder::default();
    let (mut rest, mut all) = (block, Vec::new());
    while let Some(instruction) = decoder.decode(rest, start.0 & 1 == 1) {
        let Some((bytes, after)) = rest.split_at_checked(instruction.length as usize) else {
            break;
        };
        let [a, b, c, d] = arm_kept(&instruction).to_le_bytes();
        let is_long_thumb = start.0 & 1 == 1 && instruction.length == 4;
        // The first half of a long Thumb instruction is the upper one.
        let mask = if is_long_thumb { [c, d, a, b] } else { [a, b, c, d] };
        all.push((bytes.to_vec(), mask.into_iter().take(bytes.len()).collect()));
        rest = after;
    }
    all
}

/// The instructions of a block of MIPS as bytes and masks, up to the first that is none.
///
/// A bit that is set in a mask stays.
#[must_use]
pub fn mips_fixed(order: ByteOrder, block: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut masked = MipsMasked::default();
    let (words, _) = block.as_chunks::<4>();
    let mut all = Vec::new();
    for word in words {
        let Some(instruction) = mips::decode(order.u32(*word)) else { break };
        let mask = masked.kept(&instruction);
        all.push((word.to_vec(), order.bytes(mask).to_vec()));
    }
    all
}

/// An instruction's bits but for distances to other code and to numbers among the code.
pub(crate) fn arm_masked(instruction: &arm::Instruction) -> u64 {
    u64::from(instruction.length) << 32 | u64::from(instruction.bits & arm_kept(instruction))
}

/// The bits that stay when the code, or what it refers to, moves.
fn arm_kept(instruction: &arm::Instruction) -> u32 {
    let bits = instruction.bits;
    let (is_long, is_a32) = (instruction.length == 4, bits >> 28 != 0xf && bits >> 29 != 0b111);
    match instruction.action {
        arm::Action::Branch { .. } | arm::Action::Call { .. } if is_a32 || !is_long => {
            0xff00_0000_u32
        }
        arm::Action::Branch { .. } | arm::Action::Call { .. } => 0xf800_d000,
        arm::Action::BranchZero { .. } => 0xfd07,
        arm::Action::Near { .. } => 0xffff_f000,
        arm::Action::Memory { address, .. } if address.base == arm::PC && is_long => 0xffff_f000,
        arm::Action::Memory { address, .. } if address.base == arm::PC => 0xff00,
        _ => u32::MAX,
    }
}

/// Takes addresses out of the instructions of a block.
#[derive(Debug, Default)]
pub(crate) struct MipsMasked {
    /// The registers that hold the upper half of an address, one bit each.
    halves: u32,
}

impl MipsMasked {
    /// An instruction's bits but for those that hold an address or a part of one.
    pub(crate) fn of(&mut self, instruction: &mips::Instruction) -> u32 {
        instruction.bits & self.kept(instruction)
    }

    /// The bits that stay when the code, or what it refers to, moves.
    fn kept(&mut self, instruction: &mips::Instruction) -> u32 {
        const CONSTANT: u32 = 0xffff;
        let is_half = |halves: u32, register: u8| halves >> register & 1 == 1;
        match instruction.action {
            mips::Action::Upper { to, .. } => {
                self.halves |= 1 << to;
                !CONSTANT
            }
            mips::Action::Memory { is_load, register, base: mips::GP, .. } => {
                if is_load {
                    self.halves |= 1 << register;
                }
                !CONSTANT
            }
            mips::Action::Memory { base, .. } if is_half(self.halves, base) => !CONSTANT,
            mips::Action::Compute {
                operation: mips::Operation::Add,
                left,
                right: mips::Operand::Number(_),
                ..
            } if is_half(self.halves, left) => !CONSTANT,
            mips::Action::Call { .. } | mips::Action::Jump { .. } => 0xfc00_0000,
            mips::Action::Branch { .. } => !CONSTANT,
            _ => u32::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::arm_masked;
    use crate::arm::Decoder;

    fn of(bytes: &[u8], is_thumb: bool) -> u64 {
        arm_masked(&Decoder::default().decode(bytes, is_thumb).unwrap())
    }

    #[test]
    fn the_same_code_elsewhere_is_the_same() {
        // bl, in both encodings, and a load from among the code.
        assert_eq!(of(&[0x10, 0, 0, 0xeb], false), of(&[0x99, 9, 0, 0xeb], false));
        assert_eq!(of(&[0, 0xf0, 0x10, 0xf8], true), of(&[0, 0xf0, 0x20, 0xf8], true));
        assert_eq!(of(&[0x02, 0x48], true), of(&[0x07, 0x48], true));
        assert_ne!(of(&[0x02, 0x48], true), of(&[0x02, 0x49], true));
    }
}
