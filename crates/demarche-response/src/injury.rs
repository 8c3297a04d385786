//! The gravity of the attack on three published scales, by rules that are shown.
//!
//! The rules read the effects of the case and the sectors of its victims, and nothing that says who did it.
//! Where a rule cannot tell, the range is wide; the analyst's own figure goes before DCID's rule.
//!
//! Sources: Maness, Valeriano, Hedgecock, Jensen and Macias (2022), "Codebook for the Dyadic Cyber Incident and Campaign
//! Dataset, version 2.0"; EuRepoC, Global Database 1.1 (2023), columns of intensity; The White House (2016),
//! "Cyber Incident Severity Schema", annex to PPD-41, in our own reading.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{Degree, DegreeStep, Injury, Scale};
use demarche_case::options::{Estimate, Range, is_essential};
use demarche_case::{Case, Country, EffectKind, Role};

/// The least number of victims of a widespread attack.
const WIDESPREAD: usize = 3;

/// Reads the injury off a case.
#[must_use]
pub fn injury(case: &Case, given: Option<&Estimate>) -> Injury {
    let harm = Harm::of(case);
    Injury { dcid: dcid(&harm, given), eurepoc: eurepoc(&harm), schema: schema(&harm) }
}

/// The facts about an attack that the scales ask for.
pub(crate) struct Harm {
    pub(crate) kinds: BTreeSet<EffectKind>,
    /// True if a victim is a service that others depend on.
    pub(crate) is_essential: bool,
    /// True if several victims or several states were hit.
    pub(crate) is_widespread: bool,
}

impl Harm {
    pub(crate) fn of(case: &Case) -> Self {
        let victims = || case.parties_as(Role::Victim);
        let states: BTreeSet<Country> = victims().filter_map(|victim| victim.country).collect();
        Self {
            kinds: case.effects.iter().map(|effect| effect.kind).collect(),
            is_essential: victims().filter_map(|victim| victim.sector).any(is_essential),
            is_widespread: victims().count() >= WIDESPREAD || states.len() > 1,
        }
    }

    /// The harm of a usual attack: of 429 coded incidents, 263 were espionage (DCID 2.0).
    pub(crate) fn usual() -> Self {
        Self {
            kinds: BTreeSet::from([EffectKind::Espionage]),
            is_essential: false,
            is_widespread: false,
        }
    }

    pub(crate) fn has(&self, kinds: &[EffectKind]) -> bool {
        kinds.iter().any(|kind| self.kinds.contains(kind))
    }

    /// Returns true if data were read or taken.
    pub(crate) fn is_theft(&self) -> bool {
        self.has(&[EffectKind::Theft, EffectKind::Disclosure, EffectKind::Espionage])
    }
}

fn dcid(harm: &Harm, given: Option<&Estimate>) -> Degree {
    if let Some(Estimate { range: Range::Between(range), source, .. }) = given {
        let steps = vec![DegreeStep::Said { source: source.clone() }];
        return Degree { scale: Scale::Dcid, range: *range, most: 10.0, steps };
    }
    let mut range = [0.0, 1.0, 1.0];
    let mut steps = Vec::new();
    let mut raise = |to: [f64; 3], step: DegreeStep| {
        if to[1] > range[1] {
            range = to;
        }
        steps.push(step);
    };
    if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation, EffectKind::Coercion]) {
        raise([1.0, 2.0, 3.0], DegreeStep::Interference);
    }
    if harm.is_theft() {
        raise([2.0, 3.0, 4.0], DegreeStep::Theft);
    }
    let beyond = harm.is_essential || harm.is_widespread;
    if harm.is_theft() && beyond {
        raise([3.0, 4.0, 5.0], DegreeStep::WideTheft);
    }
    if harm.has(&[EffectKind::Destruction]) {
        raise([3.0, 4.0, 5.0], DegreeStep::Destruction);
    }
    if harm.has(&[EffectKind::Destruction]) && beyond {
        raise([4.0, 5.0, 6.0], DegreeStep::WideDestruction);
    }
    if steps.is_empty() {
        steps.push(DegreeStep::NoEffect);
    }
    steps.push(DegreeStep::BeyondRule);
    Degree { scale: Scale::Dcid, range, most: 10.0, steps }
}

fn eurepoc(harm: &Harm) -> Degree {
    let mut range = [0.0; 3];
    let mut steps = Vec::new();
    let mut add = |points: [f64; 3], step: DegreeStep| {
        range.iter_mut().zip(points).for_each(|(sum, points)| *sum += points);
        steps.push(step);
    };
    if harm.is_theft() {
        add([1.0, 2.0, 2.0], DegreeStep::Theft);
    }
    if harm.has(&[EffectKind::Destruction]) {
        add([1.0, 2.0, 2.0], DegreeStep::Destruction);
    } else if harm.has(&[EffectKind::Disruption]) {
        add([1.0, 1.0, 2.0], DegreeStep::Disruption);
    }
    let inside = [EffectKind::Destruction, EffectKind::Manipulation];
    if harm.is_theft() || harm.has(&inside) {
        add([0.0, 2.0, 2.0], DegreeStep::Hijacking);
    }
    if harm.is_essential {
        range[2] *= 1.5;
        steps.push(DegreeStep::Essential);
    }
    steps.push(DegreeStep::BeyondRule);
    Degree { scale: Scale::Eurepoc, range, most: 15.0, steps }
}

fn schema(harm: &Harm) -> Degree {
    let mut range = [0.0, 0.0, 1.0];
    let mut steps = Vec::new();
    let mut raise = |to: [f64; 3], step: DegreeStep| {
        if to[1] > range[1] {
            range = to;
        }
        steps.push(step);
    };
    if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation]) {
        raise([0.0, 1.0, 2.0], DegreeStep::Interference);
    }
    if harm.is_theft() {
        raise([1.0, 2.0, 3.0], DegreeStep::Theft);
    }
    if harm.has(&[EffectKind::Destruction]) {
        raise([2.0, 3.0, 4.0], DegreeStep::Destruction);
    }
    if harm.has(&[EffectKind::Coercion]) {
        raise([1.0, 2.0, 3.0], DegreeStep::Coercion);
    }
    if (harm.is_essential || harm.is_widespread) && range[1] >= 2.0 {
        range.iter_mut().for_each(|level| *level = (*level + 1.0).min(5.0));
        steps.push(DegreeStep::Wide);
    }
    steps.push(DegreeStep::BeyondRule);
    Degree { scale: Scale::Schema, range, most: 5.0, steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harm(kinds: &[EffectKind], is_essential: bool, is_widespread: bool) -> Harm {
        Harm { kinds: kinds.iter().copied().collect(), is_essential, is_widespread }
    }

    #[test]
    fn more_harm_is_never_less_grave() {
        let kinds = [
            EffectKind::Destruction,
            EffectKind::Disclosure,
            EffectKind::Disruption,
            EffectKind::Coercion,
            EffectKind::Espionage,
            EffectKind::Theft,
            EffectKind::Manipulation,
            EffectKind::Other,
        ];
        for mask in 0_u32..256 {
            let subset: Vec<EffectKind> = kinds
                .iter()
                .zip(0..)
                .filter(|(_, at)| mask >> at & 1 == 1)
                .map(|(kind, _)| *kind)
                .collect();
            for added in kinds {
                let larger: Vec<EffectKind> = subset.iter().copied().chain([added]).collect();
                for (essential, wide) in [(false, false), (true, false), (false, true)] {
                    let (less, added) =
                        (harm(&subset, essential, wide), harm(&larger, essential, wide));
                    for scale in [|harm: &Harm| dcid(harm, None), eurepoc, schema] {
                        let (less, added) = (scale(&less), scale(&added));
                        assert!(
                            less.range.iter().zip(added.range).all(|(less, added)| *less <= added)
                        );
                        assert!(added.range.is_sorted() && added.range[2] <= added.most);
                    }
                }
            }
        }
    }
}
