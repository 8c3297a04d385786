//! Loads and stores.

use super::integer::shifted;
use super::{Code, meant, returned};
use crate::arm::{Action, Address, Offset, PC, SP, Shift, moved, origin};
use crate::lift::expressions::Value;
use crate::lift::machine::Machine;

pub(crate) fn step(code: &Code, machine: &mut Machine<'_>, action: &Action) {
    match *action {
        Action::Memory { is_load, width, register, second, address, .. } => {
            let location = address_of(code, machine, &address);
            let width = u32::from(width);
            let registers = [Some(register), (width == 8).then_some(second)];
            for (index, register) in (0..).zip(registers.into_iter().flatten()) {
                access(code, machine, is_load, (location.plus(4 * index), width.min(4)), register);
            }
        }
        Action::Block { is_load, base, list, is_before, is_up, writes_back } => {
            block(code, machine, is_load, base, list, [is_before, is_up, writes_back]);
        }
        _ => {}
    }
}

/// The address of an access, with the change of its base.
pub(crate) fn address_of(code: &Code, machine: &mut Machine<'_>, address: &Address) -> Value {
    if address.base == PC
        && let Offset::Number(offset) = address.offset
    {
        return Value::address(moved(origin(code.location, code.is_thumb, true), offset));
    }
    let base = code.get(machine, address.base);
    let sum = match address.offset {
        Offset::Number(offset) => base.plus(i64::from(offset)),
        Offset::Register { register, is_subtracted, shift, amount } => {
            let index = code.get(machine, register);
            let index = match (shift, amount) {
                (_, 0) => index,
                (Shift::Left, amount) => machine.scaled(index, 1 << amount.min(31)),
                (shift, amount) => shifted(machine, index, shift, Value::number(i64::from(amount))),
            };
            let index = if is_subtracted { index.negated() } else { index };
            machine.address_sum(base, index)
        }
    };
    if address.writes_back {
        machine.set(address.base, sum);
    }
    meant(machine, if address.is_before { sum } else { base })
}

fn access(
    code: &Code,
    machine: &mut Machine<'_>,
    is_load: bool,
    (location, width): (Value, u32),
    register: u8,
) {
    if !is_load {
        let value = code.get(machine, register);
        machine.store(location, value);
        return;
    }
    let literal = location.as_address().filter(|location| machine.surroundings.is_code(*location));
    let value = match literal.and_then(|location| machine.surroundings.pointer_at(location)) {
        Some(target) => Value::address(target),
        None => machine.load(location, width, false),
    };
    let value = if literal.is_some() { meant(machine, value) } else { value };
    if register == PC {
        match location.as_stack() {
            Some(_) => returned(machine),
            None => machine.called(code.location, Some(value)),
        }
        return;
    }
    machine.set(register, value);
}

fn block(
    code: &Code,
    machine: &mut Machine<'_>,
    is_load: bool,
    base: u8,
    list: u16,
    [is_before, is_up, writes_back]: [bool; 3],
) {
    let start = machine.get(base);
    let bytes = i64::from(list.count_ones()) * 4;
    let after = start.plus(if is_up { bytes } else { -bytes });
    let first = if is_up { start } else { after };
    // The lowest register lies at the lowest address, whichever way the base goes.
    let mut location = if is_before == is_up { first.plus(4) } else { first };
    if !is_up && is_before {
        location = first;
    } else if !is_up {
        location = first.plus(4);
    }
    let mut returns = false;
    for register in (0..16).filter(|register| list >> register & 1 == 1) {
        if is_load && register == PC {
            returns = true;
        } else if is_load {
            let value = machine.load(location, 4, false);
            if register != base {
                machine.set(register, value);
            }
        } else {
            let value = code.get(machine, register);
            machine.store(location, value);
        }
        location = location.plus(4);
    }
    if writes_back || is_load && list >> SP & 1 == 1 {
        machine.set(base, after);
    }
    if returns {
        returned(machine);
    }
}
