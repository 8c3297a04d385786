//! The beginning of code for 32-bit Arm.
//!
//! Source: Procedure Call Standard for the Arm Architecture (IHI 0042): r0 to r3 carry arguments, r12 is free for the
//! linker's stubs, the others belong to the caller.

use super::{LENGTH, Opening};
use crate::arm::{
    ALWAYS, Action, Address, Code, Decoder, Float, LR, Offset, Operand, PC, SP, moved, origin,
};

/// Reads the beginning of some code; the lowest bit of the address tells Thumb.
pub(crate) fn opening(bytes: &[u8], address: u64) -> Opening {
    let is_thumb = address & 1 == 1;
    let mut decoder = Decoder::default();
    let opening = Opening::default();
    let mut frame = Frame { set: 0xf00f, depth: 0, is_known: true, is_certain: true, opening };
    let (mut rest, mut place) = (bytes, address & !1);
    for index in 0..LENGTH {
        let Some(instruction) = decoder.decode(rest, is_thumb) else {
            // Straight code that is no code is no function.
            frame.opening.is_inner |= !rest.is_empty();
            break;
        };
        let Some(next) = rest.get(instruction.length as usize..) else { break };
        rest = next;
        if frame.under(instruction.condition, &instruction.action, index) {
            if let Action::Branch { offset } = instruction.action {
                let mode = u64::from(is_thumb);
                let target = moved(origin(place, is_thumb, false), offset) | mode;
                frame.opening.jump = Some((target, frame.depth));
            }
            break;
        }
        if frame.opening.is_inner {
            break;
        }
        place = place.wrapping_add(u64::from(instruction.length));
    }
    frame.opening
}

/// Returns true if three of four of the first words have the condition "always", as nearly all instructions of A32 do.
pub(crate) fn reads_like_a32(bytes: &[u8]) -> bool {
    const WORDS: usize = 8;
    let (words, _) = bytes.as_chunks::<4>();
    let words = words.get(..WORDS).unwrap_or(words);
    let always = words.iter().filter(|[.., last]| last >> 4 == 0xe).count();
    always * 4 >= words.len() * 3
}

struct Frame {
    /// The registers that hold something that the code may read, one bit each.
    set: u16,
    /// Bytes on the stack since the first instruction.
    depth: i64,
    /// True if the depth is still known.
    is_known: bool,
    /// True if the instruction in hand has no condition.
    is_certain: bool,
    opening: Opening,
}

impl Frame {
    fn read(&mut self, register: u8) {
        self.opening.is_inner |= self.set >> register & 1 == 0;
    }

    fn write(&mut self, register: u8) {
        self.set |= 1 << (register & 15);
    }

    fn operand(&mut self, operand: Operand) {
        match operand {
            Operand::Number(_) => {}
            Operand::Register(register) | Operand::Shifted { register, .. } => self.read(register),
            Operand::ByRegister { register, by, .. } => {
                self.read(register);
                self.read(by);
            }
        }
    }

    /// Runs an instruction; true where straight code ends with it.
    ///
    /// Where a function returns under a condition, it goes on with the stack as it was before that.
    fn under(&mut self, condition: u8, action: &Action, index: usize) -> bool {
        self.is_certain = condition == ALWAYS;
        let depth = self.depth;
        let ends = self.step(action, index);
        if !self.is_certain {
            self.depth = self.depth.max(depth);
        }
        ends && self.is_certain
    }

    fn ends(&mut self) -> bool {
        if !self.is_certain {
            return true;
        }
        self.opening.is_whole = self.is_known && self.depth == 0;
        self.opening.is_inner |= self.is_known && self.depth != 0;
        true
    }

    fn step(&mut self, action: &Action, index: usize) -> bool {
        match *action {
            Action::Compute { code, to, left, right, .. } => {
                return self.compute(code, to, left, right, index);
            }
            Action::Block { is_load, base, list, is_up, writes_back, .. } => {
                return self.block(is_load, base, list, is_up && writes_back, writes_back, index);
            }
            Action::Memory { is_load, width, register, second, address, .. } => {
                return self.memory(is_load, width, [register, second], &address, index);
            }
            Action::Float(Float::Block {
                is_load: false, base: SP, is_up: false, count, ..
            }) => {
                self.depth += i64::from(count) * 8;
                self.opening.makes_frame |= index < 3;
            }
            Action::Float(Float::Memory { address, .. }) => self.read(address.base),
            Action::Float(Float::Core { to_core, core, second, .. }) => {
                for register in [Some(core), second].into_iter().flatten() {
                    if to_core { self.write(register) } else { self.read(register) }
                }
            }
            Action::Branch { .. } => {
                // A jump within the function leaves the stack as it is.
                self.opening.is_whole |= self.is_certain && self.is_known && self.depth == 0;
                return true;
            }
            Action::To { register } => {
                self.read(register);
                return self.ends();
            }
            Action::Table { index: register, .. } => {
                self.read(register);
                return true;
            }
            Action::Halt => return true,
            Action::Call { .. } | Action::CallRegister { .. } => self.set |= 0x500f,
            Action::BranchZero { register, .. } => self.read(register),
            _ => self.plain(action),
        }
        false
    }

    /// Operations that read some registers and write others.
    fn plain(&mut self, action: &Action) {
        let (reads, writes) = match *action {
            Action::Wide { to, is_top, .. } => {
                ([is_top.then_some(to), None, None], [Some(to), None])
            }
            Action::Near { to, .. } => ([None; 3], [Some(to), None]),
            Action::Multiply { to, left, right, sum, .. }
            | Action::HighMultiply { to, left, right, sum } => {
                ([Some(left), Some(right), sum], [Some(to), None])
            }
            Action::LongMultiply { low, high, left, right, .. } => {
                ([Some(left), Some(right), None], [Some(low), Some(high)])
            }
            Action::Divide { to, left, right } => {
                ([Some(left), Some(right), None], [Some(to), None])
            }
            Action::Extend { to, from, sum, .. } => ([Some(from), sum, None], [Some(to), None]),
            Action::Extract { to, from, .. } | Action::ReverseBytes { to, from } => {
                ([Some(from), None, None], [Some(to), None])
            }
            Action::Insert { to, from, .. } => ([from, None, None], [Some(to), None]),
            Action::Other { to, left, right, .. } => ([left, right, None], [to, None]),
            _ => ([None; 3], [None; 2]),
        };
        reads.into_iter().flatten().for_each(|register| self.read(register));
        writes.into_iter().flatten().for_each(|register| self.write(register));
    }

    fn compute(&mut self, code: Code, to: u8, left: u8, right: Operand, index: usize) -> bool {
        if to == SP {
            match (code, left, right) {
                (Code::Subtract, SP, Operand::Number(size)) => {
                    self.depth += i64::from(size);
                    self.opening.makes_frame |= index < 3;
                }
                (Code::Add, SP, Operand::Number(size)) => {
                    self.depth -= i64::from(size);
                    self.opening.is_inner |= self.is_known && self.depth < 0;
                }
                _ => self.is_known = false,
            }
            return false;
        }
        // A register exclusive-ored with itself is zero whatever it held.
        if !(code == Code::ExclusiveOr && right == Operand::Register(left)) {
            if !code.is_unary() {
                self.read(left);
            }
            self.operand(right);
        }
        if code.only_compares() {
            return false;
        }
        if to == PC {
            // A sum is a jump by a table, within the function.
            return code == Code::Add || self.ends();
        }
        self.write(to);
        false
    }

    fn block(
        &mut self,
        is_load: bool,
        base: u8,
        list: u16,
        is_up: bool,
        writes_back: bool,
        index: usize,
    ) -> bool {
        let bytes = i64::from(list.count_ones()) * 4;
        if base == SP && writes_back {
            self.depth += if is_up { -bytes } else { bytes };
            if !is_load {
                // The address to return to is put away at the beginning, be it behind some loads.
                let (first, is_saved) =
                    if list >> LR & 1 == 1 { (8, true) } else { (3, list & 0xff0 != 0) };
                self.opening.makes_frame |= index < first && is_saved;
                return false;
            }
            self.opening.is_inner |= self.is_known && self.depth < 0;
        } else {
            self.read(base);
            if base != SP && is_load && list >> SP & 1 == 1 {
                self.is_known = false;
            }
        }
        for register in 0..15 {
            let is_listed = list >> register & 1 == 1;
            if is_listed && is_load {
                self.write(register);
            } else if is_listed && base != SP {
                self.read(register);
            }
        }
        is_load && list >> PC & 1 == 1 && self.ends()
    }

    fn memory(
        &mut self,
        is_load: bool,
        width: u8,
        registers: [u8; 2],
        address: &Address,
        index: usize,
    ) -> bool {
        let [register, second] = registers;
        self.read(address.base);
        if let Offset::Register { register, .. } = address.offset {
            self.read(register);
        }
        if let (SP, true, Offset::Number(offset)) =
            (address.base, address.writes_back, address.offset)
        {
            self.depth -= i64::from(offset);
            if !is_load {
                self.opening.makes_frame |= index < 3;
                return false;
            }
            self.opening.is_inner |= self.is_known && self.depth < 0;
        }
        let both = [Some(register), (width == 8).then_some(second)];
        for register in both.into_iter().flatten() {
            if is_load {
                self.write(register);
            } else if address.base != SP {
                self.read(register);
            }
        }
        let is_table = matches!(address.offset, Offset::Register { .. });
        is_load && register == PC && (is_table || self.ends())
    }
}
