//! The beginning of code for 32-bit MIPS.
//!
//! Source: System V ABI, MIPS RISC Processor Supplement, third edition, chapter 3: $4 to $7 carry arguments, $25 the
//! function's own address, $28 the place that code counts from, $29 is the stack pointer, $31 the address to return to.

use demarche_terms::ByteOrder;

use super::{LENGTH, Opening};
use crate::mips::{self, Action, Float, GP, Operand, Operation, RA, SP, T9, decode};

/// Reads the beginning of some code.
pub(crate) fn opening(bytes: &[u8], address: u64, order: ByteOrder) -> Opening {
    let at_entry = [0, 2, 4, 5, 6, 7, 15, 24, T9, 26, 27, GP, SP, RA];
    let set = at_entry.into_iter().fold(0, |set: u32, register| set | 1 << register);
    let mut frame = Frame { set, depth: 0, opening: Opening::default() };
    let (words, _) = bytes.as_chunks::<4>();
    let mut words = words.iter().take(LENGTH).enumerate();
    while let Some((index, word)) = words.next() {
        let Some(instruction) = decode(order.u32(*word)) else {
            frame.opening.is_inner = true;
            break;
        };
        let action = instruction.action;
        frame.step(&action, index);
        if action.has_delay_slot() {
            let slot = words.next().and_then(|(_, word)| decode(order.u32(*word)));
            let Some(slot) = slot.filter(|slot| !slot.action.has_delay_slot()) else {
                frame.opening.is_inner = true;
                break;
            };
            frame.step(&slot.action, LENGTH);
            let location = address.wrapping_add(index as u64 * 4);
            if frame.ends(&action, location) {
                break;
            }
        }
        if frame.opening.is_inner || action == Action::Halt {
            break;
        }
    }
    frame.opening
}

struct Frame {
    /// The registers that hold something that the code may read, one bit each.
    set: u32,
    /// Bytes on the stack since the first instruction.
    depth: i64,
    opening: Opening,
}

impl Frame {
    fn read(&mut self, register: u8) {
        self.opening.is_inner |= self.set >> register & 1 == 0;
    }

    fn write(&mut self, register: u8) {
        self.set |= 1 << (register & 31);
    }

    /// Returns true if straight code ends with a jump, whose delay slot has run.
    fn ends(&mut self, action: &Action, location: u64) -> bool {
        let target = match *action {
            Action::Branch { left, right, offset, links: false, .. } if left == right => {
                Some(mips::target(location, offset))
            }
            Action::Jump { target } => Some(mips::region(location, target)),
            Action::To { .. } => None,
            Action::Call { .. }
            | Action::CallRegister { .. }
            | Action::Branch { links: true, .. } => {
                // What a call may leave behind.
                self.set |= 0x0300_fffe;
                return false;
            }
            _ => return false,
        };
        self.opening.is_whole = self.depth == 0;
        self.opening.is_inner |= self.depth != 0 && target.is_none();
        self.opening.jump = target.map(|target| (target, self.depth));
        true
    }

    fn step(&mut self, action: &Action, index: usize) {
        match *action {
            Action::Compute { operation: Operation::Add, to: SP, left: SP, right } => {
                let Operand::Number(size) = right else { return };
                self.depth -= i64::from(size);
                self.opening.makes_frame |= size < 0 && index < 4;
                self.opening.is_inner |= self.depth < 0;
            }
            Action::Compute { operation: Operation::Add, to: GP, left, right } => {
                // `addu gp, gp, t9`: only functions know their own address so.
                let is_own = left == T9 || right == Operand::Register(T9);
                self.opening.makes_frame |= is_own && index < 4;
            }
            Action::Compute { to, left, right, .. } => {
                self.read(left);
                if let Operand::Register(register) = right {
                    self.read(register);
                }
                self.write(to);
            }
            Action::Memory { is_load, register, base, offset, .. } => {
                self.read(base);
                if base == SP && is_load && self.depth == 0 {
                    // The first four words belong to the arguments in registers.
                    self.opening.is_inner |= offset < 16;
                }
                if is_load {
                    self.write(register);
                } else if base != SP {
                    self.read(register);
                }
            }
            Action::Float(Float::Memory { base, .. }) => self.read(base),
            Action::Float(Float::Core { to_core, core, .. }) => {
                if to_core {
                    self.write(core);
                } else {
                    self.read(core);
                }
            }
            Action::Float(Float::Control { to_core: true, core }) => self.write(core),
            Action::Upper { to, .. } | Action::FromLong { to, .. } => self.write(to),
            Action::LongMultiply { left, right, .. } | Action::Divide { left, right } => {
                self.read(left);
                self.read(right);
            }
            Action::Extract { to, from, .. }
            | Action::Extend { to, from, .. }
            | Action::ReverseBytes { to, from }
            | Action::Insert { to, from, .. } => {
                self.read(from);
                self.write(to);
            }
            Action::MoveIf { to, from, asked, .. } => {
                self.read(from);
                self.read(asked);
                self.write(to);
            }
            Action::Branch { left, right, .. } => {
                self.read(left);
                self.read(right);
            }
            Action::To { register } | Action::CallRegister { register, .. } => self.read(register),
            Action::ToLong { from, .. } => self.read(from),
            Action::Other { to, .. } => self.write(to),
            _ => {}
        }
    }
}
