use std::borrow::Cow;

use demarche_terms::{Architecture, Format, Gap};

use crate::dotnet::bytecode::Bytecode;
use crate::little_endian::tail;
use crate::{FileOffset, VirtualAddress, memory};

/// A part of an image as it lies in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'data> {
    /// Its name in the file; empty where it has none.
    pub name: String,
    /// The address of its beginning in memory.
    pub address: VirtualAddress,
    /// The place where its bytes begin in the file; `None` where it has none there.
    pub offset: Option<FileOffset>,
    /// The bytes that the file has for it.
    ///
    /// They are the file's own but for relocatable files, where the linker's relocations are applied. What the loader
    /// would write is in [`Image::pointers`] and [`Image::imports`].
    pub bytes: Cow<'data, [u8]>,
    /// The number of bytes that it has in memory; those beyond `bytes` are zero.
    pub size: u64,
    /// True if its bytes may change as the program runs.
    pub is_writable: bool,
    /// True if its bytes may be executed.
    pub is_executable: bool,
}

impl Section<'_> {
    /// Returns true if an address lies in it.
    #[must_use]
    pub fn contains(&self, address: VirtualAddress) -> bool {
        address.0.checked_sub(self.address.0).is_some_and(|offset| offset < self.size)
    }

    /// The address behind its last byte; the highest address where it would lie beyond the end of memory.
    #[must_use]
    pub fn end(&self) -> VirtualAddress {
        VirtualAddress(self.address.0.saturating_add(self.size))
    }

    /// The bytes from an address to the end of what the file has; empty where there are none.
    #[must_use]
    pub fn from(&self, address: VirtualAddress) -> &[u8] {
        let offset = address
            .0
            .checked_sub(self.address.0)
            .and_then(|distance| usize::try_from(distance).ok());
        offset.map_or(&[], |offset| tail(&self.bytes, offset))
    }
}

/// The meaning of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// Code, as the file says.
    Function,
    /// Data, as the file says.
    Object,
    /// A name without a kind.
    Label,
}

/// A name that the file gives to an address of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// Its address.
    pub address: VirtualAddress,
    /// The number of bytes that it has; zero where the file does not say.
    pub size: u64,
    /// Its name as it stands in the file, not demangled: C functions keep the underscore in front that compilers for
    /// 32-bit Windows and for Apple's systems put there.
    pub name: String,
    /// Its meaning.
    pub kind: SymbolKind,
    /// True if other modules may call it by this name.
    pub is_exported: bool,
}

/// A function or object of another module, and the pointer through which the program reaches it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The place in memory that the loader fills with its address.
    ///
    /// In a relocatable file nothing has laid out such places yet. There each missing symbol gets a place of its own
    /// behind the sections, and direct calls and loads of pointers both go there.
    pub slot: VirtualAddress,
    /// The module it comes from, in lower case; empty where the file does not say.
    pub library: String,
    /// Its name, without version; `#` and the number where it is imported by ordinal.
    pub name: String,
}

/// The way in which code of an image is run other than by its own calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// Execution begins there.
    Start,
    /// The loader calls it first: `DT_INIT`, `.init_array`, TLS callbacks, Mach-O initialisers.
    Initialiser,
    /// The loader calls it last: `DT_FINI`, `.fini_array`, Mach-O terminators.
    Finaliser,
    /// The loader calls it to choose an implementation (`STT_GNU_IFUNC`, `IRELATIVE`).
    Resolver,
    /// Other modules may call it by name or number.
    Export,
    /// The linker lists it as a target of indirect calls (Control Flow Guard).
    IndirectTarget,
    /// The system calls it when an exception passes (`SafeSEH`, language handlers of unwind information).
    ExceptionHandler,
}

/// A place where execution may begin, as the headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryPoint {
    /// The first instruction.
    pub address: VirtualAddress,
    /// The caller that runs it.
    pub kind: EntryKind,
}

/// An executable as a loader would map it, with what its tables say about its code.
///
/// Sections, symbols, imports, extents, pointers and entry points are ascending by address, each thing once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image<'data> {
    /// The container.
    pub format: Format,
    /// The instruction set.
    pub architecture: Architecture,
    /// The address that the image prefers to be loaded at: that of its first byte in memory.
    pub base: VirtualAddress,
    /// The place where execution begins.
    pub entry: Option<VirtualAddress>,
    /// The sections in memory, disjoint: where sections of a hostile file overlap, the bytes of the first one are taken.
    pub sections: Vec<Section<'data>>,
    /// Names the file gives to its own addresses, exports included.
    pub symbols: Vec<Symbol>,
    /// The imports from other modules.
    pub imports: Vec<Import>,
    /// Ranges of code from unwind tables and lists of starts. Pieces of one function count one by one.
    pub extents: Vec<Extent>,
    /// Places in memory that hold the address of something in this image, and that address, from relocations.
    pub pointers: Vec<(VirtualAddress, VirtualAddress)>,
    /// Places where execution may begin.
    pub entry_points: Vec<EntryPoint>,
    /// The value of the register `gp`, from which code of MIPS counts; `None` elsewhere, and where the file does not say.
    pub global_pointer: Option<VirtualAddress>,
    /// The bytecode of .NET, where that is the image's code.
    pub bytecode: Option<Bytecode<'data>>,
    /// The parts that could not be read; the source is left empty, as only the caller knows the file's name.
    pub gaps: Vec<Gap>,
}

impl Image<'_> {
    /// The section that an address lies in.
    #[must_use]
    pub fn section(&self, address: VirtualAddress) -> Option<&Section<'_>> {
        memory::section(&self.sections, address)
    }

    /// The bytes from an address to the end of its section; empty where the file has none.
    #[must_use]
    pub fn bytes(&self, address: VirtualAddress) -> &[u8] {
        memory::bytes(&self.sections, address)
    }

    /// The address that the loader writes at a place, where a relocation says so.
    #[must_use]
    pub fn pointer(&self, slot: VirtualAddress) -> Option<VirtualAddress> {
        let index = self.pointers.partition_point(|(position, _)| *position < slot);
        self.pointers
            .get(index)
            .filter(|(position, _)| *position == slot)
            .map(|(_, target)| *target)
    }

    /// The word that an entry of MIPS's global table holds in the file; `None` for other places.
    ///
    /// Entries may hold the address of a page in which nothing lies, so that [`Image::pointers`] has not all of them.
    #[must_use]
    pub fn global_entry(&self, slot: VirtualAddress) -> Option<VirtualAddress> {
        const REACH: u64 = 0x8000;
        let global = self.global_pointer?;
        let section = self.section(slot).filter(|_| global.0.abs_diff(slot.0) <= REACH)?;
        let is_table = section.name.is_empty() || section.name == ".got";
        let bytes = section.from(slot).first_chunk().filter(|_| is_table)?;
        Some(VirtualAddress(self.architecture.byte_order().u32(*bytes).into()))
    }

    /// The import that the loader puts at a slot.
    #[must_use]
    pub fn import(&self, slot: VirtualAddress) -> Option<&Import> {
        let index = self.imports.partition_point(|import| import.slot < slot);
        self.imports.get(index).filter(|import| import.slot == slot)
    }

    /// The bytes of a pointer: 4 or 8.
    #[must_use]
    pub fn pointer_size(&self) -> usize {
        self.architecture.pointer_size()
    }
}

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
    /// Arm's `.ARM.exidx`: neighbours that unwind alike share one entry, so that sizes are not known and starts are missing.
    ArmIndex,
    /// Go's `pclntab`: every function of Go, from the first to the last without a break.
    GoFunctions,
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
