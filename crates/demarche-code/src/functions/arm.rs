//! 32-bit Arm, as far as the walk needs it: A32 at even places, Thumb at odd ones.

mod registers;

use demarche_image::Image;

use super::flow::{Flow, JumpTable, Step};
use crate::arm::{
    ALWAYS, Action, Address, Code, Decoder, LR, Offset, Operand, PC, SP, moved, origin,
};
use registers::{Registers, Value};

/// Decodes one run of code.
pub(crate) struct Arm<'image> {
    image: &'image Image<'image>,
    bytes: &'image [u8],
    address: u64,
    offset: usize,
    is_thumb: bool,
    decoder: Decoder,
    registers: Registers<'image>,
}

impl<'image> Arm<'image> {
    pub(crate) fn new(image: &'image Image<'image>, bytes: &'image [u8], address: u64) -> Self {
        Self {
            image,
            bytes,
            address,
            offset: 0,
            is_thumb: false,
            decoder: Decoder::default(),
            registers: Registers::new(image),
        }
    }

    /// Goes to an offset in the run of code; `false` where it lies outside, or no instruction may begin.
    pub(crate) fn seek(&mut self, offset: u32) -> bool {
        let address = self.address.wrapping_add(u64::from(offset));
        self.is_thumb = address & 1 == 1;
        self.offset = (offset - u32::from(self.is_thumb).min(offset)) as usize;
        self.registers = Registers::new(self.image);
        self.decoder = Decoder::default();
        (self.is_thumb || address.is_multiple_of(4)) && self.offset < self.bytes.len()
    }

    /// Decodes the next instruction; `None` where the bytes are none.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step> {
        let address = self.address.wrapping_add(self.offset as u64);
        let instruction = self.decoder.decode(self.bytes.get(self.offset..)?, self.is_thumb)?;
        self.offset += instruction.length as usize;
        let is_certain = instruction.condition == ALWAYS;
        self.registers.enter(instruction.condition);
        let flow = self.flow(&instruction.action, address, is_certain);
        let (mut reference, literal) =
            self.registers.follow(&instruction.action, address, self.is_thumb);
        if literal.is_some() && self.is_distance(&instruction.action) {
            reference = None;
        }
        if matches!(
            flow,
            Flow::Call(_) | Flow::MaybeCall(_) | Flow::CallSlot(_) | Flow::CallUnknown
        ) {
            self.registers.forget();
        }
        Some(Step { length: instruction.length, flow, reference, literal })
    }

    /// Returns true if the number that an instruction loads is soon added to an address: it is none itself.
    fn is_distance(&self, action: &Action) -> bool {
        const NEAR: usize = 12;
        let Action::Memory { register: loaded, .. } = *action else { return false };
        let mut decoder = self.decoder;
        let mut offset = self.offset;
        for _ in 0..NEAR {
            let rest = self.bytes.get(offset..).unwrap_or_default();
            let Some(instruction) = decoder.decode(rest, self.is_thumb) else { return false };
            offset += instruction.length as usize;
            match instruction.action {
                Action::Compute {
                    code: Code::Add, left, right: Operand::Register(right), ..
                } if left == loaded || right == loaded => {
                    return true;
                }
                Action::Memory { address: Address { base, offset, .. }, .. } => match offset {
                    Offset::Register { register, .. } if register == loaded => return true,
                    _ if base == loaded => return false,
                    _ => {}
                },
                Action::Compute { to, .. } if to == loaded => return false,
                _ => {}
            }
        }
        false
    }

    fn flow(&self, action: &Action, address: u64, is_certain: bool) -> Flow {
        let mode = u64::from(self.is_thumb);
        let pc = origin(address, self.is_thumb, false);
        match *action {
            Action::Branch { offset } => {
                let target = moved(pc, offset) | mode;
                if is_certain { Flow::Jump(target) } else { Flow::Branch(target) }
            }
            Action::BranchZero { offset, .. } => Flow::Branch(moved(pc, offset) | mode),
            Action::Call { offset, switches } => {
                let target = if switches {
                    moved(origin(address, self.is_thumb, true), offset) | (mode ^ 1)
                } else {
                    moved(pc, offset) | mode
                };
                if is_certain { Flow::Call(target) } else { Flow::MaybeCall(target) }
            }
            Action::CallRegister { register } => match self.registers.get(register) {
                Value::Constant(target) if is_certain => Flow::Call(target),
                Value::Constant(target) => Flow::MaybeCall(target),
                Value::Slot(slot) => Flow::CallSlot(slot),
                _ => Flow::CallUnknown,
            },
            Action::Halt if is_certain => Flow::Halt,
            Action::Table { .. } => Flow::JumpUnknown,
            _ => {
                let flow = self.leaves(action, address);
                match (flow, is_certain) {
                    (Flow::Return, false) => Flow::MaybeReturn,
                    (Flow::Jump(target), false) => Flow::Branch(target),
                    (Flow::JumpUnknown | Flow::JumpSlot(_), false) => Flow::BranchUnknown,
                    _ => flow,
                }
            }
        }
    }

    /// The effect of what writes the address of the code as it writes any register.
    fn leaves(&self, action: &Action, address: u64) -> Flow {
        let through = |value| {
            if self.registers.links {
                return match value {
                    Value::Constant(target) => Flow::Call(target),
                    Value::Slot(slot) => Flow::CallSlot(slot),
                    _ => Flow::CallUnknown,
                };
            }
            match value {
                Value::Constant(target) => Flow::Jump(target),
                Value::Slot(slot) => Flow::JumpSlot(slot),
                _ => Flow::JumpUnknown,
            }
        };
        match *action {
            Action::To { register: LR } => Flow::Return,
            // Thumb code that goes on as A32 code behind it.
            Action::To { register: PC } => Flow::Jump(origin(address, self.is_thumb, true)),
            Action::To { register } => through(self.registers.get(register)),
            Action::Compute {
                code: Code::Move, to: PC, right: Operand::Register(from), ..
            } => {
                if from == LR {
                    Flow::Return
                } else {
                    through(self.registers.get(from))
                }
            }
            Action::Compute { code, to: PC, .. } if !code.only_compares() => {
                // `subs pc, lr, #4` ends handlers of interrupts.
                Flow::JumpUnknown
            }
            Action::Block { is_load: true, list, .. } if list >> PC & 1 == 1 => Flow::Return,
            Action::Memory { is_load: true, width: 4, register: PC, address: location, .. } => {
                if location.base == SP {
                    Flow::Return
                } else {
                    through(self.registers.loaded(&location, address, self.is_thumb))
                }
            }
            _ => Flow::Next,
        }
    }

    /// The number of bytes of padding at the beginning of some bytes.
    pub(crate) fn padding(bytes: &[u8], is_thumb: bool) -> u32 {
        match bytes {
            [0, 0, 0, 0, ..] => 4,
            [0, 0xbf | 0, ..] | [0xc0, 0x46, ..] if is_thumb => 2,
            [0, 0, 0xa0, 0xe1, ..] | [0, 0xf0, 0x20, 0xe3, ..] if !is_thumb => 4,
            _ => 0,
        }
    }

    /// The table that the indirect jump at the end of some straight code goes by.
    ///
    /// `bytes` begin at an instruction at `address`; the last instruction is the jump.
    pub(crate) fn jump_table(&self, bytes: &[u8], address: u64) -> Option<JumpTable> {
        let is_thumb = address & 1 == 1;
        let mut decoder = Decoder::default();
        let mut registers = Registers::new(self.image);
        let (mut compared, mut count) = (None, None);
        let mut location = address & !1;
        let mut rest = bytes;
        while let Some(instruction) = decoder.decode(rest, is_thumb) {
            rest = rest.get(instruction.length as usize..)?;
            registers.enter(instruction.condition);
            let bound = |compared: Option<u32>| match instruction.condition {
                8 | 9 => compared.and_then(|last| last.checked_add(1)),
                2 | 3 => compared,
                _ => None,
            };
            if rest.is_empty() {
                count = bound(compared).or(count);
                return registers.table(&instruction.action, location, is_thumb, count);
            }
            match instruction.action {
                Action::Compute { code: Code::Compare, right: Operand::Number(number), .. } => {
                    compared = Some(number);
                }
                Action::Branch { .. } => count = bound(compared).or(count),
                _ => {
                    registers.follow(&instruction.action, location, is_thumb);
                }
            }
            location = location.wrapping_add(u64::from(instruction.length));
        }
        None
    }
}
