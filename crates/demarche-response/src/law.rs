//! What international law asks about an attack, with what the case says to it; and what the weighing cannot know.

use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::response::{Injury, LegalQuestion, OptionFound};
use demarche_case::options::{Condition, EstimateBasis, Fact};
use demarche_case::{Case, EffectKind};

use crate::injury::Harm;
use crate::setting::{Setting, alleged};

/// The questions, in the order in which a lawyer asks them.
pub(crate) fn questions(case: &Case, facts: &[Fact], injury: &Injury) -> Vec<LegalQuestion> {
    let fact = |condition: Condition| Fact::of(facts, condition);
    let answer = |condition: Condition| {
        fact(condition).map_or_else(String::new, |fact| fact.source.text.clone())
    };
    let asked = |question: &str, condition: Condition, norms: &[&str]| LegalQuestion {
        question: question.to_owned(),
        answer: answer(condition),
        chance: fact(condition).map(|fact| [fact.permissive, fact.strict]),
        norms: norms.iter().map(|norm| (*norm).to_owned()).collect(),
    };
    vec![
        asked(
            "Did an actor do it that acts for the state, or comes from it?",
            Condition::Actor,
            &["ungge-2015-13b", "ungge-2015-28f"],
        ),
        asked(
            "Is what the actor did the state’s own act?",
            Condition::StateLink,
            &["ilc-2", "ilc-4", "ilc-5", "ilc-8", "ilc-11"],
        ),
        asked("Was an obligation of that state breached?", Condition::Breach, &breached(case)),
        asked("Does the harm go on?", Condition::Ongoing, &["ilc-30", "ungge-2015-13c"]),
        asked("Was the state called upon to cease?", Condition::Called, &["ilc-43", "ilc-52"]),
        LegalQuestion {
            question: "What would be commensurate with the injury?".to_owned(),
            answer: format!(
                "A response of gravity up to about {} on DCID’s scale: {}",
                injury.dcid.range[1], injury.dcid.words
            ),
            chance: None,
            norms: vec!["ilc-51".to_owned(), "tallinn-23".to_owned()],
        },
        asked(
            "Is an essential interest in grave and imminent peril?",
            Condition::Peril,
            &["ilc-25", "tallinn-26"],
        ),
        asked(
            "Was it an armed attack?",
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

/// What the weighing cannot know, from what it had.
pub(crate) fn caveats(
    case: &Case,
    setting: &Setting,
    attribution: Option<&AttributionFindings>,
    options: &[OptionFound],
) -> Vec<String> {
    let mut caveats = vec![
        "This is no legal advice: norms are cited in short, and states differ on most of them."
            .to_owned(),
    ];
    let cells = options.iter().flat_map(|one| &one.cells);
    let (mut judged, mut unknown, mut all) = (0_u32, 0_u32, 0_u32);
    for cell in cells {
        all += 1;
        match cell.estimate.as_ref().map(|estimate| estimate.basis) {
            Some(EstimateBasis::Judgement) => judged += 1,
            None | Some(EstimateBasis::Unknown) => unknown += 1,
            Some(_) => {}
        }
    }
    caveats.push(format!("Of {all} estimates {judged} are judgements that nobody measured, and {unknown} are unknown and taken as anything from none to all; whoever judges otherwise changes them in response.toml and weighs again."));
    caveats.push("Démarches are mostly confidential, so that how often they succeed cannot be counted; the figures for it are judgement.".to_owned());
    let alleged = alleged(case);
    if let (Some(responsible), true) = (setting.responsible, alleged.len() > 1) {
        let names: Vec<&str> = alleged.iter().map(|state| state.label()).collect();
        caveats.push(format!("Several states are alleged to be responsible ({}); options are directed at the likeliest, {}, alone.", names.join(", "), responsible.label()));
    }
    if setting.sender.is_some_and(|sender| alleged.contains(&sender)) {
        caveats.push(
            "The sender itself is alleged to be responsible, which is not weighed here.".to_owned(),
        );
    }
    let stricter = options.iter().filter(|one| one.open[1] > one.open[0] + 1e-9);
    let stricter: Vec<&str> = stricter.map(|one| one.name.as_str()).collect();
    if !stricter.is_empty() {
        caveats.push(format!("Open more often where the law is read strictly, since a breach is likelier where sovereignty is a rule: {}.", stricter.join("; ")));
    }
    if setting.responsible.is_none() {
        caveats
            .push("No state is held responsible: options directed at one are closed.".to_owned());
    }
    if attribution.is_none_or(|findings| findings.withheld.is_some()) {
        caveats.push(
            "There is no probability of who did it: every option that needs one is closed."
                .to_owned(),
        );
    }
    if setting.cuts.is_empty() {
        caveats.push("Nothing is known of routes: what a refusal to carry traffic would do was not reckoned.".to_owned());
    }
    caveats
}
