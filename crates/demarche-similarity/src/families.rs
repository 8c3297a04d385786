use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::code::{CodeFamilies, FamilyNode, FamilyTie};
use demarche_index::{Index, SampleId};
use demarche_terms::Runtime;

use crate::compare::at_least_nothing;
use crate::runtime::told_apart;
use crate::tie::{By, Counterparts, Groups, SHARED};
use crate::{Amount, Calibration, compared_with};

/// Pairs of families that share code, from the counterparts of every program of an index, one program after the other.
#[derive(Debug)]
pub struct FamilyTies<'a> {
    index: &'a Index,
    groups: Groups<'a>,
    /// The families, library code among them, by name.
    families: BTreeMap<&'a str, FamilyNode>,
    /// For two families by their place, the most evidence that one program of either has, the functions of it, and the
    /// runtime of the program.
    ties: BTreeMap<[u64; 2], (Amount, u64, Option<Runtime>)>,
}

impl<'a> FamilyTies<'a> {
    /// The families of an index, with nothing known of them yet.
    #[must_use]
    pub fn new(index: &'a Index) -> Self {
        let mut families: BTreeMap<&str, FamilyNode> = BTreeMap::new();
        for sample in index.samples() {
            let Some(name) = sample.meta.family.as_deref() else { continue };
            let node = families.entry(name).or_insert_with(|| FamilyNode {
                name: name.to_owned(),
                actors: Vec::new(),
                is_library: sample.meta.is_library,
                programs: 0,
                functions: 0,
            });
            node.programs += 1;
            node.functions += u64::from(sample.functions);
            let actors: BTreeSet<String> =
                node.actors.iter().chain(&sample.meta.actors).cloned().collect();
            node.actors = actors.into_iter().collect();
        }
        Self { index, groups: Groups::new(index, By::Family), families, ties: BTreeMap::new() }
    }

    /// Adds what one program has in common with the others; its own family is left out of the ties, library code too.
    pub fn add(&mut self, sample: SampleId, counterparts: &[Counterparts]) {
        let Some(stored) = self.index.sample(sample).filter(|stored| !stored.meta.is_library)
        else {
            return;
        };
        let Some(name) = stored.meta.family.as_deref() else { return };
        let Some(own_index) = self.index_of(name) else { return };
        let (counterparts, _) = told_apart(self.index, stored.meta.runtime, counterparts);
        let could_tell = |function: &&Counterparts| {
            function.is_comparable && !function.is_untold && self.groups.library(function) <= SHARED
        };
        let compared = counterparts.iter().filter(could_tell).count();
        for evidence in self.groups.evidence_beside(&counterparts, name) {
            let Some(index) = self.index_of(&evidence.name).filter(|index| *index != own_index)
            else {
                continue;
            };
            // A tie has no direction; of the two programs that show it, the evidence with more evidence counts.
            let amount = Amount { evidence: evidence.evidence, compared };
            let found = (amount, evidence.functions.len() as u64, stored.meta.runtime);
            let tie =
                self.ties.entry([own_index.min(index), own_index.max(index)]).or_insert(found);
            if amount.nats() > tie.0.nats() {
                *tie = found;
            }
        }
    }

    fn index_of(&self, name: &str) -> Option<u64> {
        self.families.keys().position(|family| *family == name).map(|index| index as u64)
    }

    /// The ties that were found, the strongest first; each by the calibration of the runtime of its program.
    #[must_use]
    pub fn finish(self, calibration: impl Fn(Option<Runtime>) -> Calibration) -> CodeFamilies {
        type Found = (Amount, u64, Option<Runtime>);
        let tie = |(families, (amount, functions, runtime)): (&[u64; 2], &Found)| FamilyTie {
            families: *families,
            functions: *functions,
            strength: at_least_nothing(calibration(*runtime).strength(*amount)),
        };
        let mut ties: Vec<FamilyTie> =
            self.ties.iter().map(tie).filter(|tie| tie.strength.nats > 0.0).collect();
        ties.sort_by(|left, right| {
            let stronger = right.strength.nats.total_cmp(&left.strength.nats);
            stronger
                .then(right.functions.cmp(&left.functions))
                .then(left.families.cmp(&right.families))
        });
        CodeFamilies {
            index: compared_with(self.index),
            families: self.families.into_values().collect(),
            ties,
        }
    }
}
