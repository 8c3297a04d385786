//! The kind of the attack, and the kinds of attackers that it is told by.

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::ParameterName;
use demarche_case::{
    AttackerKind, Body, Case, Effect, EffectKind, Forgeability, Role, Sector, TechniqueId,
};

use super::elicited::Values;
use super::items::Item;

/// A feature of an attack that tells kinds of attackers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feature {
    /// Data are held to ransom.
    Ransom,
    /// A service or business stands still, without a ransom.
    Disruption,
    /// Secrets are made public.
    Disclosure,
    /// Secrets are read or taken.
    Theft,
    /// Data or machines are destroyed.
    Destruction,
    /// Data or pages are changed.
    Manipulation,
    /// A government or its forces are hit.
    Government,
    /// Critical infrastructure is hit.
    Critical,
    /// Media or civil society are hit.
    Society,
}

/// The logarithm of the odds of a criminal group and of hacktivists beside a state, for each feature.
///
/// Fitted by multinomial logistic regression (C = 1) on the 1,297 incidents of EuRepoC 1.1 whose kind of initiator is
/// coded (642 states and their proxies, 614 hacktivists, 41 criminals). Learnt before 2020 and asked about 230 later
/// ones: log-loss 0.65, beside 1.03 for the frequencies of the kinds alone. Insiders are not in the data.
const ODDS: [(Feature, f64, f64); 9] = [
    (Feature::Ransom, 3.15, 0.62),
    (Feature::Disruption, 0.76, 1.75),
    (Feature::Disclosure, 1.54, 2.01),
    (Feature::Theft, -0.53, -1.98),
    (Feature::Destruction, -1.58, -0.89),
    (Feature::Manipulation, 0.92, 1.80),
    (Feature::Government, 0.87, 0.45),
    (Feature::Critical, 0.44, -0.87),
    (Feature::Society, -1.32, -0.87),
];

/// The features of the attack that a case tells of.
pub(crate) fn features(case: &Case) -> BTreeSet<Feature> {
    let has = |kind: EffectKind| case.effects.iter().any(|effect: &Effect| effect.kind == kind);
    let encryption: TechniqueId = "T1486".parse().expect("a number of ATT&CK");
    let is_encrypted = case.evidence.iter().any(
        |item| matches!(&item.body, Body::Technique(technique) if technique.technique == encryption),
    );
    let hits =
        |sector: Sector| case.parties_as(Role::Victim).any(|party| party.sector == Some(sector));
    // Encryption for impact without destruction is how ransom is asked for.
    let ransom = has(EffectKind::Coercion) || (is_encrypted && !has(EffectKind::Destruction));
    let told = [
        (Feature::Ransom, ransom),
        (Feature::Disruption, has(EffectKind::Disruption) && !ransom),
        (Feature::Disclosure, has(EffectKind::Disclosure)),
        (Feature::Theft, has(EffectKind::Theft) || has(EffectKind::Espionage)),
        (Feature::Destruction, has(EffectKind::Destruction)),
        (Feature::Manipulation, has(EffectKind::Manipulation)),
        (Feature::Government, hits(Sector::Government) || hits(Sector::Military)),
        (Feature::Critical, hits(Sector::CriticalInfrastructure)),
        (Feature::Society, hits(Sector::Media) || hits(Sector::CivilSociety)),
    ];
    told.into_iter().filter(|(_, told)| *told).map(|(feature, _)| feature).collect()
}

/// Returns true if a program was used that only its authors have.
pub(crate) fn has_private_program(items: &[Item<'_>]) -> bool {
    items.iter().any(|item| {
        matches!(item.evidence.body, Body::Software(_) | Body::Sample(_))
            && item.forgeability == Forgeability::PrivateMalware
    })
}

/// The probability of each kind before any evidence but the attack itself, in the order of [`AttackerKind::ALL`].
pub(crate) fn prior(
    features: &BTreeSet<Feature>,
    has_private_program: bool,
    values: &Values,
) -> [(AttackerKind, f64); 5] {
    let scale = values.get(ParameterName::AttackKindScale);
    let told = |column: fn(&(Feature, f64, f64)) -> f64| -> f64 {
        let odds = ODDS.iter().filter(|(feature, ..)| features.contains(feature));
        scale * odds.map(column).sum::<f64>()
    };
    // Hacktivists and insiders seldom write programs of their own.
    let unlikely =
        if has_private_program { values.get(ParameterName::PrivateProgramOdds) } else { 1.0 };
    let log_odds = AttackerKind::ALL.map(|kind| match kind {
        AttackerKind::State => 0.0,
        AttackerKind::Criminal => values.get(ParameterName::CriminalOdds).ln() + told(|row| row.1),
        AttackerKind::Hacktivist => {
            (values.get(ParameterName::HacktivistOdds) * unlikely).ln() + told(|row| row.2)
        }
        AttackerKind::Insider => (values.get(ParameterName::InsiderOdds) * unlikely).ln(),
        AttackerKind::Unknown => values.get(ParameterName::UnknownOdds).ln(),
    });
    let sum: f64 = log_odds.iter().map(|nats| nats.exp()).sum();
    let mut kinds = AttackerKind::ALL.into_iter().zip(log_odds);
    std::array::from_fn(|_| {
        let (kind, nats) = kinds.next().expect("as many odds as kinds");
        (kind, nats.exp() / sum)
    })
}
