//! The limits of what is counted of earlier attacks.

use demarche_case::assessment::precedents::{
    Circle, DyadFindings, PrecedentCaveat, PrecedentQuestion, RepositoryFindings,
};

/// The least number of attacks in a circle that tells much by itself.
const FEW: u64 = 8;

/// Returns the limits of the findings, those that concern all findings first.
pub(crate) fn of(
    question: &PrecedentQuestion,
    dyads: Option<&DyadFindings>,
    repository: &[RepositoryFindings],
) -> Vec<PrecedentCaveat> {
    let mut caveats = vec![PrecedentCaveat::PublicOnly];
    caveats.extend(question.year.map(|year| PrecedentCaveat::Before { year }));
    match dyads {
        Some(found) => dyadic(question, found, &mut caveats),
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

fn dyadic(question: &PrecedentQuestion, found: &DyadFindings, caveats: &mut Vec<PrecedentCaveat>) {
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
