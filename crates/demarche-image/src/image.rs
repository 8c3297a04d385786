use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Extent, FileOffset, VirtualAddress};

/// The container that an image came in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Linux and most Unixes.
    Elf,
    /// Windows.
    Pe,
    /// Apple's systems.
    MachO,
    /// Bytes without a container: a memory dump or shellcode.
    Raw,
}

/// The instruction set that an image's code is written in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Architecture {
    /// 32-bit x86.
    #[serde(rename = "x86")]
    X86,
    /// 64-bit x86.
    #[serde(rename = "x86-64")]
    X86_64,
    /// 64-bit Arm.
    #[serde(rename = "aarch64")]
    AArch64,
}

/// A part of an image as it lies in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'data> {
    /// Its name in the file; empty where it has none.
    pub name: String,
    /// Where it begins in memory.
    pub address: VirtualAddress,
    /// Where its bytes begin in the file; `None` where it has none there.
    pub offset: Option<FileOffset>,
    /// The bytes that the file has for it, relocations applied where the address depends on them.
    pub bytes: Cow<'data, [u8]>,
    /// How many bytes it has in memory; those beyond `bytes` are zero.
    pub size: u64,
    /// Whether its bytes may change as the program runs.
    pub is_writable: bool,
    /// Whether its bytes may be executed.
    pub is_executable: bool,
}

impl Section<'_> {
    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, address: VirtualAddress) -> bool {
        address.0.checked_sub(self.address.0).is_some_and(|offset| offset < self.size)
    }

    /// The bytes from an address to the end of what the file has; empty where there are none.
    #[must_use]
    pub fn from(&self, address: VirtualAddress) -> &[u8] {
        let offset =
            address.0.checked_sub(self.address.0).and_then(|one| usize::try_from(one).ok());
        offset.and_then(|offset| self.bytes.get(offset..)).unwrap_or_default()
    }
}

/// What a symbol stands for.
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
    /// Where it lies.
    pub address: VirtualAddress,
    /// How many bytes it has; zero where the file does not say.
    pub size: u64,
    /// Its name as it stands in the file, not demangled.
    pub name: String,
    /// What it stands for.
    pub kind: SymbolKind,
    /// Whether other modules may call it by this name.
    pub is_exported: bool,
}

/// A function or object of another module, and the pointer through which the program reaches it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The place in memory that the loader fills with its address.
    pub slot: VirtualAddress,
    /// The module it comes from, in lower case; empty where the file does not say.
    pub library: String,
    /// Its name; `#` and the number where it is imported by ordinal.
    pub name: String,
}

/// An executable as a loader would map it, with what its tables say about its code.
///
/// Sections, symbols, imports, extents and pointers are ascending by address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image<'data> {
    /// The container.
    pub format: Format,
    /// The instruction set.
    pub architecture: Architecture,
    /// The address that the image prefers to be loaded at.
    pub base: VirtualAddress,
    /// Where execution begins.
    pub entry: Option<VirtualAddress>,
    /// What lies in memory; they may overlap in a hostile file, and then the first one holds.
    pub sections: Vec<Section<'data>>,
    /// Names the file gives to its own addresses, exports included.
    pub symbols: Vec<Symbol>,
    /// What it takes from other modules.
    pub imports: Vec<Import>,
    /// Ranges of code from unwind tables: `.eh_frame`, `.pdata`, compact unwind. Pieces of one function count one by one.
    pub extents: Vec<Extent>,
    /// Places in memory that hold the address of something in this image, and that address, from relocations.
    pub pointers: Vec<(VirtualAddress, VirtualAddress)>,
}

impl Image<'_> {
    /// The section that an address lies in.
    #[must_use]
    pub fn section(&self, address: VirtualAddress) -> Option<&Section<'_>> {
        self.sections.iter().find(|section| section.contains(address))
    }

    /// The bytes from an address to the end of its section; empty where the file has none.
    #[must_use]
    pub fn bytes(&self, address: VirtualAddress) -> &[u8] {
        self.section(address).map(|section| section.from(address)).unwrap_or_default()
    }

    /// The bytes of a pointer: 4 or 8.
    #[must_use]
    pub fn pointer_size(&self) -> usize {
        match self.architecture {
            Architecture::X86 => 4,
            Architecture::X86_64 | Architecture::AArch64 => 8,
        }
    }
}
