//! The attribution in words: likelihood in one sentence, confidence in another, both put together from the findings.
//!
//! Source: ODNI, Intelligence Community Directive 203 (2015): never a likelihood and a confidence in one sentence.

use demarche_case::assessment::attribution::{
    Aspect, AttributionFindings, Basis, Chance, CitedSource, Confidence, ConfidenceLevel,
    Hypothesis, HypothesisId, Judgement, Likelihood, NoProbability, Ranked, RankedState,
    Sensitivity, WeighedItem, Without,
};
use demarche_case::{Case, Country, EvidenceId, Forgeability, Probability};

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

/// The attribution, the most important sentence first: the likelihood, then the confidence, then what both rest on.
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

/// The likelihood of the state behind the leading hypothesis, and of the hypothesis itself.
///
/// A probability below one in four is no finding: then the sentence is that nobody can say who did it.
pub(crate) fn likelihood(findings: &AttributionFindings, judgement: &Judgement) -> Option<String> {
    let (ranked, hypothesis) = leader(findings, judgement)?;
    let probability = ranked.chance();
    let state = judgement.states.first();
    let is_same = |state: &&RankedState| {
        !matches!(hypothesis, Hypothesis::Named { .. })
            && hypothesis.state() == Some(state.state)
            && state.chance().estimate >= probability.estimate
    };
    if let Some(state) = state.filter(is_same)
        && state.chance().estimate.get() >= FINDING
    {
        let first = did_it(&actor_of(state.state), state.chance(), "state");
        let which = match hypothesis {
            Hypothesis::Unlisted { .. } => "one that is not in the record".to_owned(),
            _ => name(hypothesis),
        };
        return Some(if probability.estimate.get() < FINDING {
            format!(
                "{first} Which of its actors is open: none reaches one chance in four. The first is {which} {}.",
                figures(probability)
            )
        } else {
            let words = Likelihood::of(probability.estimate).words();
            format!(
                "{first} Its most probable actor is {which} ({words}: {}).",
                plain_figures(probability)
            )
        });
    }
    let first = did_it(&name(hypothesis), probability, "hypothesis");
    let rival = state.filter(|state| {
        hypothesis.state() != Some(state.state)
            && state.chance().estimate.get() >= FINDING
            && Likelihood::of(state.chance().estimate) > Likelihood::VeryUnlikely
    });
    // The more probable statement goes first.
    Some(match rival {
        Some(state) if state.chance().estimate > probability.estimate => {
            format!("{} {first}", did_it(&actor_of(state.state), state.chance(), "state"))
        }
        Some(state) => {
            format!("{first} {}", did_it(&actor_of(state.state), state.chance(), "state"))
        }
        None => first,
    })
}

/// Below this probability, one in four, a hypothesis is not told as a finding.
const FINDING: f64 = 0.25;

/// `An actor of North Korea likely did it (79 %, range 58–87 %).`, in the words of the directive.
fn did_it(subject: &str, probability: Chance, kind: &str) -> String {
    let figures = figures(probability);
    let adverb = match Likelihood::of(probability.estimate) {
        Likelihood::AlmostCertain => "almost certainly",
        Likelihood::VeryLikely => "very likely",
        Likelihood::Likely => "likely",
        Likelihood::RoughlyEven => {
            return format!("There is a roughly even chance {figures} that {subject} did it.");
        }
        _ if probability.estimate.get() < FINDING => {
            return format!(
                "We cannot say who did it: no {kind} reaches one chance in four. The first is {subject} {figures}."
            );
        }
        likelihood => {
            return format!(
                "It is {} {figures} that {subject} did it, yet no other {kind} is more probable.",
                likelihood.words()
            );
        }
    };
    format!("{} {adverb} did it {figures}.", capitalised(subject))
}

/// `(79 %, range 58–87 %)`.
fn figures(probability: Chance) -> String {
    format!("({})", plain_figures(probability))
}

fn plain_figures(probability: Chance) -> String {
    format!(
        "{}, range {}",
        chance(probability.estimate),
        chances(probability.low, probability.high)
    )
}

/// `an actor of North Korea`: one that is said to act for the state or to come from it.
pub(crate) fn actor_of(state: Country) -> String {
    format!("an actor of {}", in_text(state))
}

/// The confidence that the evidence bears, and the reasons, each a sentence of its own.
pub(crate) fn confidence(confidence: &Confidence, judgement: &str) -> String {
    let mut sentences = vec![format!("Confidence in {judgement} is {}.", level(confidence.level))];
    sentences.extend(confidence.reasons.iter().map(confidence_reason));
    sentences.join(" ")
}

/// The text with its first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The reason why there is no probability, and the evidence that is missing.
pub(crate) fn withheld(none: &NoProbability, findings: &AttributionFindings) -> Vec<String> {
    let (groups, bear) =
        if none.independent == 1 { ("group", "bears") } else { ("groups", "bear") };
    let only = if none.independent == 0 { "" } else { "only " };
    let missing = none.needed.checked_sub(none.independent).map_or(1, |missing| missing.max(1));
    let further = if missing == 1 { "group" } else { "groups" };
    let mut sentences = vec![
        format!(
            "No probability is given for who did it: {only}{} independent {groups} of evidence {bear} on it, and it takes {}.",
            word(none.independent),
            word(none.needed)
        ),
        format!(
            "At least {} more independent {further} of evidence would be needed.",
            word(missing)
        ),
    ];
    let silent = silent_aspects(findings);
    if !silent.is_empty() {
        sentences.push(format!("Nothing yet is known of {}.", listed(&silent, "or")));
    }
    sentences
}

/// The aspects without evidence; claims are left out, for words are free.
fn silent_aspects(findings: &AttributionFindings) -> Vec<String> {
    let speaks = |wanted: Aspect| {
        findings.items.iter().any(|item| {
            item.aspect == wanted && item.weights.iter().any(|weight| weight.nats().abs() >= 0.05)
        })
    };
    let silent = ASPECTS.into_iter().filter(|one| *one != Aspect::Claims && !speaks(*one));
    silent.map(|one| aspect(one).to_owned()).collect()
}

/// The probability of an actor that is not in the record, and of a false flag.
pub(crate) fn alternatives(findings: &AttributionFindings) -> Option<String> {
    let (_, first) = leader(findings, &findings.as_reported)?;
    let sum = |is_counted: fn(&Hypothesis) -> bool| -> f64 {
        let ranking = findings.as_reported.ranking.iter();
        ranking
            .filter(|ranked| findings.hypothesis(&ranked.hypothesis).is_some_and(is_counted))
            .map(|ranked| ranked.chance().estimate.get())
            .sum()
    };
    let is_unlisted = |hypothesis: &Hypothesis| matches!(hypothesis, Hypothesis::Unlisted { .. });
    let is_false_flag =
        |hypothesis: &Hypothesis| matches!(hypothesis, Hypothesis::FalseFlag { .. });
    let mut sentences = Vec::new();
    if !is_false_flag(first) && sum(is_false_flag) > 0.0 {
        sentences.push(probable("A false flag", sum(is_false_flag)));
    }
    if !is_unlisted(first) && sum(is_unlisted) > 0.0 {
        sentences.push(probable("An actor that is not in the record", sum(is_unlisted)));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// `A false flag is very unlikely (7 %).`
fn probable(subject: &str, probability: f64) -> String {
    let likelihood = Likelihood::of(Probability::clamped(probability));
    let verb = match likelihood {
        Likelihood::AlmostNoChance => "has",
        Likelihood::RoughlyEven => "has a",
        _ => "is",
    };
    format!("{subject} {verb} {} ({}).", likelihood.words(), chance(probability))
}

/// The judgement that is left when all evidence that is easily forged was planted.
pub(crate) fn planted(findings: &AttributionFindings) -> Option<String> {
    let (before, hypothesis) = leader(findings, &findings.as_reported)?;
    let (after, leading) = leader(findings, &findings.if_planted)?;
    let start = "If all evidence that is easily forged were planted";
    let (then, now) = (chance(after.chance().estimate), chance(before.chance().estimate));
    let state = state_if_planted(findings);
    let sentence = if before.hypothesis == after.hypothesis {
        let moved = if then == now { then } else { format!("{then} instead of {now}") };
        format!("{start}, {} would still lead ({moved}).", name(hypothesis))
    } else {
        let left = match in_ranking(&findings.if_planted, &before.hypothesis) {
            None => "fall out of the ranking".to_owned(),
            Some(ranked) => format!("have {} instead of {now}", chance(ranked.chance().estimate)),
        };
        format!(
            "{start}, {} would lead ({then}). {} would then {left}.",
            name(leading),
            capitalised(&name(hypothesis))
        )
    };
    Some(sentence + &state.map_or_else(String::new, |state| format!(" {state}")))
}

/// The probability of the leading state then: `North Korea would have 29 % instead of 77 %.`
fn state_if_planted(findings: &AttributionFindings) -> Option<String> {
    let before = findings.as_reported.states.first()?;
    let after = findings.if_planted.states.iter().find(|state| state.state == before.state)?;
    Some(format!(
        "{} would have {} instead of {}.",
        capitalised(&in_text(before.state)),
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

/// The most influential part of the evidence.
fn rests_on(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let first = findings.sensitivity.first()?;
    let kind = match first.without {
        Without::Source(_) => "source",
        Without::Item(_) | Without::Cluster(_) | Without::Aspect(_) => "evidence",
    };
    let without = without(first, case);
    let without = without.strip_prefix("the source ").unwrap_or(&without);
    let moved = moved(findings, first)?;
    Some(format!("The most influential {kind} is {without}. Without it, {moved}."))
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
        Without::Aspect(kind) => format!("the evidence of {} ({items})", aspect(*kind)),
        Without::Source(source) => {
            format!("the source “{}” ({items})", shown(source, NAME))
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

/// The kind of an item by how it can be planted.
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

/// The way in which a parameter was set.
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

/// The weight of an item for a hypothesis, in nats; 0 where the findings have none.
pub(crate) fn weight_for(item: &WeighedItem, hypothesis: usize) -> f64 {
    item.weights.get(hypothesis).map_or(0.0, |weight| weight.nats())
}

/// True if the item has a weight of at least 0.005 nats for some hypothesis.
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
