//! Instructions without addresses.

use crate::mips::{Action, GP, Instruction, Operand, Operation};

/// Takes addresses out of the instructions of a block.
#[derive(Debug, Default)]
pub(crate) struct Masked {
    /// The registers that hold the upper half of an address, one bit each.
    halves: u32,
}

impl Masked {
    /// An instruction's bits but for those that hold an address or a part of one.
    pub(super) fn of(&mut self, instruction: &Instruction) -> u32 {
        instruction.bits & self.kept(instruction)
    }

    /// The bits that stay when the code, or what it refers to, moves.
    pub(crate) fn kept(&mut self, instruction: &Instruction) -> u32 {
        const CONSTANT: u32 = 0xffff;
        let is_half = |halves: u32, register: u8| halves >> register & 1 == 1;
        match instruction.action {
            Action::Upper { to, .. } => {
                self.halves |= 1 << to;
                !CONSTANT
            }
            Action::Memory { is_load, register, base: GP, .. } => {
                if is_load {
                    self.halves |= 1 << register;
                }
                !CONSTANT
            }
            Action::Memory { base, .. } if is_half(self.halves, base) => !CONSTANT,
            Action::Compute {
                operation: Operation::Add, left, right: Operand::Number(_), ..
            } if is_half(self.halves, left) => !CONSTANT,
            Action::Call { .. } | Action::Jump { .. } => 0xfc00_0000,
            Action::Branch { .. } => !CONSTANT,
            _ => u32::MAX,
        }
    }
}
