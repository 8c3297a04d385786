//! The instructions of Thumb that have two bytes.

use super::fields::{Address, Offset, Shift, field, is_set, signed};
use super::{ALWAYS, Action, Code, Instruction, LR, Operand, PC, SP};

/// Decodes a half word that is no first half of a longer instruction; `None` where it is no instruction.
pub(crate) fn decode(half: u16) -> Option<Instruction> {
    let word = u32::from(half);
    let mut condition = ALWAYS;
    let action = match word >> 12 {
        0 | 1 => shifted(word),
        2 | 3 => immediate(word),
        4 => registers(word),
        5 => indexed(word),
        6..=8 => offset(word),
        9 => memory(is_set(word, 11), 4, field(word, 8, 3), SP, (word & 0xff) * 4),
        10 if is_set(word, 11) => {
            let number = Operand::Number((word & 0xff) * 4);
            compute(Code::Add, false, field(word, 8, 3), SP, number)
        }
        10 => Action::Near { to: field(word, 8, 3), offset: ((word & 0xff) * 4).cast_signed() },
        11 => miscellaneous(word)?,
        12 => Action::Block {
            is_load: is_set(word, 11),
            base: field(word, 8, 3),
            list: half & 0xff,
            is_before: false,
            is_up: true,
            writes_back: !(is_set(word, 11) && is_set(word, word >> 8 & 7)),
        },
        13 => match word >> 8 & 15 {
            14 => Action::Halt,
            15 => Action::System,
            _ => {
                condition = field(word, 8, 4);
                Action::Branch { offset: signed(word & 0xff, 8) << 1 }
            }
        },
        _ => Action::Branch { offset: signed(word & 0x7ff, 11) << 1 },
    };
    Some(Instruction { length: 2, condition, action, bits: word })
}

fn compute(code: Code, sets: bool, to: u8, left: u8, right: Operand) -> Action {
    Action::Compute { code, sets, to, left, right }
}

fn memory(is_load: bool, width: u8, register: u8, base: u8, distance: u32) -> Action {
    let offset = Offset::Number(distance.cast_signed());
    let address = Address { base, offset, is_before: true, writes_back: false };
    Action::Memory { is_load, width, is_signed: false, register, second: 0, address }
}

/// Shifts by a constant, and sums of three operands.
fn shifted(word: u32) -> Action {
    let (to, left) = (field(word, 0, 3), field(word, 3, 3));
    if word >> 11 != 3 {
        let right = Operand::shifted(left, word >> 11, field(word, 6, 5));
        return compute(Code::Move, true, to, 0, right);
    }
    let code = if is_set(word, 9) { Code::Subtract } else { Code::Add };
    let third = field(word, 6, 3);
    let right =
        if is_set(word, 10) { Operand::Number(u32::from(third)) } else { Operand::Register(third) };
    compute(code, true, to, left, right)
}

fn immediate(word: u32) -> Action {
    let target = field(word, 8, 3);
    let code = match word >> 11 & 3 {
        0 => Code::Move,
        1 => Code::Compare,
        2 => Code::Add,
        _ => Code::Subtract,
    };
    compute(code, true, target, target, Operand::Number(word & 0xff))
}

fn registers(word: u32) -> Action {
    if is_set(word, 11) {
        return memory(true, 4, field(word, 8, 3), PC, (word & 0xff) * 4);
    }
    let (to, from) = (field(word, 0, 3), field(word, 3, 3));
    if !is_set(word, 10) {
        return arithmetic(word >> 6 & 15, to, from);
    }
    let (high, from) = (field(word, 7, 1) << 3 | to, field(word, 3, 4));
    let right = Operand::Register(from);
    match (word >> 8 & 3, is_set(word, 7)) {
        (0, _) => compute(Code::Add, false, high, high, right),
        (1, _) => compute(Code::Compare, true, high, high, right),
        (2, _) => compute(Code::Move, false, high, 0, right),
        (_, true) => Action::CallRegister { register: from },
        (_, false) => Action::To { register: from },
    }
}

/// The sixteen operations of two low registers.
fn arithmetic(kind: u32, to: u8, from: u8) -> Action {
    let plain = Operand::Register(from);
    let by = |shift| Operand::ByRegister { register: to, shift, by: from };
    match kind {
        0 => compute(Code::And, true, to, to, plain),
        1 => compute(Code::ExclusiveOr, true, to, to, plain),
        2 => compute(Code::Move, true, to, 0, by(Shift::Left)),
        3 => compute(Code::Move, true, to, 0, by(Shift::Right)),
        4 => compute(Code::Move, true, to, 0, by(Shift::SignedRight)),
        5 => compute(Code::AddCarry, true, to, to, plain),
        6 => compute(Code::SubtractCarry, true, to, to, plain),
        7 => compute(Code::Move, true, to, 0, by(Shift::Rotate)),
        8 => compute(Code::Test, true, to, to, plain),
        9 => compute(Code::SubtractFrom, true, to, from, Operand::Number(0)),
        10 => compute(Code::Compare, true, to, to, plain),
        11 => compute(Code::CompareNegative, true, to, to, plain),
        12 => compute(Code::Or, true, to, to, plain),
        13 => Action::Multiply { to, left: to, right: from, sum: None, is_subtracted: false },
        14 => compute(Code::Clear, true, to, to, plain),
        _ => compute(Code::Not, true, to, 0, plain),
    }
}

fn indexed(word: u32) -> Action {
    let (is_load, width, is_signed) = match word >> 9 & 7 {
        0 => (false, 4, false),
        1 => (false, 2, false),
        2 => (false, 1, false),
        3 => (true, 1, true),
        4 => (true, 4, false),
        5 => (true, 2, false),
        6 => (true, 1, false),
        _ => (true, 2, true),
    };
    let index = field(word, 6, 3);
    let offset =
        Offset::Register { register: index, is_subtracted: false, shift: Shift::Left, amount: 0 };
    let address = Address { base: field(word, 3, 3), offset, is_before: true, writes_back: false };
    Action::Memory { is_load, width, is_signed, register: field(word, 0, 3), second: 0, address }
}

fn offset(word: u32) -> Action {
    let (target, base, number) = (field(word, 0, 3), field(word, 3, 3), word >> 6 & 31);
    let width = match word >> 12 {
        6 => 4,
        7 => 1,
        _ => 2,
    };
    memory(is_set(word, 11), width, target, base, number * u32::from(width))
}

fn miscellaneous(word: u32) -> Option<Action> {
    let (to, from) = (field(word, 0, 3), field(word, 3, 3));
    let list = |extra: u8| {
        let [low, ..] = word.to_le_bytes();
        u16::from(low) | u16::from(is_set(word, 8)) << extra
    };
    Some(match word >> 8 & 15 {
        0 => {
            let code = if is_set(word, 7) { Code::Subtract } else { Code::Add };
            compute(code, false, SP, SP, Operand::Number((word & 0x7f) * 4))
        }
        1 | 3 | 9 | 11 => {
            let offset = (word >> 3 & 0x40 | word >> 2 & 0x3e).cast_signed();
            Action::BranchZero { register: to, is_nonzero: is_set(word, 11), offset }
        }
        2 => {
            let bits = if is_set(word, 6) { 8 } else { 16 };
            let is_signed = !is_set(word, 7);
            Action::Extend { to, from, sum: None, bits, is_signed, turn: 0 }
        }
        4 | 5 => Action::Block {
            is_load: false,
            base: SP,
            list: list(LR),
            is_before: true,
            is_up: false,
            writes_back: true,
        },
        6 => Action::Nothing,
        10 if word >> 6 & 3 == 2 => return None,
        10 => Action::ReverseBytes { to, from },
        12 | 13 => Action::Block {
            is_load: true,
            base: SP,
            list: list(PC),
            is_before: false,
            is_up: true,
            writes_back: true,
        },
        14 => Action::Halt,
        15 if word & 15 == 0 => Action::Nothing,
        15 => Action::Conditions { first: field(word, 4, 4), mask: field(word, 0, 4) },
        _ => return None,
    })
}
