//! `AArch64`, decoded from its words as far as data flow needs it.
//!
//! The few groups of instructions that matter here are told apart by fixed bits; decoding them on the spot is both shorter
//! and faster than going through named operands. What is not named is an operation on the registers in the usual fields.
//!
//! Source: Arm Architecture Reference Manual for A-profile (DDI 0487), C4.1, "A64 instruction set encoding".

mod exact;
mod immediate;
mod memory;
mod register;
pub(crate) mod vector;

use super::expressions::{Operation, Value};
use super::hash::mix;
use super::machine::{Condition, Lifted, Machine, VECTORS};

/// The register that is zero where numbers are meant, and the stack pointer where addresses are.
const ZERO: u8 = 31;

/// Runs the instructions of a block.
pub(crate) fn run(machine: &mut Machine<'_>, bytes: &[u8], address: u64, lifted: &mut Lifted) {
    let (words, _) = bytes.as_chunks::<4>();
    let mut masked = exact::Masked::default();
    for (word, target) in words.iter().zip((0_u64..).step_by(4)) {
        let word = Word(u32::from_le_bytes(*word));
        lifted.exact = mix(lifted.exact, u64::from(masked.of(word)));
        lifted.instructions += 1;
        let target = address.wrapping_add(target);
        match word.bits(25, 4) {
            0b1000 | 0b1001 => immediate::step(machine, word, target),
            0b1010 | 0b1011 => branch(machine, word, target),
            0b0100 | 0b0110 | 0b1100 | 0b1110 => memory::step(machine, word, target),
            0b0101 | 0b1101 => register::step(machine, word),
            0b0111 | 0b1111 => vector::step(machine, word),
            _ => {}
        }
    }
}

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word(u32);

impl Word {
    /// A field: so many bits from this one on.
    fn bits(self, from: u32, count: u32) -> u32 {
        (self.0 >> from) & ((1 << count) - 1)
    }

    fn is_set(self, bit: u32) -> bool {
        self.bits(bit, 1) == 1
    }

    /// Returns true if the bits under a mask are these.
    fn is(self, mask: u32, bits: u32) -> bool {
        self.0 & mask == bits
    }

    /// A field of five bits that names a register.
    fn register(self, from: u32) -> u8 {
        let [low, ..] = self.bits(from, 5).to_le_bytes();
        low
    }

    /// A field as a signed number.
    fn signed(self, from: u32, count: u32) -> i64 {
        signed(self.bits(from, count), count)
    }

    /// Returns true if numbers have 64 bits rather than 32.
    fn is_wide(self) -> bool {
        self.is_set(31)
    }

    fn width(self) -> u32 {
        if self.is_wide() { 64 } else { 32 }
    }
}

fn signed(field: u32, count: u32) -> i64 {
    let unused = 32 - count;
    i64::from((field << unused).cast_signed() >> unused)
}

/// The condition that a code asks for, or the opposite of it.
pub(crate) fn condition(code: u32) -> Condition {
    match code {
        0 | 1 => Condition::Equal,
        2 | 3 => Condition::Below,
        4 | 5 => Condition::Sign,
        8 | 9 => Condition::Above,
        10 | 11 => Condition::Less,
        12 | 13 => Condition::Greater,
        _ => Condition::Other,
    }
}

/// A number in a register; the last one is zero.
fn number(machine: &Machine<'_>, register: u8) -> Value {
    if register == ZERO { Value::number(0) } else { machine.get(register) }
}

/// Writes a number to a register; the last one drops it.
fn set_number(machine: &mut Machine<'_>, register: u8, value: Value) {
    if register != ZERO {
        machine.set(register, value);
    }
}

fn vector(machine: &Machine<'_>, register: u8) -> Value {
    machine.get(VECTORS + register)
}

fn set_vector(machine: &mut Machine<'_>, register: u8, value: Value) {
    machine.set(VECTORS + register, value);
}

/// A register shifted by a constant.
fn shifted(machine: &mut Machine<'_>, word: Word) -> Value {
    let value = number(machine, word.register(16));
    let amount = word.bits(10, 6);
    if amount == 0 {
        return value;
    }
    let by = Value::number(i64::from(amount));
    match word.bits(22, 2) {
        0 => machine.shift_left(value, by),
        1 | 2 => machine.shift_right(value, by),
        _ => machine.unary(Operation::Rotate, word.width().saturating_sub(amount), value),
    }
}

/// Branches, calls and returns, by the Procedure Call Standard for the Arm 64-bit Architecture (IHI 0055).
fn branch(machine: &mut Machine<'_>, word: Word, address: u64) {
    if word.is(0xFC00_0000, 0x9400_0000) {
        call(machine, address, None);
    } else if word.is(0xFFFF_FC1F, 0xD63F_0000) {
        let through = number(machine, word.register(5));
        call(machine, address, Some(through));
    } else if word.is(0xFC00_0000, 0x1400_0000) {
        machine.called(address, None);
    } else if word.is(0xFFFF_FC1F, 0xD61F_0000) {
        let through = number(machine, word.register(5));
        machine.called(address, Some(through));
    } else if word.is(0xFFFF_FC1F, 0xD65F_0000) {
        if machine.is_written(0) {
            machine.returned(machine.get(0));
        }
    } else if word.is(0xFF00_0010, 0x5400_0000) {
        machine.condition(condition(word.bits(0, 4)));
    } else if word.is(0x7E00_0000, 0x3400_0000) {
        let value = number(machine, word.register(0));
        machine.equal(value, Value::number(0));
    } else if word.is(0x7E00_0000, 0x3600_0000) {
        tested(machine, word);
    }
}

/// `tbz` and `tbnz`: the uppermost bit is the sign.
fn tested(machine: &mut Machine<'_>, word: Word) {
    let bit = word.bits(31, 1) << 5 | word.bits(19, 5);
    let value = number(machine, word.register(0));
    if matches!(bit, 31 | 63) {
        machine.less(value, Value::number(0), false);
    } else {
        let masked = machine.and(value, Value::number(1 << bit));
        machine.equal(masked, Value::number(0));
    }
}

fn call(machine: &mut Machine<'_>, position: u64, through: Option<Value>) {
    for register in (0..8).chain(VECTORS..VECTORS + 8) {
        if machine.is_written(register) {
            machine.argument(machine.get(register));
        }
    }
    machine.called(position, through);
    let numbers = (0..18).chain([30]);
    let vectors = (VECTORS..VECTORS + 8).chain(VECTORS + 16..VECTORS + 32);
    machine.after_call(numbers.chain(vectors));
}
