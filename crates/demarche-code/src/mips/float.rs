//! Floating point.

use super::fields::{constant, register};

/// A computation on floating-point registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloatOperation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Root,
    Absolute,
    Copy,
    Negate,
    Convert,
    Other(u32),
}

/// An instruction of the floating-point unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Float {
    Memory {
        is_load: bool,
        is_double: bool,
        register: u8,
        base: u8,
        offset: i32,
    },
    /// A load or store with a register as its offset.
    Indexed {
        is_load: bool,
        is_double: bool,
        register: u8,
        base: u8,
        index: u8,
    },
    Compute {
        operation: FloatOperation,
        to: u8,
        left: u8,
        right: u8,
    },
    /// `madd.fmt` and its relatives.
    MultiplyAdd {
        is_subtracted: bool,
        is_negated: bool,
        to: u8,
        sum: u8,
        left: u8,
        right: u8,
    },
    Compare {
        kind: u8,
        left: u8,
        right: u8,
    },
    /// Between a core register and a floating-point one; `is_high` for the upper half of a double.
    Core {
        to_core: bool,
        is_high: bool,
        core: u8,
        float: u8,
    },
    Branch {
        offset: i32,
    },
    /// A move that depends on a register or on the flag of a comparison.
    MoveIf {
        to: u8,
        from: u8,
    },
    /// Registers that control the unit.
    Control {
        to_core: bool,
        core: u8,
    },
}

/// Decodes a word of the floating-point unit; `None` where it is no instruction.
pub(crate) fn decode(word: u32) -> Option<Float> {
    let (core, float) = (register(word, 16), register(word, 11));
    let kind = word >> 21 & 31;
    match kind {
        0 | 3 | 4 | 7 => {
            let (to_core, is_high) = (kind < 4, kind & 3 == 3);
            Some(Float::Core { to_core, is_high, core, float })
        }
        2 | 6 => Some(Float::Control { to_core: kind == 2, core }),
        8 => Some(Float::Branch { offset: constant(word) << 2 }),
        16 | 17 | 20..=22 => computed(word),
        _ => None,
    }
}

fn computed(word: u32) -> Option<Float> {
    let (right, left, to) = (register(word, 16), register(word, 11), register(word, 6));
    let operation = match word & 63 {
        0 => FloatOperation::Add,
        1 => FloatOperation::Subtract,
        2 => FloatOperation::Multiply,
        3 => FloatOperation::Divide,
        4 => FloatOperation::Root,
        5 => FloatOperation::Absolute,
        6 => FloatOperation::Copy,
        7 => FloatOperation::Negate,
        17..=19 => return Some(Float::MoveIf { to, from: left }),
        // Between single and double precision.
        32 | 33 if matches!(word >> 21 & 31, 16 | 17) => FloatOperation::Copy,
        8..=15 | 32..=37 => FloatOperation::Convert,
        other @ (21 | 22) => FloatOperation::Other(other),
        48.. => {
            let [kind, ..] = (word & 15).to_le_bytes();
            return Some(Float::Compare { kind, left, right });
        }
        _ => return None,
    };
    Some(Float::Compute { operation, to, left, right })
}

/// Loads and stores with a constant offset.
pub(crate) fn memory(word: u32) -> Float {
    let kind = word >> 26;
    Float::Memory {
        is_load: kind < 56,
        is_double: kind & 4 != 0,
        register: register(word, 16),
        base: register(word, 21),
        offset: constant(word),
    }
}

/// Loads and stores with a register as offset, and products with a sum.
pub(crate) fn indexed(word: u32) -> Option<Float> {
    let (base, index) = (register(word, 21), register(word, 16));
    let (store, load) = (register(word, 11), register(word, 6));
    match word & 63 {
        kind @ (0 | 1 | 5 | 8 | 9 | 13) => {
            let (is_load, is_double) = (kind < 8, kind & 7 != 0);
            let register = if is_load { load } else { store };
            Some(Float::Indexed { is_load, is_double, register, base, index })
        }
        15 => Some(Float::Control { to_core: false, core: 0 }),
        kind @ (32 | 33 | 40 | 41 | 48 | 49 | 56 | 57) => Some(Float::MultiplyAdd {
            is_subtracted: kind & 8 != 0,
            is_negated: kind & 16 != 0,
            to: load,
            sum: base,
            left: store,
            right: index,
        }),
        _ => None,
    }
}
