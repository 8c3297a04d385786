//! How probable each condition of the law is, from the case, the catalogue and the judgement of who did it.
//!
//! State attribution in law is not actor attribution: that an actor works for a state (the condition `actor`) does not yet
//! make its act the state's own (`state-link`, Articles 4, 8 and 11), nor a breach (`breach`).

use demarche_case::assessment::attribution::{AttributionFindings, Chance};
use demarche_case::options::{Condition, EstimateBasis, Fact, Options};
use demarche_case::{Case, Country, EffectKind, Source};

use crate::injury::Harm;

/// Conditions that are drawn in every world, the same for all options.
pub(crate) const DRAWN: [Condition; 9] = [
    Condition::Ongoing,
    Condition::Actor,
    Condition::StateLink,
    Condition::Breach,
    Condition::Called,
    Condition::Peril,
    Condition::OnlyWay,
    Condition::ArmedAttack,
    Condition::Persons,
];

/// The facts of a case in the order of [`DRAWN`]; what the case says goes before what is reckoned, and that before the
/// catalogue's own.
pub(crate) fn facts(
    case: &Case,
    catalogue: &Options,
    attribution: Option<&AttributionFindings>,
    responsible: Option<Country>,
    planted: bool,
) -> Vec<Fact> {
    let harm = Harm::of(case);
    let one = |condition: Condition| {
        let said = Fact::of(&case.response.facts, condition);
        let said = said.filter(|one| one.condition.can_be_said()).cloned();
        let shipped = || Fact::of(&catalogue.facts, condition).cloned();
        said.or_else(|| match condition {
            Condition::Actor => Some(actor(attribution, responsible, planted)),
            Condition::Ongoing => Some(ongoing(case)),
            Condition::Breach => Some(breach(&harm)),
            Condition::Peril => Some(peril(&harm)),
            Condition::ArmedAttack => Some(armed_attack()),
            _ => None,
        })
        .or_else(shipped)
        .unwrap_or_else(|| unsaid(condition))
    };
    DRAWN.into_iter().map(one).collect()
}

fn reckoned(condition: Condition, ranges: [[f64; 3]; 2], basis: EstimateBasis, text: &str) -> Fact {
    let source = Source { text: text.to_owned(), url: None };
    Fact { condition, permissive: ranges[0], strict: ranges[1], basis, source }
}

/// A condition of which nobody says anything does not hold.
fn unsaid(condition: Condition) -> Fact {
    reckoned(condition, [[0.0; 3]; 2], EstimateBasis::Unknown, "Nobody says anything of it")
}

fn actor(
    attribution: Option<&AttributionFindings>,
    responsible: Option<Country>,
    planted: bool,
) -> Fact {
    let none = |text: &str| reckoned(Condition::Actor, [[0.0; 3]; 2], EstimateBasis::Unknown, text);
    let Some(responsible) = responsible else {
        return none("No state is held responsible");
    };
    let Some(findings) = attribution else {
        return none("There is no judgement of who did it");
    };
    if findings.withheld.is_some() {
        return none("Too few independent groups of evidence for a probability of who did it");
    }
    let judgement = if planted { &findings.if_planted } else { &findings.as_reported };
    let found = judgement.states.iter().find(|one| one.state == responsible);
    let Chance { estimate, low, high } = found.map_or(Chance::NONE, |one| one.chance());
    let (low, estimate, high) = (low.get(), estimate.get(), high.get());
    let range = [low.min(estimate), estimate, high.max(estimate)];
    let text =
        "The judgement of who did it: an actor said to act for the state, or to come from it";
    reckoned(Condition::Actor, [range; 2], EstimateBasis::Reckoned, text)
}

fn ongoing(case: &Case) -> Fact {
    let open = case.threats.iter().any(|threat| threat.carried_out != Some(true));
    let (range, text) = if open {
        ([0.4, 0.7, 0.95], "A threat of the case is open")
    } else {
        ([0.1, 0.4, 0.7], "The case names no open threat")
    };
    reckoned(Condition::Ongoing, [range; 2], EstimateBasis::Judgement, text)
}

/// Whether an obligation was breached, if a state did it.
fn breach(harm: &Harm) -> Fact {
    let both = |permissive, strict, text| {
        reckoned(Condition::Breach, [permissive, strict], EstimateBasis::Judgement, text)
    };
    let is_loss = harm.has(&[EffectKind::Destruction]);
    let is_coercion = harm.has(&[EffectKind::Coercion]);
    if is_loss && is_coercion {
        both(
            [0.4, 0.65, 0.9],
            [0.6, 0.8, 0.95],
            "Loss of function breaches sovereignty where that is a rule; coercion is prohibited intervention if it bears on what a state alone may decide",
        )
    } else if is_loss {
        both(
            [0.2, 0.4, 0.7],
            [0.6, 0.8, 0.95],
            "Loss of function breaches sovereignty where that is a rule, and little else",
        )
    } else if is_coercion {
        both(
            [0.2, 0.4, 0.7],
            [0.3, 0.5, 0.75],
            "Coercion is prohibited intervention if it bears on what a state alone may decide",
        )
    } else if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation]) {
        both(
            [0.02, 0.1, 0.3],
            [0.15, 0.4, 0.7],
            "Whether interference without lasting loss breaches sovereignty is disputed",
        )
    } else {
        both(
            [0.0, 0.05, 0.15],
            [0.02, 0.15, 0.4],
            "Espionage as such breaches no general rule; how it is done may",
        )
    }
}

fn peril(harm: &Harm) -> Fact {
    let (range, text) =
        if harm.is_essential && harm.has(&[EffectKind::Destruction, EffectKind::Disruption]) {
            ([0.05, 0.2, 0.5], "What others depend on was hit")
        } else {
            ([0.0, 0.02, 0.1], "Nothing that others depend on is known to have been hit")
        };
    reckoned(Condition::Peril, [range; 2], EstimateBasis::Judgement, text)
}

fn armed_attack() -> Fact {
    let text = "No operation in networks has been held an armed attack in public; the case names neither deaths nor physical destruction that would compare";
    reckoned(Condition::ArmedAttack, [[0.0, 0.005, 0.02]; 2], EstimateBasis::Judgement, text)
}
