//! The evidence for each family and each actor: which of a program's functions they have.

use std::collections::{BTreeMap, BTreeSet};

use demarche_index::{FunctionId, Index, SampleId, StoredSample};
use demarche_terms::Origin;
use demarche_terms::number::float;

/// A function of a program, and its counterparts in known programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterparts {
    /// Its place among the functions of the program.
    pub place: u32,
    /// Its bytes.
    pub size: u64,
    /// True if it has enough traits to be compared at all.
    pub is_comparable: bool,
    /// Its origin, as the program tells it.
    pub origin: Origin,
    /// True if it is shared only with programs whose runtime cannot be told from what is their own.
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
    /// The probability that both are one source function, from 0 to 1.
    pub probability: f64,
    /// True if both are the same instructions but for addresses.
    pub is_identical: bool,
    /// True if the known program says that its function comes from a public package.
    pub is_public: bool,
}

/// The property that known programs are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Families.
    Family,
    /// Actors; a family that is ascribed to several counts for each of them.
    Actor,
}

/// The part of a program that one family or actor has.
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
    /// The number of these functions that nobody else has.
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
    same_hand: Vec<BTreeSet<usize>>,
}

impl<'index> Groups<'index> {
    /// The families or actors of an index; library code belongs to none.
    #[must_use]
    pub fn new(index: &'index Index, by: By) -> Self {
        let named = |sample: &'index StoredSample| -> Vec<&'index str> {
            match by {
                _ if sample.meta.is_library => Vec::new(),
                By::Family => sample.meta.family.as_deref().into_iter().collect(),
                By::Actor => sample.meta.actors.iter().map(String::as_str).collect(),
            }
        };
        let all: BTreeSet<&str> = index.samples().iter().flat_map(named).collect();
        let names: Vec<&str> = all.into_iter().collect();
        let group = |name: &str| names.binary_search(&name).ok();
        let of = index.samples().iter();
        let of: Vec<Vec<usize>> =
            of.map(|sample| named(sample).into_iter().filter_map(group).collect()).collect();
        let same_hand = match by {
            By::Family => same_hand(index, &of, names.len()),
            By::Actor => (0..names.len()).map(|group| BTreeSet::from([group])).collect(),
        };
        Self { index, names, of, same_hand }
    }

    /// The number of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns true if there are no groups.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn of(&self, sample: SampleId) -> &[usize] {
        &self.of[sample.0 as usize]
    }

    /// The probability that library code has a function: certain where the program names its public package.
    #[must_use]
    pub fn library(&self, function: &Counterparts) -> f64 {
        if matches!(function.origin, Origin::Package(_)) {
            return 1.0;
        }
        let is_library =
            |sample| self.index.sample(sample).is_some_and(|stored| stored.meta.is_library);
        let found = function
            .found
            .iter()
            .filter(|counterpart| counterpart.is_public || is_library(counterpart.sample));
        found.map(|counterpart| counterpart.probability).fold(0.0, f64::max)
    }

    /// The probability that each group has a function: the surest of its programs.
    fn holders(&self, function: &Counterparts) -> BTreeMap<usize, f64> {
        let mut holders = BTreeMap::new();
        for counterpart in function.found.iter().filter(|counterpart| !counterpart.is_public) {
            for group in self.of(counterpart.sample) {
                let sure = holders.entry(*group).or_insert(0.0_f64);
                *sure = sure.max(counterpart.probability);
            }
        }
        holders
    }

    /// The number of groups that have a function.
    #[must_use]
    pub fn holding(&self, function: &Counterparts) -> usize {
        self.holders(function).values().filter(|sure| **sure > SHARED).count()
    }

    /// The surest counterpart of a function in the programs of a group; of equally sure ones the first.
    #[must_use]
    pub fn best(&self, function: &Counterparts, name: &str) -> Option<Counterpart> {
        let group = self.names.binary_search(&name).ok()?;
        let mut found: Vec<&Counterpart> = function.found.iter().collect();
        found.retain(|counterpart| self.of(counterpart.sample).contains(&group));
        let surest = |left: &&&Counterpart, right: &&&Counterpart| {
            left.probability
                .total_cmp(&right.probability)
                .then_with(|| right.sample.cmp(&left.sample))
        };
        found.iter().max_by(surest).map(|counterpart| **counterpart)
    }

    /// The part of a program that each group has, the most evidence first; groups that have nothing are left out.
    ///
    /// A function counts as evidence with the probability that the group has it, times that of library code not having
    /// it, times that of no other hand having it: what two hands have tells of neither. Families of one actor are one hand.
    /// It counts as held by its rarity instead of the last: 1 where no other group has it, 0 where all have it, the
    /// logarithm of their number in between.
    #[must_use]
    pub fn evidence(&self, functions: &[Counterparts]) -> Vec<Evidence> {
        self.evidence_for(functions, None)
    }

    /// As [`Groups::evidence`], for a program of the group `name`: what other families of its own hand have is no reason
    /// against a tie to somebody else.
    #[must_use]
    pub fn evidence_beside(&self, functions: &[Counterparts], name: &str) -> Vec<Evidence> {
        self.evidence_for(functions, self.names.binary_search(&name).ok())
    }

    fn evidence_for(&self, functions: &[Counterparts], own_group: Option<usize>) -> Vec<Evidence> {
        let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
        for (index, function) in
            functions.iter().enumerate().filter(|(_, function)| function.is_comparable)
        {
            let private = 1.0 - self.library(function);
            let holders = self.holders(function);
            let rarity = self.rarity(&holders);
            for (group, sure) in &holders {
                let held = sure * private * rarity;
                if held > 0.0 {
                    let sum = sums.entry(*group).or_default();
                    sum.evidence += sure * private * self.alone(&holders, *group, own_group);
                    sum.hold(index, held, &holders, *group);
                }
            }
        }
        let mut evidence: Vec<Evidence> = sums
            .into_iter()
            .filter_map(|(group, sum)| self.finish(group, sum, functions))
            .collect();
        evidence.sort_by(|left, right| {
            let evidence = right.evidence.total_cmp(&left.evidence);
            evidence.then(right.held.total_cmp(&left.held)).then_with(|| left.name.cmp(&right.name))
        });
        evidence
    }

    /// The probability that no hand has a function but that of a group, and that of the program's own group.
    fn alone(&self, holders: &BTreeMap<usize, f64>, group: usize, own_group: Option<usize>) -> f64 {
        let is_same_hand = |group: usize, holder: &usize| self.same_hand[group].contains(holder);
        let rivals = holders.iter().filter(|(holder, _)| {
            !is_same_hand(group, holder)
                && !own_group.is_some_and(|group| is_same_hand(group, holder))
        });
        1.0 - rivals.map(|(_, sure)| *sure).fold(0.0, f64::max)
    }

    /// The rarity of a function that these groups have, from 0 (all have it) to 1 (one has it).
    fn rarity(&self, holders: &BTreeMap<usize, f64>) -> f64 {
        // With a single group nothing is known of rarity, and what library code has is out already.
        let all = float(self.names.len().max(2));
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
        for (index, adds) in counted {
            for counterpart in
                functions.get(*index).into_iter().flat_map(|function| &function.found)
            {
                if self.of(counterpart.sample).contains(&group) {
                    *sums.entry(counterpart.sample).or_default() += adds * counterpart.probability;
                }
            }
        }
        let nearest = sums
            .into_iter()
            .max_by(|left, right| left.1.total_cmp(&right.1).then_with(|| right.0.cmp(&left.0)));
        nearest.map(|(sample, _)| sample)
    }
}

/// The evidence for a group, as it is added up.
#[derive(Debug, Default)]
struct Sum {
    evidence: f64,
    held: f64,
    functions: Vec<(usize, f64)>,
    alone: usize,
    with: BTreeMap<usize, f64>,
}

impl Sum {
    fn hold(&mut self, index: usize, adds: f64, holders: &BTreeMap<usize, f64>, group: usize) {
        self.held += adds;
        self.functions.push((index, adds));
        let rivals = holders.iter().filter(|(holder, sure)| **holder != group && **sure > SHARED);
        let mut is_alone = true;
        for (rival, _) in rivals {
            is_alone = false;
            *self.with.entry(*rival).or_default() += adds;
        }
        self.alone += usize::from(is_alone);
    }
}

/// For each family, those that share an actor with it, itself included.
fn same_hand(index: &Index, of: &[Vec<usize>], families: usize) -> Vec<BTreeSet<usize>> {
    let mut of_actor: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (sample, groups) in index.samples().iter().zip(of) {
        for actor in &sample.meta.actors {
            of_actor.entry(actor).or_default().extend(groups);
        }
    }
    let mut hands: Vec<BTreeSet<usize>> =
        (0..families).map(|family| BTreeSet::from([family])).collect();
    for together in of_actor.values() {
        for family in together {
            hands[*family].extend(together);
        }
    }
    hands
}
