//! The questions of the other sources of starts to the walk.

use super::{Edge, NOWHERE, Walk, bits};
use crate::Discovery;
use crate::functions::code_map::mark;
use crate::functions::flow::Flow;
use crate::functions::opening::arm::reads_like_a32;
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
            let last = self.map.last(offset, step.length);
            if self.map.mark(last) & (mark::BODY | mark::DATA | mark::INSTRUCTION) != 0 {
                return None;
            }
            if let Flow::Jump(address) | Flow::Branch(address) | Flow::Call(address) = step.flow {
                let is_wrong = |to| self.map.mark(to) & (mark::BODY | mark::DATA) != 0;
                match self.map.place(address) {
                    Some(to) if is_wrong(to) => return None,
                    // Relocatable files jump to the slots of missing symbols.
                    None if self.import(address).is_none() => return None,
                    _ => {}
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
        opening(self.image, self.map.bytes(index), self.map.address(index).0)
    }

    /// Returns true if the words at a place of 32-bit Arm are numbers that code loads: small ones, of either sign, such as
    /// distances and the addresses of small programs.
    ///
    /// As A32 code they ask for nothing, or are none. As Thumb code one half is a move that compilers hardly write.
    pub(crate) fn are_numbers(&self, index: u32) -> bool {
        let [first, second] = self.upper_halves(index);
        let is_small = |top: Option<u16>| matches!(top, Some(0..=0xf | 0xffff));
        match first {
            Some(0 | 0xffff) => true,
            first => is_small(first) && (index & 1 == 0 || is_small(second)),
        }
    }

    /// Returns true if the word at a place of 32-bit Arm may be such a number, and is not the beginning of a frame.
    pub(crate) fn may_be_number(&self, index: u32) -> bool {
        let is_aligned = self.map.has_thumb() && self.map.aligned(index, 4);
        // `push` and `sub sp`, which Thumb code may begin with before it moves an argument.
        let is_frame =
            matches!(self.map.bytes(index), [_, 0xb4 | 0xb5, ..] | [0x80..=0xff, 0xb0, ..]);
        is_aligned && !is_frame && matches!(self.upper_halves(index), [Some(0..=0xf | 0xffff), _])
    }

    /// The upper halves of two aligned words, behind an idle instruction where one comes before them.
    fn upper_halves(&self, index: u32) -> [Option<u16>; 2] {
        let words = match self.map.bytes(index) {
            words if self.map.aligned(index, 4) => words,
            [0, 0 | 0xbf, words @ ..] | [0xc0, 0x46, words @ ..] => words,
            _ => return [None; 2],
        };
        let (words, _) = words.as_chunks::<4>();
        [0, 1].map(|number| {
            words.get(number).map(|[_, _, low, high]| u16::from_le_bytes([*low, *high]))
        })
    }

    /// Returns true if a place of Thumb code lies in A32 code: a number only looked like its address.
    pub(crate) fn is_other_code(&self, index: u32) -> bool {
        const NEAR: u32 = 512;
        if !self.map.has_thumb() || index & 1 == 0 {
            return false;
        }
        let bytes = self.map.bytes(index);
        let skip = if self.map.aligned(index, 4) { 0 } else { 2 };
        if !reads_like_a32(bytes.get(skip..).unwrap_or_default()) {
            return false;
        }
        let mut before = (index.saturating_sub(NEAR)..index).rev();
        before
            .find(|before| self.map.mark(*before) & mark::INSTRUCTION != 0)
            .is_none_or(|before| before & 1 == 0)
    }

    /// Returns true if a place lies where optimising compilers like functions to begin.
    pub(crate) fn is_aligned(&self, index: u32) -> bool {
        self.map.aligned(index, 16)
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
            while let Some(waiting) = self.waiting.get(next as usize) {
                if waiting.index != NOWHERE
                    && self.map.mark(waiting.index) & (mark::INSTRUCTION | mark::BODY | mark::DATA)
                        == 0
                {
                    after.push((waiting.index, waiting.owner));
                }
                next = waiting.next;
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
        self.machine.padding(self.map.bytes(index), self.map.address(index).0)
    }
}

/// The stretches of code that jumps within one function span.
///
/// No function begins inside such a stretch: functions lie one after the other, and their jumps stay at home.
/// Places must be asked for in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// The lower and the upper end of each jump, ascending.
    ends: Vec<(u32, u32)>,
    next: usize,
    starts: Vec<u32>,
    reach: u32,
}

impl Spans {
    /// The spans of the jumps that a walk has found, but for some.
    pub(crate) fn new(walk: &Walk<'_>, counts: impl Fn(&Edge) -> bool) -> Self {
        let edges = walk.edges.iter().filter(|edge| counts(edge));
        let mut ends: Vec<(u32, u32)> =
            edges.map(|edge| (edge.from.min(edge.to), edge.from.max(edge.to))).collect();
        ends.sort();
        let mut starts: Vec<u32> = walk.starts.iter().map(|start| start.index).collect();
        starts.sort_unstable();
        Self { ends, next: 0, starts, reach: 0 }
    }

    /// Returns true if a jump within a function spans a place.
    pub(crate) fn cross(&mut self, index: u32) -> bool {
        while let Some(&(low, high)) = self.ends.get(self.next).filter(|end| end.0 < index) {
            self.next += 1;
            let next = self.starts.partition_point(|&start| start <= low);
            if self.starts.get(next).is_none_or(|&start| high < start) {
                self.reach = self.reach.max(high);
            }
        }
        index < self.reach
    }
}
