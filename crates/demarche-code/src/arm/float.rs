//! Floating point, which A32 and Thumb encode alike.

use super::fields::{Address, Offset, field, is_set, offset, register};

/// A computation on floating-point registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloatOperation {
    Add,
    Subtract,
    Multiply,
    NegateMultiply,
    Divide,
    /// A product that is added to the target.
    MultiplyAdd,
    /// A product that is subtracted from the target.
    MultiplySubtract,
    /// The target and a product, both negated.
    NegateMultiplyAdd,
    /// The target subtracted from a product.
    NegateMultiplySubtract,
    Copy,
    Absolute,
    Negate,
    Root,
    Convert,
}

/// An instruction of the floating-point unit. Registers count from 0 to 31, single and double ones apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Float {
    Memory {
        is_load: bool,
        is_double: bool,
        register: u8,
        address: Address,
    },
    Block {
        is_load: bool,
        is_double: bool,
        first: u8,
        count: u8,
        base: u8,
        is_up: bool,
        writes_back: bool,
    },
    Compute {
        operation: FloatOperation,
        is_double: bool,
        to: u8,
        left: u8,
        right: u8,
    },
    Constant {
        is_double: bool,
        to: u8,
        bits: u8,
    },
    /// `vcmp`, with zero where there is no second register.
    Compare {
        is_double: bool,
        left: u8,
        right: Option<u8>,
    },
    /// Between a core register and a floating-point one, or two for a double.
    Core {
        to_core: bool,
        core: u8,
        second: Option<u8>,
        float: u8,
    },
    /// `vmrs`: the flags of the last comparison.
    Flags,
    /// A vector instruction.
    Vector {
        kind: u32,
        to: u8,
        left: u8,
        right: u8,
    },
}

/// The number of a register: single ones have their lowest bit apart, double ones their highest.
fn number(word: u32, low: u32, extra: u32, is_double: bool) -> u8 {
    let (field, extra) = (register(word, low), field(word, extra, 1));
    if is_double { extra << 4 | field } else { field << 1 | extra }
}

fn target(word: u32, is_double: bool) -> u8 {
    number(word, 12, 22, is_double)
}

/// Decodes a word of the coprocessor space; `None` where it is not the floating-point unit's.
pub(crate) fn decode(word: u32) -> Option<Float> {
    if word >> 9 & 7 != 0b101 {
        return None;
    }
    let is_double = is_set(word, 8);
    match word >> 24 & 15 {
        12 | 13 => transfer(word, is_double),
        14 if is_set(word, 4) => core(word, is_double),
        14 => computed(word, is_double),
        _ => None,
    }
}

/// An instruction of the vector unit.
pub(crate) fn vector(word: u32) -> Float {
    Float::Vector {
        kind: word & 0x0fb0_0f40,
        to: target(word, true),
        left: number(word, 16, 7, true),
        right: number(word, 0, 5, true),
    }
}

fn transfer(word: u32, is_double: bool) -> Option<Float> {
    let (is_load, base) = (is_set(word, 20), register(word, 16));
    let (is_before, is_up, writes_back) = (is_set(word, 24), is_set(word, 23), is_set(word, 21));
    if word & 0x01e0_0000 == 0x0040_0000 {
        let float = if is_double { number(word, 0, 5, true) } else { number(word, 0, 5, false) };
        let (core, second) = (register(word, 12), Some(base));
        return Some(Float::Core { to_core: is_load, core, second, float });
    }
    let register = target(word, is_double);
    let words = word & 0xff;
    if is_before && !writes_back {
        let offset: Offset = offset(words * 4, is_up);
        let address = Address { base, offset, is_before: true, writes_back: false };
        return Some(Float::Memory { is_load, is_double, register, address });
    }
    let [words, ..] = words.to_le_bytes();
    let count = if is_double { words / 2 } else { words };
    let is_moving = is_up || writes_back;
    is_moving.then_some(Float::Block {
        is_load,
        is_double,
        first: register,
        count: count.min(32),
        base,
        is_up,
        writes_back,
    })
}

fn core(word: u32, is_double: bool) -> Option<Float> {
    let core = register(word, 12);
    match (is_double, word >> 21 & 7) {
        (false, 0) => {
            let float = number(word, 16, 7, false);
            Some(Float::Core { to_core: is_set(word, 20), core, second: None, float })
        }
        (false, 7) if is_set(word, 20) && core == 15 => Some(Float::Flags),
        (false, _) => Some(Float::Vector { kind: 0x70, to: 31, left: 31, right: 31 }),
        (true, _) => {
            let float = number(word, 16, 7, true);
            Some(Float::Core { to_core: is_set(word, 20), core, second: None, float })
        }
    }
}

fn computed(word: u32, is_double: bool) -> Option<Float> {
    let to = target(word, is_double);
    let (left, right) = (number(word, 16, 7, is_double), number(word, 0, 5, is_double));
    let is_opposite = is_set(word, 6);
    let operation = match (word >> 20 & 11, is_opposite) {
        (0, false) => FloatOperation::MultiplyAdd,
        (0, true) => FloatOperation::MultiplySubtract,
        (1, false) => FloatOperation::NegateMultiplySubtract,
        (1, true) => FloatOperation::NegateMultiplyAdd,
        (2, false) => FloatOperation::Multiply,
        (2, true) => FloatOperation::NegateMultiply,
        (3, false) => FloatOperation::Add,
        (3, true) => FloatOperation::Subtract,
        (8, false) => FloatOperation::Divide,
        (9, false) => FloatOperation::NegateMultiplySubtract,
        (9, true) => FloatOperation::NegateMultiplyAdd,
        (10, false) => FloatOperation::MultiplyAdd,
        (10, true) => FloatOperation::MultiplySubtract,
        (11, true) => return Some(single(word, is_double, to)),
        (11, false) => {
            let bits = register(word, 16) << 4 | register(word, 0);
            return Some(Float::Constant { is_double, to, bits });
        }
        _ => return None,
    };
    Some(Float::Compute { operation, is_double, to, left, right })
}

/// Operations on one register, told apart by the field of the other one.
fn single(word: u32, is_double: bool, to: u8) -> Float {
    let right = number(word, 0, 5, is_double);
    let compute = |operation| Float::Compute { operation, is_double, to, left: right, right };
    match (register(word, 16), is_set(word, 7)) {
        (0, false) => compute(FloatOperation::Copy),
        (0, true) => compute(FloatOperation::Absolute),
        (1, false) => compute(FloatOperation::Negate),
        (1, true) => compute(FloatOperation::Root),
        (4, _) => Float::Compare { is_double, left: to, right: Some(right) },
        (5, _) => Float::Compare { is_double, left: to, right: None },
        (7, _) => {
            // Between single and double: the source has the width that the target has not.
            let right = number(word, 0, 5, is_double);
            let to = target(word, !is_double);
            let operation = FloatOperation::Copy;
            Float::Compute { operation, is_double: !is_double, to, left: right, right }
        }
        (8, _) => {
            let right = number(word, 0, 5, false);
            Float::Compute { operation: FloatOperation::Convert, is_double, to, left: right, right }
        }
        (12..=13, _) => {
            let to = target(word, false);
            let operation = FloatOperation::Convert;
            Float::Compute { operation, is_double: false, to, left: right, right }
        }
        _ => compute(FloatOperation::Convert),
    }
}
