//! The counterparts of a program's functions in an index: which known programs are worth a look, and what they have.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::align::{Body, Model, Pair, Question, Side, weight};
use demarche_case::Gap;
use demarche_code::{Feature, Fingerprint};
use demarche_index::{
    BodyId, Found, FunctionId, Index, IndexError, Limits, SampleId, Search, StoredSample,
};
use demarche_terms::number::float;
use demarche_terms::{Origin, Origins};
use rayon::prelude::*;

use crate::{Counterpart, Counterparts, SHARED};

/// The number of functions of the index that are looked at for each function of the program, to find similar programs.
const CANDIDATES: usize = 24;

/// The least likeness that speaks for a program.
const LIKENESS: f64 = 0.25;

/// The number of known programs that are lined up with the program, beside those of [`OF_EACH`].
const PROGRAMS: usize = 48;

/// The fewest programs of each family that are lined up, where any of them is like the program at all.
const OF_EACH: usize = 2;

/// A function whose features weigh less than this, in the unit of the models, has too few traits to tell: three features
/// that nothing else has, or some more that others have too.
const COMPARABLE: f32 = 30.0;

/// An index ready to be asked whose functions a program has.
#[derive(Debug)]
pub struct Matcher<'index> {
    index: &'index Index,
    search: Search<'index>,
    models: &'index [Model],
    /// For each program, the functions that it says to come from public packages; empty where it says nothing.
    public: Vec<Vec<bool>>,
    gaps: Vec<Gap>,
}

impl<'index> Matcher<'index> {
    /// Weighs every feature of an index.
    #[must_use]
    pub fn new(index: &'index Index, models: &'index [Model]) -> Self {
        let totals = index.totals();
        let (search, gaps) = Search::new(index, move |_, rarity| weight(rarity, totals));
        let public = index.samples().iter().map(public).collect();
        Self { index, search, models, public, gaps }
    }

    /// Returns true if the program of a function says that it comes from a public package.
    fn is_public(&self, sample: SampleId, function: FunctionId) -> bool {
        let flags = usize::try_from(sample.0).ok().and_then(|sample| self.public.get(sample));
        let place = self.index.sample(sample).and_then(|stored| stored.place_of(function));
        let flag = flags.zip(place).and_then(|(flags, place)| flags.get(place as usize));
        flag.copied().unwrap_or(false)
    }

    /// The index that is asked.
    #[must_use]
    pub const fn index(&self) -> &'index Index {
        self.index
    }

    /// The counterparts of each function of a program, and what of the index could not be read.
    ///
    /// Known programs are lined up with the whole program one by one, those that share most with it first; the others have
    /// too little to be found by. `origins` are those of the program's functions. `without` is left out, which asks about a
    /// program of the index itself.
    #[must_use]
    pub fn counterparts(
        &self,
        fingerprints: &[Fingerprint],
        origins: &Origins,
        without: Option<SampleId>,
    ) -> (Vec<Counterparts>, Vec<Gap>) {
        let limits = Limits { best: CANDIDATES, floor: LIKENESS };
        let origins = origins.expand(fingerprints.len());
        let bodies: Vec<Body> = fingerprints.iter().zip(&origins).map(asked).collect();
        let sets: Vec<&[Feature]> = bodies.iter().map(|body| &*body.features).collect();
        let (found, mut gaps) = self.search.candidates_of(&sets, limits);
        gaps.extend(self.gaps.iter().cloned());
        let question = Question::new(bodies, |feature| self.search.weight(feature));
        let (question, chosen) =
            match question.and_then(|question| Ok((question, self.chosen(&found, without)?))) {
                Ok(both) => both,
                Err(error) => {
                    gaps.push(gap(&error));
                    return (Vec::new(), gaps);
                }
            };
        let aligned: Vec<Result<Aligned, IndexError>> =
            chosen.par_iter().map(|sample| self.align(&question, fingerprints, *sample)).collect();
        let mut counterparts = blank(fingerprints, &origins, &question);
        for aligned in aligned {
            match aligned {
                Ok(aligned) => aligned.enter(&mut counterparts),
                Err(error) => gaps.push(gap(&error)),
            }
        }
        if let Err(error) = self.enter_libraries(&found, &chosen, &mut counterparts) {
            gaps.push(gap(&error));
        }
        (counterparts, gaps)
    }

    /// Enters library code of programs that were not lined up: a library may lie in the index in thousands of parts, and
    /// one that is overlooked would make its code somebody's own. Likeness alone stands for how sure that is.
    fn enter_libraries(
        &self,
        found: &[Found],
        chosen: &[SampleId],
        counterparts: &mut [Counterparts],
    ) -> Result<(), IndexError> {
        let is_library = |sample: SampleId, function: FunctionId| {
            let stored = self.index.sample(sample);
            (stored.is_some_and(|stored| stored.meta.is_library)
                || self.is_public(sample, function))
                && chosen.binary_search(&sample).is_err()
        };
        let mut known: HashMap<BodyId, Option<(SampleId, FunctionId)>> = HashMap::new();
        for (candidates, function) in found.iter().zip(counterparts) {
            let candidates = candidates.candidates.iter();
            for candidate in candidates.filter(|candidate| candidate.likeness > SHARED) {
                for body in &candidate.bodies {
                    let first = match known.entry(*body) {
                        Entry::Occupied(known) => *known.get(),
                        Entry::Vacant(new) => {
                            let functions = self.index.with_body(*body)?.into_iter();
                            let mut samples =
                                functions.filter_map(|id| Some((self.index.sample_of(id)?, id)));
                            *new.insert(samples.find(|(sample, id)| is_library(*sample, *id)))
                        }
                    };
                    function.found.extend(first.map(|(sample, id)| Counterpart {
                        sample,
                        function: id,
                        probability: candidate.likeness,
                        is_identical: false,
                        is_public: true,
                    }));
                }
            }
        }
        Ok(())
    }

    /// The programs worth a look, ascending: those with the most likeness over all functions, and the best of each family.
    fn chosen(
        &self,
        found: &[Found],
        without: Option<SampleId>,
    ) -> Result<Vec<SampleId>, IndexError> {
        let samples = self.index.samples();
        let ids = (0..).take(samples.len()).map(SampleId).filter(|sample| Some(*sample) != without);
        if samples.len() <= PROGRAMS {
            return Ok(ids.collect());
        }
        let mut likeness = self.likeness(found)?;
        likeness.retain(|(sample, _)| Some(*sample) != without);
        let mut of_family: BTreeMap<u32, usize> = BTreeMap::new();
        let mut chosen = Vec::new();
        for (rank, (sample, _)) in likeness.iter().enumerate() {
            let Some(stored) = self.index.sample(*sample) else { continue };
            let taken = of_family.entry(stored.family).or_default();
            if rank < PROGRAMS || *taken < OF_EACH {
                *taken += 1;
                chosen.push(*sample);
            }
            if chosen.len() >= 4 * PROGRAMS {
                break;
            }
        }
        chosen.sort();
        Ok(chosen)
    }

    /// The likeness of each program of the index is: for each function its best candidate there, weighed by how much it says.
    fn likeness(&self, found: &[Found]) -> Result<Vec<(SampleId, f64)>, IndexError> {
        let mut sums: BTreeMap<SampleId, f64> = BTreeMap::new();
        // Thousands of functions may have one body, and thousands of questions may find it.
        let mut having: HashMap<BodyId, Vec<SampleId>> = HashMap::new();
        for function in found {
            let mut best: BTreeMap<SampleId, f64> = BTreeMap::new();
            for candidate in &function.candidates {
                let says = candidate.likeness * f64::from(candidate.shared);
                for body in &candidate.bodies {
                    let samples = match having.entry(*body) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(new) => new.insert(self.having(*body)?),
                    };
                    for sample in &*samples {
                        let sum = best.entry(*sample).or_default();
                        *sum = sum.max(says);
                    }
                }
            }
            // What many programs have says little of each.
            let many = float(best.len().max(1));
            for (sample, says) in best {
                *sums.entry(sample).or_default() += says / many.sqrt();
            }
        }
        let mut likeness: Vec<(SampleId, f64)> = sums.into_iter().collect();
        likeness.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        Ok(likeness)
    }

    /// The programs that have a body.
    fn having(&self, body: BodyId) -> Result<Vec<SampleId>, IndexError> {
        let functions = self.index.with_body(body)?;
        let mut samples: Vec<SampleId> =
            functions.into_iter().filter_map(|function| self.index.sample_of(function)).collect();
        samples.dedup();
        Ok(samples)
    }

    /// One known program beside the program that is asked about.
    fn align(
        &self,
        question: &Question,
        fingerprints: &[Fingerprint],
        sample: SampleId,
    ) -> Result<Aligned, IndexError> {
        let ids: Vec<FunctionId> = self.index.functions(sample).collect();
        let mut exact = Vec::with_capacity(ids.len());
        let mut bodies = Vec::with_capacity(ids.len());
        for id in &ids {
            let stored = self.index.function(*id)?;
            exact.push(stored.exact);
            bodies.push(Body {
                features: self.index.features(stored.body)?,
                mass: self.search.mass(stored.body),
                instructions: stored.instructions,
                calls: stored.calls,
                pointed: stored.pointed,
            });
        }
        let mut found = Vec::new();
        for pair in best(&question.align(&Side::new(bodies), self.models)) {
            let (Some(fingerprint), Some(function), Some(hash)) = (
                fingerprints.get(pair.question as usize),
                ids.get(pair.other as usize),
                exact.get(pair.other as usize),
            ) else {
                continue;
            };
            found.push((
                pair.question,
                Counterpart {
                    sample,
                    function: *function,
                    probability: pair.probability(),
                    is_identical: fingerprint.exact == *hash,
                    is_public: self.is_public(sample, *function),
                },
            ));
        }
        Ok(Aligned { found })
    }
}

/// The counterparts in one known program.
struct Aligned {
    found: Vec<(u32, Counterpart)>,
}

impl Aligned {
    fn enter(self, counterparts: &mut [Counterparts]) {
        for (function, counterpart) in self.found {
            counterparts[function as usize].found.push(counterpart);
        }
    }
}

/// The surest pair of each function, where it is surer than not.
pub(crate) fn best(pairs: &[Pair]) -> Vec<Pair> {
    let mut best: BTreeMap<u32, Pair> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.probability() > SHARED) {
        let known = best.entry(pair.question).or_insert(*pair);
        if pair.logit > known.logit {
            *known = *pair;
        }
    }
    best.into_values().collect()
}

/// The functions of a known program that it says to come from public packages; empty where it says nothing.
fn public(sample: &StoredSample) -> Vec<bool> {
    if sample.meta.origins.is_empty() {
        return Vec::new();
    }
    let origins = sample.meta.origins.expand(sample.functions as usize);
    origins.iter().map(|origin| matches!(origin, Origin::Package(_))).collect()
}

/// A function as it is looked for. One of a public package is not: nobody is known by it.
fn asked((fingerprint, origin): (&Fingerprint, &Origin)) -> Body {
    match origin {
        Origin::Package(_) => Body { features: Vec::new(), ..Body::from(fingerprint) },
        Origin::Own | Origin::Untold => Body::from(fingerprint),
    }
}

/// The functions of a program, with nothing found yet.
fn blank(
    fingerprints: &[Fingerprint],
    origins: &[Origin],
    question: &Question,
) -> Vec<Counterparts> {
    let blank = |((index, fingerprint), origin): ((u32, &Fingerprint), &Origin)| Counterparts {
        place: index,
        origin: *origin,
        size: u64::from(fingerprint.size),
        is_comparable: question.mass(index as usize) >= COMPARABLE,
        is_untold: false,
        found: Vec::new(),
    };
    (0..).zip(fingerprints).zip(origins).map(blank).collect()
}

fn gap(error: &IndexError) -> Gap {
    Gap::of("the index", error)
}
