//! Arithmetic, loads and stores.

use demarche_terms::ByteOrder;

use super::{HIGH, LOW, float, is_comparison, number, set_number};
use crate::lift::arm::meant;
use crate::lift::expressions::{Operation as Made, Value};
use crate::lift::machine::Machine;
use crate::mips::{Action, GP, Instruction, Operand, Operation};

/// Kinds of instructions that are not further told apart.
const INSERT: u32 = 1 << 16;
const OTHER: u32 = 1 << 17;

/// Asks if two values are equal; a comparison that is compared with zero was asked already.
pub(crate) fn equal(machine: &mut Machine<'_>, first: Value, second: Value) {
    if second.as_number() == Some(0) {
        let found = machine.expressions.plain(first).copied();
        if let Some(Made::Less | Made::Equal) = found.map(|expression| expression.operation) {
            return;
        }
    }
    machine.equal(first, second);
}

pub(crate) fn step(machine: &mut Machine<'_>, instruction: &Instruction) {
    match instruction.action {
        // The place that code counts from is known, however a function comes by it.
        Action::Compute { to: GP, .. } if machine.surroundings.image.global_pointer.is_some() => {}
        Action::Compute { operation, to, left, right } => {
            let result = compute(machine, operation, left, right);
            set_number(machine, to, result);
        }
        Action::Upper { to, value } => {
            set_number(machine, to, Value::number(i64::from(value) << 16));
        }
        Action::LongMultiply { left, right, adds } => {
            let (left, right) = (number(machine, left), number(machine, right));
            let (mut low, mut high) =
                (machine.multiply(left, right), machine.high_product(left, right, 32));
            if adds {
                let (bottom, top) = (machine.get(LOW), machine.get(HIGH));
                (low, high) = (machine.add(bottom, low), machine.add(top, high));
            }
            machine.set(LOW, low);
            machine.set(HIGH, high);
        }
        Action::Divide { left, right } => divide(machine, instruction.bits, left, right),
        Action::FromLong { to, is_high } => {
            let value = machine.get(if is_high { HIGH } else { LOW });
            set_number(machine, to, value);
        }
        Action::ToLong { from, is_high } => {
            let value = number(machine, from);
            machine.set(if is_high { HIGH } else { LOW }, value);
        }
        Action::Memory { .. } => memory(machine, instruction),
        Action::Float(float) => float::step(machine, &float),
        _ => fields(machine, &instruction.action),
    }
}

/// Both results of a division; the remainder is a trait only once it is used.
fn divide(machine: &mut Machine<'_>, _bits: u32, left: u8, right: u8) {
    let (left, right) = (number(machine, left), number(machine, right));
    let low = machine.divide(left, right);
    let high = machine.remainder(left, right);
    machine.set(LOW, low);
    machine.set(HIGH, high);
}

fn compute(machine: &mut Machine<'_>, operation: Operation, left: u8, right: Operand) -> Value {
    let first = number(machine, left);
    let is_constant = matches!(right, Operand::Number(_));
    let second = match right {
        Operand::Register(register) => number(machine, register),
        Operand::Number(number) => Value::number(i64::from(number)),
    };
    match operation {
        Operation::Add => {
            let sum = machine.add(first, second);
            // An address is built from two halves.
            let is_built = is_constant && left != 0 && first.as_number().is_some();
            if is_built { meant(machine, sum) } else { sum }
        }
        Operation::Subtract => machine.subtract(first, second),
        Operation::And => machine.and(first, second),
        Operation::Or => {
            let value = machine.or(first, second);
            if is_constant && left != 0 { meant(machine, value) } else { value }
        }
        Operation::ExclusiveOr => machine.exclusive_or(first, second),
        Operation::Nor => {
            let value = machine.or(first, second);
            machine.exclusive_or(value, Value::number(-1))
        }
        Operation::SetLess => machine.less(first, second, false),
        Operation::SetBelow => below(machine, first, second),
        Operation::ShiftLeft => machine.shift_left(first, second),
        Operation::ShiftRight | Operation::ShiftSigned => machine.shift_right(first, second),
        Operation::Rotate => match second.as_number().and_then(|bits| u32::try_from(bits).ok()) {
            Some(bits @ 1..=31) => machine.unary(Made::Rotate, 32 - bits, first),
            _ => machine.binary(Made::Rotate, first, second),
        },
        Operation::Multiply => machine.multiply(first, second),
    }
}

/// `sltu`: with zero or one it asks for equality, often of what an exclusive or tells.
fn below(machine: &mut Machine<'_>, first: Value, second: Value) -> Value {
    let zero = Value::number(0);
    let tested = if second.as_number() == Some(1) {
        Some(first)
    } else if first.as_number() == Some(0) {
        Some(second)
    } else {
        None
    };
    match tested {
        Some(value) if is_comparison(machine, value) => {
            let is_told = machine
                .expressions
                .plain(value)
                .is_some_and(|expression| matches!(expression.operation, Made::Less | Made::Equal));
            if is_told { value } else { machine.equal(value, zero) }
        }
        Some(value) => machine.equal(value, zero),
        None => machine.less(first, second, true),
    }
}

fn memory(machine: &mut Machine<'_>, instruction: &Instruction) {
    let Action::Memory { is_load, width, is_part, register, base, offset, .. } = instruction.action
    else {
        return;
    };
    if is_part && !names_address(machine, instruction.bits) {
        return;
    }
    let location = number(machine, base).plus(i64::from(offset));
    let location = meant(machine, location);
    if !is_load {
        let value = number(machine, register);
        machine.store(location, value);
        return;
    }
    let value = machine.load(location, width.into(), false);
    if register != GP {
        set_number(machine, register, value);
    }
}

/// Returns true for the half of an unaligned access whose address is that of the whole.
fn names_address(machine: &Machine<'_>, bits: u32) -> bool {
    let is_left = matches!(bits >> 26, 34 | 42);
    is_left == (machine.surroundings.image.architecture.byte_order() == ByteOrder::Big)
}

/// Operations on parts of a register, and the others.
fn fields(machine: &mut Machine<'_>, action: &Action) {
    match *action {
        Action::Extract { to, from, low, count } => {
            let value = number(machine, from);
            let value = machine.shift_right(value, Value::number(i64::from(low)));
            let mask = Value::number((1_i64 << count.min(32)) - 1);
            let reaches_top = low.saturating_add(count) >= 32;
            let value = if reaches_top { value } else { machine.and(value, mask) };
            set_number(machine, to, value);
        }
        Action::Insert { to, from, low, count } => {
            let (value, before) = (number(machine, from), number(machine, to));
            let hole = ((1_i64 << count.min(32)) - 1) << low.min(31);
            let result = if from == 0 {
                machine.and(before, Value::number(!hole))
            } else {
                machine.other(INSERT | u32::from(low) << 6 | u32::from(count), value, before)
            };
            set_number(machine, to, result);
        }
        Action::Extend { to, from, .. } => {
            let value = number(machine, from);
            set_number(machine, to, value);
        }
        Action::ReverseBytes { to, from } => {
            // The halves are turned by a rotation behind it, which other processors do not need.
            let value = number(machine, from);
            let result = machine.unary(Made::ReverseBytes, 0, value);
            set_number(machine, to, result);
        }
        Action::MoveIf { to, from, asked, .. } => {
            let (value, before, asked) =
                (number(machine, from), number(machine, to), number(machine, asked));
            equal(machine, asked, Value::number(0));
            let is_flag = value.as_number().is_some() && before.as_number().is_some();
            let result = if is_flag { asked } else { machine.select(value, before) };
            set_number(machine, to, result);
        }
        Action::Other { kind, to, left, right } => {
            let (left, right) = (number(machine, left), number(machine, right));
            let result = machine.other(OTHER | kind, left, right);
            set_number(machine, to, result);
        }
        _ => {}
    }
}
