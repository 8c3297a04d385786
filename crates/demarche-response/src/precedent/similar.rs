//! The single attacks that are most like the one asked about.

use std::cmp::Reverse;

use demarche_case::assessment::precedents::{Circle, PrecedentQuestion, SimilarAttack};

use super::incident::Incident;

/// How many are shown.
const MOST: usize = 12;

/// The most similar attacks: those between the same two states, then those on the responding state or by the initiator,
/// then by severity and objective, and the latest first of equals.
///
/// Attacks that share neither state are left out: severity alone foretells a response badly.
pub(crate) fn attacks(incidents: &[Incident], question: &PrecedentQuestion) -> Vec<SimilarAttack> {
    let mut near: Vec<(Circle, &Incident)> =
        incidents.iter().filter_map(|one| Some((circle(one, question)?, one))).collect();
    near.sort_by_cached_key(|(circle, one)| {
        let severity = question.severity.zip(one.severity);
        let is_other_objective =
            question.objective.is_some_and(|objective| one.objective != Some(objective));
        (
            *circle != Circle::Between,
            severity.map_or(u8::MAX, |(asked, own)| asked.abs_diff(own)),
            is_other_objective,
            Reverse(one.year),
            one.id.clone(),
        )
    });
    near.into_iter().take(MOST).map(|(circle, one)| similar(circle, one)).collect()
}

fn circle(one: &Incident, question: &PrecedentQuestion) -> Option<Circle> {
    let (on, by) = (one.responding == question.responding, one.initiator == question.initiator);
    match (on, by) {
        (true, true) => Some(Circle::Between),
        (true, false) => Some(Circle::OnResponding),
        (false, true) => Some(Circle::ByInitiator),
        (false, false) => None,
    }
}

fn similar(circle: Circle, one: &Incident) -> SimilarAttack {
    SimilarAttack {
        id: one.id.clone(),
        name: one.name.clone(),
        year: one.year,
        responding: one.responding,
        initiator: one.initiator,
        circle,
        severity: one.severity,
        objective: one.objective,
        acts: one.response.as_ref().map(|response| response.acts.iter().copied().collect()),
        conceded: one.outcome.map(|outcome| outcome.conceded),
        achieved: one.outcome.map(|outcome| outcome.achieved),
    }
}
