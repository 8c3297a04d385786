//! 32-bit MIPS, as far as the walk needs it.
//!
//! A jump and the instruction behind it, which runs before control goes elsewhere, are one step of eight bytes.

use demarche_image::{Image, VirtualAddress};

use super::flow::{Flow, JumpTable, Reference, Step};
use crate::mips::{self, Action, GP, Operand, Operation, Question, RA, SP, T9, decode};

/// Decodes one run of code.
pub(crate) struct Mips<'image> {
    image: &'image Image<'image>,
    bytes: &'image [u8],
    address: u64,
    offset: usize,
    registers: Registers<'image>,
}

/// The known value of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Unknown,
    /// An address or a number.
    Constant(u64),
    /// The bytes in memory at an address.
    Slot(u64),
    /// An address plus something that is not known.
    Indexed(u64),
    /// An entry of a table.
    Entry {
        table: u64,
        width: u8,
        is_signed: bool,
    },
    /// An entry added to a base.
    Target {
        table: u64,
        width: u8,
        is_signed: bool,
        base: u64,
    },
}

/// The registers of a stretch of code.
struct Registers<'image> {
    image: &'image Image<'image>,
    values: [Value; 32],
    /// The known values on the stack, by their distance to the stack pointer.
    slots: Vec<(i32, Value)>,
    /// The registers whose number was built from constants of the code alone, one bit each.
    plain: u32,
}

impl<'image> Mips<'image> {
    pub(crate) fn new(image: &'image Image<'image>, bytes: &'image [u8], address: u64) -> Self {
        Self { image, bytes, address, offset: 0, registers: Registers::new(image) }
    }

    /// Goes to an offset in the run of code; `false` where it lies outside or between two words.
    pub(crate) fn seek(&mut self, offset: u32) -> bool {
        self.offset = offset as usize;
        self.registers = Registers::new(self.image);
        let aligned = (self.address.wrapping_add(u64::from(offset))).is_multiple_of(4);
        aligned && self.offset < self.bytes.len()
    }

    fn word(&self, offset: usize) -> Option<u32> {
        let bytes = self.bytes.get(offset..)?.first_chunk()?;
        Some(self.image.architecture.byte_order().u32(*bytes))
    }

    /// Decodes the next instruction, with the one in its delay slot; `None` where the bytes are none.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step> {
        let instruction = decode(self.word(self.offset)?)?;
        let address = self.address.wrapping_add(self.offset as u64);
        self.offset += 4;
        let literal = None;
        if !instruction.action.has_delay_slot() {
            let reference = self.registers.follow(&instruction.action);
            let reference = reference.filter(|reference| is_near(*reference, address));
            let flow = if instruction.action == Action::Halt { Flow::Halt } else { Flow::Next };
            return Some(Step { length: 4, flow, reference, literal });
        }
        let flow = self.registers.flow(&instruction.action, address);
        let slot = decode(self.word(self.offset)?)?;
        if slot.action.has_delay_slot() {
            return None;
        }
        self.offset += 4;
        let reference = self.registers.follow(&slot.action);
        let reference = reference.filter(|reference| is_near(*reference, address));
        if matches!(flow, Flow::Call(_) | Flow::CallSlot(_) | Flow::CallUnknown) {
            self.registers.forget();
        }
        Some(Step { length: 8, flow, reference, literal })
    }

    /// The number of bytes of padding at the beginning of some bytes.
    pub(crate) fn padding(bytes: &[u8]) -> u32 {
        if bytes.starts_with(&[0; 4]) { 4 } else { 0 }
    }

    /// The table that the indirect jump at the end of some straight code goes by.
    pub(crate) fn jump_table(&self, bytes: &[u8]) -> Option<JumpTable> {
        let order = self.image.architecture.byte_order();
        let (words, _) = bytes.as_chunks::<4>();
        let (_slot, words) = words.split_last()?;
        let (last, before) = words.split_last()?;
        let Action::To { register } = decode(order.u32(*last))?.action else { return None };
        let mut registers = Registers::new(self.image);
        let (mut bound, mut count) = (None, None);
        for word in before {
            let Some(instruction) = decode(order.u32(*word)) else { continue };
            match instruction.action {
                Action::Compute {
                    operation: Operation::SetBelow,
                    to,
                    right: Operand::Number(number),
                    ..
                } => bound = u32::try_from(number).ok().map(|number| (to, number)),
                Action::Branch { question: Question::Equal | Question::NotEqual, left, .. } => {
                    count = bound.filter(|(to, _)| *to == left).map(|(_, number)| number).or(count);
                }
                _ => {}
            }
            registers.follow(&instruction.action);
        }
        let (table, width, is_signed, base) = match registers.get(register) {
            Value::Target { table, width, base, .. } => (table, width, true, base),
            Value::Entry { table, width: 4, .. } => (table, 4, false, 0),
            _ => return None,
        };
        Some(JumpTable { address: table, width, is_signed, base, shift: 0, count, is_code: false })
    }
}

impl<'image> Registers<'image> {
    fn new(image: &'image Image<'image>) -> Self {
        Self { image, values: [Value::Unknown; 32], slots: Vec::new(), plain: 0 }
    }

    fn get(&self, number: u8) -> Value {
        match number {
            0 => Value::Constant(0),
            // Code of one program mostly counts from one place.
            GP => match self.values.get(usize::from(GP)) {
                Some(Value::Constant(location)) => Value::Constant(*location),
                _ => self.global_pointer().map_or(Value::Unknown, Value::Constant),
            },
            _ => self.values.get(usize::from(number)).copied().unwrap_or(Value::Unknown),
        }
    }

    fn global_pointer(&self) -> Option<u64> {
        self.image.global_pointer.map(|location| location.0)
    }

    fn is_plain(&self, number: u8) -> bool {
        self.plain >> (number & 31) & 1 == 1
    }

    fn set(&mut self, number: u8, value: Value) {
        self.plain &= !(1 << (number & 31));
        if let Some(slot) = self.values.get_mut(usize::from(number)) {
            *slot = value;
        }
    }

    /// Keeps a value on the stack: addresses that a function needs often are put there at its beginning.
    fn put(&mut self, offset: i32, value: Value) {
        const MOST: usize = 64;
        self.slots.retain(|(place, _)| *place != offset);
        if value != Value::Unknown && self.slots.len() < MOST {
            self.slots.push((offset, value));
        }
    }

    /// A call leaves arguments, results and temporary registers as it likes.
    fn forget(&mut self) {
        for number in (1..16).chain([24, T9, RA]) {
            self.set(number, Value::Unknown);
        }
    }

    fn flow(&self, action: &Action, address: u64) -> Flow {
        match *action {
            Action::Branch { offset, links: true, .. } => Flow::Call(mips::target(address, offset)),
            Action::Branch { question, left, right, offset, .. } => {
                let target = mips::target(address, offset);
                let is_same = left == right && question == Question::Equal;
                let is_certain = left == 0 && question == Question::GreaterEqualZero;
                if is_same || is_certain { Flow::Jump(target) } else { Flow::Branch(target) }
            }
            Action::Float(mips::Float::Branch { offset }) => {
                Flow::Branch(mips::target(address, offset))
            }
            Action::Jump { target } => Flow::Jump(mips::region(address, target)),
            Action::Call { target } => Flow::Call(mips::region(address, target)),
            Action::To { register: RA } => Flow::Return,
            Action::To { register } => match self.get(register) {
                Value::Constant(target) => Flow::Jump(target),
                Value::Slot(slot) => Flow::JumpSlot(slot),
                _ => Flow::JumpUnknown,
            },
            Action::CallRegister { register, .. } => match self.get(register) {
                Value::Constant(target) => Flow::Call(target),
                Value::Slot(slot) => Flow::CallSlot(slot),
                _ => Flow::CallUnknown,
            },
            _ => Flow::Next,
        }
    }

    /// Runs an instruction that computes, and gives the address that it computes.
    fn follow(&mut self, action: &Action) -> Option<Reference> {
        match *action {
            Action::Upper { to, value } => {
                self.set(to, Value::Constant(u64::from(value) << 16));
                self.plain |= 1 << (to & 31);
                None
            }
            Action::Compute { operation, to, left, right } => {
                self.compute(operation, to, left, right)
            }
            Action::Memory { is_load: false, width: 4, register, base: SP, offset, .. } => {
                self.put(offset, self.get(register));
                None
            }
            Action::Memory { is_load: true, width: 4, register, base: SP, offset, .. } => {
                let slot = self.slots.iter().find(|(place, _)| *place == offset);
                self.set(register, slot.map_or(Value::Unknown, |(_, value)| *value));
                None
            }
            Action::Memory { is_load: true, width, is_signed, register, base, offset, .. } => {
                let value = match self.get(base) {
                    Value::Constant(location) if width == 4 => self.loaded(moved(location, offset)),
                    Value::Indexed(table) => {
                        Value::Entry { table: moved(table, offset), width, is_signed }
                    }
                    _ => Value::Unknown,
                };
                let is_global = self.global_pointer().map(Value::Constant) == Some(self.get(base));
                let reference = match value {
                    Value::Constant(target) if is_global => Some(Reference::Constant(target)),
                    _ => None,
                };
                self.set(register, value);
                reference
            }
            Action::FromLong { to, .. }
            | Action::Extract { to, .. }
            | Action::Insert { to, .. }
            | Action::Extend { to, .. }
            | Action::ReverseBytes { to, .. }
            | Action::MoveIf { to, .. }
            | Action::Other { to, .. }
            | Action::Float(mips::Float::Core { to_core: true, core: to, .. }) => {
                self.set(to, Value::Unknown);
                None
            }
            _ => None,
        }
    }

    fn compute(
        &mut self,
        operation: Operation,
        to: u8,
        left: u8,
        right: Operand,
    ) -> Option<Reference> {
        if to == SP && matches!(right, Operand::Number(size) if size < 0) {
            self.slots.clear();
        }
        let first = self.get(left);
        let second = match right {
            Operand::Register(register) => self.get(register),
            Operand::Number(number) => Value::Constant(u64::from(number.cast_unsigned())),
        };
        if let Some(start) = self.own_start(operation, to, left, right) {
            self.set(to, self.global_pointer().map_or(Value::Unknown, Value::Constant));
            return Some(Reference::Own(start));
        }
        let is_plain = self.is_plain(left);
        let value = match (operation, first, second) {
            // A move.
            (Operation::Add | Operation::Or, value, Value::Constant(0))
            | (Operation::Add | Operation::Or, Value::Constant(0), value) => value,
            (Operation::Add, Value::Constant(first), Value::Constant(second)) => {
                Value::Constant(first.wrapping_add(second) & 0xffff_ffff)
            }
            (Operation::Or, Value::Constant(first), Value::Constant(second)) => {
                Value::Constant(first | second)
            }
            (Operation::Add, Value::Constant(base), Value::Entry { table, width, is_signed })
            | (Operation::Add, Value::Entry { table, width, is_signed }, Value::Constant(base)) => {
                Value::Target { table, width, is_signed, base }
            }
            (Operation::Add, Value::Constant(table) | Value::Indexed(table), _)
            | (Operation::Add, _, Value::Constant(table) | Value::Indexed(table))
                if table != 0 =>
            {
                Value::Indexed(table)
            }
            _ => Value::Unknown,
        };
        self.set(to, value);
        // A sum that is an address: built from two halves, or from an entry of the global table.
        match value {
            Value::Constant(address) if left != 0 && right != Operand::Register(0) => {
                if !is_plain {
                    return Some(Reference::Computed(address));
                }
                self.plain |= 1 << (to & 31);
                // Two halves are a distance where they go to `gp`, and in code that may lie anywhere.
                let is_address = to != GP && self.image.base.0 != 0;
                is_address.then_some(Reference::Constant(address))
            }
            _ => None,
        }
    }

    /// The start of a function that adds its own address, which `$t9` holds there, to the distance from it to the
    /// place that code counts from.
    fn own_start(&self, operation: Operation, to: u8, left: u8, right: Operand) -> Option<u64> {
        let Operand::Register(right) = right else { return None };
        let plain = match (left, right) {
            (plain, T9) | (T9, plain) if self.is_plain(plain) => plain,
            _ => return None,
        };
        let Value::Constant(distance) = self.get(plain) else { return None };
        let start = self.global_pointer()?.wrapping_sub(distance) & 0xffff_ffff;
        // Code that runs into a function from above has left another value in `$t9`.
        let is_own = to == GP || !matches!(self.get(T9), Value::Constant(_));
        let section = self.image.section(VirtualAddress(start))?;
        let is_code = section.is_executable && start.is_multiple_of(4);
        (operation == Operation::Add && is_own && is_code).then_some(start)
    }

    /// The value of a word in memory: an entry of the global table, or a slot for another module.
    fn loaded(&self, location: u64) -> Value {
        let slot = VirtualAddress(location);
        if self.image.import(slot).is_some() {
            return Value::Slot(location);
        }
        let stated = self.image.pointer(slot).map(|target| target.0);
        match self.image.global_entry(slot).map(|stored| stated.unwrap_or(stored.0)) {
            Some(target) => Value::Constant(target),
            None => Value::Slot(location),
        }
    }
}

fn moved(address: u64, offset: i32) -> u64 {
    address.wrapping_add_signed(i64::from(offset)) & 0xffff_ffff
}

/// Returns true unless a function is said to begin elsewhere than shortly before the instruction that says so.
fn is_near(reference: Reference, address: u64) -> bool {
    const FARTHEST: u64 = 64;
    match reference {
        Reference::Own(start) => address.checked_sub(start).is_some_and(|after| after <= FARTHEST),
        Reference::Computed(_) | Reference::Constant(_) => true,
    }
}
