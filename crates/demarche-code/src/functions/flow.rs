//! The effect of an instruction on the flow of control, whatever the instruction set.

use demarche_terms::ByteOrder;

/// The place where execution goes after an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// To the next one.
    Next,
    /// To an address.
    Jump(u64),
    /// To an address or to the next one.
    Branch(u64),
    /// To a function, and then to the next one.
    Call(u64),
    /// To a function if a condition holds, and then to the next one.
    MaybeCall(u64),
    /// To a function whose address lies in a slot of memory, and then to the next one.
    CallSlot(u64),
    /// To a function only known as the program runs, and then to the next one.
    CallUnknown,
    /// To a function whose address lies in a slot of memory.
    JumpSlot(u64),
    /// Somewhere only known as the program runs: a jump table or a tail call.
    JumpUnknown,
    /// Somewhere only known as the program runs, or to the next one.
    BranchUnknown,
    /// Back to the caller.
    Return,
    /// Back to the caller, or to the next one.
    MaybeReturn,
    /// Nowhere: a trap.
    Halt,
}

/// One instruction, as far as the walk needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The number of bytes that it has, at least 1.
    pub(crate) length: u32,
    /// The place where execution goes.
    pub(crate) flow: Flow,
    /// An address that it computes or holds.
    pub(crate) reference: Option<Reference>,
    /// The place and the bytes of a number among the code that it loads.
    pub(crate) literal: Option<(u64, u8)>,
}

/// An address in an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Computed from the instruction's own address, so an address for sure.
    Computed(u64),
    /// A constant, which may as well be a number.
    Constant(u64),
    /// The start of the function that the instruction belongs to, which it counts from.
    Own(u64),
}

/// A table of jump targets, as the code before an indirect jump describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JumpTable {
    /// The place where the first entry lies.
    pub(crate) address: u64,
    /// The bytes of an entry: 1, 2, 4 or 8.
    pub(crate) width: u8,
    /// True if entries may be negative.
    pub(crate) is_signed: bool,
    /// The base that an entry is added to; zero where entries are addresses.
    pub(crate) base: u64,
    /// By how many bits an entry is shifted left first.
    pub(crate) shift: u8,
    /// The number of entries, where the code compares its index with a bound.
    pub(crate) count: Option<u32>,
    /// True if the entries are jumps, and control goes to an entry itself.
    pub(crate) is_code: bool,
}

impl JumpTable {
    /// The address that an entry stands for.
    pub(crate) fn target(&self, entry: &[u8], order: ByteOrder) -> Option<u64> {
        let raw = match *entry {
            [a] => u64::from(a),
            [a, b] => u64::from(order.u16([a, b])),
            [a, b, c, d] => u64::from(order.u32([a, b, c, d])),
            _ => order.u64(*entry.first_chunk()?),
        };
        let unused = 64_u32.saturating_sub(u32::from(self.width) * 8);
        let value = if self.is_signed {
            (raw << unused).cast_signed().wrapping_shr(unused).cast_unsigned()
        } else {
            raw
        };
        Some(self.base.wrapping_add(value << self.shift))
    }
}
