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
        incidents.iter().filter_map(|attack| Some((circle(attack, question)?, attack))).collect();
    near.sort_by_cached_key(|(circle, incident)| {
        let severity = question.severity.zip(incident.severity);
        let is_other_objective =
            question.objective.is_some_and(|objective| incident.objective != Some(objective));
        (
            *circle != Circle::Between,
            severity.map_or(u8::MAX, |(asked, own)| asked.abs_diff(own)),
            is_other_objective,
            Reverse(incident.year),
            incident.id.clone(),
        )
    });
    near.into_iter().take(MOST).map(|(circle, incident)| similar(circle, incident)).collect()
}

fn circle(incident: &Incident, question: &PrecedentQuestion) -> Option<Circle> {
    let (on, by) =
        (incident.responding == question.responding, incident.initiator == question.initiator);
    match (on, by) {
        (true, true) => Some(Circle::Between),
        (true, false) => Some(Circle::OnResponding),
        (false, true) => Some(Circle::ByInitiator),
        (false, false) => None,
    }
}

fn similar(circle: Circle, incident: &Incident) -> SimilarAttack {
    SimilarAttack {
        id: incident.id.clone(),
        name: incident.name.clone(),
        year: incident.year,
        responding: incident.responding,
        initiator: incident.initiator,
        circle,
        severity: incident.severity,
        objective: incident.objective,
        acts: incident.response.as_ref().map(|response| response.acts.iter().copied().collect()),
        conceded: incident.outcome.map(|outcome| outcome.conceded),
        achieved: incident.outcome.map(|outcome| outcome.achieved),
    }
}
