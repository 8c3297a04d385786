//! Relocations of 32-bit Arm, whose addends lie in the fields of instructions.
//!
//! Source: ELF for the Arm Architecture (2023Q3), section on relocation; Arm Architecture Reference Manual (DDI 0406C) for
//! the fields.

use super::{Field as Place, Origin};
use crate::VirtualAddress;
use crate::little_endian::{low, signed, u16_at, u32_at};

/// The field of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// `b`, `bl` and `blx` of A32.
    Branch,
    /// `b.w`, `bl` and `blx` of Thumb.
    ThumbBranch,
    /// `movw`, or `movt` for the upper half.
    Wide { is_top: bool },
    /// The same in Thumb.
    ThumbWide { is_top: bool },
    /// The lower 31 bits of a word, as tables for unwinding have them.
    Low31,
}

/// The rule of a kind; `None` where the kind is not known.
pub(crate) fn rule(kind: u32) -> Option<(Place, Origin, bool)> {
    use Field::{Branch, Low31, ThumbBranch, ThumbWide, Wide};
    Some(match kind {
        2 | 38 => (Place::Word32, Origin::Absolute, false),
        3 => (Place::Word32, Origin::Place, false),
        1 | 27..=29 => (Place::Arm(Branch), Origin::Place, false),
        10 | 30 => (Place::Arm(ThumbBranch), Origin::Place, false),
        25 => (Place::Word32, Origin::TableFromPlace, false),
        26 => (Place::Word32, Origin::Table, true),
        96 => (Place::Word32, Origin::Place, true),
        42 => (Place::Arm(Low31), Origin::Place, false),
        43 | 44 => (Place::Arm(Wide { is_top: kind == 44 }), Origin::Absolute, false),
        45 | 46 => (Place::Arm(Wide { is_top: kind == 46 }), Origin::Place, false),
        47 | 48 => (Place::Arm(ThumbWide { is_top: kind == 48 }), Origin::Absolute, false),
        49 | 50 => (Place::Arm(ThumbWide { is_top: kind == 50 }), Origin::Place, false),
        _ => return None,
    })
}

impl Field {
    /// Writes the distance of a target from `origin`, and gives it back; `None` where the place lies outside the section.
    ///
    /// The lowest bit of the target tells Thumb code.
    pub(crate) fn apply(
        self,
        field: &mut [u8],
        target: u64,
        origin: u64,
        addend: Option<u64>,
    ) -> Option<VirtualAddress> {
        let word = self.word(field)?;
        let addend = addend.unwrap_or_else(|| self.addend(word).cast_unsigned());
        let is_thumb = target & 1 == 1;
        let (value, word) = match self {
            Self::Branch => {
                let value = (target & !1).wrapping_add(addend).wrapping_sub(origin);
                (value, branch(word, low(value), is_thumb))
            }
            Self::ThumbBranch => {
                let switches = word >> 14 & 1 == 1 && !is_thumb;
                let origin = if switches { origin & !3 } else { origin };
                let value = (target & !1).wrapping_add(addend).wrapping_sub(origin);
                (value, thumb_branch(word, low(value), is_thumb))
            }
            Self::Wide { is_top } | Self::ThumbWide { is_top } => {
                let value = target.wrapping_add(addend).wrapping_sub(origin);
                let half = low(value) >> if is_top { 16 } else { 0 } & 0xffff;
                (value, self.wide(word, half))
            }
            Self::Low31 => {
                let value = target.wrapping_add(addend).wrapping_sub(origin);
                (value, word & 1 << 31 | low(value) & 0x7fff_ffff)
            }
        };
        let is_thumb = matches!(self, Self::ThumbBranch | Self::ThumbWide { .. });
        let word = if is_thumb { word.rotate_right(16) } else { word };
        *field.first_chunk_mut()? = word.to_le_bytes();
        Some(VirtualAddress(value))
    }

    /// The instruction, the first half of a Thumb one uppermost.
    fn word(self, field: &[u8]) -> Option<u32> {
        match self {
            Self::ThumbBranch | Self::ThumbWide { .. } => {
                Some(u32::from(u16_at(field, 0)?) << 16 | u32::from(u16_at(field, 2)?))
            }
            _ => u32_at(field, 0),
        }
    }

    /// The addend in a field.
    fn addend(self, word: u32) -> i64 {
        let (bits, count) = match self {
            Self::Branch => ((word & 0xff_ffff) << 2, 26),
            Self::ThumbBranch => {
                let sign = word >> 26 & 1;
                let inner = |bit: u32| !(word >> bit ^ sign) & 1;
                let bits = sign << 24 | inner(13) << 23 | inner(11) << 22;
                (bits | (word >> 16 & 0x3ff) << 12 | (word & 0x7ff) << 1, 25)
            }
            Self::Wide { .. } => (word >> 4 & 0xf000 | word & 0xfff, 16),
            Self::ThumbWide { .. } => {
                (word >> 4 & 0xf000 | word >> 15 & 0x800 | word >> 4 & 0x700 | word & 0xff, 16)
            }
            Self::Low31 => (word & 0x7fff_ffff, 31),
        };
        signed(bits, count)
    }

    /// A `movw` or `movt` of a number of 16 bits.
    fn wide(self, word: u32, half: u32) -> u32 {
        if let Self::ThumbWide { .. } = self {
            let field = (half & 0xf000) << 4 | (half & 0x800) << 15 | (half & 0x700) << 4;
            word & !0x040f_70ff | field | half & 0xff
        } else {
            word & !0x000f_0fff | (half & 0xf000) << 4 | half & 0xfff
        }
    }
}

/// A branch of A32; a call of Thumb code becomes `blx`, which has no condition.
fn branch(word: u32, distance: u32, is_thumb: bool) -> u32 {
    let distance_in_words = distance >> 2 & 0xff_ffff;
    match (word >> 24, is_thumb) {
        (0xeb | 0xfa | 0xfb, true) => 0xfa00_0000 | (distance >> 1 & 1) << 24 | distance_in_words,
        (0xeb | 0xfa | 0xfb, false) => 0xeb00_0000 | distance_in_words,
        _ => word & 0xff00_0000 | distance_in_words,
    }
}

/// A branch of Thumb; a call of A32 code becomes `blx`.
fn thumb_branch(word: u32, distance: u32, is_thumb: bool) -> u32 {
    let sign = distance >> 24 & 1;
    let outer = |bit: u32| !(distance >> bit ^ sign) & 1;
    let is_call = word >> 14 & 1 == 1;
    let kind = match (is_call, is_thumb) {
        (true, true) => 0xd000,
        (true, false) => 0xc000,
        (false, _) => 0x9000,
    };
    0xf000_0000
        | sign << 26
        | (distance >> 12 & 0x3ff) << 16
        | kind
        | outer(23) << 13
        | outer(22) << 11
        | distance >> 1 & 0x7ff
}
