//! The stack, calls and returns, by the conventions of each system.

use iced_x86::{Instruction, Mnemonic, OpKind};

use super::operand::{get, set};
use crate::lift::expressions::Value;
use crate::lift::machine::Machine;

/// The registers that pass arguments (System V application binary interface, AMD64 supplement, §3.2.3).
const SYSTEM_V: [u8; 6] = [7, 6, 2, 1, 8, 9];

/// The registers that pass arguments (Microsoft, "x64 calling convention").
const WINDOWS: [u8; 4] = [1, 2, 8, 9];

/// The most arguments on the stack that are looked at.
const ON_STACK: i64 = 6;

const STACK_POINTER: u8 = 4;
const FRAME_POINTER: u8 = 5;
const ACCUMULATOR: u8 = 0;

/// Runs an instruction if it is one of these.
pub(crate) fn step(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let word: u32 = if machine.surroundings.is_wide { 8 } else { 4 };
    let top = machine.get(STACK_POINTER);
    match instruction.mnemonic() {
        Mnemonic::Push => {
            let value = get(machine, instruction, 0);
            push(machine, word, value);
        }
        Mnemonic::Pop => {
            let value = machine.load(top, word, false);
            machine.set(STACK_POINTER, top.plus(i64::from(word)));
            set(machine, instruction, 0, value);
        }
        Mnemonic::Leave => {
            let frame = machine.get(FRAME_POINTER);
            let value = machine.load(frame, word, false);
            machine.set(STACK_POINTER, frame.plus(i64::from(word)));
            machine.set(FRAME_POINTER, value);
        }
        Mnemonic::Call => call(machine, instruction, word),
        Mnemonic::Jmp => {
            let through = through(machine, instruction);
            machine.called(instruction.ip(), through);
        }
        Mnemonic::Ret => {
            if machine.is_written(ACCUMULATOR) {
                machine.returned(machine.get(ACCUMULATOR));
            }
        }
        Mnemonic::Movsb | Mnemonic::Movsw | Mnemonic::Movsd | Mnemonic::Movsq
            if instruction.has_rep_prefix() =>
        {
            machine.as_if_called("memcpy");
        }
        Mnemonic::Stosb | Mnemonic::Stosw | Mnemonic::Stosd | Mnemonic::Stosq
            if instruction.has_rep_prefix() =>
        {
            machine.as_if_called("memset");
        }
        _ => return false,
    }
    true
}

fn push(machine: &mut Machine<'_>, word: u32, value: Value) {
    let top = machine.get(STACK_POINTER).plus(-i64::from(word));
    machine.set(STACK_POINTER, top);
    machine.store(top, value);
}

/// The value that an indirect call or jump goes to.
fn through(machine: &mut Machine<'_>, instruction: &Instruction) -> Option<Value> {
    let is_indirect = matches!(instruction.op0_kind(), OpKind::Memory | OpKind::Register);
    is_indirect.then(|| get(machine, instruction, 0))
}

fn call(machine: &mut Machine<'_>, instruction: &Instruction, word: u32) {
    let through = through(machine, instruction);
    let next = instruction.next_ip();
    if through.is_none() && !machine.surroundings.is_wide {
        let target = instruction.near_branch_target();
        if target == next {
            push(machine, word, Value::address(next));
            return;
        }
        if let Some(register) = machine.surroundings.own_address(target) {
            machine.set(register, Value::address(next));
            return;
        }
    }
    arguments(machine);
    machine.called(instruction.ip(), through);
    after(machine);
}

fn arguments(machine: &mut Machine<'_>) {
    if !machine.surroundings.is_wide {
        let Some(top) = machine.get(STACK_POINTER).as_stack() else { return };
        for position in 0..ON_STACK {
            let slot = machine.slot(top.wrapping_add(4 * position)).copied();
            match slot.filter(|slot| slot.stretch == machine.stretch) {
                Some(slot) => machine.argument(slot.value),
                None => break,
            }
        }
        return;
    }
    let (numbers, floats) = if machine.surroundings.is_windows {
        (WINDOWS.as_slice(), 32..36)
    } else {
        (SYSTEM_V.as_slice(), 32..40)
    };
    for register in numbers.iter().copied().chain(floats) {
        if machine.is_written(register) {
            machine.argument(machine.get(register));
        }
    }
}

/// Forgets the values that a call may change.
fn after(machine: &mut Machine<'_>) {
    let is_windows = machine.surroundings.is_windows;
    let numbers: &[u8] = match (machine.surroundings.is_wide, is_windows) {
        (false, _) => &[0, 1, 2],
        (true, true) => &[0, 1, 2, 8, 9, 10, 11],
        (true, false) => &[0, 1, 2, 6, 7, 8, 9, 10, 11],
    };
    let floats = if is_windows { 32..38 } else { 32..48 };
    if !machine.surroundings.is_wide {
        // A floating-point result lies alone on the unit's stack.
        machine.state.top = 7;
    }
    machine.after_call(numbers.iter().copied().chain(floats).chain(55..56));
}
