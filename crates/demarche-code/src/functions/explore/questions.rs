//! The questions of the other sources of starts to the walk.

use demarche_image::Image;

use super::{NOWHERE, Walk, bits};
use crate::Discovery;
use crate::functions::code_map::mark;
use crate::functions::flow::Flow;
use crate::functions::opening::{Opening, opening};

impl Walk<'_> {
    /// The place after the straight code at a place, if it reads like code up to its first end and leads to code only.
    pub(crate) fn straight_end(&mut self, position: u32) -> Option<u32> {
        const LONGEST: u32 = 256;
        if !self.seek(position) {
            return None;
        }
        let mut offset = position;
        for _ in 0..LONGEST {
            let step = self.machine.step()?;
            let last = offset.saturating_add(step.length - 1);
            if self.map.mark(last) & (mark::BODY | mark::DATA | mark::INSTRUCTION) != 0 {
                return None;
            }
            if let Flow::Jump(address) | Flow::Branch(address) | Flow::Call(address) = step.flow {
                let to = self.map.place(address)?;
                if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
                    return None;
                }
            }
            offset += step.length;
            let ends = bits(step.flow) & mark::ENDS != 0;
            if ends || self.map.mark(offset) & mark::INSTRUCTION != 0 {
                return Some(offset);
            }
        }
        Some(offset)
    }

    /// The beginning of the code at a place.
    pub(crate) fn opening(&self, index: u32) -> Opening {
        let Image { architecture, format, .. } = *self.image;
        opening(architecture, format, self.map.bytes(index), self.map.address(index).0)
    }

    /// Returns true if a place lies where optimising compilers like functions to begin.
    pub(crate) fn is_aligned(&self, index: u32) -> bool {
        self.map.address(index).0.is_multiple_of(16)
    }

    /// Returns true if nearly all functions that are called begin at multiples of 16.
    ///
    /// They do unless the program was compiled for size.
    pub(crate) fn are_aligned(&self) -> bool {
        let called = self.starts.iter().filter(|start| start.discovery == Discovery::CallTarget);
        let (mut all, mut aligned) = (0_usize, 0_usize);
        for start in called {
            all += 1;
            aligned += usize::from(self.is_aligned(start.index));
        }
        aligned * 10 >= all * 9
    }

    /// Returns true if a place lies within a range that an unwind table names, behind its first byte.
    pub(crate) fn is_covered(&self, index: u32) -> bool {
        self.covered_until(index).is_some()
    }

    /// The end of the range that an unwind table names, for places within it behind its first byte.
    pub(crate) fn covered_until(&self, index: u32) -> Option<u32> {
        let after = self.covered.partition_point(|range| range.0 <= index);
        let &(first, end) = self.covered.get(after.checked_sub(1)?)?;
        (first < index && index < end).then_some(end)
    }

    /// Returns true if an unwind table puts two places into one range, and the second one not at its beginning.
    pub(crate) fn is_same_range(&self, index: u32, to: u32) -> bool {
        let range = |index| self.covered.partition_point(|range| range.0 <= index);
        self.is_covered(to) && range(index) == range(to)
    }

    /// The code after calls of what never returns, where nothing else has reached it.
    pub(crate) fn unreturned(&self) -> Vec<(u32, u32)> {
        let mut after = Vec::new();
        for start in self.starts.iter().filter(|start| !start.returns) {
            let mut next = start.waiting;
            while let Some(one) = self.waiting.get(next as usize) {
                if one.index != NOWHERE
                    && self.map.mark(one.index) & (mark::INSTRUCTION | mark::BODY | mark::DATA) == 0
                {
                    after.push((one.index, one.owner));
                }
                next = one.next;
            }
        }
        after.sort_unstable();
        after
    }

    /// Walks on after a call that was taken never to return.
    pub(crate) fn go_on(&mut self, position: u32, owner: u32) {
        if let Some(call) = self.map.before(position) {
            self.map.clear(call, mark::ENDS);
        }
        self.work.push((position, owner));
        self.run();
    }

    /// The number of bytes of padding begin at a place: one instruction that does nothing, or filling.
    pub(crate) fn padding(&self, index: u32) -> u32 {
        self.machine.padding(self.map.bytes(index))
    }
}
