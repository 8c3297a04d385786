//! Instructions without addresses.

use crate::arm::{Action, Instruction, PC};

/// An instruction's bits but for distances to other code and to numbers among the code.
pub(super) fn masked(instruction: &Instruction) -> u64 {
    u64::from(instruction.length) << 32 | u64::from(instruction.bits & kept(instruction))
}

/// The bits that stay when the code, or what it refers to, moves.
pub(crate) fn kept(instruction: &Instruction) -> u32 {
    let bits = instruction.bits;
    let (is_long, is_a32) = (instruction.length == 4, bits >> 28 != 0xf && bits >> 29 != 0b111);
    match instruction.action {
        Action::Branch { .. } | Action::Call { .. } if is_a32 || !is_long => 0xff00_0000_u32,
        Action::Branch { .. } | Action::Call { .. } => 0xf800_d000,
        Action::BranchZero { .. } => 0xfd07,
        Action::Near { .. } => 0xffff_f000,
        Action::Memory { address, .. } if address.base == PC && is_long => 0xffff_f000,
        Action::Memory { address, .. } if address.base == PC => 0xff00,
        _ => u32::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::masked;
    use crate::arm::Decoder;

    fn of(bytes: &[u8], is_thumb: bool) -> u64 {
        masked(&Decoder::default().decode(bytes, is_thumb).unwrap())
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
