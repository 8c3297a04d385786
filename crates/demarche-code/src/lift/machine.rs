//! The state that instructions work on: registers, stack slots and flags, and the traits that their use leaves behind.

use demarche_image::Architecture;

use super::expressions::{Base, Expressions, Operation, Value};
use super::hash::mix;
use super::surroundings::{Content, Surroundings, Target};
use super::text;
use super::traits::{Class, Traits};
use crate::{Call, Callee, Function};

/// The number of registers: 32 for numbers, 32 for vectors.
pub(crate) const REGISTERS: u8 = 64;

/// The first register for vectors.
pub(crate) const VECTORS: u8 = 32;

/// The first of the eight registers of x86's floating-point unit; no other register lies there.
pub(crate) const STACK_FLOATS: u8 = 48;

/// The most stack slots that are known at a time.
const SLOTS: usize = 96;

/// The largest offset from a computed value that is no number worth noting.
const SMALL: u64 = 64;

/// The most references of a function to others that are kept.
const REFERENCES: usize = 4096;

/// The comparison of the last instruction that set the flags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flags {
    Unknown,
    /// Two values.
    Compared(Value, Value),
    /// A value and zero.
    Result(Value),
    /// A bit, as the carry.
    Bit(Value),
}

/// The question that is asked of the flags. A condition and its opposite are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Equal,
    /// Less, or not less, as signed numbers.
    Less,
    /// Greater, or not greater, as signed numbers.
    Greater,
    /// The same as unsigned numbers.
    Below,
    /// The same as unsigned numbers.
    Above,
    /// Negative or not.
    Sign,
    /// Overflow, parity and the like.
    Other,
}

/// A stack slot: its offset from the stack pointer at the start, its value, and in which stretch it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slot {
    pub(crate) offset: i64,
    pub(crate) value: Value,
    pub(crate) stretch: u32,
}

/// The known values at one point of a function.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) registers: [Value; REGISTERS as usize],
    /// The stack slots, ascending by offset.
    pub(crate) slots: Vec<Slot>,
    pub(crate) flags: Flags,
    /// The register at the top of the stack of the floating-point unit.
    pub(crate) top: u8,
}

impl Default for State {
    fn default() -> Self {
        let registers = [Value::number(0); REGISTERS as usize];
        Self { registers, slots: Vec::new(), flags: Flags::Unknown, top: 0 }
    }
}

/// The effects of one function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifted {
    pub(crate) size: u32,
    pub(crate) instructions: u32,
    pub(crate) exact: u64,
}

/// Runs the functions of one program, one after the other.
#[derive(Debug)]
pub(crate) struct Machine<'a> {
    pub(crate) surroundings: &'a Surroundings<'a>,
    pub(crate) expressions: Expressions,
    pub(crate) traits: Traits,
    /// The functions that are called or referred to, in the order of the code.
    pub(crate) references: Vec<u32>,
    pub(crate) state: State,
    /// The registers that were written since the last call or the block's start, one bit each.
    pub(crate) written: u64,
    /// Counts calls and blocks, so that arguments are told from older slots.
    pub(crate) stretch: u32,
    calls: Vec<Call>,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(surroundings: &'a Surroundings<'a>) -> Self {
        Self {
            surroundings,
            expressions: Expressions::default(),
            traits: Traits::default(),
            references: Vec::new(),
            state: State::default(),
            written: 0,
            stretch: 0,
            calls: Vec::new(),
        }
    }

    /// Forgets the function before, and knows nothing but the stack pointer.
    pub(crate) fn begin(&mut self, function: &Function) {
        self.expressions.clear();
        self.traits.clear();
        self.references.clear();
        self.calls.clone_from(&function.calls);
        self.calls.sort_unstable();
        self.state.slots.clear();
        self.state.flags = Flags::Unknown;
        self.state.top = 0;
        for register in 0..REGISTERS {
            self.clobber(register);
        }
        self.set(self.stack_pointer(), Value::stack(0));
        if self.surroundings.image.architecture.is_mips() {
            // Functions are entered with their own address in `$t9`, from which they count to the table of addresses.
            self.set(crate::mips::T9, Value::address(function.start.0));
        }
    }

    /// The register that holds the stack pointer.
    pub(crate) fn stack_pointer(&self) -> u8 {
        match self.surroundings.image.architecture {
            Architecture::AArch64 => 31,
            Architecture::Arm | Architecture::ArmBig => 13,
            Architecture::Mips | Architecture::MipsLittle => 29,
            _ => 4,
        }
    }

    /// The registers that the processor has.
    pub(crate) fn registers(&self) -> impl Iterator<Item = u8> + use<> {
        let (numbers, vectors) = match self.surroundings.image.architecture {
            Architecture::X86 => (0..8, VECTORS..VECTORS + 8),
            Architecture::X86_64 => (0..16, VECTORS..VECTORS + 16),
            Architecture::AArch64 => (0..32, VECTORS..REGISTERS),
            Architecture::Arm | Architecture::ArmBig => (0..16, VECTORS..REGISTERS),
            Architecture::Mips | Architecture::MipsLittle => (1..32, VECTORS..REGISTERS),
            // The stack pointer alone: all else lies on the stack.
            Architecture::Cil => (4..5, VECTORS..VECTORS),
        };
        let has_stack = self.surroundings.image.architecture == Architecture::X86;
        let floats = if !has_stack { 0..0 } else { STACK_FLOATS..STACK_FLOATS + 8 };
        numbers.chain(vectors).chain(floats)
    }

    pub(crate) fn get(&self, register: u8) -> Value {
        let value = self.state.registers.get(usize::from(register));
        value.copied().unwrap_or(Value::number(0))
    }

    pub(crate) fn set(&mut self, register: u8, value: Value) {
        if let Some(place) = self.state.registers.get_mut(usize::from(register)) {
            *place = value;
            self.written |= 1_u64 << (register & 63);
        }
    }

    /// A register holds something unknown.
    pub(crate) fn clobber(&mut self, register: u8) {
        let value = self.expressions.variable();
        if let Some(register) = self.state.registers.get_mut(usize::from(register)) {
            *register = value;
        }
    }

    pub(crate) fn is_written(&self, register: u8) -> bool {
        self.written >> (register & 63) & 1 == 1
    }

    // Use.

    /// A value is used: numbers, references and contents in it are traits.
    pub(crate) fn used(&mut self, value: Value) {
        match value.base {
            Base::NUMBER => self.number(value.offset),
            Base::IMAGE => self.refer(value.offset.cast_unsigned()),
            Base::FLOAT => self.traits.add(Class::Content, mix(2002, value.offset.cast_unsigned())),
            Base::STACK => {}
            _ if value.offset.unsigned_abs() > SMALL => self.number(value.offset),
            _ => {}
        }
    }

    /// Numbers of 64 bits are two, as 32-bit code has them.
    fn number(&mut self, number: i64) {
        if (-1..=1).contains(&number) {
            return;
        }
        if i32::try_from(number).is_ok() {
            self.traits.add(Class::Number, number.cast_unsigned());
            return;
        }
        for half in [number & 0xFFFF_FFFF, number >> 32] {
            let half = Value::number(half).offset;
            self.traits.add(Class::Number, half.cast_unsigned());
        }
    }

    fn refer(&mut self, address: u64) {
        match self.surroundings.target(address) {
            Target::Function(place) => self.reference(place),
            Target::Import(name) => self.traits.add(Class::Import, name),
            Target::Data => match self.surroundings.content(address) {
                Content::Text(hash) => self.traits.add(Class::Text, hash),
                Content::Bytes(hash) => self.traits.add(Class::Content, hash),
                Content::Unknown => {}
            },
            Target::Other => {}
        }
    }

    fn reference(&mut self, function: u32) {
        if self.references.last() != Some(&function) && self.references.len() < REFERENCES {
            self.references.push(function);
        }
    }

    // Memory.

    /// The value in memory at an address.
    pub(crate) fn load(&mut self, address: Value, width: u32, is_float: bool) -> Value {
        if let Some(offset) = address.as_stack() {
            if let Some(slot) = self.slot(offset) {
                return slot.value;
            }
            let value = self.expressions.variable();
            self.set_slot(Slot { offset, value, stretch: 0 });
            return value;
        }
        if let Some(at) = address.as_address() {
            return self.load_fixed(at, width, is_float);
        }
        if address.base.is_special() {
            return self.expressions.variable();
        }
        self.traits.add(Class::Offset, address.offset.cast_unsigned());
        let value = self.expressions.load(address, width);
        let shape = self.expressions.strict(value, 2) ^ 0x77;
        self.traits.add(Class::Expression, u64::from(shape));
        value
    }

    /// The value in the image at an address.
    fn load_fixed(&mut self, at: u64, width: u32, is_float: bool) -> Value {
        if let Some(name) = self.surroundings.import_at(at) {
            return self.expressions.import(name);
        }
        if let Some(to) = self.surroundings.linked(at) {
            return Value::address(to);
        }
        if let Some(value) = self.constant(at, width, is_float) {
            return value;
        }
        self.refer(at);
        self.expressions.load(Value::address(at), width)
    }

    fn constant(&self, at: u64, width: u32, is_float: bool) -> Option<Value> {
        let surroundings = self.surroundings;
        let order = surroundings.image.architecture.byte_order();
        match (is_float, width) {
            (true, 4) => surroundings
                .constant(at)
                .map(|bytes| Value::float(f64::from(f32::from_bits(order.u32(bytes))))),
            (true, 8) => surroundings
                .constant(at)
                .map(|bytes| Value::float(f64::from_bits(order.u64(bytes)))),
            (true, 10) => {
                surroundings.constant(at).map(|bytes| Value::float(text::extended(bytes)))
            }
            (false, 4) => surroundings
                .constant(at)
                .map(|bytes| Value::number(i64::from(order.u32(bytes).cast_signed()))),
            (false, 8) => {
                surroundings.constant(at).map(|bytes| Value::number(order.u64(bytes).cast_signed()))
            }
            _ => None,
        }
    }

    pub(crate) fn store(&mut self, address: Value, value: Value) {
        if let Some(offset) = address.as_stack() {
            let stretch = self.stretch;
            self.set_slot(Slot { offset, value, stretch });
            return;
        }
        self.used(value);
        let is_computed = !address.base.is_special();
        let displacement = if is_computed { address.offset.cast_unsigned() } else { 0 };
        if is_computed {
            self.traits.add(Class::Offset, displacement);
        } else {
            self.used(address);
        }
        let base = Value { offset: 0, ..address };
        let strict = |depth| u64::from(self.expressions.strict(value, depth));
        let (plain, near, far) = (strict(0), strict(1), strict(2));
        let position = u64::from(self.expressions.strict(base, 1));
        let (value_shape, shape) =
            (self.expressions.loose(value, 2), self.expressions.loose(base, 2));
        self.traits.add(Class::Store, mix(mix(900, displacement), plain));
        self.traits.add(Class::Store, mix(mix(mix(901, displacement), near), position));
        if !value.base.is_variable() && !value.is_place() {
            self.traits.add(Class::Store, mix(902, far));
        }
        let shape = mix(mix(903, u64::from(value_shape)), u64::from(shape));
        self.traits.add(Class::Use, shape);
    }

    pub(crate) fn slot(&self, offset: i64) -> Option<&Slot> {
        let index = self.state.slots.binary_search_by_key(&offset, |slot| slot.offset).ok()?;
        self.state.slots.get(index)
    }

    fn set_slot(&mut self, new: Slot) {
        let slots = &mut self.state.slots;
        match slots.binary_search_by_key(&new.offset, |slot| slot.offset) {
            Ok(place) => {
                if let Some(slot) = slots.get_mut(place) {
                    *slot = new;
                }
            }
            Err(place) if slots.len() < SLOTS => slots.insert(place, new),
            Err(_) => {}
        }
    }

    // Conditions.

    /// The flags as a value; a comparison is a trait.
    pub(crate) fn condition(&mut self, condition: Condition) -> Value {
        let zero = Value::number(0);
        let (left, right) = match self.state.flags {
            Flags::Unknown => return self.expressions.variable(),
            Flags::Compared(left, right) => (left, right),
            Flags::Result(value) => (value, zero),
            Flags::Bit(value) => return self.equal(value, zero),
        };
        match condition {
            Condition::Equal => self.equal(left, right),
            Condition::Less => self.less(left, right, false),
            Condition::Below => self.less(left, right, true),
            Condition::Greater => self.less(right, left, false),
            Condition::Above => self.less(right, left, true),
            Condition::Sign => {
                let difference = self.subtract(left, right);
                self.less(difference, zero, false)
            }
            Condition::Other => self.expressions.variable(),
        }
    }

    pub(crate) fn equal(&mut self, left: Value, right: Value) -> Value {
        let (left, right) = if left.as_number().is_some() { (right, left) } else { (left, right) };
        let Some(number) = right.as_number().filter(|_| !left.base.is_special()) else {
            return self.compared(Operation::Equal, left, right);
        };
        let plain = Value { scale: 1, offset: 0, ..left };
        match left.scale {
            1 | -1 => {
                let number = number.wrapping_sub(left.offset).wrapping_mul(i64::from(left.scale));
                self.compared(Operation::Equal, plain, Value::number(number))
            }
            _ if number == 0 && left.offset == 0 => self.compared(Operation::Equal, plain, right),
            _ => self.compared(Operation::Equal, left, right),
        }
    }

    /// Returns true if one is less than the other; `c < x` is the opposite of `x < c + 1`.
    pub(crate) fn less(&mut self, left: Value, right: Value, is_unsigned: bool) -> Value {
        let (value, number) = match (left.as_number(), right.as_number()) {
            (None, Some(number)) => (left, number),
            (Some(number), _) => (right, number.wrapping_add(1)),
            (None, None) => return self.compared(Operation::Less, left, right),
        };
        let (value, number) = if value.scale == 1 && !value.base.is_special() {
            (Value { offset: 0, ..value }, number.wrapping_sub(value.offset))
        } else {
            (value, number)
        };
        if is_unsigned && number == 1 {
            return self.compared(Operation::Equal, value, Value::number(0));
        }
        self.compared(Operation::Less, value, Value::number(number))
    }

    fn compared(&mut self, operation: Operation, one: Value, other: Value) -> Value {
        self.used(one);
        self.used(other);
        let result = self.expressions.make(operation, 0, one, Some(other));
        self.traits.add(Class::Compared, u64::from(self.expressions.strict(result, 1)));
        self.traits.add(Class::Condition, u64::from(self.expressions.strict(result, 2)));
        self.traits.add(Class::Use, mix(905, u64::from(self.expressions.loose(result, 3))));
        result
    }

    pub(crate) fn select(&mut self, one: Value, other: Value) -> Value {
        self.binary(Operation::Select, one, other)
    }

    // Calls.

    /// A value is passed to a call.
    pub(crate) fn argument(&mut self, value: Value) {
        self.used(value);
        if value.is_variable() || value.is_place() {
            return;
        }
        let (near, shape) = (self.expressions.strict(value, 1), self.expressions.loose(value, 2));
        self.traits.add(Class::Argument, mix(950, u64::from(near)));
        self.traits.add(Class::Use, mix(951, u64::from(shape)));
    }

    /// A value is returned.
    pub(crate) fn returned(&mut self, value: Value) {
        if value.base.is_variable() {
            return;
        }
        self.used(value);
        let near = self.expressions.strict(value, 1);
        self.traits.add(Class::Result, mix(960, u64::from(near)));
    }

    /// A call or a jump out of the function, to what the program's functions say or a value leads to.
    pub(crate) fn called(&mut self, at: u64, through: Option<Value>) {
        let index = self.calls.binary_search_by_key(&at, |call| call.at.0).ok();
        let callee = index.and_then(|index| self.calls.get(index)).map(Call::callee);
        match callee {
            Some(Callee::Function(index)) => self.reference(index),
            Some(Callee::Import(index)) => {
                if let Some(name) = self.surroundings.import(index) {
                    self.traits.add(Class::Import, name);
                }
            }
            Some(Callee::Unknown) | None => {
                let Some(value) = through else { return };
                if value.as_address().is_some() {
                    self.used(value);
                } else if let Some(target) = self.expressions.plain(value).copied() {
                    self.called_import(&target);
                }
            }
        }
    }

    fn called_import(&mut self, target: &super::expressions::Expression) {
        if target.operation == Operation::Import {
            self.traits.add(Class::Import, target.name);
        }
    }

    /// An instruction does what a function of the C library does.
    pub(crate) fn as_if_called(&mut self, name: &str) {
        self.traits.add(Class::Import, text::name_hash(name));
    }

    /// After a call, nothing is known of these registers, and arguments are gathered anew.
    pub(crate) fn after_call(&mut self, clobbered: impl IntoIterator<Item = u8>) {
        for register in clobbered {
            self.clobber(register);
        }
        self.written = 0;
        self.stretch = self.stretch.wrapping_add(1);
        self.state.flags = Flags::Unknown;
    }
}
