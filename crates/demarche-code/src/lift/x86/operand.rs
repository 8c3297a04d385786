//! Operands, read and written.

use iced_x86::{Instruction, MemorySize, OpKind, Register};

use crate::functions::as_u32;
use crate::lift::expressions::Value;
use crate::lift::machine::{Machine, STACK_FLOATS, VECTORS};

/// The register that an instruction's register is a part of; `None` for segments, flags and the like.
pub(crate) fn register(register: Register) -> Option<u8> {
    let full = register.full_register();
    let number = u8::try_from(full.number()).ok()?;
    if full.is_gpr() {
        (number < 16).then_some(number)
    } else if full.is_vector_register() {
        Some(VECTORS + (number & 15))
    } else {
        None
    }
}

/// The place of a register of the floating-point unit, counted from the top of its stack.
pub(crate) fn stack_float(machine: &Machine<'_>, position: u8) -> u8 {
    STACK_FLOATS + (machine.state.top.wrapping_add(position) & 7)
}

fn numbered_float(machine: &Machine<'_>, register: Register) -> Option<u8> {
    let position =
        (register as u32).checked_sub(Register::ST0 as u32).filter(|position| *position < 8)?;
    u8::try_from(position).ok().map(|position| stack_float(machine, position))
}

fn is_second_byte(register: Register) -> bool {
    matches!(register, Register::AH | Register::BH | Register::CH | Register::DH)
}

fn is_float(size: MemorySize) -> bool {
    matches!(size, MemorySize::Float32 | MemorySize::Float64 | MemorySize::Float80)
}

/// The number of bytes that an instruction's memory operand has.
pub(crate) fn width(instruction: &Instruction) -> u32 {
    as_u32(instruction.memory_size().size())
}

/// The number of bits that the first operand has.
pub(crate) fn bits(instruction: &Instruction) -> u32 {
    let bytes = match instruction.op0_kind() {
        OpKind::Register => as_u32(instruction.op0_register().size()),
        OpKind::Memory => width(instruction),
        _ => 4,
    };
    bytes * 8
}

/// The address of an instruction's memory operand.
pub(crate) fn address(machine: &mut Machine<'_>, instruction: &Instruction) -> Value {
    if matches!(instruction.segment_prefix(), Register::FS | Register::GS) {
        return machine.expressions.variable();
    }
    if instruction.is_ip_rel_memory_operand() {
        return Value::address(instruction.ip_rel_memory_address());
    }
    let is_wide = machine.surroundings.is_wide;
    let displacement = if is_wide {
        instruction.memory_displacement64()
    } else {
        u64::from(instruction.memory_displacement32())
    };
    let base = register(instruction.memory_base());
    let index = register(instruction.memory_index());
    let is_alone = base.is_none() && index.is_none();
    let is_address = machine.surroundings.is_address(displacement)
        || is_alone && machine.surroundings.is_mapped(displacement);
    let displacement = if is_address {
        Value::address(displacement)
    } else {
        Value::number(displacement.cast_signed())
    };
    let mut sum = base.map_or(Value::number(0), |base| machine.get(base));
    if let Some(index) = index {
        let scale = i64::from(instruction.memory_index_scale());
        let index = machine.scaled(machine.get(index), scale);
        sum = machine.address_sum(sum, index);
    }
    machine.address_sum(sum, displacement)
}

pub(crate) fn get(machine: &mut Machine<'_>, instruction: &Instruction, place: u32) -> Value {
    match instruction.op_kind(place) {
        OpKind::Register => {
            let name = instruction.op_register(place);
            match register(name) {
                Some(register) if is_second_byte(name) => {
                    machine.shift_right(machine.get(register), Value::number(8))
                }
                Some(register) => machine.get(register),
                None => match numbered_float(machine, name) {
                    Some(register) => machine.get(register),
                    None => machine.expressions.variable(),
                },
            }
        }
        OpKind::Memory => {
            let address = address(machine, instruction);
            let is_float = is_float(instruction.memory_size());
            machine.load(address, width(instruction), is_float)
        }
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64 => Value::number(0),
        _ => immediate(machine, instruction, place),
    }
}

fn immediate(machine: &Machine<'_>, instruction: &Instruction, place: u32) -> Value {
    let Ok(number) = instruction.try_immediate(place) else { return Value::number(0) };
    let number = if machine.surroundings.is_wide { number } else { number & 0xFFFF_FFFF };
    if machine.surroundings.is_address(number) {
        return Value::address(number);
    }
    Value::number(number.cast_signed())
}

pub(crate) fn set(machine: &mut Machine<'_>, instruction: &Instruction, place: u32, value: Value) {
    match instruction.op_kind(place) {
        OpKind::Register => {
            let name = instruction.op_register(place);
            match register(name) {
                Some(register) if is_second_byte(name) => {
                    let value = machine.other(8, machine.get(register), value);
                    machine.set(register, value);
                }
                Some(register) => machine.set(register, value),
                None => {
                    if let Some(register) = numbered_float(machine, name) {
                        machine.set(register, value);
                    }
                }
            }
        }
        OpKind::Memory => {
            let address = address(machine, instruction);
            machine.store(address, value);
        }
        _ => {}
    }
}
