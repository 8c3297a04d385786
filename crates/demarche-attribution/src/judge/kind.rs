//! The kinds of attackers, read from words.

use demarche_case::assessment::attribution::AttributionCaveat;
use demarche_case::{AttackerKind, Body, Case, Suspect};

use super::side::Side;

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

/// The side of a suspect: as the case says, or else as its words tell, which is a caveat.
///
/// A party with a state that is said to be of a state is of that state.
pub(crate) fn side(case: &Case, suspect: Suspect<'_>) -> (Side, Option<AttributionCaveat>) {
    let Suspect { party, attacker: said, is_written, .. } = suspect;
    let told = said.unwrap_or_else(|| of_party(case, suspect));
    let side = match (told, party.country) {
        (AttackerKind::State, Some(state)) => Side::State(state),
        (AttackerKind::State, None) => Side::Kind(AttackerKind::Unknown),
        (attacker, _) => Side::Kind(attacker),
    };
    let is_guess = said.is_none() && (told != AttackerKind::Unknown || !is_written);
    let guess = is_guess
        .then(|| AttributionCaveat::KindFromWords { party: party.id.clone(), attacker: told });
    (side, guess)
}

/// The kind of a party by its words, or by a claim of responsibility under its name.
fn of_party(case: &Case, suspect: Suspect<'_>) -> AttackerKind {
    let Suspect { party, words: said, .. } = suspect;
    let text = format!("{} {} {said}", party.id, party.name).to_lowercase();
    let words = || text.split(|letter: char| !letter.is_alphabetic());
    let starts = |start: &str| {
        if start.contains(' ') {
            text.contains(start)
        } else {
            words().any(|word| word.starts_with(start))
        }
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
