//! Floating-point numbers.

use super::{number, set_number};
use crate::lift::arm::meant;
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine, VECTORS};
use crate::mips::{Float, FloatOperation};

fn get(machine: &Machine<'_>, register: u8) -> Value {
    machine.get(VECTORS + (register & 31))
}

fn set(machine: &mut Machine<'_>, register: u8, value: Value) {
    machine.set(VECTORS + (register & 31), value);
}

pub(crate) fn step(machine: &mut Machine<'_>, float: &Float) {
    match *float {
        Float::Memory { is_load, is_double, register, base, offset } => {
            let location = number(machine, base).plus(i64::from(offset));
            access(machine, is_load, is_double, location, register);
        }
        Float::Indexed { is_load, is_double, register, base, index } => {
            let (base, index) = (number(machine, base), number(machine, index));
            let location = machine.address_sum(base, index);
            access(machine, is_load, is_double, location, register);
        }
        Float::Compute { operation, to, left, right } => {
            let result = compute(machine, operation, left, right);
            set(machine, to, result);
        }
        Float::MultiplyAdd { is_subtracted, is_negated, to, sum, left, right } => {
            let (left, right, sum) = (get(machine, left), get(machine, right), get(machine, sum));
            let product = machine.binary(Operation::FloatMultiply, left, right);
            let operation =
                if is_subtracted { Operation::FloatSubtract } else { Operation::FloatAdd };
            let mut result = machine.binary(operation, product, sum);
            if is_negated {
                result = machine.unary(Operation::FloatNegate, 0, result);
            }
            set(machine, to, result);
        }
        Float::Compare { left, right, .. } => {
            machine.state.flags = Flags::Compared(get(machine, left), get(machine, right));
        }
        Float::Core { to_core: true, core, float, is_high } => {
            let value = get(machine, float);
            if is_high {
                machine.clobber(core);
            } else {
                set_number(machine, core, value);
            }
        }
        Float::Core { to_core: false, core, float, is_high: false } => {
            let value = number(machine, core);
            let value = value.as_number().map_or(value, |bits| {
                let [a, b, c, d, ..] = bits.to_le_bytes();
                Value::float(f64::from(f32::from_le_bytes([a, b, c, d])))
            });
            set(machine, float, value);
        }
        Float::MoveIf { to, from } => {
            let (value, before) = (get(machine, from), get(machine, to));
            let result = machine.select(value, before);
            set(machine, to, result);
        }
        Float::Control { to_core: true, core } => machine.clobber(core),
        Float::Core { .. } | Float::Control { .. } | Float::Branch { .. } => {}
    }
}

fn access(
    machine: &mut Machine<'_>,
    is_load: bool,
    is_double: bool,
    location: Value,
    register: u8,
) {
    let location = meant(machine, location);
    if is_load {
        let value = machine.load(location, if is_double { 8 } else { 4 }, true);
        set(machine, register, value);
    } else {
        let value = get(machine, register);
        machine.store(location, value);
    }
}

fn compute(machine: &mut Machine<'_>, operation: FloatOperation, left: u8, right: u8) -> Value {
    let (first, second) = (get(machine, left), get(machine, right));
    match operation {
        FloatOperation::Add => machine.binary(Operation::FloatAdd, first, second),
        FloatOperation::Subtract => machine.binary(Operation::FloatSubtract, first, second),
        FloatOperation::Multiply => machine.binary(Operation::FloatMultiply, first, second),
        FloatOperation::Divide => machine.binary(Operation::FloatDivide, first, second),
        FloatOperation::Root => machine.unary(Operation::FloatRoot, 0, first),
        FloatOperation::Absolute => machine.unary(Operation::FloatAbsolute, 0, first),
        FloatOperation::Negate => machine.unary(Operation::FloatNegate, 0, first),
        FloatOperation::Copy => first,
        FloatOperation::Convert => machine.unary(Operation::Convert, 0, first),
        FloatOperation::Other(kind) => machine.other(kind, first, first),
    }
}
