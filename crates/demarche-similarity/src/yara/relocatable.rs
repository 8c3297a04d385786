//! The bytes of an instruction that change when the code, or its targets, move.

use demarche_image::{Architecture, Image, VirtualAddress};
use iced_x86::{Decoder, DecoderOptions, Instruction, OpKind};

use super::pattern::Pattern;

/// The pattern of an instruction, and its length in bytes.
pub(crate) struct Masked {
    pub(crate) length: usize,
    pub(crate) pattern: Pattern,
}

/// The patterns of the instructions of a block, as far as they can be read.
pub(crate) fn patterns(image: &Image<'_>, start: VirtualAddress, block: &[u8]) -> Vec<Masked> {
    match image.architecture {
        Architecture::X86 => x86(image, start, block, 32),
        Architecture::X86_64 => x86(image, start, block, 64),
        Architecture::AArch64 => aarch64(block),
        Architecture::Arm | Architecture::ArmBig => fixed(demarche_code::arm_fixed(start, block)),
        Architecture::Mips | Architecture::MipsLittle => {
            fixed(demarche_code::mips_fixed(image.architecture.byte_order(), block))
        }
        Architecture::Cil => bytecode(block),
    }
}

/// Instructions with masks of the bits that stay.
fn fixed(instructions: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<Masked> {
    let masked = instructions.into_iter().map(|(bytes, masks)| {
        let mut pattern = Pattern::default();
        pattern.push(&bytes, masks.into_iter());
        Masked { length: bytes.len(), pattern }
    });
    masked.collect()
}

/// Instructions of bytecode: a token counts the rows of a table, which another build has otherwise.
fn bytecode(block: &[u8]) -> Vec<Masked> {
    let tokens = demarche_code::bytecode_tokens(block);
    let masked = tokens.into_iter().map(|(bytes, token)| {
        let mut masks = vec![0xff; bytes.len()];
        if let Some(token) = token {
            hide(&mut masks, token, 4);
        }
        let mut pattern = Pattern::default();
        pattern.push(bytes, masks.into_iter());
        Masked { length: bytes.len(), pattern }
    });
    masked.collect()
}

fn x86(image: &Image<'_>, start: VirtualAddress, block: &[u8], bits: u32) -> Vec<Masked> {
    let mut decoder = Decoder::with_ip(bits, block, start.0, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    let (mut masked, mut rest) = (Vec::new(), block);
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        let Some((bytes, after)) = rest.split_at_checked(instruction.len()) else { break };
        if instruction.is_invalid() || bytes.is_empty() {
            break;
        }
        let mut masks = vec![0xff; bytes.len()];
        let offsets = decoder.get_constant_offsets(&instruction);
        if offsets.has_displacement() && moves_displacement(image, &instruction) {
            hide(&mut masks, offsets.displacement_offset(), offsets.displacement_size());
        }
        if offsets.has_immediate() && moves_immediate(image, &instruction) {
            hide(&mut masks, offsets.immediate_offset(), offsets.immediate_size());
        }
        hide_relocated(image, VirtualAddress(instruction.ip()), &mut masks);
        let mut pattern = Pattern::default();
        pattern.push(bytes, masks.into_iter());
        masked.push(Masked { length: bytes.len(), pattern });
        rest = after;
    }
    masked
}

fn hide(masks: &mut [u8], offset: usize, size: usize) {
    masks.iter_mut().skip(offset).take(size).for_each(|mask| *mask = 0);
}

/// Hides the bytes that the loader fills in.
fn hide_relocated(image: &Image<'_>, address: VirtualAddress, masks: &mut [u8]) {
    for (slot, offset) in (0..).map(|count| address.plus(count)).zip(0..masks.len()) {
        if image.pointer(slot).is_some() {
            hide(masks, offset, image.pointer_size());
        }
    }
}

/// The lowest base of an image whose addresses stand in its code: lower ones are those of code that runs anywhere, and
/// numbers that look like its addresses are only numbers.
const LOWEST_BASE: u64 = 0x1_0000;

/// Returns true if a number in the code can be an address.
fn is_address(image: &Image<'_>, number: u64) -> bool {
    image.base.0 >= LOWEST_BASE && image.section(VirtualAddress(number)).is_some()
}

/// Returns true if a displacement is an address, or a distance to one.
fn moves_displacement(image: &Image<'_>, instruction: &Instruction) -> bool {
    instruction.is_ip_rel_memory_operand() || is_address(image, instruction.memory_displacement64())
}

/// Returns true if an immediate operand is an address, or the distance to one further off than a short jump goes.
fn moves_immediate(image: &Image<'_>, instruction: &Instruction) -> bool {
    (0..instruction.op_count()).any(|operand| match instruction.op_kind(operand) {
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64 => {
            !instruction.is_jmp_short() && !instruction.is_jcc_short()
        }
        OpKind::FarBranch16 | OpKind::FarBranch32 => true,
        OpKind::Immediate32 | OpKind::Immediate64 | OpKind::Immediate32to64 => {
            is_address(image, instruction.immediate(operand))
        }
        _ => false,
    })
}

/// Masks of the four bytes of an instruction, the lowest first, where part of it changes.
const PAGE: [u8; 4] = [0x00, 0x00, 0x00, 0x0f];
const BRANCH: [u8; 4] = [0x00, 0x00, 0x00, 0xf0];
const OFFSET: [u8; 4] = [0xff, 0x00, 0x00, 0xff];
const WHOLE: [u8; 4] = [0xff; 4];

/// Encodings: Arm Architecture Reference Manual for A-profile, C4.1.
fn aarch64(block: &[u8]) -> Vec<Masked> {
    let mut pages = [false; 32];
    let mut masked = Vec::new();
    for bytes in block.as_chunks::<4>().0 {
        let word = u32::from_le_bytes(*bytes);
        let (target, base) = ((word & 0x1f) as usize, (word >> 5 & 0x1f) as usize);
        let uses_page = pages[base] && (is_add(word) || is_load_or_store(word));
        let masks = match word {
            // ADR and ADRP.
            _ if word & 0x1f00_0000 == 0x1000_0000 => PAGE,
            // B and BL.
            _ if word & 0x7c00_0000 == 0x1400_0000 => BRANCH,
            // LDR of a literal.
            _ if word & 0x3b00_0000 == 0x1800_0000 => [0x00, 0x00, 0x00, 0xff],
            _ if uses_page => OFFSET,
            _ => WHOLE,
        };
        if is_add(word) || is_load(word) || masks == PAGE {
            pages[target] = word & 0x9f00_0000 == 0x9000_0000;
        }
        let mut pattern = Pattern::default();
        pattern.push(bytes, masks.into_iter());
        masked.push(Masked { length: bytes.len(), pattern });
    }
    masked
}

/// ADD of an immediate to a 64-bit register.
fn is_add(word: u32) -> bool {
    word & 0xff80_0000 == 0x9100_0000
}

/// A load or store with an unsigned offset.
fn is_load_or_store(word: u32) -> bool {
    word & 0x3b00_0000 == 0x3900_0000
}

/// A load into a general register.
fn is_load(word: u32) -> bool {
    is_load_or_store(word) && word & 0x0400_0000 == 0 && word & 0x00c0_0000 != 0
}

#[cfg(test)]
mod tests {
    use demarche_image::read_raw;

    use super::*;

    fn text(architecture: Architecture, base: u64, code: &[u8]) -> String {
        let image = read_raw(code, architecture, VirtualAddress(base));
        let parts = patterns(&image, VirtualAddress(base), code);
        parts.iter().map(|part| part.pattern.to_string()).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn distances_and_addresses_are_hidden_and_constants_are_not() {
        let code = [
            0xe8, 1, 2, 3, 4, // call
            0x48, 0x8b, 0x05, 1, 2, 3, 4, // mov rax, [rip+...]
            0xbf, 0x02, 0x10, 0x40, 0x00, // mov edi, an address
            0xb8, 0x78, 0x56, 0x34, 0x12, // mov eax, 0x12345678
            0x74, 0x05, // je short
            0x8b, 0x45, 0xfc, // mov eax, [rbp-4]
        ];
        assert_eq!(
            text(Architecture::X86_64, 0x40_1000, &code),
            "E8 ?? ?? ?? ?? | 48 8B 05 ?? ?? ?? ?? | BF ?? ?? ?? ?? | B8 78 56 34 12 | 74 05 | 8B 45 FC"
        );
    }

    #[test]
    fn pages_and_their_offsets_are_hidden() {
        let words = [
            0x9000_0000_u32, // adrp x0
            0x9100_4000,     // add x0, x0, #16
            0x9100_4021,     // add x1, x1, #16
            0x9400_0010,     // bl
            0xf940_0402,     // ldr x2, [x0, #8], no page any more
        ];
        let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(
            text(Architecture::AArch64, 0x1000, &code),
            "?? ?? ?? ?0 | 00 ?? ?? 91 | 21 40 00 91 | ?? ?? ?? 9? | 02 04 40 F9"
        );
    }
}
