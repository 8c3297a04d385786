//! The changes that the linker's relocations make to bytes.
//!
//! Source: System V ABI, supplements for i386 (1.1), x86-64 (1.0) and 64-bit Arm (2023Q3), sections on relocation; ELF
//! for the Arm Architecture (2023Q3) for 32-bit Arm; System V ABI, MIPS RISC Processor Supplement.

mod arm;
mod mips;

use demarche_terms::ByteOrder;

use crate::elf::relocation::Relocation;
use crate::little_endian::{low, u32_at, u64_at};
use crate::{Architecture, VirtualAddress};

/// The effect of a kind of relocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    field: Field,
    /// From what the address counts.
    origin: Origin,
    /// True if the address is that of a slot which holds the symbol's address.
    pub(crate) through_slot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// Zero.
    Absolute,
    /// The place itself.
    Place,
    /// The page of 4096 bytes that the place lies in.
    Page,
    /// The table of slots.
    Table,
    /// The place, and the address is the table's own.
    TableFromPlace,
}

/// The place where the result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Word32,
    Word64,
    /// `count` bits of an instruction from bit `low` on; the result's `shift` lowest bits are left out.
    Bits {
        low: u32,
        count: u32,
        shift: u32,
    },
    /// The split field of `ADR` and `ADRP`.
    Adr {
        shift: u32,
    },
    /// A field of an instruction of 32-bit Arm.
    Arm(arm::Field),
    /// A field of a word of 32-bit MIPS.
    Mips(mips::Field),
}

impl Rule {
    /// The rule of a kind; `None` where the kind is not known, or asks for nothing that matters to a reader of code.
    pub(crate) fn of(architecture: Architecture, kind: u32) -> Option<Self> {
        let (field, origin, through_slot) = match architecture {
            Architecture::X86_64 => x86_64(kind)?,
            Architecture::X86 => x86(kind)?,
            Architecture::AArch64 => aarch64(kind)?,
            Architecture::Arm => arm::rule(kind)?,
            Architecture::Mips | Architecture::MipsLittle => mips::rule(kind)?,
            Architecture::ArmBig | Architecture::Cil => return None,
        };
        Some(Self { field, origin, through_slot })
    }

    /// Returns true if the symbol that an entry names does not matter: it stands for the table itself.
    pub(crate) fn names_table(self) -> bool {
        self.origin == Origin::TableFromPlace
    }

    /// Returns true if the address counts from the place that the table is reached from.
    pub(crate) fn counts_from_table(self) -> bool {
        self.origin == Origin::Table
    }

    /// Returns true if the place holds how far the symbol itself lies from there.
    pub(crate) fn is_distance_from_table(self) -> bool {
        self.counts_from_table() && !self.through_slot
    }

    /// Returns true if a symbol that no other file can name stands for the upper half of its address.
    pub(crate) fn may_name_page(self) -> bool {
        self.field == Field::Mips(mips::Field::Near { is_half: true })
    }

    /// Returns true if the field is so small that the table may be out of reach.
    pub(crate) fn is_near(self) -> bool {
        matches!(self.field, Field::Mips(mips::Field::Near { .. }))
    }

    /// The rule where the symbol is the distance from an instruction to the place that code counts from, and its addend:
    /// both halves are those of the first of the two instructions.
    pub(crate) fn of_distance(self) -> (Self, Option<u64>) {
        let addend = if self.field == Field::Mips(mips::Field::Low) { 4 } else { 0 };
        (Self { origin: Origin::Place, ..self }, Some(addend))
    }

    /// Returns true if the place becomes a pointer of a size in bytes.
    pub(crate) fn is_pointer(self, pointer: u64) -> bool {
        let is_whole = match self.field {
            Field::Word32 | Field::Mips(mips::Field::Word) => pointer == 4,
            Field::Word64 => pointer == 8,
            Field::Bits { .. } | Field::Adr { .. } | Field::Arm(_) | Field::Mips(_) => false,
        };
        is_whole && self.origin == Origin::Absolute
    }

    /// Writes the result, and gives it back; `None` where the place lies outside the section.
    pub(crate) fn apply(
        self,
        field: &mut [u8],
        target: VirtualAddress,
        address: VirtualAddress,
        table: VirtualAddress,
        addend: Option<u64>,
        order: ByteOrder,
    ) -> Option<VirtualAddress> {
        let origin = match self.origin {
            Origin::Place => address.0,
            Origin::Table => table.0,
            Origin::Absolute | Origin::Page | Origin::TableFromPlace => 0,
        };
        // An entry of the table has no addend; what stands at the place belongs to another half.
        let is_entry = self.through_slot && matches!(self.field, Field::Mips(_));
        let addend = if is_entry { Some(0) } else { addend };
        match self.field {
            Field::Arm(kind) => return kind.apply(field, target.0, origin, addend),
            Field::Mips(kind) => return kind.apply(field, target.0, origin, addend, order),
            _ => {}
        }
        let stored = match self.field {
            Field::Word64 => u64_at(field, 0)?,
            _ => i64::from(u32_at(field, 0)?.cast_signed()).cast_unsigned(),
        };
        // Formats that keep addends at the place have whole words here.
        let sum = target.0.wrapping_add(addend.unwrap_or(stored));
        let value = match self.origin {
            Origin::Absolute => sum,
            Origin::Place => sum.wrapping_sub(address.0),
            Origin::Page => (sum & !0xfff).wrapping_sub(address.0 & !0xfff),
            Origin::Table => sum.wrapping_sub(table.0),
            Origin::TableFromPlace => {
                table.0.wrapping_add(addend.unwrap_or(stored)).wrapping_sub(address.0)
            }
        };
        match self.field {
            Field::Word64 => *field.first_chunk_mut()? = value.to_le_bytes(),
            Field::Word32 => *field.first_chunk_mut()? = low(value).to_le_bytes(),
            Field::Bits { low: bit, count, shift } => {
                let mask = low((1_u64 << count) - 1) << bit;
                let bits = low(value >> shift) << bit & mask;
                let word = u32_at(field, 0)? & !mask | bits;
                *field.first_chunk_mut()? = word.to_le_bytes();
            }
            Field::Adr { shift } => {
                let value = low(value >> shift);
                let word = u32_at(field, 0)? & !0x60ff_ffe0;
                let word = word | (value & 3) << 29 | (value >> 2 & 0x7_ffff) << 5;
                *field.first_chunk_mut()? = word.to_le_bytes();
            }
            Field::Arm(_) | Field::Mips(_) => {}
        }
        Some(VirtualAddress(value))
    }
}

/// The addend of the first of some relocations where part of it lies at the place of another one, as on MIPS.
///
/// `bytes` are those of the section.
pub(crate) fn shared_addend(
    architecture: Architecture,
    relocations: &[Relocation],
    bytes: &[u8],
) -> Option<u64> {
    if !architecture.is_mips() {
        return None;
    }
    mips::addend_of_high(relocations, bytes, architecture.byte_order())
}

/// Returns true if a kind changes nothing: one that only ties sections together, the mark of a `bx` of 32-bit Arm, and that
/// of a call of MIPS.
pub(crate) fn asks_nothing(architecture: Architecture, kind: u32) -> bool {
    match architecture {
        Architecture::Arm => matches!(kind, 0 | 40),
        _ => architecture.is_mips() && mips::asks_nothing(kind),
    }
}

fn x86_64(kind: u32) -> Option<(Field, Origin, bool)> {
    Some(match kind {
        1 => (Field::Word64, Origin::Absolute, false),
        2 | 4 => (Field::Word32, Origin::Place, false),
        9 | 41 | 42 => (Field::Word32, Origin::Place, true),
        10 | 11 => (Field::Word32, Origin::Absolute, false),
        24 => (Field::Word64, Origin::Place, false),
        _ => return None,
    })
}

fn x86(kind: u32) -> Option<(Field, Origin, bool)> {
    Some(match kind {
        1 => (Field::Word32, Origin::Absolute, false),
        2 | 4 => (Field::Word32, Origin::Place, false),
        3 | 43 => (Field::Word32, Origin::Table, true),
        9 => (Field::Word32, Origin::Table, false),
        10 => (Field::Word32, Origin::TableFromPlace, false),
        _ => return None,
    })
}

fn aarch64(kind: u32) -> Option<(Field, Origin, bool)> {
    let bits = |low, count, shift| Field::Bits { low, count, shift };
    Some(match kind {
        257 => (Field::Word64, Origin::Absolute, false),
        258 => (Field::Word32, Origin::Absolute, false),
        260 => (Field::Word64, Origin::Place, false),
        261 => (Field::Word32, Origin::Place, false),
        274 => (Field::Adr { shift: 0 }, Origin::Place, false),
        275 | 276 => (Field::Adr { shift: 12 }, Origin::Page, false),
        277 | 278 => (bits(10, 12, 0), Origin::Absolute, false),
        284 => (bits(10, 11, 1), Origin::Absolute, false),
        285 => (bits(10, 10, 2), Origin::Absolute, false),
        286 => (bits(10, 9, 3), Origin::Absolute, false),
        299 => (bits(10, 8, 4), Origin::Absolute, false),
        279 => (bits(5, 14, 2), Origin::Place, false),
        280 => (bits(5, 19, 2), Origin::Place, false),
        282 | 283 => (bits(0, 26, 2), Origin::Place, false),
        311 => (Field::Adr { shift: 12 }, Origin::Page, true),
        312 => (bits(10, 9, 3), Origin::Absolute, true),
        _ => return None,
    })
}
