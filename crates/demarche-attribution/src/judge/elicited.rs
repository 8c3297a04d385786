//! The parameters of the judgement that nobody measured: elicited or taken from the literature, each with its range.
//!
//! What was fitted to data is in [`crate::parameters`]. The ranges are what the intervals of the answer come from:
//! every parameter is drawn from its range and the judgement made again.

use demarche_case::assessment::attribution::{Basis, Parameter};
use demarche_case::{Credibility, Forgeability, Grade, Reliability, Strength};

use demarche_case::random::Random;

/// A parameter: its best value, the ends of its range, and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Range {
    name: &'static str,
    best: f64,
    low: f64,
    high: f64,
    basis: Basis,
    from: &'static str,
}

/// The parameters by name; each is the place of its range in [`RANGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    PlantedClaim,
    PlantedPublicTool,
    PlantedFileMetadata,
    PlantedLeakedMalware,
    PlantedTechnique,
    PlantedMotive,
    PlantedPrivateMalware,
    PlantedSharedCode,
    PlantedOperatorError,
    PlantedPrivateInfrastructure,
    WeakBackground,
    MediumBackground,
    StrongBackground,
    ClusterDiscount,
    BehaviourScale,
    UnlistedShare,
    StatelessShare,
    NamedShare,
    FalseFlagShare,
    PlanterUse,
    VictimPseudoCount,
    PriorFloor,
}

use Name::{
    BehaviourScale, ClusterDiscount, FalseFlagShare, MediumBackground, NamedShare, PlantedClaim,
    PlantedFileMetadata, PlantedLeakedMalware, PlantedMotive, PlantedOperatorError,
    PlantedPrivateInfrastructure, PlantedPrivateMalware, PlantedPublicTool, PlantedSharedCode,
    PlantedTechnique, PlanterUse, PriorFloor, StatelessShare, StrongBackground, UnlistedShare,
    VictimPseudoCount, WeakBackground,
};

/// Pseudo-counts of the victim-conditional prior, fitted as [`RANGES`] says.
pub(crate) const FITTED_PSEUDO_COUNTS: f64 = 2.0;
/// The share of that prior that is spread evenly over states, fitted likewise.
pub(crate) const FITTED_FLOOR: f64 = 0.02;

const COUNT: usize = 22;

const fn elicited(name: &'static str, best: f64, low: f64, high: f64, from: &'static str) -> Range {
    Range { name, best, low, high, basis: Basis::Elicited, from }
}

/// Every parameter; the order is that of [`Name`].
const RANGES: [(Name, Range); COUNT] = [
    (
        PlantedClaim,
        elicited(
            "probability that a claim of responsibility is false",
            0.8,
            0.6,
            0.9,
            "Claims cost nothing and fronts are common",
        ),
    ),
    (
        PlantedPublicTool,
        elicited(
            "probability that a public or commercial tool was chosen to mislead",
            0.5,
            0.3,
            0.7,
            "Anybody can have it",
        ),
    ),
    (
        PlantedFileMetadata,
        elicited(
            "probability that what a file says of itself was planted",
            0.5,
            0.3,
            0.7,
            "Build times, languages and Rich headers are bytes that anybody can write; the Rich header of Olympic Destroyer was",
        ),
    ),
    (
        PlantedLeakedMalware,
        elicited(
            "probability that leaked malware was chosen to mislead",
            0.4,
            0.25,
            0.6,
            "Whoever found it can use it",
        ),
    ),
    (
        PlantedTechnique,
        elicited(
            "probability that a technique was copied to mislead",
            0.35,
            0.2,
            0.5,
            "Described in public and copied without harm, but an operation has its own needs",
        ),
    ),
    (
        PlantedMotive,
        elicited(
            "probability that a motive is a cover",
            0.3,
            0.15,
            0.5,
            "A known quarrel is a good cover",
        ),
    ),
    (
        PlantedPrivateMalware,
        elicited(
            "probability that private malware was planted",
            0.15,
            0.08,
            0.3,
            "It must be captured and made to work first",
        ),
    ),
    (
        PlantedSharedCode,
        elicited(
            "probability that shared compiled code was planted",
            0.1,
            0.05,
            0.2,
            "Needs the source, or work on machine code",
        ),
    ),
    (
        PlantedOperatorError,
        elicited(
            "probability that an operator's mistake was staged",
            0.1,
            0.05,
            0.2,
            "Must fit all else that is seen",
        ),
    ),
    (
        PlantedPrivateInfrastructure,
        elicited(
            "probability that private infrastructure or signals were planted",
            0.05,
            0.02,
            0.1,
            "Needs control of what the other side owns",
        ),
    ),
    (
        WeakBackground,
        elicited(
            "how often a weak pointer points to somebody who did not do it",
            0.25,
            0.15,
            0.35,
            "An analyst's `weak`: true of many",
        ),
    ),
    (
        MediumBackground,
        elicited(
            "how often a medium pointer points to somebody who did not do it",
            0.12,
            0.06,
            0.2,
            "An analyst's `medium`: true of few",
        ),
    ),
    (
        StrongBackground,
        elicited(
            "how often a strong pointer points to somebody who did not do it",
            0.04,
            0.02,
            0.08,
            "An analyst's `strong`: true of hardly anybody else",
        ),
    ),
    (
        ClusterDiscount,
        Range {
            name: "exponent of the discount inside a cluster",
            best: 0.71,
            low: 0.4,
            high: 1.0,
            basis: Basis::Fitted,
            from: "Leave-one-out on the development reports of ATT&CK 18.1; 0 is independence, 1 the mean",
        },
    ),
    (
        BehaviourScale,
        elicited(
            "scale of the fitted weights of techniques and software",
            1.0,
            0.6,
            1.2,
            "A case is not a published report: it is less complete and less sifted",
        ),
    ),
    (
        UnlistedShare,
        elicited(
            "share of a state's attacks by actors that are not in the record",
            0.3,
            0.15,
            0.5,
            "28 of the 52 campaigns of ATT&CK 18.1 are attributed to no group",
        ),
    ),
    (
        StatelessShare,
        elicited(
            "share of attacks by actors that act for no state",
            0.25,
            0.1,
            0.4,
            "Differs widely between catalogues, which collect states' attacks",
        ),
    ),
    (
        NamedShare,
        elicited(
            "prior of each alternative that the case names",
            0.05,
            0.02,
            0.15,
            "Insiders and the like are named where something speaks for them",
        ),
    ),
    (
        FalseFlagShare,
        elicited(
            "prior of all false flags together",
            0.03,
            0.01,
            0.06,
            "Rare among attributed attacks (Rid and Buchanan, 2015; Bartholomew and Guerrero-Saade, 2016)",
        ),
    ),
    (
        PlanterUse,
        elicited(
            "how much of what can be planted a planter does plant",
            0.5,
            0.3,
            0.8,
            "Olympic Destroyer planted some of what it could have",
        ),
    ),
    (
        VictimPseudoCount,
        Range {
            name: "pseudo-counts of the victim-conditional prior",
            best: FITTED_PSEUDO_COUNTS,
            low: 1.0,
            high: 10.0,
            basis: Basis::Fitted,
            from: "EuRepoC 1.1, learnt before 2020 and chosen on 2020 and 2021, and DCID 2.0, learnt before 2016 and chosen on 2016 and 2017",
        },
    ),
    (
        PriorFloor,
        Range {
            name: "share of the prior that is spread evenly over states",
            best: FITTED_FLOOR,
            low: 0.0,
            high: 0.1,
            basis: Basis::Fitted,
            from: "As the pseudo-counts: states attack whom they did not attack before",
        },
    ),
];

/// One value for every parameter.
#[derive(Clone, Debug)]
pub(crate) struct Values([f64; COUNT]);

impl Values {
    /// The best values.
    pub(crate) fn best() -> Self {
        Self(RANGES.map(|(_, range)| range.best))
    }

    /// Values drawn evenly from the ranges, each by itself.
    pub(crate) fn drawn(draw: &mut Random) -> Self {
        Self(RANGES.map(|(_, range)| range.low + (range.high - range.low) * draw.unit()))
    }

    /// The value of one.
    pub(crate) fn get(&self, name: Name) -> f64 {
        self.0.get(name as usize).copied().unwrap_or_default()
    }

    /// The probability that an item of that class was planted, from 0 to 1.
    pub(crate) fn planted(&self, class: Forgeability) -> f64 {
        self.get(match class {
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
        })
    }

    /// How often such a pointer points to the one who did it, and to one who did not.
    pub(crate) fn pointer(&self, strength: Strength) -> (f64, f64) {
        match strength {
            Strength::Weak => (0.4, self.get(WeakBackground)),
            Strength::Medium => (0.5, self.get(MediumBackground)),
            Strength::Strong => (0.6, self.get(StrongBackground)),
        }
    }
}

/// Whether items of that class are taken as planted when everything easily forged is.
///
/// The line is at 0.3: what more than a third of planters could have staged without the other side's own means.
pub(crate) fn is_easily_forged(class: Forgeability) -> bool {
    Values::best().planted(class) >= 0.3
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

/// All of them as the assessment lists them.
pub(crate) fn listed() -> Vec<Parameter> {
    let listed = RANGES.iter().map(|(_, range)| Parameter {
        name: range.name.to_owned(),
        value: range.best,
        low: range.low,
        high: range.high,
        basis: range.basis,
        from: range.from.to_owned(),
    });
    listed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_at_its_place() {
        for (place, (name, range)) in RANGES.iter().enumerate() {
            assert_eq!(*name as usize, place, "{}", range.name);
            assert!(range.low <= range.best && range.best <= range.high, "{}", range.name);
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
