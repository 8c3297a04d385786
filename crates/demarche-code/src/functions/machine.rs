use demarche_image::{Architecture, Format, Image};

use super::aarch64::AArch64;
use super::arm::Arm;
use super::flow::{JumpTable, Step};
use super::mips::Mips;
use super::x86::X86;

/// A decoder for one run of code, whatever the instruction set.
pub(crate) enum Machine<'bytes> {
    X86(Box<X86<'bytes>>),
    AArch64(Box<AArch64<'bytes>>),
    Arm(Box<Arm<'bytes>>),
    Mips(Box<Mips<'bytes>>),
}

impl<'bytes> Machine<'bytes> {
    /// `code` is the lowest and the highest address that a plain number may be meant as.
    pub(crate) fn new(
        image: &'bytes Image<'bytes>,
        bytes: &'bytes [u8],
        address: u64,
        code: (u64, u64),
    ) -> Self {
        let has_table = image.format == Format::Elf;
        let x86 = |bitness| Self::X86(Box::new(X86::new(bitness, bytes, address, code, has_table)));
        match image.architecture {
            Architecture::X86 => x86(32),
            Architecture::X86_64 => x86(64),
            Architecture::AArch64 => Self::AArch64(Box::new(AArch64::new(bytes, address))),
            Architecture::Arm | Architecture::ArmBig => {
                Self::Arm(Box::new(Arm::new(image, bytes, address)))
            }
            Architecture::Mips | Architecture::MipsLittle => {
                Self::Mips(Box::new(Mips::new(image, bytes, address)))
            }
            Architecture::Cil => unreachable!("bytecode has a reader of its own"),
        }
    }

    /// Goes over to another run of code, with what is known of the program.
    pub(crate) fn go_to(
        &mut self,
        image: &'bytes Image<'bytes>,
        bytes: &'bytes [u8],
        address: u64,
    ) {
        match self {
            Self::X86(reader) => **reader = reader.moved(bytes, address),
            Self::AArch64(reader) => **reader = AArch64::new(bytes, address),
            Self::Arm(reader) => **reader = Arm::new(image, bytes, address),
            Self::Mips(reader) => **reader = Mips::new(image, bytes, address),
        }
    }

    /// Goes to an offset in the run of code; `false` where no instruction can begin there.
    pub(crate) fn seek(&mut self, offset: u32) -> bool {
        match self {
            Self::X86(reader) => reader.seek(offset),
            Self::AArch64(reader) => reader.seek(offset),
            Self::Arm(reader) => reader.seek(offset),
            Self::Mips(reader) => reader.seek(offset),
        }
    }

    /// Decodes the next instruction; `None` where the bytes are none.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step> {
        match self {
            Self::X86(reader) => reader.step(),
            Self::AArch64(reader) => reader.step(),
            Self::Arm(reader) => reader.step(),
            Self::Mips(reader) => reader.step(),
        }
    }

    /// The number of bytes of padding at the beginning of some bytes: one instruction that does nothing, or filling.
    pub(crate) fn padding(&self, bytes: &[u8], address: u64) -> u32 {
        match self {
            Self::X86(reader) => reader.padding(bytes),
            Self::AArch64(_) => AArch64::padding(bytes),
            Self::Arm(_) => Arm::padding(bytes, address & 1 == 1),
            Self::Mips(_) => Mips::padding(bytes),
        }
    }

    /// The table that the indirect jump at the end of some straight code at an address goes by.
    pub(crate) fn jump_table(&self, bytes: &[u8], address: u64) -> Option<JumpTable> {
        match self {
            Self::X86(reader) => reader.jump_table(bytes, address),
            Self::AArch64(_) => AArch64::jump_table(bytes, address),
            Self::Arm(reader) => reader.jump_table(bytes, address),
            Self::Mips(reader) => reader.jump_table(bytes),
        }
    }
}
