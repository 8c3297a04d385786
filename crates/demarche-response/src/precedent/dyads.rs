//! Earlier attacks between states, counted from DCID: acts within a month, concessions, and the single attacks that are most
//! like the one asked about.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use demarche_case::assessment::precedents::{
    Act, ActCount, ActShare, ActsIn, Circle, ConcessionGroup, ConcessionRow, CyberReplies,
    DyadFindings, Method, Objective, PrecedentQuestion, SimilarAttack,
};
use demarche_case::record::Record;

use super::incident::{Incident, Outcome, Response, editions};
use super::share::{Pair, Precedents, has};
use super::statistics::{mean, percentile, rate_of};

/// Attacks that are shown.
const MOST: usize = 12;

/// Counts what followed earlier attacks between states; `None` if the record has no such attack.
pub(crate) fn findings(record: &Record, question: &PrecedentQuestion) -> Option<DyadFindings> {
    let precedents = Precedents::of(record).before(question.year);
    let incidents = precedents.incidents();
    let latest = incidents.iter().map(Incident::latest_year).max();
    let year = question.year.or_else(|| latest?.checked_add(1))?;
    if incidents.is_empty() {
        return None;
    }
    let pair = Pair { responding: question.responding, initiator: question.initiator, year };
    let answered: Vec<&Response> =
        incidents.iter().filter_map(|incident| incident.response.as_ref()).collect();
    let (acts, circles) = match answered.is_empty() {
        true => (&[][..], &[][..]),
        false => (&Act::ALL[..], &Circle::ALL[..]),
    };
    let within = |circle: &Circle| {
        let circle = *circle;
        acts_in(circle, answered.iter().copied().filter(|response| has(circle, response, pair)))
    };
    Some(DyadFindings {
        editions: editions(record, "dcid"),
        acts: within_replies(acts.iter().map(|act| precedents.share(*act, pair)).collect()),
        circles: circles.iter().map(within).collect(),
        by_severity: by_severity(&answered),
        replies: replies(&answered),
        concessions: concessions(incidents, question),
        similar: similar(incidents, question),
    })
}

/// An operation that escalates is one in return, so that it is foretold no more often than these.
fn within_replies(mut acts: Vec<ActShare>) -> Vec<ActShare> {
    let reply = acts.iter().find(|count| count.act == Act::CyberReply).cloned();
    let escalating = acts.iter_mut().find(|count| count.act == Act::CyberEscalation);
    if let (Some(reply), Some(escalation)) = (reply, escalating) {
        escalation.share = escalation.share.min(reply.share);
        escalation.range =
            [escalation.range[0].min(reply.range[0]), escalation.range[1].min(reply.range[1])];
    }
    acts
}

/// Counts the acts of both states within a month of the attacks of one group.
#[must_use]
pub fn acts_in<'r, G>(group: G, attacks: impl IntoIterator<Item = &'r Response>) -> ActsIn<G> {
    let responses: Vec<&Response> = attacks.into_iter().collect();
    let count = |act: Act| {
        let is_cyber = matches!(act, Act::CyberReply | Act::CyberEscalation);
        let by_initiator =
            || rate_of(responses.iter().map(|response| response.initiators_acts.contains(&act)));
        ActCount {
            act,
            done: rate_of(responses.iter().map(|response| response.acts.contains(&act))),
            by_initiator: (!is_cyber).then(by_initiator),
        }
    };
    ActsIn {
        group,
        attacks: responses.len() as u64,
        acts: Act::ALL.into_iter().map(count).collect(),
        escalation: mean(responses.iter().map(|response| response.escalation)),
        initiators_escalation: mean(
            responses.iter().map(|response| response.initiators_escalation),
        ),
    }
}

/// Counts acts by the severity of the attack, the least severe first.
fn by_severity(responses: &[&Response]) -> Vec<ActsIn<u8>> {
    let severities: BTreeSet<u8> = responses.iter().map(|response| response.severity).collect();
    let of_one = |severity: u8| {
        acts_in(
            severity,
            responses.iter().copied().filter(move |response| response.severity == severity),
        )
    };
    severities.into_iter().map(of_one).collect()
}

/// The cyber operations in return; `None` where no response is coded.
fn replies(responses: &[&Response]) -> Option<CyberReplies> {
    responses.first()?;
    let replies: Vec<&Response> = responses
        .iter()
        .copied()
        .filter(|response| response.acts.contains(&Act::CyberReply))
        .collect();
    let days: Vec<i64> = replies.iter().filter_map(|response| response.days).collect();
    let mut after: Vec<i64> = days.iter().copied().filter(|days| *days > 0).collect();
    let worse = |response: &&Response| response.reply_severity - f64::from(response.severity);
    Some(CyberReplies {
        replies: replies.len() as u64,
        dated_before: days.iter().filter(|days| **days < 0).count() as u64,
        same_day: days.iter().filter(|days| **days == 0).count() as u64,
        median_days_after: percentile(&mut after, 0.5),
        severity_difference: mean(replies.iter().map(worse)),
        more_severe: rate_of(replies.iter().map(|response| worse(response) > 0.0)),
    })
}

/// The record of concessions by severity, objective and method, and in all; groups without an attack are left out.
fn concessions(incidents: &[Incident], question: &PrecedentQuestion) -> Vec<ConcessionRow> {
    let objectives = [
        Objective::Disruption,
        Objective::ShortTermEspionage,
        Objective::LongTermEspionage,
        Objective::Degrade,
    ];
    let methods =
        [Method::Vandalism, Method::DenialOfService, Method::Intrusion, Method::Infiltration];
    let groups = (0..=10)
        .map(ConcessionGroup::Severity)
        .chain(objectives.map(ConcessionGroup::Objective))
        .chain(methods.map(ConcessionGroup::Method))
        .chain([ConcessionGroup::All]);
    groups.filter_map(|group| concession(group, incidents, question)).collect()
}

fn concession(
    group: ConcessionGroup,
    incidents: &[Incident],
    question: &PrecedentQuestion,
) -> Option<ConcessionRow> {
    let of_group = |incident: &&Incident| match group {
        ConcessionGroup::Severity(severity) => {
            incident.outcome.is_some_and(|outcome| outcome.severity == Some(severity))
        }
        ConcessionGroup::Objective(objective) => incident.objective == Some(objective),
        ConcessionGroup::Method(method) => incident.method == Some(method),
        ConcessionGroup::All => true,
    };
    let outcomes: Vec<Outcome> =
        incidents.iter().filter(of_group).filter_map(|incident| incident.outcome).collect();
    outcomes.first()?;
    Some(ConcessionRow {
        group,
        is_asked: match group {
            ConcessionGroup::Severity(severity) => question.severity == Some(severity),
            ConcessionGroup::Objective(objective) => question.objective == Some(objective),
            ConcessionGroup::Method(_) | ConcessionGroup::All => false,
        },
        conceded: rate_of(outcomes.iter().map(|outcome| outcome.conceded)),
        achieved: rate_of(outcomes.iter().map(|outcome| outcome.achieved)),
    })
}

/// The most similar attacks: those between the same two states, then those on the responding state or by the initiator,
/// then by severity and objective, and the latest first of equals.
///
/// Attacks that share neither state are left out: severity alone foretells a response badly.
fn similar(incidents: &[Incident], question: &PrecedentQuestion) -> Vec<SimilarAttack> {
    let mut near: Vec<(Circle, &Incident)> =
        incidents.iter().filter_map(|attack| Some((circle(attack, question)?, attack))).collect();
    near.sort_by_cached_key(|(circle, incident)| {
        let severity = question.severity.zip(incident.severity);
        let is_other_objective =
            question.objective.is_some_and(|objective| incident.objective != Some(objective));
        (
            *circle != Circle::Between,
            severity.is_none(),
            severity.map(|(asked, coded)| asked.abs_diff(coded)),
            is_other_objective,
            Reverse(incident.year),
            incident.id.clone(),
        )
    });
    near.into_iter().take(MOST).map(|(circle, incident)| similar_attack(circle, incident)).collect()
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

fn similar_attack(circle: Circle, incident: &Incident) -> SimilarAttack {
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
