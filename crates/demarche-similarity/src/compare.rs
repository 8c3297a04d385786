use demarche_case::assessment::code::{
    CodeStrength, CodeTie, ComparedProgram, ComparedWith, FunctionCounts, KnownAs, KnownProgram,
    SharedFunction,
};
use demarche_case::{Sha256, Tlp};
use demarche_index::{Index, IndexError, SampleId, StoredSample};
use demarche_terms::number::float;
use demarche_terms::{Origin, Origins, Runtime};

use crate::public;
use crate::runtime::told_apart;
use crate::tie::{By, Counterpart, Counterparts, Evidence, Groups, SHARED};
use crate::{Amount, Calibration, Examined};

/// The number of functions that a finding shows: a result of thousands is not something that anyone reads.
const SHOWN: usize = 12;

/// The most ties of each kind that a finding has.
const MOST_TIES: usize = 100;

/// A function that this share of the families has tells nobody: it is counted with library code.
const COMMON: f64 = 0.5;

/// The figures of an index.
#[must_use]
pub fn compared_with(index: &Index) -> ComparedWith {
    let is_library = |sample: &&StoredSample| sample.meta.is_library;
    let samples = index.samples();
    ComparedWith {
        sha256: list_hash(samples),
        programs: samples.len() as u64,
        library_programs: samples.iter().filter(is_library).count() as u64,
        families: Groups::new(index, By::Family).len() as u64,
        actors: Groups::new(index, By::Actor).len() as u64,
        functions: index.function_count(),
    }
}

/// A hash of the list of programs, with what each is taken for; in whatever order they were added.
fn list_hash(samples: &[StoredSample]) -> Sha256 {
    let line = |sample: &StoredSample| {
        let kind = if sample.meta.is_library { "library" } else { "" };
        format!(
            "{}\t{}\t{}\t{kind}\n",
            sample.meta.sha256,
            sample.meta.family_key(),
            sample.meta.actors.join("\t")
        )
    };
    let mut lines: Vec<String> = samples.iter().map(line).collect();
    lines.sort();
    Sha256::of(lines.concat().as_bytes())
}

/// Compares a program with an index: families and actors with the strength of each tie, and the functions behind it.
///
/// # Errors
///
/// When the index turns out to be damaged as it is read.
pub fn compare(
    examined: &Examined<'_>,
    counterparts: &[Counterparts],
    index: &Index,
    calibration: &Calibration,
    tlp: Option<Tlp>,
) -> Result<ComparedProgram, IndexError> {
    let (counterparts, untold) = told_apart(index, examined.runtime, counterparts);
    let counterparts = counterparts.as_ref();
    let families = Groups::new(index, By::Family);
    let actors = Groups::new(index, By::Actor);
    let kinds: Vec<Kind> = counterparts.iter().map(|function| kind(function, &families)).collect();
    let base: u64 = counterparts
        .iter()
        .zip(&kinds)
        .filter(|(_, kind)| kind.could_tell())
        .map(|(function, _)| function.size)
        .sum();
    let known_as = known_as(examined, index);
    let ties = Ties {
        index,
        origins: examined.origins,
        runtime: examined.runtime,
        counterparts,
        calibration,
        kinds: &kinds,
        base,
        known_as: known_as.as_ref(),
    };
    let by_family = families.evidence(counterparts);
    let by_actor = actors.evidence(counterparts);
    let lead = by_actor.first().map(|evidence| (evidence, &actors));
    let lead = lead.or_else(|| by_family.first().map(|evidence| (evidence, &families)));
    let rests_on =
        lead.map(|(evidence, groups)| ties.rests_on(examined, evidence, groups, &families));
    let of_actor = |evidence| ties.tie(evidence, Vec::new());
    let of_family = |evidence: &Evidence| ties.tie(evidence, ascribed(index, &evidence.name));
    let (actors, families) = (
        by_actor.iter().filter_map(of_actor).take(MOST_TIES).collect(),
        by_family.iter().filter_map(of_family).take(MOST_TIES).collect(),
    );
    Ok(ComparedProgram {
        program: examined.facts(tlp),
        known_as,
        untold,
        packages: public::packages_inside(examined.origins, counterparts.len()),
        functions: counts(&kinds),
        actors,
        families,
        rests_on: rests_on.transpose()?.unwrap_or_default(),
        matched: Vec::new(),
    })
}

/// The amount of code that a program shares with each family of the index, as its strength is made from; by name.
///
/// A calibration is fitted on these.
#[must_use]
pub fn amounts(
    index: &Index,
    runtime: Option<Runtime>,
    counterparts: &[Counterparts],
) -> Vec<(String, Amount)> {
    let (counterparts, _) = told_apart(index, runtime, counterparts);
    let families = Groups::new(index, By::Family);
    let could_tell = |function: &&Counterparts| kind(function, &families).could_tell();
    let compared = counterparts.iter().filter(could_tell).count();
    let evidence = families.evidence(&counterparts).into_iter();
    evidence.map(|found| (found.name, Amount { evidence: found.evidence, compared })).collect()
}

/// The entry of the index for this very file.
fn known_as(examined: &Examined<'_>, index: &Index) -> Option<KnownAs> {
    let meta = &index.find(examined.sha256).and_then(|id| index.sample(id))?.meta;
    Some(KnownAs {
        family: meta.family_key(),
        actors: meta.actors.clone(),
        is_library: meta.is_library,
    })
}

/// The actors that a family is ascribed to.
fn ascribed(index: &Index, family: &str) -> Vec<String> {
    let of = index.samples().iter().filter(|sample| sample.meta.family.as_deref() == Some(family));
    let mut actors: Vec<String> =
        of.flat_map(|sample| sample.meta.actors.iter().cloned()).collect();
    actors.sort();
    actors.dedup();
    actors
}

/// The number of functions of each kind.
fn counts(kinds: &[Kind]) -> FunctionCounts {
    let of = |wanted: Kind| kinds.iter().filter(|kind| **kind == wanted).count() as u64;
    FunctionCounts {
        found: kinds.len() as u64,
        library: of(Kind::Library),
        shared: of(Kind::Shared),
        unknown: of(Kind::Unknown),
        small: of(Kind::Small),
    }
}

/// The kind of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Small,
    Library,
    Shared,
    Unknown,
}

impl Kind {
    /// Returns true if such a function could tell whose the program is.
    fn could_tell(self) -> bool {
        matches!(self, Self::Shared | Self::Unknown)
    }
}

pub(crate) fn kind(function: &Counterparts, families: &Groups<'_>) -> Kind {
    if matches!(function.origin, Origin::Package(_)) {
        return Kind::Library;
    }
    if !function.is_comparable {
        return Kind::Small;
    }
    let holders = families.holding(function);
    let share = float(holders) / float(families.len().max(1));
    // In a small index half of the families may be one or two, which says nothing of how common a function is.
    let is_common = families.len() >= 6 && share >= COMMON;
    match holders {
        _ if function.is_untold => Kind::Library,
        _ if families.library(function) > SHARED || is_common => Kind::Library,
        0 => Kind::Unknown,
        _ => Kind::Shared,
    }
}

/// Everything that a tie is made from.
#[derive(Clone, Copy, Debug)]
struct Ties<'a> {
    index: &'a Index,
    /// The packages of the program.
    origins: &'a Origins,
    runtime: Option<Runtime>,
    counterparts: &'a [Counterparts],
    calibration: &'a Calibration,
    /// The kind of each function.
    kinds: &'a [Kind],
    /// The bytes of the functions that could tell.
    base: u64,
    /// The entry of the index for the program itself.
    known_as: Option<&'a KnownAs>,
}

impl<'a> Ties<'a> {
    /// A function, where it is neither library code nor too small.
    fn shared_at(&self, index: usize) -> Option<&'a Counterparts> {
        let is_shared = self.kinds.get(index) == Some(&Kind::Shared);
        self.counterparts.get(index).filter(|_| is_shared)
    }

    /// One group's evidence as a tie; `None` where it has nothing that could tell.
    fn tie(&self, evidence: &Evidence, actors: Vec<String>) -> Option<CodeTie> {
        let counted = evidence.functions.iter().filter_map(|(index, _)| self.shared_at(*index));
        let (functions, bytes) = counted
            .fold((0_u64, 0_u64), |(count, bytes), function| (count + 1, bytes + function.size));
        if functions == 0 {
            return None;
        }
        let share = float(bytes) / float(self.base.max(1));
        Some(CodeTie {
            name: evidence.name.clone(),
            actors,
            strength: self.strength(evidence),
            functions,
            bytes,
            share,
            alone: evidence.alone as u64,
            with: evidence.with.clone(),
            packages: public::shared(
                self.runtime,
                self.origins,
                &self.index.sample(evidence.nearest)?.meta.origins,
            ),
            nearest: known(self.index, evidence.nearest)?,
        })
    }

    fn amount(&self, evidence: f64) -> Amount {
        let compared = self.kinds.iter().filter(|kind| kind.could_tell()).count();
        Amount { evidence, compared }
    }

    /// The strength of the evidence. Where others have the same code base it points to all of them, and so to none; a
    /// program that is known to be somebody's is not ascribed to anybody else; and where both programs have a library inside
    /// whose functions cannot be told, these may be what they share.
    fn strength(&self, evidence: &Evidence) -> CodeStrength {
        let amount = self.amount(evidence.evidence);
        let strength = at_least_nothing(self.calibration.strength(amount));
        let name = &evidence.name;
        let is_of_another = self
            .known_as
            .is_some_and(|known| known.family != *name && !known.actors.contains(name));
        let nearest = self.index.sample(evidence.nearest);
        let untold = nearest.map_or(0, |known| {
            public::untold_functions(self.runtime, self.origins, &known.meta.origins)
        });
        let is_public = evidence.functions.len() as u64 <= untold;
        if is_public {
            return CodeStrength { nats: 0.0, low: 0.0, is_attributed: false, ..strength };
        }
        let is_attributed = strength.is_attributed && evidence.with.is_empty() && !is_of_another;
        CodeStrength { is_attributed, ..strength }
    }

    /// The dozen functions that a tie rests on.
    fn rests_on(
        &self,
        examined: &Examined<'_>,
        evidence: &Evidence,
        groups: &Groups<'_>,
        families: &Groups<'_>,
    ) -> Result<Vec<SharedFunction>, IndexError> {
        let mut shown = Vec::new();
        for (index, adds) in &evidence.functions {
            if shown.len() >= SHOWN {
                break;
            }
            let Some(function) = self.shared_at(*index) else { continue };
            let Some(best) = groups.best(function, &evidence.name) else { continue };
            shown.extend(self.shared(examined, function, best, *adds, families)?);
        }
        Ok(shown)
    }

    /// A function with its counterpart.
    fn shared(
        &self,
        examined: &Examined<'_>,
        function: &Counterparts,
        best: Counterpart,
        weight: f64,
        families: &Groups<'_>,
    ) -> Result<Option<SharedFunction>, IndexError> {
        let stored = self.index.function(best.function)?;
        let (Some(own), Some(known), Some(sample)) = (
            examined.fingerprints.get(function.place as usize),
            known(self.index, best.sample),
            self.index.sample(best.sample),
        ) else {
            return Ok(None);
        };
        Ok(Some(SharedFunction {
            address: own.start.0,
            size: function.size,
            name: examined.name_of(own.start),
            known,
            family: sample.meta.family_key(),
            known_address: stored.start.0,
            known_size: u64::from(stored.size),
            probability: best.probability,
            is_identical: best.is_identical,
            families: families.holding(function) as u64,
            weight,
            traits: Vec::new(),
            lines: Vec::new(),
        }))
    }
}

/// A ratio that is never below 1: that little of a program is shared speaks against nobody, for it can be mostly something
/// else, such as a library that the index does not know or a program that somebody else's code was put into.
pub(crate) const fn at_least_nothing(strength: CodeStrength) -> CodeStrength {
    CodeStrength {
        nats: strength.nats.max(0.0),
        low: strength.low.max(0.0),
        high: strength.high.max(0.0),
        ..strength
    }
}

pub(crate) fn known(index: &Index, sample: SampleId) -> Option<KnownProgram> {
    let meta = &index.sample(sample)?.meta;
    Some(KnownProgram { name: meta.name.clone(), sha256: meta.sha256 })
}
