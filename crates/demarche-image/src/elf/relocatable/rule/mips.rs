//! Relocations of 32-bit MIPS, in code that goes through the global table and in code that does not, such as kernel modules.
//!
//! Source: System V ABI, MIPS RISC Processor Supplement, third edition, chapter 4; the kinds from 22 on are those of the GNU
//! tools. What is local to a thread is left out.

use demarche_terms::ByteOrder;

use super::{Field as Place, Origin};
use crate::VirtualAddress;
use crate::elf::relocation::Relocation;
use crate::little_endian::{low, signed, size};

const HIGH: u32 = 5;
const LOW: u32 = 6;
const ENTRY: u32 = 9;

/// The field of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Word,
    /// The 26 bits of `j` and `jal`.
    Jump,
    /// The 16 bits of `lui`.
    High,
    /// The 16 bits of what adds the lower half.
    Low,
    /// The 16 bits of a branch.
    Branch,
    /// The 16 bits of a distance from `gp`.
    Near {
        /// True if the entry may be that of the upper half of an address.
        is_half: bool,
    },
}

/// The rule of a kind; `None` where the kind is not known.
pub(crate) fn rule(kind: u32) -> Option<(Place, Origin, bool)> {
    let near = Field::Near { is_half: false };
    let (field, origin, through_slot) = match kind {
        2 => (Field::Word, Origin::Absolute, false),
        4 => (Field::Jump, Origin::Absolute, false),
        HIGH => (Field::High, Origin::Absolute, false),
        LOW => (Field::Low, Origin::Absolute, false),
        7 | 8 => (near, Origin::Table, false),
        ENTRY => (Field::Near { is_half: true }, Origin::Table, true),
        10 => (Field::Branch, Origin::Place, false),
        11 => (near, Origin::Table, true),
        12 => (Field::Word, Origin::Table, false),
        22 | 30 => (Field::High, Origin::Table, true),
        23 | 31 => (Field::Low, Origin::Table, true),
        248 => (Field::Word, Origin::Place, false),
        _ => return None,
    };
    Some((Place::Mips(field), origin, through_slot))
}

/// Returns true if a kind changes nothing: none, the mark of a call whose target is known, and notes on tables of C++.
pub(crate) fn asks_nothing(kind: u32) -> bool {
    matches!(kind, 0 | 37 | 253 | 254)
}

/// The addend of the first of some relocations where that is one of an upper half, in the instruction or in the global
/// table: its lower half lies at the place of the next one of a lower half with the same symbol.
///
/// `bytes` are those of the section.
pub(crate) fn addend_of_high(
    relocations: &[Relocation],
    bytes: &[u8],
    order: ByteOrder,
) -> Option<u64> {
    const FARTHEST: usize = 256;
    let (first, rest) = relocations.split_first()?;
    if !matches!(first.kind, HIGH | ENTRY) {
        return None;
    }
    let half = |relocation: &Relocation| {
        let word = bytes.get(size(relocation.offset)..)?.first_chunk()?;
        Some(order.u32(*word) & 0xffff)
    };
    let is_lower = |other: &&Relocation| other.kind == LOW && other.symbol == first.symbol;
    let lower = rest.iter().take(FARTHEST).find(is_lower).and_then(half).unwrap_or(0);
    Some(u64::from(half(first)? << 16).wrapping_add_signed(signed(lower, 16)))
}

impl Field {
    /// Writes the distance of a target from `origin`, and gives it back; `None` where the place lies outside the section, or
    /// the target out of reach.
    pub(crate) fn apply(
        self,
        field: &mut [u8],
        target: u64,
        origin: u64,
        addend: Option<u64>,
        order: ByteOrder,
    ) -> Option<VirtualAddress> {
        let place = field.first_chunk_mut()?;
        let word = order.u32(*place);
        let addend = addend.unwrap_or_else(|| match self {
            Self::Word => u64::from(word),
            Self::Jump => signed(word << 2, 28).cast_unsigned(),
            Self::High => u64::from(word & 0xffff) << 16,
            Self::Low | Self::Near { .. } => signed(word, 16).cast_unsigned(),
            Self::Branch => signed(word << 2, 18).cast_unsigned(),
        });
        let value = target.wrapping_add(addend).wrapping_sub(origin);
        let word = match self {
            Self::Word => low(value),
            Self::Jump => word & !0x3ff_ffff | low(value) >> 2 & 0x3ff_ffff,
            // The lower half is added as a signed number.
            Self::High => word & !0xffff | low(value.wrapping_add(0x8000)) >> 16,
            Self::Near { .. } if i16::try_from(value.cast_signed()).is_err() => return None,
            Self::Low | Self::Near { .. } => word & !0xffff | low(value) & 0xffff,
            Self::Branch => word & !0xffff | low(value) >> 2 & 0xffff,
        };
        *place = order.bytes(word);
        Some(VirtualAddress(value & 0xffff_ffff))
    }
}
