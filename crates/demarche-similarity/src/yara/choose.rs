//! The choice of the candidates that become the strings of a rule, and of how many a file must have.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::candidates::Candidate;

/// Chooses up to `limit` strings for some of the files, and how many of them a file must have.
///
/// Each file shall have as many of the strings as possible: the candidate is taken that adds to the most files that have
/// fewer than half of the strings yet, from a function that nothing was taken from if there is one. A third of
/// what the poorest file has, but two at least where it has two, is what a file must have, so that most strings may
/// change in the next version; with a half and a quarter the corpus gave the same hits.
pub(crate) fn choose<'a>(
    candidates: &[&'a Candidate],
    files: &BTreeSet<usize>,
    limit: usize,
) -> Option<(Vec<&'a Candidate>, usize)> {
    let target = limit.div_ceil(2).max(1);
    let mut counts: BTreeMap<usize, usize> = files.iter().map(|file| (*file, 0)).collect();
    let mut functions = BTreeSet::new();
    let mut rest: Vec<&Candidate> = candidates
        .iter()
        .copied()
        .filter(|candidate| !candidate.files.is_disjoint(files))
        .collect();
    // In an order that files which are left out have no part in.
    let order = |candidate: &Candidate| {
        let covered = candidate.files.intersection(files).count();
        (Reverse(covered), Reverse(candidate.pattern.fixed().count()))
    };
    rest.sort_by(|left, right| {
        order(left).cmp(&order(right)).then(left.pattern.cmp(&right.pattern))
    });
    let mut chosen: Vec<&Candidate> = Vec::new();
    while chosen.len() < limit.max(1) {
        let worth = |candidate: &Candidate| {
            let files = candidate.files.iter();
            let needy = files.filter(|file| counts.get(file).is_some_and(|met| *met < target));
            (needy.count(), !functions.contains(&candidate.exact))
        };
        // The first of the best, in that order.
        let mut best: Option<(usize, (usize, bool))> = None;
        for (index, candidate) in rest.iter().enumerate() {
            let worth = worth(candidate);
            if best.is_none_or(|(_, highest)| worth > highest) {
                best = Some((index, worth));
            }
        }
        let Some((index, _)) = best else { break };
        let taken = rest.remove(index);
        functions.insert(taken.exact);
        for file in &taken.files {
            counts.entry(*file).and_modify(|count| *count += 1);
        }
        chosen.push(taken);
    }
    // A file that nothing was found for is not covered, whatever is asked of the others.
    let poorest = counts.values().copied().filter(|count| *count > 0).min()?;
    let needed = if poorest < 2 { 1 } else { poorest.div_ceil(3).max(2) };
    Some((chosen, needed))
}
