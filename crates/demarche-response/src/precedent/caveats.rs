//! What the numbers cannot tell.

use demarche_case::assessment::precedents::{
    Circle, DyadFindings, EurepocCopy, PrecedentQuestion, RepositoryFindings, UNCODED_BEFORE,
};

/// Circles of fewer attacks than this tell little by themselves.
const FEW: u64 = 8;

/// Each in a sentence, what concerns all first.
pub(crate) fn of(
    question: &PrecedentQuestion,
    dyads: Option<&DyadFindings>,
    repository: &[RepositoryFindings],
) -> Vec<String> {
    let mut caveats = vec![
        "Only what was public and coded is counted: démarches and other confidential steps are not, so that nothing here tells how often they were taken or worked.".to_owned(),
    ];
    if let Some(year) = question.year {
        caveats.push(format!(
            "Only attacks that began before {year} count; what followed them may have become known later."
        ));
    }
    match dyads {
        Some(found) => dyadic(question, found, &mut caveats),
        None => caveats.push(
            "The record has nothing of DCID before this year, so that nothing is known of this pair of states.".to_owned(),
        ),
    }
    if repository.is_empty() {
        caveats.push(
            "The record has nothing of EuRepoC before this year, so that public responses at large are not counted.".to_owned(),
        );
    }
    for found in repository {
        of_repository(found, &mut caveats);
    }
    if repository.len() > 1 {
        caveats.push("EuRepoC's release and its dashboard hold the same incidents, coded at different times: each is counted by itself, and their counts must not be added.".to_owned());
    }
    caveats
}

fn dyadic(question: &PrecedentQuestion, found: &DyadFindings, caveats: &mut Vec<String>) {
    caveats.push("DCID holds attacks between states that are rivals, to 2020: what it says of other pairs is borrowed from them.".to_owned());
    if found.acts.is_empty() {
        caveats.push("Of DCID, only the sheet of incidents is in the record: what states did is in its sheet of campaigns.".to_owned());
    } else {
        caveats.push("Acts within a month were not caused by the attack alone, for rivals do such things anyway: compare with what the initiator did meanwhile.".to_owned());
    }
    if found.concessions.is_empty() {
        caveats.push("Of DCID, only the sheet of campaigns is in the record: whether anybody conceded is in its sheet of incidents.".to_owned());
    } else {
        caveats.push("Coders agreed poorly on concessions (kappa .59) and on objectives achieved (.50), and a concession to an attack is what is counted, not one to a response.".to_owned());
    }
    let between = found.circles.iter().find(|circle| circle.group == Circle::Between);
    if let Some(few) = between.filter(|circle| circle.attacks < FEW) {
        caveats.push(format!(
            "Between {} and {} there are only {} earlier attacks, so that the narrowed shares rest mostly on others.",
            question.initiator.label(),
            question.responding.label(),
            few.attacks
        ));
    }
}

fn of_repository(found: &RepositoryFindings, caveats: &mut Vec<String>) {
    let copy = match found.copy {
        EurepocCopy::Dashboard => "EuRepoC's dashboard",
        EurepocCopy::Release => "EuRepoC 1.1",
    };
    if found.uncoded > 0 {
        caveats.push(format!(
            "In {copy}, {} of {} incidents began before {UNCODED_BEFORE} or at an unknown time: that no response of theirs is coded means \"not coded\", not \"none\".",
            found.uncoded, found.incidents
        ));
    }
    if found.expected.is_empty() && found.incidents > 0 {
        caveats.push(format!(
            "Of the years in which {copy} coded responses, none lies before the year asked about, so that no response can be foretold from it."
        ));
    } else if !found.expected.is_empty() {
        caveats.push(format!(
            "What is expected from {copy} is the base rate from {UNCODED_BEFORE} on, which is all there is: narrowed by intensity or states, political responses of 2023 were foretold worse and legal ones hardly better."
        ));
    }
}
