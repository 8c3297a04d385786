//! Who did it, in words: likelihood in one sentence, confidence in another, both put together from the findings.
//!
//! Source: ODNI, Intelligence Community Directive 203 (2015): never a likelihood and a confidence in one sentence.

use demarche_case::assessment::attribution::{
    Aspect, AttributionFindings, Basis, Chance, CitedSource, Confidence, ConfidenceLevel,
    Hypothesis, HypothesisId, Judgement, Likelihood, NoProbability, Ranked, Sensitivity,
    WeighedItem, Without,
};
use demarche_case::{Case, Country, EvidenceId, Forgeability};

use crate::date::date;
use crate::number::{chance, chances, length, word};
use crate::text::{NAME, PROSE, shown};
use crate::words::attribution::confidence_reason;
use crate::words::{in_text, listed};

/// The aspects in their order.
pub(crate) const ASPECTS: [Aspect; 7] = [
    Aspect::Malware,
    Aspect::Code,
    Aspect::Infrastructure,
    Aspect::Behaviour,
    Aspect::Artefacts,
    Aspect::Victim,
    Aspect::Claims,
];

/// Who did it, the most important sentence first: the likelihood, then the confidence, then what both rest on.
///
/// Where the findings withhold the probability there is neither a number nor a word of likelihood, but why, and what
/// would be needed.
#[must_use]
pub fn attribution_answer(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    if let Some(none) = &findings.withheld {
        let mut sentences = withheld(none, findings);
        sentences.push(confidence(&findings.confidence, "any judgement of who did it"));
        return sentences;
    }
    let Some(sentence) = likelihood(findings, &findings.as_reported) else {
        return vec!["No hypothesis of who did it could be weighed.".to_owned()];
    };
    let mut sentences = vec![sentence, confidence(&findings.confidence, "this judgement")];
    sentences.extend(alternatives(findings));
    sentences.extend(planted(findings));
    sentences.extend(rests_on(findings, case));
    sentences
}

/// The hypothesis that leads a judgement.
pub(crate) fn leader<'a>(
    findings: &'a AttributionFindings,
    judgement: &'a Judgement,
) -> Option<(&'a Ranked, &'a Hypothesis)> {
    let ranked = judgement.ranking.first()?;
    Some((ranked, findings.hypothesis(&ranked.hypothesis)?))
}

/// How likely the leading hypothesis is, and the state behind it.
pub(crate) fn likelihood(findings: &AttributionFindings, judgement: &Judgement) -> Option<String> {
    let (ranked, hypothesis) = leader(findings, judgement)?;
    let state = judgement.states.first();
    let same = state.filter(|state| {
        !matches!(hypothesis, Hypothesis::Named { .. })
            && hypothesis.state() == Some(state.state)
            && state.chance().estimate >= ranked.chance().estimate
    });
    let who = name(hypothesis);
    let mut sentence = match same {
        Some(state) => format!(
            "{} {} did it, and {} it was {who}",
            capitalised(&clause(state.chance())),
            agent(state.state),
            clause(ranked.chance())
        ),
        None => format!("{} {who} did it", capitalised(&clause(ranked.chance()))),
    };
    if Likelihood::of(ranked.chance().estimate) < Likelihood::RoughlyEven {
        sentence.push_str("; no other hypothesis is more probable");
    }
    sentence.push('.');
    let other = state.filter(|state| {
        same.is_none()
            && hypothesis.state() != Some(state.state)
            && Likelihood::of(state.chance().estimate) > Likelihood::VeryUnlikely
    });
    // What is more probable goes first.
    if let Some(state) = other {
        let clause = capitalised(&clause(state.chance()));
        let of_state = format!("{clause} {} did it.", agent(state.state));
        sentence = if state.chance().estimate > ranked.chance().estimate {
            format!("{of_state} {sentence}")
        } else {
            format!("{sentence} {of_state}")
        };
    }
    Some(sentence)
}

/// `an actor said to act for or to come from North Korea`.
pub(crate) fn agent(state: Country) -> String {
    format!("an actor said to act for or to come from {}", in_text(state))
}

/// `it is likely (74 %, 58–83 %) that`, in the directive's words.
fn clause(probability: Chance) -> String {
    let likelihood = Likelihood::of(probability.estimate);
    let words = likelihood.words();
    let number = format!(
        "({}, range {})",
        chance(probability.estimate),
        chances(probability.low, probability.high)
    );
    match likelihood {
        Likelihood::AlmostNoChance => format!("there is {words} {number} that"),
        Likelihood::RoughlyEven => format!("there is a {words} {number} that"),
        Likelihood::VeryUnlikely
        | Likelihood::Unlikely
        | Likelihood::Likely
        | Likelihood::VeryLikely
        | Likelihood::AlmostCertain => format!("it is {words} {number} that"),
    }
}

/// The confidence in the evidence, with the reasons.
pub(crate) fn confidence(confidence: &Confidence, what: &str) -> String {
    let mut sentences = vec![format!("Confidence in {what} is {}.", level(confidence.level))];
    sentences.extend(confidence.reasons.iter().map(confidence_reason));
    sentences.join(" ")
}

/// The text with its first sign as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

/// Why there is no probability, and what it would take.
pub(crate) fn withheld(none: &NoProbability, findings: &AttributionFindings) -> Vec<String> {
    let say = if none.independent == 1 { "says" } else { "say" };
    let groups = if none.independent == 1 { "group" } else { "groups" };
    let only = if none.independent == 0 { "" } else { "only " };
    let missing = none.needed.saturating_sub(none.independent).max(1);
    let more = if missing == 1 { "group" } else { "groups" };
    let mut needed =
        format!("At least {} more independent {more} of evidence would be needed", word(missing));
    let silent = silent_aspects(findings);
    if !silent.is_empty() {
        needed.push_str(&format!("; nothing yet is known of {}", listed(&silent, "or")));
    }
    vec![
        format!(
            "No probability is given for who did it: {only}{} independent {groups} of evidence {say} anything, and it takes {}.",
            word(none.independent),
            word(none.needed)
        ),
        format!("{needed}."),
    ]
}

/// What no item says anything about, by aspect; claims are left out, for words are free.
fn silent_aspects(findings: &AttributionFindings) -> Vec<String> {
    let speaks = |wanted: Aspect| {
        findings.items.iter().any(|item| {
            item.aspect == wanted && item.weights.iter().any(|weight| weight.nats().abs() >= 0.05)
        })
    };
    let silent = ASPECTS.into_iter().filter(|one| *one != Aspect::Claims && !speaks(*one));
    silent.map(|one| aspect(one).to_owned()).collect()
}

/// What the judgement leaves to those whom nobody can name, and to a false flag.
pub(crate) fn alternatives(findings: &AttributionFindings) -> Option<String> {
    let (_, first) = leader(findings, &findings.as_reported)?;
    let sum = |wanted: fn(&Hypothesis) -> bool| -> f64 {
        let ranking = findings.as_reported.ranking.iter();
        ranking
            .filter(|one| findings.hypothesis(&one.hypothesis).is_some_and(wanted))
            .map(|one| one.chance().estimate.get())
            .sum()
    };
    let is_unlisted = |one: &Hypothesis| matches!(one, Hypothesis::Unlisted { .. });
    let is_false_flag = |one: &Hypothesis| matches!(one, Hypothesis::FalseFlag { .. });
    let mut left = Vec::new();
    if !is_unlisted(first) {
        left.push((sum(is_unlisted), "an actor not in the record"));
    }
    if !is_false_flag(first) {
        left.push((sum(is_false_flag), "a false flag"));
    }
    let left: Vec<String> = left
        .into_iter()
        .filter(|(sum, _)| *sum > 0.0)
        .map(|(sum, what)| format!("{} for {what}", chance(sum)))
        .collect();
    (!left.is_empty()).then(|| format!("This leaves {}.", listed(&left, "and")))
}

/// What is left when everything that can easily be forged was planted.
pub(crate) fn planted(findings: &AttributionFindings) -> Option<String> {
    let (before, hypothesis) = leader(findings, &findings.as_reported)?;
    let (after, other) = leader(findings, &findings.if_planted)?;
    let start = "If everything that can easily be forged had been planted";
    let states = state_if_planted(findings).unwrap_or_default();
    if before.hypothesis == after.hypothesis {
        let (then, now) = (chance(after.chance().estimate), chance(before.chance().estimate));
        let moved = if then == now { then } else { format!("{then} instead of {now}") };
        return Some(format!(
            "{start}, {} would still lead, with {moved}{states}.",
            name(hypothesis)
        ));
    }
    let left = in_ranking(&findings.if_planted, &before.hypothesis);
    let left = left.map_or_else(
        || "fall out of the ranking".to_owned(),
        |one| {
            format!(
                "have {} instead of {}",
                chance(one.chance().estimate),
                chance(before.chance().estimate)
            )
        },
    );
    Some(format!(
        "{start}, {} would lead, with {}, and {} would {left}{states}.",
        name(other),
        chance(after.chance().estimate),
        name(hypothesis)
    ))
}

/// What the leading state would have then: `; North Korea would have 29 % instead of 77 %`.
fn state_if_planted(findings: &AttributionFindings) -> Option<String> {
    let before = findings.as_reported.states.first()?;
    let after = findings.if_planted.states.iter().find(|one| one.state == before.state)?;
    Some(format!(
        "; {} would have {} instead of {}",
        in_text(before.state),
        chance(after.chance().estimate),
        chance(before.chance().estimate)
    ))
}

/// A hypothesis in a ranking.
pub(crate) fn in_ranking<'a>(
    judgement: &'a Judgement,
    hypothesis: &HypothesisId,
) -> Option<&'a Ranked> {
    judgement.ranking.iter().find(|ranked| ranked.hypothesis == *hypothesis)
}

/// The part of the evidence that the judgement rests on most.
fn rests_on(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let first = findings.sensitivity.first()?;
    Some(format!("The judgement rests most of all on {}.", without_it(findings, first, case)?))
}

/// `the cluster “program” (4 items): without it, Lazarus Group falls from 74 to 40 %, and another leads`.
fn without_it(findings: &AttributionFindings, one: &Sensitivity, case: &Case) -> Option<String> {
    let it = if one.items.len() == 1 { "it" } else { "them" };
    Some(format!("{}: without {it}, {}", without(one, case), moved(findings, one)?))
}

/// `Lazarus Group falls from 74 to 40 %, and another leads`.
pub(crate) fn moved(findings: &AttributionFindings, one: &Sensitivity) -> Option<String> {
    let (ranked, hypothesis) = leader(findings, &findings.as_reported)?;
    let (before, after) = (ranked.chance().estimate, one.leading.unwrap_or_default());
    let (from, to) = (chance(before), chance(after));
    let moves = match (from == to, after < before) {
        (true, _) => format!("{} stays at {to}", name(hypothesis)),
        (_, true) => format!("{} falls from {from} to {to}", name(hypothesis)),
        (_, false) => format!("{} rises from {from} to {to}", name(hypothesis)),
    };
    let other = findings.hypothesis(&one.leader).filter(|_| one.leader != ranked.hypothesis);
    let leads = other.map(|other| format!(", and {} leads", name(other))).unwrap_or_default();
    Some(format!("{moves}{leads}"))
}

/// The part of the evidence that is left out, in words.
pub(crate) fn without(one: &Sensitivity, case: &Case) -> String {
    let items = length(one.items.len());
    let items = if one.items.len() == 1 { "1 item".to_owned() } else { format!("{items} items") };
    match &one.without {
        Without::Item(id) => format!("“{}”", title(case, id)),
        Without::Cluster(cluster) => {
            format!("the cluster “{}” ({items})", crate::words::attribution::cluster(cluster))
        }
        Without::Aspect(one) => format!("all evidence of {} ({items})", aspect(*one)),
        Without::Source(source) => {
            format!("all from the source “{}” ({items})", shown(source, NAME))
        }
    }
}

/// The title of an item; its short name where the case does not have it.
pub(crate) fn title(case: &Case, id: &EvidenceId) -> String {
    let title = case.evidence(id).map(|item| shown(&item.title, NAME)).unwrap_or_default();
    if title.is_empty() { id.to_string() } else { title }
}

/// The name of a hypothesis, fit for a sentence.
#[must_use]
pub fn name(hypothesis: &Hypothesis) -> String {
    match hypothesis {
        Hypothesis::FalseFlag { actor, name, imitated, imitated_name, .. } => {
            format!("{} imitating {}", name_or_id(name, actor), name_or_id(imitated_name, imitated))
        }
        Hypothesis::Actor { .. } | Hypothesis::Unlisted { .. } | Hypothesis::Named { .. } => {
            name_lines(hypothesis).join(" ")
        }
    }
}

/// The same in lines, for the head of a narrow column.
pub(crate) fn name_lines(hypothesis: &Hypothesis) -> Vec<String> {
    match hypothesis {
        Hypothesis::Actor { id, name, .. } => vec![name_or_id(name, id)],
        Hypothesis::Named { party, name } => vec![name_or_id(name, party)],
        Hypothesis::Unlisted { state: None } => {
            vec!["an actor".to_owned(), "not in the record".to_owned()]
        }
        Hypothesis::Unlisted { state: Some(state) } => {
            vec![format!("an actor of {}", in_text(*state)), "not in the record".to_owned()]
        }
        Hypothesis::FalseFlag { actor, name, imitated, imitated_name, .. } => vec![
            format!("false flag: {}", name_or_id(name, actor)),
            format!("imitates {}", name_or_id(imitated_name, imitated)),
        ],
    }
}

fn name_or_id(name: &str, id: &impl std::fmt::Display) -> String {
    let name = shown(name, NAME);
    if name.is_empty() { shown(&id.to_string(), NAME) } else { name }
}

/// The word for an aspect.
pub(crate) const fn aspect(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Malware => "malware",
        Aspect::Code => "code",
        Aspect::Infrastructure => "infrastructure",
        Aspect::Behaviour => "behaviour",
        Aspect::Artefacts => "artefacts",
        Aspect::Victim => "the victim",
        Aspect::Claims => "claims",
    }
}

/// The words for a level of confidence.
pub(crate) const fn level(level: ConfidenceLevel) -> &'static str {
    match level {
        ConfidenceLevel::Low => "low",
        ConfidenceLevel::Moderate => "moderate",
        ConfidenceLevel::High => "high",
    }
}

/// What it would take to plant an item.
pub(crate) const fn forgeability(class: Forgeability) -> &'static str {
    match class {
        Forgeability::Claim => "a claim, which is free",
        Forgeability::PublicTool => "a tool that anybody can have",
        Forgeability::FileMetadata => "what a file says of itself",
        Forgeability::LeakedMalware => "malware that got out",
        Forgeability::Technique => "a behaviour known to all",
        Forgeability::Motive => "a motive, which others may use",
        Forgeability::PrivateMalware => "malware that only its authors have",
        Forgeability::SharedCode => "compiled code of others",
        Forgeability::OperatorError => "a mistake of the operator’s",
        Forgeability::PrivateInfrastructure => "infrastructure or a key of one’s own",
    }
}

/// How a parameter was set.
pub(crate) const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Fitted => "fitted to data",
        Basis::Elicited => "judged, not measured",
        Basis::Sourced => "from a source",
    }
}

/// A source of the record as cited; its address is text and never a link.
pub(crate) fn cited(source: &CitedSource) -> String {
    let text = shown(&source.text, PROSE);
    let mut parts = vec![text.trim_end_matches('.').to_owned()];
    // Most citations have their date in the text already.
    let year = source.date.map(|date| date.to_string().chars().take(4).collect::<String>());
    if let (Some(when), Some(year)) = (source.date, year)
        && !text.contains(&year)
    {
        parts.push(date(when));
    }
    // Some catalogues cite by the address alone.
    let url = source.url.as_deref().map(|url| shown(url, PROSE));
    parts.extend(url.filter(|url| !text.contains(url.as_str())));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// What an item weighs for a hypothesis; nothing where the findings do not say.
pub(crate) fn weight_for(item: &WeighedItem, hypothesis: usize) -> f64 {
    item.weights.get(hypothesis).map_or(0.0, |weight| weight.nats())
}

/// Does the item weigh anything for anybody, as far as a figure with two decimals can tell?
pub(crate) fn weighs(item: &WeighedItem) -> bool {
    item.weights.iter().any(|weight| weight.nats().abs() >= 0.005)
}

/// The sum of what speaks against a hypothesis, in nats; the nearer to 0, the more consistent it is with the evidence.
pub(crate) fn inconsistency(findings: &AttributionFindings, hypothesis: usize) -> f64 {
    let weights = findings.items.iter().map(|item| weight_for(item, hypothesis));
    weights.filter(|weight| *weight < 0.0).sum()
}

/// Hypotheses worth a column: the leading ones of a ranking, and the best of each kind that an analyst must not forget.
pub(crate) fn columns(findings: &AttributionFindings, most: usize) -> Vec<usize> {
    let order = by_rank(findings);
    let mut chosen: Vec<usize> = order.iter().copied().take(most).collect();
    let kinds: [fn(&Hypothesis) -> bool; 3] = [
        |one| matches!(one, Hypothesis::Unlisted { .. }),
        |one| matches!(one, Hypothesis::FalseFlag { .. }),
        |one| matches!(one, Hypothesis::Named { .. }),
    ];
    let is = |place: &usize, kind: fn(&Hypothesis) -> bool| {
        findings.hypotheses.get(*place).is_some_and(kind)
    };
    let missing: Vec<usize> = kinds
        .into_iter()
        .filter(|kind| !chosen.iter().any(|place| is(place, *kind)))
        .filter_map(|kind| order.iter().copied().find(|place| is(place, kind)))
        .collect();
    chosen.truncate(most.saturating_sub(missing.len()));
    chosen.extend(missing);
    // Least inconsistent first (Heuer, 1999, ch. 8); ties in the order of the ranking.
    chosen.sort_by(|left, right| {
        inconsistency(findings, *right).total_cmp(&inconsistency(findings, *left))
    });
    chosen
}

/// The hypotheses of the ranking: most probable first, or of most weight first where no probability is shown.
pub(crate) fn by_rank(findings: &AttributionFindings) -> Vec<usize> {
    let mut ranking: Vec<&Ranked> = findings.as_reported.ranking.iter().collect();
    if findings.withheld.is_some() {
        ranking.sort_by(|left, right| right.weight.nats().total_cmp(&left.weight.nats()));
    }
    ranking.into_iter().filter_map(|ranked| findings.column(&ranked.hypothesis)).collect()
}
