//! Operands and fields of instructions of MIPS, and the places that they lead to.

/// An operation on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    And,
    Or,
    ExclusiveOr,
    Nor,
    SetLess,
    SetBelow,
    ShiftLeft,
    ShiftRight,
    ShiftSigned,
    Rotate,
    Multiply,
}

/// The second operand of a computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operand {
    Register(u8),
    Number(i32),
}

/// The question that a branch asks of one or two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    Equal,
    NotEqual,
    LessZero,
    GreaterEqualZero,
    LessEqualZero,
    GreaterZero,
}

/// A field of five bits, which mostly is a register.
pub(crate) fn register(word: u32, low: u32) -> u8 {
    let [byte, ..] = (word >> low & 31).to_le_bytes();
    byte
}

/// The constant of an instruction, with its sign.
pub(crate) fn constant(word: u32) -> i32 {
    (word << 16).cast_signed() >> 16
}

/// The constant of an instruction as bits.
pub(crate) fn half(word: u32) -> u16 {
    let [low, high, ..] = word.to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// The address of the next instruction but one plus the offset of a branch, in 32 bits.
pub(crate) fn target(address: u64, offset: i32) -> u64 {
    address.wrapping_add(4).wrapping_add_signed(i64::from(offset)) & 0xffff_ffff
}

/// The address of a jump within the 256 MiB of the next instruction.
pub(crate) fn region(address: u64, target: u32) -> u64 {
    address.wrapping_add(4) & 0xf000_0000 | u64::from(target)
}
