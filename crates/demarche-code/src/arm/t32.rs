//! The instructions of Thumb that have four bytes.

use super::fields::{Address, Offset, Shift, field, half, is_set, offset, register, signed};
use super::float;
use super::{ALWAYS, Action, Code, Instruction, Operand, PC};

/// Decodes two half words, the first one uppermost; `None` where they are no instruction.
pub(crate) fn decode(word: u32) -> Option<Instruction> {
    let mut condition = ALWAYS;
    let action = match word >> 27 & 3 {
        1 if word & 0x0640_0000 == 0 => block(word)?,
        1 if word & 0x0640_0000 == 0x0040_0000 => pair_or_table(word)?,
        1 if word & 0x0600_0000 == 0x0200_0000 => compute(word, shifter(word)),
        _ if word & 0x0c00_0000 == 0x0c00_0000 && word >> 27 & 3 != 2 => coprocessor(word),
        2 if is_set(word, 15) => {
            let (action, asked) = branch(word)?;
            condition = asked;
            action
        }
        2 if is_set(word, 25) => plain_immediate(word)?,
        2 => compute(word, Operand::Number(expanded(word))),
        _ if word & 0x0600_0000 == 0 => memory(word)?,
        _ if word & 0x0700_0000 == 0x0200_0000 => registers(word)?,
        _ => multiplied(word),
    };
    Some(Instruction { length: 4, condition, action, bits: word })
}

/// A constant of twelve bits, expanded (`ThumbExpandImm` in the manual).
fn expanded(word: u32) -> u32 {
    let (high, low) = (word >> 15 & 0x800 | word >> 4 & 0x700, word & 0xff);
    let code = high | low;
    match code >> 8 {
        0 => low,
        1 => low << 16 | low,
        2 => low << 24 | low << 8,
        3 => low * 0x0101_0101,
        _ => (low | 0x80).rotate_right(code >> 7 & 31),
    }
}

fn shifter(word: u32) -> Operand {
    let amount = field(word, 12, 3) << 2 | field(word, 6, 2);
    Operand::shifted(register(word, 0), word >> 4, amount)
}

/// The computations of Thumb, which count otherwise than those of A32.
fn compute(word: u32, right: Operand) -> Action {
    let (to, left, sets) = (register(word, 8), register(word, 16), is_set(word, 20));
    let is_test = to == PC && sets;
    let code = match (word >> 21 & 15, is_test, left == PC) {
        (0, true, _) => Code::Test,
        (0, ..) => Code::And,
        (1, ..) => Code::Clear,
        (2, _, true) => Code::Move,
        (2, ..) => Code::Or,
        (3, _, true) => Code::Not,
        (3, ..) => Code::OrNot,
        (4, true, _) => Code::TestEqual,
        (4, ..) => Code::ExclusiveOr,
        (8, true, _) => Code::CompareNegative,
        (8, ..) => Code::Add,
        (10, ..) => Code::AddCarry,
        (11, ..) => Code::SubtractCarry,
        (13, true, _) => Code::Compare,
        (13, ..) => Code::Subtract,
        (14, ..) => Code::SubtractFrom,
        (kind, ..) => {
            let (left, right) = (Some(left), Some(register(word, 0)));
            return Action::Other { kind: 0x80 | kind, to: Some(to), left, right };
        }
    };
    Action::Compute { code, sets, to, left, right }
}

fn block(word: u32) -> Option<Action> {
    let kind = word >> 23 & 3;
    if kind == 0 || kind == 3 {
        return None;
    }
    Some(Action::Block {
        is_load: is_set(word, 20),
        base: register(word, 16),
        list: half(word),
        is_before: kind == 2,
        is_up: kind == 1,
        writes_back: is_set(word, 21),
    })
}

/// Accesses of two registers, exclusive accesses, and the jumps by tables.
fn pair_or_table(word: u32) -> Option<Action> {
    let (base, first, second) = (register(word, 16), register(word, 12), register(word, 8));
    let (is_before, is_added, writes_back) = (is_set(word, 24), is_set(word, 23), is_set(word, 21));
    if is_before || writes_back {
        let offset = offset((word & 0xff) * 4, is_added);
        let address = Address { base, offset, is_before, writes_back };
        let (is_load, width) = (is_set(word, 20), 8);
        let (is_signed, register) = (false, first);
        return Some(Action::Memory { is_load, width, is_signed, register, second, address });
    }
    if word & 0x01f0_ffe0 == 0x00d0_f000 {
        let width = 1 + field(word, 4, 1);
        return Some(Action::Table { base, index: register(word, 0), width });
    }
    // A store tells in a register if it was done.
    let to = if is_set(word, 20) { first } else { second };
    Some(Action::Other { kind: 0x18, to: Some(to), left: Some(base), right: None })
}

fn coprocessor(word: u32) -> Action {
    let is_vector = word & 0x0300_0000 == 0x0300_0000 || word >> 24 & 0xff == 0xf9;
    if is_vector {
        return Action::Float(float::vector(word));
    }
    let float = float::decode(word).filter(|_| !is_set(word, 28));
    let other = Action::Other { kind: word >> 20 & 0xff, to: None, left: None, right: None };
    float.map_or(other, Action::Float)
}

fn branch(word: u32) -> Option<(Action, u8)> {
    let sign = word >> 26 & 1;
    let bits = [13, 11].map(|bit| word >> bit & 1);
    let [first, second] = bits;
    if !is_set(word, 14) && !is_set(word, 12) {
        let code = field(word, 22, 4);
        if code < 14 {
            let offset = sign << 20
                | second << 19
                | first << 18
                | (word >> 16 & 0x3f) << 12
                | (word & 0x7ff) << 1;
            return Some((Action::Branch { offset: signed(offset, 21) }, code));
        }
        return match word >> 20 & 0x7f {
            0x38..=0x3b => Some((Action::Nothing, ALWAYS)),
            0x3e | 0x3f => {
                let to = Some(register(word, 8));
                Some((Action::Other { kind: 0x10, to, left: None, right: None }, ALWAYS))
            }
            0x7f => {
                let is_trap = word & 0xf000 == 0xa000;
                Some((if is_trap { Action::Halt } else { Action::System }, ALWAYS))
            }
            _ => None,
        };
    }
    let (first, second) = (!(first ^ sign) & 1, !(second ^ sign) & 1);
    let high = sign << 24 | first << 23 | second << 22 | (word >> 16 & 0x3ff) << 12;
    let offset = signed(high | (word & 0x7ff) << 1, 25);
    let action = match (is_set(word, 14), is_set(word, 12)) {
        (false, _) => Action::Branch { offset },
        (true, true) => Action::Call { offset, switches: false },
        (true, false) if is_set(word, 0) => return None,
        (true, false) => Action::Call { offset, switches: true },
    };
    Some((action, ALWAYS))
}

/// `movw`, sums with plain constants, bit fields and saturation.
fn plain_immediate(word: u32) -> Option<Action> {
    let (to, left) = (register(word, 8), register(word, 16));
    let number = word >> 15 & 0x800 | word >> 4 & 0x700 | word & 0xff;
    let (low, last) = (field(word, 12, 3) << 2 | field(word, 6, 2), field(word, 0, 5));
    let sum =
        |code| Action::Compute { code, sets: false, to, left, right: Operand::Number(number) };
    Some(match word >> 20 & 31 {
        0 if left == PC => Action::Near { to, offset: number.cast_signed() },
        0 => sum(Code::Add),
        10 if left == PC => Action::Near { to, offset: -number.cast_signed() },
        10 => sum(Code::Subtract),
        kind @ (4 | 12) => {
            let value = half((word >> 16 & 15) << 12 | number);
            Action::Wide { to, value, is_top: kind == 12 }
        }
        kind @ (20 | 28) => {
            let count = last + 1;
            Action::Extract { to, from: left, low, count, is_signed: kind == 20 }
        }
        22 => {
            let from = (left != PC).then_some(left);
            Action::Insert { to, from, low, count: last.checked_sub(low)? + 1 }
        }
        kind @ (16 | 18 | 24 | 26) => {
            Action::Other { kind: 0x40 | kind, to: Some(to), left: Some(left), right: None }
        }
        _ => return None,
    })
}

fn memory(word: u32) -> Option<Action> {
    let (base, target) = (register(word, 16), register(word, 12));
    let (is_load, is_signed) = (is_set(word, 20), is_set(word, 24));
    if is_signed && !is_load {
        return Some(Action::Float(float::vector(word)));
    }
    let width = match word >> 21 & 3 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => return None,
    };
    let plain = |offset| Address { base, offset, is_before: true, writes_back: false };
    let address = if base == PC {
        if !is_load {
            return None;
        }
        plain(offset(word & 0xfff, is_set(word, 23)))
    } else if is_set(word, 23) {
        plain(offset(word & 0xfff, true))
    } else if word & 0xfc0 == 0 {
        let (index, amount) = (register(word, 0), field(word, 4, 2));
        let shift = Shift::Left;
        plain(Offset::Register { register: index, is_subtracted: false, shift, amount })
    } else if is_set(word, 11) {
        let (is_before, writes_back) = (is_set(word, 10), is_set(word, 8));
        let offset = offset(word & 0xff, is_set(word, 9));
        Address { base, offset, is_before, writes_back }
    } else {
        return None;
    };
    // Loads of bytes and halves into the address of the code are prefetches.
    if is_load && width < 4 && target == PC {
        return Some(Action::Nothing);
    }
    Some(Action::Memory { is_load, width, is_signed, register: target, second: 0, address })
}

/// Shifts by registers, extensions, parallel sums, and the reversal of bytes.
fn registers(word: u32) -> Option<Action> {
    let (to, left, right) = (register(word, 8), register(word, 16), register(word, 0));
    if word & 0xf000 != 0xf000 {
        return None;
    }
    let operation = word >> 4 & 15;
    if !is_set(word, 23) {
        if operation == 0 {
            let right =
                Operand::ByRegister { register: left, shift: Shift::of(word >> 21), by: right };
            let sets = is_set(word, 20);
            return Some(Action::Compute { code: Code::Move, sets, to, left: 0, right });
        }
        if operation & 8 == 0 {
            return None;
        }
        let bits = if word >> 21 & 3 == 0 { 16 } else { 8 };
        let turn = field(word, 4, 2) * 8;
        let sum = (left != PC).then_some(left);
        let is_signed = !is_set(word, 20);
        return Some(Action::Extend { to, from: right, sum, bits, is_signed, turn });
    }
    if word >> 20 & 7 == 1 && operation == 8 {
        return Some(Action::ReverseBytes { to, from: right });
    }
    let kind = word >> 16 & 0xf0 | operation;
    Some(Action::Other { kind, to: Some(to), left: Some(left), right: Some(right) })
}

fn multiplied(word: u32) -> Action {
    let (to, low) = (register(word, 8), register(word, 12));
    let (left, right) = (register(word, 16), register(word, 0));
    let sum = (low != PC).then_some(low);
    if !is_set(word, 23) {
        return match (word >> 20 & 7, word >> 4 & 3) {
            (0, kind) => Action::Multiply { to, left, right, sum, is_subtracted: kind == 1 },
            (1, _) => Action::Multiply { to, left, right, sum, is_subtracted: false },
            (3 | 5 | 6, _) => Action::HighMultiply { to, left, right, sum },
            (kind, _) => Action::Other {
                kind: 0x60 | kind,
                to: Some(to),
                left: Some(left),
                right: Some(right),
            },
        };
    }
    match word >> 20 & 7 {
        1 | 3 => Action::Divide { to, left, right },
        kind => Action::LongMultiply { low, high: to, left, right, adds: matches!(kind, 4 | 6) },
    }
}
