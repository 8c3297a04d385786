//! Floating-point numbers; of vectors only that something is computed from something.

use super::Code;
use super::memory::address_of;
use crate::arm::{Float, FloatOperation};
use crate::lift::aarch64::vector::constant;
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine, VECTORS};

fn get(machine: &Machine<'_>, register: u8) -> Value {
    machine.get(VECTORS + (register & 31))
}

fn set(machine: &mut Machine<'_>, register: u8, value: Value) {
    machine.set(VECTORS + (register & 31), value);
}

pub(crate) fn step(code: &Code, machine: &mut Machine<'_>, float: &Float) {
    match *float {
        Float::Memory { is_load, is_double, register, address } => {
            let location = address_of(code, machine, &address);
            access(machine, is_load, is_double, location, register);
        }
        Float::Block { is_load, is_double, first, count, base, is_up, writes_back } => {
            let start = machine.get(base);
            let width = if is_double { 8 } else { 4 };
            let bytes = i64::from(count) * width;
            let after = start.plus(if is_up { bytes } else { -bytes });
            let mut location = if is_up { start } else { after };
            for register in first..first.saturating_add(count) {
                access(machine, is_load, is_double, location, register);
                location = location.plus(width);
            }
            if writes_back {
                machine.set(base, after);
            }
        }
        Float::Constant { to, bits, .. } => {
            set(machine, to, Value::float(constant(bits.into())));
        }
        Float::Compare { left, right, .. } => {
            let right = right.map_or(Value::float(0.0), |right| get(machine, right));
            machine.state.flags = Flags::Compared(get(machine, left), right);
        }
        Float::Core { to_core: true, core, second, float } => {
            machine.set(core, get(machine, float));
            if let Some(second) = second {
                machine.clobber(second);
            }
        }
        Float::Core { to_core: false, core, second, float } => {
            let value = machine.get(core);
            set(machine, float, from_core(machine, value, second));
        }
        Float::Compute { operation, to, left, right, .. } => {
            let result = compute(machine, operation, [to, left, right]);
            set(machine, to, result);
        }
        Float::Vector { kind, to, left, right } => {
            let (left, right) = (get(machine, left), get(machine, right));
            let result = machine.other(kind, left, right);
            set(machine, to, result);
        }
        Float::Flags => {}
    }
}

/// The number that one or two core registers hold the bits of.
fn from_core(machine: &Machine<'_>, low: Value, second: Option<u8>) -> Value {
    let Some(number) = low.as_number() else { return low };
    let [a, b, c, d, ..] = number.to_le_bytes();
    match second.map(|second| machine.get(second).as_number()) {
        None => Value::float(f64::from(f32::from_le_bytes([a, b, c, d]))),
        Some(Some(high)) => {
            let [e, f, g, h, ..] = high.to_le_bytes();
            Value::float(f64::from_le_bytes([a, b, c, d, e, f, g, h]))
        }
        Some(None) => low,
    }
}

fn access(
    machine: &mut Machine<'_>,
    is_load: bool,
    is_double: bool,
    location: Value,
    register: u8,
) {
    if is_load {
        let value = machine.load(location, if is_double { 8 } else { 4 }, true);
        set(machine, register, value);
    } else {
        let value = get(machine, register);
        machine.store(location, value);
    }
}

fn compute(
    machine: &mut Machine<'_>,
    operation: FloatOperation,
    [to, left, right]: [u8; 3],
) -> Value {
    let (before, first, second) = (get(machine, to), get(machine, left), get(machine, right));
    let binary = |machine: &mut Machine<'_>, operation| machine.binary(operation, first, second);
    match operation {
        FloatOperation::Add => binary(machine, Operation::FloatAdd),
        FloatOperation::Subtract => binary(machine, Operation::FloatSubtract),
        FloatOperation::Multiply => binary(machine, Operation::FloatMultiply),
        FloatOperation::Divide => binary(machine, Operation::FloatDivide),
        FloatOperation::NegateMultiply => {
            let product = binary(machine, Operation::FloatMultiply);
            machine.unary(Operation::FloatNegate, 0, product)
        }
        FloatOperation::MultiplyAdd => {
            let product = binary(machine, Operation::FloatMultiply);
            machine.binary(Operation::FloatAdd, before, product)
        }
        FloatOperation::MultiplySubtract => {
            let product = binary(machine, Operation::FloatMultiply);
            machine.binary(Operation::FloatSubtract, before, product)
        }
        FloatOperation::NegateMultiplySubtract => {
            let product = binary(machine, Operation::FloatMultiply);
            machine.binary(Operation::FloatSubtract, product, before)
        }
        FloatOperation::NegateMultiplyAdd => {
            let product = binary(machine, Operation::FloatMultiply);
            let sum = machine.binary(Operation::FloatAdd, before, product);
            machine.unary(Operation::FloatNegate, 0, sum)
        }
        FloatOperation::Copy => second,
        FloatOperation::Absolute => machine.unary(Operation::FloatAbsolute, 0, second),
        FloatOperation::Negate => machine.unary(Operation::FloatNegate, 0, second),
        FloatOperation::Root => machine.unary(Operation::FloatRoot, 0, second),
        FloatOperation::Convert => machine.unary(Operation::Convert, 0, second),
    }
}
