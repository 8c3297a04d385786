//! The kinds of attackers: read from words, and told by the kind of the attack.

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{AttributionCaveat, ParameterName};
use demarche_case::{
    AttackerKind, Body, Case, Effect, EffectKind, Forgeability, NamedHypothesis, Party, Role,
    Sector, TechniqueId,
};

use super::authors::Side;
use super::elicited::Values;
use super::items::Item;

/// Words of an entry of the record that tell of crime.
const CRIME: [&str; 7] = [
    "financially motivated",
    "financially-motivated",
    "ecrime",
    "e-crime",
    "cybercrim",
    "ransomware",
    "extortion",
];

/// Words that tell the kind of a party which a case names, the first that is found counting; beginnings of words.
const WORDS: [(AttackerKind, &[&str]); 3] = [
    (
        AttackerKind::Insider,
        &[
            "insider",
            "inside",
            "employee",
            "developer",
            "contractor",
            "staff",
            "administrator",
            "collaborator",
            "colleague",
        ],
    ),
    (
        AttackerKind::Criminal,
        &["crimin", "gang", "blackmail", "thie", "ransom", "extort", "fraud", "money", "mafia"],
    ),
    (
        AttackerKind::Hacktivist,
        &[
            "hacktivis",
            "activis",
            "citizen",
            "protest",
            "jihad",
            "anonymous",
            "patriot",
            "claims it",
        ],
    ),
];

/// The kind of an actor of the record for which no state is told, by the words of its entry.
pub(crate) fn of_entry(about: &str) -> AttackerKind {
    let about = about.to_lowercase();
    if CRIME.iter().any(|word| about.contains(word)) {
        AttackerKind::Criminal
    } else if about.contains("hacktivis") {
        AttackerKind::Hacktivist
    } else {
        AttackerKind::Unknown
    }
}

/// The side of a party that the case names: as the case says, or else as its words tell, which is a caveat.
///
/// A party with a state that is said to be of a state is of that state.
pub(crate) fn side(
    case: &Case,
    named: &NamedHypothesis,
    party: &Party,
) -> (Side, Option<AttributionCaveat>) {
    let told = named.attacker.unwrap_or_else(|| of_party(case, named, party));
    let side = match (told, party.country) {
        (AttackerKind::State, Some(state)) => Side::State(state),
        (AttackerKind::State, None) => Side::Kind(AttackerKind::Unknown),
        (attacker, _) => Side::Kind(attacker),
    };
    let guess = (named.attacker.is_none() && told != AttackerKind::Unknown)
        .then(|| AttributionCaveat::KindFromWords { party: party.id.clone(), attacker: told });
    (side, guess)
}

/// The kind of a party by its words, or by a claim of responsibility under its name.
fn of_party(case: &Case, named: &NamedHypothesis, party: &Party) -> AttackerKind {
    let text = format!("{} {} {}", party.id, party.name, named.text).to_lowercase();
    let starts = |word: &str| {
        let mut places = text.match_indices(word).map(|(place, _)| place);
        places.any(|place| !text[..place].ends_with(char::is_alphabetic))
    };
    let found = WORDS.iter().find(|(_, words)| words.iter().any(|word| starts(word)));
    let claims = |body: &Body| matches!(body, Body::ClaimOfResponsibility(claim) if claim.name.eq_ignore_ascii_case(&party.name));
    let has_claimed = || case.evidence.iter().any(|item| claims(&item.body));
    match found {
        Some((kind, _)) => *kind,
        None if has_claimed() => AttackerKind::Hacktivist,
        None => AttackerKind::Unknown,
    }
}

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
