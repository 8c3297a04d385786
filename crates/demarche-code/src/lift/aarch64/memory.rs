//! Loads and stores.

use super::{Word, number, set_number, set_vector, vector};
use crate::lift::expressions::Value;
use crate::lift::machine::Machine;

/// A load of several vectors, not further told apart.
const VECTORS: u32 = 800;

/// The value that a load or store moves.
#[derive(Clone, Copy)]
struct Access {
    /// The logarithm of the bytes.
    size: u32,
    is_vector: bool,
    is_load: bool,
    register: u8,
}

pub(crate) fn step(machine: &mut Machine<'_>, word: Word, address: u64) {
    if word.is(0x3B00_0000, 0x1800_0000) {
        literal(machine, word, address);
    } else if word.is(0x3A00_0000, 0x2800_0000) {
        pair(machine, word);
    } else if word.is(0x3A00_0000, 0x3800_0000) {
        single(machine, word);
    } else if word.is(0x3F00_0000, 0x0800_0000) {
        let (is_load, register) = (word.is_set(22), word.register(0));
        let transfer = Access { size: word.bits(30, 2), is_vector: false, is_load, register };
        access(machine, machine.get(word.register(5)), transfer);
    } else if word.is_set(22) {
        let address = machine.get(word.register(5));
        let value = machine.other(VECTORS, address, Value::number(0));
        set_vector(machine, word.register(0), value);
    }
}

fn access(machine: &mut Machine<'_>, address: Value, one: Access) {
    let Access { size, is_vector, is_load, register } = one;
    if is_load {
        let is_float = is_vector && matches!(size, 2 | 3);
        let value = machine.load(address, 1 << size.min(4), is_float);
        if is_vector {
            set_vector(machine, register, value);
        } else {
            set_number(machine, register, value);
        }
    } else {
        let value = if is_vector { vector(machine, register) } else { number(machine, register) };
        machine.store(address, value);
    }
}

fn literal(machine: &mut Machine<'_>, word: Word, address: u64) {
    let address = address.wrapping_add((word.signed(5, 19) * 4).cast_unsigned());
    let is_vector = word.is_set(26);
    let size = match (is_vector, word.bits(30, 2)) {
        (true, kind) => 2 + kind,
        (false, 1) => 3,
        (false, _) => 2,
    };
    let transfer = Access { size, is_vector, is_load: true, register: word.register(0) };
    access(machine, Value::address(address), transfer);
}

fn pair(machine: &mut Machine<'_>, word: Word) {
    let (kind, is_vector) = (word.bits(30, 2), word.is_set(26));
    let size = if is_vector { 2 + kind } else { 2 + (kind >> 1) };
    let base = machine.get(word.register(5));
    let moved = base.plus(word.signed(15, 7) << size);
    let mode = word.bits(23, 2);
    let first = if mode == 1 { base } else { moved };
    let is_load = word.is_set(22);
    let transfer = Access { size, is_vector, is_load, register: word.register(0) };
    access(machine, first, transfer);
    access(machine, first.plus(1 << size), Access { register: word.register(10), ..transfer });
    if matches!(mode, 1 | 3) {
        machine.set(word.register(5), moved);
    }
}

fn single(machine: &mut Machine<'_>, word: Word) {
    let (kind, is_vector) = (word.bits(22, 2), word.is_set(26));
    let is_prefetch = !is_vector && word.bits(30, 2) == 3 && kind == 2;
    if is_prefetch {
        return;
    }
    let size = word.bits(30, 2) | if is_vector { kind >> 1 << 2 } else { 0 };
    let is_load = if is_vector { kind & 1 == 1 } else { kind != 0 };
    let transfer = Access { size, is_vector, is_load, register: word.register(0) };
    let base = machine.get(word.register(5));
    if word.is_set(24) {
        access(machine, base.plus(i64::from(word.bits(10, 12)) << size), transfer);
    } else if word.is_set(21) {
        if word.bits(10, 2) == 2 {
            let index = number(machine, word.register(16));
            let index = if word.is_set(12) { machine.scaled(index, 1 << size) } else { index };
            let address = machine.address_sum(base, index);
            access(machine, address, transfer);
        }
    } else {
        let moved = base.plus(word.signed(12, 9));
        let mode = word.bits(10, 2);
        access(machine, if mode == 1 { base } else { moved }, transfer);
        if matches!(mode, 1 | 3) {
            machine.set(word.register(5), moved);
        }
    }
}
