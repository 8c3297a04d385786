//! The bits of instructions that stay when the code, or what it refers to, moves.

use demarche_image::VirtualAddress;
use demarche_terms::ByteOrder;

use crate::arm::Decoder;
use crate::lift::{MipsMasked, arm_kept};
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
        let mask = match order {
            ByteOrder::Little => mask.to_le_bytes(),
            ByteOrder::Big => mask.to_be_bytes(),
        };
        all.push((word.to_vec(), mask.to_vec()));
    }
    all
}
