//! The sender's copy: what was withheld from a note and why, and what to read before it is sent.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::{AttributionFindings, Leads, Likelihood};
use demarche_case::assessment::routes::Located;
use demarche_case::released::{RoutesRestOn, WithheldItem, WithheldPart};
use demarche_case::{
    AccusedNote, Body, Case, Country, DoubtfulLink, Effect, Evidence, EvidenceId, Infrastructure,
    Party, Recipient, Released, Role, Tlp, WithheldReason, released,
};

use crate::addressee::{Reason, asked, has_role, is_withheld, reasons};
use crate::attribution::{leads_name, named_group, plain_figures};
use crate::date::date;
use crate::document::{Block, Cell, Column, words};
use crate::text::{NAME, PROSE, shown};
use crate::words::{in_text, listed};
use crate::writers::to_markdown;

use super::accused::is_severed;
use super::attribution::{NAMED_FROM, told};
use super::{NoNote, Writer, in_text_of};

/// The rise of a probability by what is withheld from which on the sender is warned; less is within the usual spread.
const RISE: f64 = 0.05;

/// A warning where the note gives its leader a higher term of likelihood than the judgement on the whole does, or a
/// probability that is higher by more than [`RISE`]: what is withheld would exonerate.
fn accuses_more_strongly(assessment: &Assessment, shared: &Released) -> Option<String> {
    let (complete, shared) = (assessment.attribution.as_ref()?, shared.attribution.as_ref()?);
    let said = told(shared)?;
    let leads = shared.leads.as_ref()?;
    let chance = complete.as_reported.chance(leads);
    let held = if complete.withheld.is_some() {
        "All the evidence together is not enough for a probability.".to_owned()
    } else {
        let (estimate, told) = (chance.estimate, shared.as_reported.chance(leads).estimate);
        let is_higher = Likelihood::of(told) > Likelihood::of(estimate);
        if !is_higher && told.get() <= estimate.get() + RISE {
            return None;
        }
        let leader = leads_name(shared, leads);
        format!(
            "With all the evidence, the probability that {leader} did it is {}.",
            plain_figures(chance)
        )
    };
    Some(format!(
        "The note accuses more strongly than the assessment does, because what is withheld speaks against it. The note says: {said} {held}"
    ))
}

/// The warnings on a note whose judgement differs from that of the sender.
///
/// The note itself cannot tell: what is withheld must not change it. Whether it is sent is for the sender to decide.
fn differs(assessment: &Assessment, shared: &Released) -> Option<String> {
    // A note to a CERT gives no judgement.
    if let Recipient::Cert(_) = shared.to {
        return None;
    }
    let leads = |found: Option<&AttributionFindings>| found?.leads.clone();
    let is_same_leader =
        leads(assessment.attribution.as_ref()) == leads(shared.attribution.as_ref());
    let stronger = accuses_more_strongly(assessment, shared).filter(|_| is_same_leader);
    stronger.or_else(|| names_somebody_else(assessment, shared))
}

/// A warning where a reason to ask the addressee is withheld from it, while the note tells another.
///
/// Only what evidence or routes show is told of: the case itself has the others.
fn keeps_a_reason(assessment: &Assessment, released: &Released) -> Option<String> {
    let is_technical =
        |reason: &&Reason| matches!(reason, Reason::Hosts { .. } | Reason::Transit { .. });
    let told = asked(&released.case, released.routes.as_ref());
    let told = told.iter().find(|addressee| addressee.to == released.to)?;
    let is_told = |reason: &Reason| {
        told.why.iter().any(|told| std::mem::discriminant(told) == std::mem::discriminant(reason))
    };
    let why = reasons(assessment, released.to);
    let kept: Vec<Reason> =
        why.iter().filter(is_technical).filter(|reason| !is_told(reason)).cloned().collect();
    if kept.is_empty() {
        return None;
    }
    let words: Vec<String> = kept.iter().map(Reason::in_words).collect();
    let needed = to_release(assessment, released, &kept);
    let needed: Vec<&WithheldItem> =
        needed.into_iter().filter(|item| item.part != WithheldPart::Case).collect();
    let remedy = release_in_words(assessment, released, &needed);
    let remedy = remedy.map_or_else(String::new, |remedy| format!(" {remedy}"));
    Some(format!(
        "A reason to ask this addressee is withheld from it ({}). The note does not tell this reason, and asks for nothing that rests on it.{remedy}",
        words.join("; ")
    ))
}

/// The warnings that the sender reads before a note is sent, each in a few sentences.
pub(crate) fn warnings(assessment: &Assessment, released: &Released) -> Vec<String> {
    if assessment.case.accuses(released.to.country()) {
        return is_surer_than_the_judgement(assessment, released.to).into_iter().collect();
    }
    let warnings = [
        differs(assessment, released),
        keeps_a_reason(assessment, released),
        names_parties_of_a_withheld_case(assessment, released),
    ];
    warnings.into_iter().flatten().collect()
}

/// A warning where the note withholds the case, and items that it shares name its parties all the same.
fn names_parties_of_a_withheld_case(
    assessment: &Assessment,
    released: &Released,
) -> Option<String> {
    /// The fewest bytes of a name that is looked for: shorter ones are words of other meanings as well.
    const SHORTEST: usize = 4;
    if released.shows_case {
        return None;
    }
    fn texts(item: &Evidence) -> [&str; 3] {
        [&item.title, &item.says, &item.source.text]
    }
    let told: Vec<&str> = released.case.evidence.iter().flat_map(texts).collect();
    let is_known = |party: &&Party| released.case.party(&party.id).is_some();
    let hidden = assessment.case.parties.iter().filter(|party| !is_known(party));
    let is_told = |party: &&Party| {
        party.name.len() >= SHORTEST && told.iter().any(|text| has_words(text, &party.name))
    };
    let names: Vec<String> =
        hidden.filter(is_told).map(|party| format!("“{}”", shown(&party.name, NAME))).collect();
    (!names.is_empty()).then(|| {
        format!(
            "The case is withheld from this addressee, and items that are shared name its parties: {}. Mark these items more strictly, or write them without the names.",
            listed(&names, "and")
        )
    })
}

/// Returns true if a text has these words as words of their own.
fn has_words(text: &str, words: &str) -> bool {
    let is_edge = |sign: Option<char>| !sign.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(start, found)| {
        let (before, from) = text.split_at(start);
        is_edge(before.chars().next_back()) && is_edge(from.chars().nth(found.chars().count()))
    })
}

/// A warning as a paragraph of the sender's list.
fn to_be_read(warning: &str) -> Block {
    Block::Paragraph(format!("READ THIS BEFORE SENDING. {warning}"))
}

/// A warning where the note names somebody else than the assessment does, or nobody.
///
/// Whom neither tells of does not count.
fn names_somebody_else(assessment: &Assessment, shared: &Released) -> Option<String> {
    let (assessment, shared) = (assessment.attribution.as_ref()?, shared.attribution.as_ref()?);
    let named = |found: &AttributionFindings| {
        told(found).map(|_| (found.leads.clone(), named_group(found)))
    };
    if named(assessment) == named(shared) {
        return None;
    }
    let said =
        |found: &AttributionFindings| told(found).unwrap_or_else(|| "Nobody is named.".to_owned());
    Some(format!(
        "Without what is withheld the judgement is another. The note says: {} The assessment says: {}",
        said(shared),
        said(assessment)
    ))
}

/// A warning where nothing in the case is a reason to ask the addressee.
const UNRELATED: &str = "READ THIS BEFORE SENDING. Nothing in the case is a reason to ask this addressee, and the note gives it facts and offers.";

/// A warning where a note holds a state responsible and the judgement does not hold that to be more probable than not.
fn is_surer_than_the_judgement(assessment: &Assessment, to: Recipient) -> Option<String> {
    let state = to.country();
    let accuses =
        matches!(assessment.case.request.accused, AccusedNote::Protest | AccusedNote::Cease);
    if !accuses || !has_role(&assessment.case, state, Role::ResponsibleAlleged) {
        return None;
    }
    let found = match assessment.attribution.as_ref() {
        None => "there is no judgement".to_owned(),
        Some(found) if found.withheld.is_some() => {
            "the evidence is not enough for a probability".to_owned()
        }
        Some(found) => {
            let chance = found.as_reported.chance(&Leads::State { state });
            if chance.estimate.get() >= NAMED_FROM {
                return None;
            }
            format!("the judgement gives it {}", plain_figures(chance))
        }
    };
    let state = in_text(state);
    Some(format!("The note holds {state} responsible, but {found}."))
}

/// The parts that are never in a note to an accused state, whatever the markings allow.
const KEPT_FROM_THE_ACCUSED: &str = "The note is to an accused state. Whatever the markings allow, it leaves out evidence, events, claims, threats, routes, the judgement, what was exposed, and every effect that is not marked CLEAR.";

/// The effects that would let a protest name an obligation, if they were marked CLEAR; `None` where it names one already,
/// or none of the effects bears on one.
fn effects_to_publish(assessment: &Assessment, to: Recipient) -> Option<String> {
    let state = to.country();
    let names_norms =
        matches!(assessment.case.request.accused, AccusedNote::Protest | AccusedNote::Cease);
    if !names_norms || !has_role(&assessment.case, state, Role::ResponsibleAlleged) {
        return None;
    }
    let is_breach = |effects: Vec<Effect>| {
        let mut given = released(assessment, to);
        given.case.effects = effects;
        given.case.parties.clone_from(&assessment.case.parties);
        !Writer::new(&given).obligations().is_empty()
    };
    let (clear, others): (Vec<Effect>, Vec<Effect>) =
        assessment.case.effects.iter().cloned().partition(|effect| effect.tlp == Tlp::Clear);
    if is_breach(clear) {
        return None;
    }
    let missing = others.into_iter().filter(|effect| is_breach(vec![effect.clone()]));
    let missing: Vec<String> = missing
        .map(|effect| format!("“{}”", shown(&effect.text, PROSE).trim_end_matches('.')))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "The note names no obligation as breached, since no effect that bears on one is marked CLEAR. Where they are public, mark these CLEAR: {}.",
            listed(&missing, "and")
        )
    })
}

/// The way of a note where there is no embassy to hand it to.
const HOW_WITHOUT_RELATIONS: &str = "The sender severed relations with this state. Hand the note to the state that protects the sender’s interests there (Vienna Convention on Diplomatic Relations, Articles 45 and 46), or to the addressee’s mission to the United Nations.";

/// The parts to release so that a note tells its addressee why it comes: the case, and what the reasons rest on.
///
/// None where the note gives a reason already.
fn shortest_release<'r>(assessment: &Assessment, released: &'r Released) -> Vec<&'r WithheldItem> {
    let why = reasons(assessment, released.to);
    if !(is_withheld(&why, released) || released.tells_nothing()) {
        return Vec::new();
    }
    to_release(assessment, released, &why)
}

/// The parts to release so that a note tells these reasons: the case, and what the reasons rest on.
fn to_release<'r>(
    assessment: &Assessment,
    released: &'r Released,
    why: &[Reason],
) -> Vec<&'r WithheldItem> {
    let is_transit = why.iter().any(|reason| matches!(reason, Reason::Transit { .. }));
    let is_host = why.iter().any(|reason| matches!(reason, Reason::Hosts { .. }));
    let state = released.to.country();
    let is_needed = |part: &WithheldPart| match part {
        WithheldPart::Case => true,
        WithheldPart::Target | WithheldPart::DoubtfulLink(_) => is_transit,
        WithheldPart::Evidence(id) => match assessment.case.evidence(id).map(|item| &item.body) {
            Some(Body::RouteData(_)) => is_transit,
            Some(Body::Infrastructure(found)) => is_host && stands_in(found, state, assessment),
            _ => false,
        },
        _ => false,
    };
    released.withheld.iter().filter(|item| is_needed(&item.part)).collect()
}

/// Returns true if an address of the attackers stands in a state, by the tables or by its source.
fn stands_in(found: &Infrastructure, state: Country, assessment: &Assessment) -> bool {
    let mut located = assessment.routes.iter().flat_map(|findings| &findings.located);
    let is_located = |known: &Located| {
        Some(known.address) == found.address
            && [known.announced_from, known.registered_in].contains(&Some(state))
    };
    found.country == Some(state) || located.any(is_located)
}

/// The remedy for a note that tells its addressee next to nothing, in a sentence; `None` where it tells enough.
pub(crate) fn remedy_in_words(assessment: &Assessment, released: &Released) -> Option<String> {
    let remedy = release_in_words(assessment, released, &shortest_release(assessment, released))?;
    Some(format!("The markings withhold from this addressee why it is asked. {remedy}"))
}

/// The way to release parts, in a sentence; `None` where there are none.
fn release_in_words(
    assessment: &Assessment,
    released: &Released,
    needed: &[&WithheldItem],
) -> Option<String> {
    if needed.is_empty() {
        return None;
    }
    let words = needed.iter().map(|item| match &item.part {
        WithheldPart::Evidence(id) => format!("evidence “{id}”"),
        WithheldPart::Case => "the case itself".to_owned(),
        other => in_words(other, &assessment.case),
    });
    let words = listed(&words.collect::<Vec<String>>(), "and");
    let is_free = |item: &&WithheldItem| {
        matches!(
            item.because.reason,
            WithheldReason::NotReleased | WithheldReason::ReleasedToOthers
        )
    };
    let state = released.to.country();
    Some(if needed.iter().all(is_free) {
        format!("Add release_to = [\"{}\"] to {words}.", state.code())
    } else {
        format!("To fill it, ask the sources for {words} under a lower marking.")
    })
}

/// A warning where the judgement, or a claim in the case, names the state that is asked for help.
fn names_the_addressee(assessment: &Assessment, to: Recipient) -> Option<String> {
    if assessment.case.accuses(to.country()) {
        return None;
    }
    let leads = assessment.attribution.as_ref().and_then(|findings| findings.leads.as_ref());
    let named = match leads {
        Some(Leads::State { state }) if *state == to.country() => "The judgement names",
        _ if assessment.case.blames(to.country()) => "A claim in the case names",
        _ => return None,
    };
    Some(format!(
        "READ THIS BEFORE SENDING. {named} this very state. If it is held to be responsible, give it the role “responsible-alleged” in the case. It then gets no request for help and no evidence."
    ))
}

/// Returns a withheld part in the sender's words.
fn in_words(part: &WithheldPart, assessment: &Case) -> String {
    let prose = |text: &str| shown(text, PROSE);
    match part {
        WithheldPart::Evidence(id) => {
            let title = assessment.evidence(id).map_or("", |item| item.title.as_str());
            format!("evidence “{id}”: {}", shown(title, NAME))
        }
        WithheldPart::Event(position) => {
            let event = &assessment.events[*position];
            format!("event of {}: {}", date(event.date), prose(&event.text))
        }
        WithheldPart::Effect(position) => {
            format!("effect: {}", prose(&assessment.effects[*position].text))
        }
        WithheldPart::Threat(position) => {
            format!("threat: {}", prose(&assessment.threats[*position].text))
        }
        WithheldPart::Claim(position) => {
            format!("claim: {}", prose(&assessment.claims[*position].text))
        }
        WithheldPart::Hypothesis(position) => {
            format!("hypothesis: {}", prose(&assessment.hypotheses[*position].text))
        }
        WithheldPart::Case => {
            "the case as a whole: its name, title, summary, dates and parties".to_owned()
        }
        WithheldPart::Target => "the target whose connectivity is asked about".to_owned(),
        WithheldPart::DoubtfulLink(position) => {
            let DoubtfulLink { left, right, reason, .. } = &assessment.routes.doubtful[*position];
            format!("the doubted link between {left} and {right}: {}", prose(reason))
        }
        WithheldPart::Routes(RoutesRestOn::Table(id)) => {
            format!("the routing findings, which rest on the table “{id}”")
        }
        WithheldPart::Routes(RoutesRestOn::Target) => {
            "the routing findings, which are about the target".to_owned()
        }
        WithheldPart::Routes(RoutesRestOn::DoubtfulLink(position)) => {
            let link = &assessment.routes.doubtful[*position];
            let (left, right) = (link.left, link.right);
            format!("the routing findings, which leave out the link between {left} and {right}")
        }
        WithheldPart::Routes(RoutesRestOn::Case) => {
            "the routing findings, which are about the day of the case".to_owned()
        }
        WithheldPart::Index(path) => {
            format!("the comparison of “{}” with known programs", shown(path, NAME))
        }
        WithheldPart::Edition(name) => {
            format!("the edition “{}” of the library", shown(name, NAME))
        }
        WithheldPart::OwnCase(name) => {
            format!("a case of your own in the library, “{}”", shown(name, NAME))
        }
        WithheldPart::Attribution => {
            "who did it: there is no judgement that rests on the shared part alone".to_owned()
        }
        WithheldPart::Exposure => {
            "the kinds and counts of what was exposed, which `[exposed]` marks".to_owned()
        }
    }
}

/// The step that would release what a comparison with the index found.
const OF_COMPARISON: &str = "lower the marking of the program as its source allows, and compare with an index under a lower marking";

/// Returns the step that would release a part.
///
/// Editions, earlier cases and the index lie in the library, where no `release_to` can be written.
fn remedy(part: &WithheldPart, reason: WithheldReason, assessment: &Assessment) -> &'static str {
    match part {
        WithheldPart::Evidence(id) if is_measured(assessment, id) => OF_COMPARISON,
        WithheldPart::Edition(_) => {
            "ask its source for an edition under a lower marking, then add it to the library"
        }
        WithheldPart::OwnCase(_) => {
            "lower the marking of that case as its sources allow, then add it to the library again"
        }
        WithheldPart::Index(_) => OF_COMPARISON,
        WithheldPart::Routes(_) | WithheldPart::Attribution => {
            "release the parts above that it rests on"
        }
        WithheldPart::Evidence(_)
        | WithheldPart::Event(_)
        | WithheldPart::Effect(_)
        | WithheldPart::Threat(_)
        | WithheldPart::Claim(_)
        | WithheldPart::Hypothesis(_)
        | WithheldPart::Case
        | WithheldPart::Target
        | WithheldPart::DoubtfulLink(_)
        | WithheldPart::Exposure => reason.remedy(),
    }
}

/// Returns true if demarche itself is the source of an item: it stands in no file, and has the marking of the index.
fn is_measured(assessment: &Assessment, id: &EvidenceId) -> bool {
    assessment
        .case
        .evidence(id)
        .is_some_and(|item| item.source.text.starts_with(&assessment.program))
}

/// The list for the sender: what is missing from the note, and what would change that.
pub(crate) fn sender_markdown(
    assessment: &Assessment,
    released: &Released,
    is_reason_withheld: bool,
    refused: Option<NoNote>,
    warnings: &[String],
    what_to_release: Option<String>,
) -> String {
    let to = released.to;
    // Whatever the marking of the case allows, this list is for nobody else.
    let mark = format!(
        "**For the sender only**, never part of the note. The assessment is marked {}.",
        assessment.marking()
    );
    let row = |WithheldItem { part, because }: &WithheldItem| -> Vec<Cell> {
        vec![
            words(in_words(part, &assessment.case)),
            words(because.marking.to_string()),
            words(because.reason.to_string()),
            words(remedy(part, because.reason, assessment)),
        ]
    };
    let rows: Vec<Vec<Cell>> = released.withheld.iter().map(row).collect();
    let is_accused = assessment.case.accuses(to.country());
    let why = reasons(assessment, to);
    let mut blocks = Vec::new();
    if let Some(refused) = refused {
        blocks.push(Block::Paragraph(refused.in_words().to_owned()));
    } else {
        let is_unrelated = why.is_empty() && !is_accused;
        blocks.extend(is_unrelated.then(|| Block::Paragraph(UNRELATED.to_owned())));
        blocks.extend(warnings.iter().map(|told| to_be_read(told)));
        blocks.extend(names_the_addressee(assessment, to).map(Block::Paragraph));
        blocks.extend(
            is_severed(assessment, to.country())
                .then(|| Block::Paragraph(HOW_WITHOUT_RELATIONS.to_owned())),
        );
        blocks.extend(is_accused.then(|| Block::Paragraph(KEPT_FROM_THE_ACCUSED.to_owned())));
        blocks.extend(effects_to_publish(assessment, to).map(Block::Paragraph));
    }
    if is_reason_withheld {
        blocks.push(Block::Paragraph("READ THIS BEFORE SENDING. Every reason to ask this addressee is withheld from it. That the note arrives at all tells it that something which it may not know concerns it.".to_owned()));
    }
    blocks.extend(what_to_release.map(Block::Paragraph));
    if rows.is_empty() && !is_accused {
        blocks.push(Block::Paragraph("Nothing was withheld.".to_owned()));
    }
    if !why.is_empty() {
        blocks.push(Block::Heading("Why this addressee is asked".to_owned()));
        blocks.push(Block::List(why.iter().map(Reason::in_words).collect()));
    }
    if let Recipient::Cert(_) = to {
        blocks.push(Block::Paragraph(
            "The note is technical: it leaves out who did it, what was said, what happened besides and what was harmed, whatever the markings allow."
                .to_owned(),
        ));
    }
    let columns =
        ["What", "Marking", "Why it stays", "What would change that"].map(Column::Text).to_vec();
    // What an accused state never gets has no remedy.
    if !is_accused {
        blocks.push(Block::Table { caption: "Withheld", columns, rows });
    }
    let title = format!("Withheld from {}", in_text_of(to));
    format!("{mark}\n\n{}", to_markdown(&title, &blocks))
}
