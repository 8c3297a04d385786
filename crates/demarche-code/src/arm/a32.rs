//! The instructions of A32, four bytes each.

use super::fields::{Address, Offset, Shift, field, half, is_set, offset, register, signed};
use super::float;
use super::{ALWAYS, Action, Code, Instruction, Operand};

/// Decodes a word; `None` where it is no instruction.
pub(crate) fn decode(word: u32) -> Option<Instruction> {
    let condition = register(word, 28);
    let (condition, action) = if condition == 15 {
        (ALWAYS, unconditional(word)?)
    } else {
        (condition, conditional(word)?)
    };
    Some(Instruction { length: 4, condition, action, bits: word })
}

fn unconditional(word: u32) -> Option<Action> {
    if word >> 25 == 0b111_1101 {
        let low = u32::from(is_set(word, 24)) << 1;
        let offset = signed(word & 0x00ff_ffff, 24) << 2 | low.cast_signed();
        return Some(Action::Call { offset, switches: true });
    }
    match word >> 24 & 15 {
        // Vectors.
        2..=4 => Some(Action::Float(float::vector(word))),
        // `pld`, `pli`, barriers, `clrex`.
        5 | 7 if word & 0x0010_f000 == 0x0010_f000 => Some(Action::Nothing),
        // `setend`, `cps`.
        1 if word & 0x00f0_0000 == 0 => Some(Action::Nothing),
        12..=14 => Some(other(word, None)),
        _ => None,
    }
}

fn conditional(word: u32) -> Option<Action> {
    match word >> 25 & 7 {
        0 if word & 0x90 == 0x90 => multiply_or_half(word),
        0 if word & 0x0190_0000 == 0x0100_0000 => miscellaneous(word),
        0 => Some(compute(word, shifter(word))),
        1 => immediate(word),
        2 => Some(memory(word, offset(word & 0xfff, is_set(word, 23)))),
        3 if is_set(word, 4) => media(word),
        3 => {
            let shift = Operand::shifted(register(word, 0), word >> 5, field(word, 7, 5));
            Some(memory(word, indexed(shift, !is_set(word, 23))))
        }
        4 => Some(Action::Block {
            is_load: is_set(word, 20),
            base: register(word, 16),
            list: half(word),
            is_before: is_set(word, 24),
            is_up: is_set(word, 23),
            writes_back: is_set(word, 21),
        }),
        5 => {
            let offset = signed(word & 0x00ff_ffff, 24) << 2;
            Some(if is_set(word, 24) {
                Action::Call { offset, switches: false }
            } else {
                Action::Branch { offset }
            })
        }
        _ if word >> 24 & 15 == 15 => Some(Action::System),
        _ => float::decode(word).map(Action::Float).or_else(|| Some(other(word, None))),
    }
}

/// A register as the offset of an access.
fn indexed(operand: Operand, is_subtracted: bool) -> Offset {
    match operand {
        Operand::Shifted { register, shift, amount } => {
            Offset::Register { register, is_subtracted, shift, amount }
        }
        Operand::Register(register) | Operand::ByRegister { register, .. } => {
            Offset::Register { register, is_subtracted, shift: Shift::Left, amount: 0 }
        }
        Operand::Number(number) => offset(number, !is_subtracted),
    }
}

fn shifter(word: u32) -> Operand {
    if is_set(word, 4) {
        let shift = Shift::of(word >> 5);
        return Operand::ByRegister { register: register(word, 0), shift, by: register(word, 8) };
    }
    Operand::shifted(register(word, 0), word >> 5, field(word, 7, 5))
}

fn compute(word: u32, right: Operand) -> Action {
    Action::Compute {
        code: Code::of(word >> 21),
        sets: is_set(word, 20),
        to: register(word, 12),
        left: register(word, 16),
        right,
    }
}

fn immediate(word: u32) -> Option<Action> {
    let wide = half(word >> 4 & 0xf000 | word & 0xfff);
    match word >> 20 & 31 {
        0b10000 => Some(Action::Wide { to: register(word, 12), value: wide, is_top: false }),
        0b10100 => Some(Action::Wide { to: register(word, 12), value: wide, is_top: true }),
        // `nop` and other hints, `msr`.
        0b10010 | 0b10110 if word & 0xf000 == 0xf000 => Some(Action::Nothing),
        0b10010 | 0b10110 => None,
        _ => {
            let number = (word & 0xff).rotate_right((word >> 8 & 15) * 2);
            let action = compute(word, Operand::Number(number));
            let Action::Compute { code, to, left: super::PC, right, .. } = action else {
                return Some(action);
            };
            let Operand::Number(number) = right else { return Some(action) };
            // `adr` is a sum with the address of the code.
            Some(match code {
                Code::Add => Action::Near { to, offset: number.cast_signed() },
                Code::Subtract => Action::Near { to, offset: number.cast_signed().wrapping_neg() },
                _ => action,
            })
        }
    }
}

fn memory(word: u32, offset: Offset) -> Action {
    let is_before = is_set(word, 24);
    let address = Address {
        base: register(word, 16),
        offset,
        is_before,
        writes_back: !is_before || is_set(word, 21),
    };
    let width = if is_set(word, 22) { 1 } else { 4 };
    let (is_load, target) = (is_set(word, 20), register(word, 12));
    Action::Memory { is_load, width, is_signed: false, register: target, second: 0, address }
}

/// Multiplications, swaps and exclusive accesses, and accesses of halves and pairs.
fn multiply_or_half(word: u32) -> Option<Action> {
    let (high, low) = (register(word, 16), register(word, 12));
    let (left, right) = (register(word, 0), register(word, 8));
    let kind = word >> 5 & 3;
    if kind == 0 {
        return Some(match word >> 21 & 15 {
            0 => Action::Multiply { to: high, left, right, sum: None, is_subtracted: false },
            1 => Action::Multiply { to: high, left, right, sum: Some(low), is_subtracted: false },
            3 => Action::Multiply { to: high, left, right, sum: Some(low), is_subtracted: true },
            kind @ (2 | 4..=7) => {
                Action::LongMultiply { low, high, left, right, adds: matches!(kind, 2 | 5 | 7) }
            }
            _ => other(word, Some(low)),
        });
    }
    let number = word >> 4 & 0xf0 | word & 0xf;
    let is_added = is_set(word, 23);
    let offset = if is_set(word, 22) {
        offset(number, is_added)
    } else if word & 0xf00 == 0 {
        indexed(Operand::Register(left), !is_added)
    } else {
        return None;
    };
    let is_before = is_set(word, 24);
    let writes_back = !is_before || is_set(word, 21);
    let address = Address { base: high, offset, is_before, writes_back };
    let (is_load, width, is_signed) = match (is_set(word, 20), kind) {
        (true, 1) => (true, 2, false),
        (true, 2) => (true, 1, true),
        (true, _) => (true, 2, true),
        (false, 1) => (false, 2, false),
        (false, 2) => (true, 8, false),
        (false, _) => (false, 8, false),
    };
    let second = (low + 1) & 15;
    Some(Action::Memory { is_load, width, is_signed, register: low, second, address })
}

fn miscellaneous(word: u32) -> Option<Action> {
    let kind = word >> 21 & 3;
    let (left, right) = (register(word, 0), register(word, 8));
    let (to, low) = (register(word, 16), register(word, 12));
    match (word >> 4 & 15, kind) {
        (1, 1) => Some(Action::To { register: left }),
        (3, 1) => Some(Action::CallRegister { register: left }),
        (7, 1) => Some(Action::Halt),
        (1, 3) => Some(Action::Other { kind: 0x16, to: Some(low), left: Some(left), right: None }),
        (7, _) => Some(Action::System),
        (0, 0 | 2) => Some(Action::Other { kind: 0x10, to: Some(low), left: None, right: None }),
        (0, _) => Some(Action::Nothing),
        (5, _) => {
            let (left, right) = (Some(left), Some(to));
            Some(Action::Other { kind: 0x50 + kind, to: Some(low), left, right })
        }
        (8.., 0) => {
            Some(Action::Multiply { to, left, right, sum: Some(low), is_subtracted: false })
        }
        (8.., 1) => {
            let sum = (!is_set(word, 5)).then_some(low);
            Some(Action::HighMultiply { to, left, right, sum })
        }
        (8.., 2) => Some(Action::LongMultiply { low, high: to, left, right, adds: true }),
        (8.., _) => Some(Action::Multiply { to, left, right, sum: None, is_subtracted: false }),
        _ => None,
    }
}

fn media(word: u32) -> Option<Action> {
    let (high, low) = (register(word, 16), register(word, 12));
    let (from, right) = (register(word, 0), register(word, 8));
    let sum = |register: u8| (register != 15).then_some(register);
    match (word >> 20 & 31, word >> 5 & 7) {
        (0b01010 | 0b01011 | 0b01110 | 0b01111 | 0b01000 | 0b01100, 3) => {
            let bits = if is_set(word, 20) { 16 } else { 8 };
            let turn = field(word, 10, 2) * 8;
            let is_signed = !is_set(word, 22);
            Some(Action::Extend { to: low, from, sum: sum(high), bits, is_signed, turn })
        }
        (0b01011, 1) => Some(Action::ReverseBytes { to: low, from }),
        (0b10001 | 0b10011, 0) => Some(Action::Divide { to: high, left: from, right }),
        (0b10101, _) => Some(Action::HighMultiply { to: high, left: from, right, sum: sum(low) }),
        (0b11010 | 0b11011 | 0b11110 | 0b11111, 2 | 6) => {
            let (low_bit, count) = (field(word, 7, 5), field(word, 16, 5) + 1);
            let is_signed = !is_set(word, 22);
            Some(Action::Extract { to: low, from, low: low_bit, count, is_signed })
        }
        (0b11100 | 0b11101, 0 | 4) => {
            let (first, last) = (field(word, 7, 5), field(word, 16, 5));
            let count = last.checked_sub(first)? + 1;
            Some(Action::Insert { to: low, from: sum(from), low: first, count })
        }
        (0b11111, 7) => Some(Action::Halt),
        (0b10000..=0b11000, _) => Some(Action::Other {
            kind: 0x60 | word >> 20 & 31,
            to: Some(high),
            left: Some(from),
            right: Some(right),
        }),
        (0b00000 | 0b00100 | 0b11001.., _) => None,
        (kind, _) => {
            let (left, right) = (Some(from), Some(high));
            Some(Action::Other { kind: 0x40 | kind, to: Some(low), left, right })
        }
    }
}

/// An operation without a better name; exclusive accesses and coprocessors among them.
fn other(word: u32, to: Option<u8>) -> Action {
    Action::Other { kind: word >> 20 & 0xff, to, left: None, right: None }
}
