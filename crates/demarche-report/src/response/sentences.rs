//! The findings about responses and precedents, in sentences.

use demarche_case::Country;
use demarche_case::assessment::precedents::{EurepocCopy, PrecedentCaveat, UNCODED_BEFORE};
use demarche_case::assessment::response::{
    Degree, DegreeStep, LegalIssue, ResponseCaveat, ResponseFindings, Scale,
};
use demarche_case::options::Reason;

use super::words::{label, place};
use crate::attribution::capitalised;
use crate::date::date;
use crate::item;
use crate::number::count;
use crate::text::{NAME, PROSE, shown};
use crate::words::{in_text, listed};

/// Returns the reason for a fact or a gate in a sentence without a full stop.
pub(crate) fn reason(reason: &Reason) -> String {
    let text = match reason {
        Reason::Said { source } => return item::source(source),
        Reason::RuledOut { because } => return shown(because, PROSE),
        Reason::Taken { date: day, text } => {
            let text = shown(text, PROSE);
            return format!("{} ({})", text.trim_end_matches('.'), date(*day));
        }
        Reason::Commensurate { gravity } => {
            return format!(
                "A response of gravity up to about {} on DCID’s scale: {}",
                place(*gravity),
                dcid(*gravity)
            );
        }
        Reason::NothingBefore { options } => {
            let names: Vec<String> = options.iter().map(|id| shown(id, NAME)).collect();
            return format!("No option that must come before it is open: {}", listed(&names, "or"));
        }
        Reason::HostsLeft { left, accused } => return hosts_left(*left, accused),
        Reason::NotSaid => "Nothing is known of it",
        Reason::NoStateResponsible => "No state is held responsible",
        Reason::NotJudged => "Attribution was not judged",
        Reason::JudgementWithheld => {
            "Too few independent pieces of evidence for a probability of who did it"
        }
        Reason::Judgement => {
            "The attribution: an actor that is said to act for the state or to come from it"
        }
        Reason::NamedSuspect => {
            "The case names a suspect and has evidence against it. That this stands in court is judged at three in five"
        }
        Reason::Gang => "The attribution: an attacker who is out for money and acts for no state",
        Reason::NoGang => {
            "No criminal group leads and the case alleges none, so that no option counts on one"
        }
        Reason::Extortion { holds: true } => "The case has coercion among its effects, or a threat",
        Reason::Extortion { holds: false } => "The case has neither coercion nor a threat",
        Reason::Demand { holds: true } => "The case tells of a demand for money or data",
        Reason::Demand { holds: false } => {
            "No threat and no coercion in the case tells of a demand for money or data"
        }
        Reason::Publishable { holds: true } => "Some of the evidence is marked CLEAR",
        Reason::Publishable { holds: false } => "None of the evidence is marked CLEAR",
        Reason::UsualCase => "In a usual case it is open who did it",
        Reason::ThreatOpen => "A threat in the case is open",
        Reason::NoThreatOpen => "No threat in the case is open",
        Reason::LossAndCoercion => {
            "Loss of function breaches sovereignty, where sovereignty is a rule. Coercion is prohibited intervention if it bears on a matter that a state alone may decide"
        }
        Reason::Loss => {
            "Loss of function breaches sovereignty, where sovereignty is a rule, and little else"
        }
        Reason::Coercion => {
            "Coercion is prohibited intervention if it bears on a matter that a state alone may decide"
        }
        Reason::Interference => {
            "States disagree on whether interference without lasting loss breaches sovereignty"
        }
        Reason::Espionage => {
            "Espionage itself breaches no general rule; the means of espionage may"
        }
        Reason::EssentialHit => "An essential service was hit",
        Reason::EssentialNotHit => "No essential service is known to have been stopped or damaged",
        Reason::NeverArmedAttack => {
            "No state has publicly held a cyber operation to be an armed attack. The case names no deaths and no comparable physical destruction"
        }
        Reason::LivesLost => {
            "The case states a severity at which lives are lost or an economy is disrupted. No state has yet said what follows from that in law, so this is a judgement"
        }
        Reason::RequestsMet => "Agreement is drawn from how often such requests are met",
        Reason::NoBasis => {
            "The sender’s law had no known basis. A new one is judged to succeed in three cases of five; the United States made one in 39 days in 2014"
        }
        Reason::Basis => "The sender’s law had a basis at the time",
        Reason::Addressee { holds: true } => "The case names an addressee",
        Reason::Addressee { holds: false } => "The case names no addressee",
        Reason::Shareable { holds: true } => "Every addressee may see some of the evidence",
        Reason::Shareable { holds: false } => "At least one addressee may see none of the evidence",
        Reason::Injured { holds: true } => "A victim belongs to the sender’s state",
        Reason::Injured { holds: false } => "No victim belongs to the sender’s state",
        Reason::OwnCarriers { holds: true } => "The sender’s networks carry traffic of the target",
        Reason::OwnCarriers { holds: false } => {
            "A refusal by the sender’s networks is not known to cut anything off"
        }
        Reason::SuspectAtHome { holds: true } => {
            "A suspect to whom evidence points is in the sender’s state"
        }
        Reason::SuspectAtHome { holds: false } => {
            "No suspect to whom evidence points is in the sender’s state"
        }
        Reason::OwnHosts { holds: true } => "Machines of the attacker are in the sender’s networks",
        Reason::OwnHosts { holds: false } => {
            "No machine of the attacker is known in the sender’s networks"
        }
    };
    text.to_owned()
}

/// Returns how many hosting states can be asked when those that are accused cannot.
fn hosts_left(left: u64, accused: &[Country]) -> String {
    let names: Vec<String> = accused.iter().map(|state| in_text(*state)).collect();
    let is = if accused.len() == 1 { "is" } else { "are" };
    let left = match left {
        0 => "No hosting state is left to be asked".to_owned(),
        1 => "One hosting state is left to be asked".to_owned(),
        more => format!("{} hosting states are left to be asked", capitalised(&count(more))),
    };
    format!("{left}: {} {is} accused", listed(&names, "and"))
}

/// Returns a question of international law.
pub(crate) const fn issue(issue: LegalIssue) -> &'static str {
    match issue {
        LegalIssue::Actor => "Did an actor do it that acts for the state, or comes from it?",
        LegalIssue::StateLink => "Is the act attributable to the state in law?",
        LegalIssue::Breach => "Did that state breach an obligation?",
        LegalIssue::Ongoing => "Does the harm continue?",
        LegalIssue::Called => "Was the state called upon to cease?",
        LegalIssue::Proportionality => "Which response would be commensurate with the injury?",
        LegalIssue::Peril => "Is an essential interest in grave and imminent peril?",
        LegalIssue::ArmedAttack => "Was it an armed attack?",
    }
}

/// Returns the meaning of the likeliest value of a degree, in a few words.
pub(crate) fn degree_words(degree: &Degree) -> String {
    let value = degree.range[1];
    match degree.scale {
        Scale::Dcid => dcid(value).to_owned(),
        Scale::Eurepoc => format!("{} of 15 points", place(value.round())),
        Scale::Schema => schema(value).to_owned(),
    }
}

/// Returns the meaning of a severity of DCID's scale, 0 to 10.
fn dcid(severity: f64) -> &'static str {
    match severity.round() {
        level if level < 1.0 => "no activity",
        level if level < 2.0 => "probing without effect",
        level if level < 3.0 => "harassment, propaganda, denial of service",
        level if level < 4.0 => "targeted theft from one network",
        level if level < 5.0 => "intrusion into several networks, or harm to an important one",
        level if level < 6.0 => "attempted destruction in critical networks",
        level if level < 7.0 => "widespread destruction in critical networks",
        level if level < 8.0 => "minimal loss of life",
        level if level < 9.0 => "critical economic disruption",
        level if level < 10.0 => "destruction of critical infrastructure",
        _ => "massive loss of life",
    }
}

/// Returns the name of a level of the severity schema of PPD-41, 0 to 5.
fn schema(level: f64) -> &'static str {
    let names = [(0.0, "baseline"), (1.0, "low"), (2.0, "medium"), (3.0, "high"), (4.0, "severe")];
    names.into_iter().find(|(end, _)| *end >= level).map_or("emergency", |(_, name)| name)
}

/// Returns a step of the rule of a scale, in a sentence or two.
pub(crate) fn step(scale: Scale, step: &DegreeStep) -> String {
    let text = match (scale, step) {
        (_, DegreeStep::Said { source }) => {
            return format!("The case states it: {}.", item::source(source));
        }
        (_, DegreeStep::NoEffect) => {
            "The case names no effect, so its severity is not told. Until it does, it is taken as probing at most."
        }
        (Scale::Dcid, DegreeStep::Theft) => "Secrets taken from one network: 3.",
        (Scale::Eurepoc, DegreeStep::Theft) => "Data were taken: 2 points if sensitive, else 1.",
        (Scale::Schema, DegreeStep::Theft) => "Sensitive data taken: medium.",
        (_, DegreeStep::WideTheft) => {
            "Secrets taken from several networks, or from an essential service: 4."
        }
        (Scale::Dcid, DegreeStep::Destruction) => {
            "Destruction in one network that is not essential: 4, as the data set codes the attack on Sony Pictures. The codebook names that attack as an example of 3."
        }
        (Scale::Eurepoc, DegreeStep::Destruction) => {
            "Destroyed systems are out of use for more than a day: 2 points."
        }
        (Scale::Schema, DegreeStep::Destruction) => {
            "Data or machines destroyed, likely with a demonstrable impact: high."
        }
        (_, DegreeStep::WideDestruction) => {
            "Destruction in several networks or in an essential service: 5, as the data set codes NotPetya in Ukraine."
        }
        (Scale::Dcid, DegreeStep::Interference) => {
            "A stopped service, changed data or coercion alone: 2."
        }
        (_, DegreeStep::Interference) => "A stopped service or changed data: low.",
        (_, DegreeStep::Disruption) => "A service was stopped: 1 point up to a day, else 2.",
        (_, DegreeStep::Hijacking) => "An intruder misused the access: 2 points for hijacking.",
        (_, DegreeStep::Coercion) => {
            "Coercion touches civil liberties or foreign relations: medium at least."
        }
        (_, DegreeStep::Essential) => {
            "A victim is an essential service: times 1.5 at most. Most such incidents are coded without this factor."
        }
        (_, DegreeStep::Wide) => "Several victims, or an essential one: one level more.",
        (Scale::Dcid, DegreeStep::BeyondRule) => {
            "No rule concludes death or the ruin of an economy (7 to 10): the case must state it in `[severity]`."
        }
        (Scale::Eurepoc, DegreeStep::BeyondRule) => {
            "No point for physical effects, which the case would have to name."
        }
        (Scale::Schema, DegreeStep::BeyondRule) => {
            "There is a level and no score, because the weights of the scoring system behind the schema were not verified."
        }
    };
    text.to_owned()
}

/// Returns a limit of the weighing, in sentences.
pub(crate) fn caveat(caveat: &ResponseCaveat, findings: &ResponseFindings) -> String {
    let text = match caveat {
        ResponseCaveat::Estimates { all, judged, unknown } => {
            return format!(
                "Of {} estimates, {} are judgements without measurement. Another {} are unknown and taken as anything from none to all. Change them in response.toml and weigh again.",
                count(*all),
                count(*judged),
                count(*unknown)
            );
        }
        ResponseCaveat::SeveralStates { alleged, likeliest } => {
            let names: Vec<String> = alleged.iter().map(|state| in_text(*state)).collect();
            return format!(
                "Several states are alleged to be responsible: {}. Options are directed only at the likeliest, {}.",
                listed(&names, "and"),
                in_text(*likeliest)
            );
        }
        ResponseCaveat::OpenMoreWhereStrict { options } => {
            let name = |id: &String| {
                let option = findings.option(id);
                option.map_or_else(|| shown(id, NAME), label)
            };
            let names: Vec<String> = options.iter().map(name).collect();
            return format!(
                "A strict reading of the law makes a breach likelier, and so opens some options more often: {}.",
                names.join("; ")
            );
        }
        ResponseCaveat::NoLegalAdvice => {
            "This is no legal advice: norms are cited in short, and states differ on most of them."
        }
        ResponseCaveat::DemarchesConfidential => {
            "The success rate of démarches is a judgement. Most démarches are confidential, so their success cannot be counted."
        }
        ResponseCaveat::SenderAlleged => {
            "The sender itself is alleged to be responsible. The weighing leaves that out."
        }
        ResponseCaveat::NoStateResponsible => {
            "No state is held responsible: options directed at such a state are closed."
        }
        ResponseCaveat::NoAttribution => {
            "There is no probability of who did it: every option that needs one is closed."
        }
        ResponseCaveat::NoRoutes => {
            "There is no routing data: the effect of a refusal to carry traffic was not computed."
        }
    };
    text.to_owned()
}

/// Returns a limit of what is counted of earlier attacks, in sentences.
pub(crate) fn precedent_caveat(caveat: &PrecedentCaveat) -> String {
    let text = match caveat {
        PrecedentCaveat::Before { year } => {
            return format!(
                "Only attacks that began before {year} count. Their consequences may have become known later."
            );
        }
        PrecedentCaveat::FewBetween { initiator, responding, attacks } => {
            return few_between(*initiator, *responding, *attacks);
        }
        PrecedentCaveat::Uncoded { copy, uncoded, incidents } => {
            return format!(
                "In {}, {} of {} incidents began before {UNCODED_BEFORE} or at an unknown time. For these, no coded response means “not coded”, not “none”.",
                name(*copy),
                count(*uncoded),
                count(*incidents)
            );
        }
        PrecedentCaveat::NoCodedYear { copy } => {
            return format!(
                "{} coded no response before the year asked about, so it supports no forecast.",
                name(*copy)
            );
        }
        PrecedentCaveat::BaseRateOnly { copy } => {
            return format!(
                "The expectation from {} is the base rate from {UNCODED_BEFORE} on. Narrowed by intensity or states, it forecast political responses of 2023 worse and legal ones hardly better.",
                name(*copy)
            );
        }
        PrecedentCaveat::PublicOnly => {
            "Only public and coded events are counted. Démarches and other confidential steps are missing, so their frequency and success are unknown."
        }
        PrecedentCaveat::NoDyads => {
            "The record has no earlier attack from DCID, so nothing is known of this pair of states."
        }
        PrecedentCaveat::NoRepository => {
            "The record has no earlier incident from EuRepoC, so public responses in general are not counted."
        }
        PrecedentCaveat::TwoCopies => {
            "EuRepoC’s release and its dashboard hold the same incidents, coded at different times. Their counts must not be added."
        }
        PrecedentCaveat::RivalsOnly => {
            "DCID holds attacks between rival states, to 2020. For pairs of states that are not rivals, its shares are borrowed."
        }
        PrecedentCaveat::NoActs => {
            "DCID’s sheet of campaigns, which has the acts of states, is not in the record."
        }
        PrecedentCaveat::ActsNotCaused => {
            "The attack alone did not cause the acts of the month after it: rivals act so anyway. Compare them with the initiator’s own acts."
        }
        PrecedentCaveat::NoConcessions => {
            "DCID’s sheet of incidents, which has the concessions, is not in the record."
        }
        PrecedentCaveat::ConcessionsDoubtful => {
            "Coders agreed poorly on concessions (kappa .59) and on objectives achieved (.50). A concession to an attack is counted, not a concession to a response."
        }
    };
    text.to_owned()
}

fn few_between(initiator: Country, responding: Country, attacks: u64) -> String {
    let attacks = if attacks == 1 {
        "one earlier attack".to_owned()
    } else {
        format!("{} earlier attacks", count(attacks))
    };
    format!(
        "The record has {attacks} between {} and {}, so the narrowed shares rest mostly on other states.",
        in_text(initiator),
        in_text(responding)
    )
}

const fn name(copy: EurepocCopy) -> &'static str {
    copy.word()
}
