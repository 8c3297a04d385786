//! Arithmetic.

use super::{Code, meant, returned};
use crate::arm::{self, Action, LR, Operand, PC, Shift, moved, origin};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine};

/// Kinds of instructions that are not further told apart.
const INSERT: u32 = 1 << 16;
const OTHER: u32 = 1 << 17;

/// The second operand.
fn operand(code: &Code, machine: &mut Machine<'_>, operand: Operand) -> Value {
    let number = |amount: u8| Value::number(i64::from(amount));
    match operand {
        Operand::Number(number) => Value::number(i64::from(number)),
        Operand::Register(register) => code.get(machine, register),
        Operand::Shifted { register, shift, amount } => {
            let value = code.get(machine, register);
            shifted(machine, value, shift, number(amount))
        }
        Operand::ByRegister { register, shift, by } => {
            let (value, by) = (machine.get(register), machine.get(by));
            shifted(machine, value, shift, by)
        }
    }
}

pub(crate) fn shifted(machine: &mut Machine<'_>, value: Value, shift: Shift, by: Value) -> Value {
    match (shift, by.as_number().and_then(|by| u32::try_from(by).ok())) {
        (Shift::Left, _) => machine.shift_left(value, by),
        (Shift::Right | Shift::SignedRight, _) => machine.shift_right(value, by),
        (Shift::Rotate, Some(amount @ 1..=31)) => {
            machine.unary(Operation::Rotate, 32 - amount, value)
        }
        (Shift::Rotate, Some(_)) => machine.other(OTHER, value, value),
        (Shift::Rotate, None) => machine.binary(Operation::Rotate, value, by),
    }
}

/// Runs a computation.
pub(crate) fn compute(
    code: &Code,
    machine: &mut Machine<'_>,
    (kind, sets): (arm::Code, bool),
    [to, left]: [u8; 2],
    right: Operand,
) {
    if to == PC && !kind.only_compares() {
        match right {
            Operand::Register(LR) => returned(machine),
            _ if kind == arm::Code::Move => {
                let through = operand(code, machine, right);
                machine.called(code.location, Some(through));
            }
            _ => {}
        }
        return;
    }
    let is_zero = kind == arm::Code::ExclusiveOr && right == Operand::Register(left);
    let first = if kind.is_unary() { Value::number(0) } else { code.get(machine, left) };
    let second = operand(code, machine, right);
    let minus_one = Value::number(-1);
    let mut flags = None;
    let result = match kind {
        _ if is_zero => Value::number(0),
        arm::Code::And => machine.and(first, second),
        arm::Code::ExclusiveOr => machine.exclusive_or(first, second),
        arm::Code::Subtract | arm::Code::SubtractCarry => {
            flags = Some(Flags::Compared(first, second));
            machine.subtract(first, second)
        }
        arm::Code::SubtractFrom | arm::Code::SubtractFromCarry => {
            flags = Some(Flags::Compared(second, first));
            machine.subtract(second, first)
        }
        arm::Code::Add | arm::Code::AddCarry => machine.add(first, second),
        arm::Code::Test => {
            let value = machine.and(first, second);
            machine.state.flags = Flags::Result(value);
            return;
        }
        arm::Code::TestEqual | arm::Code::Compare => {
            machine.state.flags = Flags::Compared(first, second);
            return;
        }
        arm::Code::CompareNegative => {
            let second = machine.subtract(Value::number(0), second);
            machine.state.flags = Flags::Compared(first, second);
            return;
        }
        arm::Code::Or => machine.or(first, second),
        arm::Code::Move => second,
        arm::Code::Clear => {
            let second = machine.exclusive_or(second, minus_one);
            machine.and(first, second)
        }
        arm::Code::Not => machine.exclusive_or(second, minus_one),
        arm::Code::OrNot => {
            let second = machine.exclusive_or(second, minus_one);
            machine.or(first, second)
        }
    };
    machine.set(to, result);
    if sets {
        machine.state.flags = flags.unwrap_or(Flags::Result(result));
    }
}

/// The other operations on registers.
pub(crate) fn step(code: &Code, machine: &mut Machine<'_>, action: &Action) {
    match *action {
        Action::Wide { to, value, is_top: false } => {
            machine.set(to, Value::number(i64::from(value)));
        }
        Action::Wide { to, value, is_top: true } => {
            let before = machine.get(to);
            let top = i64::from(value) << 16;
            let result = match before.as_number() {
                Some(low) => meant(machine, Value::number(top | low & 0xffff)),
                None => machine.other(INSERT, before, Value::number(top)),
            };
            machine.set(to, result);
        }
        Action::Near { to, offset } => {
            let near = moved(origin(code.location, code.is_thumb, true), offset);
            machine.set(to, Value::address(near));
        }
        Action::Multiply { to, left, right, sum, is_subtracted } => {
            let (left, right) = (machine.get(left), machine.get(right));
            let product = machine.multiply(left, right);
            let result = match sum.map(|sum| machine.get(sum)) {
                Some(sum) if is_subtracted => machine.subtract(sum, product),
                Some(sum) => machine.add(sum, product),
                None => product,
            };
            machine.set(to, result);
        }
        Action::LongMultiply { low, high, left, right, adds } => {
            let (left, right) = (machine.get(left), machine.get(right));
            let (mut bottom, mut top) =
                (machine.multiply(left, right), machine.high_product(left, right, 32));
            if adds {
                let (low, high) = (machine.get(low), machine.get(high));
                (bottom, top) = (machine.add(low, bottom), machine.add(high, top));
            }
            machine.set(low, bottom);
            machine.set(high, top);
        }
        Action::HighMultiply { to, left, right, sum } => {
            let (left, right) = (machine.get(left), machine.get(right));
            let product = machine.high_product(left, right, 32);
            let result = match sum.map(|sum| machine.get(sum)) {
                Some(sum) => machine.add(sum, product),
                None => product,
            };
            machine.set(to, result);
        }
        Action::Divide { to, left, right } => {
            let (left, right) = (machine.get(left), machine.get(right));
            let result = machine.divide(left, right);
            machine.set(to, result);
        }
        _ => fields(machine, action),
    }
}

/// Operations on parts of a register.
fn fields(machine: &mut Machine<'_>, action: &Action) {
    let number = |amount: u8| Value::number(i64::from(amount));
    let mask = |bits: u8| Value::number((1_i64 << bits.min(32)) - 1);
    match *action {
        Action::Extend { to, from, sum, bits, is_signed, turn } => {
            let value = machine.get(from);
            let value = if turn == 0 { value } else { machine.shift_right(value, number(turn)) };
            let value = if is_signed { value } else { machine.and(value, mask(bits)) };
            let result = match sum.map(|sum| machine.get(sum)) {
                Some(sum) => machine.add(sum, value),
                None => value,
            };
            machine.set(to, result);
        }
        Action::Extract { to, from, low, count, is_signed } => {
            let value = machine.get(from);
            let value = machine.shift_right(value, number(low));
            let reaches_top = low.saturating_add(count) >= 32;
            let whole = is_signed || reaches_top;
            let value = if whole { value } else { machine.and(value, mask(count)) };
            machine.set(to, value);
        }
        Action::Insert { to, from, low, count } => {
            let before = machine.get(to);
            let kind = INSERT | u32::from(low) << 6 | u32::from(count);
            let result = match from {
                Some(from) => {
                    let value = machine.get(from);
                    machine.other(kind, value, before)
                }
                None => {
                    let hole = ((1_i64 << count.min(32)) - 1) << low.min(31);
                    machine.and(before, Value::number(!hole))
                }
            };
            machine.set(to, result);
        }
        Action::ReverseBytes { to, from } => {
            let value = machine.get(from);
            let result = machine.unary(Operation::ReverseBytes, 0, value);
            machine.set(to, result);
        }
        Action::Other { kind, to, left, right } => {
            let Some(to) = to else { return };
            let left = left.map_or(Value::number(0), |left| machine.get(left));
            let right = right.map_or(left, |right| machine.get(right));
            let result = machine.other(OTHER | kind, left, right);
            machine.set(to, result);
        }
        _ => {}
    }
}
