//! .NET: assemblies, whose code is bytecode that is described by tables.
//!
//! A file of Windows may hold bytecode beside machine code or instead of it. The bytecode becomes an image of its own:
//! its methods are symbols, the methods of others that it calls are imports. Names and tables are read with suspicion, as
//! obfuscators write wrong counts, streams that stand twice, and bodies that only the running program can read.
//!
//! Source: ECMA-335 (2012), 6th edition, partition II.

mod attributes;
mod body;
pub(crate) mod bytecode;
pub(crate) mod identity;
mod members;
mod metadata;
mod names;
mod schema;
pub(crate) mod shortfall;
mod signature;
mod tables;
mod token;

use std::borrow::Cow;

use demarche_terms::Gap;

pub use self::body::Handler;
pub use self::bytecode::{Bytecode, Destination, Member, Method};
pub use self::identity::{
    AssemblyReference, CodeKind, DotNetCounts, DotNetIdentity, EmbeddedResource,
};
use self::metadata::Metadata;
use self::shortfall::ManagedShortfall;
pub use self::signature::{Signature, SignaturePart};
pub use self::token::{Token, TokenKind};
use crate::gaps::Gaps;
use crate::little_endian::{part, tail, u32_at, u32_or_zero};
use crate::pe::Assembly;
use crate::placement::Placement;
use crate::{Image, Section, VirtualAddress};

/// The header of the bytecode.
///
/// Source: ECMA-335, partition II, §25.3.3.
#[derive(Clone, Copy, Debug)]
struct Header {
    metadata: (u32, u32),
    flags: u32,
    entry: u32,
    resources: (u32, u32),
    has_fixups: bool,
    native: (u32, u32),
}

impl Header {
    /// The size of the header in bytes.
    const SIZE: usize = 72;

    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..Self::SIZE)?;
        let pair = |offset| Some((u32_at(bytes, offset)?, u32_at(bytes, offset + 4)?));
        Some(Self {
            metadata: pair(8)?,
            flags: u32_or_zero(bytes, 16),
            entry: u32_or_zero(bytes, 20),
            resources: pair(24)?,
            has_fixups: pair(48)?.0 != 0,
            native: pair(64)?,
        })
    }

    /// True if the file says that it has bytecode alone.
    fn is_bytecode_only(self) -> bool {
        self.flags & 1 != 0
    }
}

/// The bytes of an image from a distance to its base on, as the file has them.
pub(crate) fn bytes_at<'data>(
    sections: &[Section<'data>],
    base: VirtualAddress,
    relative: u32,
) -> &'data [u8] {
    let address = base.plus(relative.into());
    let Some(section) = crate::memory::section(sections, address) else { return &[] };
    let offset = address.since(section.address).and_then(|offset| usize::try_from(offset).ok());
    match (&section.bytes, offset) {
        (Cow::Borrowed(bytes), Some(offset)) => tail(bytes, offset),
        _ => &[],
    }
}

/// An assembly as far as its header and its metadata go.
struct Opened<'data> {
    header: Header,
    metadata: Metadata<'data>,
    kind: CodeKind,
}

fn open<'data>(assembly: &Assembly<'data>, gaps: &mut Gaps) -> Option<Opened<'data>> {
    let bytes = |relative| bytes_at(&assembly.sections, assembly.base, relative);
    let header = Header::read(bytes(assembly.header))?;
    let (relative, size) = header.metadata;
    let metadata = Metadata::read(part(bytes(relative), 0, size.into()), gaps)?;
    let kind = match header.native {
        (relative, 1..) if bytes(relative).starts_with(b"RTR\0") => CodeKind::ReadyToRun,
        (_, 1..) => CodeKind::Native,
        _ if header.is_bytecode_only() && !header.has_fixups => CodeKind::Bytecode,
        _ => CodeKind::Mixed,
    };
    Some(Opened { header, metadata, kind })
}

/// The result of looking for bytecode in a file.
pub(crate) enum Found<'data> {
    /// The file says of none.
    Nothing,
    /// The file says of some, and it cannot be read.
    Unreadable(Gap),
    /// The bytecode, and true if machine code lies beside it.
    Bytecode(Box<Image<'data>>, bool),
}

/// Reads the bytecode of a file of Windows, as it lies on the disk or in memory.
pub(crate) fn read(bytes: &[u8], placement: Placement) -> Found<'_> {
    let mut gaps = Gaps::default();
    let Some(assembly) = Assembly::read(bytes, placement, &mut gaps) else { return Found::Nothing };
    let Some(opened) = open(&assembly, &mut gaps) else {
        // What lies behind the stated tables may be anything.
        if !assembly.is_stated {
            return Found::Nothing;
        }
        return Found::Unreadable(Gap::of("", &ManagedShortfall::Metadata));
    };
    if !assembly.is_stated {
        gaps.note(ManagedShortfall::UnstatedTable.into(), String::new);
    }
    let has_machine_code = opened.kind == CodeKind::Mixed;
    if has_machine_code {
        gaps.note(ManagedShortfall::MachineCode.into(), String::new);
    }
    let entry = opened.header.entry;
    let image = members::image(assembly, opened.metadata, entry, bytes.len(), gaps);
    Found::Bytecode(Box::new(image), has_machine_code)
}

/// Says what an assembly says about itself; `None` where a file has no bytecode that can be read.
pub(crate) fn about(bytes: &[u8], gaps: &mut Gaps) -> Option<DotNetIdentity> {
    // Gaps of the image itself are noted by the one who reads it.
    let mut noted = Gaps::default();
    let assembly = Assembly::read(bytes, Placement::File, &mut noted)?;
    let opened = open(&assembly, &mut noted)?;
    let (relative, size) = opened.header.resources;
    let resources = bytes_at(&assembly.sections, assembly.base, relative);
    let resources = part(resources, 0, size.into());
    Some(identity::of(&opened.metadata, opened.kind, resources, bytes.len(), gaps))
}
