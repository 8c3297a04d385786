//! Recall and precision by build, and processor time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::corpus::{Function, Key, Known};

/// What was found in programs of one build.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    /// Functions that the index has.
    wanted: f64,
    answered: f64,
    right: f64,
    /// Functions that the index does not have.
    strange: f64,
    strange_answered: f64,
    pub(crate) seconds: f64,
}

impl Score {
    /// Functions that were not even found count as wanted.
    pub(crate) fn missed(
        &mut self,
        functions: &BTreeMap<u64, Function>,
        known: &Known,
        pool: &BTreeSet<&Key>,
    ) {
        let starts: BTreeSet<u64> = known.starts.iter().copied().collect();
        for (address, function) in functions {
            if function.is_counted() && !starts.contains(address) && pool.contains(&function.key())
            {
                self.wanted += 1.0;
            }
        }
    }

    pub(crate) fn add(&mut self, truth: &Function, surest: &[Option<&Key>], is_in_index: bool) {
        let answered = if surest.is_empty() { 0.0 } else { 1.0 };
        if !is_in_index {
            self.strange += 1.0;
            self.strange_answered += answered;
            return;
        }
        self.wanted += 1.0;
        self.answered += answered;
        let key = truth.key();
        let right = surest.iter().filter(|one| **one == Some(&key)).count();
        #[expect(clippy::cast_precision_loss, reason = "ties are few")]
        let share = right as f64 / surest.len().max(1) as f64;
        self.right += share;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.wanted += other.wanted;
        self.answered += other.answered;
        self.right += other.right;
        self.strange += other.strange;
        self.strange_answered += other.strange_answered;
        self.seconds += other.seconds;
    }
}

pub(crate) fn print(rows: &BTreeMap<String, Score>) {
    println!(
        "{:24} {:>7} {:>8} {:>8} {:>9} {:>8} {:>8} {:>7}",
        "build", "wanted", "answered", "recall@1", "precision", "strange", "answered", "CPU-s"
    );
    let mut mean = 0.0;
    for (build, row) in rows {
        let (wanted, strange) = (row.wanted.max(1.0), row.strange.max(1.0));
        mean += row.right / wanted;
        println!(
            "{build:24} {:7} {:8.3} {:8.3} {:9.3} {:8} {:8.3} {:7.2}",
            row.wanted,
            row.answered / wanted,
            row.right / wanted,
            row.right / row.answered.max(1.0),
            row.strange,
            row.strange_answered / strange,
            row.seconds
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "there are few builds")]
    let builds = rows.len().max(1) as f64;
    println!("mean recall@1 {:.4}", mean / builds);
}

/// What all threads have used of the processor so far.
///
/// Linux counts it in hundredths of a second; elsewhere it stays zero, and speeds read as infinite.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
