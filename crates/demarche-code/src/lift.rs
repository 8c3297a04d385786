//! Functions of five instruction sets in one form: what they compute, as values that have lost names of registers and places.
//!
//! Each block is run on symbolic values. A copy is the same value, a stack slot is a variable like a register, constants
//! fold, sums and products by constants are one linear form, and so are address computations; divisions by constants are
//! recognised in their multiplications, rotations in their shifts. What is computed, compared, stored, passed and returned is
//! then a trait of the function, hashed to a small depth. Values that come from elsewhere are all alike.
//!
//! Left out: memory other than the stack is not tracked, loops are not followed, and vector code is taken instruction by
//! instruction.

mod aarch64;
mod arithmetic;
mod arm;
mod cil;
mod expressions;
mod hash;
mod machine;
mod members;
mod merge;
mod mips;
mod surroundings;
mod text;
mod traits;
mod x86;

use demarche_image::Architecture;

use crate::functions::as_u32;
use crate::{BasicBlock, Function};
pub(crate) use hash::mix;
use machine::{Lifted, Machine};
use merge::Waiting;
pub(crate) use surroundings::Surroundings;

/// Runs the functions of one program, one after the other.
#[derive(Debug)]
pub(crate) struct Lifter<'a> {
    /// The traits and references of the function that was run last are left in it.
    pub(crate) machine: Machine<'a>,
    waiting: Waiting,
}

impl<'a> Lifter<'a> {
    pub(crate) fn new(surroundings: &'a Surroundings<'a>) -> Self {
        Self { machine: Machine::new(surroundings), waiting: Waiting::default() }
    }

    /// Runs a function's blocks in the order of their addresses; its traits and calls are left in the machine.
    pub(crate) fn lift(&mut self, function: &Function) -> Lifted {
        let Self { machine, waiting } = self;
        machine.begin(function);
        cil::begin(machine, function);
        let mut lifted = Lifted::default();
        waiting.begin(function);
        for (index, block) in function.blocks.iter().enumerate() {
            waiting.enter(index, machine);
            run(machine, block, &mut lifted);
            waiting.leave(index, function.successors(index), machine);
        }
        lifted
    }
}

fn run(machine: &mut Machine<'_>, block: &BasicBlock, lifted: &mut Lifted) {
    let bytes = machine.surroundings.code(block);
    lifted.size += as_u32(bytes.len());
    match machine.surroundings.image.architecture {
        Architecture::AArch64 => aarch64::run(machine, bytes, block.start.0, lifted),
        Architecture::X86 => x86::run(machine, 32, bytes, block.start.0, lifted),
        Architecture::X86_64 => x86::run(machine, 64, bytes, block.start.0, lifted),
        Architecture::Arm | Architecture::ArmBig => arm::run(machine, bytes, block.start.0, lifted),
        Architecture::Mips | Architecture::MipsLittle => {
            mips::run(machine, bytes, block.start.0, lifted);
        }
        Architecture::Cil => cil::run(machine, bytes, block.start.0, lifted),
    }
}
