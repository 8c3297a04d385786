//! The attribution in words: likelihood in one sentence, confidence in another, both put together from the findings.
//!
//! Source: ODNI, Intelligence Community Directive 203 (2015): never a likelihood and a confidence in one sentence.

use demarche_case::assessment::attribution::{
    Aspect, AttributionCaveat, AttributionFindings, Basis, Chance, CitedSource, Confidence,
    ConfidenceLevel, Hypothesis, Judgement, Leads, Likelihood, NoProbability, Ranked, Sensitivity,
    SpeakingItem, WeighedItem, Without,
};
use demarche_case::{AttackerKind, Case, Country, EvidenceId, Forgeability, Probability};

use crate::date::date;
use crate::number::{chance, chances, length};
use crate::text::{NAME, PROSE, shown};
use crate::words::attribution::{LINKS, confidence_reason};
use crate::words::{in_sentence, in_text, listed};

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
/// Where the findings name nobody there is neither a number nor a word of likelihood, but the reason, and the evidence
/// that would tell most.
#[must_use]
pub fn attribution_answer(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    if let Some(none) = &findings.withheld {
        return withheld_in_full(none, findings, case);
    }
    let Some(sentence) = likelihood(findings) else {
        return vec!["No hypothesis of who did it could be weighed.".to_owned()];
    };
    let mut sentences = vec![sentence, confidence(&findings.confidence, "this judgement")];
    sentences.extend(may_act_for(findings, case));
    sentences.extend(balance(findings, case));
    sentences.extend(alternatives(findings));
    sentences.extend(planted(findings));
    sentences.extend(wanted(findings));
    sentences
}

/// The leader of a judgement with its probability; `None` where nobody is named.
pub(crate) fn leading<'f>(
    findings: &'f AttributionFindings,
    judgement: &Judgement,
) -> Option<(&'f Leads, Chance)> {
    let leads = findings.leads.as_ref()?;
    Some((leads, judgement.chance(leads)))
}

/// The name of a leader, fit for a sentence.
pub(crate) fn leads_name(findings: &AttributionFindings, leads: &Leads) -> String {
    match leads {
        Leads::State { state } => actor_of(*state),
        Leads::Kind { attacker } => some(*attacker).to_owned(),
        Leads::Hypothesis { hypothesis } => {
            findings.hypothesis(hypothesis).map_or_else(|| hypothesis.to_string(), within)
        }
    }
}

/// The name of a hypothesis inside a sentence: an article at its beginning is not a part of a name.
fn within(hypothesis: &Hypothesis) -> String {
    in_sentence(&name(hypothesis))
}

/// Somebody of a kind, fit for a sentence.
pub(crate) const fn some(attacker: AttackerKind) -> &'static str {
    match attacker {
        AttackerKind::State => "an actor of a state",
        AttackerKind::Criminal => "a criminal group",
        AttackerKind::Hacktivist => "a hacktivist front",
        AttackerKind::Insider => "an insider",
        AttackerKind::Unknown => "somebody of no known kind",
    }
}

/// The hypothesis that leads a judgement.
pub(crate) fn leader<'a>(
    findings: &'a AttributionFindings,
    judgement: &'a Judgement,
) -> Option<(&'a Ranked, &'a Hypothesis)> {
    let ranked = judgement.ranking.first()?;
    Some((ranked, findings.hypothesis(&ranked.hypothesis)?))
}

/// The likelihood of the leader alone, in one sentence.
pub(crate) fn leader_sentence(findings: &AttributionFindings) -> Option<String> {
    let (leads, chance) = leading(findings, &findings.as_reported)?;
    Some(did_it(&leads_name(findings, leads), chance))
}

/// The likelihood of the leader, and of the group inside it that is most probable.
pub(crate) fn likelihood(findings: &AttributionFindings) -> Option<String> {
    let first = leader_sentence(findings)?;
    Some(match leading_group(findings) {
        Some((hypothesis, chance)) if is_finding(chance) => {
            format!("{first} Of its groups {} comes first {}.", name(hypothesis), figures(chance))
        }
        Some(_) => format!("{first} Which of its groups did it is open."),
        None => first,
    })
}

/// The most probable group of the side that leads, where a side leads.
fn leading_group(findings: &AttributionFindings) -> Option<(&Hypothesis, Chance)> {
    let judgement = &findings.as_reported;
    let (leads, _) = leading(findings, judgement)?;
    let of_side = |hypothesis: &Hypothesis| match leads {
        Leads::State { state } => hypothesis.state() == Some(*state),
        Leads::Kind { attacker } => hypothesis.attacker() == *attacker,
        Leads::Hypothesis { .. } => false,
    };
    let mut ranking = judgement.ranking.iter();
    ranking.find_map(|ranked| {
        let hypothesis = findings.hypothesis(&ranked.hypothesis)?;
        (of_side(hypothesis) && !matches!(hypothesis, Hypothesis::Unlisted { .. }))
            .then(|| (hypothesis, ranked.chance()))
    })
}

/// The group that is told by name beside the leader.
pub(crate) fn named_group(findings: &AttributionFindings) -> Option<String> {
    let (hypothesis, chance) = leading_group(findings)?;
    is_finding(chance).then(|| name(hypothesis))
}

fn is_finding(chance: Chance) -> bool {
    chance.estimate.get() >= FINDING
}

/// Below this probability, one in four, a hypothesis is not told as a finding.
const FINDING: f64 = 0.25;

/// `An actor of North Korea likely did it (79 %, range 58–87 %).`, in the words of the directive.
fn did_it(subject: &str, probability: Chance) -> String {
    let figures = figures(probability);
    let adverb = match Likelihood::of(probability.estimate) {
        Likelihood::AlmostCertain => "almost certainly",
        Likelihood::VeryLikely => "very likely",
        Likelihood::Likely => "likely",
        Likelihood::RoughlyEven => {
            return format!("There is a roughly even chance {figures} that {subject} did it.");
        }
        _ => {
            return format!(
                "We cannot say who did it: {subject} is the most probable, at less than even chances {figures}."
            );
        }
    };
    format!("{} {adverb} did it {figures}.", capitalised(subject))
}

/// `(79 %, range 58–87 %)`.
fn figures(probability: Chance) -> String {
    format!("({})", plain_figures(probability))
}

pub(crate) fn plain_figures(probability: Chance) -> String {
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
    let mut sentences = vec![how_sure(confidence, judgement)];
    sentences.extend(confidence.reasons.iter().map(confidence_reason));
    sentences.join(" ")
}

/// The level of confidence in a sentence.
pub(crate) fn how_sure(confidence: &Confidence, judgement: &str) -> String {
    format!("Confidence in {judgement} is {}.", level(confidence.level))
}

/// The text with its first letter as a capital.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// The reason for naming nobody, and the evidence that would tell most.
pub(crate) fn withheld(none: &NoProbability, findings: &AttributionFindings) -> Vec<String> {
    let reason = match none {
        NoProbability::NoEvidence => {
            "We cannot say who did it: no evidence tells one attacker from another.".to_owned()
        }
        NoProbability::PriorAlone => {
            "We cannot say who did it: hardly any evidence speaks for whoever is most probable, and earlier attacks on such victims are no evidence of this one.".to_owned()
        }
        NoProbability::NobodyLeads { .. } => {
            "We cannot say who did it: nobody reaches one chance in four.".to_owned()
        }
    };
    let mut sentences = vec![reason];
    sentences.extend(wanted(findings));
    sentences.extend(not_telling(findings));
    sentences
}

/// The aspects of which there is evidence that tells no attacker from another; claims are left out, for words are free.
fn not_telling(findings: &AttributionFindings) -> Option<String> {
    let of = |wanted: Aspect| findings.items.iter().filter(move |item| item.aspect == wanted);
    let weighs = |item: &WeighedItem| item.weights.iter().any(|weight| weight.nats().abs() >= 0.05);
    let is_silent = |entry: &Aspect| of(*entry).next().is_some() && !of(*entry).any(weighs);
    let silent = ASPECTS.into_iter().filter(|entry| *entry != Aspect::Claims).filter(is_silent);
    let silent: Vec<String> = silent.map(|silent| aspect(silent).to_owned()).collect();
    (!silent.is_empty()).then(|| {
        format!("What is known of {} tells no attacker from another.", listed(&silent, "and"))
    })
}

/// The aspects of which the case has no evidence, for the sender alone: what is withheld from a note may be such evidence.
fn missing(findings: &AttributionFindings) -> Option<String> {
    // An artefact can count as infrastructure, and of victims every case tells something.
    let aspects = [Aspect::Malware, Aspect::Code, Aspect::Infrastructure, Aspect::Behaviour];
    let has = |wanted: &Aspect| findings.items.iter().any(|item| item.aspect == *wanted);
    let missing: Vec<String> = aspects
        .into_iter()
        .filter(|entry| !has(entry))
        .map(|entry| aspect(entry).to_owned())
        .collect();
    (!missing.is_empty())
        .then(|| format!("The case has no evidence yet of {}.", listed(&missing, "or")))
}

/// The reason for naming nobody, and all that would change it, for the sender.
pub(crate) fn withheld_in_full(
    none: &NoProbability,
    findings: &AttributionFindings,
    case: &Case,
) -> Vec<String> {
    let mut sentences = withheld(none, findings);
    let elsewhere = || match none {
        NoProbability::PriorAlone => elsewhere(findings, case),
        NoProbability::NoEvidence | NoProbability::NobodyLeads { .. } => None,
    };
    sentences.splice(1..1, unstated(findings, case).or_else(elsewhere));
    sentences.extend(missing(findings));
    sentences
}

/// The side to which the evidence points, if not to whoever is most probable before it.
fn elsewhere(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let strongest = findings.balance.speak_against.first()?;
    Some(format!(
        "What evidence there is points elsewhere: “{}” speaks for {}.",
        title(case, &strongest.evidence),
        leads_name(findings, &strongest.speaks_for)
    ))
}

/// The items that may tell who did it once the case says how hard they are to plant.
pub(crate) fn unstated(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let items = findings.caveats.iter().filter_map(|caveat| match caveat {
        AttributionCaveat::UnstatedForgeability { evidence } => Some(title(case, evidence)),
        _ => None,
    });
    let titles: Vec<String> = items.take(2).map(|title| format!("“{title}”")).collect();
    (!titles.is_empty()).then(|| {
        format!(
            "Say by `forgeability` how hard it is to plant {}: it counts little as long as that is not stated.",
            listed(&titles, "and")
        )
    })
}

/// The kinds of further evidence that would tell most.
fn wanted(findings: &AttributionFindings) -> Option<String> {
    const MOST: usize = 3;
    let kinds: Vec<String> = findings
        .wanted
        .iter()
        .take(MOST)
        .map(|wanted| trace(wanted.forgeability).to_owned())
        .collect();
    (!kinds.is_empty()).then(|| format!("What would tell most: {}.", listed(&kinds, "or")))
}

/// One trace of a class, fit for a list of what is wanted.
const fn trace(class: Forgeability) -> &'static str {
    match class {
        Forgeability::Claim => "a claim",
        Forgeability::PublicTool => "a public tool",
        Forgeability::FileMetadata => "metadata of a file",
        Forgeability::LeakedMalware => "leaked malware",
        Forgeability::Technique => "a technique",
        Forgeability::Motive => "a motive",
        Forgeability::PrivateMalware => "a private program of a known group",
        Forgeability::SharedCode => "code shared with a private program",
        Forgeability::OperatorError => "a mistake of the operator",
        Forgeability::PrivateInfrastructure => "servers or keys that only one side controls",
        Forgeability::Unstated => "a trace of any kind",
        Forgeability::Payment => "a payment",
        Forgeability::InternalDocument => "a paper of those who did it",
        Forgeability::Admission => "a confession",
        Forgeability::Seizure => "things found with a suspect",
    }
}

fn titles(items: &[SpeakingItem], case: &Case) -> Vec<String> {
    items.iter().map(|item| format!("“{}”", title(case, &item.evidence))).collect()
}

/// The two strongest items for the leader.
pub(crate) fn strongest_for(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let mut titles = titles(&findings.balance.speak_for, case);
    titles.truncate(2);
    (!titles.is_empty()).then(|| format!("What speaks most for it: {}.", listed(&titles, "and")))
}

/// The strongest item for the leader and the strongest doubt, in one sentence; `None` where one of them is missing.
pub(crate) fn reason_and_doubt(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let reason = titles(&findings.balance.speak_for, case).into_iter().next()?;
    let doubt = strongest_against(findings, case).or_else(|| planted(findings))?;
    let mut signs = doubt.chars();
    let first = signs.next()?.to_lowercase();
    Some(format!("What speaks most for it: {reason}; {first}{}", signs.as_str()))
}

/// The part of the evidence without which another would lead, else the strongest item against the leader.
pub(crate) fn strongest_against(findings: &AttributionFindings, case: &Case) -> Option<String> {
    overturned(findings, case).or_else(|| against(findings, case))
}

/// The strongest items for the leader and against it, and the part that would overturn the judgement.
fn balance(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    let titles = titles(&findings.balance.speak_for, case).join(", ");
    let speak_for = (!titles.is_empty()).then(|| format!("What speaks most for it: {titles}."));
    let against = against(findings, case);
    [speak_for, against, overturned(findings, case)].into_iter().flatten().collect()
}

/// The strongest item against the leader.
fn against(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let against = findings.balance.speak_against.first()?;
    Some(format!(
        "What speaks most against it: “{}”, which speaks for {}.",
        title(case, &against.evidence),
        leads_name(findings, &against.speaks_for)
    ))
}

/// The part of the evidence that decides who leads, and the answer without it.
fn overturned(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let wanted = findings.balance.overturned_by.as_ref()?;
    let part = findings.sensitivity.iter().find(|part| part.without == *wanted)?;
    let leads = findings.leads.as_ref()?;
    let without = without(part, case);
    Some(match &part.leads {
        None => format!("Without {without}, nobody could be named."),
        Some(then) if is_within(findings, leads, then) => {
            format!(
                "Without {without}, only the kind of attacker would be known: {}.",
                leads_name(findings, then)
            )
        }
        Some(then) if is_within(findings, then, leads) => {
            format!("Without {without}, {} alone would be named.", leads_name(findings, then))
        }
        Some(then) => format!("Without {without}, {} would lead.", leads_name(findings, then)),
    })
}

/// Returns true if a named hypothesis is one of the attackers of the other answer.
fn is_within(findings: &AttributionFindings, one: &Leads, other: &Leads) -> bool {
    let (Leads::Hypothesis { hypothesis }, Leads::Kind { attacker }) = (one, other) else {
        return false;
    };
    findings.hypothesis(hypothesis).is_some_and(|one| one.attacker() == *attacker)
}

/// How to say that a party acts for a state, where an item points to both and one of them leads.
fn may_act_for(findings: &AttributionFindings, case: &Case) -> Option<String> {
    let leads = findings.leads.as_ref()?;
    findings.caveats.iter().find_map(|caveat| {
        let AttributionCaveat::MayActFor { evidence, party, patron } = caveat else { return None };
        let tool = findings.hypotheses.iter().find(
            |known| matches!(known, Hypothesis::Named { party: named, .. } if named == party),
        )?;
        let state = case.party(patron)?.country?;
        let (tool_leads, state_leads) =
            (Leads::Hypothesis { hypothesis: tool.id() }, Leads::State { state });
        let kind = Leads::Kind { attacker: tool.attacker() };
        if ![&tool_leads, &state_leads, &kind].contains(&leads) {
            return None;
        }
        let of = |leads: &Leads| findings.as_reported.chance(leads).estimate.get();
        let both = Probability::clamped(of(&tool_leads) + of(&state_leads));
        Some(format!(
            "“{}” points to {} and to {} alike; together they have {}. If {} acts for {}, write `acts_for = \"{patron}\"` at the party `{party}`.",
            title(case, evidence),
            name(tool),
            in_text(state),
            chance(both),
            name(tool),
            in_text(state),
        ))
    })
}

/// The least probability of a state or kind behind the leader that is named.
const NAMED: f64 = 0.05;

/// The next state or kind, and the probability of a false flag.
pub(crate) fn alternatives(findings: &AttributionFindings) -> Option<String> {
    let (leads, _) = leading(findings, &findings.as_reported)?;
    let judgement = &findings.as_reported;
    let states = judgement.states.iter().map(|ranked| Leads::State { state: ranked.state });
    let kinds = judgement
        .kinds
        .iter()
        .filter(|ranked| !matches!(ranked.attacker, AttackerKind::State | AttackerKind::Unknown));
    let kinds = kinds.map(|ranked| Leads::Kind { attacker: ranked.attacker });
    let is_leader_of = |kind: &Leads| match (leads, kind) {
        (Leads::Hypothesis { hypothesis }, Leads::Kind { attacker }) => {
            findings.hypothesis(hypothesis).is_some_and(|leader| leader.attacker() == *attacker)
        }
        _ => leads == kind,
    };
    let next = states
        .chain(kinds)
        .filter(|state| !is_leader_of(state))
        .map(|state| (judgement.chance(&state), state))
        .max_by(|left, right| left.0.estimate.get().total_cmp(&right.0.estimate.get()));
    let flags = judgement.ranking.iter().filter(|ranked| {
        matches!(findings.hypothesis(&ranked.hypothesis), Some(Hypothesis::FalseFlag { .. }))
    });
    let flags: f64 = flags.map(|ranked| ranked.chance().estimate.get()).sum();
    let mut sentences = Vec::new();
    // A first page does not name a state only to say that it is none.
    if let Some((chance, other)) = next.filter(|(chance, _)| chance.estimate.get() >= NAMED) {
        let subject = capitalised(&leads_name(findings, &other));
        sentences.push(probable(&subject, chance.estimate.get()));
    }
    if flags >= 0.005 {
        sentences.push(probable("A false flag", flags));
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

/// The judgement that is left when all evidence that is easily forged was planted, and who gains then.
pub(crate) fn planted(findings: &AttributionFindings) -> Option<String> {
    let (leads, before) = leading(findings, &findings.as_reported)?;
    let after = findings.if_planted.chance(leads);
    let start = "If all evidence that is easily forged were planted";
    let (then, now) = (chance(after.estimate), chance(before.estimate));
    let subject = leads_name(findings, leads);
    Some(match &findings.balance.gains_if_planted {
        None if then == now => format!("{start}, {subject} would still lead ({then})."),
        None => format!("{start}, {subject} would still lead ({then} instead of {now})."),
        Some(other) => format!(
            "{start}, {} would lead ({}), and {subject} would have {then} instead of {now}.",
            leads_name(findings, other),
            chance(findings.if_planted.chance(other).estimate)
        ),
    })
}

/// `an actor of North Korea falls from 74 to 40 %, and another leads`.
pub(crate) fn moved(findings: &AttributionFindings, part: &Sensitivity) -> Option<String> {
    let (leads, before) = leading(findings, &findings.as_reported)?;
    let (before, after) = (before.estimate, part.leading.unwrap_or_default());
    let (from, to) = (chance(before), chance(after));
    let subject = leads_name(findings, leads);
    let moves = match (from == to, after < before) {
        (true, _) => format!("{subject} stays at {to}"),
        (_, true) => format!("{subject} falls from {from} to {to}"),
        (_, false) => format!("{subject} rises from {from} to {to}"),
    };
    let leads = match &part.leads {
        Some(then) if then == leads => String::new(),
        Some(then) => format!(", and {} leads", leads_name(findings, then)),
        None => ", and nobody can be named".to_owned(),
    };
    Some(moves + &leads)
}

/// The part of the evidence that is left out, in words.
pub(crate) fn without(one: &Sensitivity, case: &Case) -> String {
    let items = length(one.items.len());
    let items = if one.items.len() == 1 { "1 item".to_owned() } else { format!("{items} items") };
    match &one.without {
        Without::Item(id) => format!("“{}”", title(case, id)),
        Without::Links => LINKS.to_owned(),
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
    /// Signs of a title; longer ones than this are no titles, and a sentence with two of them must end.
    const SIGNS: usize = 3 * NAME;
    let title = case.evidence(id).map_or_else(String::new, |item| shown(&item.title, SIGNS));
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
        Hypothesis::Named { party, name, state: None, .. } => vec![name_or_id(name, party)],
        Hypothesis::Named { party, name, state: Some(state), .. } => {
            vec![name_or_id(name, party), format!("for {}", in_text(*state))]
        }
        Hypothesis::Unlisted { attacker, state } => vec![
            state.map_or_else(|| some(*attacker).to_owned(), actor_of),
            "not in the record".to_owned(),
        ],
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
        Forgeability::Unstated => "a trace of unstated kind",
        Forgeability::Payment => "a trace of money",
        Forgeability::InternalDocument => "a paper of those who did it",
        Forgeability::Admission => "a confession or a court’s finding",
        Forgeability::Seizure => "what an authority found with somebody",
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
        |entry| matches!(entry, Hypothesis::Unlisted { .. }),
        |entry| matches!(entry, Hypothesis::FalseFlag { .. }),
        |entry| matches!(entry, Hypothesis::Named { .. }),
    ];
    let is = |position: &usize, kind: fn(&Hypothesis) -> bool| {
        findings.hypotheses.get(*position).is_some_and(kind)
    };
    let missing: Vec<usize> = kinds
        .into_iter()
        .filter(|kind| !chosen.iter().any(|chosen| is(chosen, *kind)))
        .filter_map(|kind| order.iter().copied().find(|order| is(order, kind)))
        .collect();
    chosen.truncate(most.saturating_sub(missing.len()));
    chosen.extend(missing);
    // Least inconsistent first (Heuer, 1999, ch. 8); ties in the order of the ranking.
    chosen.sort_by(|left, right| {
        inconsistency(findings, *right).total_cmp(&inconsistency(findings, *left))
    });
    chosen
}

/// The hypotheses of the ranking in its order.
pub(crate) fn by_rank(findings: &AttributionFindings) -> Vec<usize> {
    let ranking = findings.as_reported.ranking.iter();
    ranking.filter_map(|ranked| findings.column(&ranked.hypothesis)).collect()
}
