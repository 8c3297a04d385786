//! True if code begins like a function: it only uses what a caller has set, and leaves the stack as it was.
//!
//! Compilers differ in how functions look, but all of them keep the calling convention: code that reads a register
//! nobody has set, or takes from the stack what it has not put there, is the middle of something.
//! Sources: System V ABI for i386 and AMD64, Microsoft x64 and x86 calling conventions, AAPCS64.

pub(crate) mod arm;
mod mips;

use demarche_image::{Architecture, Format, Image};
use iced_x86::{
    Code, Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, Mnemonic,
    OpAccess, OpKind, Register,
};

/// The beginning of the code at a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The code uses values that no caller sets, or takes from the stack what it has not put there.
    pub(crate) is_inner: bool,
    /// Its first instructions make a frame or save registers.
    pub(crate) makes_frame: bool,
    /// The code runs straight to a return or a jump with the stack as it was.
    pub(crate) is_whole: bool,
    /// The target of the jump that ends its straight run, with the bytes on the stack at that point.
    pub(crate) jump: Option<(u64, i64)>,
}

/// The number of bytes of arguments on the stack are believed.
const FARTHEST_ARGUMENT: u64 = 256;

/// The number of instructions that are looked at.
const LENGTH: usize = 40;

/// Reads the beginning of some code.
pub(crate) fn opening(image: &Image<'_>, bytes: &[u8], address: u64) -> Opening {
    let Image { architecture, format, .. } = *image;
    match architecture {
        Architecture::X86 => x86(32, format, bytes, address),
        Architecture::X86_64 => x86(64, format, bytes, address),
        Architecture::AArch64 => aarch64(bytes, address),
        Architecture::Arm | Architecture::ArmBig => arm::opening(bytes, address),
        Architecture::Mips | Architecture::MipsLittle => {
            mips::opening(bytes, address, architecture.byte_order())
        }
        Architecture::Cil => unreachable!("methods say where they begin"),
    }
}

/// A frame as it is built: what was set, and how much was pushed.
struct Frame {
    bitness: u32,
    /// The registers that hold something that the code may read, one bit each.
    set: u16,
    /// Bytes on the stack since the first instruction.
    depth: i64,
    /// True if the depth is still known.
    is_known: bool,
    has_stored: bool,
    /// The registers that hold an address on the stack, one bit each.
    stack: u16,
    opening: Opening,
}

fn x86(bitness: u32, format: Format, bytes: &[u8], address: u64) -> Opening {
    let window = bytes.get(..LENGTH * 15).unwrap_or(bytes);
    let mut decoder = Decoder::with_ip(bitness, window, address, DecoderOptions::NONE);
    let mut info = InstructionInfoFactory::new();
    let mut frame = Frame {
        bitness,
        set: at_entry(bitness, format),
        depth: 0,
        is_known: true,
        has_stored: false,
        stack: number(Register::RSP),
        opening: Opening::default(),
    };
    for position in 0..LENGTH {
        if !decoder.can_decode() {
            break;
        }
        let instruction = decoder.decode();
        if instruction.is_invalid() {
            frame.opening.is_inner = true;
            break;
        }
        if position < 3 && makes_frame(&instruction) {
            frame.opening.makes_frame = true;
        }
        frame.registers(&instruction, &mut info);
        frame.stack(&instruction);
        if frame.opening.is_inner || frame.ends(&instruction) {
            break;
        }
    }
    frame.opening
}

/// The registers that a caller sets, one bit each, and those whose use says nothing.
fn at_entry(bitness: u32, format: Format) -> u16 {
    const RAX: u16 = 1;
    const RCX: u16 = 1 << 1;
    const RDX: u16 = 1 << 2;
    const RSP: u16 = 1 << 4;
    const RSI: u16 = 1 << 6;
    const RDI: u16 = 1 << 7;
    const R8: u16 = 1 << 8;
    const R9: u16 = 1 << 9;
    match (bitness, format) {
        // Local functions take arguments in registers whatever the convention says.
        (32, _) => RAX | RCX | RDX | RSP,
        (_, Format::Pe) => RCX | RDX | RSP | R8 | R9,
        _ => RCX | RDX | RSP | RSI | RDI | R8 | R9,
    }
}

fn makes_frame(instruction: &Instruction) -> bool {
    match instruction.mnemonic() {
        Mnemonic::Endbr64 | Mnemonic::Endbr32 => true,
        // Constants are pushed first where a handler of exceptions is set up, or an argument is passed on.
        Mnemonic::Push => true,
        Mnemonic::Sub => instruction.op0_register().full_register() == Register::RSP,
        // `mov [rsp+8], rbx`, as Microsoft's compiler saves registers.
        Mnemonic::Mov => {
            instruction.op0_kind() == OpKind::Memory
                && instruction.memory_base() == Register::RSP
                && instruction.op1_kind() == OpKind::Register
                && instruction.memory_displacement64() >= 8
        }
        _ => false,
    }
}

impl Frame {
    fn registers(&mut self, instruction: &Instruction, info: &mut InstructionInfoFactory) {
        if self.saves(instruction) || is_idle(instruction) {
            return;
        }
        self.stack &= !number(instruction.op0_register()) | number(Register::RSP);
        if instruction.mnemonic() == Mnemonic::Mov
            && instruction.op1_register().full_register() == Register::RSP
        {
            self.stack |= number(instruction.op0_register());
        }
        if sets_all(instruction) {
            self.set |= number(instruction.op0_register());
            return;
        }
        // How many variadic arguments lie in vector registers is told in `al`.
        let counts = matches!(instruction.code(), Code::Test_rm8_r8)
            && instruction.op0_register() == Register::AL;
        let used = info.info(instruction).used_registers();
        for register in used.iter().filter(|used| used.register().is_gpr()) {
            let bit = 1_u16 << (register.register().full_register().number() & 15);
            let reads = matches!(
                register.access(),
                OpAccess::Read | OpAccess::CondRead | OpAccess::ReadWrite | OpAccess::ReadCondWrite
            );
            if reads && self.set & bit == 0 && !counts {
                self.opening.is_inner = true;
            }
        }
        for register in used.iter().filter(|used| used.register().is_gpr()) {
            if matches!(register.access(), OpAccess::Write | OpAccess::ReadWrite) {
                self.set |= 1 << (register.register().full_register().number() & 15);
            }
        }
    }

    /// Returns true if an instruction only puts a register away.
    fn saves(&self, instruction: &Instruction) -> bool {
        match instruction.mnemonic() {
            Mnemonic::Push => instruction.op0_kind() == OpKind::Register,
            Mnemonic::Mov | Mnemonic::Movaps | Mnemonic::Movups => {
                instruction.op0_kind() == OpKind::Memory
                    && instruction.op1_kind() == OpKind::Register
                    && self.stack & number(instruction.memory_base()) != 0
            }
            _ => false,
        }
    }

    fn stack(&mut self, instruction: &Instruction) {
        let word = i64::from(self.bitness / 8);
        self.memory(instruction);
        match instruction.mnemonic() {
            Mnemonic::Leave => self.depth = 0,
            Mnemonic::Call => {
                // Callees on Windows may take their arguments from the stack themselves.
                // Callees that tell the code its own address give it in any register.
                if self.bitness == 32 {
                    self.is_known = false;
                    self.set = u16::MAX;
                }
                self.set |= 0b1111_0000_0111;
            }
            Mnemonic::Mov | Mnemonic::And | Mnemonic::Lea | Mnemonic::Xchg
                if instruction.op0_register().full_register() == Register::RSP =>
            {
                self.is_known = false;
            }
            _ => self.depth -= i64::from(instruction.stack_pointer_increment()),
        }
        if instruction.op0_register().full_register() == Register::RSP {
            match (instruction.mnemonic(), instruction.try_immediate(1)) {
                (Mnemonic::Sub, Ok(size)) => self.depth += signed(size, self.bitness),
                (Mnemonic::Add, Ok(size)) => self.depth -= signed(size, self.bitness),
                (Mnemonic::Sub | Mnemonic::Add, Err(_)) => self.is_known = false,
                _ => {}
            }
        }
        let returns = instruction.flow_control() == FlowControl::Return;
        if self.is_known && self.depth < 0 && !returns && self.depth > -(word << 24) {
            self.opening.is_inner = true;
        }
    }

    /// Reads of the own frame before anything was stored there.
    fn memory(&mut self, instruction: &Instruction) {
        let base = instruction.memory_base().full_register();
        if base != Register::RSP || instruction.memory_index() != Register::None || !self.is_known {
            return;
        }
        let offset = instruction.memory_displacement64().cast_signed() - self.depth;
        let writes =
            instruction.op0_kind() == OpKind::Memory && instruction.mnemonic() != Mnemonic::Cmp;
        if instruction.mnemonic() == Mnemonic::Lea
            || writes
            || instruction.mnemonic() == Mnemonic::Call
        {
            self.has_stored = true;
        } else if (offset < 0 && !self.has_stored) || offset >= FARTHEST_ARGUMENT.cast_signed() {
            self.opening.is_inner = true;
        }
    }

    fn ends(&mut self, instruction: &Instruction) -> bool {
        match instruction.flow_control() {
            FlowControl::Return => {
                let popped = i64::from(instruction.stack_pointer_increment());
                let even = self.depth + popped.min(i64::from(self.bitness / 8)) == 0
                    || self.depth == -popped;
                if self.is_known && !even {
                    self.opening.is_inner = true;
                }
                self.opening.is_whole = even;
                true
            }
            FlowControl::UnconditionalBranch => {
                self.opening.is_whole = self.is_known && self.depth == 0;
                self.opening.jump = Some((instruction.near_branch_target(), self.depth));
                true
            }
            FlowControl::IndirectBranch => {
                self.opening.is_whole = self.is_known && self.depth == 0;
                true
            }
            FlowControl::Exception => true,
            FlowControl::Interrupt => instruction.mnemonic() == Mnemonic::Int3,
            _ => false,
        }
    }
}

/// Returns true if an instruction does nothing, such as the two bytes of room to patch in that Windows asks for.
fn is_idle(instruction: &Instruction) -> bool {
    instruction.mnemonic() == Mnemonic::Mov
        && instruction.op0_kind() == OpKind::Register
        && instruction.op0_register() == instruction.op1_register()
}

/// Returns true if an instruction sets a register without regard to what it held, although it reads it.
fn sets_all(instruction: &Instruction) -> bool {
    if instruction.op0_kind() != OpKind::Register {
        return false;
    }
    match (instruction.mnemonic(), instruction.try_immediate(1)) {
        (Mnemonic::Or, Ok(u64::MAX)) => true,
        (Mnemonic::Or, Ok(value)) => value == 0xffff_ffff && instruction.op0_register().size() == 4,
        (Mnemonic::And, Ok(0)) => true,
        (Mnemonic::Sbb, Err(_)) => instruction.op0_register() == instruction.op1_register(),
        _ => false,
    }
}

/// The bit of a register.
fn number(register: Register) -> u16 {
    if register.is_gpr() { 1 << (register.full_register().number() & 15) } else { 0 }
}

fn signed(value: u64, bitness: u32) -> i64 {
    let unused = 64 - bitness;
    (value << unused).cast_signed() >> unused
}

/// The same for 64-bit Arm, by the fields that most instructions share.
fn aarch64(bytes: &[u8], address: u64) -> Opening {
    let mut opening = Opening::default();
    // x0 to x8 carry arguments, x18 belongs to the platform, 31 is zero or the stack pointer.
    let mut set: u32 = 0x1ff | 1 << 18 | 1 << 31;
    let mut depth = 0_i64;
    let (words, _) = bytes.as_chunks::<4>();
    for (index, word) in words.iter().take(LENGTH).enumerate() {
        let word = u32::from_le_bytes(*word);
        let (target, source, second) = (word & 31, word >> 5 & 31, word >> 16 & 31);
        let is_set = |set: u32, register: u32| set >> register & 1 == 1;
        match word {
            // `ret`.
            _ if word & 0xffff_f000 == 0xd65f_0000 => {
                opening.is_whole = depth == 0;
                opening.is_inner |= depth != 0;
                return opening;
            }
            // `b`.
            _ if word & 0xfc00_0000 == 0x1400_0000 => {
                let words = i64::from((word << 6).cast_signed() >> 6);
                let location = address.wrapping_add(index as u64 * 4);
                opening.is_whole = depth == 0;
                opening.jump = Some((location.wrapping_add_signed(words * 4), depth));
                return opening;
            }
            // `bl`, `blr`.
            _ if word & 0xfc00_0000 == 0x9400_0000 || word & 0xfeff_f000 == 0xd63f_0000 => {
                set |= 0x7_ffff | 1 << 30;
            }
            _ if word & 0xfeff_f000 == 0xd61f_0000 => {
                opening.is_inner |= !is_set(set, source);
                return opening;
            }
            // `paciasp`, `bti c`, and what else hints.
            _ if word & 0xffff_f01f == 0xd503_201f => {
                opening.makes_frame |=
                    index == 0 && matches!(word, 0xd503_233f | 0xd503_245f | 0xd503_24df);
            }
            // `brk`.
            _ if word & 0xffe0_001f == 0xd420_0000 => return opening,
            // `cbz`, `tbz` and their opposites.
            _ if word & 0x7c00_0000 == 0x3400_0000 => opening.is_inner |= !is_set(set, target),
            // `mrs`.
            _ if word & 0xfff0_0000 == 0xd530_0000 => set |= 1 << target,
            _ if word & 0xff00_0000 == 0x5400_0000 || word & 0xff00_0000 == 0xd500_0000 => {}
            // `adr`, `adrp`, moves of constants.
            _ if word & 0x1f00_0000 == 0x1000_0000 || word & 0x1f80_0000 == 0x1280_0000 => {
                // `movk` keeps the other bits.
                let keeps = word & 0x7f80_0000 == 0x7280_0000;
                opening.is_inner |= keeps && !is_set(set, target);
                set |= 1 << target;
            }
            // The stack pointer moves by a constant.
            _ if word & 0xbf80_03ff == 0x9100_03ff => {
                let size = i64::from(word >> 10 & 0xfff) << (12 * (word >> 22 & 1));
                depth += if word >> 30 & 1 == 1 { size } else { -size };
                opening.makes_frame |= index < 3 && word >> 30 & 1 == 1;
                opening.is_inner |= depth < 0;
            }
            // The other operations on a register and a constant.
            _ if word & 0x1c00_0000 == 0x1000_0000 => {
                // A bit field insert keeps the other bits, but is often the first use of a register.
                opening.is_inner |= !is_set(set, source);
                set |= 1 << target;
            }
            // Loads and stores.
            _ if word & 0x0a00_0000 == 0x0800_0000 => {
                memory(word, index, &mut set, &mut depth, &mut opening);
            }
            // Operations on registers.
            _ if word & 0x0e00_0000 == 0x0a00_0000 => {
                opening.is_inner |= !is_set(set, source) || !is_set(set, second);
                set |= 1 << target;
            }
            // From vector registers to others.
            _ => {
                if word & 0x7f20_fc00 == 0x1e20_0000 && word >> 16 & 7 < 2 | 6 {
                    set |= 1 << target;
                }
            }
        }
        if opening.is_inner {
            return opening;
        }
    }
    opening
}

/// Loads and stores: the stack pointer, saved registers and what is loaded.
fn memory(word: u32, at: usize, set: &mut u32, depth: &mut i64, opening: &mut Opening) {
    const STACK: u32 = 31;
    let (target, source, second) = (word & 31, word >> 5 & 31, word >> 10 & 31);
    let is_vector = word >> 26 & 1 == 1;
    let is_pair = word & 0x3a00_0000 == 0x2800_0000;
    let is_literal = word & 0x3b00_0000 == 0x1800_0000;
    let is_single = word & 0x3a00_0000 == 0x3800_0000;
    let is_set = |set: u32, register: u32| set >> register & 1 == 1;
    if is_literal {
        if !is_vector {
            *set |= 1 << target;
        }
        return;
    }
    let is_load = if is_pair { word >> 22 & 1 == 1 } else { word >> 22 & 3 != 0 };
    if !is_set(*set, source) {
        opening.is_inner = true;
    }
    let has_index = is_single && word & 0x0120_0c00 == 0x0020_0800;
    if has_index && !is_set(*set, word >> 16 & 31) {
        opening.is_inner = true;
    }
    // Both ways to write the address back: before the access and after it.
    if is_pair && word >> 23 & 1 == 1 && source == STACK {
        let scale = if is_vector { 2 + (word >> 30) } else { 2 + (word >> 31) };
        let change = i64::from((word << 10).cast_signed() >> 25) << scale;
        *depth -= change;
    } else if is_single && word & 0x0120_0400 == 0x0000_0400 && source == STACK {
        *depth -= i64::from((word << 11).cast_signed() >> 23);
    }
    opening.is_inner |= *depth < 0;
    if source == STACK && !is_load {
        opening.makes_frame |= at < 3 && is_pair;
        return;
    }
    if source == STACK && *depth == 0 && word & 0x3b00_0000 == 0x3900_0000 {
        // Few functions have so many arguments that one lies so far up.
        let offset = u64::from(word >> 10 & 0xfff) << (word >> 30);
        opening.is_inner |= offset >= FARTHEST_ARGUMENT;
    }
    if is_vector || word & 0x3f00_0000 == 0x0800_0000 {
        // Exclusive accesses write a status; they hardly open a function.
        return;
    }
    if is_load {
        *set |= 1 << target;
        if is_pair {
            *set |= 1 << second;
        }
    } else if !is_set(*set, target) || (is_pair && !is_set(*set, second)) {
        opening.is_inner = true;
    }
}
