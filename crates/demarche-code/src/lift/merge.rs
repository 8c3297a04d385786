//! The values that are still known where paths meet.
//!
//! A value survives where all ways that come from above agree on it. Where a way comes back from below (a loop), only
//! addresses survive.

use super::machine::{Flags, Machine, Slot, State};
use crate::Function;
use crate::functions::as_u32;

/// The most states that are kept for later blocks at a time; further blocks begin as after a loop.
const MOST: usize = 1024;

/// The states at the ends of blocks that later ones need. One serves for all functions, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Ways from block to block, ascending by the block that is entered, as `(to, from)`.
    ways: Vec<(u32, u32)>,
    /// The number of of them were gone.
    gone: usize,
    /// For each block, the place of the state at its end, and how many later blocks still want it.
    states: Vec<Option<(usize, u32)>>,
    /// The states, of which some are free.
    room: Vec<State>,
    free: Vec<usize>,
    /// The state after the first block, for blocks that nothing is known to lead to.
    first: State,
    slots: Vec<Slot>,
}

impl Waiting {
    pub(crate) fn begin(&mut self, function: &Function) {
        self.ways.clear();
        for place in 0..function.blocks.len() {
            let ways = function.successors(place).iter().map(|next| (*next, as_u32(place)));
            self.ways.extend(ways);
        }
        self.ways.sort_unstable();
        self.gone = 0;
        self.states.clear();
        self.states.resize(function.blocks.len(), None);
        self.free.clear();
        self.free.extend(0..self.room.len());
    }

    /// Brings the machine into the state at a block's start.
    pub(crate) fn enter(&mut self, place: usize, machine: &mut Machine<'_>) {
        machine.written = 0;
        machine.stretch = machine.stretch.wrapping_add(1);
        // The machine is still at the end of the block before.
        let before = place.checked_sub(1);
        let (mut is_known, mut is_loop, mut is_lost) = (self.falls_through(place), false, false);
        while let Some((_, from)) = self.next_way(place) {
            if from >= place {
                is_loop = true;
                continue;
            }
            if Some(from) == before {
                continue;
            }
            let Some((state, wanted)) = self.states.get_mut(from).and_then(Option::as_mut) else {
                is_lost = true;
                continue;
            };
            let index = *state;
            *wanted -= 1;
            if *wanted == 0 {
                self.free.push(index);
            }
            let Some(state) = self.room.get(index) else { continue };
            if is_known {
                meet(machine, state, &mut self.slots);
            } else {
                assign(&mut machine.state, state);
            }
            is_known = true;
        }
        if !is_known && place > 0 {
            assign(&mut machine.state, &self.first);
        }
        if is_loop || is_lost || !is_known && place > 0 {
            forget(machine);
        }
    }

    /// Returns true if the block before leads to this one.
    fn falls_through(&self, position: usize) -> bool {
        let itself = self.ways[self.gone..].iter().skip_while(|(to, _)| (*to as usize) < position);
        let mut itself = itself.take_while(|(to, _)| *to as usize == position);
        itself.any(|(_, from)| *from as usize + 1 == position)
    }

    /// The next way that leads to a block, as `(to, from)`.
    fn next_way(&mut self, place: usize) -> Option<(usize, usize)> {
        loop {
            let (to, from) = *self.ways.get(self.gone)?;
            let (to, from) = (usize::try_from(to).ok()?, usize::try_from(from).ok()?);
            if to > place {
                return None;
            }
            self.gone += 1;
            if to == place {
                return Some((to, from));
            }
        }
    }

    /// Keeps the state at a block's end for those that follow it.
    pub(crate) fn leave(&mut self, place: usize, successors: &[u32], machine: &Machine<'_>) {
        if place == 0 {
            assign(&mut self.first, &machine.state);
        }
        // The next block finds the machine as it is.
        let later = successors.iter().filter(|next| **next as usize > place + 1).count();
        let wanted = as_u32(later);
        if wanted == 0 {
            return;
        }
        let index = match self.free.pop() {
            Some(index) => index,
            None if self.room.len() < MOST => {
                self.room.push(State::default());
                self.room.len() - 1
            }
            None => return,
        };
        if let (Some(state), Some(waiting)) = (self.room.get_mut(index), self.states.get_mut(place))
        {
            assign(state, &machine.state);
            *waiting = Some((index, wanted));
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
    machine.registers().for_each(|register| {
        if !machine.get(register).is_place() {
            machine.clobber(register);
        }
    });
    machine.state.slots.retain(|slot| slot.value.is_place());
    machine.state.flags = Flags::Unknown;
}

/// Keeps the values on which both paths agree.
fn meet(machine: &mut Machine<'_>, right: &State, slots: &mut Vec<Slot>) {
    let stack_pointer = machine.stack_pointer();
    // As a closure, since the registers are a chain of ranges, which a `for` asks at every step where it is.
    machine.registers().for_each(|register| {
        let differs = right.registers.get(usize::from(register)) != Some(&machine.get(register));
        if differs && register != stack_pointer {
            machine.clobber(register);
        }
    });
    // Both lists ascend.
    slots.clear();
    let mut rest = right.slots.iter().peekable();
    for slot in &machine.state.slots {
        while rest.next_if(|right| right.offset < slot.offset).is_some() {}
        let next_if = rest.next_if(|right| right.offset == slot.offset);
        slots.extend(next_if.filter(|next_if| next_if.value == slot.value).map(|_| *slot));
    }
    std::mem::swap(&mut machine.state.slots, slots);
    if machine.state.flags != right.flags {
        machine.state.flags = Flags::Unknown;
    }
}
