//! Recall and precision by build.

use std::collections::BTreeMap;

use super::known::Key;

/// What was found in programs of one build.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    /// Functions that the index has.
    pub(crate) wanted: f64,
    answered: f64,
    right: f64,
    /// Functions that the index does not have.
    strange: f64,
    strange_answered: f64,
    pub(crate) seconds: f64,
}

impl Score {
    /// Adds a function with its surest counterparts, which share it. One that was not even found has none.
    pub(crate) fn add(&mut self, key: &Key, surest: &[Option<&Key>], is_in_index: bool) {
        let answered = if surest.is_empty() { 0.0 } else { 1.0 };
        if !is_in_index {
            self.strange += 1.0;
            self.strange_answered += answered;
            return;
        }
        self.wanted += 1.0;
        self.answered += answered;
        let right = surest.iter().filter(|found| **found == Some(key)).count();
        self.right += right as f64 / surest.len().max(1) as f64;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.wanted += other.wanted;
        self.answered += other.answered;
        self.right += other.right;
        self.strange += other.strange;
        self.strange_answered += other.strange_answered;
        self.seconds += other.seconds;
    }

    pub(crate) fn recall(&self) -> f64 {
        self.right / self.wanted.max(1.0)
    }

    pub(crate) fn precision(&self) -> f64 {
        self.right / self.answered.max(1.0)
    }
}

pub(crate) fn print(rows: &BTreeMap<String, Score>) {
    println!(
        "{:24} {:>7} {:>8} {:>8} {:>9} {:>8} {:>8} {:>7}",
        "build", "wanted", "answered", "recall@1", "precision", "strange", "answered", "CPU-s"
    );
    for (build, row) in rows {
        println!(
            "{build:24} {:7} {:8.3} {:8.3} {:9.3} {:8} {:8.3} {:7.2}",
            row.wanted,
            row.answered / row.wanted.max(1.0),
            row.recall(),
            row.precision(),
            row.strange,
            row.strange_answered / row.strange.max(1.0),
            row.seconds
        );
    }
    let sum: f64 = rows.values().map(Score::recall).sum();
    println!("mean recall@1 {:.4}", sum / rows.len().max(1) as f64);
}
