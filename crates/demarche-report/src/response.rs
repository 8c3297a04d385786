//! Which responses are open and what one would have to value to prefer each, in words; never what to do.

mod sentences;
mod words;

use demarche_case::assessment::response::{
    Degree, Gate, Information, OptionFound, RankedOption, Reading, ResponseFindings, Weighing,
    Weights,
};
use demarche_case::options::{Condition, Criterion};

use crate::number::{fraction, length, share, word};
use crate::words::listed;

pub(crate) use sentences::{caveat, degree_words, issue, precedent_caveat, reason, step};
pub(crate) use words::{
    amount, amount_between, article, asked_for, basis, condition, direction, evidence, factor,
    inaction, label, law, law_meaning, place, place_between, quoted, reading, thought, unknown,
    usual, weights,
};

/// Options named in one sentence; the table has all.
const MOST: usize = 3;

/// How much more than usual a criterion weighs under the central weights before it is named.
const CLEARLY: f64 = 1.1;

/// Below this share of worlds an option counts as seldom open.
const SELDOM: f64 = 0.5;

/// What there is to answer with, the most important sentence first: how grave the attack was, what is open, what comes
/// first under which weights, and whether that holds whatever one assumes.
///
/// No sentence says what to do: each says what one would have to value to prefer an option.
#[must_use]
pub fn response_answer(findings: &ResponseFindings) -> Vec<String> {
    answer_in_parts(findings).into_iter().flatten().collect()
}

/// The sentences by what they are about: the attack and what is open, what comes first, and whether that holds.
pub(crate) fn answer_in_parts(findings: &ResponseFindings) -> [Vec<String>; 3] {
    let gravity = Some(gravity(findings));
    let there = gravity.into_iter().chain(open(findings)).chain(closed(findings)).collect();
    let preferred = first(findings).into_iter().chain(valued_by(findings)).collect();
    let holds = robust(findings).into_iter().chain(would_tell(findings)).chain(package(findings));
    [there, preferred, holds.collect()]
}

/// The same in three sentences, for the top of a page that is about more.
pub(crate) fn response_in_short(findings: &ResponseFindings) -> Vec<String> {
    let mut sentences: Vec<String> =
        first(findings).or_else(|| open(findings)).into_iter().collect();
    sentences.extend(valued_by(findings));
    sentences.extend(robust(findings));
    sentences
}

/// How grave the attack was on each scale.
fn gravity(findings: &ResponseFindings) -> String {
    let injury = &findings.injury;
    let words = degree_words(&injury.dcid);
    format!(
        "The attack stands at {} on the scale of the Dyadic Cyber Incident Data, at {} in the weighted intensity of EuRepoC, and at {} in the severity schema of PPD-41.",
        on_scale(&injury.dcid, &words),
        on_scale(&injury.eurepoc, ""),
        on_scale(&injury.schema, "")
    )
}

/// `5 of 10 (4 to 6: lasting damage in one network)`.
fn on_scale(degree: &Degree, words: &str) -> String {
    let [low, middle, high] = degree.range.map(place);
    let range = if low == high { String::new() } else { format!("{low} to {high}") };
    let inside: Vec<&str> =
        [range.as_str(), words].into_iter().filter(|one| !one.is_empty()).collect();
    let most = place(degree.most);
    if inside.is_empty() {
        return format!("{middle} of {most}");
    }
    format!("{middle} of {most} ({})", inside.join(": "))
}

/// How many options are open under either reading, and which never are.
fn open(findings: &ResponseFindings) -> Option<String> {
    let all = findings.options.len();
    if all == 0 {
        return Some("No option of response was found that could be weighed.".to_owned());
    }
    let under = |reading: usize| {
        let open = findings.options.iter().filter(|one| open_under(one, reading) > 0.0);
        open.count()
    };
    let (permissive, strict) = (under(0), under(1));
    if permissive == 0 && strict == 0 {
        let of =
            if all == 1 { "The one option".to_owned() } else { format!("None of {all} options") };
        let verb = if all == 1 { "is never open" } else { "is open" };
        return Some(format!("{of} {verb} in any world that was drawn."));
    }
    let reading = if permissive == strict {
        "however the law is read".to_owned()
    } else {
        format!(
            "where the law is read permissively, and {} where it is read strictly",
            word(u64::try_from(strict).unwrap_or(u64::MAX))
        )
    };
    if all == 1 {
        return Some("The one option is open in some world.".to_owned());
    }
    let is = if permissive == 1 { "is" } else { "are" };
    Some(format!(
        "Of {} options, {} {is} open in some world {reading}.",
        length(all),
        word(u64::try_from(permissive).unwrap_or(u64::MAX))
    ))
}

fn open_under(option: &OptionFound, reading: usize) -> f64 {
    fraction(option.open.get(reading).copied().unwrap_or_default())
}

/// Is it open in some world, under some reading?
pub(crate) fn is_open(option: &OptionFound) -> bool {
    open_under(option, 0) > 0.0 || open_under(option, 1) > 0.0
}

/// What keeps an option closed most often.
pub(crate) enum Closing<'a> {
    /// A condition that does not hold.
    Gate(&'a Gate),
    /// It would be graver than the injury allows.
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

/// The options that are seldom or never open, each with what closes it.
fn closed(findings: &ResponseFindings) -> Option<String> {
    let mut closed: Vec<&OptionFound> =
        findings.options.iter().filter(|one| open_under(one, 0) < SELDOM).collect();
    closed.sort_by(|left, right| open_under(left, 0).total_cmp(&open_under(right, 0)));
    let mut parts: Vec<String> = closed.iter().take(MOST).map(|one| why_closed(one)).collect();
    let more = closed.len().saturating_sub(MOST);
    if more > 0 {
        parts.push(format!("and {} more", length(more)));
    }
    (!parts.is_empty())
        .then(|| {
        format!("Even where the law is read permissively, open in less than half of the worlds or in none: {}.", parts.join("; "))
    })
}

fn why_closed(option: &OptionFound) -> String {
    let name = label(option);
    match closing(option) {
        Closing::Gate(gate) if gate.condition == Condition::NotRuledOut => {
            format!(
                "“{name}”, which the case rules out ({})",
                gate.reason.as_ref().map_or_else(String::new, reason)
            )
        }
        Closing::Gate(gate) => {
            format!("“{name}”, which needs that {} ({})", condition(gate.condition), holds(gate))
        }
        Closing::Graver(proportional) => {
            format!(
                "“{name}”, which is no graver than the injury allows in {} of worlds",
                share(proportional)
            )
        }
        Closing::Nothing => {
            format!("“{name}”, which is open in {} of worlds", share(open_under(option, 0)))
        }
    }
}

/// `in 31 % of worlds, 12 % where the law is read strictly`.
fn holds(gate: &Gate) -> String {
    let [permissive, strict] = gate.holds.map(fraction);
    let (loose, tight) = (share(permissive), share(strict));
    match (permissive > 0.0 || strict > 0.0, loose == tight) {
        (false, _) => "in no world".to_owned(),
        (true, true) => format!("in {loose} of worlds"),
        (true, false) => format!("in {loose} of worlds, {tight} where the law is read strictly"),
    }
}

/// How often an option comes first.
pub(crate) fn first_share(option: &RankedOption) -> f64 {
    fraction(option.ranks.first().copied().unwrap_or_default())
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
pub(crate) fn ranked(findings: &ResponseFindings, option: usize) -> Option<&RankedOption> {
    findings.weighing.ranked.iter().find(|one| one.option == option)
}

/// The options that ever come first, each with its share and the error of the draws.
fn first(findings: &ResponseFindings) -> Option<String> {
    let order = by_first(&findings.weighing);
    let named: Vec<String> = order
        .iter()
        .filter(|one| first_share(one) > 0.0)
        .take(MOST)
        .enumerate()
        .map(|(place, one)| {
            let comes = if place == 0 { " comes first" } else { "" };
            let of = if place == 0 { " of draws" } else { "" };
            format!("{}{comes} in {}{of}", quoted(findings, one.option), share(first_share(one)))
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    Some(format!(
        "Where {} and the law is read {}, {} (error of the draws at most ±{} points).",
        weighed(&findings.weighing),
        match findings.weighing.assumed.reading {
            Reading::Permissive => "permissively",
            Reading::Strict => "strictly",
        },
        listed(&named, "and"),
        points(findings.weighing.error)
    ))
}

/// `benefit and cost weigh alike`.
fn weighed(weighing: &Weighing) -> String {
    let words = weights(weighing.assumed.weights);
    words.strip_suffix(" alike").map_or_else(
        || words.to_owned(),
        |what| {
            let verb = if what.starts_with("every") { "weighs" } else { "weigh" };
            format!("{what} {verb} alike")
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
    let mut more: Vec<(f64, Criterion)> = Criterion::ALL
        .into_iter()
        .zip(central)
        .map(|(criterion, weight)| (fraction(*weight) / usual(weighing, criterion), criterion))
        .filter(|(times, _)| *times >= CLEARLY)
        .collect();
    more.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    more.into_iter().take(MOST).map(|(_, criterion)| criterion).collect()
}

/// A criterion as something to value: one values little harm, not harm.
pub(crate) const fn aim(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Ongoing => "an end of the ongoing harm",
        Criterion::Conduct => "the attacker’s future conduct",
        Criterion::Speed => "speed",
        Criterion::Support => "the support of others",
        Criterion::Collateral => "the sparing of third parties",
        Criterion::Escalation => "a conflict that does not widen",
        Criterion::Legality => "distance from what is disputed in law",
        Criterion::Secrecy => "the secrecy of evidence and sources",
        Criterion::Cost => "a low cost to oneself",
        Criterion::Permanence => "the way back",
    }
}

/// The criteria in words: `speed and a low cost to oneself`; nothing stands out for a few.
pub(crate) fn valued_in_words(weighing: &Weighing, option: &RankedOption) -> Option<String> {
    let aims: Vec<String> =
        valued(weighing, option).into_iter().map(|one| aim(one).to_owned()).collect();
    (!aims.is_empty()).then(|| listed(&aims, "and"))
}

/// What one would have to value to prefer each of the options that come first most often.
fn valued_by(findings: &ResponseFindings) -> Option<String> {
    let weighing = &findings.weighing;
    let parts: Vec<String> = by_first(weighing)
        .into_iter()
        .filter(|one| first_share(one) > 0.0)
        .take(MOST)
        .enumerate()
        .map(|(place, one)| {
            let name = quoted(findings, one.option);
            let values = valued_in_words(weighing, one);
            let values = values.unwrap_or_else(|| "nothing in particular".to_owned());
            match place {
                0 => format!("To prefer {name} one would have to value more than usual {values}"),
                _ => format!("to prefer {name}, {values}"),
            }
        })
        .collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// How often the option is first where it is so most often: to lead is not to win, where that is less than half.
fn plurality(findings: &ResponseFindings, option: usize) -> String {
    let counted = findings
        .variants
        .iter()
        .filter(|one| !one.assumed.must_act && one.assumed.weights != Weights::Flat);
    let first = counted.filter_map(|one| one.first.get(option)).copied().map(fraction);
    let most = first.fold(0.0, f64::max);
    if most >= 0.5 || most <= 0.0 {
        return String::new();
    }
    format!(", and yet in no more than {} of the draws of any", share(most))
}

/// Whether one option leads whatever is assumed, else who leads how often.
fn robust(findings: &ResponseFindings) -> Option<String> {
    let statement = &findings.statement;
    if statement.tried == 0 || statement.leaders.is_empty() {
        return None;
    }
    if let Some(option) = statement.robust {
        return Some(format!(
            "{} comes first more often than any other under all {} sets of assumptions that were tried (both ways to group the weights, both readings of the law, and the evidence as reported or planted wherever it can easily be forged){}.",
            quoted(findings, option),
            word(statement.tried),
            plurality(findings, option)
        ));
    }
    let tried = word(statement.tried);
    let mut leaders: Vec<String> = statement
        .leaders
        .iter()
        .take(MOST)
        .enumerate()
        .map(|(place, (option, times))| match place {
            0 => format!(
                "{} comes first under {} of {tried} sets of assumptions",
                quoted(findings, *option),
                word(*times)
            ),
            _ => format!("{} under {}", quoted(findings, *option), word(*times)),
        })
        .collect();
    let more = statement.leaders.len().saturating_sub(MOST);
    if more > 0 {
        leaders.push(format!("{} more under others", length(more)));
    }
    Some(match leaders.as_slice() {
        [only] => format!("{only}, but not by more than the error of the draws under each."),
        _ => format!("No option leads whatever one assumes: {}.", listed(&leaders, "and")),
    })
}

/// What it would be worth most to know.
fn would_tell(findings: &ResponseFindings) -> Option<String> {
    let one = findings.information.iter().find(|one| one.value > 0.0)?;
    let start = if findings.statement.robust.is_some() {
        "The order would change most with the knowledge whether"
    } else {
        "What would tell most is to know whether"
    };
    Some(format!("{start} {}: {}.", unknown(&one.of), either(findings, one)))
}

/// `if so, “a” is ahead in the mean, if not, “b”`.
pub(crate) fn either(findings: &ResponseFindings, one: &Information) -> String {
    let [holds, fails] = one.best;
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
pub(crate) fn in_turn(findings: &ResponseFindings, options: &[usize]) -> String {
    let names: Vec<String> = options.iter().map(|one| quoted(findings, *one)).collect();
    names.join(", then ")
}

/// The package that comes first most often.
fn package(findings: &ResponseFindings) -> Option<String> {
    let package = findings.packages.iter().find(|one| !one.options.is_empty())?;
    let size = u64::try_from(package.options.len()).unwrap_or(u64::MAX);
    let taken = if size == 1 { "alone" } else { "together" };
    Some(format!(
        "Among packages of up to three options, {}, taken {taken}, comes first most often, in {} of draws.",
        in_turn(findings, &package.options),
        share(fraction(package.first))
    ))
}
