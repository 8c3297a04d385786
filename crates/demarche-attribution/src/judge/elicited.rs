//! The parameters of the judgement that nobody measured: elicited or taken from the literature, each with its range.
//!
//! Fitted numbers are in [`crate::parameters`]. The intervals of the answer come from the ranges: every parameter is
//! drawn from its range and the judgement made again.

use demarche_case::Probability;
use demarche_case::assessment::attribution::ParameterName::{
    self, ActsFor, AttackKindScale, BehaviourCeiling, BehaviourScale, BroughtUpShare, CriminalOdds,
    DirectBackground, FalseFlagShare, FurtherSource, HacktivistOdds, InsiderOdds, MediumBackground,
    Misled, NamedShare, PlantedAdmission, PlantedClaim, PlantedFileMetadata,
    PlantedInternalDocument, PlantedLeakedMalware, PlantedMotive, PlantedOperatorError,
    PlantedPayment, PlantedPrivateInfrastructure, PlantedPrivateMalware, PlantedPublicTool,
    PlantedSeizure, PlantedSharedCode, PlantedTechnique, PlantedUnstated, PlanterUse, PointerScale,
    PriorFloor, PrivateProgramOdds, PrivateSoftwareBackground, SameSource, SharedSoftware,
    SideBehaviour, StrongBackground, UnknownOdds, UnlistedShare, VictimPseudoCount, WeakBackground,
    WorldShare,
};
use demarche_case::assessment::attribution::{Basis, Parameter};
use demarche_case::random::Random;
use demarche_case::{Credibility, Forgeability, Grade, Reliability, Strength};

/// A parameter: its best value, the ends of its range, and its basis.
#[derive(Clone, Copy, Debug)]
struct Range {
    name: ParameterName,
    best: f64,
    low: f64,
    high: f64,
    basis: Basis,
}

/// Pseudo-counts of the victim-conditional prior, fitted as [`RANGES`] says.
pub(crate) const FITTED_PSEUDO_COUNTS: f64 = 2.0;
/// The share of that prior that is spread evenly over states, fitted likewise.
pub(crate) const FITTED_FLOOR: f64 = 0.02;

const COUNT: usize = 43;

const fn elicited(name: ParameterName, best: f64, low: f64, high: f64) -> Range {
    Range { name, best, low, high, basis: Basis::Elicited }
}

const fn fitted(name: ParameterName, best: f64, low: f64, high: f64) -> Range {
    Range { name, best, low, high, basis: Basis::Fitted }
}

/// Every parameter of the judge, in the order of [`ParameterName`]; the views say why each value was chosen.
const RANGES: [Range; COUNT] = [
    elicited(PlantedClaim, 0.8, 0.6, 0.9),
    elicited(PlantedPublicTool, 0.5, 0.3, 0.7),
    elicited(PlantedFileMetadata, 0.5, 0.3, 0.7),
    elicited(PlantedLeakedMalware, 0.4, 0.25, 0.6),
    elicited(PlantedTechnique, 0.35, 0.2, 0.5),
    elicited(PlantedMotive, 0.3, 0.15, 0.5),
    elicited(PlantedPrivateMalware, 0.15, 0.08, 0.3),
    elicited(PlantedSharedCode, 0.1, 0.05, 0.2),
    elicited(PlantedOperatorError, 0.1, 0.05, 0.2),
    elicited(PlantedPrivateInfrastructure, 0.05, 0.02, 0.1),
    fitted(WeakBackground, 0.23, 0.15, 0.35),
    fitted(MediumBackground, 0.075, 0.04, 0.15),
    fitted(StrongBackground, 0.026, 0.013, 0.06),
    fitted(PrivateSoftwareBackground, 0.035, 0.015, 0.08),
    elicited(SharedSoftware, 0.12, 0.06, 0.2),
    fitted(PointerScale, 1.7, 1.2, 2.0),
    fitted(SameSource, 0.47, 0.3, 0.65),
    fitted(FurtherSource, 0.86, 0.7, 1.0),
    fitted(BehaviourScale, 0.5, 0.25, 0.8),
    elicited(BehaviourCeiling, 2.0, 1.5, 2.5),
    fitted(SideBehaviour, 0.8, 0.5, 1.0),
    elicited(UnlistedShare, 0.3, 0.15, 0.5),
    elicited(NamedShare, 0.3, 0.15, 0.5),
    fitted(CriminalOdds, 0.18, 0.09, 0.36),
    fitted(HacktivistOdds, 0.11, 0.05, 0.2),
    fitted(InsiderOdds, 0.11, 0.05, 0.2),
    fitted(UnknownOdds, 0.21, 0.1, 0.4),
    fitted(AttackKindScale, 0.5, 0.3, 0.8),
    fitted(PrivateProgramOdds, 0.19, 0.1, 0.4),
    elicited(Misled, 0.05, 0.02, 0.1),
    elicited(FalseFlagShare, 0.03, 0.01, 0.06),
    elicited(PlanterUse, 0.5, 0.3, 0.8),
    fitted(VictimPseudoCount, FITTED_PSEUDO_COUNTS, 1.0, 10.0),
    fitted(PriorFloor, FITTED_FLOOR, 0.0, 0.1),
    elicited(WorldShare, 0.3, 0.1, 0.5),
    elicited(ActsFor, 0.85, 0.6, 0.97),
    elicited(PlantedUnstated, 0.3, 0.1, 0.6),
    elicited(PlantedPayment, 0.1, 0.05, 0.2),
    elicited(PlantedInternalDocument, 0.05, 0.02, 0.15),
    elicited(PlantedAdmission, 0.05, 0.02, 0.15),
    elicited(PlantedSeizure, 0.04, 0.02, 0.1),
    elicited(DirectBackground, 0.003, 0.001, 0.01),
    elicited(BroughtUpShare, 0.02, 0.01, 0.05),
];

/// One value for every parameter.
#[derive(Clone, Debug)]
pub(crate) struct Values([f64; COUNT]);

impl Values {
    /// The best values.
    pub(crate) fn best() -> Self {
        Self(RANGES.map(|range| range.best))
    }

    /// Values drawn evenly from the ranges, each by itself; what concerns few cases is drawn from `seldom`, so that it
    /// moves no other draw.
    pub(crate) fn drawn(draw: &mut Random, seldom: &mut Random) -> Self {
        Self(RANGES.map(|range| {
            let is_seldom = range.name as usize >= ActsFor as usize;
            let unit = if is_seldom { seldom.unit() } else { draw.unit() };
            range.low + (range.high - range.low) * unit
        }))
    }

    /// The parameters that are fitted to whole cases; those of the victim-conditional prior are fitted to incidents.
    pub(crate) fn fitted() -> impl Iterator<Item = ParameterName> {
        let fitted = RANGES.iter().filter(|range| range.basis == Basis::Fitted);
        let names = fitted.map(|range| range.name);
        names.filter(|name| !matches!(name, VictimPseudoCount | PriorFloor))
    }

    /// Half the squared distance of the fitted parameters from the middle of their ranges, as logarithms and in quarters
    /// of a range.
    pub(crate) fn penalty(&self) -> f64 {
        let distance = |name: ParameterName| {
            let range = &RANGES[name as usize];
            let (low, high) = (range.low.ln(), range.high.ln());
            (self.get(name).ln() - f64::midpoint(low, high)) / ((high - low) / 4.0)
        };
        Self::fitted().map(|name| distance(name).powi(2) / 2.0).sum()
    }

    /// The values with one parameter moved by a part of its range; `None` where it would leave the range.
    pub(crate) fn moved(&self, name: ParameterName, part: f64) -> Option<Self> {
        let range = &RANGES[name as usize];
        let moved = self.get(name) * ((range.high / range.low).ln() / 4.0 * part).exp();
        let mut values = self.clone();
        values.0[name as usize] = moved;
        (range.low <= moved && moved <= range.high).then_some(values)
    }

    /// The value of a parameter of the judge.
    pub(crate) fn get(&self, name: ParameterName) -> f64 {
        self.0[name as usize]
    }

    /// The probability that an item of a class was planted.
    pub(crate) fn planted(&self, class: Forgeability) -> Probability {
        Probability::clamped(self.get(match class {
            Forgeability::Claim => PlantedClaim,
            Forgeability::PublicTool => PlantedPublicTool,
            Forgeability::FileMetadata => PlantedFileMetadata,
            Forgeability::LeakedMalware => PlantedLeakedMalware,
            Forgeability::Technique => PlantedTechnique,
            Forgeability::Motive => PlantedMotive,
            Forgeability::PrivateMalware => PlantedPrivateMalware,
            Forgeability::SharedCode => PlantedSharedCode,
            Forgeability::OperatorError => PlantedOperatorError,
            Forgeability::PrivateInfrastructure => PlantedPrivateInfrastructure,
            Forgeability::Unstated => PlantedUnstated,
            Forgeability::Payment => PlantedPayment,
            Forgeability::InternalDocument => PlantedInternalDocument,
            Forgeability::Admission => PlantedAdmission,
            Forgeability::Seizure => PlantedSeizure,
        }))
    }

    /// The share of programs of an author that the record knows of it, and of other authors of its state and elsewhere.
    ///
    /// `is_leaked` is for a program that others have as well: it is as common elsewhere as in the same state.
    pub(crate) fn software(&self, is_leaked: bool) -> [f64; 3] {
        /// The share of attacks by an actor with private programs in which one that the record knows is seen.
        const KNOWN: f64 = 0.5;
        let background = self.get(PrivateSoftwareBackground);
        let shared = self.get(SharedSoftware);
        if is_leaked {
            [KNOWN, shared, shared]
        } else {
            [KNOWN, f64::max(shared, background), background]
        }
    }

    /// The share of pointers of a strength that point to the author, and to an actor who did not do it.
    pub(crate) fn pointer(&self, strength: Strength) -> (f64, f64) {
        match strength {
            Strength::Weak => (0.4, self.get(WeakBackground)),
            Strength::Medium => (0.5, self.get(MediumBackground)),
            Strength::Strong => (0.6, self.get(StrongBackground)),
            Strength::Direct => (0.9, self.get(DirectBackground)),
        }
    }
}

/// Returns true if items of a class are taken as planted when everything easily forged is.
///
/// The line is at 0.3: about a third of planters could have staged the item without the other side's own means.
pub(crate) fn is_easily_forged(class: Forgeability) -> bool {
    Values::best().planted(class).get() >= 0.3
}

/// The factor of a source's grade, from 0 to 1: 1 for A1, 0.81 for B2, 0.49 for C3, 0.2 for D4.
///
/// What is unreliable, improbable or beyond judgement (E, F, 5, 6) bears nothing out. Elicited.
pub(crate) fn reliability(grade: Grade) -> f64 {
    let source = match grade.reliability {
        Reliability::A => 1.0,
        Reliability::B => 0.9,
        Reliability::C => 0.7,
        Reliability::D => 0.45,
        Reliability::E | Reliability::F => 0.0,
    };
    let content = match grade.credibility {
        Credibility::One => 1.0,
        Credibility::Two => 0.9,
        Credibility::Three => 0.7,
        Credibility::Four => 0.45,
        Credibility::Five | Credibility::Six => 0.0,
    };
    source * content
}

impl Values {
    /// The parameters with these values and their ranges.
    pub(crate) fn listed(&self) -> Vec<Parameter> {
        let listed = RANGES.iter().map(|range| Parameter {
            name: range.name,
            value: self.get(range.name),
            low: range.low,
            high: range.high,
            basis: range.basis,
        });
        listed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_names() {
        for (index, range) in RANGES.iter().enumerate() {
            assert_eq!(range.name as usize, index, "{:?}", range.name);
            assert!(range.low <= range.best && range.best <= range.high, "{:?}", range.name);
        }
    }

    #[test]
    fn grades_have_the_factors_of_the_documentation() {
        for (grade, factor) in [("A1", 1.0), ("B2", 0.81), ("C3", 0.49), ("E1", 0.0), ("A6", 0.0)] {
            let difference: f64 = reliability(grade.parse().unwrap()) - factor;
            assert!(difference.abs() < 1e-12, "{grade}");
        }
    }
}
