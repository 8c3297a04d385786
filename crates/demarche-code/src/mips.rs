//! 32-bit MIPS, decoded as far as control and data flow need it: MIPS I, MIPS II and MIPS32 up to release 5.
//!
//! Left out: MIPS16, microMIPS, release 6 and vendors' coprocessors, whose bytes are no instruction here.
//!
//! Source: MIPS Architecture for Programmers, volume II-A, MD00086, revision 6.06 for release 5 and before.

#![warn(clippy::indexing_slicing)]

mod fields;
mod float;
pub(crate) mod text;

pub(crate) use fields::{Operand, Operation, Question, region, target};
use fields::{constant, half, register};
pub(crate) use float::{Float, FloatOperation};

/// Registers of the o32 convention.
pub(crate) const T9: u8 = 25;
pub(crate) const GP: u8 = 28;
pub(crate) const SP: u8 = 29;
pub(crate) const RA: u8 = 31;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    pub(crate) action: Action,
    /// Its bits.
    pub(crate) bits: u32,
}

/// The effect of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Compute {
        operation: Operation,
        to: u8,
        left: u8,
        right: Operand,
    },
    /// `lui`.
    Upper {
        to: u8,
        value: u16,
    },
    /// `mult`, `multu`, and the same with a sum.
    LongMultiply {
        left: u8,
        right: u8,
        adds: bool,
    },
    Divide {
        left: u8,
        right: u8,
    },
    /// `mfhi` and `mflo`.
    FromLong {
        to: u8,
        is_high: bool,
    },
    /// `mthi` and `mtlo`.
    ToLong {
        from: u8,
        is_high: bool,
    },
    Extract {
        to: u8,
        from: u8,
        low: u8,
        count: u8,
    },
    Insert {
        to: u8,
        from: u8,
        low: u8,
        count: u8,
    },
    Extend {
        to: u8,
        from: u8,
        bits: u8,
    },
    ReverseBytes {
        to: u8,
        from: u8,
    },
    /// `movz` and `movn`.
    MoveIf {
        to: u8,
        from: u8,
        asked: u8,
        is_zero: bool,
    },
    /// A load or store; `is_part` for the halves of accesses that are not aligned.
    Memory {
        is_load: bool,
        width: u8,
        is_signed: bool,
        is_part: bool,
        register: u8,
        base: u8,
        offset: i32,
    },
    Branch {
        question: Question,
        left: u8,
        right: u8,
        offset: i32,
        links: bool,
    },
    Jump {
        target: u32,
    },
    Call {
        target: u32,
    },
    /// `jr`.
    To {
        register: u8,
    },
    /// `jalr`.
    CallRegister {
        link: u8,
        register: u8,
    },
    Float(Float),
    /// `break`.
    Halt,
    /// `syscall`.
    System,
    /// Hints, barriers, prefetches, and traps that hardly ever happen.
    Nothing,
    /// An operation that has no better name here.
    Other {
        kind: u32,
        to: u8,
        left: u8,
        right: u8,
    },
}

impl Action {
    /// Returns true if the next instruction runs before control goes elsewhere.
    pub(crate) fn has_delay_slot(&self) -> bool {
        matches!(
            self,
            Self::Branch { .. }
                | Self::Jump { .. }
                | Self::Call { .. }
                | Self::To { .. }
                | Self::CallRegister { .. }
                | Self::Float(Float::Branch { .. })
        )
    }
}

/// Decodes a word; `None` where it is no instruction.
pub(crate) fn decode(word: u32) -> Option<Instruction> {
    let (rs, rt) = (register(word, 21), register(word, 16));
    let compute = |operation, right| Action::Compute { operation, to: rt, left: rs, right };
    let signed = Operand::Number(constant(word));
    let plain = Operand::Number(i32::from(half(word)));
    let branch = |question| Action::Branch {
        question,
        left: rs,
        right: rt,
        offset: constant(word) << 2,
        links: false,
    };
    let action = match word >> 26 {
        0 => special(word)?,
        1 => by_sign(word)?,
        2 => Action::Jump { target: word << 6 >> 4 },
        3 => Action::Call { target: word << 6 >> 4 },
        4 | 20 => branch(Question::Equal),
        5 | 21 => branch(Question::NotEqual),
        6 | 22 if rt == 0 => branch(Question::LessEqualZero),
        7 | 23 if rt == 0 => branch(Question::GreaterZero),
        8 | 9 => compute(Operation::Add, signed),
        10 => compute(Operation::SetLess, signed),
        11 => compute(Operation::SetBelow, signed),
        12 => compute(Operation::And, plain),
        13 => compute(Operation::Or, plain),
        14 => compute(Operation::ExclusiveOr, plain),
        15 if rs == 0 => Action::Upper { to: rt, value: half(word) },
        16 | 18 => Action::Other { kind: word >> 21 & 0x7ff, to: rt, left: 0, right: 0 },
        17 => Action::Float(float::decode(word)?),
        19 => Action::Float(float::indexed(word)?),
        28 => special_two(word)?,
        31 => special_three(word)?,
        32..=46 => memory(word)?,
        47 | 51 => Action::Nothing,
        48 | 56 => {
            let (is_load, width) = (word >> 26 == 48, 4);
            access(word, is_load, width, false, false)
        }
        49 | 53 | 57 | 61 => Action::Float(float::memory(word)),
        50 | 54 | 58 | 62 => Action::Other { kind: word >> 26, to: 0, left: rs, right: 0 },
        _ => return None,
    };
    Some(Instruction { action, bits: word })
}

fn special(word: u32) -> Option<Action> {
    let (rs, rt, rd) = (register(word, 21), register(word, 16), register(word, 11));
    let amount = register(word, 6);
    let shift = |operation| {
        let right = Operand::Number(i32::from(amount));
        Action::Compute { operation, to: rd, left: rt, right }
    };
    let shift_by =
        |operation| Action::Compute { operation, to: rd, left: rt, right: Operand::Register(rs) };
    let compute =
        |operation| Action::Compute { operation, to: rd, left: rs, right: Operand::Register(rt) };
    let is_plain = amount == 0;
    Some(match word & 63 {
        0 if rs == 0 => shift(Operation::ShiftLeft),
        1 if word & 0x0002_07c0 == 0 => {
            let kind = 0x100 | word >> 16 & 1;
            Action::Other { kind, to: rd, left: rs, right: rd }
        }
        2 if rs == 0 => shift(Operation::ShiftRight),
        2 if rs == 1 => shift(Operation::Rotate),
        3 if rs == 0 => shift(Operation::ShiftSigned),
        4 if is_plain => shift_by(Operation::ShiftLeft),
        6 if is_plain => shift_by(Operation::ShiftRight),
        6 if amount == 1 => shift_by(Operation::Rotate),
        7 if is_plain => shift_by(Operation::ShiftSigned),
        8 if rt == 0 && rd == 0 => Action::To { register: rs },
        9 if rt == 0 => Action::CallRegister { link: rd, register: rs },
        10 if is_plain => Action::MoveIf { to: rd, from: rs, asked: rt, is_zero: true },
        11 if is_plain => Action::MoveIf { to: rd, from: rs, asked: rt, is_zero: false },
        12 => Action::System,
        13 => Action::Halt,
        15 => Action::Nothing,
        16 | 18 if rs == 0 && rt == 0 && is_plain => {
            Action::FromLong { to: rd, is_high: word & 63 == 16 }
        }
        17 | 19 if rt == 0 && rd == 0 && is_plain => {
            Action::ToLong { from: rs, is_high: word & 63 == 17 }
        }
        24 | 25 if rd == 0 && is_plain => Action::LongMultiply { left: rs, right: rt, adds: false },
        26 | 27 if rd == 0 && is_plain => Action::Divide { left: rs, right: rt },
        32 | 33 if is_plain => compute(Operation::Add),
        34 | 35 if is_plain => compute(Operation::Subtract),
        36 if is_plain => compute(Operation::And),
        37 if is_plain => compute(Operation::Or),
        38 if is_plain => compute(Operation::ExclusiveOr),
        39 if is_plain => compute(Operation::Nor),
        42 if is_plain => compute(Operation::SetLess),
        43 if is_plain => compute(Operation::SetBelow),
        48..=52 | 54 => Action::Nothing,
        _ => return None,
    })
}

/// Branches that ask for the sign of a register, and traps.
fn by_sign(word: u32) -> Option<Action> {
    let rs = register(word, 21);
    let kind = word >> 16 & 31;
    let question = match kind & 1 {
        0 => Question::LessZero,
        _ => Question::GreaterEqualZero,
    };
    match kind {
        0..=3 | 16..=19 => Some(Action::Branch {
            question,
            left: rs,
            right: 0,
            offset: constant(word) << 2,
            links: kind & 16 != 0,
        }),
        8..=12 | 14 | 31 => Some(Action::Nothing),
        _ => None,
    }
}

fn special_two(word: u32) -> Option<Action> {
    let (rs, rt, rd) = (register(word, 21), register(word, 16), register(word, 11));
    Some(match word & 63 {
        0 | 1 | 4 | 5 => Action::LongMultiply { left: rs, right: rt, adds: true },
        2 => {
            let right = Operand::Register(rt);
            Action::Compute { operation: Operation::Multiply, to: rd, left: rs, right }
        }
        32 | 33 => Action::Other { kind: 0x200 | word & 63, to: rd, left: rs, right: 0 },
        63 => Action::Halt,
        _ => return None,
    })
}

fn special_three(word: u32) -> Option<Action> {
    let (rs, rt, rd) = (register(word, 21), register(word, 16), register(word, 11));
    let amount = register(word, 6);
    Some(match (word & 63, amount) {
        (0, low) => {
            let count = (rd + 1).min(32 - low);
            Action::Extract { to: rt, from: rs, low, count }
        }
        (4, low) => Action::Insert { to: rt, from: rs, low, count: rd.checked_sub(low)? + 1 },
        (32, 2) => Action::ReverseBytes { to: rd, from: rt },
        (32, 16) => Action::Extend { to: rd, from: rt, bits: 8 },
        (32, 24) => Action::Extend { to: rd, from: rt, bits: 16 },
        // The register of the hardware that holds the thread's own storage.
        (59, _) => Action::Other { kind: 0x300 | u32::from(rd), to: rt, left: 0, right: 0 },
        _ => return None,
    })
}

fn access(word: u32, is_load: bool, width: u8, is_signed: bool, is_part: bool) -> Action {
    let (base, register) = (register(word, 21), register(word, 16));
    let offset = constant(word);
    Action::Memory { is_load, width, is_signed, is_part, register, base, offset }
}

fn memory(word: u32) -> Option<Action> {
    let (is_load, width, is_signed, is_part) = match word >> 26 {
        32 => (true, 1, true, false),
        33 => (true, 2, true, false),
        34 | 38 => (true, 4, false, true),
        35 => (true, 4, false, false),
        36 => (true, 1, false, false),
        37 => (true, 2, false, false),
        40 => (false, 1, false, false),
        41 => (false, 2, false, false),
        42 | 46 => (false, 4, false, true),
        43 => (false, 4, false, false),
        _ => return None,
    };
    Some(access(word, is_load, width, is_signed, is_part))
}
