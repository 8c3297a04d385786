//! YARA rules from the code that only one family has.
//!
//! A rule's strings are basic blocks that were met in the family's files and in no other file at hand, bytes that change
//! when code moves replaced by wildcards; each is looked for in all bytes of every file, as YARA does, not only where
//! functions are. Which blocks are taken depends on nothing but the files. What is said of a rule's coverage is counted: on
//! the files it was made from, on the others, on each of both by rules made without it, and on the samples of the index
//! whose files are gone.

mod candidates;
mod choose;
mod pattern;
mod relocatable;
mod scanner;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use demarche_index::{Index, IndexError, SampleId};
use demarche_terms::{Sha256, VirtualAddress};

pub use candidates::{Other, Request, Source};
pub use pattern::Pattern;

use candidates::Candidate;
use scanner::Scanner;

/// The most rules that are made to try them on files they were not made from.
const HELD_OUT: usize = 20;

/// A block that became a string of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its bytes.
    pub pattern: Pattern,
    /// The first file that it was met in.
    pub sample: Sha256,
    /// Its address there.
    pub address: VirtualAddress,
    /// The function that it is a part of there.
    pub function: VirtualAddress,
    /// The exact hash of that function.
    pub exact: u64,
    /// The files that have it, by their index in the request, ascending.
    pub files: Vec<usize>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The family.
    pub family: String,
    /// The strings.
    pub blocks: Vec<Block>,
    /// The number of strings that a file must have, at least 1.
    pub threshold: usize,
    /// The files that it hits.
    pub coverage: Coverage,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The number that is hit.
    pub hit: usize,
    /// The number in all.
    pub of: usize,
}

/// The files that a rule hits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Of the files it was made from.
    pub own: Share,
    /// Of files that a rule was tried on that was made in the same way without them; of none where there are fewer than two.
    ///
    /// This is what to expect of the family's next file.
    pub held_out: Share,
    /// Of the others at hand.
    pub others: Share,
    /// Of the others, each tried on a rule that was made without any file of its family.
    ///
    /// This is what to expect of a family that is not at hand.
    pub held_out_others: Share,
    /// Of the samples of the index; `None` without one.
    pub index: Option<IndexCoverage>,
}

/// The samples that a rule surely hits among the samples of an index, whose files are not needed for it.
///
/// A sample counts as hit when it has enough of the functions that the strings come from, instruction for instruction. It
/// may be hit without that, since a block can be there while its function has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexCoverage {
    /// Of the family's.
    pub family: Share,
    /// Of those of other families, of libraries and of good programs.
    pub others: Share,
    /// The others that are hit, ascending.
    pub wrong: Vec<SampleId>,
}

/// Makes a rule; `None` where no block is the family's alone.
///
/// # Errors
///
/// When the index is damaged.
pub fn rule(request: &Request<'_>) -> Result<Option<Rule>, IndexError> {
    let candidates = candidates::of(request)?;
    let all: BTreeSet<usize> = (0..request.own.len()).collect();
    let alone: Vec<&Candidate> =
        candidates.iter().filter(|candidate| candidate.elsewhere.is_empty()).collect();
    let Some((blocks, threshold)) = choose::choose(&alone, &all, request.strings) else {
        return Ok(None);
    };
    let blocks: Vec<Block> =
        blocks.into_iter().map(|candidate| block(request, candidate)).collect();
    let scanner = Scanner::of(blocks.iter().map(|block| &block.pattern));
    let files = request.own.iter().map(|source| source.bytes);
    let coverage = Coverage {
        own: share(files, &scanner, threshold),
        held_out: held_out(request, &alone),
        held_out_others: held_out_others(request, &candidates),
        others: share(request.others.iter().map(|file| file.bytes), &scanner, threshold),
        index: match request.index {
            Some(index) => Some(in_index(index, request.family, &blocks, threshold)?),
            None => None,
        },
    };
    Ok(Some(Rule { family: request.family.to_owned(), blocks, threshold, coverage }))
}

fn block(request: &Request<'_>, candidate: &Candidate) -> Block {
    Block {
        pattern: candidate.pattern.clone(),
        sample: request.own[candidate.source].sha256,
        address: candidate.address,
        function: candidate.function,
        exact: candidate.exact,
        files: candidate.files.iter().copied().collect(),
    }
}

/// The share of files that have at least so many of the patterns.
fn share<'a>(
    files: impl Iterator<Item = &'a [u8]>,
    scanner: &Scanner<'_>,
    threshold: usize,
) -> Share {
    let hits: Vec<bool> = files.map(|bytes| scanner.met(bytes).len() >= threshold).collect();
    Share { hit: hits.iter().filter(|hit| **hit).count(), of: hits.len() }
}

/// Tries rules on files that they were not made from.
///
/// That a block is in no other file is known beforehand, from files that stay the same; so only the choice is made anew,
/// from blocks that some other file has; which of them the file has was found in its bytes.
fn held_out(request: &Request<'_>, candidates: &[&Candidate]) -> Share {
    let mut share = Share::default();
    if request.own.len() < 2 {
        return share;
    }
    for left_out in (0..request.own.len()).take(HELD_OUT) {
        let rest: BTreeSet<usize> =
            (0..request.own.len()).filter(|file| *file != left_out).collect();
        share.of += 1;
        if let Some((blocks, threshold)) = choose::choose(candidates, &rest, request.strings) {
            let met = blocks.iter().filter(|block| block.files.contains(&left_out)).count();
            share.hit += usize::from(met >= threshold);
        }
    }
    share
}

/// Tries rules on others that they were not made with: for each family of them a rule for which it does not count.
fn held_out_others(request: &Request<'_>, candidates: &[Candidate]) -> Share {
    let all: BTreeSet<usize> = (0..request.own.len()).collect();
    let mut families: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (index, file) in request.others.iter().enumerate() {
        families.entry(file.family).or_default().insert(index);
    }
    let mut share = Share::default();
    for left_out in families.values() {
        share.of += left_out.len();
        let rest: Vec<&Candidate> =
            candidates.iter().filter(|candidate| candidate.elsewhere.is_subset(left_out)).collect();
        if let Some((blocks, threshold)) = choose::choose(&rest, &all, request.strings) {
            let met = |file: &&usize| {
                blocks.iter().filter(|block| block.elsewhere.contains(file)).count() >= threshold
            };
            share.hit += left_out.iter().filter(met).count();
        }
    }
    share
}

/// Counts the samples of an index that surely are hit.
fn in_index(
    index: &Index,
    family: &str,
    blocks: &[Block],
    threshold: usize,
) -> Result<IndexCoverage, IndexError> {
    let mut strings: BTreeMap<SampleId, usize> = BTreeMap::new();
    for block in blocks {
        let functions = index.with_exact(block.exact)?;
        let samples: BTreeSet<SampleId> =
            functions.into_iter().filter_map(|function| index.sample_of(function)).collect();
        for sample in samples {
            *strings.entry(sample).or_default() += 1;
        }
    }
    let mut coverage = IndexCoverage::default();
    for (id, sample) in (0..).map(SampleId).zip(index.samples()) {
        let is_own = sample.meta.family.as_deref() == Some(family);
        let is_hit = strings.get(&id).is_some_and(|count| *count >= threshold);
        let share = if is_own { &mut coverage.family } else { &mut coverage.others };
        share.of += 1;
        share.hit += usize::from(is_hit);
        if is_hit && !is_own {
            coverage.wrong.push(id);
        }
    }
    Ok(coverage)
}
