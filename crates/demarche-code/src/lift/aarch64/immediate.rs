//! Arithmetic with a constant.

use super::{Word, number, set_number, signed};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine};

/// Kinds of instructions that are not further told apart.
const INSERT_HALF: u32 = 3;
const EXTRACT: u32 = 5;
const INSERT_BITS: u32 = 1 << 16;

pub(crate) fn step(machine: &mut Machine<'_>, word: Word, address: u64) {
    match word.bits(23, 3) {
        0b000 | 0b001 => relative(machine, word, address),
        0b010 => added(machine, word),
        0b100 => logical(machine, word),
        0b101 => wide(machine, word),
        0b110 => bit_field(machine, word),
        0b111 => extracted(machine, word),
        _ => {}
    }
}

/// `adr` and `adrp`.
fn relative(machine: &mut Machine<'_>, word: Word, address: u64) {
    let offset = signed(word.bits(5, 19) << 2 | word.bits(29, 2), 21);
    let address = if word.is_wide() {
        (address & !0xFFF).wrapping_add((offset << 12).cast_unsigned())
    } else {
        address.wrapping_add(offset.cast_unsigned())
    };
    set_number(machine, word.register(0), Value::address(address));
}

fn added(machine: &mut Machine<'_>, word: Word) {
    let constant = i64::from(word.bits(10, 12)) << if word.is_set(22) { 12 } else { 0 };
    let is_subtraction = word.is_set(30);
    let constant = if is_subtraction { -constant } else { constant };
    let value = machine.get(word.register(5));
    let result = value.plus(constant);
    if !word.is_set(29) {
        machine.set(word.register(0), result);
        return;
    }
    let is_comparison = is_subtraction || word.register(0) == super::ZERO;
    machine.state.flags = if is_comparison {
        Flags::Compared(value, Value::number(-constant))
    } else {
        Flags::Result(result)
    };
    set_number(machine, word.register(0), result);
}

fn logical(machine: &mut Machine<'_>, word: Word) {
    let value = number(machine, word.register(5));
    let Some(mask) = mask(word) else { return };
    let mask = Value::number(mask);
    match word.bits(29, 2) {
        0 => {
            let result = machine.and(value, mask);
            machine.set(word.register(0), result);
        }
        1 => {
            let result = machine.or(value, mask);
            machine.set(word.register(0), result);
        }
        2 => {
            let result = machine.exclusive_or(value, mask);
            machine.set(word.register(0), result);
        }
        _ => {
            let result = machine.and(value, mask);
            set_number(machine, word.register(0), result);
            machine.state.flags = Flags::Result(result);
        }
    }
}

/// The constant of a logical instruction: a run of ones, turned and repeated (`DecodeBitMasks` in the manual).
fn mask(word: Word) -> Option<i64> {
    let (turn, ones) = (word.bits(16, 6), word.bits(10, 6));
    let size = 1_u32 << (word.bits(22, 1) << 6 | !ones & 0x3F).checked_ilog2()?;
    let (turn, ones) = (turn & (size - 1), (ones & (size - 1)) + 1);
    let run = if ones >= 64 { u64::MAX } else { (1 << ones) - 1 };
    let all = if size == 64 { u64::MAX } else { (1 << size) - 1 };
    let turned = if turn == 0 { run } else { (run >> turn | run << (size - turn)) & all };
    let repeated = (0..64).step_by(size as usize).fold(0, |sum, address| sum | turned << address);
    let mask = if word.is_wide() { repeated } else { repeated & 0xFFFF_FFFF };
    Some(mask.cast_signed())
}

/// `movn`, `movz` and `movk`.
fn wide(machine: &mut Machine<'_>, word: Word) {
    let position = word.bits(21, 2) * 16;
    let half = u64::from(word.bits(5, 16)) << position;
    let cut = |number: u64| {
        let number = if word.is_wide() { number } else { number & 0xFFFF_FFFF };
        Value::number(number.cast_signed())
    };
    let value = match word.bits(29, 2) {
        0 => cut(!half),
        2 => cut(half),
        _ => {
            let before = number(machine, word.register(0));
            match before.as_number() {
                Some(number) => cut(number.cast_unsigned() & !(0xFFFF << position) | half),
                None => machine.other(INSERT_HALF, before, cut(half)),
            }
        }
    };
    set_number(machine, word.register(0), value);
}

/// `sbfm`, `bfm` and `ubfm`, which are also shifts, extensions and cuts.
fn bit_field(machine: &mut Machine<'_>, word: Word) {
    let (turn, last, kind) = (word.bits(16, 6), word.bits(10, 6), word.bits(29, 2));
    let width = word.width();
    let is_signed = kind == 0;
    let value = number(machine, word.register(5));
    let by = |bits: u32| Value::number(i64::from(bits));
    let cut = |machine: &mut Machine<'_>, value: Value, bits: u32| {
        if is_signed || bits >= 63 {
            return value;
        }
        machine.and(value, Value::number((1 << bits) - 1))
    };
    let result = if kind == 1 {
        let before = number(machine, word.register(0));
        machine.other(INSERT_BITS | last << 6 | turn, value, before)
    } else if last == width - 1 {
        machine.shift_right(value, by(turn))
    } else if !is_signed && last + 1 == turn {
        machine.shift_left(value, by(width.saturating_sub(turn)))
    } else if last >= turn {
        let value = machine.shift_right(value, by(turn));
        cut(machine, value, last - turn + 1)
    } else {
        let value = cut(machine, value, last + 1);
        machine.shift_left(value, by(width.saturating_sub(turn)))
    };
    set_number(machine, word.register(0), result);
}

/// `extr`, which is a rotation where both registers are the same.
fn extracted(machine: &mut Machine<'_>, word: Word) {
    let value = number(machine, word.register(5));
    let result = if word.register(5) == word.register(16) {
        let left = word.width().saturating_sub(word.bits(10, 6));
        machine.unary(Operation::Rotate, left, value)
    } else {
        let number = number(machine, word.register(16));
        machine.other(EXTRACT, value, number)
    };
    set_number(machine, word.register(0), result);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_the_manual() {
        assert_eq!(mask(Word(0x9240_1C00)), Some(0xFF), "and x0, x0, #0xff");
        assert_eq!(
            mask(Word(0x9200_F000)),
            Some(0x5555_5555_5555_5555),
            "and x0, x0, #0x5555555555555555"
        );
        assert_eq!(mask(Word(0x927C_EC00)), Some(!0xF), "and x0, x0, #0xfffffffffffffff0");
        assert_eq!(mask(Word(0x1201_0000)), Some(0x8000_0000), "and w0, w0, #0x80000000");
    }
}
