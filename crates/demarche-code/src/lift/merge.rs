//! What is still known where ways meet.
//!
//! A value survives where all ways that come from above agree on it. Where a way comes back from below (a loop), only
//! addresses survive.

use super::machine::{Flags, Machine, REGISTERS, State};
use crate::{BasicBlock, Function};

/// The most states that are kept for later blocks at a time; further blocks begin as after a loop.
const MOST: usize = 1024;

/// The states at the ends of blocks that later ones need.
pub(super) struct Waiting {
    /// For each block, the blocks it is entered from.
    entries: Vec<Vec<u32>>,
    /// For each block, the state at its end and how many later blocks still want it.
    states: Vec<Option<(State, u32)>>,
    /// The state after the first block, for blocks that nothing is known to lead to.
    first: Option<State>,
    count: usize,
    spare: Vec<State>,
}

impl Waiting {
    pub(super) fn of(function: &Function) -> Self {
        let count = function.blocks.len();
        let mut entries: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (place, block) in (0..).zip(&function.blocks) {
            for successor in &block.successors {
                if let Some(entries) = entries.get_mut(*successor as usize) {
                    entries.push(place);
                }
            }
        }
        let states = std::iter::repeat_with(|| None).take(count).collect();
        Self { entries, states, first: None, count: 0, spare: Vec::new() }
    }

    /// Brings the machine into the state at a block's start.
    pub(super) fn enter(&mut self, place: usize, machine: &mut Machine<'_>) {
        machine.written = 0;
        machine.stretch = machine.stretch.wrapping_add(1);
        let entries = self.entries.get_mut(place).map(std::mem::take).unwrap_or_default();
        let is_above = |entry: &&u32| (**entry as usize) < place;
        let is_loop = entries.iter().any(|entry| !is_above(&entry));
        if place == 0 {
            if is_loop {
                forget(machine);
            }
            return;
        }
        let mut is_known = false;
        for entry in entries.iter().filter(is_above) {
            let Some(waiting) = self.states.get_mut(*entry as usize) else { continue };
            let Some((state, wanted)) = waiting.as_mut() else {
                is_known = false;
                break;
            };
            if is_known {
                meet(machine, state);
            } else {
                assign(&mut machine.state, state);
            }
            is_known = true;
            *wanted = wanted.saturating_sub(1);
            if *wanted == 0 {
                self.spare.extend(waiting.take().map(|(state, _)| state));
                self.count -= 1;
            }
        }
        if !is_known && let Some(first) = &self.first {
            assign(&mut machine.state, first);
        }
        if is_loop || !is_known {
            forget(machine);
        }
    }

    /// Keeps the state at a block's end for those that follow it.
    pub(super) fn leave(&mut self, place: usize, block: &BasicBlock, machine: &Machine<'_>) {
        if place == 0 {
            self.first = Some(machine.state.clone());
        }
        let later = block.successors.iter().filter(|next| **next as usize > place).count();
        let wanted = u32::try_from(later).unwrap_or(u32::MAX);
        if wanted == 0 || self.count >= MOST {
            return;
        }
        let mut state = self.spare.pop().unwrap_or_default();
        assign(&mut state, &machine.state);
        if let Some(waiting) = self.states.get_mut(place) {
            *waiting = Some((state, wanted));
            self.count += 1;
        }
    }
}

/// Copies a state without asking for memory where that can be helped.
fn assign(to: &mut State, from: &State) {
    to.registers = from.registers;
    to.slots.clone_from(&from.slots);
    to.flags = from.flags;
    to.top = from.top;
}

/// Only addresses stay known.
fn forget(machine: &mut Machine<'_>) {
    for register in 0..REGISTERS {
        if !machine.get(register).is_place() {
            machine.clobber(register);
        }
    }
    machine.state.slots.retain(|slot| slot.value.is_place());
    machine.state.flags = Flags::Unknown;
}

/// What both ways agree on stays known.
fn meet(machine: &mut Machine<'_>, other: &State) {
    let stack_pointer = machine.stack_pointer();
    for (register, value) in (0..REGISTERS).zip(other.registers) {
        if machine.get(register) != value && register != stack_pointer {
            machine.clobber(register);
        }
    }
    let slots = &mut machine.state.slots;
    slots.retain(|slot| {
        other.slots.iter().any(|it| it.offset == slot.offset && it.value == slot.value)
    });
    if machine.state.flags != other.flags {
        machine.state.flags = Flags::Unknown;
    }
}
