//! 32-bit Arm, decoded: A32 and Thumb in one form, as far as control and data flow need it.
//!
//! The lowest bit of an address of code is set for Thumb, as in the processor's own branches, in symbols and in pointers.
//! Vector instructions are told from bytes that are no code, but not from each other.
//!
//! Source: Arm Architecture Reference Manual for ARMv7-A and ARMv7-R, DDI 0406C, A5 (A32), A6 (Thumb) and A7 (floating
//! point and vectors).

#![warn(clippy::indexing_slicing)]

mod a32;
mod fields;
mod float;
mod t16;
mod t32;
pub(crate) mod text;

pub(crate) use fields::{Address, Offset, Shift};
pub(crate) use float::{Float, FloatOperation};

/// The stack pointer, the register with the address to return to, and the one with the address of the code.
pub(crate) const SP: u8 = 13;
pub(crate) const LR: u8 = 14;
pub(crate) const PC: u8 = 15;

/// The condition that always holds.
pub(crate) const ALWAYS: u8 = 14;

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Instruction {
    /// The bytes that it has: 2 or 4.
    pub(crate) length: u32,
    /// Its condition, as the processor counts them.
    pub(crate) condition: u8,
    pub(crate) action: Action,
    /// Its bits, the first half of a long Thumb instruction uppermost.
    pub(crate) bits: u32,
}

/// The second operand of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Number(u32),
    Register(u8),
    Shifted { register: u8, shift: Shift, amount: u8 },
    ByRegister { register: u8, shift: Shift, by: u8 },
}

/// The sixteen computations of A32, and the one that Thumb has besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    And,
    ExclusiveOr,
    Subtract,
    SubtractFrom,
    Add,
    AddCarry,
    SubtractCarry,
    SubtractFromCarry,
    Test,
    TestEqual,
    Compare,
    CompareNegative,
    Or,
    Move,
    Clear,
    Not,
    OrNot,
}

/// The effect of an instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    Compute {
        code: Code,
        sets: bool,
        to: u8,
        left: u8,
        right: Operand,
    },
    /// `movw` and `movt`.
    Wide {
        to: u8,
        value: u16,
        is_top: bool,
    },
    /// `adr`: the aligned address of the code plus an offset.
    Near {
        to: u8,
        offset: i32,
    },
    /// `mul`, `mla` and `mls`.
    Multiply {
        to: u8,
        left: u8,
        right: u8,
        sum: Option<u8>,
        is_subtracted: bool,
    },
    LongMultiply {
        low: u8,
        high: u8,
        left: u8,
        right: u8,
        adds: bool,
    },
    /// `smmul`, `smulw` and their relatives: the upper part of a product.
    HighMultiply {
        to: u8,
        left: u8,
        right: u8,
        sum: Option<u8>,
    },
    Divide {
        to: u8,
        left: u8,
        right: u8,
    },
    /// A register cut to its lowest bits and extended.
    Extend {
        to: u8,
        from: u8,
        sum: Option<u8>,
        bits: u8,
        is_signed: bool,
        turn: u8,
    },
    /// `ubfx` and `sbfx`.
    Extract {
        to: u8,
        from: u8,
        low: u8,
        count: u8,
        is_signed: bool,
    },
    /// `bfi`, and `bfc` without a source.
    Insert {
        to: u8,
        from: Option<u8>,
        low: u8,
        count: u8,
    },
    ReverseBytes {
        to: u8,
        from: u8,
    },
    Memory {
        is_load: bool,
        width: u8,
        is_signed: bool,
        register: u8,
        second: u8,
        address: Address,
    },
    /// `ldm` and `stm`, `push` and `pop` among them.
    Block {
        is_load: bool,
        base: u8,
        list: u16,
        is_before: bool,
        is_up: bool,
        writes_back: bool,
    },
    Branch {
        offset: i32,
    },
    Call {
        offset: i32,
        switches: bool,
    },
    /// `cbz` and `cbnz`.
    BranchZero {
        register: u8,
        is_nonzero: bool,
        offset: i32,
    },
    /// `bx`.
    To {
        register: u8,
    },
    /// `blx` with a register.
    CallRegister {
        register: u8,
    },
    /// `tbb` and `tbh`.
    Table {
        base: u8,
        index: u8,
        width: u8,
    },
    /// `it`: the condition of the next instructions, and a mask of how many and which of them have the opposite one.
    Conditions {
        first: u8,
        mask: u8,
    },
    Float(Float),
    /// `udf` and `bkpt`.
    Halt,
    /// `svc`.
    System,
    /// Hints, barriers and prefetches.
    Nothing,
    /// An operation that has no better name here.
    Other {
        kind: u32,
        to: Option<u8>,
        left: Option<u8>,
        right: Option<u8>,
    },
}

/// The conditions that an `it` spreads over the next instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions(u8);

impl Conditions {
    /// The condition of the next instruction, which is then used up.
    pub(crate) fn take(&mut self) -> Option<u8> {
        if self.0 & 0xf == 0 {
            return None;
        }
        let condition = self.0 >> 4;
        // `ITAdvance()` in the manual.
        self.0 = if self.0 & 7 == 0 { 0 } else { self.0 & 0xe0 | self.0 << 1 & 0x1f };
        Some(condition)
    }

    pub(crate) fn begin(&mut self, first: u8, mask: u8) {
        self.0 = first << 4 | mask & 0xf;
    }
}

/// Decodes instructions one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decoder {
    conditions: Conditions,
}

impl Decoder {
    /// Decodes the first instruction of some bytes; `None` where they are none.
    pub(crate) fn decode(&mut self, bytes: &[u8], is_thumb: bool) -> Option<Instruction> {
        if !is_thumb {
            return a32::decode(u32::from_le_bytes(*bytes.first_chunk()?));
        }
        let first = u16::from_le_bytes(*bytes.first_chunk()?);
        let mut instruction = if first >> 11 >= 0b11101 {
            let [_, _, low, high] = *bytes.first_chunk()?;
            t32::decode(u32::from(first) << 16 | u32::from(u16::from_le_bytes([low, high])))?
        } else {
            t16::decode(first)?
        };
        match (self.conditions.take(), instruction.action) {
            (_, Action::Conditions { first, mask }) => self.conditions.begin(first, mask),
            (Some(condition), _) => {
                instruction.condition = condition;
                if let (Action::Compute { code, sets, .. }, 2) =
                    (&mut instruction.action, instruction.length)
                {
                    *sets &= code.only_compares();
                }
            }
            (None, _) => {}
        }
        Some(instruction)
    }
}

impl Code {
    /// The computation of a number of A32.
    fn of(number: u32) -> Self {
        match number & 15 {
            0 => Self::And,
            1 => Self::ExclusiveOr,
            2 => Self::Subtract,
            3 => Self::SubtractFrom,
            4 => Self::Add,
            5 => Self::AddCarry,
            6 => Self::SubtractCarry,
            7 => Self::SubtractFromCarry,
            8 => Self::Test,
            9 => Self::TestEqual,
            10 => Self::Compare,
            11 => Self::CompareNegative,
            12 => Self::Or,
            13 => Self::Move,
            14 => Self::Clear,
            _ => Self::Not,
        }
    }

    /// Returns true if it sets the flags and no register.
    pub(crate) fn only_compares(self) -> bool {
        matches!(self, Self::Test | Self::TestEqual | Self::Compare | Self::CompareNegative)
    }

    /// Returns true if it has no first operand.
    pub(crate) fn is_unary(self) -> bool {
        matches!(self, Self::Move | Self::Not)
    }
}

impl Operand {
    /// A register shifted by a constant, where zero means 32 to the right.
    fn shifted(register: u8, kind: u32, amount: u8) -> Self {
        match (Shift::of(kind), amount) {
            (Shift::Left, 0) => Self::Register(register),
            (shift @ (Shift::Right | Shift::SignedRight), 0) => {
                Self::Shifted { register, shift, amount: 32 }
            }
            (shift, amount) => Self::Shifted { register, shift, amount },
        }
    }
}

/// The place that offsets count from: two instructions on, at a multiple of four where `is_aligned`.
pub(crate) fn origin(address: u64, is_thumb: bool, is_aligned: bool) -> u64 {
    let origin = (address & !1).wrapping_add(if is_thumb { 4 } else { 8 });
    if is_aligned { origin & !3 } else { origin }
}

/// An address plus a signed distance, in 32 bits.
pub(crate) fn moved(address: u64, distance: i32) -> u64 {
    address.wrapping_add_signed(i64::from(distance)) & 0xffff_ffff
}
