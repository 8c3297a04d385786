//! The known values of the registers of 32-bit Arm.

use demarche_image::{Image, VirtualAddress};

use crate::arm::{
    ALWAYS, Action, Address, Code, Float, LR, Offset, Operand, PC, Shift, moved, origin,
};
use crate::functions::flow::{JumpTable, Reference};

/// The known value of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Unknown,
    /// An address or a number.
    Constant(u64),
    /// The bytes in memory at an address.
    Slot(u64),
    /// An entry of a table.
    Entry {
        table: u64,
        width: u8,
    },
    /// An entry, shifted and added to a base.
    Target {
        table: u64,
        width: u8,
        base: u64,
        shift: u8,
    },
}

/// The registers of a stretch of code.
pub(crate) struct Registers<'image> {
    image: &'image Image<'image>,
    values: [Value; 16],
    /// The condition of the last instructions, and the values before them, which stay where it does not hold.
    choice: Option<(u8, [Value; 16])>,
    /// True if the instruction before has put the address behind the next one into `lr`: the next jump is a call.
    pub(crate) links: bool,
}

impl<'image> Registers<'image> {
    pub(crate) fn new(image: &'image Image<'image>) -> Self {
        Self { image, values: [Value::Unknown; 16], choice: None, links: false }
    }

    pub(crate) fn get(&self, number: u8) -> Value {
        self.values.get(usize::from(number)).copied().unwrap_or(Value::Unknown)
    }

    /// Goes over to an instruction with a condition: what others have set under their own is not known any more.
    pub(crate) fn enter(&mut self, condition: u8) {
        if self.choice.is_some_and(|(open, _)| open == condition) {
            return;
        }
        if let Some((_, before)) = self.choice.take() {
            for (value, before) in self.values.iter_mut().zip(before) {
                if *value != before {
                    *value = Value::Unknown;
                }
            }
        }
        self.choice = (condition != ALWAYS).then_some((condition, self.values));
    }

    fn set(&mut self, number: u8, value: Value) {
        if let Some(slot) = self.values.get_mut(usize::from(number)).filter(|_| number != PC) {
            *slot = value;
        }
    }

    /// A call leaves these as it likes.
    pub(crate) fn forget(&mut self) {
        for number in [0, 1, 2, 3, 12, LR] {
            self.set(number, Value::Unknown);
        }
    }

    /// The value of a register as an operand, which is the address two instructions on for the address of the code.
    fn operand(&self, number: u8, pc: u64) -> Value {
        if number == PC { Value::Constant(pc) } else { self.get(number) }
    }

    /// Runs an instruction that computes, and gives the address that it computes and the place of a number among the
    /// code that it loads.
    pub(crate) fn follow(
        &mut self,
        action: &Action,
        address: u64,
        is_thumb: bool,
    ) -> (Option<Reference>, Option<(u64, u8)>) {
        let pc = origin(address, is_thumb, false);
        self.links = false;
        match *action {
            Action::Compute { code, to, left, right, .. } if !code.only_compares() => {
                self.links = code == Code::Move && to == LR && right == Operand::Register(PC);
                (self.compute(code, to, left, right, pc), None)
            }
            Action::Wide { to, value, is_top } => {
                let (low, high) = match (is_top, self.get(to)) {
                    (false, _) => (u64::from(value), 0),
                    (true, Value::Constant(low)) => (low & 0xffff, u64::from(value) << 16),
                    _ => {
                        self.set(to, Value::Unknown);
                        return (None, None);
                    }
                };
                self.set(to, Value::Constant(high | low));
                (is_top.then_some(Reference::Constant(high | low)), None)
            }
            Action::Near { to, offset } => {
                let location = moved(origin(address, is_thumb, true), offset);
                self.set(to, Value::Constant(location));
                (Some(Reference::Computed(location)), None)
            }
            Action::Memory { is_load: true, width, register, address: location, .. } => {
                let literal =
                    literal(&location, address, is_thumb).map(|location| (location, width.min(8)));
                let value = if width == 8 {
                    Value::Unknown
                } else if width == 4 {
                    self.loaded(&location, address, is_thumb)
                } else {
                    self.entry(&location, pc, width)
                };
                self.moves(&location);
                self.set(register, value);
                let reference = match (literal, value) {
                    (Some(_), Value::Constant(value)) => Some(Reference::Constant(value)),
                    // An entry of the linker's table is an address for sure.
                    (None, Value::Constant(value)) => Some(Reference::Computed(value)),
                    _ => None,
                };
                (reference, literal)
            }
            Action::Memory { address: location, .. } => {
                self.moves(&location);
                (None, None)
            }
            Action::Float(Float::Memory {
                is_load: true, is_double, address: location, ..
            }) => {
                let width = if is_double { 8 } else { 4 };
                (None, literal(&location, address, is_thumb).map(|location| (location, width)))
            }
            Action::Block { is_load, list, base, writes_back, .. } => {
                for number in (0..15).filter(|number| is_load && list >> number & 1 == 1) {
                    self.set(number, Value::Unknown);
                }
                if writes_back {
                    self.set(base, Value::Unknown);
                }
                (None, None)
            }
            _ => {
                for to in written(action).into_iter().flatten() {
                    self.set(to, Value::Unknown);
                }
                (None, None)
            }
        }
    }

    /// An access that changes its base.
    fn moves(&mut self, location: &Address) {
        if location.writes_back {
            let value = match (self.get(location.base), location.offset) {
                (Value::Constant(base), Offset::Number(offset)) => {
                    Value::Constant(moved(base, offset))
                }
                _ => Value::Unknown,
            };
            self.set(location.base, value);
        }
    }

    fn compute(
        &mut self,
        code: Code,
        to: u8,
        left: u8,
        right: Operand,
        pc: u64,
    ) -> Option<Reference> {
        let first = self.operand(left, pc);
        let (second, shift) = match right {
            Operand::Number(number) => (Value::Constant(number.into()), 0),
            Operand::Register(register) => (self.operand(register, pc), 0),
            Operand::Shifted { register, shift: Shift::Left, amount } => {
                (self.operand(register, pc), amount)
            }
            Operand::Shifted { .. } | Operand::ByRegister { .. } => (Value::Unknown, 0),
        };
        let value = match (code, first, second) {
            (Code::Move, _, second) if shift == 0 => second,
            (Code::Not, _, Value::Constant(number)) if shift == 0 => {
                Value::Constant(!number & 0xffff_ffff)
            }
            (Code::Add, Value::Constant(first), Value::Constant(second)) => {
                Value::Constant(first.wrapping_add(second << shift) & 0xffff_ffff)
            }
            (Code::Subtract, Value::Constant(first), Value::Constant(second)) => {
                Value::Constant(first.wrapping_sub(second << shift) & 0xffff_ffff)
            }
            (Code::Add, Value::Constant(base), Value::Entry { table, width }) => {
                Value::Target { table, width, base, shift }
            }
            (Code::Add, Value::Entry { table, width }, Value::Constant(base)) if shift == 0 => {
                Value::Target { table, width, base, shift }
            }
            _ => Value::Unknown,
        };
        self.set(to, value);
        let is_relative = left == PC || right == Operand::Register(PC);
        match value {
            Value::Constant(address) if is_relative && code == Code::Add => {
                Some(Reference::Computed(address))
            }
            _ => None,
        }
    }

    /// The value that a load of four bytes gives.
    pub(crate) fn loaded(&self, location: &Address, address: u64, is_thumb: bool) -> Value {
        if let Some(literal) = literal(location, address, is_thumb) {
            return self.number(literal);
        }
        let pc = origin(address, is_thumb, false);
        match (self.operand(location.base, pc), location.offset) {
            (Value::Constant(base), Offset::Number(offset)) => {
                let slot = if location.is_before { moved(base, offset) } else { base };
                self.slot(slot)
            }
            (Value::Constant(base), Offset::Register { register, shift, amount, .. }) => match self
                .get(register)
            {
                Value::Constant(index) if amount == 0 => {
                    self.slot(base.wrapping_add(index) & 0xffff_ffff)
                }
                _ if shift == Shift::Left && amount == 2 => Value::Entry { table: base, width: 4 },
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// An entry of a table of bytes or halves.
    fn entry(&self, location: &Address, pc: u64, width: u8) -> Value {
        match (self.operand(location.base, pc), location.offset) {
            (Value::Constant(table), Offset::Register { is_subtracted: false, .. }) => {
                Value::Entry { table, width }
            }
            _ => Value::Unknown,
        }
    }

    /// A number among the code.
    fn number(&self, location: u64) -> Value {
        let location = VirtualAddress(location);
        if let Some(target) = self.image.pointer(location) {
            return Value::Constant(target.0);
        }
        if self.image.import(location).is_some() {
            return Value::Slot(location.0);
        }
        let order = self.image.architecture.byte_order();
        let bytes = self.image.bytes(location).first_chunk();
        bytes.map_or(Value::Unknown, |bytes| Value::Constant(order.u32(*bytes).into()))
    }

    /// The contents of a slot: of the linker's own table, the address that the loader writes there.
    fn slot(&self, location: u64) -> Value {
        let slot = VirtualAddress(location);
        let is_linkers =
            || self.image.section(slot).is_some_and(|section| section.name.starts_with(".got"));
        if !is_linkers() || self.image.import(slot).is_some() {
            return Value::Slot(location);
        }
        // The table of a static program is filled by the linker.
        let stored = || {
            let order = self.image.architecture.byte_order();
            let word = order.u32(*self.image.bytes(slot).first_chunk()?);
            let target = VirtualAddress(word.into());
            self.image.section(target).map(|_| target)
        };
        match self.image.pointer(slot).or_else(stored) {
            Some(target) => Value::Constant(target.0),
            None => Value::Slot(location),
        }
    }

    /// The table that a jump goes by.
    pub(crate) fn table(
        &self,
        action: &Action,
        address: u64,
        is_thumb: bool,
        count: Option<u32>,
    ) -> Option<JumpTable> {
        let pc = origin(address, is_thumb, false);
        let mode = u64::from(is_thumb);
        let value = match *action {
            Action::Table { base, width, .. } => {
                let Value::Constant(table) = self.operand(base, pc) else { return None };
                Value::Target { table, width, base: pc | mode, shift: 1 }
            }
            Action::Memory { is_load: true, address: location, .. } => {
                self.loaded(&location, address, is_thumb)
            }
            Action::To { register } => self.get(register),
            Action::Compute { code: Code::Move, right: Operand::Register(from), .. } => {
                self.get(from)
            }
            Action::Compute { code: Code::Add, left, right, .. } => {
                return self.sum(left, right, pc, mode, count);
            }
            _ => return None,
        };
        let (address, width, base, shift) = match value {
            Value::Target { table, width, base, shift } => (table, width, base, shift),
            Value::Entry { table, width: 4 } => (table, 4, 0, 0),
            _ => return None,
        };
        let is_signed = width == 4 && base != 0;
        Some(JumpTable { address, width, is_signed, base, shift, count, is_code: false })
    }

    /// A jump to a sum: into a run of jumps behind it, or by a table of distances.
    fn sum(
        &self,
        left: u8,
        right: Operand,
        pc: u64,
        mode: u64,
        count: Option<u32>,
    ) -> Option<JumpTable> {
        let (register, shift) = match right {
            Operand::Shifted { register, shift: Shift::Left, amount } => (register, amount),
            Operand::Register(register) => (register, 0),
            _ => return None,
        };
        let value = match (self.operand(left, pc), self.operand(register, pc)) {
            // Whatever is known of the index, it is one of several.
            (Value::Constant(address), _) if left == PC && shift == 2 => {
                let (width, base, is_signed) = (4, mode, false);
                return Some(JumpTable {
                    address,
                    width,
                    is_signed,
                    base,
                    shift: 0,
                    count,
                    is_code: true,
                });
            }
            (Value::Constant(base), Value::Entry { table, width }) => (table, width, base),
            (Value::Entry { table, width }, Value::Constant(base)) if shift == 0 => {
                (table, width, base)
            }
            _ => return None,
        };
        let (address, width, base) = value;
        let is_signed = width == 4;
        let base = base | mode;
        Some(JumpTable { address, width, is_signed, base, shift, count, is_code: false })
    }
}

/// The place of a number that is loaded from among the code.
fn literal(location: &Address, address: u64, is_thumb: bool) -> Option<u64> {
    match (location.base, location.offset) {
        (PC, Offset::Number(offset)) => Some(moved(origin(address, is_thumb, true), offset)),
        _ => None,
    }
}

/// The registers that an instruction writes and that nothing is known of afterwards.
fn written(action: &Action) -> [Option<u8>; 2] {
    match *action {
        Action::Multiply { to, .. }
        | Action::HighMultiply { to, .. }
        | Action::Divide { to, .. }
        | Action::Extend { to, .. }
        | Action::Extract { to, .. }
        | Action::Insert { to, .. }
        | Action::ReverseBytes { to, .. } => [Some(to), None],
        Action::LongMultiply { low, high, .. } => [Some(low), Some(high)],
        Action::Other { to, .. } => [to, None],
        Action::Float(Float::Core { to_core: true, core, second, .. }) => [Some(core), second],
        _ => [None, None],
    }
}
