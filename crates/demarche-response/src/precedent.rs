//! Earlier attacks that are like the one asked about, and what followed them.
//!
//! DCID codes pairs of rival states: what the attacked state did within a month, what the attacker did meanwhile, and
//! whether it got what it wanted. EuRepoC codes public responses to incidents of all kinds. The two are never added up,
//! and each number says in which edition it was counted.
//! Only attacks that began before the year of the question count.

mod day;
mod delays;
mod dyads;
mod eurepoc;
mod incident;
mod rates;
mod repository;
mod share;
mod statistics;

use demarche_case::assessment::precedents::{
    Circle, DyadFindings, PrecedentCaveat, PrecedentFindings, PrecedentQuestion, RepositoryFindings,
};
use demarche_case::record::Record;

pub use dyads::acts_in;
pub use incident::{Incident, Outcome, Response};
pub use share::{Pair, Precedents};
pub use statistics::rate;

/// The least number of attacks in a circle that tells much by itself.
const FEW: u64 = 8;

/// Counts what followed earlier attacks; `None` if the record codes no such attack.
#[must_use]
pub fn precedents(record: &Record, question: &PrecedentQuestion) -> Option<PrecedentFindings> {
    let dyads = dyads::findings(record, question);
    let repository = repository::findings(record, question);
    if dyads.is_none() && repository.is_empty() {
        return None;
    }
    let caveats = caveats(question, dyads.as_ref(), &repository);
    Some(PrecedentFindings { question: *question, dyads, repository, caveats })
}

/// Returns the limits of the findings, those that concern all findings first.
fn caveats(
    question: &PrecedentQuestion,
    dyads: Option<&DyadFindings>,
    repository: &[RepositoryFindings],
) -> Vec<PrecedentCaveat> {
    let mut caveats = vec![PrecedentCaveat::PublicOnly];
    caveats.extend(question.year.map(|year| PrecedentCaveat::Before { year }));
    match dyads {
        Some(found) => of_dyads(question, found, &mut caveats),
        None => caveats.push(PrecedentCaveat::NoDyads),
    }
    if repository.is_empty() {
        caveats.push(PrecedentCaveat::NoRepository);
    }
    for found in repository {
        of_repository(found, &mut caveats);
    }
    if repository.len() > 1 {
        caveats.push(PrecedentCaveat::TwoCopies);
    }
    caveats
}

fn of_dyads(
    question: &PrecedentQuestion,
    found: &DyadFindings,
    caveats: &mut Vec<PrecedentCaveat>,
) {
    caveats.push(PrecedentCaveat::RivalsOnly);
    caveats.push(if found.acts.is_empty() {
        PrecedentCaveat::NoActs
    } else {
        PrecedentCaveat::ActsNotCaused
    });
    caveats.push(if found.concessions.is_empty() {
        PrecedentCaveat::NoConcessions
    } else {
        PrecedentCaveat::ConcessionsDoubtful
    });
    let between = found.circles.iter().find(|circle| circle.group == Circle::Between);
    if let Some(few) = between.filter(|circle| circle.attacks < FEW) {
        caveats.push(PrecedentCaveat::FewBetween {
            initiator: question.initiator,
            responding: question.responding,
            attacks: few.attacks,
        });
    }
}

fn of_repository(found: &RepositoryFindings, caveats: &mut Vec<PrecedentCaveat>) {
    let RepositoryFindings { copy, uncoded, incidents, .. } = *found;
    if uncoded > 0 {
        caveats.push(PrecedentCaveat::Uncoded { copy, uncoded, incidents });
    }
    if !found.expected.is_empty() {
        caveats.push(PrecedentCaveat::BaseRateOnly { copy });
    } else if incidents > 0 {
        caveats.push(PrecedentCaveat::NoCodedYear { copy });
    }
}
