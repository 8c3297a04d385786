//! The responses that are open and the values that each suits, in words; never what to do.

mod sentences;
mod words;

use demarche_case::assessment::response::{
    Degree, DegreeStep, Gate, Information, Leader, OptionFound, RankedOption, Reading,
    ResponseFindings, Weighing, Weights,
};
use demarche_case::options::{Condition, Criterion, Fact, LegalClass, Reason};

use crate::attribution::capitalised;
use crate::number::{as_count, fraction, length, share, word};
use crate::words::listed;

pub(crate) use sentences::{caveat, degree_words, issue, precedent_caveat, reason, step};
pub(crate) use words::{
    amount, amount_between, article, asked_for, basis, condition, direction, evidence, factor,
    inaction, label, law, law_meaning, place, place_between, quoted, reading, thought, unknown,
    usual, weights,
};

/// Options named in one sentence; the table has all.
const MOST: usize = 3;

/// A criterion is named from this multiple of its usual weight on.
const CLEARLY: f64 = 1.1;

/// Below this share of simulations an option counts as seldom open.
const SELDOM: f64 = 0.5;

/// The responses that are open, the most important sentence first: how grave the attack was, what is open, what comes
/// first under which weights, and whether that holds whatever one assumes.
///
/// No sentence says what to do: each says which values make a state prefer an option.
#[must_use]
pub fn response_answer(findings: &ResponseFindings) -> Vec<String> {
    answer_in_parts(findings).into_iter().flatten().collect()
}

/// The sentences by what they are about: the attack and what is open, what comes first, and whether that holds.
pub(crate) fn answer_in_parts(findings: &ResponseFindings) -> [Vec<String>; 3] {
    let index = gravity(findings).into_iter().chain(open(findings)).chain(done(findings));
    let index = index.chain(closed(findings)).collect();
    let preferred = first(findings).into_iter().chain(valued_by(findings)).chain(unusual(findings));
    let holds = robust(findings).into_iter().chain(close(findings)).chain(would_tell(findings));
    [index, preferred.collect(), holds.chain(package(findings)).collect()]
}

/// The answer in short, for the top of a page that is about more.
pub(crate) fn response_in_short(findings: &ResponseFindings) -> Vec<String> {
    let mut sentences = first(findings);
    if sentences.is_empty() {
        sentences.extend(open(findings));
    }
    sentences.extend(valued_by(findings));
    sentences.extend(robust(findings));
    sentences
}

/// The response that comes first most often, in a sentence; of one in the baseline, with the first that does more.
pub(crate) fn response_first(findings: &ResponseFindings) -> Option<String> {
    let order = beyond_baseline(findings);
    let first = order.into_iter().find(|option| first_share(option) > 0.0)?;
    let (name, often) = (quoted(findings, &first.option), share(first_share(first)));
    let close = if close(findings).is_empty() { "" } else { ", but others are about as good" };
    Some(match leading_baseline(findings) {
        None => format!(
            "Of the responses {name} comes first most often, in {often} of the simulations{close}."
        ),
        // What a law demands is no option, though the simulations know it as one.
        Some(base) if is_idle(findings, base) => format!(
            "In {} of the simulations no response is worth what it costs, but for the notifications that a law demands; of the responses that do more, {name} comes first most often ({often}){close}.",
            share(first_share(base))
        ),
        Some(base) => format!(
            "{} alone comes first in {} of the simulations; of the responses that do more, {name} comes first most often ({often}){close}.",
            quoted(findings, &base.option),
            share(first_share(base))
        ),
    })
}

/// The option of the baseline that comes first more often than any option beyond it; `None` where there is none.
fn leading_baseline(findings: &ResponseFindings) -> Option<&RankedOption> {
    let order = by_first(&findings.weighing);
    let leader = order.into_iter().next()?;
    let is_told = is_baseline(findings, leader) && first_share(leader) > 0.0;
    is_told.then_some(leader)
}

/// True if an option of these findings is to do nothing.
fn is_idle(findings: &ResponseFindings, option: &RankedOption) -> bool {
    findings.option(&option.option).is_some_and(|found| found.law == LegalClass::Nothing)
}

/// The gravity of the attack on each scale.
fn gravity(findings: &ResponseFindings) -> Vec<String> {
    let injury = &findings.injury;
    if injury.dcid.steps.contains(&DegreeStep::NoEffect) {
        return vec![
            "The case names no effect, so the severity of the attack is not told.".to_owned(),
            "Until it is, the attack is weighed as one without effect, and graver responses are closed."
                .to_owned(),
            "Add an `[[effect]]` to case.toml, or `[severity]` to response.toml.".to_owned(),
        ];
    }
    let words = degree_words(&injury.dcid);
    vec![
        format!("The attack’s severity in DCID is {}.", on_scale(&injury.dcid, &words)),
        format!(
            "Its weighted intensity in EuRepoC is {}, its severity in the schema of PPD-41 {}.",
            on_scale(&injury.eurepoc, ""),
            on_scale(&injury.schema, "")
        ),
    ]
}

/// `5 of 10 (4 to 6: lasting damage in one network)`.
fn on_scale(degree: &Degree, words: &str) -> String {
    let [low, middle, high] = degree.range.map(place);
    let range = if low == high { String::new() } else { format!("{low} to {high}") };
    let highest = place(degree.most);
    match (range.as_str(), words) {
        ("", "") => format!("{middle} of {highest}"),
        ("", text) | (text, "") => format!("{middle} of {highest} ({text})"),
        _ => format!("{middle} of {highest} ({range}: {words})"),
    }
}

/// The number of options that are closed in every scenario, under either reading of the law.
fn open(findings: &ResponseFindings) -> Option<String> {
    let all = findings.options.len();
    let closed = |reading: usize| {
        findings.options.iter().filter(|option| open_under(option, reading) <= 0.0).count()
    };
    let (permissive, strict) = (closed(0), closed(1));
    let number = |options: usize| match options {
        0 => "None".to_owned(),
        _ => capitalised(&word(as_count(options))),
    };
    let is = |options: usize| if options == 1 { "is" } else { "are" };
    Some(match all {
        0 => "No option of response was found that could be weighed.".to_owned(),
        1 if permissive == 1 && strict == 1 => {
            "The one option is closed in every scenario.".to_owned()
        }
        1 => "The one option is open in some scenario.".to_owned(),
        _ if permissive == all && strict == all => {
            format!("None of {} options is open in any scenario.", length(all))
        }
        _ if permissive == 0 && strict == 0 => {
            format!("All {} options are open in some scenario.", length(all))
        }
        _ if permissive == strict => {
            format!(
                "{} of {} options {} closed in every scenario.",
                number(strict),
                length(all),
                is(strict)
            )
        }
        _ => format!(
            "{} of {} options {} closed in every scenario, and {} where the law is read strictly.",
            number(permissive),
            length(all),
            is(permissive),
            word(as_count(strict))
        ),
    })
}

/// The options that the case counts as taken, in a sentence.
fn done(findings: &ResponseFindings) -> Option<String> {
    let taken: Vec<String> =
        findings.options.iter().filter(|option| is_taken(option)).map(label).collect();
    if taken.is_empty() {
        return None;
    }
    let quoted: Vec<String> = taken.iter().map(|name| format!("“{name}”")).collect();
    let are = if taken.len() == 1 { "was" } else { "were" };
    Some(format!("{} {are} done already, by the events of the case.", listed(&quoted, "and")))
}

fn is_taken(option: &OptionFound) -> bool {
    option.gates.iter().any(|gate| matches!(gate.reason, Some(Reason::Taken { .. })))
}

fn open_under(option: &OptionFound, reading: usize) -> f64 {
    option.open.get(reading).map_or(0.0, |share| fraction(*share))
}

/// True if the option is open in some simulation, under some reading of the law.
pub(crate) fn is_open(option: &OptionFound) -> bool {
    open_under(option, 0) > 0.0 || open_under(option, 1) > 0.0
}

/// The condition that closes an option most often.
pub(crate) enum Closing<'a> {
    /// A condition that does not hold.
    Gate(&'a Gate),
    /// The option would be disproportionate.
    Graver(f64),
    /// Nothing in particular.
    Nothing,
}

/// The narrowest of the conditions of an option, its proportionality among them.
pub(crate) fn closing(option: &OptionFound) -> Closing<'_> {
    let narrowest = option
        .gates
        .iter()
        .filter(|gate| !gate.is_strict_only)
        .min_by(|left, right| fraction(left.holds[0]).total_cmp(&fraction(right.holds[0])));
    let proportional = fraction(option.proportional);
    match narrowest {
        Some(gate) if fraction(gate.holds[0]) <= proportional && fraction(gate.holds[0]) < 1.0 => {
            Closing::Gate(gate)
        }
        _ if proportional < 1.0 => Closing::Graver(proportional),
        _ => Closing::Nothing,
    }
}

/// The options that are seldom or never open, each with the condition that closes it.
fn closed(findings: &ResponseFindings) -> Vec<String> {
    let mut closed: Vec<&OptionFound> = findings
        .options
        .iter()
        .filter(|option| open_under(option, 0) < SELDOM && !is_taken(option))
        .collect();
    closed.sort_by(|left, right| open_under(left, 0).total_cmp(&open_under(right, 0)));
    if closed.is_empty() {
        return Vec::new();
    }
    let is = if closed.len() == 1 { "option is" } else { "options are" };
    let mut sentences = vec![format!(
        "{} {is} open in less than half of the simulations, even where the law is read permissively.",
        capitalised(&word(as_count(closed.len())))
    )];
    sentences.extend(closed.iter().take(1).map(|option| why_closed(option)));
    sentences
}

/// The condition that closes an option most often, in one or two sentences.
fn why_closed(option: &OptionFound) -> String {
    let name = label(option);
    match closing(option) {
        Closing::Gate(gate) if gate.condition == Condition::NotRuledOut => {
            let because = gate.reason.as_ref().map_or_else(String::new, reason);
            let because = because.trim_end_matches('.');
            if matches!(gate.reason, Some(Reason::Taken { .. })) {
                format!("“{name}” was done already: {because}.")
            } else {
                format!("The case rules out “{name}”: {because}.")
            }
        }
        Closing::Gate(gate) => format!(
            "“{name}” needs that {}. This holds {}.",
            condition(gate.condition),
            holds(gate)
        ),
        Closing::Graver(proportional) if proportional <= 0.0 => {
            format!("“{name}” is proportionate in none of the simulations.")
        }
        Closing::Graver(proportional) => {
            format!("“{name}” is proportionate in {} of the simulations.", share(proportional))
        }
        Closing::Nothing => {
            format!("“{name}” is open in {} of the simulations.", share(open_under(option, 0)))
        }
    }
}

/// `in 31 % of the simulations, and in 12 % where the law is read strictly`.
fn holds(gate: &Gate) -> String {
    let [permissive, strict] = gate.holds.map(fraction);
    let (loose, tight) = (share(permissive), share(strict));
    match (permissive > 0.0 || strict > 0.0, loose == tight) {
        (false, _) => "in no simulation".to_owned(),
        (true, true) => format!("in {loose} of the simulations"),
        (true, false) => {
            format!("in {loose} of the simulations, and in {tight} where the law is read strictly")
        }
    }
}

/// True if an option of these findings is part of the baseline that every option is added to.
fn is_baseline(findings: &ResponseFindings, option: &RankedOption) -> bool {
    findings.option(&option.option).is_some_and(|found| found.is_baseline)
}

/// The options beyond the baseline, those that come first most often before others.
fn beyond_baseline(findings: &ResponseFindings) -> Vec<&RankedOption> {
    let order = by_first(&findings.weighing).into_iter();
    order.filter(|option| !is_baseline(findings, option)).collect()
}

/// The baseline that every option is added to, and how often nothing more comes first.
fn baseline(findings: &ResponseFindings) -> Vec<String> {
    let ranked = findings.weighing.ranked.iter();
    let under: Vec<&RankedOption> = ranked.filter(|option| is_baseline(findings, option)).collect();
    let (idle, added): (Vec<&RankedOption>, Vec<&RankedOption>) =
        under.into_iter().partition(|option| is_idle(findings, option));
    let idle: f64 = idle.iter().map(|option| first_share(option)).sum();
    let names: Vec<String> = added.iter().map(|option| quoted(findings, &option.option)).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let is = if names.len() == 1 { "is" } else { "are" };
    // Options of the baseline are each the whole baseline, so that they come first together.
    let alone = added.iter().map(|option| first_share(option)).fold(0.0, f64::max);
    vec![
        format!(
            "{} {is} the baseline: every other option is added to it, except doing nothing.",
            listed(&names, "and")
        ),
        format!(
            "In {} of the simulations nothing is worth adding to it, and in {} doing nothing at all comes first.",
            share(alone),
            share(idle)
        ),
    ]
}

/// The share of simulations in which an option comes first, 0 to 1.
pub(crate) fn first_share(option: &RankedOption) -> f64 {
    option.ranks.first().map_or(0.0, |share| fraction(*share))
}

/// The ranked options, those that come first most often before others.
pub(crate) fn by_first(weighing: &Weighing) -> Vec<&RankedOption> {
    let mut order: Vec<&RankedOption> = weighing.ranked.iter().collect();
    order.sort_by(|left, right| {
        first_share(right)
            .total_cmp(&first_share(left))
            .then(fraction(right.holistic).total_cmp(&fraction(left.holistic)))
            .then(left.option.cmp(&right.option))
    });
    order
}

/// An option among those that are ranked.
pub(crate) fn ranked<'a>(
    findings: &'a ResponseFindings,
    option: &OptionFound,
) -> Option<&'a RankedOption> {
    findings.weighing.ranked.iter().find(|ranked| ranked.option == option.id)
}

/// The baseline and the options that come first most often, each with its share, and the error of the simulation.
fn first(findings: &ResponseFindings) -> Vec<String> {
    let mut sentences = baseline(findings);
    let order = beyond_baseline(findings);
    let mut order = order.into_iter().filter(|option| first_share(option) > 0.0).take(MOST);
    let Some(first) = order.next() else { return sentences };
    let of =
        if leading_baseline(findings).is_some() { "Of the options that do more, " } else { "" };
    sentences.push(format!(
        "{of}{} comes first most often, in {} of the simulations.",
        quoted(findings, &first.option),
        share(first_share(first))
    ));
    let next: Vec<String> = order
        .map(|option| {
            format!("{} with {}", quoted(findings, &option.option), share(first_share(option)))
        })
        .collect();
    if !next.is_empty() {
        let follow = if next.len() == 1 { "follows" } else { "follow" };
        sentences.push(format!("Then {follow} {}.", listed(&next, "and")));
    }
    sentences.push(format!(
        "These shares hold where {} and the law is read {}; the error of the simulation is at most ±{} points.",
        weighed(&findings.weighing),
        match findings.weighing.assumed.reading {
            Reading::Permissive => "permissively",
            Reading::Strict => "strictly",
        },
        points(findings.weighing.error)
    ));
    sentences
}

/// `benefit and cost weigh alike`.
fn weighed(weighing: &Weighing) -> String {
    let words = weights(weighing.assumed.weights);
    words.strip_suffix(" alike").map_or_else(
        || words.to_owned(),
        |weights| {
            let verb = if weights.starts_with("every") { "weighs" } else { "weigh" };
            format!("{weights} {verb} alike")
        },
    )
}

/// A share as points of a hundred: `0.3`.
pub(crate) fn points(share: f64) -> String {
    let points = fraction(share) * 100.0;
    if points > 0.0 && points < 0.05 { "0.1".to_owned() } else { format!("{points:.1}") }
}

/// The criteria that weigh clearly more than usual where the option comes first, the most so first.
pub(crate) fn valued(weighing: &Weighing, option: &RankedOption) -> Vec<Criterion> {
    let Some(central) = &option.central else { return Vec::new() };
    let mut further: Vec<(f64, Criterion)> = Criterion::ALL
        .into_iter()
        .zip(central)
        .map(|(criterion, weight)| (fraction(*weight) / usual(weighing, criterion), criterion))
        .filter(|(times, _)| *times >= CLEARLY)
        .collect();
    further.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    further.into_iter().take(MOST).map(|(_, criterion)| criterion).collect()
}

/// A criterion as something to value: one values little harm, not harm.
pub(crate) const fn aim(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Ongoing => "an end of the ongoing harm",
        Criterion::Conduct => "the attacker’s future conduct",
        Criterion::Speed => "speed",
        Criterion::Support => "the support of others",
        Criterion::Collateral => "the sparing of third parties",
        Criterion::Escalation => "no wider conflict",
        Criterion::Legality => "legal safety",
        Criterion::Secrecy => "the secrecy of sources",
        Criterion::Cost => "a low cost to oneself",
        Criterion::Permanence => "the way back",
    }
}

/// The criteria in words: `speed and a low cost to oneself`; nothing stands out for a few.
pub(crate) fn valued_in_words(weighing: &Weighing, option: &RankedOption) -> Option<String> {
    let aims: Vec<String> =
        valued(weighing, option).into_iter().map(|valued| aim(valued).to_owned()).collect();
    (!aims.is_empty()).then(|| listed(&aims, "and"))
}

/// The values under which each of the options that come first most often is preferred.
fn valued_by(findings: &ResponseFindings) -> Vec<String> {
    let weighing = &findings.weighing;
    let preferred = beyond_baseline(findings).into_iter();
    let preferred = preferred.filter(|option| first_share(option) > 0.0);
    let suits = |option: &RankedOption| {
        let name = quoted(findings, &option.option);
        match valued_in_words(weighing, option) {
            Some(values) => format!("{name} suits a state that values above all {values}."),
            None => format!("{name} suits a state that values nothing in particular."),
        }
    };
    preferred.take(MOST - 1).map(suits).collect()
}

/// The largest share of simulations in which the leading option is first; none where it is at least half.
fn plurality(findings: &ResponseFindings, option: &str) -> Option<String> {
    let position = findings.position(option)?;
    let counted = findings
        .variants
        .iter()
        .filter(|variant| !variant.assumed.must_act && variant.assumed.weights != Weights::Flat);
    let first = counted.filter_map(|variant| variant.first.get(position)).copied().map(fraction);
    let largest = first.fold(0.0, f64::max);
    (largest < 0.5 && largest > 0.0).then(|| {
        format!("Even so, it never comes first in more than {} of the simulations.", share(largest))
    })
}

/// The option that leads under all assumptions, else the options that lead with the number of assumptions for each.
fn robust(findings: &ResponseFindings) -> Vec<String> {
    let statement = &findings.statement;
    if statement.tried == 0 || statement.leaders.is_empty() {
        return Vec::new();
    }
    let tried = word(statement.tried);
    if let Some(option) = &statement.robust {
        let has_baseline = !baseline(findings).is_empty();
        let of = if has_baseline { "Of what is added to the baseline, " } else { "" };
        let mut sentences = vec![
            format!(
                "{of}{} comes first most often under all {tried} sets of assumptions.",
                quoted(findings, option)
            ),
            "The sets differ in the grouping of weights, in the reading of the law and in whether easily forged evidence was planted.".to_owned(),
        ];
        sentences.extend(plurality(findings, option));
        return sentences;
    }
    let leader = |(index, leader): (usize, &Leader)| {
        let (name, times) = (quoted(findings, &leader.option), word(leader.sets));
        match index {
            0 => format!("{name} comes first under {times} of {tried} sets of assumptions"),
            _ => format!("{name} under {times}"),
        }
    };
    let mut leaders: Vec<String> =
        statement.leaders.iter().take(MOST).enumerate().map(leader).collect();
    if let [only] = leaders.as_slice() {
        return vec![format!(
            "{only}, but not by more than the error of the simulation under each."
        )];
    }
    if statement.leaders.len() > MOST {
        leaders.push(format!("{} more under others", length(statement.leaders.len() - MOST)));
    }
    vec![
        "No option leads under all assumptions.".to_owned(),
        format!("{}.", listed(&leaders, "and")),
    ]
}

/// An option is told from another where it is better in at least this share of simulations: a toss of a coin gives a half.
const TOLD_APART: f64 = 0.6;

/// The options that the ranking cannot tell from the one that comes first most often, and what would tell them apart.
fn close(findings: &ResponseFindings) -> Vec<String> {
    let weighing = &findings.weighing;
    let place = |option: &RankedOption| {
        weighing.ranked.iter().position(|known| known.option == option.option)
    };
    let order = beyond_baseline(findings);
    let Some((leader, rest)) = order.split_first() else { return Vec::new() };
    let row = place(leader).and_then(|row| weighing.better.get(row));
    let is_close = |rival: &&&RankedOption| {
        let better = place(rival).zip(row).and_then(|(column, row)| row.get(column));
        first_share(rival) > 0.0 && better.is_some_and(|share| fraction(*share) < TOLD_APART)
    };
    let mut close: Vec<String> =
        rest.iter().filter(is_close).map(|rival| quoted(findings, &rival.option)).collect();
    if close.is_empty() {
        return Vec::new();
    }
    let all = close.len();
    close.truncate(MOST - 1);
    if all > close.len() {
        close.push(format!("{} more", length(all - close.len())));
    }
    vec![
        format!(
            "The ranking cannot choose between {} and {}.",
            quoted(findings, &leader.option),
            listed(&close, "and")
        ),
        "Two things would help: to find out more, and to say what matters most (`importance` in response.toml).".to_owned(),
    ]
}

/// The least difference in a probability, and in a share of first places, that distinguishes a case.
const UNLIKE: (f64, f64) = (0.15, 0.02);

/// The differences of the case from a usual one, and the options that gain and lose most by it.
fn unusual(findings: &ResponseFindings) -> Vec<String> {
    let usual = &findings.usual;
    let Some([gains, loses]) = moved(findings) else { return Vec::new() };
    let mut causes: Vec<(f64, String)> = Vec::new();
    let severity = [findings.injury.dcid.range[1], usual.severity[1]];
    if (severity[0] - severity[1]).abs() >= 1.0 {
        let [here, there] = severity.map(place);
        causes.push((1.0, format!("the severity is {here} of 10, not {there}")));
    }
    let is_named = |fact: &Fact| fact.reason != Reason::JudgementWithheld;
    if !findings.facts.iter().all(is_named) {
        causes.push((1.0, "the judgement names nobody".to_owned()));
    }
    let facts = findings.facts.iter().zip(&usual.facts);
    for (here, there) in facts.filter(|(here, _)| distinguishes(here, &findings.facts)) {
        let apart = (here.strict[1] - there.strict[1]).abs();
        if apart >= UNLIKE.0 {
            let [here_is, there_is] = [here, there].map(|fact| share(fraction(fact.strict[1])));
            let what = condition(here.condition);
            causes.push((apart, format!("the chance that {what} is {here_is}, not {there_is}")));
        }
    }
    causes.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut sentences: Vec<String> = causes
        .into_iter()
        .take(MOST - 1)
        .map(|(_, cause)| format!("Unlike in a usual case, {cause}."))
        .collect();
    let change = |(option, here, there): &(&OptionFound, f64, f64), verb: &str| {
        format!(
            "“{}” {verb} most by what is unusual: it comes first in {} of the simulations, not {}.",
            label(option),
            share(*here),
            share(*there)
        )
    };
    sentences.extend((gains.1 - gains.2 >= UNLIKE.1).then(|| change(&gains, "gains")));
    sentences.extend((loses.2 - loses.1 >= UNLIKE.1).then(|| change(&loses, "loses")));
    if sentences.is_empty() {
        sentences.push("Nothing distinguishes this case from a usual one.".to_owned());
    }
    sentences
}

/// Returns true if the chance of a fact can distinguish a case: it is about somebody whom the judgement could name.
fn distinguishes(fact: &Fact, facts: &[Fact]) -> bool {
    let of_states = [Condition::Actor, Condition::StateLink, Condition::Breach, Condition::Called];
    let has_state = |known: &Fact| {
        known.condition != Condition::Actor || known.reason != Reason::NoStateResponsible
    };
    !matches!(fact.reason, Reason::NoGang | Reason::JudgementWithheld)
        && (!of_states.contains(&fact.condition) || facts.iter().all(has_state))
}

/// The options beyond the baseline that come first most more and most less often than in a usual case, each with its share
/// here and there.
fn moved(findings: &ResponseFindings) -> Option<[(&OptionFound, f64, f64); 2]> {
    let moved = findings.options.iter().zip(&findings.usual.first);
    let moved = moved.filter(|(option, _)| !option.is_baseline).map(|(option, there)| {
        (option, ranked(findings, option).map_or(0.0, first_share), fraction(*there))
    });
    let moved: Vec<(&OptionFound, f64, f64)> = moved.collect();
    let by_gain = |left: &&(&OptionFound, f64, f64), right: &&(&OptionFound, f64, f64)| {
        (left.1 - left.2).total_cmp(&(right.1 - right.2))
    };
    Some([*moved.iter().max_by(by_gain)?, *moved.iter().min_by(by_gain)?])
}

/// The fact that is most worth finding out.
fn would_tell(findings: &ResponseFindings) -> Vec<String> {
    let Some(information) = findings.information.iter().find(|fact| fact.value > 0.0) else {
        return Vec::new();
    };
    let [holds, fails] = &information.best;
    let effect = if holds == fails {
        format!("It would not change the first choice: {}.", either(findings, information))
    } else {
        format!("{}.", capitalised(&either(findings, information)))
    };
    vec![format!("Find out first whether {}.", unknown(&information.of)), effect]
}

/// `if so, “a” is ahead in the mean, if not, “b”`.
pub(crate) fn either(findings: &ResponseFindings, one: &Information) -> String {
    let [holds, fails] = &one.best;
    if holds == fails {
        return format!("{} is ahead in the mean either way", quoted(findings, holds));
    }
    format!(
        "if so, {} is ahead in the mean, if not, {}",
        quoted(findings, holds),
        quoted(findings, fails)
    )
}

/// The options of a package in their order: `“a”, then “b”`.
pub(crate) fn in_turn(findings: &ResponseFindings, options: &[String]) -> String {
    let names: Vec<String> = options.iter().map(|option| quoted(findings, option)).collect();
    names.join(", then ")
}

/// The package that comes first most often.
fn package(findings: &ResponseFindings) -> Vec<String> {
    let Some(package) = findings.packages.iter().find(|package| !package.options.is_empty()) else {
        return Vec::new();
    };
    let is_under = |id: &String| findings.option(id).is_some_and(|option| option.is_baseline);
    let alone = if package.options.len() == 1 { " alone" } else { "" };
    let does_nothing =
        |id: &String| findings.option(id).is_some_and(|option| option.law == LegalClass::Nothing);
    let package_is = match package.options.as_slice() {
        [_, _, ..] if package.options.iter().all(is_under) => {
            "This package is the baseline alone.".to_owned()
        }
        [only] if does_nothing(only) => {
            "This package is to do nothing at all, without the baseline.".to_owned()
        }
        options => format!("This package is {}{alone}.", in_turn(findings, options)),
    };
    vec![
        format!(
            "Of all packages of up to three options, one comes first most often, in {} of the simulations.",
            share(fraction(package.first))
        ),
        package_is,
    ]
}
