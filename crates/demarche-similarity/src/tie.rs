//! Who has a program's functions: the evidence for each family and each actor.

use std::collections::{BTreeMap, BTreeSet};

use demarche_index::{FunctionId, Index, SampleId, StoredSample};

/// A function of a program, and its counterparts in known programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterparts {
    /// Its place among the functions of the program.
    pub place: u32,
    /// Its bytes.
    pub size: u64,
    /// Whether it has enough traits to be compared at all.
    pub is_comparable: bool,
    /// Whether it is shared only with programs whose runtime cannot be told from what is their own.
    pub is_untold: bool,
    /// Its counterpart in each known program that has one.
    pub found: Vec<Counterpart>,
}

/// A function of a known program that is likely the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counterpart {
    /// The known program.
    pub sample: SampleId,
    /// Its function.
    pub function: FunctionId,
    /// How sure it is that both are one source function, from 0 to 1.
    pub probability: f64,
    /// Whether both are the same instructions but for addresses.
    pub is_identical: bool,
}

/// What known programs are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Families.
    Family,
    /// Actors; a family that is ascribed to several counts for each of them.
    Actor,
}

/// What one family or actor has of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// Functions that it alone has, each weighed by how sure that is; a pure number, 0 or more.
    pub evidence: f64,
    /// Functions that it has and few others, each weighed by how sure and how rare it is; at least nearly the same.
    pub held: f64,
    /// The functions that are held, by their place in the list of counterparts, with what each adds; the weightiest first.
    pub functions: Vec<(usize, f64)>,
    /// How many of these functions nobody else has.
    pub alone: usize,
    /// Others that have at least half of what is held.
    pub with: Vec<String>,
    /// The known program that has most of it.
    pub nearest: SampleId,
}

/// A function counts as shared where its counterpart is surer than this.
pub const SHARED: f64 = 0.5;

/// The groups that known programs belong to.
#[derive(Debug)]
pub struct Groups<'index> {
    index: &'index Index,
    names: Vec<&'index str>,
    of: Vec<Vec<usize>>,
    /// For each group, those of the same hand, itself included: families that share an actor.
    kin: Vec<BTreeSet<usize>>,
}

impl<'index> Groups<'index> {
    /// The families or actors of an index; library code belongs to none.
    #[must_use]
    pub fn new(index: &'index Index, by: By) -> Self {
        let named = |one: &'index StoredSample| -> Vec<&'index str> {
            match by {
                _ if one.meta.is_library => Vec::new(),
                By::Family => one.meta.family.as_deref().into_iter().collect(),
                By::Actor => one.meta.actors.iter().map(String::as_str).collect(),
            }
        };
        let all: BTreeSet<&str> = index.samples().iter().flat_map(named).collect();
        let names: Vec<&str> = all.into_iter().collect();
        let place = |name: &str| names.binary_search(&name).ok();
        let of = index.samples().iter();
        let of: Vec<Vec<usize>> =
            of.map(|one| named(one).into_iter().filter_map(place).collect()).collect();
        let kin = match by {
            By::Family => kin(index, &of, names.len()),
            By::Actor => (0..names.len()).map(|group| BTreeSet::from([group])).collect(),
        };
        Self { index, names, of, kin }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn of(&self, sample: SampleId) -> &[usize] {
        let place = usize::try_from(sample.0).unwrap_or(usize::MAX);
        self.of.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    /// How sure it is that library code has a function.
    #[must_use]
    pub fn library(&self, function: &Counterparts) -> f64 {
        let is_library = |sample| self.index.sample(sample).is_some_and(|one| one.meta.is_library);
        let found = function.found.iter().filter(|one| is_library(one.sample));
        found.map(|one| one.probability).fold(0.0, f64::max)
    }

    /// How sure it is that each group has a function: the surest of its programs.
    fn holders(&self, function: &Counterparts) -> BTreeMap<usize, f64> {
        let mut holders = BTreeMap::new();
        for one in &function.found {
            for group in self.of(one.sample) {
                let sure = holders.entry(*group).or_insert(0.0_f64);
                *sure = sure.max(one.probability);
            }
        }
        holders
    }

    /// How many groups have a function.
    #[must_use]
    pub fn holding(&self, function: &Counterparts) -> usize {
        self.holders(function).values().filter(|sure| **sure > SHARED).count()
    }

    /// The surest counterpart of a function in the programs of a group; of equally sure ones the first.
    #[must_use]
    pub fn best(&self, function: &Counterparts, name: &str) -> Option<Counterpart> {
        let group = self.names.binary_search(&name).ok()?;
        let mut found: Vec<&Counterpart> = function.found.iter().collect();
        found.retain(|one| self.of(one.sample).contains(&group));
        let surest = |left: &&&Counterpart, right: &&&Counterpart| {
            left.probability
                .total_cmp(&right.probability)
                .then_with(|| right.sample.cmp(&left.sample))
        };
        found.iter().max_by(surest).map(|one| **one)
    }

    /// What each group has of a program, the most evidence first; groups that have nothing are left out.
    ///
    /// A function counts as evidence with the probability that the group has it, times that of library code not having
    /// it, times that of no other hand having it: what two hands have tells of neither. Families of one actor are one hand.
    /// It counts as held by its rarity instead of the last: 1 where no other group has it, 0 where all have it, the
    /// logarithm of their number in between.
    #[must_use]
    pub fn evidence(&self, functions: &[Counterparts]) -> Vec<Evidence> {
        self.evidence_for(functions, None)
    }

    /// As [`Groups::evidence`], for a program of the group `own`: what other families of its own hand have is no reason
    /// against a tie to somebody else.
    #[must_use]
    pub fn evidence_beside(&self, functions: &[Counterparts], own: &str) -> Vec<Evidence> {
        self.evidence_for(functions, self.names.binary_search(&own).ok())
    }

    fn evidence_for(&self, functions: &[Counterparts], own: Option<usize>) -> Vec<Evidence> {
        let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
        for (place, function) in functions.iter().enumerate().filter(|(_, one)| one.is_comparable) {
            let private = 1.0 - self.library(function);
            let holders = self.holders(function);
            let rarity = self.rarity(&holders);
            for (group, sure) in &holders {
                let held = sure * private * rarity;
                if held > 0.0 {
                    let sum = sums.entry(*group).or_default();
                    sum.evidence += sure * private * self.alone(&holders, *group, own);
                    sum.hold(place, held, &holders, *group);
                }
            }
        }
        let mut evidence: Vec<Evidence> = sums
            .into_iter()
            .filter_map(|(group, sum)| self.finish(group, sum, functions))
            .collect();
        evidence.sort_by(|left, right| {
            let more = right.evidence.total_cmp(&left.evidence);
            more.then(right.held.total_cmp(&left.held)).then_with(|| left.name.cmp(&right.name))
        });
        evidence
    }

    /// How sure it is that no hand has a function but that of a group, and that of the program's own group.
    fn alone(&self, holders: &BTreeMap<usize, f64>, group: usize, own: Option<usize>) -> f64 {
        let is_kin =
            |of: usize, other: &usize| self.kin.get(of).is_some_and(|kin| kin.contains(other));
        let others = holders.iter().filter(|(other, _)| {
            !is_kin(group, other) && !own.is_some_and(|own| is_kin(own, other))
        });
        1.0 - others.map(|(_, sure)| *sure).fold(0.0, f64::max)
    }

    /// How rare a function is that these groups have, from 0 (all have it) to 1 (one has it).
    fn rarity(&self, holders: &BTreeMap<usize, f64>) -> f64 {
        // With a single group nothing is known of rarity, and what library code has is out already.
        let all = number(self.names.len().max(2));
        let having: f64 = holders.values().sum();
        ((all / having.max(1.0)).ln() / all.ln()).clamp(0.0, 1.0)
    }

    fn finish(&self, group: usize, mut sum: Sum, functions: &[Counterparts]) -> Option<Evidence> {
        sum.functions.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let half = sum.held / 2.0;
        let with = sum.with.iter().filter(|(_, adds)| **adds >= half);
        let with =
            with.filter_map(|(group, _)| self.names.get(*group)).map(|name| (*name).to_owned());
        Some(Evidence {
            name: (*self.names.get(group)?).to_owned(),
            evidence: sum.evidence,
            held: sum.held,
            alone: sum.alone,
            with: with.collect(),
            nearest: self.nearest(group, &sum.functions, functions)?,
            functions: sum.functions,
        })
    }

    /// The program of a group that has most of the functions that count.
    fn nearest(
        &self,
        group: usize,
        counted: &[(usize, f64)],
        functions: &[Counterparts],
    ) -> Option<SampleId> {
        let mut sums: BTreeMap<SampleId, f64> = BTreeMap::new();
        for (place, adds) in counted {
            for one in functions.get(*place).into_iter().flat_map(|function| &function.found) {
                if self.of(one.sample).contains(&group) {
                    *sums.entry(one.sample).or_default() += adds * one.probability;
                }
            }
        }
        let most = sums
            .into_iter()
            .max_by(|left, right| left.1.total_cmp(&right.1).then_with(|| right.0.cmp(&left.0)));
        most.map(|(sample, _)| sample)
    }
}

/// What a group has, as it is added up.
#[derive(Debug, Default)]
struct Sum {
    evidence: f64,
    held: f64,
    functions: Vec<(usize, f64)>,
    alone: usize,
    with: BTreeMap<usize, f64>,
}

impl Sum {
    fn hold(&mut self, place: usize, adds: f64, holders: &BTreeMap<usize, f64>, group: usize) {
        self.held += adds;
        self.functions.push((place, adds));
        let others = holders.iter().filter(|(other, sure)| **other != group && **sure > SHARED);
        let mut is_alone = true;
        for (other, _) in others {
            is_alone = false;
            *self.with.entry(*other).or_default() += adds;
        }
        self.alone += usize::from(is_alone);
    }
}

/// For each family, those that share an actor with it, itself included.
fn kin(index: &Index, of: &[Vec<usize>], families: usize) -> Vec<BTreeSet<usize>> {
    let mut of_actor: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (sample, groups) in index.samples().iter().zip(of) {
        for actor in &sample.meta.actors {
            of_actor.entry(actor).or_default().extend(groups);
        }
    }
    let mut kin: Vec<BTreeSet<usize>> =
        (0..families).map(|family| BTreeSet::from([family])).collect();
    for together in of_actor.values() {
        for family in together {
            if let Some(kin) = kin.get_mut(*family) {
                kin.extend(together);
            }
        }
    }
    kin
}

/// A count as a number; exact below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "there are never so many groups")]
fn number(count: usize) -> f64 {
    count as f64
}
