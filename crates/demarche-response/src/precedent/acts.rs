//! What states did within a month of an attack, counted.

use std::collections::BTreeSet;

use demarche_case::assessment::precedents::{Act, ActCount, ActsIn, CyberReplies};

use super::incident::Response;
use super::wilson::{as_number, rate_of};

/// What was done after the attacks of one group.
pub(crate) fn of<'r, G>(group: G, attacks: impl IntoIterator<Item = &'r Response>) -> ActsIn<G> {
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

/// What was done by severity, the least severe first.
pub(crate) fn by_severity(responses: &[&Response]) -> Vec<ActsIn<u8>> {
    let severities: BTreeSet<u8> = responses.iter().map(|response| response.severity).collect();
    let of_one = |severity: u8| {
        of(
            severity,
            responses.iter().copied().filter(move |response| response.severity == severity),
        )
    };
    severities.into_iter().map(of_one).collect()
}

/// The cyber operations in return; `None` where no response is coded.
pub(crate) fn replies(responses: &[&Response]) -> Option<CyberReplies> {
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
        median_days_after: super::delays::percentile(&mut after, 0.5),
        severity_difference: mean(replies.iter().map(worse)),
        more_severe: rate_of(replies.iter().map(|response| worse(response) > 0.0)),
    })
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for number in numbers {
        sum += number;
        count += 1;
    }
    (count > 0).then(|| sum / as_number(count))
}
