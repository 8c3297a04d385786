//! 32-bit and 64-bit x86.

mod call;
mod exact;
mod integer;
mod operand;
mod scalar;
mod stack_float;

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind};

use super::expressions::Value;
use super::hash::mix;
use super::machine::{Lifted, Machine};

/// Runs the instructions of a block; it ends early at bytes that are none.
pub(crate) fn run(
    machine: &mut Machine<'_>,
    bitness: u32,
    bytes: &[u8],
    address: u64,
    lifted: &mut Lifted,
) {
    let mut decoder = Decoder::with_ip(bitness, bytes, address, DecoderOptions::NONE);
    let mut instruction = Instruction::default();
    while decoder.can_decode() {
        let before = decoder.position();
        decoder.decode_out(&mut instruction);
        if instruction.is_invalid() {
            return;
        }
        let rest = &bytes[before..];
        let hash = exact::hash(machine.surroundings, &decoder, &instruction, rest);
        lifted.exact = mix(lifted.exact, hash);
        lifted.instructions += 1;
        step(machine, &instruction);
    }
}

fn step(machine: &mut Machine<'_>, instruction: &Instruction) {
    let done = integer::step(machine, instruction)
        || call::step(machine, instruction)
        || scalar::step(machine, instruction)
        || stack_float::step(machine, instruction);
    if !done {
        unnamed(machine, instruction);
    }
}

/// Any other instruction: what it writes is an operation on what it reads.
fn unnamed(machine: &mut Machine<'_>, instruction: &Instruction) {
    if matches!(instruction.mnemonic(), Mnemonic::Nop | Mnemonic::Endbr32 | Mnemonic::Endbr64) {
        return;
    }
    let count = instruction.op_count();
    if count == 0 {
        return;
    }
    let writes = instruction.op_kind(0) == OpKind::Register;
    let first = operand::get(machine, instruction, if count > 1 { 1 } else { 0 });
    let second = match count {
        1 => Value::number(0),
        2 if writes => operand::get(machine, instruction, 0),
        2 => Value::number(0),
        _ => operand::get(machine, instruction, 2),
    };
    let kind = u32::from(instruction.mnemonic() as u16);
    let value = machine.other(kind, first, second);
    if writes {
        operand::set(machine, instruction, 0, value);
    }
}
