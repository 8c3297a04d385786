//! Taking back what turned out to be no code.

use super::{Checkpoint, NOWHERE, Walk};
use crate::Discovery;
use crate::functions::code_map::mark;

impl Walk<'_> {
    /// Walks from a place that may be a function; where that leads to bytes that are no code, there is none and all is
    /// as before. Where too much was taken back already, it is left as it is.
    pub(crate) fn attempt(&mut self, index: u32, discovery: Discovery) -> bool {
        let before = self.checkpoint();
        let (starts, waiting) = (self.starts.len(), self.waiting.len());
        let (broken, tables) = (self.broken.len(), self.tables.len());
        self.trail = Some(Vec::new());
        self.start(index, discovery);
        self.run();
        let trail = self.trail.take().expect("an attempt keeps its trail to its end");
        let cost = trail.len() as u64;
        if self.broken.len() == broken || cost > self.patience {
            return true;
        }
        self.patience -= cost;
        for start in self.starts.drain(starts..) {
            self.map.clear(start.index, mark::START);
        }
        for &index in &trail {
            self.unclaim(index, self.map.after(index));
            self.map.forget_owner(index);
        }
        // They stay in their lists, but nothing follows from them any more.
        for target in self.waiting.iter_mut().skip(waiting) {
            (target.index, target.owner) = (NOWHERE, NOWHERE);
        }
        self.broken.truncate(broken);
        self.tables.truncate(tables);
        self.rewind(&before);
        false
    }

    /// The progress of the walk by now.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            edges: self.edges.len(),
            calls: self.calls.len(),
            references: self.references.len(),
            data: self.data.len(),
            unresolved: self.unresolved.len(),
            work: self.work.len(),
        }
    }

    /// Forgets what was found since.
    pub(crate) fn rewind(&mut self, before: &Checkpoint) {
        self.edges.truncate(before.edges);
        self.calls.truncate(before.calls);
        self.references.truncate(before.references);
        self.data.truncate(before.data);
        self.unresolved.truncate(before.unresolved);
        self.work.truncate(before.work);
    }

    /// Takes the instructions between two places for bytes that nothing is known of.
    pub(crate) fn unclaim(&mut self, from: u32, to: u32) {
        const CODE: u8 = mark::INSTRUCTION | mark::BODY | mark::ENDS | mark::FORKS | mark::CALLS;
        (from..to).for_each(|position| self.map.clear(position, CODE));
    }
}
