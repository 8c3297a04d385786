//! The probability of each condition of the law, from the case, the catalogue and the judgement of who did it.
//!
//! State attribution in law is not actor attribution: that an actor works for a state (the condition `actor`) does not yet
//! make its act the state's own (`state-link`, Articles 4, 8 and 11), nor a breach (`breach`).

use demarche_case::assessment::attribution::{
    AttributionFindings, Chance, Hypothesis, Judgement, Leads,
};
use demarche_case::options::{Condition, EstimateBasis, Fact, Options, Reason};
use demarche_case::{AttackerKind, Case, Country, EffectKind, PartyId, Role, Sector};

use crate::injury::{Harm, injury};
use crate::setting::taken;

/// Conditions that are drawn in every world, the same for all options.
pub(crate) const DRAWN: [Condition; 10] = [
    Condition::Ongoing,
    Condition::Actor,
    Condition::StateLink,
    Condition::Breach,
    Condition::Called,
    Condition::Peril,
    Condition::OnlyWay,
    Condition::ArmedAttack,
    Condition::Persons,
    Condition::Gang,
];

/// The places in [`DRAWN`] of the two authors that exclude each other: the state held responsible, and a gang.
pub(crate) const AUTHORS: [usize; 2] = [1, 9];

/// The facts of a case in the order of [`DRAWN`]; what the case says goes before what is reckoned, and that before the
/// catalogue's own.
pub(crate) fn facts(
    case: &Case,
    catalogue: &Options,
    attribution: Option<&AttributionFindings>,
    responsible: Option<Country>,
    planted: bool,
) -> Vec<Fact> {
    let known = Known {
        said: &case.response.facts,
        harm: Harm::of(case),
        severity: injury(case, case.response.severity.as_ref()).dcid.range[1],
        is_threat_open: case.threats.iter().any(|threat| threat.carried_out != Some(true)),
        actor: actor(attribution, responsible, planted),
        gang: gang(case, attribution, planted),
        persons: persons(case, catalogue, attribution, planted),
        called: called(case, catalogue),
    };
    known.facts(catalogue)
}

/// The severity of a usual attack on DCID's scale: of 429 coded incidents 115 stand at 2, 159 at 3 and 138 at 4 to 6 (DCID
/// 2.0), so that the median is 3.
pub(crate) const USUAL_SEVERITY: [f64; 3] = [2.0, 3.0, 4.0];

/// The facts of a usual case, in the order of [`DRAWN`]: secrets were taken, no threat is open, and it is an even chance
/// whether the state held responsible did it. Of the state it is said if there is one.
pub(crate) fn usual_facts(catalogue: &Options, responsible: Option<Country>) -> Vec<Fact> {
    let even = reckoned(
        Condition::Actor,
        [[0.2, 0.5, 0.8]; 2],
        EstimateBasis::Judgement,
        Reason::UsualCase,
    );
    let known = Known {
        said: &[],
        harm: Harm::usual(),
        severity: USUAL_SEVERITY[1],
        is_threat_open: false,
        actor: responsible.map_or_else(|| actor(None, None, false), |_| even),
        gang: reckoned(
            Condition::Gang,
            [[0.1, 0.25, 0.5]; 2],
            EstimateBasis::Judgement,
            Reason::UsualCase,
        ),
        persons: None,
        called: None,
    };
    known.facts(catalogue)
}

/// The inputs from which the facts are reckoned.
struct Known<'a> {
    said: &'a [Fact],
    harm: Harm,
    severity: f64,
    is_threat_open: bool,
    actor: Fact,
    gang: Fact,
    persons: Option<Fact>,
    called: Option<Fact>,
}

impl Known<'_> {
    fn facts(&self, catalogue: &Options) -> Vec<Fact> {
        let fact = |condition: Condition| {
            let said = Fact::of(self.said, condition);
            let said = said.filter(|fact| fact.condition.can_be_said()).cloned();
            said.or_else(|| self.fact(condition))
                .or_else(|| Fact::of(&catalogue.facts, condition).cloned())
                .unwrap_or_else(|| unsaid(condition))
        };
        DRAWN.into_iter().map(fact).collect()
    }

    /// A fact that follows from the harm and the judgement; none where the catalogue has it.
    fn fact(&self, condition: Condition) -> Option<Fact> {
        match condition {
            Condition::Actor => Some(self.actor.clone()),
            Condition::Ongoing => Some(ongoing(self.is_threat_open)),
            Condition::Breach => Some(breach(&self.harm, self.severity)),
            Condition::Peril => Some(peril(&self.harm, self.severity)),
            Condition::ArmedAttack => Some(armed_attack(self.severity)),
            Condition::Gang => Some(self.gang.clone()),
            Condition::Persons => self.persons.clone(),
            Condition::Called => self.called.clone(),
            _ => None,
        }
    }
}

fn reckoned(
    condition: Condition,
    ranges: [[f64; 3]; 2],
    basis: EstimateBasis,
    reason: Reason,
) -> Fact {
    Fact { condition, permissive: ranges[0], strict: ranges[1], basis, reason }
}

/// A condition of which nobody says anything does not hold.
fn unsaid(condition: Condition) -> Fact {
    reckoned(condition, [[0.0; 3]; 2], EstimateBasis::Unknown, Reason::NotSaid)
}

/// A call to cease that the case counts among the sender's steps was made.
fn called(case: &Case, catalogue: &Options) -> Option<Fact> {
    let event = taken(case, catalogue, "call-to-cease")?;
    let reason = Reason::Taken { date: event.date, text: event.text.clone() };
    Some(reckoned(Condition::Called, [[1.0; 3]; 2], EstimateBasis::Cited, reason))
}

fn actor(
    attribution: Option<&AttributionFindings>,
    responsible: Option<Country>,
    planted: bool,
) -> Fact {
    let none = |reason| reckoned(Condition::Actor, [[0.0; 3]; 2], EstimateBasis::Unknown, reason);
    let Some(responsible) = responsible else {
        return none(Reason::NoStateResponsible);
    };
    let Some(findings) = attribution else {
        return none(Reason::NotJudged);
    };
    let Some(judged) = judgement(Some(findings), planted) else {
        return none(Reason::JudgementWithheld);
    };
    let range = range_of(judged.chance(&Leads::State { state: responsible }));
    reckoned(Condition::Actor, [range; 2], EstimateBasis::Reckoned, Reason::Judgement)
}

/// The judgement that is asked; none where none was made or it names nobody.
fn judgement(attribution: Option<&AttributionFindings>, planted: bool) -> Option<&Judgement> {
    let findings = attribution.filter(|findings| findings.withheld.is_none())?;
    Some(if planted { &findings.if_planted } else { &findings.as_reported })
}

/// A chance as the range of a fact.
fn range_of(chance: Chance) -> [f64; 3] {
    let (low, estimate, high) = (chance.low.get(), chance.estimate.get(), chance.high.get());
    [low.min(estimate), estimate, high.max(estimate)]
}

fn no_gang(reason: Reason) -> Fact {
    reckoned(Condition::Gang, [[0.0; 3]; 2], EstimateBasis::Reckoned, reason)
}

/// The condition that a criminal group did it: only where one leads or the case says so, for else some chance of a gang is
/// left in every case.
fn gang(case: &Case, attribution: Option<&AttributionFindings>, planted: bool) -> Fact {
    let criminal = Leads::Kind { attacker: AttackerKind::Criminal };
    let leads = attribution.and_then(|findings| findings.leads.as_ref()) == Some(&criminal);
    let named = case.hypotheses.iter().any(|named| named.attacker == Some(AttackerKind::Criminal));
    let alleged = case.parties_as(Role::ResponsibleAlleged).any(|party| party.state().is_none());
    let sheltered = case.parties_as(Role::ShelterAlleged).next().is_some();
    match judgement(attribution, planted) {
        _ if !(leads || named || alleged || sheltered) => no_gang(Reason::NoGang),
        None if attribution.is_none() => no_gang(Reason::NotJudged),
        None => no_gang(Reason::JudgementWithheld),
        Some(judged) => reckoned(
            Condition::Gang,
            [range_of(judged.chance(&criminal)); 2],
            EstimateBasis::Reckoned,
            Reason::Gang,
        ),
    }
}

/// The probability that evidence against a named suspect stands in court, if the suspect did it: a judgement.
const STANDS_IN_COURT: [f64; 3] = [0.3, 0.6, 0.9];

/// The condition that persons are known: of the persons whom the case suspects and evidence points to, the likeliest counts.
///
/// A group, a front or a name on a forum is no person known by name: an insider is, and a single person with a country.
/// Nothing where the catalogue's own chance is higher.
fn persons(
    case: &Case,
    catalogue: &Options,
    attribution: Option<&AttributionFindings>,
    planted: bool,
) -> Option<Fact> {
    let judged = judgement(attribution, planted)?;
    let named = case.hypotheses.iter().filter(|named| case.is_pointed_to(&named.party));
    let chances = named.filter_map(|named| {
        let is_person = is_person(case, &named.party);
        // A party that acts for a state is a hypothesis twice: for that state, and for itself.
        let own = attribution?.hypotheses.iter().filter(|known| match known {
            Hypothesis::Named { party, attacker, .. } => {
                *party == named.party && (is_person || *attacker == AttackerKind::Insider)
            }
            _ => false,
        });
        let ranges =
            own.map(|known| range_of(judged.chance(&Leads::Hypothesis { hypothesis: known.id() })));
        ranges.reduce(|left, right| std::array::from_fn(|end| (left[end] + right[end]).min(1.0)))
    });
    let likeliest = chances.max_by(|left, right| left[1].total_cmp(&right[1]))?;
    let mut range = [0.0; 3];
    for ((end, known), stands) in range.iter_mut().zip(likeliest).zip(STANDS_IN_COURT) {
        *end = known * stands;
    }
    let usual = Fact::of(&catalogue.facts, Condition::Persons).map_or(0.0, |fact| fact.strict[1]);
    (range[1] > usual).then(|| {
        reckoned(Condition::Persons, [range; 2], EstimateBasis::Reckoned, Reason::NamedSuspect)
    })
}

/// True for a single person of whom the case knows the country.
fn is_person(case: &Case, party: &PartyId) -> bool {
    let party = case.party(party);
    party.is_some_and(|party| party.sector == Some(Sector::People) && party.country.is_some())
}

fn ongoing(is_threat_open: bool) -> Fact {
    let (range, reason) = if is_threat_open {
        ([0.4, 0.7, 0.95], Reason::ThreatOpen)
    } else {
        ([0.1, 0.4, 0.7], Reason::NoThreatOpen)
    };
    reckoned(Condition::Ongoing, [range; 2], EstimateBasis::Judgement, reason)
}

/// From this severity of DCID's scale on, lives are lost.
const LIVES_LOST: f64 = 7.0;

/// From this severity on, critical infrastructure is destroyed or many die.
const MANY_LIVES_LOST: f64 = 9.0;

/// The condition that an obligation was breached, if a state did it.
fn breach(harm: &Harm, severity: f64) -> Fact {
    let judged = |permissive, strict, reason| {
        reckoned(Condition::Breach, [permissive, strict], EstimateBasis::Judgement, reason)
    };
    let is_loss = harm.has(&[EffectKind::Destruction]);
    let is_coercion = harm.has(&[EffectKind::Coercion]);
    if severity >= LIVES_LOST {
        judged([0.6, 0.85, 0.97], [0.8, 0.95, 1.0], Reason::LivesLost)
    } else if is_loss && is_coercion {
        judged([0.4, 0.65, 0.9], [0.6, 0.8, 0.95], Reason::LossAndCoercion)
    } else if is_loss {
        judged([0.2, 0.4, 0.7], [0.6, 0.8, 0.95], Reason::Loss)
    } else if is_coercion {
        judged([0.2, 0.4, 0.7], [0.3, 0.5, 0.75], Reason::Coercion)
    } else if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation]) {
        judged([0.02, 0.1, 0.3], [0.15, 0.4, 0.7], Reason::Interference)
    } else {
        judged([0.0, 0.05, 0.15], [0.02, 0.15, 0.4], Reason::Espionage)
    }
}

fn peril(harm: &Harm, severity: f64) -> Fact {
    let stops = [EffectKind::Destruction, EffectKind::Disruption];
    let (range, reason) = if severity >= LIVES_LOST {
        ([0.2, 0.5, 0.8], Reason::LivesLost)
    } else if harm.is_essential && harm.has(&stops) {
        ([0.05, 0.2, 0.5], Reason::EssentialHit)
    } else {
        ([0.0, 0.02, 0.1], Reason::EssentialNotHit)
    };
    reckoned(Condition::Peril, [range; 2], EstimateBasis::Judgement, reason)
}

fn armed_attack(severity: f64) -> Fact {
    let (range, reason) = if severity >= MANY_LIVES_LOST {
        ([0.3, 0.6, 0.9], Reason::LivesLost)
    } else if severity >= LIVES_LOST {
        ([0.05, 0.2, 0.5], Reason::LivesLost)
    } else {
        ([0.0, 0.005, 0.02], Reason::NeverArmedAttack)
    };
    reckoned(Condition::ArmedAttack, [range; 2], EstimateBasis::Judgement, reason)
}
