//! Acts and responses after earlier attacks, in sentences.

use demarche_case::assessment::precedents::{
    Act, ActsIn, Circle, ConcessionGroup, DelayOf, DyadFindings, EurepocCopy, PrecedentFindings,
    PrecedentQuestion, Rate, RepositoryFindings, ResponseKind, UNCODED_BEFORE, severity_word,
};

use crate::number::{chance, chances, count, counted, percent};
use crate::words::in_text;

/// So many cases are worth a sentence; the tables have fewer too.
const ENOUGH: u64 = 8;

/// The acts and responses after earlier attacks, in a few sentences without markup; the first is the answer.
#[must_use]
pub fn precedents_answer(findings: &PrecedentFindings) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(dyads) = &findings.dyads {
        if has_precedent(dyads) {
            sentences.extend(expected(&findings.question, dyads));
        } else {
            sentences.extend(without_precedent(&findings.question));
        }
        sentences.extend(control(&findings.question, dyads));
        sentences.extend(concessions(dyads));
        sentences.extend(replies(dyads));
    }
    sentences.extend(public(&findings.repository));
    sentences.extend(delays(&findings.repository));
    sentences
}

/// True if the record has an attack on the state that asks; else every share is borrowed from other states.
pub(crate) fn has_precedent(dyads: &DyadFindings) -> bool {
    let own = dyads.circles.iter().find(|circle| circle.group == Circle::OnResponding);
    own.is_some_and(|circle| circle.attacks > 0)
}

/// The sentences that the state has never been seen to answer such an attack.
fn without_precedent(question: &PrecedentQuestion) -> [String; 2] {
    let responding = in_text(question.responding);
    [
        format!(
            "The record has no earlier attack on {responding}, so there is no precedent for its answer."
        ),
        format!(
            "What rivals elsewhere did is counted below and foretells nothing of {responding}."
        ),
    ]
}

/// The circle in words: `all`, `on the United States`, `by North Korea`, `between the two`.
pub(crate) fn circle_word(circle: Circle, question: &PrecedentQuestion) -> String {
    match circle {
        Circle::All => "all attacks".to_owned(),
        Circle::OnResponding => format!("on {}", in_text(question.responding)),
        Circle::ByInitiator => format!("by {}", in_text(question.initiator)),
        Circle::Between => "between the two".to_owned(),
    }
}

/// The group in words: `severity 4, intrusion into many networks`.
pub(crate) fn concession_word(group: ConcessionGroup) -> String {
    match group {
        ConcessionGroup::Severity(severity) => {
            format!("severity {severity}: {}", severity_word(severity))
        }
        ConcessionGroup::Objective(objective) => format!("for {}", objective.word()),
        ConcessionGroup::Method(method) => format!("by {}", method.word()),
        ConcessionGroup::All => "all attacks".to_owned(),
    }
}

/// A share with its interval and counts: `2.8 % (1.6–4.8), 12 of 429`; a dash of nothing.
pub(crate) fn rate_words(rate: &Rate) -> String {
    let Some(share) = rate.share() else { return "–".to_owned() };
    format!("{} ({})", percent(share), interval_words(rate))
}

/// The ends of the interval in per cent: `1.6–4.8`; a dash of nothing.
pub(crate) fn interval_words(rate: &Rate) -> String {
    let ends = |[low, high]: [f64; 2]| format!("{:.1}–{:.1}", 100.0 * low, 100.0 * high);
    rate.interval.map_or_else(|| "–".to_owned(), ends)
}

/// `12 of 429`.
pub(crate) fn of_words(rate: &Rate) -> String {
    format!("{}\u{a0}of\u{a0}{}", count(rate.hits), count(rate.all))
}

fn expected(question: &PrecedentQuestion, dyads: &DyadFindings) -> Option<String> {
    let of = |act: Act| {
        let share = dyads.acts.iter().find(|share| share.act == act)?;
        let [low, high] = share.range;
        Some(format!("{} in {} ({})", act.word(), chance(share.share), chances(low, high)))
    };
    let acts = [Act::Sanction, Act::Negotiate, Act::CyberReply].map(of);
    let acts: Vec<String> = acts.into_iter().flatten().collect();
    if acts.is_empty() {
        return None;
    }
    let (first, next) = acts.split_first()?;
    let mut sentence = format!(
        "Within a month of an attack by {}, {} is expected to answer with {first} of cases.",
        in_text(question.initiator),
        in_text(question.responding)
    );
    if !next.is_empty() {
        sentence.push_str(&format!(" The figures for other acts: {}.", next.join(", ")));
    }
    Some(sentence)
}

/// That rivals do such things anyway.
fn control(question: &PrecedentQuestion, dyads: &DyadFindings) -> Option<String> {
    let narrowest: &ActsIn<Circle> =
        dyads.circles.iter().rfind(|circle| circle.attacks >= ENOUGH)?;
    let sanctions = narrowest.acts.iter().find(|counted| counted.act == Act::Sanction)?;
    let (theirs, own) = (sanctions.done, sanctions.by_initiator?);
    let attacks = match narrowest.group {
        Circle::All => "attacks between rivals".to_owned(),
        circle => format!("attacks {}", circle_word(circle, question)),
    };
    Some(format!(
        "Sanctions followed {} {attacks}. The attacker itself imposed sanctions around {}, which no attack explains.",
        of_words(&theirs),
        of_words(&own)
    ))
}

fn concessions(dyads: &DyadFindings) -> Option<String> {
    let row = |wanted| dyads.concessions.iter().find(|row| row.group == wanted);
    let all = row(ConcessionGroup::All)?;
    let asked = dyads.concessions.iter().find(|row| row.is_asked && row.conceded.all > 0);
    let asked = asked.map_or_else(String::new, |row| {
        format!(
            " Of attacks of the kind asked about ({}), {} did.",
            concession_word(row.group),
            of_words(&row.conceded)
        )
    });
    Some(format!(
        "Coercion by cyber means hardly ever worked: {} attacks between rivals brought a concession. That is {}.{asked}",
        of_words(&all.conceded),
        rate_words(&all.conceded)
    ))
}

fn replies(dyads: &DyadFindings) -> Option<String> {
    let replies = dyads.replies.filter(|replies| replies.replies > 0)?;
    Some(format!(
        "Of {}, {} more severe than the attack: {}.",
        counted(replies.replies, "cyber operation in return", "cyber operations in return"),
        match replies.more_severe.hits {
            1 => "one was".to_owned(),
            number => format!("{} were", count(number)),
        },
        rate_words(&replies.more_severe)
    ))
}

/// The base rate of public responses of the newest copy that has one, or that there is none.
fn public(repository: &[RepositoryFindings]) -> Option<String> {
    let coded = repository.iter().find(|copy| !copy.expected.is_empty());
    let Some(copy) = coded else {
        let copy = repository.iter().find(|copy| copy.incidents > 0)?;
        return Some(format!(
            "{} coded no responses before {UNCODED_BEFORE}. For its {} before the year asked about, no response means “not coded”, not “none”.",
            copy.copy.word(),
            counted(copy.incidents, "incident", "incidents")
        ));
    };
    let of = |kind| copy.expected.iter().find(|rate| rate.response == kind);
    let (political, legal) = (of(ResponseKind::Political)?, of(ResponseKind::Legal)?);
    Some(format!(
        "From {} on, incidents of all kinds drew a political response in {} and a legal response in {}. This base rate is all that foretells public responses.",
        political.from,
        rate_words(&political.rate),
        rate_words(&legal.rate)
    ))
}

fn delays(repository: &[RepositoryFindings]) -> Option<String> {
    let of = |copy: EurepocCopy, of: DelayOf| {
        let copy = repository.iter().find(|found| found.copy == copy)?;
        let delay = copy.delays.iter().find(|delay| delay.of == of)?;
        delay.days.filter(|_| delay.counted >= ENOUGH)
    };
    let government = of(EurepocCopy::Dashboard, DelayOf::ByGovernment)?;
    let political = of(EurepocCopy::Release, DelayOf::PoliticalAfterAttribution);
    let then = political.map_or_else(String::new, |[_, median, ..]| {
        format!(
            " A political response followed the first attribution after {} in the median.",
            days(median)
        )
    });
    let [_, median, late, _] = government;
    Some(format!(
        "Attribution by a receiver’s government took {} in the median, and more than {} in one case of four.{then}",
        days(median),
        days(late)
    ))
}

/// `1 day`, `43 days`.
pub(crate) fn days(days: f64) -> String {
    let text = if days.is_finite() { format!("{days:.0}") } else { "–".to_owned() };
    let unit = if text == "1" { "day" } else { "days" };
    format!("{text}\u{a0}{unit}")
}
