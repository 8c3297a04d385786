//! Floating-point numbers; of vectors only that something is computed from something.

use super::{Word, condition, number, set_number, set_vector, vector};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine};

/// Kinds of instructions that are not further told apart.
const TWO_SOURCES: u32 = 900;
const ONE_SOURCE: u32 = 1000;

pub(crate) fn step(machine: &mut Machine<'_>, word: Word) {
    if word.is(0x5F20_0000, 0x1E20_0000) {
        match word.bits(10, 2) {
            0b10 => two_sources(machine, word),
            0b11 => {
                machine.condition(condition(word.bits(12, 4)));
                let (one, other) = operands(machine, word);
                let result = machine.select(one, other);
                set_vector(machine, word.register(0), result);
            }
            0b01 => {
                machine.condition(condition(word.bits(12, 4)));
                let (one, other) = operands(machine, word);
                machine.state.flags = Flags::Compared(one, other);
            }
            _ => one_source(machine, word),
        }
    } else if word.is(0x5F00_0000, 0x1F00_0000) {
        multiplied(machine, word);
    } else if word.is(0x9FF8_0400, 0x0F00_0400) {
        let constant = word.bits(16, 3) << 5 | word.bits(5, 5);
        set_vector(machine, word.register(0), Value::number(i64::from(constant)));
    } else {
        let (one, other) = operands(machine, word);
        let result = machine.other(word.0 & 0xFFE0_FC00, one, other);
        let moves_out = word.is(0x5FFF_FC00, 0x4E08_3C00) || word.is(0xBFE0_FC00, 0x0E00_3C00);
        if moves_out {
            set_number(machine, word.register(0), result);
        } else {
            set_vector(machine, word.register(0), result);
        }
    }
}

fn operands(machine: &Machine<'_>, word: Word) -> (Value, Value) {
    (vector(machine, word.register(5)), vector(machine, word.register(16)))
}

fn two_sources(machine: &mut Machine<'_>, word: Word) {
    let (one, other) = operands(machine, word);
    let result = match word.bits(12, 4) {
        0 => machine.binary(Operation::FloatMultiply, one, other),
        1 => machine.binary(Operation::FloatDivide, one, other),
        2 => machine.binary(Operation::FloatAdd, one, other),
        3 => machine.binary(Operation::FloatSubtract, one, other),
        8 => {
            let product = machine.binary(Operation::FloatMultiply, one, other);
            machine.unary(Operation::FloatNegate, 0, product)
        }
        kind => machine.other(TWO_SOURCES + kind, one, other),
    };
    set_vector(machine, word.register(0), result);
}

/// Constants, comparisons, operations on one number and conversions, told apart by the lowest bit that is set.
fn one_source(machine: &mut Machine<'_>, word: Word) {
    let value = vector(machine, word.register(5));
    if word.is_set(12) {
        set_vector(machine, word.register(0), Value::float(constant(word.bits(13, 8))));
    } else if word.is_set(13) {
        let zero = Value::float(0.0);
        let right = if word.is_set(3) { zero } else { vector(machine, word.register(16)) };
        machine.state.flags = Flags::Compared(value, right);
    } else if word.is_set(14) {
        let result = match word.bits(15, 6) {
            0 | 4 | 5 | 7 => value,
            1 => machine.unary(Operation::FloatAbsolute, 0, value),
            2 => machine.unary(Operation::FloatNegate, 0, value),
            3 => machine.unary(Operation::FloatRoot, 0, value),
            kind => machine.other(ONE_SOURCE + kind, value, value),
        };
        set_vector(machine, word.register(0), result);
    } else if word.bits(10, 6) == 0 {
        converted(machine, word, value);
    }
}

fn converted(machine: &mut Machine<'_>, word: Word, value: Value) {
    match word.bits(16, 3) {
        6 => set_number(machine, word.register(0), value),
        7 => {
            let value = number(machine, word.register(5));
            let value = value.as_number().map_or(value, |bits| {
                let [a, b, c, d, ..] = bits.to_le_bytes();
                let single = f64::from(f32::from_le_bytes([a, b, c, d]));
                let double = f64::from_bits(bits.cast_unsigned());
                Value::float(if word.bits(22, 2) == 1 { double } else { single })
            });
            set_vector(machine, word.register(0), value);
        }
        2 | 3 => {
            let value = number(machine, word.register(5));
            let value = machine.unary(Operation::Convert, 0, value);
            set_vector(machine, word.register(0), value);
        }
        _ => {
            let value = machine.unary(Operation::Convert, 0, value);
            set_number(machine, word.register(0), value);
        }
    }
}

/// A floating-point number of eight bits (`VFPExpandImm` in the manual).
pub(crate) fn constant(bits: u32) -> f64 {
    let exponent = (bits >> 4 & 3).cast_signed() + if bits >> 6 & 1 == 1 { -3 } else { 1 };
    let size = f64::from(16 + (bits & 15)) / 16.0 * f64::powi(2.0, exponent);
    if bits >> 7 & 1 == 1 { -size } else { size }
}

/// `fmadd` and its relatives: other compilers multiply and add.
fn multiplied(machine: &mut Machine<'_>, word: Word) {
    let (one, other) = operands(machine, word);
    let sum = vector(machine, word.register(10));
    let product = machine.binary(Operation::FloatMultiply, one, other);
    let result = match (word.is_set(21), word.is_set(15)) {
        (false, false) => machine.binary(Operation::FloatAdd, sum, product),
        (false, true) => machine.binary(Operation::FloatSubtract, sum, product),
        (true, true) => machine.binary(Operation::FloatSubtract, product, sum),
        (true, false) => {
            let sum = machine.binary(Operation::FloatAdd, sum, product);
            machine.unary(Operation::FloatNegate, 0, sum)
        }
    };
    set_vector(machine, word.register(0), result);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_eight_bits_are_those_of_the_manual() {
        for (bits, number) in [(0x70, 1.0), (0x00, 2.0), (0xF0, -1.0), (0x60, 0.5), (0x24, 10.0)] {
            assert_eq!(constant(bits).to_bits(), f64::to_bits(number), "{bits:#x}");
        }
    }
}
