//! 32-bit Arm: A32 and Thumb.
//!
//! An instruction with a condition gives either what it computes or what its register held before. Two instructions with
//! opposite conditions and one register are one choice, as other processors make it.
//!
//! Source of the conventions: Procedure Call Standard for the Arm Architecture (IHI 0042), with floating-point registers
//! for arguments.

mod float;
mod integer;
mod memory;

use super::aarch64::condition;
use super::expressions::{Operation, Value};
use super::hash::mix;
use super::machine::{Lifted, Machine, REGISTERS, VECTORS};
use crate::arm::{ALWAYS, Action, Decoder, Instruction, LR, PC, SP, origin};
use crate::fixed::arm_masked;

/// The most arguments on the stack that are looked at.
const ON_STACK: i64 = 6;

/// Runs the instructions of a block; the lowest bit of its address tells Thumb.
pub(crate) fn run(machine: &mut Machine<'_>, bytes: &[u8], address: u64, lifted: &mut Lifted) {
    let mut code = Code { location: address, is_thumb: address & 1 == 1, waiting: None };
    let mut decoder = Decoder::default();
    let mut rest = bytes;
    while let Some(instruction) = decoder.decode(rest, code.is_thumb) {
        let Some(next) = rest.get(instruction.length as usize..) else { break };
        rest = next;
        lifted.exact = mix(lifted.exact, arm_masked(&instruction));
        lifted.instructions += 1;
        code.step(machine, &instruction);
        code.location = code.location.wrapping_add(u64::from(instruction.length));
    }
}

/// A value that was written under a condition, while the opposite one may follow.
#[derive(Clone, Copy, Debug)]
struct Choice {
    register: u8,
    condition: u8,
    value: Value,
}

/// The place in the code.
struct Code {
    /// The address of the instruction in hand, odd for Thumb.
    location: u64,
    is_thumb: bool,
    waiting: Option<Choice>,
}

impl Code {
    fn step(&mut self, machine: &mut Machine<'_>, instruction: &Instruction) {
        let is_certain = instruction.condition == ALWAYS;
        if let Action::Branch { .. } = instruction.action {
            if !is_certain {
                machine.condition(condition(instruction.condition.into()));
            }
            machine.called(self.location, None);
            return;
        }
        if is_certain {
            self.waiting = None;
            self.act(machine, &instruction.action);
            return;
        }
        let asked = machine.condition(condition(instruction.condition.into()));
        let before = machine.state.registers;
        let flags = machine.state.flags;
        self.act(machine, &instruction.action);
        if matches!(instruction.action, Action::Call { .. } | Action::CallRegister { .. }) {
            return;
        }
        machine.state.flags = flags;
        for register in 0..REGISTERS {
            let old = before.get(usize::from(register)).copied();
            let (Some(old), new) = (old, machine.get(register)) else { continue };
            if old != new && register != SP {
                self.choose(machine, register, instruction.condition, [new, old], asked);
            }
        }
    }

    /// Either of two values, by a condition.
    fn choose(
        &mut self,
        machine: &mut Machine<'_>,
        register: u8,
        condition: u8,
        [new, old]: [Value; 2],
        asked: Value,
    ) {
        let opposite = self
            .waiting
            .take()
            .filter(|choice| choice.register == register && choice.condition == condition ^ 1);
        let value = match opposite {
            Some(choice) if choice.value.as_number().is_some() && new.as_number().is_some() => {
                asked
            }
            Some(choice) => machine.select(choice.value, new),
            None => {
                self.waiting = Some(Choice { register, condition, value: new });
                machine.expressions.make(Operation::Select, 0, new, Some(old))
            }
        };
        machine.set(register, value);
    }

    /// The value of a register; the address of the code lies two instructions on.
    fn get(&self, machine: &Machine<'_>, register: u8) -> Value {
        if register == PC {
            Value::address(origin(self.location, self.is_thumb, false))
        } else {
            machine.get(register)
        }
    }

    fn act(&self, machine: &mut Machine<'_>, action: &Action) {
        match *action {
            Action::Compute { code, sets, to, left, right } => {
                integer::compute(self, machine, (code, sets), [to, left], right);
            }
            Action::Memory { .. } | Action::Block { .. } => memory::step(self, machine, action),
            Action::Float(float) => float::step(self, machine, &float),
            Action::Call { .. } => call(machine, self.location, None),
            Action::CallRegister { register } => {
                let through = machine.get(register);
                call(machine, self.location, Some(through));
            }
            Action::To { register: LR } => returned(machine),
            Action::To { register } => {
                let through = self.get(machine, register);
                machine.called(self.location, Some(through));
            }
            Action::BranchZero { register, .. } => {
                let value = machine.get(register);
                machine.equal(value, Value::number(0));
                machine.called(self.location, None);
            }
            _ => integer::step(self, machine, action),
        }
    }
}

fn returned(machine: &mut Machine<'_>) {
    if machine.is_written(0) {
        machine.returned(machine.get(0));
    }
}

fn call(machine: &mut Machine<'_>, location: u64, through: Option<Value>) {
    for register in (0..4).chain(VECTORS..VECTORS + 8) {
        if machine.is_written(register) {
            machine.argument(machine.get(register));
        }
    }
    on_stack(machine, SP, 0);
    machine.called(location, through);
    machine.after_call((0..4).chain([12, LR]).chain(VECTORS..VECTORS + 16));
}

/// Arguments on the stack: those that were stored since the last call, from a distance to the stack pointer on.
pub(crate) fn on_stack(machine: &mut Machine<'_>, pointer: u8, from: i64) {
    let Some(top) = machine.get(pointer).as_stack() else { return };
    for position in 0..ON_STACK {
        let slot = machine.slot(top.wrapping_add(from + 4 * position)).copied();
        match slot.filter(|slot| slot.stretch == machine.stretch) {
            Some(slot) => machine.argument(slot.value),
            None => break,
        }
    }
}

/// A number that is an address, where numbers may be addresses.
pub(crate) fn meant(machine: &Machine<'_>, value: Value) -> Value {
    let number = value.as_number().map(|number| number.cast_unsigned() & 0xffff_ffff);
    let address = number.filter(|number| machine.surroundings.is_address(*number));
    address.map_or(value, Value::address)
}
