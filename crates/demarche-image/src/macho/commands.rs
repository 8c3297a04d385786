use object::macho::{DyldInfoCommand, LinkeditDataCommand, SymtabCommand};
use object::read::macho::{LoadCommandData, LoadCommandVariant, Section as _};
use object::{LittleEndian, macho};

use super::header::Class;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, part, u32_at, u64_at};
use crate::segment::Segment;
use crate::{Architecture, VirtualAddress};

/// The load commands, sorted by what they are for.
#[derive(Default)]
pub(crate) struct Commands<'data> {
    pub(crate) segments: Vec<NamedSegment>,
    /// All sections of all segments, in the order that symbols count them.
    pub(crate) sections: Vec<NamedSection>,
    pub(crate) symbols: Option<&'data SymtabCommand<LittleEndian>>,
    pub(crate) function_starts: Option<&'data LinkeditDataCommand<LittleEndian>>,
    pub(crate) exports: Option<&'data LinkeditDataCommand<LittleEndian>>,
    pub(crate) chained: Option<&'data LinkeditDataCommand<LittleEndian>>,
    pub(crate) dynamic: Option<&'data DyldInfoCommand<LittleEndian>>,
    /// The libraries, in the order that imports count them from one; their file names in lower case.
    pub(crate) libraries: Vec<String>,
    /// The place where execution begins, as an offset in the file.
    entry_offset: Option<u64>,
    /// The registers that a thread begins with: kinds of state and their words.
    thread: Option<&'data [u8]>,
    /// The distance by which everything was moved from where the file wants it.
    slide: u64,
}

/// A segment and its name.
pub(crate) struct NamedSegment {
    pub(crate) name: Vec<u8>,
    pub(crate) segment: Segment,
}

/// A section as its header describes it.
pub(crate) struct NamedSection {
    pub(crate) name: String,
    pub(crate) address: u64,
    pub(crate) size: u64,
    /// `None` where its bytes are zeros that the file leaves out.
    pub(crate) offset: Option<u64>,
    pub(crate) flags: u32,
    /// True if its segment may run and be written.
    pub(crate) is_executable: bool,
    pub(crate) is_writable: bool,
}

impl<'data> Commands<'data> {
    pub(crate) fn read<C: Class>(header: &C, bytes: &'data [u8], gaps: &mut Gaps) -> Self {
        let mut commands = Self::default();
        let Ok(mut iterator) = header.load_commands(LittleEndian, bytes, 0) else {
            gaps.note(ImageShortfall::LoadCommandsOutside, String::new);
            return commands;
        };
        loop {
            match iterator.next() {
                Ok(Some(command)) => {
                    if commands.add(command).is_err() {
                        gaps.note(ImageShortfall::LoadCommand, || {
                            format!(
                                "command {:#x} at offset {:#x}",
                                command.cmd().0,
                                command.offset()
                            )
                        });
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    gaps.note(ImageShortfall::LoadCommands, String::new);
                    break;
                }
            }
        }
        commands
    }

    fn add(&mut self, command: LoadCommandData<'data, LittleEndian>) -> object::read::Result<()> {
        match command.variant()? {
            LoadCommandVariant::Segment32(segment, data) => self.segment(segment, data),
            LoadCommandVariant::Segment64(segment, data) => self.segment(segment, data),
            LoadCommandVariant::Symtab(symbols) => self.symbols = self.symbols.or(Some(symbols)),
            LoadCommandVariant::DyldInfo(load) => self.dynamic = self.dynamic.or(Some(load)),
            LoadCommandVariant::EntryPoint(load) => {
                self.entry_offset = Some(load.entryoff.get(LittleEndian));
            }
            LoadCommandVariant::Thread(_, state) => self.thread = Some(state),
            LoadCommandVariant::Dylib(load) => {
                let path = command.string(LittleEndian, load.dylib.name)?;
                let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
                self.libraries.push(String::from_utf8_lossy(name_at(name, 0)).to_ascii_lowercase());
            }
            LoadCommandVariant::LinkeditData(load) => {
                let kept = match command.cmd() {
                    macho::LC_FUNCTION_STARTS => &mut self.function_starts,
                    macho::LC_DYLD_EXPORTS_TRIE => &mut self.exports,
                    macho::LC_DYLD_CHAINED_FIXUPS => &mut self.chained,
                    _ => return Ok(()),
                };
                let _ = kept.get_or_insert(load);
            }
            _ => {}
        }
        Ok(())
    }

    fn segment<S>(&mut self, loaded: &S, data: &'data [u8])
    where
        S: object::read::macho::Segment<Endian = LittleEndian>,
    {
        let end = LittleEndian;
        let protection = loaded.initprot(end).0;
        let size: u64 = loaded.vmsize(end).into();
        let segment = Segment {
            address: loaded.vmaddr(end).into(),
            size,
            offset: loaded.fileoff(end).into(),
            present: loaded.filesize(end).into().min(size),
            is_executable: protection & 4 != 0,
            is_writable: protection & 2 != 0,
        };
        for section in loaded.sections(end, data).into_iter().flatten() {
            let flags = section.flags(end).0;
            // Zeros: ordinary, huge, and for threads.
            let is_zero = matches!(flags & 0xff, 0x1 | 0xc | 0x12);
            self.sections.push(NamedSection {
                name: String::from_utf8_lossy(section.name()).into_owned(),
                address: section.addr(end).into(),
                size: section.size(end).into(),
                offset: (!is_zero).then(|| section.offset(end).into()),
                flags,
                is_executable: segment.is_executable,
                is_writable: segment.is_writable,
            });
        }
        self.segments.push(NamedSegment { name: loaded.name().to_vec(), segment });
    }

    /// Moves everything to another base.
    pub(crate) fn move_to(&mut self, base: VirtualAddress) {
        self.slide = base.0.wrapping_sub(self.base().0);
        for part in &mut self.segments {
            part.segment.address = part.segment.address.wrapping_add(self.slide);
        }
        for section in &mut self.sections {
            section.address = section.address.wrapping_add(self.slide);
        }
    }

    /// The address of the file's first byte in memory.
    pub(crate) fn base(&self) -> VirtualAddress {
        let text = self.segments.iter().find(|segment| segment.name == b"__TEXT");
        let lowest = || self.segments.iter().find(|part| part.segment.present > 0);
        VirtualAddress(text.or_else(lowest).map_or(0, |part| part.segment.address))
    }

    /// The place where execution begins: an offset in the file, or in older files a register of the first thread.
    pub(crate) fn entry(&self, architecture: Architecture) -> Option<VirtualAddress> {
        if let Some(offset) = self.entry_offset {
            return Some(self.base().plus(offset));
        }
        // A kind of state, its size in words, then its words; the program counter is the one of that number.
        let (kind, word) = match architecture {
            Architecture::X86 => (1, 10),
            Architecture::X86_64 => (4, 16),
            Architecture::AArch64 => (6, 32),
            Architecture::Arm
            | Architecture::ArmBig
            | Architecture::Mips
            | Architecture::MipsLittle
            | Architecture::Cil => return None,
        };
        let state = self.thread.filter(|state| u32_at(state, 0) == Some(kind))?.get(8..)?;
        let counter = match architecture.pointer_size() {
            4 => u32_at(state, word * 4)?.into(),
            _ => u64_at(state, word * 8)?,
        };
        Some(VirtualAddress(counter.wrapping_add(self.slide)))
    }

    /// The name of a library by its number; empty where the number stands for something else.
    pub(crate) fn library(&self, number: i64) -> &str {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        index.and_then(|index| self.libraries.get(index)).map_or("", String::as_str)
    }

    /// The address of a place in a segment.
    pub(crate) fn place(&self, segment: usize, offset: u64) -> Option<VirtualAddress> {
        let segment = &self.segments.get(segment)?.segment;
        (offset < segment.size).then(|| VirtualAddress(segment.address.wrapping_add(offset)))
    }

    /// The bytes of a segment in the file.
    pub(crate) fn contents<'file>(&self, segment: usize, bytes: &'file [u8]) -> &'file [u8] {
        let segment = self.segments.get(segment).map(|named| &named.segment);
        segment.map_or(&[], |segment| part(bytes, segment.offset, segment.present))
    }
}
