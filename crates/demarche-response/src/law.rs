//! The questions of international law about an attack, and the limits of the weighing.

use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::response::{
    Injury, LegalIssue, LegalQuestion, OptionFound, ResponseCaveat,
};
use demarche_case::options::{Condition, EstimateBasis, Fact, Reason};
use demarche_case::{Case, EffectKind};

use crate::injury::Harm;
use crate::setting::{Setting, alleged};

/// The questions, in the order in which a lawyer asks them.
pub(crate) fn questions(case: &Case, facts: &[Fact], injury: &Injury) -> Vec<LegalQuestion> {
    let fact = |condition: Condition| Fact::of(facts, condition);
    let asked = |issue: LegalIssue, condition: Condition, norms: &[&str]| LegalQuestion {
        issue,
        reason: fact(condition).map(|fact| fact.reason.clone()),
        chance: fact(condition).map(|fact| [fact.permissive, fact.strict]),
        norms: norms.iter().map(|norm| (*norm).to_owned()).collect(),
    };
    vec![
        asked(LegalIssue::Actor, Condition::Actor, &["ungge-2015-13b", "ungge-2015-28f"]),
        asked(
            LegalIssue::StateLink,
            Condition::StateLink,
            &["ilc-2", "ilc-4", "ilc-5", "ilc-8", "ilc-11"],
        ),
        asked(LegalIssue::Breach, Condition::Breach, &breached(case)),
        asked(LegalIssue::Ongoing, Condition::Ongoing, &["ilc-30", "ungge-2015-13c"]),
        asked(LegalIssue::Called, Condition::Called, &["ilc-43", "ilc-52"]),
        LegalQuestion {
            issue: LegalIssue::Proportionality,
            reason: Some(Reason::Commensurate { gravity: injury.dcid.range[1] }),
            chance: None,
            norms: vec!["ilc-51".to_owned(), "tallinn-23".to_owned()],
        },
        asked(LegalIssue::Peril, Condition::Peril, &["ilc-25", "tallinn-26"]),
        asked(
            LegalIssue::ArmedAttack,
            Condition::ArmedAttack,
            &["un-charter-2-4", "un-charter-51", "tallinn-71"],
        ),
    ]
}

/// The obligations that effects of these kinds may breach.
fn breached(case: &Case) -> Vec<&'static str> {
    let harm = Harm::of(case);
    let mut norms = vec!["ungge-2015-28b"];
    if harm.has(&[EffectKind::Destruction, EffectKind::Disruption, EffectKind::Manipulation]) {
        norms.push("tallinn-4");
    }
    if harm.has(&[EffectKind::Coercion]) {
        norms.extend(["tallinn-66", "iccpr-19"]);
    }
    if harm.is_essential {
        norms.push("ungge-2015-13f");
    }
    norms
}

/// Returns the limits of a weighing.
pub(crate) fn caveats(
    case: &Case,
    setting: &Setting,
    attribution: Option<&AttributionFindings>,
    options: &[OptionFound],
) -> Vec<ResponseCaveat> {
    let (mut judged, mut unknown, mut all) = (0, 0, 0);
    for cell in options.iter().flat_map(|option| &option.cells) {
        all += 1;
        match cell.estimate.as_ref().map(|estimate| estimate.basis) {
            Some(EstimateBasis::Judgement) => judged += 1,
            None | Some(EstimateBasis::Unknown) => unknown += 1,
            Some(_) => {}
        }
    }
    let mut caveats = vec![
        ResponseCaveat::NoLegalAdvice,
        ResponseCaveat::Estimates { all, judged, unknown },
        ResponseCaveat::DemarchesConfidential,
    ];
    let alleged = alleged(case);
    if setting.sender.is_some_and(|sender| alleged.contains(&sender)) {
        caveats.push(ResponseCaveat::SenderAlleged);
    }
    if let (Some(likeliest), true) = (setting.responsible, alleged.len() > 1) {
        caveats.push(ResponseCaveat::SeveralStates { alleged, likeliest });
    }
    let stricter = options.iter().filter(|option| option.open[1] > option.open[0] + 1e-9);
    let options: Vec<String> = stricter.map(|option| option.id.clone()).collect();
    if !options.is_empty() {
        caveats.push(ResponseCaveat::OpenMoreWhereStrict { options });
    }
    if setting.responsible.is_none() {
        caveats.push(ResponseCaveat::NoStateResponsible);
    }
    if attribution.is_none_or(|findings| findings.withheld.is_some()) {
        caveats.push(ResponseCaveat::NoAttribution);
    }
    if setting.cuts.is_empty() {
        caveats.push(ResponseCaveat::NoRoutes);
    }
    caveats
}
