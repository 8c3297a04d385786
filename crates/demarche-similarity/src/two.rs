//! Two programs compared with each other, with or without an index to tell library code by.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::align::{Body, HEAVIEST, Model, Pair, Question, Side, weight};
use demarche_case::Gap;
use demarche_case::assessment::code::{CodeComparison, KnownProgram, SharedFunction};
use demarche_code::{Feature, Fingerprint};
use demarche_index::{Rarity, Totals};
use demarche_terms::Origin;
use demarche_terms::number::float;

use crate::matcher::best;
use crate::public;
use crate::tie::{By, Groups};
use crate::{Examined, Matcher, SHARED};

/// A function whose features weigh less than this has too few traits to tell, as in [`crate::matcher`]: three of the
/// heaviest.
const LEAST_MASS: u32 = 3 * HEAVIEST as u32;

/// Compares two programs, and says what of the index could not be read.
///
/// How much a trait tells is counted over both programs. Functions of public packages are counted apart, and with an index
/// those that its library code has; of the others it is said how many families have them.
#[must_use]
pub fn compare_two(
    left: &Examined<'_>,
    right: &Examined<'_>,
    models: &[Model],
    index: Option<&Matcher<'_>>,
) -> (CodeComparison, Vec<Gap>) {
    let scales = Scales::new([left.fingerprints, right.fingerprints]);
    let mut gaps = Vec::new();
    let sides = [left, right].map(|examined| {
        let (known, unread) = index.map_or_else(Default::default, |index| known(examined, index));
        gaps.extend(unread);
        Half {
            examined,
            masses: scales.masses(examined.fingerprints),
            origins: examined.origins.expand(examined.fingerprints.len()),
            known,
        }
    });
    let Ok(question) =
        Question::new(bodies(&sides[0]), |feature| Ok::<_, Infallible>(scales.weight(feature)));
    let pairs = one_to_one(&question.align(&Side::new(bodies(&sides[1])), models));
    let mut pairs: Vec<Pair> =
        pairs.into_iter().filter(|pair| sides[0].is_comparable(pair.question as usize)).collect();
    let all = pairs.len();
    pairs.retain(|pair| {
        sides[0].could_tell(pair.question as usize) && !sides[1].is_public(pair.other as usize)
    });
    let is_any_told = index.is_some() || sides.iter().any(Half::has_packages);
    let library = is_any_told.then(|| (all - pairs.len()) as u64);
    let family = index.map_or_else(String::new, |index| family(right, index));
    let mut shared: Vec<SharedFunction> =
        pairs.iter().filter_map(|pair| function(&sides, *pair, &family)).collect();
    let counts = |function: &SharedFunction| float(function.size) * function.probability;
    shared.sort_by(|left, right| {
        counts(right).total_cmp(&counts(left)).then(left.address.cmp(&right.address))
    });
    let matched = [
        pairs.iter().map(|pair| pair.question).collect::<Vec<_>>(),
        pairs.iter().map(|pair| pair.other).collect(),
    ];
    let share = |side: usize| sides[side].share(&matched[side]);
    let comparison = CodeComparison {
        left: left.facts(None),
        right: right.facts(None),
        comparable: [sides[0].comparable(), sides[1].comparable()],
        shares: [share(0), share(1)],
        shared,
        library,
        packages: public::shared(left.runtime, left.origins, right.origins),
    };
    (comparison, gaps)
}

/// The weights of traits, from the number of functions of two programs that have them.
struct Scales {
    functions: BTreeMap<Feature, u64>,
    totals: Totals,
}

impl Scales {
    fn new(both: [&[Fingerprint]; 2]) -> Self {
        let all = || both.iter().flat_map(|fingerprints| fingerprints.iter());
        let mut functions = BTreeMap::new();
        for feature in all().flat_map(|fingerprint| &fingerprint.features) {
            *functions.entry(*feature).or_default() += 1;
        }
        Self { functions, totals: Totals { families: 2, functions: all().count() as u64 } }
    }

    fn weight(&self, feature: Feature) -> u16 {
        let functions = self.functions.get(&feature).copied().unwrap_or(0);
        weight(Rarity { families: 1, functions }, self.totals)
    }

    fn masses(&self, fingerprints: &[Fingerprint]) -> Vec<u32> {
        let mass = |fingerprint: &Fingerprint| {
            fingerprint.features.iter().map(|feature| u32::from(self.weight(*feature))).sum()
        };
        fingerprints.iter().map(mass).collect()
    }
}

/// The knowledge of an index about a function.
#[derive(Clone, Copy, Debug)]
struct Known {
    is_library: bool,
    families: u64,
}

/// The knowledge of the index about each function of a program.
fn known(one: &Examined<'_>, index: &Matcher<'_>) -> (Vec<Known>, Vec<Gap>) {
    let without = index.index().find(one.sha256);
    let (counterparts, gaps) = index.counterparts(one.fingerprints, one.origins, without);
    let families = Groups::new(index.index(), By::Family);
    let known = counterparts.iter().map(|function| Known {
        is_library: families.library(function) > SHARED,
        families: families.holding(function) as u64,
    });
    (known.collect(), gaps)
}

/// The name of a program's family in an index; its hash where the index has none.
fn family(one: &Examined<'_>, index: &Matcher<'_>) -> String {
    let index = index.index();
    let stored = index.find(one.sha256).and_then(|id| index.sample(id));
    stored.map_or_else(|| one.sha256.to_string(), |stored| stored.meta.family_key())
}

/// One of the two programs.
struct Half<'a> {
    examined: &'a Examined<'a>,
    /// The weight of the traits of each function, in the unit of [`weight`].
    masses: Vec<u32>,
    /// The origin of each function.
    origins: Vec<Origin>,
    /// Empty without an index.
    known: Vec<Known>,
}

impl Half<'_> {
    fn is_comparable(&self, place: usize) -> bool {
        self.masses.get(place).is_some_and(|mass| *mass >= LEAST_MASS)
    }

    fn could_tell(&self, place: usize) -> bool {
        self.is_comparable(place)
            && !self.is_public(place)
            && !self.known.get(place).is_some_and(|known| known.is_library)
    }

    /// Returns true for a function of a public package.
    fn is_public(&self, place: usize) -> bool {
        matches!(self.origins.get(place), Some(Origin::Package(_)))
    }

    fn has_packages(&self) -> bool {
        self.origins.iter().any(|origin| matches!(origin, Origin::Package(_)))
    }

    fn comparable(&self) -> u64 {
        (0..self.masses.len()).filter(|function| self.could_tell(*function)).count() as u64
    }

    /// The share of the bytes of the functions that could tell which these functions are.
    fn share(&self, functions: &[u32]) -> f64 {
        let bytes = |functions: &mut dyn Iterator<Item = usize>| -> f64 {
            let counted = functions.filter(|function| self.could_tell(*function));
            counted.map(|index| f64::from(self.examined.fingerprints[index].size)).sum()
        };
        let all = bytes(&mut (0..self.masses.len()));
        bytes(&mut functions.iter().map(|function| *function as usize)) / all.max(1.0)
    }
}

fn bodies(half: &Half<'_>) -> Vec<Body> {
    let body =
        |(fingerprint, mass): (&Fingerprint, &u32)| Body { mass: *mass, ..fingerprint.into() };
    half.examined.fingerprints.iter().zip(&half.masses).map(body).collect()
}

/// The surest pair of each function on the left, where it is that of the function on the right too.
fn one_to_one(pairs: &[Pair]) -> Vec<Pair> {
    let of_left = best(pairs);
    let mut of_right: BTreeMap<u32, Pair> = BTreeMap::new();
    for pair in &of_left {
        let known = of_right.entry(pair.other).or_insert(*pair);
        if pair.logit > known.logit {
            *known = *pair;
        }
    }
    of_left.into_iter().filter(|pair| of_right.get(&pair.other) == Some(pair)).collect()
}

/// A function that both have.
fn function(sides: &[Half<'_>; 2], pair: Pair, family: &str) -> Option<SharedFunction> {
    let [left, right] = sides;
    let function = left.examined.fingerprints.get(pair.question as usize)?;
    let counterpart = right.examined.fingerprints.get(pair.other as usize)?;
    // Nothing is known without an index.
    let known = left.known.get(pair.question as usize).copied();
    Some(SharedFunction {
        address: function.start.0,
        size: u64::from(function.size),
        name: left.examined.name_of(function.start),
        known: KnownProgram { name: right.examined.name.to_owned(), sha256: right.examined.sha256 },
        family: family.to_owned(),
        known_address: counterpart.start.0,
        known_size: u64::from(counterpart.size),
        probability: pair.probability(),
        is_identical: function.exact == counterpart.exact,
        families: known.map_or(0, |known| known.families),
        // Between two programs nothing is known of who else has it.
        weight: pair.probability(),
        traits: Vec::new(),
        lines: Vec::new(),
    })
}
