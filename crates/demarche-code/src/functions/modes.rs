//! The two encodings of 32-bit Arm, where an address does not tell which one it is.

use super::code_map::mark;
use super::explore::Walk;
use super::opening::arm::reads_like_a32;
use super::taken::is_taken;

/// The place of a function whose address may lack the bit that tells Thumb.
///
/// What is known already holds; else the code tells: nearly all instructions of A32 have the condition "always", whose
/// bits are rare at the same places of Thumb code.
pub(crate) fn place(walk: &Walk<'_>, address: u64) -> Option<u32> {
    let position = walk.map.place(address)?;
    if !walk.map.has_thumb() || position & 1 == 1 {
        return Some(position);
    }
    let is_start = |place: u32| walk.map.mark(place) & mark::START != 0;
    let is_thumb = if is_start(position | 1) {
        true
    } else if is_start(position) {
        false
    } else {
        !reads_like_a32(walk.map.bytes(position)) || !walk.map.aligned(position, 4)
    };
    Some(if is_thumb { position | 1 } else { position })
}

/// The encoding of the code before a gap, which the code in the gap mostly has too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    has_thumb: bool,
    is_thumb: bool,
}

impl Mode {
    pub(crate) fn new(walk: &Walk<'_>) -> Self {
        let thumb = walk.starts.iter().filter(|start| start.index & 1 == 1).count();
        Self { has_thumb: walk.map.has_thumb(), is_thumb: thumb * 2 > walk.starts.len() }
    }

    /// Notes an instruction.
    pub(crate) fn see(&mut self, walk: &Walk<'_>, index: u32) {
        if self.has_thumb && walk.map.mark(index) & mark::INSTRUCTION != 0 {
            self.is_thumb = index & 1 == 1;
        }
    }

    /// The first place from a free one on where an instruction may begin; `None` at the end of the code.
    pub(crate) fn begin(self, walk: &Walk<'_>, index: u32) -> Option<u32> {
        if !self.has_thumb {
            return Some(index);
        }
        let even = index.next_multiple_of(2);
        let place = if self.is_thumb {
            // An odd place stands for code that begins a byte before it.
            let is_free = index & 1 == 1 && !is_taken(walk.map.mark(index - 1));
            if is_free { index } else { even | 1 }
        } else if walk.map.aligned(even, 4) {
            even
        } else {
            even + 2
        };
        (place < walk.map.len()).then_some(place)
    }
}
