//! What the case's programs share with known ones, as evidence for the judges.

use std::collections::BTreeSet;

use demarche_case::assessment::code::{CodeFindings, CodeStrength, CodeTie, ComparedProgram};
use demarche_case::{
    Body, Case, ClusterId, Credibility, Evidence, EvidenceId, Grade, PartyId, Pointer, Reliability,
    SharedCode, Source, Strength, Weighing,
};

/// A likelihood ratio from which shared code points strongly, in nats: a hundred to one.
const STRONG: f64 = 4.605;

/// A likelihood ratio from which it points at all: ten to one.
const LEAD: f64 = 2.303;

/// One item of evidence for each tie that speaks for one hand, marked like the program that it is about.
///
/// A tie below the threshold of the calibration is a lead: it counts, but weakly. Code that several have points to none
/// of them.
///
/// The item says that code is shared, which was measured; what that says of who did it is for the judges, who bound it by
/// what it would take to plant such code. All items of one program stand and fall together, as its functions do.
pub(crate) fn evidence(case: &Case, findings: &CodeFindings, program: &str) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for compared in &findings.programs {
        let ties = if compared.actors.is_empty() { &compared.families } else { &compared.actors };
        for tie in ties.iter().filter(|tie| speaks(compared, tie)) {
            let number = evidence.len() + 1;
            evidence.extend(item(case, compared, tie, number, program));
        }
    }
    evidence
}

/// Returns true if a tie speaks for one hand, and not for somebody else than whose the program is known to be.
fn speaks(compared: &ComparedProgram, tie: &CodeTie) -> bool {
    let is_others = compared.known_as.as_ref().is_some_and(|known| !known.is(&tie.name));
    tie.with.is_empty() && !is_others && tie.strength.low >= LEAD
}

fn item(
    case: &Case,
    compared: &ComparedProgram,
    tie: &CodeTie,
    number: usize,
    program: &str,
) -> Option<Evidence> {
    let name = compared.program.file_name();
    let parties: Vec<PartyId> = parties(case, tie);
    let shared = format!("{} rare functions, {} bytes", tie.functions, tie.bytes);
    Some(Evidence {
        origin: None,
        id: free_id(case, number)?,
        title: format!("Code that {name} shares with {}", tie.name),
        body: Body::SharedCode(SharedCode { with: tie.name.clone(), shared: vec![shared] }),
        says: format!(
            "{} of its functions are in known programs of {} and in no library code of the index{}.",
            tie.functions,
            tie.name,
            if tie.strength.is_attributed { "" } else { "; too few to be more than a lead" }
        ),
        source: Source { text: format!("{program}, from {}", compared.program.name), url: None },
        // Measured on the program itself; whether the index ascribes rightly is somebody else's word.
        grade: Grade { reliability: Reliability::B, credibility: Credibility::Two },
        tlp: compared.program.tlp.unwrap_or_else(|| case.marking()),
        release_to: BTreeSet::new(),
        observed: None,
        points_to: (!parties.is_empty()).then(|| Pointer {
            parties,
            strength: strength(tie.strength),
            because: Some(
                "Measured; the lower end of the range of the likelihood ratio".to_owned(),
            ),
        }),
        file: None,
        weighing: Weighing {
            cluster: format!("code-{}", compared.program.sha256)
                .chars()
                .take(21)
                .collect::<String>()
                .parse::<ClusterId>()
                .ok(),
            record: std::iter::once(&tie.name).chain(&tie.actors).cloned().collect(),
            ..Weighing::default()
        },
    })
}

/// The parties of the case that a tie names.
fn parties(case: &Case, tie: &CodeTie) -> Vec<PartyId> {
    let names: Vec<String> =
        std::iter::once(&tie.name).chain(&tie.actors).map(|name| name.to_lowercase()).collect();
    let is_meant = |name: &String| names.contains(&name.to_lowercase());
    let meant = case
        .parties
        .iter()
        .filter(|party| is_meant(&party.name) || party.actors.iter().any(is_meant));
    meant.map(|party| party.id.clone()).collect()
}

/// How strongly a tie points, by the lower end of its range.
fn strength(measured: CodeStrength) -> Strength {
    if !measured.is_attributed {
        Strength::Weak
    } else if measured.low >= STRONG {
        Strength::Strong
    } else {
        Strength::Medium
    }
}

/// A name that no item of the case has.
fn free_id(case: &Case, number: usize) -> Option<EvidenceId> {
    let is_free = |id: &EvidenceId| case.evidence.iter().all(|item| item.id != *id);
    let names = std::iter::once(format!("code-{number}"))
        .chain((1..100).map(|try_again| format!("code-{number}-{try_again}")));
    names.filter_map(|name| name.parse().ok()).find(is_free)
}
