//! 32-bit and 64-bit x86, as far as the walk needs it.

mod registers;

use iced_x86::{
    Code, Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register,
};

use self::registers::Registers;
use super::code_map::as_u32;
use super::flow::{Flow, JumpTable, Reference, Step};

/// Decodes one run of code.
pub(crate) struct X86<'image> {
    decoder: Decoder<'image>,
    instruction: Instruction,
    address: u64,
    bitness: u32,
    /// The lowest and highest address of code, to tell constants that may be addresses.
    code: (u64, u64),
    /// True if code finds its data through a global offset table, as on Unix.
    has_table: bool,
    global_offset_table: Vote,
    /// The place where the last call of this straight run returns to.
    returned: u64,
}

/// The address of the global offset table in position-independent 32-bit code, by a running majority.
///
/// Such code asks for its own address by a call and adds a constant, so every function names the table once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Vote {
    value: u64,
    count: u32,
}

impl Vote {
    fn add(&mut self, value: u64) {
        if self.count == 0 {
            *self = Self { value, count: 1 };
        } else if self.value == value {
            self.count += 1;
        } else {
            self.count -= 1;
        }
    }

    /// One function alone may have added anything.
    fn value(self) -> Option<u64> {
        (self.count > 1).then_some(self.value)
    }
}

impl<'image> X86<'image> {
    pub(crate) fn new(
        bitness: u32,
        bytes: &'image [u8],
        address: u64,
        code: (u64, u64),
        has_table: bool,
    ) -> Self {
        let decoder = Decoder::with_ip(bitness, bytes, address, DecoderOptions::NONE);
        Self {
            decoder,
            instruction: Instruction::default(),
            address,
            bitness,
            code,
            has_table,
            global_offset_table: Vote::default(),
            returned: 0,
        }
    }

    /// The same knowledge on another run of code.
    pub(crate) fn moved(&self, bytes: &'image [u8], address: u64) -> Self {
        let fresh = Self::new(self.bitness, bytes, address, self.code, self.has_table);
        Self { global_offset_table: self.global_offset_table, ..fresh }
    }

    /// Goes to an offset in the run of code; `false` where it lies outside.
    pub(crate) fn seek(&mut self, offset: u32) -> bool {
        self.returned = self.address.wrapping_add(u64::from(offset));
        self.decoder.set_ip(self.returned);
        self.decoder.set_position(offset as usize).is_ok()
    }

    /// Decodes the next instruction; `None` where the bytes are none.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step> {
        let mut instruction = self.instruction;
        self.decoder.decode_out(&mut instruction);
        self.instruction = instruction;
        if instruction.is_invalid() {
            return None;
        }
        let length = u32::try_from(instruction.len()).unwrap_or(1);
        let flow = self.flow(&instruction);
        let reference = self.reference(&instruction);
        Some(Step { length, flow, reference, literal: None })
    }

    /// The instruction that was decoded last.
    pub(crate) fn last(&self) -> &Instruction {
        &self.instruction
    }

    fn flow(&mut self, instruction: &Instruction) -> Flow {
        match instruction.flow_control() {
            FlowControl::Next | FlowControl::XbeginXabortXend => Flow::Next,
            FlowControl::UnconditionalBranch if is_near(instruction) => {
                Flow::Jump(instruction.near_branch_target())
            }
            FlowControl::ConditionalBranch => Flow::Branch(instruction.near_branch_target()),
            FlowControl::Return => Flow::Return,
            FlowControl::Call if is_near(instruction) => {
                self.returned = instruction.next_ip();
                Flow::Call(instruction.near_branch_target())
            }
            // System calls and their kind come back.
            FlowControl::Call => Flow::Next,
            FlowControl::IndirectCall => {
                self.returned = instruction.next_ip();
                self.slot(instruction).map_or(Flow::CallUnknown, Flow::CallSlot)
            }
            FlowControl::IndirectBranch => {
                self.slot(instruction).map_or(Flow::JumpUnknown, Flow::JumpSlot)
            }
            // 0x29 is `__fastfail` on Windows.
            FlowControl::Interrupt => match (instruction.mnemonic(), instruction.op0_kind()) {
                (Mnemonic::Int3, _) => Flow::Halt,
                (Mnemonic::Int, OpKind::Immediate8) if instruction.immediate8() == 0x29 => {
                    Flow::Halt
                }
                _ => Flow::Next,
            },
            FlowControl::UnconditionalBranch | FlowControl::Exception => Flow::Halt,
        }
    }

    /// The one place in memory that an indirect call or jump reads.
    fn slot(&self, instruction: &Instruction) -> Option<u64> {
        if instruction.op0_kind() != OpKind::Memory || instruction.memory_index() != Register::None
        {
            return None;
        }
        if instruction.is_ip_rel_memory_operand() || instruction.memory_base() == Register::None {
            return Some(self.wrap(instruction.memory_displacement64()));
        }
        // Position-independent 32-bit code reaches its slots from `ebx` by convention of the System V ABI.
        let table = self.global_offset_table.value()?;
        (self.bitness == 32 && instruction.memory_base() == Register::EBX)
            .then(|| self.wrap(table.wrapping_add(instruction.memory_displacement64())))
    }

    fn wrap(&self, address: u64) -> u64 {
        if self.bitness == 32 { address & 0xffff_ffff } else { address }
    }

    fn reference(&mut self, instruction: &Instruction) -> Option<Reference> {
        let code = instruction.code();
        if code == Code::Lea_r64_m {
            return instruction
                .is_ip_rel_memory_operand()
                .then(|| Reference::Computed(instruction.memory_displacement64()));
        }
        if self.bitness == 32 {
            match code {
                Code::Add_rm32_imm32 | Code::Add_EAX_imm32 => {
                    let sum = self.returned.wrapping_add(u64::from(instruction.immediate32()));
                    // The table lies behind the code; a plain sum of numbers hardly lands there.
                    let sum = self.wrap(sum);
                    if self.has_table && sum > self.code.0 && sum - self.code.0 < 1 << 28 {
                        self.global_offset_table.add(sum);
                    }
                    return None;
                }
                Code::Lea_r32_m if instruction.memory_index() == Register::None => {
                    let offset = instruction.memory_displacement64();
                    if instruction.memory_base() == Register::None {
                        return Some(Reference::Constant(offset));
                    }
                    let base = self.global_offset_table.value()?;
                    return Some(Reference::Computed(self.wrap(base.wrapping_add(offset))));
                }
                _ => {}
            }
        }
        if instruction.memory_index_scale() >= 4 && instruction.memory_displ_size() >= 4 {
            // A table that is indexed at once.
            let offset = instruction.memory_displacement64();
            let global = self.global_offset_table.value();
            return match (instruction.memory_base(), global) {
                (Register::None, _) => Some(Reference::Constant(offset)),
                (_, Some(base)) if self.bitness == 32 => {
                    Some(Reference::Computed(self.wrap(base.wrapping_add(offset))))
                }
                _ => None,
            };
        }
        let last = instruction.op_count().checked_sub(1)?;
        let value = match instruction.op_kind(last) {
            OpKind::Immediate32 => u64::from(instruction.immediate32()),
            OpKind::Immediate32to64 => instruction.immediate32to64().cast_unsigned(),
            OpKind::Immediate64 => instruction.immediate64(),
            _ => return None,
        };
        let moves =
            matches!(instruction.mnemonic(), Mnemonic::Mov | Mnemonic::Push | Mnemonic::Cmp);
        (moves && self.code.0 <= value && value <= self.code.1)
            .then_some(Reference::Constant(value))
    }

    /// The number of bytes of padding at the beginning of some bytes.
    pub(crate) fn padding(&self, bytes: &[u8]) -> u32 {
        match bytes {
            // `hlt` stands behind calls that never return, too.
            [0xcc | 0x90 | 0xf4 | 0, ..] => return 1,
            // `mov edi, edi` in front of a frame is where Windows patches running code.
            [0x8b, 0xff, 0x55, ..] => return 0,
            _ => {}
        }
        let mut decoder = Decoder::new(self.bitness, bytes, DecoderOptions::NONE);
        let instruction = decoder.decode();
        let idle = match instruction.mnemonic() {
            Mnemonic::Nop => true,
            Mnemonic::Lea => {
                instruction.op0_register() == instruction.memory_base()
                    && instruction.memory_index() == Register::None
                    && instruction.memory_displacement64() == 0
            }
            Mnemonic::Mov | Mnemonic::Xchg => {
                instruction.op1_kind() == OpKind::Register
                    && instruction.op0_register() == instruction.op1_register()
            }
            _ => false,
        };
        if idle { as_u32(instruction.len()) } else { 0 }
    }

    /// The table that the indirect jump at the end of some straight code goes by.
    ///
    /// `bytes` begin at an instruction at `address`; the last instruction is the jump.
    pub(crate) fn jump_table(&self, bytes: &[u8], address: u64) -> Option<JumpTable> {
        let mut decoder = Decoder::with_ip(self.bitness, bytes, address, DecoderOptions::NONE);
        let got = if self.bitness == 32 { self.global_offset_table.value() } else { None };
        let mut registers = Registers::new(self.bitness, got);
        let mut default = Instruction::default();
        while decoder.can_decode() {
            decoder.decode_out(&mut default);
            if decoder.position() == bytes.len() {
                return registers.jump(&default);
            }
            registers.run(&default);
        }
        None
    }
}

fn is_near(instruction: &Instruction) -> bool {
    matches!(
        instruction.op0_kind(),
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64
    )
}
