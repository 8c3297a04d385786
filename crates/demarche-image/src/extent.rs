use crate::VirtualAddress;

/// A range of code that a table names: where it begins, how many bytes it has, and what the table says of its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// The first byte.
    pub start: VirtualAddress,
    /// The number of bytes; zero where the table does not say.
    pub size: u64,
    /// The table that names it.
    pub table: ExtentTable,
    /// The state of the stack at its first byte.
    pub opening: Opening,
    /// The range that it is a piece of, where the table says so outright (chained unwind information).
    pub piece_of: Option<VirtualAddress>,
}

/// The kinds of table that name ranges of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExtentTable {
    /// `.eh_frame`: one range for each function and one for each of its split-off parts.
    EhFrame,
    /// `.pdata` of Windows: the same; on x86-64 functions that do not touch the stack are left out.
    Pdata,
    /// Mach-O's `__unwind_info`: neighbours that unwind alike share one entry, so that sizes are not known and starts are missing.
    CompactUnwind,
    /// Mach-O's `LC_FUNCTION_STARTS`: the linker's own list of starts, without sizes.
    FunctionStarts,
}

/// The state of the stack, by an unwind table, at the first byte of a range.
///
/// A function begins with an untouched stack. A part that the compiler moved away (`.cold`) is reached by a jump from
/// the middle of its function, and its table mostly begins with the registers that the function has saved until then.
/// Parts of functions that save nothing look like functions all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opening {
    /// As right after a call: nothing is saved, nothing is pushed but the return address.
    Untouched,
    /// Registers are saved or room is taken already: a part of a function, the linker's tables of jumps, or code that is
    /// jumped to with values pushed, such as the dynamic linker's trampolines.
    Saved,
    /// The table does not say.
    Unknown,
}
