//! The values of registers on the way to an indirect jump.

use iced_x86::{Instruction, Mnemonic, OpKind, Register};

use crate::functions::flow::JumpTable;

/// The known value of a register on the way to an indirect jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    /// Anything, such as the index of a table.
    Unknown,
    /// An address.
    Constant(u64),
    /// An entry of a table; `global` where the table's address was taken relative to that register.
    Entry { table: u64, width: u8, is_signed: bool, global: Option<usize> },
    /// An entry added to a base.
    Target { table: u64, width: u8, is_signed: bool, base: u64 },
}

/// The registers on the way to an indirect jump.
pub(crate) struct Registers {
    values: [Value; 16],
    /// The last address that each register was given by `lea`, even if it was overwritten since.
    addresses: [Option<u64>; 16],
    bitness: u32,
    got: Option<u64>,
    /// The register last compared with a constant, and the number of values that pass.
    bound: Option<(usize, u32)>,
    compared: Option<(usize, u32)>,
}

impl Registers {
    pub(crate) fn new(bitness: u32, got: Option<u64>) -> Self {
        Self {
            values: [Value::Unknown; 16],
            addresses: [None; 16],
            bitness,
            got,
            bound: None,
            compared: None,
        }
    }

    fn get(&self, register: Register) -> Value {
        number(register)
            .and_then(|number| self.values.get(number))
            .copied()
            .unwrap_or(Value::Unknown)
    }

    fn set(&mut self, register: Register, value: Value) {
        if let Some(slot) = number(register).and_then(|number| self.values.get_mut(number)) {
            *slot = value;
        }
    }

    /// The address of a table, if a memory operand is one constant and one index.
    fn table(&self, instruction: &Instruction) -> Option<(u64, Option<usize>)> {
        let (base, index) = (instruction.memory_base(), instruction.memory_index());
        let offset = instruction.memory_displacement64();
        if instruction.is_ip_rel_memory_operand() {
            return None;
        }
        let known = |register| match self.get(register) {
            Value::Constant(value) => Some(value),
            _ => None,
        };
        let scaled = instruction.memory_index_scale() > 1;
        let constant = |sum: u64| (self.wrap(sum), None);
        match (base, index) {
            (Register::None, Register::None) => None,
            (Register::None, _) => Some(constant(offset)),
            (_, Register::None) if self.bitness == 64 => {
                known(base).is_none().then(|| constant(offset))
            }
            (_, Register::None) => None,
            _ => match (known(base), known(index)) {
                (Some(address), None) => Some(constant(address.wrapping_add(offset))),
                (None, Some(address)) if !scaled => Some(constant(address.wrapping_add(offset))),
                (None, None) => self.relative(base, index, offset),
                _ => None,
            },
        }
    }

    /// A table relative to a register that was set long before.
    fn relative(
        &self,
        base: Register,
        index: Register,
        offset: u64,
    ) -> Option<(u64, Option<usize>)> {
        let position = number(base)?;
        if let Some(got) = self.got {
            let table = self.wrap(got.wrapping_add(offset));
            // Without a scale, either register may be the one that holds the table's address.
            return Some((table, Some(position)));
        }
        let earlier =
            |register| number(register).and_then(|number| self.addresses.get(number).copied()?);
        let address = earlier(base).or_else(|| earlier(index))?;
        Some((address.wrapping_add(offset), None))
    }

    fn wrap(&self, address: u64) -> u64 {
        if self.bitness == 32 { address & 0xffff_ffff } else { address }
    }

    fn entry(&self, instruction: &Instruction, width: u8, is_signed: bool) -> Value {
        self.table(instruction).map_or(Value::Unknown, |(table, global)| Value::Entry {
            table,
            width,
            is_signed,
            global,
        })
    }

    pub(crate) fn run(&mut self, instruction: &Instruction) {
        let target = instruction.op0_register();
        let into = instruction.op0_kind() == OpKind::Register;
        let from_memory = instruction.op1_kind() == OpKind::Memory;
        let from_register = instruction.op1_kind() == OpKind::Register;
        match instruction.mnemonic() {
            Mnemonic::Cmp => self.compare(instruction),
            Mnemonic::Ja | Mnemonic::Jae | Mnemonic::Jb | Mnemonic::Jbe => self.branch(instruction),
            Mnemonic::Lea if instruction.is_ip_rel_memory_operand() => {
                self.remember(target, instruction.memory_displacement64());
            }
            Mnemonic::Lea if adds_two(instruction) => {
                let value = self.sum(instruction.memory_base(), instruction.memory_index());
                self.set(target, value);
            }
            Mnemonic::Lea if self.bitness == 32 && self.got.is_some() => {
                let value = self.lea_from_got(instruction);
                self.set(target, value);
            }
            Mnemonic::Mov if into && from_register => {
                self.set(target, self.get(instruction.op1_register()));
                self.follow(target, instruction.op1_register());
            }
            Mnemonic::Mov if into && from_memory => {
                let width = u8::try_from(target.size()).unwrap_or(8);
                self.set(target, self.entry(instruction, width, false));
            }
            Mnemonic::Mov if into => match instruction.try_immediate(1) {
                Ok(value) => self.remember(target, self.wrap(value)),
                Err(_) => self.set(target, Value::Unknown),
            },
            Mnemonic::Movsxd if into && from_memory => {
                self.set(target, self.entry(instruction, 4, true));
            }
            Mnemonic::Movsxd if into && from_register => {
                let value = signed(self.get(instruction.op1_register()));
                self.set(target, value);
                self.follow(target, instruction.op1_register());
            }
            Mnemonic::Movzx if into && from_register => {
                self.set(target, Value::Unknown);
                self.follow(target, instruction.op1_register());
            }
            Mnemonic::Cdqe => self.set(Register::RAX, signed(self.get(Register::RAX))),
            Mnemonic::Add if into && from_register => {
                let value = self.sum(target, instruction.op1_register());
                self.set(target, value);
            }
            Mnemonic::Add if into && from_memory => {
                let value = self.add_entry(instruction, target);
                self.set(target, value);
            }
            Mnemonic::Add if into => {
                let value = match (self.get(target), instruction.try_immediate(1)) {
                    (Value::Entry { table, width, is_signed, .. }, Ok(base)) => {
                        Value::Target { table, width, is_signed, base: self.wrap(base) }
                    }
                    _ => Value::Unknown,
                };
                self.set(target, value);
            }
            Mnemonic::And if into => {
                if let Ok(mask @ 1..=0xff) = instruction.try_immediate(1) {
                    self.bound = number(target).zip(u32::try_from(mask + 1).ok());
                }
                self.set(target, Value::Unknown);
            }
            // LLVM without optimisation subtracts where others compare.
            Mnemonic::Sub if into && instruction.op_kind(1) != OpKind::Register => {
                self.compare(instruction);
                self.set(target, Value::Unknown);
            }
            Mnemonic::Test | Mnemonic::Push | Mnemonic::Nop => {}
            Mnemonic::Call => self.set(Register::RAX, Value::Unknown),
            _ if into => self.set(target, Value::Unknown),
            _ => {}
        }
    }

    fn remember(&mut self, register: Register, address: u64) {
        self.set(register, Value::Constant(address));
        if let Some(slot) = number(register).and_then(|number| self.addresses.get_mut(number)) {
            *slot = Some(address);
        }
    }

    /// Keeps a bound with the index as it is copied from register to register.
    fn follow(&mut self, target: Register, source: Register) {
        let (Some(target), Some(source)) = (number(target), number(source)) else { return };
        if let Some((register, count)) = self.bound
            && register == source
        {
            self.bound = Some((target, count));
        }
    }

    fn lea_from_got(&self, instruction: &Instruction) -> Value {
        let plain = instruction.memory_index() == Register::None
            && instruction.memory_base() != Register::None;
        match self.got {
            Some(got) if plain && instruction.memory_displacement32() > 0xffff => {
                Value::Constant(self.wrap(got.wrapping_add(instruction.memory_displacement64())))
            }
            _ => Value::Unknown,
        }
    }

    fn sum(&self, target: Register, source: Register) -> Value {
        let entry_and = |entry: Value, other: Value, register: Register| match (entry, other) {
            (Value::Entry { table, width, is_signed, .. }, Value::Constant(base)) => {
                Some(Value::Target { table, width, is_signed, base })
            }
            (Value::Entry { table, width, is_signed, global }, Value::Unknown) => {
                let number = number(register)?;
                let base = match global {
                    Some(_) => self.got?,
                    None => self.addresses.get(number).copied()??,
                };
                Some(Value::Target { table, width, is_signed, base })
            }
            _ => None,
        };
        let (left, right) = (self.get(target), self.get(source));
        entry_and(left, right, source)
            .or_else(|| entry_and(right, left, target))
            .unwrap_or(Value::Unknown)
    }

    /// `add base, [table + index * 4]`.
    fn add_entry(&self, instruction: &Instruction, target: Register) -> Value {
        match (self.entry(instruction, 4, true), self.get(target)) {
            (Value::Entry { table, width, is_signed, .. }, Value::Constant(base)) => {
                Value::Target { table, width, is_signed, base }
            }
            (Value::Entry { table, width, is_signed, global: Some(_) }, Value::Unknown) => self
                .got
                .map_or(Value::Unknown, |base| Value::Target { table, width, is_signed, base }),
            _ => Value::Unknown,
        }
    }

    fn compare(&mut self, instruction: &Instruction) {
        let count = instruction.try_immediate(1).ok().and_then(|last| u32::try_from(last).ok());
        let register = if instruction.op0_kind() == OpKind::Memory {
            // At `-O0` the index is compared in memory and loaded afterwards.
            Some(MEMORY)
        } else {
            number(instruction.op0_register())
        };
        self.compared = register.zip(count);
    }

    fn branch(&mut self, instruction: &Instruction) {
        let Some((register, limit)) = self.compared else { return };
        let count = match instruction.mnemonic() {
            Mnemonic::Ja | Mnemonic::Jbe => limit.checked_add(1),
            _ => Some(limit),
        };
        self.bound = count.map(|count| (register, count));
    }

    pub(crate) fn jump(&self, instruction: &Instruction) -> Option<JumpTable> {
        let pointer = if self.bitness == 32 { 4 } else { 8 };
        let (address, width, is_signed, base) = if instruction.op0_kind() == OpKind::Memory {
            let (table, _) = self.table(instruction)?;
            (table, pointer, false, 0)
        } else {
            match self.get(instruction.op0_register()) {
                Value::Entry { table, width, is_signed, .. } if width == pointer => {
                    (table, width, is_signed, 0)
                }
                Value::Target { table, width, is_signed, base } => (table, width, is_signed, base),
                _ => return None,
            }
        };
        let is_signed = is_signed || (base != 0 && self.bitness == 32);
        let count = self.bound.map(|(_, count)| count);
        Some(JumpTable { address, width, is_signed, base, shift: 0, count, is_code: false })
    }
}

/// Returns true if `lea` is used to add two registers.
fn adds_two(instruction: &Instruction) -> bool {
    instruction.memory_base() != Register::None
        && instruction.memory_index() != Register::None
        && instruction.memory_index_scale() == 1
        && instruction.memory_displacement64() == 0
}

/// Stands for a compared place in memory where registers are meant.
const MEMORY: usize = 16;

fn number(register: Register) -> Option<usize> {
    register.is_gpr().then(|| register.full_register().number())
}

fn signed(value: Value) -> Value {
    match value {
        Value::Entry { table, width, global, .. } => {
            Value::Entry { table, width, is_signed: true, global }
        }
        right => right,
    }
}
