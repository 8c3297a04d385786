//! The names of options, conditions and assumptions.

use demarche_case::assessment::response::{
    Assumed, OptionFound, Reading, ResponseFindings, Unknown, Weighing, Weights,
};
use demarche_case::options::{
    Condition, Criterion, Direction, EstimateBasis, Factor, LegalClass, Range,
};
use demarche_case::{Country, norm};

use crate::number::count;
use crate::text::{NAME, PROSE, shown};
use crate::words::{in_text, listed};

/// The option's name, with the state that it is directed at where it is one of several alike.
pub(crate) fn label(option: &OptionFound) -> String {
    let name = shown(&option.name, NAME);
    let name = if name.is_empty() { shown(&option.id, NAME) } else { name };
    let is_told = |state: &Country| name.contains(state.label());
    // Only of transit states has each an option of its own.
    if option.to != Direction::Transit || option.addressees.iter().all(is_told) {
        return name;
    }
    let states: Vec<String> =
        option.addressees.iter().map(|state| state.label().to_owned()).collect();
    format!("{name} ({})", listed(&states, "and"))
}

/// The option's name in quotes, as it stands in a sentence; a dash where there is no such option.
pub(crate) fn quoted(findings: &ResponseFindings, id: &str) -> String {
    findings.option(id).map_or_else(|| "–".to_owned(), |option| format!("“{}”", label(option)))
}

/// A condition as a clause: what it needs *that*.
pub(crate) const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Addressee => "there is somebody at whom it can be directed",
        Condition::Shareable => "some of the evidence may be shown to its addressees",
        Condition::Ongoing => "the harm goes on or is about to",
        Condition::Actor => {
            "an actor that acts for the state held responsible or comes from it did it"
        }
        Condition::StateLink => "what the actor did is the state’s own act in law",
        Condition::Breach => "an obligation of that state was breached",
        Condition::Injured => "the state that acts is the one that was injured",
        Condition::Called => "the state was called upon to cease",
        Condition::Peril => "an essential interest is in grave and imminent peril",
        Condition::OnlyWay => "there is no other way",
        Condition::ArmedAttack => "it was an armed attack by its scale and effects",
        Condition::Persons => "persons are known by name, with evidence that stands in court",
        Condition::Basis => "there is a basis for it in one’s own law",
        Condition::Gang => "a criminal group did it",
        Condition::Extortion => "somebody was blackmailed or is threatened",
        Condition::Demand => "money or data were demanded",
        Condition::Publishable => "some of the evidence may be published",
        Condition::OwnCarriers => "one’s own networks carry the traffic",
        Condition::OwnHosts => "machines of the attacker stand in one’s own networks",
        Condition::SuspectAtHome => "a suspect to whom evidence points is at home",
        Condition::Consent => "the other state agrees",
        Condition::NotRuledOut => "the case does not rule it out",
        Condition::Before => "what must come before it is open",
    }
}

/// Something that one could find out, as a clause after *whether*.
pub(crate) fn unknown(unknown: &Unknown) -> String {
    match unknown {
        Unknown::Condition(one) => condition(*one).to_owned(),
        Unknown::Agreement(state) => format!("{} agrees to what it is asked for", in_text(*state)),
    }
}

/// The class of an option in law, in a word or two.
pub(crate) const fn law(law: LegalClass) -> &'static str {
    match law {
        LegalClass::Nothing => "no act in law",
        LegalClass::Cooperation => "cooperation",
        LegalClass::Domestic => "own law",
        LegalClass::Consent => "with consent",
        LegalClass::Retorsion => "retorsion",
        LegalClass::Countermeasure => "countermeasure",
        LegalClass::Necessity => "necessity",
        LegalClass::SelfDefence => "self-defence",
    }
}

/// The meaning of the class, for readers who do not know the word.
pub(crate) const fn law_meaning(law: LegalClass) -> &'static str {
    match law {
        LegalClass::Nothing => "nothing is done that law speaks of",
        LegalClass::Cooperation => "cooperation between authorities",
        LegalClass::Domestic => "a matter of one’s own law",
        LegalClass::Consent => "lawful because the state concerned agrees",
        LegalClass::Retorsion => "unfriendly and lawful",
        LegalClass::Countermeasure => "unlawful but for the wrong that it answers",
        LegalClass::Necessity => "unlawful but for the peril that it averts",
        LegalClass::SelfDefence => "force, lawful only against an armed attack",
    }
}

/// At whom an option is directed.
pub(crate) const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Home => "nobody outside",
        Direction::Transit => "a transit state",
        Direction::Hosts => "hosting states",
        Direction::Certs => "CERTs of other states",
        Direction::Responsible => "the state held responsible",
        Direction::Partners => "partners",
        Direction::Shelter => "a state that shelters them",
    }
}

/// The thing that a request of this direction asks for.
pub(crate) const fn asked_for(direction: Direction) -> &'static str {
    match direction {
        Direction::Home => "its own measures",
        Direction::Transit => "refusing to carry the traffic",
        Direction::Hosts => "taking machines down",
        Direction::Certs => "telling what they see, and taking machines down",
        Direction::Responsible => "ceasing",
        Direction::Partners => "joining in",
        Direction::Shelter => "acting against the gang",
    }
}

/// The sort of knowledge; judgement and ignorance are called what they are.
pub(crate) const fn basis(basis: EstimateBasis) -> &'static str {
    match basis {
        EstimateBasis::Reckoned => "reckoned",
        EstimateBasis::Counted => "counted",
        EstimateBasis::Cited => "cited",
        EstimateBasis::Judgement => "judgement",
        EstimateBasis::Unknown => "unknown",
    }
}

/// The quantity of the case that an estimate is multiplied with.
pub(crate) const fn factor(factor: Factor) -> &'static str {
    match factor {
        Factor::Cut => "the share of networks that lose their route",
        Factor::Hosts => "the share of the attacker’s addresses where somebody agrees",
        Factor::Agreement => "whether the state agrees",
        Factor::Unpublished => "the weight of the evidence that may not be published",
        Factor::Unshared => "the weight of the evidence that its addressees may not see",
    }
}

/// The estimate of a quantity before the case is considered.
pub(crate) fn thought(range: Range, criterion: Criterion) -> String {
    match range {
        Range::Between(ends) => amount_between(ends, criterion),
        Range::Counted(times, all) => format!("{} of {}", count(times), count(all)),
        Range::Unknown if criterion == Criterion::Speed => "unknown, any time".to_owned(),
        Range::Unknown => "unknown, anything from 0 to 1".to_owned(),
    }
}

/// A quantity of a criterion: `12 days`, `0.34`.
pub(crate) fn amount(value: f64, criterion: Criterion) -> String {
    if criterion != Criterion::Speed {
        return bare(value);
    }
    let text = place(value);
    if text == "1" { "1\u{a0}day".to_owned() } else { format!("{text}\u{a0}days") }
}

/// `0.34 (0.10 to 0.60)`, `12 days (2 to 60)`; one number where all three are the same.
pub(crate) fn amount_between([low, middle, high]: [f64; 3], criterion: Criterion) -> String {
    let end = |value: f64| if criterion == Criterion::Speed { place(value) } else { bare(value) };
    let (from, to) = (end(low), end(high));
    if from == to {
        return amount(middle, criterion);
    }
    format!("{} ({from} to {to})", amount(middle, criterion))
}

fn bare(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { "–".to_owned() }
}

/// A place on a scale with one decimal at most: `5`, `4.5`.
pub(crate) fn place(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `5 (4 to 6)`; one number where all three are the same.
pub(crate) fn place_between([low, middle, high]: [f64; 3]) -> String {
    let (from, to) = (place(low), place(high));
    if from == to { place(middle) } else { format!("{} ({from} to {to})", place(middle)) }
}

/// The grouping from which weights are drawn.
pub(crate) const fn weights(weights: Weights) -> &'static str {
    match weights {
        Weights::TwoGroups => "benefit and cost alike",
        Weights::ThreeGroups => "effect, harm and law alike",
        Weights::Flat => "every criterion alike",
    }
}

/// The reading of the law.
pub(crate) const fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Permissive => "permissive",
        Reading::Strict => "strict",
    }
}

/// The assumption about the evidence.
pub(crate) const fn evidence(assumed: Assumed) -> &'static str {
    if assumed.planted { "if planted" } else { "as reported" }
}

/// `compared` or `left out`, for the option to do nothing.
pub(crate) const fn inaction(assumed: Assumed) -> &'static str {
    if assumed.must_act { "left out" } else { "compared" }
}

/// The mean weight of a criterion among those that were drawn, 0 to 1; an even share where that is not said.
pub(crate) fn usual(weighing: &Weighing, criterion: Criterion) -> f64 {
    let index = Criterion::ALL.iter().position(|known| *known == criterion);
    let drawn = index.and_then(|index| weighing.usual.get(index)).copied();
    drawn.filter(|drawn| drawn.is_finite() && *drawn > 0.0).unwrap_or(0.1)
}

/// A norm by its name in the table, or whatever else was cited: where it stands, what it says, and where states differ.
pub(crate) fn article(cited: &str) -> (String, Option<(&'static str, Option<&'static str>)>) {
    norm(cited.trim()).map_or_else(
        || (shown(cited, PROSE), None),
        |norm| (norm.cite.to_owned(), Some((norm.says, norm.differ))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_days_and_one_number_as_one() {
        assert_eq!(amount_between([2.0, 12.0, 60.0], Criterion::Speed), "12\u{a0}days (2 to 60)");
        assert_eq!(amount_between([1.0, 1.0, 1.0], Criterion::Speed), "1\u{a0}day");
        assert_eq!(amount_between([0.1, 0.34, 0.6], Criterion::Cost), "0.34 (0.10 to 0.60)");
        assert_eq!(place_between([4.0, 4.5, 4.0]), "4.5");
        assert_eq!(place(f64::NAN), "–");
    }
}
