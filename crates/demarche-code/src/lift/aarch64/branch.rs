//! Branches, calls and returns, by the Procedure Call Standard for the Arm 64-bit Architecture (IHI 0055).

use super::{Word, condition, number};
use crate::lift::expressions::Value;
use crate::lift::machine::{Machine, VECTORS};

pub(crate) fn step(machine: &mut Machine<'_>, word: Word, address: u64) {
    if word.is(0xFC00_0000, 0x9400_0000) {
        call(machine, address, None);
    } else if word.is(0xFFFF_FC1F, 0xD63F_0000) {
        let through = number(machine, word.register(5));
        call(machine, address, Some(through));
    } else if word.is(0xFC00_0000, 0x1400_0000) {
        machine.called(address, None);
    } else if word.is(0xFFFF_FC1F, 0xD61F_0000) {
        let through = number(machine, word.register(5));
        machine.called(address, Some(through));
    } else if word.is(0xFFFF_FC1F, 0xD65F_0000) {
        if machine.is_written(0) {
            machine.returned(machine.get(0));
        }
    } else if word.is(0xFF00_0010, 0x5400_0000) {
        machine.condition(condition(word.bits(0, 4)));
    } else if word.is(0x7E00_0000, 0x3400_0000) {
        let value = number(machine, word.register(0));
        machine.equal(value, Value::number(0));
    } else if word.is(0x7E00_0000, 0x3600_0000) {
        tested(machine, word);
    }
}

/// `tbz` and `tbnz`: the uppermost bit is the sign.
fn tested(machine: &mut Machine<'_>, word: Word) {
    let bit = word.bits(31, 1) << 5 | word.bits(19, 5);
    let value = number(machine, word.register(0));
    if matches!(bit, 31 | 63) {
        machine.less(value, Value::number(0), false);
    } else {
        let masked = machine.and(value, Value::number(1 << bit));
        machine.equal(masked, Value::number(0));
    }
}

fn call(machine: &mut Machine<'_>, position: u64, through: Option<Value>) {
    for register in (0..8).chain(VECTORS..VECTORS + 8) {
        if machine.is_written(register) {
            machine.argument(machine.get(register));
        }
    }
    machine.called(position, through);
    let numbers = (0..18).chain([30]);
    let vectors = (VECTORS..VECTORS + 8).chain(VECTORS + 16..VECTORS + 32);
    machine.after_call(numbers.chain(vectors));
}
