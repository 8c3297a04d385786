//! Arithmetic between registers.

use super::{Word, condition, number, set_number, shifted};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine};

/// Kinds of instructions that are not further told apart.
const TWO_SOURCES: u32 = 600;
const ONE_SOURCE: u32 = 700;

pub(crate) fn step(machine: &mut Machine<'_>, word: Word) {
    if word.is(0x1F00_0000, 0x0A00_0000) {
        logical(machine, word);
    } else if word.is(0x1F00_0000, 0x0B00_0000) {
        added(machine, word);
    } else if word.is(0x1FE0_0000, 0x1A00_0000) {
        let (one, other) = operands(machine, word);
        let result =
            if word.is_set(30) { machine.subtract(one, other) } else { machine.add(one, other) };
        set_number(machine, word.register(0), result);
    } else if word.is(0x1FE0_0000, 0x1A40_0000) {
        compared_again(machine, word);
    } else if word.is(0x1FE0_0000, 0x1A80_0000) {
        selected(machine, word);
    } else if word.is(0x1F00_0000, 0x1B00_0000) {
        multiplied(machine, word);
    } else if word.is(0x5FE0_0000, 0x1AC0_0000) {
        two_sources(machine, word);
    } else if word.is(0x5FE0_0000, 0x5AC0_0000) {
        let value = number(machine, word.register(5));
        let result = match word.bits(10, 6) {
            2 | 3 => machine.unary(Operation::ReverseBytes, 0, value),
            kind => machine.other(ONE_SOURCE + kind, value, value),
        };
        set_number(machine, word.register(0), result);
    }
}

fn operands(machine: &Machine<'_>, word: Word) -> (Value, Value) {
    (number(machine, word.register(5)), number(machine, word.register(16)))
}

fn logical(machine: &mut Machine<'_>, word: Word) {
    let left = number(machine, word.register(5));
    let mut shifted = shifted(machine, word);
    if word.is_set(21) {
        shifted = machine.exclusive_or(shifted, Value::number(-1));
    }
    let result = match word.bits(29, 2) {
        0 | 3 => machine.and(left, shifted),
        1 => machine.or(left, shifted),
        _ => machine.exclusive_or(left, shifted),
    };
    set_number(machine, word.register(0), result);
    if word.bits(29, 2) == 3 {
        machine.state.flags = Flags::Result(result);
    }
}

fn added(machine: &mut Machine<'_>, word: Word) {
    let is_extended = word.is_set(21);
    let (one, right) = if is_extended {
        let right = number(machine, word.register(16));
        let by = Value::number(i64::from(word.bits(10, 3)));
        (machine.get(word.register(5)), machine.shift_left(right, by))
    } else {
        (number(machine, word.register(5)), shifted(machine, word))
    };
    let is_subtraction = word.is_set(30);
    let sets_flags = word.is_set(29);
    let is_comparison = sets_flags && word.register(0) == super::ZERO;
    let result = match (is_comparison, is_subtraction) {
        (true, _) => None,
        (_, true) => Some(machine.subtract(one, right)),
        (_, false) => Some(machine.add(one, right)),
    };
    if sets_flags {
        machine.state.flags = match result {
            Some(result) if !is_subtraction => Flags::Result(result),
            _ if is_subtraction => Flags::Compared(one, right),
            _ => {
                let right = machine.subtract(Value::number(0), right);
                Flags::Compared(one, right)
            }
        };
    }
    let Some(result) = result else { return };
    if is_extended && !sets_flags {
        machine.set(word.register(0), result);
    } else {
        set_number(machine, word.register(0), result);
    }
}

/// A comparison that depends on the one before: both are made.
fn compared_again(machine: &mut Machine<'_>, word: Word) {
    machine.condition(condition(word.bits(12, 4)));
    let left = number(machine, word.register(5));
    let right = if word.is_set(11) {
        Value::number(i64::from(word.bits(16, 5)))
    } else {
        number(machine, word.register(16))
    };
    let is_negative = !word.is_set(30);
    let right = if is_negative { machine.subtract(Value::number(0), right) } else { right };
    machine.state.flags = Flags::Compared(left, right);
}

/// `csel`, `csinc`, `csinv` and `csneg`.
fn selected(machine: &mut Machine<'_>, word: Word) {
    let asked = machine.condition(condition(word.bits(12, 4)));
    let (one, right) = operands(machine, word);
    let right = match (word.is_set(30), word.bits(10, 2)) {
        (false, 1) => right.plus(1),
        (true, 0) => machine.exclusive_or(right, Value::number(-1)),
        (true, 1) => machine.subtract(Value::number(0), right),
        _ => right,
    };
    let is_flag = one.as_number().is_some() && right.as_number().is_some();
    let result = if is_flag { asked } else { machine.select(one, right) };
    set_number(machine, word.register(0), result);
}

fn multiplied(machine: &mut Machine<'_>, word: Word) {
    let (one, other) = operands(machine, word);
    let result = if matches!(word.bits(21, 3), 2 | 6) {
        machine.high_product(one, other, 64)
    } else {
        let product = machine.multiply(one, other);
        let sum = number(machine, word.register(10));
        if word.is_set(15) { machine.subtract(sum, product) } else { machine.add(sum, product) }
    };
    set_number(machine, word.register(0), result);
}

fn two_sources(machine: &mut Machine<'_>, word: Word) {
    let (one, other) = operands(machine, word);
    let result = match word.bits(10, 6) {
        2 | 3 => machine.divide(one, other),
        8 => machine.shift_left(one, other),
        9 | 10 => machine.shift_right(one, other),
        11 => machine.binary(Operation::Rotate, one, other),
        kind => machine.other(TWO_SOURCES + kind, one, other),
    };
    set_number(machine, word.register(0), result);
}
