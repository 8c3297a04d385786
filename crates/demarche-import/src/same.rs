//! Mentions of the same thing, and the strictest marking among them.

use std::collections::HashMap;

use demarche_terms::Tlp;

/// Mentions that are joined where they have a key in common, directly or through others.
///
/// Time is near linear in the number of keys (union by path halving; Tarjan and van Leeuwen 1984).
#[derive(Default)]
pub(crate) struct Same {
    of_key: HashMap<String, usize>,
    parent: Vec<usize>,
    level: Vec<Tlp>,
}

impl Same {
    /// Adds a mention and returns its number, from 0, and the groups that it belongs to; none for a new thing.
    pub(crate) fn add(&mut self, keys: Vec<String>, tlp: Tlp) -> (usize, Vec<usize>) {
        let number = self.parent.len();
        self.parent.push(number);
        self.level.push(tlp);
        let mut groups = Vec::new();
        for key in keys {
            match self.of_key.get(&key).copied() {
                None => drop(self.of_key.insert(key, number)),
                Some(other) => {
                    let group = self.group(other);
                    if group != self.group(number) {
                        groups.push(group);
                        self.join(group, number);
                    }
                }
            }
        }
        (number, groups)
    }

    /// The strictest marking of all mentions of the thing.
    pub(crate) fn level(&mut self, number: usize) -> Tlp {
        let group = self.group(number);
        self.level.get(group).copied().unwrap_or(Tlp::Red)
    }

    fn group(&mut self, number: usize) -> usize {
        let mut at = number;
        while let Some(parent) = self.parent.get(at).copied().filter(|parent| *parent != at) {
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parent.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
        at
    }

    /// Joins two mentions; the earlier one stands for both.
    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.group(left), self.group(right));
        let (first, second) = (left.min(right), left.max(right));
        let level = self.level.get(first).copied().max(self.level.get(second).copied());
        if let (Some(parent), Some(level)) = (self.parent.get_mut(second), level) {
            *parent = first;
            if let Some(slot) = self.level.get_mut(first) {
                *slot = level;
            }
        }
    }
}
