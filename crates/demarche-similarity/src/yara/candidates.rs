//! The files of a request for a rule, and the blocks of the family that may become strings.
//!
//! A block is long enough, is part of a function that only the family has, and comes with the files that have it.

use std::collections::{BTreeMap, BTreeSet};

use demarche_code::{BasicBlock, Fingerprint, Program};
use demarche_image::{Image, VirtualAddress};
use demarche_index::{Index, IndexError};
use demarche_terms::Sha256;
use rayon::prelude::*;

use super::pattern::Pattern;
use super::relocatable::{Masked, patterns};
use super::scanner::Scanner;

/// A file at hand, and its contents as they were read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The hash of the file.
    pub sha256: Sha256,
    /// The whole file.
    pub bytes: &'a [u8],
    /// The image that a loader would make.
    pub image: &'a Image<'a>,
    /// Its functions.
    pub program: &'a Program,
    /// Their fingerprints, in the same order.
    pub fingerprints: &'a [Fingerprint],
}

/// A file that a rule must not hit.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// The family or library that it belongs to; its name where there is none.
    pub family: &'a str,
    /// The whole file.
    pub bytes: &'a [u8],
}

/// The inputs of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The family.
    pub family: &'a str,
    /// Its files.
    pub own: &'a [Source<'a>],
    /// Files of other families, of libraries and of programs that are known to be good: whatever is at hand.
    pub others: &'a [Other<'a>],
    /// An index whose other families and libraries rule functions out, and on which the coverage is counted.
    pub index: Option<&'a Index>,
    /// The most strings that the rule may have.
    pub strings: usize,
}

/// The fewest bytes that count whole: what YARA finds quickly, and chance does not make.
const FEWEST_FIXED: usize = 14;

/// The fewest different values among them: not a run of padding.
const FEWEST_VALUES: usize = 8;

/// The most bytes of a string; what is beyond makes it no surer.
const LONGEST: usize = 64;

/// The fewest instructions.
const FEWEST_INSTRUCTIONS: usize = 4;

/// The number of the best candidates that are looked for in the other files.
const SEARCHED: usize = 4000;

/// A block that may become a string.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) pattern: Pattern,
    /// The first file that it was met in.
    pub(crate) source: usize,
    pub(crate) address: VirtualAddress,
    pub(crate) function: VirtualAddress,
    pub(crate) exact: u64,
    /// The family's files that have it.
    pub(crate) files: BTreeSet<usize>,
    /// The others that have it.
    pub(crate) elsewhere: BTreeSet<usize>,
}

/// The candidates, those that most files have first, then the longest.
pub(crate) fn of(request: &Request<'_>) -> Result<Vec<Candidate>, IndexError> {
    let mut met: BTreeMap<Pattern, Candidate> = BTreeMap::new();
    for (index, source) in request.own.iter().enumerate() {
        for candidate in blocks(request, index, source)? {
            let entry = met.entry(candidate.pattern.clone()).or_insert(candidate);
            entry.files.insert(index);
        }
    }
    let mut candidates: Vec<Candidate> = met.into_values().collect();
    let fixed = |candidate: &Candidate| candidate.pattern.fixed().count();
    candidates.sort_by(|left, right| {
        let files = right.files.len().cmp(&left.files.len());
        files.then(fixed(right).cmp(&fixed(left))).then(left.pattern.cmp(&right.pattern))
    });
    candidates.truncate(SEARCHED);
    let scanner = Scanner::of(candidates.iter().map(|candidate| &candidate.pattern));
    let elsewhere: Vec<BTreeSet<usize>> =
        request.others.par_iter().map(|file| scanner.met(file.bytes)).collect();
    // A block can be where it was not seen: in a function that was not found, or in the middle of a longer block.
    let family: Vec<BTreeSet<usize>> =
        request.own.par_iter().map(|file| scanner.met(file.bytes)).collect();
    for (index, candidate) in candidates.iter_mut().enumerate() {
        candidate.files = having(&family, index);
        candidate.elsewhere = having(&elsewhere, index);
    }
    candidates.retain(|candidate| !candidate.files.is_empty());
    Ok(candidates)
}

/// The files in which a candidate was met.
fn having(met: &[BTreeSet<usize>], candidate: usize) -> BTreeSet<usize> {
    let files = met.iter().enumerate().filter(|(_, met)| met.contains(&candidate));
    files.map(|(file, _)| file).collect()
}

/// The blocks of a file that are good enough, from functions that no other family of the index has.
fn blocks(
    request: &Request<'_>,
    index: usize,
    source: &Source<'_>,
) -> Result<Vec<Candidate>, IndexError> {
    let mut candidates = Vec::new();
    for (function, fingerprint) in source.program.functions.iter().zip(source.fingerprints) {
        if function.is_thunk || is_shared(request.index, request.family, fingerprint.exact)? {
            continue;
        }
        for block in &function.blocks {
            candidates.extend(pattern(source, block).map(|pattern| Candidate {
                pattern,
                source: index,
                address: block.start,
                function: function.start,
                exact: fingerprint.exact,
                files: BTreeSet::from([index]),
                elsewhere: BTreeSet::new(),
            }));
        }
    }
    Ok(candidates)
}

/// Returns true if another family, a library or a good program of the index has a function.
fn is_shared(index: Option<&Index>, family: &str, exact: u64) -> Result<bool, IndexError> {
    let Some(index) = index else { return Ok(false) };
    let samples =
        index.with_exact(exact)?.into_iter().filter_map(|function| index.sample_of(function));
    let mut metas = samples.filter_map(|sample| index.sample(sample)).map(|stored| &stored.meta);
    Ok(metas.any(|meta| meta.is_library || meta.family.as_deref() != Some(family)))
}

/// The pattern of a block, where it is good enough: as many of its instructions as fit.
fn pattern(source: &Source<'_>, block: &BasicBlock) -> Option<Pattern> {
    let length = usize::try_from(block.size).ok()?;
    let odd = u64::from(source.image.architecture.has_thumb());
    let bytes = source.image.bytes(VirtualAddress(block.start.0 & !odd));
    let bytes = bytes.get(..length.min(bytes.len()))?;
    let mut pattern = Pattern::default();
    let mut count = 0;
    for Masked { length, pattern: next } in patterns(source.image, block.start, bytes) {
        if pattern.len() + length > LONGEST {
            break;
        }
        pattern.append(next);
        count += 1;
    }
    let pattern = pattern.trimmed();
    let fixed: Vec<u8> = pattern.fixed().collect();
    let values = fixed.iter().collect::<BTreeSet<_>>().len();
    let is_good =
        count >= FEWEST_INSTRUCTIONS && fixed.len() >= FEWEST_FIXED && values >= FEWEST_VALUES;
    is_good.then_some(pattern)
}
