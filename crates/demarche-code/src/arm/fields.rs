//! Fields of instructions, and the operands that both encodings and the floating-point unit have.

/// The way in which a register is shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shift {
    Left,
    Right,
    SignedRight,
    Rotate,
}

/// The distance from the base of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offset {
    Number(i32),
    Register { register: u8, is_subtracted: bool, shift: Shift, amount: u8 },
}

/// The address of a load or store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) base: u8,
    pub(crate) offset: Offset,
    /// True if the offset is added before the access.
    pub(crate) is_before: bool,
    /// True if the base takes the sum.
    pub(crate) writes_back: bool,
}

impl Shift {
    pub(crate) fn of(number: u32) -> Self {
        match number & 3 {
            0 => Self::Left,
            1 => Self::Right,
            2 => Self::SignedRight,
            _ => Self::Rotate,
        }
    }
}

/// A field of a word: so many bits from this one on, as a small number.
pub(crate) fn field(word: u32, low: u32, count: u32) -> u8 {
    let [byte, ..] = (word >> low & ((1 << count) - 1)).to_le_bytes();
    byte
}

/// A field of four bits, which mostly is a register.
pub(crate) fn register(word: u32, low: u32) -> u8 {
    field(word, low, 4)
}

/// Returns true if a bit of a word is set.
pub(crate) fn is_set(word: u32, bit: u32) -> bool {
    word >> bit & 1 == 1
}

/// A number whose sign is its uppermost bit of so many.
pub(crate) fn signed(number: u32, count: u32) -> i32 {
    (number << (32 - count)).cast_signed() >> (32 - count)
}

/// An offset that is added or subtracted.
pub(crate) fn offset(size: u32, is_added: bool) -> Offset {
    let size = size.cast_signed();
    Offset::Number(if is_added { size } else { -size })
}

/// The lowest sixteen bits.
pub(crate) fn half(word: u32) -> u16 {
    let [low, high, ..] = word.to_le_bytes();
    u16::from_le_bytes([low, high])
}
