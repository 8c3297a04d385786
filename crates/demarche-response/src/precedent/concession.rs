//! Whether attackers got what they wanted.

use demarche_case::assessment::precedents::{
    ConcessionGroup, ConcessionRow, Method, Objective, PrecedentQuestion,
};

use super::incident::{Incident, Outcome};
use super::wilson::rate_of;

/// The record of concessions by severity, objective and method, and in all; groups without an attack are left out.
pub(crate) fn rows(incidents: &[Incident], question: &PrecedentQuestion) -> Vec<ConcessionRow> {
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
    groups.filter_map(|group| row(group, incidents, question)).collect()
}

fn row(
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
