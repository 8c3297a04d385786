//! 32-bit MIPS.
//!
//! A jump asks its question first, then the instruction behind it runs, then control goes elsewhere.
//!
//! Source of the conventions: System V ABI, MIPS RISC Processor Supplement, third edition, chapter 3 (o32).

mod float;
mod integer;

use super::arm::on_stack;
use super::expressions::{Operation, Value};
use super::hash::mix;
use super::machine::{Lifted, Machine, VECTORS};
use crate::fixed::MipsMasked;
use crate::mips::{Action, Float, GP, Question, RA, SP, decode};

/// The places of the two halves of a product, where the registers of the kernel are.
const HIGH: u8 = 26;
const LOW: u8 = 27;

/// Runs the instructions of a block.
pub(crate) fn run(machine: &mut Machine<'_>, bytes: &[u8], address: u64, lifted: &mut Lifted) {
    let order = machine.surroundings.image.architecture.byte_order();
    let (words, _) = bytes.as_chunks::<4>();
    let mut masked = MipsMasked::default();
    let mut waiting: Option<(Action, u64, Option<Value>)> = None;
    for (word, location) in words.iter().zip((0_u64..).step_by(4)) {
        let Some(instruction) = decode(order.u32(*word)) else { continue };
        lifted.exact = mix(lifted.exact, u64::from(masked.of(&instruction)));
        lifted.instructions += 1;
        let (action, location) = (instruction.action, address.wrapping_add(location));
        if action.has_delay_slot() {
            waiting = Some((action, location, ask(machine, &action)));
            continue;
        }
        integer::step(machine, &instruction);
        if let Some((action, location, through)) = waiting.take() {
            leave(machine, &action, location, through);
        }
    }
    if let Some((action, location, through)) = waiting {
        leave(machine, &action, location, through);
    }
}

/// A number in a register; the first one is zero, and code counts from the place in `gp`.
fn number(machine: &Machine<'_>, register: u8) -> Value {
    match register {
        0 => Value::number(0),
        GP => match machine.surroundings.image.global_pointer {
            Some(location) => Value::address(location.0),
            None => machine.get(GP),
        },
        _ => machine.get(register),
    }
}

fn set_number(machine: &mut Machine<'_>, register: u8, value: Value) {
    if register != 0 {
        machine.set(register, value);
    }
}

/// Asks what a branch asks; gives the value that a jump leads to.
fn ask(machine: &mut Machine<'_>, action: &Action) -> Option<Value> {
    match *action {
        Action::Branch { question, left, right, .. } => {
            let (first, second) = (number(machine, left), number(machine, right));
            let zero = Value::number(0);
            let is_jump = left == right || left == 0 && question == Question::GreaterEqualZero;
            match question {
                _ if is_jump => {}
                Question::Equal | Question::NotEqual => integer::equal(machine, first, second),
                Question::LessZero | Question::GreaterEqualZero => {
                    machine.less(first, zero, false);
                }
                Question::LessEqualZero | Question::GreaterZero => {
                    machine.less(zero, first, false);
                }
            }
            None
        }
        Action::To { register } | Action::CallRegister { register, .. } => {
            Some(number(machine, register))
        }
        Action::Float(Float::Branch { .. }) => {
            machine.condition(super::machine::Condition::Less);
            None
        }
        _ => None,
    }
}

/// Control goes elsewhere.
fn leave(machine: &mut Machine<'_>, action: &Action, location: u64, through: Option<Value>) {
    match *action {
        Action::Call { .. } | Action::CallRegister { .. } | Action::Branch { links: true, .. } => {
            call(machine, location, through);
        }
        Action::To { register: RA } => {
            let result = [2, VECTORS].into_iter().find(|register| machine.is_written(*register));
            if let Some(register) = result {
                machine.returned(machine.get(register));
            }
        }
        _ => machine.called(location, through),
    }
}

fn call(machine: &mut Machine<'_>, location: u64, through: Option<Value>) {
    for register in (4..8).chain([VECTORS + 12, VECTORS + 14]) {
        if machine.is_written(register) {
            machine.argument(machine.get(register));
        }
    }
    // The first four words on the stack are room for the arguments in registers.
    on_stack(machine, SP, 16);
    machine.called(location, through);
    let numbers = (1..16).chain([24, 25, HIGH, LOW, RA]);
    machine.after_call(numbers.chain(VECTORS..VECTORS + 20));
}

/// A comparison as a value: one of its own, or its opposite.
fn is_comparison(machine: &Machine<'_>, value: Value) -> bool {
    machine.expressions.plain(value).is_some_and(|expression| {
        matches!(expression.operation, Operation::Less | Operation::Equal | Operation::ExclusiveOr)
    })
}
